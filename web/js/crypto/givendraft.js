// A draft that goes along: what a counsellor has typed and not sent, for who answers next.
// Twin of crypto/givendraft.py.
//
//   payload of a DRAFT letter = [box16, e, certificate hash of who typed it, text in UTF-8]
//   e: the epoch of the welcome that it comes with
//
// It lies in the team's inbox beside welcome and grant, never in the box: the seeker does not read it. Who typed it is
// the word of whoever sealed the letter.

import { binary, decodeArray, encode, uint } from './encoding.js';
import { MAX_DRAFT_BYTES } from './entry.js';
import { BOX_BYTES } from './envelope.js';
import { MAX_EPOCH } from './epoch.js';
import { NotCanonical } from './errors.js';
import { HASH_BYTES } from './primitives.js';

/** @typedef {Readonly<{ box16: Uint8Array, epoch: number, certificateHash: Uint8Array, text: string }>} GivenDraft */

/**
 * The payload of a DRAFT letter.
 * @param {GivenDraft} given
 */
export function encodeGivenDraft({ box16, epoch, certificateHash, text }) {
  return encode([box16, epoch, certificateHash, new TextEncoder().encode(text)]);
}

/**
 * Reads what `encodeGivenDraft` wrote; NotCanonical for any other shape, or more than a draft.
 * @param {Uint8Array} raw
 * @returns {GivenDraft}
 */
export function decodeGivenDraft(raw) {
  const [box16, epoch, certificateHash, text] = decodeArray(raw, 4);
  const typed = binary(text);
  if (typed.length === 0 || typed.length > MAX_DRAFT_BYTES) throw new NotCanonical('no draft of this length');
  return {
    box16: binary(box16, BOX_BYTES), epoch: uint(epoch, MAX_EPOCH), certificateHash: binary(certificateHash, HASH_BYTES), text: words(typed),
  };
}

/** @param {Uint8Array} typed */
function words(typed) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(typed);
  } catch {
    throw new NotCanonical('not UTF-8');
  }
}
