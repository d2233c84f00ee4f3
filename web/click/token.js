// Where the token of a call comes from: the site's own backend, or the server itself, which may want some proof first.

/** Why there is no token, in one word of the closed lists and, where the server said one, a plain English sentence. */
export class Refusal extends Error {
  /**
   * @param {string} reason
   * @param {string} [text]
   */
  constructor(reason, text = "") {
    super(text || reason);
    this.reason = reason;
    this.text = text;
  }
}

/**
 * What is to be called.
 *
 * @typedef {object} Order
 * @property {string} [line]
 * @property {string} [destination] one of the line's; its first when absent
 * @property {string} [name] the caller's, to be shown to who is called
 */

/**
 * Asks the site's own backend.
 *
 * @param {string} url takes a POST of the order as JSON and answers `{token}`
 * @param {Order} order
 * @param {AbortSignal} given
 * @returns {Promise<string>} rejected with a {@link Refusal}
 */
export function tokenOfSite(url, order, given) {
  return token(url, order, given, "token-unavailable", "same-origin");
}

/**
 * Asks the server, for a line that gives tokens to visitors.
 *
 * @param {string | URL} server
 * @param {Order} order
 * @param {object | undefined} challenge the answer to the server's
 * @param {AbortSignal} given
 * @returns {Promise<string>} rejected with a {@link Refusal}
 */
export function tokenOfServer(server, order, challenge, given) {
  return token(new URL("/api/call-token", server), { ...order, challenge }, given, "server-unreachable", "omit");
}

/**
 * Meets the server's challenge for a line: by the browser's work, or by what the page knows.
 *
 * @param {string | URL} server
 * @param {string} line
 * @param {((line: string) => string | Promise<string>) | undefined} answer of the page, such as a captcha's
 * @param {AbortSignal} given
 * @returns {Promise<object | undefined>} undefined where the line wants none; rejected with a {@link Refusal}
 */
export async function meetChallenge(server, line, answer, given) {
  const url = new URL("/api/challenge", server);
  url.searchParams.set("line", line);
  const { kind, puzzle, bits } = await ask(url, { credentials: "omit", signal: given }, "server-unreachable");
  if (kind === "work") {
    const { solve } = await import("./work.js");
    return { puzzle, nonce: await solve(puzzle, bits, given) };
  }
  if (kind !== "hook") return undefined;
  if (!answer) throw new Refusal("challenge-failed", "The line wants an answer: set the element's challenge property.");
  return { answer: await answer(line) };
}

/**
 * @param {string | URL} url
 * @param {object} order
 * @param {AbortSignal} given
 * @param {string} otherwise
 * @param {RequestCredentials} credentials
 */
async function token(url, order, given, otherwise, credentials) {
  const headers = { "Content-Type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(order), credentials, signal: given };
  const { token } = await ask(url, request, otherwise);
  if (typeof token !== "string") throw new Refusal("token-unavailable", `The answer of ${url} has no "token".`);
  return token;
}

/**
 * @param {string | URL} url
 * @param {RequestInit} request
 * @param {string} otherwise the reason where the answer says none
 */
async function ask(url, request, otherwise) {
  let response;
  let answer;
  try {
    response = await fetch(url, request);
    answer = await response.json();
  } catch {
    throw new Refusal(otherwise);
  }
  if (!response.ok) throw new Refusal(answer?.reason ?? otherwise, answer?.text);
  return answer ?? {};
}
