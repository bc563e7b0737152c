// The end of a conversation as the keyring keeps it. Twin of `Box.with_end` in clientlib/box.py; apart from box.js, since a
// chat without an account keeps nothing.

import { ended } from '../crypto/entry.js';

/** @typedef {import('../crypto/entry.js').Entry} Entry */

/**
 * The entry with the end, once all that came before it was read; else as it is.
 * @param {import('./box.js').Box} box
 * @param {Entry} entry
 * @returns {Entry}
 */
export function withEnd({ endMinute, transcript }, entry) {
  const { state: { base, heads }, stopped, withheld } = transcript;
  if (endMinute === 0 || stopped !== null || withheld) return entry;
  return ended(entry, endMinute, base + heads.length - 1, heads[heads.length - 1]);
}
