// Team keys as members' pages keep them: a newcomer is admitted, somebody leaves, requests are sealed anew.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

// Pages fetch it when it is needed; here it is there.
import '../../web/js/features/workspace/recommit.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { Role } from '../../web/js/crypto/statement.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { WireError } from '../../web/js/wire/errors.js';
import { settled } from './helpers/clock.js';
import { TeamDesk, TeamOffice } from './helpers/teamoffice.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

const DAY_MS = 86_400_000;
const TEXT = 'Ich weiß nicht weiter.';

/** @param {number} [writers] */
async function office(writers = 0) {
  const found = new TeamOffice();
  for (let n = 0; n < writers; n += 1) await new Writer(found).writes();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  return { found, maria };
}

/** @param {TeamDesk} desk @param {number} number */
async function reads(desk, number) {
  desk.written.look([desk.idOf(number)]);
  await desk.calm();
  const content = desk.written.first(desk.idOf(number))?.content.value;
  return [content?.state, content?.parts.map(({ text }) => text)];
}

// --- a newcomer -----------------------------------------------------------------------------------------

test('who is certified and not listed is asked about, and once admitted reads what is open', async () => {
  const { found, maria } = await office(1);
  assert.deepEqual(maria.asked, []);
  await found.certifies(found.eva);
  await maria.calm();
  assert.deepEqual([maria.asked, maria.room.waiting.value, found.members], [[['Eva S.', 'new']], 1, ['Maria B.', 'Jonas K.']]);
  const before = found.stated().team;
  const eva = await new TeamDesk(found, found.eva).signsIn();
  assert.deepEqual([eva.team, eva.rows], [undefined, []]);
  assert.equal(await maria.admits('Eva S.'), 'done');
  await maria.calm();
  const after = found.stated().team;
  assert.deepEqual([found.members, after.epoch, hex(after.kemPk)], [['Maria B.', 'Jonas K.', 'Eva S.'], before.epoch + 1, hex(before.kemPk)]);
  assert.deepEqual([maria.asked, maria.room.waiting.value], [[], 0]);
  // Her own page has heard of it, and the key has come.
  assert.deepEqual([eva.team?.members.map(({ name }) => name), eva.session.keyring.teamSeeds.length], [['Eva S.', 'Jonas K.', 'Maria B.'], 1]);
  await eva.written.readOn();
  assert.deepEqual(await reads(eva, 1), ['open', [TEXT]]);
  assert.equal(await eva.takes(1), 'taken');
});

test('a lost key and its new one: one card, one comparing, and what is open is sealed anew', async () => {
  const { found, maria } = await office(2);
  await found.revokes(found.jonas, 2);
  await maria.calm();
  assert.deepEqual([found.members, maria.team.lost, maria.team.gone, maria.asked], [['Maria B.'], ['Jonas K.'], [], []]);
  assert.deepEqual([found.sealedTo, maria.room.sealing.value[maria.team.id].done], [{ now: 4, before: 0 }, 2]);
  await found.certifies(found.eva, { replaces: found.jonas.subject16 });
  await maria.calm();
  const [candidate] = maria.team.candidates;
  assert.deepEqual([maria.asked, candidate.isBack, candidate.before, maria.room.waiting.value], [[['Eva S.', 'new']], true, 'Jonas K.', 1]);
  assert.equal(await maria.admits('Eva S.'), 'done');
  assert.deepEqual([found.members, maria.asked], [['Maria B.', 'Eva S.'], []]);
  const eva = await new TeamDesk(found, found.eva).signsIn();
  assert.deepEqual(await reads(eva, 1), ['open', [TEXT]]);
});

test('who was not there meanwhile does both in one: the old key out, then the new one in', async () => {
  const found = new TeamOffice();
  await new Writer(found).writes();
  await found.revokes(found.jonas, 0);
  await found.certifies(found.eva, { replaces: found.jonas.subject16 });
  const maria = await new TeamDesk(found, found.maria).signsIn();
  assert.deepEqual([found.members, maria.team.lost, maria.team.candidates[0].isBack], [['Maria B.'], ['Jonas K.'], true]);
  assert.equal(await maria.admits('Eva S.'), 'done');
  assert.deepEqual(found.members, ['Maria B.', 'Eva S.']);
});

test('the words are those of the very key that is admitted', async () => {
  const { found, maria } = await office();
  await found.certifies(found.eva);
  await maria.calm();
  const [candidate] = maria.team.candidates;
  const other = { ...candidate, certificate: { .../** @type {any} */ (candidate.certificate), kemPk: found.stated().team.kemPk } };
  const mark = found.sent.length;
  assert.equal(await maria.room.admit(maria.team.id, other), 'failed');
  assert.deepEqual(found.sent.slice(mark).filter(([, what]) => what === 'letter_send' || what === 'log_publish'), []);
});

test('an auditor, an admin, and who was revoked meanwhile are not admitted', async () => {
  const { found, maria } = await office();
  await found.certifies(found.eva, { role: 4 });
  await maria.calm();
  assert.deepEqual(maria.asked, []);
  const other = await office();
  await other.found.certifies(other.found.eva);
  await other.maria.calm();
  const [candidate] = other.maria.team.candidates;
  await other.found.revokes(other.found.eva);
  await other.maria.calm();
  assert.equal(await other.maria.room.admit(other.maria.team.id, candidate), 'failed');
  assert.deepEqual(other.found.members, ['Maria B.', 'Jonas K.']);
});

test('into the leads\' team comes who leads, and nobody else', async () => {
  const { found, maria } = await office();
  await found.certifies(found.eva);
  await maria.calm();
  const [candidate] = maria.team.candidates;
  Object.assign(maria.place.portals[0], { leads16: maria.team.team16, team16: randomBytes(16) });
  await maria.room.look();
  assert.deepEqual([maria.team.isLeads, maria.asked], [true, []]);
  // A page that still shows the card of before.
  assert.equal(await maria.room.admit(maria.team.id, candidate), 'failed');
  assert.deepEqual(found.members, ['Maria B.', 'Jonas K.']);
  await found.certifies(found.eva, { role: Role.LEAD });
  await maria.calm();
  assert.deepEqual([maria.asked, await maria.admits('Eva S.')], [[['Eva S.', 'new']], 'done']);
});

test('put off is not asked about any more, and can be admitted all the same', async () => {
  const { found, maria } = await office();
  await found.certifies(found.eva);
  await maria.calm();
  maria.room.putOff(maria.team.candidates[0].id);
  assert.deepEqual([maria.room.waiting.value, maria.asked.length], [0, 1]);
  assert.equal(await maria.admits('Eva S.'), 'done');
});

test('two who admit at once, and a renewal in between, list everybody', async () => {
  const { found, maria } = await office();
  const jonas = await new TeamDesk(found, found.jonas).signsIn();
  await found.certifies(found.eva);
  await maria.calm();
  assert.deepEqual(await Promise.all([maria.admits('Eva S.'), jonas.admits('Eva S.')]), ['done', 'done']);
  await maria.calm();
  assert.deepEqual([found.members, found.stated().team.epoch], [['Maria B.', 'Jonas K.', 'Eva S.'], 2]);
});

test('without the key of the team nobody is admitted, and it is said why', async () => {
  const { found, maria } = await office();
  await found.certifies(found.eva);
  await maria.calm();
  maria.session.keyring.wipe();
  assert.equal(await maria.admits('Eva S.'), 'noKey');
  assert.deepEqual(found.members, ['Maria B.', 'Jonas K.']);
});

test('a refusal of the service ends, and a lost line says so', async () => {
  const { found, maria } = await office();
  await found.certifies(found.eva);
  await maria.calm();
  const publish = found.log_publish;
  found.log_publish = () => { throw new WireError('bad_statement'); };
  assert.equal(await maria.admits('Eva S.'), 'failed');
  found.log_publish = () => { throw new WireError('disconnected'); };
  assert.equal(await maria.admits('Eva S.'), 'offline');
  found.log_publish = publish;
  assert.equal(await maria.admits('Eva S.'), 'done');
});

// --- somebody leaves -------------------------------------------------------------------------------------

test('a member is revoked: a new key, and what is open is sealed to it with progress', async () => {
  const found = new TeamOffice();
  const [, seeker] = [await new Writer(found).writes(), await new Writer(found).writes(), await new Writer(found).writes()];
  const maria = await new TeamDesk(found, found.maria).signsIn();
  const jonas = await new TeamDesk(found, found.jonas).signsIn();
  for (const desk of [maria, jonas]) assert.deepEqual(await reads(desk, 2), ['open', [TEXT]]);
  const before = found.stated().team;
  await found.revokes(found.jonas);
  await maria.calm();
  assert.notEqual(hex(found.stated().team.kemPk), hex(before.kemPk));
  assert.deepEqual([found.members, found.sealedTo], [['Maria B.'], { now: 6, before: 0 }]);
  assert.deepEqual(maria.progress.filter(([, all]) => all === 3), [[0, 3, true], [1, 3, true], [2, 3, true], [3, 3, true], [3, 3, false]]);
  assert.deepEqual([maria.team.gone, maria.team.unnamed], [['Jonas K.'], 0]);
  await seeker.says('Noch etwas.');
  // What is before her eyes follows it.
  assert.deepEqual(maria.written.first(maria.idOf(2))?.content.value.parts.map(({ text }) => text), [TEXT, 'Noch etwas.']);
  // Whoever left reads nothing that comes after, with the page still open or with a new sign-in.
  assert.ok(!JSON.stringify(jonas.written.first(jonas.idOf(2))?.content.value).includes('Noch etwas.'));
  const again = new TeamDesk(found, found.jonas);
  await again.written.begin(again.session);
  assert.notEqual((await reads(again, 2))[0], 'open');
  // The others read all of it, and take it on; the seeker goes on as before.
  assert.equal(await maria.takes(2), 'taken');
  maria.case?.model?.say('Guten Tag.');
  await settled();
  assert.deepEqual([maria.case?.model?.messages.value.filter(({ kind }) => kind === 'text').length, seeker.heard], [3, ['Guten Tag.']]);
});

test('what was taken on after sealing opens again at the next sign-in, also without the former key', async () => {
  const found = new TeamOffice();
  const seeker = await new Writer(found).writes();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  await found.certifies(found.eva);
  await maria.calm();
  await maria.admits('Eva S.');
  await found.revokes(found.jonas);
  await maria.calm();
  const eva = await new TeamDesk(found, found.eva).signsIn();
  // She has the key of before, and the one of now; the box goes back further than either of her statements.
  assert.deepEqual(await reads(eva, 1), ['open', [TEXT]]);
  assert.equal(await eva.takes(1), 'taken');
  const back = await new TeamDesk(found, found.eva).signsIn();
  back.case?.model?.say('Da bin ich.');
  await settled();
  assert.deepEqual(seeker.heard, ['Da bin ich.']);
});

test('who is admitted after it reads what was sealed anew', async () => {
  const { found, maria } = await office(1);
  await found.revokes(found.jonas);
  await maria.calm();
  await found.certifies(found.eva);
  await maria.calm();
  await maria.admits('Eva S.');
  await maria.calm();
  const eva = await new TeamDesk(found, found.eva).signsIn();
  assert.equal(eva.session.keyring.teamSeeds.length, 1);
  assert.deepEqual(await reads(eva, 1), ['open', [TEXT]]);
  assert.equal(await eva.takes(1), 'taken');
  const back = await new TeamDesk(found, found.eva).signsIn();
  assert.deepEqual(back.case?.model?.messages.value.filter(({ kind }) => kind === 'text').map(({ text }) => text), [TEXT]);
});

test('taken out by a colleague: the same, and nobody is asked about at once again', async () => {
  const { found, maria } = await office(1);
  assert.equal(await maria.takesOut('Jonas K.'), 'done');
  await maria.calm();
  assert.deepEqual([found.members, maria.asked, maria.room.waiting.value, found.sealedTo], [['Maria B.'], [['Jonas K.', 'former']], 0, { now: 2, before: 0 }]);
  // Certified anew since then; he is in another team still.
  await found.certifies(found.jonas);
  await maria.calm();
  assert.deepEqual(maria.asked, [['Jonas K.', 'elsewhere']]);
});

test('nobody takes oneself out', async () => {
  const { found, maria } = await office();
  await maria.takesOut('Maria B.');
  assert.deepEqual([found.members, found.stated().team.epoch], [['Maria B.', 'Jonas K.'], 1]);
});

test('a certificate that has ended is like one that was revoked', async () => {
  const { found } = await office();
  await found.certifies(found.maria);
  await found.elapse(29 * DAY_MS + 1);
  await new TeamDesk(found, found.maria).signsIn();
  assert.deepEqual([found.members, found.stated().team.epoch], [['Maria B.'], 2]);
});

test('what ends soon is renewed with the same key, and by a clock that is off nothing is stated', async () => {
  const { found } = await office();
  const before = found.stated();
  await found.elapse(10 * DAY_MS);
  found.clock.set(-20 * 60_000);
  found.clock.learn(found.clock.now() + 20 * 60_000, 1);
  await new TeamDesk(found, found.maria).signsIn();
  assert.equal(found.stated().team.epoch, 1);
  found.clock.learn(found.clock.now(), 1);
  await new TeamDesk(found, found.maria).signsIn();
  const after = found.stated();
  assert.deepEqual([after.team.epoch, hex(after.team.kemPk) === hex(before.team.kemPk)], [2, true]);
});

test('of two new keys the earlier leaf counts, and the other one is kept nowhere', async () => {
  const found = new TeamOffice();
  await found.certifies(found.eva);
  const maria = await new TeamDesk(found, found.maria).signsIn();
  const jonas = await new TeamDesk(found, found.jonas).signsIn();
  await maria.admits('Eva S.');
  await maria.calm();
  await found.revokes(found.eva);
  await maria.calm();
  assert.deepEqual(found.members, ['Maria B.', 'Jonas K.']);
  for (const desk of [maria, jonas]) {
    const seeds = desk.session.keyring.teamSeeds.filter((/** @type {any} */ one) => one.epoch === 3);
    assert.equal(seeds.length, 1, desk.who.name);
  }
  assert.equal(found.stated().team.epoch, 3);
});

/** As many requests as all of it asks: the own seed, the statement, the inbox, the former one, and five for the request. */
const STEPS = 12;

for (let step = 0; step < STEPS; step += 1) {
  test(`a crash after step ${step} of making a new key is made up for at the next sign-in`, async () => {
    const { found, maria } = await office(1);
    maria.line.cutAfter = maria.line.asked + step;
    await found.revokes(found.jonas);
    await maria.calm();
    maria.crashes();
    const back = await new TeamDesk(found, found.maria).signsIn();
    assert.deepEqual([found.members, found.stated().team.epoch, found.sealedTo], [['Maria B.'], 2, { now: 2, before: 0 }]);
    assert.deepEqual(await reads(back, 1), ['open', [TEXT]]);
  });
}

// --- sealing anew ----------------------------------------------------------------------------------------

test('two members share the work, and who comes second finds it done', async () => {
  const found = new TeamOffice();
  await found.certifies(found.eva);
  for (let n = 0; n < 4; n += 1) await new Writer(found).writes();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  const jonas = await new TeamDesk(found, found.jonas).signsIn();
  await maria.admits('Eva S.');
  await maria.calm();
  await found.revokes(found.eva);
  await maria.calm();
  assert.deepEqual([found.members, found.sealedTo], [['Maria B.', 'Jonas K.'], { now: 8, before: 0 }]);
  for (const desk of [maria, jonas]) {
    assert.deepEqual(Object.values(desk.room.sealing.value).flatMap(({ failed }) => failed), [], desk.who.name);
    assert.deepEqual(await reads(desk, 3), ['open', [TEXT]]);
  }
});

test('who does not have the former key says so, and a colleague who has it goes on', async () => {
  const { found, maria } = await office(2);
  const { commit } = found;
  found.commit = () => { throw new WireError('storage'); };
  await found.revokes(found.jonas);
  await found.certifies(found.eva);
  await maria.calm();
  await maria.admits('Eva S.');
  const eva = await new TeamDesk(found, found.eva).signsIn();
  found.commit = commit;
  assert.deepEqual(Object.values(eva.room.sealing.value).map(({ failed }) => failed.map(({ number, code }) => [number, code]).sort()), [[[1, 'noKey'], [2, 'noKey']]]);
  assert.deepEqual(await reads(eva, 1), ['noKey', []]);
  maria.room.sealAgain();
  await maria.calm();
  assert.deepEqual(found.sealedTo, { now: 4, before: 0 });
  eva.room.sealAgain();
  await eva.calm();
  assert.deepEqual([Object.values(eva.room.sealing.value)[0].failed, await reads(eva, 1)], [[], ['open', [TEXT]]]);
});

test('what fails is named, and tried again when somebody asks', async () => {
  const { found, maria } = await office(2);
  const { commit } = found;
  found.commit = (/** @type {any} */ fields, /** @type {any} */ ...others) => {
    if (hex(fields.ticket16) === maria.idOf(2)) throw new WireError('storage');
    return commit.call(found, fields, others[0], others[1], others[2]);
  };
  await found.revokes(found.jonas);
  await maria.calm();
  const [progress] = Object.values(maria.room.sealing.value);
  assert.deepEqual(progress, { isRunning: false, done: 1, all: 2, failed: [{ id: maria.idOf(2), number: 2, code: 'failed' }] });
  found.commit = commit;
  // A new request alone is no reason to try again.
  await new Writer(found).writes();
  await maria.calm();
  assert.equal(Object.values(maria.room.sealing.value)[0].failed.length, 1);
  maria.room.sealAgain();
  await maria.calm();
  assert.deepEqual([Object.values(maria.room.sealing.value)[0].failed, found.sealedTo.before], [[], 0]);
});

test('what a colleague is just taking on is left alone, until it is open again', async () => {
  const found = new TeamOffice();
  await new Writer(found).writes();
  await found.certifies(found.eva);
  const maria = await new TeamDesk(found, found.maria).signsIn();
  await maria.admits('Eva S.');
  await maria.calm();
  const [ticket] = found.tickets.values();
  found.enquiry_accept({ ticket16: ticket.ticket16 }, new Uint8Array(0), found.jonas);
  await found.revokes(found.eva);
  await maria.calm();
  assert.deepEqual(found.sealedTo, { now: 0, before: 1 });
  await found.elapse(10 * 60_000);
  await maria.calm();
  assert.deepEqual([ticket.state, found.sealedTo], [EnquiryState.OPEN, { now: 2, before: 0 }]);
});

test('where the key has not changed, no inbox of the team is looked through', async () => {
  const { found } = await office(2);
  assert.equal(found.askedBy('Maria B.').filter((what) => what === 'inbox_read').length, 1);
});
