// Making signed-note checkpoints: what tests and tools need, and no page. Twin of the rest of crypto/checkpoint.py.

import { DASH, ED25519, ROOT_BYTES, isOrigin, keyId, utf8 } from './checkpoint.js';
import { LocalError } from './errors.js';
import { concat, signPublic, signRaw } from './primitives.js';

/** @typedef {import('./checkpoint.js').Checkpoint} Checkpoint */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */

/**
 * Returns the signed text, three lines.
 * @param {Checkpoint} checkpoint
 * @returns {string}
 */
export function textOf(checkpoint) {
  return `${checkpoint.origin}\n${checkpoint.size}\n${base64(checkpoint.root)}\n`;
}

/**
 * Returns the key as `name+keyid+base64`, the form that C2SP tools take.
 * @param {string} name
 * @param {SignPublic} publicKey
 * @returns {string}
 */
export function verifierKey(name, publicKey) {
  const id = Array.from(keyId(name, publicKey), (byte) => byte.toString(16).padStart(2, '0'));
  return `${name}+${id.join('')}+${base64(concat([Uint8Array.of(ED25519), publicKey]))}`;
}

/**
 * Returns the note with one signature, by the log's key under the log's origin.
 * @param {SignSecret} secret
 * @param {Checkpoint} checkpoint
 * @returns {Uint8Array}
 */
export function signCheckpoint(secret, checkpoint) {
  const { origin, size, root } = checkpoint;
  if (!isOrigin(origin) || root.length !== ROOT_BYTES) throw new LocalError('not a checkpoint');
  if (!(Number.isSafeInteger(size) && size >= 0)) throw new LocalError('size out of range');
  const text = textOf(checkpoint);
  const signature = signRaw(secret, utf8(text));
  const signed = base64(concat([keyId(origin, signPublic(secret)), signature]));
  return utf8(`${text}\n${DASH}${origin} ${signed}\n`);
}

/** @param {Uint8Array} raw */
function base64(raw) {
  return btoa(String.fromCharCode(...raw));
}
