// Written requests as a counsellor's page has them, against a relay in memory: reading, taking on, answering.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState } from '../../web/js/crypto/entry.js';
import { capHash } from '../../web/js/crypto/credential.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { noteOf } from '../../web/js/features/workspace/note.js';
import { EnquiryState } from '../../web/js/wire/catalogue-staff.js';
import { WireError } from '../../web/js/wire/errors.js';
import { settled } from './helpers/clock.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { hex } from './helpers/vectors.js';
import { Writer } from './helpers/writer.js';

before(ready);

const MINUTE_MS = 60_000;

async function office() {
  const found = new Office();
  const seeker = await new Writer(found).writes();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  return { office: found, seeker, maria, jonas };
}

/** @param {Office} found */
const stateOf = (found) => [...found.tickets.values()].map((one) => one.state);

// --- reading ------------------------------------------------------------------------------------------

test('every colleague of the team reads a first request, and writes nothing', async () => {
  const { office: found, maria, jonas } = await office();
  for (const desk of [maria, jonas]) {
    const content = await desk.opens(1);
    assert.deepEqual(
      [content?.state, content?.pseudonym, content?.topic, content?.subject, content?.parts.map(({ text }) => text)],
      ['open', 'Kiesel-407', 'Familie', 'Streit', ['Ich weiß nicht weiter.']],
    );
    const { count, isAddressed, named } = desk.written.readersOf(desk.idOf(1));
    assert.deepEqual([count, isAddressed, named()], [2, false, { names: ['Jonas K.', 'Maria B.'], unnamed: 0 }]);
  }
  await found.elapse(10 * MINUTE_MS);
  const wrote = found.sent.filter(([who, what]) => who !== 'seeker' && ['post', 'commit', 'swap', 'page_save'].includes(what));
  assert.deepEqual(wrote, []);
});

test('what the seeker adds before anybody has taken it is read too', async () => {
  const { seeker, maria } = await office();
  await maria.opens(1);
  await seeker.says('Noch etwas.');
  assert.deepEqual(maria.written.first(maria.idOf(1))?.content.value.parts.map(({ text }) => text), ['Ich weiß nicht weiter.', 'Noch etwas.']);
});

// --- taking on ----------------------------------------------------------------------------------------

test('a regular counsellor: named by hand and no more; the relay knows a hash, the seeker the rest', async () => {
  const { office: found, seeker, maria } = await office();
  await maria.opens(1);
  await maria.takes(1);
  await settled();
  const thread = /** @type {any} */ (maria.case?.model);
  assert.deepEqual([thread.isRegular.value, found.relations.size, thread.learned.relation.value], [false, 0, null]);
  await maria.written.setRegular(maria.idOf(1), true);
  await settled();
  const { relation, isFirst } = seeker.thread.learned.relation.value;
  assert.deepEqual([thread.isRegular.value, isFirst, [...found.relations]], [true, false, [hex(capHash(keyOf('CapSecret', relation)))]]);
  await maria.written.setRegular(maria.idOf(1), false);
  await settled();
  assert.deepEqual([thread.isRegular.value, found.relations.size, seeker.thread.learned.relation.value.relation.length], [false, 0, 0]);
});

test('where the portal wants it, the first who takes it is the regular counsellor, unless there is one', async () => {
  for (const hasRegular of [0, 1]) {
    const { office: found, seeker, maria } = await office();
    found.isAutomatic = 1;
    found.lies.enquiries = (/** @type {any} */ reply) => ({ ...reply, rows: reply.rows.map((/** @type {any} */ row) => ({ ...row, hasRegular })) });
    await maria.written.readOn();
    await maria.opens(1);
    await maria.takes(1);
    await settled();
    assert.deepEqual([found.relations.size, seeker.thread.learned.relation.value?.isFirst ?? null], hasRegular === 1 ? [0, null] : [1, true]);
  }
});

test('without a place of my own nothing is kept, and the request stays as it is', async () => {
  const { office: found, maria } = await office();
  await maria.opens(1);
  found.sent.length = 0;
  found.enquiry_accept = () => { throw new WireError('at_capacity'); };
  assert.equal(await maria.takes(1), 'full');
  const wrote = found.sent.filter(([, what]) => ['commit', 'swap', 'page_save', 'enquiry_taken'].includes(what));
  assert.deepEqual([wrote, stateOf(found), maria.rows], [[], [EnquiryState.OPEN], [{ number: 1, state: 'open', byName: '' }]]);
});

test('one takes it on and answers; done, taken up again, closed, purged', async () => {
  const { office: found, seeker, maria, jonas } = await office();
  await jonas.opens(1);
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  assert.deepEqual([stateOf(found), found.inbox], [[EnquiryState.WAITING], []]);
  // Nothing of the team is left in the box; what was read before it was taken on stays on the screen for a moment.
  assert.deepEqual(found.boxes.get(hex(seeker.box16)).caps.map((/** @type {any} */ cap) => [cap.sidx, cap.team16.length]), [[0, 0], [2, 0]]);
  assert.equal(maria.written.first(maria.idOf(1))?.content.value.state, 'open');
  assert.deepEqual([maria.rows, jonas.rows], [
    [{ number: 1, state: 'mine', byName: '' }], [{ number: 1, state: 'taken', byName: 'Maria B.' }],
  ]);
  const model = maria.case?.model;
  assert.deepEqual([model?.peerName.value, model?.subject.value, model?.standing.value], ['Kiesel-407', 'Streit', 'taken']);
  assert.deepEqual(model?.readers.value.map(({ isMe, name }) => [isMe, name]), [[false, 'Kiesel-407'], [true, 'Maria B.']]);
  model?.say('Guten Tag.');
  await settled();
  assert.deepEqual([seeker.heard, stateOf(found)], [['Guten Tag.'], [EnquiryState.ANSWERED]]);
  maria.written.markDone(String(maria.case?.id));
  await settled();
  assert.deepEqual([model?.standing.value, stateOf(found), found.relations.size], ['done', [EnquiryState.DONE], 1]);
  assert.ok(found.relations.has(hex(capHash(/** @type {any} */ (seeker.written.learned.known.value?.relation)))));
  await seeker.says('Doch noch etwas.');
  assert.deepEqual([model?.standing.value, stateOf(found), model?.unread.value], ['taken', [EnquiryState.WAITING], 1]);
  await maria.written.close(String(maria.case?.id));
  await settled();
  assert.deepEqual([maria.case?.state, found.tickets.size], ['closed', 0]);
  found.purge(seeker.box16);
  await settled();
  assert.deepEqual([maria.case, maria.purged.length], [null, 1]);
});

test('what the log has grown by since a request was read stands in the commit that takes it on', async () => {
  const { office: found, seeker, maria } = await office();
  await maria.opens(1);
  const { size } = found.log.view;
  found.logGrows();
  assert.equal(await maria.takes(1), 'taken');
  maria.case?.model?.say('Guten Tag.');
  await settled();
  assert.deepEqual([found.log.view.size, seeker.heard], [size + 1, ['Guten Tag.']]);
});

test('a second attempt adds no secret to the keyring', async () => {
  const { office: found, maria } = await office();
  const commit = found.commit;
  found.commit = () => { throw new WireError('storage'); };
  assert.equal(await maria.takes(1), 'failed');
  found.commit = commit;
  assert.equal(await maria.takes(1), 'taken');
  const [entry] = maria.session.keyring.entries;
  assert.deepEqual(entry.secrets.map((/** @type {any} */ one) => one.epoch), [0, 1]);
});

test('who is later is told so, and reads no further', async () => {
  const { office: found, seeker, maria, jonas } = await office();
  await jonas.opens(1);
  await maria.opens(1);
  assert.deepEqual(await Promise.all([maria.takes(1), jonas.takes(1)]), ['taken', 'late']);
  await seeker.says('Nur für eine.');
  await found.elapse(10_000);
  assert.deepEqual([jonas.rows, jonas.case, jonas.written.first(String(maria.case?.id))], [[], null, null]);
  assert.deepEqual(maria.case?.model?.messages.value.filter(({ kind }) => kind === 'text').map(({ text }) => text), ['Ich weiß nicht weiter.', 'Nur für eine.']);
});

test('a commit that comes second changes nothing, and its request is not mine', async () => {
  const { office: found, maria, jonas } = await office();
  await jonas.opens(1);
  await maria.takes(1);
  // The relay lets a second one through.
  const [ticket] = found.tickets.values();
  Object.assign(ticket, { state: EnquiryState.OPEN, assignee: new Uint8Array(0) });
  found.lies.enquiry_letter = () => ({ letters: [] });
  jonas.written.hear({ ...ticket });
  assert.equal(await jonas.takes(1), 'late');
  assert.equal(jonas.case, null);
  assert.equal((await new DeskOf(found, found.jonas).signsIn()).case, null);
});

test('one that is written to me is mine to read alone; taking it on needs no commit', async () => {
  const found = new Office();
  const maria = await new DeskOf(found, found.maria).signsIn();
  const jonas = await new DeskOf(found, found.jonas).signsIn();
  await new Writer(found).writes({ to: found.maria });
  assert.deepEqual([maria.rows.length, jonas.rows.length], [1, 0]);
  const content = await maria.opens(1);
  const { count, isAddressed, named } = maria.written.readersOf(maria.idOf(1));
  assert.deepEqual([content?.state, content?.subject, count, isAddressed], ['open', 'Streit', 1, true]);
  assert.deepEqual(named(), { names: ['Maria B.'], unnamed: 0 });
  await found.elapse(10 * MINUTE_MS);
  assert.ok(!found.askedBy('Maria B.').includes('post'));
  assert.equal(await maria.takes(1), 'taken');
  assert.deepEqual(found.askedBy('Maria B.').slice(-7), ['enquiry_accept', 'page_save', 'swap', 'enquiry_taken', 'share', 'read', 'portal_rules']);
  maria.case?.model?.say('Ja.');
  await settled();
  assert.deepEqual(stateOf(found), [EnquiryState.ANSWERED]);
});

test('taken on at one desk, it opens at the other of the same account', async () => {
  const { office: found, maria } = await office();
  const second = await new DeskOf(found, found.maria).signsIn();
  await maria.takes(1);
  await settled();
  await settled();
  assert.equal(second.case?.id, maria.case?.id);
});

// --- crashes ------------------------------------------------------------------------------------------

/** As many requests as taking on asks: letter, share, read, accept, keyring, commit, taken, share, read. */
const STEPS = 9;

for (const isAddressed of [false, true]) {
  for (const losesLast of [false, true]) {
    for (let step = 0; step < STEPS; step += 1) {
      const name = `a crash ${losesLast ? 'in' : 'after'} step ${step} of taking on${isAddressed ? ' what is written to me' : ''}`;
      test(`${name} loses nothing and locks nobody out`, async () => {
        const found = new Office();
        const seeker = await new Writer(found).writes({ to: isAddressed ? found.maria : null });
        const maria = await new DeskOf(found, found.maria).signsIn();
        maria.line.cutAfter = maria.line.asked + step;
        maria.line.losesLast = losesLast;
        await maria.takes(1);
        maria.crashes();
        await found.elapse(10 * MINUTE_MS);
        const back = await new DeskOf(found, found.maria).signsIn();
        if (back.case === null) assert.equal(await back.takes(1), 'taken');
        await settled();
        assert.deepEqual([back.case?.model?.subject.value, stateOf(found)], ['Streit', [EnquiryState.WAITING]]);
        back.case?.model?.say('Da bin ich.');
        await settled();
        assert.deepEqual([seeker.heard, stateOf(found), found.inbox], [['Da bin ich.'], [EnquiryState.ANSWERED], []]);
      });
    }
  }
}

test('a commit whose answer is lost has been made', async () => {
  const { office: found, maria } = await office();
  found.lies.commit = () => { throw new WireError('no_answer'); };
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  assert.deepEqual([maria.case?.model?.subject.value, stateOf(found)], ['Streit', [EnquiryState.WAITING]]);
  // Not for a moment was it open to the others again.
  assert.ok(!found.askedBy('Maria B.').includes('enquiry_return'));
});

test('taken on by an attempt that seemed to have failed, it is found at the next one', async () => {
  const { office: found, maria } = await office();
  found.lies.commit = () => { throw new WireError('disconnected'); };
  found.lies.share = (reply, { box16 }) => {
    // The line is down until the first attempt is given up.
    if (found.boxes.get(hex(box16)).rows.length > 3) throw new WireError('disconnected');
    return reply;
  };
  assert.equal(await maria.takes(1), 'failed');
  found.lies = {};
  assert.equal(await maria.takes(1), 'taken');
  await settled();
  assert.deepEqual([maria.case?.model?.subject.value, stateOf(found)], ['Streit', [EnquiryState.WAITING]]);
});

test('what was typed and not sent comes back at the next sign-in, and what was sent does not', async () => {
  const { office: found, seeker, maria } = await office();
  await maria.takes(1);
  const model = maria.case?.model;
  if (model == null) throw new Error('no conversation');
  model.draft.value = 'Ein langer Anfang';
  await maria.session.keyring.flush();
  maria.written.clear();
  assert.equal(maria.session.keyring.draft(seeker.box16), 'Ein langer Anfang');
  const back = await new DeskOf(found, found.maria).signsIn();
  assert.equal(back.case?.model?.draft.value, 'Ein langer Anfang');
  back.case?.model?.say('Ein langer Anfang');
  await settled();
  assert.deepEqual(seeker.heard, ['Ein langer Anfang']);
  assert.equal((await new DeskOf(found, found.maria).signsIn()).case?.model?.draft.value, '');
});

test('what was kept for a request that a colleague has is no conversation', async () => {
  const { office: found, maria, jonas } = await office();
  // The keyring knows of it, the commit never arrived.
  maria.line.cutAfter = maria.line.asked + 5;
  assert.equal(await maria.takes(1), 'failed');
  maria.crashes();
  await found.elapse(10 * MINUTE_MS);
  assert.equal(await jonas.takes(1), 'taken');
  const back = await new DeskOf(found, found.maria).signsIn();
  assert.equal(back.case, null);
  const [entry] = back.session.keyring.entries;
  assert.deepEqual([entry.state, noteOf(entry)?.number], [EntryState.CLOSED, 1]);
});
