// What members of a live chat say of themselves.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { Kind } from '../../web/js/crypto/envelope.js';
import { BadCharacter } from '../../web/js/crypto/passphrase.js';
import { ready } from '../../web/js/crypto/primitives.js';
import * as codec from '../../web/js/wire/codec.js';
import { settled } from './helpers/clock.js';
import { NAME, newAccount } from './helpers/seeker.js';
import { VisitedHouse, chatOf, intoChat, seeker } from './helpers/visiting.js';

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {VisitedHouse} */
let house;
beforeEach(() => { house = new VisitedHouse(); });

test('only the seeker names themselves, and the first name counts', async () => {
  const model = seeker(house, await newAccount(house));
  await intoChat(house, model);
  const { chat } = await house.counsellor();
  chat.introduce('maria');
  chatOf(model).introduce('jemand-anders');
  await settled();
  assert.deepEqual([chat.pseudonym.value, chatOf(model).pseudonym.value, chatOf(model).peerName.value], [NAME, NAME, 'Maria B.']);
});

test('a counsellor names nobody, and takes no name of a seeker\'s', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  const { chat } = await house.counsellor();
  chat.introduce('maria');
  await settled();
  assert.deepEqual([chat.pseudonym.value, chat.peerName.value, chatOf(model).pseudonym.value], ['', 'Ratsuchende_r 1', '']);
});

test('what is no pseudonym is no name, but a message that cannot be shown', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  const { chat } = await house.counsellor((given) => { throw new BadCharacter(given); });
  chatOf(model).introduce('Maria B.');
  await settled();
  assert.deepEqual([chat.pseudonym.value, chat.messages.value.map(({ kind }) => kind)], ['', ['problem']]);
});

test('only who counsels offers an access', async () => {
  const model = seeker(house);
  await intoChat(house, model);
  const { chat } = await house.counsellor();
  chatOf(model).box.send(Kind.ACCOUNT_OFFER, codec.encode('AccountOffer', {}));
  await settled();
  assert.deepEqual([chat.accountOffered.value, model.accountOffered.value], [false, false]);
});
