// A clock that stands still until a test lets time pass.

import './fetch.js';
import { Clock } from '../../../web/js/core/clock.js';

/** @typedef {{ at: number, order: number, action: () => void }} Timer */

export class FakeClock extends Clock {
  #elapsedMs = 0;
  #epochMs = 1_800_000_000_000;
  #order = 0;
  /** @type {Set<Timer>} */
  #timers = new Set();

  /** @override */
  now() {
    return this.#epochMs + this.#elapsedMs;
  }

  /** @override */
  elapsed() {
    return this.#elapsedMs;
  }

  /** Somebody sets the device's clock. @param {number} byMs */
  set(byMs) {
    this.#epochMs += byMs;
  }

  /** @override @param {number} delayMs @param {() => void} action */
  after(delayMs, action) {
    const timer = { at: this.#elapsedMs + Math.max(0, delayMs), order: (this.#order += 1), action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting() {
    return this.#timers.size;
  }

  /** Lets time pass: timers fire in order, promises settle after each. @param {number} ms */
  async elapse(ms) {
    const end = this.#elapsedMs + ms;
    await settled();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.at);
      next.action();
      await settled();
    }
    this.#elapsedMs = end;
  }

  /** @param {number} end */
  #next(end) {
    const due = [...this.#timers].filter((timer) => timer.at <= end);
    return due.sort((one, other) => one.at - other.at || one.order - other.order)[0];
  }
}

/** Resolves when every promise that can settle without time has done so. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}
