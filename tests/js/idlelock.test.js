// When a page locks itself, minute by minute.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WARNING_MS, begin, secondsLeft, step, wakeInMs } from '../../web/js/core/idlelock.js';
import { IdleWatch } from '../../web/js/ui/idle.js';
import { FakeClock } from './helpers/clock.js';

const MINUTE_MS = 60_000;
const LIMIT_MS = 10 * MINUTE_MS;
const T = 1_800_000_000_000;

/**
 * Runs inputs at minutes from the start; returns [phase, seconds left] after each.
 * @param {[string, number][]} inputs
 * @param {number} [limitMs]
 */
function run(inputs, limitMs = LIMIT_MS) {
  let state = begin(limitMs, T);
  return inputs.map(([type, minute]) => {
    state = step(state, /** @type {any} */ ({ type }), T + minute * MINUTE_MS);
    return [state.phase, secondsLeft(state)];
  });
}

test('it warns for the last two minutes, counts down, and locks', () => {
  assert.deepEqual(run([['tick', 7.99], ['tick', 8], ['tick', 9.5], ['tick', 10], ['tick', 11]]), [
    ['running', 121], ['warning', 120], ['warning', 30], ['locked', 0], ['locked', 0],
  ]);
});

test('typing, reading and moving begin the time anew, also from the warning', () => {
  assert.deepEqual(run([['activity', 5], ['tick', 14], ['activity', 14.5], ['tick', 22]]), [
    ['running', 600], ['warning', 60], ['running', 600], ['running', 150],
  ]);
});

test('many small steps are as long as one', () => {
  const ticks = Array.from({ length: 600 }, (_, second) => /** @type {[string, number]} */ (['tick', (second + 1) / 60]));
  const phases = run(ticks).map(([phase]) => phase);
  assert.deepEqual([phases.indexOf('warning'), phases.indexOf('locked')], [479, 599]);
});

test('who wakes a laptop after the limit finds it locked, whatever they touch first', () => {
  for (const first of ['activity', 'tick', 'suspend', 'resume']) {
    assert.deepEqual(run([['tick', 1], [first, 180]]), [['running', 540], ['locked', 0]]);
  }
});

test('a short sleep counts as time', () => {
  assert.deepEqual(run([['tick', 1], ['tick', 9]]), [['running', 540], ['warning', 60]]);
});

test('a clock set back wins nothing, one set forward locks at most', () => {
  assert.deepEqual(run([['tick', 7], ['tick', -600], ['tick', -599], ['tick', -597]]), [
    ['running', 180], ['running', 180], ['warning', 120], ['locked', 0],
  ]);
  assert.deepEqual(run([['tick', 1], ['tick', 600]])[1], ['locked', 0]);
});

test('it rests while a chat runs or somebody waits, however long, and begins anew then', () => {
  assert.deepEqual(run([['suspend', 9], ['tick', 200], ['activity', 201], ['resume', 205], ['tick', 214], ['tick', 215]]), [
    ['resting', 600], ['resting', 600], ['resting', 600], ['running', 600], ['warning', 60], ['locked', 0],
  ]);
});

test('locked is locked', () => {
  assert.deepEqual(run([['tick', 10], ['activity', 10], ['resume', 11]]).map(([phase]) => phase), ['locked', 'locked', 'locked']);
});

test('a short limit warns for half of it', () => {
  assert.deepEqual(run([['tick', 0.4], ['tick', 0.5], ['tick', 1]], MINUTE_MS), [['running', 36], ['warning', 30], ['locked', 0]]);
});

test('it says when to look again', () => {
  let state = begin(LIMIT_MS, T);
  assert.equal(wakeInMs(state), LIMIT_MS - WARNING_MS);
  state = step(state, { type: 'tick' }, T + LIMIT_MS - WARNING_MS);
  assert.equal(wakeInMs(state), 1_000);
  state = step(state, { type: 'tick' }, T + LIMIT_MS - 300);
  assert.equal(wakeInMs(state), 300);
  assert.equal(wakeInMs(step(state, { type: 'suspend' }, T + LIMIT_MS - 200)), null);
  assert.equal(wakeInMs(step(state, { type: 'tick' }, T + LIMIT_MS)), null);
});

// --- the watch around it --------------------------------------------------------------------------

function watch() {
  const clock = new FakeClock();
  const page = new EventTarget();
  let locks = 0;
  const found = new IdleWatch({ limitMs: LIMIT_MS, clock, page, onLock: () => { locks += 1; } });
  const sign = (/** @type {string} */ type) => page.dispatchEvent(new Event(type));
  return { clock, found, sign, locks: () => locks };
}

test('without a sign of anybody it warns, counts down and locks once', async () => {
  const { clock, found, locks } = watch();
  await clock.elapse(8 * MINUTE_MS);
  assert.deepEqual([found.isWarning.value, found.secondsLeft.value], [true, 120]);
  await clock.elapse(30_000);
  assert.equal(found.secondsLeft.value, 90);
  await clock.elapse(20 * MINUTE_MS);
  assert.deepEqual([locks(), found.isWarning.value, clock.waiting], [1, false, 0]);
});

for (const type of ['keydown', 'input', 'pointerdown', 'pointermove', 'wheel', 'scroll', 'touchstart', 'touchmove', 'focusin']) {
  test(`${type} counts as being there`, async () => {
    const { clock, found, sign, locks } = watch();
    for (let minute = 0; minute < 60; minute += 3) {
      await clock.elapse(3 * MINUTE_MS);
      sign(type);
    }
    assert.deepEqual([found.isWarning.value, locks()], [false, 0]);
  });
}

test('while it is asked, only the answer counts', async () => {
  const { clock, found, sign } = watch();
  await clock.elapse(9 * MINUTE_MS);
  sign('focusin');
  sign('pointermove');
  assert.deepEqual([found.isWarning.value, found.secondsLeft.value], [true, 60]);
});

test('"Ich bin noch da" takes the warning away', async () => {
  const { clock, found, locks } = watch();
  await clock.elapse(9 * MINUTE_MS);
  found.here();
  assert.deepEqual([found.isWarning.value, found.secondsLeft.value], [false, 600]);
  await clock.elapse(9 * MINUTE_MS);
  assert.equal(locks(), 0);
});

test('a page that was asleep locks when it is looked at again', () => {
  const { clock, sign, locks } = watch();
  clock.set(3 * 60 * MINUTE_MS);
  sign('visibilitychange');
  assert.equal(locks(), 1);
});

test('it rests as long as it is told, and after a lock begins with the next sign-in', async () => {
  const { clock, found, locks } = watch();
  found.rest(true);
  await clock.elapse(5 * 60 * MINUTE_MS);
  found.rest(false);
  await clock.elapse(LIMIT_MS);
  assert.equal(locks(), 1);
  found.rest(true);
  await clock.elapse(60 * MINUTE_MS);
  found.rest(false);
  await clock.elapse(9 * MINUTE_MS);
  assert.deepEqual([locks(), found.isWarning.value], [1, true]);
});

test('what is let go watches nothing', async () => {
  const { clock, found, sign, locks } = watch();
  found.dispose();
  clock.set(60 * MINUTE_MS);
  sign('keydown');
  await clock.elapse(60 * MINUTE_MS);
  assert.deepEqual([locks(), clock.waiting], [0, 0]);
});
