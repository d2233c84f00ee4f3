import assert from "node:assert/strict";
import { test } from "node:test";
import { inState, ringing, talks } from "./stage.js";

test("a blind transfer is followed to its end, which is that of the call", async () => {
  const { call, calls, socket } = await inState("established");
  call.transfer(" 1003 ");
  assert.deepEqual(socket.last("transfer"), { callId: call.id, target: "1003" });
  assert.deepEqual(call.transferring, { status: "pending", target: "1003" });
  const say = (status, offhook) => socket.say("notifyTransferEvent", { callId: call.id, status, incoming: false, target: "1003", offhook });
  await say("PENDING", {});
  await say("PROGRESS", { sipStatus: 180 });
  await say("COMPLETED", { reason: "normal", sipStatus: 200 });
  assert.equal(call.transferring.status, "completed");
  assert.equal(call.state, "established");
  await socket.say("finish", { callId: call.id, status: "FINISH", offhook: { reason: "normal" } });
  assert.deepEqual(calls.filter((line) => !line.startsWith("microphone")), [
    "transfer pending 1003",
    "transfer progress 1003 180",
    "transfer completed 1003 200",
    "ended normal",
  ]);
});

test("a transfer that fails leaves the call as it was, and another can be tried", async () => {
  const { call, calls, events, socket } = await inState("established");
  call.transfer("1003");
  await socket.say("notifyTransferEvent", {
    callId: call.id,
    status: "FAILED",
    incoming: false,
    target: "1003",
    offhook: { reason: "busy", text: "Engaged.", sipStatus: 486 },
  });
  assert.deepEqual([call.state, call.transferring], ["established", undefined]);
  assert.deepEqual(calls, ["transfer pending 1003", "transfer failed 1003 486 busy"]);
  call.transfer("1004");
  await socket.say("fail", { apiMethod: "transfer", id: call.id, offhook: { reason: "domain-not-allowed" } });
  assert.deepEqual(calls.slice(2), ["transfer pending 1004", "transfer failed 1004 domain-not-allowed"]);
  assert.deepEqual(events, [], "said once, where it is waited for");
  assert.equal(call.state, "established");
});

test("an attended transfer names the other call", async () => {
  const stage = await inState("established");
  const other = await talks(stage, "1003");
  stage.call.transferTo(other);
  assert.deepEqual(stage.socket.last("transfer"), { callId: stage.call.id, offhook: { to: other.id } });
  assert.equal(stage.call.transferring.target, "1003");
});

test("what cannot be transferred fails at once, with its reason, and asks the server nothing", async () => {
  const { call, calls, socket } = await inState("ringing");
  call.transfer("1003");
  assert.deepEqual(calls, ["transfer failed 1003 wrong-state"]);

  const stage = await inState("established");
  stage.call.transfer("  ");
  stage.call.transferTo(stage.call);
  stage.call.transferTo(stage.phone.call("1003"));
  assert.deepEqual(stage.calls.filter((line) => line.startsWith("transfer")), [
    "transfer failed  invalid-field",
    "transfer failed 1001 wrong-state",
    "transfer failed 1003 wrong-state",
  ]);
  assert.deepEqual([...socket.take(), ...stage.socket.take()], ["hold"], "which is for the call that was just made");

  const plain = await inState("established", { plain: true });
  plain.call.transferTo(await talks(plain, "1003"));
  assert.ok(plain.calls.includes("transfer failed 1003 wrong-state"), "WCS has no words for it");
});

test("one transfer at a time", async () => {
  const { call, calls, socket } = await inState("established");
  call.transfer("1003");
  call.transfer("1004");
  assert.deepEqual(socket.take(), ["transfer"]);
  assert.deepEqual(calls, ["transfer pending 1003", "warning wrong-state transfer"]);
});

test("news of a transfer that nobody here asked for are not taken for ours", async () => {
  const { call, calls, socket } = await inState("established");
  await socket.say("notifyTransferEvent", { callId: call.id, status: "COMPLETED", incoming: false });
  call.transfer("1003");
  await socket.say("notifyTransferEvent", { callId: call.id, status: "COMPLETED", incoming: true });
  await socket.say("notifyTransferEvent", { callId: "other", status: "COMPLETED" });
  assert.deepEqual(calls, ["transfer pending 1003"]);
});

test("a call that rings here is not transferred", async () => {
  const { call, calls } = await ringing();
  call.transfer("1003");
  assert.deepEqual(calls, ["transfer failed 1003 wrong-state"]);
});
