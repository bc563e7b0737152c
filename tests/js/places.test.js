// How many requests somebody wants at a time: read, typed, saved; and what is typed that is no number.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MOST, Places, UNLIMITED, placesOf } from '../../web/js/features/workspace/places.js';
import { DISCONNECTED, WireError } from '../../web/js/wire/errors.js';

/**
 * A relay that keeps the own places.
 * @param {{ places?: number, taken?: number, isRegularsOnly?: number, fails?: string }} [start]
 */
function relay({ places = UNLIMITED, taken = 2, isRegularsOnly = 0, fails = '' } = {}) {
  const house = { places, isRegularsOnly, fails, asked: /** @type {string[]} */ ([]) };
  /** @type {any} */
  const request = async (/** @type {string} */ name, /** @type {any} */ fields) => {
    house.asked.push(name);
    if (house.fails !== '') throw new WireError(house.fails);
    assert.equal(fields.subject16.length, 0);
    if (name === 'capacity') return { places: house.places, isRegularsOnly: house.isRegularsOnly, taken };
    [house.places, house.isRegularsOnly] = [fields.places, fields.isRegularsOnly];
    return {};
  };
  return { house, places: new Places(request) };
}

test('what is in force is what stands there', async () => {
  for (const [stored, kind, number] of /** @type {const} */ ([[UNLIMITED, 'all', ''], [0, 'none', ''], [1, 'some', '1'], [MOST, 'some', '999']])) {
    const { places } = relay({ places: stored });
    await places.open();
    assert.deepEqual([places.stage.value, places.typed.value, places.taken.value], ['ready', { kind, number }, 2]);
    assert.equal(places.isFull.value, stored <= 2);
  }
});

test('each choice is saved as it was meant, and leaves alone what is not asked here', async () => {
  const { house, places } = relay({ isRegularsOnly: 1 });
  await places.open();
  places.type({ kind: 'some', number: ' 12 ' });
  await places.save();
  assert.deepEqual([house.places, house.isRegularsOnly, places.isSaved.value, places.problem.value], [12, 1, true, '']);
  places.type({ kind: 'none' });
  assert.equal(places.isSaved.value, false);
  await places.save();
  assert.equal(house.places, 0);
  places.type({ kind: 'all' });
  await places.save();
  assert.equal(house.places, UNLIMITED);
});

test('what is no number of places is not sent', async () => {
  const { house, places } = relay();
  await places.open();
  for (const number of ['', '0', '-1', '1.5', '1e2', '1000', '²', 'drei']) {
    places.type({ kind: 'some', number });
    await places.save();
    assert.deepEqual([places.problem.value, places.isSaved.value, places.typed.value.number], ['number', false, number]);
    assert.ok(Number.isNaN(placesOf(places.typed.value)));
  }
  assert.deepEqual(house.asked, ['capacity']);
});

test('without a line nothing typed is lost, and it is read again', async () => {
  const { house, places } = relay({ fails: DISCONNECTED });
  await places.open();
  assert.equal(places.stage.value, 'unread');
  house.fails = '';
  await places.open();
  places.type({ kind: 'some', number: '4' });
  for (const [code, problem] of [[DISCONNECTED, 'unreachable'], ['forbidden', 'refused']]) {
    house.fails = code;
    await places.save();
    assert.deepEqual([places.problem.value, places.typed.value, places.isBusy.value], [problem, { kind: 'some', number: '4' }, false]);
  }
  house.fails = '';
  await places.save();
  assert.deepEqual([house.places, places.problem.value], [4, '']);
});
