// The own profile, written and signed; it is read by profile.js. Twin of crypto/ownprofile.py.
//
// A file of its own, because a seeker's page reads profiles and never writes one.

import { encode } from './encoding.js';
import { SIG_PROFILE } from './labels.js';
import { sign } from './primitives.js';
import { FORM, UNSAFE, decodeProfile } from './profile.js';

const EACH_UNSAFE = new RegExp(UNSAFE, 'g');
const BREAKS = /[\t\n\v\f\r\u2028\u2029]+/g;

/**
 * Returns the bytes that are signed and stored; NotCanonical when no client would read them.
 * @param {Readonly<import('./profile.js').Profile>} profile
 * @returns {Uint8Array}
 */
export function encodeProfile({ subject16, counter, name, languages, texts, status, pictureHash }) {
  const raw = encode([FORM, subject16, counter, name, [...languages], [...texts], status, pictureHash]);
  decodeProfile(raw);
  return raw;
}

/**
 * Returns what somebody typed or pasted as one line without signs that nobody sees.
 * @param {string} typed
 * @returns {string}
 */
export function cleanLine(typed) {
  return typed.normalize('NFC').replace(BREAKS, ' ').replace(EACH_UNSAFE, '').trim();
}

/**
 * Returns several lines, each without signs that nobody sees.
 * @param {string} typed
 * @returns {string}
 */
export function cleanText(typed) {
  const given = typed.normalize('NFC').replace(/\r\n?|[\u2028\u2029]/g, '\n').replaceAll('\t', ' ');
  return given.split('\n').map((line) => line.replace(EACH_UNSAFE, '')).join('\n').trim();
}

/**
 * Signs an encoded profile with the certified key; 64 bytes.
 * @param {import('./keys.js').SignSecret} secret
 * @param {Uint8Array} raw
 * @returns {Uint8Array}
 */
export function signProfile(secret, raw) {
  return sign(secret, SIG_PROFILE, raw);
}
