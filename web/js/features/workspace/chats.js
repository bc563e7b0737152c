// A counsellor's conversations: letters that open boxes, and boxes the keyring remembers.
// Twin of clientlib/inbox.py and clientlib/caseload.py.

import { withEnd } from '../../core/ending.js';
import { seekerKeyHash, verifyAccept } from '../../crypto/acceptance.js';
import { decodePin } from '../../crypto/boxstate.js';
import { capHash } from '../../crypto/credential.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { BadSignature, BadStatement, RemoteError } from '../../crypto/errors.js';
import { keyContext } from '../../crypto/generation.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeWelcome, openLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import * as reading from '../../crypto/reading.js';
import { BoxKind } from '../../crypto/roster.js';
import '../../wire/catalogue-staff.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { inboxLetters } from './letters.js';
import { NO_PIN, NO_TICKET, encodeNote, missed, noteOf } from './note.js';
import { StaffKeys } from './staffkeys.js';
import { takeTeamSeed } from './teams.js';

/** @typedef {import('../../core/box.js').Box} Box */
/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../core/keyring.js').Keyring} Keyring */
/** @typedef {import('../../core/translog.js').LogReader} LogReader */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../../crypto/letter.js').Letter} Letter */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */
/** @typedef {import('./note.js').Note} Note */

/** @typedef {{ transcript: Transcript, note: Note, ticket16: Uint8Array }} Joined */

/**
 * A request as the relay shows it; the newest one that carries an acceptance, or null.
 * @typedef {(ticket16: Uint8Array) => any} RowOf
 */

/** The relay shows a request with a seeker whom this account has not accepted. */
class FalseRow extends BadStatement {}

const NO_PIN_CHAIN = new Uint8Array(32);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Tells whether the row proves that the owner of `signPk` accepted exactly its seeker key. Portal and
 * number of the row stay the relay's word: they only name a chat.
 * @param {import('../../crypto/keys.js').SignPublic} signPk
 * @param {Uint8Array} ticket16 of the request that the row must be about
 * @param {any} row the wire's QueueRow
 */
export function isAcceptedBy(signPk, ticket16, { keyHash, acceptance }) {
  try {
    for (const told of acceptance) verifyAccept(signPk, { ...told, ticket16 }, keyHash);
  } catch (error) {
    if (error instanceof BadSignature) return false;
    throw error;
  }
  return acceptance.length > 0;
}

/** Opens letters and boxes with one account's keys. */
export class Boxes {
  /** A conversation of the keyring is gone. */
  onForgotten = () => {};
  #request;
  #subject16;
  #log;
  #keyring;
  #clock;

  /**
   * @param {{ request: Request, ams: import('../../crypto/keys.js').AccountSecret, subject16: Uint8Array, log: LogReader,
   *   keyring: Keyring, clock: import('../../core/clock.js').Clock }} parts
   */
  constructor({ request, ams, subject16, log, keyring, clock }) {
    this.#request = request;
    this.#subject16 = subject16;
    this.#log = log;
    this.#keyring = keyring;
    this.#clock = clock;
    this.keys = new StaffKeys(ams, keyring);
  }

  /**
   * Joins the boxes that letters in the own inbox open, and keeps the team keys that lie there. A letter
   * goes once its box is joined, or when it can never be: forged, or its box is gone. Without the proof of
   * the own signature that its ticket was accepted it opens nothing and stays: a row that the relay forged
   * must not cost a real letter. So does the letter of a written request, until that is taken.
   * @param {RowOf} rowOf
   * @returns {Promise<{ joined: Joined[], refused: number, seeds: number }>} `refused`: letters and rows
   *   that must not be believed; `seeds`: team keys that came
   */
  async readInbox(rowOf) {
    const inbox = this.keys.inbox16;
    const letters = await inboxLetters(this.#request, inbox);
    /** @type {Joined[]} */
    const joined = [];
    let [refused, seeds] = [0, 0];
    for (const { letter, e2 } of letters) {
      try {
        const opened = openLetter(e2, this.keys.kem);
        if (opened.kind === LetterKind.TEAM_SEED) {
          const kept = await takeTeamSeed(opened, this.#log, this.#keyring, this.#subject16);
          if (kept === 'early') continue;
          if (kept === 'kept') seeds += 1;
        } else {
          const found = opened.kind === LetterKind.WELCOME ? await this.#join(opened, rowOf) : null;
          if (found === null) continue;
          joined.push(found);
        }
      } catch (error) {
        if (error instanceof FalseRow) {
          refused += 1;
          continue;
        }
        const isGone = error instanceof WireError && error.code === 'unknown';
        if (!isGone && !(error instanceof RemoteError)) throw error;
        if (!isGone) refused += 1;
      }
      await this.#request('letter_delete', { inbox16: inbox, letter });
    }
    return { joined, refused, seeds };
  }

  /**
   * Opens a box of the keyring again; null when the relay has it no more, or while it never let this account
   * in. Once its purge must be past, the entry is emptied too.
   * @param {Entry} entry
   * @returns {Promise<Transcript | null>}
   */
  async reopen(entry) {
    const { box16, secrets, keyContext: context } = entry;
    let share;
    try {
      ({ share } = await this.#request('share', { box16 }, this.keys.cap(context)));
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      await this.#miss(entry);
      return null;
    }
    const holder = {
      kemSecrets: this.keys.kems,
      share: keyOf('Share', share),
      secrets: secrets.map((kept) => kept.es),
    };
    const first = secrets.reduce((one, other) => (other.epoch < one.epoch ? other : one));
    const { admitted = 0, pin = NO_PIN } = noteOf(entry) ?? {};
    const transcript = pin.length > 0
      ? reading.resume(decodePin(pin), holder, this.#log.staff)
      : reading.start(box16, first.es, holder, this.#log.staff, admitted);
    if (entry.pinN > 0) transcript.expect(entry.pinN, entry.pinChain);
    return transcript;
  }

  /**
   * Keeps the name and the colour that a conversation has for this account alone. False when they could not be saved.
   * @param {Uint8Array} box16
   * @param {Pick<Note, 'nickname' | 'colour'>} looks
   */
  async rename(box16, looks) {
    const entry = this.#keyring.entry(box16);
    const note = entry === null ? null : noteOf(entry);
    if (entry === null || note === null || entry.state === EntryState.GONE) return false;
    try {
      await this.#keyring.remember({ ...entry, settings: encodeNote({ ...note, ...looks }), counter: entry.counter + 1 });
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
    return true;
  }

  /** What will find the tomb of a box that has ended is kept once, whatever else becomes of it. @param {Box} box */
  async keepEnd(box) {
    const entry = this.#keyring.entry(box.box16);
    if (entry === null || entry.closeMinute > 0) return;
    const known = withEnd(box, entry);
    if (known !== entry) await this.#keyring.remember(known);
  }

  /** The box of an entry has just been purged, as far as it was read here. @param {Entry} entry @param {Box} box */
  purged(entry, box) {
    const { base, heads } = box.transcript.state;
    return this.forget(withEnd(box, entry), base + heads.length - 1, heads[heads.length - 1]);
  }

  /**
   * Empties an entry whose box is purged; what finds its tomb stays.
   * @param {Entry} entry
   * @param {number} finalN
   * @param {Uint8Array} finalChain
   */
  async forget(entry, finalN, finalChain) {
    await this.#keyring.remember(gone(entry, Math.floor(this.#clock.now() / MINUTE_MS), finalN, finalChain));
    this.onForgotten();
  }

  /** @param {Entry} entry */
  async #miss(entry) {
    const note = noteOf(entry);
    const kept = note === null ? entry : missed(entry, note, this.#hour(), this.#log.view.retentionHours('live'));
    if (kept !== entry) await this.#keyring.remember(kept);
  }

  /**
   * Protocol section 5: check who signed, save the keyring, swap the cap; in this order.
   * @param {Letter} letter
   * @param {RowOf} rowOf
   * @returns {Promise<Joined | null>}
   */
  async #join(letter, rowOf) {
    const welcome = decodeWelcome(letter.payload);
    const row = rowOf(welcome.ticket16);
    if (row === null || row.acceptance.length === 0) return null;
    const signPk = signPublic(this.keys.sign);
    if (!isAcceptedBy(signPk, welcome.ticket16, row)) throw new FalseRow('an acceptance that is not mine');
    // The letter must come from the very key that was accepted: the relay cannot put anybody else
    // behind an acceptance.
    if (!equal(row.keyHash, seekerKeyHash(letter.signPk))) throw new BadStatement('not the accepted seeker');
    const { box16, epoch } = welcome;
    const context = keyContext(box16, epoch);
    const { share } = await this.#request('share', { box16 }, welcome.joinCap);
    if (welcome.commit.body.logN > this.#log.view.size) await this.#log.update();
    const holder = { kemSecrets: [this.keys.kem], share: keyOf('Share', share), secrets: [] };
    const transcript = reading.join(letter, welcome, holder, this.#log.staff);
    const note = { ticket16: NO_TICKET, portal16: row.portal16, number: row.number, nickname: '', colour: 0, joinedHour: this.#hour(), admitted: 0, pin: NO_PIN, invitation: null, isDeputy: false };
    await this.#keyring.remember({
      box16,
      kind: BoxKind.CASE,
      state: EntryState.OPEN,
      keyContext: context,
      secrets: [{ epoch, es: welcome.es }],
      pinN: 0,
      pinChain: NO_PIN_CHAIN,
      counter: 1,
      settings: encodeNote(note),
      generation: epoch, closeMinute: 0,
    });
    await this.#request('swap', { box16, newCapHash: capHash(this.keys.cap(context)) }, welcome.joinCap);
    return { transcript, note, ticket16: welcome.ticket16 };
  }

  #hour() {
    return Math.floor(this.#clock.now() / HOUR_MS);
  }
}
