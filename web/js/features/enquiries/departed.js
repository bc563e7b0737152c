// Who has left a written conversation, as the log alone has it: whether somebody is still there who can answer. Pure.
// Twin of departure in clientlib/callingback.py.

import { inForce } from '../../core/leads.js';
import { allOf, backOf } from '../../crypto/levels.js';
import { isRevoked } from '../../crypto/roster.js';
import { isPerson, isTeam } from './standing.js';

/** @typedef {import('../../crypto/logview.js').LogView} LogView */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */

/**
 * '': somebody can answer, or all of the team is in it, and nobody who was revoked; `unlisted`: who is there is in the team no more, or their
 * certificate has ended; `others`: somebody was revoked, and who takes them out is in it, a colleague or the team; `waits`: all were
 * revoked, and the team has not changed its key since; `ready`: the team can go on.
 * @typedef {'' | 'unlisted' | 'others' | 'waits' | 'ready'} Departure
 */

/**
 * Whom the log does not revoke, nobody but themselves or a colleague takes out (G4). And while TEAM lists somebody who
 * was revoked, they have its key: what is sealed to it is not out of their reach.
 * @param {readonly RosterEntry[]} members
 * @param {Pick<import('../../core/translog.js').LogReader, 'view' | 'staff'>} log
 * @param {import('../../crypto/levels.js').Teams} teams behind the page on which the seeker wrote
 * @param {number} nowMs
 * @returns {Departure}
 */
export function departure(members, log, teams, nowMs) {
  const { view, staff } = log;
  const persons = members.filter(isPerson);
  const gone = revokedOf(persons, log);
  // Any of them may go on: nothing has to be given back.
  if (persons.length === 0 || members.some(isTeam)) return gone.length > 0 ? 'others' : '';
  const back16 = backOf(teams);
  /** @param {RosterEntry} entry @param {Uint8Array} team16 */
  const isListed = ({ certificateHash }, team16) => {
    const certificate = staff.counsellor(certificateHash);
    return certificate !== null && view.inTeam(team16, certificate.subject16, nowMs);
  };
  if (gone.length === persons.length) return gone.some((one) => isListed(one, back16)) || view.currentTeam(back16, nowMs) === null ? 'waits' : 'ready';
  if (gone.length > 0) return 'others';
  return persons.some((one) => allOf(teams).some((team16) => isListed(one, team16)) && isInForce(one, view, nowMs)) ? '' : 'unlisted';
}

/** Under whichever certificate. @param {RosterEntry} entry @param {LogView} view @param {number} nowMs */
function isInForce({ certificateHash }, view, nowMs) {
  const subject16 = view.certificate(certificateHash)?.subject16;
  return subject16 !== undefined && inForce(view.ownCertificates(subject16), nowMs).length > 0;
}

/** Tells whether nothing is sealed here for now: it would be to somebody who was revoked. @param {Departure} found */
export const isHeld = (found) => found !== '' && found !== 'unlisted';

/** Tells whether the team has been let in again, and nobody has taken it: what it has had from the beginning is open already. @param {readonly RosterEntry[]} members @param {number} epoch */
export const isBack = (members, epoch) => epoch > 0 && members.some(isTeam) && !members.some(isPerson);

/** Those whom the log revokes. @param {readonly RosterEntry[]} members @param {Pick<import('../../core/translog.js').LogReader, 'view' | 'staff'>} log */
export const revokedOf = (members, { view, staff }) => members.filter((one) => isRevoked(one, view.size, staff));
