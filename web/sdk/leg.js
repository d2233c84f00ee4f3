/**
 * @typedef {object} LegListener
 * @property {(stream: MediaStream) => void} remoteStream the other side's sound can be played from now on
 * @property {(reason: "ice-timeout" | "dtls-failed") => void} failed the path to the server is lost for good
 */

/**
 * One call's media in the browser: a peer connection with one audio line. It starts without a microphone, so
 * that ICE and DTLS can finish before anybody is asked for one; `attach` puts the microphone in later, without
 * a renegotiation. No candidates are gathered for or waited for: the server learns the browser's address from
 * its checks.
 */
export class MediaLeg {
  #closed = false;
  /** @type {RTCPeerConnection} */ #peer;
  /** @type {import("./platform.js").Platform} */ #platform;
  /** @type {Promise<unknown>} descriptions are applied one after another */ #work = Promise.resolve();
  /** @type {string} what the server sent, offer or answer */ #remoteSdp = "";
  /** @type {RTCRtpTransceiver | undefined} */ #audio;
  /** @type {"offerer" | "answerer"} */ #role = "offerer";

  /**
   * @param {import("./platform.js").Platform} platform
   * @param {RTCConfiguration} configuration
   * @param {LegListener} listener
   */
  constructor(platform, configuration, listener) {
    this.#platform = platform;
    this.#peer = platform.createPeer({ bundlePolicy: "max-bundle", ...configuration });
    this.#peer.ontrack = ({ track, streams }) => {
      if (this.#closed || track.kind !== "audio") return;
      listener.remoteStream(streams[0] ?? this.#streamOf(track));
    };
    this.#peer.onconnectionstatechange = () => {
      if (this.#closed || this.#peer.connectionState !== "failed") return;
      // Firefox gives up with checks still "new" when it has no address from which to reach ours.
      const reached = ["connected", "completed"].includes(this.#peer.iceConnectionState);
      listener.failed(reached ? "dtls-failed" : "ice-timeout");
    };
  }

  /** @returns {Promise<string>} the offer's SDP */
  offer() {
    return this.#next(async () => {
      this.#audio = this.#peer.addTransceiver("audio", { direction: "sendrecv" });
      const offer = await this.#peer.createOffer();
      await this.#peer.setLocalDescription(offer);
      return offer.sdp ?? "";
    });
  }

  /**
   * Takes the server's answer. A second one is ignored: the gateway anchors the media, and one is all it sends.
   *
   * @param {string} sdp
   */
  acceptAnswer(sdp) {
    return this.#next(async () => {
      if (this.#peer.signalingState !== "have-local-offer") return;
      await this.#peer.setRemoteDescription({ type: "answer", sdp });
      this.#remoteSdp = sdp;
    });
  }

  /**
   * @param {string} sdp the server's offer
   * @returns {Promise<string>} the answer's SDP
   */
  answer(sdp) {
    return this.#next(async () => {
      this.#role = "answerer";
      await this.#peer.setRemoteDescription({ type: "offer", sdp });
      this.#remoteSdp = sdp;
      this.#audio = this.#peer.getTransceivers().find(({ receiver }) => receiver.track.kind === "audio");
      if (this.#audio) this.#audio.direction = "sendrecv";
      const answer = await this.#peer.createAnswer();
      await this.#peer.setLocalDescription(answer);
      return answer.sdp ?? "";
    });
  }

  /** @param {MediaStreamTrack} track the microphone, heard by the other side from now on */
  attach(track) {
    return this.#next(() => this.#audio?.sender.replaceTrack(track));
  }

  /**
   * Makes the browser send the one codec that the far side takes. Where the sender can be told, it is told;
   * elsewhere the same remote description is applied again with that codec first. The server sees nothing of it.
   *
   * @param {{ codec: string, payloadType?: number }} wanted
   * @returns {Promise<"told" | "renegotiated" | "unknown-codec">} how it was done
   */
  useCodec(wanted) {
    return this.#next(async () => {
      if (await this.#tellSender(wanted)) return /** @type {const} */ ("told");
      const sdp = withCodecFirst(this.#remoteSdp, wanted);
      if (sdp === undefined) return /** @type {const} */ ("unknown-codec");
      if (this.#role === "offerer") {
        await this.#peer.setLocalDescription(await this.#peer.createOffer());
        await this.#peer.setRemoteDescription({ type: "answer", sdp });
      } else {
        await this.#peer.setRemoteDescription({ type: "offer", sdp });
        await this.#peer.setLocalDescription(await this.#peer.createAnswer());
      }
      return /** @type {const} */ ("renegotiated");
    });
  }

  /** @returns {Promise<void>} when what was asked of the leg so far is done, well or not */
  settled() {
    return this.#next(async () => {}).catch(() => {});
  }

  /** Frees everything. What is under way comes to nothing. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#peer.ontrack = this.#peer.onconnectionstatechange = null;
    this.#peer.close();
  }

  /** @param {{ codec: string, payloadType?: number }} wanted */
  async #tellSender({ codec, payloadType }) {
    const sender = this.#audio?.sender;
    const parameters = sender?.getParameters();
    const encoding = /** @type {(RTCRtpEncodingParameters & { codec?: RTCRtpCodec }) | undefined} */ (parameters?.encodings?.[0]);
    const mimeType = `audio/${codec}`.toLowerCase();
    const choices = (parameters?.codecs ?? []).filter((choice) => choice.mimeType.toLowerCase() === mimeType);
    const choice = choices.find((candidate) => candidate.payloadType === payloadType) ?? choices[0];
    if (!sender || !parameters || !encoding || !choice) return false;
    encoding.codec = choice;
    try {
      await sender.setParameters(parameters);
    } catch {
      return false;
    }
    // A browser that does not know the member has dropped it without a word.
    const told = /** @type {{ codec?: RTCRtpCodec } | undefined} */ (sender.getParameters().encodings?.[0]);
    return told?.codec?.mimeType.toLowerCase() === mimeType;
  }

  /** @param {MediaStreamTrack} track */
  #streamOf(track) {
    const stream = this.#platform.createStream();
    stream.addTrack(track);
    return stream;
  }

  /**
   * @template Result
   * @param {() => Promise<Result> | Result} step
   * @returns {Promise<Result>} never settled once the leg is closed: nobody waits for it any more
   */
  #next(step) {
    const done = this.#work.then(async () => {
      if (this.#closed) return new Promise(() => {});
      try {
        const result = await step();
        return this.#closed ? new Promise(() => {}) : result;
      } catch (error) {
        if (this.#closed) return new Promise(() => {});
        throw error;
      }
    });
    this.#work = done.catch(() => {});
    return /** @type {Promise<Result>} */ (done);
  }
}

/** Payload types that need no rtpmap line (RFC 3551 6), by the name that `a=rtpmap` would give them. */
const STATIC_PAYLOAD_TYPES = new Map([
  ["pcmu", "0"],
  ["pcma", "8"],
  ["g722", "9"],
]);

/**
 * Puts one codec first in the audio line, where it is what a browser will send. Nothing else changes.
 *
 * @param {string} sdp
 * @param {{ codec: string, payloadType?: number }} wanted found by its payload type when that is given and there, else by name
 * @returns {string | undefined} undefined when the audio line does not have the codec
 */
export function withCodecFirst(sdp, wanted) {
  const lines = sdp.split("\r\n");
  const start = lines.findIndex((line) => line.startsWith("m=audio "));
  if (start < 0) return undefined;
  const [media, port, profile, ...payloadTypes] = lines[start].split(" ");
  const first =
    payloadTypes.find((type) => type === String(wanted.payloadType)) ?? payloadTypeOf(lines, start, wanted.codec, payloadTypes);
  if (first === undefined) return undefined;
  lines[start] = [media, port, profile, first, ...payloadTypes.filter((type) => type !== first)].join(" ");
  return lines.join("\r\n");
}

/**
 * @param {string[]} lines
 * @param {number} start index of the m= line
 * @param {string} codec
 * @param {string[]} payloadTypes
 */
function payloadTypeOf(lines, start, codec, payloadTypes) {
  const name = codec.toLowerCase();
  for (let i = start + 1; i < lines.length && !lines[i].startsWith("m="); i++) {
    const rtpmap = /^a=rtpmap:(\d+) ([^/]+)\//.exec(lines[i]);
    if (rtpmap && rtpmap[2].toLowerCase() === name && payloadTypes.includes(rtpmap[1])) return rtpmap[1];
  }
  return payloadTypes.find((type) => type === STATIC_PAYLOAD_TYPES.get(name));
}
