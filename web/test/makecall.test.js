import assert from "node:assert/strict";
import { test } from "node:test";
import { reasons } from "../sdk/offhook.js";
import { Refusal } from "../click/token.js";
import { inLanguage, readLink, withoutSignature } from "../makecall/link.js";
import { clockTime, closesAfter, helpWords, loginWords, needsLogin, shown } from "../makecall/screens.js";
import { Tickets } from "../makecall/tickets.js";

const SIGNED = "?destnumber=1234567890&user=100%40pbx.example&pass=0cc175b9c0f1b6a831c399e269772661&time=1700000000&duration=3600&lang=en";

test("a link is read as pages have always written it", () => {
  assert.deepEqual(readLink("?destnumber=1234567890"), { destination: "1234567890", language: null, signature: undefined });
  assert.deepEqual(readLink(SIGNED), {
    destination: "1234567890",
    language: "en",
    signature: { user: "100@pbx.example", pass: "0cc175b9c0f1b6a831c399e269772661", time: "1700000000", duration: "3600" },
  });
});

test("a plus is a plus when it is encoded, and when a page forgot to encode that of a number", () => {
  assert.equal(readLink("?destnumber=%2B493012345").destination, "+493012345");
  assert.equal(readLink("?destnumber=+493012345").destination, "+493012345");
  assert.equal(readLink("?destnumber=030+123+45").destination, "030 123 45");
  assert.equal(readLink("?destnumber=100&user=a%2Bb%40c&pass=x").signature?.user, "a+b@c");
  assert.equal(readLink(`?${new URLSearchParams({ destnumber: "+49 30 12" })}`).destination, "+49 30 12");
});

test("a link without a number is told apart", () => {
  for (const query of ["", "?", "?destnumber=", "?destnumber=+", "?user=a&pass=b"]) assert.equal(readLink(query).destination, "", query);
});

test("times that are missing or no numbers are left to the server to refuse", () => {
  assert.deepEqual(readLink("?destnumber=1&user=a@b&pass=c&time=soon").signature, { user: "a@b", pass: "c", time: "soon", duration: "" });
});

test("what proves anything leaves the address, and the rest means the same", () => {
  assert.equal(withoutSignature(SIGNED), "?destnumber=1234567890&lang=en");
  for (const query of ["?destnumber=%2B49+30", "?destnumber=+49", "?destnumber=a%26b%3Dc&lang=de&theme=x"]) {
    assert.deepEqual(readLink(withoutSignature(query)), readLink(query), query);
  }
  assert.equal(inLanguage("?destnumber=%2B49&lang=en", "uk"), "?destnumber=%2B49&lang=uk");
});

// ------------------------------------------------------------------ tickets

/** A server that gives numbered tickets, and what it was asked. */
function server(answers = []) {
  const asked = [];
  const clock = { now: 0 };
  const post = async (path, body) => {
    asked.push({ path, ...body });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return { ticket: `ticket-${asked.length}`, account: "100@pbx.example", destination: body.destnumber };
  };
  const tickets = (query) => new Tickets(readLink(query), post, () => clock.now);
  return { asked, clock, tickets };
}

test("a signed link asks with its signature and nothing else", async () => {
  const { asked, tickets } = server();
  await tickets(SIGNED).ahead();
  assert.deepEqual(asked, [
    { path: "/makecall/ticket", destnumber: "1234567890", user: "100@pbx.example", pass: "0cc175b9c0f1b6a831c399e269772661", time: "1700000000", duration: "3600" },
  ]);
});

test("the ticket that was got ahead is used once, while it is fresh", async () => {
  const { asked, clock, tickets } = server();
  const mine = tickets("?destnumber=1");
  await mine.ahead();
  assert.equal(await mine.next(), "ticket-1");
  assert.equal(await mine.next(), "ticket-2");
  await mine.ahead();
  clock.now += 45_000; // the visitor took their time at the question about the microphone
  assert.equal(await mine.next(), "ticket-4");
  assert.equal(asked.length, 4);
});

test("a password that is to be remembered is sent once; the cookie is the login then", async () => {
  const { asked, tickets } = server([new Refusal("login-required")]);
  const mine = tickets("?destnumber=1");
  await assert.rejects(mine.ahead(), { reason: "login-required" });
  assert.equal(mine.remembered, false);
  mine.use({ account: "100", password: "secret", remember: true });
  await mine.ahead();
  assert.equal(mine.remembered, true);
  await mine.next();
  await mine.next();
  assert.deepEqual(asked.map(({ password }) => password), [undefined, "secret", undefined]);
});

test("a password that is not to be remembered serves the further calls of this window, and there is nothing to log out of", async () => {
  const { asked, tickets } = server();
  const mine = tickets("?destnumber=1");
  mine.use({ account: "100", password: "secret", remember: false });
  await mine.ahead();
  await mine.next();
  await mine.next();
  assert.deepEqual(asked.map(({ password, remember }) => [password, remember]), [["secret", false], ["secret", false]]);
  assert.equal(mine.remembered, false);
});

test("a login takes the place of a link that has expired", async () => {
  const { asked, tickets } = server([new Refusal("link-expired")]);
  const mine = tickets(SIGNED);
  await assert.rejects(mine.ahead(), { reason: "link-expired" });
  mine.use({ account: "100", password: "secret", remember: true });
  await mine.ahead();
  assert.equal(asked[1].pass, undefined);
  assert.equal(asked[1].account, "100");
});

test("logging out tells the server and forgets what this window knew", async () => {
  const { asked, tickets } = server();
  const mine = tickets("?destnumber=1");
  await mine.ahead();
  await mine.logOut();
  assert.deepEqual(asked.map(({ path }) => path), ["/makecall/ticket", "/makecall/logout"]);
  assert.equal(mine.remembered, false);
  assert.equal(mine.account, "");
});

// ------------------------------------------------------------------ screens

test("every reason has words here, and those about who calls lead to the login", () => {
  for (const reason of reasons) assert.ok(needsLogin(reason) || helpWords(reason).what, reason);
  for (const reason of ["wrong-password", "link-expired", "link-invalid", "link-used"]) assert.ok(loginWords(reason), reason);
  assert.equal(needsLogin("login-required"), true);
  assert.equal(loginWords("login-required"), "");
  assert.equal(needsLogin("busy"), false);
});

test("in each state of the call there is one thing to do, and hanging up from the first to the last", () => {
  const action = (/** @type {any} */ state, reason = "") => shown("flow", state, reason).action;
  for (const state of ["asking", "connecting", "ringing", "talking"]) assert.equal(action(state), "hang-up", state);
  assert.equal(action("explaining"), "proceed");
  assert.equal(action("failed", "microphone-denied"), "retry");
  assert.equal(action("failed", "busy"), "again");
});

test("a window that was loaded again, or doubled by a double click, calls nobody by itself", () => {
  assert.deepEqual(shown("again", "ready", undefined), { screen: "help", action: "again" });
  assert.deepEqual(shown("elsewhere", "ready", undefined), { screen: "help", action: "close" });
});

test("the window closes after a call that ended as calls end, and stays where there is something to read", () => {
  for (const reason of ["normal", "cancelled"]) assert.equal(closesAfter(reason), true, reason);
  for (const reason of ["longest-reached", "busy", "ice-timeout"]) assert.equal(closesAfter(reason), false, reason);
});

test("times are written as telephones write them", () => {
  assert.deepEqual([0, 59, 83, 3605].map(clockTime), ["0:00", "0:59", "1:23", "1:00:05"]);
});
