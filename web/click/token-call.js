import { Emitter } from "../sdk/emitter.js";
import { MediaLeg } from "../sdk/leg.js";
import { RINGBACK, Sound } from "../sdk/sound.js";
import { version, Wire } from "../sdk/wire.js";

/** How long the server may take to open the session, and then to say anything about the call, in milliseconds. */
export const ACCEPT_MILLIS = 10_000;
/** How long each of several keys is held, in milliseconds. */
const KEY_MILLIS = 120;

/** The states in their order; none is entered again. */
const ORDER = ["connecting", "trying", "ringing", "early-media", "established", "ended"];
/** What the wire's words for them are. @type {Record<string, string | undefined>} */
const STATES = { TRYING: "trying", RING: "ringing", RING_MEDIA: "early-media", SESSION_PROGRESS: "early-media", ESTABLISHED: "established" };

/**
 * How a call ended.
 *
 * @typedef {object} End
 * @property {string} reason one of the SDK's reasons
 * @property {string} [text] the server's plain English sentence
 */

/**
 * @typedef {object} TokenCallEvents
 * @property {string} state trying, ringing, early-media, established; never back
 * @property {End} ended exactly once
 * @property {TokenCall} audio-blocked the browser plays nothing before the person presses something that calls `playAudio`
 */

/**
 * One call over one call token, and the connection for it: all of a telephone that a button needs, at less than half
 * of the SDK's weight. It begins when it is made and is used once.
 *
 * @extends {Emitter<TokenCallEvents>}
 */
export class TokenCall extends Emitter {
  /** @readonly @type {string} */ id;
  /** @type {import("../sdk/platform.js").Platform} */ #platform;
  /** @type {Wire} */ #wire;
  /** @type {MediaLeg} */ #leg;
  /** @type {Sound} */ #sound;
  /** @type {MediaStream} */ #microphone;
  /** @type {MediaStream | undefined} */ #remote;
  /** @type {HTMLAudioElement | undefined} */ #element;
  /** @type {{ microphone?: import("../sdk/sound.js").Meter, remote?: import("../sdk/sound.js").Meter }} */ #meters = {};
  /** @type {unknown} */ #timer;
  #state = "connecting";
  #dialled = false;
  #keyDown = false;

  /**
   * @param {string} url the gateway's WebSocket
   * @param {string} token
   * @param {MediaStream} microphone open; it stays whose it is to stop
   * @param {import("../sdk/platform.js").Platform} platform
   */
  constructor(url, token, microphone, platform) {
    super();
    this.#platform = platform;
    this.#microphone = microphone;
    this.#sound = new Sound(platform);
    this.id = platform.newId();
    this.#leg = new MediaLeg(platform, {}, {
      remoteStream: (stream) => this.#hear(stream),
      failed: (reason) => this.#give(reason),
    });
    const offer = this.#leg.offer();
    offer.catch(this.#broken);
    this.useMicrophone(microphone);
    this.#wire = new Wire(url, platform, {
      opened: () => this.#introduce(token),
      received: (message, data) => this.#received(message, data, offer),
      closed: (why) => this.#end(why),
    });
  }

  get established() {
    return this.#state === "established";
  }

  /** Ends the call in whatever state it is, at once. */
  hangUp() {
    this.#give(this.established ? "normal" : "cancelled");
  }

  /** Sends this microphone's sound from now on. @param {MediaStream} stream */
  useMicrophone(stream) {
    this.#microphone = stream;
    this.#meters.microphone?.close();
    this.#meters.microphone = undefined;
    this.#leg.attach(stream.getAudioTracks()[0]).catch(this.#broken);
  }

  /** Presses a key until it is released. @param {string} key one of 0-9 * # A-D */
  pressKey(key) {
    if (!this.#takesKeys()) return;
    this.releaseKey();
    this.#keyDown = true;
    this.#wire.send("pressKey", { callId: this.id, key, type: "AUTO" });
    this.#sound.press(key);
  }

  /** Lets go of the key that is pressed. */
  releaseKey() {
    if (!this.#keyDown) return;
    this.#keyDown = false;
    this.#sound.release();
    this.#wire.send("releaseKey", { callId: this.id });
  }

  /** Presses keys one after the other. @param {string} dtmf of 0-9 * # A-D */
  sendKeys(dtmf) {
    if (!this.#takesKeys()) return;
    this.#wire.send("sendDtmf", { callId: this.id, type: "AUTO", dtmf, offhook: { duration: KEY_MILLIS } });
    this.#sound.pressEach(dtmf, KEY_MILLIS / 1000);
  }

  /**
   * How loud it is now, from 0 (silence) to 1. Cheap enough to be asked at every frame.
   *
   * @returns {{ microphone: number, remote: number }}
   */
  levels() {
    if (this.#state === "ended") return { microphone: 0, remote: 0 };
    this.#meters.microphone ??= this.#sound.meter(this.#microphone);
    if (this.#remote) this.#meters.remote ??= this.#sound.meter(this.#remote);
    return { microphone: this.#meters.microphone?.level() ?? 0, remote: this.#meters.remote?.level() ?? 0 };
  }

  /** Plays the other side again after `audio-blocked`; call it from a click. */
  async playAudio() {
    try {
      await this.#element?.play();
    } catch (error) {
      if (this.#state !== "ended" && error instanceof DOMException && error.name === "NotAllowedError") this.emit("audio-blocked", this);
    }
  }

  /** @param {string} token */
  #introduce(token) {
    this.#wire.send("connection", {
      appKey: "defaultApp",
      mediaProviders: ["WebRTC"],
      keepAlive: false,
      clientVersion: "2.0",
      offhook: { sdk: version, token },
    });
    this.#expectAnswer();
  }

  /**
   * @param {string} message
   * @param {any[]} data
   * @param {Promise<string>} offer
   */
  #received(message, [first, second], offer) {
    this.#platform.clearTimer(this.#timer);
    const facts = typeof first === "object" && first ? first : {};
    switch (message) {
      case "getUserData":
        offer.then((sdp) => this.#dial(sdp), this.#broken);
        break;
      case "setRemoteSDP":
        this.#leg.acceptAnswer(second).catch(this.#broken);
        break;
      case "codec":
        this.#leg.useCodec(facts).catch(this.#broken);
        break;
      case "fail":
        // A key that is refused ends nothing.
        if (!this.#takesKeys()) this.#end(endOf(facts));
        break;
      case "finish":
        this.#end(endOf(facts));
        break;
      default: {
        const state = STATES[facts.status];
        // The answer can overtake the browser's own work on the description before it.
        if (state === "established") this.#leg.settled().then(() => this.#enter(state));
        else if (state) this.#enter(state);
      }
    }
  }

  /** @param {string} sdp */
  #dial(sdp) {
    if (this.#dialled || this.#state === "ended") return;
    this.#dialled = true;
    this.#wire.send("call", {
      callId: this.id,
      incoming: false,
      hasAudio: true,
      hasVideo: false,
      status: "PENDING",
      mediaProvider: "WebRTC",
      sdp,
      caller: "",
      callee: "", // where the token says
    });
    this.#expectAnswer();
  }

  #expectAnswer() {
    this.#platform.clearTimer(this.#timer);
    this.#timer = this.#platform.setTimer(() => this.#give("request-timeout"), ACCEPT_MILLIS);
  }

  /** @param {string} state */
  #enter(state) {
    if (ORDER.indexOf(state) <= ORDER.indexOf(this.#state)) return;
    this.#state = state;
    this.#sound.play(state === "ringing" ? RINGBACK : undefined);
    this.emit("state", state);
  }

  #takesKeys() {
    return this.established || this.#state === "early-media";
  }

  /** @param {MediaStream} stream */
  #hear(stream) {
    this.#remote = stream;
    this.#element = this.#platform.createAudioElement();
    if (!this.#element) return;
    this.#element.srcObject = stream;
    this.playAudio();
  }

  #broken = () => this.#give("media-failed");

  /** Gives the call up from this side. @param {string} reason */
  #give(reason) {
    if (this.#state !== "ended" && this.#dialled) this.#wire.send("hangup", { callId: this.id });
    this.#end({ reason });
  }

  /** @param {End} end */
  #end(end) {
    if (this.#state === "ended") return;
    this.releaseKey();
    this.#state = "ended";
    this.#platform.clearTimer(this.#timer);
    this.#meters.microphone?.close();
    this.#meters.remote?.close();
    this.#sound.close();
    this.#leg.close();
    if (this.#element) this.#element.srcObject = null;
    this.#wire.close();
    this.emit("ended", end);
  }
}

/**
 * @param {Record<string, any>} facts of a `finish` or `fail`
 * @returns {End}
 */
function endOf({ offhook }) {
  const { reason = "internal", text } = offhook ?? {};
  return { reason, text };
}
