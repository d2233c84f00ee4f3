// The words of a page, one JSON file a language, loaded when they are needed.

/** The languages that there are, the one for everybody else first. */
export const languages = Object.freeze(["en", "de", "ru", "fr", "es", "uk"]);

/**
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Text gives the words of a key, with the
 *   values in the places of their {names}
 */

/**
 * The first of the wanted languages that there is.
 *
 * @param {readonly (string | null | undefined)[]} wanted language tags, such as "de-AT"
 */
export function languageOf(wanted) {
  for (const tag of wanted) {
    const language = tag?.trim().toLowerCase().split(/[-_]/)[0];
    if (language && languages.includes(language)) return language;
  }
  return languages[0];
}

/**
 * @param {string} language one of `languages`
 * @returns {Promise<Text>}
 */
export async function loadTexts(language) {
  const answer = await fetch(new URL(`../texts/${language}.json`, import.meta.url));
  /** @type {Record<string, string>} */ const texts = await answer.json();
  return (key, values = {}) => (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
