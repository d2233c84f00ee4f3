import { Emitter } from "./emitter.js";
import { MediaLeg } from "./leg.js";
import { openMicrophone } from "./microphone.js";
import { OffhookError, outcome, outcomeOf, record } from "./reasons.js";

/** @typedef {import("./reasons.js").Outcome} Outcome */

/**
 * Outgoing: connecting (the microphone and the server are asked) → trying → ringing and/or early-media →
 * established → ended. Incoming: ringing → connecting (after `answer`) → established → ended. Every state can
 * be followed by ended, and none is ever entered twice, but for ringing and early-media, which may alternate.
 *
 * @typedef {"connecting" | "trying" | "ringing" | "early-media" | "established" | "ended"} CallState
 */

/**
 * off: closed, as before and after the call · asking: the browser may be showing its question · on: heard by
 * the other side once established · muted: open, and nothing of it is sent · lost: unplugged or taken away.
 *
 * @typedef {"off" | "asking" | "on" | "muted" | "lost"} MicrophoneState
 */

/**
 * @typedef {object} CallEvents
 * @property {CallState} state each change of state, and then the event of that state itself
 * @property {Call} connecting
 * @property {Call} trying the server is reaching for the other side
 * @property {Call} ringing
 * @property {Call} early-media sound from the network plays already: an announcement, a tone, music
 * @property {Call} established both sides can speak
 * @property {Outcome} ended exactly once, whatever happened
 * @property {MicrophoneState} microphone
 * @property {MediaStream} remote-stream
 * @property {Call} audio-blocked the browser will not play sound before the person does something: have them press
 *   a button that calls `playAudio`
 */

/**
 * @typedef {object} CallOptions
 * @property {MediaStream | MediaTrackConstraints} [microphone] a stream of your own, which stays yours to stop, or
 *   what to ask the browser for
 * @property {string} [visibleName] the name that the other side sees, instead of the phone's
 * @property {string} [id] a unique id; made when absent
 */

/**
 * What a call needs of its phone.
 *
 * @typedef {object} CallHost
 * @property {import("./platform.js").Platform} platform
 * @property {import("./sound.js").Sound} sound
 * @property {RTCConfiguration} rtc
 * @property {boolean} playsAudio whether the other side is played by the SDK
 * @property {string} caller this side's login
 * @property {boolean} extended whether the server speaks the `offhook` extension
 * @property {(message: string, argument: object) => void} send
 * @property {() => void} changed the call changed its state
 */

/** How long the server may take to say anything about a call, in milliseconds. It normally takes one round trip. */
export const ACCEPT_MILLIS = 10_000;

/**
 * One call. Made by {@link import("./phone.js").Phone.call} or given with the phone's `incoming` event.
 * No method throws or rejects: whatever goes wrong ends the call, with its reason in the `ended` event.
 *
 * @extends {Emitter<CallEvents>}
 */
export class Call extends Emitter {
  /** The id that the server's log and call records know this call by. @readonly @type {string} */ id;
  /** @readonly @type {"outgoing" | "incoming"} */ direction;
  /** The number, user or SIP URI of the other side. @readonly @type {string} */ number;
  /** The name that the other side shows, or "". @readonly @type {string} */ name;

  /** @type {CallHost} */ #host;
  /** @type {CallOptions} */ #options;
  /** @type {CallState} */ #state;
  /** @type {MediaLeg | undefined} */ #leg;
  /** @type {import("./microphone.js").Microphone | undefined} */ #microphone;
  /** @type {MicrophoneState} */ #microphoneState = "off";
  /** @type {MediaStream | undefined} */ #remoteStream;
  /** @type {HTMLAudioElement | undefined} */ #element;
  /** @type {{ microphone?: import("./sound.js").Meter, remote?: import("./sound.js").Meter }} */ #meters = {};
  /** @type {Promise<string> | undefined} the SDP answer of an incoming call, under way since it rings */ #prepared;
  /** @type {unknown} */ #timer;
  /** @type {Outcome | undefined} */ #outcome;
  #sent = false;
  #muted = false;
  #earlyMedia = false;
  /** @type {string | undefined} */ #codec;
  /** @type {number | undefined} */ #establishedAt;
  #durationSeconds = 0;

  /**
   * @param {CallHost} host
   * @param {{ id: string, direction: "outgoing" | "incoming", number: string, name: string }} facts
   * @param {CallOptions} [options]
   */
  constructor(host, { id, direction, number, name }, options = {}) {
    super();
    this.#host = host;
    this.#options = options;
    this.#state = direction === "outgoing" ? "connecting" : "ringing";
    this.id = id;
    this.direction = direction;
    this.number = number;
    this.name = name;
  }

  get state() {
    return this.#state;
  }

  /** How the call ended; undefined until it has. */
  get outcome() {
    return this.#outcome;
  }

  /** Whole seconds since both sides could speak; stands still once the call has ended. */
  get duration() {
    const milliseconds = this.#establishedAt === undefined ? 0 : this.#host.platform.now() - this.#establishedAt;
    return this.#state === "established" ? Math.floor(milliseconds / 1000) : this.#durationSeconds;
  }

  /** The other side's sound, once it can be played; undefined before. It is played already, unless `playAudio` was off. */
  get remoteStream() {
    return this.#remoteStream;
  }

  get microphone() {
    return this.#microphoneState;
  }

  get muted() {
    return this.#muted;
  }

  /** The codec that the other side takes, as named in SDP, once the server has said it. */
  get codec() {
    return this.#codec;
  }

  /** Takes an incoming call. The microphone is asked for now, and not before. */
  answer() {
    if (this.direction !== "incoming" || this.#state !== "ringing") return;
    this.#enter("connecting");
    this.#answer().catch((error) => this.#fail(error));
  }

  /** Refuses an incoming call that still rings; the same as `hangUp`. */
  decline() {
    this.hangUp();
  }

  /** Ends the call in whatever state it is, at once. */
  hangUp() {
    if (this.#state === "ended") return;
    this.#tellServer();
    const answered = this.#state === "established" || (this.direction === "incoming" && this.#sent);
    const reason = answered ? "normal" : this.direction === "incoming" ? "declined" : "cancelled";
    this.#end(outcome(reason, { by: "browser", text: reason === "declined" ? "You declined the call." : undefined }));
  }

  /** The other side hears nothing from now on. Can be set before the call is established. */
  mute() {
    this.#setMuted(true);
  }

  unmute() {
    this.#setMuted(false);
  }

  /**
   * How loud it is now, from 0 (silence) to 1. Cheap enough to be asked at every frame.
   *
   * @returns {{ microphone: number, remote: number }}
   */
  levels() {
    if (this.#state === "ended") return { microphone: 0, remote: 0 };
    if (this.#microphone) this.#meters.microphone ??= this.#meterOf(this.#microphone.track);
    if (this.#remoteStream) this.#meters.remote ??= this.#host.sound.meter(this.#remoteStream);
    return { microphone: this.#meters.microphone?.level() ?? 0, remote: this.#meters.remote?.level() ?? 0 };
  }

  /** Plays the other side again after `audio-blocked`; call it from a click. */
  async playAudio() {
    try {
      await this.#element?.play();
    } catch (error) {
      if (this.#state !== "ended" && record(error).name === "NotAllowedError") this.emit("audio-blocked", this);
    }
  }

  // ------------------------------------------------------------------ what the phone does with its calls

  /** @internal Begins an outgoing call. */
  start() {
    this.#start().catch((error) => this.#fail(error));
  }

  /**
   * @internal Begins an incoming call: the path for the sound is made while it rings.
   * @param {string} sdp the server's offer
   */
  prepare(sdp) {
    this.#prepared = this.#prepare(sdp);
    this.#prepared.catch((error) => this.#fail(error));
  }

  /**
   * @internal A message of the server that names this call.
   * @param {string} message
   * @param {unknown} data
   */
  received(message, data) {
    if (this.#state === "ended") return;
    if (this.#sent) this.#host.platform.clearTimer(this.#timer);
    if (message === "codec") this.#useCodec(record(data));
    else if (message === "fail") this.#refused(data);
    else this.#statusIs(record(data).status, data);
  }

  /**
   * @internal
   * @param {string} sdp the server's answer to the offer of this call
   */
  remoteAnswer(sdp) {
    this.#leg?.acceptAnswer(sdp).catch((error) => this.#fail(error));
  }

  /**
   * @internal The connection is over, and with it the call.
   * @param {Outcome} why
   */
  abandon(why) {
    this.#end(why);
  }

  // ------------------------------------------------------------------ inside

  async #start() {
    const leg = (this.#leg = this.#newLeg());
    const [sdp] = await Promise.all([leg.offer(), this.#openMicrophone()]);
    if (this.#state === "ended") return;
    this.#sent = true;
    this.#host.send("call", {
      callId: this.id,
      incoming: false,
      hasAudio: true,
      hasVideo: false,
      status: "PENDING",
      mediaProvider: "WebRTC",
      sdp,
      caller: this.#host.caller,
      callee: this.number,
      visibleName: this.#options.visibleName || undefined,
    });
    this.#timer = this.#host.platform.setTimer(() => this.#unheard(), ACCEPT_MILLIS);
  }

  /** @param {string} sdp */
  async #prepare(sdp) {
    const answer = await (this.#leg = this.#newLeg()).answer(sdp);
    if (this.#host.extended) this.#host.send("prepare", { callId: this.id, sdp: answer });
    return answer;
  }

  async #answer() {
    const [sdp] = await Promise.all([this.#prepared, this.#openMicrophone()]);
    if (this.#state === "ended") return;
    this.#sent = true;
    this.#host.send("answer", {
      callId: this.id,
      incoming: true,
      hasAudio: true,
      hasVideo: false,
      status: "PENDING",
      mediaProvider: "WebRTC",
      sdp,
      callee: this.number,
    });
    this.#timer = this.#host.platform.setTimer(() => this.#unheard(), ACCEPT_MILLIS);
  }

  /** Opens the microphone and puts it into the leg; closes it at once when the call ended meanwhile. */
  async #openMicrophone() {
    this.#microphoneIs("asking");
    const microphone = await openMicrophone(this.#host.platform, this.#options.microphone);
    if (this.#state === "ended") {
      microphone.close();
      return;
    }
    this.#microphone = microphone;
    microphone.track.enabled = !this.#muted;
    microphone.track.onended = () => this.#microphoneIs("lost");
    this.#microphoneIs(this.#muted ? "muted" : "on");
    await this.#leg?.attach(microphone.track);
  }

  #newLeg() {
    const { platform, rtc } = this.#host;
    if (!platform.isSecure()) throw new OffhookError(outcome("insecure-page", { by: "browser" }));
    if (!platform.canCall()) throw new OffhookError(outcome("browser-unsupported", { by: "browser" }));
    return new MediaLeg(platform, rtc, {
      remoteStream: (stream) => this.#hear(stream),
      failed: (reason) => {
        this.#tellServer();
        this.#end(outcome(reason, { by: "browser" }));
      },
    });
  }

  /** @param {MediaStream} stream */
  #hear(stream) {
    this.#remoteStream = stream;
    if (this.#host.playsAudio) {
      this.#element = this.#host.platform.createAudioElement();
      if (this.#element) {
        this.#element.srcObject = stream;
        this.playAudio();
      }
    }
    this.emit("remote-stream", stream);
  }

  /**
   * @param {unknown} status
   * @param {unknown} data
   */
  #statusIs(status, data) {
    switch (status) {
      case "TRYING":
        if (this.direction === "outgoing" && this.#state === "connecting") this.#enter("trying");
        break;
      case "RING":
        // After early media a plain 180 says nothing new: the sound goes on.
        if (this.direction === "outgoing" && !this.#earlyMedia) this.#enterBeforeAnswer("ringing");
        break;
      case "RING_MEDIA":
      case "SESSION_PROGRESS":
        this.#earlyMedia = true;
        if (this.direction === "outgoing") this.#enterBeforeAnswer("early-media");
        break;
      case "ESTABLISHED":
        // On a busy machine the answer can overtake the browser's own work on the description before it: who hears
        // "established" finds the remote stream in its place.
        if (this.#leg && !this.#remoteStream) this.#leg.settled().then(() => this.#establish());
        else this.#establish();
        break;
      case "BUSY":
        this.#end(outcomeOf({ sipStatus: 486, ...record(data) }));
        break;
      case "FINISH":
      case "FAILED":
        this.#end(outcomeOf(data));
        break;
      default: // a status of a later version of the protocol: not for us
    }
  }

  #establish() {
    if (this.#state === "established" || this.#state === "ended") return;
    this.#establishedAt = this.#host.platform.now();
    this.#enter("established");
  }

  /** @param {"ringing" | "early-media"} state */
  #enterBeforeAnswer(state) {
    if (this.#state !== "established" && this.#state !== state) this.#enter(state);
  }

  /** @param {Record<string, unknown>} data */
  #useCodec({ codec, payloadType }) {
    if (typeof codec !== "string") return;
    this.#codec = codec;
    this.#leg
      ?.useCodec({ codec, payloadType: typeof payloadType === "number" ? payloadType : undefined })
      .catch((error) => this.#fail(error));
  }

  /**
   * The server refused a request about this call. It ends the call only if the call never began: a refused
   * hold or a digit too many must not.
   *
   * @param {unknown} data
   */
  #refused(data) {
    if (this.#state !== "connecting") return;
    if (this.direction === "incoming") this.#tellServer();
    this.#end(outcomeOf(data));
  }

  #unheard() {
    this.#tellServer();
    this.#end(outcome("request-timeout", { by: "server", text: "The server did not react to the call." }));
  }

  /** Tells the server that the call is over, unless it does not know it yet. */
  #tellServer() {
    if (this.#sent || this.direction === "incoming") this.#host.send("hangup", { callId: this.id });
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#state === "ended") return;
    this.#tellServer();
    const why = error instanceof OffhookError ? error.outcome : undefined;
    const text = error instanceof Error ? `The browser could not set up the sound: ${error.message}` : undefined;
    this.#end(why ?? outcome("media-failed", { by: "browser", text }));
  }

  /** @param {boolean} muted */
  #setMuted(muted) {
    if (this.#state === "ended" || muted === this.#muted) return;
    this.#muted = muted;
    if (!this.#microphone) return;
    this.#microphone.track.enabled = !muted;
    if (this.#microphoneState !== "lost") this.#microphoneIs(muted ? "muted" : "on");
  }

  /** @param {MicrophoneState} state */
  #microphoneIs(state) {
    if (this.#microphoneState === state) return;
    this.#microphoneState = state;
    this.emit("microphone", state);
  }

  /** @param {Exclude<CallState, "ended">} state */
  #enter(state) {
    this.#state = state;
    this.#host.changed();
    this.emit("state", state);
    // A listener may have ended the call.
    if (this.#state === state) this.emit(state, this);
  }

  /** @param {Outcome} why */
  #end(why) {
    if (this.#state === "ended") return;
    this.#durationSeconds = this.duration;
    this.#state = "ended";
    this.#outcome = why;
    this.#host.platform.clearTimer(this.#timer);
    this.#meters.microphone?.close();
    this.#meters.remote?.close();
    this.#leg?.close();
    if (this.#element) this.#element.srcObject = null;
    if (this.#microphone) this.#microphone.track.onended = null;
    this.#microphone?.close();
    this.#host.changed();
    this.#microphoneIs("off");
    this.emit("state", "ended");
    this.emit("ended", why);
  }

  /** @param {MediaStreamTrack} track */
  #meterOf(track) {
    const stream = this.#host.platform.createStream();
    stream.addTrack(track);
    return this.#host.sound.meter(stream);
  }
}
