// The small centre with invitations to a new access: what its relay keeps of them, and a seeker who has lost passphrase
// and sheet, on as many devices as a test needs.

import { Keyring } from '../../../web/js/core/keyring.js';
import * as account from '../../../web/js/crypto/account.js';
import { capHash } from '../../../web/js/crypto/credential.js';
import { EntryState } from '../../../web/js/crypto/entry.js';
import { EMPTY_PAGE, SEEKER_PAGES, sealPage } from '../../../web/js/crypto/keyring.js';
import { inbox16 } from '../../../web/js/crypto/letter.js';
import { equal } from '../../../web/js/crypto/primitives.js';
import { BoxKind } from '../../../web/js/crypto/roster.js';
import { Enquiries } from '../../../web/js/features/enquiries/enquiries.js';
import { encodeNote } from '../../../web/js/features/enquiries/note.js';
import { Arrivals } from '../../../web/js/features/newaccess/arrivals.js';
import { Invited } from '../../../web/js/features/newaccess/invited.js';
import { WireError } from '../../../web/js/wire/errors.js';
import { quick } from './accounts.js';
import { PORTAL } from './centre.js';
import { settled } from './clock.js';
import { DeskOf } from './desk.js';
import { Office } from './office.js';
import { OfficeLine } from './officeline.js';
import { hex } from './vectors.js';
import { Writer } from './writer.js';

const HOUR_MS = 3_600_000;
const VALID_HOURS = 48;

export class InvitingOffice extends Office {
  /** By join id. @type {Map<string, any>} */
  invitations = new Map();
  /** Whose letters lie under a capability. @type {Map<string, string>} */
  inboxes = new Map();
  /** Which ticket obeys which capability by now. @type {[string, string][]} */
  obeyed = [];

  /** @override @param {any} fields @param {Uint8Array} cap @param {any} who @param {any} line */
  commit(fields, cap, who, line) {
    const box = this.boxes.get(hex(fields.box16));
    const gone = box?.caps.filter((/** @type {any} */ one) => fields.out.includes(one.sidx)).map((/** @type {any} */ one) => hex(one.capHash)) ?? [];
    // Whose capability goes out hears nothing more, not even that.
    for (const one of this.lines) if (gone.includes(one.readBy.get(hex(fields.box16)))) one.reads.delete(hex(fields.box16));
    const reply = super.commit(fields, cap, who, line);
    for (const [, inbox] of this.inboxes) this.#tellLetters(inbox);
    return reply;
  }

  /** @override @param {any} fields */
  enquiry_open(fields) {
    const known = this.tickets.get(hex(fields.ticket16));
    // Once it obeys the newcomer, it is another's to whoever opened it.
    if (this.obeyed.some(([id]) => id === hex(fields.ticket16))) throw new WireError('conflict');
    return known === undefined ? super.enquiry_open(fields) : { number: known.number };
  }

  /** @override @param {any} fields @param {Uint8Array} cap @param {any} who @param {any} line */
  read(fields, cap, who, line) {
    line.readBy.set(hex(fields.box16), hex(capHash(/** @type {any} */ (cap))));
    return super.read(fields, cap, who, line);
  }

  challenge() {
    return { challenge: new Uint8Array(32), difficulty: 0, expiresMs: this.clock.now() + HOUR_MS };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {any} who */
  invite({ joinId16 }, _, who) {
    const expiresHour = Math.floor(this.clock.now() / HOUR_MS) + VALID_HOURS;
    const given = this.invitations.get(hex(joinId16)) ?? { joinId16, who, expiresHour, answer: null };
    this.invitations.set(hex(joinId16), given);
    return { expiresHour: this.#own(joinId16, who).expiresHour };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {any} who @param {any} line */
  invite_read({ joinId16 }, _, who, line) {
    const { answer, expiresHour } = this.#own(joinId16, who);
    line.reads.add(hex(joinId16));
    return { answers: answer === null ? [] : [answer], expiresHour };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {any} who */
  invite_ticket({ joinId16, ticket16 }, _, who) {
    const { answer } = this.#own(joinId16, who);
    if (answer === null) throw new WireError('wrong_state');
    this.obeyed.push([hex(ticket16), hex(answer.ticketHash)]);
    return {};
  }

  /** @param {any} fields */
  invite_end({ joinId16 }) {
    const given = this.invitations.get(hex(joinId16));
    this.invitations.delete(hex(joinId16));
    if (given !== undefined) this.tell('invite_answered', { joinId16 }, (line) => line.reads.has(hex(joinId16)));
    if (given?.answer == null) return {};
    const inbox = hex(inbox16(given.answer.kemPk));
    if (!this.inbox.some((one) => one.inbox === inbox)) this.inboxes.delete(hex(given.answer.capHash));
    this.#tellLetters(inbox);
    return {};
  }

  /** @param {any} fields */
  invite_look({ joinId16 }) {
    const { expiresHour, answer } = this.#inForce(joinId16);
    return { expiresHour, isAnswered: answer === null ? 0 : 1 };
  }

  /** @param {any} fields */
  invite_answer({ joinId16, signPk, kemPk, capHash: hash, ticketHash, mac }) {
    const given = this.#inForce(joinId16);
    if (given.answer !== null && hex(given.answer.mac) !== hex(mac)) throw new WireError('taken');
    given.answer ??= { signPk, kemPk, capHash: hash, ticketHash, mac };
    this.inboxes.set(hex(hash), hex(inbox16(kemPk)));
    this.tell('invite_answered', { joinId16 }, (line) => line.reads.has(hex(joinId16)));
    return {};
  }

  /** @param {any} fields @param {Uint8Array} cap @param {any} _ @param {any} line */
  invite_letters({ inbox16: wanted }, cap, _, line) {
    line.reads.add(hex(wanted));
    if (this.inboxes.get(hex(capHash(/** @type {any} */ (cap)))) !== hex(wanted)) throw new WireError('unknown');
    return { letters: this.inbox.filter((one) => one.inbox === hex(wanted)).slice(0, 8) };
  }

  /** @param {any} fields @param {Uint8Array} cap */
  invite_done({ inbox16: wanted }, cap) {
    this.inbox = this.inbox.filter((one) => one.inbox !== hex(wanted));
    this.inboxes.delete(hex(capHash(/** @type {any} */ (cap))));
    return {};
  }

  profiles() {
    return { profiles: [] };
  }

  enquiry_again() {
    return {};
  }

  enquiry_withdraw() {
    return {};
  }

  /** @param {string} inbox */
  #tellLetters(inbox) {
    this.tell('letter', { inbox16: Uint8Array.from(inbox.match(/../g) ?? [], (byte) => parseInt(byte, 16)) }, (line) => line.reads.has(inbox));
  }

  /** @param {Uint8Array} joinId16 */
  #inForce(joinId16) {
    const found = this.invitations.get(hex(joinId16));
    if (found === undefined || found.expiresHour <= Math.floor(this.clock.now() / HOUR_MS)) throw new WireError('unknown');
    return found;
  }

  /** @param {Uint8Array} joinId16 @param {any} who */
  #own(joinId16, who) {
    const found = this.#inForce(joinId16);
    if (!equal(found.who.subject16, who.subject16)) throw new WireError('unknown');
    return found;
  }
}

/** An access of a seeker: a keyring at the relay. @param {string} name */
export function accessOf(name) {
  const ams = account.newAccountSecret();
  return { name, subject16: new Uint8Array(16), ams, pages: [{ version: 1, sealed: sealPage(ams, 0, 1, EMPTY_PAGE, SEEKER_PAGES) }] };
}

/** One sign-in of a seeker: what the access room has of written conversations and of invitations, without its views. */
export class Device {
  /** What came back, in order. @type {string[]} */
  arrived = [];

  /** @param {InvitingOffice} office @param {ReturnType<typeof accessOf>} who */
  constructor(office, who) {
    this.office = office;
    this.who = who;
    /** @type {any} */
    this.line = new OfficeLine(office, /** @type {any} */ (who));
    this.line.isStaff = false;
    this.line.log = office.log;
    const { request, clock } = this.line;
    this.keyring = new Keyring(request, who.ams, who.pages.map((page) => ({ ...page })), { count: SEEKER_PAGES, clock });
    this.account = /** @type {any} */ ({
      ams: who.ams, keyring: this.keyring, pseudonym: who.name, follow: () => {},
      conversation: (/** @type {Uint8Array} */ context) => account.conversation(who.ams, context),
    });
    const about = {
      line: this.line, account: this.account, people: /** @type {any} */ ({ teams: office.teams, nameOf: async () => 'Maria B.', read: async () => ({ statement: null, persons: [] }) }),
      portal16: PORTAL, language: 'de', teamName: 'Team Leben', myName: 'Sie', unacceptedDays: 30,
    };
    this.enquiries = new Enquiries(about);
    this.arrivals = new Arrivals(about, (box16) => {
      this.arrived.push(hex(box16));
      this.enquiries.renew(box16);
    });
  }

  /** As "Meine Gespräche" does. */
  async comes() {
    await this.enquiries.load();
    await this.arrivals.load();
    await settled();
    return this;
  }

  /** The only invitation under way. */
  get arrival() {
    return this.arrivals.all.value[0] ?? null;
  }

  /** The only conversation. */
  get enquiry() {
    return this.enquiries.all.value[0] ?? null;
  }

  /** What is read, and who said it. */
  get texts() {
    return this.enquiry?.thread.value?.messages.value.filter((line) => line.kind === 'text').map(({ author, text }) => [author, text]);
  }

  /** The codes of what the conversation tells by itself. */
  get told() {
    return this.enquiry?.thread.value?.messages.value.filter((line) => line.kind === 'system').map(({ code }) => code);
  }

  /** Reads an invitation, as a page that was opened by its link. @param {string} link */
  async reads(link) {
    const invited = new Invited(this.line, quick);
    await invited.open(link.slice(link.indexOf('#')));
    return invited;
  }

  /** Comes with an invitation and is signed in. @param {string} link */
  async answers(link) {
    const invited = await this.reads(link);
    this.arrivals.begin(/** @type {Uint8Array} */ (invited.takeSecret()));
    await arriving();
    return this;
  }

  /** @param {string} text */
  async says(text) {
    this.enquiry?.thread.value?.say(text);
    await this.enquiry?.thread.value?.box.flush();
    await settled();
  }

  /** The browser is gone, at this very moment. */
  crashes() {
    this.line.cutAfter = 0;
    this.line.hangUp();
    this.arrivals.dispose();
    this.enquiries.dispose();
  }
}

/** Some steps take turns with others. */
export async function arriving() {
  for (let n = 0; n < 12; n += 1) await settled();
}

/**
 * Somebody has written, Maria has answered; both sides have a history.
 * @param {Partial<{ office: InvitingOffice }>} [about]
 */
export async function talking({ office = new InvitingOffice() } = {}) {
  const seeker = await new Writer(office).writes();
  const maria = await new DeskOf(office, office.maria).signsIn();
  await maria.opens(1);
  await maria.takes(1);
  await settled();
  maria.case?.model?.say('Wie lange schon?');
  await settled();
  await seeker.says('Seit Juni.');
  return { office, seeker, maria };
}

/** The access that was lost, should somebody find it again. @param {Writer} seeker */
export async function oldDevice(seeker) {
  const { ams, box16, ticket16, thread } = seeker;
  const access = { ...accessOf('kiesel-407'), ams };
  access.pages = [{ version: 1, sealed: sealPage(ams, 0, 1, EMPTY_PAGE, SEEKER_PAGES) }];
  const device = new Device(/** @type {InvitingOffice} */ (seeker.office), access);
  const secrets = [...(thread?.box.transcript.state.secrets.values() ?? [])].map((es, epoch) => ({ epoch, es }));
  const note = { portal16: PORTAL, ticket16, addressee: new Uint8Array(0), sinceMs: 1, isOpen: true, topic: '', subject: 'Streit', admitted: 0 };
  await device.keyring.remember({
    box16, kind: BoxKind.CASE, state: EntryState.OPEN, keyContext: box16, secrets, pinN: 0, pinChain: new Uint8Array(32), counter: 1, generation: 0, closeMinute: 0, settings: encodeNote(note),
  });
  return device;
}

/** The desk's way to a new access, for the only case. @param {DeskOf} desk */
export function accessAt(desk) {
  const found = desk.written.newAccess(String(desk.case?.id));
  if (found === null) throw new Error('no conversation');
  return found;
}
