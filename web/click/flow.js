import { Emitter } from "../sdk/emitter.js";
import { browser, obstacle, SPEECH, whyRefused } from "../sdk/platform.js";

/**
 * ready → explaining (why the microphone will be asked for; left out where it is granted) → asking (the browser's own
 * question) → connecting → ringing → talking → ended, or failed from any of them. From ended and failed it goes back to
 * ready, or begins again.
 *
 * @typedef {"ready" | "explaining" | "asking" | "connecting" | "ringing" | "talking" | "ended" | "failed"} FlowState
 */

/** @typedef {{ state: FlowState, reason?: string }} StateChange */

/**
 * @typedef {object} FlowEvents
 * @property {StateChange} state each change
 * @property {CallFlow} change of `muted`, `microphone` or `audioBlocked`
 */

/** How long a flow that failed for want of a microphone waits for one, in milliseconds. */
export const WATCH_MILLIS = 10 * 60_000;

/** How often it looks for itself whether it may have the microphone: not every browser tells, and not every time. */
export const LOOK_MILLIS = 2_000;

/** The reasons of calls that nobody needs help with. */
const ORDINARY = new Set(["normal", "cancelled", "answered-elsewhere", "longest-reached"]);

/** What the person's own return to the page may have changed: nothing else tells. */
const TOLD_BY_RETURN = new Set(["microphone-denied-by-system", "microphone-busy"]);

/**
 * The way of one visitor's call, from the first press to the microphone's end, without a page: why the microphone is
 * needed, the microphone, the token, the call. Nobody is rung before the microphone is open, and it is closed in each
 * state after the call. Each attempt asks for a token of its own.
 *
 * @extends {Emitter<FlowEvents>}
 */
export class CallFlow extends Emitter {
  /** @type {FlowOptions} */ #options;
  /** @type {import("../sdk/platform.js").Platform} */ #platform;
  /** @type {FlowState} */ #state = "ready";
  /** @type {string | undefined} */ #reason;
  /** @type {string | undefined} */ #text;
  /** @type {string | undefined} */ #callId;
  /** @type {MediaStream | undefined} */ #stream;
  /** @type {import("./token-call.js").TokenCall | undefined} */ #call;
  /** @type {AbortController} of what the attempt waits for; aborted when it is given up */ #attempt = new AbortController();
  /** @type {(() => void)[]} takes the watchers away */ #watching = [];
  /** @type {"off" | "on" | "muted" | "lost"} */ #microphone = "off";
  #muted = false;
  #audioBlocked = false;
  #explained = false;
  #talkedFrom = 0;
  #talkedUntil = 0;

  /**
   * @typedef {object} FlowOptions
   * @property {(given: AbortSignal) => Promise<string>} token asked anew for each attempt, when the microphone is open;
   *   rejects with a {@link import("./token.js").Refusal}
   * @property {(given: AbortSignal) => void} [begin] told of each attempt, so that what the token will need can be made
   *   ready while the visitor reads
   * @property {string} [url] the gateway's WebSocket; that of this module's server when absent
   */

  /**
   * @param {FlowOptions} options
   * @param {import("../sdk/platform.js").Platform} [platform] for tests
   */
  constructor(options, platform = browser) {
    super();
    this.#options = options;
    this.#platform = platform;
  }

  get state() {
    return this.#state;
  }

  /** Why the call ended or failed, in one word; undefined in the other states. */
  get reason() {
    return this.#reason;
  }

  /** The server's plain English sentence to the reason, when it said one. */
  get text() {
    return this.#text;
  }

  /** What the server's log knows the last call by; undefined before the first. */
  get callId() {
    return this.#callId;
  }

  get muted() {
    return this.#muted;
  }

  /** off: closed · on · muted: open, and nothing of it is sent · lost: unplugged or taken away */
  get microphone() {
    return this.#microphone;
  }

  /** Whether the browser plays nothing until `playAudio` is called from a press. */
  get audioBlocked() {
    return this.#audioBlocked;
  }

  /** Whole seconds of talk; stands still after it. */
  get seconds() {
    const until = this.#state === "talking" ? this.#platform.now() : this.#talkedUntil;
    return Math.floor((until - this.#talkedFrom) / 1000);
  }

  /** Whether an attempt is under way. */
  get running() {
    return this.#state === "asking" || this.#state === "connecting" || this.#state === "ringing" || this.#state === "talking";
  }

  /** Loads what the call will need, when it is likely that there will be one. */
  prepare() {
    loadCall().catch(() => {}); // told when it is needed
  }

  /** Begins a call. The microphone is explained first, unless there will be no question or it was explained before. */
  async call() {
    if (this.running || this.#state === "explaining") return;
    const attempt = this.#begin();
    const reason = obstacle(this.#platform) ?? (this.#platform.frameMayAsk() ? undefined : "microphone-denied-in-frame");
    if (reason) {
      this.#end({ reason });
      return;
    }
    this.#foresee(attempt);
    const permission = await this.#platform.microphonePermission();
    if (attempt.aborted) return;
    // Who has denied it will not be asked, and needs the help at once.
    if (this.#explained || permission === "granted" || permission === "denied") this.#ask(attempt, permission === "granted");
    else this.#enter("explaining");
  }

  /** The visitor has read why. */
  proceed() {
    if (this.#state !== "explaining") return;
    this.#explained = true;
    this.#ask(this.#attempt.signal, false);
  }

  /** Ends the attempt in whatever state it is, at once. */
  hangUp() {
    if (this.#call) this.#call.hangUp();
    else if (this.running) this.#end({ reason: "cancelled" });
  }

  /** Goes back to ready from what is only being told. */
  dismiss() {
    if (this.running) return;
    this.#begin();
    if (this.#state !== "ready") this.#enter("ready");
  }

  /** @param {boolean} muted whether the other side hears nothing */
  mute(muted) {
    this.#muted = muted;
    this.#applyMute();
  }

  /** Presses a key until it is released. @param {string} key one of 0-9 * # */
  pressKey(key) {
    this.#call?.pressKey(key);
  }

  releaseKey() {
    this.#call?.releaseKey();
  }

  /** Presses keys one after the other. @param {string} keys of 0-9 * # */
  sendKeys(keys) {
    this.#call?.sendKeys(keys);
  }

  /** How loud it is now, each from 0 to 1. */
  levels() {
    return this.#call?.levels() ?? { microphone: 0, remote: 0 };
  }

  /** Plays the other side after all; call it from a press. */
  playAudio() {
    this.#audioBlocked = false;
    this.#call?.playAudio();
    this.emit("change", this);
  }

  // ------------------------------------------------------------------ inside

  /** @param {AbortSignal} attempt */
  #foresee(attempt) {
    this.prepare();
    this.#options.begin?.(attempt);
  }

  /** @returns {AbortSignal} of a new attempt; whatever the one before still waits for comes to nothing */
  #begin() {
    this.#attempt.abort();
    this.#attempt = new AbortController();
    this.#unwatch();
    this.#reason = this.#text = undefined;
    return this.#attempt.signal;
  }

  /**
   * @param {AbortSignal} attempt
   * @param {boolean} granted then there is no question
   */
  async #ask(attempt, granted) {
    this.#enter(granted ? "connecting" : "asking");
    const askedAt = this.#platform.now();
    let stream;
    try {
      stream = await this.#platform.getUserMedia({ audio: SPEECH, video: false });
    } catch (error) {
      const reason = await whyRefused(this.#platform, error, this.#platform.now() - askedAt);
      if (!attempt.aborted) this.#lack(reason);
      return;
    }
    if (attempt.aborted) {
      stop(stream);
      return;
    }
    this.#use(stream);
    if (this.#state === "asking") this.#enter("connecting");
    await Promise.all([this.#options.token(attempt), loadCall()])
      .then(([token, { TokenCall }]) => attempt.aborted || this.#dial(TokenCall, token))
      .catch(({ reason = "media-failed", text }) => attempt.aborted || this.#end({ reason, text }));
  }

  /**
   * @param {typeof import("./token-call.js").TokenCall} TokenCall
   * @param {string} token
   */
  #dial(TokenCall, token) {
    const { url = new URL("/", import.meta.url).href } = this.#options;
    const call = new TokenCall(url.replace(/^http/, "ws"), token, /** @type {MediaStream} */ (this.#stream), this.#platform);
    this.#call = call;
    this.#callId = call.id;
    call.on("state", (state) => {
      if (state === "established") {
        this.#talkedFrom = this.#platform.now();
        this.#enter("talking");
      } else if (state !== "trying" && this.#state !== "ringing") this.#enter("ringing");
    });
    call.on("audio-blocked", () => {
      this.#audioBlocked = true;
      this.emit("change", this);
    });
    call.on("ended", (end) => this.#end(end));
  }

  /** @param {{ reason: string, text?: string }} end */
  #end({ reason, text }) {
    this.#attempt.abort();
    this.#talkedUntil = this.#platform.now();
    if (this.#state !== "talking") this.#talkedFrom = this.#talkedUntil;
    this.#call = undefined;
    this.#unwatch();
    if (this.#stream) stop(this.#stream);
    this.#stream = undefined;
    this.#microphone = "off";
    this.#muted = this.#audioBlocked = false;
    this.#reason = reason;
    this.#text = text || undefined;
    this.#enter(ORDINARY.has(reason) ? "ended" : "failed");
  }

  /** There is no microphone, and the flow goes on by itself as soon as there may be one. @param {string} reason */
  #lack(reason) {
    this.#end({ reason });
    const failed = this.#attempt;
    /** @param {boolean} granted */
    const again = (granted) => {
      if (this.#attempt !== failed) return;
      const attempt = this.#begin();
      this.#foresee(attempt);
      this.#ask(attempt, granted);
    };
    const until = this.#platform.now() + WATCH_MILLIS;
    /** @type {PermissionState | undefined} */ let before;
    /** @type {unknown} */ let timer;
    const look = async () => {
      if (this.#attempt !== failed) return; // told when the visitor has gone on
      this.#platform.clearTimer(timer);
      if (this.#platform.now() >= until) return this.#unwatch();
      timer = this.#platform.setTimer(look, LOOK_MILLIS);
      const permission = await this.#platform.microphonePermission();
      // Firefox refuses a closed question first, and blocks the page for it a moment later.
      if (permission === "denied" && this.#reason === "microphone-dismissed") {
        this.#reason = "microphone-denied";
        this.#enter("failed");
      }
      // Taken back to the question it was before the first: then the browser asks once more.
      if (before && permission !== before && permission !== "denied") again(permission === "granted");
      before = permission;
    };
    this.#watching.push(
      () => this.#platform.clearTimer(timer),
      this.#platform.onPermission(look),
      this.#platform.onDevices(async () => {
        const devices = await this.#platform.enumerateDevices().catch(() => []);
        if (reason === "microphone-missing" && devices.some(({ kind }) => kind === "audioinput")) again(false);
      }),
      this.#platform.onReturn(() => {
        if (TOLD_BY_RETURN.has(reason)) again(true);
      }),
    );
    look();
  }

  #unwatch() {
    for (const stopWatching of this.#watching.splice(0)) stopWatching();
  }

  /** @param {MediaStream} stream */
  #use(stream) {
    this.#stream = stream;
    this.#microphone = "on";
    this.#applyMute();
    stream.getAudioTracks()[0].onended = () => {
      if (this.#stream === stream) this.#lose();
    };
  }

  /** The microphone was unplugged in the middle of the call: another one takes its place, at once or when there is one. */
  #lose() {
    this.#microphone = "lost";
    this.emit("change", this);
    const replace = async () => {
      const stream = await this.#platform.getUserMedia({ audio: SPEECH, video: false }).catch(() => undefined);
      if (!stream) return;
      if (this.#microphone !== "lost") {
        stop(stream);
        return;
      }
      this.#unwatch();
      this.#use(stream);
      this.#call?.useMicrophone(stream);
    };
    this.#watching.push(this.#platform.onDevices(replace));
    replace();
  }

  #applyMute() {
    if (this.#stream && this.#microphone !== "lost") {
      for (const track of this.#stream.getAudioTracks()) track.enabled = !this.#muted;
      this.#microphone = this.#muted ? "muted" : "on";
    }
    this.emit("change", this);
  }

  /** @param {FlowState} state */
  #enter(state) {
    this.#state = state;
    this.emit("state", this.#reason ? { state, reason: this.#reason } : { state });
  }
}

/** Loaded at the first sign of a call: a third of all that a call needs, and nothing of it before anybody wants one. */
function loadCall() {
  return import("./token-call.js").catch(() => Promise.reject({ reason: "server-unreachable" }));
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
