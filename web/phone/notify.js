// Telling of a call while nobody sees the page.

import { keep, kept } from "./storage.js";

const NOTIFY = "offhook.notify";

/** @typedef {"on" | "off" | "unasked" | "blocked" | "impossible"} Notifying */

/** @returns {Notifying} */
export function notifying() {
  // Only through a service worker, which this page has none of, on phones.
  if (typeof Notification !== "function" || matchMedia("(pointer: coarse)").matches) return "impossible";
  if (Notification.permission === "denied") return "blocked";
  const wish = kept(NOTIFY);
  if (wish === "off") return "off";
  return wish === "on" && Notification.permission === "granted" ? "on" : "unasked";
}

/**
 * @param {boolean} wanted asks the person, if the browser has not yet
 * @returns {Promise<Notifying>}
 */
export async function notify(wanted) {
  const allowed = !wanted || (await Notification.requestPermission()) === "granted";
  keep(NOTIFY, wanted && allowed ? "on" : "off");
  return notifying();
}

/**
 * Shows that somebody calls, if it is wanted and the page is not seen.
 *
 * @param {import("../sdk/offhook.js").Call} call it goes when the call has stopped ringing
 * @param {string} words
 */
export function tellOf(call, words) {
  if (!document.hidden || notifying() !== "on") return;
  const notification = new Notification(words, { body: call.name ? call.number : "", tag: call.id, requireInteraction: true });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  call.on("state", () => notification.close());
}
