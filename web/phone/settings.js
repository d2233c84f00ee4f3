// The one door to sound and notifications: which microphone, which loudspeaker, where it rings.

import { notify, notifying } from "./notify.js";
import { keep, kept } from "./storage.js";
import { text } from "./texts.js";
import { element, show, write } from "./view.js";

/** @typedef {import("../sdk/offhook.js").Phone} Phone */
/** @typedef {import("../sdk/offhook.js").Device} Device */
/** @typedef {"microphone" | "speaker" | "ring"} Use */

const DEVICES = "offhook.devices";
const uses = /** @type {const} */ (["microphone", "speaker", "ring"]);
const dialog = /** @type {HTMLDialogElement} */ (element("settings"));
const wishesNotifying = /** @type {HTMLInputElement} */ (element("notify-choice"));

/** @type {Phone | undefined} whose devices are shown */ let shown;

/** @returns {Partial<Record<Use, string>>} the ids that were chosen on this device */
export function chosenDevices() {
  const chosen = Object(kept(DEVICES));
  return Object.fromEntries(uses.map((use) => [use, typeof chosen[use] === "string" ? chosen[use] : ""]));
}

/** @param {() => void} changed told when the person has changed something */
export function drawSettings(changed) {
  for (const use of uses) {
    choice(use).addEventListener("change", () => {
      const { value } = choice(use);
      keep(DEVICES, { ...chosenDevices(), [use]: value });
      if (shown) shown[`${use}Device`] = value;
      changed();
    });
  }
  wishesNotifying.addEventListener("change", async () => {
    await notify(wishesNotifying.checked);
    drawNotifying();
    changed();
  });
  element("settings-done").addEventListener("click", () => dialog.close());
}

/** @param {Phone | undefined} phone */
export function openSettings(phone) {
  shown = phone;
  drawNotifying();
  drawDevices();
  if (!dialog.open) dialog.showModal();
}

/** Draws again what was plugged in or out, while it is seen. */
export function devicesChanged() {
  if (dialog.open) drawDevices();
}

async function drawDevices() {
  const { microphones, speakers } = (await shown?.devices()) ?? { microphones: [], speakers: [] };
  const chosen = chosenDevices();
  drawChoice("microphone", microphones, chosen.microphone);
  drawChoice("speaker", speakers, chosen.speaker);
  drawChoice("ring", speakers, chosen.ring);
  show("speaker-field", speakers.length > 0);
  show("ring-field", speakers.length > 0);
  show("settings-hidden", [...microphones, ...speakers].every(({ name }) => name === ""));
}

/**
 * @param {Use} use
 * @param {Device[]} devices
 * @param {string} [chosen]
 */
function drawChoice(use, devices, chosen = "") {
  const named = devices.filter(({ name }) => name !== "");
  const options = [new Option(text("systemDevice"), ""), ...named.map(({ id, name }) => new Option(name, id))];
  if (chosen !== "" && !named.some(({ id }) => id === chosen)) options.push(new Option(text("absentDevice"), chosen));
  choice(use).replaceChildren(...options);
  choice(use).value = chosen;
}

/** @param {Use} use */
function choice(use) {
  return /** @type {HTMLSelectElement} */ (element(`${use}-choice`));
}

function drawNotifying() {
  const state = notifying();
  show("notify-field", state !== "impossible");
  wishesNotifying.checked = state === "on";
  wishesNotifying.disabled = state === "blocked";
  write("notify-hint", state === "blocked" ? text("notifyBlocked") : "");
}
