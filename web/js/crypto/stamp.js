// Stamps: a little work for anonymous commands that create something (section 3).
// Twin of crypto/stamp.py.
//
// x fits when HASH("stamp", challenge, command, x) starts with d zero bits. The relay sets d by load;
// no client works for more than MAX_DIFFICULTY.

import { BadLength, BadProof, LocalError } from './errors.js';
import * as labels from './labels.js';
import { hash } from './primitives.js';

export const MAX_DIFFICULTY = 20;
export const CHALLENGE_BYTES = 32;
export const X_BYTES = 8;

/** About 5 ms of a slow phone between two breaths of the page. */
const TRIES_PER_TURN = 1024;

/**
 * Throws BadProof unless `x` is a stamp for this challenge and command.
 * @param {Uint8Array} challenge
 * @param {string} command
 * @param {Uint8Array} x
 * @param {number} difficulty
 */
export function check(challenge, command, x, difficulty) {
  if (!inRange(difficulty)) throw new LocalError('stamp difficulty out of range');
  if (challenge.length !== CHALLENGE_BYTES || x.length !== X_BYTES) throw new BadLength('stamp');
  if (!fits(challenge, encoded(command), x, difficulty)) throw new BadProof('stamp');
}

/**
 * Searches the first x; BadProof when the relay asks for more than MAX_DIFFICULTY. Awaits `pause`
 * every thousand tries, so that the page stays alive (scheduler.yield, or a timer where it is missing).
 * @param {Uint8Array} challenge
 * @param {string} command
 * @param {number} difficulty
 * @param {() => Promise<unknown>} pause
 * @returns {Promise<Uint8Array>}
 */
export async function make(challenge, command, difficulty, pause) {
  if (!inRange(difficulty)) throw new BadProof('stamp difficulty out of range');
  if (challenge.length !== CHALLENGE_BYTES) throw new BadLength('stamp challenge');
  const name = encoded(command);
  for (let counter = 0; ; counter += 1) {
    const x = bytesOf(counter);
    if (fits(challenge, name, x, difficulty)) return x;
    if (counter % TRIES_PER_TURN === TRIES_PER_TURN - 1) await pause();
  }
}

/** @param {number} difficulty */
function inRange(difficulty) {
  return Number.isInteger(difficulty) && difficulty >= 0 && difficulty <= MAX_DIFFICULTY;
}

/** @param {string} command */
function encoded(command) {
  return new TextEncoder().encode(command);
}

/** @param {number} counter */
function bytesOf(counter) {
  const x = new DataView(new ArrayBuffer(X_BYTES));
  // 2^32 tries are out of reach at MAX_DIFFICULTY, so the upper half stays zero.
  x.setUint32(4, counter);
  return new Uint8Array(x.buffer);
}

/**
 * @param {Uint8Array} challenge
 * @param {Uint8Array} command
 * @param {Uint8Array} x
 * @param {number} difficulty
 */
function fits(challenge, command, x, difficulty) {
  const digest = hash(labels.STAMP, challenge, command, x);
  const head = new DataView(digest.buffer, digest.byteOffset, 4).getUint32(0);
  return Math.clz32(head) >= difficulty;
}
