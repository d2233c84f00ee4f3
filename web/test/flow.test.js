import assert from "node:assert/strict";
import { test } from "node:test";
import { CallFlow, LOOK_MILLIS, WATCH_MILLIS } from "../click/flow.js";
import { ACCEPT_MILLIS } from "../click/token-call.js";
import { Refusal } from "../click/token.js";
import { FakePlatform, FakeStream, FakeTrack, SERVER_SDP, settle } from "./fakes.js";

/** Lets everything run, modules that are loaded on the way too. */
async function turn() {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    await settle();
  }
}

/** A visitor before the first press. */
function visitor({ permission = "prompt", token = async () => "a token", prepare = () => {} } = {}) {
  const platform = new FakePlatform();
  platform.permission = permission;
  prepare(platform);
  const asked = [];
  const flow = new CallFlow(
    {
      url: "https://server/",
      token: (given) => {
        asked.push(given);
        return token(given);
      },
    },
    platform,
  );
  const states = [];
  flow.on("state", ({ state, reason }) => states.push(reason ? `${state} ${reason}` : state));
  return { platform, flow, states, asked };
}

/** A visitor whose call message is on its way. */
async function calling(options) {
  const stage = visitor({ permission: "granted", ...options });
  stage.flow.call();
  await turn();
  await stage.platform.microphones[0].allow();
  await turn();
  const [socket] = stage.platform.sockets;
  await socket.open();
  await socket.say("getUserData", { offhook: { server: "0.1.0" } });
  const { callId } = socket.last("call");
  const say = (message, status, more) => socket.say(message, { callId, status, ...more });
  return { ...stage, socket, say, microphone: stage.platform.microphones[0], peer: stage.platform.peers[0] };
}

/** A visitor who talks. */
async function talking(options) {
  const stage = await calling(options);
  await stage.say("notifyTryingResponse", "TRYING");
  await stage.socket.say("setRemoteSDP", stage.flow.callId, SERVER_SDP, true);
  await stage.say("ring", "RING");
  await stage.say("talk", "ESTABLISHED");
  stage.socket.take();
  return stage;
}

test("a first call: why, the browser's question, the token, the call, and the microphone off", async () => {
  const { flow, platform, states, asked } = visitor();
  flow.call();
  await turn();
  assert.deepEqual(states, ["explaining"]);
  assert.deepEqual(platform.microphones, [], "nobody is asked before they have read why");
  flow.proceed();
  await turn();
  assert.equal(flow.state, "asking");
  assert.deepEqual(platform.microphones[0].constraints.video, false);
  assert.deepEqual([asked.length, platform.sockets.length], [0, 0], "nothing is used up before the microphone is open");
  await platform.microphones[0].allow();
  await turn();
  assert.equal(asked.length, 1);
  const [socket] = platform.sockets;
  assert.equal(socket.url, "wss://server/");
  await socket.open();
  assert.deepEqual(socket.last("connection"), {
    appKey: "defaultApp",
    mediaProviders: ["WebRTC"],
    keepAlive: false,
    clientVersion: "2.0",
    offhook: { sdk: "0.1.0", token: "a token" },
  });
  await socket.say("getUserData", { offhook: { server: "0.1.0" } });
  const { sdp, ...call } = socket.last("call");
  assert.match(sdp, /^v=0/);
  assert.deepEqual(call, {
    callId: flow.callId,
    incoming: false,
    hasAudio: true,
    hasVideo: false,
    status: "PENDING",
    mediaProvider: "WebRTC",
    caller: "",
    callee: "",
  });
  const say = (message, status, more) => socket.say(message, { callId: flow.callId, status, ...more });
  await say("notifyTryingResponse", "TRYING");
  await socket.say("setRemoteSDP", flow.callId, SERVER_SDP, true);
  await say("ring", "RING");
  await say("talk", "ESTABLISHED");
  await platform.pass(4_900);
  assert.deepEqual([flow.state, flow.seconds, flow.microphone], ["talking", 4, "on"]);
  await say("finish", "FINISH", { offhook: { reason: "normal", text: "Bye." } });
  await platform.pass(10_000);
  assert.deepEqual(states, ["explaining", "asking", "connecting", "ringing", "talking", "ended normal"]);
  assert.deepEqual([flow.text, flow.seconds, flow.microphone], ["Bye.", 4, "off"]);
  assert.ok(platform.microphones[0].track.stopped);
  assert.ok(platform.peers[0].closed && socket.closed);
  assert.equal(platform.timers, 0);
  flow.dismiss();
  assert.deepEqual([flow.state, flow.reason], ["ready", undefined]);
});

test("who has granted the microphone is asked nothing", async () => {
  const { flow, states, platform } = visitor({ permission: "granted" });
  flow.call();
  await turn();
  assert.deepEqual(states, ["connecting"]);
  await platform.microphones[0].allow();
});

test("who has denied the microphone is helped at once, not told of a question that will not come", async () => {
  const { flow, states, platform } = visitor({ permission: "denied" });
  flow.call();
  await turn();
  await platform.microphones[0].refuse("NotAllowedError", "Permission denied");
  await turn();
  assert.deepEqual(states, ["asking", "failed microphone-denied"]);
});

test("why is explained once", async () => {
  const { flow, states, platform } = visitor();
  flow.call();
  await turn();
  flow.dismiss();
  flow.call();
  await turn();
  flow.proceed();
  flow.hangUp();
  flow.call();
  await turn();
  assert.deepEqual(states, ["explaining", "ready", "explaining", "asking", "ended cancelled", "asking"]);
  assert.equal(platform.microphones.length, 2);
});

for (const [name, message, permission, millis, reason] of [
  ["NotAllowedError", "Permission denied", "denied", 900, "microphone-denied"],
  ["NotAllowedError", "Permission dismissed", "prompt", 900, "microphone-dismissed"],
  ["NotAllowedError", "Permission denied by system", "granted", 5, "microphone-denied-by-system"],
  ["NotAllowedError", "The request is not allowed by the platform", "granted", 5, "microphone-denied-by-system"],
  ["NotAllowedError", "The request is not allowed by the platform", "prompt", 900, "microphone-dismissed"],
  ["NotAllowedError", "The request is not allowed by the platform", "prompt", 5, "microphone-denied"],
  ["NotAllowedError", "The request is not allowed by the platform", undefined, 900, "microphone-denied"],
  ["NotFoundError", "", "prompt", 5, "microphone-missing"],
  ["NotReadableError", "Could not start audio source", "granted", 5, "microphone-busy"],
  ["AbortError", "", "granted", 5, "microphone-busy"],
  ["TypeError", "", "prompt", 5, "browser-unsupported"],
]) {
  test(`${name} "${message}" after ${millis} ms, ${permission}: ${reason}`, async () => {
    const { flow, platform, states, asked } = visitor();
    flow.call();
    await turn();
    flow.proceed();
    platform.permission = permission;
    await platform.pass(millis);
    await platform.microphones[0].refuse(name, message);
    await turn();
    assert.equal(states.at(-1), `failed ${reason}`);
    assert.deepEqual([asked.length, platform.sockets.length], [0, 0], "no token is used up, nobody is rung");
  });
}

for (const [reason, prepare] of [
  ["insecure-page", (platform) => (platform.secure = false)],
  ["browser-unsupported", (platform) => (platform.webRtc = false)],
  ["microphone-denied-in-frame", (platform) => (platform.frameAllowed = false)],
]) {
  test(`${reason} is told at once, without a question`, async () => {
    const { flow, platform, states } = visitor({ prepare });
    flow.call();
    await turn();
    assert.deepEqual(states, [`failed ${reason}`]);
    assert.deepEqual(platform.microphones, []);
  });
}

/** A visitor who was refused the microphone. */
async function refused(name, message, permission = message === "Permission denied" ? "denied" : "prompt") {
  const stage = visitor();
  stage.flow.call();
  await turn();
  stage.flow.proceed();
  stage.platform.permission = permission;
  await stage.platform.microphones[0].refuse(name, message);
  await turn();
  assert.equal(stage.flow.state, "failed");
  return stage;
}

test("the call goes on by itself when the microphone is allowed", async () => {
  const { flow, platform, asked } = await refused("NotAllowedError", "Permission denied");
  platform.permission = "denied";
  platform.permissionChanged();
  await turn();
  assert.equal(platform.microphones.length, 1, "still denied");
  platform.permission = "granted";
  platform.permissionChanged();
  await turn();
  assert.equal(flow.state, "connecting");
  await platform.microphones[1].allow();
  await turn();
  assert.equal(asked.length, 1);
  assert.equal(platform.permissionChanged, undefined, "nothing is watched any more");
});

test("a permission that is taken back to the question is asked for again", async () => {
  const { flow, platform } = await refused("NotAllowedError", "Permission denied");
  platform.permission = "prompt";
  platform.permissionChanged();
  await turn();
  assert.deepEqual([flow.state, platform.microphones.length], ["asking", 2]);
});

for (const permission of ["granted", "prompt"]) {
  test(`a permission that the browser says nothing of is seen all the same: ${permission}`, async () => {
    const { flow, platform } = await refused("NotAllowedError", "Permission denied");
    await platform.pass(LOOK_MILLIS);
    assert.equal(flow.state, "failed");
    platform.permission = permission;
    await platform.pass(LOOK_MILLIS);
    await turn();
    assert.equal(platform.microphones.length, 2);
    await platform.microphones[1].refuse("NotAllowedError", "Permission dismissed");
    await turn();
    await platform.pass(3 * LOOK_MILLIS);
    assert.equal(platform.microphones.length, 2, "and nothing is asked without a change");
  });
}

test("the permission that the browser tells of is still the old one when it is looked at", async () => {
  const { flow, platform } = await refused("NotAllowedError", "Permission denied");
  platform.permissionChanged();
  await turn();
  assert.equal(flow.state, "failed");
  platform.permission = "prompt";
  await platform.pass(LOOK_MILLIS);
  await turn();
  assert.equal(flow.state, "asking");
});

test("what the browser tells of a failure that the visitor has left ends no later watch", async () => {
  const { flow, platform } = await refused("NotAllowedError", "Permission denied");
  const late = platform.permissionChanged;
  await platform.pass(WATCH_MILLIS / 2);
  flow.dismiss();
  await late();
  flow.call();
  await turn();
  await platform.microphones[1].refuse("NotAllowedError", "Permission denied");
  await turn();
  await platform.pass(WATCH_MILLIS / 2 + LOOK_MILLIS);
  assert.ok(platform.permissionChanged, "the later one is still watched");
});

test("a question that was closed, and turns out to be blocked, is explained as blocked", async () => {
  const { flow, states, platform } = await refused("NotAllowedError", "Permission dismissed");
  platform.permission = "denied";
  platform.permissionChanged();
  await turn();
  assert.deepEqual(states.slice(-2), ["failed microphone-dismissed", "failed microphone-denied"]);
  platform.permission = "prompt";
  platform.permissionChanged();
  await turn();
  assert.equal(flow.state, "asking");
});

test("the call goes on by itself when a microphone is plugged in", async () => {
  const { flow, platform } = await refused("NotFoundError");
  platform.devices = [{ kind: "audiooutput", deviceId: "x" }];
  platform.devicesChanged();
  await turn();
  assert.equal(flow.state, "failed");
  platform.devices = [{ kind: "audioinput", deviceId: "y" }];
  platform.devicesChanged();
  await turn();
  assert.equal(flow.state, "asking");
});

test("what was set right outside the browser is tried when the visitor comes back", async () => {
  const { flow, platform } = await refused("NotAllowedError", "Permission denied by system");
  platform.returned();
  await turn();
  assert.equal(platform.microphones.length, 2);
  await platform.microphones[1].refuse("NotReadableError");
  await turn();
  assert.equal(flow.reason, "microphone-busy");
  platform.returned();
  await turn();
  assert.equal(platform.microphones.length, 3);
});

test("coming back changes nothing where the visitor said no", async () => {
  const { platform } = await refused("NotAllowedError", "Permission denied");
  platform.returned();
  await turn();
  assert.equal(platform.microphones.length, 1);
});

test("nobody is called by surprise: what is closed or long ago is not watched", async () => {
  const closed = await refused("NotAllowedError", "Permission denied");
  closed.flow.dismiss();
  assert.equal(closed.platform.permissionChanged, undefined);
  const old = await refused("NotFoundError");
  await old.platform.pass(WATCH_MILLIS);
  assert.equal(old.platform.devicesChanged, undefined);
  assert.equal(old.flow.state, "failed", "and the help stays");
});

test("who hangs up during the browser's question is not called for, and the microphone does not stay open", async () => {
  const { flow, platform, states, asked } = visitor();
  flow.call();
  await turn();
  flow.proceed();
  flow.hangUp();
  assert.equal(states.at(-1), "ended cancelled");
  await platform.microphones[0].allow();
  await turn();
  assert.ok(platform.microphones[0].track.stopped);
  assert.deepEqual([flow.state, asked.length], ["ended", 0]);
});

test("who hangs up before the token is there has made no call", async () => {
  let give;
  const { flow, platform, asked } = visitor({ permission: "granted", token: () => new Promise((resolve) => (give = resolve)) });
  flow.call();
  await turn();
  await platform.microphones[0].allow();
  await turn();
  flow.hangUp();
  assert.ok(asked[0].aborted);
  assert.ok(platform.microphones[0].track.stopped);
  give("too late");
  await turn();
  assert.deepEqual([flow.state, platform.sockets.length], ["ended", 0]);
});

test("without a token nobody is called, and each attempt asks for one of its own", async () => {
  const { flow, platform, asked } = visitor({
    permission: "granted",
    token: async () => {
      throw new Refusal("closed-now", "Come back on Monday.");
    },
  });
  for (let attempt = 1; attempt <= 2; attempt++) {
    flow.call();
    await turn();
    await platform.microphones.at(-1).allow();
    await turn();
    assert.deepEqual([flow.state, flow.reason, flow.text], ["failed", "closed-now", "Come back on Monday."]);
    assert.ok(platform.microphones.at(-1).track.stopped);
    assert.equal(asked.length, attempt);
  }
  assert.equal(platform.sockets.length, 0);
});

test("a token that the server refuses ends the attempt with the server's word", async () => {
  const { flow, platform } = visitor({ permission: "granted" });
  flow.call();
  await turn();
  await platform.microphones[0].allow();
  await turn();
  const [socket] = platform.sockets;
  await socket.open();
  await socket.say("fail", { apiMethod: "connection", offhook: { reason: "token-used", text: "This token was used before." } });
  assert.deepEqual([flow.state, flow.reason, flow.text], ["failed", "token-used", "This token was used before."]);
  assert.ok(platform.microphones[0].track.stopped && socket.closed);
  assert.equal(socket.last("call"), undefined);
});

test("a server that cannot be reached, or says nothing, is given up", async () => {
  const { flow, platform } = visitor({ permission: "granted" });
  flow.call();
  await turn();
  await platform.microphones[0].allow();
  await turn();
  await platform.sockets[0].drop(1006);
  assert.equal(flow.reason, "server-unreachable");
  const silent = await calling();
  silent.socket.take();
  await silent.platform.pass(ACCEPT_MILLIS);
  assert.equal(silent.flow.reason, "request-timeout");
  assert.equal(silent.socket.last("hangup").callId, silent.flow.callId);
});

for (const [reason, state] of [
  ["normal", "ended"],
  ["longest-reached", "ended"],
  ["busy", "failed"],
  ["declined", "failed"],
  ["media-silence-peer", "failed"],
]) {
  test(`a call that ends with ${reason} has ${state}`, async () => {
    const { flow, say, microphone } = await talking();
    await say("finish", "FAILED", { offhook: { reason } });
    assert.deepEqual([flow.state, flow.reason], [state, reason]);
    assert.ok(microphone.track.stopped);
  });
}

test("the visitor hangs up: the server is told, and all is off", async () => {
  const { flow, socket, microphone, peer, platform } = await talking();
  flow.hangUp();
  assert.deepEqual(socket.take(), ["hangup"]);
  assert.deepEqual([flow.state, flow.reason, flow.microphone], ["ended", "normal", "off"]);
  assert.ok(microphone.track.stopped && peer.closed && socket.closed);
  assert.equal(platform.timers, 0);
});

test("it rings here while it rings there, and not over the network's own sound", async () => {
  const { flow, say, platform, states } = await calling();
  await say("ring", "RING");
  assert.deepEqual(platform.played, ["ringback"]);
  await say("ring", "RING_MEDIA");
  assert.deepEqual(platform.played, ["ringback", "silence"]);
  await say("ring", "RING");
  assert.deepEqual(platform.played, ["ringback", "silence"]);
  assert.deepEqual(states.filter((state) => state === "ringing").length, 1);
  assert.equal(flow.state, "ringing");
});

test("keys are held, and heard here", async () => {
  const { flow, socket, platform } = await talking();
  flow.pressKey("5");
  flow.pressKey("6");
  flow.releaseKey();
  flow.releaseKey();
  flow.sendKeys("1#");
  const sent = socket.sent.map(({ message, data: [{ key, dtmf }] }) => [message, key ?? dtmf].filter(Boolean).join(" "));
  assert.deepEqual(sent, ["pressKey 5", "releaseKey", "pressKey 6", "releaseKey", "sendDtmf 1#"]);
  assert.equal(platform.tones.length, 8);
  await socket.say("fail", { id: flow.callId, apiMethod: "pressKey", offhook: { reason: "limit-reached" } });
  assert.equal(flow.state, "talking", "a key that is refused ends nothing");
});

test("muted, nothing of the microphone is sent", async () => {
  const { flow, microphone } = await talking();
  flow.mute(true);
  assert.deepEqual([microphone.track.enabled, flow.microphone], [false, "muted"]);
  flow.mute(false);
  assert.deepEqual([microphone.track.enabled, flow.microphone], [true, "on"]);
});

test("a microphone that is unplugged is replaced by the next one there is", async () => {
  const { flow, microphone, platform, peer } = await talking();
  flow.mute(true);
  microphone.track.onended();
  assert.equal(flow.microphone, "lost");
  await platform.microphones[1].refuse("NotFoundError");
  platform.devicesChanged();
  await platform.microphones[2].allow();
  await turn();
  assert.equal(flow.microphone, "muted", "as it was");
  assert.equal(platform.microphones[2].track.enabled, false);
  assert.equal(peer.log.filter((entry) => entry === "replaceTrack").length, 2);
  flow.hangUp();
  assert.ok(platform.microphones[2].track.stopped);
});

test("a microphone that comes back after the call is closed at once", async () => {
  const { flow, microphone, platform } = await talking();
  microphone.track.onended();
  flow.hangUp();
  await platform.microphones[1].allow();
  await turn();
  assert.ok(platform.microphones[1].track.stopped);
  assert.equal(flow.microphone, "off");
});

test("a browser that plays nothing is told of, and plays with a press", async () => {
  const { flow, platform } = await talking({ prepare: (platform) => (platform.autoplayBlocked = true) });
  await turn();
  assert.ok(flow.audioBlocked);
  platform.autoplayBlocked = false;
  flow.playAudio();
  await turn();
  assert.equal(flow.audioBlocked, false);
  assert.equal(platform.element.plays, 2);
});

test("how loud it is, of both sides, while there is a call", async () => {
  const { flow } = await talking();
  const { microphone, remote } = flow.levels();
  assert.ok(microphone > 0 && remote > 0);
  flow.hangUp();
  assert.deepEqual(flow.levels(), { microphone: 0, remote: 0 });
});

test("every track of the microphone is stopped", async () => {
  const stream = new FakeStream([new FakeTrack(), new FakeTrack()]);
  const { flow, platform } = visitor({ permission: "granted" });
  platform.getUserMedia = async () => stream;
  flow.call();
  await turn();
  flow.hangUp();
  assert.ok(stream.getTracks().every(({ stopped }) => stopped));
});
