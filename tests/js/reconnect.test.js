import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  DIAL_LIMIT_MS, FIRST_PAUSE_MS, HEARTBEAT_LIMIT_MS, INITIAL, LARGEST_PAUSE_MS, MAX_HEARTBEAT_MS,
  MIN_HEARTBEAT_MS, STEADY_MS, pauseMs, statusOf, step, wakeAtMs,
} from '../../web/js/core/reconnect.js';

/** @typedef {import('../../web/js/core/reconnect.js').Input} Input */

const BEAT_MS = 10_000;
const WAKE = /** @type {Input} */ ({ type: 'wake', isSending: false });
const GREETED = /** @type {Input} */ ({ type: 'greeted', heartbeatMs: BEAT_MS });

/**
 * Takes [time, input] pairs from `state` on; returns the last state and all effects.
 * @param {any} state
 * @param {...[number, Input | string]} inputs
 */
function run(state, ...inputs) {
  /** @type {string[]} */
  const effects = [];
  for (const [nowMs, input] of inputs) {
    const made = step(state, /** @type {Input} */ (typeof input === 'string' ? { type: input } : input), nowMs, 0.5);
    state = made.state;
    effects.push(...made.effects);
  }
  return { state, effects };
}

const dialling = run(INITIAL, [0, 'start']).state;
const resuming = run(dialling, [0, GREETED]).state;
const open = run(resuming, [0, 'resumed']).state;
const lost = run(open, [0, 'ended']).state;
const PHASES = { closed: INITIAL, dialling, resuming, open, lost };

test('every pair of phase and input has the outcome that the table names', () => {
  /** @type {Record<string, Record<string, [string, string[]]>>} */
  const expected = {
    closed: { start: ['dialling', ['dial']] },
    dialling: {
      stop: ['closed', ['hangUp']], refused: ['closed', ['hangUp']], ended: ['lost', ['hangUp']],
      greeted: ['resuming', ['resume']], wake: ['lost', ['hangUp']],
    },
    resuming: {
      stop: ['closed', ['hangUp']], resumed: ['open', []], heard: ['resuming', []], ended: ['lost', ['hangUp']],
      wake: ['resuming', ['ping']], nudge: ['resuming', ['ping']],
    },
    open: {
      stop: ['closed', ['hangUp']], heard: ['open', []], ended: ['lost', ['hangUp']],
      wake: ['open', ['ping']], nudge: ['open', ['ping']],
    },
    lost: { stop: ['closed', ['hangUp']], wake: ['dialling', ['dial']], nudge: ['dialling', ['dial']] },
  };
  const inputs = ['start', 'stop', 'refused', 'resumed', 'heard', 'ended', 'nudge', 'greeted', 'wake'];
  for (const [phase, from] of Object.entries(PHASES)) {
    for (const type of inputs) {
      const input = type === 'greeted' ? GREETED : type === 'wake' ? WAKE : { type };
      const { state, effects } = run(from, [1_000_000, /** @type {any} */ (input)]);
      assert.deepEqual([state.phase, effects], expected[phase][type] ?? [phase, []], `${phase} ${type}`);
      if (expected[phase][type] === undefined) assert.equal(state, from);
    }
  }
});

test('a wake before its time changes nothing', () => {
  for (const from of Object.values(PHASES)) {
    const at = wakeAtMs(from);
    if (at === null) continue;
    assert.equal(run(from, [at - 1, WAKE]).state, from);
    assert.notEqual(run(from, [at, WAKE]).state, from);
  }
});

test('a relay that does not greet within the limit is given up', () => {
  assert.equal(wakeAtMs(dialling), DIAL_LIMIT_MS);
  assert.equal(run(dialling, [DIAL_LIMIT_MS, WAKE]).state.phase, 'lost');
});

test('silence leads to a ping after one heartbeat and to "lost" after the limit', () => {
  const asked = run(open, [BEAT_MS, WAKE]);
  assert.deepEqual(asked.effects, ['ping']);
  assert.equal(wakeAtMs(asked.state), BEAT_MS + HEARTBEAT_LIMIT_MS);
  const silent = run(asked.state, [BEAT_MS + HEARTBEAT_LIMIT_MS, WAKE]);
  assert.equal(statusOf(silent.state), 'lost');
  assert.deepEqual(silent.effects, ['hangUp']);
});

test('any frame is a sign of life and puts the next ping off', () => {
  const { state } = run(open, [BEAT_MS, WAKE], [BEAT_MS + 9_999, 'heard']);
  assert.equal(state.pingAtMs, null);
  assert.equal(wakeAtMs(state), BEAT_MS + 9_999 + BEAT_MS);
});

test('a ping is not asked for twice', () => {
  assert.deepEqual(run(open, [1, 'nudge'], [2, 'nudge']).effects, ['ping']);
});

test('while bytes are still leaving, the limit begins anew', () => {
  const { state, effects } = run(
    open, [BEAT_MS, WAKE], [BEAT_MS + HEARTBEAT_LIMIT_MS, { type: 'wake', isSending: true }],
  );
  assert.deepEqual(effects, ['ping']);
  assert.equal(state.phase, 'open');
  assert.equal(wakeAtMs(state), BEAT_MS + 2 * HEARTBEAT_LIMIT_MS);
});

test('pauses double up to the largest, half of each by chance', () => {
  assert.equal(pauseMs(0, 0), FIRST_PAUSE_MS / 2);
  assert.ok(pauseMs(0, 0.999999) < FIRST_PAUSE_MS);
  assert.equal(pauseMs(1, 0), FIRST_PAUSE_MS);
  assert.equal(pauseMs(50, 0), LARGEST_PAUSE_MS / 2);
  assert.ok(pauseMs(1e9, 0.999999) <= LARGEST_PAUSE_MS);
  let state = lost;
  const pauses = [];
  for (let i = 0; i < 8; i += 1) {
    pauses.push(state.retryAtMs - state.sinceMs);
    const at = state.retryAtMs;
    state = run(state, [at, WAKE], [at, 'ended']).state;
  }
  assert.deepEqual(pauses, [750, 1500, 3000, 6000, 12000, 22500, 22500, 22500]);
});

test('only a line that lived long enough starts the pauses anew', () => {
  const brief = run(lost, [1000, WAKE], [1000, GREETED], [1000, 'resumed'], [1000 + STEADY_MS - 1, 'ended']).state;
  assert.equal(brief.attempt, 2);
  const steady = run(lost, [1000, WAKE], [1000, GREETED], [1000, 'resumed'], [1000 + STEADY_MS, 'ended']).state;
  assert.equal(steady.attempt, 1);
});

test("the relay's heartbeat is taken within bounds", () => {
  for (const [asked, taken] of [[0, MIN_HEARTBEAT_MS], [5_000, 5_000], [1e12, MAX_HEARTBEAT_MS]]) {
    assert.equal(run(dialling, [0, { type: 'greeted', heartbeatMs: asked }]).state.heartbeatMs, taken);
  }
});

test('people see "connecting" only until a line has stood once', () => {
  assert.deepEqual(
    [INITIAL, dialling, resuming, open, lost].map(statusOf),
    ['closed', 'connecting', 'connecting', 'open', 'lost'],
  );
  assert.equal(statusOf(run(dialling, [0, 'ended']).state), 'connecting');
  assert.equal(statusOf(run(lost, [0, 'nudge']).state), 'lost');
  assert.equal(statusOf(run(lost, [0, 'stop'], [0, 'start']).state), 'connecting');
});
