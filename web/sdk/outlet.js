/** @typedef {AudioContext & { setSinkId?: (id: string) => Promise<void> }} Context */

/** The device on which a context's sound is heard, which can be another one at any time. */
export class Outlet {
  /** Where all sound of the context goes, on its way to the device; undefined for the context's own. @type {AudioNode | undefined} */ node;

  /** @type {import("./platform.js").Platform} */ #platform;
  /** @type {Context | undefined} */ #context;
  /** @type {HTMLAudioElement | undefined} the way to a device where a context cannot choose it */ #element;
  #device = "";

  /** @param {import("./platform.js").Platform} platform */
  constructor(platform) {
    this.#platform = platform;
  }

  /** @param {AudioContext} context made just now, of the one sound that is heard here */
  open(context) {
    this.#context = context;
    // A device that is gone: the system's own sounds instead.
    if (this.#device !== "") this.#route(context).catch(() => {});
  }

  /**
   * Sounds on this output device from now on.
   *
   * @param {string} id "" for the system's own
   * @returns {Promise<void>} rejected when the device cannot be used
   */
  async useDevice(id) {
    this.#device = id;
    if (this.#context) await this.#route(this.#context);
  }

  close() {
    if (this.#element) this.#element.srcObject = null;
    this.#context = undefined;
  }

  /**
   * Leads all sound to the device: by the context where it can, else by an element that plays what the context makes.
   *
   * @param {Context} context
   */
  async #route(context) {
    if (context.setSinkId) {
      await context.setSinkId(this.#device);
      return;
    }
    if (!this.#element) {
      const output = context.createMediaStreamDestination();
      this.#element = this.#platform.createAudioElement();
      if (!this.#element?.setSinkId) return;
      this.#element.srcObject = output.stream;
      this.#element.play().catch(() => {});
      this.node = output;
    }
    await this.#element.setSinkId?.(this.#device);
  }
}
