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
import { connectOptions, demoExchange, emptyAccount, forget, remember, rememberedAccount, rememberedPassword } from "./account.js";
import { actionFor, heals, isOrdinary } from "./help.js";
import { helpText, text } from "./texts.js";
import {
  clockTime,
  draw,
  drawLevels,
  drawLevelValues,
  drawTexts,
  element,
  factsOf,
  isReady,
  peerOf,
  stateWords,
  write,
} from "./view.js";

/** @typedef {import("../sdk/offhook.js").Call} Call */
/** @typedef {import("../sdk/offhook.js").Outcome} Outcome */
/** @typedef {import("./account.js").Account} Account */

/** How long the screen of a call that ended in good order stays. */
const GOODBYE_MILLIS = 2500;
/** How often times and waits are drawn. */
const TICK_MILLIS = 250;
/** The page connects again by itself after these; the last one repeats. */
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];
const KEYS = ["1", "2 ABC", "3 DEF", "4 GHI", "5 JKL", "6 MNO", "7 PQRS", "8 TUV", "9 WXYZ", "*", "0 +", "#"];
const HOLD_MILLIS = 500;

/** @type {import("./view.js").PageState} */
const state = { screen: "account", audioBlocked: false, note: "", since: performance.now() };

/** The password that the connected account needs again if the connection breaks. It is in this variable alone. */
let password = "";
let attempts = 0;
let lastNumber = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */ let retryTimer;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let goodbyeTimer;

const numberField = /** @type {HTMLInputElement} */ (element("number"));
const form = /** @type {HTMLFormElement} */ (element("account-form"));
const confirmDialog = /** @type {HTMLDialogElement} */ (element("confirm"));

// ---------------------------------------------------------------------- screens

/** @param {import("./view.js").Screen} screen */
function go(screen) {
  clearTimeout(goodbyeTimer);
  const changed = state.screen !== screen;
  state.screen = screen;
  state.since = performance.now();
  if (screen !== "dial") state.note = "";
  draw(state);
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
      if (matchMedia("(pointer: fine)").matches) numberField.focus();
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
  const { what, todo } = helpText(outcome.reason, about, { peer: call ? peerOf(call) : "" });
  sayNow(`${what}. ${todo}`);
  // A registration that is lost while the connection stands is tried again by the server.
  if (about === "connection" && !isReady(state) && actionFor(outcome, about) === "account") goToAccount(outcome);
  else go("help");
}

/** Opens the account's form, at the field that is to blame. @param {Outcome} [outcome] */
function goToAccount(outcome) {
  go("account");
  for (const field of form.querySelectorAll("input")) field.removeAttribute("aria-invalid");
  const blamed = outcome?.reason === "wrong-password" ? "password" : outcome?.reason === "domain-not-allowed" ? "domain" : outcome?.field;
  const field = blamed === undefined ? null : form.elements.namedItem(blamed);
  if (!(field instanceof HTMLInputElement)) return;
  openDetails(element("own"));
  if (element("more").contains(field)) openDetails(element("more"));
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

/** @param {HTMLElement} details */
function openDetails(details) {
  /** @type {HTMLDetailsElement} */ (details).open = true;
}

// ---------------------------------------------------------------------- the connection

/**
 * @param {Account} account
 * @param {string} secret
 */
function connect(account, secret) {
  stopRetrying();
  state.phone?.disconnect();
  const phone = new Phone(connectOptions(account, secret));
  state.phone = phone;
  state.account = account;
  state.call = undefined;
  state.problem = undefined;
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

/** @param {Phone} phone */
function connectionMoved(phone) {
  if (phone !== state.phone || phone.state === "disconnected") return;
  if (phone.state === "connecting" || phone.state === "registering") {
    if (inCall()) draw(state);
    else go("connecting");
  } else {
    attempts = 0;
    drawSuggestions();
    if (state.screen === "connecting" || state.screen === "help") home();
    else draw(state);
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
  }
  help(outcome, "connection");
}

function reconnect() {
  if (state.account) connect(state.account, password);
  else go("account");
}

function stopRetrying() {
  clearTimeout(retryTimer);
  state.retryAt = undefined;
}

function signOut() {
  stopRetrying();
  forget();
  password = "";
  form.reset();
  state.problem = undefined;
  const { phone } = state;
  state.account = undefined;
  if (phone && phone.state !== "disconnected") phone.disconnect();
  else go("account");
}

// ---------------------------------------------------------------------- calls

function inCall() {
  return state.call !== undefined && state.call.state !== "ended";
}

/** @param {string} number */
function dial(number) {
  if (!state.phone || inCall()) return;
  lastNumber = number;
  state.problem = undefined;
  const call = state.phone.call(number);
  take(call);
  go("call");
  say(`${stateWords(call)}, ${peerOf(call)}`);
}

/** The green button: calls, or brings back the last number, as telephones do. */
function pressCall() {
  const number = numberField.value.trim();
  if (number !== "") dial(number);
  else if (lastNumber !== "") setNumber(lastNumber);
  else numberField.focus();
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
    const kept = state.note;
    go("ended");
    say(`${stateWords(call)}. ${text("microphoneOff")}`);
    goodbyeTimer = setTimeout(() => leaveEnded(kept), GOODBYE_MILLIS);
    state.note = kept;
  }
}

/** @param {string} kept a note that came up during the call */
function leaveEnded(kept) {
  const { call } = state;
  home();
  if (kept) note(kept);
  else if (call && call.duration > 0) note(text("noteEnded", { peer: peerOf(call), time: clockTime(call.duration) }));
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
  let valuesAt = 0;
  const frame = () => {
    if (call.state === "ended" || call !== state.call) {
      measured = undefined;
      return;
    }
    const levels = call.levels();
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

// ---------------------------------------------------------------------- the account's form

/** @param {Account} account */
function fillForm(account) {
  for (const [name, value] of Object.entries(account)) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement)) continue;
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
  }
  if (account.authenticationName || account.outboundProxy || account.port || account.visibleName || !account.register) {
    openDetails(element("more"));
  }
}

/** @returns {{ account: Account, secret: string, stay: boolean }} */
function readForm() {
  const data = new FormData(form);
  const word = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  return {
    account: {
      ...emptyAccount,
      login: word("login"),
      authenticationName: word("authenticationName"),
      domain: word("domain"),
      outboundProxy: word("outboundProxy"),
      port: word("port"),
      visibleName: word("visibleName"),
      register: data.has("register"),
    },
    secret: String(data.get("password") ?? ""),
    stay: data.has("stay"),
  };
}

/** @param {SubmitEvent} event */
function submitted(event) {
  event.preventDefault();
  const { account, secret, stay } = readForm();
  const badPort = account.port !== "" && !(/^\d+$/.test(account.port) && Number(account.port) >= 1 && Number(account.port) <= 65535);
  const field = account.login === "" ? "login" : account.domain === "" ? "domain" : badPort ? "port" : undefined;
  if (field !== undefined) {
    help({ reason: "invalid-field", text: `The field ${field} cannot be used as it is.`, by: "browser", field }, "connection");
    return;
  }
  remember(account, stay ? secret : undefined);
  connect(account, secret);
}

/** @param {{ login: string, password: string }} chosen */
function chooseDemo({ login, password: secret }) {
  const { demo } = state;
  if (!demo) return;
  const account = { ...emptyAccount, login, domain: demo.domain, port: String(demo.port), demo: true };
  remember(account, undefined);
  connect(account, secret);
}

function drawDemo() {
  const { demo } = state;
  if (!demo) return;
  element("demo-accounts").replaceChildren(
    ...demo.accounts.map((account) => {
      const button = chip(account.login, () => chooseDemo(account));
      button.dataset.testid = "demo-account";
      button.dataset.login = account.login;
      button.setAttribute("aria-label", text("demoAccount", { login: account.login }));
      return button;
    }),
  );
}

/** What the server's own exchange answers to, for those who are its users. */
function drawSuggestions() {
  const extensions = state.demo && state.account?.domain === state.demo.domain ? state.demo.extensions : [];
  const row = element("suggestions");
  row.hidden = extensions.length === 0;
  row.replaceChildren(
    ...extensions.map((extension) => {
      const button = chip(suggestionWords(extension), () => dial(extension));
      button.dataset.testid = "suggestion";
      button.dataset.number = extension;
      return button;
    }),
  );
}

/** @param {string} extension */
function suggestionWords(extension) {
  switch (extension) {
    case "echo":
      return text("suggestionEcho");
    case "music":
      return text("suggestionMusic");
    case "menu":
      return text("suggestionMenu");
    default:
      return extension;
  }
}

/**
 * @param {string} words
 * @param {() => void} press
 */
function chip(words, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = words;
  button.addEventListener("click", press);
  return button;
}

// ---------------------------------------------------------------------- keypad and number

function drawKeypad() {
  element("keypad").replaceChildren(
    ...KEYS.map((key) => {
      const [digit, letters = ""] = key.split(" ");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "key";
      button.dataset.testid = "key";
      button.dataset.key = digit;
      const big = document.createElement("span");
      big.textContent = digit;
      const small = document.createElement("small");
      small.textContent = letters;
      small.ariaHidden = "true";
      button.append(big, small);
      pressKey(button, digit, letters === "+" ? "+" : undefined);
      return button;
    }),
  );
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} digit
 * @param {string | undefined} held what a long press types instead
 */
function pressKey(button, digit, held) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let holding;
  let heldDown = false;
  button.addEventListener("pointerdown", () => {
    heldDown = false;
    if (held === undefined) return;
    holding = setTimeout(() => {
      heldDown = true;
      type(held);
    }, HOLD_MILLIS);
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(end, () => clearTimeout(holding));
  // Pressed by the mouse, a key does not take the focus: Enter means "call" still.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    if (!heldDown) type(digit);
    heldDown = false;
  });
}

/** Types where the cursor is. @param {string} character */
function type(character) {
  const { value, selectionStart, selectionEnd } = numberField;
  const start = selectionStart ?? value.length;
  const end = selectionEnd ?? value.length;
  numberField.setRangeText(character, start, end, "end");
  fitNumber();
}

function backspace() {
  const { value, selectionStart, selectionEnd } = numberField;
  const end = selectionEnd ?? value.length;
  const start = selectionStart === end ? Math.max(0, end - 1) : (selectionStart ?? end);
  numberField.setRangeText("", start, end, "end");
  fitNumber();
}

/** @param {string} number */
function setNumber(number) {
  numberField.value = number;
  fitNumber();
}

/** Long numbers are written smaller. The call button says whom it calls. */
function fitNumber() {
  const number = numberField.value.trim();
  const length = number === "" ? text("numberPlaceholder").length + 2 : numberField.value.length;
  numberField.style.setProperty("--fit", String(Math.min(1, Math.max(0.5, 12 / length))));
  /** @type {HTMLButtonElement} */ (element("backspace")).disabled = number === "";
  element("call").setAttribute("aria-label", number === "" ? text("call") : text("callPeer", { peer: number }));
  if (number !== "" && state.note !== "") {
    state.note = "";
    write("note", "");
  }
}

// ---------------------------------------------------------------------- keyboard

/** @param {KeyboardEvent} event */
function keyPressed(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || confirmDialog.open) return;
  const { key, target } = event;
  const onControl = target instanceof Element && target.closest("button, summary, a, input, [tabindex='0']") !== null;
  const onNumber = target === numberField;
  const press = (/** @type {() => void} */ work) => {
    event.preventDefault();
    if (!event.repeat) work();
  };
  switch (state.screen) {
    case "dial":
      if (key === "Enter" && (onNumber || !onControl)) press(pressCall);
      else if (key === "Backspace" && !onNumber) {
        event.preventDefault();
        backspace();
      } else if (key.length === 1 && key !== " ") {
        flash(key);
        if (!onNumber) numberField.focus(); // and the character goes there
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
        numberField.focus();
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

/** Shows on the keypad what was typed on the keyboard. @param {string} key */
function flash(key) {
  const button = /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`));
  if (!button) return;
  button.classList.add("flash");
  setTimeout(() => button.classList.remove("flash"), 120);
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
  if (state.screen === "help" && !isReady(state)) stopRetrying();
  home();
}

function cancelConnecting() {
  stopRetrying();
  state.phone?.disconnect();
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
drawKeypad();
fitNumber();
element("own").addEventListener("toggle", () => draw(state));
onClick("door", () => {
  stopRetrying();
  state.problem = undefined;
  goToAccount();
});
onClick("close", close);
onClick("sign-out", signOut);
onClick("backspace", backspace);
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
form.addEventListener("submit", submitted);
numberField.addEventListener("input", fitNumber);
element("backspace").addEventListener("mousedown", (event) => event.preventDefault());
document.addEventListener("keydown", keyPressed);
addEventListener("online", () => {
  if (state.retryAt !== undefined) reconnect();
});
addEventListener("beforeunload", (event) => {
  if (state.call?.state === "established") event.preventDefault();
});
setInterval(tick, TICK_MILLIS);
await begin();

/** The account of last time is connected at once when its password is at hand; else its form is shown. */
async function begin() {
  const account = rememberedAccount();
  const secret = rememberedPassword();
  if (account && !account.demo) fillForm(account);
  const demo = demoExchange();
  if (account && !account.demo && secret !== undefined) connect(account, secret);
  state.account = account;
  state.demo = await demo;
  drawDemo();
  drawSuggestions();
  if (state.phone) return;
  const ours = account?.demo && state.demo?.accounts.find(({ login }) => login === account.login);
  if (ours) {
    chooseDemo(ours);
    return;
  }
  if (!state.demo || (account && !account.demo)) openDetails(element("own"));
  go("account");
  if (account && !account.demo) /** @type {HTMLElement} */ (form.elements.namedItem("password")).focus();
}
