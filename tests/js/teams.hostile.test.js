// A relay that lies about teams, and an admin who begins one anew: nothing is sealed, stated or shown on their word.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { unseenRestart, withSeen } from '../../web/js/core/restarts.js';
import * as account from '../../web/js/crypto/account.js';
import { encodeGrant } from '../../web/js/crypto/grant.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { LetterKind, inbox16, openLetter, sealLetter } from '../../web/js/crypto/letter.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { makeLeaf } from '../../web/js/crypto/certificate.js';
import { encode, team as teamOf } from '../../web/js/crypto/statement.js';
import { TEAM } from './helpers/centre.js';
import { TeamDesk, TeamOffice } from './helpers/teamoffice.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

/** Maria and Eva, after Jonas has left and everything was sealed anew; Eva has only the new key. */
async function sealedAnew() {
  const found = new TeamOffice();
  const seeker = await new Writer(found).writes();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  await found.revokes(found.jonas);
  await found.certifies(found.eva);
  await maria.calm();
  await maria.admits('Eva S.');
  await maria.calm();
  return { found, seeker, maria };
}

/** @param {TeamOffice} found @param {string} state */
async function evaSees(found, state) {
  const eva = await new TeamDesk(found, found.eva).signsIn();
  eva.written.look([eva.idOf(1)]);
  await eva.calm();
  const content = eva.written.first(eva.idOf(1))?.content.value;
  assert.deepEqual([content?.state, content?.parts.length], [state, state === 'open' ? 1 : 0]);
  if (state !== 'open') assert.equal(await eva.takes(1), 'failed');
}

test('what was sealed anew opens with its history, and a truncated one opens nothing', async () => {
  const { found } = await sealedAnew();
  await evaSees(found, 'open');
  // All but the commit that let the new key in.
  found.lies.read = (reply) => ({ ...reply, rows: reply.rows.slice(0, 3), headN: 3 });
  await evaSees(found, 'refused');
});

test('a welcome without its history, or with one from somebody else, opens nothing', async () => {
  const { found, maria } = await sealedAnew();
  const seed = /** @type {any} */ (maria.session.keyring.teamSeeds.find((/** @type {any} */ one) => one.epoch === 2)).seed;
  const isGrant = (/** @type {any} */ one) => one.inbox === hex(inbox16(publicOf(seed))) && openLetter(one.e2, seed).kind === LetterKind.GRANT;
  const [grant] = found.inbox.filter(isGrant);
  const others = found.inbox.filter((one) => one !== grant);
  found.inbox = others;
  await evaSees(found, 'refused');
  const letter = openLetter(grant.e2, seed);
  const by = (/** @type {any} */ sign, /** @type {Uint8Array} */ payload) => ({ ...grant, e2: sealLetter(publicOf(seed), sign, { ...letter, signPk: signPublic(sign), payload }) });
  const { sign } = maria.session.keys;
  const [box] = found.boxes.values();
  for (const forged of [
    by(account.staffSign(found.jonas.ams), letter.payload),
    by(sign, encodeGrant({ box16: randomBytes(16), secrets: [keyOf('EpochSecret', randomBytes(32))] })),
    by(sign, encodeGrant({ box16: box.box16, secrets: [keyOf('EpochSecret', randomBytes(32))] })),
    by(sign, encodeGrant({ box16: box.box16, secrets: [1, 2].map(() => keyOf('EpochSecret', randomBytes(32))) })),
  ]) {
    found.inbox = [...others, forged];
    await evaSees(found, 'refused');
  }
  found.inbox = [...others, grant];
  await evaSees(found, 'open');
});

test('the letter of before, kept back by the relay, lets nobody in who has left', async () => {
  const found = new TeamOffice();
  const seeker = await new Writer(found).writes();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  const jonas = await new TeamDesk(found, found.jonas).signsIn();
  const kept = [...found.inbox];
  await maria.takesOut('Jonas K.');
  await maria.calm();
  await seeker.says('Nur für die, die da sind.');
  found.lies.enquiry_letter = () => ({ letters: kept });
  found.lies.enquiries = () => ({ rows: [...found.tickets.values()].map((one) => ({ ...one })), hasMore: 0 });
  await jonas.written.readOn();
  await jonas.opens(1);
  await jonas.calm();
  const content = jonas.written.first(jonas.idOf(1))?.content.value;
  assert.notEqual(content?.state, 'open');
  assert.ok(!JSON.stringify(content).includes('Nur für die'));
});

test('a request that does not stand its checks is sealed to nobody, and is named', async () => {
  const found = new TeamOffice();
  await new Writer(found).writes();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  found.lies.read = (reply) => ({ ...reply, rows: reply.rows.map((/** @type {any} */ row) => ({ ...row, e1: row.e1.with(-1, row.e1.at(-1) ^ 1) })) });
  await found.revokes(found.jonas);
  await maria.calm();
  const [{ failed }] = Object.values(maria.room.sealing.value);
  assert.deepEqual([failed.map(({ code }) => code), found.sent.filter(([who, what]) => who !== 'seeker' && what === 'commit')], [['refused'], []]);
});

test('an inbox that begins again and again ends the look, and no page goes round in it', async () => {
  const found = new TeamOffice();
  await new Writer(found).writes();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  const former = hex(inbox16(found.stated().team.kemPk));
  found.lies.inbox_read = (reply, { inbox16: asked }) => (hex(asked) === former ? { letters: found.inbox.filter((one) => one.inbox === former) } : reply);
  await found.revokes(found.jonas);
  await maria.calm();
  assert.ok(found.askedBy('Maria B.').length < 100);
  assert.deepEqual([maria.room.problem.value, found.sealedTo], ['refused', { now: 0, before: 1 }]);
});

test('what a relay tells as a statement without a signature that counts changes no team', async () => {
  const found = new TeamOffice();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  const latest = found.stated();
  const payload = teamOf({ team16: TEAM, epoch: 2, kemPk: publicOf(keyOf('KemSecret', randomBytes(32))), members: [found.maria.subject16] });
  const nowMs = found.clock.now();
  found.appends({ leaf: makeLeaf(keyOf('SignSecret', randomBytes(32)), TEAM, payload, nowMs, nowMs + 1000), payload: encode(payload) });
  maria.line.tell('log_grown', { size: found.newest.size });
  await maria.calm();
  assert.deepEqual([hex(found.stated().hash), maria.team.members.length, maria.team.restart], [hex(latest.hash), 2, null]);
});

// --- a team that an admin begins anew --------------------------------------------------------------------

test('a restart is an alarm: nothing is stated and nothing sealed before somebody has asked', async () => {
  const found = new TeamOffice();
  await new Writer(found).writes();
  await found.certifies(found.eva);
  const maria = await new TeamDesk(found, found.maria).signsIn();
  await found.restarts([found.maria, found.jonas]);
  await maria.calm();
  const { restart } = maria.team;
  assert.equal(hex(restart?.statement.hash ?? new Uint8Array(0)), hex(found.stated().hash));
  assert.equal(hex(restart?.signer?.signPk ?? new Uint8Array(0)), hex(signPublic(found.adminKey)));
  await found.revokes(found.jonas);
  await maria.calm();
  assert.equal(await maria.admits('Eva S.'), 'failed');
  assert.equal(await maria.takesOut('Jonas K.'), 'failed');
  assert.deepEqual([found.stated().team.epoch, found.askedBy('Maria B.').includes('commit'), found.sealedTo], [2, false, { now: 0, before: 1 }]);
  // Seen on this device, it is seen on every one of the account.
  assert.equal(await maria.room.acknowledge(maria.team), true);
  assert.equal(maria.team.restart, null);
  const again = await new TeamDesk(found, found.maria).signsIn();
  assert.equal(again.team.restart, null);
  assert.deepEqual(found.members, ['Maria B.']);
});

test('a second restart is a new alarm, and what was seen of the first one is kept no more', async () => {
  const found = new TeamOffice();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  await found.restarts([found.maria, found.jonas]);
  await maria.calm();
  await maria.room.acknowledge(maria.team);
  await found.restarts([found.maria, found.jonas]);
  await maria.calm();
  assert.equal(hex(maria.team.restart?.statement.hash ?? new Uint8Array(0)), hex(found.stated().hash));
  await maria.room.acknowledge(maria.team);
  assert.deepEqual(maria.session.keyring.settings.restarts.map(hex), [hex(found.stated().hash)]);
});

test('who came after it is not alarmed, and who could not note it is told', async () => {
  const found = new TeamOffice();
  const maria = await new TeamDesk(found, found.maria).signsIn();
  await found.restarts([found.maria]);
  await maria.calm();
  maria.line.cutAfter = maria.line.asked;
  assert.equal(await maria.room.acknowledge(maria.team), false);
  assert.notEqual(maria.team.restart, null);
  const jonas = await new TeamDesk(found, found.jonas).signsIn();
  assert.ok(!jonas.room.teams.value.some(({ id }) => id === hex(TEAM)));
  await found.certifies(found.eva);
  const { team16, epoch, kemPk, members } = found.stated().team;
  const next = teamOf({ team16, epoch: epoch + 1, kemPk, members: [...members, found.eva.subject16] });
  await found.states(account.staffSign(found.maria.ams), TEAM, next, 20);
  const eva = await new TeamDesk(found, found.eva).signsIn();
  assert.deepEqual([eva.team.members.length, eva.team.restart], [2, null]);
});

test('only what is the newest restart of a team is kept as seen', async () => {
  const found = new TeamOffice();
  await found.restarts([found.maria]);
  const [first] = found.newest.teamHistory(TEAM).filter(({ team }) => team.restart);
  await found.restarts([found.maria]);
  const second = found.stated();
  const seen = withSeen(found.newest, [first.hash], second);
  assert.deepEqual(seen.map(hex), [hex(second.hash)]);
  assert.deepEqual([unseenRestart(found.newest, TEAM, seen), unseenRestart(found.newest, TEAM, [first.hash])?.index], [null, second.index]);
});
