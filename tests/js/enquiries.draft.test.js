// The draft of an enquiry, before any of it is sent.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { EntryState, MAX_DRAFT_BYTES } from '../../web/js/crypto/entry.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { noteOf } from '../../web/js/features/enquiries/note.js';
import { SUBJECT, TEXT, asked, room } from './helpers/enquiring.js';
import { again, newAccount } from './helpers/seeker.js';
import { MARIA, WritingHouse } from './helpers/writing.js';

before(ready);
// Faults are looked for in what comes of them.
console.error = () => {};

/** @type {WritingHouse} */
let house;
beforeEach(() => { house = new WritingHouse(); });

test('nothing is kept before something is typed, and nothing is saved before somebody leaves', async () => {
  const account = await newAccount(house);
  const enquiries = room(house, account);
  const enquiry = enquiries.begin();
  assert.deepEqual([account.keyring.entries.length, enquiries.all.value.length], [0, 1]);
  enquiry.type({ text: 'Seit' });
  enquiry.type({ text: TEXT, subject: SUBJECT });
  assert.deepEqual(asked(house), []);
  await account.flush();
  assert.deepEqual(asked(house), ['page_save']);
  await account.flush();
  assert.deepEqual(asked(house), []);
});

test('a draft comes back on another device with all that was typed', async () => {
  const account = await newAccount(house);
  room(house, account).begin().type({ text: TEXT, subject: SUBJECT, topic: 'Familie', addressee: MARIA });
  await account.signOut();
  const enquiries = room(house, await again(house));
  await enquiries.load();
  const [enquiry] = enquiries.all.value;
  assert.deepEqual([enquiry.stage.value, enquiry.typed.value], ['draft', { text: TEXT, subject: SUBJECT, topic: 'Familie', addressee: MARIA }]);
});

test('what the relay would not take any more comes back with the pages that were held', async () => {
  const account = await newAccount(house);
  room(house, account).begin().type({ text: TEXT, subject: SUBJECT });
  house.refused.page_save = 'unauthorised';
  await account.flush();
  const held = account.keyring.unsaved();
  house.refused = {};
  const next = await again(house);
  next.keyring.takeBack(held);
  const enquiries = room(house, next);
  await enquiries.load();
  assert.deepEqual(enquiries.all.value.map(({ typed }) => typed.value.subject), [SUBJECT]);
  await next.flush();
  assert.equal(next.keyring.isUnsaved, false);
});

test('what is typed while a page is being saved waits for the next save', async () => {
  const account = await newAccount(house);
  const enquiry = room(house, account).begin();
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
  const entry = (await again(house)).keyring.entries[0];
  assert.equal(noteOf(entry)?.subject, SUBJECT);
});

test('a draft that is emptied, or thrown away, leaves nothing', async () => {
  const account = await newAccount(house);
  const enquiries = room(house, account);
  const enquiry = enquiries.begin();
  enquiry.type({ text: 'Seit' });
  enquiry.type({ text: '' });
  assert.deepEqual([account.keyring.entries.length, account.keyring.isUnsaved], [0, false]);
  enquiry.type({ text: TEXT });
  await enquiry.discard();
  assert.deepEqual([enquiries.all.value.length, account.keyring.isUnsaved, asked(house)], [0, false, []]);
});

test('a saved draft that is thrown away is gone on every device', async () => {
  const account = await newAccount(house);
  const enquiries = room(house, account);
  const enquiry = enquiries.begin();
  enquiry.type({ text: TEXT });
  await account.flush();
  await enquiry.discard();
  const [entry] = account.keyring.entries;
  assert.deepEqual([entry.state, account.keyring.draft(entry.box16), noteOf(entry)], [EntryState.GONE, '', null]);
});

test('whoever leaves a form in which nothing was typed leaves none', async () => {
  const enquiries = room(house, await newAccount(house));
  enquiries.begin();
  enquiries.leave();
  assert.deepEqual([enquiries.all.value.length, enquiries.shown.value], [0, null]);
});

test('what was typed elsewhere is the beginning of a new one', async () => {
  const account = await newAccount(house);
  const enquiry = room(house, account).begin(TEXT);
  assert.deepEqual([enquiry.typed.value.text, account.keyring.draft(enquiry.box16)], [TEXT, TEXT]);
});

test('nothing is sent without words, or with more than an envelope or a draft takes', async () => {
  const enquiry = room(house, await newAccount(house)).begin();
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
