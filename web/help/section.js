// Which part of the help pages is whose.

/** @typedef {import("../click/browser.js").Browser} Browser */

/** All sections, those that most visitors need first. */
export const sections = Object.freeze(
  /** @type {const} */ ([
    "chrome",
    "chrome-mobile",
    "safari",
    "safari-mobile",
    "edge",
    "edge-mobile",
    "firefox",
    "firefox-mobile",
    "opera",
    "opera-mobile",
  ]),
);

/** @typedef {typeof sections[number]} Section */

/** The systems that can close the microphone to all browsers, in the same order. */
export const systems = Object.freeze(/** @type {const} */ (["windows", "macos", "android", "ios", "linux"]));

/** What else can be between a visitor and a call, beside the browser and the system. */
export const cases = Object.freeze(/** @type {const} */ (["missing", "busy", "insecure", "frame"]));

/** A browser's section, which is the part of the address after "#". @param {Browser} browser @returns {Section} */
export function sectionOf({ name, mobile }) {
  return mobile ? `${name}-mobile` : name;
}

/**
 * The visitor's own one first.
 *
 * @template {string} Name
 * @param {readonly Name[]} names
 * @param {string} own
 */
export function ownFirst(names, own) {
  return [...names.filter((name) => name === own), ...names.filter((name) => name !== own)];
}

/** Which part of the blocked page answers each failure of the microphone. @type {Readonly<Record<string, string>>} */
const ANSWERS = Object.freeze({
  "microphone-denied-by-system": "system",
  "microphone-denied-in-frame": "frame",
  "microphone-missing": "missing",
  "microphone-busy": "busy",
  "insecure-page": "insecure",
});

/** Whether the microphone is what a call failed for. @param {string} reason */
export function isMicrophone(reason) {
  return reason.startsWith("microphone-") || reason === "insecure-page";
}

/**
 * The page that helps with a failure, at the right place.
 *
 * @param {string} reason
 * @param {Browser} browser
 * @param {string} language
 * @returns {string | undefined} an address on this server; undefined when the microphone is not what failed
 */
export function helpAddress(reason, browser, language) {
  const page = reason === "microphone-dismissed" ? "microphone" : "microphone-blocked";
  const own = reason === "microphone-dismissed" || reason === "microphone-denied" ? sectionOf(browser) : ANSWERS[reason];
  const place = own === "system" ? browser.system.replace("other", "system") : own;
  return place && `/help/${page}?lang=${encodeURIComponent(language)}#${place}`;
}
