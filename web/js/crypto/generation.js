// Who is let into a box again: the key context of each time (section 3). Twin of crypto/generation.py.
//
//   key context of generation g of a box = box16 for g = 0, else HASH("rejoin", box16, g)[:16]
//
// With another context comes another capability: what somebody held who was taken out opens nothing, though the same
// person is in again. It follows from box and generation alone, because two devices that take one letter at once must
// come to the same capability.

import { CONTEXT_BYTES } from './account.js';
import * as labels from './labels.js';
import { hash } from './primitives.js';

/**
 * Returns the key context of an entry; 16 bytes.
 * @param {Uint8Array} box16
 * @param {number} generation
 * @returns {Uint8Array}
 */
export function keyContext(box16, generation) {
  return generation === 0 ? box16 : hash(labels.REJOIN, box16, generation).slice(0, CONTEXT_BYTES);
}
