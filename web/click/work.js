// The work that a server may ask of a visitor's browser before it gives a call token: cheap once, dear a thousand times.

/** How long the page stands still at a time, in milliseconds. */
const SLICE_MILLIS = 12;
/** How many tries go by between two looks at the clock. */
const TRIES = 200;

/** The first so many bits of the fractional part. @param {number} root */
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;

/** @type {number[]} */
const primes = [];
for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
const start = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/**
 * Finds what makes the SHA-256 of the puzzle and itself begin with so many zero bits, in small slices, so that the page
 * never stands still.
 *
 * @param {string} puzzle ASCII
 * @param {number} bits 0 to 32
 * @param {AbortSignal} given stops it, rejecting with the signal's reason
 */
export async function solve(puzzle, bits, given) {
  let since = performance.now();
  for (let nonce = 0; ; nonce++) {
    if (bits === 0 || sha256(puzzle + nonce)[0] >>> (32 - bits) === 0) return String(nonce);
    if (nonce % TRIES === 0 && performance.now() - since > SLICE_MILLIS) {
      await new Promise((resolve) => setTimeout(resolve));
      given.throwIfAborted();
      since = performance.now();
    }
  }
}

/**
 * SHA-256 (FIPS 180-4, 6.2). The browser's own is asynchronous, which for a hash this short takes ten times as long.
 *
 * @param {string} text ASCII
 * @returns {Int32Array} eight words
 */
export function sha256(text) {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
  // The text, and the one bit that ends it.
  for (let i = 0; i <= text.length; i++) words[i >> 2] |= (i < text.length ? text.charCodeAt(i) : 0x80) << (24 - 8 * (i & 3));
  words[words.length - 1] = text.length * 8;
  const hash = new Int32Array(start);
  const w = new Int32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 64; t++) {
      const early = w[t - 15];
      const late = w[t - 2];
      const spread = (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10));
      w[t] = t < 16 ? words[block + t] : w[t - 16] + w[t - 7] + spread;
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[t] + w[t]) | 0;
      const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => (hash[index] += word));
  }
  return hash;
}

/** @param {number} word @param {number} bits */
function turn(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}
