import { Phone } from "../sdk/offhook.js";
import { FakePlatform, SERVER_SDP, settle } from "./fakes.js";

export const account = Object.freeze({ login: "1000", password: "secret", domain: "pbx.example" });

/** A phone that begins to connect, with its platform, socket and what it was told. */
export async function connecting(options = {}, prepare = () => {}) {
  const platform = new FakePlatform();
  prepare(platform);
  const phone = new Phone({ url: "ws://server/", sip: account, ...options }, platform);
  const events = record(phone, ["registered", "unregistered", "disconnected", "incoming", "warning"]);
  const result = phone.connect().then(
    () => "connected",
    (error) => error,
  );
  await settle();
  const socket = platform.sockets[0];
  return { platform, phone, events, result, socket };
}

/** A phone that is registered at a server of our own, or, with `plain`, at one that knows only WCS. */
export async function registered({ plain = false, ...options } = {}, prepare) {
  const stage = await connecting(options, prepare);
  await stage.socket.open();
  await stage.socket.say("getUserData", { authToken: "token", sipLogin: "1000", ...(plain ? {} : { offhook: { server: "0.1.0" } }) });
  await stage.socket.say("registered", { offhook: { expires: 300 } });
  stage.socket.take();
  stage.events.length = 0;
  return stage;
}

/** An outgoing call whose `call` message is on its way. */
export async function dialled(options) {
  const stage = await registered(options);
  const call = stage.phone.call("1001");
  const calls = follow(call);
  await settle();
  await stage.platform.microphones[0].allow();
  return { ...stage, call, calls, peer: stage.platform.peers[0], microphone: stage.platform.microphones[0] };
}

/** An outgoing call in the given state. */
export async function inState(state, options) {
  const stage = await dialled(options);
  const { socket, call } = stage;
  const say = (message, status, more) => socket.say(message, { callId: call.id, status, ...more });
  const order = ["connecting", "trying", "ringing", "early-media", "established"];
  const reached = order.indexOf(state);
  if (reached >= 1) {
    await say("notifyTryingResponse", "TRYING");
    await socket.say("setRemoteSDP", call.id, SERVER_SDP, true);
  }
  if (reached >= 2) await say("ring", "RING");
  if (reached >= 3) await say("ring", "RING_MEDIA");
  if (reached >= 4) await say("talk", "ESTABLISHED");
  socket.take();
  stage.calls.length = 0;
  return { ...stage, say };
}

/** A call that rings here. */
export async function ringing({ prepare, ...options } = {}) {
  const stage = await registered(options, prepare);
  const { socket, platform } = stage;
  await socket.say("setRemoteSDP", "in-1", SERVER_SDP, false);
  await socket.say("notifyIncomingCall", { callId: "in-1", caller: "1001", callee: "1000", visibleName: "Anna", status: "RING" });
  await socket.say("ring", { callId: "in-1", status: "RING" });
  const [call] = stage.phone.calls;
  return { ...stage, call, calls: follow(call), peer: platform.peers[0] };
}

/** Another call that rings here. */
export async function rings({ socket, phone }, callId, more = {}) {
  await socket.say("setRemoteSDP", callId, SERVER_SDP, false);
  await socket.say("notifyIncomingCall", { callId, caller: "1002", status: "RING", ...more });
  return phone.calls.find(({ id }) => id === callId);
}

/** Another call that is established. */
export async function talks({ socket, phone, platform }, number, options) {
  const call = phone.call(number, options);
  await settle();
  await platform.microphones.at(-1).allow();
  await socket.say("notifyTryingResponse", { callId: call.id, status: "TRYING" });
  await socket.say("setRemoteSDP", call.id, SERVER_SDP, true);
  await socket.say("talk", { callId: call.id, status: "ESTABLISHED" });
  return call;
}

/** What a call tells, as short lines. */
export function follow(call) {
  return record(call, [
    ...["connecting", "trying", "ringing", "early-media", "established", "ended", "microphone", "audio-blocked"],
    ...["held", "held-by-peer", "peer", "key", "transfer", "warning"],
  ]);
}

function record(emitter, names) {
  const lines = [];
  for (const name of names) emitter.on(name, (event) => lines.push([name, ...facts(name, event)].join(" ")));
  return lines;
}

function facts(name, event) {
  switch (name) {
    case "microphone":
    case "held":
    case "held-by-peer":
      return [event];
    case "peer":
      return [event.number, event.name];
    case "key":
      return [event.key, event.duration];
    case "transfer":
      return [event.status, event.target, event.sipStatus, event.outcome?.reason].filter((fact) => fact !== undefined);
    case "warning":
      return [event.reason, event.request].filter((fact) => fact !== undefined);
    default:
      return event?.reason ? [event.reason] : [];
  }
}
