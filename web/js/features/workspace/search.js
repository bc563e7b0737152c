// Finding words in what this device has opened. The index is plain memory: built after the sign-in, gone with it.
// Nothing of what is looked for ever leaves the device. Pure.

/**
 * Text in the one form in which it is compared: without case, accents and the two ways to write a double s.
 * @param {string} text
 */
export function folded(text) {
  return text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replaceAll('ß', 'ss');
}

export class SearchIndex {
  /** What was said in each conversation, folded. @type {Map<string, string>} */
  #texts = new Map();

  /** How many conversations it knows. */
  get size() {
    return this.#texts.size;
  }

  /**
   * Takes a conversation in, in the place of what was known of it.
   * @param {string} id
   * @param {readonly string[]} texts
   */
  put(id, texts) {
    // No word begins in one text and ends in another.
    this.#texts.set(id, folded(texts.join('\n')));
  }

  /** @param {string} id */
  drop(id) {
    this.#texts.delete(id);
  }

  clear() {
    this.#texts.clear();
  }

  /**
   * The conversations in which each of the words occurs, or the beginning, middle or end of a longer one.
   * @param {string} query
   * @returns {string[]} in the order in which they came; none for an empty query
   */
  find(query) {
    const words = folded(query).split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) return [];
    return [...this.#texts].filter(([, text]) => words.every((word) => text.includes(word))).map(([id]) => id);
  }
}
