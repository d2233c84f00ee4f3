import assert from "node:assert/strict";
import { test } from "node:test";
import { keysIn } from "../sdk/keys.js";
import { tonesOf } from "../sdk/sound.js";
import { inState } from "./stage.js";

test("keys are sent as WCS has it, with how long each is held for those who understand", async () => {
  const { call, socket } = await inState("established");
  call.sendKeys("12-3 a#");
  assert.deepEqual(socket.last("sendDtmf"), { callId: call.id, type: "AUTO", dtmf: "123A#", offhook: { duration: 120 } });
  for (const [type, word] of [["rfc4733", "RFC2833"], ["info", "INFO"], ["info-relay", "INFO_RELAY"], ["in-band", "INBAND"]]) {
    call.sendKeys("5", { type, duration: 400 });
    assert.deepEqual(socket.last("sendDtmf"), { callId: call.id, type: word, dtmf: "5", offhook: { duration: 400 } });
  }
});

test("a server that knows only WCS gets WCS: events, and a press without its release", async () => {
  const { call, socket } = await inState("established", { plain: true });
  call.sendKeys("7");
  assert.deepEqual(socket.last("sendDtmf"), { callId: call.id, type: "RFC2833", dtmf: "7" });
  socket.take();
  call.pressKey("8");
  call.releaseKey();
  assert.deepEqual(socket.sent.map(({ message, data }) => [message, data[0].dtmf]), [["sendDtmf", "8"]]);
});

test("a key that is held down stays held down until it is released", async () => {
  const { call, socket, platform } = await inState("established");
  call.pressKey("5");
  assert.deepEqual(socket.last("pressKey"), { callId: call.id, key: "5", type: "AUTO" });
  await platform.pass(4_000);
  assert.deepEqual(socket.take(), ["pressKey"]);
  assert.deepEqual(platform.tones.map(({ hertz }) => hertz), [770, 1336]);
  assert.ok(platform.tones.every(({ end }) => end === undefined), "it sounds as long");
  call.releaseKey();
  call.releaseKey();
  assert.deepEqual(socket.take(), ["releaseKey"]);
  assert.ok(platform.tones.every(({ end }) => end !== undefined));
});

test("a second key releases the first, and the end of the call the last", async () => {
  const { call, socket, platform, say } = await inState("established");
  call.pressKey("1");
  call.pressKey("2");
  assert.deepEqual(socket.take(), ["pressKey", "releaseKey", "pressKey"]);
  await say("finish", "FINISH");
  assert.ok(platform.tones.every(({ end }) => end !== undefined));
  call.releaseKey();
  assert.deepEqual(socket.take(), [], "there is no call to release it in");
});

test("keys are heard here one after the other, unless the application makes its own sounds", async () => {
  const { call, platform } = await inState("established");
  call.sendKeys("19", { duration: 100 });
  assert.deepEqual(platform.tones.map(({ hertz }) => hertz), [697, 1209, 852, 1477]);
  const begins = platform.tones.map(({ at }) => at);
  assert.ok(begins[0] === begins[1] && begins[2] >= 0.1);

  const silent = await inState("established", { sounds: false });
  silent.call.sendKeys("19");
  silent.call.pressKey("1");
  assert.deepEqual(silent.platform.tones, []);
});

test("keys reach a voice menu before it answers, and nobody before there is sound", async () => {
  const early = await inState("early-media");
  early.call.sendKeys("1");
  assert.deepEqual(early.socket.take(), ["sendDtmf"]);
  const { call, calls, socket, events } = await inState("ringing");
  call.sendKeys("1");
  call.pressKey("1");
  assert.deepEqual(socket.take(), []);
  assert.deepEqual(calls, ["warning wrong-state sendKeys", "warning wrong-state pressKey"]);
  assert.deepEqual(events, calls);
});

test("what is no key is refused by name, and nothing of it is sent", async () => {
  const { call, socket, calls } = await inState("established");
  let warning;
  call.on("warning", (given) => (warning = given));
  for (const wrong of ["", "12x", "E", "１", undefined]) call.sendKeys(wrong);
  call.pressKey("12");
  assert.deepEqual(socket.take(), []);
  assert.equal(calls.length, 6);
  assert.deepEqual([warning.reason, warning.field, warning.request, warning.callId], ["invalid-field", "keys", "pressKey", call.id]);
});

test("keys that the server refuses end nothing", async () => {
  const { call, socket, calls } = await inState("established");
  call.sendKeys("1".repeat(65));
  await socket.say("fail", { apiMethod: "sendDtmf", id: call.id, info: "64 keys at most.", offhook: { reason: "limit-reached" } });
  assert.equal(call.state, "established");
  assert.deepEqual(calls, ["warning limit-reached sendKeys"]);
});

test("a key of the other side is told with its length", async () => {
  const { call, calls, socket } = await inState("established");
  await socket.say("dtmf", { callId: call.id, key: "#", duration: 160 });
  await socket.say("dtmf", { callId: call.id, key: "4" });
  await socket.say("dtmf", { callId: call.id });
  assert.deepEqual(calls, ["key # 160", "key 4 0"]);
});

test("sixteen keys have sixteen pairs of tones", () => {
  const pairs = [..."0123456789*#ABCD"].map((key) => tonesOf(key).join("+"));
  assert.equal(new Set(pairs).size, 16);
  assert.deepEqual(tonesOf("1"), [697, 1209]);
  assert.deepEqual(tonesOf("D"), [941, 1633]);
  assert.equal(keysIn(" 0.1-2\t*#a "), "012*#A");
});
