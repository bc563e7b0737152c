// A staff member's profile: what seekers and colleagues see of a person (protocol section 4). Twin of
// crypto/profile.py.
//
//   profile = [1, subject16, counter, name, languages, [text de, text en], status, picture]
//
// with SIG "profile"; picture is empty or the hash of a picture (picture.js). Signed by the certified
// key and not logged, so that people change it freely; of two the one with the higher counter counts.
// The relay can hold a newer one back, never alter one. Profiles are written by ownprofile.js.

import { array, binary, decodeArray, text as textOf, uint } from './encoding.js';
import { BadStatement, NotCanonical } from './errors.js';
import { SIG_PROFILE } from './labels.js';
import { equal, verify } from './primitives.js';
import { SUBJECT_BYTES } from './statement.js';

export const FORM = 1;
export const MAX_NAME_CHARS = 80;
export const MAX_TEXT_CHARS = 500;
export const MAX_STATUS_CHARS = 80;
export const MAX_LANGUAGES = 8;
export const PICTURE_HASH_BYTES = 32;
// In which one can be counselled: ISO 639, in the order of their codes. It can grow with the form.
export const LANGUAGES = Object.freeze('ar bg bs cs de el en es fa fr hr hu it ku mk nl pl prs ps pt ro ru so sq sr ti tr uk vi zh'.split(' '));
// Of the texts, in this order.
export const TEXT_LANGUAGES = Object.freeze(['de', 'en']);

// Control characters, line separators, invisible and writing-direction signs could make one name look
// like another, or a text run over its place. Ranges and not categories: the two languages know
// different Unicode versions.
export const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/**
 * What one person shows. `texts` in the order of TEXT_LANGUAGES; `pictureHash` may be empty; `status` is
 * a line like an absence.
 * @typedef {object} Profile
 * @property {Uint8Array} subject16
 * @property {number} counter
 * @property {string} name
 * @property {readonly string[]} languages
 * @property {readonly string[]} texts
 * @property {string} status
 * @property {Uint8Array} pictureHash
 */

/**
 * Reads a profile; NotCanonical for another shape, a size over its limit or a bad sign.
 * @param {Uint8Array} raw
 * @returns {Readonly<Profile>}
 */
export function decodeProfile(raw) {
  const [form, subject16, counter, name, languages, texts, status, picture] = decodeArray(raw, 8);
  if (uint(form) !== FORM) throw new NotCanonical('a profile of another form');
  const profile = Object.freeze({
    subject16: binary(subject16, SUBJECT_BYTES),
    counter: uint(counter),
    name: lineOf(name, MAX_NAME_CHARS),
    languages: languagesOf(array(languages)),
    texts: Object.freeze(array(texts, TEXT_LANGUAGES.length).map(severalLinesOf)),
    status: lineOf(status, MAX_STATUS_CHARS),
    pictureHash: binary(picture, 0, PICTURE_HASH_BYTES),
  });
  if (profile.name === '') throw new NotCanonical('nobody is called nothing');
  return profile;
}

/**
 * Returns the profile that `publicKey`, certified for `subject16`, signed. BadSignature; BadStatement
 * when it is about somebody else; NotCanonical.
 * @param {import('./keys.js').SignPublic} publicKey
 * @param {Uint8Array} subject16
 * @param {Uint8Array} raw
 * @param {Uint8Array} signature
 * @returns {Readonly<Profile>}
 */
export function openProfile(publicKey, subject16, raw, signature) {
  verify(publicKey, SIG_PROFILE, signature, raw);
  const profile = decodeProfile(raw);
  if (!equal(profile.subject16, subject16)) throw new BadStatement('a profile of somebody else');
  return profile;
}

/** @param {import('./encoding.js').Value} value @param {number} maxChars */
function lineOf(value, maxChars) {
  const line = textOf(value, maxChars);
  if (line !== line.trim() || UNSAFE.test(line)) throw new NotCanonical('not a line that can be shown');
  return line;
}

/** Nothing but the ends of lines is a control character. @param {import('./encoding.js').Value} value */
function severalLinesOf(value) {
  const found = textOf(value, MAX_TEXT_CHARS);
  if (UNSAFE.test(found.replaceAll('\n', ''))) throw new NotCanonical('not a text that can be shown');
  return found;
}

/** Codes of the list, each once, sorted: one choice has one form. @param {readonly import('./encoding.js').Value[]} values */
function languagesOf(values) {
  const chosen = LANGUAGES.filter((one) => values.includes(one));
  if (values.length > MAX_LANGUAGES || chosen.some((one, n) => one !== values[n]) || chosen.length !== values.length) {
    throw new NotCanonical('too many languages, or of another list or order');
  }
  return Object.freeze(chosen);
}
