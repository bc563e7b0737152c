// What shows a member that a conversation was deleted: its tomb, the day's list, the log. Pure.
// Twin of crypto/evidence.py.

import { tomb } from './chain.js';
import * as daylist from './daylist.js';
import { EntryState } from './entry.js';
import { RemoteError } from './errors.js';
import { equal } from './primitives.js';

/** @typedef {import('./entry.js').Entry} Entry */
/** @typedef {import('./publication.js').Deletions} Deletions */

/** Clocks differ; a purge is a minute late at most. */
export const LATE_MINUTES = 10;
/** The log has the root of a day an hour after its end at the latest. */
export const ENTERING_HOURS = 1;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** As msgpack begins the settings of a gone entry that has moved: two items. */
const MOVED = 0x92;

/**
 * What can be said of the deletion of one conversation.
 * @typedef {'later' | 'tonight' | 'entered' | 'missing' | 'not_entered' | 'false_list' | 'past'} Evidence
 */

/** `hour` of the deletion since the epoch, 0 where no list names it. @typedef {{ evidence: Evidence, hour: number }} Found */

/** Tells whether the service does not keep what it promised. @param {Evidence} evidence */
export const isAlarm = (evidence) => ['missing', 'not_entered', 'false_list'].includes(evidence);

/**
 * The tomb that the purge of this box leaves, in hex; null where this account cannot know it.
 * @param {Entry} entry
 * @returns {string | null}
 */
export function tombOf({ box16, state, settings, closeMinute, pinChain }) {
  const hasMoved = state === EntryState.GONE && settings[0] === MOVED;
  if (closeMinute === 0 || hasMoved) return null;
  return Array.from(tomb(box16, pinChain, closeMinute), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The days whose lists may name it, since the epoch; none that is published no more.
 * @param {number} closeMinute
 * @param {number} nowMs
 * @returns {number[]}
 */
export function daysOf(closeMinute, nowMs) {
  const today = Math.floor(nowMs / DAY_MS);
  const first = Math.max(Math.floor(closeMinute * MINUTE_MS / DAY_MS), today - daylist.LISTED_DAYS);
  return Array.from({ length: Math.max(0, today + 1 - first) }, (_, n) => first + n);
}

/**
 * What the list of one day says of a tomb; null where it does not name it.
 * @param {string} tomb in hex
 * @param {number} day
 * @param {string | null} text null where the relay has no such list
 * @param {Deletions | null} stated null where the log says nothing of the day
 * @param {number} nowMs
 * @returns {Found | null}
 */
export function judgeDay(tomb, day, text, stated, nowMs) {
  let graves;
  try {
    graves = daylist.read(text ?? '', day);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return { evidence: 'false_list', hour: 0 };
  }
  if (stated !== null && (graves.length !== stated.count || !equal(daylist.root(graves), stated.root))) {
    return { evidence: 'false_list', hour: 0 };
  }
  const found = graves.find((one) => one.tomb === tomb);
  if (found === undefined) return null;
  if (stated !== null) return { evidence: 'entered', hour: found.hour };
  const isDue = nowMs >= (day + 1) * DAY_MS + ENTERING_HOURS * HOUR_MS;
  return { evidence: isDue ? 'not_entered' : 'tonight', hour: found.hour };
}

/**
 * What is to be said where no list names the tomb.
 * @param {number} closeMinute
 * @param {number} retentionHours
 * @param {boolean} seenFalse a list was not true
 * @param {number} nowMs
 * @returns {Found}
 */
export function unnamed(closeMinute, retentionHours, seenFalse, nowMs) {
  const dueMinute = closeMinute + retentionHours * 60;
  if (nowMs < (dueMinute + LATE_MINUTES) * MINUTE_MS) return { evidence: 'later', hour: 0 };
  if (Math.floor(dueMinute * MINUTE_MS / DAY_MS) < Math.floor(nowMs / DAY_MS) - daylist.LISTED_DAYS) return { evidence: 'past', hour: 0 };
  return { evidence: seenFalse ? 'false_list' : 'missing', hour: 0 };
}
