// The form behind the account's door: fields, and the accounts of the server's own exchange as one-press choices.

import { emptyAccount } from "./account.js";
import { text } from "./texts.js";
import { element } from "./view.js";

/** @typedef {import("./account.js").Account} Account */

const form = /** @type {HTMLFormElement} */ (element("account-form"));
const own = /** @type {HTMLDetailsElement} */ (element("own"));
const more = /** @type {HTMLDetailsElement} */ (element("more"));

/**
 * @param {object} listener
 * @param {(account: Account, secret: string, stay: boolean) => void} listener.connect the form is in order
 * @param {(field: keyof Account) => void} listener.refused this field is not
 * @param {() => void} listener.toggled the form was folded or unfolded
 */
export function openForm({ connect, refused, toggled }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { account, secret, stay } = read();
    const field = wrongField(account);
    if (field === undefined) connect(account, secret, stay);
    else refused(field);
  });
  own.addEventListener("toggle", toggled);
}

/** @param {Account} account */
export function fillForm(account) {
  for (const [name, value] of Object.entries(account)) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement)) continue;
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
  }
  const { authenticationName, outboundProxy, port, visibleName, register } = account;
  more.open = Boolean(authenticationName || outboundProxy || port || visibleName || !register);
}

/** Empties the form, its password first of all. */
export function clearForm() {
  form.reset();
}

export function unfoldForm() {
  own.open = true;
}

/**
 * Puts the cursor where something is wrong or missing.
 *
 * @param {string | undefined} name undefined when no field is to blame
 */
export function blame(name) {
  for (const field of form.querySelectorAll("input")) field.removeAttribute("aria-invalid");
  const field = name === undefined ? null : form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) return;
  field.setAttribute("aria-invalid", "true");
  focusField(name ?? "");
}

/** @param {string} name */
export function focusField(name) {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement)) return;
  own.open = true;
  if (more.contains(field)) more.open = true;
  field.focus();
}

/**
 * @param {import("./account.js").Demo} demo
 * @param {(chosen: import("./account.js").Demo["accounts"][number]) => void} choose
 */
export function drawDemoAccounts({ accounts }, choose) {
  const buttons = accounts.map((account) => {
    const button = chip(account.login, () => choose(account));
    button.dataset.testid = "demo-account";
    button.dataset.login = account.login;
    button.setAttribute("aria-label", text("demoAccount", { login: account.login }));
    return button;
  });
  element("demo-accounts").replaceChildren(...buttons);
}

/**
 * What the server's own exchange answers to.
 *
 * @param {readonly string[]} extensions
 * @param {(number: string) => void} dial
 */
export function drawSuggestions(extensions, dial) {
  const buttons = extensions.map((extension) => {
    const button = chip(suggestionWords(extension), () => dial(extension));
    button.dataset.testid = "suggestion";
    button.dataset.number = extension;
    return button;
  });
  element("suggestions").replaceChildren(...buttons);
  element("suggestions").hidden = buttons.length === 0;
}

/** @param {string} extension */
function suggestionWords(extension) {
  switch (extension) {
    case "echo":
      return text("suggestionEcho");
    case "music":
      return text("suggestionMusic");
    case "menu":
      return text("suggestionMenu");
    default:
      return extension;
  }
}

/** @returns {{ account: Account, secret: string, stay: boolean }} */
function read() {
  const data = new FormData(form);
  const word = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  const account = {
    ...emptyAccount,
    login: word("login"),
    authenticationName: word("authenticationName"),
    domain: word("domain"),
    outboundProxy: word("outboundProxy"),
    port: word("port"),
    visibleName: word("visibleName"),
    register: data.has("register"),
  };
  return { account, secret: String(data.get("password") ?? ""), stay: data.has("stay") };
}

/**
 * What can be seen without a server; the rest it will say itself.
 *
 * @param {Account} account
 * @returns {keyof Account | undefined}
 */
function wrongField({ login, domain, port }) {
  if (login === "") return "login";
  if (domain === "") return "domain";
  const isPort = port === "" || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535);
  return isPort ? undefined : "port";
}

/**
 * @param {string} words
 * @param {() => void} press
 */
function chip(words, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = words;
  button.addEventListener("click", press);
  return button;
}
