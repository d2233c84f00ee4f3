// The keys of a telephone (ITU-T Q.23), and the ways to tell the other side that one was pressed.

/**
 * How keys travel. auto: the best that the other side takes · rfc4733: events within the stream of sound ·
 * info and info-relay: SIP INFO, without and with how long the key was held · in-band: tones in the sound itself.
 *
 * @typedef {"auto" | "rfc4733" | "info" | "info-relay" | "in-band"} KeyType
 */

/** @type {Readonly<Record<KeyType, string>>} by the names that the wire has for them */
export const wireTypes = Object.freeze({
  "auto": "AUTO",
  "rfc4733": "RFC2833",
  "info": "INFO",
  "info-relay": "INFO_RELAY",
  "in-band": "INBAND",
});

/**
 * @param {unknown} text as people write it: blanks, dots and hyphens are left out
 * @returns {string} keys, or "" where there are none or something else is among them
 */
export function keysIn(text) {
  const keys = String(text).replace(/[\s.-]/g, "").toUpperCase();
  return /^[0-9*#A-D]*$/.test(keys) ? keys : "";
}
