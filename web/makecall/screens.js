// What the window shows, decided without a page.

import { wordsFor } from "../click/texts.js";
import { isMicrophone } from "../help/section.js";

/**
 * opening: the server is asked · login · again: loaded once more after a call, and nothing was dialled · elsewhere:
 * another window has this call · useless: the link names no number · refused: there is no ticket · flow: what the flow
 * of the call says
 *
 * @typedef {"opening" | "login" | "again" | "elsewhere" | "useless" | "refused" | "flow"} Phase
 */

/** @typedef {"opening" | "login" | "call" | "help"} Screen which of the places of the page is to be seen */

/** @typedef {"proceed" | "hang-up" | "again" | "retry" | "close" | "login" | ""} Action what the one big button does */

/** Failures that are a matter of who calls: they lead back to the login, with the reason. @type {Readonly<Record<string, string>>} */
const LOGIN_WORDS = Object.freeze({
  "login-required": "",
  "wrong-password": "makecall.wrongPassword",
  "link-expired": "makecall.linkExpired",
  "link-invalid": "makecall.linkInvalid",
  "link-used": "makecall.linkUsed",
});

/** @typedef {{ what: string, todo?: string }} Words keys of texts: what happened, and what to do about it */

/** @type {Words} */
const NOT_ALLOWED = { what: "makecall.notAllowed", todo: "makecall.notAllowed.todo" };

/** What those who have an account are told in other words than visitors of a page. @type {Readonly<Record<string, Words>>} */
const OWN_WORDS = Object.freeze({
  "destination-not-allowed": NOT_ALLOWED,
  "forbidden": NOT_ALLOWED,
  "not-found": { what: "makecall.notFound", todo: "makecall.notFound.todo" },
  "invalid-field": { what: "makecall.invalid", todo: "makecall.invalid.todo" },
});

/** How calls end after which nobody needs the window any more. */
const DONE = new Set(["normal", "cancelled", "answered-elsewhere"]);

/**
 * Whether a failure leads to the login.
 *
 * @param {string} reason
 */
export function needsLogin(reason) {
  return reason in LOGIN_WORDS;
}

/**
 * @param {string} reason one that needs the login
 * @returns {string} the text's key, "" for a login that needs no reason
 */
export function loginWords(reason) {
  return LOGIN_WORDS[reason] ?? "";
}

/**
 * Whether the window closes by itself after a call that ended so.
 *
 * @param {string | undefined} reason
 */
export function closesAfter(reason) {
  return reason === undefined || DONE.has(reason);
}

/**
 * What happened and what to do about it.
 *
 * @param {string} reason
 * @param {import("../click/browser.js").Browser} [browser] the visitor's
 * @returns {Words}
 */
export function helpWords(reason, browser) {
  return OWN_WORDS[reason] ?? wordsFor(reason, browser);
}

/**
 * @param {Phase} phase
 * @param {import("../click/flow.js").FlowState} state
 * @param {string | undefined} reason
 * @returns {{ screen: Screen, action: Action }}
 */
export function shown(phase, state, reason) {
  switch (phase) {
    case "opening":
      return { screen: "opening", action: "" };
    case "login":
      return { screen: "login", action: "login" };
    case "again":
      return { screen: "help", action: "again" };
    case "elsewhere":
    case "useless":
      return { screen: "help", action: "close" };
    case "refused":
      return { screen: "help", action: "retry" };
    case "flow":
      break;
  }
  switch (state) {
    case "ready":
      return { screen: "opening", action: "" };
    case "explaining":
      return { screen: "help", action: "proceed" };
    case "asking":
      return { screen: "help", action: "hang-up" };
    case "connecting":
    case "ringing":
    case "talking":
      return { screen: "call", action: "hang-up" };
    case "ended":
      return { screen: "help", action: "again" };
    case "failed":
      return { screen: "help", action: reason && isMicrophone(reason) ? "retry" : "again" };
  }
}

/** @param {number} seconds */
export function clockTime(seconds) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
