import { Refusal } from "../click/token.js";

/** A ticket lives for 60 s; one that is older than this, in milliseconds, is not tried any more. */
const FRESH_MILLIS = 40_000;

/** How long the server may take to answer, in milliseconds. */
const ANSWER_MILLIS = 10_000;

/** @typedef {{ account: string, password: string, remember: boolean }} Login */
/** @typedef {{ ticket: string, account: string, destination: string }} Answer */
/** @typedef {(path: string, body: object, given?: AbortSignal) => Promise<unknown>} Post rejects with a {@link Refusal} */

/**
 * Gets the tickets for the calls of this window: with the link's signature, with what was typed, or, when there is
 * neither, with the login that the server remembers by its cookie.
 */
export class Tickets {
  /** @type {import("./link.js").Link} */ #link;
  /** @type {Post} */ #post;
  /** @type {() => number} */ #now;
  /** @type {{ ticket: string, at: number } | undefined} */ #ticket;
  /** @type {Login | undefined} kept in memory until the call has begun or the window closes, nowhere else */ #login;
  /** @type {import("./link.js").Signature | undefined} */ #signature;
  #account = "";

  /**
   * @param {import("./link.js").Link} link
   * @param {Post} [post]
   * @param {() => number} [now] in milliseconds
   */
  constructor(link, post = postJson, now = () => performance.now()) {
    this.#link = link;
    this.#signature = link.signature;
    this.#post = post;
    this.#now = now;
  }

  /** Who calls, once a ticket was given. */
  get account() {
    return this.#account;
  }

  /** Whether the server knows this browser again, so that there is something to log out of. */
  get remembered() {
    return this.#account !== "" && this.#signature === undefined && this.#login?.remember !== false;
  }

  /** @param {Login} login what was typed; it takes the place of the link's signature */
  use(login) {
    this.#login = login;
    this.#signature = undefined;
    this.#ticket = undefined;
  }

  /** Nothing that was used until now counts any more. */
  forget() {
    this.#login = this.#signature = this.#ticket = undefined;
    this.#account = "";
  }

  /** Gets a ticket ahead of the call, to know whether there has to be a login first. */
  async ahead() {
    const ticket = await this.#get();
    this.#ticket = { ticket, at: this.#now() };
  }

  /**
   * The ticket for a call: the one that was got ahead when it is fresh, and each once.
   *
   * @param {AbortSignal} [given]
   */
  async next(given) {
    const ahead = this.#ticket;
    this.#ticket = undefined;
    return ahead && this.#now() - ahead.at < FRESH_MILLIS ? ahead.ticket : this.#get(given);
  }

  /** Has the server forget the login. */
  async logOut() {
    await this.#post("/makecall/logout", {});
    this.forget();
  }

  /** @param {AbortSignal} [given] */
  async #get(given) {
    const body = { destnumber: this.#link.destination, ...(this.#login ?? this.#signature) };
    const { ticket, account } = /** @type {Answer} */ (await this.#post("/makecall/ticket", body, given));
    this.#account = account;
    // From now on the cookie is the login.
    if (this.#login?.remember) this.#login = undefined;
    return ticket;
  }
}

/** @type {Post} */
async function postJson(path, body, given) {
  let answer;
  try {
    const signal = given ?? AbortSignal.timeout(ANSWER_MILLIS);
    answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });
  } catch {
    throw new Refusal("server-unreachable");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(typeof said.reason === "string" ? said.reason : "server-error", typeof said.text === "string" ? said.text : "");
  return said;
}
