// Watches whether somebody is there: keys, pointer, scrolling, touch and focus count, so that reading
// does too. When to warn and when to lock is core/idlelock.js.

import { begin, secondsLeft, step, wakeInMs } from '../core/idlelock.js';
import { signal } from '../core/signals.js';

const SIGNS = ['keydown', 'input', 'pointerdown', 'pointermove', 'wheel', 'scroll', 'touchstart', 'touchmove', 'focusin'];
/** Scrolling does not bubble, and no reader of a sign may keep it from being seen. */
const HOW = { capture: true, passive: true };

export class IdleWatch {
  /** The last minutes before the lock are counted down. */
  isWarning = signal(false);
  secondsLeft = signal(0);
  #limitMs;
  #clock;
  #onLock;
  #page;
  #state;
  #cancel = () => {};
  // While it is asked, only the answer counts: the question itself takes the focus, and would it vanish as
  // the pointer comes near, the click would hit what lies below.
  #sign = () => { if (this.#state.phase !== 'warning') this.#take('activity'); };
  // A page that comes back may have slept for hours.
  #look = () => this.#take('tick');

  /**
   * @param {object} parts
   * @param {number} parts.limitMs quiet time until the lock
   * @param {import('../core/clock.js').Clock} parts.clock
   * @param {() => void} parts.onLock
   * @param {EventTarget} [parts.page] only in tests another than the document
   */
  constructor({ limitMs, clock, onLock, page = document }) {
    this.#limitMs = limitMs;
    this.#clock = clock;
    this.#onLock = onLock;
    this.#page = page;
    this.#state = begin(limitMs, clock.now());
    for (const type of SIGNS) page.addEventListener(type, this.#sign, HOW);
    page.addEventListener('visibilitychange', this.#look);
    this.#show();
  }

  /** "Ich bin noch da." */
  here() {
    this.#take('activity');
  }

  /**
   * Whether it rests: nobody is signed in, or a chat runs or is waited for. Afterwards it begins anew.
   * @param {boolean} isResting
   */
  rest(isResting) {
    // What was locked is open again once there is a reason not to rest any more.
    if (isResting && this.#state.phase === 'locked') this.#state = begin(this.#limitMs, this.#clock.now());
    this.#take(isResting ? 'suspend' : 'resume');
  }

  /** Watches nothing any more. */
  dispose() {
    this.#cancel();
    for (const type of SIGNS) this.#page.removeEventListener(type, this.#sign, HOW);
    this.#page.removeEventListener('visibilitychange', this.#look);
  }

  /** @param {'activity' | 'tick' | 'suspend' | 'resume'} type */
  #take(type) {
    const before = this.#state.phase;
    this.#state = step(this.#state, { type }, this.#clock.now());
    const { phase } = this.#state;
    // Every move of a pointer comes here: where nothing changes, the planned look finds out how it stands.
    if (phase === 'running' && before === 'running' && type === 'activity') return;
    this.#show();
    if (phase === 'locked' && before !== 'locked') this.#onLock();
  }

  #show() {
    this.isWarning.value = this.#state.phase === 'warning';
    this.secondsLeft.value = secondsLeft(this.#state);
    this.#cancel();
    const waitMs = wakeInMs(this.#state);
    this.#cancel = waitMs === null ? () => {} : this.#clock.after(waitMs, this.#look);
  }
}
