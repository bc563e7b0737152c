// The only door to the browser's randomness. Twin of crypto/random.py.
//
// Functions that draw take `rand` as their last parameter, so that vectors can replay them.

/** @typedef {(size: number) => Uint8Array} Rand */

/** The browser hands out at most this much in one call. */
const MAX_DRAW_BYTES = 65_536;

/**
 * Returns `size` bytes from the browser's generator.
 * @type {Rand}
 */
export function randomBytes(size) {
  const bytes = new Uint8Array(size);
  for (let offset = 0; offset < size; offset += MAX_DRAW_BYTES) {
    globalThis.crypto.getRandomValues(bytes.subarray(offset, offset + MAX_DRAW_BYTES));
  }
  return bytes;
}
