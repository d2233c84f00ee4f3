import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeStream, FakeTrack, settle } from "./fakes.js";
import { dialled, inState, registered, ringing } from "./stage.js";

const device = (kind, deviceId, label = "") => ({ kind, deviceId, label });

test("microphones and loudspeakers are listed without the browser's own doubles", async () => {
  const { phone, platform } = await registered();
  platform.devices = [
    device("audioinput", "default", "Default"),
    device("audioinput", "communications", "Communications"),
    device("audioinput", "mic", "Headset"),
    device("videoinput", "cam", "Camera"),
    device("audiooutput", "out", "Desk"),
  ];
  assert.deepEqual(await phone.devices(), { microphones: [{ id: "mic", name: "Headset" }], speakers: [{ id: "out", name: "Desk" }] });
  platform.choosesSpeaker = () => false;
  assert.deepEqual((await phone.devices()).speakers, [], "nothing to choose where the browser cannot");
  platform.devices = [device("audioinput", "")];
  assert.deepEqual((await phone.devices()).microphones, [], "hidden until a microphone was allowed");
  platform.enumerateDevices = async () => {
    throw new Error("not here");
  };
  assert.deepEqual(await phone.devices(), { microphones: [], speakers: [] });
});

test("devices that come and go are told while the phone is connected", async () => {
  const { phone, platform } = await registered();
  let told = 0;
  phone.on("devices", () => told++);
  platform.devicesChanged();
  assert.equal(told, 1);
  phone.disconnect();
  assert.equal(platform.devicesChanged, undefined);
});

test("the chosen microphone is asked for, and the system's own when it is gone", async () => {
  const { microphone } = await dialled({ devices: { microphone: "mic" } });
  assert.equal(microphone.constraints.audio.deviceId, "mic", "wished for, not insisted on");
  assert.equal(microphone.constraints.audio.echoCancellation, true);
});

test("another microphone takes the place of the one that is open, in the middle of a call", async () => {
  const { phone, platform, peer, microphone, calls, call } = await inState("established");
  call.mute();
  calls.length = 0;
  phone.microphoneDevice = "mic";
  phone.microphoneDevice = "mic";
  await settle();
  assert.equal(platform.microphones.length, 2);
  assert.equal(microphone.track.stopped, false, "the old one talks until the new one is there");
  const { track } = platform.microphones[1];
  await platform.microphones[1].allow();
  assert.deepEqual([microphone.track.stopped, track.stopped, track.enabled], [true, false, false]);
  assert.equal(peer.getTransceivers()[0].sender.track, track);
  assert.deepEqual(calls, []);
  call.hangUp();
  assert.ok(track.stopped);
});

test("a microphone that was unplugged is replaced by the one that is chosen next", async () => {
  const { phone, platform, microphone, calls } = await inState("established");
  microphone.track.onended();
  phone.microphoneDevice = "other";
  await settle();
  await platform.microphones[1].allow();
  assert.deepEqual(calls, ["microphone lost", "microphone on"]);
});

test("a microphone that cannot be opened leaves the one that is open, with a warning", async () => {
  const { phone, platform, microphone, calls, events } = await inState("established");
  phone.microphoneDevice = "mic";
  await settle();
  await platform.microphones[1].refuse("NotReadableError");
  assert.equal(microphone.track.stopped, false);
  assert.deepEqual(calls, ["warning microphone-busy microphoneDevice"]);
  assert.deepEqual(events, calls);
});

test("a microphone that opens too late is closed again", async () => {
  const { phone, platform, call, calls } = await inState("established");
  phone.microphoneDevice = "mic";
  await settle();
  call.hangUp();
  await platform.microphones[1].allow();
  assert.ok(platform.microphones[1].track.stopped);
  assert.equal(calls.at(-1), "ended normal");

  const quick = await inState("established");
  quick.phone.microphoneDevice = "one";
  quick.phone.microphoneDevice = "two";
  await settle();
  await quick.platform.microphones[2].allow();
  await quick.platform.microphones[1].allow();
  assert.deepEqual(
    quick.platform.microphones.map(({ track }) => track.stopped),
    [true, true, false],
    "the last choice holds, whichever opens first",
  );
});

test("an application's own stream is not exchanged for a device", async () => {
  const { phone, platform } = await registered();
  phone.call("1001", { microphone: new FakeStream([new FakeTrack()]) });
  await settle();
  phone.microphoneDevice = "mic";
  await settle();
  assert.equal(platform.microphones.length, 0);
});

test("a call is heard on the chosen loudspeaker, from its beginning and from any moment", async () => {
  const { phone, platform } = await inState("established", { devices: { speaker: "desk" } });
  assert.equal(platform.element.device, "desk");
  phone.speakerDevice = "";
  await settle();
  assert.equal(platform.element.device, "");
});

test("a loudspeaker that is gone is warned of, and the call goes on", async () => {
  const { phone, call, calls, events } = await inState("established");
  phone.speakerDevice = "gone";
  await settle();
  assert.equal(call.state, "established");
  assert.deepEqual(calls, ["warning speaker-missing speakerDevice"]);
  assert.ok(events.every((line) => line === "warning speaker-missing speakerDevice"));
});

for (const chooses of [true, false]) {
  test(`the ringtone plays on its own device (${chooses ? "chosen by the context" : "through an element"})`, async () => {
    const { platform, phone, call } = await ringing({ devices: { ring: "bell" }, prepare: (made) => (made.contextsChooseDevices = chooses) });
    const output = chooses ? platform.contexts[0] : platform.elements.find(({ device }) => device !== undefined);
    assert.equal(output.device, "bell");
    phone.ringDevice = "desk";
    await settle();
    assert.equal(output.device, "desk");
    call.decline();
    assert.deepEqual(platform.played, ["ringtone", "silence"]);
  });
}
