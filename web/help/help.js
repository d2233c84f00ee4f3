// The help pages: how the microphone is allowed, and what to do where it is blocked. The visitor's own browser and
// system come first, and every section has an address.

import { thisBrowser } from "../click/browser.js";
import { element } from "./dom.js";
import { openPage } from "./frame.js";
import { askWays, blockedWays, headingOf, systemName, systemSteps } from "./guide.js";
import { drawPicture } from "./pictures.js";
import { cases, ownFirst, sectionOf, sections, systems } from "./section.js";

/** @typedef {import("./guide.js").Way} Way */

const { text } = await openPage();
const browser = thisBrowser();
const own = sectionOf(browser);

if (document.body.dataset.page === "blocked") drawBlocked();
else drawAsking();
// The browser looked for its place before there was one.
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
document.body.dataset.drawn = "true";

function drawAsking() {
  const others = sections.filter((name) => name !== own);
  const drawn = (/** @type {string} */ name) => browserSection(name, askWays(name, browser.system, text));
  put("own", [drawn(own)]);
  put("browsers", others.map(drawn));
  const browsers = others.map((name) => /** @type {[string, string]} */ ([name, headingOf(name, text)]));
  contents([["why", text("help.why.title")], ["after", text("help.after.title")], ...browsers]);
}

function drawBlocked() {
  const browsers = ownFirst(sections, own).map((name) => browserSection(name, blockedWays(name, browser.system, text)));
  const [ownBrowser, ...others] = browsers;
  put("own", [ownBrowser]);
  put("browsers", others);
  put("systems", ownFirst(systems, browser.system).map(systemSection));
  put("cases", cases.map((name) => section(name, text(`help.${name}.title`), "h2", paragraphs([text(`help.${name}.1`), text(`help.${name}.2`)]))));
  contents([
    [own, text("help.find.browser")],
    ["system", text("help.find.system")],
    ...cases.map((name) => /** @type {[string, string]} */ ([name, text(`help.${name}.title`)])),
  ]);
}

/** @param {string} name @param {Way[]} ways */
function browserSection(name, ways) {
  const heading = element("h2", {}, headingOf(name, text));
  if (name === own) heading.append(" ", element("span", { class: "yours" }, text("help.yours")));
  const drawn = ways.map(({ heading, picture, alt, steps, notes }) =>
    element(
      "div",
      { class: "way" },
      ...(heading ? [element("h3", {}, heading)] : []),
      element("figure", {}, drawPicture(picture, alt)),
      element("div", {}, list(steps), ...paragraphs(notes)),
    ),
  );
  return element("section", { id: name, class: "card" }, heading, ...drawn);
}

/** @param {string} system */
function systemSection(system) {
  const made = section(system, systemName(system, text), "h3", paragraphs(systemSteps(system, text)));
  if (system === browser.system) made.firstElementChild?.append(" ", element("span", { class: "yours" }, text("help.yourSystem")));
  return made;
}

/**
 * @param {string} id
 * @param {string} title
 * @param {"h2" | "h3"} level
 * @param {Node[]} content
 */
function section(id, title, level, content) {
  return element("section", { id, class: "card" }, element(level, {}, title), ...content);
}

/** @param {string[]} steps */
function list(steps) {
  return element("ol", { class: "steps" }, ...steps.map((step) => element("li", {}, step)));
}

/** @param {string[]} words */
function paragraphs(words) {
  return words.map((sentence) => element("p", {}, sentence));
}

/** @param {string} id @param {Node[]} content */
function put(id, content) {
  document.getElementById(id)?.replaceChildren(...content);
}

/** @param {[place: string, words: string][]} entries */
function contents(entries) {
  put("contents", entries.map(([place, words]) => element("li", {}, element("a", { href: `#${place}` }, words))));
}
