// Contact data: how somebody who has written can be reached, for the leads of the portal alone.
// Twin of crypto/contact.py.
//
//   payload of a CONTACT letter = padded [box16, ticket16, sign_pk, n, at_ms, e-mail, phone, sig]
//   sig = SIG(the seeker's key in this box, "contact", [box16, ticket16, n, at_ms, e-mail, phone])
//
// The signature is inside, beside that of the letter: when the leads have a new key one of them seals the same words to
// it, and it still shows who left them. All payloads have one size, so that nobody outside sees which of the two was left.

import { binary, decodeArray, encode, text, uint } from './encoding.js';
import { BOX_BYTES } from './envelope.js';
import { BadLength, LocalError, NotCanonical } from './errors.js';
import { KEY_BYTES } from './keys.js';
import { SIG_CONTACT } from './labels.js';
import { SIGNATURE_BYTES, sign, signPublic, sodiumPad, sodiumUnpad, verify } from './primitives.js';

/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/**
 * What somebody left in a ticket as its `n`-th version; one of the two may be empty. `atMs` is when, by the seeker's clock.
 * @typedef {Readonly<{ box16: Uint8Array, ticket16: Uint8Array, n: number, atMs: number, email: string, phone: string }>} Contact
 */
/**
 * Contact data, and the key in the box whose signature under them was verified or just made.
 * @typedef {Readonly<{ contact: Contact, signPk: SignPublic, signature: Uint8Array }>} SignedContact
 */

const TICKET_BYTES = 16;
/** Of UTF-8: as long as an address may be (RFC 5321, errata 1690). */
export const MAX_EMAIL_BYTES = 254;
export const MAX_PHONE_CHARS = 40;
/** How often somebody may change it. */
export const MAX_N = 2 ** 24 - 1;
/** More than the longest of both with everything beside them. */
export const PAYLOAD_BYTES = 640;

/**
 * Signs with the seeker's key of this box; LocalError for what `decodeContact` would refuse.
 * @param {SignSecret} secret
 * @param {Contact} contact
 * @returns {SignedContact}
 */
export function signContact(secret, contact) {
  if (!isFit(contact)) throw new LocalError('no contact data, or too long');
  return { contact, signPk: signPublic(secret), signature: sign(secret, SIG_CONTACT, valueOf(contact)) };
}

/** The payload of a CONTACT letter; always PAYLOAD_BYTES. @param {SignedContact} signed */
export function encodeContact({ contact, signPk, signature }) {
  const [box16, ticket16, ...rest] = valueOf(contact);
  return sodiumPad(encode([box16, ticket16, signPk, ...rest, signature]), PAYLOAD_BYTES);
}

/**
 * Reads what `encodeContact` wrote; BadLength or NotCanonical for any other shape. BadSignature unless the key that it
 * names signed it; whose key that is, is for the caller.
 * @param {Uint8Array} raw
 * @returns {SignedContact}
 */
export function decodeContact(raw) {
  if (raw.length !== PAYLOAD_BYTES) throw new BadLength('contact data have one size');
  const items = decodeArray(sodiumUnpad(raw, PAYLOAD_BYTES), 8);
  const contact = Object.freeze({
    box16: binary(items[0], BOX_BYTES), ticket16: binary(items[1], TICKET_BYTES), n: uint(items[3], MAX_N), atMs: uint(items[4]),
    email: text(items[5], MAX_EMAIL_BYTES), phone: text(items[6], MAX_PHONE_CHARS),
  });
  if (!isFit(contact)) throw new NotCanonical('no contact data, or too long');
  const signPk = binary(items[2], KEY_BYTES.SignPublic);
  const signature = binary(items[7], SIGNATURE_BYTES);
  verify(signPk, SIG_CONTACT, signature, valueOf(contact));
  return { contact, signPk, signature };
}

/** Tells whether something is there, and fits. @param {Contact} contact */
export function isFit({ n, email, phone }) {
  const isShort = new TextEncoder().encode(email).length <= MAX_EMAIL_BYTES && [...phone].length <= MAX_PHONE_CHARS;
  return isShort && n >= 1 && n <= MAX_N && (email !== '' || phone !== '');
}

/** What the seeker signs. @param {Contact} contact @returns {import('./encoding.js').Value[]} */
function valueOf({ box16, ticket16, n, atMs, email, phone }) {
  return [box16, ticket16, n, atMs, email, phone];
}
