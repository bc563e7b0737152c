// The resume slot: an unregistered seeker's memory across a reload or a killed tab (section 3).
// Twin of crypto/resume.py.
//
//   keeper, in memory:  HASH("resume-id",R) -> [nonce24, AEAD(KDF(R,"resume"), nonce, "", padded)]
//   padded content      = pad([AMS, entry, draft])
//
// R lies alone in sessionStorage. The draft is kept exactly as typed, so it is UTF-8 in a bin and not
// NFC text.

import { binary, decodeArray, encode } from './encoding.js';
import { MAX_DRAFT_BYTES, entryOf, entryValue } from './entry.js';
import { LocalError, NotCanonical } from './errors.js';
import { keyOf } from './keys.js';
import * as labels from './labels.js';
import { pad, unpad } from './padding.js';
import { NONCE_BYTES, aeadOpen, aeadSeal, kdf } from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./entry.js').Entry} Entry */
/** @typedef {import('./keys.js').AccountSecret} AccountSecret */
/** @typedef {import('./keys.js').ResumeSecret} ResumeSecret */
/** @typedef {import('./random.js').Rand} Rand */

/**
 * What comes back after a reload: the account secret, the box, what was being typed.
 * @typedef {{ readonly ams: AccountSecret, readonly entry: Entry, readonly draft: string }} Memory
 */

const EMPTY = new Uint8Array(0);

/**
 * Draws R; `resumeId` of credential.js names the slot to the keeper.
 * @param {Rand} [rand]
 * @returns {ResumeSecret}
 */
export function newResumeSecret(rand = randomBytes) {
  return keyOf('ResumeSecret', rand(32));
}

/**
 * Seals `memory`; LocalError for a draft of more than MAX_DRAFT_BYTES in UTF-8. Beside it stands one
 * entry of a live box, so that both fit the largest bucket of 64 KiB.
 * @param {ResumeSecret} resume
 * @param {Memory} memory
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function sealResume(resume, memory, rand = randomBytes) {
  const draft = new TextEncoder().encode(memory.draft);
  if (draft.length > MAX_DRAFT_BYTES) throw new LocalError('draft too long for the resume slot');
  const content = encode([memory.ams, entryValue(memory.entry), draft]);
  const nonce = rand(NONCE_BYTES);
  return encode([nonce, aeadSeal(kdf(resume, labels.RESUME), nonce, EMPTY, pad(content))]);
}

/**
 * Undoes `sealResume`.
 * @param {ResumeSecret} resume
 * @param {Uint8Array} raw
 * @returns {Memory}
 */
export function openResume(resume, raw) {
  const [nonce, sealed] = decodeArray(raw, 2);
  const key = kdf(resume, labels.RESUME);
  const padded = aeadOpen(key, binary(nonce, NONCE_BYTES), EMPTY, binary(sealed));
  const [ams, entry, draft] = decodeArray(unpad(padded), 3);
  return {
    ams: keyOf('AccountSecret', binary(ams, 32)),
    entry: entryOf(entry),
    draft: decodeText(binary(draft)),
  };
}

/** @param {Uint8Array} bytes */
function decodeText(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotCanonical('draft is not UTF-8');
  }
}
