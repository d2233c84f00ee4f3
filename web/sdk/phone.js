import { RINGTONE, WAITING } from "./bell.js";
import { Call } from "./call.js";
import { Emitter } from "./emitter.js";
import { Outlet } from "./outlet.js";
import { browser } from "./platform.js";
import { OffhookError, outcome, outcomeOf, record } from "./reasons.js";
import { RINGBACK, Sound } from "./sound.js";
import { version, Wire } from "./wire.js";

export { version };

/** @typedef {import("./reasons.js").Outcome} Outcome */
/** @typedef {import("./reasons.js").Warning} Warning */

const NO_NUMBER = "There is no number to call.";

/** The requests whose refusal means that there will be no connection. */
const LOGIN_METHODS = new Set([undefined, "connection", "connect", "ConnectionStatusEvent", "RegistrationStatusEvent"]);

/**
 * A SIP account. It is sent to the server that `url` names and nowhere else, and is not stored.
 *
 * @typedef {object} SipAccount
 * @property {string} login the user part of the SIP address
 * @property {string} [authenticationName] the name for the password, when it is not the login
 * @property {string} [password]
 * @property {string} domain host name or address of the PBX
 * @property {string} [outboundProxy] where to send requests, when it is not the domain
 * @property {number} [port] 1 to 65535; found by the domain when absent
 * @property {boolean} [register] whether to receive calls too; true when absent
 */

/**
 * @typedef {object} ConnectOptions
 * @property {string | URL} [url] the gateway's WebSocket (ws: or wss:; http: and https: mean the same); when absent,
 *   the server that this SDK came from
 * @property {SipAccount} [sip] absent when the server's application brings the account
 * @property {string} [token] a call token, instead of `sip`: for one call over a line of the server's, to where the
 *   token says
 * @property {string} [visibleName] the name that called people see
 * @property {string} [appKey] the server's application; "defaultApp" when absent
 * @property {Record<string, unknown>} [custom] handed to the server's hooks as it is
 * @property {Record<string, string>} [headers] further SIP headers of each call, if the server lets them through
 * @property {boolean} [holdOthers] false to let several calls talk at once; when absent, the one that is made, answered
 *   or resumed puts the others on hold
 * @property {boolean} [sounds] false to ring yourself; true when absent
 * @property {boolean} [playAudio] false to play `call.remoteStream` yourself; true when absent
 * @property {{ microphone?: string, speaker?: string, ring?: string }} [devices] ids, as `devices()` gives them; absent or
 *   "" for the system's own
 * @property {RTCConfiguration} [rtc] TURN servers and the like
 */

/**
 * idle → connecting → registering → registered, or connected where no registration was asked for or it was lost;
 * disconnected in the end.
 *
 * @typedef {"idle" | "connecting" | "registering" | "registered" | "connected" | "disconnected"} PhoneState
 */

/**
 * @typedef {object} PhoneEvents
 * @property {PhoneState} state each change
 * @property {{ expires?: number }} registered calls to this account arrive here; `expires` in seconds
 * @property {Outcome} unregistered the registration is lost, while the connection stands
 * @property {Outcome} disconnected exactly once; all calls have ended. `reason` is "normal" after `disconnect()`
 * @property {Call} incoming somebody calls
 * @property {Call[]} calls the calls that there are, after each change of one
 * @property {Phone} devices a microphone or loudspeaker was plugged in or out
 * @property {Warning} warning something is refused or did not work, and ends nothing
 */

/**
 * @typedef {object} Device
 * @property {string} id what `microphoneDevice`, `speakerDevice` and `ringDevice` take
 * @property {string} name for people; "" as long as the browser hides it, which is until a microphone was allowed
 */

/**
 * A connection to the gateway, with at most one SIP account, and its calls. It connects once: for another
 * connection make another phone.
 *
 * @extends {Emitter<PhoneEvents>}
 */
export class Phone extends Emitter {
  /** @type {ConnectOptions} */ #options;
  /** @type {import("./platform.js").Platform} */ #platform;
  /** @type {PhoneState} */ #state = "idle";
  /** @type {Wire | undefined} */ #wire;
  /** @type {Sound} ringback, call waiting, keys and measuring */ #sound;
  /** @type {Sound} the ringtone, which may have a device of its own */ #bell;
  /** @type {{ speaker: Outlet, ring: Outlet }} */ #outlets;
  /** @type {{ microphone: string, speaker: string, ring: string }} */ #devices;
  /** @type {(() => void) | undefined} */ #stopWatchingDevices;
  /** @type {Map<string, Call>} */ #calls = new Map();
  /** @type {{ callId: string, sdp: string } | undefined} of the call that is announced next */ #offer;
  /** @type {{ resolve: (phone: Phone) => void, reject: (error: OffhookError) => void } | undefined} */ #waiting;
  /** @type {Outcome | undefined} what the server said before it closed the connection */ #refusal;
  /** @type {Outcome | undefined} */ #outcome;
  #extended = false;
  #silenced = false;
  /** @type {string | undefined} */ #serverVersion;
  /** @type {string | undefined} */ #authToken;

  /**
   * @param {ConnectOptions} [options]
   * @param {import("./platform.js").Platform} [platform] for tests
   */
  constructor(options = {}, platform = browser) {
    super();
    this.#options = options;
    this.#platform = platform;
    this.#outlets = { speaker: new Outlet(platform), ring: new Outlet(platform) };
    this.#sound = new Sound(platform, this.#outlets.speaker);
    this.#bell = new Sound(platform, this.#outlets.ring);
    this.#devices = { microphone: "", speaker: "", ring: "", ...options.devices };
    this.#useDevice("speaker");
    this.#useDevice("ring");
  }

  get state() {
    return this.#state;
  }

  /** All calls that have not ended, oldest first. */
  get calls() {
    return [...this.#calls.values()];
  }

  /** The call that is talked on or under way: not on hold, and not ringing here. Undefined when there is none. */
  get active() {
    return this.calls.findLast(({ direction, state, holdWanted }) => !holdWanted && (direction === "outgoing" || state !== "ringing"));
  }

  /** The microphone of all calls, by its id; "" is the system's own. Can be changed at any time, a call's too. */
  get microphoneDevice() {
    return this.#devices.microphone;
  }

  set microphoneDevice(id) {
    if (this.#devices.microphone === id) return;
    this.#devices.microphone = id;
    for (const call of this.calls) call.changeMicrophone();
  }

  /** The loudspeaker of all calls, where the browser lets one choose; "" is the system's own. */
  get speakerDevice() {
    return this.#devices.speaker;
  }

  set speakerDevice(id) {
    if (this.#devices.speaker === id) return;
    this.#devices.speaker = id;
    this.#useDevice("speaker");
    for (const call of this.calls) call.changeSpeaker();
  }

  /** Where the ringtone plays: often a loudspeaker, while calls go to a headset. */
  get ringDevice() {
    return this.#devices.ring;
  }

  set ringDevice(id) {
    if (this.#devices.ring === id) return;
    this.#devices.ring = id;
    this.#useDevice("ring");
  }

  /** How the connection ended; undefined until it has. */
  get outcome() {
    return this.#outcome;
  }

  /** The server's version, when it is an Offhook and has said it. */
  get serverVersion() {
    return this.#serverVersion;
  }

  /** What the server knows this session by. */
  get authToken() {
    return this.#authToken;
  }

  /**
   * Connects, and registers unless `sip.register` is false.
   *
   * @returns {Promise<Phone>} itself, ready to call. Rejected with an {@link OffhookError}; the phone is then
   *   disconnected, with the same words in its `disconnected` event.
   */
  connect() {
    if (this.#state !== "idle") return Promise.reject(new OffhookError(outcome("already-connected", { by: "browser" })));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#enter("connecting");
      this.#stopWatchingDevices = this.#platform.onDevices(() => this.emit("devices", this));
      this.#wire = new Wire(socketUrl(this.#options.url), this.#platform, {
        opened: () => this.#wire?.send("connection", this.#introduction()),
        received: (message, data) => this.#received(message, data),
        closed: (why) => this.#close(this.#refusal ?? outcome(why.reason, why)),
      });
    });
  }

  /** Ends all calls and the connection, and with it the registration. */
  disconnect() {
    this.#close(outcome("normal", { by: "browser", text: "You disconnected." }));
  }

  /**
   * Calls a number, a user or a SIP URI; with a call token "" is where the token says. Every failure, even being not connected, arrives as the call's `ended`
   * event, never before this returned.
   *
   * @param {string} number
   * @param {import("./call.js").CallOptions} [options]
   * @returns {Call}
   */
  call(number, options = {}) {
    const id = options.id ?? this.#platform.newId();
    const twin = this.#calls.has(id);
    const visibleName = options.visibleName ?? this.#options.visibleName;
    const headers = { ...this.#options.headers, ...options.headers };
    const facts = { id, direction: /** @type {const} */ ("outgoing"), number: number.trim(), name: "", headers };
    const call = new Call(this.#host(), facts, { ...options, visibleName });
    if (!twin) {
      this.#activating(call);
      this.#calls.set(id, call);
    }
    queueMicrotask(() => {
      if (twin) call.abandon(outcome("duplicate-call", { by: "browser" }));
      else if (!this.#canCall()) call.abandon(outcome("not-connected", { by: "browser" }));
      else if (call.number === "" && !this.#options.token) call.abandon(outcome("invalid-field", { by: "browser", field: "callee", text: NO_NUMBER }));
      else if (call.state === "connecting") call.start();
    });
    return call;
  }

  /** Stops the ringtone of the calls that ring now; they go on ringing in silence. */
  silence() {
    this.#silenced = true;
    this.#ring();
  }

  /**
   * Makes this call the one that is talked on: answers it when it rings, takes it up when it is on hold. The others go
   * on hold, unless `holdOthers` is false.
   *
   * @param {Call} call
   */
  activate(call) {
    if (call.direction === "incoming" && call.state === "ringing") call.answer();
    else call.resume();
  }

  /** Goes to the next of the calls that are on hold, and puts the one that is talked on on hold. */
  swap() {
    const { calls, active } = this;
    const from = active ? calls.indexOf(active) + 1 : 0;
    const next = [...calls.slice(from), ...calls.slice(0, from)].find(({ holdWanted }) => holdWanted);
    if (!next) return;
    active?.hold();
    next.resume();
  }

  /**
   * The microphones, and the loudspeakers where the browser lets one choose.
   *
   * @returns {Promise<{ microphones: Device[], speakers: Device[] }>} without the system's own choice, whose id is ""
   */
  async devices() {
    const found = await this.#platform.enumerateDevices().catch(() => []);
    const named = (/** @type {MediaDeviceKind} */ wanted) =>
      found
        .filter(({ kind, deviceId }) => kind === wanted && !["", "default", "communications"].includes(deviceId))
        .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
    return { microphones: named("audioinput"), speakers: this.#platform.choosesSpeaker() ? named("audiooutput") : [] };
  }

  #canCall() {
    return this.#state === "connected" || this.#state === "registering" || this.#state === "registered";
  }

  #introduction() {
    const { sip, token, visibleName, appKey = "defaultApp", custom } = this.#options;
    return {
      appKey,
      mediaProviders: ["WebRTC"],
      keepAlive: false,
      clientVersion: "2.0",
      custom,
      ...(sip && {
        sipLogin: sip.login,
        sipAuthenticationName: sip.authenticationName || sip.login,
        sipPassword: sip.password ?? "",
        sipDomain: sip.domain,
        sipOutboundProxy: sip.outboundProxy || undefined,
        sipPort: sip.port,
        sipRegisterRequired: sip.register ?? true,
        sipVisibleName: visibleName || undefined,
      }),
      offhook: { sdk: version, token },
    };
  }

  /**
   * @param {string} message
   * @param {unknown[]} data
   */
  #received(message, data) {
    const first = record(data[0]);
    switch (message) {
      case "getUserData":
        this.#welcome(first);
        break;
      case "registered":
        this.#registered(first);
        break;
      case "setRemoteSDP":
        this.#description(data);
        break;
      case "notifyIncomingCall":
        this.#incoming(first);
        break;
      case "notifyTryingResponse":
      case "ring":
      case "talk":
      case "hold":
      case "finish":
      case "codec":
      case "heldByPeer":
      case "peer":
      case "dtmf":
      case "notifyTransferEvent":
        if (typeof first.callId === "string") this.#calls.get(first.callId)?.received(message, first);
        break;
      case "fail":
        this.#failed(first);
        break;
      default: // a message of a later version, or one for other clients
    }
  }

  /** @param {Record<string, unknown>} data */
  #welcome({ authToken, offhook }) {
    if (this.#state !== "connecting") return;
    const ours = record(offhook);
    this.#extended = offhook !== undefined;
    if (typeof ours.server === "string") this.#serverVersion = ours.server;
    if (typeof authToken === "string") this.#authToken = authToken;
    const { sip, token } = this.#options;
    const registers = sip !== undefined && token === undefined && (sip.register ?? true);
    this.#enter(registers ? "registering" : "connected");
    if (!registers) this.#ready();
  }

  /** @param {Record<string, unknown>} data */
  #registered({ offhook }) {
    if (!this.#canCall()) return;
    const { expires } = record(offhook);
    if (this.#state !== "registered") this.#enter("registered");
    this.emit("registered", typeof expires === "number" ? { expires } : {});
    this.#ready();
  }

  /** @param {unknown[]} data callId, SDP, and whether it is the answer to an offer of ours */
  #description([callId, sdp]) {
    if (typeof callId !== "string" || typeof sdp !== "string") return;
    const call = this.#calls.get(callId);
    if (call?.direction === "outgoing") call.remoteAnswer(sdp);
    // The offer of an incoming call comes right before its announcement.
    else if (!call) this.#offer = { callId, sdp };
  }

  /** @param {Record<string, unknown>} data */
  #incoming({ callId, caller, visibleName, offhook }) {
    if (typeof callId !== "string" || this.#calls.has(callId)) return;
    const sdp = this.#offer?.callId === callId ? this.#offer.sdp : undefined;
    this.#offer = undefined;
    const number = typeof caller === "string" ? caller : "";
    const name = typeof visibleName === "string" && visibleName !== number ? visibleName : "";
    const headers = strings(record(offhook).headers);
    const call = new Call(this.#host(), { id: callId, direction: "incoming", number, name, headers });
    this.#calls.set(callId, call);
    if (sdp === undefined) {
      this.#wire?.send("hangup", { callId });
      call.abandon(outcome("media-failed", { by: "server", text: "The server announced a call without its description." }));
      return;
    }
    call.prepare(sdp);
    this.#silenced = false;
    this.#changed();
    this.emit("incoming", call);
  }

  /** @param {Record<string, unknown>} data */
  #failed(data) {
    const why = outcomeOf(data);
    const call = typeof data.id === "string" ? this.#calls.get(data.id) : undefined;
    if (call) {
      call.received("fail", data);
    } else if (this.#waiting && LOGIN_METHODS.has(/** @type {string | undefined} */ (data.apiMethod))) {
      this.#close(why);
    } else if (data.apiMethod === "RegistrationStatusEvent") {
      this.#refusal = why;
      if (this.#state === "registered") this.#enter("connected");
      this.emit("unregistered", why);
    } else {
      this.emit("warning", typeof data.apiMethod === "string" ? Object.freeze({ ...why, request: data.apiMethod }) : why);
    }
  }

  #ready() {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(this);
  }

  /** @param {Outcome} why */
  #close(why) {
    if (this.#state === "disconnected") return;
    this.#wire?.close();
    this.#outcome = why;
    this.#state = "disconnected";
    for (const call of this.calls) call.abandon(why);
    this.#stopWatchingDevices?.();
    this.#sound.close();
    this.#bell.close();
    this.emit("state", "disconnected");
    this.emit("disconnected", why);
    this.#waiting?.reject(new OffhookError(why));
    this.#waiting = undefined;
  }

  /** @param {PhoneState} state */
  #enter(state) {
    this.#state = state;
    this.emit("state", state);
  }

  /** @returns {import("./call.js").CallHost} */
  #host() {
    return {
      platform: this.#platform,
      sound: this.#sound,
      rtc: this.#options.rtc ?? {},
      playsAudio: this.#options.playAudio ?? true,
      extended: this.#extended,
      sounds: this.#options.sounds !== false,
      microphoneDevice: () => this.#devices.microphone,
      speakerDevice: () => this.#devices.speaker,
      caller: this.#options.sip?.login ?? "",
      send: (message, argument) => this.#wire?.send(message, argument),
      activating: (call) => this.#activating(call),
      changed: () => this.#changed(),
      warn: (warning) => this.emit("warning", warning),
    };
  }

  /** @param {Call} call */
  #activating(call) {
    if (this.#options.holdOthers === false) return;
    for (const other of this.calls) if (other !== call) other.hold();
  }

  /** @param {"speaker" | "ring"} use */
  #useDevice(use) {
    this.#outlets[use].useDevice(this.#devices[use]).catch(() => {
      this.emit("warning", Object.freeze({ ...outcome("speaker-missing", { by: "browser" }), request: `${use}Device` }));
    });
  }

  #changed() {
    for (const call of this.calls) if (call.state === "ended") this.#calls.delete(call.id);
    this.#ring();
    this.emit("calls", this.calls);
  }

  /** The one tone that fits all calls: a quiet one while somebody talks, none where the network brings its own. */
  #ring() {
    if (this.#options.sounds === false) return;
    const calls = this.calls.filter(({ holdWanted }) => !holdWanted);
    const rings = (/** @type {Call["direction"]} */ direction) =>
      calls.some((call) => call.direction === direction && call.state === "ringing");
    const talks = calls.some(({ state }) => state === "established" || state === "early-media");
    const calledHere = rings("incoming") && !this.#silenced;
    this.#bell.play(calledHere && !talks ? RINGTONE : undefined);
    this.#sound.play(calledHere && talks ? WAITING : !calledHere && !talks && rings("outgoing") ? RINGBACK : undefined);
  }
}

/**
 * @param {unknown} value
 * @returns {Record<string, string>} what of it is text
 */
function strings(value) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, text] of Object.entries(record(value))) if (typeof text === "string") found[name] = text;
  return found;
}

/**
 * @param {string | URL | undefined} url
 * @returns {string} with a WebSocket's scheme; by default the server that this module was loaded from
 */
function socketUrl(url) {
  const here = typeof location === "object" ? location.href : undefined;
  const base = url ?? (import.meta.url.startsWith("http") ? new URL("/", import.meta.url) : "/");
  try {
    const address = new URL(base, here);
    address.protocol = address.protocol.replace(/^http/, "ws");
    return address.href;
  } catch {
    return String(base); // not an address: opening it will say so
  }
}
