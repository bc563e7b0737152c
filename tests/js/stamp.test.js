import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import * as stamp from '../../web/js/crypto/stamp.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('stamp', 'make')) {
  test(item.name, async () => {
    let pauses = 0;
    const pause = async () => { pauses += 1; };
    const { challenge, command, difficulty } = item.in;
    await check(item, async () => ({
      x: await stamp.make(unhex(challenge), command, difficulty, pause),
    }));
    if (item.expect !== 'success') return;
    // x counts the tries, so it tells how often the page must have come to breathe.
    assert.equal(pauses, Math.floor(Number(`0x${item.out.x}`) / 1024));
  });
}

for (const item of vectors('stamp', 'check')) {
  test(item.name, () =>
    check(item, () => {
      const { challenge, command, x, difficulty } = item.in;
      stamp.check(unhex(challenge), command, unhex(x), difficulty);
      return {};
    }));
}

test('a fractional difficulty is refused', async () => {
  const pause = async () => {};
  await assert.rejects(stamp.make(new Uint8Array(32), 'wait', 1.5, pause), { code: 'bad_proof' });
});
