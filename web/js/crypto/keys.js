// Kinds of keys and their sizes. Twin of crypto/keys.py.
//
// A key is a plain Uint8Array. The checker knows the kinds apart (`kind` never exists at run time),
// so keys of different use cannot be swapped by accident. Bytes from outside enter through `keyOf`.

import { BadLength } from './errors.js';

/** @typedef {Uint8Array & { readonly kind?: 'SignPublic' }} SignPublic Ed25519 public key */
/** @typedef {Uint8Array & { readonly kind?: 'SignSecret' }} SignSecret Ed25519 seed */
/** @typedef {Uint8Array & { readonly kind?: 'KemPublic' }} KemPublic X-Wing public key: ML-KEM-768 (1184) then X25519 (32) */
/** @typedef {Uint8Array & { readonly kind?: 'KemSecret' }} KemSecret X-Wing seed */
/** @typedef {Uint8Array & { readonly kind?: 'AccountSecret' }} AccountSecret AMS (section 3) */
/** @typedef {Uint8Array & { readonly kind?: 'EpochSecret' }} EpochSecret ES (section 5) */
/** @typedef {Uint8Array & { readonly kind?: 'Share' }} Share the keeper's bytes for one box (section 8) */
/** @typedef {Uint8Array & { readonly kind?: 'CapSecret' }} CapSecret a capability (section 5) */
/** @typedef {Uint8Array & { readonly kind?: 'ResumeSecret' }} ResumeSecret R in sessionStorage (section 3) */

/** Size of each kind in bytes. */
export const KEY_BYTES = Object.freeze({
  SignPublic: 32,
  SignSecret: 32,
  KemPublic: 1216,
  KemSecret: 32,
  AccountSecret: 32,
  EpochSecret: 32,
  Share: 32,
  CapSecret: 32,
  ResumeSecret: 32,
});

/** @typedef {keyof typeof KEY_BYTES} KeyKind */

/**
 * Returns a copy of `raw` as a key of `kind`; BadLength for another size.
 * @template {KeyKind} Kind
 * @param {Kind} kind
 * @param {Uint8Array} raw
 * @returns {Uint8Array & { readonly kind?: Kind }}
 */
export function keyOf(kind, raw) {
  if (raw.length !== KEY_BYTES[kind]) throw new BadLength(`${kind} has ${KEY_BYTES[kind]} bytes`);
  return raw.slice();
}
