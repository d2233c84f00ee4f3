// Draws the calls beside the one on the screen, and who calls meanwhile.

import { text } from "./texts.js";
import { clockTime, element, icon, peerOf, show, stateWords, write } from "./view.js";

/** @typedef {import("../sdk/offhook.js").Call} Call */

/** @param {(callId: string) => void} pressed */
export function openLines(pressed) {
  element("lines").addEventListener("click", ({ target }) => {
    const line = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(".line")) : null;
    if (line?.dataset.callId) pressed(line.dataset.callId);
  });
}

/**
 * One line for each of the other calls.
 *
 * @param {readonly Call[]} calls
 */
export function drawLines(calls) {
  const place = element("lines");
  const lines = calls.map((call) => {
    // A line that is there stays, or a finger on it would lose it to the next tick.
    const line = /** @type {HTMLElement | null} */ (place.querySelector(`[data-call-id="${CSS.escape(call.id)}"]`)) ?? newLine(call);
    drawLine(line, call);
    return line;
  });
  if (lines.length !== place.children.length || lines.some((line, index) => line !== place.children[index])) place.replaceChildren(...lines);
  show("lines", lines.length > 0);
}

/** @param {Call} call */
function newLine(call) {
  const line = document.createElement("button");
  line.type = "button";
  line.className = "line";
  line.dataset.testid = "line";
  line.dataset.callId = call.id;
  const action = document.createElement("span");
  action.className = "visually-hidden";
  line.append(icon("icon-pause"), document.createElement("bdi"), document.createElement("small"), icon("icon-swap"), action);
  return line;
}

/**
 * @param {HTMLElement} line
 * @param {Call} call
 */
function drawLine(line, call) {
  const rings = call.direction === "incoming" && call.state === "ringing";
  const [mark, peer, words, does, action] = line.children;
  const told = rings ? text("incoming") : call.state === "established" ? `${stateWords(call)} · ${clockTime(call.duration)}` : stateWords(call);
  line.dataset.call = call.state;
  line.dataset.held = String(call.holdWanted);
  setIcon(mark, call.holdWanted ? "icon-pause" : rings ? "icon-in" : "icon-handset");
  setIcon(does, rings ? "icon-handset" : "icon-swap");
  setText(peer, peerOf(call));
  setText(words, told);
  setText(action, text(rings ? "answer" : "lineActivate"));
}

/**
 * Who calls meanwhile.
 *
 * @param {Call | undefined} call
 * @param {Call | undefined} active who goes on hold when it is answered
 */
export function drawSecond(call, active) {
  show("second-incoming", call !== undefined);
  if (!call) return;
  write("second-peer", [peerOf(call), call.name && call.number].filter(Boolean).join(" · "));
  write("second-answer", active ? text("answerAndHold", { peer: peerOf(active) }) : text("answer"));
}

/**
 * The calls that the one on the screen can be connected with.
 *
 * @param {readonly Call[]} calls
 * @param {(call: Call) => void} connect
 */
export function drawTransferLines(calls, connect) {
  const chips = calls.map((call) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.dataset.testid = "transfer-line";
    chip.dataset.callId = call.id;
    chip.textContent = text("transferToLine", { peer: peerOf(call) });
    chip.addEventListener("click", () => connect(call));
    return chip;
  });
  element("transfer-lines").replaceChildren(...chips);
  show("transfer-lines", chips.length > 0);
}

/**
 * @param {Element} place
 * @param {string} words
 */
function setText(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/**
 * @param {Element} svg
 * @param {string} name
 */
function setIcon(svg, name) {
  svg.firstElementChild?.setAttribute("href", `#${name}`);
}
