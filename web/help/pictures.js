// Pictures of where to click: a browser's question, and where its answer is changed later. They are drawn with the
// text's own colour in three strengths, so they are right in light, dark, high contrast and on paper. What to press is
// ringed, pointed at and numbered: a form, not only a colour.

/** @typedef {import("../click/browser.js").Browser} Browser */
/** @typedef {(key: string, values?: Record<string, string>) => string} Text */

/**
 * An element of SVG before it is one.
 *
 * @typedef {[tag: string, attributes: Record<string, string | number>, ...children: (Shape | string)[]]} Shape
 */

const SITE = "www.example.com";
const LINE = 0.45;
const FILL = 0.07;
/** How wide a character is at most, in parts of the size of its letters: plain and bold. */
const CHARACTER = 0.62;
const BOLD_CHARACTER = 0.7;

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/** @type {(box: Box, radius: number, more?: Record<string, string | number>) => Shape} */
const rect = ({ x, y, width, height }, radius, more = {}) => ["rect", { x, y, width, height, rx: radius, fill: "none", stroke: "currentColor", "stroke-opacity": LINE, ...more }];

/** @type {(box: Box, radius: number, strength?: number) => Shape} */
const plate = (box, radius, strength = FILL) => rect(box, radius, { fill: "currentColor", "fill-opacity": strength, stroke: "none" });

/** A surface that hides what lies under it. @type {(box: Box, radius: number) => Shape} */
const sheet = (box, radius) => ["g", {}, rect(box, radius, { fill: "var(--surface, Canvas)", "stroke-opacity": 0.7 }), plate(box, radius, 0.03)];

/** @type {(d: string, x: number, y: number, size?: number) => Shape} */
const icon = (d, x, y, size = 14) => ["path", { d, transform: `translate(${x} ${y}) scale(${size / 24})`, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" }];

const MICROPHONE = "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3";
const MICROPHONE_OFF = "M15 10.5V6a3 3 0 0 0-5.8-1M9 9v2a3 3 0 0 0 4.6 2.5M5.5 11.5a6.5 6.5 0 0 0 10.2 5.3m2.5-3.2a6.5 6.5 0 0 0 .3-2.1M12 18v3M4 3l16 18";
const SLIDERS = "M3 7.5h9M18 7.5h3M15 4.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3 16.5h3M12 16.5h9M9 13.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z";
const LOCK = "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11";
const PAGE_MENU = "M5 4h14v10H5zM5 18h14M5 21h9";
const CLOSE = "M6 6l12 12M18 6L6 18";
const CHEVRON = "M9 5l7 7-7 7";
const DOWN = "M6 9l6 6 6-6";

/** Letters that become smaller rather than longer than there is room. @type {(words: string, x: number, y: number, width: number, size?: number, more?: Record<string, string | number>) => Shape} */
const label = (words, x, y, width, size = 11, more = {}) => [
  "text",
  { x, y, "font-size": Math.min(size, width / (characterOf(more) * Math.max(1, words.length))).toFixed(2), fill: "currentColor", ...more },
  words,
];

/** @param {Record<string, string | number>} attributes */
const characterOf = (attributes) => (attributes["font-weight"] === 700 ? BOLD_CHARACTER : CHARACTER);

/** Long words in two lines. @type {(words: string, x: number, y: number, width: number, size?: number, more?: Record<string, string | number>) => Shape} */
const paragraph = (words, x, y, width, size = 11, more = {}) => {
  if (words.length * characterOf(more) * size <= width) return label(words, x, y + size * 0.6, width, size, more);
  const half = words.length / 2;
  const [at] = [...words.matchAll(/ /g)].map(({ index }) => index).sort((a, b) => Math.abs(a - half) - Math.abs(b - half));
  return ["g", {}, label(words.slice(0, at), x, y, width, size, more), label(words.slice(at + 1), x, y + size * 1.3, width, size, more)];
};

/** A button. @type {(words: string, box: Box, strong?: boolean) => Shape} */
const button = (words, box, strong = false) => [
  "g",
  {},
  strong ? plate(box, box.height / 2, 0.16) : rect(box, box.height / 2),
  label(words, box.x + box.width / 2, box.y + box.height / 2 + 4, box.width - 12, 11, { "text-anchor": "middle", "font-weight": strong ? 700 : 400 }),
];

/** A choice from a list. @type {(words: string, box: Box) => Shape} */
const choice = (words, box) => [
  "g",
  {},
  rect(box, 4),
  label(words, box.x + 7, box.y + box.height / 2 + 4, box.width - 26, 10),
  icon(DOWN, box.x + box.width - 17, box.y + box.height / 2 - 6, 12),
];

/** @type {(box: Box) => Shape} */
const toggle = ({ x, y }) => [
  "g",
  {},
  plate({ x, y, width: 28, height: 16 }, 8, 0.3),
  ["circle", { cx: x + 20, cy: y + 8, r: 6, fill: "currentColor" }],
];

/**
 * What is to be pressed: a ring around it, and its number on the side where there is room.
 *
 * @type {(box: Box, number: number, side?: "start" | "end" | "above" | "below") => Shape}
 */
const mark = ({ x, y, width, height }, number, side = "end") => {
  const [ring, gap] = [4, 18];
  const [cx, cy] = [x + width / 2, y + height / 2];
  const at = {
    start: [x - ring - gap, cy, x - ring - 2, cy],
    end: [x + width + ring + gap, cy, x + width + ring + 2, cy],
    above: [cx, y - ring - gap, cx, y - ring - 2],
    below: [cx, y + height + ring + gap, cx, y + height + ring + 2],
  }[side];
  const paint = "var(--brand, currentColor)";
  return [
    "g",
    { "data-mark": number },
    rect({ x: x - ring, y: y - ring, width: width + 2 * ring, height: height + 2 * ring }, Math.min(height, width) / 2 + ring, { stroke: paint, "stroke-opacity": 1, "stroke-width": 2.5 }),
    ["path", { d: `M${at[0]} ${at[1]}L${at[2]} ${at[3]}`, stroke: paint, "stroke-width": 2.5 }],
    ["circle", { cx: at[0], cy: at[1], r: 9, fill: paint }],
    ["text", { x: at[0], y: at[1] + 4, "font-size": 12, "font-weight": 700, "text-anchor": "middle", fill: "var(--on-brand, Canvas)" }, String(number)],
  ];
};

/** A window on a desktop with its bar, and room for what lies on it. @type {(bar: Shape[], ...over: Shape[]) => Shape} */
const desktop = (bar, ...over) => [
  "svg",
  { viewBox: "0 0 340 212" },
  rect({ x: 1, y: 1, width: 338, height: 210 }, 10),
  plate({ x: 1, y: 1, width: 338, height: 46 }, 10),
  plate({ x: 12, y: 6, width: 96, height: 13 }, 5, 0.1),
  rect({ x: 42, y: 23, width: 286, height: 20 }, 10, { fill: "var(--surface, Canvas)" }),
  ["path", { d: "M1 47.5h338", stroke: "currentColor", "stroke-opacity": LINE }],
  ...bar,
  ...over,
];

/** A phone; its address stands above or below. @type {(where: "top" | "bottom" | "none", bar: Shape[], ...over: Shape[]) => Shape} */
const handset = (where, bar, ...over) => {
  const y = where === "top" ? 22 : 258;
  const address = where === "none" ? [] : [rect({ x: 66, y, width: 208, height: 22 }, 11, { fill: "var(--surface, Canvas)" })];
  return ["svg", { viewBox: "0 0 340 300" }, rect({ x: 54, y: 1, width: 232, height: 298 }, 22), plate({ x: 142, y: 8, width: 56, height: 5 }, 2.5, 0.25), ...address, ...bar, ...over];
};

/** What a Chromium asks in a corner below the address, one button above the other. @type {(text: Text) => Shape} */
function askChrome(text) {
  const first = { x: 28, y: 104, width: 196, height: 22 };
  return desktop(
    [icon(SLIDERS, 50, 26), label(SITE, 70, 37, 200)],
    sheet({ x: 16, y: 52, width: 220, height: 154 }, 10),
    label(SITE, 28, 71, 170, 11, { "font-weight": 700 }),
    icon(CLOSE, 216, 60, 12),
    icon(MICROPHONE, 27, 79),
    label(text("help.label.chromeUse"), 46, 91, 180),
    button(text("help.label.chromeWhile"), first, true),
    button(text("help.label.chromeOnce"), { ...first, y: 138 }),
    button(text("help.label.chromeNever"), { ...first, y: 172 }),
    mark(first, 1),
  );
}

/** Edge and Opera: the same, with two buttons side by side. @type {(text: Text) => Shape} */
function askPair(text) {
  const allow = { x: 28, y: 112, width: 104, height: 24 };
  return desktop(
    [icon(LOCK, 50, 26), label(SITE, 70, 37, 200)],
    sheet({ x: 16, y: 52, width: 252, height: 98 }, 10),
    label(SITE, 28, 71, 200, 11, { "font-weight": 700 }),
    icon(CLOSE, 248, 60, 12),
    icon(MICROPHONE, 27, 81),
    label(text("help.label.chromeUse"), 46, 93, 210),
    button(text("help.label.chromeAllow"), allow, true),
    button(text("help.label.chromeBlock"), { ...allow, x: 152 }),
    mark(allow, 1, "below"),
  );
}

/** @type {(text: Text) => Shape} */
function askFirefox(text) {
  const allow = { x: 168, y: 158, width: 100, height: 24 };
  return desktop(
    [icon(LOCK, 50, 26), icon(MICROPHONE, 70, 26), label(SITE, 90, 37, 200)],
    sheet({ x: 16, y: 52, width: 264, height: 140 }, 8),
    icon(MICROPHONE, 27, 63, 18),
    paragraph(text("help.label.firefoxQuestion", { site: SITE }), 54, 69, 216, 11, { "font-weight": 700 }),
    choice(text("help.label.microphone"), { x: 54, y: 92, width: 214, height: 20 }),
    rect({ x: 54, y: 123, width: 12, height: 12 }, 2),
    label(text("help.label.firefoxRemember"), 73, 133, 196),
    button(text("help.label.firefoxBlock"), { ...allow, x: 54 }),
    button(text("help.label.firefoxAllow"), allow, true),
    mark(allow, 1),
  );
}

/** @type {(text: Text) => Shape} */
function askSafari(text) {
  const allow = { x: 178, y: 122, width: 92, height: 24 };
  return desktop(
    [label(SITE, 185, 37, 200, 11, { "text-anchor": "middle" })],
    sheet({ x: 60, y: 62, width: 222, height: 96 }, 12),
    paragraph(text("help.label.safariQuestion", { site: SITE }), 171, 86, 200, 11, { "text-anchor": "middle", "font-weight": 700 }),
    button(text("help.label.safariDeny"), { ...allow, x: 72 }),
    button(text("help.label.safariAllow"), allow, true),
    mark(allow, 1, "below"),
  );
}

/** Android: a card with the answers one above the other. @type {(text: Text) => Shape} */
function askAndroid(text) {
  const first = { x: 84, y: 138, width: 172, height: 26 };
  return handset(
    "top",
    [icon(SLIDERS, 74, 26), label(SITE, 94, 37, 160)],
    sheet({ x: 68, y: 64, width: 204, height: 178 }, 16),
    icon(MICROPHONE, 159, 74, 22),
    paragraph(text("help.label.androidQuestion", { site: SITE }), 170, 111, 188, 10, { "text-anchor": "middle", "font-weight": 700 }),
    button(text("help.label.chromeWhile"), first, true),
    button(text("help.label.chromeOnce"), { ...first, y: 172 }),
    button(text("help.label.chromeDeny"), { ...first, y: 206 }),
    mark(first, 1),
  );
}

/** Android, of those who have two answers. @type {(text: Text, allow: string, block: string) => Shape} */
function askAndroidPair(text, allow, block) {
  const yes = { x: 178, y: 168, width: 82, height: 26 };
  return handset(
    "top",
    [icon(LOCK, 74, 26), label(SITE, 94, 37, 160)],
    sheet({ x: 68, y: 84, width: 204, height: 122 }, 16),
    icon(MICROPHONE, 159, 95, 22),
    paragraph(text("help.label.androidQuestion", { site: SITE }), 170, 134, 188, 10, { "text-anchor": "middle", "font-weight": 700 }),
    button(block, { ...yes, x: 80 }),
    button(allow, yes, true),
    mark(yes, 1, "below"),
  );
}

/** On an iPhone or iPad all browsers ask with the system's own words. @type {(text: Text) => Shape} */
function askIos(text) {
  const allow = { x: 172, y: 158, width: 88, height: 26 };
  return handset(
    "bottom",
    [label(SITE, 170, 273, 160, 11, { "text-anchor": "middle" })],
    sheet({ x: 72, y: 84, width: 196, height: 112 }, 16),
    paragraph(text("help.label.iosQuestion", { site: SITE }), 170, 116, 176, 11, { "text-anchor": "middle", "font-weight": 700 }),
    button(text("help.label.safariDeny"), { ...allow, x: 80, width: 82 }),
    button(text("help.label.safariAllow"), allow, true),
    mark(allow, 1, "below"),
  );
}

/** The panel behind the icon before the address, with a switch. @type {(text: Text) => Shape} */
function blockedChrome(text) {
  const [site, on] = [{ x: 50, y: 26, width: 14, height: 14 }, { x: 196, y: 86, width: 28, height: 16 }];
  return desktop(
    [icon(SLIDERS, 50, 26), label(SITE, 74, 37, 200)],
    sheet({ x: 16, y: 56, width: 226, height: 128 }, 10),
    label(SITE, 28, 74, 190, 11, { "font-weight": 700 }),
    icon(MICROPHONE, 27, 87),
    label(text("help.label.microphone"), 48, 98, 130),
    toggle(on),
    button(text("help.label.chromeReset"), { x: 48, y: 112, width: 150, height: 20 }),
    ["path", { d: "M16 142h226", stroke: "currentColor", "stroke-opacity": LINE }],
    label(text("help.label.siteSettings"), 48, 164, 180),
    mark(site, 1, "start"),
    mark(on, 2),
  );
}

/** The panel behind the lock, with a choice. @type {(text: Text) => Shape} */
function blockedPair(text) {
  const [site, list] = [{ x: 50, y: 26, width: 14, height: 14 }, { x: 152, y: 100, width: 92, height: 20 }];
  return desktop(
    [icon(LOCK, 50, 26), label(SITE, 74, 37, 200)],
    sheet({ x: 16, y: 56, width: 240, height: 102 }, 10),
    label(text("help.label.permissions"), 28, 78, 210, 11, { "font-weight": 700 }),
    icon(MICROPHONE, 27, 103),
    label(text("help.label.microphone"), 48, 114, 98),
    choice(text("help.label.chromeAllow"), list),
    label(text("help.label.siteSettings"), 48, 145, 180),
    mark(site, 1, "start"),
    mark(list, 2),
  );
}

/** @type {(text: Text) => Shape} */
function blockedFirefox(text) {
  const [crossed, erase] = [{ x: 50, y: 26, width: 14, height: 14 }, { x: 252, y: 97, width: 14, height: 14 }];
  return desktop(
    [icon(MICROPHONE_OFF, 50, 26), label(SITE, 74, 37, 200)],
    sheet({ x: 16, y: 58, width: 266, height: 76 }, 8),
    label(text("help.label.permissions"), 28, 80, 200, 11, { "font-weight": 700 }),
    icon(MICROPHONE_OFF, 27, 97),
    label(text("help.label.microphone"), 47, 108, 78),
    label(text("help.label.firefoxBlocked"), 130, 108, 114, 10),
    icon(CLOSE, 252, 97),
    mark(crossed, 1, "start"),
    mark(erase, 2),
  );
}

/** @type {(text: Text) => Shape} */
function blockedSafari(text) {
  const [menu, list] = [{ x: 12, y: 5, width: 44, height: 14 }, { x: 180, y: 150, width: 92, height: 20 }];
  return desktop(
    [label("Safari", 16, 16, 40, 11, { "font-weight": 700 }), label(SITE, 185, 37, 200, 11, { "text-anchor": "middle" })],
    sheet({ x: 12, y: 52, width: 230, height: 34 }, 8),
    label(text("help.label.safariSettings"), 24, 73, 206),
    sheet({ x: 52, y: 104, width: 232, height: 84 }, 10),
    label(SITE, 64, 126, 200, 11, { "font-weight": 700 }),
    icon(MICROPHONE, 63, 153),
    label(text("help.label.microphone"), 84, 164, 92),
    choice(text("help.label.safariAllow"), list),
    mark(menu, 1),
    mark({ x: 20, y: 61, width: 214, height: 16 }, 2),
    mark(list, 3),
  );
}

/** Android: the sheet that the icon before the address opens. @type {(text: Text) => Shape} */
function blockedAndroid(text) {
  const [site, on] = [{ x: 76, y: 26, width: 14, height: 14 }, { x: 228, y: 146, width: 28, height: 16 }];
  return handset(
    "top",
    [icon(SLIDERS, 76, 26), label(SITE, 104, 37, 160)],
    sheet({ x: 60, y: 66, width: 220, height: 122 }, 14),
    label(SITE, 74, 90, 190, 11, { "font-weight": 700 }),
    label(text("help.label.permissions"), 74, 118, 170, 11),
    icon(CHEVRON, 252, 107),
    icon(MICROPHONE, 74, 147),
    label(text("help.label.microphone"), 96, 158, 120),
    toggle(on),
    mark(site, 1, "start"),
    mark({ x: 70, y: 104, width: 200, height: 20 }, 2, "start"),
    mark(on, 3),
  );
}

/** Firefox on Android lists what is blocked at once. @type {(text: Text) => Shape} */
function blockedFirefoxMobile(text) {
  const [site, row] = [{ x: 76, y: 26, width: 14, height: 14 }, { x: 70, y: 104, width: 200, height: 22 }];
  return handset(
    "top",
    [icon(LOCK, 76, 26), label(SITE, 104, 37, 160)],
    sheet({ x: 60, y: 66, width: 220, height: 82 }, 14),
    label(SITE, 74, 90, 190, 11, { "font-weight": 700 }),
    icon(MICROPHONE_OFF, 74, 108),
    label(text("help.label.microphone"), 96, 119, 80),
    label(text("help.label.firefoxMobileBlocked"), 184, 119, 82, 10),
    mark(site, 1, "start"),
    mark(row, 2, "below"),
  );
}

/** Safari on an iPhone: the page's menu beside the address below. @type {(text: Text) => Shape} */
function blockedSafariMobile(text) {
  const [menu, list] = [{ x: 76, y: 262, width: 14, height: 14 }, { x: 180, y: 196, width: 84, height: 20 }];
  return handset(
    "bottom",
    [icon(PAGE_MENU, 76, 262), label(SITE, 180, 273, 130, 11, { "text-anchor": "middle" })],
    sheet({ x: 62, y: 88, width: 190, height: 58 }, 12),
    icon(CLOSE, 232, 94, 10),
    label(text("help.label.iosSiteSettings"), 76, 128, 160),
    sheet({ x: 62, y: 160, width: 216, height: 72 }, 12),
    label(SITE, 76, 182, 180, 11, { "font-weight": 700 }),
    icon(MICROPHONE, 75, 199),
    label(text("help.label.microphone"), 96, 210, 80),
    choice(text("help.label.safariAllow"), list),
    mark(menu, 1, "start"),
    mark({ x: 72, y: 114, width: 168, height: 20 }, 2),
    mark(list, 3, "end"),
  );
}

/** The system's page for one app, with a row for the microphone. @type {(text: Text, app: string) => Shape} */
function blockedIos(text, app) {
  const on = { x: 232, y: 101, width: 28, height: 16 };
  const row = (/** @type {number} */ y) => plate({ x: 66, y, width: 208, height: 34 }, 10, 0.06);
  return handset(
    "none",
    [label(app, 170, 42, 180, 13, { "text-anchor": "middle", "font-weight": 700 }), label(text("help.label.iosAccess", { app }), 72, 78, 200, 10)],
    row(92),
    icon(MICROPHONE, 75, 102),
    label(text("help.label.microphone"), 96, 113, 120),
    toggle(on),
    row(132),
    plate({ x: 78, y: 145, width: 90, height: 7 }, 3, 0.2),
    row(172),
    plate({ x: 78, y: 185, width: 70, height: 7 }, 3, 0.2),
    mark(on, 1),
  );
}

/** How browsers write their own names. */
export const browserNames = Object.freeze({ chrome: "Chrome", edge: "Edge", firefox: "Firefox", opera: "Opera", safari: "Safari" });

/**
 * The question that a browser asks before it opens the microphone.
 *
 * @param {Browser} browser
 * @param {Text} text
 * @returns {Shape}
 */
export function askPicture({ name, mobile, system }, text) {
  if (system === "ios" || (mobile && name === "safari")) return askIos(text);
  switch (name) {
    case "chrome":
      return mobile ? askAndroid(text) : askChrome(text);
    case "edge":
    case "opera":
      return mobile ? askAndroidPair(text, text("help.label.chromeAllow"), text("help.label.chromeBlock")) : askPair(text);
    case "firefox":
      return mobile ? askAndroidPair(text, text("help.label.firefoxAllow"), text("help.label.firefoxBlock")) : askFirefox(text);
    case "safari":
      return askSafari(text);
  }
}

/**
 * Where a page's access to the microphone is given back.
 *
 * @param {Browser} browser
 * @param {Text} text
 * @returns {Shape}
 */
export function blockedPicture({ name, mobile, system }, text) {
  if (mobile && name === "safari") return blockedSafariMobile(text);
  if (system === "ios") return blockedIos(text, browserNames[name]);
  if (mobile) return name === "firefox" ? blockedFirefoxMobile(text) : blockedAndroid(text);
  switch (name) {
    case "chrome":
      return blockedChrome(text);
    case "edge":
    case "opera":
      return blockedPair(text);
    case "firefox":
      return blockedFirefox(text);
    case "safari":
      return blockedSafari(text);
  }
}

/**
 * @param {Shape} shape
 * @param {string} words what the picture shows, for those who do not see it
 * @returns {SVGElement}
 */
export function drawPicture(shape, words) {
  const svg = draw(shape);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words);
  svg.setAttribute("direction", "ltr"); // a drawing of a window has no other way round
  svg.setAttribute("font-family", "inherit");
  return svg;
}

/** @param {Shape} shape @returns {SVGElement} */
function draw([tag, attributes, ...children]) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.map((child) => (typeof child === "string" ? child : draw(child))));
  return element;
}
