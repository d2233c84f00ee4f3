// What the help pages have in common: their language, the choice of it, and the way to print them.

import { languages } from "../click/texts.js";
import { drawLanguages, writeTexts } from "./language.js";

/** Opens a help page. @returns {ReturnType<typeof writeTexts>} */
export async function openPage() {
  const opened = await writeTexts(new URLSearchParams(location.search).get("lang"));
  const { language } = opened;
  document.title = document.querySelector("h1")?.textContent ?? "";
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-keeps-language]"))) {
    link.search = `?lang=${language}`;
  }
  const choice = /** @type {HTMLSelectElement} */ (document.getElementById("language"));
  drawLanguages(choice, languages, language);
  choice.addEventListener("change", () => {
    location.search = `?lang=${choice.value}`; // the place within the page stays
  });
  document.getElementById("print")?.addEventListener("click", () => window.print());
  document.body.dataset.language = language;
  return opened;
}
