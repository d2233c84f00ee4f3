import assert from "node:assert/strict";
import { test } from "node:test";
import { SERVER_SDP, settle } from "./fakes.js";
import { registered, ringing, rings } from "./stage.js";

test("an incoming call prepares its path while it rings, without a microphone", async () => {
  const { socket, call, peer, platform, events } = await ringing();
  assert.deepEqual(events, ["incoming"]);
  assert.deepEqual([call.direction, call.state, call.number, call.name], ["incoming", "ringing", "1001", "Anna"]);
  assert.deepEqual(peer.log, ["remote offer", "createAnswer", "local answer"]);
  assert.equal(peer.getTransceivers()[0].direction, "sendrecv");
  assert.equal(platform.microphones.length, 0);
  const { callId, sdp } = socket.last("prepare");
  assert.equal(callId, "in-1");
  assert.match(sdp, /^v=0/);
  assert.deepEqual(platform.played, ["ringtone"]);
});

test("a server that knows only WCS is not told of the preparation", async () => {
  const { socket } = await ringing({ plain: true });
  assert.deepEqual(socket.take(), []);
});

test("answering asks for the microphone, then sends the same description again", async () => {
  const { socket, call, calls, peer, platform } = await ringing();
  const prepared = socket.last("prepare").sdp;
  socket.take();
  call.answer();
  call.answer();
  await settle();
  assert.deepEqual(platform.played, ["ringtone", "silence"], "the ringtone stops with the press");
  assert.deepEqual(socket.take(), []);
  await platform.microphones[0].allow();
  const { sdp, ...rest } = socket.last("answer");
  assert.equal(sdp, prepared);
  assert.deepEqual(rest, {
    callId: "in-1",
    incoming: true,
    hasAudio: true,
    hasVideo: false,
    status: "PENDING",
    mediaProvider: "WebRTC",
    callee: "1001",
  });
  await socket.say("talk", { callId: "in-1", status: "ESTABLISHED" });
  assert.deepEqual(calls, ["connecting", "microphone asking", "microphone on", "established"]);
  assert.equal(peer.log.at(-1), "replaceTrack");
  assert.equal(platform.microphones.length, 1);
});

test("answering in the very moment of the announcement waits for the preparation", async () => {
  const { socket, phone, platform } = await registered();
  phone.on("incoming", (call) => call.answer());
  await socket.say("setRemoteSDP", "in-1", SERVER_SDP, false);
  await socket.say("notifyIncomingCall", { callId: "in-1", caller: "1001" });
  await platform.microphones[0].allow();
  assert.deepEqual(socket.take(), ["prepare", "answer"]);
});

test("declining tells the server and nobody's microphone", async () => {
  const { socket, call, calls, platform } = await ringing();
  socket.take();
  call.decline();
  assert.deepEqual(socket.take(), ["hangup"]);
  assert.deepEqual(calls, ["ended declined"]);
  assert.equal(call.outcome.by, "browser");
  assert.equal(platform.microphones.length, 0);
});

test("a caller who gives up while it rings ends the call", async () => {
  const { socket, calls, platform, peer } = await ringing();
  socket.take();
  await socket.say("finish", { callId: "in-1", status: "FINISH", offhook: { reason: "cancelled", by: "peer" } });
  assert.deepEqual(calls, ["ended cancelled"]);
  assert.deepEqual(socket.take(), []);
  assert.deepEqual(platform.played, ["ringtone", "silence"]);
  assert.ok(peer.closed);
});

test("a caller who gives up during the microphone's question leaves no open microphone", async () => {
  const { socket, call, calls, platform } = await ringing();
  socket.take();
  call.answer();
  await settle();
  await socket.say("finish", { callId: "in-1", status: "FINISH", offhook: { reason: "cancelled", by: "peer" } });
  await platform.microphones[0].allow();
  assert.ok(platform.microphones[0].track.stopped);
  assert.deepEqual(socket.take(), [], "no answer to a call that is over");
  assert.deepEqual(calls, ["connecting", "microphone asking", "microphone off", "ended cancelled"]);
});

test("a refused microphone ends the incoming call, and the caller is told", async () => {
  const { socket, call, platform } = await ringing();
  socket.take();
  call.answer();
  await settle();
  await platform.microphones[0].refuse("NotAllowedError", "Permission denied");
  assert.deepEqual(socket.take(), ["hangup"]);
  assert.equal(call.outcome.reason, "microphone-denied");
});

for (const [name, act] of Object.entries({
  "it rings": () => {},
  "the microphone is asked for": (call) => call.answer(),
})) {
  test(`a server that goes while ${name} ends the incoming call`, async () => {
    const { socket, call, calls, events } = await ringing();
    events.length = 0;
    act(call);
    await settle();
    await socket.drop();
    assert.equal(calls.at(-1), "ended server-gone");
    assert.deepEqual(events, ["disconnected server-gone"]);
  });
}

test("hanging up after answering is told once, whatever crosses it", async () => {
  const { socket, call, calls, platform } = await ringing();
  call.answer();
  await settle();
  await platform.microphones[0].allow();
  socket.take();
  call.hangUp();
  await socket.say("talk", { callId: "in-1", status: "ESTABLISHED" });
  assert.deepEqual(socket.take(), ["hangup"]);
  assert.equal(calls.at(-1), "ended normal");
});

test("a call announced twice is one call", async () => {
  const { socket, phone, events } = await ringing();
  await socket.say("notifyIncomingCall", { callId: "in-1", caller: "1001" });
  assert.equal(phone.calls.length, 1);
  assert.deepEqual(events, ["incoming"]);
});

test("a call announced without its description is refused and never shown", async () => {
  const { socket, phone, events } = await registered();
  await socket.say("setRemoteSDP", "other", SERVER_SDP, false);
  await socket.say("notifyIncomingCall", { callId: "in-1", caller: "1001" });
  assert.deepEqual(socket.take(), ["hangup"]);
  assert.deepEqual(events, []);
  assert.deepEqual(phone.calls, []);
});

test("an offer that the browser cannot take ends the call and tells the server", async () => {
  const { socket, phone, platform } = await registered();
  platform.peerTraits = { remoteFails: true };
  let ended;
  phone.on("incoming", (call) => call.on("ended", ({ reason }) => (ended = reason)));
  await socket.say("setRemoteSDP", "in-1", SERVER_SDP, false);
  await socket.say("notifyIncomingCall", { callId: "in-1", caller: "1001" });
  assert.equal(ended, "media-failed");
  assert.deepEqual(socket.take(), ["hangup"]);
});

test("the far side's codec is applied by the answerer too, where the sender cannot be told", async () => {
  const { socket, platform, phone } = await registered();
  platform.peerTraits = { codecIgnored: true };
  await socket.say("setRemoteSDP", "in-1", SERVER_SDP, false);
  await socket.say("notifyIncomingCall", { callId: "in-1", caller: "1001" });
  await socket.say("codec", { callId: "in-1", codec: "pcma", payloadType: 8 });
  assert.equal(phone.calls[0].codec, "pcma");
  assert.deepEqual(platform.peers[0].log.slice(3), ["remote offer", "createAnswer", "local answer"]);
  assert.match(platform.peers[0].remoteSdp, /SAVPF 8 111 9 0\r\n/);
});

test("a ringtone that was silenced stays silent until another caller rings", async () => {
  const stage = await ringing();
  stage.phone.silence();
  assert.deepEqual(stage.platform.played, ["ringtone", "silence"]);
  await rings(stage, "in-2");
  assert.equal(stage.platform.played.at(-1), "ringtone");
});

test("an incoming call brings those SIP headers that the server lets through", async () => {
  const stage = await registered();
  const call = await rings(stage, "in-1", { offhook: { headers: { "X-Queue": "sales", "X-Odd": 7 } } });
  assert.deepEqual(call.headers, { "X-Queue": "sales" });
  assert.ok(Object.isFrozen(call.headers));
  assert.deepEqual((await rings(stage, "in-2")).headers, {});
});

for (const [reason, by] of [["answered-elsewhere", "browser"], ["declined", "browser"]]) {
  test(`a call that another tab settles stops ringing here (${reason})`, async () => {
    const { socket, call, calls, platform, phone } = await ringing();
    socket.take();
    await socket.say("finish", { callId: "in-1", status: "FINISH", offhook: { reason, by } });
    assert.deepEqual(calls, [`ended ${reason}`]);
    assert.equal(call.outcome.by, by);
    assert.deepEqual(platform.played, ["ringtone", "silence"]);
    assert.deepEqual(phone.calls, []);
    assert.deepEqual(socket.take(), []);
  });
}

test("answering in two tabs at once: the one that comes late is told that it was answered elsewhere", async () => {
  const { socket, call, calls, platform } = await ringing();
  call.answer();
  await settle();
  await platform.microphones[0].allow();
  await socket.say("finish", { callId: "in-1", status: "FINISH", offhook: { reason: "answered-elsewhere", by: "browser" } });
  assert.equal(calls.at(-1), "ended answered-elsewhere");
  assert.ok(platform.microphones[0].track.stopped);
});
