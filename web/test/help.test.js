import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { languages } from "../click/texts.js";
import { askWays, blockedWays, headingOf, systemName, systemSteps } from "../help/guide.js";
import { directionOf } from "../help/language.js";
import { askPicture, blockedPicture } from "../help/pictures.js";
import { cases, helpAddress, ownFirst, sectionOf, sections, systems } from "../help/section.js";

const root = new URL("../", import.meta.url);
const read = (/** @type {string} */ path) => readFile(new URL(path, root), "utf8");
const chrome = Object.freeze({ name: "chrome", mobile: false, system: "windows" });
/** All browsers on all systems that they exist for. */
const browsers = ["chrome", "edge", "firefox", "opera", "safari"].flatMap((name) => [
  { name, mobile: false, system: name === "safari" ? "macos" : "windows" },
  ...(name === "safari" ? [] : [{ name, mobile: true, system: "android" }]),
  { name, mobile: true, system: "ios" },
]);

/** A language's texts, which fail for a key that is not there. @param {string} language */
async function textOf(language) {
  const texts = JSON.parse(await read(`texts/${language}.json`));
  return (/** @type {string} */ key, /** @type {Record<string, string>} */ values = {}) => {
    assert.ok(key in texts, `${language}: ${key}`);
    return texts[key].replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => values[name] ?? whole);
  };
}

test("each failure of the microphone has its place on the help pages", async () => {
  const places = { "microphone.html": await read("help/microphone.html"), "microphone-blocked.html": await read("help/microphone-blocked.html") };
  const expected = {
    "microphone-dismissed": "/help/microphone?lang=de#chrome",
    "microphone-denied": "/help/microphone-blocked?lang=de#chrome",
    "microphone-denied-by-system": "/help/microphone-blocked?lang=de#windows",
    "microphone-denied-in-frame": "/help/microphone-blocked?lang=de#frame",
    "microphone-missing": "/help/microphone-blocked?lang=de#missing",
    "microphone-busy": "/help/microphone-blocked?lang=de#busy",
    "insecure-page": "/help/microphone-blocked?lang=de#insecure",
    "busy": undefined,
  };
  for (const [reason, address] of Object.entries(expected)) {
    assert.equal(helpAddress(reason, chrome, "de"), address, reason);
    const place = address?.split("#")[1] ?? "";
    if (address) assert.ok([...sections, ...systems, ...cases].includes(/** @type {any} */ (place)), place);
  }
  assert.match(helpAddress("microphone-denied-by-system", { ...chrome, system: "other" }, "en") ?? "", /#system$/);
  assert.match(places["microphone-blocked.html"], /id="system"/);
  assert.match(places["microphone.html"], /id="why"[^]*id="after"/);
});

test("the visitor's own comes first, and all others keep their order", () => {
  assert.deepEqual(ownFirst(["a", "b", "c"], "c"), ["c", "a", "b"]);
  assert.deepEqual(ownFirst(["a", "b"], "other"), ["a", "b"]);
  for (const browser of browsers) assert.ok(sections.includes(sectionOf(browser)), sectionOf(browser));
});

for (const language of languages) {
  test(`${language}: every section has a picture, and its numbers are those of the steps`, async () => {
    const text = await textOf(language);
    for (const section of sections) {
      for (const ways of [askWays(section, "android", text), blockedWays(section, "ios", text)]) {
        assert.ok(ways.length > 0 && headingOf(section, text));
        for (const { picture, alt, steps, notes } of ways) {
          assert.deepEqual(marksOf(picture), steps.map((_, index) => index + 1), `${section}: ${alt}`);
          for (const words of [alt, ...steps, ...notes]) assert.doesNotMatch(words, /[{}]/, words);
        }
      }
    }
    for (const system of systems) assert.ok(systemName(system, text) && systemSteps(system, text).every((step) => step !== ""));
  });

  test(`${language}: what the help says to press is what the buttons say`, async () => {
    const text = await textOf(language);
    for (const key of ["help.blocked.lead", "help.busy.1"]) assert.ok(text(key).includes(text("call.retry")), key);
  });
}

test("letters in the pictures become smaller rather than longer than their room", async () => {
  for (const language of languages) {
    const text = await textOf(language);
    for (const browser of browsers) {
      for (const picture of [askPicture(/** @type {any} */ (browser), text), blockedPicture(/** @type {any} */ (browser), text)]) {
        for (const [, { "font-size": size }, words] of shapesOf(picture).filter(([tag]) => tag === "text")) {
          assert.ok(Number(size) >= 6, `${language} ${sectionOf(/** @type {any} */ (browser))}: ${words} at ${size}`);
        }
      }
    }
  }
});

test("languages that are written from right to left are known, for the day that one comes", () => {
  assert.equal(directionOf("ar"), "rtl");
  for (const language of languages) assert.equal(directionOf(language), "ltr");
});

const PAGES = [
  ["makecall/index.html", "makecall/makecall.js"],
  ["help/microphone.html", "help/help.js"],
  ["help/microphone-blocked.html", "help/help.js"],
  ["help/microphone-test.html", "help/microphone-test.js"],
];

for (const [page, script] of PAGES) {
  test(`${page}: nothing inline, nothing from elsewhere, and all of it named for loading at once`, async () => {
    const html = await read(page);
    assert.match(html, /content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"/);
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    const preloaded = [...html.matchAll(/rel="modulepreload" href="\/([^"]+)"/g)].map(([, path]) => path);
    assert.deepEqual(preloaded, (await modulesOf(script)).filter((path) => path !== script).sort());
    const ids = [...html.matchAll(/\bid="([\w-]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, "no id twice");
  });

  test(`${page}: every word that it asks for is there`, async () => {
    const text = await textOf("en");
    for (const [, key] of (await read(page)).matchAll(/data-(?:text|label)="([^"]+)"/g)) assert.ok(text(key), key);
  });
}

/** @param {any} shape @returns {any[][]} it and all within */
function shapesOf(shape) {
  return [shape, ...shape.slice(2).filter(Array.isArray).flatMap(shapesOf)];
}

/** @param {any} picture */
function marksOf(picture) {
  return shapesOf(picture).flatMap(([, attributes]) => ("data-mark" in attributes ? [attributes["data-mark"]] : []));
}

/** A module and all that it imports, sooner or later. @param {string} entry @returns {Promise<string[]>} */
async function modulesOf(entry) {
  const found = new Set([entry]);
  for (const path of found) {
    const source = (await read(path)).replace(/\/\*[^]*?\*\//g, "");
    for (const [, other] of source.matchAll(/(?:from |import |import\()"(\.[^"]+)"/g)) found.add(new URL(other, new URL(path, root)).href.slice(root.href.length));
  }
  return [...found];
}
