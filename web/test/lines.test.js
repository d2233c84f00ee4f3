import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./fakes.js";
import { inState, registered, ringing, rings, talks } from "./stage.js";

/** The messages that were sent since the last look, with the call of each. */
const sent = (socket) => socket.sent.splice(0).map(({ message, data }) => `${message} ${data[0].callId}`);

test("one call runs and the others wait: making, answering and taking up hold the rest", async () => {
  const stage = await inState("established");
  const { phone, socket, call, platform } = stage;
  const second = await talks(stage, "1002");
  assert.deepEqual(sent(socket), [`hold ${call.id}`, `call ${second.id}`]);
  assert.equal(phone.active, second);
  await socket.say("hold", { callId: call.id, status: "HOLD" });

  const third = await rings(stage, "in-3");
  assert.equal(phone.active, second, "ringing here changes nothing");
  sent(socket);
  phone.activate(third);
  await settle();
  await platform.microphones.at(-1).allow();
  assert.deepEqual(sent(socket), [`hold ${second.id}`, "answer in-3"]);
  await socket.say("talk", { callId: "in-3", status: "ESTABLISHED" });
  assert.equal(phone.active, third);

  call.resume();
  assert.deepEqual(sent(socket), ["hold in-3", `unhold ${call.id}`]);
  assert.equal(phone.active, call);
});

test("swapping goes round all calls that are on hold", async () => {
  const stage = await inState("established");
  const { phone, call } = stage;
  const second = await talks(stage, "1002");
  const third = await talks(stage, "1003");
  const order = [phone.active];
  for (let i = 0; i < 4; i++) {
    phone.swap();
    order.push(phone.active);
  }
  assert.deepEqual(order, [third, call, second, third, call]);
  assert.equal(phone.calls.filter(({ holdWanted }) => holdWanted).length, 2);
});

test("swapping takes up the only call when it is on hold, and does nothing without one", async () => {
  const { phone, call } = await inState("established");
  phone.swap();
  assert.equal(call.holdWanted, false);
  call.hold();
  assert.equal(phone.active, undefined);
  phone.swap();
  assert.equal(phone.active, call);
});

test("an application may let several calls talk at once", async () => {
  const stage = await inState("established", { holdOthers: false });
  const second = await talks(stage, "1002");
  assert.deepEqual(sent(stage.socket), [`call ${second.id}`]);
  second.hold();
  stage.phone.swap();
  assert.deepEqual([stage.call.holdWanted, second.holdWanted], [true, false], "a swap is a swap");
});

test("who talks hears a second caller quietly; who does not, hears the ringtone", async () => {
  const stage = await inState("established");
  const { platform, call, phone } = stage;
  platform.played.length = 0;
  await rings(stage, "in-1");
  assert.deepEqual(platform.played, ["waiting"]);
  phone.silence();
  assert.deepEqual(platform.played, ["waiting", "silence"]);
  await rings(stage, "in-2");
  assert.equal(platform.played.at(-1), "waiting");
  call.hold();
  assert.deepEqual(platform.played.slice(-2).sort(), ["ringtone", "silence"]);
  const { length } = platform.played;
  call.hangUp();
  assert.equal(platform.played.length, length, "and goes on hearing it");
});

test("ringback is heard for a second call while the first is on hold, and not over early media", async () => {
  const stage = await inState("established");
  const { phone, platform, socket } = stage;
  platform.played.length = 0;
  const second = phone.call("1002");
  await settle();
  await platform.microphones.at(-1).allow();
  await socket.say("ring", { callId: second.id, status: "RING" });
  assert.deepEqual(platform.played, ["ringback"]);
  await socket.say("ring", { callId: second.id, status: "RING_MEDIA" });
  assert.deepEqual(platform.played, ["ringback", "silence"]);
});

test("a call that is on hold before it is answered rings in silence", async () => {
  const { call, platform } = await inState("ringing");
  call.hold();
  assert.deepEqual(platform.played, ["ringback", "silence"]);
});

test("headers of the phone and of the call go out together, the call's own first", async () => {
  const stage = await registered({ headers: { "X-Team": "red", "X-Page": "all" } });
  const call = await talks(stage, "1001", { headers: { "X-Page": "shop" } });
  assert.deepEqual(stage.socket.last("call").offhook, { headers: { "X-Team": "red", "X-Page": "shop" } });
  assert.deepEqual(call.headers, { "X-Team": "red", "X-Page": "shop" });
  assert.equal("offhook" in (await talksWithoutHeaders()), false);
});

async function talksWithoutHeaders() {
  const stage = await registered();
  await talks(stage, "1001");
  return stage.socket.last("call");
}

test("the application hears of the calls after each change that it can show", async () => {
  const { phone, call, socket } = await inState("established");
  let changes = 0;
  phone.on("calls", () => changes++);
  for (const act of [
    () => call.hold(),
    () => socket.say("hold", { callId: call.id, status: "HOLD" }),
    () => socket.say("heldByPeer", { callId: call.id, held: true }),
    () => socket.say("peer", { callId: call.id, number: "1002", name: "" }),
    () => call.transfer("1003"),
  ]) {
    const before = changes;
    await act();
    assert.ok(changes > before, String(act));
  }
});

test("a caller who is answered while the first call is still being dialled puts that one aside", async () => {
  const stage = await inState("trying");
  const second = await rings(stage, "in-1");
  second.answer();
  await settle();
  await stage.platform.microphones.at(-1).allow();
  await stage.say("talk", "ESTABLISHED");
  assert.deepEqual(sent(stage.socket).slice(-2), ["answer in-1", `hold ${stage.call.id}`]);
});

test("two calls that ring here are answered one after the other", async () => {
  const stage = await ringing();
  const second = await rings(stage, "in-2");
  stage.phone.activate(second);
  assert.deepEqual([stage.call.state, second.state], ["ringing", "connecting"]);
  assert.equal(stage.call.holdWanted, false);
});
