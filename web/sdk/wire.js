/** This SDK's version, as the server is told it. */
export const version = "0.1.0";

/** How long a socket may take to open, in milliseconds. */
export const OPEN_MILLIS = 10_000;
/** How often the wire looks whether the server is still there. */
export const LOOK_MILLIS = 5_000;
/** After this long without a frame the server is asked for one. It pings every 5 s by itself. */
export const QUIET_MILLIS = 12_000;
/** A server that was asked and says nothing for this long is gone. */
export const PATIENCE_MILLIS = 8_000;

/**
 * Why a connection ended.
 *
 * @typedef {object} Closing
 * @property {"server-unreachable" | "server-gone" | "shutting-down"} reason
 * @property {"server"} [by]
 * @property {string} [text] where there is more to say than the reason's usual sentence
 */

/**
 * The WebSocket and its framing: `{"message": name, "data": [...]}` both ways, ping and pong, and noticing
 * that the other end is gone. It opens once and closes once.
 */
export class Wire {
  /** @type {import("./platform.js").Platform} */ #platform;
  /** @type {WireListener} */ #listener;
  /** @type {WebSocket | undefined} */ #socket;
  /** @type {unknown} */ #timer;
  #opened = false;
  #closed = false;
  #heardAt = 0;
  /** @type {number | undefined} when the server was asked for a sign of life, and has given none since */
  #askedAt;

  /**
   * @typedef {object} WireListener
   * @property {() => void} opened
   * @property {(message: string, data: unknown[]) => void} received
   * @property {(why: Closing) => void} closed once, and not when `close` was called
   */

  /**
   * @param {string} url `ws:` or `wss:`
   * @param {import("./platform.js").Platform} platform
   * @param {WireListener} listener
   */
  constructor(url, platform, listener) {
    this.#platform = platform;
    this.#listener = listener;
    try {
      this.#socket = platform.openSocket(url);
    } catch (error) {
      // A malformed address, or ws: from an https page. Told later, as every other failure is.
      const text = `The server's address cannot be used: ${error instanceof Error ? error.message : url}`;
      this.#timer = platform.setTimer(() => this.#gone({ reason: "server-unreachable", text }), 0);
      return;
    }
    this.#socket.onopen = () => this.#open();
    this.#socket.onmessage = ({ data }) => this.#hear(data);
    this.#socket.onclose = ({ code }) => this.#gone(this.#whyClosed(code));
    this.#timer = platform.setTimer(() => this.#gone({ reason: "server-unreachable" }), OPEN_MILLIS);
  }

  /**
   * Sends one frame; without effect before the socket opened and after it closed.
   *
   * @param {string} message
   * @param {object | null} argument
   */
  send(message, argument) {
    if (this.#opened && !this.#closed) this.#socket?.send(JSON.stringify({ message, data: [argument] }));
  }

  /** Ends the connection from this side. Nothing is heard from it afterwards. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#platform.clearTimer(this.#timer);
    if (this.#socket) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close(1000);
    }
  }

  #open() {
    this.#opened = true;
    this.#heardAt = this.#platform.now();
    this.#platform.clearTimer(this.#timer);
    this.#lookLater();
    this.#listener.opened();
  }

  /** @param {unknown} text */
  #hear(text) {
    if (this.#closed) return;
    this.#heardAt = this.#platform.now();
    this.#askedAt = undefined;
    const frame = parse(text);
    if (frame === undefined) return; // not ours: as harmless as an unknown message
    if (frame.message === "ping") this.send("pong", null);
    else if (frame.message !== "pong") this.#listener.received(frame.message, frame.data);
  }

  #lookLater() {
    this.#timer = this.#platform.setTimer(() => this.#look(), LOOK_MILLIS);
  }

  /**
   * Looks for a server that vanished without closing. It is given up only after it was asked: when a machine
   * wakes from sleep, the last frame is old although the server is well.
   */
  #look() {
    const now = this.#platform.now();
    if (this.#askedAt === undefined) {
      if (now - this.#heardAt >= QUIET_MILLIS) {
        this.#askedAt = now;
        this.send("ping", null);
      }
    } else if (now - this.#askedAt >= PATIENCE_MILLIS) {
      this.#gone({ reason: "server-gone", by: "server" });
      return;
    }
    this.#lookLater();
  }

  /**
   * @param {number} code the close code of RFC 6455 7.4
   * @returns {Closing}
   */
  #whyClosed(code) {
    if (!this.#opened) return { reason: "server-unreachable" };
    return { reason: code === 1001 ? "shutting-down" : "server-gone", by: "server" };
  }

  /** @param {Closing} why */
  #gone(why) {
    if (this.#closed) return;
    this.close();
    this.#listener.closed(why);
  }
}

/**
 * @param {unknown} text
 * @returns {{ message: string, data: unknown[] } | undefined}
 */
function parse(text) {
  if (typeof text !== "string") return undefined;
  try {
    const { message, data } = JSON.parse(text) ?? {};
    return typeof message === "string" ? { message, data: Array.isArray(data) ? data : [] } : undefined;
  } catch {
    return undefined;
  }
}
