// The keys of a telephone as all pages draw them.

/** Each key's digit, and what stands below it. */
export const KEYS = ["1", "2 ABC", "3 DEF", "4 GHI", "5 JKL", "6 MNO", "7 PQRS", "8 TUV", "9 WXYZ", "*", "0", "#"];
const FLASH_MILLIS = 120;

/**
 * @typedef {object} KeyListener
 * @property {(key: string) => void} press
 * @property {() => void} release
 * @property {(key: string) => void} tap pressed and released in one, by something that cannot hold
 */

/** Whether this is one of the keys of a telephone. @param {string} key */
export function isKey(key) {
  return /^[0-9*#]$/.test(key);
}

/** Shows on the keypad what was typed on the keyboard. @param {string} key */
export function flash(key) {
  for (const button of document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)) {
    button.classList.add("flash");
    setTimeout(() => button.classList.remove("flash"), FLASH_MILLIS);
  }
}

/** A key that nothing listens to. @param {string} key its digit, and what stands below it */
export function drawKey(key) {
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
  return button;
}

/**
 * A key of a call, pressed for as long as it is held.
 *
 * @param {string} key its digit, and what stands below it
 * @param {KeyListener} listener
 */
export function drawHeldKey(key, { press, release, tap }) {
  const button = drawKey(key);
  const { key: digit = "" } = button.dataset;
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
