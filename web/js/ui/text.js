// The sentences of the page's language. Loaded once before anything is drawn.

/** @type {Record<string, any>} */
let table = {};
let chosen = 'de';

/**
 * Loads the sentences.
 * @param {string} wanted "de" or "en"; anything else is German
 */
export async function loadText(wanted) {
  chosen = wanted === 'en' ? 'en' : 'de';
  const module = chosen === 'en' ? await import('../../text/en.js') : await import('../../text/de.js');
  table = module.text;
}

/** The language of the page, for dates, numbers and the emoji's names. */
export function language() {
  return chosen;
}

/**
 * The sentence of a key like "chat.send", with its places filled.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const found = lookUp(key);
  if (typeof found !== 'string') throw new TypeError(`no sentence ${key}`);
  return found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {string} key */
export function hasText(key) {
  return typeof lookUp(key) === 'string';
}

/**
 * A list of sentences.
 * @param {string} key
 * @returns {string[]}
 */
export function lines(key) {
  const found = lookUp(key);
  if (!Array.isArray(found)) throw new TypeError(`no list ${key}`);
  return found;
}

/** @param {string} key @returns {unknown} */
function lookUp(key) {
  return key.split('.').reduce(
    (/** @type {any} */ inner, name) => (inner !== null && typeof inner === 'object' ? inner[name] : undefined),
    table,
  );
}
