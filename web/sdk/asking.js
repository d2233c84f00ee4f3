// Asking for the microphone: what is asked for, what stands in the way, and why the answer was no.

/** What makes speech clear on a telephone line; an application may ask for something else. */
export const SPEECH = Object.freeze({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });

/** Nobody answers a question faster, in milliseconds: a refusal before that is the browser's own, without a question. */
const UNASKED_MILLIS = 250;

/**
 * What makes calls impossible here, whoever is asked.
 *
 * @param {import("./platform.js").Platform} platform
 * @returns {"insecure-page" | "browser-unsupported" | undefined}
 */
export function obstacle(platform) {
  if (!platform.isSecure()) return "insecure-page";
  return platform.canCall() ? undefined : "browser-unsupported";
}

/**
 * @param {import("./platform.js").Platform} platform
 * @param {unknown} error what getUserMedia was rejected with
 * @param {number} [millis] how long after it was asked
 * @returns {Promise<import("./reasons.js").Reason>}
 */
export async function whyRefused(platform, error, millis = UNASKED_MILLIS) {
  const { name, message } = /** @type {Partial<Error>} */ (error ?? {});
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return platform.frameMayAsk() ? whyNotAllowed(platform, message ?? "", millis) : "microphone-denied-in-frame";
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
 * @param {import("./platform.js").Platform} platform
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
