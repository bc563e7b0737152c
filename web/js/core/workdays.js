// By which day an answer is promised: working days of the place where the centre works.
// Twin of clientlib/workdays.py; both follow tests/vectors/workdays.json.

/** Where the centres of this product work; the days of their calendar begin at midnight there. */
export const ZONE = 'Europe/Berlin';

const DAY_MS = 86_400_000;
const NOON_MS = DAY_MS / 2;
const DAYS_OF_WEEK = 7;
/** Day 0, 1 January 1970, was a Thursday. */
const THURSDAY = 3;
const SATURDAY = 5;
/** By zone. To make one costs a thousand times what it costs to use it, and a list of requests asks for each row. @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * The day by whose end something received then is answered. A day counts that is neither Saturday, Sunday
 * nor a holiday; the day of arrival does not.
 * @param {number} receivedMs
 * @param {number} workingDays
 * @param {readonly string[]} holidays as "2026-12-25"
 * @param {string} [zone]
 * @returns {string} as "2026-11-25"
 */
export function answerDay(receivedMs, workingDays, holidays, zone = ZONE) {
  let day = numberOf(dayOf(receivedMs, zone));
  for (let left = workingDays; left > 0;) {
    day += 1;
    if (weekday(day) < SATURDAY && !holidays.includes(isoOf(day))) left -= 1;
  }
  return isoOf(day);
}

/**
 * Which day it is in `zone` at a moment.
 * @param {number} atMs
 * @param {string} [zone]
 * @returns {string}
 */
export function dayOf(atMs, zone = ZONE) {
  /** @type {Record<string, string>} */
  const parts = Object.fromEntries(formatOf(zone).formatToParts(atMs).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** @param {string} zone */
function formatOf(zone) {
  const known = formats.get(zone)
    ?? new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, known);
  return known;
}

/**
 * A moment of that day in UTC, for whoever formats it there.
 * @param {string} day
 */
export function noonOf(day) {
  return numberOf(day) * DAY_MS + NOON_MS;
}

/** @param {number} day since 1 January 1970; Monday is 0 */
const weekday = (day) => (day + THURSDAY) % DAYS_OF_WEEK;

/**
 * Days since 1 January 1970. The year is taken to begin in March, so that a leap day is its last.
 * @param {string} day
 */
function numberOf(day) {
  const [year, month, date] = day.split('-').map(Number);
  const y = month <= 2 ? year - 1 : year;
  const fromMarch = (month + 9) % 12;
  const ofYear = Math.floor((153 * fromMarch + 2) / 5) + date - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + ofYear - 719_468;
}

/**
 * Undoes `numberOf`.
 * @param {number} number
 */
function isoOf(number) {
  return dayOf(number * DAY_MS + NOON_MS, 'UTC');
}
