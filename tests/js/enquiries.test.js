// A seeker's written enquiries against a small house in memory: the draft, each step of sending with a crash
// before and after it, what the relay refuses, and the conversation to its end.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { SeekerAccount } from '../../web/js/core/account.js';
import { signIn } from '../../web/js/core/accounts.js';
import { newAccountSecret } from '../../web/js/crypto/account.js';
import { EntryState, MAX_DRAFT_BYTES } from '../../web/js/crypto/entry.js';
import { Kind } from '../../web/js/crypto/envelope.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { Role } from '../../web/js/crypto/roster.js';
import { Enquiries } from '../../web/js/features/enquiries/enquiries.js';
import { closed, decodeNote, encodeNote, missed, noteOf } from '../../web/js/features/enquiries/note.js';
import { TeamPeople } from '../../web/js/features/enquiries/people.js';
import { WHOLE_TEAM, recipientOf } from '../../web/js/features/enquiries/recipient.js';
import { WrittenLearned } from '../../web/js/features/enquiries/learned.js';
import { dueDay, isOverdue } from '../../web/js/features/enquiries/standing.js';
import { Right } from '../../web/js/wire/catalogue.js';
import * as codec from '../../web/js/wire/codec.js';
import { WireError } from '../../web/js/wire/errors.js';
import { DEPLOYMENT, quick } from './helpers/accounts.js';
import { settled } from './helpers/clock.js';
import { PORTAL, RETENTION_HOURS, TEAM, TEAMS } from './helpers/house.js';
import { MARIA, WritingHouse, markDone } from './helpers/writing.js';

const NAME = 'kiesel-407';
const PHRASE = 'lampe wiese sieben kanal moos turm';
const HOUR_MS = 3_600_000;
const TEXT = 'Seit einem Jahr schlafe ich schlecht.';
const SUBJECT = 'Schlaf';
/** What is asked while an enquiry is sent, in this order. */
const STEPS = ['page_save', 'create', 'commit', 'post', 'enquiry_open'];

before(ready);
console.error = () => {};

/** @type {WritingHouse} */
let house;
beforeEach(() => { house = new WritingHouse(); });

async function newAccount() {
  const account = await SeekerAccount.create(house.line, { name: NAME, phrase: PHRASE, ams: newAccountSecret(), argon2id: quick });
  house.sent = [];
  return account;
}

/** Another device, or this one after a reload. */
async function again() {
  const signedIn = await signIn(house.request, { name: NAME, phrase: PHRASE, deploymentId: DEPLOYMENT, argon2id: quick });
  return SeekerAccount.open(house.line, signedIn);
}

/** @param {SeekerAccount} account */
function room(account) {
  return new Enquiries({
    line: house.line, account, people: new TeamPeople(house.line, TEAMS, PORTAL), portal16: PORTAL, language: 'de', teamName: 'Team Leben',
    myName: 'Sie', unacceptedDays: 30,
  });
}

/** An enquiry that somebody has just sent. @param {Uint8Array} [addressee] */
async function sent(addressee = new Uint8Array(0)) {
  const account = await newAccount();
  const enquiries = room(account);
  const enquiry = enquiries.begin();
  enquiry.type({ subject: SUBJECT, topic: 'Gesundheit', text: TEXT, addressee });
  await enquiry.send();
  await settled();
  assert.equal(enquiry.problem.value, '');
  return { account, enquiries, enquiry, thread: threadOf(enquiry) };
}

/** @param {import('../../web/js/features/enquiries/enquiry.js').Enquiry} enquiry */
const threadOf = (enquiry) => /** @type {import('../../web/js/features/enquiries/thread.js').WrittenThread} */ (enquiry.thread.value);
/** @param {import('../../web/js/features/live/thread.js').Thread} thread */
const texts = (thread) => thread.messages.value.filter((line) => line.kind === 'text').map(({ author, text }) => [author, text]);
/** @param {import('../../web/js/features/live/thread.js').Thread} thread */
const told = (thread) => thread.messages.value.filter((line) => line.kind === 'system').map(({ code, author }) => [code, author]);
const boxOf = () => [...house.boxes.values()].at(-1);
const quiet = ['read', 'profiles', 'takers', 'share'];
const asked = () => house.sent.splice(0).filter((name) => !quiet.includes(name));
const onlyEnquiry = () => [...house.enquiries.values()][0];

/** The first envelope of another conversation. @param {WritingHouse} elsewhere */
async function foreignCommit(elsewhere) {
  const mine = house;
  house = elsewhere;
  await sent();
  const [e1] = boxOf().rows;
  house = mine;
  return e1;
}

// --- the draft ------------------------------------------------------------------------------------

test('nothing is kept before something is typed, and nothing is saved before somebody leaves', async () => {
  const account = await newAccount();
  const enquiries = room(account);
  const enquiry = enquiries.begin();
  assert.deepEqual([account.keyring.entries.length, enquiries.all.value.length], [0, 1]);
  enquiry.type({ text: 'Seit' });
  enquiry.type({ text: TEXT, subject: SUBJECT });
  assert.deepEqual(asked(), []);
  await account.flush();
  assert.deepEqual(asked(), ['page_save']);
  await account.flush();
  assert.deepEqual(asked(), []);
});

test('a draft comes back on another device with all that was typed', async () => {
  const account = await newAccount();
  room(account).begin().type({ text: TEXT, subject: SUBJECT, topic: 'Familie', addressee: MARIA });
  await account.signOut();
  const enquiries = room(await again());
  await enquiries.load();
  const [enquiry] = enquiries.all.value;
  assert.deepEqual([enquiry.stage.value, enquiry.typed.value], ['draft', { text: TEXT, subject: SUBJECT, topic: 'Familie', addressee: MARIA }]);
});

test('what the relay would not take any more comes back with the pages that were held', async () => {
  const account = await newAccount();
  room(account).begin().type({ text: TEXT, subject: SUBJECT });
  house.refused.page_save = 'unauthorised';
  await account.flush();
  const held = account.keyring.unsaved();
  house.refused = {};
  const next = await again();
  next.keyring.takeBack(held);
  const enquiries = room(next);
  await enquiries.load();
  assert.deepEqual(enquiries.all.value.map(({ typed }) => typed.value.subject), [SUBJECT]);
  await next.flush();
  assert.equal(next.keyring.isUnsaved, false);
});

test('what is typed while a page is being saved waits for the next save', async () => {
  const account = await newAccount();
  const enquiry = room(account).begin();
  enquiry.type({ subject: 'Sch' });
  const save = house.page_save.bind(house);
  house.page_save = (fields) => {
    enquiry.type({ subject: SUBJECT });
    return save(fields);
  };
  await account.flush();
  house.page_save = save;
  assert.equal(account.keyring.isUnsaved, true);
  await account.flush();
  const entry = (await again()).keyring.entries[0];
  assert.equal(noteOf(entry)?.subject, SUBJECT);
});

test('a draft that is emptied, or thrown away, leaves nothing', async () => {
  const account = await newAccount();
  const enquiries = room(account);
  const enquiry = enquiries.begin();
  enquiry.type({ text: 'Seit' });
  enquiry.type({ text: '' });
  assert.deepEqual([account.keyring.entries.length, account.keyring.isUnsaved], [0, false]);
  enquiry.type({ text: TEXT });
  await enquiry.discard();
  assert.deepEqual([enquiries.all.value.length, account.keyring.isUnsaved, asked()], [0, false, []]);
});

test('a saved draft that is thrown away is gone on every device', async () => {
  const account = await newAccount();
  const enquiries = room(account);
  const enquiry = enquiries.begin();
  enquiry.type({ text: TEXT });
  await account.flush();
  await enquiry.discard();
  const [entry] = account.keyring.entries;
  assert.deepEqual([entry.state, account.keyring.draft(entry.box16), noteOf(entry)], [EntryState.GONE, '', null]);
});

test('whoever leaves a form in which nothing was typed leaves none', async () => {
  const enquiries = room(await newAccount());
  enquiries.begin();
  enquiries.leave();
  assert.deepEqual([enquiries.all.value.length, enquiries.shown.value], [0, null]);
});

test('what was typed elsewhere is the beginning of a new one', async () => {
  const account = await newAccount();
  const enquiry = room(account).begin(TEXT);
  assert.deepEqual([enquiry.typed.value.text, account.keyring.draft(enquiry.box16)], [TEXT, TEXT]);
});

test('nothing is sent without words, or with more than an envelope or a draft takes', async () => {
  const enquiry = room(await newAccount()).begin();
  assert.equal(enquiry.missing, 'text_missing');
  await assert.rejects(enquiry.send(), LocalError);
  enquiry.type({ text: 'a'.repeat(12_001) });
  assert.equal(enquiry.missing, 'text_too_long');
  enquiry.type({ text: '語'.repeat(MAX_DRAFT_BYTES / 3 + 1) });
  assert.equal(enquiry.missing, 'text_too_long');
  enquiry.type({ text: 'a'.repeat(12_000), subject: 'b'.repeat(121) });
  assert.equal(enquiry.missing, 'subject_too_long');
  enquiry.type({ subject: 'b'.repeat(120) });
  assert.equal(enquiry.missing, '');
});

// --- sending --------------------------------------------------------------------------------------

test('secret and text are saved first, in one save, and the ticket comes last', async () => {
  const account = await newAccount();
  const enquiry = room(account).begin();
  enquiry.type({ subject: SUBJECT, text: TEXT });
  const before = house.clock.now();
  await enquiry.send();
  assert.deepEqual(asked(), ['page_save', 'create', 'commit', 'post', 'post', 'enquiry_open', 'page_save']);
  const [entry] = account.keyring.entries;
  assert.deepEqual([entry.secrets.length, decodeNote(entry.settings).isOpen, account.keyring.draft(entry.box16)], [1, true, '']);
  const { fields } = onlyEnquiry();
  assert.deepEqual(fields, { ticket16: decodeNote(entry.settings).ticket16, portal16: PORTAL, language: 'de', addressee: new Uint8Array(0), relation: new Uint8Array(0) });
  const box = boxOf();
  assert.equal(box.rights, Right.READ | Right.POST | Right.COMMIT | Right.CLOSE | Right.KEEP);
  assert.deepEqual(box.newCaps.map(({ sidx, rights, team16 }) => [sidx, rights, team16]), [[1, Right.READ | Right.COMMIT, TEAM]]);
  assert.deepEqual(box.letterTicket16, fields.ticket16);
  assert.ok(box.closesHour < before / HOUR_MS + 30 * 24);
});

test('the team reads who writes, what about and what; and nobody else', async () => {
  const { thread, enquiry } = await sent();
  assert.deepEqual([thread.subject.value, thread.topic.value, enquiry.subject.value], [SUBJECT, 'Gesundheit', SUBJECT]);
  assert.deepEqual(thread.readers.value, [{ isTeam: true, isLeads: false, sidx: 1, name: 'Team Leben' }]);
  assert.deepEqual([thread.peerName.value, thread.standing.value, texts(thread)], ['Team Leben', 'open', [['Sie', TEXT]]]);
  const maria = await house.take();
  assert.deepEqual([maria.pseudonym.value, maria.learned.enquiry.value?.subject, texts(maria)], [NAME, SUBJECT, [[NAME, TEXT]]]);
});

for (const name of STEPS) {
  test(`the answer to ${name} gets lost, and nothing is there twice`, async () => {
    const account = await newAccount();
    const enquiry = room(account).begin();
    enquiry.type({ subject: SUBJECT, text: TEXT });
    house.lost = [name];
    await enquiry.send();
    if (enquiry.thread.value === null) await enquiry.send();
    await settled();
    assert.equal(enquiry.problem.value, '');
    assert.deepEqual([texts(threadOf(enquiry)), house.enquiries.size, boxOf().rows.length], [[['Sie', TEXT]], 1, 3]);
  });

  test(`a crash before ${name}: another device goes on, with every word`, async () => {
    const first = room(await newAccount());
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
    const account = await again();
    const enquiries = room(account);
    await enquiries.load();
    const [taken] = enquiries.all.value;
    assert.deepEqual([taken.stage.value, taken.problem.value, texts(threadOf(taken))], ['sent', '', [['Sie', TEXT]]]);
    assert.deepEqual([house.enquiries.size, boxOf().rows.length, account.keyring.draft(taken.box16)], [1, 3, '']);
    assert.equal(noteOf(account.keyring.entries[0])?.isOpen, true);
  });

  test(`a crash after ${name}: another device goes on, and nothing is there twice`, async () => {
    const first = room(await newAccount());
    const enquiry = first.begin();
    enquiry.type({ subject: SUBJECT, text: TEXT });
    const next = STEPS[STEPS.indexOf(name) + 1];
    house.lost = [name];
    if (next !== undefined) house.refused[next] = 'storage';
    await enquiry.send();
    first.dispose();
    house.refused = {};
    const enquiries = room(await again());
    await enquiries.load();
    const [taken] = enquiries.all.value;
    await settled();
    assert.deepEqual([taken.stage.value, texts(threadOf(taken)), house.enquiries.size, boxOf().rows.length], ['sent', [['Sie', TEXT]], 1, 3]);
  });
}

test('two devices send one draft: one commit stands, and one ticket', async () => {
  const account = await newAccount();
  const one = room(account).begin();
  one.type({ subject: SUBJECT, text: TEXT });
  await account.flush();
  const two = room(await again());
  house.refused.create = 'storage';
  await two.load();
  const other = two.all.value[0];
  await other.send();
  await one.send();
  house.refused = {};
  await one.send();
  await other.send();
  assert.deepEqual([one.problem.value, other.problem.value], ['', '']);
  assert.deepEqual([house.boxes.size, house.enquiries.size, boxOf().rows.length], [1, 1, 3]);
  assert.deepEqual(texts(threadOf(other)), [['Sie', TEXT]]);
});

test('a first envelope that no device of this account has made opens nothing', async () => {
  const account = await newAccount();
  const enquiry = room(account).begin();
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
  const account = await newAccount();
  const enquiry = room(account).begin();
  enquiry.type({ subject: SUBJECT, text: TEXT });
  house.refused.enquiry_open = 'storage';
  await enquiry.send();
  house.refused = {};
  const next = await again();
  next.keyring.keepDraft(enquiry.box16, `${TEXT} Und noch etwas.`);
  const enquiries = room(next);
  await enquiries.load();
  assert.equal(threadOf(enquiries.all.value[0]).draft.value, `${TEXT} Und noch etwas.`);
});

test('the key of the team has been renewed: the log is read again, and the letter goes to the new one', async () => {
  const account = await newAccount();
  const enquiry = room(account).begin();
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
    const account = await newAccount();
    const enquiry = room(account).begin();
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

test('what has been on its way is changed in a new one, for any device may go on with the old', async () => {
  const enquiries = room(await newAccount());
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
  const enquiries = room(await newAccount());
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
  const enquiry = room(await newAccount()).begin();
  enquiry.type({ text: TEXT });
  house.org.view.currentTeam = () => null;
  await enquiry.send();
  assert.deepEqual([enquiry.problem.value, boxOf().rows.length], ['damaged', 0]);
});

test('a file goes along, and one that may not be sent keeps nothing back', async () => {
  const enquiry = room(await newAccount()).begin();
  enquiry.type({ text: TEXT });
  enquiry.files.value = [{ raw: new Uint8Array(0), name: 'leer.pdf' }];
  await enquiry.send();
  const thread = threadOf(enquiry);
  assert.equal(enquiry.problem.value, '');
  assert.deepEqual(thread.messages.value.map(({ kind, state }) => [kind, state]), [['text', 'stored'], ['file', 'failed']]);
  assert.equal(house.enquiries.size, 1);
});

// --- addressed ------------------------------------------------------------------------------------

test('addressed to one: only they can read it, and it is taken once they have signed anything', async () => {
  const { thread } = await sent(MARIA);
  assert.deepEqual(boxOf().newCaps[0].team16.length, 0);
  assert.deepEqual([thread.readers.value, thread.peerName.value, thread.standing.value], [[{ isTeam: false, isLeads: false, sidx: 1, name: 'Maria B.' }], 'Maria B.', 'open']);
  await assert.rejects(house.take());
  const maria = await house.join();
  assert.deepEqual(texts(maria), [[NAME, TEXT]]);
  maria.markSeen();
  await house.clock.elapse(60_000);
  assert.equal(thread.standing.value, 'taken');
});

test('who was addressed has left the team: it can begin again, to the whole team, with every word', async () => {
  const account = await newAccount();
  const enquiries = room(account);
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

// --- the conversation -----------------------------------------------------------------------------

test('taken, answered, done, taken up again: names, states and who can read follow', async () => {
  const { thread, enquiry } = await sent();
  const maria = await house.take();
  await settled();
  assert.deepEqual(thread.readers.value, [{ isTeam: false, isLeads: false, sidx: 2, name: 'Maria B.' }]);
  assert.deepEqual([thread.peerName.value, thread.standing.value], ['Maria B.', 'taken']);
  assert.deepEqual(told(thread).at(-1), ['taken', 'Maria B.']);
  maria.say('Danke, dass Sie schreiben.');
  await settled();
  assert.deepEqual([thread.standing.value, thread.waitsSinceMs.value, enquiry.unread.value], ['answered', 0, 1]);
  assert.deepEqual(texts(thread).at(-1), ['Maria B.', 'Danke, dass Sie schreiben.']);
  markDone(maria);
  await settled();
  assert.deepEqual([thread.standing.value, told(thread).at(-1)], ['done', ['done', 'Maria B.']]);
  thread.say('Noch eine Frage.');
  await settled();
  assert.deepEqual([thread.standing.value, thread.waitsSinceMs.value > 0, onlyEnquiry().again], ['taken', true, 1]);
  assert.equal(thread.subject.value, SUBJECT);
});

test('the subject stays as first written, whoever names another one later', async () => {
  const { thread } = await sent();
  const maria = await house.take();
  const other = (/** @type {string} */ text) => codec.encode('Enquiry', { topic: 'Anderes', subject: 'Anderes', text });
  maria.sayAs(Kind.ENQUIRY, other('von ihr'), 'von ihr');
  thread.begin({ topic: 'Anderes', subject: 'Anderes', text: 'noch einmal' });
  await settled();
  for (const one of [thread.learned, maria.learned]) assert.deepEqual([one.enquiry.value?.subject, one.enquiry.value?.topic], [SUBJECT, 'Gesundheit']);
  assert.deepEqual(texts(thread).slice(1).sort(), [['Maria B.', 'von ihr'], ['Sie', 'noch einmal']]);
});

test('an ENQUIRY of who counsels is no beginning', () => {
  const learned = new WrittenLearned((given) => given);
  const payload = codec.encode('Enquiry', { topic: '', subject: 'Fremd', text: 'x' });
  const message = /** @type {any} */ ({ n: 2, author: { role: Role.COUNSELLOR }, opened: { body: { kind: Kind.ENQUIRY, payload, sentMs: 5 } } });
  learned.take(message, false);
  assert.equal(learned.enquiry.value, null);
  learned.take({ ...message, n: 3, author: { role: Role.SEEKER } }, false);
  assert.deepEqual(learned.enquiry.value, { n: 3, topic: '', subject: 'Fremd' });
});

test('only who counsels says that it is done', async () => {
  const { thread } = await sent();
  const maria = await house.take();
  maria.say('Guten Tag.');
  await settled();
  markDone(thread);
  await settled();
  assert.deepEqual([thread.learned.isDone.value, thread.standing.value], [false, 'answered']);
});

test('a conversation is read again on another device, and what waits is told again', async () => {
  const first = await sent();
  const maria = await house.take();
  maria.say('Guten Tag.');
  first.thread.say('Und jetzt?');
  first.thread.draft.value = 'noch et';
  await settled();
  first.enquiries.dispose();
  await first.account.signOut();
  onlyEnquiry().again = 0;
  const enquiries = room(await again());
  await enquiries.load();
  const [enquiry] = enquiries.all.value;
  await settled();
  const thread = threadOf(enquiry);
  assert.deepEqual(texts(thread), [['Sie', TEXT], ['Maria B.', 'Guten Tag.'], ['Sie', 'Und jetzt?']]);
  assert.deepEqual([thread.draft.value, onlyEnquiry().again, thread.paused.value], ['noch et', 1, null]);
});

test('lines say when something happened, not when it was read', async () => {
  const first = await sent();
  await house.clock.elapse(3 * 24 * HOUR_MS);
  const takenMs = house.clock.now();
  await house.take();
  await house.clock.elapse(2 * 24 * HOUR_MS);
  first.enquiries.dispose();
  const enquiries = room(await again());
  await enquiries.load();
  const line = threadOf(enquiries.all.value[0]).messages.value.find(({ code }) => code === 'taken');
  assert.equal(line?.sentMs, takenMs);
});

test('a relay that refuses to hear that it waits keeps no message back', async () => {
  const { thread } = await sent();
  house.refused.enquiry_again = 'internal';
  thread.say('Noch etwas.');
  await settled();
  assert.deepEqual([thread.messages.value.at(-1)?.state, onlyEnquiry().again], ['stored', 0]);
  house.refused = {};
  await house.line.again();
  await settled();
  assert.equal(onlyEnquiry().again, 1);
});

test('closed: the ticket goes, it is read only until the purge, then nothing is left', async () => {
  const { thread, enquiry, account } = await sent();
  await enquiry.close();
  await settled();
  assert.deepEqual([thread.standing.value, house.enquiries.size, account.keyring.entries[0].state], ['closed', 0, EntryState.CLOSED]);
  assert.ok((thread.closed.value?.purgeMs ?? 0) >= house.clock.now() + RETENTION_HOURS * HOUR_MS);
  thread.say('zu spät');
  assert.equal(texts(thread).length, 1);
  const next = room(await again());
  await next.load();
  assert.deepEqual([threadOf(next.all.value[0]).standing.value, texts(threadOf(next.all.value[0]))], ['closed', [['Sie', TEXT]]]);
  const { box16 } = enquiry;
  house.purge();
  house.line.tell('purged', { box16 });
  await settled();
  assert.deepEqual([enquiry.stage.value, account.keyring.entries[0].secrets.length], ['gone', 0]);
});

test('the other side closes: the same, and who it was is said', async () => {
  const { thread, account } = await sent();
  const maria = await house.take();
  await maria.close();
  await settled();
  assert.deepEqual([thread.closed.value?.reason, house.enquiries.size, account.keyring.entries[0].state], ['theirs', 0, EntryState.CLOSED]);
});

test('a box that the relay has no more keeps its secrets until its purge must be past', async () => {
  const { enquiries, account } = await sent();
  enquiries.dispose();
  house.purge();
  const first = room(account);
  await first.load();
  // Deleted, or locked anew for another access of the same person: nobody can tell.
  assert.deepEqual([first.all.value.map(({ stage }) => stage.value), account.keyring.entries[0].secrets.length], [['lost'], 1]);
  await house.clock.elapse((RETENTION_HOURS + 25) * HOUR_MS);
  const second = room(account);
  await second.load();
  assert.deepEqual([account.keyring.entries[0].state, account.keyring.entries[0].secrets.length], [EntryState.GONE, 0]);
});

test('a relay that shows less than this account has read is found out', async () => {
  const first = await sent();
  const maria = await house.take();
  maria.say('Guten Tag.');
  await settled();
  await first.account.signOut();
  boxOf().rows.splice(3);
  const enquiries = room(await again());
  await enquiries.load();
  assert.equal(threadOf(enquiries.all.value[0]).paused.value?.code, 'WITHHELD');
});

// --- places ---------------------------------------------------------------------------------------

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
  const account = await newAccount();
  const enquiries = room(account);
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
  const enquiries = room(await newAccount());
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
  const enquiries = room(await newAccount());
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
  assert.deepEqual([other.problem.value, house.enquiries.size, onlyEnquiry().fields.addressee], ['', 1, WHOLE_TEAM]);
});

test('a place that goes before commit 0: nothing is sealed to that person on another device either', async () => {
  const enquiries = room(await newAccount());
  const enquiry = enquiries.begin();
  enquiry.type({ subject: SUBJECT, text: TEXT, addressee: MARIA });
  house.refused.create = 'storage';
  await enquiries.send(enquiry);
  enquiries.dispose();
  house.refused = {};
  full();
  const there = room(await again());
  await there.load();
  const [taken] = there.all.value;
  assert.deepEqual([taken.problem.value, taken.typed.value.text, boxOf().rows.length], ['no_place', TEXT, 0]);
});

test('only those who can be chosen count among the takers', async () => {
  house.told.takers.push({ subject16: new Uint8Array(16).fill(9), isOpen: 1, isRegularsOnly: 0 });
  const { told } = await new TeamPeople(house.line, TEAMS, PORTAL).read();
  assert.deepEqual(told.takers.map(({ subject16 }) => subject16), [MARIA]);
  house.lies.profiles = () => ({ profiles: [] });
  assert.deepEqual((await new TeamPeople(house.line, TEAMS, PORTAL).read()).told.takers, []);
});

// --- who may be written to ------------------------------------------------------------------------

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
    const account = await newAccount();
    const enquiries = room(account);
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
    const other = room(await again());
    await other.readTeam();
    assert.equal(other.restart.statement.value, null);
  }
});

test('what could not be noted is still an alarm', async () => {
  restarts();
  const enquiries = room(await newAccount());
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

// --- notes, promises ------------------------------------------------------------------------------

test('a note comes back as it was kept; another shape is none', () => {
  const note = {
    portal16: PORTAL, ticket16: new Uint8Array(16).fill(3), addressee: MARIA, sinceMs: 5, isOpen: true, topic: 'Familie', subject: SUBJECT, admitted: 3, contact: new Uint8Array([1, 2]),
  };
  assert.deepEqual(decodeNote(encodeNote(note)), note);
  const entry = /** @type {any} */ ({ state: EntryState.OPEN, settings: new Uint8Array([0x93, 1, 2, 3]) });
  assert.equal(noteOf(entry), null);
});

test('the end is noted once, and what is missed goes only after its purge', () => {
  const settings = encodeNote({ portal16: PORTAL, ticket16: PORTAL, addressee: MARIA, sinceMs: 5, isOpen: true, topic: '', subject: '', admitted: 0 });
  const entry = /** @type {any} */ ({ state: EntryState.OPEN, settings, counter: 3, secrets: [1], pinN: 4, pinChain: new Uint8Array(32) });
  const ended = closed(entry, 1_000);
  assert.deepEqual([ended.state, ended.counter, decodeNote(ended.settings).sinceMs], [EntryState.CLOSED, 4, 1_000]);
  assert.equal(closed(ended, 2_000), ended);
  assert.equal(missed(entry, 1_000, 48).state, EntryState.CLOSED);
  assert.equal(missed(ended, 1_000 + 72 * HOUR_MS, 48), ended);
  assert.deepEqual([missed(ended, 1_001 + 72 * HOUR_MS, 48).state, missed(ended, 1_001 + 72 * HOUR_MS, 48).pinN], [EntryState.GONE, 4]);
});

test('the promised day is passed only by who still owes an answer', () => {
  const promised = { answerDays: 2, holidays: [] };
  const monday = Date.UTC(2026, 10, 23, 9);
  const due = dueDay(monday, promised);
  assert.deepEqual([due, dueDay(0, promised)], ['2026-11-25', '']);
  const [same, later] = [Date.UTC(2026, 10, 25, 20), Date.UTC(2026, 10, 26, 5)];
  assert.deepEqual([isOverdue('open', due, same), isOverdue('open', due, later), isOverdue('taken', due, later)], [false, true, true]);
  assert.deepEqual([isOverdue('answered', due, later), isOverdue('done', due, later), isOverdue('open', '', later)], [false, false, false]);
});
