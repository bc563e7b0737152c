// What live and written work of one sign-in share: the line, the log, the names, and how a conversation is opened.

import { runsAt } from '../../crypto/certificate.js';
import { BadStatement } from '../../crypto/errors.js';
import { equal } from '../../crypto/primitives.js';
import { Role } from '../../crypto/statement.js';
import { wordsToCompare } from '../../core/wordlists.js';
import { pseudonymOf } from './names.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {{ readonly portal16: Uint8Array, readonly team16: Uint8Array, readonly name: string, readonly accessPage: string }} Portal */

/**
 * @typedef {object} Place
 * @property {import('../../core/connection.js').Connection} line
 * @property {import('../../core/connection.js').Request} request as `line.request`; tells when the sign-in is over
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/translog.js').LogReader} log
 * @property {import('./names.js').Names} names
 * @property {readonly Portal[]} portals
 * @property {() => Session | null} session the present one; null when nobody is signed in
 * @property {(box16: Uint8Array) => string} keptDraft what was typed to a box before the sign-in ran out
 * @property {(model: import('../live/thread.js').Thread) => void} onPurged a box is gone
 * @property {(portal16: Uint8Array) => { argon2id: import('../../core/argon2.js').Argon2id, language: string, page: string }} invitations
 *   how invitations to a new access are made: with words of the page's language, for the portal's page where one signs in
 */

/**
 * The portals whose TEAM lists this account now; of any other the relay tells nothing.
 * @param {Pick<Place, 'log' | 'clock' | 'portals' | 'session'>} place
 * @returns {readonly Portal[]}
 */
export function ownPortals({ log, clock, portals, session }) {
  const me = session()?.subject16;
  return me === undefined ? [] : portals.filter(({ team16 }) => log.view.inTeam(team16, me, clock.now()));
}

/** Which team works for a portal, by the page. @param {Pick<Place, 'portals'>} place @param {Uint8Array} portal16 */
export function teamOf({ portals }, portal16) {
  return portals.find((one) => equal(one.portal16, portal16))?.team16 ?? new Uint8Array(0);
}

/**
 * Whom a certificate names, by the log and the signed profiles; '' where nobody has published a name.
 * @param {Place} place
 * @returns {(certificateHash: Uint8Array) => string}
 */
export function namesBy({ log, names }) {
  return (certificateHash) => {
    const certificate = log.view.certificate(certificateHash);
    return certificate === null ? '' : names.of(certificate.subject16);
  };
}

/**
 * Somebody of a team beside me. `name` and `text` as they have signed them; '' where they have published none.
 * @typedef {Readonly<{ subject16: Uint8Array, certificate: Readonly<import('../../crypto/certificate.js').Certificate>, name: string, texts: readonly string[] }>} Colleague
 */

/**
 * Whom a portal's team lists now under a certificate in force, but me; by name.
 * @param {Place} place
 * @param {Uint8Array} portal16
 * @returns {Colleague[]}
 */
export function colleaguesOf(place, portal16) {
  const { log, clock, names, session } = place;
  const me = session();
  if (me === null) return [];
  const nowMs = clock.now();
  const members = log.view.currentTeam(teamOf(place, portal16), nowMs)?.team.members ?? [];
  return members.filter((subject16) => !me.isMe(subject16)).flatMap((subject16) => {
    const certificate = log.view.ownCertificates(subject16)
      .filter((one) => one.revokedAt === null && one.role !== Role.ADMIN && runsAt(one, nowMs)).at(-1);
    return certificate === undefined ? [] : [{ subject16, certificate, name: names.of(subject16), texts: names.textsOf(subject16) }];
  }).sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * Who reads a first request now, by the log: everybody whom the team lists, or this account alone. `unnamed`: how
 * many of them have published no name.
 * @typedef {{ names: string[], unnamed: number, isAddressed: boolean }} Readers
 */

/**
 * @param {Place} place
 * @param {Uint8Array | null} team16 null for a request that is over
 * @param {boolean} isAddressed to this account alone
 * @returns {Readers}
 */
export function readersOf({ log, names, session }, team16, isAddressed) {
  const me = session()?.subject16;
  if (team16 === null || me === undefined) return { names: [], unnamed: 0, isAddressed: false };
  const members = isAddressed ? [me] : log.view.latestTeam(team16)?.team.members ?? [];
  const named = members.map((subject16) => names.of(subject16)).filter((name) => name !== '').sort((one, other) => one.localeCompare(other));
  return { names: named, unnamed: members.length - named.length, isAddressed };
}

/**
 * What a conversation of the keyring needs in which this account counsels.
 * @param {Place} place
 * @param {Session} session
 * @param {import('../../crypto/transcript.js').Transcript} transcript
 * @param {string} name of the seeker, until they say one
 * @returns {import('../live/thread.js').Parts & { generation: number }} `generation`: of the entry
 */
export function partsOf({ line, clock, log, names }, session, transcript, name) {
  const org = log.view.org();
  const { box16 } = transcript.state;
  const entry = session.keyring.entry(box16);
  if (org === null) throw new BadStatement('a log without an organisation');
  return {
    connection: line,
    clock,
    log,
    transcript,
    cap: session.keys.cap(entry?.keyContext ?? box16),
    generation: entry?.generation ?? 0,
    secret: session.keys.sign,
    peer: { name, role: 'seeker', words: wordsToCompare(org, session.publicKeys) },
    myName: names.of(session.subject16),
    sendsReadMarks: true,
    readName: pseudonymOf,
  };
}
