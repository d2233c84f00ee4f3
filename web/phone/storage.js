// What the page keeps on this device. Storage may be forbidden or full; then nothing is kept, and all else works.

/**
 * @template Value
 * @param {() => Value} access
 * @returns {Value | undefined}
 */
export function attempt(access) {
  try {
    return access();
  } catch {
    return undefined;
  }
}

/**
 * @param {string} key
 * @returns {unknown} what was kept, or undefined; it may be of an older page or of somebody's making
 */
export function kept(key) {
  return attempt(() => JSON.parse(localStorage.getItem(key) ?? "null")) ?? undefined;
}

/**
 * @param {string} key
 * @param {unknown} value undefined to forget
 */
export function keep(key, value) {
  attempt(() => (value === undefined ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value))));
}
