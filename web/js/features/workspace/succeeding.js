// Taking over what a colleague hands over (E1.14). Twin of clientlib/succeeding.py.
//
//   letters           a welcome, and a grant where what came before may be read; one author, who counsels there
//   1 keyring {ES..}  with the note that says from where on this account reads
//   2 swap            the join cap for the own one
//   3 keyring {ES_e+1}, commit: the colleague goes      4 enquiry_taken
//
// The relay chooses the letters that it brings, and the colleague what stands in them: what is shown hangs on the
// checks here. With 3 and 4 goes on whichever device of the account opens the conversation next.

import { decodeCommit, Reason } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { EntryState } from '../../crypto/entry.js';
import { BadStatement } from '../../crypto/errors.js';
import { keyContext } from '../../crypto/generation.js';
import { decodeGrant, readGranted } from '../../crypto/grant.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeWelcome, openLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import * as reading from '../../crypto/reading.js';
import { BoxKind, Role } from '../../crypto/roster.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { changeMembers, rememberOpen } from './commits.js';
import { NO_PIN, encodeNote } from './note.js';

/** @typedef {import('../../crypto/grant.js').Grant} Grant */
/** @typedef {import('../../crypto/letter.js').Letter} Letter */
/** @typedef {import('../../crypto/letter.js').Welcome} Welcome */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./firstrequest.js').Reader} Reader */

/**
 * What letters and keys opened; nothing of the box is read yet. `from` is who hands it over, `me` as they let me in.
 * @typedef {{ transcript: Transcript, welcome: Welcome, grant: Grant | null, from: RosterEntry, me: RosterEntry }} Handed
 */

const NO_PIN_CHAIN = new Uint8Array(32);
const HOUR_MS = 3_600_000;

/**
 * Opens the letters of a hand-over. WireError `unknown` when it was taken back by now, RemoteError for what must not be
 * believed.
 * @param {Reader} reader
 * @param {{ ticket16: Uint8Array }} row the wire's EnquiryRow
 * @returns {Promise<Handed>}
 */
export async function openHanded({ request, log, keys }, { ticket16 }) {
  const { letters } = await request('enquiry_letter', { ticket16 });
  // To my own key only: a team's letter hands nothing over.
  const { letter, grant } = sorted(letters.map((/** @type {any} */ { e2 }) => openLetter(e2, keys.kem)));
  const welcome = decodeWelcome(letter.payload);
  // The giver sealed it in: the relay cannot show one ticket's letter as another's.
  if (!equal(welcome.ticket16, ticket16)) throw new BadStatement('the letter of another request');
  const { box16, commit } = welcome;
  const { share } = await request('share', { box16 }, welcome.joinCap);
  if (commit.body.logN > log.view.size) await log.update();
  const holder = { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: [] };
  const transcript = grant === null ? reading.join(letter, welcome, holder, log.staff) : readGranted(letter, welcome, grant, holder, log.staff);
  return { transcript, welcome, grant, ...members(letter, welcome, signPublic(keys.sign)) };
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

/**
 * There is a seeker, who counsels them and hands over, and I; nobody else.
 * @param {Letter} letter
 * @param {Welcome} welcome
 * @param {import('../../crypto/keys.js').SignPublic} signPk
 */
function members({ certificateHash }, { commit: { body } }, signPk) {
  const { roster, reason } = decodeCommit(body.payload);
  const from = roster.find(({ sidx }) => sidx === body.sidx);
  const me = roster.find((one) => equal(one.signPk, signPk));
  const seekers = roster.filter(({ role }) => role === Role.SEEKER);
  if (from === undefined || me === undefined || from === me) throw new BadStatement('not a hand-over to me');
  const isHandOver = reason === Reason.HAND_OVER && from.role === Role.COUNSELLOR && equal(from.certificateHash, certificateHash);
  if (!isHandOver || me.role !== Role.COUNSELLOR || seekers.length !== 1 || roster.length !== 3) throw new BadStatement('not a hand-over to me');
  return { from, me };
}

export class Succeeding {
  #actor;

  /** @param {import('./commits.js').Actor} actor */
  constructor(actor) {
    this.#actor = actor;
  }

  /**
   * Makes it a conversation of this account, be it once more; who hands it over is still in it then. BadStatement for
   * the letter of a time that is over.
   * @param {any} row the wire's EnquiryRow
   * @param {Handed & { pin: Uint8Array }} handed read to its end and sound; `pin`: where reading begins without a grant
   */
  async enter(row, { welcome, grant, pin }) {
    const { request, keys, keyring, clock } = this.#actor;
    const { box16, epoch, es } = welcome;
    const context = keyContext(box16, epoch);
    const granted = grant?.secrets.map((secret, at) => ({ epoch: at, es: secret })) ?? [];
    const { ticket16, portal16, number } = row;
    const joinedHour = Math.floor(clock.now() / HOUR_MS);
    await rememberOpen(keyring, {
      box16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: context, secrets: [...granted, { epoch, es }], pinN: 0, pinChain: NO_PIN_CHAIN,
      counter: (keyring.entry(box16)?.counter ?? 0) + 1,
      settings: encodeNote({ ticket16, portal16, number, nickname: '', colour: 0, joinedHour, admitted: epoch, pin: grant === null ? pin : NO_PIN }),
      generation: epoch,
    });
    if (await this.#isIn(box16, context)) return;
    await request('swap', { box16, newCapHash: capHash(keys.cap(context)) }, welcome.joinCap);
  }

  /** Who handed it over goes. @param {CaseThread} thread */
  async finish(thread) {
    const go = thread.predecessor.peek();
    if (go !== null) await changeMembers(this.#actor, thread.box.transcript, { go, reason: Reason.HAND_OVER });
  }

  /** The list says so too; the letters go. @param {{ ticket16: Uint8Array }} note */
  async report({ ticket16 }) {
    await this.#actor.request('enquiry_taken', { ticket16 });
  }

  /**
   * The letters go, and who hands it over keeps it. It is said in the box too, so that they know it from me.
   * @param {Uint8Array} ticket16
   * @param {import('./handedrequest.js').HandedRequest | null} handed null where its letters are not open
   */
  async sendBack(ticket16, handed) {
    if (handed?.isSound === true) await handed.sendBack();
    await this.#actor.request('enquiry_return', { ticket16 });
  }

  /**
   * Tells whether the own capability opens the box already: an attempt before this one has come so far.
   * @param {Uint8Array} box16
   * @param {Uint8Array} context
   */
  async #isIn(box16, context) {
    try {
      await this.#actor.request('share', { box16 }, this.#actor.keys.cap(context));
      return true;
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
  }
}
