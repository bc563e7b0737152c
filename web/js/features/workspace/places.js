// How many written requests this account wants at a time. The relay counts those that are not done and refuses one
// more; what somebody has already stays theirs. Draws nothing.

import { computed, signal } from '../../core/signals.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** As many as come; none; a number at a time, as typed. @typedef {'all' | 'none' | 'some'} Kind */
/** @typedef {Readonly<{ kind: Kind, number: string }>} Typed */

/** As the wire's UNLIMITED. */
export const UNLIMITED = 1_000;
export const MOST = UNLIMITED - 1;
const NOBODY_ELSE = new Uint8Array(0);

export class Places {
  #request;
  #isRegularsOnly = 0;

  /** @param {Request} request */
  constructor(request) {
    this.#request = request;
    /** @type {import('../../core/signals.js').Signal<'unread' | 'reading' | 'ready'>} */
    this.stage = signal(/** @type {'unread' | 'reading' | 'ready'} */ ('reading'));
    this.typed = signal(/** @type {Typed} */ ({ kind: 'all', number: '' }));
    /** How many places the present requests take. */
    this.taken = signal(0);
    /** Why it was not saved: `number`, `unreachable` or `refused`; '' for nothing. */
    this.problem = signal('');
    this.isBusy = signal(false);
    this.isSaved = signal(false);
    /** Tells whether there is no place by what was typed. */
    this.isFull = computed(() => this.taken.value >= placesOf(this.typed.value));
  }

  /** Reads what is in force. */
  async open() {
    this.stage.value = 'reading';
    try {
      const { places, taken, isRegularsOnly } = await this.#request('capacity', { subject16: NOBODY_ELSE });
      this.typed.value = typedOf(places);
      this.taken.value = taken;
      this.#isRegularsOnly = isRegularsOnly;
      this.stage.value = 'ready';
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.stage.value = 'unread';
    }
  }

  /** @param {Partial<Typed>} change */
  type(change) {
    this.typed.value = { ...this.typed.value, ...change };
    this.problem.value = '';
    this.isSaved.value = false;
  }

  /** What is wrong stands in `problem`, and nothing typed is lost. */
  async save() {
    if (this.isBusy.value) return;
    this.isSaved.value = false;
    const places = placesOf(this.typed.value);
    this.problem.value = Number.isNaN(places) ? 'number' : '';
    if (this.problem.value !== '') return;
    this.isBusy.value = true;
    try {
      await this.#request('capacity_set', { subject16: NOBODY_ELSE, places, isRegularsOnly: this.#isRegularsOnly });
      this.isSaved.value = true;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.problem.value = error.isUncertain ? 'unreachable' : 'refused';
    } finally {
      this.isBusy.value = false;
    }
  }
}

/** @param {number} places @returns {Typed} */
function typedOf(places) {
  if (places === UNLIMITED) return { kind: 'all', number: '' };
  return places === 0 ? { kind: 'none', number: '' } : { kind: 'some', number: String(places) };
}

/** How many that are; NaN for what is no number of places. @param {Typed} typed */
export function placesOf({ kind, number }) {
  if (kind !== 'some') return kind === 'all' ? UNLIMITED : 0;
  const places = /^\d{1,3}$/.test(number.trim()) ? Number(number) : 0;
  return places === 0 ? Number.NaN : places;
}
