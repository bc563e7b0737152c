// What one sign-in has for written work: first requests, taking one on, hand-overs.

import { FirstRequest } from './firstrequest.js';
import { FirstRequests } from './firstrequests.js';
import { HandedRequest } from './handedrequest.js';
import { HandOvers } from './handovers.js';
import { namesBy, whoseOf } from './place.js';
import { WRITTEN } from './tickets.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('./enquiries.js').Enquiries} Enquiries */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./session.js').Session} Session */

/**
 * @param {Place} place
 * @param {Session} session
 * @param {Enquiries} enquiries
 * @param {(id: string, content: import('./firstrequest.js').Content) => void} onRead a first request was read
 */
export function roomsOf(place, session, enquiries, onRead) {
  const { line, request, clock, log } = place;
  const { keys, keyring } = session;
  const reader = { connection: line, request, clock, log, keys };
  const rowOf = (/** @type {string} */ id) => enquiries.raw(id);
  const isToMe = (/** @type {any} */ row) => session.isMe(row.successor);
  const first = new FirstRequests({
    rowOf, onRead,
    make: (row) => (isToMe(row) ? new HandedRequest(reader, row, namesBy(place), WRITTEN, whoseOf(place, row)) : new FirstRequest(reader, row, whoseOf(place, row), namesBy(place))),
    fits: (known, row) => known instanceof HandedRequest === isToMe(row),
  });
  const handedOf = (/** @type {string} */ id) => {
    const found = first.of(id);
    return found instanceof HandedRequest ? found : null;
  };
  return {
    first,
    // Fetched when somebody takes one on.
    taking: async () => {
      const { Taking } = await import('./taking.js').catch(() => { throw new WireError('disconnected'); });
      return new Taking({ request, clock, log, keys, keyring, certificate: () => session.certificate(clock.now()) });
    },
    handOvers: new HandOvers(place, session, WRITTEN, { rowOf, handedOf, learn: (row) => enquiries.take([row]) }),
  };
}
