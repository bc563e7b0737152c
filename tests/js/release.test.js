// An own written conversation goes back to the team, with what was said and what is typed; whoever takes it goes on.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { decodeGivenDraft, encodeGivenDraft } from '../../web/js/crypto/givendraft.js';
import { NotCanonical } from '../../web/js/crypto/errors.js';
import { encode } from '../../web/js/crypto/encoding.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { OTHER_TEAM } from './helpers/centre.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

const DRAFT = 'Liebe Kiesel, ich habe nachgedacht.';

/** Maria has taken on what a seeker wrote, has answered, and has typed more; Jonas is at his desk. */
async function office() {
  const found = new Office();
  const seeker = await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  assert.equal(await maria.takes(1), 'taken');
  const model = /** @type {any} */ (maria.case?.model);
  model.say('Guten Tag.');
  model.draft.value = DRAFT;
  await settled();
  return { found, seeker, maria, jonas };
}

/** @param {Office} found */
const ticketOf = (found) => [...found.tickets.values()][0];
/** @param {DeskOf} desk */
const said = (desk) => desk.case?.model?.messages.value.filter(({ kind }) => kind === 'text').map(({ text }) => text);
/** @param {any} thread */
const told = (thread) => thread?.messages.value.filter((/** @type {any} */ { kind }) => kind === 'system').map((/** @type {any} */ { code, author }) => [code, author]);
/** @param {DeskOf} desk */
const entryOf = (desk) => desk.session.keyring.entries[0];
/** @param {DeskOf} desk @param {boolean} [withDraft] */
const releases = async (desk, withDraft = true) => {
  const isDone = await (await desk.written.releases()).release(desk.idOf(1), withDraft);
  await settled();
  return isDone;
};

test('it goes back whole, and whoever takes it finds the draft in the own field', async () => {
  const { found, seeker, maria, jonas } = await office();
  assert.equal(await releases(maria), true);
  assert.deepEqual([maria.case, entryOf(maria).state, entryOf(maria).secrets], [null, EntryState.GONE, []]);
  assert.deepEqual([ticketOf(found).state, ticketOf(found).assignee.length], [EnquiryState.OPEN, 0]);
  assert.deepEqual(jonas.rows.map(({ state }) => state), ['open']);
  // To the seeker it is as open as at first, and no alarm.
  assert.deepEqual([seeker.written.paused.value, seeker.written.standing.value], [null, 'open']);
  assert.deepEqual(told(seeker.thread).at(-1), ['released', 'Maria B.']);
  assert.deepEqual(seeker.written.readers.value.map(({ isTeam }) => isTeam), [true]);
  await seeker.says('Sind Sie noch da?');

  const content = await jonas.opens(1);
  assert.deepEqual([content?.draft, content?.draftBy], [DRAFT, 'Maria B.']);
  assert.deepEqual(content?.parts.map(({ author, text }) => [author, text]), [['', 'Ich weiß nicht weiter.'], ['Maria B.', 'Guten Tag.'], ['', 'Sind Sie noch da?']]);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  const model = /** @type {any} */ (jonas.case?.model);
  assert.deepEqual([model.draft.value, model.draftBy.value], [DRAFT, 'Maria B.']);
  assert.deepEqual(said(jonas), ['Ich weiß nicht weiter.', 'Guten Tag.', 'Sind Sie noch da?']);
  model.say('Ich bin Jonas.');
  await settled();
  assert.equal(model.draftBy.value, null);
  assert.equal(told(seeker.thread).at(-1)[1], 'Jonas K.');
  assert.equal(seeker.written.paused.value, null);
  const again = /** @type {any} */ ((await new DeskOf(found, found.jonas).signsIn()).case?.model);
  assert.deepEqual([again.messages.value.filter((/** @type {any} */ { mine }) => mine).length > 0, again.draftBy.value], [true, null]);
});

test('without the draft, and taken again by who gave it back', async () => {
  const { maria, jonas } = await office();
  assert.equal(await releases(maria, false), true);
  assert.equal((await jonas.opens(1))?.draft, '');
  await maria.opens(1);
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  assert.deepEqual(said(maria), ['Ich weiß nicht weiter.', 'Guten Tag.']);
  const model = /** @type {any} */ (maria.case?.model);
  assert.deepEqual([model.draft.value, model.draftBy.value], ['', null]);
});

test('it goes on from wherever it stopped, at the next sign-in', async () => {
  for (const losesLast of [false, true]) {
    for (let at = 0; at < 9; at += 1) {
      const { found, seeker, maria, jonas } = await office();
      await maria.session.keyring.flush();
      maria.line.cutAfter = maria.line.asked + at;
      maria.line.losesLast = losesLast;
      await (await maria.written.releases()).release(maria.idOf(1), true).catch(() => {});
      maria.crashes();
      await settled();
      const back = await new DeskOf(found, found.maria).signsIn();
      if (back.case !== null) {
        assert.equal(/** @type {any} */ (back.case.model).draft.value, DRAFT);
        assert.equal(await releases(back), true);
      }
      assert.equal(entryOf(back).state, EntryState.GONE, `stopped at ${at}`);
      assert.equal(ticketOf(found).state, EnquiryState.OPEN);
      await jonas.opens(1);
      assert.equal(await jonas.takes(1), 'taken');
      await settled();
      assert.equal(/** @type {any} */ (jonas.case?.model).draft.value, DRAFT);
      assert.equal(seeker.written.paused.value, null);
    }
  }
});

test('while a colleague is asked about it stays; and where what was said is not mine to hand on', async () => {
  const { found, seeker, maria, jonas } = await office();
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, false);
  await settled();
  maria.case?.model?.draft.peek();
  const [question] = [...seeker.written.questions.value.values()].slice(-1);
  seeker.written.guests.answer(question, true);
  await settled();
  await settled();
  assert.equal(await releases(maria), false);
  await jonas.opens(1);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.equal(jonas.case?.model?.canGrant, false);
  assert.equal(await releases(jonas), false);
  assert.equal(jonas.case?.model?.isLost.value, false);
});

test('while a colleague stands in neither of them gives it back', async () => {
  const { found, seeker, maria, jonas } = await office();
  maria.written.handOvers?.ask(maria.idOf(1), found.jonas.certificateHash, true, true);
  await settled();
  seeker.written.guests.answer([...seeker.written.questions.value.values()].slice(-1)[0], true);
  await settled();
  await settled();
  await jonas.opens(1);
  assert.equal(await jonas.takes(1), 'taken');
  await settled();
  assert.deepEqual([await releases(maria), await releases(jonas)], [false, false]);
  assert.deepEqual([maria.case?.model?.isLost.value, jonas.case?.model?.isLost.value], [false, false]);
});

test('to another team, or with somebody beside it: an alarm', async () => {
  const { found, seeker, maria } = await office();
  Object.assign(maria.place.portals[0], { team16: OTHER_TEAM });
  assert.equal(await releases(maria), true);
  assert.equal(seeker.written.paused.value?.code, 'UNINVITED');
  assert.ok(found.boxes.get(hex(seeker.box16)));
});

test('another page of the same account hears that it is over, and keeps nothing', async () => {
  const { found, maria } = await office();
  const other = await new DeskOf(found, found.maria).signsIn();
  assert.equal(await releases(maria), true);
  await settled();
  assert.equal(other.case?.model?.isLost.value, true);
  assert.equal(entryOf(other).state, EntryState.GONE);
});

test('a given draft is one in form, or none', () => {
  const given = { box16: new Uint8Array(16), epoch: 3, certificateHash: new Uint8Array(32), text: 'ä\u0000 ' };
  assert.deepEqual(decodeGivenDraft(encodeGivenDraft(given)), given);
  const raw = (/** @type {Uint8Array} */ text) => encode([given.box16, 3, given.certificateHash, text]);
  for (const text of [new Uint8Array(0), new Uint8Array(32 * 1024 + 1), new Uint8Array([0xff])]) {
    assert.throws(() => decodeGivenDraft(raw(text)), NotCanonical);
  }
});
