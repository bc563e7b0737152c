// The word lists for fingerprints, fetched when words are shown. The organisation fixed the language in
// its first statement, so everybody compares the same words, whatever language the page has.

/** @typedef {(language: string) => Promise<readonly string[]>} WordListOf */

/** @type {WordListOf} */
export async function wordListOf(language) {
  const { WORDS } = await (language === 'en' ? import('../crypto/words/en.js') : import('../crypto/words/de.js'));
  return WORDS;
}
