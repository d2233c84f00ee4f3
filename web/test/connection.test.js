import assert from "node:assert/strict";
import { test } from "node:test";
import { OffhookError, Phone, version } from "../sdk/offhook.js";
import { FakePlatform, settle } from "./fakes.js";
import { account, connecting, inState, registered } from "./stage.js";

test("the first message introduces the account, as WCS has it", async () => {
  const { socket } = await connecting({
    visibleName: "Anna",
    sip: { login: "1000", authenticationName: "auth", password: "secret", domain: "pbx.example", outboundProxy: "proxy.example", port: 5062 },
  });
  assert.deepEqual(socket.sent, []);
  await socket.open();
  assert.deepEqual(socket.sent, [
    {
      message: "connection",
      data: [
        {
          appKey: "defaultApp",
          mediaProviders: ["WebRTC"],
          keepAlive: false,
          clientVersion: "2.0",
          sipLogin: "1000",
          sipAuthenticationName: "auth",
          sipPassword: "secret",
          sipDomain: "pbx.example",
          sipOutboundProxy: "proxy.example",
          sipPort: 5062,
          sipRegisterRequired: true,
          sipVisibleName: "Anna",
          offhook: { sdk: "0.1.0" },
        },
      ],
    },
  ]);
});

test("a phone is ready when it is registered, and not before", async () => {
  const { phone, socket, result, events } = await connecting();
  const states = [phone.state];
  phone.on("state", (state) => states.push(state));
  await socket.open();
  await socket.say("getUserData", { authToken: "token", offhook: { server: "0.2.0" } });
  assert.equal(phone.serverVersion, "0.2.0");
  assert.equal(phone.authToken, "token");
  await socket.say("registered", { offhook: { expires: 300 } });
  assert.equal(await result, "connected");
  assert.deepEqual(states, ["connecting", "registering", "registered"]);
  assert.deepEqual(events, ["registered"]);
});

test("without registration a phone is ready when the server knows it", async () => {
  for (const options of [{ sip: { ...account, register: false } }, { sip: undefined }]) {
    const { phone, socket, result } = await connecting(options);
    await socket.open();
    await socket.say("getUserData", {});
    assert.equal(await result, "connected");
    assert.equal(phone.state, "connected");
  }
});

test("a refused login is told by its reason, before the server closes and after", async () => {
  const { phone, socket, result, events } = await connecting();
  await socket.open();
  await socket.say("getUserData", { offhook: {} });
  await socket.say("fail", {
    apiMethod: "RegistrationStatusEvent",
    status: "FAILED",
    info: "Wrong",
    sipStatus: 403,
    offhook: { reason: "wrong-password", text: "No." },
  });
  await socket.drop();
  const error = await result;
  assert.ok(error instanceof OffhookError);
  assert.equal(error.reason, "wrong-password");
  assert.deepEqual(error.outcome, { reason: "wrong-password", text: "No.", sipStatus: 403 });
  assert.deepEqual(events, ["disconnected wrong-password"]);
  assert.equal(phone.state, "disconnected");
});

test("a field that cannot be used is named as the application named it", async () => {
  const { socket, result } = await connecting();
  await socket.open();
  await socket.say("fail", { apiMethod: "connection", offhook: { reason: "invalid-field", field: "sipLogin" } });
  assert.equal((await result).field, "login");
});

test("a server that is not there is unreachable, one that goes is gone", async () => {
  const never = await connecting();
  await never.socket.drop();
  assert.equal((await never.result).reason, "server-unreachable");

  const silent = await connecting();
  await silent.platform.pass(10_000);
  assert.equal((await silent.result).reason, "server-unreachable");
  assert.ok(silent.socket.closed);

  const before = await connecting();
  await before.socket.open();
  await before.socket.drop();
  assert.equal((await before.result).reason, "server-gone");

  const { socket, events } = await registered();
  await socket.drop();
  assert.deepEqual(events, ["disconnected server-gone"]);
});

test("a server that says goodbye is being shut down", async () => {
  const { socket, events } = await registered();
  await socket.drop(1001);
  assert.deepEqual(events, ["disconnected shutting-down"]);
});

test("an address that is none is unreachable, not an exception", async () => {
  const { platform, result } = await connecting({}, (platform) => (platform.refuseUrl = true));
  await platform.pass(0);
  assert.equal((await result).reason, "server-unreachable");
});

test("http addresses become WebSocket addresses", async () => {
  assert.equal((await connecting({ url: "https://gateway.example/" })).socket.url, "wss://gateway.example/");
  assert.equal((await connecting({ url: new URL("http://gateway.example:8080/") })).socket.url, "ws://gateway.example:8080/");
});

test("every ping is answered", async () => {
  const { socket } = await registered();
  await socket.say("ping");
  assert.deepEqual(socket.sent, [{ message: "pong", data: [null] }]);
});

test("a server that falls silent is asked, then given up", async () => {
  const { platform, socket, events } = await registered();
  await platform.pass(10_000);
  assert.deepEqual(socket.take(), []);
  await platform.pass(5_000);
  assert.deepEqual(socket.take(), ["ping"]);
  await platform.pass(10_000);
  assert.deepEqual(events, ["disconnected server-gone"]);
  assert.ok(socket.closed);
  assert.equal(platform.timers, 0);
});

test("a server that answers when asked is kept", async () => {
  const { platform, socket, events } = await registered();
  for (let i = 0; i < 20; i++) {
    await platform.pass(15_000);
    if (socket.take().includes("ping")) await socket.say("ping");
  }
  assert.deepEqual(events, []);
});

test("noise on the wire harms nothing", async () => {
  const { socket, phone, events } = await registered();
  for (const text of ["", "{", "null", "[]", "7", '{"message":3}', '{"message":"talk"}', '{"message":"talk","data":7}', new Uint8Array(3)]) {
    await socket.raw(text);
  }
  for (const name of ["talk", "setRemoteSDP", "notifyIncomingCall", "codec", "finish", "unknown", "fail"]) await socket.say(name, null);
  await socket.say("notifyIncomingCall", { callId: 7 });
  assert.equal(phone.state, "registered");
  assert.deepEqual(events, ["warning internal"]);
});

test("a registration can be lost and come back while the connection stands", async () => {
  const { socket, phone, events } = await registered();
  await socket.say("fail", { apiMethod: "RegistrationStatusEvent", status: "FAILED", offhook: { reason: "transport-error" } });
  assert.equal(phone.state, "connected");
  await socket.say("registered", {});
  assert.equal(phone.state, "registered");
  assert.deepEqual(events, ["unregistered transport-error", "registered"]);
});

test("a server that closes after refusing the registration is gone for that reason", async () => {
  const { socket, events } = await registered();
  await socket.say("fail", { apiMethod: "RegistrationStatusEvent", status: "FAILED", offhook: { reason: "forbidden" } });
  await socket.drop();
  assert.deepEqual(events, ["unregistered forbidden", "disconnected forbidden"]);
});

test("disconnecting ends calls and connection once, and tells it", async () => {
  const { phone, socket, platform, call, calls, events } = await inState("established");
  phone.disconnect();
  phone.disconnect();
  await settle();
  assert.equal(call.state, "ended");
  assert.deepEqual(calls, ["microphone off", "ended normal"]);
  assert.deepEqual(events, ["disconnected normal"]);
  assert.equal(socket.closeCode, 1000);
  assert.equal(platform.timers, 0);
});

test("giving up while connecting rejects the connection", async () => {
  const { phone, result } = await connecting();
  phone.disconnect();
  assert.equal((await result).reason, "normal");
  assert.equal((await phone.connect().catch((error) => error)).reason, "already-connected");
});

test("a listener that throws stops neither the others nor the phone", async () => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  const phone = new Phone({ sip: account, url: "ws://server/" }, new FakePlatform());
  const heard = [];
  phone.on("state", () => {
    throw new Error("of the application");
  });
  const stop = phone.on("state", (state) => heard.push(state));
  phone.connect().catch(() => {});
  stop();
  phone.disconnect();
  assert.deepEqual(heard, ["connecting"]);
  assert.deepEqual(reported, ["of the application", "of the application"]);
});

test("a call token is the whole account: nothing is registered, and it says whom to call", async () => {
  const { phone, platform, socket, result } = await connecting({ sip: undefined, token: "a.b.c" });
  await socket.open();
  const { offhook, ...rest } = socket.last("connection");
  assert.deepEqual(offhook, { sdk: version, token: "a.b.c" });
  assert.ok(Object.keys(rest).every((name) => !name.startsWith("sip")));
  await socket.say("getUserData", { offhook: { server: "0.1.0" } });
  assert.equal(await result, "connected");
  assert.equal(phone.state, "connected");
  const call = phone.call("");
  await settle();
  await platform.microphones[0].allow();
  assert.deepEqual([call.state, socket.last("call").callee], ["connecting", ""]);
});

test("a call token that is refused says why", async () => {
  const { result, socket } = await connecting({ sip: undefined, token: "a.b.c" });
  await socket.open();
  await socket.say("fail", { apiMethod: "connection", offhook: { reason: "token-expired", text: "Too late.", field: "token" } });
  const { reason, text, field } = await result;
  assert.deepEqual([reason, text, field], ["token-expired", "Too late.", "token"]);
});
