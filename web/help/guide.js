// What stands in each section of the help pages: which words, which picture, in which order. Drawn by help.js.

import { askPicture, blockedPicture, browserNames } from "./pictures.js";
import { sections, systems } from "./section.js";

/** @typedef {import("../click/browser.js").Browser} Browser */
/** @typedef {import("./pictures.js").Text} Text */
/** @typedef {import("./pictures.js").Shape} Shape */

/**
 * One way of doing it: on a system where the browser looks its own way.
 *
 * @typedef {object} Way
 * @property {string} heading "" where there is only one way
 * @property {Shape} picture
 * @property {string} alt
 * @property {string[]} steps numbered as in the picture
 * @property {string[]} notes
 */

/** Where browsers keep the list of all their sites: to be typed, because they let no page link to it. @type {Readonly<Partial<Record<Browser["name"], string>>>} */
const SITE_LISTS = Object.freeze({
  chrome: "chrome://settings/content/microphone",
  edge: "edge://settings/content/microphone",
  firefox: "about:preferences#privacy",
  opera: "opera://settings/content/microphone",
});

/** How systems write their own names; the one that has words in it is a text. */
const SYSTEM_NAMES = Object.freeze({ windows: "Windows", macos: "macOS", android: "Android", linux: "Linux" });

/** @param {string} section @param {Text} text */
export function headingOf(section, text) {
  const [name, mobile] = section.split("-");
  const browser = browserNames[/** @type {Browser["name"]} */ (name)];
  return text(mobile ? "help.mobile" : "help.desktop", { browser });
}

/** @param {string} system @param {Text} text */
export function systemName(system, text) {
  return system === "ios" ? text("help.ios") : SYSTEM_NAMES[/** @type {keyof typeof SYSTEM_NAMES} */ (system)];
}

/**
 * The browsers that a section is about: on phones there are two systems with different menus.
 *
 * @param {string} section
 * @param {string} ownSystem whose way comes first
 * @returns {Browser[]}
 */
function browsersOf(section, ownSystem) {
  const [name, mobile] = /** @type {[Browser["name"], string?]} */ (section.split("-"));
  if (!mobile) return [{ name, mobile: false, system: name === "safari" ? "macos" : "windows" }];
  /** @type {Browser["system"][]} */
  const found = name === "safari" ? ["ios"] : ownSystem === "ios" ? ["ios", "android"] : ["android", "ios"];
  return found.map((system) => ({ name, mobile: true, system }));
}

/**
 * @param {string} section
 * @param {string} ownSystem
 * @param {Text} text
 * @returns {Way[]} how its question is answered
 */
export function askWays(section, ownSystem, text) {
  return ways(section, ownSystem, text, (browser) => ({
    picture: askPicture(browser, text),
    alt: text("help.alt.ask", { browser: browserNames[browser.name] }),
    ...asking(browser, text),
  }));
}

/**
 * @param {string} section
 * @param {string} ownSystem
 * @param {Text} text
 * @returns {Way[]} how the microphone is allowed again
 */
export function blockedWays(section, ownSystem, text) {
  return ways(section, ownSystem, text, (browser) => ({
    picture: blockedPicture(browser, text),
    alt: text("help.alt.blocked", { browser: browserNames[browser.name] }),
    ...allowingAgain(browser, text),
  }));
}

/**
 * @param {string} section
 * @param {string} ownSystem
 * @param {Text} text
 * @param {(browser: Browser) => Omit<Way, "heading">} way
 */
function ways(section, ownSystem, text, way) {
  const browsers = browsersOf(section, ownSystem);
  return browsers.map((browser) => ({ heading: browsers.length > 1 ? systemName(browser.system, text) : "", ...way(browser) }));
}

/** @param {Browser} browser @param {Text} text @returns {Pick<Way, "steps" | "notes">} */
function asking({ name, mobile, system }, text) {
  const browser = browserNames[name];
  const chrome = { allow: text("help.label.chromeWhile"), once: text("help.label.chromeOnce") };
  const place = mobile || name === "safari" ? "help.ask.over" : "help.ask.below";
  const press = (/** @type {string} */ allow) => [text(place, { allow: text(allow) })];
  if (system === "ios") {
    return { steps: press("help.label.safariAllow"), notes: [name === "safari" ? text("help.ask.safariLater") : text("help.ask.iosApp", { browser })] };
  }
  if (mobile) {
    const allow = { chrome: "help.label.chromeWhile", firefox: "help.label.firefoxAllow" }[/** @type {string} */ (name)];
    return { steps: press(allow ?? "help.label.chromeAllow"), notes: [text("help.ask.androidApp", { browser })] };
  }
  switch (name) {
    case "chrome":
      return { steps: press("help.label.chromeWhile"), notes: [text("help.ask.chromeLater", chrome)] };
    case "edge":
    case "opera":
      return { steps: press("help.label.chromeAllow"), notes: [text("help.ask.pairLater", chrome)] };
    case "firefox":
      return { steps: press("help.label.firefoxAllow"), notes: [text("help.ask.firefoxLater", { remember: text("help.label.firefoxRemember") })] };
    case "safari":
      return { steps: press("help.label.safariAllow"), notes: [text("help.ask.safariLater")] };
  }
}

/** @param {Browser} browser @param {Text} text @returns {Pick<Way, "steps" | "notes">} */
function allowingAgain({ name, mobile, system }, text) {
  const microphone = text("help.label.microphone");
  const address = SITE_LISTS[name] ?? "";
  const icon = text("help.again.icon");
  const chooses = (/** @type {string} */ allow) => text("help.again.choose", { allow: text(allow), microphone });
  if (name === "safari") {
    const settings = text(mobile ? "help.label.iosSiteSettings" : "help.label.safariSettings");
    const menu = text(mobile ? "help.again.safariPage" : "help.again.safariMenu");
    return { steps: [menu, text("help.again.safariSite", { settings }), chooses("help.label.safariAllow")], notes: [] };
  }
  if (system === "ios") {
    return { steps: [text("help.again.iosApp", { browser: browserNames[name], microphone })], notes: [text("help.again.reload")] };
  }
  if (mobile && name === "firefox") return { steps: [icon, text("help.again.row", { microphone })], notes: [] };
  if (mobile) {
    return { steps: [icon, text("help.again.permissions", { permissions: text("help.label.permissions") }), text("help.again.switch", { microphone })], notes: [] };
  }
  switch (name) {
    case "chrome":
      return { steps: [icon, text("help.again.switch", { microphone })], notes: [text("help.again.reset", { reset: text("help.label.chromeReset") }), text("help.again.list", { address })] };
    case "edge":
    case "opera":
      return { steps: [icon, chooses("help.label.chromeAllow")], notes: [text("help.again.more", { settings: text("help.label.siteSettings") }), text("help.again.list", { address })] };
    case "firefox":
      return { steps: [text("help.again.crossed"), text("help.again.erase", { blocked: text("help.label.firefoxBlocked") })], notes: [text("help.again.reload"), text("help.again.firefoxList", { address })] };
  }
}

/** @param {string} system @param {Text} text */
export function systemSteps(system, text) {
  switch (system) {
    case "windows":
      return [text("help.windows.1"), text("help.windows.2")];
    case "macos":
      return [text("help.macos.1"), text("help.macos.2")];
    case "android":
      return [text("help.android.1"), text("help.android.2")];
    case "ios":
      return [text("help.ios.1"), text("help.ios.2")];
    default:
      return [text("help.linux.1"), text("help.linux.2")];
  }
}

/** Every place of the help pages that an address can name, for tests and for those who link. */
export const places = Object.freeze([...sections, ...systems, "system", "missing", "busy", "insecure", "frame", "why", "after"]);
