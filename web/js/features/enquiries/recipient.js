// To whom an enquiry goes that somebody wants to write to one person: said before it is sent. Only the seeker's
// client can seal, so only it can choose; the relay refuses what there is no place for, and never passes on.
// Pure. Twin of clientlib/recipient.py.

import { BadStatement } from '../../crypto/errors.js';
import { equal } from '../../crypto/primitives.js';

/** What the relay says of a team (the wire's TakersReply). @typedef {Readonly<{ takers: readonly Readonly<{ subject16: Uint8Array, isOpen: number, isRegularsOnly: number }>[], fallback: Uint8Array }>} Told */

export const WHOLE_TEAM = new Uint8Array(0);

/** The addressee takes on nothing new now. */
export class NoPlace extends BadStatement {}

/**
 * Who gets what is written to `wanted`: them, who steps in, or the team (empty).
 * @param {Told} told
 * @param {Uint8Array} wanted
 * @param {boolean} [isRegular] the writer is a regular client of theirs, and passes without a place
 * @param {boolean} [isKnown] has had a conversation with them, and passes too unless they want regular clients only
 * @returns {Uint8Array}
 */
export function recipientOf(told, wanted, isRegular = false, isKnown = false) {
  const found = find(told, wanted);
  const passes = found !== undefined && (isRegular || (isKnown && found.isRegularsOnly === 0));
  if (wanted.length === 0 || passes || isOpen(told, wanted)) return wanted;
  return isOpen(told, told.fallback) ? told.fallback : WHOLE_TEAM;
}

/**
 * Tells whether somebody takes on what a stranger writes to them alone.
 * @param {Told} told
 * @param {Uint8Array} subject16
 */
export function isOpen(told, subject16) {
  return find(told, subject16)?.isOpen === 1;
}

/** @param {Told} told @param {Uint8Array} wanted */
function find({ takers }, wanted) {
  return takers.find(({ subject16 }) => equal(subject16, wanted));
}
