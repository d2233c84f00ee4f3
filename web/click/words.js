// What a visitor is told about each reason: fewer cases than there are reasons, because a visitor can do fewer things.

/** The texts' keys by reason; what to do about it is under the same key with ".todo". @type {Record<string, string>} */
export const words = {
  "busy": "call.busy",
  "declined": "call.declined",
  "no-answer": "call.noAnswer",
  "closed-now": "call.closed",
  "too-many-calls": "call.limit",
  "limit-reached": "call.limit",
  "longest-reached": "call.longest",
  "challenge-failed": "call.challenge",
  "token-expired": "call.expired",
  "token-used": "call.expired",
  "unavailable": "call.unavailable",
  "not-found": "call.unavailable",
  "server-error": "call.unavailable",
  "peer-error": "call.unavailable",
  "transport-error": "call.unavailable",
  "shutting-down": "call.unavailable",
  "token-invalid": "call.site",
  "token-unavailable": "call.site",
  "origin-not-allowed": "call.site",
  "destination-not-allowed": "call.site",
  "domain-not-allowed": "call.site",
  "invalid-field": "call.site",
  "wrong-password": "call.site",
  "forbidden": "call.site",
  "server-unreachable": "call.network",
  "server-gone": "call.network",
  "request-timeout": "call.network",
  "ice-timeout": "call.network",
  "ice-consent-expired": "call.network",
  "dtls-failed": "call.network",
  "media-silence-browser": "call.network",
  "media-silence-peer": "call.network",
  "microphone-dismissed": "microphone.dismissed",
  "microphone-denied": "microphone.denied",
  "microphone-denied-by-system": "microphone.deniedBySystem",
  "microphone-denied-in-frame": "microphone.deniedInFrame",
  "microphone-missing": "microphone.missing",
  "microphone-busy": "microphone.busy",
  "insecure-page": "microphone.insecure",
  "browser-unsupported": "microphone.unsupported",
};

/**
 * @param {string} reason
 * @returns {{ what: string, todo: string }} keys of the texts
 */
export function wordsFor(reason) {
  const what = words[reason] ?? "call.other";
  return { what, todo: `${what}.todo` };
}
