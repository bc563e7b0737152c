// What a seeker's account remembers of the contact data that they left for the leads. Twin of clientlib/leftcontact.py.
//
//   in an enquiry's note    empty, or [n, at_ms, e-mail, phone]
//
// The letter itself opens only to the leads, so this is what every device shows and changes. `n` counts the changes; both
// empty: they were deleted.

import { MAX_EMAIL_BYTES, MAX_N, MAX_PHONE_CHARS } from '../../crypto/contact.js';
import { decodeArray, encode, text, uint } from '../../crypto/encoding.js';

/** What was left as the `n`-th version, at `atMs`; 0 before there was any. @typedef {Readonly<{ n: number, atMs: number, email: string, phone: string }>} LeftContact */

/** Gently: what is surely no address or number is told, nothing is looked up. */
const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/u;
const PHONE = /^\+?[0-9 ()/.-]*$/;
const MIN_DIGITS = 5;
const NOTHING = new Uint8Array(0);

/** @type {LeftContact} */
export const NOTHING_LEFT = Object.freeze({ n: 0, atMs: 0, email: '', phone: '' });

/** @param {LeftContact} left */
export const isThere = ({ email, phone }) => email !== '' || phone !== '';

/** @param {LeftContact} left */
export function encodeLeft({ n, atMs, email, phone }) {
  return n === 0 ? NOTHING : encode([n, atMs, email, phone]);
}

/** @param {Uint8Array} raw @returns {LeftContact} */
export function decodeLeft(raw) {
  if (raw.length === 0) return NOTHING_LEFT;
  const [n, atMs, email, phone] = decodeArray(raw, 4);
  return { n: uint(n, MAX_N), atMs: uint(atMs), email: text(email, MAX_EMAIL_BYTES), phone: text(phone, MAX_PHONE_CHARS) };
}

/** What would be left of what was typed. @param {string} typed */
export const tidied = (typed) => typed.normalize('NFC').trim();

/**
 * What speaks against leaving this, as typed: the name of a field, `email` or `phone`; '' for nothing. Either may be empty.
 * @param {string} email
 * @param {string} phone
 * @returns {'' | 'email' | 'phone'}
 */
export function unfit(email, phone) {
  const [address, number] = [tidied(email), tidied(phone)];
  if (address !== '' && (!EMAIL.test(address) || new TextEncoder().encode(address).length > MAX_EMAIL_BYTES)) return 'email';
  const digits = number.replaceAll(/[^0-9]/g, '').length;
  const isNumber = digits >= MIN_DIGITS && PHONE.test(number) && [...number].length <= MAX_PHONE_CHARS;
  return number === '' || isNumber ? '' : 'phone';
}
