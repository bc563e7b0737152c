// Text blocks of a team as members' pages keep them: together, after somebody has left, and under a relay that lies.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import './helpers/fetch.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { openSheet, sealSheet, sheetHash } from '../../web/js/crypto/sheet.js';
import { ShownBlocks } from '../../web/js/features/workspace/shownblocks.js';
import { encodeBlocks, newBlockId } from '../../web/js/features/workspace/teamblocks.js';
import { MAX_BLOCKS } from '../../web/js/features/workspace/textblocks.js';
import { WireError } from '../../web/js/wire/errors.js';
import { OTHER_TEAM, TEAM } from './helpers/centre.js';
import { TeamDesk, TeamOffice } from './helpers/teamoffice.js';
import { hex } from './helpers/vectors.js';

before(ready);

const TEAM_ID = hex(TEAM);

/** @param {TeamDesk} desk */
function shelf(desk) {
  const blocks = new ShownBlocks(desk.place);
  /** What stands in the list: whose, title and text. */
  const shown = () => blocks.all.value.map(({ team: whose, title, text, isEmergency }) => `${whose === '' ? 'own' : 'team'} ${isEmergency ? '!' : ''}${title}: ${text}`);
  const looks = async () => {
    await blocks.look();
    return shown();
  };
  const saves = (/** @type {string} */ title, /** @type {string} */ text, { team: where = TEAM_ID, isEmergency = false, former = '', id = newBlockId() } = {}) =>
    blocks.save({ id, title, text, isEmergency }, where, former);
  const idOf = (/** @type {string} */ text) => blocks.all.value.find((one) => one.text === text)?.id ?? '';
  const problems = async () => {
    await blocks.look();
    return blocks.teams.value.map(({ problem }) => problem);
  };
  return { blocks, shown, looks, saves, idOf, problems };
}

async function office() {
  const found = new TeamOffice();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  const jonas = await new TeamDesk(found, found.jonas).signsIn();
  const shelves = { maria: shelf(maria), jonas: shelf(jonas) };
  await shelves.maria.looks();
  await shelves.jonas.looks();
  return { found, maria, jonas, ...{ one: shelves.maria, other: shelves.jonas } };
}

/** @param {TeamDesk} desk */
const seedOf = (desk) => /** @type {any} */ (desk.session.keyring.teamSeeds.filter((one) => hex(one.team16) === TEAM_ID).at(-1)).seed;

test("own and team's stand in one list, the team's for emergencies first, with who wrote it", async () => {
  const { one, other } = await office();
  assert.deepEqual(await Promise.all([one.saves('Gruß', 'Guten Tag.'), other.saves('Ablauf', 'Eins.')]), ['done', 'done']);
  await other.saves('Anlaufstelle', 'Meine.', { team: '', isEmergency: true });
  await one.saves('Notfall', 'Wählen Sie 112.', { isEmergency: true });
  assert.deepEqual(await other.looks(), ['team !Notfall: Wählen Sie 112.', 'own !Anlaufstelle: Meine.', 'team Ablauf: Eins.', 'team Gruß: Guten Tag.']);
  assert.deepEqual([other.blocks.emergency?.title, other.blocks.emergency?.by], ['Notfall', 'Maria B.']);
  // The mark is one; who takes it takes it from the other.
  await other.saves('Notruf', '110 und 112.', { isEmergency: true });
  assert.deepEqual(await one.looks(), ['team !Notruf: 110 und 112.', 'team Ablauf: Eins.', 'team Gruß: Guten Tag.', 'team Notfall: Wählen Sie 112.']);
});

test('two who change the same block at once keep both, a deletion costs no words, and a repeat is no second block', async () => {
  const { one, other } = await office();
  await one.saves('Gruß', 'Alt.');
  await other.looks();
  const former = one.idOf('Alt.');
  await Promise.all([one.saves('Gruß', 'Morgen.', { former }), other.saves('Gruß', 'Abend.', { former })]);
  assert.deepEqual((await one.looks()).sort(), ['team Gruß: Abend.', 'team Gruß: Morgen.']);
  await other.looks();
  const evening = /** @type {any} */ (one.blocks.all.value.find(({ text }) => text === 'Abend.'));
  await other.saves('Gruß', 'Nacht.', { former: evening.id });
  await one.blocks.remove(evening);
  assert.deepEqual((await one.looks()).sort(), ['team Gruß: Morgen.', 'team Gruß: Nacht.']);
  const id = newBlockId();
  await one.saves('Neu', 'x', { id });
  await one.saves('Neu', 'x', { id });
  assert.equal((await one.looks()).filter((line) => line === 'team Neu: x').length, 1);
});

test('what is too much is said, and changes nothing', async () => {
  const { found, one } = await office();
  const many = Array.from({ length: MAX_BLOCKS }, (_, n) => `Nr. ${n}`);
  for (const title of many.slice(0, 3)) await one.saves(title, 'x');
  const sizes = new Set([found.sheetOf(TEAM).sheet.length]);
  for (const title of many.slice(3)) {
    await one.saves(title, 'x');
    sizes.add(found.sheetOf(TEAM).sheet.length);
  }
  assert.equal(sizes.size, 1);
  const { version } = found.sheetOf(TEAM);
  assert.deepEqual([await one.saves('zu viel', 'x'), found.sheetOf(TEAM).version], ['full', version]);
  assert.equal(await one.saves('geändert', 'x', { former: one.blocks.all.value[0].id }), 'done');
  const long = '€'.repeat(1_500);
  let outcome = 'done';
  for (let at = 0; outcome === 'done'; at += 1) outcome = await one.saves('lang', long, { former: one.blocks.all.value.filter(({ text }) => text !== long)[0].id });
  assert.equal(outcome, 'full');
});

test('without a line nothing is kept, and it is said', async () => {
  const { found, one } = await office();
  await one.saves('Gruß', 'x');
  found.sheet_save = () => { throw new WireError('disconnected'); };
  assert.equal(await one.saves('Neu', 'y'), 'failed');
  found.sheet_read = () => { throw new WireError('disconnected'); };
  assert.deepEqual(await one.problems(), ['offline', 'offline']);
});

test('once somebody has left the others seal them anew, and what the former key opens is not newer than that', async () => {
  const { found, maria, jonas, one, other } = await office();
  await other.saves('Gruß', 'Guten Tag.');
  await one.looks();
  const taken = seedOf(jonas);
  const before = found.newest.latestTeam(TEAM);
  await found.revokes(found.jonas);
  await maria.calm();
  assert.deepEqual(await one.looks(), ['team Gruß: Guten Tag.']);
  assert.equal(one.blocks.all.value[0].by, 'Jonas K.');
  const { version, sheet } = found.sheetOf(TEAM);
  assert.equal(version, 2);
  assert.throws(() => openSheet(taken, TEAM, 1, sheet), { code: 'bad_tag' });
  assert.equal(await other.saves('Gruß', 'Von draußen.'), 'failed');
  const forged = sealSheet(taken, jonas.session.keys.sign, {
    team16: TEAM, kind: 1, version: 3, certificateHash: found.jonas.certificateHash, teamHash: /** @type {any} */ (before).hash, before: sheetHash(sheet), content: encodeBlocks([]),
  });
  found.sheets.set(TEAM_ID, { version: 3, sheet: forged });
  assert.deepEqual(await one.problems(), ['older', '']);
  // The former key under the name of the present one.
  const byMaria = { team16: TEAM, kind: 1, version: 3, certificateHash: found.maria.certificateHash, before: sheetHash(sheet), content: encodeBlocks([]) };
  const teamHash = found.stated().hash;
  found.sheets.set(TEAM_ID, { version: 3, sheet: sealSheet(taken, maria.session.keys.sign, { ...byMaria, teamHash }) });
  assert.deepEqual(await one.problems(), ['refused', '']);
});

test('a certificate that was taken back before the statement signs nothing, although its subject is in the team again', async () => {
  const { found, maria, jonas, one } = await office();
  await one.saves('Gruß', 'Guten Tag.');
  await found.revokes(found.jonas, 3);
  await maria.calm();
  await one.looks();
  await found.certifies(found.jonas);
  await maria.calm();
  await maria.admits('Jonas K.');
  await maria.calm();
  await one.saves('Gruß', 'Neu.');
  const { version, sheet } = found.sheetOf(TEAM);
  const next = { ...openSheet(seedOf(maria), TEAM, 1, sheet).sheet, version: version + 1, before: sheetHash(sheet) };
  const [former, present] = found.newest.ownCertificates(found.jonas.subject16);
  for (const [certificate, problem] of /** @type {const} */ ([[former, 'refused'], [present, '']])) {
    const raw = sealSheet(seedOf(maria), jonas.session.keys.sign, { ...next, certificateHash: certificate.hash });
    found.sheets.set(TEAM_ID, { version: version + 1, sheet: raw });
    assert.equal((await one.problems())[0], problem);
  }
});

test('who has seen none yet takes no number for a sheet that it does not bear', async () => {
  const { found, one, other } = await office();
  await one.saves('Gruß', 'Guten Tag.');
  found.sheets.set(TEAM_ID, { version: 2, sheet: found.sheetOf(TEAM).sheet });
  assert.deepEqual(await other.problems(), ['older', '']);
});

test('nothing is written for a team whose restart nobody has seen', async () => {
  const { found, maria, one } = await office();
  await one.saves('Gruß', 'Guten Tag.');
  const seed = keyOf('KemSecret', randomBytes(32));
  await found.restarts([found.maria, found.jonas], seed);
  await maria.session.keyring.rememberSeed({ team16: TEAM, epoch: found.stated().team.epoch, seed });
  assert.deepEqual([await one.saves('Neu', 'x'), found.sheetOf(TEAM).version], ['failed', 1]);
});

test('an older sheet, none, another of the same version, and one that follows nothing are told, and not used', async () => {
  const { found, one, other, jonas } = await office();
  await one.saves('Gruß', 'Alt.');
  const first = found.sheetOf(TEAM);
  const inner = openSheet(seedOf(jonas), TEAM, 1, first.sheet).sheet;
  const byJonas = (/** @type {any} */ changes) => sealSheet(seedOf(jonas), jonas.session.keys.sign, { ...inner, certificateHash: found.jonas.certificateHash, ...changes });
  await other.saves('Ablauf', 'Neu.');
  const second = found.sheetOf(TEAM);
  assert.equal((await one.looks()).length, 2);
  const lies = [
    first, { version: 3, sheet: second.sheet }, { version: 0, sheet: new Uint8Array(0) },
    { version: 2, sheet: byJonas({ version: 2, before: sheetHash(first.sheet) }) },
    { version: 3, sheet: byJonas({ version: 3, before: randomBytes(32) }) },
  ];
  for (const lie of lies) {
    found.sheets.set(TEAM_ID, lie);
    assert.deepEqual([await one.problems(), one.shown(), await one.saves('Auf', 'Altem.')], [['older', ''], [], 'failed']);
  }
  found.sheets.set(TEAM_ID, second);
  assert.deepEqual([await one.problems(), one.shown().length], [['', ''], 2]);
});

test("what no member wrote, and another team's, is told, and not used", async () => {
  const { found, one, jonas } = await office();
  await found.certifies(found.eva);
  await one.saves('Gruß', 'Wahr.');
  const { sheet } = found.sheetOf(TEAM);
  const inner = openSheet(seedOf(jonas), TEAM, 1, sheet).sheet;
  const eva = await new TeamDesk(found, found.eva).signsIn();
  const next = { ...inner, version: 2, before: sheetHash(sheet) };
  const by = (/** @type {any} */ who, /** @type {any} */ changes) => ({ version: 2, sheet: sealSheet(seedOf(jonas), who.session.keys.sign, { ...next, ...changes }) });
  const strangers = /** @type {any} */ (found.newest.ownCertificates(found.eva.subject16)[0]);
  const lies = [
    by(eva, { certificateHash: strangers.hash }), by(eva, { certificateHash: found.jonas.certificateHash }), by(jonas, { certificateHash: new Uint8Array(32) }),
    by(jonas, { certificateHash: found.jonas.certificateHash, teamHash: /** @type {any} */ (found.newest.latestTeam(OTHER_TEAM)).hash }),
  ];
  for (const lie of lies) {
    found.sheets.set(TEAM_ID, lie);
    assert.deepEqual([await one.problems(), one.shown()], [['refused', ''], []]);
  }
  // Of this team, where the other's is to be: it opens to no key of that.
  found.sheets.set(TEAM_ID, { version: 1, sheet });
  found.sheets.set(hex(OTHER_TEAM), { version: 1, sheet });
  assert.deepEqual(await one.problems(), ['', 'noKey']);
});

test('under a key that is lost to all it can begin with none after a restart, and not without', async () => {
  const { found, one, maria } = await office();
  await one.saves('Gruß', 'Alt.');
  const { sheet } = found.sheetOf(TEAM);
  const inner = openSheet(seedOf(maria), TEAM, 1, sheet).sheet;
  const lost = sealSheet(keyOf('KemSecret', randomBytes(32)), maria.session.keys.sign, { ...inner, version: 2 });
  found.sheets.set(TEAM_ID, { version: 2, sheet: lost });
  assert.deepEqual([await one.problems(), one.blocks.teams.value[0].canBegin], [['noKey', ''], false]);
  assert.equal(await one.blocks.beginAnew(TEAM_ID), 'failed');
  await found.restarts([found.maria, found.jonas]);
  await maria.calm();
  // What nobody has seen is acted on by nobody.
  assert.deepEqual(await one.problems(), ['']);
  await maria.room.acknowledge(maria.team);
  await one.looks();
  assert.equal(one.blocks.teams.value[0].canBegin, true);
  assert.equal(found.sheetOf(TEAM).version, 2);
});
