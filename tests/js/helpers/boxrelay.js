// The counselling centre in memory with a relay that keeps keyring pages, boxes and letters. What the relay decides by its
// rules is here as short as a test needs it. A relay that lies is this one with an entry in `lies`.

import { capHash } from '../../../web/js/crypto/credential.js';
import { parseOuter } from '../../../web/js/crypto/envelope.js';
import { parseLetter } from '../../../web/js/crypto/letter.js';
import { equal } from '../../../web/js/crypto/primitives.js';
import { randomBytes } from '../../../web/js/crypto/random.js';
import { BoxState, CloseReason, Right } from '../../../web/js/wire/catalogue.js';
import '../../../web/js/wire/catalogue-account.js';
import * as codec from '../../../web/js/wire/codec.js';
import { WireError } from '../../../web/js/wire/errors.js';
import { Centre } from './centre.js';
import { hex } from './vectors.js';

/** @typedef {import('./centre.js').Colleague} Colleague */

const MINUTE_MS = 60_000;

export class BoxRelay extends Centre {
  /** @type {Map<string, any>} */
  boxes = new Map();
  /** @type {any[]} */
  inbox = [];
  /** @type {Set<any>} */
  lines = new Set();
  /** Everything that was asked: who, and what. @type {[string, string][]} */
  sent = [];
  /** Answers another thing than the truth. @type {Record<string, (reply: any, fields: any) => any>} */
  lies = {};

  /** Everybody who is asked, in the order of asking. @param {string} name */
  askedBy(name) {
    return this.sent.filter(([who]) => who === name).map(([, what]) => what);
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

  /** The purge: nothing of this box is left. @param {Uint8Array} box16 */
  purge(box16) {
    this.boxes.delete(hex(box16));
    this.tell('purged', { box16 }, (one) => one.reads.has(hex(box16)));
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
}
