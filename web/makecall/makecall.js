// The window that makes one call. On <body>: data-screen (opening, login, call, help), data-phase (see screens.js),
// data-state (the flow's), data-reason, data-microphone (off, on, muted, lost), data-keypad (true, false).

import { thisBrowser } from "../click/browser.js";
import { CallFlow } from "../click/flow.js";
import { drawHeldKey, flash, isKey, KEYS } from "../click/keypad.js";
import { languages } from "../click/texts.js";
import { Refusal } from "../click/token.js";
import { askWays, blockedWays } from "../help/guide.js";
import { drawLanguages, writeTexts } from "../help/language.js";
import { drawPicture } from "../help/pictures.js";
import { helpAddress, isMicrophone, sectionOf } from "../help/section.js";
import { inLanguage, readLink, withoutSignature } from "./link.js";
import { clockTime, closesAfter, helpWords, loginWords, needsLogin, shown } from "./screens.js";
import { Tickets } from "./tickets.js";

/** How long the end of a call is told before the window closes, in milliseconds. */
const FAREWELL_MILLIS = 900;
/** After this long in one state the window says what is being waited for, in milliseconds. */
const WAITS_MILLIS = 2000;
/** How often a level is told to those who do not see it, in milliseconds. */
const LEVEL_MILLIS = 500;

const EXPLAINED = "offhook.makecall.explained";
const LANGUAGE = "offhook.makecall.language";

/**
 * What this window remembers while it is open, a reload included.
 *
 * @typedef {object} Kept
 * @property {import("./link.js").Signature} [signature]
 * @property {boolean} [dialled] a call was made: a reload must not make another
 */

/** @type {Kept} */
const kept = history.state ?? {};
const link = readLink(location.search);
link.signature ??= kept.signature;
// What proves anything leaves the address at once: it is not for shoulders, bookmarks or screenshots.
keep({ signature: link.signature });

const tickets = new Tickets(link);
const flow = new CallFlow({ token: (given) => tickets.next(given) });
const browser = thisBrowser();

/** @type {import("./screens.js").Phase} */
let phase = "opening";
/** Why there is no ticket, or why there is a login. */
let refusal = "";
let notice = "";
let stuck = false;
let keypad = false;
let since = performance.now();
let levelsAt = 0;
/** @type {(() => void) | undefined} lets other windows call the same number again */
let claimed;
/** @type {Promise<unknown> | undefined} resolved when they can */
let unclaiming;

let { text, language } = await writeTexts(link.language ?? localStorage.getItem(LANGUAGE));

const element = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

const keys = { press: (/** @type {string} */ key) => flow.pressKey(key), release: () => flow.releaseKey(), tap: (/** @type {string} */ key) => flow.sendKeys(key) };
element("keypad").replaceChildren(
  ...KEYS.map((key) => {
    const button = drawHeldKey(key, keys);
    button.dataset.testid = "key";
    return button;
  }),
);
listen();
flow.on("state", onState);
flow.on("change", draw);
setInterval(tick, 250);
begin();

/** The first thing: a link is pressed in order to call. */
function begin() {
  if (link.destination === "") enter("useless");
  else if (kept.dialled) enter("again");
  else open();
}

/** Asks the server for a ticket, and calls, unless another window is at it: a double click opens two. */
async function open() {
  refusal = notice = "";
  enter("opening");
  if (!(await claim())) {
    enter("elsewhere");
    window.close();
    return;
  }
  try {
    flow.dismiss();
    await tickets.ahead();
    enter("flow");
    flow.call();
  } catch (error) {
    refused(error instanceof Refusal ? error.reason : "internal");
  }
}

/** @param {string} reason */
function refused(reason) {
  unclaim();
  refusal = reason;
  notice = "";
  enter(needsLogin(reason) ? "login" : "refused");
}

/**
 * Claims this number among the windows of this browser, until `unclaim`.
 *
 * @returns {Promise<boolean>} whether no other window has it
 */
async function claim() {
  if (claimed) return true;
  await unclaiming;
  // Without a secure page there are no locks, and no call either.
  if (!navigator.locks) return true;
  return new Promise((resolve) => {
    unclaiming = navigator.locks.request(`offhook.makecall ${link.destination}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      if (lock === null) return undefined;
      return new Promise((done) => {
        claimed = () => done(undefined);
      });
    });
  });
}

function unclaim() {
  claimed?.();
  claimed = undefined;
}

/** @param {import("../click/flow.js").StateChange} change */
function onState({ state, reason = "" }) {
  since = performance.now();
  if (state === "explaining" && localStorage.getItem(EXPLAINED)) {
    flow.proceed();
    return;
  }
  if (state === "connecting") keep({ dialled: true });
  if (state !== "talking") keypad = false;
  if (state === "failed" && needsLogin(reason)) {
    tickets.forget();
    keep({ dialled: false });
    refused(reason);
    return;
  }
  if (state === "failed" && isMicrophone(reason)) keep({ dialled: false });
  if (state === "ended" || (state === "failed" && !isMicrophone(reason))) unclaim();
  if (state === "talking") drawLevels();
  draw();
  announce();
  if (state === "ended" && closesAfter(reason)) setTimeout(close, FAREWELL_MILLIS);
}

/** Closes the window where the browser lets a page do that, and says so calmly where not. */
function close() {
  if (flow.state !== "ended" && phase === "flow") return; // called again meanwhile
  window.close();
  setTimeout(() => {
    stuck = true;
    draw();
    announce();
  }, 300);
}

/** @param {import("./screens.js").Phase} next */
function enter(next) {
  phase = next;
  since = performance.now();
  draw();
  announce();
}

/** @param {Partial<Kept>} more */
function keep(more) {
  Object.assign(kept, more);
  history.replaceState({ ...kept }, "", withoutSignature(location.search));
}

// ------------------------------------------------------------------ what is pressed

function listen() {
  element("screen-login").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    logIn();
  });
  element("hang-up").addEventListener("click", () => flow.hangUp());
  element("mute").addEventListener("click", () => flow.mute(!flow.muted));
  element("keys").addEventListener("click", toggleKeypad);
  element("play-audio").addEventListener("click", () => flow.playAudio());
  element("log-out").addEventListener("click", logOut);
  element("next").addEventListener("click", next);
  element("language").addEventListener("change", changeLanguage);
  document.addEventListener("keydown", onKey);
}

function next() {
  switch (shown(phase, flow.state, flow.reason).action) {
    case "proceed":
      localStorage.setItem(EXPLAINED, "true");
      flow.proceed();
      break;
    case "again":
      open();
      break;
    case "retry":
      if (phase === "flow") flow.call();
      else open();
      break;
    case "close":
      close();
      break;
    default: // another button does it
  }
}

function logIn() {
  const account = element("account").value.trim();
  const { value: password } = element("password");
  element("account").setAttribute("aria-invalid", String(account === ""));
  if (account === "") {
    notice = text("makecall.accountMissing");
    refusal = "";
    draw();
    element("account").focus();
    return;
  }
  if (phase !== "login") return; // pressed twice
  tickets.use({ account, password, remember: element("remember").checked });
  element("password").value = "";
  open();
}

async function logOut() {
  try {
    await tickets.logOut();
    notice = text(flow.running ? "makecall.loggedOutCalling" : "makecall.loggedOut");
    if (!flow.running) {
      flow.dismiss();
      unclaim();
      refusal = "";
      keep({ dialled: false });
      enter("login");
    }
  } catch {
    notice = text("call.network");
  }
  draw();
  announce();
}

function toggleKeypad() {
  keypad = !keypad;
  draw();
}

async function changeLanguage() {
  const { value } = element("language");
  localStorage.setItem(LANGUAGE, value);
  history.replaceState(history.state, "", inLanguage(location.search, value));
  ({ text, language } = await writeTexts(value));
  draw();
}

/** @param {KeyboardEvent} event */
function onKey({ key, target, repeat, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || repeat) return;
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
  if (key === "Escape") {
    if (keypad) toggleKeypad();
    else if (phase === "flow") flow.hangUp();
    return;
  }
  if (phase !== "flow" || (flow.state !== "talking" && flow.state !== "ringing")) return;
  if (isKey(key)) {
    flow.sendKeys(key);
    flash(key);
  } else if (key.toLowerCase() === "m") element("mute").click();
  else if (key.toLowerCase() === "k") element("keys").click();
}

// ------------------------------------------------------------------ what is shown

function draw() {
  const { state, reason = "" } = flow;
  const { screen, action } = shown(phase, state, reason);
  const running = phase === "flow" && flow.running;
  const talking = running && state === "talking";
  const data = document.body.dataset;
  Object.assign(data, { screen, phase, state: phase === "flow" ? state : "ready", reason: phase === "flow" ? reason : refusal, microphone: flow.microphone });
  data.keypad = String(keypad && talking);

  for (const name of ["opening", "login", "call", "help"]) show(`screen-${name}`, name === screen);
  write("peer", link.destination);
  write("timer", talking || (state === "ended" && flow.seconds > 0) ? clockTime(flow.seconds) : "");
  show("log-out", tickets.remembered && phase !== "login");
  element("log-out").setAttribute("aria-label", text("makecall.logOut", { account: tickets.account }));
  element("log-out").title = text("makecall.logOut", { account: tickets.account });
  document.title = text("makecall.title", { number: link.destination });

  show("hang-up", action === "hang-up");
  show("mute", talking);
  show("keys", talking);
  show("sign-in", action === "login");
  show("next", action !== "" && action !== "hang-up" && action !== "login");
  element("next").classList.toggle("go", action !== "close");
  element("mute").setAttribute("aria-pressed", String(flow.muted));
  element("mute-icon").setAttribute("href", flow.muted ? "#icon-microphone-off" : "#icon-microphone");
  element("keys").setAttribute("aria-expanded", data.keypad);
  show("keypad", keypad && talking);
  show("play-audio", running && flow.audioBlocked);

  if (screen === "opening") write("opening", text(performance.now() - since >= WAITS_MILLIS ? "call.connecting.waits" : "makecall.opening"));
  if (screen === "login") drawLogin();
  if (screen === "call") drawCall();
  if (screen === "help") drawHelp(action);
  drawMicrophone();
}

function drawLogin() {
  const words = notice || (loginWords(refusal) && text(loginWords(refusal)));
  write("login-problem", words);
  show("login-problem", words !== "");
  if (element("language").value !== language) drawLanguages(element("language"), languages, language);
}

function drawCall() {
  const waits = performance.now() - since >= WAITS_MILLIS && flow.state !== "talking" ? text(`call.${flow.state}.waits`) : "";
  write("call-state", text(`call.${flow.state}`));
  write("talked", flow.state === "talking" ? clockTime(flow.seconds) : "");
  write("waits", notice || waits);
}

/** @param {import("./screens.js").Action} action */
function drawHelp(action) {
  const { what, todo } = helpOf();
  const { reason = "" } = flow;
  const failed = phase === "flow" && flow.state === "failed";
  const microphone = failed && isMicrophone(reason);
  const way = wayOf();
  write("what", what);
  write("todo", way ? way.steps.join(" ") : todo);
  drawWay(way);
  show("continues", microphone && reason !== "insecure-page");
  const asking = phase === "flow" && flow.state === "asking";
  const address = asking || microphone ? helpAddress(asking ? "microphone-dismissed" : reason, browser, language) : undefined;
  show("help", address !== undefined);
  if (address) element("help").href = address;
  const code = phase === "refused" ? refusal : failed && !microphone ? [reason, flow.callId].filter(Boolean).join(" · ") : "";
  write("code", code && text("call.details", { code }));
  const names = { proceed: "call.proceed", again: "call.again", retry: "call.retry", close: "button.close", "hang-up": "", login: "", "": "" };
  const name = names[action];
  if (name) write("next", text(name));
}

/** @returns {{ what: string, todo: string }} in words */
function helpOf() {
  const of = (/** @type {string} */ what, /** @type {string} */ todo) => ({ what: text(what), todo: text(todo) });
  switch (phase) {
    case "again":
      return of("makecall.again", "makecall.again.todo");
    case "elsewhere":
      return of("makecall.elsewhere", "makecall.elsewhere.todo");
    case "useless":
      return of("makecall.useless", "makecall.useless.todo");
    case "refused":
      return helpFor(refusal);
    default:
  }
  switch (flow.state) {
    case "explaining":
      return of("call.explaining", "call.explaining.why");
    case "asking":
      return of("call.asking", "call.asking.todo");
    case "ended": {
      if (!closesAfter(flow.reason)) return helpFor(flow.reason ?? "");
      const time = flow.seconds > 0 ? text("makecall.took", { time: clockTime(flow.seconds) }) : "";
      return { what: text("call.ended"), todo: [time, stuck ? text("makecall.close") : ""].filter(Boolean).join(" ") };
    }
    default:
      return helpFor(flow.reason ?? "");
  }
}

/** @param {string} reason */
function helpFor(reason) {
  const { what, todo = "" } = helpWords(reason, browser);
  const values = { number: link.destination };
  return { what: text(what, values), todo: todo && text(todo, values) };
}

/**
 * What is to be pressed in the visitor's own browser, while it asks and after it was told no.
 *
 * @returns {import("../help/guide.js").Way | undefined}
 */
function wayOf() {
  if (phase !== "flow") return undefined;
  const section = sectionOf(browser);
  if (flow.state === "asking") return askWays(section, browser.system, text)[0];
  return flow.state === "failed" && flow.reason === "microphone-denied" ? blockedWays(section, browser.system, text)[0] : undefined;
}

/** Drawn only when it changes. @param {import("../help/guide.js").Way | undefined} way */
function drawWay(way) {
  const place = element("picture");
  const wanted = way ? `${way.alt} ${language}` : "";
  if (place.dataset.way === wanted) return;
  place.dataset.way = wanted;
  place.replaceChildren(...(way ? [drawPicture(way.picture, way.alt)] : []));
}

function drawMicrophone() {
  const { microphone } = flow;
  const key = { off: "call.microphoneOff", on: "call.microphoneOn", muted: "call.muted", lost: "call.lost" }[microphone];
  write("honesty-words", text(key));
  for (const id of ["honesty-icon", "bar-microphone-icon"]) element(id).setAttribute("href", microphone === "on" ? "#icon-microphone" : "#icon-microphone-off");
}

/** Says the state to those who do not see it, and puts the focus where they read on. */
function announce() {
  const { screen } = shown(phase, flow.state, flow.reason);
  const words = screen === "call" ? [text(`call.${flow.state}`), notice] : screen === "login" ? [element("login-problem").textContent] : [];
  write("live", words.filter(Boolean).join(". "));
  if (screen === "help") element("what").focus({ preventScroll: true });
  if (screen === "login") (element("account").value === "" ? element("account") : element("password")).focus();
}

function tick() {
  if (phase === "flow" || phase === "opening") draw();
}

function drawLevels() {
  if (flow.state !== "talking") return;
  const levels = flow.levels();
  const now = performance.now();
  const tell = now - levelsAt >= LEVEL_MILLIS;
  if (tell) levelsAt = now;
  for (const [id, level] of /** @type {const} */ ([["meter-microphone", levels.microphone], ["meter-remote", levels.remote]])) {
    element(id).style.setProperty("--level", level.toFixed(3));
    if (tell) element(id).setAttribute("aria-valuenow", String(Math.round(100 * level)));
  }
  document.body.style.setProperty("--remote-level", levels.remote.toFixed(3));
  requestAnimationFrame(drawLevels);
}

/** Writes only what changed: an unchanged live text is not spoken again. @param {string} id @param {string} words */
function write(id, words) {
  const place = element(id);
  if (place.textContent !== words) place.textContent = words;
}

/** @param {string} id @param {boolean} visible */
function show(id, visible) {
  element(id).hidden = !visible;
}
