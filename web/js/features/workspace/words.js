// How the workspace says when something was, for whom it waits, and whether the promised day has passed.

import { noonOf } from '../../core/workdays.js';
import { dayKey, timeOfDay } from '../../ui/format.js';
import { addText, hasText, language, t } from '../../ui/text.js';
import { dueDay, isOverdue } from '../enquiries/standing.js';

/** @typedef {import('../enquiries/standing.js').Promised} Promised */
/** @typedef {import('../enquiries/standing.js').Standing} Standing */

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Since when somebody has waited; the relay tells it by the hour.
 * @param {number} sinceMs
 * @param {number} nowMs
 */
export function sinceWords(sinceMs, nowMs) {
  if (nowMs - sinceMs < HOUR_MS) return t('workspace.since_now');
  if (dayKey(sinceMs) === dayKey(nowMs)) return t('workspace.since_today', { time: timeOfDay(sinceMs, language()) });
  const days = Math.round((noonOf(dayKey(nowMs)) - noonOf(dayKey(sinceMs))) / DAY_MS);
  return days <= 1 ? t('workspace.since_yesterday') : t('workspace.since_days', { n: days });
}

/** "19:12" of today, else "21.11." @param {number} atMs @param {number} nowMs */
export function shortTime(atMs, nowMs) {
  if (dayKey(atMs) === dayKey(nowMs)) return timeOfDay(atMs, language());
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'numeric' }).format(atMs);
}

/** "Dienstag, 24. November" @param {string} day as "2026-11-24" */
export function dayWords(day) {
  return new Intl.DateTimeFormat(language(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(noonOf(day));
}

/**
 * By which day an answer was promised; "" where nothing is owed.
 * @param {number} sinceMs
 * @param {Promised} promised
 */
export function promisedDay(sinceMs, promised) {
  const day = dueDay(sinceMs, promised);
  return day === '' ? '' : dayWords(day);
}

/**
 * @param {Standing} standing
 * @param {number} sinceMs
 * @param {number} nowMs
 * @param {Promised} promised
 */
export function isLate(standing, sinceMs, nowMs, promised) {
  return isOverdue(standing, dueDay(sinceMs, promised), nowMs);
}

/** "Maria B., Jonas K. und Ayse T." @param {readonly string[]} names */
export function listed(names) {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}

/** Of a name's letters or number, for an avatar. @param {string} name */
export function lettersOf(name) {
  return / (\d+)$/.exec(name)?.[1].slice(-3) ?? name.slice(0, 1).toUpperCase();
}

/** Who hands it over, or whom I am to stand in for. @param {{ byName: string, isDeputy?: boolean }} row */
export function handedWords({ byName, isDeputy = false }) {
  if (byName === '') return t(isDeputy ? 'workspace.deputy_from_team' : 'workspace.handed_from_team');
  return t(isDeputy ? 'workspace.deputy_from' : 'workspace.handed_from', { name: byName });
}

/** What a new access takes, of whoever has lost theirs or has none. */
export async function newAccessWords() {
  if (!hasText('workspace.new_access_text')) await addText(language() === 'en' ? import('../../../text/workaccess-en.js') : import('../../../text/workaccess-de.js'));
}

/** What is said of handing over and standing in beyond a line; few read it on one day. */
export async function handOverWords() {
  if (!hasText('workspace.hand_over_whom')) await addText(language() === 'en' ? import('../../../text/handover-en.js') : import('../../../text/handover-de.js'));
}
