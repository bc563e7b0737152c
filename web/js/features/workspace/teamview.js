// A team as its members see it on the screen: people, who would like to come, what its key is good for. Pure, over
// the log and the names that were read.

import { signerOf, unseenRestart } from '../../core/restarts.js';
import { toHex } from '../../core/resumeslot.js';
import { allOf, isLeads } from '../../crypto/levels.js';
import { equal } from '../../crypto/primitives.js';
import { Kind, RevokeReason } from '../../crypto/statement.js';
import { isReplaced } from './comingback.js';
import { everyTeam } from './place.js';
import { certificateOf, freshChange, lists, newcomers } from './teams.js';

/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */
/** @typedef {import('../../crypto/certificate.js').TeamStatement} TeamStatement */
/** @typedef {Pick<import('./place.js').Place, 'log' | 'clock' | 'names' | 'portals' | 'session'>} Place */

/**
 * Somebody in a team, or certified for it. `untilMs`: the end of the certificate; 0 without one in force. `name` is ''
 * without a profile.
 * @typedef {Readonly<{ id: string, subject16: Uint8Array, name: string, isMe: boolean, untilMs: number,
 *   certificate: Readonly<Certificate> | null }>} Person
 */
/**
 * Who would like to come. `isBack`: with another key than before, under which they were called `before`.
 * @typedef {Readonly<Person & { standing: 'new' | 'elsewhere' | 'former', isBack: boolean, before: string }>} Candidate
 */

/**
 * A team of mine. `place`: the portals it stands behind; `isLeads`: as the team of their leads. `gone`: who could open what was sealed to the key before;
 * `lost`: whose lost key could; `unnamed`: how many of both have no name here.
 * @typedef {Readonly<{ id: string, team16: Uint8Array, place: string, isLeads: boolean, members: readonly Person[], candidates: readonly Candidate[],
 *   untilMs: number, gone: readonly string[], lost: readonly string[], unnamed: number, restart: Restart | null }>} TeamView
 */
/** Begun anew by an admin, and not seen yet. @typedef {Readonly<{ statement: Readonly<TeamStatement>, atMs: number, byName: string, signer: Readonly<Certificate> | null }>} Restart */

const inOrder = new Intl.Collator();

/**
 * The teams behind the page's portals that list this account, leads' ones too, in the order of the portals. One that has ended counts:
 * a member renews it.
 * @param {Place} place
 * @returns {TeamView[]}
 */
export function ownTeams(place) {
  const me = place.session()?.subject16;
  if (me === undefined) return [];
  /** @type {Map<string, TeamView>} */
  const teams = new Map();
  for (const team16 of everyTeam(place)) {
    const latest = place.log.view.latestTeam(team16);
    if (latest !== null && lists(latest.team, me)) teams.set(toHex(team16), viewOf(place, latest));
  }
  return [...teams.values()];
}

/**
 * @param {Place} place
 * @param {Readonly<TeamStatement>} latest
 * @returns {TeamView}
 */
function viewOf(place, { team: { team16, members }, notAfterMs }) {
  const { view } = place.log;
  const nowMs = place.clock.now();
  const behind = place.portals.filter((one) => allOf(one).some((team) => equal(team, team16)));
  const isForLeads = behind.some((one) => isLeads(one, team16));
  const candidates = newcomers(view, team16, nowMs, isForLeads)
    .map(({ certificate, standing, replaces }) => ({
      ...personOf(place, certificate.subject16, certificate), standing,
      isBack: replaces !== null, before: replaces === null ? '' : place.names.once(replaces),
    }));
  const gone = goneFrom(place, team16).map((subject16) => ({ name: place.names.once(subject16), isLost: hasLostKey(view, subject16) }));
  const named = (/** @type {boolean} */ isLost) => gone.filter((one) => one.name !== '' && one.isLost === isLost)
    .map(({ name }) => name).sort((one, other) => one.localeCompare(other));
  /** @type {readonly Person[] | null} */
  let people = null;
  return {
    id: toHex(team16),
    team16,
    place: [...new Set(behind.map(({ name, leadsName }) => (isForLeads ? leadsName : name)))].join(', '),
    isLeads: isForLeads,
    // Only the team's own room names everybody: two hundred profiles are not opened at the sign-in.
    get members() {
      people ??= members.map((one) => personOf(place, one, certificateOf(view, one, nowMs))).sort(byName);
      return people;
    },
    candidates: candidates.sort(byName),
    untilMs: notAfterMs,
    gone: named(false),
    lost: named(true),
    unnamed: gone.filter(({ name }) => name === '').length,
    restart: restartOf(place, team16),
  };
}

/**
 * @param {Place} place
 * @param {Uint8Array} subject16
 * @param {Readonly<Certificate> | null} certificate
 * @returns {Person}
 */
function personOf({ names, session }, subject16, certificate) {
  return {
    id: toHex(subject16), subject16, certificate, name: names.of(subject16), isMe: session()?.isMe(subject16) ?? false,
    untilMs: certificate?.notAfterMs ?? 0,
  };
}

/**
 * Who knows the key before the present one and is in the team no more, while anything may be sealed to it.
 * @param {Place} place
 * @param {Uint8Array} team16
 */
function goneFrom({ log, clock }, team16) {
  const change = freshChange(log.view, team16, clock.now());
  return change === null ? [] : change.before.team.members.filter((one) => !lists(change.since.team, one));
}

/**
 * Whether somebody's key was revoked because it was lost, or they are back with another.
 * @param {Place['log']['view']} view
 * @param {Uint8Array} subject16
 */
function hasLostKey(view, subject16) {
  const { entries } = view;
  const isLost = view.ownCertificates(subject16).some(({ revokedAt }) => {
    const payload = revokedAt === null ? null : entries[revokedAt].payload;
    return payload !== null && payload.kind === Kind.REVOKE && payload.reason === RevokeReason.KEY_LOST;
  });
  return isLost || isReplaced(view, subject16);
}

/**
 * A restart that this account has not seen; one from before it came is no news to it.
 * @param {Place} place
 * @param {Uint8Array} team16
 * @returns {Restart | null}
 */
function restartOf({ log, names, session }, team16) {
  const found = session();
  if (found === null) return null;
  const statement = unseenRestart(log.view, team16, found.keyring.settings.restarts);
  const first = log.view.teamHistory(team16).find(({ team }) => lists(team, found.subject16));
  if (statement === null || first === undefined || statement.index < first.index) return null;
  const signer = signerOf(log.view, statement);
  return { statement, atMs: statement.notBeforeMs, signer, byName: signer === null ? '' : names.of(signer.subject16) };
}

/** Oneself first, then by name; who has none comes last. @param {Person} one @param {Person} other */
function byName(one, other) {
  if (one.isMe !== other.isMe) return one.isMe ? -1 : 1;
  if ((one.name === '') !== (other.name === '')) return one.name === '' ? 1 : -1;
  return inOrder.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);
}
