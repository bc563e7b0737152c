// Evidence of deletion: fetches the public lists of the days, looks for the own tombs in them.
// Twin of clientlib/deletion.py. Fetched where somebody asks.
//
// The lists are fetched without any credential and whole: the relay learns that somebody reads the list of a
// day, and not which line they look for.

import { daysOf, judgeDay, tombOf, unnamed } from '../crypto/evidence.js';
import { BoxKind } from '../crypto/roster.js';
import { DISCONNECTED, WireError } from '../wire/errors.js';

/** @typedef {import('../crypto/entry.js').Entry} Entry */
/** @typedef {import('../crypto/evidence.js').Found} Found */
/** @typedef {import('../crypto/logview.js').LogView} LogView */

/** What can be said of one conversation whose end this account saw. @typedef {{ entry: Entry, dueMinute: number, found: Found }} Deletion */

/** The list of a day; null where the service has none. @typedef {(day: number) => Promise<string | null>} ListOf */

/**
 * Fetches each list once. WireError `disconnected` where one cannot be had.
 * @param {typeof globalThis.fetch} [get]
 * @returns {ListOf}
 */
export function dayLists(get = (path, options) => fetch(path, options)) {
  /** @type {Map<number, Promise<string | null>>} */
  const lists = new Map();
  return (day) => {
    const known = lists.get(day) ?? fetched(get, day);
    lists.set(day, known);
    return known;
  };
}

/**
 * Says of each conversation whose end was seen whether it is gone, the last one first.
 * @param {readonly Entry[]} entries
 * @param {LogView} view the log, read anew just before
 * @param {ListOf} listOf
 * @param {number} nowMs
 * @returns {Promise<Deletion[]>}
 */
export async function deletionsOf(entries, view, listOf, nowMs) {
  const hours = view.retentionHours('live');
  const ended = entries.filter((one) => one.kind === BoxKind.CASE && tombOf(one) !== null)
    .sort((one, other) => other.closeMinute - one.closeMinute);
  const all = [];
  for (const entry of ended) {
    all.push({ entry, dueMinute: entry.closeMinute + hours * 60, found: await look(entry, view, listOf, nowMs) });
  }
  return all;
}

/**
 * @param {Entry} entry
 * @param {LogView} view
 * @param {ListOf} listOf
 * @param {number} nowMs
 * @returns {Promise<Found>}
 */
async function look(entry, view, listOf, nowMs) {
  const tomb = /** @type {string} */ (tombOf(entry));
  let seenFalse = false;
  for (const day of daysOf(entry.closeMinute, nowMs)) {
    const found = judgeDay(tomb, day, await listOf(day), view.deletions(day), nowMs);
    if (found !== null && found.evidence !== 'false_list') return found;
    seenFalse ||= found !== null;
  }
  return unnamed(entry.closeMinute, view.retentionHours('live'), seenFalse, nowMs);
}

/**
 * @param {typeof globalThis.fetch} get
 * @param {number} day
 */
async function fetched(get, day) {
  let answer;
  try {
    answer = await get(`/log/deletions/${day}`, { cache: 'no-store', credentials: 'omit' });
    if (answer.ok) return await answer.text();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  if (answer?.status === 404) return null;
  throw new WireError(DISCONNECTED);
}
