// Contact data that a seeker leaves for the leads of the portal, in one written conversation. Draws nothing. Twin of
// clientlib/leavingcontact.py and clientlib/leftcontact.py.
//
//   remember  what is left, in the keyring, as the next version; before anything is sent
//   put       sealed to the leads' key of today, beside the ticket
//
// What a crash left undone `mend` makes up for, on any device: also a deletion, which is remembered like a change.
//
//   in an enquiry's note    empty, or [n, at_ms, e-mail, phone]; n counts the changes, both empty: they were deleted
//
// The letter itself opens only to the leads, so this is what every device shows and changes.

import { checkLeads, counselling } from '../../core/leads.js';
import { MAX_EMAIL_BYTES, MAX_N, MAX_PHONE_CHARS, encodeContact, signContact } from '../../crypto/contact.js';
import { decodeArray, encode, text, uint } from '../../crypto/encoding.js';
import { BadStatement, RemoteError } from '../../crypto/errors.js';
import { LetterKind, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { NO_CERTIFICATE } from '../../crypto/roster.js';
import '../../wire/catalogue-contacts.js';
import { WireError, ignoreRefusal } from '../../wire/errors.js';
import { decodeNote, encodeNote, noteOf } from './note.js';
import { refuseUnseenRestart } from './restarted.js';

/** @typedef {import('./opening.js').Correspondence} Correspondence */
/** @typedef {Pick<Correspondence, 'line' | 'account'> & { people: { teams: import('../../crypto/levels.js').Teams } }} About */

/**
 * What this account has left, and what the relay keeps. `isKept`: this very version. `isCurrent`: under the leads' key of
 * today. `isAnothers`: a later one, which was left under another access to this conversation.
 * @typedef {Readonly<{ left: LeftContact, isKept: boolean, isCurrent: boolean, isAnothers: boolean }>} ContactState
 */

const ATTEMPTS = 2;

/** Another device has changed it meanwhile; nothing was saved, and what it left is shown. */
export class ChangedElsewhere extends BadStatement {}

/** Somebody who leads no more still has the leads' key. */
export class KeyWaits extends BadStatement {}

export class LeavingContact {
  #about;
  #box16;

  /** @param {About} about @param {Uint8Array} box16 */
  constructor(about, box16) {
    this.#about = about;
    this.#box16 = box16;
  }

  /** What is left, as this device knows it. */
  get left() {
    return decodeLeft(this.#note.contact);
  }

  /** Reads what other devices have left and what the relay keeps, and mends what differs. @returns {Promise<ContactState>} */
  async look() {
    await this.#about.account.keyring.refresh(this.#box16);
    return this.#mended(await this.#ask('contact_look'));
  }

  /** Makes up for what a crash left undone; a refusal is passed over, and looked at again. */
  async mend() {
    if (this.left.n > 0) await this.#ask('contact_look').then((kept) => this.#mended(kept)).catch(passOver);
  }

  /**
   * Leaves it in the place of version `over`, which the person has seen; both empty: deletes it. What `unfit` names must be
   * told before. KeyWaits, TeamRestarted or another BadStatement where it could not be sealed to leads alone,
   * ChangedElsewhere where another device was faster: nothing is saved then.
   * @param {{ email: string, phone: string }} typed
   * @param {number} over
   */
  async leave(typed, over) {
    const [email, phone] = [tidied(typed.email), tidied(typed.phone)];
    if (unfit(email, phone) !== '') throw new BadStatement('not checked before');
    if (email === '' && phone === '') {
      await this.remove(over);
      return;
    }
    await this.#about.line.log.update();
    this.#recipient();
    await this.#remember(email, phone, over);
    await this.#put();
  }

  /** Deletes it, everywhere and at once. @param {number} over the version that the person has seen */
  async remove(over) {
    await this.#remember('', '', over);
    await this.#drop();
  }

  // --- the two steps ----------------------------------------------------------------------------------

  /** @param {string} email @param {string} phone @param {number} over */
  async #remember(email, phone, over) {
    const { keyring } = this.#about.account;
    await keyring.refresh(this.#box16);
    if (this.left.n !== over) throw new ChangedElsewhere('changed on another device');
    const { version } = await this.#ask('contact_look');
    const n = Math.max(over, version) + 1;
    if (n > MAX_N) throw new BadStatement('changed too often');
    const contact = encodeLeft({ n, atMs: this.#about.line.clock.now(), email, phone });
    const entry = this.#entry;
    await keyring.remember({ ...entry, counter: entry.counter + 1, settings: encodeNote({ ...this.#note, contact }) });
    if (!equal(this.#note.contact, contact)) throw new ChangedElsewhere('changed on another device at the same moment');
  }

  /** Seals it to the leads' key of today; once more where they have a new one by then. */
  async #put() {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#ask('contact_put', { version: this.left.n, letter: this.#sealed() });
        return;
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        if (error.code === 'conflict') throw new ChangedElsewhere('a later version is kept');
        if (error.code !== 'stale' || attempt === ATTEMPTS) throw error;
      }
      await this.#about.line.log.update();
    }
  }

  async #drop() {
    await this.#ask('contact_drop', { version: this.left.n });
  }

  /** @param {any} kept the wire's ContactLookReply @returns {Promise<ContactState>} */
  async #mended(kept) {
    const { left } = this;
    const isLate = kept.version < left.n || (kept.version === left.n && kept.isCurrent === 0);
    // A refusal is no reason to show nothing: the state says what is not there.
    if (isThere(left) && isLate) await this.#about.line.log.update().then(() => this.#put()).catch(passOver);
    else if (!isThere(left) && kept.version > 0 && kept.version <= left.n) await this.#drop().catch(passOver);
    else return stateOf(left, kept);
    return stateOf(left, await this.#ask('contact_look'));
  }

  // --- what they need ---------------------------------------------------------------------------------

  get #entry() {
    const entry = this.#about.account.keyring.entry(this.#box16);
    if (entry === null || noteOf(entry) === null) throw new BadStatement('no such conversation any more');
    return entry;
  }

  get #note() {
    return decodeNote(this.#entry.settings);
  }

  get #keys() {
    return this.#about.account.conversation(this.#entry.keyContext);
  }

  /** @param {string} name @param {Record<string, any>} [fields] */
  #ask(name, fields = {}) {
    return this.#about.line.request(name, fields, this.#keys.ticketCap);
  }

  /** The leads' TEAM; BadStatement unless exactly leads have its key. */
  #recipient() {
    const { line: { log, clock }, account, people: { teams } } = this.#about;
    const nowMs = clock.serverNow();
    const statement = teams.leads16.length === 0 ? null : log.view.currentTeam(teams.leads16, nowMs);
    if (statement === null) throw new BadStatement('no leads');
    refuseUnseenRestart(log.view, statement, account.keyring);
    checkLeads(log.view, teams, statement.team, nowMs);
    if (hasLeavers(log.view, statement.team, nowMs)) throw new KeyWaits('somebody who leads no more still has the key');
    return statement;
  }

  #sealed() {
    const { left } = this;
    const { sign } = this.#keys;
    const { ticket16 } = this.#note;
    const { n, atMs, email, phone } = left;
    const payload = encodeContact(signContact(sign, { box16: this.#box16, ticket16, n, atMs, email, phone }));
    return sealLetter(this.#recipient().team.kemPk, sign, {
      kind: LetterKind.CONTACT, certificateHash: NO_CERTIFICATE, signPk: signPublic(sign), sentMs: this.#about.line.clock.serverNow(), payload,
    });
  }
}

/** @param {LeftContact} left @param {any} kept @returns {ContactState} */
function stateOf(left, { version, isCurrent }) {
  return { left, isKept: isThere(left) && version === left.n, isCurrent: isCurrent === 1, isAnothers: version > left.n };
}

/** @param {unknown} error */
function passOver(error) {
  if (!(error instanceof RemoteError)) ignoreRefusal(error);
}

/**
 * Tells whether a team lists somebody without a certificate in force, who has its key still.
 * @param {import('../../crypto/logview.js').LogView} view
 * @param {Readonly<import('../../crypto/statement.js').Team>} team
 * @param {number} nowMs
 */
function hasLeavers(view, { members }, nowMs) {
  return members.some((one) => counselling(view.ownCertificates(one), nowMs) === null);
}

// --- what the account remembers, and what may be typed ------------------------------------------------

/** What was left as the `n`-th version, at `atMs`; 0 before there was any. @typedef {Readonly<{ n: number, atMs: number, email: string, phone: string }>} LeftContact */

/** Gently: what is surely no address or number is told, nothing is looked up. */
const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/u;
const PHONE = /^\+?[0-9 ()/.-]*$/;
const MIN_DIGITS = 5;

/** @type {LeftContact} */
export const NOTHING_LEFT = Object.freeze({ n: 0, atMs: 0, email: '', phone: '' });

/** @param {LeftContact} left */
export const isThere = ({ email, phone }) => email !== '' || phone !== '';

/** @param {LeftContact} left */
export function encodeLeft({ n, atMs, email, phone }) {
  return n === 0 ? new Uint8Array(0) : encode([n, atMs, email, phone]);
}

/** @param {Uint8Array} raw @returns {LeftContact} */
export function decodeLeft(raw) {
  if (raw.length === 0) return NOTHING_LEFT;
  const [n, atMs, email, phone] = decodeArray(raw, 4);
  return { n: uint(n, MAX_N), atMs: uint(atMs), email: text(email, MAX_EMAIL_BYTES), phone: text(phone, MAX_PHONE_CHARS) };
}

/** What would be left of what was typed. @param {string} typed */
export const tidied = (typed) => typed.normalize('NFC').trim();

/**
 * What speaks against leaving this, as typed: the name of a field, `email` or `phone`; '' for nothing. Either may be empty.
 * @param {string} email
 * @param {string} phone
 * @returns {'' | 'email' | 'phone'}
 */
export function unfit(email, phone) {
  const [address, number] = [tidied(email), tidied(phone)];
  if (address !== '' && (!EMAIL.test(address) || new TextEncoder().encode(address).length > MAX_EMAIL_BYTES)) return 'email';
  const digits = number.replaceAll(/[^0-9]/g, '').length;
  const isNumber = digits >= MIN_DIGITS && PHONE.test(number) && [...number].length <= MAX_PHONE_CHARS;
  return number === '' || isNumber ? '' : 'phone';
}
