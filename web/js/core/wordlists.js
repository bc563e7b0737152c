// The words that people compare instead of hashes. The organisation fixed their language in its first
// statement, so everybody compares the same words, whatever language the page has.

import { organisationWords, personWords } from '../crypto/fingerprint.js';

/** @typedef {import('../crypto/keys.js').KemPublic} KemPublic */
/** @typedef {import('../crypto/keys.js').SignPublic} SignPublic */
/** @typedef {{ readonly personWords: readonly string[], readonly orgWords: readonly string[] }} Words */

/** @param {string} language @returns {Promise<readonly string[]>} */
export async function wordListOf(language) {
  const { WORDS } = await (language === 'en' ? import('../crypto/words/en.js') : import('../crypto/words/de.js'));
  return WORDS;
}

/**
 * Returns what finds the words of a person and of the organisation. Few people look, so nothing is
 * fetched before somebody does.
 * @param {{ language: string, rootPk: SignPublic, standbyPk: SignPublic }} org
 * @param {{ signPk: SignPublic, kemPk: KemPublic }} person
 * @returns {() => Promise<Words>}
 */
export function wordsToCompare({ language, rootPk, standbyPk }, { signPk, kemPk }) {
  return async () => {
    const list = await wordListOf(language);
    return { personWords: personWords(signPk, kemPk, list), orgWords: organisationWords(rootPk, standbyPk, list) };
  };
}
