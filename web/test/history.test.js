import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { addEntry, clearHistory, ENTRIES_MAX, historyOf, markSeen, resultOf } from "../phone/history.js";
import { outcome } from "../sdk/reasons.js";

const ACCOUNT = "1000@pbx.example";

/** The browser's storage, as far as the page uses it. */
class FakeStorage {
  items = new Map();
  getItem = (key) => this.items.get(key) ?? null;
  removeItem = (key) => void this.items.delete(key);
  setItem(key, value) {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.items.set(key, value);
  }
}

const entry = (id, more = {}) => ({
  ...{ id, account: ACCOUNT, at: 1_000_000, direction: "incoming", number: `n-${id}`, name: "", result: "talked", seconds: 5, seen: true },
  ...more,
});
const ids = (account = ACCOUNT) => historyOf(account).map(({ id }) => id);

beforeEach(() => {
  globalThis.localStorage = new FakeStorage();
});

test("the newest call comes first, and the oldest of a hundred goes", () => {
  for (let i = 0; i <= ENTRIES_MAX; i++) addEntry(entry(`c${i}`, { at: i * 10_000 }));
  assert.equal(ids().length, ENTRIES_MAX);
  assert.deepEqual([ids()[0], ids().at(-1)], ["c100", "c1"]);
});

test("each account has its own calls, and is cleared alone", () => {
  addEntry(entry("mine"));
  addEntry(entry("other", { account: "1001@pbx.example" }));
  assert.deepEqual(ids(), ["mine"]);
  clearHistory(ACCOUNT);
  assert.deepEqual(ids(), []);
  assert.deepEqual(ids("1001@pbx.example"), ["other"]);
  clearHistory("1001@pbx.example");
  assert.equal(localStorage.items.size, 0, "nothing is left behind");
});

test("missed calls are new until they are looked at", () => {
  addEntry(entry("a", { result: "missed", seen: false }));
  assert.equal(historyOf(ACCOUNT)[0].seen, false);
  markSeen(ACCOUNT);
  assert.equal(historyOf(ACCOUNT)[0].seen, true);
});

test("a call that rang in several tabs is one call, told by the tab that answered", () => {
  addEntry(entry("tab-1", { number: "1001", result: "elsewhere" }));
  addEntry(entry("tab-2", { number: "1001", at: 1_000_300, result: "talked" }));
  addEntry(entry("tab-3", { number: "1001", at: 1_000_100, result: "elsewhere" }));
  assert.deepEqual(historyOf(ACCOUNT).map(({ result }) => result), ["talked"]);
  addEntry(entry("later", { number: "1001", at: 1_060_000, result: "missed" }));
  addEntry(entry("out", { number: "1001", at: 1_060_001, direction: "outgoing" }));
  assert.deepEqual(ids(), ["out", "later", "tab-2"]);
});

test("what others wrote into the storage harms nothing", () => {
  for (const kept of ["", "{", "7", "{}", '[null, 7, {"id": "x"}]', JSON.stringify([entry("good"), entry("bad", { result: "odd" })])]) {
    localStorage.setItem("offhook.history", kept);
    assert.deepEqual(ids(), kept.includes("good") ? ["good"] : []);
  }
});

test("a storage that is forbidden or full keeps nothing and stops nothing", () => {
  localStorage.full = true;
  addEntry(entry("a"));
  assert.deepEqual(ids(), []);
  delete globalThis.localStorage;
  addEntry(entry("a"));
  assert.deepEqual(ids(), []);
});

test("a name of any length is cut", () => {
  addEntry(entry("a", { name: "x".repeat(100_000) }));
  assert.equal(historyOf(ACCOUNT)[0].name.length, 256);
});

test("calls are told apart by how they went", () => {
  const went = (direction, reason, by, talked = false) => resultOf({ direction, outcome: outcome(reason, { by }) }, talked);
  assert.equal(went("outgoing", "normal", "peer", true), "talked");
  assert.equal(went("outgoing", "busy", "peer"), "failed");
  assert.equal(went("incoming", "cancelled", "peer"), "missed");
  assert.equal(went("incoming", "no-answer", "server"), "missed");
  assert.equal(went("incoming", "server-gone", "server"), "missed");
  assert.equal(went("incoming", "declined", "browser"), "declined");
  assert.equal(went("incoming", "microphone-denied", "browser"), "declined");
  assert.equal(went("incoming", "answered-elsewhere", "browser"), "elsewhere");
});
