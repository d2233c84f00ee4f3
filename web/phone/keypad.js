// The number and the keys that write it.

import { drawHeldKey, drawKey, KEYS } from "../click/keypad.js";
import { text } from "./texts.js";
import { element } from "./view.js";

/** How long a key is held for its other character. */
const HOLD_MILLIS = 500;

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
  element("keypad").replaceChildren(...KEYS.map((key) => keyButton(key === "0" ? "0 +" : key, write)));
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
 * @param {import("../click/keypad.js").KeyListener} listener
 */
export function drawCallKeypad(listener) {
  const keys = KEYS.map((key) => {
    const button = drawHeldKey(key, listener);
    button.dataset.testid = "call-key";
    keepFocus(button);
    return button;
  });
  element("keypad-in-call").replaceChildren(...keys);
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
  const button = drawKey(key);
  const { key: digit = "" } = button.dataset;
  button.dataset.testid = "key";
  keepFocus(button);
  const held = key.endsWith("+") ? whenHeld(button, () => write("+")) : () => false;
  button.addEventListener("click", () => {
    if (!held()) write(digit);
  });
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
