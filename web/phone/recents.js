// Draws the calls of late.

import { text } from "./texts.js";
import { clockTime, element, icon, show } from "./view.js";

/** @typedef {import("./history.js").Entry} Entry */

const WEEK_MILLIS = 6 * 24 * 3_600_000;

/**
 * @param {readonly Entry[]} entries newest first
 * @param {(number: string) => void} dial
 */
export function drawHistory(entries, dial) {
  element("history").replaceChildren(...entries.map((entry) => line(entry, dial)));
  show("history-empty", entries.length === 0);
  show("history-clear", entries.length > 0);
}

/**
 * @param {Entry} entry
 * @param {(number: string) => void} dial
 */
function line(entry, dial) {
  const { number, name, direction, result, seen } = entry;
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "entry";
  button.dataset.testid = "history-entry";
  button.dataset.number = number;
  button.dataset.direction = direction;
  button.dataset.result = result;
  button.dataset.seen = String(seen);
  button.disabled = number === ""; // who hid the number cannot be called back
  const who = document.createElement("bdi");
  who.textContent = name || number || text("unknownCaller");
  const what = document.createElement("small");
  what.textContent = [name && number, words(entry)].filter(Boolean).join(" · ");
  const when = document.createElement("time");
  when.dateTime = new Date(entry.at).toISOString();
  when.textContent = moment(entry.at, Date.now());
  button.append(icon(result === "missed" ? "icon-missed" : direction === "outgoing" ? "icon-out" : "icon-in", true), who, what, when);
  button.addEventListener("click", () => dial(number));
  item.append(button);
  return item;
}

/** @param {Entry} entry */
function words({ direction, result, seconds }) {
  switch (result) {
    case "missed":
      return text("historyMissed");
    case "elsewhere":
      return text("stateAnsweredElsewhere");
    case "declined":
      return text("stateDeclined");
    case "failed":
      return text("historyFailed");
    case "talked":
      return text(direction === "outgoing" ? "historyOut" : "historyIn", { time: clockTime(seconds) });
  }
}

/**
 * The time of today's calls, the day of this week's, the date of older ones.
 *
 * @param {number} at
 * @param {number} now
 */
function moment(at, now) {
  const [then, today] = [new Date(at), new Date(now)];
  const language = document.documentElement.lang;
  if (then.toDateString() === today.toDateString()) return then.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  if (now - at < WEEK_MILLIS) return then.toLocaleDateString(language, { weekday: "short" });
  return then.toLocaleDateString(language, { day: "numeric", month: "short" });
}
