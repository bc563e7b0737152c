// Somebody's line to the counselling centre in memory.

import { WireError } from '../../../web/js/wire/errors.js';
import { FakeLine } from './accounts.js';

const EMPTY = new Uint8Array(0);

/** A line to the office; `cutAfter` requests it is dead, and the answer to the last one is lost if `losesLast`. */
export class OfficeLine extends FakeLine {
  /** @type {Set<string>} */
  reads = new Set();
  /** By which capability. @type {Map<string, string>} */
  readBy = new Map();
  cutAfter = Infinity;
  losesLast = false;
  asked = 0;

  /** @param {import('./office.js').Office} office @param {import('./centre.js').Colleague | null} who */
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
