import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, test } from "node:test";
import { meetChallenge, tokenOfServer, tokenOfSite } from "../click/token.js";
import { sha256, solve } from "../click/work.js";

const server = "https://calls.example/";
const order = { line: "sales", destination: undefined, name: "Anna" };
const given = new AbortController().signal;
const { fetch } = globalThis;

afterEach(() => {
  globalThis.fetch = fetch;
});

/** Answers each request with the next of these. */
function answering(...answers) {
  const requests = [];
  globalThis.fetch = async (url, request) => {
    requests.push({ url: String(url), ...request, body: request.body && JSON.parse(request.body) });
    const { status = 200, body } = answers.shift();
    if (status === 0) throw new TypeError("Failed to fetch");
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return requests;
}

test("the site's own backend is asked with its cookies, as one of its own pages would", async () => {
  const [requests] = [answering({ body: { token: "abc" } })];
  assert.equal(await tokenOfSite("/call-token", order, given), "abc");
  const [{ url, method, credentials, body }] = requests;
  assert.deepEqual([url, method, credentials, body], ["/call-token", "POST", "same-origin", { line: "sales", name: "Anna" }]);
});

test("the server is asked without any cookie, and with the challenge met", async () => {
  const requests = answering({ body: { kind: "hook" } }, { body: { token: "abc" } });
  const challenge = await meetChallenge(server, "sales & more", (line) => `a human wants ${line}`, given);
  assert.deepEqual(challenge, { answer: "a human wants sales & more" });
  assert.equal(await tokenOfServer(server, order, challenge, given), "abc");
  assert.equal(requests[0].url, "https://calls.example/api/challenge?line=sales+%26+more");
  assert.equal(requests[1].url, "https://calls.example/api/call-token");
  assert.deepEqual(requests[1].body, { line: "sales", name: "Anna", challenge });
  assert.deepEqual(requests.map(({ credentials }) => credentials), ["omit", "omit"]);
});

test("work is done, and is what was asked for", async () => {
  answering({ body: { kind: "work", puzzle: "a puzzle", bits: 10 } });
  const { puzzle, nonce } = await meetChallenge(server, "sales", undefined, given);
  const hash = createHash("sha256").update(puzzle + nonce).digest();
  assert.equal(hash.readUInt16BE(0) >> 6, 0);
});

test("a line that wants nothing gets nothing", async () => {
  answering({ body: { kind: "none" } });
  assert.equal(await meetChallenge(server, "echo-test", undefined, given), undefined);
});

for (const [what, answer, ask, reason, text] of [
  ["a backend that fails", { status: 500, body: "<h1>Oops</h1>" }, () => tokenOfSite("/t", order, given), "token-unavailable", ""],
  ["a backend that cannot be reached", { status: 0 }, () => tokenOfSite("/t", order, given), "token-unavailable", ""],
  ["a backend without a token", { body: {} }, () => tokenOfSite("/t", order, given), "token-unavailable", /no "token"/],
  ["a server that cannot be reached", { status: 0 }, () => tokenOfServer(server, order, undefined, given), "server-unreachable", ""],
  [
    "a server that refuses",
    { status: 429, body: { reason: "too-many-calls", text: "Wait a minute." } },
    () => tokenOfServer(server, order, undefined, given),
    "too-many-calls",
    "Wait a minute.",
  ],
  ["a challenge that the page cannot meet", { body: { kind: "hook" } }, () => meetChallenge(server, "sales", undefined, given), "challenge-failed", /challenge property/],
]) {
  test(`${what}: ${reason}`, async () => {
    answering(answer);
    await assert.rejects(ask(), (error) => {
      assert.equal(error.reason, reason);
      if (text instanceof RegExp) assert.match(error.text, text);
      else assert.equal(error.text, text);
      return true;
    });
  });
}

test("SHA-256 is SHA-256, at every length around a block", () => {
  for (const length of [0, 3, 54, 55, 56, 63, 64, 65, 119, 120, 200]) {
    const text = "offhook".repeat(40).slice(0, length);
    const words = [...sha256(text)].map((word) => (word >>> 0).toString(16).padStart(8, "0"));
    assert.equal(words.join(""), createHash("sha256").update(text).digest("hex"), String(length));
  }
});

test("work stops when nobody waits for it any more", async () => {
  const attempt = new AbortController();
  const work = solve("endless", 32, attempt.signal);
  attempt.abort();
  await assert.rejects(work, { name: "AbortError" });
});
