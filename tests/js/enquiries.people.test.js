// To whom an enquiry is written: the team, or one of it, as the log and their own keys say.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import { TeamPeople } from '../../web/js/features/enquiries/people.js';
import { WireError } from '../../web/js/wire/errors.js';
import { settled } from './helpers/clock.js';
import { SUBJECT, TEXT, room, sent } from './helpers/enquiring.js';
import { PORTAL, TEAM, TEAMS } from './helpers/house.js';
import { NAME, again, boxOf, newAccount, texts } from './helpers/seeker.js';
import { MARIA, WritingHouse } from './helpers/writing.js';

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {WritingHouse} */
let house;
beforeEach(() => { house = new WritingHouse(); });

test('addressed to one: only they can read it, and it is taken once they have signed anything', async () => {
  const { thread } = await sent(house, MARIA);
  assert.deepEqual(boxOf(house).newCaps[0].team16.length, 0);
  assert.deepEqual([thread.readers.value, thread.peerName.value, thread.standing.value], [[{ isTeam: false, isLeads: false, sidx: 1, name: 'Maria B.' }], 'Maria B.', 'open']);
  await assert.rejects(house.take());
  const maria = await house.join();
  assert.deepEqual(texts(maria), [[NAME, TEXT]]);
  maria.markSeen();
  await house.clock.elapse(60_000);
  assert.equal(thread.standing.value, 'taken');
});

test('who was addressed has left the team: it can begin again, to the whole team, with every word', async () => {
  const account = await newAccount(house);
  const enquiries = room(house, account);
  const enquiry = enquiries.begin();
  enquiry.type({ text: TEXT, subject: SUBJECT, addressee: new Uint8Array(16).fill(99) });
  await enquiry.send();
  assert.equal(enquiry.problem.value, 'addressee_gone');
  await enquiries.beginAnew(enquiry);
  const other = enquiries.shown.value;
  assert.deepEqual(other?.typed.value, { text: TEXT, subject: SUBJECT, topic: '', addressee: new Uint8Array(0) });
  await other?.send();
  assert.deepEqual([other?.stage.value, enquiry.stage.value, house.enquiries.size], ['sent', 'gone', 1]);
});

test('the team is who the log lists, each under the name that their own key signed', async () => {
  const { statement, persons } = await new TeamPeople(house.line, TEAMS, PORTAL).read();
  assert.deepEqual(statement?.team.team16, TEAM);
  assert.deepEqual(persons.map(({ subject16, name }) => [subject16, name]), [[MARIA, 'Maria B.']]);
});

test('a name that another key signed is nobody\'s, and whoever has no keys in force is not written to alone', async () => {
  const { profile } = house.org;
  house.lies.profiles = () => ({ profiles: [{ ...profile, signature: new Uint8Array(64).fill(1) }] });
  const forged = await new TeamPeople(house.line, TEAMS, PORTAL).read();
  assert.deepEqual(forged.persons.map(({ name }) => name), ['']);
  house.lies = {};
  const [certificate] = house.org.view.ownCertificates(MARIA);
  for (const change of [{ revokedAt: 4 }, { notAfterMs: 1 }]) {
    house.org.view.ownCertificates = () => [/** @type {any} */ ({ ...certificate, ...change })];
    const { persons: [maria] } = await new TeamPeople(house.line, TEAMS, PORTAL).read();
    assert.equal(maria.certificate, null);
  }
});

/** The admin begins the team anew: the same members, as far as this page can see. */
function restarts() {
  const { view } = house.org;
  const latest = /** @type {any} */ (view.latestTeam(TEAM));
  view.teamHistory = () => [{ ...latest, team: { ...latest.team, restart: true } }];
  return latest.hash;
}

test('to a team that was begun anew nothing is sealed before the person has seen it, on whichever device', async () => {
  for (const addressee of [new Uint8Array(0), MARIA]) {
    house = new WritingHouse();
    const hash = restarts();
    const account = await newAccount(house);
    const enquiries = room(house, account);
    const enquiry = enquiries.begin();
    enquiry.type({ subject: SUBJECT, text: TEXT, addressee });
    await settled();
    assert.equal(enquiries.restart.statement.value?.hash, hash);
    await enquiry.send();
    assert.deepEqual([enquiry.problem.value, house.sent.includes('commit')], ['team_restarted', false]);
    assert.equal(await enquiries.restart.acknowledge(), true);
    assert.deepEqual([enquiries.restart.statement.value, account.keyring.settings.restarts], [null, [hash]]);
    await enquiry.send();
    assert.equal(enquiry.stage.value, 'sent');
    const other = room(house, await again(house));
    await other.readTeam();
    assert.equal(other.restart.statement.value, null);
  }
});

test('what could not be noted is still an alarm', async () => {
  restarts();
  const enquiries = room(house, await newAccount(house));
  enquiries.begin();
  await settled();
  house.lies.page_save = () => { throw new WireError('disconnected'); };
  assert.equal(await enquiries.restart.acknowledge(), false);
  assert.notEqual(enquiries.restart.statement.value, null);
});

test('somebody who has left every team still has the name they signed', async () => {
  const people = new TeamPeople(house.line, { ...TEAMS, team16: new Uint8Array(16).fill(77) }, PORTAL);
  assert.equal(await people.nameOf(house.org.certificateHash), 'Maria B.');
  assert.equal(await people.nameOf(new Uint8Array(32)), '');
});
