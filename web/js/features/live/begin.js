// The first moments of a live chat: box, first commit, welcome letter (protocol section 5).
// Twin of clientlib/begin.py.

import { Right } from '../../wire/catalogue.js';
import { SEEKER_RIGHTS, commitFirst, counsellor, createBox } from './firstcommit.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./visit.js').Visit} Visit */

const HOUR_MS = 3_600_000;
// The relay ends a live box after its 180 minutes; this is only the age at which a box with a broken
// clock would end.
const CLOSES_AFTER_HOURS = 8;
const EMPTY = new Uint8Array(0);

/**
 * Creates what is still missing, in an order in which every step can be repeated after a crash, and
 * returns a transcript that stands before the first envelope.
 * @param {Request} request
 * @param {{ visit: Visit, counterpart: import('./offer.js').Counterpart,
 *   log: import('../../core/translog.js').LogReader, nowMs: number, handle?: Uint8Array }} parts
 *   `visit.es` is remembered already; `handle` of the seeker's account, empty where there is none
 * @returns {Promise<Transcript>}
 */
export async function begin(request, { visit, counterpart, log, nowMs, handle = EMPTY }) {
  const { box16, keys, ticket16 } = visit;
  const es = visit.drawEpoch();
  // Who has an account may read on until the purge.
  const rights = handle.length === 0 ? SEEKER_RIGHTS : SEEKER_RIGHTS | Right.KEEP;
  const closesHour = Math.floor(nowMs / HOUR_MS) + CLOSES_AFTER_HOURS;
  const transcript = await createBox(request, { box16, keys, es, rights, closesHour, staff: log.staff });
  const { headN } = await request('read', { box16, start: 1 }, keys.cap);
  if (headN === 0) {
    const other = counsellor(counterpart.certificate);
    await commitFirst(request, { transcript, keys, es, other, ticket16, handle, logN: log.view.size, nowMs });
  }
  return transcript;
}
