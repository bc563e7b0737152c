// A small house in memory: an organisation with its log, one counsellor, and a relay that keeps tickets
// and boxes beside the accounts. What the relay decides by its rules is here as short as a test needs it.

import * as account from '../../../web/js/crypto/account.js';
import { VALID_MS, signAccept } from '../../../web/js/crypto/acceptance.js';
import { fingerprint, leafHash, makeLeaf } from '../../../web/js/crypto/certificate.js';
import { capHash } from '../../../web/js/crypto/credential.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { decodeWelcome, openLetter } from '../../../web/js/crypto/letter.js';
import { replay } from '../../../web/js/crypto/logview.js';
import { signPublic } from '../../../web/js/crypto/primitives.js';
import { encodeProfile, signProfile } from '../../../web/js/crypto/ownprofile.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import * as reading from '../../../web/js/crypto/reading.js';
import { DAY_MS, Kind, Role, encode, staff, team } from '../../../web/js/crypto/statement.js';
import { LogStaff } from '../../../web/js/crypto/staffview.js';
import { ChatModel } from '../../../web/js/features/live/chat.js';
import { BoxState, CloseReason, Right, TicketState } from '../../../web/js/wire/catalogue.js';
import { WireError } from '../../../web/js/wire/errors.js';
import './ahead.js';
import { AccountRelay, DEPLOYMENT, FakeLine } from './accounts.js';
import { hex } from './vectors.js';

export const PORTAL = new Uint8Array(16).fill(21);
export const TEAM = new Uint8Array(16).fill(22);
export const TEAMS = { team16: TEAM, leads16: new Uint8Array(0), level: 'offen' };
export const MARIA = new Uint8Array(16).fill(23);
const ADMIN = new Uint8Array(16).fill(24);
const EMPTY = new Uint8Array(0);
const MINUTE_MS = 60_000;
export const RETENTION_HOURS = 48;

/** @param {number} nowMs */
export function organisation(nowMs) {
  const [root, standby, logKey, admin] = [1, 2, 3, 4].map(() => keyOf('SignSecret', randomBytes(32)));
  const maria = account.newAccountSecret();
  const since = nowMs - DAY_MS;
  const teamSeed = keyOf('KemSecret', randomBytes(32));
  const kem = () => publicOf(keyOf('KemSecret', randomBytes(32)));
  const stated = [
    [root, DEPLOYMENT, { kind: Kind.ORG, rootPk: signPublic(root), standbyPk: signPublic(standby), deploymentId: DEPLOYMENT, language: 'de' }, 0],
    [root, DEPLOYMENT, {
      kind: Kind.POLICY, suite: 1, logOrigin: 'log.example/va', logPk: signPublic(logKey), retention: [['live', RETENTION_HOURS]],
      witnesses: [], witnessQuorum: 0, cosignedHours: 0,
    }, 0],
    [root, ADMIN, staff({ deploymentId: DEPLOYMENT, role: Role.ADMIN, signPk: signPublic(admin), kemPk: kem() }), since + 30 * DAY_MS],
    [admin, MARIA, staff({
      deploymentId: DEPLOYMENT, role: Role.COUNSELLOR, signPk: signPublic(account.staffSign(maria)), kemPk: publicOf(account.staffKem(maria)),
    }), since + 30 * DAY_MS],
    [admin, TEAM, team({ team16: TEAM, epoch: 1, kemPk: publicOf(teamSeed), members: [MARIA] }), since + 20 * DAY_MS],
  ];
  const leaves = stated.map(([issuer, subject, payload, end]) => makeLeaf(/** @type {any} */ (issuer), /** @type {any} */ (subject), /** @type {any} */ (payload), since, /** @type {any} */ (end)));
  const payloads = stated.map(([, , payload]) => encode(/** @type {any} */ (payload)));
  const view = replay(fingerprint(signPublic(root), signPublic(standby)), leaves, payloads, DEPLOYMENT);
  const profile = encodeProfile({ subject16: MARIA, counter: 1, name: 'Maria B.', languages: [], texts: ['', ''], status: '', pictureHash: EMPTY });
  return { view, admin, maria, teamSeed, certificateHash: leafHash(leaves[3]), profile: { subject16: MARIA, profile, signature: signProfile(account.staffSign(maria), profile), onDuty: 0 } };
}

export class House extends AccountRelay {
  /** @type {any[]} */
  tickets = [];
  /** @type {Map<string, any>} */
  boxes = new Map();
  /** @type {string[]} */
  kept = [];

  constructor() {
    super();
    this.line = /** @type {any} */ (new FakeLine(this));
    this.clock = this.line.clock;
    this.org = organisation(this.clock.now());
    const { view } = this.org;
    this.line.log = { pin: () => {}, view, staff: new LogStaff(view), update: async () => view };
  }

  // --- what a counsellor does -----------------------------------------------------------------------

  /** "Chat starten" on the newest request. */
  accept() {
    const ticket = this.tickets.at(-1);
    const { view, maria, certificateHash } = this.org;
    const expiresMs = this.clock.serverNow() + VALID_MS;
    const [logSize, logRoot] = [view.size, view.root()];
    const signature = signAccept(account.staffSign(maria), ticket.ticket16, ticket.keyHash, logSize, logRoot, expiresMs);
    ticket.offer = { certificateHash, logSize, logRoot, expiresMs, signature, confirmUntilMs: this.clock.serverNow() + 5 * MINUTE_MS };
    ticket.state = TicketState.OFFERED;
    this.line.tell('offered', { ticket16: ticket.ticket16, offer: ticket.offer });
  }

  /** The counsellor's side of the newest box, read by the letter. @param {(given: string) => string} [readName] */
  async counsellor(readName) {
    const box = [...this.boxes.values()].at(-1);
    const kem = account.staffKem(this.org.maria);
    const letter = openLetter(box.letter, kem);
    const welcome = decodeWelcome(letter.payload);
    const holder = { kemSecrets: [kem], share: keyOf('Share', box.share), secrets: [] };
    const chat = new ChatModel({
      connection: this.line.connection, clock: this.clock, log: this.line.log,
      transcript: reading.join(letter, welcome, holder, this.line.log.staff),
      cap: welcome.joinCap, secret: account.staffSign(this.org.maria),
      peer: { name: 'Ratsuchende_r 1', role: 'seeker', words: async () => ({ personWords: [], orgWords: [] }) },
      myName: 'Maria B.', sendsReadMarks: true, readName,
    });
    await chat.open();
    return { chat, welcome };
  }

  /** The time is over. */
  endBox() {
    for (const box of this.boxes.values()) this.#close(box, CloseReason.TIME_OVER);
  }

  /** The purge: nothing of the boxes is left. */
  purge() {
    this.boxes.clear();
    this.tickets = [];
  }

  // --- commands -------------------------------------------------------------------------------------

  portal_state() {
    return { open: 1, closesMs: 0 };
  }

  profiles() {
    return { profiles: [this.org.profile] };
  }

  /** @param {any} fields */
  wait({ clientId16, capHash, keyHash }) {
    const known = this.tickets.find((one) => hex(one.clientId16) === hex(clientId16));
    const ticket = known ?? {
      ticket16: randomBytes(16), clientId16, capHash, keyHash, number: this.tickets.length + 1, state: TicketState.WAITING, offer: null, startedMs: 0,
    };
    if (known === undefined) this.tickets.push(ticket);
    return { ticket16: ticket.ticket16, number: ticket.number, ahead: 0 };
  }

  /** @param {any} _ @param {Uint8Array} cap */
  ticket_resume(_, cap) {
    const ticket = this.#ticket(cap);
    const { ticket16, number, state, startedMs } = ticket;
    return {
      ticket16, number, state, ahead: 0, portalOpen: 1, moreTimeLeft: 1, startedMs, endsMs: 0,
      offer: ticket.offer === null ? [] : [ticket.offer],
    };
  }

  /** @param {any} _ @param {Uint8Array} cap */
  withdraw(_, cap) {
    const ticket = this.#ticket(cap);
    this.tickets = this.tickets.filter((one) => one !== ticket);
    return {};
  }

  /** @param {any} _ @param {Uint8Array} cap */
  confirm(_, cap) {
    const ticket = this.#ticket(cap);
    ticket.state = TicketState.ACTIVE;
    ticket.startedMs = this.clock.serverNow();
    return { startedMs: ticket.startedMs, endsMs: ticket.startedMs + 180 * MINUTE_MS };
  }

  /** @param {any} _ @param {Uint8Array} cap */
  keep(_, cap) {
    if (this.bound === null) throw new WireError('unauthorised');
    const ticket = this.#ticket(cap);
    const box = [...this.boxes.values()].find((one) => one.ticket === ticket);
    if (ticket.state !== TicketState.ACTIVE || box === undefined) throw new WireError('wrong_state');
    box.rights |= Right.KEEP;
    return {};
  }

  resume_put() {
    return {};
  }

  /** @param {any} fields */
  resume_drop({ resumeId }) {
    this.kept.push(hex(resumeId));
    return {};
  }

  /** @param {any} fields @param {Uint8Array} cap */
  create({ box16, caps }, cap) {
    const ticket = this.#ticket(cap);
    const key = hex(box16);
    const made = { box16, ticket, rights: caps[0].rights, share: randomBytes(32), rows: [], letter: EMPTY, state: BoxState.OPEN, reason: CloseReason.NONE, closeMinute: 0 };
    if (!this.boxes.has(key)) this.boxes.set(key, made);
    return { share: this.boxes.get(key).share };
  }

  /** @param {any} fields */
  commit({ box16, e1, letters }) {
    this.#box(box16).letter = letters[0];
    return this.post({ box16, e1 });
  }

  /** @param {any} fields */
  post({ box16, e1 }) {
    const box = this.#box(box16);
    if (box.state !== BoxState.OPEN) throw new WireError('closed');
    const n = box.rows.push(e1);
    this.line.tell('envelope', { box16, n, e1 });
    return { n };
  }

  /** @param {any} fields */
  read({ box16, start }) {
    const { rows, state, reason, closeMinute } = this.#box(box16);
    const all = rows.map((/** @type {Uint8Array} */ e1, /** @type {number} */ i) => ({ n: i + 1, e1 }));
    const purgeMinute = closeMinute === 0 ? 0 : closeMinute + RETENTION_HOURS * 60;
    return { rows: all.filter((/** @type {any} */ row) => row.n >= start), headN: rows.length, state, reason, endsMs: 1, closeMinute, purgeMinute };
  }

  /** @param {any} fields */
  share({ box16 }) {
    return { share: this.#box(box16).share };
  }

  /** @param {any} fields */
  box_stock({ box16 }) {
    const { rows, state, closeMinute } = this.#box(box16);
    return { envelopes: rows.length, envelopeBytes: 0, caps: 2, state, closesHour: 0, purgeMinute: closeMinute };
  }

  blob_stock() {
    return { attachments: 0, attachmentBytes: 0 };
  }

  fleeting() {
    return {};
  }

  /** @param {any} fields */
  close({ box16, e1 }) {
    this.post({ box16, e1 });
    this.#close(this.#box(box16), CloseReason.MESSAGE);
    return { closeMinute: this.#box(box16).closeMinute, purgeMinute: this.#box(box16).closeMinute + RETENTION_HOURS * 60 };
  }

  /** @param {any} fields */
  leave({ box16 }) {
    this.#close(this.#box(box16), CloseReason.LEFT);
    return {};
  }

  /** @param {any} box @param {number} reason */
  #close(box, reason) {
    box.state = BoxState.CLOSED;
    box.reason = reason;
    box.closeMinute = Math.ceil(this.clock.now() / MINUTE_MS);
    box.ticket.state = TicketState.CLOSED;
    // Without `keep`, and a sign-in to it, the seeker reads nothing any more.
    const purgeMinute = box.closeMinute + RETENTION_HOURS * 60;
    this.line.tell('closed', { box16: box.box16, reason, closeMinute: box.closeMinute, purgeMinute });
  }

  /** @param {Uint8Array} box16 */
  #box(box16) {
    const box = this.boxes.get(hex(box16));
    if (box === undefined) throw new WireError('unknown');
    if (box.state === BoxState.CLOSED && (box.rights & Right.KEEP) === 0) throw new WireError('unknown');
    return box;
  }

  /** @param {Uint8Array} cap */
  #ticket(cap) {
    const wanted = hex(capHash(/** @type {any} */ (cap)));
    const ticket = this.tickets.find((one) => hex(one.capHash) === wanted);
    if (ticket === undefined) throw new WireError('unknown');
    return ticket;
  }
}

