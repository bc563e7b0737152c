// Words that people compare by voice or on paper, and dice for passphrases (sections 2 and 4).
// Twin of crypto/fingerprint.py; the list is a parameter here, so that a page loads one language.
//
// Never words over both keys of a pair: a middleman with two keys of their own can make those collide.

import { LocalError } from './errors.js';
import * as labels from './labels.js';
import { hash } from './primitives.js';

/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').SignPublic} SignPublic */

export const WORD_BITS = 11;
export const COMPARED_WORDS = 8;

/**
 * WORDS(h, k): the first 11*k bits of `digest`, big-endian, as indices into `list`.
 * @param {Uint8Array} digest
 * @param {number} count
 * @param {readonly string[]} list 2,048 words, from words/<language>.js
 * @returns {string[]}
 */
export function words(digest, count, list) {
  if (count < 1 || digest.length * 8 < WORD_BITS * count) {
    throw new LocalError('too few bits for that many words');
  }
  if (list.length !== 2 ** WORD_BITS) throw new LocalError('a word list has 2,048 words');
  return Array.from({ length: count }, (_, n) => list[bitsAt(digest, n * WORD_BITS)]);
}

/**
 * HASH("org", root, standby): the one thing that people compare, also as a QR code.
 * @param {SignPublic} rootPk
 * @param {SignPublic} standbyPk
 * @returns {Uint8Array}
 */
export function organisationHash(rootPk, standbyPk) {
  return hash(labels.ORG, rootPk, standbyPk);
}

/**
 * The organisation fingerprint in 8 words.
 * @param {SignPublic} rootPk
 * @param {SignPublic} standbyPk
 * @param {readonly string[]} list
 * @returns {string[]}
 */
export function organisationWords(rootPk, standbyPk, list) {
  return words(organisationHash(rootPk, standbyPk), COMPARED_WORDS, list);
}

/**
 * A colleague's key in 8 words, read out when they are invited.
 * @param {SignPublic} signPk
 * @param {KemPublic} kemPk
 * @param {readonly string[]} list
 * @returns {string[]}
 */
export function personWords(signPk, kemPk, list) {
  return words(hash(labels.PERSON, signPk, kemPk), COMPARED_WORDS, list);
}

/**
 * @param {Uint8Array} digest
 * @param {number} offset
 */
function bitsAt(digest, offset) {
  let value = 0;
  for (let bit = offset; bit < offset + WORD_BITS; bit += 1) {
    value = (value << 1) | ((digest[bit >> 3] >> (7 - (bit & 7))) & 1);
  }
  return value;
}
