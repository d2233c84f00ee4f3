// What a phone plays that is called.

/** What the callee hears: two rising chimes and a rest. @type {import("./sound.js").Pattern} */
export const RINGTONE = {
  seconds: 3.2,
  volume: 0.3,
  strokes: [0, 0.9].flatMap((start) => [
    { at: start, seconds: 0.5, hertz: [659.26, 1318.51], bell: true },
    { at: start + 0.16, seconds: 0.5, hertz: [783.99, 1567.98], bell: true },
    { at: start + 0.32, seconds: 0.9, hertz: [1046.5, 2093], bell: true },
  ]),
};

/** What those hear who are called while they talk: two short quiet beeps now and then (ITU-T E.180). @type {import("./sound.js").Pattern} */
export const WAITING = {
  seconds: 8,
  volume: 0.06,
  strokes: [0, 0.4].map((at) => ({ at, seconds: 0.2, hertz: [425] })),
};
