// The calls: what happens to them, and what the person does with them.

import { isOrdinary } from "./help.js";
import { addEntry, clearHistory, historyOf, markSeen, resultOf } from "./history.js";
import { flash } from "../click/keypad.js";
import { focusNumber, number, setNumber } from "./keypad.js";
import { drawTransferLines } from "./lines.js";
import { notifying, tellOf } from "./notify.js";
import { ask, clockNow, closeConfirm, draw, go, help, inCall, leaveLater, note, notice, say, sayNow, state } from "./page.js";
import { drawHistory } from "./recents.js";
import { helpText, text } from "./texts.js";
import { canComplete, clockTime, drawLevels, drawLevelValues, element, isReady, isRinging, peerOf, secondOf, stateWords, takesKeys } from "./view.js";

/** @typedef {import("../sdk/offhook.js").Call} Call */
/** @typedef {import("../sdk/offhook.js").Outcome} Outcome */
/** @typedef {import("../sdk/offhook.js").Phone} Phone */

/** How long the screen of a call that ended in good order stays. */
const GOODBYE_MILLIS = 2500;
/** What is left of a level at the next frame. */
const LEVEL_DECAY = 0.93;
/** How often levels are told in numbers. */
const VALUES_MILLIS = 250;
/** How many calls the page shows at once; who calls beyond them is turned away, and noted. */
const LINES_MAX = 6;
/** How many of the keys that were pressed are shown. */
const KEYS_SHOWN = 24;

/** Calls that were established at some time. @type {WeakSet<Call>} */
const talked = new WeakSet();

/** Where to go when nothing else is to be shown. */
export function home() {
  state.problem = undefined;
  if (showCall()) return;
  if (isReady(state)) go("dial");
  else if (state.phone?.state === "connecting") go("connecting");
  else go("account");
}

/**
 * @param {string} callee
 * @returns {Call | undefined} undefined when there are too many calls already
 */
export function dial(callee) {
  if (!state.phone || state.phone.calls.length >= LINES_MAX) return undefined;
  const call = state.phone.call(callee);
  follow(call);
  setNumber("");
  put(call);
  say(`${stateWords(call)}, ${peerOf(call)}`);
  return call;
}

/** The green button: calls, or brings back the last number, as telephones do. */
export function pressCall() {
  const last = historyOf(accountKey()).find(({ direction }) => direction === "outgoing");
  if (number() !== "") dial(number());
  else if (last) setNumber(last.number);
  else focusNumber();
}

/**
 * @param {Phone} phone
 * @param {Call} call
 */
export function incoming(phone, call) {
  if (phone !== state.phone) return;
  const first = phone.calls.length === 1;
  follow(call);
  if (phone.calls.length > LINES_MAX) {
    call.decline();
    state.note = text("noteBusy", { peer: peerOf(call), clock: clockNow() });
    notice(state.note);
    return;
  }
  if (first) {
    put(call);
  } else {
    draw();
  }
  tellOf(call, text("titleRinging", { peer: peerOf(call) }));
  sayNow(text("titleRinging", { peer: peerOf(call) }));
}

/** Puts a call on the screen. @param {Call} call */
function put(call) {
  state.call = call;
  state.problem = undefined;
  state.note = state.notice = state.keys = "";
  state.keypad = state.audioBlocked = false;
  go(isRinging(call) ? "incoming" : "call");
  if (call.state === "established") drawLevelsWhileOpen(call);
}

/** @returns {boolean} false when there is no call to be put on the screen */
function showCall() {
  const { phone, call } = state;
  const calls = phone?.calls ?? [];
  const next = phone?.active ?? calls.find(isRinging) ?? calls.at(-1);
  if (!next) return false;
  if (next !== call) put(next);
  else go(isRinging(next) ? "incoming" : "call");
  return true;
}

/** Goes to one of the other calls, which puts the one on the screen on hold. @param {Call} call */
export function goToLine(call) {
  state.ignored.delete(call);
  if (call.holdWanted || isRinging(call)) state.phone?.activate(call);
  put(call);
}

/** Follows a call from its beginning to its end. @param {Call} call */
function follow(call) {
  const at = Date.now();
  call.on("state", () => {
    if (call.state === "ended") return;
    if (call.state === "established") talked.add(call);
    if (call !== state.call) return;
    state.since = performance.now();
    if (call.direction === "incoming" && call.state !== "ringing" && state.screen === "incoming") go("call");
    draw();
    if (call.state !== "connecting") say(stateWords(call));
    if (call.state === "established") drawLevelsWhileOpen(call);
  });
  call.on("microphone", (microphone) => {
    if (call !== state.call) return;
    draw();
    if (microphone === "on") drawLevelsWhileOpen(call);
    if (microphone === "lost" || (microphone === "muted" && call.muted)) say(element("honesty-words").textContent ?? "");
  });
  call.on("audio-blocked", () => {
    if (call === state.call) state.audioBlocked = true;
    draw();
  });
  call.on("held", () => {
    if (call === state.call) say(stateWords(call));
  });
  call.on("held-by-peer", () => {
    if (call === state.call) say(stateWords(call));
  });
  call.on("peer", () => {
    if (call === state.call) notice(text("noticePeer", { peer: peerOf(call) }));
  });
  call.on("key", ({ key }) => {
    if (call === state.call) notice(text("noticeKey", { peer: peerOf(call), key }));
  });
  call.on("transfer", (transfer) => transferMoved(call, transfer));
  call.on("warning", (warning) => {
    if (call === state.call && call.state !== "ended") notice(text("noticeRefused", { why: warning.text }));
  });
  call.on("ended", (outcome) => {
    keepInHistory(call, at);
    ended(call, outcome);
  });
}

/**
 * @param {Call} call
 * @param {Outcome} outcome
 */
function ended(call, outcome) {
  state.ignored.delete(call);
  closeConfirm();
  const wasMissed = resultOf(call, talked.has(call)) === "missed";
  const missed = text("noteMissed", { peer: peerOf(call), clock: clockNow() });
  if (state.consult && (call === state.consult.from || call === state.consult.to)) state.consult = undefined;
  if (call !== state.call) {
    if (state.screen === "ended") return;
    if (wasMissed) notice(missed);
    else if (outcome.by === "peer") notice(text("noticeEnded", { peer: peerOf(call) }));
    if (state.screen === "transfer") drawTransferLines(transferLines(), connectWith);
    draw();
    return;
  }
  drawLevels({ microphone: 0, remote: 0 });
  drawLevelValues({ microphone: 0, remote: 0 });
  const givenAway = call.transferring?.status === "completed";
  if (inCall() && !givenAway && state.phone?.state !== "disconnected") {
    showCall();
    const peer = state.call ? peerOf(state.call) : "";
    const { what } = helpText(outcome, "call", { peer: peerOf(call) });
    if (wasMissed) notice(missed);
    else if (!isOrdinary(outcome)) notice(text("noticeFailed", { what, peer }));
    else if (outcome.by === "peer") notice(text("noticeEnded", { peer: peerOf(call) }));
  } else if (wasMissed) {
    home();
    note(missed);
  } else if (!isOrdinary(outcome)) {
    help(outcome, "call", call);
  } else {
    setNumber("");
    if (outcome.reason === "normal" && state.note === "" && !givenAway) {
      state.note = text("noteEnded", { peer: peerOf(call), time: clockTime(call.duration) });
    }
    state.notice = "";
    go("ended");
    say(`${stateWords(call)}. ${text("microphoneOff")}`);
    leaveLater(home, GOODBYE_MILLIS);
  }
}

export function toggleMute() {
  if (!state.call) return;
  if (state.call.muted) state.call.unmute();
  else state.call.mute();
  draw();
}

export function toggleHold() {
  const { call } = state;
  if (call?.state !== "established" || call.transferring) return;
  state.notice = "";
  releaseKey();
  state.keypad = false;
  if (call.holdWanted) call.resume();
  else call.hold();
  draw();
  say(stateWords(call));
  element(call.holdWanted ? "resume" : "hold").focus();
}

export function swap() {
  const { phone } = state;
  if (!phone || state.call?.transferring) return;
  phone.swap();
  const { active } = phone;
  if (!active || active === state.call) return;
  put(active);
  say(`${peerOf(active)}, ${stateWords(active)}`);
}

/** Dials another call, with this one waiting behind. */
export function addCall() {
  setNumber("");
  go("dial");
}

// ---------------------------------------------------------------------- keys in a call

export function toggleKeypad() {
  if (!state.call || !takesKeys(state.call)) return;
  state.keypad = !state.keypad;
  draw();
}

/** @param {string} key */
export function pressKey(key) {
  const { call } = state;
  if (!call || !takesKeys(call)) return;
  call.pressKey(key);
  showKey(key);
}

export function releaseKey() {
  state.call?.releaseKey();
}

/** @param {string} key */
export function tapKey(key) {
  const { call } = state;
  if (!call || !takesKeys(call)) return;
  call.sendKeys(key);
  showKey(key);
}

/** @param {string} key */
function showKey(key) {
  state.keypad = true;
  state.keys = (state.keys + key).slice(-KEYS_SHOWN);
  draw();
  flash(key);
}

// ---------------------------------------------------------------------- transfer

export function openTransfer() {
  const { call } = state;
  if (call?.state !== "established" || call.transferring) return;
  setNumber("");
  drawTransferLines(transferLines(), connectWith);
  go("transfer");
  say(element("dial-heading").textContent ?? "");
}

/** The calls that the one on the screen can be connected with. */
function transferLines() {
  return (state.phone?.calls ?? []).filter((call) => call !== state.call && call.state === "established" && !call.transferring);
}

/** Gives the call away without asking. */
export function transferNow() {
  const { call } = state;
  if (number() === "") {
    focusNumber();
    return;
  }
  const target = number();
  setNumber("");
  go("call");
  call?.transfer(target);
}

/** Calls the target first; the two can be connected once it has answered. */
export function consult() {
  const from = state.call;
  if (number() === "" || !from) {
    focusNumber();
    return;
  }
  const to = dial(number());
  if (to) state.consult = { from, to };
}

/** @param {Call} other */
function connectWith(other) {
  const { call } = state;
  go("call");
  call?.transferTo(other);
}

export function completeTransfer() {
  const { consult: asked } = state;
  if (!asked || !canComplete(state)) return;
  // The one that was first is the one that is given away, whichever is on the screen.
  put(asked.from);
  asked.from.transferTo(asked.to);
}

/**
 * @param {Call} call
 * @param {import("../sdk/offhook.js").Transfer} transfer
 */
function transferMoved(call, { status, target, outcome }) {
  if (call !== state.call) return;
  draw();
  if (status === "failed") {
    const why = outcome?.text.replace(/\.$/, "") ?? "";
    notice(text("noticeTransferFailed", { target, why, peer: peerOf(call) }));
  } else {
    say([stateWords(call), element("waits").textContent].filter(Boolean).join(". "));
  }
}

// ---------------------------------------------------------------------- who calls meanwhile

export function answerSecond() {
  const second = secondOf(state);
  if (!second) return;
  state.phone?.activate(second);
  put(second);
}

export function ignoreSecond() {
  const second = secondOf(state);
  if (!second) return;
  state.ignored.add(second);
  state.phone?.silence();
  draw();
}

// ---------------------------------------------------------------------- history

export function accountKey() {
  return state.account ? `${state.account.login}@${state.account.domain}` : "";
}

/**
 * @param {Call} call one that has ended
 * @param {number} at when it began, in milliseconds since 1970
 */
function keepInHistory(call, at) {
  const { id, direction, number: peer, name, duration } = call;
  if (peer === "" && direction === "outgoing") return;
  const result = resultOf(call, talked.has(call));
  addEntry({ id, account: accountKey(), at, direction, number: peer, name, result, seconds: duration, seen: result !== "missed" });
  if (direction === "incoming") state.offersNotify = notifying() === "unasked";
  countMissed();
}

export function countMissed() {
  state.missed = historyOf(accountKey()).filter(({ seen }) => !seen).length;
}

export function openHistory() {
  drawHistory(historyOf(accountKey()), dial);
  markSeen(accountKey());
  countMissed();
  go("history");
}

export function askToClear() {
  ask("confirmClear", text("confirmClearText"), "keep", "clear", () => {
    clearHistory(accountKey());
    openHistory();
  });
}

/** Hangs up or declines by the keyboard: at once where no call would be lost, else after a question. */
export function leaveCall() {
  const { call } = state;
  if (!call || call.state === "ended") return;
  const rings = isRinging(call);
  const peer = peerOf(call);
  if (rings) ask("confirmDecline", text("confirmDeclineText", { peer }), "keepRinging", "decline", () => call.decline());
  else if (call.state === "established") ask("confirmHangUp", text("confirmHangUpText", { peer }), "keepTalking", "hangUp", () => call.hangUp());
  else call.hangUp();
}

// ---------------------------------------------------------------------- levels

/** @type {Call | undefined} the call whose levels are being drawn */
let measured;

/** @param {Call} call */
function drawLevelsWhileOpen(call) {
  if (measured === call) return;
  measured = call;
  const levels = { microphone: 0, remote: 0 };
  let valuesAt = 0;
  const frame = () => {
    if (measured !== call) return;
    if (call.state === "ended" || call !== state.call) {
      measured = undefined;
      return;
    }
    const now = call.levels();
    // Up at once and down slowly, as the eye likes it: speech is full of holes.
    levels.microphone = Math.max(now.microphone, levels.microphone * LEVEL_DECAY);
    levels.remote = Math.max(now.remote, levels.remote * LEVEL_DECAY);
    drawLevels(levels);
    if (performance.now() - valuesAt >= VALUES_MILLIS) {
      valuesAt = performance.now();
      drawLevelValues(levels);
    }
    requestAnimationFrame(frame);
  };
  frame();
}
