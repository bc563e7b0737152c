// Contact data as a lead opens them, and seals them anew when the leads have a new key. Draws nothing. Twin of
// clientlib/leadcontacts.py.
//
// A letter is believed if it is of this very ticket, signed inside by a key that a seeker's client made, and brought by
// that key or by a lead. Whose conversation it is, only who reads the box can tell: with the box, the key must be that of
// who writes there. Opening leaves no trace.

import { checkLeads } from '../../core/leads.js';
import { toHex } from '../../core/resumeslot.js';
import { decodeContact, encodeContact } from '../../crypto/contact.js';
import { BadProof, BadStatement, RemoteError } from '../../crypto/errors.js';
import { publicOf } from '../../crypto/kem.js';
import { LetterKind, inbox16, openLetter, parseLetter, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { NO_CERTIFICATE, Role } from '../../crypto/roster.js';
import '../../wire/catalogue-contacts.js';
import { WireError } from '../../wire/errors.js';
import { NoKey } from './sheets.js';
import { lists } from './teams.js';

/** @typedef {import('../../crypto/contact.js').SignedContact} SignedContact */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./place.js').Portal} Portal */
/** The wire's ContactRow. @typedef {Readonly<{ ticket16: Uint8Array, number: number, version: number, isCurrent: number }>} Row */

/**
 * Contact data that may be shown, left at `atMs` as the `n`-th version. `isConfirmed`: by who writes in the conversation,
 * which this client reads; else only that they were left in this enquiry can be told.
 * @typedef {Readonly<{ n: number, atMs: number, email: string, phone: string, isConfirmed: boolean }>} FoundContact
 */
/** How far sealing anew has come; `skipped`: tickets whose letter does not open here. @typedef {Readonly<{ done: number, all: number, skipped: readonly string[] }>} Resealed */

/** Somebody was faster, the seeker has changed or deleted them, or the ticket is gone. */
const DONE_BY_OTHERS = ['conflict', 'unknown', 'closed', 'expired', 'wrong_state'];

export class LeadContacts {
  #place;
  #portal;
  /** What was seen at this sign-in: an earlier version is not shown after a later one. @type {Map<string, number>} */
  #seen = new Map();

  /** @param {Place} place @param {Portal} portal that this account leads */
  constructor(place, portal) {
    this.#place = place;
    this.#portal = portal;
  }

  /** In which enquiries something is left, by number. @returns {Promise<Row[]>} */
  async rows() {
    const { request } = this.#place;
    const { portal16 } = this.#portal;
    /** @type {Row[]} */
    const found = [];
    for (;;) {
      const start = found.length === 0 ? 0 : found[found.length - 1].number + 1;
      const { rows, hasMore } = await request('contacts', { portal16, start });
      if (rows.length > 0 && rows[0].number < start) throw new BadProof('a list that begins again never ends');
      found.push(...rows);
      if (rows.length === 0 || hasMore === 0) return found;
    }
  }

  /**
   * Opens what is left in an enquiry. RemoteError for what is not to be believed: it is not shown.
   * @param {Uint8Array} ticket16
   * @param {import('../../crypto/transcript.js').Transcript | null} box its conversation, where it is mine to read
   * @returns {Promise<FoundContact>}
   */
  async open(ticket16, box) {
    await this.#place.log.update();
    const { contact, signPk } = this.#opened(ticket16, await this.#place.request('contact_read', { ticket16 }));
    const writer = box === null ? null : writerOf(box);
    const isTheirs = writer !== null && equal(writer, signPk) && box !== null && equal(box.state.box16, contact.box16);
    if (box !== null && !isTheirs) throw new BadStatement('not left by who writes in this conversation');
    const id = toHex(ticket16);
    if (contact.n < (this.#seen.get(id) ?? 0)) throw new BadProof('the service shows earlier contact data');
    this.#seen.set(id, contact.n);
    const { n, atMs, email, phone } = contact;
    return { n, atMs, email, phone, isConfirmed: box !== null };
  }

  /**
   * Seals to the leads' key of today what lies under a former one; another run may go on. BadStatement where somebody
   * who is no lead would get it.
   * @returns {Promise<Resealed>}
   */
  async reseal() {
    const { log, clock, session } = this.#place;
    const view = await log.update();
    const latest = view.currentTeam(this.#portal.leads16, clock.now());
    const me = session()?.subject16;
    if (latest === null || me === undefined || !lists(latest.team, me)) throw new BadStatement('not in this team');
    checkLeads(view, this.#portal, latest.team, clock.now());
    const waiting = (await this.rows()).filter(({ isCurrent }) => isCurrent === 0);
    /** @type {string[]} */
    const skipped = [];
    for (const { ticket16 } of waiting) {
      try {
        await this.#sealAnew(ticket16, latest.team.kemPk);
      } catch (error) {
        if (error instanceof WireError && error.isUncertain) throw error;
        if (!(error instanceof WireError || error instanceof RemoteError)) throw error;
        if (!DONE_BY_OTHERS.includes(error.code)) skipped.push(toHex(ticket16));
      }
    }
    return { done: waiting.length - skipped.length, all: waiting.length, skipped };
  }

  /** @param {Uint8Array} ticket16 @param {import('../../crypto/keys.js').KemPublic} kemPk */
  async #sealAnew(ticket16, kemPk) {
    const { request, clock, session } = this.#place;
    const found = session();
    const certificate = found?.certificate(clock.now()) ?? null;
    if (found === null || certificate === null) throw new BadStatement('no certificate in force');
    const reply = await request('contact_read', { ticket16 });
    const { sign } = found.keys;
    const letter = sealLetter(kemPk, sign, {
      kind: LetterKind.CONTACT, certificateHash: certificate.hash, signPk: signPublic(sign), sentMs: clock.serverNow(),
      payload: encodeContact(this.#opened(ticket16, reply)),
    });
    await request('contact_reseal', { ticket16, version: reply.version, letter });
  }

  /**
   * Opens a letter that is of this ticket, under the version that the relay names.
   * @param {Uint8Array} ticket16
   * @param {any} reply the wire's ContactReadReply
   * @returns {SignedContact}
   */
  #opened(ticket16, { version, letter }) {
    const seed = this.#seedFor(letter);
    const note = openLetter(letter, seed);
    if (note.kind !== LetterKind.CONTACT) throw new BadStatement('no contact data');
    const signed = decodeContact(note.payload);
    // The seeker signed it in: the relay cannot show one ticket's as another's.
    if (!equal(signed.contact.ticket16, ticket16)) throw new BadStatement('contact data of another ticket');
    if (signed.contact.n !== version) throw new BadProof('contact data under another version');
    const isBySeeker = equal(note.certificateHash, NO_CERTIFICATE);
    if (isBySeeker && !equal(note.signPk, signed.signPk)) throw new BadStatement('contact data that somebody else brings');
    if (!isBySeeker && !this.#isLeads(note, publicOf(seed))) throw new BadStatement('contact data that no lead has sealed anew');
    return signed;
  }

  /**
   * Tells whether somebody wrote it whom the leads' team listed while it had this key.
   * @param {import('../../crypto/letter.js').Letter} note
   * @param {import('../../crypto/keys.js').KemPublic} key
   */
  #isLeads({ certificateHash, signPk }, key) {
    const { view } = this.#place.log;
    const author = view.certificate(certificateHash);
    if (author === null || !equal(author.signPk, signPk)) return false;
    const { revokedAt, subject16 } = author;
    return view.teamHistory(this.#portal.leads16).some(({ team, index }) =>
      equal(team.kemPk, key) && lists(team, subject16) && (revokedAt === null || revokedAt >= index));
  }

  /** Finds the leads' key of the inbox that a letter is in. @param {Uint8Array} raw */
  #seedFor(raw) {
    const { inbox16: address } = parseLetter(raw);
    const kept = (this.#place.session()?.keyring.teamSeeds ?? []).find(({ team16, seed }) =>
      equal(team16, this.#portal.leads16) && equal(inbox16(publicOf(seed)), address));
    if (kept === undefined) throw new NoKey('contact data under a key that is not here');
    return kept.seed;
  }
}

/** The key of the seeker who writes in a box now; null where there is none. @param {import('../../crypto/transcript.js').Transcript} transcript */
function writerOf({ state: { roster } }) {
  return [...(roster?.entries.values() ?? [])].find(({ role }) => role === Role.SEEKER)?.signPk ?? null;
}
