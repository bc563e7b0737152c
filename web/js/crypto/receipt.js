// What somebody leaves in their own inbox who gives a case back to a team that is not theirs. Twin of crypto/receipt.py.
//
//   payload of a RECEIPT letter = [ticket16, box16, e]
//   e: the epoch of the welcome that lies in that team's inbox
//
// That welcome they cannot open; after a crash this says that they have gone, under their own signature.

import { binary, decodeArray, encode, uint } from './encoding.js';
import { BOX_BYTES } from './envelope.js';
import { MAX_EPOCH } from './epoch.js';

const TICKET_BYTES = 16;

/** @typedef {Readonly<{ ticket16: Uint8Array, box16: Uint8Array, epoch: number }>} Receipt */

/** The payload of a RECEIPT letter. @param {Receipt} receipt */
export function encodeReceipt({ ticket16, box16, epoch }) {
  return encode([ticket16, box16, epoch]);
}

/** Reads what `encodeReceipt` wrote; NotCanonical for any other shape. @param {Uint8Array} raw @returns {Receipt} */
export function decodeReceipt(raw) {
  const [ticket16, box16, epoch] = decodeArray(raw, 3);
  return { ticket16: binary(ticket16, TICKET_BYTES), box16: binary(box16, BOX_BYTES), epoch: uint(epoch, MAX_EPOCH) };
}
