// The own profile, written and signed; it is read by profile.js. Twin of crypto/ownprofile.py.
//
// A file of its own, because a seeker's page reads profiles and never writes one.

import { encode } from './encoding.js';
import { SIG_PROFILE } from './labels.js';
import { sign } from './primitives.js';
import { FORM, decodeProfile } from './profile.js';

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
 * Signs an encoded profile with the certified key; 64 bytes.
 * @param {import('./keys.js').SignSecret} secret
 * @param {Uint8Array} raw
 * @returns {Uint8Array}
 */
export function signProfile(secret, raw) {
  return sign(secret, SIG_PROFILE, raw);
}
