// The phone page: its state, and what moves it. view.js draws it, texts.js has its words.
//
// For tests, and for styles, the page says what it is doing. Only these are promised; ids and classes are not.
//
// On <body>:
//   data-screen      account | connecting | dial | history | incoming | call | transfer | ended | help
//   data-connection  idle | connecting | registering | registered | connected | disconnected | retrying
//   data-call        connecting | trying | ringing | early-media | established | ended | none
//   data-direction   outgoing | incoming | none
//   data-microphone  off | asking | on | muted | lost
//   data-reason      the reason word of the last failure or end of a call, or ""; data-sip-status likewise
//   data-call-id     the id of the call on the screen, or of the last one
//   data-codec       the codec that the far side takes, once known
//   data-held        whether the call on the screen is on hold, as agreed: true | false; data-hold-wanted is what was
//                    pressed last, before the other side has agreed
//   data-peer-held   whether the other side has put this one on hold: true | false
//   data-transfer    how the transfer of this call goes: none | pending | progress | completed
//   data-keypad      whether the call's keys are shown: true | false
//   data-lines       how many calls there are
//   data-second      the id of the call that rings beside the one on the screen, or ""
//   data-missed      how many missed calls nobody has looked at
//
// By data-testid:
//   account form     account-screen, demo, demo-account (with data-login), account-form, field-login,
//                    field-password, field-domain, more (opens the rest), field-authentication-name,
//                    field-outbound-proxy, field-port, field-visible-name, field-register, field-stay, connect,
//                    sign-out, sound-settings, account-problem, account-problem-facts. The form is folded when there
//                    are demo accounts: click own-account first.
//   bar              door (to the account), account, connection-state, close
//   dialling         dial-screen, dial-heading, number, suggestion (with data-number), key (with data-key), backspace,
//                    call, note, open-history, notify-offer, notify-yes, notify-no
//   history          history-screen, history, history-entry (with data-number, data-direction, data-seen and
//                    data-result: talked, missed, elsewhere, declined, failed), history-empty, history-clear,
//                    close-history
//   call             call-screen, peer, peer-number, call-state, timer (m:ss), waits, mute, hang-up, answer,
//                    decline, done, cancel, play-audio, meter-microphone and meter-remote (aria-valuenow 0 to 100),
//                    hold, resume, keypad-toggle, keypad-in-call, call-key (with data-key), keys (those pressed),
//                    transfer, add-call, swap, sound
//   transfer         the dial screen with other buttons: number, transfer-now, consult, transfer-line (with
//                    data-call-id); transfer-complete on the call's screen once the consulted one has answered
//   several calls    lines, line (with data-call-id, data-call, data-held); second-incoming, second-peer,
//                    second-answer, second-decline, second-ignore
//   sound            settings, field-microphone, field-speaker, field-ring, field-notify, settings-done
//   help             help-screen, help-what, help-why, help-todo, help-retry, help-action, help-details,
//                    help-facts, help-copy
//   always           microphone-line, live, alert; confirm, confirm-yes, confirm-no while it is asked

import { Phone } from "../sdk/offhook.js";
import { blame, clearForm, drawDemoAccounts, drawSuggestions, fillForm, focusField, openForm, unfoldForm } from "./account-form.js";
import { connectOptions, demoExchange, emptyAccount, forget, remember, rememberedAccount, rememberedPassword } from "./account.js";
import { actionFor, heals, isOrdinary } from "./help.js";
import { addEntry, clearHistory, historyOf, markSeen, resultOf } from "./history.js";
import { drawCallKeypad, drawKeypad, drawNumber, erase, flash, focusNumber, isKey, isNumber, number, setNumber } from "./keypad.js";
import { drawLines, drawSecond, drawTransferLines } from "./lines.js";
import { notify, notifying, tellOf } from "./notify.js";
import { drawHistory } from "./recents.js";
import { chosenDevices, devicesChanged, drawSettings, openSettings } from "./settings.js";
import { helpText, text } from "./texts.js";
import * as view from "./view.js";
import { canComplete, clockTime, drawLevels, drawLevelValues, drawTexts, element, factsOf, isReady, isRinging } from "./view.js";
import { linesOf, peerOf, secondOf, stateWords, takesKeys, write } from "./view.js";

/** @typedef {import("../sdk/offhook.js").Call} Call */
/** @typedef {import("../sdk/offhook.js").Outcome} Outcome */
/** @typedef {import("./account.js").Account} Account */

/** How long the screen of a call that ended in good order stays. */
const GOODBYE_MILLIS = 2500;
/** What is left of a level at the next frame. */
const LEVEL_DECAY = 0.93;
/** How often times and waits are drawn. */
const TICK_MILLIS = 250;
/** The page connects again by itself after these; the last one repeats. */
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];
/** How many calls the page shows at once; who calls beyond them is turned away, and noted. */
const LINES_MAX = 6;
/** How many of the keys that were pressed are shown. */
const KEYS_SHOWN = 24;

/** @type {Set<Call>} */
const ignored = new Set();

/** @type {import("./view.js").PageState} */
const state = {
  screen: "account",
  ignored,
  keypad: false,
  keys: "",
  missed: 0,
  offersNotify: false,
  audioBlocked: false,
  note: "",
  notice: "",
  since: performance.now(),
};

/** Calls that were established at some time. @type {WeakSet<Call>} */
const talked = new WeakSet();

/** The password that the connected account needs again if the connection breaks. It is in this variable alone. */
let password = "";
let attempts = 0;
/** The key of the keyboard that holds down a key of the call, by its place. */
let heldKey = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */ let retryTimer;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let goodbyeTimer;

const confirmDialog = /** @type {HTMLDialogElement} */ (element("confirm"));

// ---------------------------------------------------------------------- screens

/** @param {import("./view.js").Screen} screen */
function go(screen) {
  clearTimeout(goodbyeTimer);
  const changed = state.screen !== screen;
  state.screen = screen;
  state.since = performance.now();
  draw();
  if (screen === "dial" || screen === "transfer") drawNumber();
  if (changed) focusOn(screen);
}

function draw() {
  view.draw(state);
  drawLines(linesOf(state), goToLine);
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
function say(words) {
  write("live", words);
}

/** @param {string} words spoken at once */
function sayNow(words) {
  write("alert", words);
}

/** Where to go when nothing else is to be shown. */
function home() {
  state.problem = undefined;
  if (showCall()) return;
  if (isReady(state)) go("dial");
  else if (state.phone?.state === "connecting") go("connecting");
  else go("account");
}

/**
 * @param {Outcome} outcome
 * @param {"call" | "connection"} about
 * @param {Call} [call]
 */
function help(outcome, about, call) {
  state.problem = { outcome, about, call, at: new Date() };
  const { what, todo } = helpText(outcome, about, { peer: call ? peerOf(call) : "" });
  sayNow(`${what}. ${todo}`);
  // A registration that is lost while the connection stands is tried again by the server.
  if (about === "connection" && !isReady(state) && actionFor(outcome, about) === "account") goToAccount(outcome);
  else go("help");
}

/** Opens the account's form, at the field that is to blame. @param {Outcome} [outcome] */
function goToAccount(outcome) {
  go("account");
  if (outcome?.reason === "wrong-password") blame("password");
  else blame(outcome?.reason === "domain-not-allowed" ? "domain" : outcome?.field);
}

// ---------------------------------------------------------------------- the connection

/**
 * @param {Account} account
 * @param {string} secret
 */
function connect(account, secret) {
  leavePhone();
  const phone = new Phone({ ...connectOptions(account, secret), devices: chosenDevices() });
  state.phone = phone;
  state.account = account;
  password = secret;
  countMissed();
  phone.on("state", () => connectionMoved(phone));
  phone.on("incoming", (call) => incoming(phone, call));
  phone.on("calls", () => {
    if (phone === state.phone) draw();
  });
  phone.on("devices", devicesChanged);
  phone.on("warning", (warning) => {
    // A loudspeaker that is gone; what is about one call, the call tells itself.
    if (phone === state.phone && warning.callId === undefined && warning.reason === "speaker-missing") notice(warning.text);
  });
  phone.on("unregistered", (outcome) => {
    if (phone === state.phone && !inCall()) help(outcome, "connection");
  });
  phone.on("disconnected", (outcome) => disconnected(phone, outcome));
  // Told by its events; a rejection here says the same once more.
  phone.connect().catch(() => {});
}

/** Leaves the phone so far without a word about its end. */
function leavePhone() {
  const { phone } = state;
  state.phone = undefined;
  state.call = undefined;
  state.consult = undefined;
  ignored.clear();
  phone?.disconnect();
}

/** @param {Phone} phone */
function connectionMoved(phone) {
  if (phone !== state.phone || phone.state === "disconnected") return;
  if (phone.state !== "connecting" && phone.state !== "registering") {
    attempts = 0;
    stopRetrying();
    suggest();
    if (state.screen === "connecting" || state.screen === "help") home();
    else draw();
  } else if (inCall() || state.retryAt !== undefined) {
    draw(); // what is on the screen stays: the call, or the help that says that it is tried again
  } else {
    go("connecting");
  }
  say(element("door-state").textContent ?? "");
}

/**
 * @param {Phone} phone
 * @param {Outcome} outcome
 */
function disconnected(phone, outcome) {
  if (phone !== state.phone) return;
  closeConfirm();
  if (outcome.reason === "normal") {
    go("account");
    return;
  }
  if (heals(outcome)) {
    const seconds = RETRY_SECONDS[Math.min(attempts++, RETRY_SECONDS.length - 1)];
    state.retryAt = performance.now() + 1000 * seconds;
    retryTimer = setTimeout(reconnect, 1000 * seconds);
  } else {
    stopRetrying();
  }
  help(outcome, "connection");
}

/** Connects again, with the help that led here still on the screen. */
function reconnect() {
  clearTimeout(retryTimer);
  if (!state.account) {
    go("account");
    return;
  }
  state.retryAt = performance.now();
  connect(state.account, password);
}

function stopRetrying() {
  clearTimeout(retryTimer);
  state.retryAt = undefined;
}

function signOut() {
  stopRetrying();
  clearHistory(accountKey());
  forget();
  password = "";
  clearForm();
  leavePhone();
  state.problem = undefined;
  state.account = undefined;
  go("account");
}

// ---------------------------------------------------------------------- calls

function inCall() {
  return (state.phone?.calls.length ?? 0) > 0;
}

/**
 * @param {string} callee
 * @returns {Call | undefined} undefined when there are too many calls already
 */
function dial(callee) {
  if (!state.phone || state.phone.calls.length >= LINES_MAX) return undefined;
  const call = state.phone.call(callee);
  follow(call);
  setNumber("");
  put(call);
  say(`${stateWords(call)}, ${peerOf(call)}`);
  return call;
}

/** The green button: calls, or brings back the last number, as telephones do. */
function pressCall() {
  const last = historyOf(accountKey()).find(({ direction }) => direction === "outgoing");
  if (number() !== "") dial(number());
  else if (last) setNumber(last.number);
  else focusNumber();
}

/**
 * @param {Phone} phone
 * @param {Call} call
 */
function incoming(phone, call) {
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
function goToLine(call) {
  ignored.delete(call);
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
  ignored.delete(call);
  closeConfirm();
  const wasMissed = resultOf(call, talked.has(call)) === "missed";
  const missed = text("noteMissed", { peer: peerOf(call), clock: clockNow() });
  if (state.consult && (call === state.consult.from || call === state.consult.to)) state.consult = undefined;
  if (call !== state.call) {
    if (wasMissed) notice(missed);
    else if (outcome.by === "peer") notice(text("noticeEnded", { peer: peerOf(call) }));
    if (state.screen === "transfer") drawTransferLines(transferLines(), connectWith);
    draw();
    return;
  }
  heldKey = "";
  drawLevels({ microphone: 0, remote: 0 });
  drawLevelValues({ microphone: 0, remote: 0 });
  if (inCall() && state.phone?.state !== "disconnected") {
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
    if (outcome.reason === "normal" && state.note === "") {
      state.note = text("noteEnded", { peer: peerOf(call), time: clockTime(call.duration) });
    }
    go("ended");
    say(`${stateWords(call)}. ${text("microphoneOff")}`);
    goodbyeTimer = setTimeout(home, GOODBYE_MILLIS);
  }
}

/** Says something on the dial screen. @param {string} words */
function note(words) {
  state.note = words;
  draw();
  say(words);
}

/** Says something beside what the call on the screen is doing. @param {string} words */
function notice(words) {
  state.notice = words;
  draw();
  say(words);
}

function clockNow() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

function toggleMute() {
  if (!state.call) return;
  if (state.call.muted) state.call.unmute();
  else state.call.mute();
  draw();
}

function toggleHold() {
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

function swap() {
  const { phone } = state;
  if (!phone || state.call?.transferring) return;
  phone.swap();
  const { active } = phone;
  if (!active || active === state.call) return;
  put(active);
  say(`${peerOf(active)}, ${stateWords(active)}`);
}

/** Dials another call, with this one waiting behind. */
function addCall() {
  setNumber("");
  go("dial");
}

// ---------------------------------------------------------------------- keys in a call

function toggleKeypad() {
  if (!state.call || !takesKeys(state.call)) return;
  state.keypad = !state.keypad;
  draw();
}

/** @param {string} key */
function pressKey(key) {
  const { call } = state;
  if (!call || !takesKeys(call)) return;
  call.pressKey(key);
  showKey(key);
}

function releaseKey() {
  heldKey = "";
  state.call?.releaseKey();
}

/** @param {string} key */
function tapKey(key) {
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

function openTransfer() {
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
function transferNow() {
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
function consult() {
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

function completeTransfer() {
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

function answerSecond() {
  const second = secondOf(state);
  if (!second) return;
  state.phone?.activate(second);
  put(second);
}

function ignoreSecond() {
  const second = secondOf(state);
  if (!second) return;
  ignored.add(second);
  state.phone?.silence();
  draw();
}

// ---------------------------------------------------------------------- history

function accountKey() {
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

function countMissed() {
  state.missed = historyOf(accountKey()).filter(({ seen }) => !seen).length;
}

function openHistory() {
  drawHistory(historyOf(accountKey()), dial);
  go("history");
  markSeen(accountKey());
  countMissed();
}

function askToClear() {
  ask("confirmClear", text("confirmClearText"), "keep", "clear", () => {
    clearHistory(accountKey());
    openHistory();
  });
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
function ask(heading, words, no, yes, work) {
  write("confirm-heading", text(heading));
  write("confirm-text", words);
  write("confirm-no", text(no));
  write("confirm-yes", text(yes));
  confirmed = work;
  if (!confirmDialog.open) confirmDialog.showModal();
  element("confirm-yes").focus();
}

/** Hangs up or declines by the keyboard: at once where no call would be lost, else after a question. */
function leaveCall() {
  const { call } = state;
  if (!call || call.state === "ended") return;
  const rings = isRinging(call);
  const peer = peerOf(call);
  if (rings) ask("confirmDecline", text("confirmDeclineText", { peer }), "keepRinging", "decline", () => call.decline());
  else if (call.state === "established") ask("confirmHangUp", text("confirmHangUpText", { peer }), "keepTalking", "hangUp", () => call.hangUp());
  else call.hangUp();
}

function closeConfirm() {
  if (confirmDialog.open) confirmDialog.close();
}

// ---------------------------------------------------------------------- levels and times

/** @type {Call | undefined} the call whose levels are being drawn */
let measured;

/** @param {Call} call */
function drawLevelsWhileOpen(call) {
  if (measured === call) return;
  measured = call;
  const levels = { microphone: 0, remote: 0 };
  let valuesAt = 0;
  const frame = () => {
    if (call.state === "ended" || call !== state.call) {
      measured = undefined;
      return;
    }
    const now = call.levels();
    // Up at once and down slowly, as the eye likes it: speech is full of holes.
    levels.microphone = Math.max(now.microphone, levels.microphone * LEVEL_DECAY);
    levels.remote = Math.max(now.remote, levels.remote * LEVEL_DECAY);
    drawLevels(levels);
    if (performance.now() - valuesAt >= TICK_MILLIS) {
      valuesAt = performance.now();
      drawLevelValues(levels);
    }
    requestAnimationFrame(frame);
  };
  frame();
}

function tick() {
  if (inCall() || state.retryAt !== undefined || state.screen === "connecting") draw();
}

// ---------------------------------------------------------------------- accounts

/**
 * Takes an account that the person has just chosen.
 *
 * @param {Account} account
 * @param {string} secret
 * @param {boolean} stay whether to keep the password for this tab
 */
function begin(account, secret, stay) {
  stopRetrying();
  state.problem = undefined;
  remember(account, stay ? secret : undefined);
  connect(account, secret);
}

/** @param {{ login: string, password: string }} chosen */
function chooseDemo({ login, password: secret }) {
  if (!state.demo) return;
  const account = { ...emptyAccount, login, domain: state.demo.domain, port: String(state.demo.port), demo: true };
  begin(account, secret, false);
}

/** What the server's own exchange answers to is offered to those who are its users. */
function suggest() {
  const { demo, account } = state;
  drawSuggestions(demo && account?.demo ? demo.extensions : [], (extension) => {
    if (state.screen === "transfer") setNumber(extension);
    else dial(extension);
  });
}

// ---------------------------------------------------------------------- keyboard

/** @type {Record<string, (() => void) | undefined>} what the keyboard does in a call, beside the keys of a telephone */
const callKeys = {
  escape: () => (secondOf(state) ? ignoreSecond() : leaveCall()),
  m: toggleMute,
  h: toggleHold,
  k: toggleKeypad,
  t: openTransfer,
  n: () => {
    if (!element("add-call").hidden) addCall();
  },
  s: swap,
};

/** Enter does in a call what is green. */
function pressGreen() {
  if (secondOf(state)) answerSecond();
  else if (canComplete(state)) completeTransfer();
  else if (state.call?.holdWanted) toggleHold();
}

/** @param {KeyboardEvent} event */
function keyReleased({ code }) {
  if (code === heldKey) releaseKey();
}

/** @param {KeyboardEvent} event */
function keyPressed(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const { key, target } = event;
  const onControl = target instanceof Element && target.closest("button, summary, a, input, [tabindex='0']") !== null;
  const onNumber = isNumber(target);
  const press = (/** @type {(() => void) | undefined} */ work) => {
    if (!work) return;
    event.preventDefault();
    if (!event.repeat) work();
  };
  if (!onNumber && key === "a" && secondOf(state)) {
    press(answerSecond);
    return;
  }
  switch (state.screen) {
    case "dial":
    case "transfer":
      if (key === "Enter" && (onNumber || !onControl)) press(state.screen === "dial" ? pressCall : transferNow);
      else if (key === "Escape" && secondOf(state)) press(ignoreSecond);
      else if (key === "Escape" && inCall()) press(home);
      else if (key === "Backspace" && !onNumber) {
        event.preventDefault();
        erase();
      } else if (key.length === 1 && key !== " ") {
        flash(key);
        if (!onNumber) focusNumber(); // and the character goes there
      }
      break;
    case "incoming":
      if (key === "Enter" && !onControl) press(() => state.call?.answer());
      else if (key === "Escape") press(leaveCall);
      break;
    case "history":
      if (key === "Escape") press(inCall() ? home : () => go("dial"));
      break;
    case "call":
      if (key === "Enter" && !onControl) press(pressGreen);
      else if (isKey(key) && state.call && takesKeys(state.call)) {
        press(() => {
          pressKey(key);
          heldKey = event.code;
        });
      } else press(callKeys[key.toLowerCase()] );
      break;
    case "ended":
      if ((key === "Enter" && !onControl) || key === "Escape") press(home);
      else if (key.length === 1 && key !== " ") {
        home();
        focusNumber();
      }
      break;
    case "help":
      if (key === "Enter" && !onControl) press(helpAction);
      else if (key === "Escape") press(close);
      break;
    case "connecting":
      if (key === "Escape") press(cancelConnecting);
      break;
    case "account":
      if (key === "Escape" && isReady(state)) press(close);
  }
}

// ---------------------------------------------------------------------- buttons

function helpAction() {
  const { problem } = state;
  if (!problem) return;
  switch (actionFor(problem.outcome, problem.about)) {
    case "again":
    case "try":
      if (problem.call && isReady(state)) dial(problem.call.number);
      else reconnect();
      break;
    case "edit":
      setNumber(problem.call?.number ?? "");
      home();
      break;
    case "account":
      goToAccount(problem.outcome);
      break;
    case "reconnect":
      reconnect();
      break;
    case "done":
      home();
  }
}

/** Leaves help or the account for what was before. */
function close() {
  if (!isReady(state)) {
    stopRetrying();
    leavePhone();
  }
  home();
}

function cancelConnecting() {
  leavePhone();
  home();
}

async function copyFacts() {
  if (!state.problem) return;
  try {
    await navigator.clipboard.writeText(factsOf(state.problem));
    write("help-copy", text("helpCopied"));
    setTimeout(() => write("help-copy", text("helpCopy")), 2000);
  } catch {
    getSelection()?.selectAllChildren(element("help-facts"));
  }
}

/**
 * @param {string} id
 * @param {() => void} work
 */
function onClick(id, work) {
  element(id).addEventListener("click", work);
}

// ---------------------------------------------------------------------- beginning

drawTexts();
drawKeypad(() => {
  if (state.note !== "") note("");
});
drawCallKeypad({ press: pressKey, release: releaseKey, tap: tapKey });
drawSettings(() => draw());
openForm({
  connect: begin,
  refused(field) {
    help({ reason: "invalid-field", text: `The field ${field} cannot be used as it is.`, by: "browser", field }, "connection");
    goToAccount(state.problem?.outcome);
  },
  toggled: () => draw(),
});
onClick("door", () => {
  if (!isReady(state)) leavePhone();
  stopRetrying();
  state.problem = undefined;
  goToAccount();
});
onClick("close", close);
onClick("sign-out", signOut);
onClick("call", pressCall);
onClick("hang-up", () => state.call?.hangUp());
onClick("decline", () => state.call?.decline());
onClick("answer", () => state.call?.answer());
onClick("mute", toggleMute);
onClick("hold", toggleHold);
onClick("resume", toggleHold);
onClick("keypad-toggle", toggleKeypad);
onClick("transfer", openTransfer);
onClick("transfer-now", transferNow);
onClick("consult", consult);
onClick("transfer-complete", completeTransfer);
onClick("add-call", addCall);
onClick("swap", swap);
onClick("sound", () => openSettings(state.phone));
onClick("sound-settings", () => openSettings(state.phone));
onClick("second-answer", answerSecond);
onClick("second-decline", () => secondOf(state)?.decline());
onClick("second-ignore", ignoreSecond);
onClick("open-history", openHistory);
onClick("close-history", () => go("dial"));
onClick("history-clear", askToClear);
onClick("notify-yes", () => offered(true));
onClick("notify-no", () => offered(false));
onClick("done", home);
onClick("cancel", cancelConnecting);
onClick("help-action", helpAction);
onClick("help-copy", copyFacts);
onClick("confirm-no", closeConfirm);
onClick("confirm-yes", () => {
  closeConfirm();
  confirmed();
});
onClick("play-audio", () => {
  state.audioBlocked = false;
  state.call?.playAudio();
  draw();
});
document.addEventListener("keydown", keyPressed);
document.addEventListener("keyup", keyReleased);
addEventListener("blur", releaseKey);
addEventListener("online", () => {
  if (state.retryAt !== undefined) reconnect();
});
addEventListener("beforeunload", (event) => {
  if (state.phone?.calls.some((call) => call.state === "established")) event.preventDefault();
});
setInterval(tick, TICK_MILLIS);
await wake();

/** @param {boolean} wanted whether to tell of calls while the page is not seen */
async function offered(wanted) {
  state.offersNotify = false;
  draw();
  await notify(wanted);
}

/** The account of last time is connected at once when its password is at hand; else its form is shown. */
async function wake() {
  const account = rememberedAccount();
  const secret = rememberedPassword();
  const isOwn = account !== undefined && !account.demo;
  if (isOwn) fillForm(account);
  const demo = demoExchange();
  if (isOwn && secret !== undefined) connect(account, secret);
  state.demo = await demo;
  if (state.demo) drawDemoAccounts(state.demo, chooseDemo);
  if (state.phone) {
    suggest();
    return;
  }
  const ours = account?.demo && state.demo?.accounts.find(({ login }) => login === account.login);
  if (ours) {
    chooseDemo(ours);
    return;
  }
  if (isOwn || !state.demo) unfoldForm();
  go("account");
  if (isOwn) focusField("password");
}
