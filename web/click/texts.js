// The words of a page, one JSON file a language, loaded when they are needed, and which of them a visitor is told.

/** The languages that there are, the one for everybody else first. */
export const languages = Object.freeze(["en", "de", "ru", "fr", "es", "uk"]);

/**
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Text gives the words of a key, with the
 *   values in the places of their {names}
 */

/**
 * The first of the wanted languages that there is.
 *
 * @param {readonly (string | null | undefined)[]} wanted language tags, such as "de-AT"
 */
export function languageOf(wanted) {
  for (const tag of wanted) {
    const language = tag?.trim().toLowerCase().split(/[-_]/)[0];
    if (language && languages.includes(language)) return language;
  }
  return languages[0];
}

/**
 * @param {string} language one of `languages`
 * @returns {Promise<Text>}
 */
export async function loadTexts(language) {
  const answer = await fetch(new URL(`../texts/${language}.json`, import.meta.url));
  /** @type {Record<string, string>} */ const texts = await answer.json();
  return (key, values = {}) => (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * What a visitor is told, and of which reasons: fewer cases than there are reasons, because a visitor can do fewer things.
 *
 * @type {Record<string, string>}
 */
const words = {
  "call.ended": "normal cancelled answered-elsewhere",
  "call.busy": "busy",
  "call.declined": "declined",
  "call.noAnswer": "no-answer",
  "call.closed": "closed-now",
  "call.limit": "too-many-calls limit-reached",
  "call.longest": "longest-reached",
  "call.challenge": "challenge-failed",
  "call.expired": "token-expired token-used",
  "call.unavailable": "unavailable not-found server-error peer-error transport-error shutting-down",
  "call.site": "token-invalid token-unavailable origin-not-allowed destination-not-allowed domain-not-allowed invalid-field wrong-password forbidden",
  "call.network": "server-unreachable server-gone request-timeout ice-timeout ice-consent-expired dtls-failed media-silence-browser media-silence-peer",
  "microphone.insecure": "insecure-page",
  "microphone.unsupported": "browser-unsupported",
};

/**
 * @param {string} reason a failed microphone's have words of their own, by the same name
 * @param {import("./browser.js").Browser} [browser] the visitor's, where the words depend on it
 * @returns {{ what: string, todo?: string }} keys of the texts; nothing is to be done about an ordinary end
 */
export function wordsFor(reason, browser) {
  const grouped = Object.keys(words).find((key) => words[key].split(" ").includes(reason)) ?? "call.other";
  const what = reason.startsWith("microphone-") ? reason.replace("-", ".") : grouped;
  if (what === "call.ended") return { what };
  const inMenu = what === "microphone.denied" && browser?.name === "safari" && !browser.mobile;
  return { what, todo: inMenu ? "microphone.denied.safari" : `${what}.todo` };
}
