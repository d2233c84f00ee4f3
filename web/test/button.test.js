import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { style } from "../button/style.js";
import { languages } from "../click/texts.js";
import { compact } from "./compact.js";

const root = new URL("../", import.meta.url);
const read = (/** @type {string} */ path) => readFile(new URL(path, root), "utf8");

/** Every module that the button loads for a call, at once or later. */
async function modulesOf(/** @type {string} */ path, /** @type {Map<string, string>} */ found = new Map()) {
  const source = await read(path);
  found.set(path, source);
  const code = compact(source).replace(/\/\*.*?\*\//g, "");
  for (const [, name] of code.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
    const other = new URL(name, `file:///${path}`).pathname.slice(1);
    if (!found.has(other)) await modulesOf(other, found);
  }
  return found;
}

test("all that a call with the button loads is under 20,000 bytes on the wire", async () => {
  const modules = await modulesOf("button/call-button.js");
  for (const needed of ["click/token-call.js", "click/work.js", "sdk/leg.js"]) assert.ok(modules.has(needed), needed);
  let bytes = 0;
  for (const source of modules.values()) bytes += gzipSync(compact(source)).length;
  assert.ok(bytes < 20_000, `${bytes} bytes in ${modules.size} files`);
});

test("one language is under 7,000 bytes more, with the words of all pages", async () => {
  for (const language of languages) {
    const bytes = gzipSync(await read(`texts/${language}.json`)).length;
    assert.ok(bytes < 7_000, `${language}: ${bytes} bytes`);
  }
});

test("the button's colours are those of all pages", async () => {
  const tokens = await read("style/tokens.css");
  const [light, dark] = tokens.split("@media (prefers-color-scheme: dark)");
  const valueIn = (/** @type {string} */ css, /** @type {string} */ name) => new RegExp(`--${name}: ([^;]+);`).exec(css)?.[1];
  const [own, ownDark] = style.split(".dark {");
  let compared = 0;
  for (const [css, page] of /** @type {const} */ ([[own, light], [ownDark, dark]])) {
    for (const [, name, value] of css.matchAll(/--([\w-]+): var\(--call-\1, (#[0-9a-f]+)\);/g)) {
      assert.equal(value, valueIn(page, name), name);
      compared++;
    }
  }
  assert.equal(compared, 17);
});

test("the page's policy may be strict: no markup and no style attributes out of strings, no script of elsewhere", async () => {
  for (const [path, source] of await modulesOf("button/call-button.js")) {
    assert.doesNotMatch(source, /innerHTML|insertAdjacentHTML|document\.write|setAttribute\("style"|\beval\b|new Function|createElement\("(script|style)"\)/, path);
  }
});
