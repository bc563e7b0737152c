// What a list shows, and what it hides: chosen by whoever works with it. Pure.

import { answerDay, dayOf } from '../../core/workdays.js';

/** @typedef {import('./enquiries.js').EnquiryRow} EnquiryRow */
/** @typedef {import('../enquiries/standing.js').Promised} Promised */

/**
 * Of the first requests. `whose`: everybody's, those for me (written to me, handed to me, reserved by me), or those
 * that I have marked, or those of who has no regular counsellor yet. `topic` is known of what was read on this device, and of nothing else.
 * @typedef {Readonly<{ whose: 'all' | 'me' | 'marked' | 'newcomers', state: 'all' | 'overdue' | 'reserved', language: string, topic: string }>} RequestFilter
 */
/** Of the own conversations. @typedef {'all' | 'waits' | 'overdue' | 'marked'} CaseFilter */

/** @type {RequestFilter} */
export const EVERYTHING = Object.freeze({ whose: 'all', state: 'all', language: '', topic: '' });

/** @param {RequestFilter} filter */
export function isEverything({ whose, state, language, topic }) {
  return whose === 'all' && state === 'all' && language === '' && topic === '';
}

/**
 * The rows that a filter leaves, in their order.
 * @param {readonly EnquiryRow[]} rows
 * @param {RequestFilter} filter
 * @param {object} known
 * @param {ReadonlySet<string>} known.marked
 * @param {ReadonlyMap<string, { topic: string }>} known.read
 * @param {(sinceMs: number) => boolean} known.isLate
 * @returns {readonly EnquiryRow[]}
 */
export function filtered(rows, filter, { marked, read, isLate }) {
  if (isEverything(filter)) return rows;
  return rows.filter((row) => isOf(row, filter.whose, marked)
    && (filter.language === '' || row.language === filter.language)
    && (filter.topic === '' || read.get(row.id)?.topic === filter.topic)
    && (filter.state !== 'reserved' || row.state === 'reserved')
    && (filter.state !== 'overdue' || (row.state === 'open' && isLate(row.sinceMs))));
}

/**
 * Tells whether the promised day has passed; the days are worked out once for each hour, not for each row.
 * @param {number} nowMs
 * @param {Promised} promised
 * @returns {(sinceMs: number) => boolean}
 */
export function lateAt(nowMs, { answerDays, holidays }) {
  const today = dayOf(nowMs);
  /** @type {Map<number, boolean>} */
  const known = new Map();
  return (sinceMs) => {
    const found = known.get(sinceMs) ?? today > answerDay(sinceMs, answerDays, holidays);
    known.set(sinceMs, found);
    return found;
  };
}

/**
 * Other requests and conversations under the name that somebody gives themselves. Nothing proves that it is the same
 * person: whoever shows them says so.
 * @template {{ id: string, pseudonym: string }} Item
 * @param {{ id: string, pseudonym: string }} one
 * @param {readonly Item[]} all
 * @returns {Item[]}
 */
export function underSameName({ id, pseudonym }, all) {
  return pseudonym === '' ? [] : all.filter((other) => other.id !== id && other.pseudonym === pseudonym);
}

/** @param {EnquiryRow} row @param {RequestFilter['whose']} whose @param {ReadonlySet<string>} marked */
function isOf({ id, state, isAddressed, hasRegular }, whose, marked) {
  if (whose === 'newcomers') return !hasRegular;
  if (whose === 'marked') return marked.has(id);
  return whose === 'all' || isAddressed || state === 'handed' || state === 'mine';
}
