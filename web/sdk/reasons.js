// Why something ended or failed: one closed list of words for the server's reasons and the browser's.

/**
 * Every word that `reason` can be. The first group is the server's own list; the second is what only
 * the browser can know. Switch on the word; show `text`, or your own words for it.
 */
export const reasons = Object.freeze(
  /** @type {const} */ ([
    // Said by the server, about the call, the registration or the media.
    "normal",
    "busy",
    "declined",
    "not-found",
    "no-answer",
    "cancelled",
    "wrong-password",
    "forbidden",
    "unavailable",
    "no-common-codec",
    "no-common-encryption",
    "bad-request",
    "ice-timeout",
    "ice-consent-expired",
    "dtls-failed",
    "dtls-fingerprint",
    "media-silence-browser",
    "media-silence-peer",
    "request-timeout",
    "server-error",
    "peer-error",
    "transport-error",
    "limit-reached",
    "shutting-down",
    "answered-elsewhere",
    "session-lost",
    "domain-not-allowed",
    "invalid-field",
    "token-invalid",
    "token-expired",
    "token-used",
    "origin-not-allowed",
    "destination-not-allowed",
    "closed-now",
    "too-many-calls",
    "longest-reached",
    "link-invalid",
    "link-expired",
    "link-used",
    "challenge-failed",
    "internal",
    // Known to the browser alone.
    "microphone-denied",
    "microphone-denied-by-system",
    "microphone-denied-in-frame",
    "microphone-dismissed",
    "microphone-missing",
    "microphone-busy",
    "speaker-missing",
    "insecure-page",
    "browser-unsupported",
    "server-unreachable",
    "server-gone",
    "not-connected",
    "already-connected",
    "duplicate-call",
    "wrong-state",
    "media-failed",
  ]),
);

/** @typedef {typeof reasons[number]} Reason */

/** @typedef {"browser" | "peer" | "server"} Party Who brought it about: this side, the phone at the other end, or the gateway between. */

/**
 * How a call, a registration or a connection ended. A plain value: it survives JSON and structured clone.
 *
 * @typedef {object} Outcome
 * @property {Reason} reason the word to switch on
 * @property {string} text one plain English sentence
 * @property {number} [sipStatus] the SIP status behind it, 300 to 699, when there was one
 * @property {Party} [by] who brought it about, when that is known
 * @property {string} [field] the input at fault, named as in {@link import("./phone.js").SipAccount}, when it was one
 */

/**
 * Something that was asked and refused, or went wrong, and ends nothing.
 *
 * @typedef {Outcome & { request?: string, callId?: string }} Warning `request` is the method or the property that asked
 *   for it, such as "hold"; `callId` names the call that it was asked of
 */

/** An {@link Outcome} that can be thrown: what a rejected promise of this SDK carries, always. */
export class OffhookError extends Error {
  /** @param {Outcome} outcome */
  constructor(outcome) {
    super(outcome.text);
    this.name = "OffhookError";
    /** @type {Reason} */ this.reason = outcome.reason;
    /** @type {string} */ this.text = outcome.text;
    /** @type {number | undefined} */ this.sipStatus = outcome.sipStatus;
    /** @type {Party | undefined} */ this.by = outcome.by;
    /** @type {string | undefined} */ this.field = outcome.field;
  }

  /** @returns {Outcome} the same as a plain value */
  get outcome() {
    return outcome(this.reason, { text: this.text, sipStatus: this.sipStatus, by: this.by, field: this.field });
  }
}

/** @type {Readonly<Record<Reason, string>>} */
const sentences = Object.freeze({
  "normal": "The call is over.",
  "busy": "The other side is busy.",
  "declined": "The other side declined the call.",
  "not-found": "Nobody has this number.",
  "no-answer": "Nobody answered.",
  "cancelled": "The call was given up before it was answered.",
  "wrong-password": "The login or the password was refused.",
  "forbidden": "This account may not do that.",
  "unavailable": "The other side cannot be reached now.",
  "no-common-codec": "The two sides share no way to code the sound.",
  "no-common-encryption": "The two sides do not agree on encrypting the sound.",
  "bad-request": "The request was not understood.",
  "ice-timeout": "No path for the sound was found between this browser and the server.",
  "ice-consent-expired": "The path for the sound between this browser and the server was lost.",
  "dtls-failed": "The encryption of the sound could not be agreed.",
  "dtls-fingerprint": "The encryption of the sound could not be verified.",
  "media-silence-browser": "No more sound arrived from this browser.",
  "media-silence-peer": "No more sound arrived from the other side.",
  "request-timeout": "There was no reply in time.",
  "server-error": "The telephone system of the other side reported an error.",
  "peer-error": "The other side's phone reported an error.",
  "transport-error": "The telephone system could not be reached.",
  "limit-reached": "A limit of the server is reached.",
  "shutting-down": "The server is being shut down.",
  "answered-elsewhere": "The call was answered on another device.",
  "session-lost": "The session on the server is lost.",
  "domain-not-allowed": "This server does not connect to that SIP domain.",
  "invalid-field": "One of the fields cannot be used as it is.",
  "token-invalid": "The permission for this call is not valid.",
  "token-expired": "The permission for this call has expired.",
  "token-used": "The permission for this call has been used already.",
  "origin-not-allowed": "Calls may not be made from this page.",
  "destination-not-allowed": "This number may not be called from here.",
  "closed-now": "Nobody takes calls at this hour.",
  "too-many-calls": "There are too many calls just now.",
  "longest-reached": "The call has reached the longest time that is allowed.",
  "link-invalid": "The link is not valid.",
  "link-expired": "The link has expired.",
  "link-used": "The link has been used too often.",
  "challenge-failed": "The check against automatic calls was not passed.",
  "internal": "The server made a mistake.",
  "microphone-denied": "The browser does not let this page use the microphone.",
  "microphone-denied-by-system": "The system does not let the browser use the microphone.",
  "microphone-denied-in-frame": "The page around this one does not let it use the microphone.",
  "microphone-dismissed": "The browser's question about the microphone was closed without an answer.",
  "microphone-missing": "No microphone was found.",
  "microphone-busy": "The microphone is in use or did not start.",
  "speaker-missing": "The chosen loudspeaker cannot be used.",
  "insecure-page": "Browsers open the microphone for secure (https) pages only.",
  "browser-unsupported": "This browser cannot make calls.",
  "server-unreachable": "The server does not answer.",
  "server-gone": "The connection to the server was lost.",
  "not-connected": "There is no connection to the server.",
  "already-connected": "There is a connection to the server already.",
  "duplicate-call": "There is a call with this id already.",
  "wrong-state": "The call is not in a state for that.",
  "media-failed": "The browser could not set up the sound.",
});

/**
 * @param {Reason} reason
 * @param {{ text?: string, sipStatus?: number, by?: Party, field?: string }} [more] `text` instead of the usual sentence
 * @returns {Outcome} frozen, without absent fields
 */
export function outcome(reason, more = {}) {
  /** @type {Outcome} */
  const value = { reason, text: more.text || sentences[reason] };
  if (more.sipStatus !== undefined) value.sipStatus = more.sipStatus;
  if (more.by !== undefined) value.by = more.by;
  if (more.field !== undefined) value.field = more.field;
  return Object.freeze(value);
}

/** @type {ReadonlySet<string>} */
const known = new Set(reasons);
/** @type {ReadonlySet<string>} */
const parties = new Set(["browser", "peer", "server"]);

/**
 * Reads what a `finish` or `fail` says. A server that does not speak the `offhook` extension is read by its
 * SIP status and its `info` sentence.
 *
 * @param {unknown} data the message's first element, as it came from the network
 * @returns {Outcome}
 */
export function outcomeOf(data) {
  const { sipStatus: status, info, status: word, offhook } = record(data);
  const ours = record(offhook);
  const sipStatus = typeof status === "number" && status >= 300 && status <= 699 ? status : undefined;
  const text = sentence(ours.text) ?? (ours.reason === undefined ? sentence(info) : undefined);
  const by = typeof ours.by === "string" && parties.has(ours.by) ? /** @type {Party} */ (ours.by) : undefined;
  const field = typeof ours.field === "string" ? fieldOf(ours.field) : undefined;
  if (typeof ours.reason === "string" && known.has(ours.reason)) {
    return outcome(/** @type {Reason} */ (ours.reason), { text, sipStatus, by, field });
  }
  if (sipStatus !== undefined) {
    return outcome(reasonOfStatus(sipStatus), { text, sipStatus, by: by ?? "peer", field });
  }
  if (typeof info === "string" && reasonsOfInfo[info] !== undefined) {
    return outcome(reasonsOfInfo[info], { text, by, field });
  }
  return outcome(word === "FINISH" ? "normal" : "internal", { text, by, field });
}

/** @type {Record<string, Reason | undefined>} the fixed `info` sentences of the WCS protocol */
const reasonsOfInfo = {
  "Normal call clearing": "normal",
  "Failed by ICE error": "ice-timeout",
  "Failed by RTP activity": "media-silence-browser",
  "Failed by DTLS fingerprint error": "dtls-fingerprint",
  "Failed by DTLS error": "dtls-failed",
  "No common codecs": "no-common-codec",
  "Failed by request timeout": "request-timeout",
};

/**
 * @param {number} status a final SIP status that refused something
 * @returns {Reason}
 */
function reasonOfStatus(status) {
  switch (status) {
    case 401:
    case 407:
      return "wrong-password";
    case 403:
      return "forbidden";
    case 404:
    case 410:
    case 484:
    case 604:
      return "not-found";
    case 408:
    case 504:
      return "no-answer";
    case 480:
      return "unavailable";
    case 486:
    case 600:
      return "busy";
    case 487:
      return "cancelled";
    case 415:
    case 488:
    case 606:
      return "no-common-codec";
    case 603:
    case 607:
    case 608:
      return "declined";
    default:
      return status >= 500 && status < 600 ? "server-error" : "peer-error";
  }
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>} the value when it is an object, else an empty one
 */
export function record(value) {
  return typeof value === "object" && value !== null ? /** @type {Record<string, unknown>} */ (value) : {};
}

/** The wire's `sipLogin` is the application's `login`. @param {string} name */
function fieldOf(name) {
  return name.replace(/^sip([A-Z])/, (_, letter) => letter.toLowerCase());
}

/** @param {unknown} value */
function sentence(value) {
  return typeof value === "string" && value !== "" ? value : undefined;
}
