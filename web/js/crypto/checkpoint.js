// C2SP signed-note checkpoints: what the log key says about the log, readable by existing tools.
// Twin of crypto/checkpoint.py; what only makers of notes need is in checkpointsigning.js.
//
//   <origin>
//   <size in decimal>
//   <base64 root>
//   [extension lines]
//                                                     (one empty line)
//   — <key name> <base64(key id || signature)>        (one line or more)
//
// The log signs under its origin as key name. Signatures by unknown keys (witnesses, grease) are
// ignored, as C2SP signed-note demands; one by the known key that does not verify refuses the note.

import { MAX_UINT } from './encoding.js';
import { BadSignature, NotCanonical } from './errors.js';
import { concat, equal, sha256, verifyRaw } from './primitives.js';

/** @typedef {import('./keys.js').SignPublic} SignPublic */

export const ROOT_BYTES = 32;
export const KEY_ID_BYTES = 4;
export const MAX_NOTE_BYTES = 64 * 1024;
export const MAX_SIGNATURES = 100;

export const ED25519 = 1;
export const DASH = '\u2014 ';
// ASCII without space and plus: a subset of C2SP's key names that both languages judge alike.
const ORIGIN = /^[!-*,-~]{1,200}$/;
const SIZE = /^(0|[1-9][0-9]{0,15})$/;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A statement "the log `origin` has `size` leaves under `root`" (32 bytes).
 * @typedef {{ readonly origin: string, readonly size: number, readonly root: Uint8Array }} Checkpoint
 */

/**
 * Returns the 4-byte key id of a note key: SHA-256(name LF algorithm key)[:4].
 * @param {string} name
 * @param {SignPublic} publicKey
 * @param {number} [algorithm]
 * @returns {Uint8Array}
 */
export function keyId(name, publicKey, algorithm = ED25519) {
  const material = concat([utf8(`${name}\n`), Uint8Array.of(algorithm), publicKey]);
  return sha256(material).slice(0, KEY_ID_BYTES);
}

/**
 * Returns the checkpoint; NotCanonical, or BadSignature unless `publicKey` signed it.
 * @param {Uint8Array} note
 * @param {string} origin
 * @param {SignPublic} publicKey
 * @returns {Checkpoint}
 */
export function openCheckpoint(note, origin, publicKey) {
  const { text, lines } = splitNote(note);
  const checkpoint = parse(text);
  if (checkpoint.origin !== origin) throw new BadSignature('another log');
  const wanted = keyId(origin, publicKey);
  let found = false;
  for (const { name, signed } of lines.map(readSignature)) {
    if (name !== origin || !equal(signed.slice(0, KEY_ID_BYTES), wanted)) continue;
    verifyRaw(publicKey, signed.slice(KEY_ID_BYTES), utf8(text));
    found = true;
  }
  if (!found) throw new BadSignature("the log's key has not signed");
  return checkpoint;
}

/**
 * Tells whether `origin` may name a log: 1 to 200 visible ASCII characters without plus.
 * @param {string} origin
 * @returns {boolean}
 */
export function isOrigin(origin) {
  return ORIGIN.test(origin);
}

/**
 * Returns the signed text and the signature lines of a note; NotCanonical if it is none.
 * @param {Uint8Array} note
 * @returns {{ text: string, lines: string[] }}
 */
export function splitNote(note) {
  if (note.length > MAX_NOTE_BYTES) throw new NotCanonical('note too long');
  let whole;
  try {
    whole = UTF8.decode(note);
  } catch {
    throw new NotCanonical('not UTF-8');
  }
  if (CONTROL.test(whole)) throw new NotCanonical('control character in a note');
  const middle = whole.lastIndexOf('\n\n');
  if (middle < 0 || !whole.endsWith('\n') || middle + 2 >= whole.length) {
    throw new NotCanonical('not a signed note');
  }
  const lines = whole.slice(middle + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new NotCanonical('too many signatures');
  return { text: whole.slice(0, middle + 1), lines };
}

/**
 * Reads the three lines; further lines are extensions, covered by the signature and ignored.
 * @param {string} text
 * @returns {Checkpoint}
 */
function parse(text) {
  const lines = text.slice(0, -1).split('\n');
  if (lines.length < 3 || lines.includes('')) throw new NotCanonical('not a checkpoint');
  const [origin, size, root] = lines;
  if (!isOrigin(origin) || !SIZE.test(size) || Number(size) > MAX_UINT) {
    throw new NotCanonical('origin or size');
  }
  const raw = fromBase64(root);
  if (raw.length !== ROOT_BYTES) throw new NotCanonical('a root has 32 bytes');
  return Object.freeze({ origin, size: Number(size), root: raw });
}

/**
 * Returns name and key id || signature of one line; NotCanonical if it is none.
 * @param {string} line
 * @returns {{ name: string, signed: Uint8Array }}
 */
export function readSignature(line) {
  const rest = line.slice(DASH.length);
  const space = rest.indexOf(' ');
  const name = rest.slice(0, Math.max(space, 0));
  if (!line.startsWith(DASH) || name === '' || name.includes('+')) {
    throw new NotCanonical('not a signature line');
  }
  const signed = fromBase64(rest.slice(space + 1));
  if (signed.length <= KEY_ID_BYTES) throw new NotCanonical('signature too short');
  return { name, signed };
}

/** @param {string} text */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/**
 * Decodes standard base64 in its one canonical form.
 * @param {string} text
 * @returns {Uint8Array}
 */
function fromBase64(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new NotCanonical('not base64');
  }
  // atob forgives white space and missing padding; one form only may pass.
  if (btoa(binary) !== text) throw new NotCanonical('not the canonical base64');
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
