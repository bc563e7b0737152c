// A seeker with an account in the live chat (S2.70), and how one without comes to have one (N10).
// Fetched only where somebody is signed in or wants to be. Twin of the same part of clientlib/seeker.py.
//
// The keyring knows of a visit before the relay does, and of its secret before that is used, so that any
// device of the account finds the way back. There is no resume slot: it would open the whole account.

import { argon2id } from '../../core/argon2.js';
import { SeekerAccount } from '../../core/account.js';
import { own } from '../../core/tasks.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { EMPTY_PAGE } from '../../crypto/keyring.js';
import { keyOf } from '../../crypto/keys.js';
import { equal } from '../../crypto/primitives.js';
import '../../wire/catalogue-account.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { firstSecret } from './firstsecret.js';
import { decodeNote, encodeNote } from './note.js';
import { pin } from './pins.js';
import { settle, visitsOf } from './settling.js';
import { isUnknown } from './wayin.js';
import { Visit } from './visit.js';

/** @typedef {import('../../core/clock.js').Clock} Clock */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./chat.js').ChatModel} ChatModel */
/** @typedef {import('./note.js').VisitNote} VisitNote */
/** @typedef {import('./slotmemory.js').Memory} Memory */

const MINUTE_MS = 60_000;
const NO_PIN_CHAIN = new Uint8Array(32);

/** @implements {Memory} */
export class AccountMemory {
  #line;
  #account;
  #portal16;
  #read;

  /**
   * @param {object} parts
   * @param {Line} parts.line
   * @param {SeekerAccount} parts.account
   * @param {Uint8Array} parts.portal16 of the page: only its visits are gone on with
   * @param {() => { visit: Visit, draft: string } | null} parts.read what is to be kept; null: nothing
   */
  constructor({ line, account, portal16, read }) {
    this.#line = line;
    this.#account = account;
    this.#portal16 = portal16;
    this.#read = read;
  }

  get isFilled() {
    return this.#notes().length > 0;
  }

  begin() {
    return Visit.begin(keyOf('AccountSecret', this.#account.ams));
  }

  async found() {
    await settle(this.#line, this.#account);
    const newestFirst = this.#notes().sort((one, other) => other.note.sinceMs - one.note.sinceMs);
    return newestFirst.map(({ entry, note }) => ({
      visit: visitOf(this.#account, entry, note), draft: this.#account.keyring.draft(entry.box16),
    }));
  }

  /**
   * A visit that never became a chat leaves nothing to read. Of a chat, only the time of its purge tells
   * that it is gone: past.js settles it then.
   * @param {Visit} visit
   */
  async vanished(visit) {
    if (visit.es === null) await this.#forget(visit);
    return true;
  }

  /** @param {Visit} visit */
  async keepAsked(visit) {
    visit.waitSinceMs ||= this.#line.clock.now();
    await this.#account.keyring.remember(entryOf(visit, this.#portal16));
  }

  /** @param {Visit} visit */
  async keepSecret(visit) {
    visit.drawEpoch();
    await this.#account.keyring.remember(entryOf(visit, this.#portal16));
    const { secrets = [] } = this.#account.keyring.entry(visit.box16) ?? {};
    const won = secrets.length > 1 ? await this.#won(visit, secrets) : null;
    if (won !== null) visit.es = keyOf('EpochSecret', won);
  }

  async now() {
    this.soon();
  }

  soon() {
    const kept = this.#read();
    if (kept !== null) this.#account.keyring.keepDraft(kept.visit.box16, kept.draft);
  }

  /** The relay needs no sign of life: nothing of this visit lies in its memory. */
  keepUp() {}

  leave() {
    this.soon();
    own('keyring', this.#account.flush());
  }

  /** Who comes back signs in again; nothing has to be dropped. */
  lastFrames() {
    return [];
  }

  /** @param {Visit | null} visit @param {boolean} isOpen */
  drop(visit, isOpen) {
    if (visit === null) return;
    this.#account.keyring.dropDraft(visit.box16);
    if (visit.es === null && isOpen) own('keyring', this.#forget(visit));
  }

  /** The keyring goes with the account, not with this page. */
  forget() {}

  /**
   * Of the secrets that two devices drew at once, the one whose commit stands; null while none does.
   * @param {Visit} visit
   * @param {readonly import('../../crypto/entry.js').KeptSecret[]} secrets
   */
  async #won({ box16, keys }, secrets) {
    try {
      const { rows } = await this.#line.request('read', { box16, start: 1 }, keys.cap);
      return rows.length === 0 ? null : firstSecret(box16, secrets, rows[0].e1);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      return null;
    }
  }

  /** @param {Visit} visit */
  async #forget({ box16 }) {
    const entry = this.#account.keyring.entry(box16);
    if (entry === null || entry.state === EntryState.GONE) return;
    const minute = Math.floor(this.#line.clock.now() / MINUTE_MS);
    // Whoever is signed out by now settles it with the next sign-in.
    await this.#account.keyring.remember(gone(entry, minute, 0, NO_PIN_CHAIN)).catch(ignoreRefusal);
  }

  #notes() {
    return visitsOf(this.#account).filter(({ entry, note }) =>
      entry.state === EntryState.OPEN && equal(note.portal16, this.#portal16));
  }
}

/**
 * Gives the account secret of a visit its doors; the keyring begins with the visit and what was typed.
 * TooWeak and its like before anything is sent, `name_taken` and other refusals as they are.
 * @param {Line} line
 * @param {Visit} visit
 * @param {{ name: string, phrase: string, code: string | null, portal16: Uint8Array, draft: string }} wanted
 * @returns {Promise<SeekerAccount>}
 */
export async function giveDoors(line, visit, { name, phrase, code, portal16, draft }) {
  // Copies, before anything is waited for: a visit that ends meanwhile wipes its own, and no door may ever
  // be made around a wiped secret.
  const ams = keyOf('AccountSecret', visit.ams);
  const content = { ...EMPTY_PAGE, entries: [entryOf(visit, portal16)] };
  try {
    await line.connect(argon2id);
    const account = await SeekerAccount.create(line, { name, phrase, code, ams, content, argon2id });
    account.keyring.keepDraft(visit.box16, draft);
    return account;
  } finally {
    ams.fill(0);
  }
}

/**
 * Tells the other side the pseudonym, unless this box has heard it, perhaps from another device.
 * @param {SeekerAccount} account
 * @param {ChatModel} chat
 */
export function introduce(account, chat) {
  pin(account, chat);
  chat.staysReadable.value = true;
  if (chat.pseudonym.value === '' && chat.closed.value === null) chat.introduce(account.pseudonym);
}

/**
 * Has the seeker's capability outlast the end of a running chat; may be done twice. Asks until there is
 * an answer; of a refusal, the end of the chat will tell.
 * @param {Line} line
 * @param {Visit} visit
 */
export async function keep(line, visit) {
  for (;;) {
    try {
      await line.request('keep', {}, visit.keys.ticketCap);
      return;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (!error.isUncertain) return;
    }
    await line.connection.opened();
  }
}

/**
 * @param {SeekerAccount} account
 * @param {Entry} entry
 * @param {VisitNote} note
 */
function visitOf({ ams }, { box16, secrets }, { number, sinceMs }) {
  const visit = new Visit(keyOf('AccountSecret', ams), box16, new Uint8Array(16));
  visit.waitSinceMs = sinceMs;
  visit.number = number;
  visit.es = secrets.length === 0 ? null : keyOf('EpochSecret', secrets[0].es);
  return visit;
}

/**
 * What the keyring keeps; with the epoch secret it counts as newer than without.
 * @param {Visit} visit
 * @param {Uint8Array} portal16
 */
function entryOf(visit, portal16) {
  const note = encodeNote({ portal16, number: visit.number, sinceMs: visit.waitSinceMs });
  return visit.entry(note, visit.es === null ? 1 : 2);
}
