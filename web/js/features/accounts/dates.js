// Days and minutes of what will be deleted, as people read them. Pure: language is a parameter.

/** "Dienstag, 24. November" @param {number} atMs @param {string} language */
export function dayOf(atMs, language) {
  return together(new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(atMs));
}

/** "24. November 2026" @param {number} atMs @param {string} language */
export function dateOf(atMs, language) {
  return together(new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' }).format(atMs));
}

/** A day and its month stay on one line. @param {string} date */
const together = (date) => date.replace(/(\d\.?) (?=\p{L})|(\p{L}) (?=\d)/gu, '$1$2\u00a0');
