// The sentences of the page's language. Loaded once before anything is drawn.

/** @type {Record<string, any>} */
let table = {};
let chosen = 'de';

/**
 * Loads the sentences.
 * @param {string} wanted "de" or "en"; anything else is German
 * @param {...Promise<{ text: object }>} more further rooms in the same language
 */
export async function loadText(wanted, ...more) {
  chosen = wanted === 'en' ? 'en' : 'de';
  const shared = chosen === 'en' ? import('../../text/en.js') : import('../../text/de.js');
  const parts = await Promise.all([shared, ...more]);
  table = {};
  for (const { text } of parts) add(text);
}

/**
 * Adds a room that was not needed before.
 * @param {Promise<{ text: object }>} part in the page's language
 */
export async function addText(part) {
  add((await part).text);
}

/** A room may stand in two files, of which some pages need one. @param {Record<string, any>} rooms */
function add(rooms) {
  for (const [room, sentences] of Object.entries(rooms)) table[room] = { ...table[room], ...sentences };
}

/** The language of the page, for dates, numbers and the emoji's names. */
export function language() {
  return chosen;
}

/**
 * The sentence of a key like "chat.send", with its places filled. A number and its unit stay on one line.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const found = lookUp(key);
  if (typeof found !== 'string') throw new TypeError(`no sentence ${key}`);
  return found.replace(/\{(\w+)\}( ?)/g, (whole, name, space) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' && space !== '' ? `${value}\u00a0` : `${value}${space}`;
  });
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
