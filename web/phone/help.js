// Which one button helps with which failure. The words are in texts.js.

/** @typedef {"again" | "edit" | "try" | "account" | "reconnect" | "done"} Action */

/**
 * How a call ended that nobody needs help with.
 *
 * @param {import("../sdk/offhook.js").Outcome} outcome
 */
export function isOrdinary({ reason, by }) {
  if (reason === "cancelled" || reason === "declined") return by === "browser";
  return reason === "normal" || reason === "answered-elsewhere";
}

/**
 * @param {import("../sdk/offhook.js").Outcome} outcome
 * @param {"call" | "connection"} about
 * @returns {Action}
 */
export function actionFor({ reason, field }, about) {
  switch (reason) {
    case "wrong-password":
    case "domain-not-allowed":
      return "account";
    case "not-found":
    case "bad-request":
    case "forbidden":
    case "destination-not-allowed":
      return about === "connection" ? "account" : "edit";
    case "invalid-field":
      return field === "callee" ? "edit" : "account";
    case "peer-error":
    case "request-timeout":
    case "transport-error":
      return about === "connection" ? "account" : "again";
    case "server-gone":
    case "server-unreachable":
    case "shutting-down":
    case "session-lost":
    case "not-connected":
      return "reconnect";
    case "microphone-denied":
    case "microphone-denied-by-system":
    case "microphone-dismissed":
    case "microphone-missing":
    case "microphone-busy":
      return "try";
    case "normal":
    case "answered-elsewhere":
    case "already-connected":
    case "speaker-missing":
    case "wrong-state":
    case "microphone-denied-in-frame":
    case "insecure-page":
    case "browser-unsupported":
    case "dtls-fingerprint":
    case "closed-now":
    case "longest-reached":
    case "token-invalid":
    case "token-expired":
    case "token-used":
    case "origin-not-allowed":
    case "link-invalid":
    case "link-expired":
    case "link-used":
      return "done";
    case "busy":
    case "declined":
    case "no-answer":
    case "cancelled":
    case "unavailable":
    case "no-common-codec":
    case "no-common-encryption":
    case "ice-timeout":
    case "ice-consent-expired":
    case "dtls-failed":
    case "media-silence-browser":
    case "media-silence-peer":
    case "server-error":
    case "limit-reached":
    case "too-many-calls":
    case "challenge-failed":
    case "internal":
    case "duplicate-call":
    case "media-failed":
      return about === "connection" ? "reconnect" : "again";
  }
}

/**
 * Whether a lost connection is worth trying again without being told to.
 *
 * @param {import("../sdk/offhook.js").Outcome} outcome
 */
export function heals({ reason }) {
  return reason === "server-gone" || reason === "server-unreachable" || reason === "shutting-down" || reason === "session-lost";
}
