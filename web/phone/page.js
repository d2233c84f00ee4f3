// What the page is showing, and the ways from one screen to the next.

import { blame } from "./account-form.js";
import { actionFor } from "./help.js";
import { drawNumber, focusNumber } from "./keypad.js";
import { drawLines, drawSecond } from "./lines.js";
import { helpText, text } from "./texts.js";
import * as view from "./view.js";
import { element, isReady, linesOf, peerOf, secondOf, write } from "./view.js";

/** @typedef {import("../sdk/offhook.js").Call} Call */
/** @typedef {import("../sdk/offhook.js").Outcome} Outcome */

/** @type {import("./view.js").PageState} */
export const state = {
  screen: "account",
  ignored: new Set(),
  keypad: false,
  keys: "",
  missed: 0,
  offersNotify: false,
  audioBlocked: false,
  note: "",
  notice: "",
  since: performance.now(),
};

/** @type {ReturnType<typeof setTimeout> | undefined} */ let leaveTimer;
const confirmDialog = /** @type {HTMLDialogElement} */ (element("confirm"));

/** @param {import("./view.js").Screen} screen */
export function go(screen) {
  clearTimeout(leaveTimer);
  const changed = state.screen !== screen;
  state.screen = screen;
  state.since = performance.now();
  draw();
  if (screen === "dial" || screen === "transfer") drawNumber();
  if (changed) focusOn(screen);
}

export function draw() {
  view.draw(state);
  drawLines(linesOf(state));
  drawSecond(secondOf(state), state.phone?.active);
}

/** @param {import("./view.js").Screen} screen */
function focusOn(screen) {
  window.scrollTo(0, 0);
  switch (screen) {
    case "account":
      element("account-heading").focus();
      break;
    case "dial":
    case "transfer":
      // On a touch screen the focus would bring up the keyboard over our own keypad.
      if (matchMedia("(pointer: fine)").matches) focusNumber();
      else /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
      break;
    case "history":
      element("history-heading").focus();
      break;
    case "help":
      element("help-what").focus();
      break;
    case "connecting":
    case "incoming":
    case "call":
    case "ended":
      element("peer").focus();
  }
}

/** @param {string} words spoken when the screen reader has time */
export function say(words) {
  write("live", words);
}

/** @param {string} words spoken at once */
export function sayNow(words) {
  write("alert", words);
}

/**
 * Leaves the screen by itself, unless something else has left it before.
 *
 * @param {() => void} work
 * @param {number} milliseconds
 */
export function leaveLater(work, milliseconds) {
  leaveTimer = setTimeout(work, milliseconds);
}

/** Says something on the dial screen. @param {string} words */
export function note(words) {
  state.note = words;
  draw();
  say(words);
}

/** Says something beside what the call on the screen is doing. @param {string} words */
export function notice(words) {
  state.notice = words;
  draw();
  say(words);
}

export function clockNow() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

export function inCall() {
  return (state.phone?.calls.length ?? 0) > 0;
}

/**
 * @param {Outcome} outcome
 * @param {"call" | "connection"} about
 * @param {Call} [call]
 */
export function help(outcome, about, call) {
  state.problem = { outcome, about, call, at: new Date() };
  const { what, todo } = helpText(outcome, about, { peer: call ? peerOf(call) : "" });
  sayNow(`${what}. ${todo}`);
  // A registration that is lost while the connection stands is tried again by the server.
  if (about === "connection" && !isReady(state) && actionFor(outcome, about) === "account") goToAccount(outcome);
  else go("help");
}

/** Opens the account's form, at the field that is to blame. @param {Outcome} [outcome] */
export function goToAccount(outcome) {
  go("account");
  if (outcome?.reason === "wrong-password") blame("password");
  else blame(outcome?.reason === "domain-not-allowed" ? "domain" : outcome?.field);
}

// ---------------------------------------------------------------------- asking

/** What happens when the question on the screen is answered with yes. */
let confirmed = () => {};

/**
 * @param {import("./texts.js").TextKey} heading
 * @param {string} words
 * @param {import("./texts.js").TextKey} no
 * @param {import("./texts.js").TextKey} yes
 * @param {() => void} work
 */
export function ask(heading, words, no, yes, work) {
  write("confirm-heading", text(heading));
  write("confirm-text", words);
  write("confirm-no", text(no));
  write("confirm-yes", text(yes));
  confirmed = work;
  if (!confirmDialog.open) confirmDialog.showModal();
  element("confirm-yes").focus();
}

export function closeConfirm() {
  if (confirmDialog.open) confirmDialog.close();
}

element("confirm-no").addEventListener("click", closeConfirm);
element("confirm-yes").addEventListener("click", () => {
  closeConfirm();
  confirmed();
});
