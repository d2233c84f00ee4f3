// <call-button>: a button that calls, on any page. web/README.md lists its attributes, events, parts and properties.

import { thisBrowser } from "../click/browser.js";
import { CallFlow } from "../click/flow.js";
import { draw, drawPicture } from "../click/picture.js";
import { languageOf, loadTexts, wordsFor } from "../click/texts.js";
import { meetChallenge, Refusal, tokenOfServer, tokenOfSite } from "../click/token.js";
import { style } from "./style.js";

/** After this long in one state the panel says what is being waited for, in milliseconds. */
const WAITS_MILLIS = 2000;

const HANDSET = "M3 15c0-9 18-9 18 0v1h-5v-3q-4-1-8 0v3H3z";
const MICROPHONE = "M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3";
const KEYPAD = "M6 5.5v.01M12 5.5v.01M18 5.5v.01M6 12v.01M12 12v.01M18 12v.01M6 18.5v.01M12 18.5v.01M18 18.5v.01";
const KEYS = "123456789*0#";
const CLOSE = "M6 6l12 12M18 6L6 18";

/** The largest thing in the panel, by state: its words, its looks, what it does. @type {Record<string, [string, string, "proceed" | "hangUp" | "dismiss" | "call"]>} */
const MAIN = {
  explaining: ["call.proceed", "go", "proceed"],
  asking: ["call.cancel", "plain", "hangUp"],
  connecting: ["call.hangUp", "stop", "hangUp"],
  ringing: ["call.hangUp", "stop", "hangUp"],
  talking: ["call.hangUp", "stop", "hangUp"],
  ended: ["button.close", "plain", "dismiss"],
  failed: ["call.retry", "go", "call"],
};

/** The words of each state that has no reason: what is, and what to do or wait for. @type {Record<string, { what: string, todo?: string }>} */
const STATES = {
  explaining: { what: "call.explaining", todo: "call.explaining.why" },
  asking: { what: "call.asking", todo: "call.asking.todo" },
  connecting: { what: "call.connecting", todo: "call.connecting.waits" },
  ringing: { what: "call.ringing", todo: "call.ringing.waits" },
  talking: { what: "call.talking" },
};

/** What is said of the microphone. */
const NOTES = { off: "call.microphoneOff", on: "call.microphoneOn", muted: "call.muted", lost: "call.lost" };

/** The failures for which a picture shows what to press. */
const PICTURED = new Set(["microphone-denied", "microphone-dismissed"]);
/** The failures after which the call goes on by itself as soon as it can. */
const WAITING = new Set(["microphone-denied", "microphone-denied-by-system", "microphone-missing", "microphone-busy"]);
/** The failures that trying again cannot mend. */
const FINAL = new Set(["insecure-page", "browser-unsupported", "microphone-denied-in-frame"]);
/** @type {CSSStyleSheet | undefined} one for all buttons of the page */
let sheet;
/** @type {CallButton | undefined} the button that was pressed last: a page has one microphone, and one call at a time */
let latest;

/** See web/README.md. */
export class CallButton extends HTMLElement {
  /** A token, or what gives one for each call, instead of `token-url` and the server's own. @type {string | (() => string | Promise<string>) | undefined} */
  token;
  /** Answers the challenge of a line that has its visitors checked by a hook. @type {((line: string) => string | Promise<string>) | undefined} */
  challenge;

  /** @type {CallFlow} */ #flow;
  #parts = build(this.attachShadow({ mode: "open" }));
  #language = "";
  /** @type {import("../click/texts.js").Text | undefined} */ #text;
  /** @type {Promise<object | undefined> | undefined} met while the visitor reads */ #challenge;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #waits;
  #pressed = false;
  #waiting = false;
  #keypad = false;

  constructor() {
    super();
    const element = this;
    this.#flow = new CallFlow({
      get url() {
        return element.#server;
      },
      begin: (given) => this.#meetChallenge(given),
      token: (given) => this.#token(given),
    });
    this.#flow.on("state", ({ state, reason }) => this.#moved(state, reason));
    this.#flow.on("change", () => this.#draw());
    this.#listen();
  }

  connectedCallback() {
    this.setAttribute("state", this.state);
    this.#load();
    if (this.state !== "ready") this.#open();
    window.addEventListener("pagehide", this.#leave);
  }

  disconnectedCallback() {
    // An element that only moves to another place in the page is back at once.
    queueMicrotask(() => {
      if (this.isConnected) return;
      window.removeEventListener("pagehide", this.#leave);
      this.#leave();
    });
  }

  /** @returns {import("../click/flow.js").FlowState} */
  get state() {
    return this.#flow.state;
  }

  /** Why the call ended or failed, in one word; undefined in the other states. */
  get reason() {
    return this.#flow.reason;
  }

  /** Whole seconds of talk. */
  get seconds() {
    return this.#flow.seconds;
  }

  /** Does what a press does: opens the panel and calls, or leads to the call that is on already. */
  call() {
    if (!latest || !latest.#flow.running) {
      if (latest && latest !== this) latest.#flow.dismiss();
      latest = this;
      this.#pressed = true;
      this.#flow.call();
    }
    latest.#parts.main.focus();
  }

  /** Ends the call in whatever state it is. */
  hangUp() {
    this.#flow.hangUp();
  }

  #leave = () => this.#flow.hangUp();

  // ------------------------------------------------------------------ the token

  get #server() {
    return new URL(this.getAttribute("server") ?? "/", import.meta.url).href;
  }

  get #order() {
    /** @param {string} name */
    const value = (name) => this.getAttribute(name) ?? undefined;
    return { line: value("line"), destination: value("destination"), name: value("name") };
  }

  /** @param {AbortSignal} given */
  #meetChallenge(given) {
    const { line } = this.#order;
    if (!line || this.token || this.hasAttribute("token-url")) return;
    this.#challenge = meetChallenge(this.#server, line, this.challenge, given);
    this.#challenge.catch(() => {}); // told when the token is asked for
  }

  /** @param {AbortSignal} given */
  async #token(given) {
    const { token } = this;
    if (token) {
      try {
        return await (typeof token === "function" ? token() : token);
      } catch (error) {
        throw new Refusal("token-unavailable", String(error));
      }
    }
    const order = this.#order;
    const url = this.getAttribute("token-url");
    if (url !== null) return tokenOfSite(url, order, given);
    if (!order.line) throw new Refusal("invalid-field", "<call-button> needs a line, a token-url or a token.");
    return tokenOfServer(this.#server, order, await this.#challenge, given);
  }

  // ------------------------------------------------------------------ the panel

  #listen() {
    const { button, close, main, mute, keypad, keys, play, panel } = this.#parts;
    const flow = this.#flow;
    button.onclick = () => this.call();
    button.onpointerenter = button.onfocus = () => flow.prepare();
    close.onclick = () => flow.dismiss();
    // A double click is one press: the second would press what the first has brought.
    main.onclick = ({ detail }) => detail > 1 || flow[this.#action]();
    mute.onclick = () => flow.mute(!flow.muted);
    play.onclick = () => flow.playAudio();
    keypad.onclick = () => {
      this.#keypad = !this.#keypad;
      this.#draw();
    };
    for (const key of keys.querySelectorAll("button")) {
      const digit = key.textContent ?? "";
      key.onmousedown = (event) => event.preventDefault(); // the focus stays where it is
      key.onpointerdown = () => flow.pressKey(digit);
      // Pressed by what cannot hold, such as the keyboard or a screen reader.
      key.onclick = ({ detail }) => detail || flow.sendKeys(digit);
    }
    const release = () => flow.releaseKey();
    panel.onpointerup = panel.onpointercancel = panel.onpointerleave = panel.onkeyup = release;
    panel.addEventListener("focusout", release);
    panel.onkeydown = ({ key, repeat, ctrlKey, altKey, metaKey }) => {
      if (repeat || ctrlKey || altKey || metaKey) return;
      if (/^[0-9*#]$/.test(key)) flow.pressKey(key);
      else if (key === "Escape") {
        // Where a call would be lost, Escape only leads to what loses it.
        if (this.state === "talking") main.focus();
        else if (flow.running) flow.hangUp();
        else flow.dismiss();
      }
    };
  }

  async #load() {
    const page = this.closest("[lang]")?.getAttribute("lang") ?? document.documentElement.lang;
    const language = languageOf([page, ...navigator.languages]);
    if (language === this.#language) return;
    this.#language = language;
    try {
      const text = await loadTexts(language);
      if (language === this.#language) this.#text = text;
      this.#draw();
    } catch {
      this.#language = ""; // tried again with the next press
    }
  }

  #open() {
    const { panel } = this.#parts;
    this.#load();
    panel.hidden = false;
    try {
      panel.showPopover();
    } catch {
      // It is shown, or the browser has no popovers: then it is a fixed box above most of the page.
    }
  }

  /**
   * @param {import("../click/flow.js").FlowState} state
   * @param {string | undefined} reason
   */
  #moved(state, reason) {
    this.setAttribute("state", state);
    this.toggleAttribute("reason", false);
    if (reason) this.setAttribute("reason", reason);
    clearTimeout(this.#waits);
    this.#waiting = this.#keypad = false;
    this.#waits = setTimeout(() => {
      this.#waiting = true;
      this.#draw();
    }, WAITS_MILLIS);
    if (reason && this.#flow.text) console.info(`<call-button>: ${reason}. ${this.#flow.text}`);
    const { panel, button, main } = this.#parts;
    const inside = this.#pressed || panel.matches(":focus-within");
    this.#pressed = false;
    if (state === "ready") panel.hidden = true;
    else if (panel.hidden) this.#open();
    this.#draw();
    if (inside) (state === "ready" ? button : main).focus();
    if (state === "talking") this.#measure();
    this.dispatchEvent(new CustomEvent("statechange", { detail: { state, reason }, bubbles: true, composed: true }));
  }

  /** What the largest button of the panel does now. */
  get #action() {
    return FINAL.has(this.reason ?? "") ? "dismiss" : MAIN[this.state][2];
  }

  #draw() {
    const text = this.#text;
    const { state, reason = "", microphone, muted, audioBlocked, callId } = this.#flow;
    const parts = this.#parts;
    parts.button.ariaExpanded = String(state !== "ready");
    if (!text) return;
    /** @param {HTMLElement} part @param {string | false | undefined} key */
    const say = (part, key) => {
      part.hidden = !key;
      if (key) (part.lastElementChild ?? part).textContent = text(key);
    };
    say(parts.label, "button.call");
    if (state === "ready") return;
    const browser = thisBrowser();
    const { what, todo } = reason ? wordsFor(reason, browser) : STATES[state];
    const [word, look] = FINAL.has(reason) ? MAIN.ended : MAIN[state];
    const talking = state === "talking";
    const noMicrophone = what.startsWith("microphone");
    const { panel, picture, help } = parts;
    panel.lang = this.#language;
    panel.ariaLabel = this.textContent?.trim() || text("button.call");
    panel.className = `panel ${state}${isDark(this) ? " dark" : ""}`;
    say(parts.heading, what);
    say(parts.words, (this.#waiting || !todo?.endsWith(".waits")) && todo);
    say(parts.continues, WAITING.has(reason) && "microphone.continues");
    parts.timer.hidden = !talking && this.seconds === 0;
    parts.close.hidden = this.#flow.running;
    parts.close.ariaLabel = text(state === "explaining" ? "call.notNow" : "button.close");
    picture.replaceChildren(...(state === "asking" || PICTURED.has(reason) ? [drawPicture(browser, text("microphone.picture"))] : []));
    say(parts.tab, reason === "microphone-denied-in-frame" && "call.openInTab");
    parts.tab.href = location.href;
    say(help, noMicrophone && "microphone.help");
    help.href = `${this.#server}help/microphone?lang=${this.#language}#${browser.name}${browser.mobile ? "-mobile" : ""}`;
    parts.meters.hidden = !talking || this.#keypad;
    parts.keys.hidden = !talking || !this.#keypad;
    say(parts.you, "call.you");
    say(parts.them, "call.them");
    say(parts.mute, talking && "call.mute");
    parts.mute.ariaPressed = String(muted);
    say(parts.keypad, talking && "call.keypad");
    parts.keypad.ariaExpanded = String(this.#keypad);
    say(parts.play, audioBlocked && "call.playAudio");
    const note = state !== "explaining" && state !== "asking" && !noMicrophone && NOTES[microphone];
    say(parts.note, note);
    drawMicrophone(parts.note, microphone === "on");
    drawMicrophone(parts.mute, !muted);
    say(parts.main, state === "failed" && !noMicrophone ? "call.again" : word);
    parts.main.className = `main ${look}`;
    parts.details.hidden = state !== "failed" || noMicrophone;
    parts.details.textContent = text("call.details", { code: callId ? `${reason} · ${callId}` : reason });
    const news = `${text(what)}. ${todo ? text(todo) : ""} ${note && microphone !== "on" ? text(note) : ""}`;
    if (parts.live.textContent !== news) parts.live.textContent = news;
    this.#drawTime();
  }

  #drawTime() {
    const { seconds } = this;
    this.#parts.timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  /** Draws what changes while two people talk, at each frame. */
  #measure() {
    if (this.state !== "talking") return;
    this.#drawTime();
    const { microphone, remote } = this.#flow.levels();
    drawLevel(this.#parts.microphone, microphone);
    drawLevel(this.#parts.remote, remote);
    requestAnimationFrame(() => this.#measure());
  }
}

/** @param {HTMLElement} meter @param {number} level 0 to 1 */
function drawLevel(meter, level) {
  const percent = String(Math.round(level * 20) * 5);
  if (meter.ariaValueNow !== percent) meter.style.setProperty("--level", `${(meter.ariaValueNow = percent)}%`);
}

/** @param {HTMLElement} part @param {boolean} open else it is crossed out */
function drawMicrophone(part, open) {
  part.querySelector("path")?.setAttribute("d", MICROPHONE + (open ? "" : "M4 3l16 18"));
}

/** Whether the page is dark where the button is: then its text is light. @param {CallButton} element */
function isDark(element) {
  const theme = element.getAttribute("theme");
  if (theme) return theme === "dark";
  const { color } = getComputedStyle(element);
  const [red, green, blue] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return color.startsWith("rgb") ? red + green + blue > 384 : red > 0.6;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} part its name for the page's styles, and for ours
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, part, ...children) {
  const made = document.createElement(tag);
  if (part) made.className = made.part.value = part;
  if (made instanceof HTMLButtonElement) made.type = "button";
  made.append(...children);
  return made;
}

/** @param {string} d */
function icon(d) {
  const picture = draw("svg", { "viewBox": "0 0 24 24", "aria-hidden": "true" });
  picture.append(draw("path", { d, fill: d === HANDSET ? "currentColor" : "none", "stroke-width": d === KEYPAD ? 3.25 : 2 }));
  return picture;
}

/** @param {string} id */
function makeMeter(id) {
  const name = make("span", "");
  name.id = id;
  const meter = make("div", "meter");
  meter.role = "meter";
  meter.setAttribute("aria-labelledby", id);
  meter.ariaValueNow = "0";
  return [name, meter];
}

/** @param {ShadowRoot} root */
function build(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
  }
  root.adoptedStyleSheets = [sheet];
  const [you, microphone] = makeMeter("you");
  const [them, remote] = makeMeter("them");
  const parts = {
    ...{ you, microphone, them, remote },
    label: make("span", ""),
    button: make("button", "go button", icon(HANDSET)),
    panel: make("section", "panel"),
    heading: make("h2", "heading"),
    timer: make("span", "timer"),
    close: make("button", "close", icon(CLOSE)),
    words: make("p", "words"),
    picture: make("div", ""),
    continues: make("p", "words"),
    tab: make("a", "link"),
    help: make("a", "link"),
    details: make("p", "details"),
    meters: make("div", "meters", you, microphone, them, remote),
    keys: make("div", "keys", ...[...KEYS].map((key) => make("button", "key", key))),
    note: make("div", "note", icon(MICROPHONE), make("span", "")),
    play: make("button", "play plain"),
    mute: make("button", "mute", icon(MICROPHONE), make("span", "")),
    keypad: make("button", "keypad", icon(KEYPAD), make("span", "")),
    main: make("button", "main"),
    live: make("div", "live"),
  };
  const { button, panel, heading, timer, words, tab, help, live } = parts;
  button.append(make("slot", "", parts.label));
  panel.hidden = true;
  panel.setAttribute("popover", "manual");
  panel.role = "dialog";
  timer.role = "timer";
  live.role = "status";
  tab.target = help.target = "_blank";
  heading.dir = words.dir = "auto";
  panel.append(make("header", "", heading, timer, parts.close), words, parts.picture, parts.continues, tab, help, parts.details);
  panel.append(parts.meters, parts.keys, parts.note, parts.play, make("div", "actions", parts.mute, parts.keypad, parts.main));
  root.append(button, panel, live);
  return parts;
}

if (!customElements.get("call-button")) customElements.define("call-button", CallButton);
