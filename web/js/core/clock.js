// The only place that mentions Date, performance or timers. Tests hand in a clock of their own.

// Two times. The device's own judges validities (certificates, TEAM): by the relay's, a relay could
// revive what has ended. The relay's judges what both sides count: deadlines, countdowns, minutes of
// an offer; so a phone that is 20 minutes off can chat, and a relay that lies gains delay only.

/** How far apart the own and the relay's clock must be to be worth a word (protocol section 5). */
export const TOLERATED_OFFSET_MS = 10 * 60 * 1000;

/** The time of this device, timers, and what is known of the relay's time. */
export class Clock {
  #offsetMs = 0;
  #bestRoundTripMs = Infinity;

  /** Milliseconds since the epoch, as this device believes: for validities. */
  now() {
    return Date.now();
  }

  /** Milliseconds that only grow, for limits; the clock of the device may be set in between. */
  elapsed() {
    return performance.now();
  }

  /** Milliseconds since the epoch, as the relay believes: for deadlines. */
  serverNow() {
    return this.now() + this.#offsetMs;
  }

  /** The relay's time minus ours. */
  get offsetMs() {
    return this.#offsetMs;
  }

  /** Tells whether the two are so far apart that one of them must be wrong; which, nobody here knows. */
  get isOff() {
    return Math.abs(this.#offsetMs) > TOLERATED_OFFSET_MS;
  }

  /**
   * Learns the relay's time from one answer. The answer with the shortest way there and back bounds
   * the error best, so a slower one changes nothing, unless the clock was set in between.
   * @param {number} serverNowMs
   * @param {number} roundTripMs Infinity where it is not known
   */
  learn(serverNowMs, roundTripMs) {
    const half = Number.isFinite(roundTripMs) ? roundTripMs / 2 : 0;
    const offsetMs = Math.round(serverNowMs + half - this.now());
    const isBetter = roundTripMs <= this.#bestRoundTripMs;
    const wasSet = Math.abs(offsetMs - this.#offsetMs) > TOLERATED_OFFSET_MS;
    if (!isBetter && !wasSet) return;
    this.#offsetMs = offsetMs;
    this.#bestRoundTripMs = roundTripMs;
  }

  /**
   * Calls `action` once after `delayMs`; returns what cancels it.
   * @param {number} delayMs
   * @param {() => void} action
   * @returns {() => void}
   */
  after(delayMs, action) {
    const timer = setTimeout(action, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  }
}
