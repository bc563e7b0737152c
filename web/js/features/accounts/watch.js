// Whether the sign-in still stands. Whoever changes the passphrase on one device may want the others out at
// once; the account hears of it when the relay says so, and a look now and then finds out if it did not.

import { own } from '../../core/tasks.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/clock.js').Clock} Clock */
/** @typedef {import('./entrance.js').Entrance} Entrance */

export const LOOK_EVERY_MS = 60_000;

export class SignInWatch {
  #entrance;
  #clock;
  #cancel = () => {};
  #end = () => {};

  /**
   * @param {Entrance} entrance
   * @param {Clock} clock
   */
  constructor(entrance, clock) {
    this.#entrance = entrance;
    this.#clock = clock;
  }

  /**
   * @param {SeekerAccount} account
   * @param {() => void} onEnded once the relay has ended it
   */
  follow(account, onEnded) {
    this.stop();
    // Not from within the signal: whoever hears of it ends this subscription.
    this.#end = account.ended.subscribe((isOver) => { if (isOver) queueMicrotask(onEnded); });
    this.#plan(account);
  }

  stop() {
    this.#cancel();
    this.#end();
  }

  /** @param {SeekerAccount} account */
  #plan(account) {
    this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => {
      own('looking after the sign-in', this.#entrance.look(account));
      this.#plan(account);
    });
  }
}
