// The phone page: its state, and what moves it. view.js draws it, texts.js has its words.
//
// For tests, and for styles, the page says what it is doing. Only these are promised; ids and classes are not.
//
// On <body>:
//   data-screen      account | connecting | dial | incoming | call | ended | help
//   data-connection  idle | connecting | registering | registered | connected | disconnected | retrying
//   data-call        connecting | trying | ringing | early-media | established | ended | none
//   data-direction   outgoing | incoming | none
//   data-microphone  off | asking | on | muted | lost
//   data-reason      the reason word of the last failure or end of a call, or ""; data-sip-status likewise
//   data-call-id     the id of the call on the screen, or of the last one
//   data-codec       the codec that the far side takes, once known
//
// By data-testid:
//   account form     account-screen, demo, demo-account (with data-login), account-form, field-login,
//                    field-password, field-domain, more (opens the rest), field-authentication-name,
//                    field-outbound-proxy, field-port, field-visible-name, field-register, field-stay, connect,
//                    sign-out, account-problem, account-problem-facts. The form is folded when there are demo
//                    accounts: click own-account first.
//   bar              door (to the account), account, connection-state, close
//   dialling         dial-screen, number, suggestion (with data-number), key (with data-key), backspace, call, note
//   call             call-screen, peer, peer-number, call-state, timer (m:ss), waits, mute, hang-up, answer,
//                    decline, done, cancel, play-audio, meter-microphone and meter-remote (aria-valuenow 0 to 100)
//   help             help-screen, help-what, help-why, help-todo, help-retry, help-action, help-details,
//                    help-facts, help-copy
//   always           microphone-line, live, alert; confirm, confirm-yes, confirm-no while it is asked

import { Phone } from "../sdk/offhook.js";
import { blame, clearForm, drawDemoAccounts, drawSuggestions, fillForm, focusField, openForm, unfoldForm } from "./account-form.js";
import { connectOptions, demoExchange, emptyAccount, forget, remember, rememberedAccount, rememberedPassword } from "./account.js";
import { actionFor, heals, isOrdinary } from "./help.js";
import { drawKeypad, drawNumber, erase, flash, focusNumber, isNumber, number, setNumber } from "./keypad.js";
import { helpText, text } from "./texts.js";
import { clockTime, draw, drawLevels, drawLevelValues, drawTexts, element, factsOf, isReady, peerOf, stateWords, write } from "./view.js";

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

/** @type {import("./view.js").PageState} */
const state = { screen: "account", audioBlocked: false, note: "", since: performance.now() };

/** The password that the connected account needs again if the connection breaks. It is in this variable alone. */
let password = "";
let attempts = 0;
let lastNumber = "";
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
  draw(state);
  if (screen === "dial") drawNumber();
  if (changed) focusOn(screen);
}

/** @param {import("./view.js").Screen} screen */
function focusOn(screen) {
  window.scrollTo(0, 0);
  switch (screen) {
    case "account":
      element("account-heading").focus();
      break;
    case "dial":
      // On a touch screen the focus would bring up the keyboard over our own keypad.
      if (matchMedia("(pointer: fine)").matches) focusNumber();
      else /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
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
  const phone = new Phone(connectOptions(account, secret));
  state.phone = phone;
  state.account = account;
  password = secret;
  phone.on("state", () => connectionMoved(phone));
  phone.on("incoming", (call) => incoming(phone, call));
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
    else draw(state);
  } else if (inCall() || state.retryAt !== undefined) {
    draw(state); // what is on the screen stays: the call, or the help that says that it is tried again
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
  return state.call !== undefined && state.call.state !== "ended";
}

/** @param {string} callee */
function dial(callee) {
  if (!state.phone || inCall()) return;
  lastNumber = callee;
  const call = state.phone.call(callee);
  take(call);
  go("call");
  say(`${stateWords(call)}, ${peerOf(call)}`);
}

/** The green button: calls, or brings back the last number, as telephones do. */
function pressCall() {
  if (number() !== "") dial(number());
  else if (lastNumber !== "") setNumber(lastNumber);
  else focusNumber();
}

/**
 * @param {Phone} phone
 * @param {Call} call
 */
function incoming(phone, call) {
  if (phone !== state.phone) return;
  if (inCall()) {
    // One line so far: who calls meanwhile is turned away, and noted.
    call.decline();
    state.note = text("noteBusy", { peer: peerOf(call), clock: clockNow() });
    say(state.note);
    return;
  }
  take(call);
  go("incoming");
  sayNow(text("titleRinging", { peer: peerOf(call) }));
}

/** Puts a call on the screen and follows it. @param {Call} call */
function take(call) {
  state.call = call;
  state.problem = undefined;
  state.note = "";
  state.audioBlocked = false;
  call.on("state", () => {
    if (call !== state.call) return;
    state.since = performance.now();
    if (call.state === "ended") return;
    if (call.direction === "incoming" && call.state !== "ringing" && state.screen === "incoming") go("call");
    draw(state);
    if (call.state !== "connecting") say(stateWords(call));
    if (call.state === "established") drawLevelsWhileOpen(call);
  });
  call.on("microphone", (microphone) => {
    if (call !== state.call) return;
    draw(state);
    if (microphone === "on") drawLevelsWhileOpen(call);
    if (microphone === "lost" || microphone === "muted") say(element("honesty-words").textContent ?? "");
  });
  call.on("audio-blocked", () => {
    state.audioBlocked = true;
    draw(state);
  });
  call.on("ended", (outcome) => ended(call, outcome));
}

/**
 * @param {Call} call
 * @param {Outcome} outcome
 */
function ended(call, outcome) {
  if (call !== state.call) return;
  closeConfirm();
  drawLevels({ microphone: 0, remote: 0 });
  drawLevelValues({ microphone: 0, remote: 0 });
  const missed = call.direction === "incoming" && (outcome.reason === "cancelled" || outcome.reason === "no-answer");
  if (missed && outcome.by !== "browser") {
    home();
    note(text("noteMissed", { peer: peerOf(call), clock: clockNow() }));
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

/** @param {string} words */
function note(words) {
  state.note = words;
  draw(state);
  say(words);
}

function clockNow() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

function toggleMute() {
  if (!state.call) return;
  if (state.call.muted) state.call.unmute();
  else state.call.mute();
  draw(state);
}

/** Hangs up or declines by the keyboard: at once where no call would be lost, else after a question. */
function leaveCall() {
  const { call } = state;
  if (!call || call.state === "ended") return;
  const ringsHere = call.direction === "incoming" && call.state === "ringing";
  if (call.state !== "established" && !ringsHere) {
    call.hangUp();
    return;
  }
  const peer = peerOf(call);
  write("confirm-heading", text(ringsHere ? "confirmDecline" : "confirmHangUp"));
  write("confirm-text", text(ringsHere ? "confirmDeclineText" : "confirmHangUpText", { peer }));
  write("confirm-no", text(ringsHere ? "keepRinging" : "keepTalking"));
  write("confirm-yes", text(ringsHere ? "decline" : "hangUp"));
  if (!confirmDialog.open) confirmDialog.showModal();
  element("confirm-yes").focus();
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
  if (inCall() || state.retryAt !== undefined || state.screen === "connecting") draw(state);
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
  drawSuggestions(demo && account?.demo ? demo.extensions : [], dial);
}

// ---------------------------------------------------------------------- keyboard

/** @param {KeyboardEvent} event */
function keyPressed(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || confirmDialog.open) return;
  const { key, target } = event;
  const onControl = target instanceof Element && target.closest("button, summary, a, input, [tabindex='0']") !== null;
  const onNumber = isNumber(target);
  const press = (/** @type {() => void} */ work) => {
    event.preventDefault();
    if (!event.repeat) work();
  };
  switch (state.screen) {
    case "dial":
      if (key === "Enter" && (onNumber || !onControl)) press(pressCall);
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
    case "call":
      if (key === "Escape") press(leaveCall);
      else if (key.toLowerCase() === "m") press(toggleMute);
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
openForm({
  connect: begin,
  refused(field) {
    help({ reason: "invalid-field", text: `The field ${field} cannot be used as it is.`, by: "browser", field }, "connection");
    goToAccount(state.problem?.outcome);
  },
  toggled: () => draw(state),
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
onClick("done", home);
onClick("cancel", cancelConnecting);
onClick("help-action", helpAction);
onClick("help-copy", copyFacts);
onClick("confirm-no", closeConfirm);
onClick("confirm-yes", () => {
  closeConfirm();
  state.call?.hangUp();
});
onClick("play-audio", () => {
  state.audioBlocked = false;
  state.call?.playAudio();
  draw(state);
});
document.addEventListener("keydown", keyPressed);
addEventListener("online", () => {
  if (state.retryAt !== undefined) reconnect();
});
addEventListener("beforeunload", (event) => {
  if (state.call?.state === "established") event.preventDefault();
});
setInterval(tick, TICK_MILLIS);
await wake();

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
