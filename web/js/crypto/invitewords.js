// How an invitation of a seeker is written: six words, spoken or behind the "#" of a link. Twin of
// crypto/invitewords.py.
//
//   words = 6 of one of the two lists, 66 bits; secret = `secretFromWords` of invitation.js
//   link  = <base>/p/<portal>/zugang#einladung=<words with "-" between>; in English <base>/en/p/...
//
// One form for the telephone, for paper and for a message, so that nobody has to choose. A browser
// sends no fragment to anybody. When it ends is known to the relay and to the inviter's client.

import { BadCharacter, TooLong, TooShort, generate } from './passphrase.js';
import { randomBytes } from './random.js';
import { Mistyped } from './symbols.js';

/** @typedef {import('./random.js').Rand} Rand */

export const WORDS = 6;
export const VALID_HOURS = 48;
export const FRAGMENT = 'einladung=';

/** What people put between words, and what a page keeps of a pasted line. */
const BETWEEN = /[\s\u00a0\-\u2010-\u2014.,;+_]+/u;
const LETTERS = /^[a-z]+$/;

/**
 * Draws six words, with spaces between.
 * @param {readonly string[]} list of one language
 * @param {Rand} [rand]
 */
export function newWords(list, rand = randomBytes) {
  return generate(list, rand, WORDS);
}

/**
 * Returns the whole address of a portal's access page.
 * @param {string} page the address without a fragment
 * @param {string} words
 */
export function link(page, words) {
  return `${page}#${FRAGMENT}${words.replaceAll(' ', '-')}`;
}

/**
 * Reads a link, what stands behind its "#", or typed words; returns them with spaces between. BadCharacter,
 * TooShort or TooLong for anything but six words of letters, Mistyped for a word that is on neither list;
 * whether they are right is only known at the service.
 * @param {string} typed
 * @param {readonly (readonly string[])[]} lists of all languages
 */
export function read(typed, lists) {
  const words = wordsIn(typed);
  if (!words.every((one) => LETTERS.test(one))) throw new BadCharacter('not a word of our lists');
  if (words.length < WORDS) throw new TooShort('fewer than six words');
  if (words.length > WORDS) throw new TooLong('more than six words');
  if (!lists.some((list) => words.every((one) => list.includes(one)))) throw new Mistyped('not words of one of our lists');
  return words.join(' ');
}

/**
 * The words of what somebody typed or pasted, as far as they are any.
 * @param {string} typed
 * @returns {string[]}
 */
export function wordsIn(typed) {
  const from = typed.lastIndexOf(FRAGMENT);
  const text = (from < 0 ? typed : typed.slice(from + FRAGMENT.length)).trim();
  return text.toLowerCase().split(BETWEEN).filter((one) => one !== '');
}
