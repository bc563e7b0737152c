// Grants of history: what does not belong to its welcome opens nothing. Readings are scripted vectors.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { BadStatement } from '../../web/js/crypto/errors.js';
import { decodeGrant, encodeGrant } from '../../web/js/crypto/grant.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { begin } from './helpers/script.js';
import { hex, unhex, vectors } from './helpers/vectors.js';

before(ready);

const defaultStaff = vectors('transcript', 'staff')[0].in.staff;
const granted = /** @type {import('./helpers/vectors.js').Case} */ (vectors('transcript', 'script').find(({ name }) => name === 'granted'));
const one = keyOf('EpochSecret', new Uint8Array(32));

for (const [name, change] of /** @type {const} */ ([
  ['of more epochs', { secrets: [one, one] }],
  ['of another box', { box16: new Uint8Array(16) }],
])) {
  test(`a grant ${name} is refused`, () => {
    const grant = { ...decodeGrant(unhex(granted.in.grant)), ...change };
    assert.throws(() => begin({ ...granted.in, grant: hex(encodeGrant(grant)) }, defaultStaff), BadStatement);
  });
}

test('what a newcomer refuses is refused with a grant too', () => {
  assert.throws(() => begin({ ...granted.in, share: '00*32' }, defaultStaff), { code: 'bad_statement', message: /share/ });
});
