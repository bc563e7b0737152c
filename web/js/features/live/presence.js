// Signs of life in a chat: who is writing, who was heard just now. Nothing of it is stored anywhere.
//
// Only what was heard counts: the relay does not say who is connected.

import { signal } from '../../core/signals.js';

const MINUTE_MS = 60_000;
/** So long after the last sign of life somebody counts as present. */
const PRESENCE_LASTS_MS = 3 * MINUTE_MS;
const TYPING_LASTS_MS = 12_000;
const TYPING_EVERY_MS = 8_000;

export class Presence {
  #clock;
  #say;
  #saidMs = -Infinity;
  #cancelTyping = () => {};
  #cancelPresence = () => {};

  /**
   * @param {import('../../core/clock.js').Clock} clock
   * @param {(isActive: boolean) => void} say tells the other side that the own person writes
   */
  constructor(clock, say) {
    this.#clock = clock;
    this.#say = say;
    this.isTyping = signal(false);
    this.isPresent = signal(false);
  }

  /**
   * The own person writes, or has stopped; told at most every few seconds.
   * @param {boolean} isActive
   */
  write(isActive) {
    const nowMs = this.#clock.elapsed();
    const isRunning = nowMs - this.#saidMs < TYPING_EVERY_MS;
    if (isActive ? isRunning : this.#saidMs === -Infinity) return;
    this.#saidMs = isActive ? nowMs : -Infinity;
    this.#say(isActive);
  }

  /**
   * The other side wrote, typed or acknowledged; old history says nothing.
   * @param {number} sentMs
   */
  heard(sentMs) {
    const leftMs = sentMs + PRESENCE_LASTS_MS - this.#clock.serverNow();
    if (leftMs <= 0) return;
    this.#cancelPresence();
    this.isPresent.value = true;
    this.#cancelPresence = this.#clock.after(leftMs, () => {
      this.isPresent.value = false;
    });
  }

  /**
   * The other side says that it writes; silence ends that too.
   * @param {boolean} isActive
   */
  heardTyping(isActive) {
    this.isTyping.value = isActive;
    this.#cancelTyping();
    this.#cancelTyping = this.#clock.after(TYPING_LASTS_MS, () => {
      this.isTyping.value = false;
    });
  }

  /** What was being written has arrived. */
  heardMessage() {
    this.#cancelTyping();
    this.isTyping.value = false;
  }

  /** No timer runs on. */
  dispose() {
    this.#cancelTyping();
    this.#cancelPresence();
  }
}
