// What the closing time means for somebody who waits. Hours alone do not tell whether one's turn
// still comes, so that is said only when this page has seen the queue move.

import { closingTime } from '../../ui/format.js';
import { language, t } from '../../ui/text.js';

/**
 * `isOpen`: the hours run and somebody is on duty; `closesMs`: 0 when not planned.
 * @typedef {{ sinceMs: number, ahead: number, isOpen: boolean, closesMs: number, nowMs: number }} Queue
 */

/** Earlier than this the closing time helps nobody. */
const SOON_MS = 60 * 60_000;
/** A queue is no clockwork: "your turn comes" needs twice the time that it seems to take. */
const MARGIN = 2;

/** What a page remembers of the queue in which it waits. */
export class Outlook {
  /** @type {Queue | null} */
  #first = null;
  #closesMs = 0;

  /**
   * The sentence about the closing time; "" while there is none to say.
   * @param {Queue} queue as it is now
   */
  words(queue) {
    // Who queues again begins anew.
    if (this.#first?.sinceMs !== queue.sinceMs) this.#first = queue;
    // Once closed, the portal knows no end of its hours any more.
    if (queue.closesMs > 0) this.#closesMs = queue.closesMs;
    const leftMs = this.#closesMs - queue.nowMs;
    if (this.#closesMs === 0) return '';
    const isOver = leftMs <= 0;
    if (!isOver && (!queue.isOpen || leftMs > SOON_MS)) return '';
    const key = isOver ? 'wait.closed_since' : keyOfPace(this.#first, queue, leftMs);
    return t(key, { time: closingTime(this.#closesMs, language()) });
  }
}

/**
 * Which sentence the pace of the queue allows.
 * @param {Queue} first
 * @param {Queue} queue
 * @param {number} leftMs
 */
function keyOfPace(first, queue, leftMs) {
  const moved = first.ahead - queue.ahead;
  if (moved <= 0) return 'wait.closes';
  const neededMs = ((queue.nowMs - first.nowMs) / moved) * (queue.ahead + 1);
  if (neededMs > leftMs) return 'wait.closing_not';
  return neededMs * MARGIN <= leftMs ? 'wait.closing' : 'wait.closes';
}
