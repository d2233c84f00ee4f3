import assert from "node:assert/strict";
import { test } from "node:test";
import { browserOf } from "../click/browser.js";
import { sectionOf } from "../help/section.js";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

const browsers = [
  ["chrome", "windows", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ["chrome", "linux", `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ["chrome", "other", `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`],
  ["edge", "windows", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
  ["opera", "macos", `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/139.0.0.0 Safari/537.36 OPR/124.0.0.0`],
  ["firefox", "linux", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"],
  ["safari", "macos", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"],
  ["chrome-mobile", "android", `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36`],
  ["edge-mobile", "android", `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0`],
  ["opera-mobile", "android", `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/139.0.0.0 Mobile Safari/537.36 OPR/90.0.0.0`],
  ["firefox-mobile", "android", "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0"],
  ["safari-mobile", "ios", `${IOS} Version/18.5 Mobile/15E148 Safari/604.1`],
  ["chrome-mobile", "ios", `${IOS} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1`],
  ["firefox-mobile", "ios", `${IOS} FxiOS/143.0 Mobile/15E148 Safari/605.1.15`],
  ["edge-mobile", "ios", `${IOS} Version/18.0 EdgiOS/140.0.0.0 Mobile/15E148 Safari/604.1`],
  ["opera-mobile", "ios", `${IOS} Version/18.5 Mobile/15E148 Safari/604.1 OPT/6.1.0`],
];

for (const [section, system, userAgent] of browsers) {
  test(`${section} on ${system} is known by what it says`, () => {
    const browser = browserOf(userAgent);
    assert.deepEqual([sectionOf(browser), browser.system], [section, system]);
  });
}

test("an iPad that calls itself a Macintosh is told by its touch screen", () => {
  const userAgent = browsers[6][2];
  assert.deepEqual(browserOf(userAgent, 5), { name: "safari", mobile: true, system: "ios" });
});

test("brands tell what the user agent hides", () => {
  const [, , userAgent] = browsers[0];
  assert.equal(browserOf(`${userAgent} Microsoft Edge`).name, "edge");
  assert.equal(browserOf(`${userAgent} Opera`).name, "opera");
});

test("an unknown browser gets the help that most of them need", () => {
  assert.deepEqual(browserOf(""), { name: "chrome", mobile: false, system: "other" });
  assert.equal(browserOf("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X)").name, "safari");
});
