import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { reasons } from "../sdk/offhook.js";
import { actionFor, isOrdinary } from "../phone/help.js";
import { english, englishHelp, fill, helpText } from "../phone/texts.js";

const root = new URL("../", import.meta.url);
const read = (/** @type {string} */ path) => readFile(new URL(path, root), "utf8");
const html = await read("phone/index.html");
const scripts = (await readdir(new URL("phone/", root))).filter((name) => name.endsWith(".js"));
const sources = new Map(await Promise.all(scripts.map(async (name) => /** @type {const} */ ([name, await read(`phone/${name}`)]))));

test("every reason has help in words, and one button", () => {
  for (const reason of reasons) {
    for (const about of /** @type {const} */ (["call", "connection"])) {
      const { what, why, todo } = helpText({ reason, text: "Said.", by: "browser" }, about, { peer: "1001" });
      assert.ok(what && why, reason);
      assert.doesNotMatch(what + why + todo, /[{}]/, `${reason}: every brace is filled`);
      assert.ok(actionFor({ reason, text: "" }, about), reason);
      if (!isOrdinary({ reason, text: "", by: "browser" }) && englishHelp[reason][2] === "") {
        assert.equal(actionFor({ reason, text: "" }, about), "done", `${reason}: nothing to do, or say what`);
      }
    }
  }
});

test("about a field the server has the word", () => {
  const said = "The number must not have spaces.";
  assert.equal(helpText({ reason: "invalid-field", field: "callee", text: said }, "call", { peer: "1 2" }).why, said);
});

test("every text is used, and every text that the page asks for is there", () => {
  const inPage = [...html.matchAll(/data-text="(\w+)"/g)].map(([, key]) => key);
  for (const key of inPage) assert.ok(key in english, key);
  const code = [...sources].filter(([name]) => name !== "texts.js").map(([, source]) => source);
  const used = (/** @type {string} */ key) => inPage.includes(key) || code.some((source) => source.includes(`"${key}"`));
  const unused = Object.keys(english).filter((key) => !["language", "direction", "noScript"].includes(key) && !used(key));
  assert.deepEqual(unused, []);
  assert.ok(html.includes(`<noscript>${english.noScript}</noscript>`));
});

test("values are put into texts as they are, and a missing one stays visible", () => {
  assert.equal(fill("{a} and {b}", { a: "$&<b>" }), "$&<b> and {b}");
});

test("every element that the scripts ask for is in the page, once", () => {
  const ids = [...html.matchAll(/\bid="([\w-]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length, "no id twice");
  for (const [name, source] of sources) {
    const asked = [...source.matchAll(/\b(?:element|show|write|onClick|name)\("([\w-]+)"/g)].map(([, id]) => id);
    for (const id of asked) assert.ok(ids.includes(id), `${name} asks for ${id}`);
  }
});

test("every promised test id is in the page or made by a script", () => {
  const promised = /By data-testid:([^]*?)\nimport/.exec(sources.get("phone.js") ?? "")?.[1] ?? "";
  const made = [...html.matchAll(/data-testid="([\w-]+)"/g), ...[...sources.values()].flatMap((source) => [...source.matchAll(/testid = "([\w-]+)"/g)])];
  const ids = made.map(([, id]) => id);
  assert.ok(ids.length > 40);
  for (const id of ids) assert.match(promised, new RegExp(`\\b${id}\\b`), `${id} is documented`);
});

test("nothing inline, nothing from elsewhere: the page lives under its own strict policy", async () => {
  assert.match(html, /content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"/);
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const [, address] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.match(address, /^[/#]/);
    if (address.startsWith("/")) await read(`.${address}`);
  }
});

test("every module is named for preloading, so that the page loads in two rounds", async () => {
  const sdk = (await readdir(new URL("sdk/", root))).map((name) => `/sdk/${name}`);
  const phone = scripts.map((name) => `/phone/${name}`).filter((name) => name !== "/phone/phone.js");
  for (const module of [...sdk, ...phone]) assert.ok(html.includes(`<link rel="modulepreload" href="${module}" />`), module);
});

test("the whole page is under 100 KB on the wire", async () => {
  let bytes = 0;
  for (const folder of ["sdk/", "phone/", "style/"]) {
    for (const name of await readdir(new URL(folder, root))) bytes += gzipSync(await read(folder + name)).length;
  }
  assert.ok(bytes < 100_000, `${bytes} bytes`);
});
