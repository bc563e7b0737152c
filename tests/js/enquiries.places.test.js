// Who has a place for an enquiry, and who gets it instead.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import { TeamPeople } from '../../web/js/features/enquiries/people.js';
import { WHOLE_TEAM, recipientOf } from '../../web/js/features/enquiries/recipient.js';
import { settled } from './helpers/clock.js';
import { SUBJECT, TEXT, onlyEnquiry, room, threadOf } from './helpers/enquiring.js';
import { PORTAL, TEAMS } from './helpers/house.js';
import { again, boxOf, newAccount, texts } from './helpers/seeker.js';
import { MARIA, WritingHouse, markDone } from './helpers/writing.js';

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {WritingHouse} */
let house;
beforeEach(() => { house = new WritingHouse(); });

/** Maria takes on nothing new. */
function full() {
  house.told = { takers: [{ subject16: MARIA, isOpen: 0, isRegularsOnly: 0 }], fallback: new Uint8Array(0) };
}

test('who gets it instead: the one who steps in, if they have a place, else the team', () => {
  const [anna, berta, clara] = [1, 2, 3].map((n) => new Uint8Array(16).fill(n));
  /** @param {number} isAnna @param {number} isBerta @param {Uint8Array} [fallback] */
  const told = (isAnna, isBerta, fallback = berta) => ({
    takers: [{ subject16: anna, isOpen: isAnna, isRegularsOnly: 0 }, { subject16: berta, isOpen: isBerta, isRegularsOnly: 0 }], fallback,
  });
  assert.deepEqual(recipientOf(told(1, 1), anna), anna);
  assert.deepEqual(recipientOf(told(0, 1), anna), berta);
  assert.deepEqual(recipientOf(told(0, 0), anna), WHOLE_TEAM);
  assert.deepEqual(recipientOf(told(0, 1), WHOLE_TEAM), WHOLE_TEAM);
  assert.deepEqual(recipientOf(told(0, 1, WHOLE_TEAM), anna), WHOLE_TEAM);
  assert.deepEqual(recipientOf(told(0, 1, anna), anna), WHOLE_TEAM);
  // Whoever is not among the takers is written to by nobody, whatever the relay says.
  assert.deepEqual(recipientOf(told(0, 1, clara), anna), WHOLE_TEAM);
  assert.deepEqual(recipientOf(told(1, 1), clara), berta);
  // A regular client gets through to whom they know.
  assert.deepEqual(recipientOf(told(0, 1), anna, true), anna);
  assert.deepEqual(recipientOf(told(0, 1), clara, true), berta);
  // So does who has had a conversation with them, but not where only regular clients do.
  assert.deepEqual([recipientOf(told(0, 1), anna, false, true), recipientOf(told(0, 1), clara, false, true)], [anna, berta]);
  const strict = { takers: [{ subject16: anna, isOpen: 0, isRegularsOnly: 1 }], fallback: WHOLE_TEAM };
  assert.deepEqual([recipientOf(strict, anna, false, true), recipientOf(strict, anna, true, true)], [WHOLE_TEAM, anna]);
});

test('a conversation that was done leaves a relation, on every device; it is shown to that counsellor alone', async () => {
  const account = await newAccount(house);
  const enquiries = room(house, account);
  const first = enquiries.begin();
  first.type({ subject: SUBJECT, text: TEXT });
  await enquiries.send(first);
  const maria = await house.take();
  const relation = new Uint8Array(32).fill(7);
  markDone(maria, relation);
  await settled();
  full();
  await enquiries.readTeam();
  assert.deepEqual(enquiries.team.value?.passing, [MARIA]);
  const shown = async (/** @type {Uint8Array} */ addressee) => {
    const next = enquiries.begin();
    next.type({ subject: SUBJECT, text: TEXT, addressee });
    await enquiries.send(next);
    return [next.problem.value, [...house.enquiries.values()].at(-1)?.fields.relation];
  };
  assert.deepEqual(await shown(MARIA), ['', relation]);
  assert.deepEqual(await shown(WHOLE_TEAM), ['', new Uint8Array(0)]);
});

test('whoever has no place is not sealed to, and the draft stays one', async () => {
  const enquiries = room(house, await newAccount(house));
  const enquiry = enquiries.begin();
  enquiry.type({ subject: SUBJECT, text: TEXT, addressee: MARIA });
  await enquiries.readTeam();
  full();
  await enquiries.send(enquiry);
  assert.deepEqual([enquiry.problem.value, enquiry.stage.value, enquiry.isFixed, house.boxes.size], ['no_place', 'draft', false, 0]);
  // What is shown is what is known now.
  assert.deepEqual(enquiries.team.value?.told.takers.map(({ isOpen }) => isOpen), [0]);
  enquiry.type({ addressee: WHOLE_TEAM });
  await enquiries.send(enquiry);
  assert.deepEqual([enquiry.problem.value, texts(threadOf(enquiry))], ['', [['Sie', TEXT]]]);
});

test('the last place goes while it is sent: it is begun anew with every word', async () => {
  const enquiries = room(house, await newAccount(house));
  const enquiry = enquiries.begin();
  enquiry.type({ subject: SUBJECT, text: TEXT, addressee: MARIA });
  house.refused.enquiry_open = 'at_capacity';
  await enquiries.send(enquiry);
  assert.deepEqual([enquiry.problem.value, enquiry.stage.value], ['no_place', 'sending']);
  house.refused = {};
  full();
  await enquiries.beginAnew(enquiry, WHOLE_TEAM);
  const other = /** @type {any} */ (enquiries.shown.value);
  assert.deepEqual(other.typed.value, { addressee: WHOLE_TEAM, topic: '', subject: SUBJECT, text: TEXT });
  await enquiries.send(other);
  assert.deepEqual([other.problem.value, house.enquiries.size, onlyEnquiry(house).fields.addressee], ['', 1, WHOLE_TEAM]);
});

test('a place that goes before commit 0: nothing is sealed to that person on another device either', async () => {
  const enquiries = room(house, await newAccount(house));
  const enquiry = enquiries.begin();
  enquiry.type({ subject: SUBJECT, text: TEXT, addressee: MARIA });
  house.refused.create = 'storage';
  await enquiries.send(enquiry);
  enquiries.dispose();
  house.refused = {};
  full();
  const there = room(house, await again(house));
  await there.load();
  const [taken] = there.all.value;
  assert.deepEqual([taken.problem.value, taken.typed.value.text, boxOf(house).rows.length], ['no_place', TEXT, 0]);
});

test('only those who can be chosen count among the takers', async () => {
  house.told.takers.push({ subject16: new Uint8Array(16).fill(9), isOpen: 1, isRegularsOnly: 0 });
  const { told } = await new TeamPeople(house.line, TEAMS, PORTAL).read();
  assert.deepEqual(told.takers.map(({ subject16 }) => subject16), [MARIA]);
  house.lies.profiles = () => ({ profiles: [] });
  assert.deepEqual((await new TeamPeople(house.line, TEAMS, PORTAL).read()).told.takers, []);
});
