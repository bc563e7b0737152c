// The counselling centre in memory at "ganz offen": the team stays in what somebody has taken, reads along, and any of it
// takes it over. What the relay does otherwise then: rows say so, letters of the team stay, whoever it lists may take.

import { publicOf } from '../../../web/js/crypto/kem.js';
import { inbox16 } from '../../../web/js/crypto/letter.js';
import { Level } from '../../../web/js/crypto/levels.js';
import { equal } from '../../../web/js/crypto/primitives.js';
import * as account from '../../../web/js/crypto/account.js';
import { EnquiryState } from '../../../web/js/wire/catalogue-staff.js';
import { TAKEN } from '../../../web/js/features/workspace/enquiries.js';
import { TEAM } from './centre.js';
import { settled } from './clock.js';
import { Office } from './office.js';
import { TeamDesk, TeamOffice } from './teamoffice.js';
import { hex } from './vectors.js';
import { Writer } from './writer.js';

/** @typedef {import('./centre.js').Colleague} Colleague */

const NOBODY = new Uint8Array(0);

export class WideOffice extends TeamOffice {
  constructor() {
    super();
    this.setLevel(Level.WIDE_OPEN);
  }

  /** @override @param {Uint8Array} subject16 */
  nameOf(subject16) {
    return this.colleagues.find((one) => equal(one.subject16, subject16))?.name ?? '';
  }

  /** From now on, by site.json. @param {string} level */
  setLevel(level) {
    this.teams = { ...this.teams, level };
  }

  /** @override @param {any} fields @param {Uint8Array} cap @param {any} who @param {any} line */
  enquiries(fields, cap, who, line) {
    if (fields.isAll === 0) return super.enquiries(fields, cap, who);
    const rows = [...this.tickets.values()].filter((one) => equal(one.portal16, fields.portal16) && one.number >= fields.start);
    return { rows: rows.map((one) => ({ ...one })), hasMore: 0, line };
  }

  /** @override @param {any} fields */
  enquiry_open(fields) {
    const reply = super.enquiry_open(fields);
    this.#sayWhoReads(this.#row(fields.ticket16));
    return reply;
  }

  /** @override @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_taken(fields, _, who) {
    const ticket = this.#row(fields.ticket16);
    const mine = [ticket.assignee, ticket.successor, ticket.deputy].some((one) => equal(one, who.subject16));
    const letters = this.inbox.filter((one) => this.#isOfTeam(one, fields.ticket16));
    const isShared = ticket.readsAlong === 1 && TAKEN.includes(ticket.state);
    if (isShared && !mine) Object.assign(ticket, { assignee: who.subject16, successor: NOBODY, deputy: NOBODY });
    else if (!TAKEN.includes(ticket.state)) ticket.readsAlong &= Number(this.teams.level === Level.WIDE_OPEN);
    const reply = super.enquiry_taken(fields, _, who);
    if (ticket.readsAlong === 1) this.inbox.push(...letters.filter((one) => !this.inbox.includes(one)));
    if (isShared && !mine) {
      this.inbox = this.inbox.filter((one) => hex(one.ticket16) !== hex(fields.ticket16) || letters.includes(one));
      this.tell('enquiry_row', { row: { ...ticket } }, (line) => line.isStaff);
    }
    return reply;
  }

  /** @override @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  enquiry_release(fields, _, who) {
    const reply = super.enquiry_release(fields, _, who);
    this.#sayWhoReads(this.#row(fields.ticket16));
    return reply;
  }

  /** @param {any} ticket as it is opened, or given back */
  #sayWhoReads(ticket) {
    ticket.readsAlong = Number(this.teams.level === Level.WIDE_OPEN && ticket.isAddressed === 0);
    this.tell('enquiry_row', { row: { ...ticket } }, (line) => line.isStaff);
  }

  /** Readers hear of the commit that takes them out; letters of the team's former keys go once it is sealed anew. @override @param {any} fields @param {Uint8Array} cap @param {any} who @param {any} line */
  commit(fields, cap, who, line) {
    const reply = Office.prototype.commit.call(this, fields, cap, who, line);
    const present = hex(inbox16(this.stated().team.kemPk));
    const isToTeam = fields.letters.length > 0 && this.inbox.slice(-fields.letters.length).some((one) => one.inbox === present);
    if (who !== null && isToTeam) this.inbox = this.inbox.filter((one) => !this.#isOfTeam(one, fields.ticket16) || one.inbox === present);
    this.inbox.forEach((one, at) => { one.letter = at; });
    return reply;
  }

  /** @param {any} letter @param {Uint8Array} ticket16 */
  #isOfTeam({ inbox, ticket16: of }, ticket16) {
    return hex(of) === hex(ticket16) && this.newest.teamHistory(TEAM).some((one) => hex(inbox16(one.team.kemPk)) === inbox);
  }

  /** @param {Uint8Array} ticket16 */
  #row(ticket16) {
    return this.tickets.get(hex(ticket16));
  }

  /** The only ticket. */
  get ticket() {
    return [...this.tickets.values()][0];
  }

  /** What lies for a colleague alone. @param {Colleague} who */
  lettersTo({ ams }) {
    const own = hex(inbox16(publicOf(account.staffKem(ams))));
    return this.inbox.filter((one) => one.inbox === own && one.ticket16.length > 0);
  }
}

/** A desk at which one reads along. */
export class WideDesk extends TeamDesk {
  /** What stands under "Im Team". */
  get along() {
    return this.written.along.value.map(({ number, state, byName }) => [number, state, byName]);
  }

  /** From who has it now, as the dialog asks. @override @param {number} number */
  takes(number) {
    const id = this.idOf(number);
    return this.written.take(id, this.written.holdersOf(id));
  }

  /** What is read of the first one. @returns {[string, string][]} */
  get reads() {
    const { parts } = /** @type {any} */ (this.written.first(this.idOf(1)))?.content.value ?? { parts: [] };
    return parts.map((/** @type {any} */ { author, text }) => [author, text]);
  }

  /** In the own conversation. @param {string} text */
  async says(text) {
    this.case?.model?.say(text);
    await settled();
  }
}

/** Maria has taken what a seeker wrote, and has answered; Jonas is at his desk. @param {{ to?: any }} [about] */
export async function shared({ to = null } = {}) {
  const office = new WideOffice();
  const seeker = await new Writer(office).writes({ to: to === null ? null : /** @type {any} */ (office)[to] });
  const maria = await new WideDesk(office, office.maria).signsIn();
  const jonas = await new WideDesk(office, office.jonas).signsIn();
  await maria.opens(1);
  const outcome = await maria.takes(1);
  await maria.says('Guten Tag.');
  await settled();
  return { office, seeker, maria, jonas, outcome };
}

export const OPEN = EnquiryState.OPEN;
