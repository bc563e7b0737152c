// What live and written work of one sign-in share: the line, the log, the names, and how a conversation is opened.

import { BadStatement } from '../../crypto/errors.js';
import { NO_TEAMS, allOf, readsAlong } from '../../crypto/levels.js';
import { equal } from '../../crypto/primitives.js';
import { wordsToCompare } from '../../core/wordlists.js';
import { pseudonymOf } from './names.js';
import { certificateOf } from './teams.js';

/** @typedef {import('./session.js').Session} Session */
/**
 * A portal, the teams behind it, and what its leads' team is called.
 * @typedef {import('../../crypto/levels.js').Teams & { readonly portal16: Uint8Array, readonly name: string, readonly leadsName: string,
 *   readonly accessPage: string }} Portal
 */

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
 * @property {(model: import('../live/thread.js').Thread) => void} onClosed a conversation has ended
 * @property {(model: import('../live/thread.js').Thread) => void} onPurged a box is gone
 * @property {(portal16: Uint8Array) => { argon2id: import('../../core/argon2.js').Argon2id, language: string, page: string }} invitations
 *   how invitations to a new access are made: with words of the page's language, for the portal's page where one signs in
 */

/**
 * The portals whose counsellors' TEAM lists this account now: of others it gets no live chats.
 * @param {Pick<Place, 'log' | 'clock' | 'portals' | 'session'>} place
 * @returns {readonly Portal[]}
 */
export function ownPortals({ log, clock, portals, session }) {
  const me = session()?.subject16;
  return me === undefined ? [] : portals.filter(({ team16 }) => log.view.inTeam(team16, me, clock.now()));
}

/** Every team behind the page's portals, once. @param {Pick<Place, 'portals'>} place @returns {Uint8Array[]} */
export function everyTeam({ portals }) {
  const every = portals.flatMap(allOf);
  return every.filter((team16, n) => every.findIndex((one) => equal(one, team16)) === n);
}

/** The teams behind a portal, by the page; empty ones for a portal that it does not know. @param {Pick<Place, 'portals'>} place @param {Uint8Array} portal16 @returns {import('../../crypto/levels.js').Teams} */
export function teamsOf({ portals }, portal16) {
  return portals.find((one) => equal(one.portal16, portal16)) ?? NO_TEAMS;
}

/** Which team is to take a request, as the relay tells it: the letter decides. @param {Pick<Place, 'portals'>} place @param {{ portal16: Uint8Array, forLeads: number }} row */
export function teamOfRow(place, { portal16, forLeads }) {
  const { team16, leads16 } = teamsOf(place, portal16);
  return forLeads === 1 ? leads16 : team16;
}

/** The same, and whether it reads along, by the page and by the row. @param {Pick<Place, 'portals'>} place @param {{ portal16: Uint8Array, forLeads: number, readsAlong: number }} row @returns {import('./opening.js').Whose} */
export function whoseOf(place, row) {
  return { team16: teamOfRow(place, row), isAlong: row.readsAlong === 1 && readsAlong(teamsOf(place, row.portal16)) };
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

/** Whom the seeker has agreed to has left the team, or has no keys in force. */
export class ColleagueGone extends BadStatement {}

/**
 * Somebody of a team beside me. `name` and `text` as they have signed them; '' where they have published none.
 * @typedef {Readonly<{ subject16: Uint8Array, certificate: Readonly<import('../../crypto/certificate.js').Certificate>, name: string, texts: readonly string[] }>} Colleague
 */

/**
 * Whom these teams list now under a certificate in force, but me; each once, by name.
 * @param {Place} place
 * @param {readonly Uint8Array[]} teams
 * @returns {Colleague[]}
 */
export function colleaguesOf(place, teams) {
  const { log, clock, names, session } = place;
  const me = session();
  if (me === null) return [];
  const nowMs = clock.now();
  const members = new Map(teams.flatMap((team16) => log.view.currentTeam(team16, nowMs)?.team.members ?? []).map((one) => [one.join(), one]));
  return [...members.values()].filter((subject16) => !me.isMe(subject16)).flatMap((subject16) => {
    const certificate = certificateOf(log.view, subject16, nowMs);
    return certificate === null ? [] : [{ subject16, certificate, name: names.of(subject16), texts: names.textsOf(subject16) }];
  }).sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * Who reads a first request now, by the log: everybody whom the team lists, or this account alone. Their names are
 * looked up when they are asked for, as each is a signature to verify. `isAlong`: they read on once somebody has it.
 * `unnamed`: how many have published no name.
 * @typedef {{ count: number, isAddressed: boolean, isAlong: boolean, named: () => { names: string[], unnamed: number } }} Readers
 */

/**
 * @param {Place} place
 * @param {Uint8Array | null} team16 null for a request that is over
 * @param {boolean} isAddressed to this account alone
 * @param {{ isAlong: boolean, persons?: readonly Uint8Array[] }} [about] `persons`: certificates of those beside the team
 * @returns {Readers}
 */
export function readersOf({ log, names, session }, team16, isAddressed, { isAlong, persons = [] } = { isAlong: false }) {
  const me = session()?.subject16;
  if (team16 === null || me === undefined) return { count: 0, isAddressed: false, isAlong, named: () => namesOf(names, []) };
  const team = isAddressed ? [me] : log.view.latestTeam(team16)?.team.members ?? [];
  const beside = persons.flatMap((hash) => log.view.certificate(hash)?.subject16 ?? []).filter((one) => !team.some((member) => equal(member, one)));
  const members = [...team, ...beside];
  return { count: members.length, isAddressed, isAlong, named: () => namesOf(names, members) };
}

/** @param {Place['names']} names @param {readonly Uint8Array[]} members */
function namesOf(names, members) {
  const named = members.map((subject16) => names.of(subject16)).filter((name) => name !== '').sort((one, other) => one.localeCompare(other));
  return { names: named, unnamed: members.length - named.length };
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
