// Sending an enquiry, against a small house in memory: each step with a crash before and after it, and what the relay
// refuses.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import { decodeNote, noteOf } from '../../web/js/features/enquiries/note.js';
import { problemOf } from '../../web/js/features/enquiries/problems.js';
import { Right } from '../../web/js/wire/catalogue.js';
import { WireError } from '../../web/js/wire/errors.js';
import { settled } from './helpers/clock.js';
import { SUBJECT, TEXT, asked, onlyEnquiry, room, sent, threadOf } from './helpers/enquiring.js';
import { PORTAL, TEAM } from './helpers/house.js';
import { NAME, again, boxOf, newAccount, texts } from './helpers/seeker.js';
import { MARIA, WritingHouse } from './helpers/writing.js';

const HOUR_MS = 3_600_000;
/** What is asked while an enquiry is sent, in this order. */
const STEPS = ['page_save', 'create', 'commit', 'post', 'enquiry_open'];

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {WritingHouse} */
let house;
beforeEach(() => { house = new WritingHouse(); });

/** The first envelope of another conversation. @param {WritingHouse} elsewhere */
async function foreignCommit(elsewhere) {
  await sent(elsewhere);
  return boxOf(elsewhere).rows[0];
}

test('secret and text are saved first, in one save, and the ticket comes last', async () => {
  const account = await newAccount(house);
  const enquiry = room(house, account).begin();
  enquiry.type({ subject: SUBJECT, text: TEXT });
  const before = house.clock.now();
  await enquiry.send();
  assert.deepEqual(asked(house), ['page_save', 'create', 'commit', 'post', 'post', 'enquiry_open', 'page_save']);
  const [entry] = account.keyring.entries;
  assert.deepEqual([entry.secrets.length, decodeNote(entry.settings).isOpen, account.keyring.draft(entry.box16)], [1, true, '']);
  const { fields } = onlyEnquiry(house);
  assert.deepEqual(fields, { ticket16: decodeNote(entry.settings).ticket16, portal16: PORTAL, language: 'de', addressee: new Uint8Array(0), relation: new Uint8Array(0) });
  const box = boxOf(house);
  assert.equal(box.rights, Right.READ | Right.POST | Right.COMMIT | Right.CLOSE | Right.KEEP);
  assert.deepEqual(box.newCaps.map(({ sidx, rights, team16 }) => [sidx, rights, team16]), [[1, Right.READ | Right.COMMIT, TEAM]]);
  assert.deepEqual(box.letterTicket16, fields.ticket16);
  assert.ok(box.closesHour < before / HOUR_MS + 30 * 24);
});

test('the team reads who writes, what about and what; and nobody else', async () => {
  const { thread, enquiry } = await sent(house);
  assert.deepEqual([thread.subject.value, thread.topic.value, enquiry.subject.value], [SUBJECT, 'Gesundheit', SUBJECT]);
  assert.deepEqual(thread.readers.value, [{ isTeam: true, isLeads: false, sidx: 1, name: 'Team Leben' }]);
  assert.deepEqual([thread.peerName.value, thread.standing.value, texts(thread)], ['Team Leben', 'open', [['Sie', TEXT]]]);
  const maria = await house.take();
  assert.deepEqual([maria.pseudonym.value, maria.learned.enquiry.value?.subject, texts(maria)], [NAME, SUBJECT, [[NAME, TEXT]]]);
});

for (const name of STEPS) {
  test(`the answer to ${name} gets lost, and nothing is there twice`, async () => {
    const account = await newAccount(house);
    const enquiry = room(house, account).begin();
    enquiry.type({ subject: SUBJECT, text: TEXT });
    house.lost = [name];
    await enquiry.send();
    if (enquiry.thread.value === null) await enquiry.send();
    await settled();
    assert.equal(enquiry.problem.value, '');
    assert.deepEqual([texts(threadOf(enquiry)), house.enquiries.size, boxOf(house).rows.length], [[['Sie', TEXT]], 1, 3]);
  });

  test(`a crash before ${name}: another device goes on, with every word`, async () => {
    const first = room(house, await newAccount(house));
    const enquiry = first.begin();
    enquiry.type({ subject: SUBJECT, text: TEXT });
    house.refused[name] = 'storage';
    await enquiry.send();
    assert.notEqual(enquiry.problem.value, '');
    assert.equal(enquiry.thread.value, null);
    house.refused = {};
    // Nothing was saved: the words are still in this page's memory alone.
    if (name === 'page_save') await enquiry.send();
    first.dispose();
    const account = await again(house);
    const enquiries = room(house, account);
    await enquiries.load();
    const [taken] = enquiries.all.value;
    assert.deepEqual([taken.stage.value, taken.problem.value, texts(threadOf(taken))], ['sent', '', [['Sie', TEXT]]]);
    assert.deepEqual([house.enquiries.size, boxOf(house).rows.length, account.keyring.draft(taken.box16)], [1, 3, '']);
    assert.equal(noteOf(account.keyring.entries[0])?.isOpen, true);
  });

  test(`a crash after ${name}: another device goes on, and nothing is there twice`, async () => {
    const first = room(house, await newAccount(house));
    const enquiry = first.begin();
    enquiry.type({ subject: SUBJECT, text: TEXT });
    const next = STEPS[STEPS.indexOf(name) + 1];
    house.lost = [name];
    if (next !== undefined) house.refused[next] = 'storage';
    await enquiry.send();
    first.dispose();
    house.refused = {};
    const enquiries = room(house, await again(house));
    await enquiries.load();
    const [taken] = enquiries.all.value;
    await settled();
    assert.deepEqual([taken.stage.value, texts(threadOf(taken)), house.enquiries.size, boxOf(house).rows.length], ['sent', [['Sie', TEXT]], 1, 3]);
  });
}

test('two devices send one draft: one commit stands, and one ticket', async () => {
  const account = await newAccount(house);
  const one = room(house, account).begin();
  one.type({ subject: SUBJECT, text: TEXT });
  await account.flush();
  const two = room(house, await again(house));
  house.refused.create = 'storage';
  await two.load();
  const other = two.all.value[0];
  await other.send();
  await one.send();
  house.refused = {};
  await one.send();
  await other.send();
  assert.deepEqual([one.problem.value, other.problem.value], ['', '']);
  assert.deepEqual([house.boxes.size, house.enquiries.size, boxOf(house).rows.length], [1, 1, 3]);
  assert.deepEqual(texts(threadOf(other)), [['Sie', TEXT]]);
});

test('a first envelope that no device of this account has made opens nothing', async () => {
  const account = await newAccount(house);
  const enquiry = room(house, account).begin();
  enquiry.type({ text: TEXT });
  house.refused.commit = 'storage';
  await enquiry.send();
  house.refused = {};
  const other = new WritingHouse();
  house.boxes.get([...house.boxes.keys()][0]).rows.push(await foreignCommit(other));
  await enquiry.send();
  assert.deepEqual([enquiry.problem.value, enquiry.typed.value.text], ['damaged', TEXT]);
});

test('what was typed on another device after it was sent stays, as a draft of the answer', async () => {
  const account = await newAccount(house);
  const enquiry = room(house, account).begin();
  enquiry.type({ subject: SUBJECT, text: TEXT });
  house.refused.enquiry_open = 'storage';
  await enquiry.send();
  house.refused = {};
  const next = await again(house);
  next.keyring.keepDraft(enquiry.box16, `${TEXT} Und noch etwas.`);
  const enquiries = room(house, next);
  await enquiries.load();
  assert.equal(threadOf(enquiries.all.value[0]).draft.value, `${TEXT} Und noch etwas.`);
});

test('the key of the team has been renewed: the log is read again, and the letter goes to the new one', async () => {
  const account = await newAccount(house);
  const enquiry = room(house, account).begin();
  enquiry.type({ text: TEXT });
  let updates = 0;
  const { update } = house.line.log;
  house.line.log.update = async () => { updates += 1; return update(); };
  const commit = house.commit.bind(house);
  let tries = 0;
  house.commit = (fields) => {
    tries += 1;
    if (tries === 1) throw new WireError('stale');
    return commit(fields);
  };
  await enquiry.send();
  assert.deepEqual([enquiry.problem.value, tries, updates >= 3], ['', 2, true]);
});

for (const [refusal, problem] of [['rate_limited', 'rate_limited'], ['purge_overdue', 'overdue'], ['internal', 'other']]) {
  test(`no new box (${refusal}): it is said why, and everything typed is there`, async () => {
    const account = await newAccount(house);
    const enquiry = room(house, account).begin();
    enquiry.type({ text: TEXT, subject: SUBJECT });
    house.refused.create = refusal;
    await enquiry.send();
    assert.deepEqual([enquiry.problem.value, enquiry.stage.value, enquiry.isFixed], [problem, 'sending', true]);
    assert.deepEqual([enquiry.typed.value.text, account.keyring.draft(enquiry.box16)], [TEXT, TEXT]);
    house.refused = {};
    await enquiry.send();
    assert.deepEqual(texts(threadOf(enquiry)), [['Sie', TEXT]]);
  });
}

test('a busy moment is no used up day', () => {
  const told = [300, 3_600_000, 0].map((retryMs) => problemOf(new WireError('rate_limited', retryMs)));
  assert.deepEqual(told, ['slow_down', 'rate_limited', 'rate_limited']);
});

test('what has been on its way is changed in a new one, for any device may go on with the old', async () => {
  const enquiries = room(house, await newAccount(house));
  const enquiry = enquiries.begin();
  enquiry.type({ text: TEXT, subject: SUBJECT, addressee: MARIA });
  house.refused.enquiry_open = 'storage';
  await enquiry.send();
  house.refused = {};
  await enquiries.beginAnew(enquiry, MARIA);
  const other = /** @type {import('../../web/js/features/enquiries/enquiry.js').Enquiry} */ (enquiries.shown.value);
  assert.deepEqual([other.isFixed, other.typed.value.addressee, other.typed.value.text], [false, MARIA, TEXT]);
  assert.equal(house.sent.includes('leave'), true);
  other.type({ text: 'Anders gesagt.' });
  await other.send();
  assert.deepEqual([texts(threadOf(other)), enquiries.all.value.length], [[['Sie', 'Anders gesagt.']], 1]);
});

test('after a lost line it goes by itself, but not what somebody has begun to change', async () => {
  const enquiries = room(house, await newAccount(house));
  const enquiry = enquiries.begin();
  enquiry.type({ text: TEXT });
  house.refused.page_save = 'disconnected';
  await enquiry.send();
  assert.deepEqual([enquiry.problem.value, enquiry.stage.value], ['unreachable', 'draft']);
  enquiry.type({ text: 'Ander' });
  house.refused = {};
  await house.line.again();
  await settled();
  assert.equal(enquiry.stage.value, 'draft');
  house.refused.page_save = 'disconnected';
  await enquiry.send();
  house.refused = {};
  await house.line.again();
  for (let i = 0; i < 20; i += 1) await settled();
  assert.deepEqual([enquiry.stage.value, texts(threadOf(enquiry))], ['sent', [['Sie', 'Ander']]]);
});

test('a team that is in force no more is not written to', async () => {
  const enquiry = room(house, await newAccount(house)).begin();
  enquiry.type({ text: TEXT });
  house.org.view.currentTeam = () => null;
  await enquiry.send();
  assert.deepEqual([enquiry.problem.value, boxOf(house).rows.length], ['damaged', 0]);
});

test('a file goes along, and one that may not be sent keeps nothing back', async () => {
  const enquiry = room(house, await newAccount(house)).begin();
  enquiry.type({ text: TEXT });
  enquiry.files.value = [{ raw: new Uint8Array(0), name: 'leer.pdf' }];
  await enquiry.send();
  const thread = threadOf(enquiry);
  assert.equal(enquiry.problem.value, '');
  assert.deepEqual(thread.messages.value.map(({ kind, state }) => [kind, state]), [['text', 'stored'], ['file', 'failed']]);
  assert.equal(house.enquiries.size, 1);
});
