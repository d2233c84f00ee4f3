import { Call } from "./call.js";
import { Emitter } from "./emitter.js";
import { browser } from "./platform.js";
import { OffhookError, outcome, outcomeOf, record } from "./reasons.js";
import { Sound } from "./sound.js";
import { Wire } from "./wire.js";

/** @typedef {import("./reasons.js").Outcome} Outcome */

/** This SDK's version, as the server is told it. */
export const version = "0.1.0";

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
 * @property {string} [visibleName] the name that called people see
 * @property {string} [appKey] the server's application; "defaultApp" when absent
 * @property {Record<string, unknown>} [custom] handed to the server's hooks as it is
 * @property {boolean} [sounds] false to ring yourself; true when absent
 * @property {boolean} [playAudio] false to play `call.remoteStream` yourself; true when absent
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
 * @property {Outcome} warning the server refused something that ends nothing
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
  /** @type {Sound} */ #sound;
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
    this.#sound = new Sound(platform);
  }

  get state() {
    return this.#state;
  }

  /** All calls that have not ended, oldest first. */
  get calls() {
    return [...this.#calls.values()];
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
      this.#wire = new Wire(socketUrl(this.#options.url), this.#platform, {
        opened: () => this.#wire?.send("connection", this.#introduction()),
        received: (message, data) => this.#received(message, data),
        closed: (why) => this.#close(this.#refusal ?? why),
      });
    });
  }

  /** Ends all calls and the connection, and with it the registration. */
  disconnect() {
    this.#close(outcome("normal", { by: "browser", text: "You disconnected." }));
  }

  /**
   * Calls a number, a user or a SIP URI. Every failure, even being not connected, arrives as the call's `ended`
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
    const facts = { id, direction: /** @type {const} */ ("outgoing"), number: number.trim(), name: "" };
    const call = new Call(this.#host(), facts, { ...options, visibleName });
    if (!twin) this.#calls.set(id, call);
    queueMicrotask(() => {
      if (twin) call.abandon(outcome("duplicate-call", { by: "browser" }));
      else if (!this.#canCall()) call.abandon(outcome("not-connected", { by: "browser" }));
      else if (call.number === "") call.abandon(outcome("invalid-field", { by: "browser", field: "callee", text: NO_NUMBER }));
      else if (call.state === "connecting") call.start();
    });
    return call;
  }

  /** Stops the ringtone of the calls that ring now; they go on ringing in silence. */
  silence() {
    this.#silenced = true;
    this.#ring();
  }

  #canCall() {
    return this.#state === "connected" || this.#state === "registering" || this.#state === "registered";
  }

  #introduction() {
    const { sip, visibleName, appKey = "defaultApp", custom } = this.#options;
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
      offhook: { sdk: version },
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
    const registers = this.#options.sip !== undefined && (this.#options.sip.register ?? true);
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
  #incoming({ callId, caller, visibleName }) {
    if (typeof callId !== "string" || this.#calls.has(callId)) return;
    const sdp = this.#offer?.callId === callId ? this.#offer.sdp : undefined;
    this.#offer = undefined;
    const number = typeof caller === "string" ? caller : "";
    const name = typeof visibleName === "string" && visibleName !== number ? visibleName : "";
    const call = new Call(this.#host(), { id: callId, direction: "incoming", number, name });
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
      this.emit("warning", why);
    } else if (this.#waiting && LOGIN_METHODS.has(/** @type {string | undefined} */ (data.apiMethod))) {
      this.#close(why);
    } else if (data.apiMethod === "RegistrationStatusEvent") {
      this.#refusal = why;
      if (this.#state === "registered") this.#enter("connected");
      this.emit("unregistered", why);
    } else {
      this.emit("warning", why);
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
    this.#sound.close();
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
      caller: this.#options.sip?.login ?? "",
      send: (message, argument) => this.#wire?.send(message, argument),
      changed: () => this.#changed(),
    };
  }

  #changed() {
    for (const call of this.calls) if (call.state === "ended") this.#calls.delete(call.id);
    this.#ring();
    this.emit("calls", this.calls);
  }

  /** The one tone that fits all calls: none while somebody talks or while the network brings its own. */
  #ring() {
    if (this.#options.sounds === false) return;
    const calls = this.calls;
    const rings = (/** @type {Call["direction"]} */ direction) =>
      calls.some((call) => call.direction === direction && call.state === "ringing");
    const quiet = calls.every(({ state }) => state !== "established" && state !== "early-media");
    if (quiet && rings("incoming") && !this.#silenced) this.#sound.play("ringtone");
    else if (quiet && rings("outgoing")) this.#sound.play("ringback");
    else this.#sound.play(undefined);
  }
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
