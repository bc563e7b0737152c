import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { dayLists, deletionsOf } from '../../web/js/core/deletion.js';
import { withEnd } from '../../web/js/core/ending.js';
import { EntryState } from '../../web/js/crypto/entry.js';
import * as daylist from '../../web/js/crypto/daylist.js';
import { daysOf, isAlarm, judgeDay, tombOf, unnamed } from '../../web/js/crypto/evidence.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { check, unhex, vectors } from './helpers/vectors.js';

const DAY_MS = 86_400_000;

before(ready);

/** @param {{ evidence: string, hour: number } | null} found */
const plain = (found) => (found === null ? null : [found.evidence, found.hour]);

/** @param {any} given */
const statedOf = ({ day, stated }) => (stated === null ? null : { day, count: stated[0], root: unhex(stated[1]) });

for (const item of vectors('evidence', 'read')) {
  test(item.name, () => check(item, () => {
    const graves = daylist.read(item.in.text, item.in.day);
    return { graves: graves.map(({ tomb, hour }) => [unhex(tomb), hour]), root: daylist.root(graves) };
  }));
}

for (const item of vectors('evidence', 'tomb_of')) {
  test(item.name, () => check(item, () => {
    const { box16, state, settings, pin_chain: pinChain, close_minute: closeMinute } = item.in;
    const entry = /** @type {any} */ ({ box16: unhex(box16), state, settings: unhex(settings), pinChain: unhex(pinChain), closeMinute });
    return { tomb: unhex(tombOf(entry) ?? '') };
  }));
}

for (const item of vectors('evidence', 'days_of')) {
  test(item.name, () => check(item, () => ({ days: daysOf(item.in.close_minute, item.in.now_ms) })));
}

for (const item of vectors('evidence', 'judge_day')) {
  test(item.name, () => check(item, () => {
    const { tomb, day, text, now_ms: nowMs } = item.in;
    return { found: plain(judgeDay(tomb, day, text, statedOf(item.in), nowMs)) };
  }));
}

for (const item of vectors('evidence', 'unnamed')) {
  test(item.name, () => check(item, () => {
    const { close_minute: closeMinute, retention_hours: hours, seen_false: seenFalse, now_ms: nowMs } = item.in;
    return { found: plain(unnamed(closeMinute, hours, seenFalse === 1, nowMs)) };
  }));
}

test('a fault of ours is no lie of the service', () => {
  assert.throws(() => judgeDay('', 0, /** @type {any} */ (7), null, 0), TypeError);
});

test('every lie of the vectors is an alarm', () => {
  const lies = ['judge_day', 'unnamed'].flatMap((op) => vectors('evidence', op)).filter(({ name }) => name.startsWith('LIE'));
  assert.equal(lies.length, 10);
  for (const { name, out } of lies) assert.ok(isAlarm(out.found[0]), name);
});

// --- the lists of many days ---------------------------------------------------------------------------

const DAY = 20_833;
const CLOSE_MINUTE = DAY * 1_440 - 2 * 1_440;

/** @param {Record<string, any>} [more] */
const entry = (more) => ({
  box16: new Uint8Array(16).fill(1), kind: 1, state: EntryState.CLOSED, keyContext: new Uint8Array(16), secrets: [], pinN: 4,
  pinChain: new Uint8Array(32).fill(2), counter: 1, settings: new Uint8Array(0), generation: 0, closeMinute: CLOSE_MINUTE, ...more,
});

const named = () => `${tombOf(entry())} ${DAY * 24 + 3}\n`;

/** @param {Record<number, string>} lists by day @param {number[]} [entered] @param {readonly any[]} [entries] */
async function looked(lists, entered = [], entries = [entry()]) {
  /** @type {string[]} */
  const asked = [];
  const view = /** @type {any} */ ({
    retentionHours: () => 48,
    deletions: (/** @type {number} */ day) => {
      if (!entered.includes(day)) return null;
      const graves = daylist.read(lists[day] ?? '', day);
      return { day, count: graves.length, root: daylist.root(graves) };
    },
  });
  const get = /** @type {any} */ (async (/** @type {string} */ path, /** @type {any} */ options) => {
    assert.deepEqual(options, { cache: 'no-store', credentials: 'omit' });
    asked.push(path);
    const day = Number(path.slice('/log/deletions/'.length));
    return { ok: day in lists, status: day in lists ? 200 : 404, text: async () => lists[day] };
  });
  const found = await deletionsOf(entries, view, dayLists(get), (DAY + 2) * DAY_MS);
  return { asked, found };
}

test('the lists are read from the close on until one names the tomb, each once', async () => {
  const lists = { [DAY - 2]: '', [DAY - 1]: '', [DAY]: named(), [DAY + 1]: '' };
  const { asked, found } = await looked(lists, [DAY - 2, DAY - 1, DAY], [entry(), entry()]);
  assert.deepEqual(found.map((one) => [one.dueMinute, one.found.evidence, one.found.hour]), [
    [CLOSE_MINUTE + 2_880, 'entered', DAY * 24 + 3], [CLOSE_MINUTE + 2_880, 'entered', DAY * 24 + 3],
  ]);
  assert.deepEqual(asked, [DAY - 2, DAY - 1, DAY].map((day) => `/log/deletions/${day}`));
});

test('a list that is not true does not hide where it stands, and alone it is an alarm', async () => {
  const torn = { [DAY - 2]: 'torn', [DAY - 1]: '', [DAY]: named() };
  assert.equal((await looked(torn, [DAY])).found[0].found.evidence, 'entered');
  assert.equal((await looked({ [DAY - 2]: '', [DAY]: 'torn' })).found[0].found.evidence, 'false_list');
  assert.equal((await looked({})).found[0].found.evidence, 'missing');
});

test('the end is kept of what was read whole, and not where something was held back or reading has stopped', () => {
  const heads = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(8)];
  /** @param {number} endMinute @param {any} [more] */
  const box = (endMinute, more) => /** @type {any} */ ({ endMinute, transcript: { state: { base: 3, heads }, stopped: null, withheld: false, ...more } });
  const before = entry({ closeMinute: 0 });
  assert.deepEqual(withEnd(box(77), before), { ...before, closeMinute: 77, pinN: 4, pinChain: heads[1] });
  for (const held of [box(0), box(77, { withheld: true }), box(77, { stopped: {} })]) assert.equal(withEnd(held, before), before);
});

test('what was no conversation, or ended unseen, is not looked for', async () => {
  const { asked, found } = await looked({}, [], [entry({ kind: 200 }), entry({ closeMinute: 0 })]);
  assert.deepEqual([asked, found], [[], []]);
});

test('a list that cannot be had is a lost line and no alarm', async () => {
  for (const answer of [async () => { throw new TypeError('network'); }, async () => ({ ok: false, status: 503 })]) {
    await assert.rejects(dayLists(/** @type {any} */ (answer))(DAY), { name: 'WireError', code: 'disconnected' });
  }
});
