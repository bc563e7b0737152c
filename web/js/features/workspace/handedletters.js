// The letters by which a colleague hands something over, and what they must be. Fetched with the first of them. Twin of
// the same part of clientlib/succeeding.py.

import { Reason, decodeCommit } from '../../crypto/commit.js';
import { BadStatement } from '../../crypto/errors.js';
import { decodeGrant, readGranted } from '../../crypto/grant.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeWelcome, openLetter, parseLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import * as reading from '../../crypto/reading.js';
import { Role } from '../../crypto/roster.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';
import { NO_TEAMS_OWN } from './opening.js';

/** @typedef {import('../../crypto/letter.js').Letter} Letter */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/letter.js').Welcome} Welcome */
/** @typedef {import('./firstrequest.js').Reader} Reader */
/** @typedef {import('./succeeding.js').Handed} Handed */
/** @typedef {import('./tickets.js').Tickets} Tickets */

/**
 * Opens the letters of a hand-over. WireError `unknown` when it was taken back by now, RemoteError for what must not be
 * believed.
 * @param {Reader} reader
 * @param {{ ticket16: Uint8Array }} row the wire's EnquiryRow or QueueRow
 * @param {Tickets} tickets
 * @param {import('./opening.js').Whose} [whose]
 * @returns {Promise<Handed>}
 */
export async function openHanded({ request, log, keys }, { ticket16 }, tickets, whose = NO_TEAMS_OWN) {
  const letters = await tickets.letters(request, ticket16, keys.inbox16);
  // To my own key only: a team's letter hands nothing over, be it there because the team reads along.
  const mine = letters.filter(({ e2 }) => equal(parseLetter(e2).inbox16, keys.inbox16));
  const { letter, grant } = sorted(mine.map(({ e2 }) => openLetter(e2, keys.kem)));
  const welcome = decodeWelcome(letter.payload);
  // The giver sealed it in: the relay cannot show one ticket's letter as another's.
  if (!equal(welcome.ticket16, ticket16)) throw new BadStatement('the letter of another request');
  const { box16, commit } = welcome;
  const { share } = await request('share', { box16 }, welcome.joinCap);
  if (commit.body.logN > log.view.size) await log.update();
  const holder = { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: [] };
  const transcript = grant === null ? reading.join(letter, welcome, holder, log.staff) : readGranted(letter, welcome, grant, holder, log.staff);
  const roster = decodeCommit(commit.body.payload).roster.filter((one) => !staysIn(one, log, whose));
  return { transcript, welcome, grant, ...members(letter, welcome, roster, { signPk: signPublic(keys.sign), ...tickets }) };
}

/**
 * One welcome and at most one grant, of one author; no letters at all where it was taken back.
 * @param {readonly Letter[]} opened
 */
function sorted(opened) {
  const [letter, ...welcomes] = opened.filter(({ kind }) => kind === LetterKind.WELCOME);
  const [granted, ...grants] = opened.filter(({ kind }) => kind === LetterKind.GRANT);
  if (letter === undefined) throw new WireError('unknown');
  const isMore = welcomes.length > 0 || grants.length > 0 || opened.length > (granted === undefined ? 1 : 2);
  if (isMore) throw new BadStatement('more letters than one hand-over has');
  const isOther = granted !== undefined && !(equal(granted.signPk, letter.signPk) && equal(granted.certificateHash, letter.certificateHash));
  if (isOther) throw new BadStatement('letters of two authors');
  return { letter, grant: granted === undefined ? null : decodeGrant(granted.payload) };
}

/** The team, where it reads along. @param {RosterEntry} entry @param {import('../../core/translog.js').LogReader} log @param {import('./opening.js').Whose} whose */
function staysIn({ role, certificateHash }, { staff }, { team16, isAlong }) {
  const team = role === Role.TEAM && isAlong ? staff.team(certificateHash) : null;
  return team !== null && equal(team.team.team16, team16);
}

/**
 * There is a seeker, who counsels them and hands over, and I; nobody else beside the team where it reads along.
 * @param {Letter} letter
 * @param {Welcome} welcome
 * @param {readonly RosterEntry[]} roster without that team
 * @param {{ signPk: import('../../crypto/keys.js').SignPublic, canBeLent: boolean }} me
 */
function members({ certificateHash }, { commit: { body } }, roster, { signPk, canBeLent }) {
  const { reason } = decodeCommit(body.payload);
  const from = roster.find(({ sidx }) => sidx === body.sidx);
  const me = roster.find((one) => equal(one.signPk, signPk));
  const seekers = roster.filter(({ role }) => role === Role.SEEKER);
  if (from === undefined || me === undefined || from === me) throw new BadStatement('not a hand-over to me');
  const isKnown = reason === Reason.HAND_OVER || (canBeLent && reason === Reason.DEPUTY);
  const isHandOver = isKnown && from.role === Role.COUNSELLOR && equal(from.certificateHash, certificateHash);
  if (!isHandOver || me.role !== Role.COUNSELLOR || seekers.length !== 1 || roster.length !== 3) throw new BadStatement('not a hand-over to me');
  return { from, me, reason };
}
