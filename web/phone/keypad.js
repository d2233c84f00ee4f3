// The number and the keys that write it.

import { text } from "./texts.js";
import { element } from "./view.js";

const KEYS = ["1", "2 ABC", "3 DEF", "4 GHI", "5 JKL", "6 MNO", "7 PQRS", "8 TUV", "9 WXYZ", "*", "0 +", "#"];
/** How long a key is held for its other character. */
const HOLD_MILLIS = 500;
const FLASH_MILLIS = 120;

const field = /** @type {HTMLInputElement} */ (element("number"));
const eraser = /** @type {HTMLButtonElement} */ (element("backspace"));

/**
 * Makes the keys.
 *
 * @param {() => void} edited called after each change of the number by the person
 */
export function drawKeypad(edited) {
  const write = (/** @type {string} */ characters, /** @type {number} */ erased = 0) => {
    const end = field.selectionEnd ?? field.value.length;
    const start = field.selectionStart ?? end;
    field.setRangeText(characters, start === end ? Math.max(0, start - erased) : start, end, "end");
    drawNumber();
    edited();
  };
  element("keypad").replaceChildren(...KEYS.map((key) => keyButton(key, write)));
  keepFocus(eraser);
  eraser.addEventListener("click", () => write("", 1));
  field.addEventListener("input", () => {
    drawNumber();
    edited();
  });
  drawNumber();
}

/**
 * Makes the keys of a call, each pressed for as long as it is held.
 *
 * @param {object} listener
 * @param {(key: string) => void} listener.press
 * @param {() => void} listener.release
 * @param {(key: string) => void} listener.tap pressed and released in one, by something that cannot hold
 */
export function drawCallKeypad({ press, release, tap }) {
  element("keypad-in-call").replaceChildren(...KEYS.map((key) => callKeyButton(key.replace(" +", ""), press, release, tap)));
}

/** Whether this is one of the keys of a telephone. @param {string} key */
export function isKey(key) {
  return /^[0-9*#]$/.test(key);
}

export function number() {
  return field.value.trim();
}

/** @param {string} value */
export function setNumber(value) {
  field.value = value;
  drawNumber();
}

/** What is typed next goes into the number. */
export function focusNumber() {
  field.focus();
}

export function erase() {
  eraser.click();
}

/** @param {EventTarget | null} target */
export function isNumber(target) {
  return target === field;
}

/** Shows on the keypad what was typed on the keyboard. @param {string} key */
export function flash(key) {
  for (const button of document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) {
    button.classList.add("flash");
    setTimeout(() => button.classList.remove("flash"), FLASH_MILLIS);
  }
}

/** Long numbers are written smaller, as far as can be read. The call button says whom it calls. */
export function drawNumber() {
  const value = number();
  field.style.setProperty("--fit", "1");
  const fit = field.clientWidth / Math.max(1, field.scrollWidth);
  if (fit > 0 && fit < 1) field.style.setProperty("--fit", Math.max(0.5, 0.98 * fit).toFixed(3));
  eraser.disabled = value === "";
  element("call").setAttribute("aria-label", value === "" ? text("call") : text("callPeer", { peer: value }));
}

/**
 * @param {string} key its digit, and what stands below it
 * @param {(character: string) => void} write
 */
function keyButton(key, write) {
  const button = newKey(key);
  const { key: digit = "" } = button.dataset;
  button.dataset.testid = "key";
  const held = key.endsWith("+") ? whenHeld(button, () => write("+")) : () => false;
  button.addEventListener("click", () => {
    if (!held()) write(digit);
  });
  return button;
}

/**
 * @param {string} key
 * @param {(key: string) => void} press
 * @param {() => void} release
 * @param {(key: string) => void} tap
 */
function callKeyButton(key, press, release, tap) {
  const button = newKey(key);
  const { key: digit = "" } = button.dataset;
  button.dataset.testid = "call-key";
  let down = false;
  const begin = () => {
    down = true;
    press(digit);
  };
  const end = () => {
    if (down) release();
    down = false;
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId); // a finger that slides off still lets go of this key
    begin();
  });
  for (const over of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) button.addEventListener(over, end);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!event.repeat) begin();
  });
  button.addEventListener("keyup", end);
  // What clicks without pressing anything, as screen readers do, counts no clicks.
  button.addEventListener("click", ({ detail }) => {
    if (detail === 0) tap(digit);
  });
  return button;
}

/** @param {string} key its digit, and what stands below it */
function newKey(key) {
  const [digit, letters = ""] = key.split(" ");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "key";
  button.dataset.key = digit;
  const big = document.createElement("span");
  big.textContent = digit;
  const small = document.createElement("small");
  small.textContent = letters;
  small.ariaHidden = "true";
  button.append(big, small);
  keepFocus(button);
  return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {() => void} work done when the button has been held for long enough
 * @returns {() => boolean} whether the press that ends now was such a long one
 */
function whenHeld(button, work) {
  let done = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  button.addEventListener("pointerdown", () => {
    done = false;
    timer = setTimeout(() => {
      done = true;
      work();
    }, HOLD_MILLIS);
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(end, () => clearTimeout(timer));
  return () => {
    const was = done;
    done = false;
    return was;
  };
}

/** Pressed by the mouse, a key does not take the focus: Enter still means "call". @param {HTMLElement} button */
function keepFocus(button) {
  button.addEventListener("mousedown", (event) => event.preventDefault());
}
