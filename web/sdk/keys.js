// The keys of a telephone (ITU-T Q.23), and the ways to tell the other side that one was pressed.

/**
 * How keys travel. auto: the best that the other side takes · rfc4733: events within the stream of sound ·
 * info and info-relay: SIP INFO, without and with how long the key was held · in-band: tones in the sound itself.
 *
 * @typedef {"auto" | "rfc4733" | "info" | "info-relay" | "in-band"} KeyType
 */

const KEYS = "123A456B789C*0#D";
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];

/**
 * @param {unknown} text as people write it: blanks, dots and hyphens are left out
 * @returns {string} keys, or "" where there are none or something else is among them
 */
export function keysIn(text) {
  const keys = String(text).replace(/[\s.-]/g, "").toUpperCase();
  return /^[0-9*#A-D]*$/.test(keys) ? keys : "";
}

/**
 * @param {string} key
 * @returns {readonly number[]} the two frequencies in Hz
 */
export function tonesOf(key) {
  const index = KEYS.indexOf(key);
  return [ROWS[index >> 2], COLUMNS[index & 3]];
}
