import { browser } from "../sdk/platform.js";

/**
 * What the flow of a call needs of the world beyond the SDK's needs.
 *
 * @typedef {object} Watching
 * @property {(listener: () => void) => () => void} onPermission told when the microphone's permission changes, where the
 *   browser tells, until what is returned is called
 * @property {(listener: () => void) => () => void} onReturn told when the person comes back to the page
 */

/** @typedef {import("../sdk/platform.js").Platform & Watching} Platform */

/** @type {Platform} */
export const page = Object.freeze({
  ...browser,
  onPermission(listener) {
    let over = false;
    /** @type {PermissionStatus | undefined} */ let permission;
    navigator.permissions?.query({ name: /** @type {PermissionName} */ ("microphone") }).then(
      (found) => {
        permission = found;
        if (!over) permission.addEventListener("change", listener);
      },
      () => {}, // a browser that does not know this permission's name
    );
    return () => {
      over = true;
      permission?.removeEventListener("change", listener);
    };
  },
  onReturn(listener) {
    window.addEventListener("focus", listener);
    return () => window.removeEventListener("focus", listener);
  },
});
