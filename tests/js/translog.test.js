// What a page reads of the log counts only once checkpoint and witnesses fit. The logs and notes are those of
// the vectors `witnesses`; which of them is enough is judged in crypto/witnesses.js.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LogReader } from '../../web/js/core/translog.js';
import { NotWitnessed } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { WireError } from '../../web/js/wire/errors.js';
import { unhex, vectors } from './helpers/vectors.js';

before(ready);

const PLAIN = vectors('witnesses', 'witnessed').find(({ name }) => name === 'no lines').in;

/** @param {any} item */
function readerOf({ in: given }) {
  const statements = given.leaves.map((/** @type {string} */ leaf, /** @type {number} */ i) => ({ leaf: unhex(leaf), payload: unhex(given.payloads[i]) }));
  const request = async () => ({ statements, size: statements.length, checkpoint: unhex(PLAIN.note), cosigned: unhex(given.note) });
  const clock = /** @type {any} */ ({ now: () => given.now_ms });
  return new LogReader(/** @type {any} */ (request), unhex(given.fingerprint), /** @type {any} */ (null), clock);
}

for (const item of vectors('witnesses', 'witnessed').filter(({ in: { leaves } }) => leaves[2] === PLAIN.leaves[2])) {
  test(`reading on: ${item.name}`, async () => {
    const log = readerOf(item);
    if (item.expect === 'success') {
      await log.update();
      assert.deepEqual([log.witnessed?.size, log.witnessed?.atMs], item.out.witnessed);
    } else {
      await assert.rejects(log.update(), NotWitnessed);
      assert.deepEqual([log.view.size, log.witnessed], [0, null]);
    }
  });
}

test('who was believed once is not believed for ever', async () => {
  const item = vectors('witnesses', 'witnessed').find(({ name }) => name === 'both, the older counts');
  let ms = item.in.now_ms;
  const clock = /** @type {any} */ ({ now: () => ms });
  const statements = item.in.leaves.map((/** @type {string} */ leaf, /** @type {number} */ i) => ({ leaf: unhex(leaf), payload: unhex(item.in.payloads[i]) }));
  const request = async (/** @type {string} */ _, /** @type {any} */ { start }) => ({
    statements: statements.slice(start), size: statements.length, checkpoint: unhex(PLAIN.note), cosigned: unhex(item.in.note),
  });
  const long = new LogReader(/** @type {any} */ (request), unhex(item.in.fingerprint), /** @type {any} */ (null), clock);
  const first = await long.update();
  ms += 24 * 3_600_000;
  await assert.rejects(long.update(), NotWitnessed);
  assert.equal(long.view, first);
});

test('a reader without a line has nothing', async () => {
  const failing = new LogReader(
    /** @type {any} */ (async () => { throw new WireError('disconnected'); }), unhex(PLAIN.fingerprint), /** @type {any} */ (null), /** @type {any} */ ({ now: () => 0 }),
  );
  await assert.rejects(failing.update(), WireError);
  assert.equal(failing.view.size, 0);
});

test('an answer that was overtaken keeps the longer view', async () => {
  const item = vectors('witnesses', 'witnessed').find(({ name }) => name === 'both, the older counts');
  const statements = item.in.leaves.map((/** @type {string} */ leaf, /** @type {number} */ i) => ({ leaf: unhex(leaf), payload: unhex(item.in.payloads[i]) }));
  let go = () => {};
  const gone = new Promise((resolve) => { go = () => resolve(null); });
  let asked = 0;
  const request = async () => {
    asked += 1;
    // Founded only, before any POLICY: no checkpoint is asked for yet.
    if (asked > 1) return { statements, size: statements.length, checkpoint: unhex(PLAIN.note), cosigned: unhex(item.in.note) };
    await gone;
    return { statements: statements.slice(0, 1), size: 1, checkpoint: new Uint8Array(0), cosigned: new Uint8Array(0) };
  };
  const log = new LogReader(/** @type {any} */ (request), unhex(item.in.fingerprint), /** @type {any} */ (null), /** @type {any} */ ({ now: () => item.in.now_ms }));
  const slower = log.update();
  const faster = await log.update();
  go();
  assert.equal(await slower, faster);
  assert.equal(log.view, faster);
  assert.deepEqual(log.note, unhex(PLAIN.note));
});
