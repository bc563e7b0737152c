// When to dial, when to ask for a sign of life, when to give a line up: pure, no socket, no clock.
//
//   closed --start--> dialling --greeted--> resuming --resumed--> open
//                        ^  \                  |                   |
//                        |   `--- ended, late, silent -------------'
//                        |                v
//                        `---- wake --- lost          stop, refused: closed from anywhere
//
// Times are of one clock that only grows. `step` returns the next state and what the shell must do;
// `wakeAtMs` says when it must call again without being asked.

/** A relay that has not greeted by then is not there. */
export const DIAL_LIMIT_MS = 10_000;
/** How long a sign of life may take before the line counts as lost (screens: heartbeat 10 s). */
export const HEARTBEAT_LIMIT_MS = 10_000;
/** The relay proposes how often; outside of this it would flood, or leave a dead line unnoticed. */
export const MIN_HEARTBEAT_MS = 1_000;
export const MAX_HEARTBEAT_MS = 60_000;
/** The first pause lasts half to all of this, each next one twice as long, up to the largest. */
export const FIRST_PAUSE_MS = 1_000;
export const LARGEST_PAUSE_MS = 30_000;
/** A line that lived this long was sound: pauses begin at the first again. */
export const STEADY_MS = 30_000;

/** @typedef {'closed' | 'dialling' | 'resuming' | 'open' | 'lost'} Phase */
/** @typedef {'closed' | 'connecting' | 'open' | 'lost'} Status */
/** @typedef {'dial' | 'hangUp' | 'ping' | 'resume'} Effect */
/**
 * @typedef {object} State
 * @property {Phase} phase
 * @property {number} attempt pauses since the last steady line
 * @property {number} sinceMs when this phase began
 * @property {number} heartbeatMs
 * @property {number} heardAtMs when the relay was last heard
 * @property {number | null} pingAtMs when it was asked for a sign of life that has not come yet
 * @property {number} retryAtMs
 * @property {boolean} wasOpen whether a line has stood since the start
 */
/**
 * @typedef {{ type: 'start' } | { type: 'stop' } | { type: 'refused' } | { type: 'resumed' }
 *   | { type: 'heard' } | { type: 'ended' } | { type: 'nudge' }
 *   | { type: 'greeted', heartbeatMs: number } | { type: 'wake', isSending: boolean }} Input
 */
/** @typedef {{ state: State, effects: readonly Effect[] }} Step */
/** @typedef {(state: State, input: any, nowMs: number, chance: number) => Step} Rule */

/** @type {State} */
export const INITIAL = Object.freeze({
  phase: 'closed',
  attempt: 0,
  sinceMs: 0,
  heartbeatMs: HEARTBEAT_LIMIT_MS,
  heardAtMs: 0,
  pingAtMs: null,
  retryAtMs: 0,
  wasOpen: false,
});

/** Every pair that means something; any other changes nothing. @type {Record<Phase, Record<string, Rule>>} */
const TABLE = {
  closed: { start },
  dialling: { stop, refused: stop, greeted, ended: lose, wake: giveUpDialling },
  resuming: { stop, resumed, heard, ended: lose, wake: watch, nudge: ask },
  open: { stop, heard, ended: lose, wake: watch, nudge: ask },
  lost: { stop, wake: redialWhenDue, nudge: redial },
};

/**
 * Takes one input; pure.
 * @param {State} state
 * @param {Input} input
 * @param {number} nowMs
 * @param {number} chance in [0, 1), drawn anew for each call
 * @returns {Step}
 */
export function step(state, input, nowMs, chance) {
  const rule = TABLE[state.phase][input.type];
  return rule === undefined ? { state, effects: [] } : rule(state, input, nowMs, chance);
}

/**
 * When the machine wants to be woken, or null.
 * @param {State} state
 * @returns {number | null}
 */
export function wakeAtMs(state) {
  switch (state.phase) {
    case 'dialling': return state.sinceMs + DIAL_LIMIT_MS;
    case 'lost': return state.retryAtMs;
    case 'resuming':
    case 'open': return dueMs(state);
    default: return null;
  }
}

/**
 * What people are shown: a line that was open once and is being sought again stays "lost".
 * @param {State} state
 * @returns {Status}
 */
export function statusOf(state) {
  if (state.phase === 'closed' || state.phase === 'open') return state.phase;
  return state.wasOpen ? 'lost' : 'connecting';
}

/**
 * The pause before the next attempt: exponential, the upper half of it by chance, so that a
 * thousand clients do not come back in the same moment.
 * @param {number} attempt
 * @param {number} chance
 * @returns {number}
 */
export function pauseMs(attempt, chance) {
  const half = Math.min(LARGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 16)) / 2;
  return Math.floor(half + chance * half);
}

/** @type {Rule} */
function start(_state, _input, nowMs) {
  return { state: { ...INITIAL, phase: 'dialling', sinceMs: nowMs }, effects: ['dial'] };
}

/** @type {Rule} */
function stop(state, _input, nowMs) {
  return { state: { ...INITIAL, sinceMs: nowMs, wasOpen: state.wasOpen }, effects: ['hangUp'] };
}

/** @type {Rule} */
function greeted(state, input, nowMs) {
  const heartbeatMs = Math.min(MAX_HEARTBEAT_MS, Math.max(MIN_HEARTBEAT_MS, input.heartbeatMs));
  /** @type {State} */
  const next = { ...state, phase: 'resuming', sinceMs: nowMs, heartbeatMs, heardAtMs: nowMs, pingAtMs: null };
  return { state: next, effects: ['resume'] };
}

/** @type {Rule} */
function resumed(state, _input, nowMs) {
  return { state: { ...state, phase: 'open', sinceMs: nowMs, wasOpen: true }, effects: [] };
}

/** @type {Rule} */
function heard(state, _input, nowMs) {
  return { state: { ...state, heardAtMs: nowMs, pingAtMs: null }, effects: [] };
}

/** @type {Rule} */
function ask(state, _input, nowMs) {
  if (state.pingAtMs !== null) return { state, effects: [] };
  return { state: { ...state, pingAtMs: nowMs }, effects: ['ping'] };
}

/** @type {Rule} */
function watch(state, input, nowMs, chance) {
  if (nowMs < dueMs(state)) return { state, effects: [] };
  if (state.pingAtMs === null) return ask(state, input, nowMs, chance);
  // A large frame on a slow line: the ping waits behind it, but bytes are leaving.
  if (input.isSending) return { state: { ...state, pingAtMs: nowMs }, effects: [] };
  return lose(state, input, nowMs, chance);
}

/** @type {Rule} */
function giveUpDialling(state, input, nowMs, chance) {
  if (nowMs < state.sinceMs + DIAL_LIMIT_MS) return { state, effects: [] };
  return lose(state, input, nowMs, chance);
}

/** @type {Rule} */
function lose(state, _input, nowMs, chance) {
  const wasSteady = state.phase === 'open' && nowMs - state.sinceMs >= STEADY_MS;
  const attempt = wasSteady ? 0 : state.attempt;
  const retryAtMs = nowMs + pauseMs(attempt, chance);
  /** @type {State} */
  const next = { ...state, phase: 'lost', sinceMs: nowMs, attempt: attempt + 1, retryAtMs, pingAtMs: null };
  return { state: next, effects: ['hangUp'] };
}

/** @type {Rule} */
function redialWhenDue(state, input, nowMs, chance) {
  return nowMs < state.retryAtMs ? { state, effects: [] } : redial(state, input, nowMs, chance);
}

/** @type {Rule} */
function redial(state, _input, nowMs) {
  return { state: { ...state, phase: 'dialling', sinceMs: nowMs }, effects: ['dial'] };
}

/** @param {State} state */
function dueMs(state) {
  if (state.pingAtMs !== null) return state.pingAtMs + HEARTBEAT_LIMIT_MS;
  return state.heardAtMs + state.heartbeatMs;
}
