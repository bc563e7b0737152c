// A small counselling centre in memory: two colleagues of one team, seekers who write, and a relay that keeps
// boxes, letters and written tickets. What the relay decides by its rules is here as short as a test needs it.
// A relay that lies is this one with an entry in `lies`; a crash is a desk whose line is cut.

import { Keyring } from '../../../web/js/core/keyring.js';
import * as account from '../../../web/js/crypto/account.js';
import { fingerprint, leafHash, makeLeaf, runsAt } from '../../../web/js/crypto/certificate.js';
import { capHash } from '../../../web/js/crypto/credential.js';
import { EntryState } from '../../../web/js/crypto/entry.js';
import { Kind as Said, parseOuter } from '../../../web/js/crypto/envelope.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { STAFF_PAGES, EMPTY_PAGE, sealPage } from '../../../web/js/crypto/keyring.js';
import { inbox16, parseLetter } from '../../../web/js/crypto/letter.js';
import { Level, allOf, backOf, firstOf, isLeads } from '../../../web/js/crypto/levels.js';
import { replay } from '../../../web/js/crypto/logview.js';
import { equal, signPublic } from '../../../web/js/crypto/primitives.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import * as reading from '../../../web/js/crypto/reading.js';
import { NO_SIGN_PK, Role as BoxRole } from '../../../web/js/crypto/roster.js';
import { DAY_MS, Kind, Role, encode, revoke, staff, team } from '../../../web/js/crypto/statement.js';
import { LogStaff } from '../../../web/js/crypto/staffview.js';
import { SEEKER_RIGHTS, commitFirst, counsellor, createBox } from '../../../web/js/features/live/firstcommit.js';
import { SeekerChat } from '../../../web/js/features/live/seekerchat.js';
import { WrittenThread } from '../../../web/js/features/enquiries/thread.js';
import { Boxes } from '../../../web/js/features/workspace/chats.js';
// Pages fetch these when they are due; here they are there.
import '../../../web/js/features/workspace/handedletters.js';
import '../../../web/js/features/workspace/lettingin.js';
import '../../../web/js/features/workspace/taking.js';
import { noteOf } from '../../../web/js/features/workspace/note.js';
import { Written } from '../../../web/js/features/workspace/written.js';
import { BoxState, CloseReason, Right } from '../../../web/js/wire/catalogue.js';
import '../../../web/js/wire/catalogue-account.js';
import { EnquiryState } from '../../../web/js/wire/catalogue-staff.js';
import * as codec from '../../../web/js/wire/codec.js';
import { WireError } from '../../../web/js/wire/errors.js';
import './ahead.js';
import { DEPLOYMENT, FakeLine, quick } from './accounts.js';
import { FakeClock, settled } from './clock.js';
import { hex } from './vectors.js';

export const PORTAL = new Uint8Array(16).fill(31);
export const TEAM = new Uint8Array(16).fill(32);
export const OTHER_PORTAL = new Uint8Array(16).fill(33);
export const OTHER_TEAM = new Uint8Array(16).fill(34);
/** Lists Jonas alone. */
export const SMALL_TEAM = new Uint8Array(16).fill(35);
/** Where seekers of the first portal sign in. */
export const PAGE = 'https://beratung.example/p/leben/zugang';
const EMPTY = new Uint8Array(0);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const RESERVED_MS = 10 * MINUTE_MS;
const PAGE_ROWS = 3;
const TAKEN = [EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE];

/** @typedef {{ name: string, subject16: Uint8Array, ams: any, certificateHash: Uint8Array, pages: any[] }} Colleague */

const NAMES = { 41: 'Maria B.', 42: 'Jonas K.', 43: 'Eva S.' };

/** @param {41 | 42 | 43} fill @returns {Colleague} */
export function colleague(fill) {
  const name = NAMES[fill];
  return { name, subject16: new Uint8Array(16).fill(fill), ams: account.newAccountSecret(), certificateHash: EMPTY, pages: [] };
}

export class Office {
  /** Of the portal: whoever takes the first enquiry is the regular counsellor. */
  isAutomatic = 0;
  /** Hashes of what regular clients show. @type {Set<string>} */
  relations = new Set();
  clock = new FakeClock();
  maria = colleague(41);
  jonas = colleague(42);
  colleagues = [this.maria, this.jonas];
  teamSeed = keyOf('KemSecret', randomBytes(32));
  otherSeed = keyOf('KemSecret', randomBytes(32));
  smallSeed = keyOf('KemSecret', randomBytes(32));
  /** @type {Map<string, any>} */
  boxes = new Map();
  /** @type {Map<string, any>} */
  tickets = new Map();
  /** @type {any[]} */
  inbox = [];
  /** @type {Set<any>} */
  lines = new Set();
  /** Everything that was asked: who, and what. @type {[string, string][]} */
  sent = [];
  /** Answers another thing than the truth. @type {Record<string, (reply: any, fields: any) => any>} */
  lies = {};

  /** @param {string} [level] of the first portal; its leads' team is the small one: Jonas */
  constructor(level = Level.OPEN) {
    /** Behind the first portal. @type {import('../../../web/js/crypto/levels.js').Teams} */
    this.teams = { team16: TEAM, leads16: level === Level.OPEN ? EMPTY : SMALL_TEAM, level };
    const { view, hashes } = this.#organisation();
    this.view = view;
    this.maria.certificateHash = hashes[0];
    this.jonas.certificateHash = hashes[1];
    /** What may be read of the log by now. */
    this.newest = view;
    this.log = {
      view, staff: new LogStaff(view), pin: () => {},
      update: async () => {
        if (this.log.view !== this.newest) Object.assign(this.log, { view: this.newest, staff: new LogStaff(this.newest) });
        return this.newest;
      },
    };
    for (const one of [this.maria, this.jonas]) {
      const seeds = [{ team16: TEAM, epoch: 1, seed: this.teamSeed }, { team16: OTHER_TEAM, epoch: 1, seed: this.otherSeed }];
      if (one === this.jonas && level !== Level.OPEN) seeds.push({ team16: SMALL_TEAM, epoch: 1, seed: this.smallSeed });
      one.pages = Array.from({ length: STAFF_PAGES }, (_, page) => {
        const content = page === 0 ? { ...EMPTY_PAGE, teamSeeds: seeds } : EMPTY_PAGE;
        return { version: 1, sealed: sealPage(one.ams, page, 1, content, STAFF_PAGES) };
      });
    }
  }

  /** @param {Uint8Array} subject16 */
  nameOf(subject16) {
    return [this.maria, this.jonas].find((one) => equal(one.subject16, subject16))?.name ?? '';
  }

  /** Everybody who is asked, in the order of asking. @param {string} name */
  askedBy(name) {
    return this.sent.filter(([who]) => who === name).map(([, what]) => what);
  }

  /** Time passes for the relay too: reservations run out. @param {number} ms */
  async elapse(ms) {
    await this.clock.elapse(ms);
    for (const ticket of this.tickets.values()) {
      if (ticket.state === EnquiryState.RESERVED && ticket.untilMs <= this.clock.now()) this.#openAgain(ticket);
    }
    await settled();
  }

  // --- what the relay answers -----------------------------------------------------------------------

  /**
   * @param {Colleague | null} who null: a seeker
   * @param {string} name
   * @param {any} fields
   * @param {Uint8Array} credential
   * @param {any} line
   */
  answer(who, name, fields, credential, line) {
    // As a connection does: what the catalogue does not know never leaves.
    codec.encodeCommand(1, name, fields, credential);
    this.sent.push([who?.name ?? 'seeker', name]);
    const reply = /** @type {any} */ (this)[name](fields, credential, who, line);
    return this.lies[name]?.(reply, fields) ?? reply;
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  page_read({ page }, _, who) {
    return { ...who.pages[page] };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  page_save({ page, version, sealed }, _, who) {
    if (version !== who.pages[page].version + 1) throw new WireError('conflict');
    who.pages[page] = { version, sealed };
    return { version };
  }

  /** @param {any} fields */
  create({ box16, caps }) {
    const key = hex(box16);
    if (!this.boxes.has(key)) {
      this.boxes.set(key, {
        box16, caps: [...caps], share: randomBytes(32), rows: [], kid: new Uint8Array(8), state: BoxState.OPEN, reason: 0, closeMinute: 0,
      });
    }
    return { share: this.boxes.get(key).share };
  }

  /** @param {any} fields @param {Uint8Array} cap @param {Colleague} who @param {any} line */
  commit({ box16, oldKid, newKid, e1, caps, out, letters, ticket16 }, cap, who, line) {
    const box = this.#box(box16, cap, who, Right.COMMIT);
    if (!equal(box.kid, oldKid)) throw new WireError('stale');
    box.kid = newKid;
    box.caps = [...box.caps.filter((/** @type {any} */ one) => !out.includes(one.sidx)), ...caps];
    for (const e2 of letters) this.inbox.push({ letter: this.inbox.length, ticket16, e2, inbox: hex(parseLetter(e2).inbox16) });
    return this.#number(box, e1, line);
  }

  /** @param {any} fields @param {Uint8Array} cap @param {Colleague} who @param {any} line */
  post({ box16, e1 }, cap, who, line) {
    const box = this.#box(box16, cap, who, Right.POST);
    if (!equal(parseOuter(e1).kid8, box.kid)) throw new WireError('stale');
    return this.#number(box, e1, line);
  }

  /** @param {any} fields @param {Uint8Array} cap @param {Colleague} who @param {any} line */
  read({ box16, start }, cap, who, line) {
    const box = this.#box(box16, cap, who, Right.READ);
    line.reads.add(hex(box16));
    const all = box.rows.map((/** @type {Uint8Array} */ e1, /** @type {number} */ i) => ({ n: i + 1, e1 }));
    const { state, reason, closeMinute } = box;
    const purgeMinute = closeMinute === 0 ? 0 : closeMinute + 48 * 60;
    return { rows: all.filter((/** @type {any} */ row) => row.n >= start), headN: box.rows.length, state, reason, endsMs: 0, closesHour: 0, closeMinute, purgeMinute };
  }

  /** @param {any} fields @param {Uint8Array} cap @param {Colleague} who */
  share({ box16 }, cap, who) {
    return { share: this.#box(box16, cap, who, Right.READ).share };
  }

  /** @param {any} fields @param {Uint8Array} cap @param {Colleague} who */
  swap({ box16, newCapHash }, cap, who) {
    const box = this.#box(box16, cap, who, Right.READ);
    const mine = this.#cap(box, cap, who);
    box.caps = box.caps.map((/** @type {any} */ one) => (one === mine ? { ...one, capHash: newCapHash } : one));
    return {};
  }

  fleeting() {
    return {};
  }

  /** @param {any} fields @param {Uint8Array} cap @param {Colleague} who @param {any} line */
  close({ box16, e1 }, cap, who, line) {
    const box = this.#box(box16, cap, who, Right.CLOSE);
    this.#number(box, e1, line);
    box.state = BoxState.CLOSED;
    box.reason = CloseReason.MESSAGE;
    box.closeMinute = Math.ceil(this.clock.now() / MINUTE_MS);
    box.caps = box.caps.filter((/** @type {any} */ one) => (one.rights & Right.KEEP) !== 0);
    const purgeMinute = box.closeMinute + 48 * 60;
    this.tell('closed', { box16, reason: box.reason, closeMinute: box.closeMinute, purgeMinute }, (one) => one.reads.has(hex(box16)));
    return { closeMinute: box.closeMinute, purgeMinute };
  }

  /** @param {any} fields */
  inbox_read({ inbox16: wanted, start }) {
    return { letters: this.inbox.filter((one) => one.inbox === hex(wanted) && one.letter >= start) };
  }

  /** @param {any} fields */
  letter_delete({ letter }) {
    this.inbox = this.inbox.filter((one) => one.letter !== letter);
    return {};
  }

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

  /** The purge: nothing of this box is left. @param {Uint8Array} box16 */
  purge(box16) {
    this.boxes.delete(hex(box16));
    this.tell('purged', { box16 }, (one) => one.reads.has(hex(box16)));
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

  /** @param {string} name @param {any} event @param {(line: any) => boolean} hears */
  tell(name, event, hears) {
    for (const line of [...this.lines]) if (hears(line)) line.tell(name, event);
  }

  /** @param {any} box @param {Uint8Array} e1 @param {any} line */
  #number(box, e1, line) {
    const known = box.rows.findIndex((/** @type {Uint8Array} */ one) => equal(one, e1));
    const n = known >= 0 ? known + 1 : box.rows.push(e1);
    if (known < 0) this.tell('envelope', { box16: box.box16, n, e1 }, (one) => one.reads.has(hex(box.box16)));
    return { n, line };
  }

  /** @param {any} box @param {Uint8Array} cap @param {Colleague | null} who */
  #cap(box, cap, who) {
    const wanted = capHash(/** @type {any} */ (cap));
    const inTeam = (/** @type {Uint8Array} */ team16) => who !== null && this.newest.inTeam(team16, who.subject16, this.clock.now());
    return box.caps.find((/** @type {any} */ one) => equal(one.capHash, wanted) && (one.team16.length === 0 || inTeam(one.team16)));
  }

  /** @param {Uint8Array} box16 @param {Uint8Array} cap @param {Colleague | null} who @param {number} right */
  #box(box16, cap, who, right) {
    const box = this.boxes.get(hex(box16));
    const found = box === undefined ? undefined : this.#cap(box, cap, who);
    if (found === undefined) throw new WireError('unknown');
    if (right !== Right.READ && box.state !== BoxState.OPEN) throw new WireError('closed');
    if ((found.rights & right) === 0) throw new WireError('forbidden');
    return box;
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

  #organisation() {
    const nowMs = this.clock.now();
    const [root, standby, logKey, admin] = [1, 2, 3, 4].map(() => keyOf('SignSecret', randomBytes(32)));
    const since = nowMs - DAY_MS;
    const certified = (/** @type {Colleague} */ { subject16, ams }) => [admin, subject16, staff({
      deploymentId: DEPLOYMENT, role: ams === this.jonas.ams ? Role.LEAD : Role.COUNSELLOR, signPk: signPublic(account.staffSign(ams)), kemPk: publicOf(account.staffKem(ams)),
    }), since + 30 * DAY_MS];
    const both = [this.maria.subject16, this.jonas.subject16];
    const listed = (/** @type {Uint8Array} */ team16, /** @type {any} */ seed, members = both) => [admin, team16, team({
      team16, epoch: 1, kemPk: publicOf(seed), members,
    }), since + 20 * DAY_MS];
    const stated = [
      [root, DEPLOYMENT, { kind: Kind.ORG, rootPk: signPublic(root), standbyPk: signPublic(standby), deploymentId: DEPLOYMENT, language: 'de' }, 0],
      [root, DEPLOYMENT, {
        kind: Kind.POLICY, suite: 1, logOrigin: 'log.example/va', logPk: signPublic(logKey), retention: [['live', 48]], witnesses: [], witnessQuorum: 0, cosignedHours: 0,
      }, 0],
      [root, new Uint8Array(16).fill(40), staff({
        deploymentId: DEPLOYMENT, role: Role.ADMIN, signPk: signPublic(admin), kemPk: publicOf(keyOf('KemSecret', randomBytes(32))),
      }), since + 30 * DAY_MS],
      certified(this.maria), certified(this.jonas), listed(TEAM, this.teamSeed), listed(OTHER_TEAM, this.otherSeed), listed(SMALL_TEAM, this.smallSeed, [this.jonas.subject16]),
    ];
    const leaves = stated.map(([issuer, subject, payload, end]) => makeLeaf(/** @type {any} */ (issuer), /** @type {any} */ (subject), /** @type {any} */ (payload), since, /** @type {any} */ (end)));
    const payloads = stated.map(([, , payload]) => encode(/** @type {any} */ (payload)));
    const print = fingerprint(signPublic(root), signPublic(standby));
    const view = replay(print, leaves, payloads, DEPLOYMENT);
    this.adminKey = admin;
    /** A statement more, whether it counts or not. @param {{ leaf: Uint8Array, payload: Uint8Array }} statement */
    this.appends = ({ leaf, payload }) => {
      leaves.push(leaf);
      payloads.push(payload);
      this.newest = replay(print, leaves, payloads, DEPLOYMENT);
    };
    /** Something new is stated: a colleague's certificate is made anew. */
    this.logGrows = () => {
      const [issuer, subject, payload, end] = /** @type {any} */ (certified(this.jonas));
      this.appends({ leaf: makeLeaf(issuer, subject, payload, since + 1, end + 1), payload: encode(payload) });
    };
    this.revokesMaria = () => {
      const payload = revoke({ certificateHash: this.maria.certificateHash });
      this.appends({ leaf: makeLeaf(admin, this.maria.subject16, payload, since, 0), payload: encode(payload) });
    };
    /** The next TEAM is one colleague, under a new key. @param {Colleague} who @param {{ restart?: boolean }} [about] */
    this.teamIs = (who, { restart = false } = {}) => {
      const seed = keyOf('KemSecret', randomBytes(32));
      const epoch = this.newest.teamHistory(TEAM).length + 1;
      const payload = team({ team16: TEAM, epoch, kemPk: publicOf(seed), members: [who.subject16], restart });
      this.appends({ leaf: makeLeaf(restart ? admin : account.staffSign(who.ams), TEAM, payload, since, since + 20 * DAY_MS), payload: encode(payload) });
      const seeds = [{ team16: TEAM, epoch: 1, seed: this.teamSeed }, { team16: TEAM, epoch, seed }];
      who.pages[0] = { version: 1, sealed: sealPage(who.ams, 0, 1, { ...EMPTY_PAGE, teamSeeds: seeds }, STAFF_PAGES) };
    };
    this.mariaLeaves = () => {
      this.revokesMaria();
      this.teamIs(this.jonas);
    };
    return { view, hashes: [leafHash(leaves[3]), leafHash(leaves[4])] };
  }
}

/** A line to the office; `cutAfter` requests it is dead, and the answer to the last one is lost if `losesLast`. */
export class OfficeLine extends FakeLine {
  /** @type {Set<string>} */
  reads = new Set();
  /** By which capability. @type {Map<string, string>} */
  readBy = new Map();
  cutAfter = Infinity;
  losesLast = false;
  asked = 0;

  /** @param {Office} office @param {Colleague | null} who */
  constructor(office, who) {
    super({ request: null });
    this.isStaff = who !== null;
    this.clock = office.clock;
    office.lines.add(this);
    this.hangUp = () => office.lines.delete(this);
    this.request = async (/** @type {any} */ name, /** @type {any} */ fields = {}, /** @type {any} */ credential = EMPTY) => {
      await Promise.resolve();
      this.asked += 1;
      if (this.asked > this.cutAfter) throw new WireError('disconnected');
      const reply = office.answer(who, name, fields, credential, this);
      if (this.asked === this.cutAfter && this.losesLast) throw new WireError('disconnected');
      return reply;
    };
  }
}

/** One sign-in of a colleague: what the model of the workspace has of written work, without its views. */
export class DeskOf {
  /** @param {Office} office @param {Colleague} who */
  constructor(office, who) {
    this.office = office;
    this.who = who;
    this.line = new OfficeLine(office, who);
    this.purged = /** @type {any[]} */ ([]);
    this.closed = /** @type {any[]} */ ([]);
    const { request } = this.line;
    const { clock, log } = office;
    const keyring = new Keyring(request, who.ams, who.pages.map((page) => ({ ...page })), { count: STAFF_PAGES, clock });
    const boxes = new Boxes({ request, ams: who.ams, subject16: who.subject16, log: /** @type {any} */ (log), keyring, clock });
    const certificates = () => log.view.ownCertificates(who.subject16).filter((one) => runsAt(one, clock.now()));
    /** @type {any} */
    this.session = {
      subject16: who.subject16, keyring, boxes, keys: boxes.keys,
      publicKeys: { signPk: signPublic(boxes.keys.sign), kemPk: publicOf(boxes.keys.kem) },
      isMe: (/** @type {Uint8Array} */ subject16) => equal(subject16, who.subject16),
      certificate: () => certificates().at(-1) ?? null,
    };
    const names = {
      read: async () => {}, textsOf: () => [],
      of: (/** @type {Uint8Array} */ subject16) => office.colleagues.find((one) => equal(one.subject16, subject16))?.name ?? office.nameOf(subject16),
      once: (/** @type {Uint8Array} */ subject16) => names.of(subject16),
    };
    this.place = /** @type {any} */ ({
      line: this.line.connection, request, clock, log, names,
      portals: [{ ...office.teams, portal16: PORTAL, name: 'Leben', leadsName: 'Leitung von Leben', accessPage: PAGE },
        { portal16: OTHER_PORTAL, team16: OTHER_TEAM, leads16: EMPTY, level: Level.OPEN, name: 'Familie', leadsName: '', accessPage: PAGE }],
      session: () => this.session, keptDraft: () => '', onClosed: (/** @type {any} */ model) => this.closed.push(model), onPurged: (/** @type {any} */ model) => this.purged.push(model),
      invitations: () => ({ argon2id: quick, language: 'de', page: PAGE }),
    });
    this.written = new Written({ place: this.place, enquiryName: (number) => `Anfrage ${number}` });
    this.line.connection.on('enquiry_row', (/** @type {any} */ { row }) => this.written.hear(row));
  }

  /** As after a sign-in. */
  async signsIn() {
    await this.written.begin(this.session);
    for (const entry of this.session.keyring.entries) {
      const note = entry.state === EntryState.GONE ? null : noteOf(entry);
      if (note !== null) await this.written.reopen(this.session, entry, note);
    }
    await this.written.readRest();
    await settled();
    return this;
  }

  /** What the list shows. */
  get rows() {
    return this.written.rows.value.map(({ number, state, byName }) => ({ number, state, byName }));
  }

  /** The only case. */
  get case() {
    return this.written.cases.value[0] ?? null;
  }

  /** Opens the row with this number. @param {number} number */
  async opens(number) {
    const id = this.idOf(number);
    this.written.look([id]);
    await settled();
    return this.written.first(id)?.content.value;
  }

  /** @param {number} number */
  takes(number) {
    return this.written.take(this.idOf(number));
  }

  /** @param {number} number */
  idOf(number) {
    const ticket = [...this.office.tickets.values()].find((one) => one.number === number);
    return hex(ticket.ticket16);
  }

  /** The browser is gone, at this very moment. */
  crashes() {
    this.line.cutAfter = 0;
    this.line.hangUp();
  }
}

/** A seeker with an access who writes to the team, or to one of it. */
export class Writer {
  ams = account.newAccountSecret();
  ticket16 = randomBytes(16);

  /** @param {Office} office @param {Uint8Array} [box16] */
  constructor(office, box16 = randomBytes(16)) {
    this.office = office;
    this.box16 = box16;
    this.keys = account.conversation(this.ams, this.box16);
    this.line = new OfficeLine(office, null);
  }

  /**
   * @param {{ name?: string, topic?: string, subject?: string, text?: string, to?: Colleague | null, team16?: Uint8Array, portal16?: Uint8Array,
   *   commits?: typeof commitFirst }} [about] `commits`: how commit 0 is made
   */
  async writes({ commits = commitFirst, name = 'kiesel-407', topic = 'Familie', subject = 'Streit', text = 'Ich weiß nicht weiter.', to = null, team16 = TEAM, portal16 = PORTAL } = {}) {
    const { office, keys, box16, ticket16 } = this;
    const es = keyOf('EpochSecret', randomBytes(32));
    const transcript = await createBox(this.line.request, {
      box16, keys, es, rights: SEEKER_RIGHTS | Right.KEEP, closesHour: 1, staff: office.log.staff, proof: keys.cap,
    });
    this.es = es;
    await commits(this.line.request, {
      transcript, keys, es, other: to === null ? this.#team(team16) : counsellor(/** @type {any} */ (office.view.certificate(to.certificateHash))),
      ticket16, letterTicket16: ticket16, handle: account.handle(this.ams), logN: office.view.size, nowMs: office.clock.serverNow(),
    });
    this.thread = this.#threadOf(transcript);
    await this.thread.open();
    this.thread.introduce(name);
    this.thread.sayAs(Said.ENQUIRY, codec.encode('Enquiry', { topic, subject, text }), text);
    await this.thread.box.flush();
    await this.line.request('enquiry_open', { ticket16, portal16, language: 'de', addressee: to?.subject16 ?? EMPTY, relation: EMPTY }, keys.ticketCap);
    return this;
  }

  /** @param {import('../../../web/js/crypto/transcript.js').Transcript} transcript */
  #threadOf(transcript) {
    const { office, keys } = this;
    const subjectOf = (/** @type {Uint8Array} */ hash) => office.log.view.certificate(hash)?.subject16 ?? EMPTY;
    return new WrittenThread({
      names: {
        nameOf: async (hash) => office.nameOf(subjectOf(hash)),
        whoIs: async (hash) => /** @type {any} */ ({ subject16: subjectOf(hash), name: office.nameOf(subjectOf(hash)) }),
        wordsOf: async () => [],
      },
      teams: office.teams,
      connection: this.line.connection, clock: office.clock, log: /** @type {any} */ (office.log), transcript, cap: keys.cap, secret: keys.sign,
      peer: { name: 'Team', role: 'team', words: async () => ({ personWords: [], orgWords: [] }) }, myName: 'Sie', sendsReadMarks: false,
    });
  }

  /** The same conversation on another device. */
  async reads() {
    const es = /** @type {any} */ (this.es);
    const { share } = await this.line.request('share', { box16: this.box16 }, this.keys.cap);
    const holder = { kemSecrets: [this.keys.kem], share: keyOf('Share', share), secrets: [es] };
    const thread = this.#threadOf(reading.start(this.box16, es, holder, this.office.log.staff));
    await thread.open();
    return thread;
  }

  /**
   * The same conversation, read as a live chat is.
   * @param {(chat: SeekerChat) => Promise<import('../../../web/js/features/enquiries/guests.js').Guests>} fetchGuests
   */
  async readsAsChat(fetchGuests) {
    const { office, keys } = this;
    const es = /** @type {any} */ (this.es);
    const { share } = await this.line.request('share', { box16: this.box16 }, keys.cap);
    const transcript = reading.start(this.box16, es, { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: [es] }, office.log.staff);
    const chat = new SeekerChat({
      fetchGuests, connection: this.line.connection, clock: office.clock, log: /** @type {any} */ (office.log), transcript, cap: keys.cap, secret: keys.sign,
      peer: { name: 'Maria B.', role: 'counsellor', words: async () => ({ personWords: [], orgWords: [] }) }, myName: 'Sie', sendsReadMarks: false,
    });
    await chat.open();
    return chat;
  }

  /** @param {string} text */
  async says(text) {
    this.thread?.say(text);
    await this.thread?.box.flush();
    await settled();
  }

  /** The conversation, once it is written. */
  get written() {
    return /** @type {WrittenThread} */ (this.thread);
  }

  /** What the seeker reads of the others. */
  get heard() {
    return this.thread?.messages.value.filter((line) => line.kind === 'text' && !line.mine).map((line) => line.text);
  }

  /** @param {Uint8Array} team16 */
  #team(team16) {
    const { team: stated, hash } = /** @type {any} */ (this.office.view.latestTeam(team16));
    const entry = { sidx: 1, role: BoxRole.TEAM, signPk: NO_SIGN_PK, kemPk: stated.kemPk, certificateHash: hash };
    return { entry, rights: Right.READ | Right.COMMIT, team16 };
  }
}
