// Draws again as time passes, and knows the time of this device. The clock is core's.

import { Clock } from '../core/clock.js';
import { useEffect, useState } from './html.js';

const clock = new Clock();

/** Milliseconds since the epoch, for texts that need no exact time. */
export function deviceNow() {
  return clock.now();
}

/**
 * Draws the calling component again every `everyMs`, at a full step of it.
 * @param {number} everyMs 0: never
 */
export function useTick(everyMs) {
  const [, again] = useState(0);
  useEffect(() => {
    if (everyMs <= 0) return undefined;
    let cancel = () => {};
    const plan = () => {
      cancel = clock.after(everyMs - (clock.now() % everyMs), () => {
        again((n) => n + 1);
        plan();
      });
    };
    plan();
    return () => cancel();
  }, [everyMs]);
}

/** @param {number} delayMs @param {() => void} action @returns {() => void} what cancels it */
export function after(delayMs, action) {
  return clock.after(delayMs, action);
}
