// How the relay is told of a hand-over: the same steps for a written conversation and a running chat. What decides
// stands in the box; a ticket only brings it into the colleague's list, and its letters to them.
// Twin of clientlib/tickets.py.

import { allOf } from '../../crypto/levels.js';
import { equal } from '../../crypto/primitives.js';
import '../../wire/catalogue-staff.js';
import { inboxLetters } from './letters.js';
import { NO_TICKET } from './note.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('./letters.js').Stored} Stored */
/** @typedef {import('./place.js').Colleague} Colleague */

/**
 * @typedef {object} Tickets
 * @property {(request: Request, ticket16: Uint8Array, inbox16: Uint8Array) => Promise<readonly Stored[]>} letters what a
 *   colleague has sent me about one
 * @property {(request: Request, ticket16: Uint8Array, successor: Uint8Array, isDeputy: boolean) => Promise<any>} handTo
 *   from who has it: to whom it goes, or who stands in; empty: nobody any more
 * @property {(request: Request, ticket16: Uint8Array) => Promise<any>} taken from who has taken it over
 * @property {(request: Request, ticket16: Uint8Array) => Promise<any>} giveBack from who was to take it over
 * @property {(teams: import('../../crypto/levels.js').Teams) => readonly Uint8Array[]} teams of its portal: to whose people it may go
 * @property {(request: Request, team16: Uint8Array, colleagues: readonly Colleague[]) => Promise<readonly Colleague[]>} there
 *   who of the team could take it over now, as far as the relay knows
 * @property {(ticket16: Uint8Array) => Uint8Array} noted of what the keyring's note names
 * @property {boolean} canBeLent whether a colleague may stand in
 */

/** There is time, whoever is away. @type {Tickets} */
export const WRITTEN = {
  letters: async (request, ticket16) => (await request('enquiry_letter', { ticket16 })).letters,
  handTo: (request, ticket16, successor, isDeputy) => request('enquiry_hand_over', { ticket16, successor, isDeputy: isDeputy ? 1 : 0 }),
  taken: (request, ticket16) => request('enquiry_taken', { ticket16 }),
  giveBack: (request, ticket16) => request('enquiry_return', { ticket16 }),
  teams: allOf,
  there: async (_, __, colleagues) => colleagues,
  noted: (ticket16) => ticket16,
  canBeLent: true,
};

/** Somebody waits at this moment: it goes to who is on duty. @type {Tickets} */
export const LIVE = {
  letters: async (request, ticket16, inbox16) => (await inboxLetters(request, inbox16)).filter((one) => equal(one.ticket16, ticket16)),
  handTo: (request, ticket16, successor) => request('hand_over', { ticket16, successor }),
  taken: (request, ticket16) => request('handed_over', { ticket16 }),
  giveBack: (request, ticket16) => request('return', { ticket16 }),
  teams: ({ team16 }) => [team16],
  there: async (request, team16, colleagues) => {
    const { profiles } = await request('profiles', { team16 });
    return colleagues.filter(({ subject16 }) => profiles.some((/** @type {any} */ one) => one.onDuty === 1 && equal(one.subject16, subject16)));
  },
  // A chat and its row go by portal and number.
  noted: () => NO_TICKET,
  canBeLent: false,
};
