// A counsellor's running chats: letters that open boxes, and boxes the keyring remembers.
// Twin of `read_inbox` and `running` in clientlib/staff.py.

import * as account from '../../crypto/account.js';
import { seekerKeyHash } from '../../crypto/acceptance.js';
import { capHash } from '../../crypto/credential.js';
import { array, binary, decode, encode, text, uint } from '../../crypto/encoding.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { BadProof, BadStatement, RemoteError } from '../../crypto/errors.js';
import { publicOf } from '../../crypto/kem.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeWelcome, inbox16, openLetter } from '../../crypto/letter.js';
import { equal } from '../../crypto/primitives.js';
import * as reading from '../../crypto/reading.js';
import { BoxKind } from '../../crypto/roster.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('../../core/keyring.js').Keyring} Keyring */
/** @typedef {import('../../core/translog.js').LogReader} LogReader */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */

/**
 * What a counsellor's entry remembers of a live chat, sealed in its settings.
 * @typedef {{ portal16: Uint8Array, number: number, nickname: string }} ChatNote
 */

/** @typedef {{ transcript: Transcript, note: ChatNote, ticket16: Uint8Array }} Joined */

const NO_PIN_CHAIN = new Uint8Array(32);

/** @param {ChatNote} note */
export function encodeNote({ portal16, number, nickname }) {
  return encode([portal16, number, nickname]);
}

/**
 * @param {Uint8Array} settings
 * @returns {ChatNote}
 */
export function decodeNote(settings) {
  const [portal16, number, nickname] = array(decode(settings), 3);
  return { portal16: binary(portal16, 16), number: uint(number), nickname: text(nickname, 100) };
}

/** Opens letters and boxes with one account's keys. */
export class Boxes {
  #request;
  #ams;
  #kem;
  #log;
  #keyring;

  /**
   * @param {{ request: Request, ams: import('../../crypto/keys.js').AccountSecret, log: LogReader,
   *   keyring: Keyring }} parts
   */
  constructor({ request, ams, log, keyring }) {
    this.#request = request;
    this.#ams = ams;
    this.#kem = account.staffKem(ams);
    this.#log = log;
    this.#keyring = keyring;
  }

  /** The own capability of a box. @param {Uint8Array} box16 */
  cap(box16) {
    return account.conversation(this.#ams, box16).cap;
  }

  /**
   * Joins the boxes that letters in the own inbox open. A letter goes once its box is joined, or when
   * it can never be: forged, or its box is gone. One whose acceptance is not known here stays.
   * @param {(ticket16: Uint8Array) => { keyHash: Uint8Array, portal16: Uint8Array, number: number } | null} acceptedRow
   * @returns {Promise<{ joined: Joined[], refused: number }>} `refused`: letters that must not be believed
   */
  async readInbox(acceptedRow) {
    const inbox = inbox16(publicOf(this.#kem));
    const letters = await this.#letters(inbox);
    /** @type {Joined[]} */
    const joined = [];
    let refused = 0;
    for (const { letter, e2 } of letters) {
      try {
        const found = await this.#join(e2, acceptedRow);
        if (found === null) continue;
        joined.push(found);
      } catch (error) {
        const isGone = error instanceof WireError && error.code === 'unknown';
        if (!isGone && !(error instanceof RemoteError)) throw error;
        if (!isGone) refused += 1;
      }
      await this.#request('letter_delete', { inbox16: inbox, letter });
    }
    return { joined, refused };
  }

  /**
   * Reads an inbox page by page to its end.
   * @param {Uint8Array} inbox
   */
  async #letters(inbox) {
    /** @type {{ letter: number, e2: Uint8Array }[]} */
    const found = [];
    for (;;) {
      const start = found.length === 0 ? 0 : found[found.length - 1].letter + 1;
      const { letters } = await this.#request('inbox_read', { inbox16: inbox, start });
      if (letters.length === 0) return found;
      if (letters[0].letter < start) throw new BadProof('an inbox that begins again never ends');
      found.push(...letters);
    }
  }

  /**
   * Opens a box of the keyring again; null when the relay has it no more, then the entry is emptied.
   * @param {Entry} entry
   * @param {number} nowMinute
   * @returns {Promise<Transcript | null>}
   */
  async reopen(entry, nowMinute) {
    const { box16, secrets } = entry;
    let share;
    try {
      ({ share } = await this.#request('share', { box16 }, this.cap(box16)));
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'unknown') throw error;
      await this.forget(entry, nowMinute, 0, NO_PIN_CHAIN);
      return null;
    }
    const holder = {
      kemSecrets: [this.#kem],
      share: keyOf('Share', share),
      secrets: secrets.map((kept) => kept.es),
    };
    const first = secrets.reduce((one, other) => (other.epoch < one.epoch ? other : one));
    const transcript = reading.start(box16, first.es, holder, this.#log.staff);
    if (entry.pinN > 0) transcript.expect(entry.pinN, entry.pinChain);
    return transcript;
  }

  /**
   * Empties an entry whose box is purged; what finds its tomb stays.
   * @param {Entry} entry
   * @param {number} minute of the close
   * @param {number} finalN
   * @param {Uint8Array} finalChain
   */
  async forget(entry, minute, finalN, finalChain) {
    await this.#keyring.remember(gone(entry, minute, finalN, finalChain));
  }

  /**
   * Protocol section 5: check who signed, save the keyring, swap the cap; in this order.
   * @param {Uint8Array} e2
   * @param {(ticket16: Uint8Array) => { keyHash: Uint8Array, portal16: Uint8Array, number: number } | null} acceptedRow
   * @returns {Promise<Joined | null>}
   */
  async #join(e2, acceptedRow) {
    const letter = openLetter(e2, this.#kem);
    if (letter.kind !== LetterKind.WELCOME) return null;
    const welcome = decodeWelcome(letter.payload);
    const row = acceptedRow(welcome.ticket16);
    if (row === null) return null;
    // The letter must come from the very key that was accepted: the relay cannot put anybody else
    // behind an acceptance.
    if (!equal(row.keyHash, seekerKeyHash(letter.signPk))) throw new BadStatement('not the accepted seeker');
    const { box16 } = welcome;
    const { share } = await this.#request('share', { box16 }, welcome.joinCap);
    if (welcome.commit.body.logN > this.#log.view.size) await this.#log.update();
    const holder = { kemSecrets: [this.#kem], share: keyOf('Share', share), secrets: [] };
    const transcript = reading.join(letter, welcome, holder, this.#log.staff);
    const note = { portal16: row.portal16, number: row.number, nickname: '' };
    await this.#keyring.remember({
      box16,
      kind: BoxKind.CASE,
      state: EntryState.OPEN,
      keyContext: box16,
      secrets: [{ epoch: welcome.epoch, es: welcome.es }],
      pinN: 0,
      pinChain: NO_PIN_CHAIN,
      counter: 1,
      settings: encodeNote(note),
    });
    await this.#request('swap', { box16, newCapHash: capHash(this.cap(box16)) }, welcome.joinCap);
    return { transcript, note, ticket16: welcome.ticket16 };
  }
}
