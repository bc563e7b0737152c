// C2SP cosignatures: a witness saw a checkpoint, says when, and that it fits all it saw before.
// Twin of crypto/cosignature.py, but for the making: browsers only check.
//
//   — <witness name> <base64(key id || time || signature)>
//
//   signed:  cosignature/v1
//            time <seconds since epoch, decimal>
//            <text of the checkpoint>
//
// The name is not signed: a key is one witness, whatever it is called.

import { KEY_ID_BYTES, keyId, readSignature, splitNote } from './checkpoint.js';
import { MAX_UINT } from './encoding.js';
import { BadSignature } from './errors.js';
import { equal, verifyRaw } from './primitives.js';

/** @typedef {import('./keys.js').SignPublic} SignPublic */

export const TIME_BYTES = 8;
const COSIGNATURE = 4;

/**
 * Returns for each of `witnesses` who cosigned the note its key and the newest time (s). Lines by
 * nobody of them are ignored. NotCanonical when it is no note; BadSignature when a line by one of them
 * does not verify.
 * @param {Uint8Array} note
 * @param {readonly (readonly [string, SignPublic])[]} witnesses
 * @returns {{ key: SignPublic, timeS: number }[]}
 */
export function cosigned(note, witnesses) {
  const { text, lines } = splitNote(note);
  const known = witnesses.map(([name, key]) => ({ name, key, id: keyId(name, key, COSIGNATURE) }));
  /** @type {{ key: SignPublic, timeS: number }[]} */
  const times = [];
  for (const { name, signed } of lines.map(readSignature)) {
    const id = signed.slice(0, KEY_ID_BYTES);
    const witness = known.find((one) => one.name === name && equal(one.id, id));
    if (witness === undefined) continue;
    const { key } = witness;
    const end = KEY_ID_BYTES + TIME_BYTES;
    const timeS = signed.slice(KEY_ID_BYTES, end).reduce((sum, byte) => sum * 256 + byte, 0);
    if (timeS > MAX_UINT) throw new BadSignature('a time that cannot be');
    const message = `cosignature/v1\ntime ${timeS}\n${text}`;
    verifyRaw(key, signed.slice(end), new TextEncoder().encode(message));
    const before = times.find((one) => equal(one.key, key));
    if (before === undefined) times.push({ key, timeS });
    else before.timeS = Math.max(before.timeS, timeS);
  }
  return times;
}
