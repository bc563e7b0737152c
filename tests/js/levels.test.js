// Who reads what at each level: by the keys of a page's two teams, whatever a list shows.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { strangersIn } from '../../web/js/core/leads.js';
import { NotCanonical } from '../../web/js/crypto/errors.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import { Level, allOf, backOf, firstOf, isLeads, readsAlong } from '../../web/js/crypto/levels.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { decodeReceipt, encodeReceipt } from '../../web/js/crypto/receipt.js';
import { recommit } from '../../web/js/features/workspace/recommit.js';
import { SMALL_TEAM, TEAM } from './helpers/centre.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

const EMPTY = new Uint8Array(0);

/** Maria counsels; Jonas counsels and leads. Maria has taken what a seeker wrote. @param {string} level */
async function office(level) {
  const found = new Office(level);
  const seeker = await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  assert.equal(await maria.takes(1), 'taken');
  const model = /** @type {any} */ (maria.case?.model);
  model.say('Guten Tag.');
  model.draft.value = 'Liebe Kiesel';
  await settled();
  return { found, seeker, maria, jonas };
}

/** @param {DeskOf} desk */
const releases = async (desk) => {
  const isDone = await (await desk.written.releases()).release(desk.idOf(1), true);
  await settled();
  return isDone;
};

test('each level says which team reads what is new and what is given back', () => {
  const teams = { team16: TEAM, leads16: SMALL_TEAM, level: Level.OPEN };
  const read = (/** @type {string} */ level) => [firstOf, backOf].map((of) => hex(of({ ...teams, level })));
  const [team, leads] = [hex(TEAM), hex(SMALL_TEAM)];
  assert.deepEqual(Object.values(Level).map(read), [[team, team], [team, team], [team, leads], [leads, leads]]);
  assert.deepEqual(Object.values(Level).filter((level) => readsAlong({ ...teams, level })), ['ganz-offen']);
  assert.deepEqual([allOf(teams).length, allOf({ ...teams, leads16: EMPTY }).length], [2, 1]);
  assert.deepEqual([isLeads(teams, SMALL_TEAM), isLeads(teams, TEAM), isLeads({ ...teams, leads16: EMPTY }, EMPTY)], [true, false, false]);
});

test('given back, only leads see it and go on with it', async () => {
  const { found, seeker, maria, jonas } = await office(Level.RESTRICTED);
  assert.equal((await maria.written.releases()).isForLeads(maria.idOf(1)), true);
  assert.equal(await releases(maria), true);
  const [ticket] = [...found.tickets.values()];
  assert.equal(ticket.forLeads, 1);
  assert.deepEqual([seeker.written.paused.value, seeker.written.readers.value.map((one) => one.isLeads)], [null, [true]]);
  // A list that shows it to a counsellor all the same opens nothing.
  assert.equal((await maria.opens(1))?.state, 'refused');
  const read = await jonas.opens(1);
  assert.deepEqual([read?.state, read?.draft, jonas.written.readersOf(jonas.idOf(1)).count], ['open', 'Liebe Kiesel', 1]);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.equal(jonas.case?.model?.draft.value, 'Liebe Kiesel');
  jonas.case?.model?.say('Ich mache weiter.');
  await settled();
  assert.deepEqual([seeker.heard, seeker.written.paused.value], [['Guten Tag.', 'Ich mache weiter.'], null]);
});

test('a relay that shows what the team reads as the leads\' business, or the other way round, opens nothing', async () => {
  const found = new Office(Level.RESTRICTED);
  await new Writer(found).writes();
  const jonas = new DeskOf(found, found.jonas);
  found.lies.enquiries = (reply) => ({ ...reply, rows: reply.rows.map((/** @type {any} */ row) => ({ ...row, forLeads: 1 })) });
  await jonas.signsIn();
  assert.equal((await jonas.opens(1))?.state, 'refused');
});

for (const level of [Level.OPEN, Level.RESTRICTED]) {
  test(`a release that goes by another level than the seeker's page is an alarm: ${level}`, async () => {
    const { seeker, maria } = await office(level);
    const other = level === Level.OPEN ? Level.RESTRICTED : Level.OPEN;
    Object.assign(maria.place.portals[0], { leads16: SMALL_TEAM, level: other });
    assert.equal(await releases(maria), true);
    assert.equal(seeker.written.paused.value?.code, 'UNINVITED');
  });
}

test('in the team\'s name no other team comes in', async () => {
  const found = new Office(Level.RESTRICTED);
  const seeker = await new Writer(found).writes();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  await jonas.opens(1);
  const { line, session } = jonas;
  const reader = /** @type {any} */ ({ request: line.request, log: found.log, clock: found.clock, keys: session.keys });
  const { opened } = /** @type {any} */ (jonas.written.first(jonas.idOf(1)));
  const leads = /** @type {any} */ (found.newest.latestTeam(SMALL_TEAM));
  assert.equal(await recommit(reader, found.jonas.certificateHash, [...found.tickets.values()][0], opened, leads), 'done');
  await settled();
  assert.equal(seeker.written.paused.value?.code, 'UNINVITED');
});

test('nothing for leads is sealed to a team in which somebody is none', async () => {
  const { found, seeker, maria } = await office(Level.RESTRICTED);
  const view = found.newest;
  const latest = /** @type {any} */ (view.latestTeam(SMALL_TEAM));
  assert.deepEqual(strangersIn(view, latest.team, found.clock.now()), []);
  const mixed = { ...latest.team, members: [...latest.team.members, found.maria.subject16] };
  assert.deepEqual(strangersIn(view, mixed, found.clock.now()), [found.maria.subject16]);
  // Counsellors' own team lists counsellors: as leads' it is refused.
  Object.assign(maria.place.portals[0], { leads16: TEAM });
  assert.equal(await releases(maria), false);
  assert.deepEqual([maria.case?.model?.isLost.value, seeker.written.paused.value], [false, null]);
});

test('a release that fell over is finished by the receipt in the own inbox', async () => {
  const { found, maria } = await office(Level.RESTRICTED);
  const { enquiry_release: truly } = Object.getPrototypeOf(found);
  Object.assign(found, { enquiry_release: () => ({}) });
  assert.equal(await releases(maria), true);
  assert.equal([...found.tickets.values()][0].forLeads, 0);
  Object.assign(found, { enquiry_release: truly });
  const again = await new DeskOf(found, found.maria).signsIn();
  await settled();
  assert.equal([...found.tickets.values()][0].forLeads, 1);
  assert.deepEqual([again.case, again.session.keyring.entries[0].state], [null, EntryState.GONE]);
});

test('a receipt is one in form, or none', () => {
  const receipt = { ticket16: new Uint8Array(16), box16: new Uint8Array(16).fill(1), epoch: 4 };
  assert.deepEqual(decodeReceipt(encodeReceipt(receipt)), receipt);
  for (const wrong of [{ ticket16: new Uint8Array(15) }, { box16: EMPTY }, { epoch: 2 ** 33 }]) {
    assert.throws(() => decodeReceipt(encodeReceipt({ ...receipt, ...wrong })), NotCanonical);
  }
});
