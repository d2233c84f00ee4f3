// Draws the page from its state. It knows the page's elements; it decides nothing.

import { actionFor } from "./help.js";
import { english, helpText, text } from "./texts.js";

/** @typedef {import("../sdk/offhook.js").Call} Call */
/** @typedef {import("../sdk/offhook.js").Outcome} Outcome */
/** @typedef {import("./texts.js").TextKey} TextKey */
/** @typedef {"account" | "connecting" | "dial" | "history" | "incoming" | "call" | "transfer" | "ended" | "help"} Screen */

/**
 * @typedef {object} Problem
 * @property {Outcome} outcome
 * @property {"call" | "connection"} about
 * @property {Call} [call]
 * @property {Date} at
 */

/**
 * @typedef {object} PageState
 * @property {Screen} screen
 * @property {import("../sdk/offhook.js").Phone} [phone]
 * @property {Call} [call] the call on the screen, which may have ended
 * @property {import("./account.js").Account} [account] the one that is connected or was last
 * @property {import("./account.js").Demo} [demo]
 * @property {Problem} [problem]
 * @property {number} [retryAt] when the page connects again by itself, on `performance.now()`'s clock
 * @property {{ from: Call, to: Call }} [consult] `to` was called to ask about taking over `from`
 * @property {Set<Call>} ignored calls that ring on unheard, as a line among the others
 * @property {boolean} keypad whether the keys are shown in the call
 * @property {string} keys those that were pressed in the call on the screen
 * @property {number} missed calls that nobody has looked at
 * @property {boolean} offersNotify whether to offer to tell of calls while the page is not seen
 * @property {boolean} audioBlocked
 * @property {string} note on the dial screen
 * @property {string} notice on the call's screen: what happened beside the call, or was refused
 * @property {number} since when the screen or the call last changed its state, on the same clock
 */

/** After this long in one state the page says what is being waited for. */
const WAITS_MILLIS = 2000;

/**
 * @template {Element} [Kind=HTMLElement]
 * @param {string} id
 * @returns {Kind}
 */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}`);
  return /** @type {any} */ (found);
}

/** @param {Call} call */
export function peerOf(call) {
  return call.name || call.number || text("unknownCaller");
}

/** @param {PageState} state */
function callsOf({ phone }) {
  return phone?.calls ?? [];
}

/** Who calls while there is a call on the screen already. @param {PageState} state */
export function secondOf(state) {
  if (state.screen === "incoming") return undefined;
  return callsOf(state).find((call) => call !== state.call && isRinging(call) && !state.ignored.has(call));
}

/** The calls beside the one on the screen. @param {PageState} state */
export function linesOf(state) {
  if (state.screen === "transfer") return []; // they are among what it can be connected with
  const second = secondOf(state);
  const onScreen = state.screen === "call" || state.screen === "incoming" || state.screen === "ended" ? state.call : undefined;
  return callsOf(state).filter((call) => call !== onScreen && call !== second);
}

/** @param {Call} call */
export function isRinging({ direction, state }) {
  return direction === "incoming" && state === "ringing";
}

/** Whether the person asked first, and can now connect the two. @param {PageState} state */
export function canComplete({ consult, call }) {
  if (!consult || (call !== consult.to && call !== consult.from)) return false;
  return [consult.from, consult.to].every(({ state, transferring }) => state === "established" && !transferring);
}

/** @param {number} seconds */
export function clockTime(seconds) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Puts the words of texts.js into the page, once. */
export function drawTexts() {
  document.documentElement.lang = english.language;
  document.documentElement.dir = english.direction;
  for (const place of document.querySelectorAll("[data-text]")) {
    place.textContent = text(/** @type {TextKey} */ (/** @type {HTMLElement} */ (place).dataset.text));
  }
  name("keypad", "keypad");
  name("keypad-in-call", "keypad");
  name("lines", "lines");
  name("tools", "tools");
  name("transfer-lines", "transferLines");
  name("backspace", "backspace");
  name("suggestions", "suggestions");
  name("meter-microphone", "meterMicrophone");
  name("meter-remote", "meterRemote");
  name("close", "back");
  element("number").setAttribute("placeholder", text("numberPlaceholder"));
}

/**
 * @param {string} id
 * @param {TextKey} key
 */
function name(id, key) {
  element(id).setAttribute("aria-label", text(key));
}

/** @param {PageState} state */
export function draw(state) {
  const { screen, call, problem, phone } = state;
  const live = call && call.state !== "ended" ? call : undefined;
  const shownCall = screen === "call" || screen === "incoming" || screen === "ended" ? call : undefined;

  const data = document.body.dataset;
  data.screen = screen;
  data.connection = connectionOf(state);
  data.call = shownCall?.state ?? "none";
  data.direction = shownCall?.direction ?? "none";
  data.microphone = live?.microphone ?? "off";
  data.held = String(live?.held ?? false);
  data.holdWanted = String(live?.holdWanted ?? false);
  data.peerHeld = String(live?.heldByPeer ?? false);
  data.transfer = call?.transferring?.status ?? "none";
  data.keypad = String(state.keypad && live !== undefined);
  data.lines = String(phone?.calls.length ?? 0);
  data.second = secondOf(state)?.id ?? "";
  data.missed = String(state.missed);
  data.callId = call?.id ?? "";
  data.codec = call?.codec ?? "";
  data.reason = (problem?.outcome ?? call?.outcome)?.reason ?? "";
  data.sipStatus = String((problem?.outcome ?? call?.outcome)?.sipStatus ?? "");

  show("screen-account", screen === "account");
  show("screen-dial", screen === "dial" || screen === "transfer");
  show("screen-history", screen === "history");
  show("screen-call", shownCall !== undefined || screen === "connecting");
  show("screen-help", screen === "help");

  drawBar(state);
  if (screen === "account") drawAccount(state);
  if (screen === "dial" || screen === "transfer") drawDial(state);
  if (screen === "connecting") drawConnecting(state);
  if (shownCall) drawCall(shownCall, state);
  if (screen === "help" && problem) drawHelp(problem, state);
  drawActions(state, shownCall);
  drawHonesty(live);
  document.title = titleOf(screen, call);
}

/** @param {PageState} state */
export function connectionOf({ phone, retryAt, screen }) {
  return retryAt !== undefined && screen !== "account" ? "retrying" : (phone?.state ?? "idle");
}

/** @type {Record<ReturnType<typeof connectionOf>, TextKey>} */
const connectionWords = {
  idle: "connectionIdle",
  connecting: "connectionConnecting",
  registering: "connectionRegistering",
  registered: "connectionRegistered",
  connected: "connectionConnected",
  disconnected: "connectionDisconnected",
  retrying: "connectionRetrying",
};

/** @param {PageState} state */
function drawBar(state) {
  const { screen, account } = state;
  const words = text(connectionWords[connectionOf(state)]);
  const login = account?.login ?? "";
  const door = element("door");
  const inCall = callsOf(state).length > 0;
  // In a call there is one thing to do; the door waits behind it.
  show("door", !inCall && ["dial", "history", "help", "connecting"].includes(screen));
  show("close", (screen === "account" && isReady(state)) || screen === "help" || (inCall && ["dial", "history", "transfer"].includes(screen)));
  element("close").setAttribute("aria-label", text(screen === "help" ? "close" : inCall ? "backToCall" : "back"));
  door.setAttribute("aria-label", login ? text("door", { account: login, state: words }) : text("doorNoAccount"));
  write("door-account", login || text("doorNoAccount"));
  write("door-state", words);
}

/** @param {PageState} state */
export function isReady({ phone }) {
  return phone !== undefined && (phone.state === "registering" || phone.state === "registered" || phone.state === "connected");
}

/** @param {PageState} state */
function drawAccount(state) {
  const { account, demo, problem } = state;
  const heading = demo === undefined ? "accountHeadingOwn" : "accountHeading";
  write("account-heading", text(isReady(state) ? "accountHeadingAgain" : heading));
  show("own-summary", demo !== undefined);
  show("sign-out", isReady(state));
  show("sign-out-hint", isReady(state));
  show("demo", demo !== undefined);
  show("account-problem", problem !== undefined);
  if (problem) {
    const { what, why, todo } = helpText(problem.outcome, problem.about, { peer: problem.call ? peerOf(problem.call) : "" });
    write("account-problem-what", what);
    write("account-problem-todo", [why, todo].filter(Boolean).join(" "));
    write("account-problem-facts", factsOf(problem));
  }
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#demo-accounts button"))) {
    button.setAttribute("aria-pressed", String(isReady(state) && account?.demo === true && button.dataset.login === account.login));
  }
}

/** @param {PageState} state */
function drawDial(state) {
  const { screen, call, note } = state;
  const adds = screen === "dial" && callsOf(state).length > 0;
  const heading = screen === "transfer" && call ? text("transferHeading", { peer: peerOf(call) }) : text(adds ? "addHeading" : "dialHeading");
  write("dial-heading", heading);
  element("dial-heading").classList.toggle("visually-hidden", screen === "dial" && !adds);
  write("note", note);
  show("notify-offer", state.offersNotify && screen === "dial" && !adds);
}

/** @param {PageState} state */
function drawConnecting({ phone, account, since }) {
  const registering = phone?.state === "registering";
  drawPortrait(account?.login ?? "");
  write("peer", account?.login ?? "");
  write("peer-number", account?.domain ?? "");
  write("call-state", text(registering ? "registeringHeading" : "connectingHeading"));
  write("timer", "");
  const waits = registering
    ? text("registeringWaits", { domain: account?.domain ?? "", login: account?.login ?? "" })
    : text("connectingWaits", { server: location.host });
  write("waits", performance.now() - since >= WAITS_MILLIS ? waits : "");
  show("play-audio", false);
}

/**
 * @param {Call} call
 * @param {PageState} state
 */
function drawCall(call, state) {
  const { since, audioBlocked, consult } = state;
  const peer = peerOf(call);
  const incoming = isRinging(call);
  drawPortrait(peer);
  write("peer", peer);
  write("peer-number", call.name ? call.number : "");
  write("call-state", stateWords(call));
  write("timer", call.state === "established" || call.duration > 0 ? clockTime(call.duration) : "");
  const waits = incoming ? silentHint() : performance.now() - since >= WAITS_MILLIS ? waitsWords(call) : "";
  write("waits", transferWords(call) || state.notice || waits);
  write("keys", state.keys);
  show("keypad-in-call", state.keypad && takesKeys(call));
  element("badge").setAttribute("href", call.transferring ? "#icon-transfer" : "#icon-pause");
  write("meter-peer", peer);
  element("mute").setAttribute("aria-pressed", String(call.muted));
  write("mute-caption", text(call.muted ? "unmute" : "mute"));
  element("mute-icon").setAttribute("href", call.muted ? "#icon-microphone-off" : "#icon-microphone");
  show("play-audio", audioBlocked && call.state !== "ended");
  write("play-audio", text("playAudio", { peer }));
  const completes = canComplete(state);
  show("transfer-complete", completes);
  if (completes && consult) write("transfer-complete", text("transferComplete", { peer: peerOf(consult.from), target: peerOf(consult.to) }));
  const talks = call.state === "established" && !call.transferring;
  const several = callsOf(state).filter((other) => !isRinging(other)).length > 1;
  show("tools", call.state !== "ended" && !incoming);
  show("hold", talks && !call.holdWanted);
  show("transfer", talks);
  show("add-call", talks && !several);
  show("swap", talks && several);
}

/** Whether pressed keys go to the other side. @param {Call} call */
export function takesKeys({ state, holdWanted }) {
  return (state === "established" || state === "early-media") && !holdWanted;
}

/** How a transfer goes. @param {Call} call */
function transferWords({ state, transferring }) {
  if (!transferring || state === "ended") return "";
  const { target, sipStatus } = transferring;
  return text(sipStatus === 180 || sipStatus === 183 ? "transferRings" : "transferWaits", { target });
}

/** The first letter of a name, and a figure for a number. @param {string} peer */
function drawPortrait(peer) {
  const letter = /^(?:sips?:)?(\p{L})/u.exec(peer)?.[1].toLocaleUpperCase() ?? "";
  write("initial", letter);
  element("face").setAttribute("href", letter ? "" : "#icon-person");
}

/**
 * What the call is doing, in words.
 *
 * @param {Call} call
 */
export function stateWords(call) {
  switch (call.state) {
    case "connecting":
      return text(call.microphone === "asking" ? "stateAsking" : "stateConnecting");
    case "trying":
      return text("stateTrying");
    case "ringing":
      return text(call.direction === "incoming" ? "incoming" : "stateRinging");
    case "early-media":
      return text("stateEarlyMedia");
    case "established":
      if (call.transferring) return text("stateTransferring", { target: call.transferring.target });
      if (call.holdWanted) return text(call.held ? "stateHeld" : "stateHolding");
      if (call.held) return text("stateResuming");
      return text(call.heldByPeer ? "statePeerHeld" : "stateEstablished");
    case "ended":
      if (call.transferring?.status === "completed") return text("stateTransferred", { target: call.transferring.target });
      if (call.outcome?.reason === "declined") return text("stateDeclined");
      if (call.outcome?.reason === "cancelled") return text("stateCancelled");
      return text(call.outcome?.reason === "answered-elsewhere" ? "stateAnsweredElsewhere" : "stateEnded");
  }
}

/** @param {Call} call */
function waitsWords(call) {
  const peer = peerOf(call);
  switch (call.state) {
    case "connecting":
      if (call.microphone === "asking") return text("waitsAsking", { peer });
      return text(call.direction === "incoming" ? "waitsAnswering" : "waitsConnecting");
    case "trying":
      return text("waitsTrying", { peer });
    case "ringing":
      return text("waitsRinging", { peer });
    case "early-media":
    case "established":
    case "ended":
      return "";
  }
}

/** Says so when the browser keeps the ringtone silent, because nobody has touched the page yet. */
function silentHint() {
  return navigator.userActivation?.hasBeenActive === false ? text("incomingSilent") : "";
}

/**
 * @param {Problem} problem
 * @param {PageState} state
 */
function drawHelp(problem, { retryAt }) {
  const { outcome, about, call } = problem;
  const { what, why, todo } = helpText(outcome, about, { peer: call ? peerOf(call) : "" });
  write("help-what", what);
  write("help-why", why);
  write("help-todo", todo);
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - performance.now()) / 1000);
  write("help-retry", retryAt === undefined ? "" : seconds > 0 ? text("helpRetry", { seconds }) : text("helpRetrying"));
  write("help-facts", factsOf(problem));
  write("help-action", text(actionWords(problem)));
}

/** @param {Problem} problem */
export function actionWords({ outcome, about, call }) {
  switch (actionFor(outcome, about)) {
    case "again":
      return call?.direction === "incoming" ? "actionCallBack" : "actionAgain";
    case "try":
      return call?.direction === "incoming" ? "actionCallBack" : "actionTry";
    case "edit":
      return "actionEdit";
    case "account":
      return "actionAccount";
    case "reconnect":
      return "actionReconnect";
    case "done":
      return "actionDone";
  }
}

/** @param {Problem} problem */
export function factsOf({ outcome, call, at }) {
  const { reason, sipStatus, by, field, text: said } = outcome;
  const facts = [
    `${text("helpReason")}: ${[reason, by && `(${by})`, field && `[${field}]`].filter(Boolean).join(" ")}`,
    sipStatus !== undefined && `${text("helpSipStatus")}: ${sipStatus}`,
    `${text("helpSaid")}: ${said}`,
    call && `${text("helpCallId")}: ${call.id}`,
    `${text("helpTime")}: ${at.toISOString()}`,
  ];
  return facts.filter(Boolean).join("\n");
}

/**
 * @param {PageState} state
 * @param {Call | undefined} call the one on the screen
 */
function drawActions({ screen, missed, keypad }, call) {
  const inCall = screen === "call" && call !== undefined;
  const held = inCall && call.holdWanted;
  show("call", screen === "dial");
  show("backspace", screen === "dial" || screen === "transfer");
  show("open-history", screen === "dial");
  show("close-history", screen === "history");
  show("consult", screen === "transfer");
  show("transfer-now", screen === "transfer");
  show("hang-up", inCall);
  show("mute", inCall && !held && call.microphone !== "off" && call.microphone !== "asking");
  show("keypad-toggle", inCall && takesKeys(call));
  show("resume", held && call.state === "established");
  show("answer", screen === "incoming");
  show("decline", screen === "incoming");
  show("done", screen === "ended");
  show("cancel", screen === "connecting");
  show("help-action", screen === "help");
  const form = /** @type {HTMLDetailsElement} */ (element("own"));
  show("connect", screen === "account" && form.open);
  show("actions", screen !== "account" || form.open);
  element("keypad-toggle").setAttribute("aria-pressed", String(keypad));
  write("keypad-caption", text(keypad ? "keypadHide" : "keypad"));
  write("missed-count", missed > 0 ? String(missed) : "");
  write("missed-words", missed > 0 ? text("historyMissedCount", { count: missed }) : "");
}

/** @param {Call | undefined} call the call while it has not ended */
function drawHonesty(call) {
  const microphone = call?.microphone ?? "off";
  const open = microphone === "on" || microphone === "asking";
  element("honesty-icon").setAttribute("href", open ? "#icon-microphone" : "#icon-microphone-off");
  write("honesty-words", honestWords(call));
}

/** @param {Call | undefined} call */
function honestWords(call) {
  switch (call?.microphone) {
    case undefined:
    case "off":
      return text("microphoneOff");
    case "asking":
      return text("microphoneAsking");
    case "on":
      return call.state === "established" && !call.heldByPeer ? text("microphoneHeard", { peer: peerOf(call) }) : text("microphoneOn");
    case "muted":
      return text(call.holdWanted || call.held ? "microphoneHeld" : "microphoneMuted");
    case "lost":
      return text("microphoneLost");
  }
}

/**
 * @param {Screen} screen
 * @param {Call | undefined} call
 */
function titleOf(screen, call) {
  if (!call || call.state === "ended") return text("title");
  const peer = peerOf(call);
  if (screen === "incoming") return text("titleRinging", { peer });
  if (call.state !== "established") return text("titleCalling", { peer });
  return text(call.holdWanted ? "titleHeld" : "titleTalking", { time: clockTime(call.duration), peer });
}

/** @param {{ microphone: number, remote: number }} levels each 0 to 1 */
export function drawLevels({ microphone, remote }) {
  for (const [id, level] of /** @type {const} */ ([["meter-microphone", microphone], ["meter-remote", remote]])) {
    element(id).style.setProperty("--level", level.toFixed(3));
  }
  document.body.style.setProperty("--remote-level", remote.toFixed(3));
}

/**
 * The same for those who cannot see it, and for tests; a few times a second is enough.
 *
 * @param {{ microphone: number, remote: number }} levels
 */
export function drawLevelValues({ microphone, remote }) {
  element("meter-microphone").setAttribute("aria-valuenow", String(Math.round(100 * microphone)));
  element("meter-remote").setAttribute("aria-valuenow", String(Math.round(100 * remote)));
}

/**
 * @param {string} symbol
 * @param {boolean} [mirrored] whether it points another way where people read from right to left
 */
export function icon(symbol, mirrored = false) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${symbol}`);
  svg.setAttribute("aria-hidden", "true");
  svg.classList.toggle("mirrored", mirrored);
  svg.append(use);
  return svg;
}

/**
 * Writes only what changed: an unchanged live text is not spoken again, and a selection is not lost.
 *
 * @param {string} id
 * @param {string} words
 */
export function write(id, words) {
  const place = element(id);
  if (place.textContent !== words) place.textContent = words;
}

/**
 * @param {string} id
 * @param {boolean} visible
 */
export function show(id, visible) {
  element(id).hidden = !visible;
}
