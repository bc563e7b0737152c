// "Erreichbar": a lease that is renewed while the page lives, and ends by itself when it does not.

import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';

/** A third of the shortest lease. */
const RENEW_EVERY_MS = 20_000;

export class Duty {
  #request;
  #clock;
  #portals;
  #cancel = () => {};

  /**
   * @param {import('../../core/connection.js').Request} request
   * @param {import('../../core/clock.js').Clock} clock
   * @param {() => readonly Uint8Array[]} portals the own ones at that moment
   */
  constructor(request, clock, portals) {
    this.#request = request;
    this.#clock = clock;
    this.#portals = portals;
    this.isOn = signal(false);
  }

  /**
   * Begins or ends being reachable.
   * @param {boolean} isOn
   */
  async set(isOn) {
    this.#cancel();
    this.isOn.value = isOn;
    await this.#lease();
  }

  /** On a new line: the lease goes on, if there is one. */
  async goOn() {
    if (this.isOn.value) await this.#lease();
  }

  /** Renews nothing any more. */
  stop() {
    this.#cancel();
    this.isOn.value = false;
  }

  async #lease() {
    this.#cancel();
    try {
      await this.#request('duty', { portals: this.#portals(), on: this.isOn.value ? 1 : 0 });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (!error.isUncertain) this.isOn.value = false;
    }
    if (this.isOn.value) this.#cancel = this.#clock.after(RENEW_EVERY_MS, () => own('duty', this.#lease()));
  }
}
