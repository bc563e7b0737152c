// A colleague at work in the counselling centre in memory.

import { Keyring } from '../../../web/js/core/keyring.js';
import { runsAt } from '../../../web/js/crypto/certificate.js';
import { EntryState } from '../../../web/js/crypto/entry.js';
import { publicOf } from '../../../web/js/crypto/kem.js';
import { STAFF_PAGES } from '../../../web/js/crypto/keyring.js';
import { Level } from '../../../web/js/crypto/levels.js';
import { equal, signPublic } from '../../../web/js/crypto/primitives.js';
import { Boxes } from '../../../web/js/features/workspace/chats.js';
import { noteOf } from '../../../web/js/features/workspace/note.js';
// Pages fetch this when it is due; here it is there.
import '../../../web/js/features/workspace/taking.js';
import { Written } from '../../../web/js/features/workspace/written.js';
import './ahead.js';
import { quick } from './accounts.js';
import { OTHER_PORTAL, OTHER_TEAM, PAGE, PORTAL } from './centre.js';
import { settled } from './clock.js';
import { OfficeLine } from './officeline.js';
import { hex } from './vectors.js';

/** @typedef {import('./office.js').Office} Office */
/** @typedef {import('./centre.js').Colleague} Colleague */

const EMPTY = new Uint8Array(0);

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
