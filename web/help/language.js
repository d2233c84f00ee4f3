// The language of a page: the link's, then the browser's.

import { languageOf, loadTexts } from "../click/texts.js";

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

/**
 * Which way a language is written.
 *
 * @param {string} language
 */
export function directionOf(language) {
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}

/**
 * Puts a language's words into the elements that ask for them: `data-text` for what they say, `data-label` for what
 * they are called.
 *
 * @param {string | null} wanted a language tag
 * @returns {Promise<{ text: import("../click/texts.js").Text, language: string }>}
 */
export async function writeTexts(wanted) {
  const language = languageOf([wanted, ...navigator.languages]);
  const text = await loadTexts(language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    place.textContent = text(place.dataset.text ?? "");
  }
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-label]"))) {
    place.setAttribute("aria-label", text(place.dataset.label ?? ""));
  }
  return { text, language };
}

/** What each language is called by those who speak it. @type {Readonly<Record<string, string>>} */
const NAMES = Object.freeze({ en: "English", de: "Deutsch", ru: "Русский", fr: "Français", es: "Español", uk: "Українська" });

/**
 * Fills the choice of the language.
 *
 * @param {HTMLSelectElement} choice
 * @param {readonly string[]} languages
 * @param {string} chosen
 */
export function drawLanguages(choice, languages, chosen) {
  const options = languages.map((language) => {
    const option = new Option(NAMES[language] ?? language, language, false, language === chosen);
    option.lang = language;
    return option;
  });
  choice.replaceChildren(...options);
}
