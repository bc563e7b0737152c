// When a signed-in seeker's page locks itself: pure, no clock, no page.
//
//   running --quiet for limit - warning--> warning --quiet for limit--> locked
//      ^                                      |
//      `------------ activity ----------------'        suspend, resume: it rests while a chat runs
//
// Times come from the device's wall clock, because the clock that only grows stands still in some
// browsers while a laptop sleeps; whoever sleeps past the limit wakes up locked. A clock that jumps
// backwards cannot make a quiet time longer than what was counted before.

/** The warning before the lock: time enough to read it and to come back to the desk. */
export const WARNING_MS = 2 * 60_000;

/**
 * @typedef {object} State
 * @property {'running' | 'warning' | 'locked' | 'resting'} phase
 * @property {number} limitMs quiet time until the lock
 * @property {number} quietMs counted so far
 * @property {number} atMs of the last input
 */
/** @typedef {{ type: 'activity' } | { type: 'tick' } | { type: 'suspend' } | { type: 'resume' }} Input */

/**
 * @param {number} limitMs
 * @param {number} nowMs
 * @returns {State}
 */
export function begin(limitMs, nowMs) {
  return { phase: 'running', limitMs, quietMs: 0, atMs: nowMs };
}

/**
 * Takes one input; pure. Activity after the limit comes too late: it may be somebody else's. What was
 * counted never gets less, so locked stays locked.
 * @param {State} state
 * @param {Input} input
 * @param {number} nowMs
 * @returns {State}
 */
export function step(state, { type }, nowMs) {
  if (state.phase === 'resting') return type === 'resume' ? begin(state.limitMs, nowMs) : { ...state, atMs: nowMs };
  const quietMs = state.quietMs + Math.max(0, nowMs - state.atMs);
  if (quietMs >= state.limitMs) return { ...state, phase: 'locked', quietMs, atMs: nowMs };
  if (type === 'suspend') return { ...state, phase: 'resting', quietMs: 0, atMs: nowMs };
  if (type === 'activity') return begin(state.limitMs, nowMs);
  const phase = quietMs >= state.limitMs - warningMs(state.limitMs) ? 'warning' : 'running';
  return { ...state, phase, quietMs, atMs: nowMs };
}

/**
 * Whole seconds until the lock; what the countdown shows.
 * @param {State} state
 * @returns {number}
 */
export function secondsLeft({ limitMs, quietMs }) {
  return Math.max(0, Math.ceil((limitMs - quietMs) / 1_000));
}

/**
 * How long until something changes by itself; null when nothing will.
 * @param {State} state
 * @returns {number | null}
 */
export function wakeInMs({ phase, limitMs, quietMs }) {
  if (phase === 'running') return limitMs - warningMs(limitMs) - quietMs;
  return phase === 'warning' ? Math.min(1_000, limitMs - quietMs) : null;
}

/**
 * A site with a very short limit warns for half of it.
 * @param {number} limitMs
 */
function warningMs(limitMs) {
  return Math.min(WARNING_MS, limitMs / 2);
}
