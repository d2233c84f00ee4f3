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

import { flash, isKey } from "../click/keypad.js";
import { Phone } from "../sdk/offhook.js";
import { clearForm, drawDemoAccounts, drawSuggestions, fillForm, focusField, openForm, unfoldForm } from "./account-form.js";
import { connectOptions, demoExchange, emptyAccount, forget, remember, rememberedAccount, rememberedPassword } from "./account.js";
import {
  accountKey,
  addCall,
  answerSecond,
  askToClear,
  completeTransfer,
  consult,
  countMissed,
  dial,
  goToLine,
  home,
  ignoreSecond,
  incoming,
  leaveCall,
  openHistory,
  openTransfer,
  pressCall,
  pressKey,
  releaseKey,
  swap,
  tapKey,
  toggleHold,
  toggleKeypad,
  toggleMute,
  transferNow,
} from "./calls.js";
import { actionFor, heals } from "./help.js";
import { clearHistory } from "./history.js";
import { drawCallKeypad, drawKeypad, erase, focusNumber, isNumber, setNumber } from "./keypad.js";
import { openLines } from "./lines.js";
import { notify } from "./notify.js";
import { closeConfirm, draw, go, goToAccount, help, inCall, note, notice, say, state } from "./page.js";
import { chosenDevices, devicesChanged, drawSettings, openSettings } from "./settings.js";
import { text } from "./texts.js";
import { canComplete, drawTexts, element, factsOf, isReady, secondOf, takesKeys, write } from "./view.js";

/** @typedef {import("../sdk/offhook.js").Outcome} Outcome */
/** @typedef {import("./account.js").Account} Account */

/** How often times and waits are drawn. */
const TICK_MILLIS = 250;
/** The page connects again by itself after these; the last one repeats. */
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];

/** The password that the connected account needs again if the connection breaks. It is in this variable alone. */
let password = "";
let attempts = 0;
/** The key of the keyboard that holds down a key of the call, by its place. */
let heldKey = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */ let retryTimer;

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
  state.ignored.clear();
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
  if (code === heldKey) letGo();
}

/** No key of the keyboard holds down a key of the call any more. */
function letGo() {
  heldKey = "";
  releaseKey();
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
drawSettings(draw);
openLines((id) => {
  const call = state.phone?.calls.find((one) => one.id === id);
  if (call) goToLine(call);
});
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
onClick("play-audio", () => {
  state.audioBlocked = false;
  state.call?.playAudio();
  draw();
});
document.addEventListener("keydown", keyPressed);
document.addEventListener("keyup", keyReleased);
addEventListener("blur", letGo);
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
