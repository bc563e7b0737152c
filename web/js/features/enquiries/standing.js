// Where a written conversation stands, as people see it: read from the box itself. Pure.
// Twin of clientlib/standing.py; the relay's rows only sort lists.

import { Role } from '../../crypto/roster.js';
import { answerDay, dayOf } from '../../core/workdays.js';

/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('./learned.js').WrittenLearned} WrittenLearned */

/**
 * Nobody has taken it; the seeker had the last word; the other side had it; said to be done; closed for good; of a
 * counsellor: a colleague has it now.
 * @typedef {'open' | 'taken' | 'answered' | 'done' | 'closed' | 'handed'} Standing
 */

/** What a portal promises. @typedef {Readonly<{ answerDays: number, holidays: readonly string[] }>} Promised */

/**
 * @param {readonly RosterEntry[]} members none before the first commit
 * @param {number} epoch
 * @param {WrittenLearned} learned
 * @param {boolean} isClosed
 * @returns {Standing}
 */
export function standing(members, epoch, learned, isClosed) {
  const [isDone, lastWord] = [learned.isDone.value, learned.lastWord.value];
  if (isClosed) return 'closed';
  if (!isTaken(members, epoch, learned)) return 'open';
  if (isDone) return 'done';
  return lastWord === Role.SEEKER || (lastWord === 0 && isBegun(members)) ? 'taken' : 'answered';
}

/**
 * By which day the seeker was promised an answer; '' when they wait for none.
 * @param {number} waitsSinceMs
 * @param {Promised} promised
 */
export function dueDay(waitsSinceMs, { answerDays, holidays }) {
  return waitsSinceMs === 0 ? '' : answerDay(waitsSinceMs, answerDays, holidays);
}

/**
 * Tells whether the promised day has passed without an answer.
 * @param {Standing} where
 * @param {string} due
 * @param {number} nowMs
 */
export function isOverdue(where, due, nowMs) {
  return (where === 'open' || where === 'taken') && due !== '' && dayOf(nowMs) > due;
}

/** @param {RosterEntry} entry */
export const isTeam = ({ role }) => role === Role.TEAM;
/** Somebody with a certificate. @param {RosterEntry} entry */
export const isPerson = ({ role }) => role !== Role.TEAM && role !== Role.SEEKER;

/**
 * Those of `some` that are not among the others.
 * @param {readonly RosterEntry[]} some
 * @param {readonly RosterEntry[]} others
 */
export function without(some, others) {
  return some.filter(({ sidx }) => !others.some((one) => one.sidx === sidx));
}

/** A counsellor made the first commit. @param {readonly RosterEntry[]} members */
const isBegun = (members) => members.some((one) => one.sidx === 0 && isPerson(one));

/**
 * A team's is taken by the commit that lets one of them in, whether the team stays or goes. One that was written to a counsellor is, once
 * they have signed anything, be it that they read; one that they have begun is from the first.
 * @param {readonly RosterEntry[]} members
 * @param {number} epoch
 * @param {WrittenLearned} learned
 */
function isTaken(members, epoch, { hasCounsellorSigned }) {
  const hasSigned = hasCounsellorSigned.value;
  if (members.some(isTeam)) return members.some(isPerson);
  return members.length > 0 && (epoch > 0 || hasSigned || isBegun(members));
}
