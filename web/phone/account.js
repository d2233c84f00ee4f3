// The account: what is remembered of it and where, and the accounts of the server's own small exchange.

import { attempt, keep, kept } from "./storage.js";

/**
 * @typedef {object} Account
 * @property {string} login
 * @property {string} authenticationName
 * @property {string} domain
 * @property {string} outboundProxy
 * @property {string} port "" or a number
 * @property {string} visibleName
 * @property {boolean} register
 * @property {boolean} demo whether it belongs to the server's own exchange, which knows its password
 */

/** @typedef {{ domain: string, port: number, accounts: { login: string, password: string }[], extensions: string[] }} Demo */

const ACCOUNT = "offhook.account";
const PASSWORD = "offhook.password";

/** @type {Readonly<Account>} */
export const emptyAccount = Object.freeze({
  login: "",
  authenticationName: "",
  domain: "",
  outboundProxy: "",
  port: "",
  visibleName: "",
  register: true,
  demo: false,
});

/** @returns {Account | undefined} the account that was used last on this device */
export function rememberedAccount() {
  const account = { ...emptyAccount };
  for (const [key, value] of Object.entries(Object(kept(ACCOUNT)))) {
    const field = /** @type {keyof Account} */ (key);
    if (typeof value === typeof emptyAccount[field]) Object.assign(account, { [field]: value });
  }
  return account.login === "" ? undefined : account;
}

/** @returns {string | undefined} kept only for this tab, and only when the person asked for it */
export function rememberedPassword() {
  return attempt(() => sessionStorage.getItem(PASSWORD)) ?? undefined;
}

/**
 * Remembers the account on this device, without its password. The password goes into this tab's session storage
 * if the person asked to stay signed in, and otherwise nowhere.
 *
 * @param {Account} account
 * @param {string | undefined} password undefined to keep none
 */
export function remember(account, password) {
  keep(ACCOUNT, account);
  attempt(() => (password === undefined ? sessionStorage.removeItem(PASSWORD) : sessionStorage.setItem(PASSWORD, password)));
}

/** Forgets the password, and that this account is to be connected at once. */
export function forget() {
  attempt(() => sessionStorage.removeItem(PASSWORD));
  keep(ACCOUNT, undefined);
}

/** @returns {Promise<Demo | undefined>} what the server tells a visitor from its own machine, and nobody else */
export async function demoExchange() {
  try {
    const response = await fetch("/exchange/accounts.json", { signal: AbortSignal.timeout(3000), cache: "no-store" });
    if (!response.ok) return undefined;
    const { domain, port, accounts, extensions } = await response.json();
    return Array.isArray(accounts) && accounts.length > 0 ? { domain, port, accounts, extensions: extensions ?? [] } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {Account} account
 * @param {string} password
 * @returns {import("../sdk/offhook.js").ConnectOptions}
 */
export function connectOptions(account, password) {
  const { login, authenticationName, domain, outboundProxy, register } = account;
  const port = account.port === "" ? undefined : Number(account.port);
  return {
    sip: { login, authenticationName, password, domain, outboundProxy, port, register },
    visibleName: account.visibleName,
  };
}
