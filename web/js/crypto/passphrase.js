// Pseudonyms and passphrases: the same typed text must give the same bytes everywhere (section 3).
// Twin of crypto/passphrase.py.
//
// The lists are spelled out and no engine's idea of "white space" or "lower case" is used: the two
// languages differ in several characters. Code points that Unicode 14.0 does not assign are refused,
// because normalisation of those depends on the age of the engine (see unicode14.js).

import { RemoteError } from './errors.js';
import { WORD_BITS, words as wordsOf } from './fingerprint.js';
import { randomBytes } from './random.js';
import { isAssigned } from './unicode14.js';

/** @typedef {import('./random.js').Rand} Rand */

export const MIN_PASSPHRASE_CHARS = 14;
export const MAX_PASSPHRASE_CHARS = 256;
export const MIN_PSEUDONYM_CHARS = 3;
export const MAX_PSEUDONYM_CHARS = 32;
export const GENERATED_WORDS = 6;

const SPACE_RUN = /[\t\n\r \u00a0\u2000-\u200a\u202f\u205f\u3000]+/g;
// None of Unicode's white space, nor any control character.
const PSEUDONYM_REFUSED = /[\0- \x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** The typed text has too few code points. */
export class TooShort extends RemoteError {
  static CODE = 'too_short';
}

/** The typed text has too many code points. */
export class TooLong extends RemoteError {
  static CODE = 'too_long';
}

/** The typed text holds a code point that is not allowed there. */
export class BadCharacter extends RemoteError {
  static CODE = 'bad_character';
}

/**
 * Returns the passphrase as it is hashed: NFC, single spaces, 14 to 256 code points.
 * @param {string} text
 * @returns {string}
 */
export function normalise(text) {
  const spaced = composed(text).replace(SPACE_RUN, ' ');
  const single = spaced.split(' ').filter((word) => word !== '').join(' ');
  return sized(single, MIN_PASSPHRASE_CHARS, MAX_PASSPHRASE_CHARS);
}

/**
 * Returns the pseudonym as it is hashed: NFC, ASCII lower case, 3 to 32 code points. White space is
 * refused everywhere and not trimmed: what a person sees is what they type again.
 * @param {string} text
 * @returns {string}
 */
export function normalisePseudonym(text) {
  const lower = composed(text).replace(/[A-Z]/g, (letter) =>
    String.fromCharCode(letter.charCodeAt(0) + 32));
  if (PSEUDONYM_REFUSED.test(lower)) throw new BadCharacter('control character or white space');
  return sized(lower, MIN_PSEUDONYM_CHARS, MAX_PSEUDONYM_CHARS);
}

/**
 * Draws a passphrase of words from our own list, 11 bits each; already normalised. The caller brings
 * the list of its language, so that a page loads one and not all.
 * @param {readonly string[]} list
 * @param {Rand} [rand]
 * @param {number} [words]
 * @returns {string}
 */
export function generate(list, rand = randomBytes, words = GENERATED_WORDS) {
  const drawn = rand(Math.ceil((words * WORD_BITS) / 8));
  return wordsOf(drawn, words, list).join(' ');
}

/** @param {string} text */
function composed(text) {
  for (const character of text) {
    const codePoint = /** @type {number} */ (character.codePointAt(0));
    if ((codePoint >= 0xd800 && codePoint <= 0xdfff) || !isAssigned(codePoint)) {
      throw new BadCharacter('surrogate, or newer than Unicode 14');
    }
  }
  return text.normalize('NFC');
}

/**
 * @param {string} text
 * @param {number} minimum
 * @param {number} maximum
 */
function sized(text, minimum, maximum) {
  const size = [...text].length;
  if (size < minimum) throw new TooShort();
  if (size > maximum) throw new TooLong();
  return text;
}
