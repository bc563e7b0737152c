// Pseudonyms as people see them. Hashed and compared is what crypto/passphrase.js makes of them.

/**
 * "Kiesel-407" for "kiesel-407": a word that begins small looks like a slip.
 * @param {string} pseudonym
 */
export function shownName(pseudonym) {
  const [first = '', ...rest] = pseudonym;
  return first.toLocaleUpperCase('de') + rest.join('');
}
