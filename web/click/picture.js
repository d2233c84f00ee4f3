// A small picture of the bar of the visitor's own browser, with a ring around what to press there.

const SVG = "http://www.w3.org/2000/svg";
/** What Chromium's browsers show there, and what the others do. */
const SLIDERS = "m-6-3h5m4 0h3m-9 6h-3m7 0h5";
const MICROPHONE = "m-2-5a2 2 0 0 1 4 0v3a2 2 0 0 1-4 0zm-3 3a5 5 0 0 0 10 0m-5 5v3";

/**
 * Where the page's permissions are behind, by browser: in the address field at its beginning, or on a Mac's Safari in the
 * menu above. Safari on a phone has its bar at the bottom.
 *
 * @param {import("./browser.js").Browser} browser
 * @param {string} label for those who do not see it
 * @returns {SVGElement} drawn in the colour of the text, the ring in that of `--brand`
 */
export function drawPicture({ name, mobile, system }, label) {
  const menu = name === "safari" && !mobile;
  const bar = name === "safari" && system === "ios" ? 46 : 14;
  const [x, y] = menu ? [36, 10] : [mobile ? 30 : 62, bar + 13];
  const picture = draw("svg", { "viewBox": "0 0 240 76", "role": "img", "aria-label": label, "part": "picture", "class": "picture" });
  picture.append(
    draw("path", { d: "M8 76V10q0-8 8-8h208q8 0 8 8v66" }),
    draw("rect", { x: mobile ? 14 : 46, y: bar + 2, width: mobile ? 212 : 150, height: 22, rx: 11, class: "field" }),
    draw("path", { d: `M${x + 24} ${bar + 13}h70${mobile ? "" : `M32 ${bar + 8}l-5 5 5 5`}` }),
    draw("path", { d: `M${x} ${y}${menu ? "h-8 16m12 0h14m8 0h14" : name === "firefox" || name === "safari" ? MICROPHONE : SLIDERS}` }),
    draw("circle", { cx: x, cy: y, r: 14, class: "ring" }),
  );
  return picture;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
export function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
