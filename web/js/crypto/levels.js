// Who of a portal's two teams reads what is written to it: the system level as a key policy. Twin of crypto/levels.py.

import { equal } from './primitives.js';

/** How far what is written to a portal is open to its team. */
export const Level = Object.freeze({ WIDE_OPEN: 'ganz-offen', OPEN: 'offen', RESTRICTED: 'eingeschraenkt', STRICT: 'stark-eingeschraenkt' });

/**
 * The teams behind a portal; `leads16` is empty where leads have none of their own.
 * @typedef {Readonly<{ team16: Uint8Array, leads16: Uint8Array, level: string }>} Teams
 */

/** Behind a page, or a chat, that has no portal's. @type {Teams} */
export const NO_TEAMS = Object.freeze({ team16: new Uint8Array(0), leads16: new Uint8Array(0), level: Level.OPEN });

/** Whom a new enquiry goes to; who is written to alone is one of them. @param {Teams} teams */
export function firstOf({ team16, leads16, level }) {
  return level === Level.STRICT ? leads16 : team16;
}

/** Whom an enquiry goes to that somebody gives back. @param {Teams} teams */
export function backOf({ team16, leads16, level }) {
  return level === Level.RESTRICTED || level === Level.STRICT ? leads16 : team16;
}

/** Tells whether the team stays in a conversation that somebody has taken, and any of it may take it over. @param {Teams} teams */
export function readsAlong({ level }) {
  return level === Level.WIDE_OPEN;
}

/** Both: whoever one of them lists may have a case, be it by a hand-over. @param {Teams} teams */
export function allOf({ team16, leads16 }) {
  return leads16.length > 0 ? [team16, leads16] : [team16];
}

/** Tells whether this is the leads' team, which takes in nobody else. @param {Teams} teams @param {Uint8Array} team16 */
export function isLeads({ leads16 }, team16) {
  return leads16.length > 0 && equal(leads16, team16);
}
