// A small picture of the bar of the visitor's own browser, with a ring around what to press there.

const SVG = "http://www.w3.org/2000/svg";

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
  const bottom = name === "safari" && system === "ios";
  const bar = bottom ? 46 : 14;
  const [x, y] = menu ? [34, 7] : [mobile ? 24 : 56, bar + 13];
  const picture = draw("svg", { "viewBox": "0 0 240 80", "role": "img", "aria-label": label, "part": "picture" });
  picture.append(
    draw("path", { d: "M8 76V10q0-8 8-8h208q8 0 8 8v66", class: "line" }),
    draw("rect", { x: mobile ? 14 : 44, y: bar + 2, width: mobile ? 212 : 152, height: 22, rx: 11, class: "field" }),
    draw("path", { d: mobile ? "" : `m18 ${bar + 13} 5-5m-5 5 5 5m8 0 5-5-5-5`, class: "line" }),
    draw("path", { d: `M${menu ? 70 : x + 22} ${bar + 13}h70`, class: "line" }),
    menu ? draw("path", { d: "M18 7h32m12 0h14m8 0h14", class: "line" }) : icon(name === "firefox" || name === "safari", x, y),
    draw("circle", { cx: x, cy: y, r: 17, class: "ring" }),
  );
  return picture;
}

/** Sliders, as in Chromium's browsers, or a small microphone. @param {boolean} microphone @param {number} x @param {number} y */
function icon(microphone, x, y) {
  const d = microphone ? "m-2-5a2 2 0 0 1 4 0v3a2 2 0 0 1-4 0zm-3 3a5 5 0 0 0 10 0m-5 5v3" : "m-6-3h5m4 0h3m-9 6h-3m7 0h5";
  return draw("path", { d: `M${x} ${y}${d}`, class: "line" });
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
