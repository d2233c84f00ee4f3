// All sound that the SDK makes or measures: tones, keys and level meters, without a single file.

/**
 * A stretch of tone within a pattern, in seconds from its start.
 *
 * @typedef {object} Stroke
 * @property {number} at
 * @property {number} seconds
 * @property {readonly number[]} hertz sounded together
 * @property {boolean} [bell] dies away like a struck bell instead of staying level
 */

/** @typedef {{ seconds: number, volume: number, strokes: readonly Stroke[] }} Pattern */

/** What the caller hears while the other side rings: 425 Hz, one second in five (ITU-T E.180). @type {Pattern} */
export const RINGBACK = { seconds: 5, volume: 0.12, strokes: [{ at: 0, seconds: 1, hertz: [425] }] };

/** The keys of a telephone and their tones in Hz (ITU-T Q.23). */
const KEYS = "123A456B789C*0#D";
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];

const SAMPLE_RATE = 16_000;
/** Tones begin and end over this long, or they click. */
const FADE_SECONDS = 0.008;
/** The keys are there to be heard by who presses them, not by the microphone. */
const KEY_VOLUME = 0.04;
/** Between two keys that are sent one after the other. */
const KEY_GAP_SECONDS = 0.06;

/** The sounds of one output. Everything is made at the first use, so a phone that never rings costs nothing. */
export class Sound {
  /** @type {import("./platform.js").Platform} */ #platform;
  /** @type {import("./outlet.js").Outlet | undefined} */ #outlet;
  /** @type {AudioContext | undefined} */ #context;
  /** @type {{ pattern: Pattern, source: AudioBufferSourceNode } | undefined} */ #playing;
  /** @type {Set<Meter>} */ #meters = new Set();
  /** @type {Set<() => void>} what silences each key that sounds or will */ #keys = new Set();
  #closed = false;

  /**
   * @param {import("./platform.js").Platform} platform
   * @param {import("./outlet.js").Outlet} [outlet] where it is to be heard; on the system's own device when absent
   */
  constructor(platform, outlet) {
    this.#platform = platform;
    this.#outlet = outlet;
  }

  /**
   * Plays a pattern until another is asked for. The whole pattern is one looping buffer, so it keeps its time in a
   * tab whose timers the browser has slowed down.
   *
   * @param {Pattern | undefined} pattern undefined for silence
   */
  play(pattern) {
    if (this.#playing?.pattern === pattern) return;
    this.#playing?.source.stop();
    this.#playing = undefined;
    const context = pattern && this.#open();
    if (!pattern || !context) {
      this.#rest();
      return;
    }
    const source = context.createBufferSource();
    source.buffer = render(context, pattern);
    source.loop = true;
    source.connect(this.#outlet?.node ?? context.destination);
    source.start();
    this.#playing = { pattern, source };
  }

  /** Sounds a key until it is released. @param {string} key */
  press(key) {
    this.release();
    this.#tone(key, 0);
  }

  /**
   * Sounds keys one after the other.
   *
   * @param {string} keys
   * @param {number} seconds how long each
   */
  pressEach(keys, seconds) {
    this.release();
    [...keys].forEach((key, index) => this.#tone(key, index * (seconds + KEY_GAP_SECONDS), seconds));
  }

  /** Silences the keys. */
  release() {
    for (const silence of this.#keys) silence();
  }

  /**
   * @param {MediaStream} stream
   * @returns {Meter | undefined} undefined where the browser cannot measure
   */
  meter(stream) {
    const context = stream.getAudioTracks().length > 0 ? this.#open() : undefined;
    if (!context) return undefined;
    const meter = new Meter(context, stream, () => {
      this.#meters.delete(meter);
      this.#rest();
    });
    this.#meters.add(meter);
    return meter;
  }

  close() {
    this.play(undefined);
    this.release();
    this.#closed = true;
    this.#outlet?.close();
    this.#context?.close().catch(() => {});
    this.#context = undefined;
  }

  #open() {
    if (this.#closed) return undefined;
    if (!this.#context) {
      this.#context = this.#platform.createAudioContext();
      if (this.#context) this.#outlet?.open(this.#context);
    }
    // It sleeps when it was made before the first click on the page, or when it was put to rest below. Its state
    // is no help here: it may still be on its way to sleep.
    this.#context?.resume().catch(() => {});
    return this.#context;
  }

  /**
   * @param {string} key
   * @param {number} after seconds from now
   * @param {number} [seconds] how long; until it is silenced when absent
   */
  #tone(key, after, seconds) {
    const context = this.#open();
    if (!context) return;
    const begin = context.currentTime + after;
    const volume = context.createGain();
    volume.connect(this.#outlet?.node ?? context.destination);
    volume.gain.value = 0;
    volume.gain.setTargetAtTime(KEY_VOLUME, begin, FADE_SECONDS / 2);
    const tones = tonesOf(key).map((hertz) => {
      const tone = context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(volume);
      tone.start(begin);
      return tone;
    });
    /** @param {number} at */
    const stop = (at) => {
      volume.gain.setTargetAtTime(0, at, FADE_SECONDS / 2);
      for (const tone of tones) tone.stop(at + 4 * FADE_SECONDS);
    };
    const silence = () => stop(context.currentTime);
    this.#keys.add(silence);
    tones[0].onended = () => {
      volume.disconnect();
      this.#keys.delete(silence);
      this.#rest();
    };
    if (seconds !== undefined) stop(begin + seconds);
  }

  /** A context that runs for nothing costs a phone its battery. */
  #rest() {
    if (!this.#playing && this.#meters.size === 0 && this.#keys.size === 0) this.#context?.suspend().catch(() => {});
  }
}

/** How loud a stream is right now. */
export class Meter {
  /** @type {MediaStreamAudioSourceNode} */ #source;
  /** @type {AnalyserNode} */ #analyser;
  /** @type {() => void} */ #closed;
  #samples = new Float32Array(512);

  /**
   * @param {AudioContext} context
   * @param {MediaStream} stream
   * @param {() => void} closed told when it is not needed any more
   */
  constructor(context, stream, closed) {
    this.#closed = closed;
    this.#source = context.createMediaStreamSource(stream);
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = this.#samples.length;
    this.#source.connect(this.#analyser);
  }

  /** @returns {number} 0 (silence, -60 dB or less) to 1 (full scale), in even steps of loudness */
  level() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let power = 0;
    for (const sample of this.#samples) power += sample * sample;
    const decibels = 10 * Math.log10(power / this.#samples.length + 1e-12);
    return Math.min(1, Math.max(0, 1 + decibels / 60));
  }

  close() {
    this.#source.disconnect();
    this.#closed();
  }
}

/**
 * @param {AudioContext} context
 * @param {Pattern} pattern
 */
function render(context, { seconds, volume, strokes }) {
  const buffer = context.createBuffer(1, Math.round(seconds * SAMPLE_RATE), SAMPLE_RATE);
  const samples = buffer.getChannelData(0);
  for (const { at, seconds: length, hertz, bell } of strokes) {
    const first = Math.round(at * SAMPLE_RATE);
    const count = Math.min(Math.round(length * SAMPLE_RATE), samples.length - first);
    for (let i = 0; i < count; i++) {
      const time = i / SAMPLE_RATE;
      const edges = Math.min(1, time / FADE_SECONDS, (count - i) / SAMPLE_RATE / FADE_SECONDS);
      const shape = edges * (bell ? Math.exp((-4.5 * time) / length) : 1);
      // Each higher partial at half the one before: soft, and never above the volume asked for.
      hertz.forEach((frequency, partial) => {
        samples[first + i] += (volume / 2 ** partial) * shape * Math.sin(2 * Math.PI * frequency * time);
      });
    }
  }
  return buffer;
}

/**
 * @param {string} key
 * @returns {readonly number[]} the two frequencies in Hz
 */
export function tonesOf(key) {
  const index = KEYS.indexOf(key);
  return [ROWS[index >> 2], COLUMNS[index & 3]];
}
