// The link that opened the window, as pages have written it for years.

/**
 * What proves that a link was made by somebody who knows the account's password.
 *
 * @typedef {{ user: string, pass: string, time: string, duration: string }} Signature
 */

/**
 * @typedef {object} Link
 * @property {string} destination the number to call, "" when the link names none
 * @property {string | null} language
 * @property {Signature | undefined} signature
 */

/**
 * Reads the address's query: "+" is a blank there and "%2B" a plus, as in forms.
 *
 * @param {string} query with or without "?"
 * @returns {Link}
 */
export function readLink(query) {
  const parameters = new URLSearchParams(query);
  const of = (/** @type {string} */ name) => parameters.get(name) ?? "";
  // Many pages forget to encode the plus of an international number. No number begins with a blank.
  const destination = of("destnumber").replace(/^ (?=\d)/, "+").trim();
  const [user, pass, time, duration] = ["user", "pass", "time", "duration"].map(of);
  const signature = user === "" && pass === "" ? undefined : { user, pass, time, duration };
  return { destination, language: parameters.get("lang"), signature };
}

/**
 * The same query without what proves anything: this is what may stay in the address bar and in the history.
 *
 * @param {string} query
 * @returns {string} with its "?"
 */
export function withoutSignature(query) {
  const parameters = new URLSearchParams(query);
  for (const name of ["user", "pass", "time", "duration"]) parameters.delete(name);
  return `?${parameters}`;
}

/**
 * The same query in another language.
 *
 * @param {string} query
 * @param {string} language
 */
export function inLanguage(query, language) {
  const parameters = new URLSearchParams(query);
  parameters.set("lang", language);
  return `?${parameters}`;
}
