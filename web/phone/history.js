// The calls of late, kept on this device and nowhere else.

import { keep, kept } from "./storage.js";

/**
 * talked: answered, in either direction · missed: rang here until the caller gave up · elsewhere: another device took
 * it · declined: refused here · failed: went out and was not answered.
 *
 * @typedef {"talked" | "missed" | "elsewhere" | "declined" | "failed"} Result
 */

/**
 * @typedef {object} Entry
 * @property {string} id the call's
 * @property {string} account whose call it was
 * @property {number} at when it began, in milliseconds since 1970
 * @property {"outgoing" | "incoming"} direction
 * @property {string} number
 * @property {string} name
 * @property {Result} result
 * @property {number} seconds of talk
 * @property {boolean} seen whether a missed one has been looked at
 */

const HISTORY = "offhook.history";
/** How many calls are kept, of all accounts together. */
export const ENTRIES_MAX = 100;
/** A number or name is cut here: the other side chooses its length. */
const TEXT_MAX = 256;
/** Two tabs that ring for one caller begin within this time. */
const SAME_CALL_MILLIS = 4_000;

const results = new Set(["talked", "missed", "elsewhere", "declined", "failed"]);

/**
 * @param {string} account
 * @returns {Entry[]} newest first
 */
export function historyOf(account) {
  return all().filter((entry) => entry.account === account);
}

/** @param {Entry} entry */
export function addEntry(entry) {
  keep(HISTORY, withEntry(all(), entry));
}

/** Marks all missed calls as looked at. @param {string} account */
export function markSeen(account) {
  keep(HISTORY, all().map((entry) => (entry.account === account ? { ...entry, seen: true } : entry)));
}

/** @param {string} account */
export function clearHistory(account) {
  const others = all().filter((entry) => entry.account !== account);
  keep(HISTORY, others.length > 0 ? others : undefined);
}

/**
 * @param {readonly Entry[]} entries newest first
 * @param {Entry} entry
 * @returns {Entry[]}
 */
export function withEntry(entries, entry) {
  const cut = { ...entry, number: entry.number.slice(0, TEXT_MAX), name: entry.name.slice(0, TEXT_MAX) };
  const twin = entries.find((other) => isSame(other, entry));
  // A call that rings in several tabs is one call, and the tab that answered tells it best.
  const told = twin && twin.result === "talked" ? twin : cut;
  return [told, ...entries.filter((other) => other !== twin)].sort((a, b) => b.at - a.at).slice(0, ENTRIES_MAX);
}

/**
 * @param {Entry} a
 * @param {Entry} b
 */
function isSame(a, b) {
  if (a.account !== b.account || a.direction !== b.direction) return false;
  return a.id === b.id || (a.direction === "incoming" && a.number === b.number && Math.abs(a.at - b.at) < SAME_CALL_MILLIS);
}

/**
 * @param {import("../sdk/offhook.js").Call} call one that has ended
 * @param {boolean} talked whether it was ever established
 * @returns {Result}
 */
export function resultOf({ direction, outcome }, talked) {
  if (talked) return "talked";
  if (direction === "outgoing") return "failed";
  if (outcome?.reason === "answered-elsewhere") return "elsewhere";
  return outcome?.reason === "declined" || outcome?.by === "browser" ? "declined" : "missed";
}

/** @returns {Entry[]} */
function all() {
  const entries = kept(HISTORY);
  return Array.isArray(entries) ? entries.filter(isEntry).slice(0, ENTRIES_MAX) : [];
}

/**
 * @param {any} value what was kept
 * @returns {value is Entry}
 */
function isEntry(value) {
  return (
    typeof value?.id === "string" &&
    typeof value.account === "string" &&
    typeof value.number === "string" &&
    typeof value.name === "string" &&
    Number.isFinite(value.at) &&
    Number.isFinite(value.seconds) &&
    (value.direction === "outgoing" || value.direction === "incoming") &&
    results.has(value.result)
  );
}
