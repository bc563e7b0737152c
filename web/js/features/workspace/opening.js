// Opening a first request as a reader of its team, or as whom it is addressed to. Reading only: nothing is
// written, and no capability is exchanged, before it is taken on. Twin of clientlib/firstrequest.py.
//
// The relay chooses which letter it brings for a row, so everything that a person is shown hangs on checks here:
// the letter must name this very ticket, and its box must have nobody in it but the seeker and the portal's team,
// or the seeker and me; where the team reads along, also who has taken it.

import { BadStatement, RemoteError } from '../../crypto/errors.js';
import { decodeGrant, readGranted } from '../../crypto/grant.js';
import { publicOf } from '../../crypto/kem.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeWelcome, inbox16, openLetter, parseLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import * as reading from '../../crypto/reading.js';
import { Role } from '../../crypto/roster.js';
import { isPerson, isTeam } from '../enquiries/standing.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../core/translog.js').LogReader} LogReader */
/** @typedef {import('../../crypto/givendraft.js').GivenDraft} GivenDraft */
/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/keys.js').KemSecret} KemSecret */
/** @typedef {import('../../crypto/letter.js').Letter} Letter */
/** @typedef {import('../../crypto/letter.js').Welcome} Welcome */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./staffkeys.js').StaffKeys} StaffKeys */

/**
 * A first request that letter and keys opened; nothing of the box is read yet. `history`: the secrets before the present
 * one, of a request that was sealed to a later key of its team, that somebody has given back, or that somebody has while
 * the team reads along; `draft`: what whoever gave it back had typed by then.
 * @typedef {{ transcript: Transcript, welcome: Welcome, history: readonly EpochSecret[], draft: GivenDraft | null }} Opened
 */

/** Whose a request is: the portal's team by the page, and whether it reads along once somebody has taken it. @typedef {Readonly<{ team16: Uint8Array, isAlong: boolean }>} Whose */

/** What is handed over goes to a person: no team is in it. @type {Whose} */
export const NO_TEAMS_OWN = Object.freeze({ team16: new Uint8Array(0), isAlong: false });

/** The request is sealed to a key that this account does not have, or not yet. */
export class NoTeamKey extends Error {}

/**
 * Opens the first of the letters that stands every check. WireError `unknown` when it is taken or withdrawn by
 * now, NoTeamKey without the key, RemoteError for what must not be believed.
 * @param {{ request: Request, log: LogReader, keys: StaffKeys }} parts
 * @param {{ ticket16: Uint8Array }} row the wire's EnquiryRow
 * @param {Whose} whose
 * @returns {Promise<Opened>}
 */
export async function openFirst({ request, log, keys }, { ticket16 }, whose) {
  const { letters } = await request('enquiry_letter', { ticket16 });
  /** @type {unknown} */
  let refusal = new WireError('unknown');
  for (const { e2 } of letters) {
    try {
      return await joinBy({ request, log, keys }, { e2, letters }, ticket16, whose);
    } catch (error) {
      // A repeat after a lost answer may have left a letter to nothing beside the good one.
      const isNext = error instanceof NoTeamKey || error instanceof RemoteError
        || (error instanceof WireError && error.code === 'unknown');
      if (!isNext) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/**
 * @param {{ request: Request, log: LogReader, keys: StaffKeys }} parts
 * @param {{ e2: Uint8Array, letters: readonly { e2: Uint8Array }[] }} found the letter, and all of the ticket
 * @param {Uint8Array} ticket16
 * @param {Whose} whose
 * @returns {Promise<Opened>}
 */
async function joinBy({ request, log, keys }, { e2, letters }, ticket16, whose) {
  const kem = keys.ofInbox(parseLetter(e2).inbox16);
  if (kem === null) throw new NoTeamKey();
  const letter = openLetter(e2, kem);
  if (letter.kind !== LetterKind.WELCOME) throw new BadStatement('a letter that welcomes nobody');
  const welcome = decodeWelcome(letter.payload);
  if (!equal(welcome.ticket16, ticket16)) throw new BadStatement('the letter of another request');
  const { box16, commit } = welcome;
  const { share } = await request('share', { box16 }, welcome.joinCap);
  if (commit.body.logN > log.view.size) await log.update();
  const holder = { kemSecrets: [kem], share: keyOf('Share', share), secrets: [] };
  const transcript = reading.join(letter, welcome, holder, log.staff);
  // As the seeker wrote it, it has no colleague in it.
  checkMembers([...(transcript.state.roster?.entries.values() ?? [])], { log, keys, whose: { ...whose, isAlong: whose.isAlong && welcome.epoch > 0 } });
  if (welcome.epoch === 0) return { transcript, welcome, history: [], draft: null };
  const beside = besides(letters, kem, letter);
  const grant = beside(LetterKind.GRANT).map(decodeGrant).find((one) => equal(one.box16, box16));
  if (grant === undefined) throw new BadStatement('a later welcome without what came before');
  const draft = await draftIn(beside(LetterKind.DRAFT), welcome);
  return { transcript: readGranted(letter, welcome, grant, holder, log.staff), welcome, history: grant.secrets, draft };
}

/**
 * What lies in the same inbox beside a welcome, from whoever wrote it.
 * @param {readonly { e2: Uint8Array }[]} letters
 * @param {KemSecret} kem
 * @param {Letter} welcome
 * @returns {(kind: number) => Uint8Array[]} the payloads of a kind
 */
function besides(letters, kem, welcome) {
  const inbox = inbox16(publicOf(kem));
  const opened = letters.filter(({ e2 }) => equal(parseLetter(e2).inbox16, inbox)).map(({ e2 }) => openLetter(e2, kem));
  const same = opened.filter(({ signPk }) => equal(signPk, welcome.signPk));
  return (kind) => same.filter((one) => one.kind === kind).map(({ payload }) => payload);
}

/** The draft that goes to whoever takes it now; null once somebody has it, and that draft. @param {Opened} opened */
export function draftOf({ transcript: { state: { roster } }, draft }) {
  return [...(roster?.entries.values() ?? [])].some(isPerson) ? null : draft;
}

/**
 * The draft of this very time; null where none came with it. Few have one: what reads it is fetched then.
 * @param {readonly Uint8Array[]} drafts
 * @param {Welcome} welcome
 * @returns {Promise<GivenDraft | null>}
 */
async function draftIn(drafts, { box16, epoch }) {
  if (drafts.length === 0) return null;
  const { decodeGivenDraft } = await import('../../crypto/givendraft.js');
  return drafts.map(decodeGivenDraft).find((one) => equal(one.box16, box16) && one.epoch === epoch) ?? null;
}

/**
 * A first request is read by its team, or by me, and by nobody else; where its team reads along, also by who has taken it.
 * @param {readonly RosterEntry[]} entries
 * @param {{ log: LogReader, keys: StaffKeys, whose: Whose }} parts
 */
export function checkMembers(entries, { log, keys, whose: { team16, isAlong } }) {
  const others = entries.filter(({ role }) => role !== Role.SEEKER);
  const [teams, persons] = [others.filter(isTeam), others.filter(isPerson)];
  const isShared = isAlong && persons.every(({ role }) => role === Role.COUNSELLOR);
  if (others.length === 0 || (others.length > 1 && !isShared)) throw new BadStatement('not the members of a first request');
  const isOfTeam = teams.length === 1 && equal(log.staff.team(teams[0].certificateHash)?.team.team16 ?? new Uint8Array(0), team16);
  const isToMe = others.length === 1 && persons.some(({ role, signPk }) => role === Role.COUNSELLOR && equal(signPk, signPublic(keys.sign)));
  if (!isOfTeam && !isToMe) throw new BadStatement('addressed to somebody else');
}
