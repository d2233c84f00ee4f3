// Which browser and system this is, for words and pictures of their menus only.

/** @typedef {{ name: "chrome" | "edge" | "firefox" | "opera" | "safari", mobile: boolean, system: "windows" | "macos" | "linux" | "android" | "ios" | "other" }} Browser */

/** @type {[Browser["name"], RegExp][]} most claim to be others too: the first that matches counts */
const NAMES = [["edge", /Edg/], ["opera", /OP[RXT]\/|Opera/], ["firefox", /Firefox|FxiOS/], ["chrome", /Chrom|CriOS/], ["safari", /Safari/]];
/** @type {[Browser["system"], RegExp][]} */
const SYSTEMS = [["android", /Android/], ["ios", /iP(hone|ad)/], ["windows", /Windows/], ["other", /CrOS/], ["macos", /Mac/], ["linux", /Linux/]];

/** @param {string} said user agent and brands @param {number} [fingers] tell an iPad from a Mac @returns {Browser} */
export function browserOf(said, fingers = 0) {
  let system = SYSTEMS.find(([, trace]) => trace.test(said))?.[0] ?? "other";
  if (system === "macos" && fingers > 1) system = "ios";
  const name = NAMES.find(([, trace]) => trace.test(said))?.[0];
  return { name: name ?? (system === "ios" ? "safari" : "chrome"), mobile: /android|ios/.test(system), system };
}

export function thisBrowser() {
  /** @type {any} */ const { userAgent, maxTouchPoints, userAgentData } = navigator;
  return browserOf(userAgent + JSON.stringify(userAgentData?.brands), maxTouchPoints);
}
