// The microphone test: what the microphone hears, three seconds of it played back, and a call that comes back as an echo.
// On <body>: data-hear (off, asking, on, recording, playing), data-echo (the flow's state, or absent).

import { thisBrowser } from "../click/browser.js";
import { CallFlow } from "../click/flow.js";
import { wordsFor } from "../click/texts.js";
import { tokenOfServer } from "../click/token.js";
import { openMicrophone } from "../sdk/microphone.js";
import { browser as platform } from "../sdk/platform.js";
import { OffhookError } from "../sdk/reasons.js";
import { Sound } from "../sdk/sound.js";
import { openPage } from "./frame.js";
import { helpAddress, isMicrophone } from "./section.js";

const ECHO_LINE = "echo-test";
const RECORD_MILLIS = 3000;
/** From this level on, of 0 to 1, somebody speaks: about -40 dB. */
const SPEECH_LEVEL = 0.33;
/** After this long without speech the page says what may be wrong, in milliseconds. */
const SILENCE_MILLIS = 6000;
const LEVEL_MILLIS = 500;

/** @typedef {"off" | "asking" | "on" | "recording" | "playing"} Hearing */

const { text, language } = await openPage();
const browser = thisBrowser();
const sound = new Sound(platform);
const flow = new CallFlow({ token: (given) => tokenOfServer(location.origin, { line: ECHO_LINE }, undefined, given) });

/** @type {Hearing} */
let hearing = "off";
let hearWords = text("test.hear.lead");
let hearReason = "";
/** @type {import("../sdk/microphone.js").Microphone | undefined} */
let microphone;
/** @type {import("../sdk/sound.js").Meter | undefined} */
let meter;
/** @type {AudioBuffer | undefined} */
let recording;
let openedAt = 0;
let spoken = false;
let toldAt = 0;
let echoThere = true;

const element = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

element("listen").addEventListener("click", () => open(""));
element("stop").addEventListener("click", close);
element("record").addEventListener("click", record);
element("play").addEventListener("click", play);
element("device").addEventListener("change", () => open(element("device").value));
element("call").addEventListener("click", () => {
  close();
  if (flow.state === "explaining") flow.proceed();
  else flow.call();
});
element("hang-up").addEventListener("click", () => flow.hangUp());
element("hear").addEventListener("click", () => flow.playAudio());
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") flow.hangUp();
});
flow.on("state", () => {
  draw();
  if (flow.state === "talking") drawEchoLevels();
});
flow.on("change", draw);
lookForEcho();
draw();

// ------------------------------------------------------------------ the microphone alone

/** @param {string} device its id, "" for the system's own */
async function open(device) {
  flow.hangUp();
  closeMicrophone();
  hearIs("asking", text("call.asking.todo"));
  try {
    if (!platform.isSecure() || !platform.canCall()) throw new OffhookError({ reason: platform.isSecure() ? "browser-unsupported" : "insecure-page", text: "" });
    const opened = await openMicrophone(platform, undefined, device);
    if (hearing !== "asking") {
      opened.close();
      return;
    }
    microphone = opened;
  } catch (error) {
    const reason = error instanceof OffhookError ? error.reason : "browser-unsupported";
    hearIs("off", wordsOf(reason), reason);
    return;
  }
  const stream = new MediaStream([microphone.track]);
  meter = sound.meter(stream);
  microphone.track.onended = () => close();
  openedAt = performance.now();
  spoken = false;
  hearIs("on", text("test.hear.speak"));
  await drawDevices(microphone.track.getSettings().deviceId ?? "");
  drawLevel();
}

function close() {
  if (hearing === "off") return;
  closeMicrophone();
  hearIs("off", text("test.hear.lead"));
}

function closeMicrophone() {
  meter?.close();
  microphone?.close();
  meter = microphone = undefined;
}

/** @param {string} chosen */
async function drawDevices(chosen) {
  const devices = (await platform.enumerateDevices()).filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "");
  element("device").replaceChildren(...devices.map(({ deviceId, label }, index) => new Option(label || text("test.deviceNumber", { number: index + 1 }), deviceId, false, deviceId === chosen)));
  element("device-field").hidden = devices.length === 0;
}

function drawLevel() {
  if (!meter) return;
  const level = meter.level();
  if (hearing === "on" && !spoken) {
    if (level >= SPEECH_LEVEL) {
      spoken = true;
      hearIs("on", text("test.hear.works"));
    } else if (performance.now() - openedAt > SILENCE_MILLIS) hearIs("on", text("test.hear.silent"));
  }
  showLevel("meter", level, told());
  requestAnimationFrame(drawLevel);
}

async function record() {
  if (hearing !== "on" || !microphone) return;
  const recorder = new MediaRecorder(new MediaStream([microphone.track]));
  /** @type {Blob[]} */ const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onstop = async () => {
    const context = platform.createAudioContext();
    const bytes = await new Blob(parts, { type: recorder.mimeType }).arrayBuffer();
    recording = await context?.decodeAudioData(bytes).catch(() => undefined);
    context?.close();
    if (hearing === "recording") hearIs("on", text("test.hear.speak"));
    if (recording) play();
  };
  recorder.start();
  hearIs("recording", text("test.recording"));
  setTimeout(() => recorder.state !== "inactive" && recorder.stop(), RECORD_MILLIS);
}

/** Plays what was recorded. What the loudspeaker plays the microphone would hear: it is closed before. */
function play() {
  const context = platform.createAudioContext();
  if (!recording || !context) return;
  closeMicrophone();
  const source = context.createBufferSource();
  source.buffer = recording;
  source.connect(context.destination);
  source.onended = () => {
    context.close();
    if (hearing === "playing") hearIs("off", text("test.played"));
  };
  source.start();
  hearIs("playing", text("test.playing"));
}

/** @param {Hearing} state @param {string} words @param {string} [reason] */
function hearIs(state, words, reason = "") {
  hearing = state;
  hearWords = words;
  hearReason = reason;
  draw();
}

// ------------------------------------------------------------------ the echo call

/** Without the server's own exchange there is no echo. */
async function lookForEcho() {
  const answer = await fetch(`/api/challenge?line=${ECHO_LINE}`).catch(() => undefined);
  echoThere = answer?.ok ?? false;
  draw();
}

/** @param {string} reason */
function wordsOf(reason) {
  const { what, todo } = wordsFor(reason, browser);
  return todo ? `${text(what)}. ${text(todo)}` : text(what);
}

function echoWords() {
  const { state, reason = "" } = flow;
  if (!echoThere) return text("test.echo.absent");
  switch (state) {
    case "ready":
      return text("test.echo.lead");
    case "explaining":
      return text("call.explaining.why");
    case "asking":
      return text("call.asking.todo");
    case "connecting":
      return text("call.connecting");
    case "ringing":
      return text("call.ringing");
    case "talking":
      return text("test.echo.speak");
    case "ended":
      return text("test.echo.ended");
    case "failed":
      return wordsOf(reason);
  }
}

// ------------------------------------------------------------------ what is shown

function draw() {
  const { state, reason = "" } = flow;
  Object.assign(document.body.dataset, { hear: hearing, echo: echoThere ? state : "absent", reason: hearReason || reason });
  write("hear-words", hearWords);
  show("listen", hearing === "off");
  show("stop", hearing !== "off" && hearing !== "playing");
  show("record", hearing === "on" && typeof MediaRecorder === "function");
  show("play", hearing === "off" && recording !== undefined);
  if (hearing === "off") {
    element("device-field").hidden = true;
    showLevel("meter", 0, true);
  }
  help("hear-help", hearReason);

  write("echo-words", echoWords());
  show("call", echoThere && !flow.running);
  write("call", text(state === "explaining" ? "call.proceed" : state === "ready" ? "test.echo.call" : "call.again"));
  show("hang-up", flow.running);
  show("hear", flow.running && flow.audioBlocked);
  show("echo-levels", state === "talking");
  help("echo-help", state === "failed" ? reason : "");
  write("honesty", text(microphone || flow.microphone === "on" ? "call.microphoneOn" : "call.microphoneOff"));
}

/** @param {string} id @param {string} reason */
function help(id, reason) {
  const address = isMicrophone(reason) ? helpAddress(reason, browser, language) : undefined;
  show(id, address !== undefined);
  if (address) element(id).querySelector("a").href = address;
}

function drawEchoLevels() {
  if (flow.state !== "talking") return;
  const { microphone: own, remote } = flow.levels();
  const tell = told();
  showLevel("echo-microphone", own, tell);
  showLevel("echo-remote", remote, tell);
  requestAnimationFrame(drawEchoLevels);
}

/** Whether it is time to tell a level to those who do not see it. */
function told() {
  const now = performance.now();
  if (now - toldAt < LEVEL_MILLIS) return false;
  toldAt = now;
  return true;
}

/** @param {string} id @param {number} level @param {boolean} tell */
function showLevel(id, level, tell) {
  element(id).style.setProperty("--level", level.toFixed(3));
  if (tell) element(id).setAttribute("aria-valuenow", String(Math.round(100 * level)));
}

/** @param {string} id @param {string} words */
function write(id, words) {
  if (element(id).textContent !== words) element(id).textContent = words;
}

/** @param {string} id @param {boolean} visible */
function show(id, visible) {
  element(id).hidden = !visible;
}
