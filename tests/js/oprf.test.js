import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LocalError } from '../../web/js/crypto/errors.js';
import * as oprf from '../../web/js/crypto/oprf.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, replayRand, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('oprf', 'blind')) {
  test(item.name, () =>
    check(item, () => oprf.blind(unhex(item.in.message), replayRand(unhex(item.in.rand)))));
}

for (const item of vectors('oprf', 'evaluate')) {
  test(item.name, () =>
    check(item, () => ({ beta: oprf.evaluate(unhex(item.in.scalar), unhex(item.in.alpha)) })));
}

for (const item of vectors('oprf', 'finalize')) {
  test(item.name, () => {
    const [message, r, beta] = [item.in.message, item.in.r, item.in.beta].map(unhex);
    return check(item, () => ({ output: oprf.finalize(message, r, beta) }));
  });
}

test('an input too long for its length prefix is refused', () => {
  const { r, alpha } = oprf.blind(new Uint8Array(0));
  assert.throws(() => oprf.finalize(new Uint8Array(oprf.MAX_INPUT_BYTES + 1), r, alpha), LocalError);
});
