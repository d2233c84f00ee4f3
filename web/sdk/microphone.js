import { OffhookError, outcome } from "./reasons.js";

/** What makes speech clear on a telephone line; an application may ask for something else. */
const SPEECH = Object.freeze({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });

/**
 * An open microphone.
 *
 * @typedef {object} Microphone
 * @property {MediaStreamTrack} track
 * @property {() => void} close turns the device off, unless the application brought the stream and thus owns it
 */

/**
 * Opens the microphone, which may ask the person first.
 *
 * @param {import("./platform.js").Platform} platform
 * @param {MediaStream | MediaTrackConstraints | undefined} wanted a stream is used as it is and never stopped here
 * @param {string} device the id of the one to open, "" for the system's own. One that is gone is not missed: the
 *   system's own is opened instead
 * @returns {Promise<Microphone>} rejected with an {@link OffhookError} that tells the cases apart
 */
export async function openMicrophone(platform, wanted, device) {
  if (isStream(wanted)) {
    const [track] = wanted.getAudioTracks();
    if (!track) throw new OffhookError(outcome("microphone-missing", { by: "browser" }));
    // A clone: muting one call must not mute another that shares the stream.
    const clone = track.clone();
    return { track: clone, close: () => clone.stop() };
  }
  let stream;
  try {
    const audio = device === "" ? (wanted ?? SPEECH) : { deviceId: device, ...(wanted ?? SPEECH) };
    stream = await platform.getUserMedia({ audio, video: false });
  } catch (error) {
    throw new OffhookError(outcome(await whyNot(platform, error), { by: "browser" }));
  }
  const tracks = stream.getTracks();
  return { track: stream.getAudioTracks()[0], close: () => tracks.forEach((track) => track.stop()) };
}

/**
 * @param {import("./platform.js").Platform} platform
 * @param {unknown} error what getUserMedia was rejected with
 * @returns {Promise<import("./reasons.js").Reason>}
 */
async function whyNot(platform, error) {
  const { name, message } = error instanceof Error || error instanceof DOMException ? error : { name: "", message: "" };
  switch (name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
      // Only Chromium's message tells "not now" from "no"; elsewhere the permission that is left behind does.
      if (/dismissed/i.test(message)) return "microphone-dismissed";
      if (/denied/i.test(message)) return "microphone-denied";
      return (await platform.microphonePermission()) === "prompt" ? "microphone-dismissed" : "microphone-denied";
    case "SecurityError":
      return "microphone-denied";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "microphone-missing";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "microphone-busy";
    default:
      return "browser-unsupported";
  }
}

/**
 * @param {object | undefined} wanted
 * @returns {wanted is MediaStream}
 */
export function isStream(wanted) {
  return wanted !== undefined && "getAudioTracks" in wanted;
}
