import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { languageOf, languages, loadTexts, wordsFor } from "../click/texts.js";
import { reasons } from "../sdk/offhook.js";

const root = new URL("../", import.meta.url);
const texts = Object.fromEntries(
  await Promise.all(
    languages.map(async (language) => /** @type {const} */ ([language, JSON.parse(await readFile(new URL(`texts/${language}.json`, root), "utf8"))])),
  ),
);
const keys = Object.keys(texts.en);
/** The first words of all keys, by which a key is known in the code. */
const areas = [...new Set(keys.map((key) => key.split(".")[0]))].join("|");

/** What pages and scripts there are, without those of tests and tools. */
const sources = await Promise.all(
  (await readdir(root, { recursive: true }))
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(js|html)$/.test(name) && !/^(node_modules|test|types|phone|sdk)\//.test(name))
    .map((name) => readFile(new URL(name, root), "utf8")),
);

/** The keys that stand in the code as they are. */
const written = new Set(
  sources.flatMap((source) => [...source.matchAll(new RegExp(`["'\`]((?:${areas})\\.[\\w.-]+)["'\`]`, "g"))].map(([, key]) => key)),
);
/** The beginnings of those that the code puts together. */
const begun = [...new Set(sources.flatMap((source) => [...source.matchAll(new RegExp(`\`((?:${areas})\\.[\\w.-]*)\\$\\{`, "g"))].map(([, key]) => key)))];
/** The ends that the code puts to keys that it names. */
const ends = new Set(sources.flatMap((source) => [...source.matchAll(/\}(\.\w+)`/g)].map(([, end]) => end)));
/** The words for all reasons, those that only a page has too. */
const told = [...reasons, "token-unavailable", "anything else"].flatMap((reason) => [
  ...Object.values(wordsFor(reason)),
  ...Object.values(wordsFor(reason, { name: "safari", mobile: false, system: "macos" })),
]);

test("every language has every text, in the same order", () => {
  assert.deepEqual(keys, [...keys].sort());
  for (const language of languages) assert.deepEqual(Object.keys(texts[language]), keys, language);
});

test("every text has words, and the same places for values in every language", () => {
  const places = (/** @type {string} */ text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const language of languages) {
    for (const key of keys) {
      assert.ok(texts[language][key].trim(), `${language} ${key}`);
      assert.deepEqual(places(texts[language][key]), places(texts.en[key]), `${language} ${key}`);
    }
  }
});

test("every key that the code names is there", () => {
  const missing = [...written, ...told].filter((key) => !(key in texts.en));
  assert.deepEqual(missing, []);
});

test("every text is used", () => {
  const used = new Set([...written, ...told, ...[...written].flatMap((key) => [...ends].map((end) => key + end))]);
  const unused = keys.filter((key) => !used.has(key) && !begun.some((start) => key.startsWith(start)));
  assert.deepEqual(unused, []);
});

test("each reason has words for a visitor, and each but an ordinary end what to do", () => {
  for (const reason of reasons) {
    const { what, todo } = wordsFor(reason);
    assert.ok(texts.en[what], reason);
    assert.equal(todo === undefined, what === "call.ended", reason);
  }
});

test("the first wanted language that there is, and English for everybody else", () => {
  assert.equal(languageOf(["ja", "de-AT", "fr"]), "de");
  assert.equal(languageOf([null, undefined, "", "UK"]), "uk");
  assert.equal(languageOf(["pt_BR"]), "en");
  assert.equal(languageOf([]), "en");
});

test("a text is given with its values, and a missing one stays visible", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response(JSON.stringify({ "a.b": "{n} of {m}" })));
  const text = await loadTexts("en");
  assert.equal(text("a.b", { n: "$&" }), "$& of {m}");
  assert.equal(text("a.c"), "a.c");
});
