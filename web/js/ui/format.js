// Times as people read them. Pure: language and time are parameters.

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const KIB_BYTES = 1024;
const MIB_BYTES = 1024 * 1024;
/** From here on the countdown shows seconds. */
export const SECONDS_FROM_MS = 10 * MINUTE_MS;

/** "19:12" @param {number} atMs @param {string} language */
export function timeOfDay(atMs, language) {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(atMs);
}

/** "21:00", and "24:00" for midnight: as opening hours are written. @param {number} atMs @param {string} language */
export function closingTime(atMs, language) {
  return timeOfDay(atMs, language).replace(/^00:00$/, '24:00');
}

/** Equal for two times of the same day on this device. @param {number} atMs */
export function dayKey(atMs) {
  return new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' }).format(atMs);
}

/**
 * "Heute", "Gestern" or the date.
 * @param {number} atMs
 * @param {number} nowMs
 * @param {string} language
 * @param {{ today: string, yesterday: string }} words
 */
export function dayName(atMs, nowMs, language, words) {
  if (dayKey(atMs) === dayKey(nowMs)) return words.today;
  if (dayKey(atMs) === dayKey(nowMs - DAY_MS)) return words.yesterday;
  return new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(atMs);
}

/** "04:32", never below zero. @param {number} leftMs */
export function minutesAndSeconds(leftMs) {
  const seconds = Math.max(0, Math.round(leftMs / 1000));
  return `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
}

/** Whole minutes, rounded: 180 right after the start, never 181. @param {number} leftMs */
export function minutesLeft(leftMs) {
  return Math.max(0, Math.round(leftMs / MINUTE_MS));
}

/** Whole minutes that have passed. @param {number} sinceMs @param {number} nowMs */
export function minutesSince(sinceMs, nowMs) {
  return Math.max(0, Math.floor((nowMs - sinceMs) / MINUTE_MS));
}

/** Hours that remain, at least 1 while anything remains. @param {number} leftMs */
export function hoursLeft(leftMs) {
  return leftMs <= 0 ? 0 : Math.max(1, Math.round(leftMs / HOUR_MS));
}

/**
 * Since when the other side waits for an answer: the first of the messages that came after our last
 * one; 0 when nothing is owed.
 * @param {readonly { kind: string, mine: boolean, sentMs: number }[]} messages oldest first
 */
export function answerOwedSince(messages) {
  let sinceMs = 0;
  for (let i = messages.length - 1; i >= 0; i -= 1) {
    const message = messages[i];
    if (message === undefined || message.kind === 'system') continue;
    if (message.mine) break;
    sinceMs = message.sentMs;
  }
  return sinceMs;
}

/** The letters in an avatar: "Maria B." -> "MB". @param {string} name */
export function initials(name) {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  return words.slice(0, 2).map((word) => word[0]?.toUpperCase()).join('');
}

/**
 * "214 KB", "7,4 MB": as people know it from their devices.
 * @param {number} bytes
 * @param {string} language
 */
export function fileSize(bytes, language) {
  const isLarge = bytes >= MIB_BYTES;
  const amount = isLarge ? bytes / MIB_BYTES : Math.max(1, Math.round(bytes / KIB_BYTES));
  const digits = isLarge && amount < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(amount)} ${isLarge ? 'MB' : 'KB'}`;
}

/** @param {number} n */
function pad(n) {
  return String(n).padStart(2, '0');
}
