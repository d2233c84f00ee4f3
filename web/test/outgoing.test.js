import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeStream, FakeTrack, SERVER_SDP, settle } from "./fakes.js";
import { dialled, follow, inState, registered } from "./stage.js";

test("a call is told to the server once the microphone is open, with all that WCS wants", async () => {
  const { phone, platform, socket } = await registered();
  const call = phone.call(" 1001 ", { visibleName: "Anna" });
  const calls = follow(call);
  await settle();
  assert.equal(call.state, "connecting");
  assert.deepEqual(socket.take(), [], "nobody is rung before the microphone is allowed");
  assert.deepEqual(platform.microphones[0].constraints.video, false);
  await platform.microphones[0].allow();
  const { sdp, ...rest } = socket.last("call");
  assert.match(sdp, /^v=0/);
  assert.deepEqual(rest, {
    callId: "call-1",
    incoming: false,
    hasAudio: true,
    hasVideo: false,
    status: "PENDING",
    mediaProvider: "WebRTC",
    caller: "1000",
    callee: "1001",
    visibleName: "Anna",
  });
  assert.deepEqual(calls, ["microphone asking", "microphone on"]);
  assert.deepEqual(phone.calls, [call]);
});

test("a call goes its whole way, and frees everything at its end", async () => {
  const { platform, socket, call, calls, peer, microphone, phone } = await dialled();
  calls.length = 0;
  await socket.say("notifyTryingResponse", { callId: call.id, status: "TRYING" });
  await socket.say("setRemoteSDP", call.id, SERVER_SDP, true);
  await socket.say("ring", { callId: call.id, status: "RING" });
  await socket.say("talk", { callId: call.id, status: "ESTABLISHED" });
  for (let i = 0; i < 13; i++) {
    await platform.pass(5_000);
    await socket.say("ping");
  }
  await platform.pass(400);
  assert.equal(call.duration, 65);
  await socket.say("finish", { callId: call.id, status: "FINISH", offhook: { reason: "normal", by: "peer", text: "Bye." } });
  await platform.pass(1000);
  assert.deepEqual(calls, ["trying", "ringing", "established", "microphone off", "ended normal"]);
  assert.deepEqual(call.outcome, { reason: "normal", text: "Bye.", by: "peer" });
  assert.equal(call.duration, 65);
  assert.deepEqual(peer.log, ["addTransceiver", "createOffer", "local offer", "replaceTrack", "remote answer"]);
  assert.ok(peer.closed);
  assert.ok(microphone.track.stopped);
  assert.deepEqual(phone.calls, []);
  assert.deepEqual(call.levels(), { microphone: 0, remote: 0 });
});

test("ringback plays while it rings, but not over early media, and stops with the call", async () => {
  const { platform, say, call } = await inState("ringing");
  assert.deepEqual(platform.played, ["ringback"]);
  await say("ring", "RING_MEDIA");
  assert.equal(call.state, "early-media");
  await say("ring", "RING");
  assert.equal(call.state, "early-media", "a plain 180 after early media changes nothing");
  await say("talk", "ESTABLISHED");
  call.hangUp();
  assert.deepEqual(platform.played, ["ringback", "silence"]);
});

test("an application may make its own sounds", async () => {
  const { platform, call } = await inState("ringing", { sounds: false, playAudio: false });
  assert.deepEqual(platform.played, []);
  assert.equal(platform.element, undefined);
  assert.ok(call.remoteStream);
});

test("the sender is told the far side's codec where the browser can", async () => {
  const { socket, call, peer } = await inState("ringing");
  await socket.say("codec", { callId: call.id, codec: "PCMU", payloadType: 0 });
  assert.equal(call.codec, "PCMU");
  assert.deepEqual(peer.log.slice(5), ["setParameters"]);
});

for (const trait of ["codecIgnored", "codecRefused"]) {
  test(`elsewhere the same answer is applied again with that codec first (${trait})`, async () => {
    const stage = await registered();
    stage.platform.peerTraits = { [trait]: true };
    const call = stage.phone.call("1001");
    await settle();
    await stage.platform.microphones[0].allow();
    const [peer] = stage.platform.peers;
    await stage.socket.say("setRemoteSDP", call.id, SERVER_SDP, true);
    stage.socket.take();
    await stage.socket.say("codec", { callId: call.id, codec: "PCMU", payloadType: 0 });
    assert.deepEqual(peer.log.slice(5), ["setParameters", "createOffer", "local offer", "remote answer"]);
    assert.match(peer.remoteSdp, /m=audio 9 UDP\/TLS\/RTP\/SAVPF 0 111 9 8\r\n/);
    assert.deepEqual(stage.socket.take(), [], "the server hears nothing of it");
  });
}

test("a codec that comes before the answer waits for it", async () => {
  const { socket, call, peer } = await dialled();
  socket.say("setRemoteSDP", call.id, SERVER_SDP, true);
  await socket.say("codec", { callId: call.id, codec: "PCMU", payloadType: 0 });
  assert.deepEqual(peer.log.slice(4), ["remote answer", "setParameters"]);
});

test("a second answer is not applied", async () => {
  const { socket, call, peer } = await inState("ringing");
  await socket.say("setRemoteSDP", call.id, SERVER_SDP, true);
  assert.equal(peer.log.filter((line) => line === "remote answer").length, 1);
  assert.equal(call.state, "ringing");
});

test("hanging up while the microphone is asked for rings nobody, and closes the microphone when it opens", async () => {
  const { phone, platform, socket } = await registered();
  const call = phone.call("1001");
  const calls = follow(call);
  await settle();
  call.hangUp();
  await platform.microphones[0].allow();
  assert.deepEqual(socket.take(), []);
  assert.ok(platform.microphones[0].track.stopped);
  assert.deepEqual(calls, ["microphone asking", "microphone off", "ended cancelled"]);
  assert.ok(platform.peers[0].closed);
});

test("hanging up in the same breath as calling starts nothing at all", async () => {
  const { phone, platform } = await registered();
  const call = phone.call("1001");
  const calls = follow(call);
  call.hangUp();
  await settle();
  assert.deepEqual(calls, ["ended cancelled"]);
  assert.deepEqual([platform.peers.length, platform.microphones.length], [0, 0]);
});

for (const [state, reason] of Object.entries({
  connecting: "cancelled",
  trying: "cancelled",
  ringing: "cancelled",
  "early-media": "cancelled",
  established: "normal",
})) {
  test(`hanging up while ${state} is told to the server once, and what it says later is not heard`, async () => {
    const { call, calls, socket, say, events } = await inState(state);
    call.hangUp();
    call.hangUp();
    assert.deepEqual(socket.take(), ["hangup"]);
    await say("talk", "ESTABLISHED");
    await say("finish", "FAILED", { sipStatus: 487 });
    assert.deepEqual(calls, ["microphone off", `ended ${reason}`]);
    assert.equal(call.outcome.by, "browser");
    assert.deepEqual(events, []);
  });

  test(`a server that goes while ${state} ends the call and closes the microphone`, async () => {
    const { call, calls, socket, events, microphone, platform } = await inState(state);
    await socket.drop();
    assert.deepEqual(calls, ["microphone off", "ended server-gone"]);
    assert.deepEqual(events, ["disconnected server-gone"]);
    assert.equal(call.outcome.by, "server");
    assert.ok(microphone.track.stopped);
    assert.equal(platform.timers, 0);
  });

  test(`the other side or the server can end a call while ${state}`, async () => {
    const { calls, say, socket } = await inState(state);
    await say("finish", "FAILED", { sipStatus: 603, info: "Declined", offhook: { reason: "declined", by: "peer" } });
    assert.deepEqual(calls, ["microphone off", "ended declined"]);
    assert.deepEqual(socket.take(), []);
  });
}

test("a server that goes while the microphone is asked for ends the call", async () => {
  const { phone, socket, platform } = await registered();
  const calls = follow(phone.call("1001"));
  await settle();
  await socket.drop();
  await platform.microphones[0].allow();
  assert.deepEqual(calls, ["microphone asking", "microphone off", "ended server-gone"]);
  assert.ok(platform.microphones[0].track.stopped);
});

const refusals = [
  ["NotAllowedError", "Permission denied", undefined, "microphone-denied"],
  ["NotAllowedError", "Permission dismissed", undefined, "microphone-dismissed"],
  ["NotAllowedError", "The request is not allowed by the user agent", "prompt", "microphone-dismissed"],
  ["NotAllowedError", "The request is not allowed by the user agent", "denied", "microphone-denied"],
  ["NotAllowedError", "The request is not allowed by the user agent", undefined, "microphone-denied"],
  ["NotAllowedError", "Permission denied by system", "granted", "microphone-denied-by-system"],
  ["NotAllowedError", "The request is not allowed by the user agent", "granted", "microphone-denied-by-system"],
  ["NotFoundError", "", undefined, "microphone-missing"],
  ["OverconstrainedError", "", undefined, "microphone-missing"],
  ["NotReadableError", "", undefined, "microphone-busy"],
  ["AbortError", "", undefined, "microphone-busy"],
  ["SecurityError", "", undefined, "microphone-denied"],
];
for (const [name, message, permission, reason] of refusals) {
  test(`no microphone: ${name} "${message}" with permission ${permission} is ${reason}`, async () => {
    const { phone, platform, socket } = await registered();
    platform.permission = permission;
    const calls = follow(phone.call("1001"));
    await settle();
    await platform.microphones[0].refuse(name, message);
    assert.deepEqual(calls, ["microphone asking", "microphone off", `ended ${reason}`]);
    assert.deepEqual(socket.take(), []);
    assert.ok(platform.peers[0].closed);
  });
}

test("a frame that may not use the microphone is told apart from a person who says no", async () => {
  const { phone, platform } = await registered();
  platform.frameAllowed = false;
  const call = phone.call("1001");
  await settle();
  await platform.microphones[0].refuse("NotAllowedError", "Permission denied");
  assert.equal(call.outcome.reason, "microphone-denied-in-frame");
});

test("an insecure page and a browser without WebRTC are told apart, and ask for nothing", async () => {
  for (const [prepare, reason] of [
    [(platform) => (platform.secure = false), "insecure-page"],
    [(platform) => (platform.webRtc = false), "browser-unsupported"],
  ]) {
    const { phone, platform } = await registered({}, prepare);
    const calls = follow(phone.call("1001"));
    await settle();
    assert.deepEqual(calls, [`ended ${reason}`]);
    assert.equal(platform.microphones.length, 0);
  }
});

test("calls without a connection, without a number or with an id in use end by themselves, after they were returned", async () => {
  const { phone, socket } = await registered();
  const nobody = follow(phone.call("  "));
  const first = phone.call("1001", { id: "mine" });
  const twin = follow(phone.call("1002", { id: "mine" }));
  await settle();
  assert.deepEqual(nobody, ["ended invalid-field"]);
  assert.deepEqual(twin, ["ended duplicate-call"]);
  assert.deepEqual(phone.calls, [first], "the first call with that id is untouched");
  await socket.drop();
  const late = follow(phone.call("1001"));
  await settle();
  assert.deepEqual(late, ["ended not-connected"]);
});

test("a call may be made before the registration is through", async () => {
  const { phone, socket, platform } = await registered();
  await socket.say("fail", { apiMethod: "RegistrationStatusEvent", offhook: { reason: "transport-error" } });
  phone.call("1001");
  await settle();
  await platform.microphones[0].allow();
  assert.deepEqual(socket.take(), ["call"]);
});

test("a call that the server refuses at once ends with the server's words", async () => {
  const { socket, call, calls, events } = await dialled();
  await socket.say("fail", { apiMethod: "call", id: call.id, info: "Too many", offhook: { reason: "limit-reached" } });
  assert.deepEqual(calls.slice(-2), ["ended limit-reached", "warning limit-reached call"]);
  assert.deepEqual(events, ["warning limit-reached call"]);
});

test("a server that takes no notice of a call is not waited for", async () => {
  const { platform, socket, calls } = await dialled();
  socket.take();
  for (let i = 0; i < 2; i++) {
    await platform.pass(5_000);
    await socket.say("ping");
  }
  assert.equal(calls.at(-1), "ended request-timeout");
  assert.deepEqual(socket.take(), ["pong", "hangup", "pong"]);
});

test("a browser that cannot make an offer or take the answer ends the call, with its own words", async () => {
  const { phone, platform } = await registered();
  platform.peerTraits = { offerFails: true };
  const call = phone.call("1001");
  await settle();
  assert.equal(call.outcome.reason, "media-failed");
  assert.match(call.outcome.text, /no codecs/);
  await platform.microphones[0].allow();
  assert.ok(platform.microphones[0].track.stopped);

  const { socket, call: second, platform: other } = await dialled();
  other.peers[0].setRemoteDescription = async () => {
    throw new Error("bad SDP");
  };
  socket.take();
  await socket.say("setRemoteSDP", second.id, SERVER_SDP, true);
  assert.equal(second.outcome.reason, "media-failed");
  assert.deepEqual(socket.take(), ["hangup"]);
});

test("a path that breaks for good ends the call, by what broke", async () => {
  const ice = await inState("established");
  await ice.peer.become("disconnected");
  assert.equal(ice.call.state, "established");
  await ice.peer.become("failed");
  assert.equal(ice.call.outcome.reason, "ice-timeout");
  assert.deepEqual(ice.socket.take(), ["hangup"]);

  const dtls = await inState("ringing");
  await dtls.peer.become("failed", "connected");
  assert.equal(dtls.call.outcome.reason, "dtls-failed");
});

test("muting works at once and before, and is told", async () => {
  const { call, calls, microphone } = await inState("established");
  call.mute();
  assert.deepEqual([call.muted, microphone.track.enabled, call.microphone], [true, false, "muted"]);
  call.unmute();
  assert.equal(microphone.track.enabled, true);
  assert.deepEqual(calls, ["microphone muted", "microphone on"]);

  const { phone, platform } = await registered();
  const early = phone.call("1001");
  early.mute();
  await settle();
  await platform.microphones[0].allow();
  assert.deepEqual([early.microphone, platform.microphones[0].track.enabled], ["muted", false]);
});

test("a microphone that is unplugged is told", async () => {
  const { calls, microphone } = await inState("established");
  microphone.track.onended();
  assert.deepEqual(calls, ["microphone lost"]);
});

test("an application's own stream is used and never stopped", async () => {
  const { phone, socket } = await registered();
  const track = new FakeTrack();
  const call = phone.call("1001", { microphone: new FakeStream([track]) });
  await settle();
  assert.deepEqual(socket.take(), ["call"]);
  call.mute();
  assert.equal(track.enabled, true, "another call may share it");
  call.hangUp();
  assert.deepEqual([track.stopped, track.cloned.stopped], [false, true]);

  const empty = follow(phone.call("1001", { microphone: new FakeStream([]) }));
  await settle();
  assert.equal(empty.at(-1), "ended microphone-missing");
});

test("a browser that will not play sound yet says so, and can be asked again", async () => {
  const stage = await registered();
  stage.platform.autoplayBlocked = true;
  const call = stage.phone.call("1001");
  const calls = follow(call);
  await settle();
  await stage.platform.microphones[0].allow();
  await stage.socket.say("setRemoteSDP", call.id, SERVER_SDP, true);
  assert.ok(calls.includes("audio-blocked"));
  stage.platform.autoplayBlocked = false;
  await call.playAudio();
  assert.equal(stage.platform.element.plays, 2);
  call.hangUp();
  assert.equal(stage.platform.element.srcObject, null);
});

test("levels are measured on both sides", async () => {
  const { call, platform } = await inState("established");
  assert.equal(platform.audio, "asleep", "nothing sounds and nothing is measured");
  const { microphone, remote } = call.levels();
  assert.ok(microphone > 0.6 && microphone < 0.7, `-20 dB is two thirds: ${microphone}`);
  assert.equal(remote, microphone);
  assert.equal(platform.audio, "running");
  call.hangUp();
  assert.equal(platform.audio, "asleep");
});

test("several calls run side by side", async () => {
  const { phone, platform, socket } = await registered();
  const calls = Array.from({ length: 20 }, (_, i) => phone.call(String(1000 + i)));
  await settle();
  for (const microphone of platform.microphones) await microphone.allow();
  for (const call of calls) await socket.say("talk", { callId: call.id, status: "ESTABLISHED" });
  calls[7].hangUp();
  assert.equal(phone.calls.length, 19);
  assert.ok(calls.every((call, i) => call.state === (i === 7 ? "ended" : "established")));
});
