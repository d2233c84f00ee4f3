import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { OffhookError, reasons } from "../sdk/offhook.js";
import { outcome, outcomeOf } from "../sdk/reasons.js";
import { withCodecFirst } from "../sdk/leg.js";
import { SERVER_SDP } from "./fakes.js";

test("the list of reasons is closed, and each has its sentence", () => {
  assert.ok(Object.isFrozen(reasons));
  assert.equal(new Set(reasons).size, reasons.length);
  for (const reason of reasons) assert.match(outcome(reason).text, /^[A-Z].*\.$/);
});

test("the server's words are all known here", async () => {
  const source = await readFile(new URL("../../call/src/main/java/offhook/call/EndReason.java", import.meta.url), "utf8");
  const words = [...source.matchAll(/^ {4}[A-Z_]+\("([a-z-]+)"/gm)].map(([, word]) => word);
  assert.ok(words.length > 20);
  assert.deepEqual(
    words.filter((word) => !reasons.includes(word)),
    [],
  );
});

test("our server's words are taken as they are", () => {
  assert.deepEqual(
    outcomeOf({ status: "FAILED", sipStatus: 486, info: "Busy Here", offhook: { reason: "busy", text: "Engaged.", by: "peer" } }),
    { reason: "busy", text: "Engaged.", sipStatus: 486, by: "peer" },
  );
});

test("a plain WCS server is read by its SIP status and its info", () => {
  for (const [sipStatus, reason] of [
    [403, "forbidden"],
    [404, "not-found"],
    [408, "no-answer"],
    [480, "unavailable"],
    [486, "busy"],
    [487, "cancelled"],
    [488, "no-common-codec"],
    [500, "server-error"],
    [600, "busy"],
    [603, "declined"],
    [699, "peer-error"],
  ]) {
    assert.equal(outcomeOf({ status: "FAILED", sipStatus }).reason, reason, String(sipStatus));
  }
  assert.equal(outcomeOf({ status: "FAILED", info: "Failed by ICE error" }).reason, "ice-timeout");
  assert.equal(outcomeOf({ status: "FINISH" }).reason, "normal");
  assert.equal(outcomeOf({ status: "FAILED" }).reason, "internal");
});

test("a word of a later server falls back on its SIP status, and nonsense on internal", () => {
  assert.equal(outcomeOf({ sipStatus: 486, offhook: { reason: "on-the-moon" } }).reason, "busy");
  for (const nonsense of [undefined, null, 7, "x", [], { offhook: 3, sipStatus: "486" }, { offhook: { reason: {}, by: "me", field: 3 } }]) {
    assert.deepEqual(outcomeOf(nonsense), outcome("internal"));
  }
});

test("an outcome is a plain frozen value, and an error carries the same", () => {
  const value = outcome("busy", { sipStatus: 486 });
  assert.ok(Object.isFrozen(value));
  assert.deepEqual(JSON.parse(JSON.stringify(value)), { reason: "busy", text: value.text, sipStatus: 486 });
  const error = new OffhookError(value);
  assert.ok(error instanceof Error);
  assert.equal(error.message, value.text);
  assert.deepEqual(error.outcome, value);
});

test("a codec is put first by its number or its name, and nothing else moves", () => {
  const line = (sdp) => sdp?.split("\r\n").find((one) => one.startsWith("m=audio"));
  assert.equal(line(withCodecFirst(SERVER_SDP, { codec: "PCMA", payloadType: 8 })), "m=audio 9 UDP/TLS/RTP/SAVPF 8 111 9 0");
  assert.equal(line(withCodecFirst(SERVER_SDP, { codec: "OPUS", payloadType: 96 })), "m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8");
  assert.equal(line(withCodecFirst(SERVER_SDP, { codec: "g722" })), "m=audio 9 UDP/TLS/RTP/SAVPF 9 111 0 8");
  const bare = "v=0\r\nm=audio 9 RTP/SAVPF 96 0\r\na=rtpmap:96 opus/48000/2\r\nm=video 9 RTP/SAVPF 8\r\na=rtpmap:8 VP8/90000\r\n";
  assert.equal(withCodecFirst(bare, { codec: "PCMU" }), bare.replace("96 0\r\n", "0 96\r\n"));
  assert.equal(withCodecFirst(bare, { codec: "VP8" }), undefined);
  assert.equal(withCodecFirst("v=0\r\n", { codec: "PCMU" }), undefined);
});
