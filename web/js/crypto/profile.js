// A staff member's profile: what seekers see of a person (protocol section 4). Twin of
// crypto/profile.py.
//
//   profile = [subject16, name, picture or empty, languages, text, counter]   with SIG "profile"
//
// Signed by the certified key and not logged, so that people change it freely; of two the one with
// the higher counter counts. The relay can hold a newer one back, never alter one.

import { array, binary, decodeArray, encode, text as textOf, uint } from './encoding.js';
import { BadStatement, NotCanonical } from './errors.js';
import * as labels from './labels.js';
import { equal, sign, verify } from './primitives.js';
import { MAX_LANGUAGE_CHARS, SUBJECT_BYTES } from './statement.js';

/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */

export const MAX_NAME_CHARS = 80;
export const MAX_TEXT_CHARS = 2000;
export const MAX_PICTURE_BYTES = 48 * 1024;
export const MAX_LANGUAGES = 16;

// Control characters, line separators and writing-direction overrides could make one name look
// like another. Ranges and not categories: the two languages know different Unicode versions.
const UNSAFE_IN_NAME = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/;

/**
 * What one person shows; `picture` is an image file or empty.
 * @typedef {object} Profile
 * @property {Uint8Array} subject16
 * @property {string} name
 * @property {Uint8Array} picture
 * @property {readonly string[]} languages
 * @property {string} text
 * @property {number} counter
 */

/**
 * Returns the bytes that are signed and stored.
 * @param {Readonly<Profile>} profile
 * @returns {Uint8Array}
 */
export function encodeProfile(profile) {
  const { subject16, name, picture, languages, text, counter } = profile;
  return encode([subject16, name, picture, languages, text, counter]);
}

/**
 * Reads a profile; NotCanonical for another shape, a size over its limit or a bad name.
 * @param {Uint8Array} raw
 * @returns {Readonly<Profile>}
 */
export function decodeProfile(raw) {
  const [subject16, name, picture, languages, text, counter] = decodeArray(raw, 6);
  const profile = Object.freeze({
    subject16: binary(subject16, SUBJECT_BYTES),
    name: textOf(name, MAX_NAME_CHARS),
    picture: binary(picture),
    languages: Object.freeze(array(languages).map((one) => textOf(one, MAX_LANGUAGE_CHARS))),
    text: textOf(text, MAX_TEXT_CHARS),
    counter: uint(counter),
  });
  if (profile.picture.length > MAX_PICTURE_BYTES || profile.languages.length > MAX_LANGUAGES) {
    throw new NotCanonical('picture too large or too many languages');
  }
  if (profile.name === '' || UNSAFE_IN_NAME.test(profile.name)) {
    throw new NotCanonical('not a name that can be shown');
  }
  return profile;
}

/**
 * Signs an encoded profile with the certified key; 64 bytes.
 * @param {SignSecret} secret
 * @param {Uint8Array} raw
 * @returns {Uint8Array}
 */
export function signProfile(secret, raw) {
  return sign(secret, labels.SIG_PROFILE, raw);
}

/**
 * Returns the profile that `publicKey`, certified for `subject16`, signed. BadSignature; BadStatement
 * when it is about somebody else; NotCanonical.
 * @param {SignPublic} publicKey
 * @param {Uint8Array} subject16
 * @param {Uint8Array} raw
 * @param {Uint8Array} signature
 * @returns {Readonly<Profile>}
 */
export function openProfile(publicKey, subject16, raw, signature) {
  verify(publicKey, labels.SIG_PROFILE, signature, raw);
  const profile = decodeProfile(raw);
  if (!equal(profile.subject16, subject16)) throw new BadStatement('a profile of somebody else');
  return profile;
}
