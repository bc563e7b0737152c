// The counselling centre in memory with contact data: Jonas leads, Maria counsels, and a seeker's account on several
// devices.

import * as account from '../../../web/js/crypto/account.js';
import { makeLeaf } from '../../../web/js/crypto/certificate.js';
import { EntryState } from '../../../web/js/crypto/entry.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { EMPTY_PAGE, SEEKER_PAGES, sealPage } from '../../../web/js/crypto/keyring.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { inbox16, parseLetter } from '../../../web/js/crypto/letter.js';
import { Level } from '../../../web/js/crypto/levels.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import { BoxKind } from '../../../web/js/crypto/roster.js';
import { encode, revoke, team } from '../../../web/js/crypto/statement.js';
import { Keyring } from '../../../web/js/core/keyring.js';
import { ContactRoom } from '../../../web/js/features/enquiries/contactroom.js';
import { LeavingContact } from '../../../web/js/features/enquiries/leavingcontact.js';
import { encodeNote } from '../../../web/js/features/enquiries/note.js';
import { LeadContacts } from '../../../web/js/features/workspace/leadcontacts.js';
import { WireError } from '../../../web/js/wire/errors.js';
import { encodeCommand } from '../../../web/js/wire/codec.js';
import '../../../web/js/wire/catalogue-contacts.js';
import { PORTAL, SMALL_TEAM } from './centre.js';
import { DeskOf } from './desk.js';
import { Office } from './office.js';
import { hex } from './vectors.js';
import { Writer } from './writer.js';

const HOUR_MS = 3_600_000;

export class LedOffice extends Office {
  /** By ticket. @type {Map<string, { version: number, letter: Uint8Array }>} */
  contacts = new Map();
  /** Whose ticket a capability is. @type {Map<string, Uint8Array>} */
  caps = new Map();

  constructor() {
    super(Level.RESTRICTED);

  }

  get leadsInbox() {
    return hex(inbox16(/** @type {any} */ (this.newest.latestTeam(SMALL_TEAM)).team.kemPk));
  }

  /**
   * The leads have a key that whoever left does not have; Jonas holds both.
   * @param {{ restart?: boolean, others?: any[] }} [about] `restart`: an admin says so; `others`: listed beside Jonas
   */
  async leadsHaveAnotherKey({ restart = false, others = [] } = {}) {
    const seed = keyOf('KemSecret', randomBytes(32));
    const since = this.clock.now() - HOUR_MS;
    const epoch = this.newest.teamHistory(SMALL_TEAM).length + 1;
    const payload = team({ team16: SMALL_TEAM, epoch, kemPk: publicOf(seed), members: [this.jonas, ...others].map((one) => one.subject16), restart });
    this.appends({ leaf: makeLeaf(restart ? /** @type {any} */ (this.adminKey) : account.staffSign(this.jonas.ams), SMALL_TEAM, payload, since, since + 480 * HOUR_MS), payload: encode(payload) });
    await this.log.update();
    return { team16: SMALL_TEAM, epoch, seed };
  }

  /** A lead is certified no more, and listed still. */
  async jonasIsRevoked() {
    const payload = revoke({ certificateHash: this.jonas.certificateHash });
    this.appends({ leaf: makeLeaf(this.adminKey, this.jonas.subject16, payload, this.clock.now() - HOUR_MS, 0), payload: encode(payload) });
    await this.log.update();
  }

  // --- what the relay answers ---------------------------------------------------------------------------

  /** @param {any} _ @param {Uint8Array} cap */
  contact_look(_, cap) {
    const kept = this.contacts.get(hex(this.#ticket(cap)));
    return kept === undefined ? { version: 0, isCurrent: 0 } : { version: kept.version, isCurrent: this.#isCurrent(kept) };
  }

  /** @param {any} fields @param {Uint8Array} cap */
  contact_put({ version, letter }, cap) {
    const ticket = hex(this.#ticket(cap));
    if (version < (this.contacts.get(ticket)?.version ?? 1)) throw new WireError('conflict');
    this.#keep(ticket, version, letter);
    return {};
  }

  /** @param {any} fields @param {Uint8Array} cap */
  contact_drop({ version }, cap) {
    const ticket = hex(this.#ticket(cap));
    if ((this.contacts.get(ticket)?.version ?? 0) > version) throw new WireError('conflict');
    this.contacts.delete(ticket);
    return {};
  }

  /** @param {any} fields @param {Uint8Array} _ @param {any} who */
  contacts_(fields, _, who) {
    if (who !== this.jonas) throw new WireError('forbidden');
    const rows = [...this.contacts].map(([id, kept]) => {
      const ticket = this.tickets.get(id);
      return { ticket16: ticket.ticket16, number: ticket.number, version: kept.version, isCurrent: this.#isCurrent(kept) };
    }).filter(({ number }) => number >= fields.start);
    return { rows, hasMore: 0 };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {any} who */
  contact_read({ ticket16 }, _, who) {
    const kept = this.contacts.get(hex(ticket16));
    if (who !== this.jonas || kept === undefined) throw new WireError('unknown');
    return { ...kept };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {any} who */
  contact_reseal({ ticket16, version, letter }, _, who) {
    const kept = this.contacts.get(hex(ticket16));
    if (who !== this.jonas || kept === undefined) throw new WireError('unknown');
    if (version !== kept.version || this.#isCurrent(kept) === 1) throw new WireError('conflict');
    this.#keep(hex(ticket16), version, letter);
    return {};
  }

  /** @override @param {any} who @param {string} name @param {any} fields @param {Uint8Array} credential @param {any} line */
  answer(who, name, fields, credential, line) {
    if (name !== 'contacts') return super.answer(who, name, fields, credential, line);
    encodeCommand(1, name, fields, credential);
    const reply = this.contacts_(fields, credential, who);
    return this.lies.contacts?.(reply, fields) ?? reply;
  }

  /** @param {{ letter: Uint8Array }} kept */
  #isCurrent({ letter }) {
    return Number(hex(parseLetter(letter).inbox16) === this.leadsInbox);
  }

  /** @param {string} ticket @param {number} version @param {Uint8Array} letter */
  #keep(ticket, version, letter) {
    if (hex(parseLetter(letter).inbox16) !== this.leadsInbox) throw new WireError('stale');
    this.contacts.set(ticket, { version, letter });
  }

  /** @param {Uint8Array} cap */
  #ticket(cap) {
    const found = this.caps.get(hex(cap));
    if (found === undefined || !this.tickets.has(hex(found))) throw new WireError('unknown');
    return found;
  }
}

/** A seeker who has written, and the devices of their account. */
export class LeavingSeeker {
  /** @type {any[]} */
  pages = [];

  /** @param {LedOffice} office @param {Writer} writer */
  constructor(office, writer) {
    this.office = office;
    this.writer = writer;
    office.caps.set(hex(writer.keys.ticketCap), writer.ticket16);
    const settings = encodeNote({
      portal16: PORTAL, ticket16: writer.ticket16, addressee: new Uint8Array(0), sinceMs: office.clock.now(), isOpen: true, topic: '', subject: '', admitted: 0,
    });
    const entry = {
      box16: writer.box16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: writer.box16, secrets: [], pinN: 0, pinChain: new Uint8Array(32), counter: 1,
      settings, generation: 0, closeMinute: 0,
    };
    this.pages = [{ version: 1, sealed: sealPage(writer.ams, 0, 1, { ...EMPTY_PAGE, entries: [entry] }, SEEKER_PAGES) }];
  }

  static async of(/** @type {LedOffice} */ office) {
    return new LeavingSeeker(office, await new Writer(office).writes());
  }

  /** A device of the account; `cutAfter` requests it is dead. @param {number} [cutAfter] @param {boolean} [losesLast] */
  device(cutAfter = Infinity, losesLast = false) {
    let asked = 0;
    const { office, writer } = this;
    const request = async (/** @type {string} */ name, /** @type {any} */ fields = {}, /** @type {Uint8Array} */ credential = new Uint8Array(0)) => {
      asked += 1;
      if (asked > cutAfter) throw new WireError('disconnected');
      const reply = name.startsWith('page_') ? this.#page(name, fields) : office.answer(null, name, fields, credential, null);
      if (asked === cutAfter && losesLast) throw new WireError('disconnected');
      return reply;
    };
    const { clock, log } = office;
    const keyring = new Keyring(/** @type {any} */ (request), writer.ams, this.pages.map((page) => ({ ...page })), { count: SEEKER_PAGES, clock });
    const people = {
      teams: office.teams,
      leads: async () => ({ statement: log.view.currentTeam(SMALL_TEAM, clock.now()), persons: [{ name: 'Jonas K.' }] }),
    };
    /** @type {any} */
    const about = {
      line: { request, log, clock }, people,
      account: { keyring, conversation: (/** @type {Uint8Array} */ context) => account.conversation(writer.ams, context) },
    };
    return {
      asked: () => asked, keyring, about,
      contact: new LeavingContact(about, writer.box16),
      room: () => new ContactRoom(about, writer.box16),
    };
  }

  /** @param {string} name @param {any} fields */
  #page(name, { version, sealed }) {
    if (name === 'page_read') return { ...this.pages[0] };
    if (version !== this.pages[0].version + 1) throw new WireError('conflict');
    this.pages[0] = { version, sealed };
    return { version };
  }
}

/** Contact data at a lead's desk. @param {DeskOf} desk */
export function leadContacts(desk) {
  return new LeadContacts(desk.place, desk.place.portals[0]);
}
