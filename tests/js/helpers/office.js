// The counselling centre in memory with enquiries: two colleagues of one team, seekers who write, and a relay that keeps
// boxes, letters and written tickets. A crash is a desk whose line is cut.

import * as account from '../../../web/js/crypto/account.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { inbox16 } from '../../../web/js/crypto/letter.js';
import { allOf, backOf, firstOf, isLeads } from '../../../web/js/crypto/levels.js';
import { equal } from '../../../web/js/crypto/primitives.js';
import { EnquiryState } from '../../../web/js/wire/catalogue-staff.js';
import { WireError } from '../../../web/js/wire/errors.js';
import { BoxRelay } from './boxrelay.js';
import { OTHER_TEAM, SMALL_TEAM, TEAM } from './centre.js';
import { settled } from './clock.js';
import { hex } from './vectors.js';

/** @typedef {import('./centre.js').Colleague} Colleague */

const EMPTY = new Uint8Array(0);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const RESERVED_MS = 10 * MINUTE_MS;
const PAGE_ROWS = 3;
const TAKEN = [EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE];

export class Office extends BoxRelay {
  /** Of the portal: whoever takes the first enquiry is the regular counsellor. */
  isAutomatic = 0;
  /** Hashes of what regular clients show. @type {Set<string>} */
  relations = new Set();
  /** @type {Map<string, any>} */
  tickets = new Map();

  /** Time passes for the relay too: reservations run out. @param {number} ms */
  async elapse(ms) {
    await this.clock.elapse(ms);
    for (const ticket of this.tickets.values()) {
      if (ticket.state === EnquiryState.RESERVED && ticket.untilMs <= this.clock.now()) this.#openAgain(ticket);
    }
    await settled();
  }

  // --- what the relay answers about enquiries -------------------------------------------------------

  /** @param {any} fields */
  enquiry_open({ ticket16, portal16, language, addressee }) {
    const number = this.tickets.size + 1;
    const sinceHour = Math.floor(this.clock.now() / HOUR_MS);
    const isAddressed = addressee.length > 0 ? 1 : 0;
    const ticket = { ticket16, portal16, number, language, state: EnquiryState.OPEN, sinceHour, isAddressed, assignee: addressee, untilMs: 0, successor: EMPTY, deputy: EMPTY, hasRegular: 0, forLeads: Number(isLeads(this.teams, firstOf(this.teams))) };
    this.tickets.set(hex(ticket16), ticket);
    this.#tellRow(ticket);
    return { number };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiries({ portal16, start }, _, who) {
    const isMine = (/** @type {any} */ one) => equal(one.assignee, who.subject16) || equal(one.successor, who.subject16) || equal(one.deputy, who.subject16);
    const all = [...this.tickets.values()].filter((one) => equal(one.portal16, portal16)
      && (isMine(one) || (!TAKEN.includes(one.state) && one.isAddressed === 0 && this.#mayTake(one, who))));
    const rest = all.filter((one) => one.number >= start);
    return { rows: rest.slice(0, PAGE_ROWS).map((one) => ({ ...one })), hasMore: Number(rest.length > PAGE_ROWS) };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_letter({ ticket16 }, _, who) {
    const own = hex(inbox16(publicOf(account.staffKem(who.ams))));
    const listing = [TEAM, OTHER_TEAM, ...allOf(this.teams).slice(1)].filter((team16) => this.newest.inTeam(team16, who.subject16, this.clock.now()));
    const teams = listing.flatMap((team16) => this.newest.teamHistory(team16)).map((one) => hex(inbox16(one.team.kemPk)));
    return { letters: this.inbox.filter((one) => hex(one.ticket16) === hex(ticket16) && [own, ...teams].includes(one.inbox)) };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_accept({ ticket16 }, _, who) {
    const ticket = this.#ticket(ticket16);
    const isFree = ticket.state === EnquiryState.OPEN || (ticket.state === EnquiryState.RESERVED && equal(ticket.assignee, who.subject16));
    if (!isFree) throw new WireError('taken');
    Object.assign(ticket, { state: EnquiryState.RESERVED, assignee: who.subject16, untilMs: this.clock.now() + RESERVED_MS });
    this.#tellRow(ticket);
    return { untilMs: ticket.untilMs };
  }

  portal_rules() {
    return { fallback: EMPTY, isAutomatic: this.isAutomatic };
  }

  /** @param {any} fields */
  relation_put({ relationHash }) {
    this.relations.add(hex(relationHash));
    return {};
  }

  /** @param {any} fields */
  relation_drop({ relationHash }) {
    this.relations.delete(hex(relationHash));
    return {};
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_return({ ticket16 }, _, who) {
    const ticket = this.#ticket(ticket16);
    if ([ticket.successor, ticket.deputy].some((one) => equal(one, who.subject16))) return this.#handTo(ticket, EMPTY, EMPTY);
    if (ticket.state !== EnquiryState.RESERVED || !equal(ticket.assignee, who.subject16)) throw new WireError('wrong_state');
    this.#openAgain(ticket);
    return {};
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_taken({ ticket16 }, _, who) {
    const ticket = this.#ticket(ticket16);
    const isMine = equal(ticket.assignee, who.subject16);
    const isDeputy = equal(ticket.deputy, who.subject16);
    const isThere = this.newest.ownCertificates(ticket.assignee).some(({ revokedAt }) => revokedAt === null);
    if (isDeputy && isThere) return this.#handTo(ticket, EMPTY, ticket.deputy);
    if (isDeputy || equal(ticket.successor, who.subject16)) {
      ticket.assignee = who.subject16;
      return this.#handTo(ticket, EMPTY, EMPTY);
    }
    if (ticket.state !== EnquiryState.OPEN && !isMine) throw new WireError('taken');
    if (TAKEN.includes(ticket.state)) return {};
    Object.assign(ticket, { state: EnquiryState.WAITING, assignee: who.subject16, untilMs: 0 });
    this.inbox = this.inbox.filter((one) => hex(one.ticket16) !== hex(ticket16));
    this.#tellRow(ticket);
    return {};
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_hand_over({ ticket16, successor, isDeputy }, _, who) {
    const ticket = this.#ticket(ticket16);
    if (!equal(ticket.assignee, who.subject16)) throw new WireError('forbidden');
    if (!TAKEN.includes(ticket.state)) throw new WireError('wrong_state');
    return this.#handTo(ticket, successor, isDeputy === 1 ? successor : EMPTY);
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_release({ ticket16 }, _, who) {
    const ticket = this.#ticket(ticket16);
    if (ticket.state === EnquiryState.OPEN && ticket.assignee.length === 0) return {};
    if (!equal(ticket.assignee, who.subject16)) throw new WireError('forbidden');
    Object.assign(ticket, { isAddressed: 0, successor: EMPTY, forLeads: Number(isLeads(this.teams, backOf(this.teams))) });
    this.#openAgain(ticket);
    return {};
  }

  /** One seeker has one ticket. */
  enquiry_call_back() {
    for (const ticket of this.tickets.values()) {
      const isThere = this.newest.ownCertificates(ticket.assignee).some(({ revokedAt }) => revokedAt === null);
      if (ticket.assignee.length > 0 && isThere) throw new WireError('forbidden');
      Object.assign(ticket, { isAddressed: 0, successor: EMPTY, forLeads: Number(isLeads(this.teams, backOf(this.teams))) });
      this.#openAgain(ticket);
    }
    return {};
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_mark({ ticket16, state }, _, who) {
    const ticket = this.#ticket(ticket16);
    if (![ticket.assignee, ticket.deputy].some((one) => equal(one, who.subject16))) throw new WireError('forbidden');
    ticket.state = state;
    this.#tellRow(ticket);
    return {};
  }

  /** @param {any} fields */
  enquiry_end({ ticket16 }) {
    const ticket = this.#ticket(ticket16);
    this.tickets.delete(hex(ticket16));
    this.#tellRow({ ...ticket, state: EnquiryState.GONE });
    return {};
  }

  /** To nobody: the letters go. @param {any} ticket @param {Uint8Array} successor @param {Uint8Array} deputy */
  #handTo(ticket, successor, deputy) {
    Object.assign(ticket, { successor, deputy });
    if (successor.length === 0) this.inbox = this.inbox.filter((one) => hex(one.ticket16) !== hex(ticket.ticket16));
    this.#tellRow(ticket);
    return {};
  }

  /** @param {any} ticket */
  #openAgain(ticket) {
    const assignee = ticket.isAddressed === 1 ? ticket.assignee : EMPTY;
    Object.assign(ticket, { state: EnquiryState.OPEN, assignee, untilMs: 0 });
    this.#tellRow(ticket);
  }

  /** @param {any} ticket */
  #tellRow(ticket) {
    this.tell('enquiry_row', { row: { ...ticket } }, (line) => line.isStaff);
  }

  /** What only leads see is nobody else's to take. @param {any} ticket @param {Colleague} who */
  #mayTake({ forLeads }, who) {
    return forLeads === 0 || this.newest.inTeam(SMALL_TEAM, who.subject16, this.clock.now());
  }

  /** @param {Uint8Array} ticket16 */
  #ticket(ticket16) {
    const ticket = this.tickets.get(hex(ticket16));
    if (ticket === undefined) throw new WireError('unknown');
    return ticket;
  }
}
