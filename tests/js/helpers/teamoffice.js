// The counselling centre in memory whose teams change: an admin certifies and revokes, members admit, leave and seal
// anew. The relay takes a statement that counts, carries letters between colleagues, and deletes what lies under a
// former key once it is sealed to the present one.

import * as account from '../../../web/js/crypto/account.js';
import { makeLeaf } from '../../../web/js/crypto/certificate.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { STAFF_PAGES, EMPTY_PAGE, sealPage } from '../../../web/js/crypto/keyring.js';
import { keyOf } from '../../../web/js/crypto/keys.js';
import { inbox16, parseLetter } from '../../../web/js/crypto/letter.js';
import { Reason as Verdict } from '../../../web/js/crypto/logrules.js';
import { signPublic } from '../../../web/js/crypto/primitives.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import { DAY_MS, Role, encode, revoke, staff, team } from '../../../web/js/crypto/statement.js';
import { TeamRoom } from '../../../web/js/features/workspace/team.js';
import { WireError, ignoreRefusal } from '../../../web/js/wire/errors.js';
import { DEPLOYMENT } from './accounts.js';
import { OTHER_TEAM, PORTAL, TEAM, colleague } from './centre.js';
import { settled } from './clock.js';
import { DeskOf } from './desk.js';
import { Office } from './office.js';
import { hex } from './vectors.js';

/** @typedef {import('./centre.js').Colleague} Colleague */

export class TeamOffice extends Office {
  /** Somebody new, not certified yet. */
  eva = colleague(43);

  constructor() {
    super();
    this.colleagues.push(this.eva);
    this.eva.pages = Array.from({ length: STAFF_PAGES }, (_, page) => ({ version: 1, sealed: sealPage(this.eva.ams, page, 1, EMPTY_PAGE, STAFF_PAGES) }));
  }

  // --- what the admin does ------------------------------------------------------------------------------

  /** @param {Colleague} who @param {{ role?: number, days?: number, replaces?: Uint8Array }} [about] */
  async certifies({ subject16, ams }, { role = Role.COUNSELLOR, days = 90, replaces = new Uint8Array(0) } = {}) {
    const payload = staff({ deploymentId: DEPLOYMENT, role, signPk: signPublic(account.staffSign(ams)), kemPk: publicOf(account.staffKem(ams)), replaces });
    await this.states(this.adminKey, subject16, payload, days);
  }

  /** @param {Colleague} who @param {number} [reason] 3: the role has changed, and the same key may be certified again */
  async revokes({ subject16 }, reason = 1) {
    for (const one of this.newest.ownCertificates(subject16)) await this.states(this.adminKey, subject16, revoke({ certificateHash: one.hash, reason }));
  }

  /** Begins the team anew, with a key of their own. @param {readonly Colleague[]} members */
  async restarts(members, seed = keyOf('KemSecret', randomBytes(32))) {
    const latest = this.stated();
    const payload = team({
      team16: TEAM, epoch: latest.team.epoch + 1, kemPk: publicOf(seed), members: members.map((one) => one.subject16), restart: true,
    });
    await this.states(this.adminKey, TEAM, payload, 30);
  }

  /** @param {any} issuer @param {Uint8Array} subject16 @param {any} payload @param {number} [days] 0: no end */
  async states(issuer, subject16, payload, days = 0) {
    const nowMs = this.clock.now();
    const leaf = makeLeaf(issuer, subject16, payload, nowMs, days === 0 ? 0 : nowMs + days * DAY_MS);
    this.log_publish({ statement: { leaf, payload: encode(payload) } });
    await settled();
  }

  /** The team as it stands now. */
  stated() {
    return /** @type {any} */ (this.newest.latestTeam(TEAM));
  }

  /** Who is in it. */
  get members() {
    return this.colleagues.filter((one) => this.newest.inTeam(TEAM, one.subject16, this.clock.now())).map(({ name }) => name);
  }

  /** How many letters lie under the team's present key, and under any before it. */
  get sealedTo() {
    const history = this.newest.teamHistory(TEAM).map((one) => hex(inbox16(one.team.kemPk)));
    const present = history.at(-1);
    const now = this.inbox.filter((one) => one.inbox === present).length;
    return { now, before: this.inbox.filter((one) => one.inbox !== present && history.includes(one.inbox)).length };
  }

  // --- what the relay answers ---------------------------------------------------------------------------

  /** The teams' sheets. @type {Map<string, { version: number, sheet: Uint8Array }>} */
  sheets = new Map();

  /** @param {Uint8Array} team16 */
  sheetOf(team16) {
    return this.sheets.get(hex(team16)) ?? { version: 0, sheet: new Uint8Array(0) };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  sheet_read({ team16 }, _, who) {
    if (!this.newest.inTeam(team16, who.subject16, this.clock.now())) throw new WireError('forbidden');
    return { ...this.sheetOf(team16) };
  }

  /** @param {any} fields @param {Uint8Array} _ @param {Colleague} who */
  sheet_save({ team16, version, sheet }, _, who) {
    if (!this.newest.inTeam(team16, who.subject16, this.clock.now())) throw new WireError('forbidden');
    if (version !== this.sheetOf(team16).version + 1) throw new WireError('conflict');
    this.sheets.set(hex(team16), { version, sheet });
    return {};
  }

  /** @param {any} fields */
  log_publish({ statement }) {
    if (this.newest.extend([statement.leaf], [statement.payload]).entries.at(-1)?.reason !== Verdict.OK) throw new WireError('bad_statement');
    this.appends(statement);
    for (const line of [...this.lines]) if (line.isStaff) line.tell('log_grown', { size: this.newest.size });
    return { index: this.newest.size - 1 };
  }

  /** @param {any} fields */
  letter_send({ e2 }) {
    const { inbox16: to } = parseLetter(e2);
    this.inbox.push({ letter: this.#nextLetter(), ticket16: new Uint8Array(0), e2, inbox: hex(to) });
    for (const line of [...this.lines]) if (line.isStaff) line.tell('letter', { inbox16: to });
    return {};
  }

  /** @override @param {any} fields @param {Uint8Array} _ @param {any} who */
  enquiries(fields, _, who) {
    const team16 = hex(fields.portal16) === hex(PORTAL) ? TEAM : OTHER_TEAM;
    if (!this.newest.inTeam(team16, who.subject16, this.clock.now())) throw new WireError('forbidden');
    return super.enquiries(fields, _, who);
  }

  /** @override @param {any} fields @param {Uint8Array} cap @param {any} who @param {any} line */
  commit(fields, cap, who, line) {
    // Whose capability goes out hears nothing of it.
    if (who !== null) for (const one of [...this.lines]) if (one.isStaff) one.reads.delete(hex(fields.box16));
    const reply = super.commit(fields, cap, who, line);
    if (who !== null && fields.ticket16.length > 0) {
      const present = hex(inbox16(this.stated().team.kemPk));
      this.inbox = this.inbox.filter((one) => hex(one.ticket16) !== hex(fields.ticket16) || one.inbox === present);
    }
    // Numbers of letters only grow.
    this.inbox.forEach((one, at) => { one.letter = at; });
    return reply;
  }

  #nextLetter() {
    return Math.max(-1, ...this.inbox.map(({ letter }) => letter)) + 1;
  }
}

/** A desk with its team's room, as the model of the workspace wires it. */
export class TeamDesk extends DeskOf {
  /** @param {TeamOffice} office @param {Colleague} who */
  constructor(office, who) {
    super(office, who);
    const { session } = this;
    Object.defineProperty(session, 'member', {
      get: () => {
        const certificate = session.certificate();
        const { clock, log } = office;
        return certificate === null || clock.isOff ? null
          : { request: this.line.request, log, keyring: session.keyring, sign: session.keys.sign, certificate, nowMs: clock.now() };
      },
    });
    this.room = new TeamRoom({ place: this.place, written: this.written });
    /** Every state of sealing anew. @type {any[]} */
    this.progress = [];
    this.room.sealing.subscribe((all) => { for (const one of Object.values(all)) this.progress.push([one.done, one.all, one.isRunning]); });
    this.line.connection.on('log_grown', () => void this.#hear().catch(ignoreRefusal));
    this.line.connection.on('letter', () => void this.#read().catch(ignoreRefusal));
  }

  /** @override */
  async signsIn() {
    await this.office.log.update();
    await this.room.look();
    await this.#read();
    await super.signsIn();
    await this.calm();
    return this;
  }

  /** Until nothing goes on by itself. */
  async calm() {
    for (let round = 0; round < 40; round += 1) await settled();
  }

  get team() {
    return this.room.teams.value[0];
  }

  /** Who stands on a card. */
  get asked() {
    return (this.team?.candidates ?? []).map(({ name, standing }) => [name, standing]);
  }

  /** @param {string} name */
  admits(name) {
    const found = this.team.candidates.find((one) => one.name === name);
    return this.room.admit(this.team.id, /** @type {any} */ (found));
  }

  /** @param {string} name */
  takesOut(name) {
    const found = this.team.members.find((one) => one.name === name);
    return this.room.takeOut(this.team.id, found?.id ?? '');
  }

  async #hear() {
    await this.office.log.update();
    await this.room.look();
    await this.#read();
  }

  async #read() {
    const { seeds } = await this.session.boxes.readInbox(() => null);
    if (seeds > 0) this.written.keysCame();
  }
}
