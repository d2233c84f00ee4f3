/**
 * What the SDK and the flow of a visitor's call need of the world around them. A browser has all of it; tests hand in their own.
 *
 * @typedef {object} Platform
 * @property {(url: string) => WebSocket} openSocket
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createPeer
 * @property {(constraints: MediaStreamConstraints) => Promise<MediaStream>} getUserMedia
 * @property {() => boolean} canCall false where the browser knows no WebRTC
 * @property {() => boolean} isSecure
 * @property {() => boolean} frameMayAsk false in a frame whose page does not let it use the microphone
 * @property {() => Promise<PermissionState | undefined>} microphonePermission undefined where the browser does not tell
 * @property {(listener: () => void) => () => void} onPermission told when that permission changes, where the browser tells,
 *   until what is returned is called
 * @property {(listener: () => void) => () => void} onReturn told when the person comes back to the page
 * @property {() => Promise<MediaDeviceInfo[]>} enumerateDevices
 * @property {(listener: () => void) => () => void} onDevices told when one is plugged in or out, until what is returned is called
 * @property {() => boolean} choosesSpeaker whether sound can be played on a device that is not the system's own
 * @property {() => AudioContext | undefined} createAudioContext undefined where there is none
 * @property {() => HTMLAudioElement | undefined} createAudioElement undefined where there is none
 * @property {() => MediaStream} createStream
 * @property {() => number} now milliseconds that never run backwards
 * @property {(work: () => void, milliseconds: number) => unknown} setTimer
 * @property {(timer: any) => void} clearTimer
 * @property {() => string} newId
 */

const queryPermission = () => navigator.permissions.query({ name: "microphone" });

/**
 * @param {EventTarget | undefined} target
 * @param {string} name
 * @param {() => void} listener
 * @returns {() => void} takes the listener away again
 */
function listen(target, name, listener) {
  target?.addEventListener(name, listener);
  return () => target?.removeEventListener(name, listener);
}

/** @type {Platform} the browser that this runs in */
export const browser = Object.freeze({
  openSocket: (url) => new WebSocket(url),
  createPeer: (configuration) => new RTCPeerConnection(configuration),
  getUserMedia: (constraints) => navigator.mediaDevices.getUserMedia(constraints),
  canCall: () => typeof RTCPeerConnection === "function" && typeof navigator.mediaDevices?.getUserMedia === "function",
  isSecure: () => window.isSecureContext,
  frameMayAsk() {
    /** @type {any} */ const { permissionsPolicy, featurePolicy } = document;
    return (permissionsPolicy ?? featurePolicy)?.allowsFeature("microphone") ?? true;
  },
  async microphonePermission() {
    try {
      return (await queryPermission()).state;
    } catch {
      return undefined; // a browser that does not know this permission's name
    }
  },
  onPermission(listener) {
    /** @type {Promise<(() => void) | undefined>} */
    const listening = (async () => listen(await queryPermission(), "change", listener))().catch(() => undefined);
    return async () => (await listening)?.();
  },
  onReturn: (listener) => listen(window, "focus", listener),
  enumerateDevices: async () => (await navigator.mediaDevices?.enumerateDevices()) ?? [],
  onDevices: (listener) => listen(navigator.mediaDevices, "devicechange", listener), // none on an insecure page
  choosesSpeaker: () => typeof Audio === "function" && "setSinkId" in Audio.prototype,
  createAudioContext: () => (typeof AudioContext === "function" ? new AudioContext({ latencyHint: "interactive" }) : undefined),
  createAudioElement: () => (typeof Audio === "function" ? new Audio() : undefined),
  createStream: () => new MediaStream(),
  now: () => performance.now(),
  setTimer: (work, milliseconds) => setTimeout(work, milliseconds),
  clearTimer: (timer) => clearTimeout(timer),
  newId() {
    // Version 4 by hand: crypto.randomUUID exists on secure pages only, and connecting works on others too.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
});

// ---------------------------------------------------------------------- asking it for the microphone

/** What makes speech clear on a telephone line; an application may ask for something else. */
export const SPEECH = Object.freeze({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });

/** Nobody answers a question faster, in milliseconds: a refusal before that is the browser's own, without a question. */
const UNASKED_MILLIS = 250;

/**
 * What makes calls impossible here, whoever is asked.
 *
 * @param {Platform} platform
 * @returns {"insecure-page" | "browser-unsupported" | undefined}
 */
export function obstacle(platform) {
  if (!platform.isSecure()) return "insecure-page";
  return platform.canCall() ? undefined : "browser-unsupported";
}

/**
 * @param {Platform} platform
 * @param {any} error what getUserMedia was rejected with
 * @param {number} [millis] how long after it was asked
 * @returns {Promise<import("./reasons.js").Reason>}
 */
export async function whyRefused(platform, error, millis = UNASKED_MILLIS) {
  const { name, message = "" } = error ?? {};
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return platform.frameMayAsk() ? whyNotAllowed(platform, message, millis) : "microphone-denied-in-frame";
    case "NotFoundError":
    case "OverconstrainedError":
      return "microphone-missing";
    case "NotReadableError":
    case "AbortError":
      return "microphone-busy";
    default:
      return "browser-unsupported";
  }
}

/**
 * Only Chromium's message says who said no; elsewhere the permission that is left behind does.
 *
 * @param {Platform} platform
 * @param {string} message
 * @param {number} millis
 */
async function whyNotAllowed(platform, message, millis) {
  if (/by system/i.test(message)) return "microphone-denied-by-system";
  if (/dismissed/i.test(message)) return "microphone-dismissed";
  if (/denied/i.test(message)) return "microphone-denied";
  const permission = await platform.microphonePermission();
  // The browser would, so it is the system that does not.
  if (permission === "granted") return "microphone-denied-by-system";
  return permission === "prompt" && millis >= UNASKED_MILLIS ? "microphone-dismissed" : "microphone-denied";
}
