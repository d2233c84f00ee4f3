/**
 * Offhook's SDK: call any SIP phone from a web page.
 *
 *     import { connect } from "/sdk/offhook.js";
 *     const phone = await connect({ sip: { login: "1000", password: "…", domain: "pbx.example" } });
 *     const call = phone.call("1001");
 *     call.on("ended", ({ reason, text }) => console.log(reason, text));
 *
 * @module offhook
 */

import { Phone } from "./phone.js";

export { Call } from "./call.js";
export { Phone, version } from "./phone.js";
export { OffhookError, reasons } from "./reasons.js";

/** @typedef {import("./phone.js").ConnectOptions} ConnectOptions */
/** @typedef {import("./phone.js").SipAccount} SipAccount */
/** @typedef {import("./phone.js").PhoneState} PhoneState */
/** @typedef {import("./phone.js").PhoneEvents} PhoneEvents */
/** @typedef {import("./phone.js").Device} Device */
/** @typedef {import("./call.js").CallOptions} CallOptions */
/** @typedef {import("./call.js").CallState} CallState */
/** @typedef {import("./call.js").CallEvents} CallEvents */
/** @typedef {import("./call.js").MicrophoneState} MicrophoneState */
/** @typedef {import("./call.js").Peer} Peer */
/** @typedef {import("./call.js").Transfer} Transfer */
/** @typedef {import("./keys.js").KeyType} KeyType */
/** @typedef {import("./reasons.js").Outcome} Outcome */
/** @typedef {import("./reasons.js").Reason} Reason */
/** @typedef {import("./reasons.js").Warning} Warning */
/** @typedef {import("./reasons.js").Party} Party */

/**
 * Connects, and registers unless `sip.register` is false. To watch it happen, or to give it up, make a
 * {@link Phone} yourself and call its `connect`.
 *
 * @param {ConnectOptions} [options]
 * @returns {Promise<Phone>} ready to call; rejected with an {@link OffhookError} whose `reason` says why not
 */
export function connect(options) {
  return new Phone(options).connect();
}
