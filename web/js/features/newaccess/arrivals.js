// All invitations that an account has answered and that are under way, and the one on the screen. Draws nothing.

import { computed, effect, signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { equal } from '../../crypto/primitives.js';
import { Arrival } from './arrival.js';
import { noteOf } from './note.js';

/** @typedef {import('../enquiries/opening.js').Correspondence} Correspondence */

export class Arrivals {
  #about;
  #onArrived;
  #endLine;
  /** @type {(() => void)[]} */
  #ends = [];
  /** @type {import('../../core/signals.js').Signal<readonly Arrival[]>} */
  #every = signal(/** @type {readonly Arrival[]} */ ([]));
  /** The one on the screen. @type {import('../../core/signals.js').Signal<Arrival | null>} */
  shown = signal(/** @type {Arrival | null} */ (null));

  /**
   * @param {Correspondence} about
   * @param {(box16: Uint8Array, wasShown: boolean) => void} onArrived a conversation is there again
   */
  constructor(about, onArrived) {
    this.#about = about;
    this.#onArrived = onArrived;
    this.all = computed(() => this.#every.value.filter(({ stage }) => stage.value !== 'arrived'));
    this.#endLine = about.line.onOpen(async () => {
      // Not from within the hook: what is asked there comes before the line counts as open.
      queueMicrotask(() => own('after a new line', this.#goOn()));
    });
  }

  /** Opens what the keyring remembers, and looks whether something has come; what is open stays. */
  async load() {
    for (const entry of this.#about.account.keyring.entries) {
      const note = noteOf(entry);
      if (note !== null && !this.#has(entry.box16)) this.#add(new Arrival(this.#about, entry.box16, note, true));
    }
    const forgotten = this.#every.value.filter((one) => one.isForgotten);
    this.#every.value = this.#every.value.filter((one) => !forgotten.includes(one));
    await Promise.all(forgotten.map((one) => one.forget()));
    await Promise.all(this.#every.value.map((one) => one.go()));
  }

  /** Answers an invitation, on the screen. @param {Uint8Array} secret */
  begin(secret) {
    const begun = Arrival.begin(this.#about, secret);
    const known = this.#every.value.find((one) => equal(one.joinId16, begun.joinId16));
    if (known === undefined) this.#add(begun);
    else begun.dispose();
    const shown = known ?? begun;
    this.shown.value = shown;
    own('answering an invitation', shown.go());
  }

  /** The account keeps nothing of an invitation that leads nowhere. @param {Arrival} arrival */
  async forget(arrival) {
    this.#every.value = this.#every.value.filter((one) => one !== arrival);
    await arrival.forget();
  }

  /** @param {Arrival} arrival */
  show(arrival) {
    this.shown.value = arrival;
  }

  leave() {
    this.shown.value = null;
  }

  /** Nothing of the account is left here. */
  dispose() {
    this.#endLine();
    for (const end of this.#ends) end();
    for (const one of this.#every.value) one.dispose();
    this.#every.value = [];
    this.shown.value = null;
  }

  async #goOn() {
    await this.#about.line.connection.opened();
    await Promise.all(this.#every.value.map((one) => one.go()));
  }

  /** @param {Uint8Array} joinId16 */
  #has(joinId16) {
    return this.#every.value.some((one) => equal(one.joinId16, joinId16));
  }

  /** @param {Arrival} arrival */
  #add(arrival) {
    this.#every.value = [...this.#every.value, arrival];
    this.#ends.push(effect(() => {
      if (arrival.stage.value !== 'arrived') return;
      const wasShown = this.shown.peek() === arrival;
      queueMicrotask(() => this.#onArrived(arrival.box16, wasShown));
    }));
  }
}
