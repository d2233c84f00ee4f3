import { SPEECH, whyRefused } from "./platform.js";
import { OffhookError, outcome } from "./reasons.js";

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
    throw new OffhookError(outcome(await whyRefused(platform, error), { by: "browser" }));
  }
  const tracks = stream.getTracks();
  return { track: stream.getAudioTracks()[0], close: () => tracks.forEach((track) => track.stop()) };
}

/**
 * @param {object | undefined} wanted
 * @returns {wanted is MediaStream}
 */
export function isStream(wanted) {
  return wanted !== undefined && "getAudioTracks" in wanted;
}
