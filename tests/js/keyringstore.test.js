// The keyring on the relay: what is saved when, and two devices that save at once.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';

import { Keyring } from '../../web/js/core/keyring.js';
import { newAccountSecret } from '../../web/js/crypto/account.js';
import { encode } from '../../web/js/crypto/encoding.js';
import { EntryState, MAX_DRAFT_BYTES, gone } from '../../web/js/crypto/entry.js';
import { BadProof, RemoteError } from '../../web/js/crypto/errors.js';
import { EMPTY_PAGE, GONE_KEPT_DAYS, SEEKER_PAGES, STAFF_PAGES, openPage, pageOf, sealPage } from '../../web/js/crypto/keyring.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { AccountRelay } from './helpers/accounts.js';
import { FakeClock } from './helpers/clock.js';

const BOX = new Uint8Array(16).fill(1);
const OTHER_BOX = new Uint8Array(16).fill(2);

before(ready);

/** @type {AccountRelay} */
let relay;
/** @type {Uint8Array} */
let ams;
/** @type {FakeClock} */
let clock;
beforeEach(() => {
  relay = new AccountRelay();
  ams = newAccountSecret();
  clock = new FakeClock();
  fill(SEEKER_PAGES);
});

/** @param {number} count @param {number} [version] */
function fill(count, version = 1) {
  const pages = Array.from({ length: count }, (_, page) => ({
    version, sealed: sealPage(ams, page, version, { ...EMPTY_PAGE, pseudonym: page === 0 ? 'kiesel-407' : '' }, count),
  }));
  relay.bound = { kind: 1, tokens: new Set(), pages };
}

/** A device that signs in now. @param {number} [count] */
const device = (count = SEEKER_PAGES) =>
  new Keyring(relay.request, ams, relay.bound.pages.map((/** @type {any} */ page) => ({ ...page })), { count, clock });

/** @param {Uint8Array} box16 @param {any} [more] @returns {import('../../web/js/crypto/entry.js').Entry} */
function entry(box16, more = {}) {
  return {
    box16, kind: 1, state: EntryState.OPEN, keyContext: box16, secrets: [{ epoch: 0, es: new Uint8Array(32).fill(7) }],
    pinN: 0, pinChain: new Uint8Array(32), counter: 1, settings: new Uint8Array(0), generation: 0, closeMinute: 0, ...more,
  };
}

/** Does something while the next save is under way. @param {() => void} action */
function meanwhile(action) {
  relay.lies.page_save = (reply) => {
    delete relay.lies.page_save;
    action();
    return reply;
  };
}

const saves = () => relay.sent.filter((name) => name === 'page_save').length;
/** What the relay holds. @param {number} [page] @param {number} [count] */
const stored = (page = 0, count = SEEKER_PAGES) => openPage(ams, page, relay.bound.pages[page].sealed, count).content;

// --- pages ----------------------------------------------------------------------------------------

test('an account has all pages of its kind, or is refused', () => {
  assert.equal(device().pseudonym, 'kiesel-407');
  assert.throws(() => device(STAFF_PAGES), BadProof);
  fill(STAFF_PAGES);
  assert.equal(device(STAFF_PAGES).entries.length, 0);
  assert.throws(() => device(SEEKER_PAGES), BadProof);
});

test('a page under another version than the relay says is refused', () => {
  relay.bound.pages[0].version = 2;
  assert.throws(() => device(), BadProof);
});

test('an entry is durable when it is remembered, on its page', async () => {
  fill(STAFF_PAGES);
  await device(STAFF_PAGES).remember(entry(BOX));
  assert.deepEqual(stored(pageOf(ams, BOX, STAFF_PAGES), STAFF_PAGES).entries, [entry(BOX)]);
  assert.deepEqual(device(STAFF_PAGES).entry(BOX), entry(BOX));
});

test('what is remembered already is not saved again', async () => {
  const mine = device();
  await mine.remember(entry(BOX));
  await mine.remember(entry(BOX));
  assert.equal(saves(), 1);
});

test('what could not be saved is not remembered', async () => {
  const mine = device();
  relay.refused = { page_save: 'storage' };
  await assert.rejects(mine.remember(entry(BOX)), { code: 'storage' });
  assert.equal(mine.entry(BOX), null);
  relay.refused = {};
  await mine.flush();
  assert.equal(saves(), 1);
});

// --- two devices ----------------------------------------------------------------------------------

test('two devices save at once and neither loses an entry or a draft', async () => {
  const [one, other] = [device(), device()];
  one.keepDraft(BOX, 'vom ersten');
  other.keepDraft(OTHER_BOX, 'vom zweiten');
  await Promise.all([one.remember(entry(BOX)), other.remember(entry(OTHER_BOX))]);
  await one.refresh();
  for (const found of [one, other, device()]) assert.equal(found.entries.length, 2);
  assert.deepEqual([one.draft(BOX), one.draft(OTHER_BOX)], ['vom ersten', 'vom zweiten']);
});

test('a page that was rolled back between two saves is refused', async () => {
  const [mine, other] = [device(), device()];
  const first = { ...relay.bound.pages[0] };
  await other.remember(entry(OTHER_BOX));
  relay.lies.page_read = () => first;
  await assert.rejects(mine.remember(entry(BOX)), BadProof);
  await assert.rejects(other.refresh(), BadProof);
  relay.lies = {};
  await mine.remember(entry(BOX));
  assert.equal(stored().entries.length, 2);
});

test('after a lost answer the next save finds the page as it is', async () => {
  const mine = device();
  relay.lost = ['page_save'];
  await assert.rejects(mine.remember(entry(BOX)), { code: 'disconnected' });
  await mine.remember(entry(BOX));
  assert.deepEqual([stored().entries.length, mine.entries.length], [1, 1]);
});

test('what is gone for more than sixty days is dropped with the next save', async () => {
  const mine = device();
  const minute = Math.floor(clock.now() / 60_000);
  await mine.remember(gone(entry(BOX), minute, 3, new Uint8Array(32)));
  await clock.elapse((GONE_KEPT_DAYS * 24 * 60 + 1) * 60_000);
  await mine.remember(entry(OTHER_BOX));
  assert.deepEqual(stored().entries.map(({ box16 }) => box16), [OTHER_BOX]);
});

// --- drafts ---------------------------------------------------------------------------------------

test('a draft waits in memory, is saved once, and comes back on any device exactly as typed', async () => {
  const mine = device();
  const typed = 'e\u0301 und Leerzeichen  \n';
  for (let n = 1; n <= typed.length; n += 1) mine.keepDraft(BOX, typed.slice(0, n));
  assert.deepEqual([mine.draft(BOX), mine.isUnsaved, saves()], [typed, true, 0]);
  await mine.flush();
  await mine.flush();
  assert.deepEqual([saves(), mine.isUnsaved, device().draft(BOX)], [1, false, typed]);
});

test('nothing is saved where nothing is left to save', async () => {
  const mine = device();
  mine.keepDraft(BOX, 'doch nicht');
  mine.dropDraft(BOX);
  await mine.flush();
  assert.deepEqual([saves(), mine.isUnsaved], [0, false]);
  mine.keepDraft(BOX, 'bleibt');
  await mine.flush();
  mine.keepDraft(BOX, 'bleibt nicht');
  mine.keepDraft(BOX, 'bleibt');
  await mine.flush();
  assert.equal(saves(), 1);
});

test('a draft that was sent is gone everywhere, also where it was edited before', async () => {
  const mine = device();
  mine.keepDraft(BOX, 'Hallo');
  await mine.flush();
  const other = device();
  mine.dropDraft(BOX);
  await mine.flush();
  await other.refresh();
  assert.deepEqual([other.draft(BOX), device().draft(BOX)], ['', '']);
});

test('what is typed while a save is under way waits for the next one', async () => {
  const mine = device();
  mine.keepDraft(BOX, 'zz');
  meanwhile(() => {
    mine.keepDraft(BOX, 'a');
    mine.keepDraft(OTHER_BOX, 'auch hier');
  });
  await mine.flush();
  assert.deepEqual([mine.draft(BOX), mine.draft(OTHER_BOX)], ['a', 'auch hier']);
  await mine.flush();
  assert.deepEqual([device().draft(BOX), device().draft(OTHER_BOX), mine.isUnsaved], ['a', 'auch hier', false]);
});

test('a draft taken away while a save is under way is gone with the next one', async () => {
  const mine = device();
  mine.keepDraft(BOX, 'weg damit');
  meanwhile(() => mine.dropDraft(BOX));
  await mine.flush();
  assert.deepEqual([mine.draft(BOX), mine.isUnsaved], ['', true]);
  await mine.flush();
  assert.equal(device().draft(BOX), '');
});

test('a draft that is too long keeps its beginning, whole characters only', () => {
  const mine = device();
  mine.keepDraft(BOX, `x${'ä'.repeat(MAX_DRAFT_BYTES)}`);
  assert.equal(mine.draft(BOX), `x${'ä'.repeat(MAX_DRAFT_BYTES / 2 - 1)}`);
});

test('a draft goes with its box', async () => {
  const mine = device();
  await mine.remember(entry(BOX));
  mine.keepDraft(BOX, 'zu spät');
  await mine.remember(gone(entry(BOX), 1, 3, new Uint8Array(32)));
  assert.deepEqual([stored().drafts, mine.isUnsaved], [[], false]);
});

// --- settings -------------------------------------------------------------------------------------

test('settings of the account are saved at once, and found on any device', async () => {
  const hash = new Uint8Array(32).fill(9);
  assert.deepEqual(device().settings, { sheetNoted: false, restarts: [], others: [] });
  await device().keepSettings(() => ({ sheetNoted: true }));
  await device().keepSettings(() => ({ sheetNoted: true }));
  assert.deepEqual([device().settings, saves()], [{ sheetNoted: true, restarts: [], others: [] }, 1]);
  await device().keepSettings(() => ({ restarts: [hash], others: [] }));
  await device().keepSettings(() => ({ sheetNoted: false }));
  assert.deepEqual(device().settings, { sheetNoted: false, restarts: [hash], others: [] });
});

test('a change of settings sees what was kept meanwhile: on this device, and on another one', async () => {
  const [mine, phone] = [device(), device()];
  /** @param {string} name */
  const added = (name) => (/** @type {{ others: readonly any[] }} */ { others }) => ({ others: [...others, name] });
  await Promise.all([mine.keepSettings(added('eins')), mine.keepSettings(added('zwei'))]);
  await phone.keepSettings(added('drei'));
  assert.deepEqual(phone.settings.others, ['eins', 'zwei', 'drei']);
});

test('what a newer client keeps in the settings stays', async () => {
  const raw = encode([0, [], 'neu']);
  relay.bound.pages = [{ version: 1, sealed: sealPage(ams, 0, 1, { ...EMPTY_PAGE, settings: { counter: 1, raw } }, 1) }];
  await device().keepSettings(() => ({ sheetNoted: true }));
  assert.deepEqual(stored().settings, { counter: 2, raw: encode([1, [], 'neu']) });
});

test('settings that this client cannot read count as none', () => {
  for (const raw of [Uint8Array.of(0xc1), encode([1, 'neu']), encode([1, [new Uint8Array(31)]])]) {
    relay.bound.pages = [{ version: 1, sealed: sealPage(ams, 0, 1, { ...EMPTY_PAGE, settings: { counter: 1, raw } }, 1) }];
    assert.deepEqual(device().settings, { sheetNoted: false, restarts: [], others: [] });
  }
});

// --- the end --------------------------------------------------------------------------------------

test('a wiped keyring opens nothing and saves nothing, whatever still runs', async () => {
  const mine = device();
  await mine.remember(entry(BOX));
  const [{ es }] = mine.entries[0].secrets;
  mine.keepDraft(BOX, 'geheim');
  const before = relay.bound.pages[0].sealed;
  const late = mine.remember(entry(OTHER_BOX));
  mine.wipe();
  ams.fill(0);
  await assert.rejects(late, { code: 'unauthorised' });
  mine.keepDraft(BOX, 'mehr');
  await mine.flush();
  await assert.rejects(mine.keepSettings(() => ({ sheetNoted: true })), { code: 'unauthorised' });
  assert.deepEqual([mine.entries, mine.draft(BOX), mine.pseudonym, mine.isUnsaved], [[], '', '', false]);
  assert.ok(es.every((byte) => byte === 0));
  assert.equal(relay.bound.pages[0].sealed, before);
});

// --- what no save has reached ---------------------------------------------------------------------

test('what cannot be saved is handed out sealed, and taken back by the same account', async () => {
  const first = device();
  assert.deepEqual(first.unsaved(), []);
  first.keepDraft(BOX, 'Das wollte ich noch sagen');
  const kept = first.unsaved();
  const text = new TextDecoder('latin1').decode(kept[0].sealed);
  assert.deepEqual([kept.length, text.includes('Das wollte'), saves()], [1, false, 0]);
  first.wipe();
  const again = device();
  again.takeBack(kept);
  assert.equal(again.draft(BOX), 'Das wollte ich noch sagen');
  await again.flush();
  assert.equal(device().draft(BOX), 'Das wollte ich noch sagen');
});

test('what another device has saved more often meanwhile stays', async () => {
  const first = device();
  first.keepDraft(BOX, 'alt');
  const kept = first.unsaved();
  const other = device();
  for (const text of ['neu', 'neuer']) {
    other.keepDraft(BOX, text);
    await other.flush();
  }
  const again = device();
  again.takeBack(kept);
  assert.equal(again.draft(BOX), 'neuer');
});

test('another account takes nothing back', () => {
  const first = device();
  first.keepDraft(BOX, 'nur für mich');
  const kept = first.unsaved();
  ams = newAccountSecret();
  fill(SEEKER_PAGES);
  assert.throws(() => device().takeBack(kept), RemoteError);
});

test('what was seen of the log is saved with whatever is saved, and only ever forward', async () => {
  let seen = { size: 5, root: () => new Uint8Array(32).fill(5) };
  const held = new Keyring(relay.request, ams, relay.bound.pages.map((/** @type {any} */ page) => ({ ...page })), {
    count: SEEKER_PAGES, clock, seen: () => seen,
  });
  assert.equal(held.logPin.size, 0);
  await held.remember(entry(BOX));
  assert.deepEqual(device().logPin, { size: 5, root: new Uint8Array(32).fill(5) });
  seen = { size: 3, root: () => new Uint8Array(32).fill(3) };
  await held.remember(entry(OTHER_BOX));
  assert.equal(device().logPin.size, 5);
  // Nothing else to save: no save for the log alone.
  seen = { size: 9, root: () => new Uint8Array(32).fill(9) };
  const version = relay.bound.pages[0].version;
  await held.remember(entry(BOX));
  assert.equal(relay.bound.pages[0].version, version);
});
