import { before, test } from 'node:test';

import * as chain from '../../web/js/crypto/chain.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('chain', 'start')) {
  test(item.name, () => check(item, () => ({ head: chain.start(unhex(item.in.box16)) })));
}

for (const item of vectors('chain', 'extend')) {
  test(item.name, () =>
    check(item, () => {
      const id = chain.envId(unhex(item.in.envelope));
      return { env_id: id, head: chain.extend(unhex(item.in.head), id) };
    }));
}

for (const item of vectors('chain', 'tomb')) {
  test(item.name, () =>
    check(item, () => ({
      tomb: chain.tomb(unhex(item.in.box16), unhex(item.in.head), item.in.close_minute),
    })));
}
