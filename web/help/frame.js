// What all help pages have: their language, the choice of it, and the way to print them.

import { languages, loadTexts } from "../click/texts.js";
import { element } from "./dom.js";

/** What each language is called by those who speak it. @type {Readonly<Record<string, string>>} */
const NAMES = Object.freeze({ en: "English", de: "Deutsch", ru: "Русский", fr: "Français", es: "Español", uk: "Українська" });

/**
 * Puts the words of the page's language into the elements that ask for them.
 *
 * @returns {Promise<{ text: import("./pictures.js").Text, language: string }>}
 */
export async function openPage() {
  const texts = await loadTexts(new URLSearchParams(location.search).get("lang") ?? "");
  const { text, language, direction } = texts;
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    place.textContent = text(place.dataset.text ?? "");
  }
  document.title = document.querySelector("h1")?.textContent ?? "";
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-keeps-language]"))) {
    link.search = `?lang=${language}`;
  }
  drawLanguages(text, language);
  const print = document.querySelector("#print");
  print?.addEventListener("click", () => window.print());
  document.body.dataset.language = language;
  return { text, language };
}

/**
 * @param {import("./pictures.js").Text} text
 * @param {string} language
 */
function drawLanguages(text, language) {
  const choice = /** @type {HTMLSelectElement | null} */ (document.querySelector("#language"));
  if (!choice) return;
  choice.setAttribute("aria-label", text("help.language"));
  choice.append(...languages.map((code) => element("option", { value: code, lang: code }, NAMES[code] ?? code)));
  choice.value = language;
  choice.addEventListener("change", () => {
    location.search = `?lang=${choice.value}`; // the place within the page stays
  });
}
