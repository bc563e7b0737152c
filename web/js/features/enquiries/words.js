// Names, days and states of written enquiries as people read them.

import { noonOf } from '../../core/workdays.js';
import { Level } from '../../crypto/levels.js';
import { hasText, language, t } from '../../ui/text.js';
import { dateOf } from '../accounts/dates.js';
import { dueDay, isOverdue } from './standing.js';

/** @typedef {import('./enquiry.js').Enquiry} Enquiry */
/** @typedef {import('./people.js').Team} Team */
/** @typedef {import('./standing.js').Promised} Promised */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */

const DAYS_OF_MONTH = 30.4;
const MAX_NAMES = 6;

/** Where the sentences stand that a level has of its own. */
let room = 'enquiries';

/** From now on the sentences are those of the portal's level. @param {string} level */
export function speakAt(level) {
  room = { [Level.WIDE_OPEN]: 'wide', [Level.RESTRICTED]: 'restricted', [Level.STRICT]: 'strict' }[level] ?? 'enquiries';
}

/** A sentence that may be another at the portal's level. @param {string} key @param {Record<string, string | number>} [values] @param {string} [other] where it stands else */
export function levelWords(key, values, other = 'enquiries') {
  return t(hasText(`${room}.${key}`) ? `${room}.${key}` : `${other}.${key}`, values);
}

/** "Mittwoch, 25. November" @param {string} day as "2026-11-25" */
export function dayWords(day) {
  const format = new Intl.DateTimeFormat(language(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
  return format.format(noonOf(day)).replace(/(\d\.?) (?=\p{L})|(\p{L}) (?=\d)/gu, '$1$2\u00a0');
}

/** "Maria B., Jonas K. und Ayse T." @param {readonly string[]} names */
export function listOf(names) {
  // The letter that stands for a family name stays beside the first one.
  const whole = names.map((name) => name.replace(/ (?=\p{L}\.$)/u, '\u00a0'));
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(whole);
}

/** "ein halbes Jahr" is said in months, shorter spans in days. @param {number} days */
export function spanWords(days) {
  const n = Math.round(days / DAYS_OF_MONTH);
  if (n < 1) return t('enquiries.days', { n: days });
  return n === 1 ? t('enquiries.months_one') : t('enquiries.months', { n });
}

/**
 * Everybody whom a team lists: by name, and how many there are beside. '' where nobody is known.
 * @param {readonly { name: string }[]} persons
 */
export function teamNames(persons) {
  const names = persons.map(({ name }) => name).filter((name) => name !== '');
  const shown = names.slice(0, MAX_NAMES);
  const more = persons.length - shown.length;
  if (shown.length === 0) return '';
  if (more === 0) return listOf(shown);
  return listOf([...shown, more === 1 ? t('enquiries.and_one') : t('enquiries.and_more', { n: more })]);
}

/**
 * Who can read a conversation now, by its roster.
 * @param {WrittenThread} thread
 * @param {Team | null} team
 */
export function readersWords(thread, team) {
  const readers = thread.readers.value;
  const reader = readers.find(({ isTeam }) => isTeam);
  if (reader !== undefined) {
    const names = teamNames((reader.isLeads ? team?.leads : team?.persons) ?? []);
    const by = listOf(readers.filter(({ isTeam }) => !isTeam).map(({ name }) => name || t('enquiries.readers_somebody')));
    if (by !== '') return names === '' ? t('enquiries.readers_along_unnamed', { by }) : t('enquiries.readers_along', { by, names });
    if (reader.isLeads) return levelWords('readers_leads', { names });
    return names === '' ? t('enquiries.readers_team_unnamed') : t('enquiries.readers_team', { names });
  }
  if (readers.length === 0) return t('enquiries.readers_nobody');
  return t('enquiries.readers_persons', { names: listOf(readers.map(({ name }) => name || t('enquiries.readers_somebody'))) });
}

/**
 * Where an enquiry stands: a code for its look, and its word.
 * @param {Enquiry} enquiry
 * @param {Promised} promised
 */
export function stateOf({ stage, thread }, promised) {
  const open = thread.value;
  if (stage.value !== 'sent' || open === null) return { code: stage.value, word: stage.value === 'sent' ? '' : t(`enquiries.state_${stage.value}`) };
  const standing = open.standing.value;
  const due = dueDay(open.waitsSinceMs.value, promised);
  const code = isOverdue(standing, due, open.serverNow()) ? 'late' : standing;
  return { code, word: t(`enquiries.state_${code}`) };
}

/** What an enquiry is called in lists and headings. @param {Enquiry} enquiry */
export function titleOf({ subject, stage, sinceMs }) {
  if (subject.value !== '') return subject.value;
  return stage.value === 'draft' ? t('enquiries.no_subject_draft') : t('enquiries.no_subject', { date: dateOf(sinceMs, language()) });
}

/** "2 neue Nachrichten" @param {number} n */
export function newWords(n) {
  return n === 1 ? t('enquiries.new_one') : t('enquiries.new_many', { n });
}
