// From an epoch secret to its keys (protocol section 5). Twin of crypto/epoch.py.
//
//   kid_e = KDF(ES_e, "kid", box16 || le32(e), 8)          in clear on each envelope
//   K_e   = KDF(ES_e, "epoch", box16 || le32(e) || share)  the share is the keeper's, one per box
//   c is sealed under KDF(K_e, "msg")
//
// Once the keeper has deleted the share, nobody derives K_e again, not even from a backup.

import { LocalError } from './errors.js';
import { EPOCH, ES_HASH, KID, MSG, SHARE } from './labels.js';
import { concat, hash, kdf } from './primitives.js';

/** @typedef {import('./keys.js').EpochSecret} EpochSecret */
/** @typedef {import('./keys.js').Share} Share */

export const KID_BYTES = 8;
export const MAX_EPOCH = 2 ** 32 - 1;

/**
 * What seals and opens the envelopes of one epoch of one box. `messageKey` is KDF(K_e, "msg"),
 * derived once per epoch and not once per envelope; 32 bytes.
 * @typedef {object} EpochKey
 * @property {Uint8Array} box16
 * @property {number} epoch
 * @property {Uint8Array} kid8
 * @property {Uint8Array} messageKey
 */

/**
 * Names an epoch secret in a commit and in the keyring; 32 bytes.
 * @param {Uint8Array} box16
 * @param {EpochSecret} es
 * @returns {Uint8Array}
 */
export function esHash(box16, es) {
  return hash(ES_HASH, box16, es);
}

/**
 * Pins the keeper's share in every commit; 32 bytes.
 * @param {Uint8Array} box16
 * @param {Share} share
 * @returns {Uint8Array}
 */
export function shareHash(box16, share) {
  return hash(SHARE, box16, share);
}

/**
 * Returns the 8 bytes that name the epoch to the relay.
 * @param {EpochSecret} es
 * @param {Uint8Array} box16
 * @param {number} epoch
 * @returns {Uint8Array}
 */
export function kid(es, box16, epoch) {
  return kdf(es, KID, concat([box16, le32(epoch)]), KID_BYTES);
}

/**
 * Derives the key of an epoch; without the share there is none.
 * @param {EpochSecret} es
 * @param {Uint8Array} box16
 * @param {number} epoch
 * @param {Share} share
 * @returns {EpochKey}
 */
export function key(es, box16, epoch, share) {
  const epochKey = kdf(es, EPOCH, concat([box16, le32(epoch), share]));
  return { box16, epoch, kid8: kid(es, box16, epoch), messageKey: kdf(epochKey, MSG) };
}

/** @param {number} epoch */
function le32(epoch) {
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > MAX_EPOCH) {
    throw new LocalError('epoch out of range');
  }
  const raw = new Uint8Array(4);
  new DataView(raw.buffer).setUint32(0, epoch, true);
  return raw;
}
