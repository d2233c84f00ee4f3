import { Emitter } from "../sdk/emitter.js";
import { keysIn } from "../sdk/keys.js";
import { MediaLeg } from "../sdk/leg.js";
import { Sound } from "../sdk/sound.js";
import { version, Wire } from "../sdk/wire.js";

/** How long the server may take to open the session, and then to say anything about the call, in milliseconds. */
export const ACCEPT_MILLIS = 10_000;
/** How long each of several keys is held, in milliseconds. */
const KEY_MILLIS = 120;

/** What ends the call with the reason that is its name in the wire's words. */
const OVER = new Set(["FINISH", "FAILED", "BUSY"]);

/**
 * How a call ended.
 *
 * @typedef {object} End
 * @property {string} reason one of the SDK's reasons
 * @property {string} [text] the server's plain English sentence
 * @property {"browser" | "peer" | "server"} [by]
 */

/**
 * @typedef {object} TokenCallEvents
 * @property {"trying" | "ringing" | "early-media" | "established"} state
 * @property {End} ended exactly once
 * @property {TokenCall} audio-blocked the browser plays nothing before the person presses something that calls `playAudio`
 */

/**
 * One call over one call token, and the connection for it: all of a telephone that a button needs, at a third of the
 * SDK's weight. It begins when it is made and is used once.
 *
 * @extends {Emitter<TokenCallEvents>}
 */
export class TokenCall extends Emitter {
  /** @readonly @type {string} */ id;
  /** @type {import("../sdk/platform.js").Platform} */ #platform;
  /** @type {Wire} */ #wire;
  /** @type {MediaLeg} */ #leg;
  /** @type {Sound} */ #sound;
  /** @type {boolean} */ #sounds;
  /** @type {string} */ #destination;
  /** @type {MediaStream} */ #microphone;
  /** @type {MediaStream | undefined} */ #remote;
  /** @type {HTMLAudioElement | undefined} */ #element;
  /** @type {{ microphone?: import("../sdk/sound.js").Meter, remote?: import("../sdk/sound.js").Meter }} */ #meters = {};
  /** @type {unknown} */ #timer;
  #state = "connecting";
  #dialled = false;
  #keyDown = false;

  /**
   * @param {object} options
   * @param {string} options.url the gateway's WebSocket
   * @param {string} options.token
   * @param {MediaStream} options.microphone open; it stays whose it is to stop
   * @param {string} [options.destination] that of the token when absent
   * @param {boolean} [options.sounds] false for no ringback and no keys
   * @param {import("../sdk/platform.js").Platform} platform
   */
  constructor({ url, token, microphone, destination = "", sounds = true }, platform) {
    super();
    this.#platform = platform;
    this.#destination = destination;
    this.#microphone = microphone;
    this.#sounds = sounds;
    this.#sound = new Sound(platform);
    this.id = platform.newId();
    this.#leg = new MediaLeg(platform, {}, {
      remoteStream: (stream) => this.#hear(stream),
      failed: (reason) => this.#give({ reason, by: "browser" }),
    });
    const offer = this.#leg.offer();
    offer.catch(() => this.#give({ reason: "media-failed", by: "browser" }));
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
    this.#give({ reason: this.established ? "normal" : "cancelled", by: "browser" });
  }

  /** Sends this microphone's sound from now on. @param {MediaStream} stream */
  useMicrophone(stream) {
    this.#microphone = stream;
    this.#meters.microphone?.close();
    this.#meters.microphone = undefined;
    this.#leg.attach(stream.getAudioTracks()[0]).catch(() => this.#give({ reason: "media-failed", by: "browser" }));
  }

  /** Presses a key until it is released. @param {string} key one of 0-9 * # A-D */
  pressKey(key) {
    if (!this.#takesKeys()) return;
    this.releaseKey();
    this.#keyDown = true;
    this.#wire.send("pressKey", { callId: this.id, key, type: "AUTO" });
    if (this.#sounds) this.#sound.press(key);
  }

  /** Lets go of the key that is pressed. */
  releaseKey() {
    if (!this.#keyDown) return;
    this.#keyDown = false;
    this.#sound.release();
    this.#wire.send("releaseKey", { callId: this.id });
  }

  /** Presses keys one after the other. @param {string} text of 0-9 * # A-D */
  sendKeys(text) {
    const dtmf = keysIn(text);
    if (!this.#takesKeys() || dtmf === "") return;
    this.#wire.send("sendDtmf", { callId: this.id, type: "AUTO", dtmf, offhook: { duration: KEY_MILLIS } });
    if (this.#sounds) this.#sound.pressEach(dtmf, KEY_MILLIS / 1000);
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
        offer.then((sdp) => this.#dial(sdp));
        break;
      case "setRemoteSDP":
        this.#leg.acceptAnswer(second).catch(() => this.#give({ reason: "media-failed", by: "browser" }));
        break;
      case "codec":
        this.#leg.useCodec(facts).catch(() => this.#give({ reason: "media-failed", by: "browser" }));
        break;
      case "fail":
        // A key that is refused ends nothing.
        if (!this.#takesKeys()) this.#end(endOf(facts));
        break;
      default:
        this.#statusIs(facts);
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
      callee: this.#destination,
    });
    this.#expectAnswer();
  }

  #expectAnswer() {
    this.#platform.clearTimer(this.#timer);
    this.#timer = this.#platform.setTimer(() => this.#give({ reason: "request-timeout", by: "server" }), ACCEPT_MILLIS);
  }

  /** @param {Record<string, any>} facts */
  #statusIs(facts) {
    const { status } = facts;
    if (OVER.has(status)) this.#end(endOf(facts));
    else if (status === "ESTABLISHED") this.#leg.settled().then(() => this.#enter("established"));
    else if (status === "TRYING") this.#enter("trying");
    else if (status === "RING") this.#enter("ringing");
    else if (status === "RING_MEDIA" || status === "SESSION_PROGRESS") this.#enter("early-media");
  }

  /** @param {"trying" | "ringing" | "early-media" | "established"} state */
  #enter(state) {
    // Never back: a plain 180 after early media says nothing new.
    const order = ["connecting", "trying", "ringing", "early-media", "established"];
    if (this.#state === "ended" || order.indexOf(state) <= order.indexOf(this.#state)) return;
    this.#state = state;
    this.#sound.play(state === "ringing" && this.#sounds ? "ringback" : undefined);
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

  /** Gives the call up from this side. @param {End} end */
  #give(end) {
    if (this.#state !== "ended" && this.#dialled) this.#wire.send("hangup", { callId: this.id });
    this.#end(end);
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
function endOf({ status, offhook }) {
  const { reason = status === "FINISH" ? "normal" : "internal", text, by } = offhook ?? {};
  return { reason: String(reason), text, by };
}
