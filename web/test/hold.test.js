import assert from "node:assert/strict";
import { test } from "node:test";
import { follow, inState, dialled, ringing } from "./stage.js";

test("hold silences both sides with the press, and is told when the other side has agreed", async () => {
  const { call, calls, socket, microphone, platform, say } = await inState("established");
  call.hold();
  call.hold();
  assert.deepEqual(socket.sent.splice(0), [{ message: "hold", data: [{ callId: call.id }] }]);
  assert.deepEqual([call.held, call.holdWanted, call.microphone], [false, true, "muted"]);
  assert.deepEqual([microphone.track.enabled, platform.element.muted], [false, true]);
  await say("hold", "HOLD");
  assert.deepEqual([call.held, call.state], [true, "established"]);
  call.resume();
  assert.equal(microphone.track.enabled, false, "nobody is heard before the other side knows it");
  assert.equal(platform.element.muted, false);
  assert.deepEqual(socket.take(), ["unhold"]);
  await say("talk", "ESTABLISHED");
  assert.deepEqual([call.held, call.holdWanted, microphone.track.enabled], [false, false, true]);
  assert.deepEqual(calls, ["microphone muted", "held true", "microphone on", "held false"]);
});

test("presses that come quicker than the answers end where the last one wanted", async () => {
  const { call, calls, socket, say } = await inState("established");
  call.hold();
  call.resume();
  assert.deepEqual(socket.take(), ["hold"], "one question at a time");
  await say("hold", "HOLD");
  assert.deepEqual(socket.take(), ["unhold"]);
  await say("talk", "ESTABLISHED");
  call.hold();
  call.resume();
  call.hold();
  await say("hold", "HOLD");
  assert.deepEqual(socket.take(), ["hold"]);
  assert.equal(call.held, true);
  assert.deepEqual(calls.filter((line) => line.startsWith("held")), ["held true", "held false", "held true"]);
});

test("a refused hold goes on as before, with a warning that names it", async () => {
  const { call, calls, events, socket, microphone } = await inState("established");
  call.hold();
  await socket.say("fail", { apiMethod: "hold", id: call.id, info: "No.", sipStatus: 488, offhook: { reason: "no-common-codec" } });
  assert.deepEqual([call.state, call.held, call.holdWanted, microphone.track.enabled], ["established", false, false, true]);
  assert.deepEqual(calls, ["microphone muted", "microphone on", "warning no-common-codec hold"]);
  assert.deepEqual(events, ["warning no-common-codec hold"]);

  call.hold();
  await socket.say("hold", { callId: call.id, status: "HOLD" });
  call.resume();
  await socket.say("fail", { apiMethod: "unhold", id: call.id, offhook: { reason: "request-timeout" } });
  assert.deepEqual([call.held, call.holdWanted], [true, true]);
  assert.equal(calls.at(-1), "warning request-timeout resume");
});

test("a hold that the server began by itself stands, and can be taken back", async () => {
  const { call, calls, socket, say } = await inState("established");
  await say("hold", "HOLD");
  assert.deepEqual(calls, ["microphone muted", "held true"]);
  call.resume();
  assert.deepEqual(socket.take(), ["unhold"]);
});

test("a call that is put on hold before it is established goes on hold when it is", async () => {
  const { call, socket, say, microphone } = await inState("trying");
  call.hold();
  assert.deepEqual(socket.take(), []);
  await say("talk", "ESTABLISHED");
  assert.deepEqual(socket.take(), ["hold"]);
  assert.equal(microphone.track.enabled, false);
});

test("hold means nothing to a call that rings here or is over", async () => {
  const { call, socket } = await ringing();
  socket.take();
  call.hold();
  assert.equal(call.holdWanted, false);
  call.hangUp();
  call.hold();
  call.resume();
  assert.deepEqual(socket.take(), ["hangup"]);
});

test("mute and hold are two things: a muted call stays muted when it is taken up again", async () => {
  const { call, microphone, say } = await inState("established");
  call.hold();
  await say("hold", "HOLD");
  call.mute();
  call.resume();
  await say("talk", "ESTABLISHED");
  assert.deepEqual([call.muted, microphone.track.enabled, call.microphone], [true, false, "muted"]);
  call.unmute();
  assert.equal(microphone.track.enabled, true);
});

test("a microphone that is allowed only after the call was put on hold stays closed to the other side", async () => {
  const { phone, platform } = await dialled();
  const second = phone.call("1002");
  const calls = follow(second);
  second.hold();
  await platform.pass(0);
  await platform.microphones[1].allow();
  assert.equal(platform.microphones[1].track.enabled, false);
  assert.deepEqual(calls, ["microphone asking", "microphone muted"]);
});

test("being put on hold by the other side is told once, and ends no sound here", async () => {
  const { call, calls, socket, platform, microphone } = await inState("established");
  await socket.say("heldByPeer", { callId: call.id, held: true });
  await socket.say("heldByPeer", { callId: call.id, held: true });
  assert.equal(call.heldByPeer, true);
  assert.deepEqual([platform.element.muted, microphone.track.enabled], [false, true], "there may be music");
  await socket.say("heldByPeer", { callId: call.id, held: false });
  assert.deepEqual(calls, ["held-by-peer true", "held-by-peer false"]);
});

test("another other side is told by number and name", async () => {
  const { call, calls, socket } = await inState("established");
  await socket.say("peer", { callId: call.id, number: "1003", name: "Carla" });
  assert.deepEqual([call.number, call.name], ["1003", "Carla"]);
  await socket.say("peer", { callId: call.id, number: "1004", name: "1004" });
  await socket.say("peer", { callId: call.id });
  assert.deepEqual([call.number, call.name], ["1004", ""]);
  assert.deepEqual(calls, ["peer 1003 Carla", "peer 1004 "]);
});
