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
// From here on a passphrase of one's own is called very good.
export const VERY_GOOD_CHARS = 24;
export const VERY_GOOD_WORDS = 4;
// Fewer different code points than this are a pattern.
export const MIN_DISTINCT_CHARS = 6;
// What a passphrase with the pseudonym in it needs besides.
export const MIN_OWN_CHARS = 10;

const FIRST_NUMBER = 100;
const NUMBERS = 900;

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

/** A passphrase that others try first: a pattern, or the pseudonym again. */
export class TooWeak extends RemoteError {
  static CODE = 'too_weak';
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
  const lower = asciiLower(composed(text));
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

/**
 * Judges a normalised passphrase that somebody wants to choose; TooWeak for patterns. No list of
 * leaked passphrases: the keeper's budget is what stands against guessing. Refused are few different
 * characters, one stretch repeated, runs such as "abcdef...", and nothing of its own beside the
 * pseudonym.
 * @param {string} phrase
 * @param {string} pseudonym normalised
 * @returns {'good' | 'very_good'}
 */
export function strength(phrase, pseudonym) {
  const lower = asciiLower(phrase);
  if (lower.includes(pseudonym) && [...lower.replaceAll(pseudonym, '')].length < MIN_OWN_CHARS) {
    throw new TooWeak('the pseudonym again');
  }
  const characters = [...phrase];
  const isPattern = new Set(characters).size < MIN_DISTINCT_CHARS || isRepeated(characters) || isRun(characters);
  if (isPattern) throw new TooWeak('a pattern');
  const isLong = characters.length >= VERY_GOOD_CHARS || phrase.split(' ').length >= VERY_GOOD_WORDS;
  return isLong ? 'very_good' : 'good';
}

/**
 * Returns a pseudonym that is likely free: a word of our list and a number, `kiesel-407`.
 * @param {readonly string[]} list
 * @param {Rand} [rand]
 * @returns {string}
 */
export function suggestPseudonym(list, rand = randomBytes) {
  const drawn = rand(4);
  const [word] = wordsOf(drawn.slice(0, 2), 1, list);
  return `${word}-${FIRST_NUMBER + (((drawn[2] << 8) | drawn[3]) % NUMBERS)}`;
}

/**
 * Tells whether one stretch of at most half the length makes up the whole.
 * @param {readonly string[]} characters
 */
function isRepeated(characters) {
  const { length } = characters;
  for (let period = 1; period <= length / 2; period += 1) {
    if (length % period === 0 && characters.every((c, i) => c === characters[i % period])) return true;
  }
  return false;
}

/**
 * Tells whether three of four neighbours follow each other, as in "1234" or "dcba".
 * @param {readonly string[]} characters
 */
function isRun(characters) {
  const points = characters.map((c) => /** @type {number} */ (c.codePointAt(0)));
  const runs = points.filter((point, i) => i > 0 && Math.abs(point - points[i - 1]) === 1);
  return 4 * runs.length >= 3 * (points.length - 1);
}

/** @param {string} text */
const asciiLower = (text) =>
  text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));

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
