import { before, test } from 'node:test';

import { cosigned } from '../../web/js/crypto/cosignature.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('cosignature', 'cosigned')) {
  test(item.name, () =>
    check(item, () => {
      const witnesses = item.in.witnesses.map(([name, key]) => [name, unhex(key)]);
      const times = cosigned(unhex(item.in.note), witnesses);
      return { times: times.map(({ key, timeS }) => [Buffer.from(key).toString('hex'), timeS]) };
    }));
}
