import { Emitter } from "./emitter.js";
import { keysIn, wireTypes } from "./keys.js";
import { MediaLeg } from "./leg.js";
import { isStream, openMicrophone } from "./microphone.js";
import { obstacle } from "./platform.js";
import { OffhookError, outcome, outcomeOf, record } from "./reasons.js";

/** @typedef {import("./reasons.js").Outcome} Outcome */
/** @typedef {import("./reasons.js").Warning} Warning */
/** @typedef {import("./keys.js").KeyType} KeyType */

/**
 * Outgoing: connecting (the microphone and the server are asked) → trying → ringing and/or early-media →
 * established → ended. Incoming: ringing → connecting (after `answer`) → established → ended. Every state can
 * be followed by ended, and none is ever entered twice, but for ringing and early-media, which may alternate.
 *
 * @typedef {"connecting" | "trying" | "ringing" | "early-media" | "established" | "ended"} CallState
 */

/**
 * off: closed, as before and after the call · asking: the browser may be showing its question · on: heard by
 * the other side once established · muted: open, and nothing of it is sent, because it is muted or the call is on
 * hold · lost: unplugged or taken away.
 *
 * @typedef {"off" | "asking" | "on" | "muted" | "lost"} MicrophoneState
 */

/**
 * A transfer of a call. pending: asked for · progress: the other side is on its way to the target · completed: they
 * talk, and the call ends here · failed: `outcome` says why, and the call is as it was.
 *
 * @typedef {object} Transfer
 * @property {"pending" | "progress" | "completed" | "failed"} status
 * @property {string} target whom the other side is to talk to: a number, a user or a SIP URI
 * @property {number} [sipStatus] what the target's phone said last, 100 to 699, when that is known
 * @property {Outcome} [outcome] only of a failed transfer
 */

/**
 * @typedef {object} Peer
 * @property {string} number a number, a user or a SIP URI
 * @property {string} name the name that it shows, or ""
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
 * @property {boolean} held whether the other side is on hold, after each change that it has agreed to
 * @property {boolean} held-by-peer whether the other side has this one on hold
 * @property {Peer} peer the other side is somebody else now, or is better known
 * @property {{ key: string, duration: number }} key the other side pressed a key, for so many milliseconds; 0 when that
 *   is not known
 * @property {Transfer} transfer how a transfer goes; completed or failed comes last, unless the call ends before
 * @property {Warning} warning something that was asked of this call is refused; the call goes on as it was
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
 * @property {Record<string, string>} [headers] further SIP headers for the other side, if the server lets them through
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
 * @property {boolean} sounds whether keys are to be heard
 * @property {() => string} microphoneDevice the id of the microphone to open, "" for the system's own
 * @property {() => string} speakerDevice
 * @property {(message: string, argument: object) => void} send
 * @property {(call: Call) => void} activating the call is about to be the one that is talked on
 * @property {() => void} changed the call changed its state
 * @property {(warning: Warning) => void} warn
 */

/** How long the server may take to say anything about a call, in milliseconds. It normally takes one round trip. */
export const ACCEPT_MILLIS = 10_000;
/** How long each of several keys is held, in milliseconds, unless it is said. */
const KEY_MILLIS = 120;

/** The requests that are methods here, by other names. @type {Record<string, string | undefined>} */
const methods = { unhold: "resume", sendDtmf: "sendKeys" };

/**
 * One call. Made by {@link import("./phone.js").Phone.call} or given with the phone's `incoming` event.
 * No method throws or rejects: whatever goes wrong ends the call, with its reason in the `ended` event.
 *
 * @extends {Emitter<CallEvents>}
 */
export class Call extends Emitter {
  /** The id that the server's log and call records know this call by. @readonly @type {string} */ id;
  /** @readonly @type {"outgoing" | "incoming"} */ direction;
  /** The SIP headers that came with an incoming call, as far as the server lets them through, or were given to an outgoing one. @readonly @type {Readonly<Record<string, string>>} */ headers;

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
  /** @type {Peer} */ #peer;
  /** @type {boolean | undefined} the hold (true) or resume (false) that the server was asked for and has not answered */ #holdAsked;
  /** @type {Transfer | undefined} */ #transfer;
  #held = false;
  #holdWanted = false;
  #heldByPeer = false;
  #keyDown = false;
  #sent = false;
  #muted = false;
  #earlyMedia = false;
  /** @type {string | undefined} */ #codec;
  /** @type {number | undefined} */ #establishedAt;
  #durationSeconds = 0;

  /**
   * @param {CallHost} host
   * @param {{ id: string, direction: "outgoing" | "incoming", number: string, name: string, headers: Record<string, string> }} facts
   * @param {CallOptions} [options]
   */
  constructor(host, { id, direction, number, name, headers }, options = {}) {
    super();
    this.#host = host;
    this.#options = options;
    this.#state = direction === "outgoing" ? "connecting" : "ringing";
    this.id = id;
    this.direction = direction;
    this.headers = Object.freeze({ ...headers });
    this.#peer = { number, name };
  }

  /** The number, user or SIP URI of the other side. */
  get number() {
    return this.#peer.number;
  }

  /** The name that the other side shows, or "". */
  get name() {
    return this.#peer.name;
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

  /** Whether the other side is on hold, as agreed with it. */
  get held() {
    return this.#held;
  }

  /** What was asked for last: true from `hold()` on and false from `resume()` on, before the other side has agreed. */
  get holdWanted() {
    return this.#holdWanted;
  }

  /** Whether the other side has this one on hold. */
  get heldByPeer() {
    return this.#heldByPeer;
  }

  /** The transfer that is under way or has just completed; undefined before, and after one that failed. */
  get transferring() {
    return this.#transfer;
  }

  /** The codec that the other side takes, as named in SDP, once the server has said it. */
  get codec() {
    return this.#codec;
  }

  /** Takes an incoming call. The microphone is asked for now, and not before. */
  answer() {
    if (this.direction !== "incoming" || this.#state !== "ringing") return;
    this.#host.activating(this);
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
   * Puts the other side on hold. Nothing is heard on either side from this moment on; `held` follows when the other
   * side has agreed. A call that is not established yet goes on hold when it is.
   */
  hold() {
    this.#want(true);
  }

  /** Takes the call up again, and puts the others on hold unless the phone's `holdOthers` is false. */
  resume() {
    this.#host.activating(this);
    this.#want(false);
  }

  /**
   * Presses keys one after the other.
   *
   * @param {string} keys of 0-9 * # A-D
   * @param {{ type?: KeyType, duration?: number }} [how] `duration`: for how many milliseconds each, 40 to 8000
   */
  sendKeys(keys, { type = "auto", duration = KEY_MILLIS } = {}) {
    const dtmf = this.#keysFor("sendKeys", keys);
    if (dtmf === "") return;
    const offhook = this.#host.extended ? { duration } : undefined;
    this.#host.send("sendDtmf", { callId: this.id, type: this.#wireType(type), dtmf, offhook });
    if (this.#host.sounds) this.#host.sound.pressEach(dtmf, duration / 1000);
  }

  /**
   * Presses a key and keeps it pressed until `releaseKey`.
   *
   * @param {string} key one of 0-9 * # A-D
   * @param {{ type?: KeyType }} [how]
   */
  pressKey(key, { type = "auto" } = {}) {
    const dtmf = this.#keysFor("pressKey", key, 1);
    if (dtmf === "") return;
    if (!this.#host.extended) {
      this.sendKeys(dtmf, { type });
      return;
    }
    this.releaseKey();
    this.#keyDown = true;
    this.#host.send("pressKey", { callId: this.id, key: dtmf, type: this.#wireType(type) });
    if (this.#host.sounds) this.#host.sound.press(dtmf);
  }

  /** Lets go of the key that is pressed. */
  releaseKey() {
    if (!this.#keyDown) return;
    this.#keyDown = false;
    this.#host.sound.release();
    if (this.#state !== "ended") this.#host.send("releaseKey", { callId: this.id });
  }

  /**
   * Has the other side call somebody else instead, without asking whoever that is.
   *
   * @param {string} target a number, a user or a SIP URI
   */
  transfer(target) {
    const number = target.trim();
    this.#beginTransfer(number, { target: number }, number === "" ? outcome("invalid-field", { by: "browser", field: "target" }) : undefined);
  }

  /**
   * Connects the other side with that of another call; both calls end here when the two talk.
   *
   * @param {Call} other established, such as one made to ask first
   */
  transferTo(other) {
    const able = this.#host.extended && other !== this && other.state === "established";
    this.#beginTransfer(other.number, { offhook: { to: other.id } }, able ? undefined : outcome("wrong-state", { by: "browser" }));
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
    const facts = record(data);
    switch (message) {
      case "codec":
        this.#useCodec(facts);
        break;
      case "heldByPeer":
        this.#heldByPeerIs(facts.held === true);
        break;
      case "peer":
        this.#peerIs(facts);
        break;
      case "dtmf":
        if (typeof facts.key === "string") {
          this.emit("key", { key: facts.key, duration: typeof facts.duration === "number" ? facts.duration : 0 });
        }
        break;
      case "notifyTransferEvent":
        this.#transferIs(facts);
        break;
      case "fail":
        this.#refused(facts);
        break;
      default:
        this.#statusIs(facts.status, data);
    }
  }

  /** @internal The phone's microphone is another one now. */
  changeMicrophone() {
    this.#changeMicrophone().catch((error) => {
      if (this.#state !== "ended") this.#warn("microphoneDevice", error instanceof OffhookError ? error.outcome : outcome("microphone-missing"));
    });
  }

  /** @internal The phone's speaker is another one now. */
  changeSpeaker() {
    this.#element?.setSinkId?.(this.#host.speakerDevice()).catch(() => {
      if (this.#state !== "ended") this.#warn("speakerDevice", outcome("speaker-missing", { by: "browser" }));
    });
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
      offhook: Object.keys(this.headers).length > 0 ? { headers: this.headers } : undefined,
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
    const microphone = await openMicrophone(this.#host.platform, this.#options.microphone, this.#host.microphoneDevice());
    if (this.#state === "ended") microphone.close();
    else await this.#useMicrophone(microphone);
  }

  /** Opens another microphone in the place of the one that is open. */
  async #changeMicrophone() {
    const before = this.#microphone;
    if (!before || isStream(this.#options.microphone)) return;
    const microphone = await openMicrophone(this.#host.platform, this.#options.microphone, this.#host.microphoneDevice());
    // Ended, or changed once more meanwhile.
    if (this.#state === "ended" || this.#microphone !== before) {
      microphone.close();
      return;
    }
    before.track.onended = null;
    before.close();
    this.#meters.microphone?.close();
    this.#meters.microphone = undefined;
    await this.#useMicrophone(microphone);
  }

  /** @param {import("./microphone.js").Microphone} microphone */
  async #useMicrophone(microphone) {
    this.#microphone = microphone;
    microphone.track.onended = () => this.#microphoneIs("lost");
    this.#hearMicrophone(microphone);
    await this.#leg?.attach(microphone.track);
  }

  /** Lets the microphone be heard, or not. @param {import("./microphone.js").Microphone} microphone */
  #hearMicrophone({ track }) {
    track.enabled = !this.#muted && !this.#held && !this.#holdWanted;
    this.#microphoneIs(track.enabled ? "on" : "muted");
  }

  #newLeg() {
    const { platform, rtc } = this.#host;
    const reason = obstacle(platform);
    if (reason) throw new OffhookError(outcome(reason, { by: "browser" }));
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
        this.#element.muted = this.#holdWanted;
        if (this.#host.speakerDevice() !== "") this.changeSpeaker();
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
      case "HOLD":
        this.#heldIs(true);
        break;
      case "ESTABLISHED":
        if (this.#state === "established") this.#heldIs(false);
        // On a busy machine the answer can overtake the browser's own work on the description before it: who hears
        // "established" finds the remote stream in its place.
        else if (this.#leg && !this.#remoteStream) this.#leg.settled().then(() => this.#establish());
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
    this.#askForHold();
  }

  /** @param {boolean} hold */
  #want(hold) {
    const ringsHere = this.direction === "incoming" && this.#state === "ringing";
    if (this.#state === "ended" || ringsHere || this.#holdWanted === hold) return;
    this.#holdWanted = hold;
    this.#askForHold();
    this.#holdMoved();
  }

  /** Asks the server for what is wanted, unless it is so already or the server still owes an answer. */
  #askForHold() {
    if (this.#state !== "established" || this.#holdAsked !== undefined || this.#held === this.#holdWanted) return;
    this.#holdAsked = this.#holdWanted;
    this.#host.send(this.#holdWanted ? "hold" : "unhold", { callId: this.id });
  }

  /** @param {boolean} held */
  #heldIs(held) {
    // Nobody here asked: the other side or the server holds it so, and that is what stands.
    if (this.#holdAsked === undefined) this.#holdWanted = held;
    else if (this.#holdAsked === held) this.#holdAsked = undefined;
    const changed = this.#held !== held;
    this.#held = held;
    this.#askForHold();
    this.#holdMoved();
    if (changed) this.emit("held", held);
  }

  /** The sound follows what is wanted at once, and what is agreed. */
  #holdMoved() {
    if (this.#element) this.#element.muted = this.#holdWanted;
    if (this.#microphone && this.#microphoneState !== "lost") this.#hearMicrophone(this.#microphone);
    this.#host.changed();
  }

  /** @param {boolean} held */
  #heldByPeerIs(held) {
    if (this.#heldByPeer === held) return;
    this.#heldByPeer = held;
    this.#host.changed();
    this.emit("held-by-peer", held);
  }

  /** @param {Record<string, unknown>} facts */
  #peerIs({ number, name }) {
    if (typeof number !== "string" || number === "") return;
    this.#peer = { number, name: typeof name === "string" && name !== number ? name : "" };
    this.#host.changed();
    this.emit("peer", { ...this.#peer });
  }

  /**
   * @param {string} request the method that wants them
   * @param {string} text
   * @param {number} [most]
   * @returns {string} the keys, or "" when they cannot be sent now, of which the application is told
   */
  #keysFor(request, text, most = Infinity) {
    const keys = keysIn(text);
    if (keys === "" || keys.length > most) {
      const words = "The keys of a telephone are 0 to 9, *, # and A to D.";
      this.#warn(request, outcome("invalid-field", { by: "browser", field: "keys", text: words }));
      return "";
    }
    if (this.#state === "established" || this.#state === "early-media") return keys;
    this.#warn(request, outcome("wrong-state", { by: "browser" }));
    return "";
  }

  /** @param {KeyType} type */
  #wireType(type) {
    // Only ours can choose by itself.
    return wireTypes[type === "auto" && !this.#host.extended ? "rfc4733" : type];
  }

  /**
   * @param {string} target
   * @param {object} request
   * @param {Outcome | undefined} refusal why it cannot even be asked for
   */
  #beginTransfer(target, request, refusal) {
    if (this.#transfer) {
      this.#warn("transfer", outcome("wrong-state", { by: "browser", text: "The call is being transferred already." }));
      return;
    }
    const why = this.#state === "established" ? refusal : outcome("wrong-state", { by: "browser" });
    this.#transferMoved(why ? { status: "failed", target, outcome: why } : { status: "pending", target });
    if (!why) this.#host.send("transfer", { callId: this.id, ...request });
  }

  /** @param {Record<string, unknown>} facts */
  #transferIs(facts) {
    const { status, target, incoming, offhook } = facts;
    if (incoming === true || !this.#transfer) return;
    const { sipStatus } = record(offhook);
    const known = typeof sipStatus === "number" ? sipStatus : undefined;
    const common = { target: typeof target === "string" && target !== "" ? target : this.#transfer.target, sipStatus: known };
    switch (status) {
      case "PROGRESS":
        this.#transferMoved({ status: "progress", ...common });
        break;
      case "COMPLETED":
        this.#transferMoved({ status: "completed", ...common });
        break;
      case "FAILED":
        this.#transferMoved({ status: "failed", ...common, outcome: outcomeOf({ sipStatus, ...facts }) });
        break;
      default: // PENDING is known here already
    }
  }

  /** @param {Transfer} transfer */
  #transferMoved(transfer) {
    this.#transfer = transfer.status === "failed" ? undefined : transfer;
    this.#host.changed();
    this.emit("transfer", Object.freeze(transfer));
  }

  /**
   * @param {string | undefined} request
   * @param {Outcome} why
   */
  #warn(request, why) {
    /** @type {Warning} */
    const warning = Object.freeze({ ...why, request, callId: this.id });
    this.emit("warning", warning);
    this.#host.warn(warning);
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
   * @param {Record<string, unknown>} facts
   */
  #refused(facts) {
    const why = outcomeOf(facts);
    const { apiMethod } = facts;
    if (this.#state === "connecting") {
      if (this.direction === "incoming") this.#tellServer();
      this.#end(why);
    } else if (apiMethod === "transfer" && this.#transfer) {
      this.#transferMoved({ status: "failed", target: this.#transfer.target, outcome: why });
      return;
    } else if (apiMethod === "hold" || apiMethod === "unhold") {
      this.#holdAsked = undefined;
      this.#holdWanted = this.#held;
      this.#holdMoved();
    }
    this.#warn(typeof apiMethod === "string" ? (methods[apiMethod] ?? apiMethod) : undefined, why);
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
    if (this.#microphone && this.#microphoneState !== "lost") this.#hearMicrophone(this.#microphone);
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
    this.releaseKey();
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
