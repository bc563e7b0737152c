// What an account keeps of the end of a live chat: by it the deletion is found later.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import * as chain from '../../web/js/crypto/chain.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { BoxState } from '../../web/js/wire/catalogue.js';
import { settled } from './helpers/clock.js';
import { again, boxOf, newAccount } from './helpers/seeker.js';
import { VisitedHouse, chatOf, intoChat, seeker } from './helpers/visiting.js';

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {VisitedHouse} */
let house;
beforeEach(() => { house = new VisitedHouse(); });

/** The head over all that lies in the newest box, as the relay has it. */
const finalHead = () => boxOf(house).rows.reduce((/** @type {Uint8Array} */ head, /** @type {Uint8Array} */ e1) => chain.extend(head, chain.envId(e1)), chain.start(boxOf(house).box16));

for (const who of ['seeker', 'counsellor']) {
  test(`what finds the tomb is in the keyring once it was ended by the ${who}`, async () => {
    const account = await newAccount(house);
    const model = seeker(house, account);
    await intoChat(house, model);
    await settled();
    const { chat } = await house.counsellor();
    chat.say('Guten Abend.');
    await settled();
    const { box16 } = boxOf(house);
    assert.equal(account.keyring.entry(box16)?.closeMinute, 0);
    await (who === 'seeker' ? chatOf(model) : chat).close();
    await settled();
    const { closeMinute, pinN, pinChain } = /** @type {any} */ (account.keyring.entry(box16));
    assert.deepEqual([closeMinute, pinN, pinChain], [boxOf(house).closeMinute, boxOf(house).rows.length, finalHead()]);
    assert.equal((await again(house)).keyring.entry(box16)?.closeMinute, closeMinute);
  });
}

test('the own last word counts, though the line tells of it later', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await intoChat(house, model);
  await settled();
  const { box16 } = boxOf(house);
  house.line.tell = () => {};
  await chatOf(model).close();
  await settled();
  assert.deepEqual(account.keyring.entry(box16)?.pinChain, finalHead());
  assert.equal(account.keyring.entry(box16)?.closeMinute, boxOf(house).closeMinute);
});

test('an end before all of it was shown is none that finds a tomb', async () => {
  const account = await newAccount(house);
  const model = seeker(house, account);
  await intoChat(house, model);
  await settled();
  const { box16 } = boxOf(house);
  const read = house.read.bind(house);
  house.read = (fields) => ({ ...read(fields), headN: boxOf(house).rows.length + 1, state: BoxState.CLOSED, closeMinute: 77 });
  await chatOf(model).resume();
  await settled();
  assert.equal(account.keyring.entry(box16)?.closeMinute, 0);
});
