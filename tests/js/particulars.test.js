// What a counsellor notes about a person: kept, changed, joined, and gone with the last conversation; on two devices.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { fromHex, toHex } from '../../web/js/core/resumeslot.js';
import { signal } from '../../web/js/core/signals.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import { STAFF_PAGES, pageOf as pageOfBox } from '../../web/js/crypto/keyring.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { PARTICULARS } from '../../web/js/features/workspace/bookmarks.js';
import { Finding } from '../../web/js/features/workspace/finding.js';
import { noteOf } from '../../web/js/features/workspace/note.js';
import { MAX_PEOPLE, Particulars } from '../../web/js/features/workspace/particulars.js';
import { FIELDS, MAX_CHARS, MAX_FORMERS, MAX_TICKETS, NOTHING_NOTED, aboutBy, joined, settingsOf, united } from '../../web/js/features/workspace/particularsform.js';
import { DeskOf } from './helpers/desk.js';
import { Office } from './helpers/office.js';
import { Writer } from './helpers/writer.js';

before(ready);

const MINUTE_MS = 60_000;
const NO_CHAIN = new Uint8Array(32);

/** @param {Partial<import('../../web/js/features/workspace/particularsform.js').About>} some */
const about = (some) => ({ ...NOTHING_NOTED, ...some });

/** A page that somebody has open at the desk: its keyring, and what is noted in it. @param {DeskOf} desk */
function pageOf(desk) {
  const noted = signal(/** @type {ReadonlyMap<string, string>} */ (new Map()));
  const particulars = new Particulars(desk.place, noted);
  desk.session.boxes.onForgotten = () => { page.looked = particulars.look(); };
  const shown = (/** @type {string} */ id) => particulars.of(id).map((one) => one.about.notes);
  const kept = () => desk.session.keyring.entries.filter((/** @type {any} */ one) => one.kind === PARTICULARS && one.state !== EntryState.GONE).length;
  const page = { desk, particulars, noted, shown, kept, looked: Promise.resolve() };
  return page;
}

/** Maria has taken on as many requests as there are texts. @param {...string} texts */
async function desk(...texts) {
  const office = new Office();
  for (const text of texts) await new Writer(office).writes({ text });
  const first = await new DeskOf(office, office.maria).signsIn();
  const ids = texts.map((_, at) => first.idOf(at + 1));
  for (const at of texts.keys()) {
    await first.opens(at + 1);
    assert.equal(await first.takes(at + 1), 'taken');
  }
  const page = pageOf(first);
  await page.particulars.look();
  return { office, ids, page };
}

/** A device of hers that has just signed in. @param {Office} office */
async function device(office) {
  const page = pageOf(await new DeskOf(office, office.maria).signsIn());
  await page.particulars.look();
  return page;
}

/** @param {ReturnType<typeof pageOf>} page @param {string} id @param {string} notes */
async function notes({ particulars }, id, notes) {
  const formers = particulars.of(id).slice(0, 1);
  particulars.begin(id, formers[0]?.about ?? NOTHING_NOTED, formers);
  particulars.type(id, { notes });
  return particulars.save(id);
}

/** The relay has purged a conversation. @param {ReturnType<typeof pageOf>} page @param {string} id */
async function purged(page, id) {
  const { session } = page.desk;
  const entry = session.keyring.entries.find((/** @type {any} */ one) => one.state !== EntryState.GONE && toHex(noteOf(one)?.ticket16 ?? NO_CHAIN) === id);
  await session.boxes.forget(entry, 0, NO_CHAIN);
  await page.looked;
}

test('what is typed by hand is kept for every device, can be found, and is no conversation', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  page.particulars.begin(id, NOTHING_NOTED, []);
  page.particulars.type(id, { place: ' Ko\u0308ln ', notes: 'Zwei Kinder.\ud83d ' });
  assert.equal(await page.particulars.save(id), 'done');
  const phone = await device(office);
  assert.deepEqual(phone.particulars.of(id).map((one) => one.about), [about({ place: 'K\u00f6ln', notes: 'Zwei Kinder.\ufffd' })]);
  assert.deepEqual([phone.noted.value.get(id), phone.particulars.typed.value.size], ['K\u00f6ln\nZwei Kinder.\ufffd', 0]);
  assert.ok(phone.desk.session.keyring.entries.filter((/** @type {any} */ one) => one.kind === PARTICULARS).every((/** @type {any} */ one) => noteOf(one) === null));
});

test('the search of the desk finds it, and loses it with the sign-in', () => {
  /** @type {(() => void)[]} */
  const later = [];
  const found = new Finding({ sources: () => [{ id: 'a', name: '', nickname: '', model: null }], later: (work) => later.push(work), nowMs: () => 0 });
  found.begin();
  found.noted.value = new Map([['a', 'Zwei Kinder.']]);
  while (later.length > 0) later.shift()?.();
  assert.deepEqual(found.find('kinder'), ['a']);
  found.clear();
  assert.deepEqual([found.find('kinder'), found.noted.value.size], [[], 0]);
});

test('two devices that write at once keep both, the newer first, until somebody joins them', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  await notes(page, id, 'Alt.');
  const phone = await device(office);
  await notes(page, id, 'Am Rechner.');
  await office.clock.elapse(MINUTE_MS);
  await notes(phone, id, 'Unterwegs.');
  await page.particulars.openAnew();
  await phone.particulars.openAnew();
  assert.deepEqual([page.shown(id), phone.shown(id)], Array(2).fill(['Unterwegs.', 'Am Rechner.']));
  const both = page.particulars.of(id);
  page.particulars.begin(id, united(both), both);
  assert.equal(await page.particulars.save(id), 'done');
  assert.deepEqual([page.shown(id), page.kept()], [['Unterwegs.\nAm Rechner.'], 1]);
});

test('an edit survives a deletion on another device', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  await notes(page, id, 'Alt.');
  const phone = await device(office);
  await phone.particulars.remove(id);
  await notes(page, id, 'Neu.');
  assert.deepEqual((await device(office)).shown(id), ['Neu.']);
});

test('a stop at each request of a save leaves the former words or the new ones, and the next sign-in tidies up', async () => {
  for (const losesLast of [false, true]) {
    for (let cut = 0; ; cut += 1) {
      const { office, ids: [id], page } = await desk('Hallo.');
      await notes(page, id, 'Alt.');
      Object.assign(page.desk.line, { asked: 0, cutAfter: cut, losesLast });
      const outcome = await notes(page, id, 'Neu.');
      if (outcome === 'done') assert.equal(page.particulars.typed.value.size, 0);
      else assert.equal(page.particulars.typed.value.get(id)?.about.notes, 'Neu.');
      const phone = await device(office);
      assert.ok(['Alt.', 'Neu.'].includes(phone.shown(id).join()), `${cut}: ${phone.shown(id)}`);
      assert.equal(phone.kept(), 1, `${cut}`);
      if (outcome === 'done') break;
    }
  }
});

test('a stop at each request of a deletion brings back nothing that was changed before', async () => {
  for (let cut = 0; ; cut += 1) {
    const { office, ids: [id], page } = await desk('Hallo.');
    await notes(page, id, 'Alt.');
    // The new words stand, and the line has broken before the old ones went.
    Object.assign(page.desk.line, { asked: 0, cutAfter: 1 });
    await notes(page, id, 'Neu.');
    Object.assign(page.desk.line, { asked: 0, cutAfter: cut });
    const outcome = await page.particulars.remove(id);
    const phone = await device(office);
    assert.ok(['', 'Neu.'].includes(phone.shown(id).join()), `${cut}: ${phone.shown(id)}`);
    if (outcome === 'done') {
      assert.deepEqual([phone.shown(id), phone.kept()], [[], 0]);
      break;
    }
  }
});

test('what is typed and not saved is a draft on every device, and goes with the save of who goes on', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  await notes(page, id, 'Alt.');
  page.particulars.begin(id, page.particulars.of(id)[0].about, page.particulars.of(id));
  page.particulars.type(id, { notes: 'Halb ge' });
  const sent = office.sent.length;
  page.particulars.type(id, { notes: 'Halb getippt' });
  assert.equal(office.sent.length, sent);
  await page.desk.session.keyring.flush();
  const phone = await device(office);
  const draft = phone.particulars.draftOf(id);
  assert.deepEqual([phone.shown(id), draft?.about.notes, phone.noted.value.get(id)], [['Alt.'], 'Halb getippt', 'Alt.']);
  phone.particulars.goOn(id, /** @type {any} */ (draft));
  phone.particulars.type(id, { notes: 'Ganz getippt' });
  assert.equal(await phone.particulars.save(id), 'done');
  assert.deepEqual([phone.shown(id), phone.particulars.draftOf(id), phone.kept()], [['Ganz getippt'], null, 1]);
  // Who goes on typing there all the same loses nothing either.
  await page.desk.session.keyring.refresh();
  page.particulars.type(id, { notes: 'Noch etwas' });
  await page.desk.session.keyring.flush();
  assert.equal((await device(office)).particulars.draftOf(id)?.about.notes, 'Noch etwas');
  assert.equal(await page.particulars.save(id), 'done');
  assert.deepEqual((await device(office)).shown(id).sort(), ['Ganz getippt', 'Noch etwas']);
});

test('a save of what was thrown away elsewhere stands', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  page.particulars.begin(id, NOTHING_NOTED, []);
  page.particulars.type(id, { notes: 'Halb' });
  await page.desk.session.keyring.flush();
  const phone = await device(office);
  await phone.particulars.discard(id);
  assert.equal((await device(office)).particulars.draftOf(id), null);
  assert.equal(await page.particulars.save(id), 'done');
  assert.deepEqual((await device(office)).shown(id), ['Halb']);
});

test('what is typed outlasts the sign-in on its page, for the same person alone', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  page.particulars.begin(id, NOTHING_NOTED, []);
  page.particulars.type(id, { notes: 'Halb' });
  assert.deepEqual(page.particulars.unsaved, ['Halb']);
  page.particulars.clear();
  page.desk.session = null;
  await page.particulars.openAnew();
  page.desk.session = (await new DeskOf(office, office.maria).signsIn()).session;
  await page.particulars.look();
  assert.equal(page.particulars.typed.value.get(id)?.about.notes, 'Halb');
  await page.desk.session.keyring.flush();
  assert.equal((await device(office)).particulars.draftOf(id)?.about.notes, 'Halb');
  const jonas = await new DeskOf(office, office.jonas).signsIn();
  jonas.line.cutAfter = 0;
  page.desk.session = jonas.session;
  await page.particulars.look();
  assert.deepEqual([page.particulars.typed.value.size, page.particulars.unsaved, page.kept()], [0, [], 0]);
});

test('it stands beside another conversation when somebody says that it is the same person, and can be taken from there', async () => {
  const { office, ids: [one, other], page } = await desk('Hallo.', 'Ich noch einmal.');
  await notes(page, one, 'Zwei Kinder.');
  assert.deepEqual([page.shown(other), page.particulars.beside(other, []).length], [[], 0]);
  const [found] = page.particulars.beside(other, [one]);
  assert.equal(await page.particulars.link(other, found), 'done');
  await notes(page, other, 'Drei Kinder.');
  assert.deepEqual([page.shown(one), page.shown(other), page.kept()], [['Drei Kinder.'], ['Drei Kinder.'], 1]);
  assert.equal(await page.particulars.unlink(other, page.particulars.of(other)[0]), 'done');
  assert.deepEqual([page.shown(one), page.shown(other)], [['Drei Kinder.'], []]);
  assert.deepEqual([...(await device(office)).noted.value.keys()], [one]);
});

test('it goes with the last conversation that it is of, and with it what was typed', async () => {
  const { office, ids: [one, other], page } = await desk('Hallo.', 'Ich noch einmal.');
  await notes(page, one, 'Zwei Kinder.');
  await page.particulars.link(other, page.particulars.of(one)[0]);
  page.particulars.begin(other, NOTHING_NOTED, page.particulars.of(other));
  page.particulars.type(other, { notes: 'Halb' });
  await purged(page, one);
  assert.deepEqual([page.shown(other), page.particulars.typed.value.size], [['Zwei Kinder.'], 1]);
  await purged(page, other);
  assert.deepEqual([page.shown(other), page.kept(), page.particulars.typed.value.size, page.noted.value.size], [[], 0, 0, 0]);
  assert.equal((await device(office)).kept(), 0);
});

test('a device that has not heard of a conversation yet deletes nothing of it', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  const phone = await device(office);
  // Nothing is brought to it.
  phone.desk.line.hangUp();
  const writer = await new Writer(office).writes({ text: 'Neu hier.' });
  const ticket = toHex(writer.ticket16);
  await page.desk.written.readOn();
  await page.desk.opens(2);
  await page.desk.takes(2);
  await notes(page, ticket, 'Vorsichtig fragen.');
  // Of all that has changed the phone has heard of this page alone.
  await phone.desk.session.keyring.refresh(fromHex(page.particulars.of(ticket)[0].id));
  await phone.particulars.look();
  assert.deepEqual([phone.shown(ticket), (await device(office)).shown(ticket)], Array(2).fill(['Vorsichtig fragen.']));
  assert.deepEqual(phone.shown(id), []);
});

test('what comes while a device reads its pages anew is not taken for ended', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  await notes(page, id, 'Alt.');
  const phone = await device(office);
  phone.desk.line.hangUp();
  const last = STAFF_PAGES - 1;
  const onPage = (/** @type {Uint8Array} */ box16) => pageOfBox(office.maria.ams, box16, STAFF_PAGES);
  const some = Array.from({ length: 500 }, () => randomBytes(16));
  const box16 = /** @type {Uint8Array} */ (some.find((one) => onPage(one) !== last));
  const name = toHex(/** @type {Uint8Array} */ (some.find((one) => onPage(one) === last)));
  const writer = await new Writer(office, box16).writes({ text: 'Neu hier.' });
  const ticket = toHex(writer.ticket16);
  // On the page with the conversation there was nothing yet; on the one that is read after it the note is there.
  office.lies.page_read = async (/** @type {any} */ reply, /** @type {any} */ fields) => {
    if (fields.page !== last) return reply;
    delete office.lies.page_read;
    await page.desk.written.readOn();
    await page.desk.opens(2);
    await page.desk.takes(2);
    await page.particulars.put({ id: name, tickets: [ticket], formers: [], about: about({ notes: 'Neu.' }) });
    return { ...office.maria.pages[last] };
  };
  await purged(phone, id);
  assert.deepEqual([phone.shown(id), (await device(office)).shown(ticket)], [[], ['Neu.']]);
});

test('there are limits, told before anything is sent; and the longest words fit', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  const longest = aboutBy((field) => '\u{1f600}'.repeat(MAX_CHARS.find(([one]) => one === field)?.[1] ?? 0));
  const names = Array.from({ length: MAX_TICKETS }, () => toHex(randomBytes(16)));
  assert.ok(settingsOf({ tickets: names, formers: names.slice(0, MAX_FORMERS), about: longest, isDraft: false }, 2 ** 31) !== null);
  page.particulars.begin(id, longest, []);
  assert.equal(await page.particulars.save(id), 'done');
  const sent = office.sent.length;
  for (const field of FIELDS) {
    page.particulars.begin(id, longest, page.particulars.of(id));
    page.particulars.type(id, { [field]: `${longest[field]}x` });
    assert.equal(await page.particulars.save(id), 'tooLong', field);
  }
  // Longer than an entry: what was held before stays held, and what is typed stays on the page.
  page.particulars.type(id, { notes: 'x'.repeat(9_000) });
  assert.deepEqual([office.sent.length, page.particulars.typed.value.get(id)?.about.notes.length, page.shown(id).length], [sent, 9_000, 1]);
  await page.desk.session.keyring.flush();
  assert.equal(await page.particulars.link(id, { ...page.particulars.of(id)[0], tickets: names }), 'full');
});

test('there is an end to the people, and not to what is known of one', async () => {
  const { ids: [id], page } = await desk('Hallo.');
  await notes(page, id, 'Da.');
  const { keyring } = page.desk.session;
  const [mine] = page.particulars.of(id);
  const entry = keyring.entry(fromHex(mine.id));
  await keyring.remember(...Array.from({ length: MAX_PEOPLE - 1 }, () => randomBytes(16)).map((box16) => ({ ...entry, box16, keyContext: box16 })));
  assert.equal(await page.particulars.put({ tickets: [id], formers: [], about: about({ notes: 'Noch jemand.' }) }), 'full');
  assert.equal(await page.particulars.put({ tickets: [id], formers: [mine.id], about: about({ notes: 'Neu.' }) }), 'done');
});

test('emptied and saved it is gone; without a sign-in nothing is done', async () => {
  const { office, ids: [id], page } = await desk('Hallo.');
  await notes(page, id, 'Da.');
  await notes(page, id, '  ');
  assert.deepEqual([page.kept(), page.particulars.typed.value.size], [0, 0]);
  page.desk.line.cutAfter = 0;
  await page.particulars.openAnew();
  page.desk.session = null;
  assert.deepEqual([await page.particulars.remove(id), await page.particulars.save(id)], ['failed', 'failed']);
  assert.equal((await device(office)).kept(), 0);
});

test('what comes to a field stands behind what is there, once', () => {
  assert.deepEqual([joined('topic', '', 'Arbeit'), joined('topic', 'Arbeit', ''), joined('topic', 'Arbeit', 'Familie'), joined('notes', 'Eins.', 'Zwei.'), joined('notes', 'Eins. Zwei.', 'Zwei.')],
    ['Arbeit', 'Arbeit', 'Arbeit; Familie', 'Eins.\nZwei.', 'Eins. Zwei.']);
});
