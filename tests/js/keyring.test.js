import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { EntryState, ended, entryOf, entryValue, gone, goneMinute, mergeEntry } from '../../web/js/crypto/entry.js';
import { LocalError, RemoteError } from '../../web/js/crypto/errors.js';
import * as keyring from '../../web/js/crypto/keyring.js';
import * as labels from '../../web/js/crypto/labels.js';
import { hash, ready } from '../../web/js/crypto/primitives.js';
import { check, flip, replayRand, unhex, vectors } from './helpers/vectors.js';

const AMS = Uint8Array.from({ length: 32 }, (_, n) => n);
const MINUTE = 29_000_000;

before(ready);

for (const item of vectors('keyring', 'page_of')) {
  test(item.name, () =>
    check(item, () => ({
      page: keyring.pageOf(unhex(item.in.ams), unhex(item.in.box16), item.in.pages),
    })));
}

for (const item of vectors('keyring', 'seal_page')) {
  test(item.name, async () => {
    const { page, version, pages } = item.in;
    const ams = unhex(item.in.ams);
    const content = keyring.decodeContent(unhex(item.in.content));
    await check(item, () => ({
      sealed: keyring.sealPage(ams, page, version, content, pages, replayRand(unhex(item.in.rand))),
    }));
    const opened = keyring.openPage(ams, page, unhex(item.out.sealed), pages);
    assert.deepEqual(opened, { version, content });
  });
}

for (const item of vectors('keyring', 'open_page')) {
  test(item.name, () =>
    check(item, () =>
      keyring.openPage(unhex(item.in.ams), item.in.page, unhex(item.in.sealed), item.in.pages)));
}

for (const item of vectors('keyring', 'decode_content')) {
  test(item.name, () => check(item, () => keyring.decodeContent(unhex(item.in.content))));
}

for (const item of vectors('keyring', 'merge')) {
  test(item.name, async () => {
    const [one, other] = [item.in.one, item.in.other].map((text) => keyring.decodeContent(unhex(text)));
    for (const [a, b] of [[one, other], [other, one]]) {
      await check(item, () => ({ merged: keyring.encodeContent(keyring.merge(a, b)) }));
    }
  });
}

test('merging is associative and idempotent over all contents of the vectors', () => {
  const contents = vectors('keyring', 'merge').flatMap((item) =>
    [item.in.one, item.in.other].map((text) => keyring.decodeContent(unhex(text))));
  for (const one of contents) {
    assert.deepEqual(keyring.merge(one, one), one);
    for (const two of contents) {
      const both = keyring.merge(one, two);
      assert.deepEqual(keyring.merge(both, one), both);
      const three = contents[(contents.indexOf(one) * 7 + contents.indexOf(two) * 3) % contents.length];
      assert.deepEqual(keyring.merge(both, three), keyring.merge(one, keyring.merge(two, three)));
    }
  }
});

test('every one-bit flip of a page is refused', () => {
  const sealed = keyring.sealPage(AMS, 0, 1, { ...keyring.EMPTY_PAGE, pseudonym: 'eva' }, 1);
  for (let bit = 0; bit < sealed.length * 8; bit += bit < 400 ? 1 : 7) {
    assert.throws(() => keyring.openPage(AMS, 0, flip(sealed, bit), 1), RemoteError);
  }
});

test('a page opens only under its own account', () => {
  const sealed = keyring.sealPage(AMS, 0, 1, keyring.EMPTY_PAGE, 1);
  assert.throws(() => keyring.openPage(new Uint8Array(32), 0, sealed, 1), { code: 'bad_tag' });
});

test('an entry on a foreign page is refused both ways', () => {
  const box16 = [1, 2, 3, 4].map((n) => new Uint8Array(16).fill(n)).find((box) => keyring.pageOf(AMS, box, 16) !== 0);
  assert.ok(box16);
  const content = { ...keyring.EMPTY_PAGE, entries: [{ ...entry(), box16, keyContext: box16 }] };
  assert.throws(() => keyring.sealPage(AMS, 0, 1, content, 16), LocalError);
  const asSeeker = keyring.sealPage(AMS, 0, 1, content, 1);
  assert.throws(() => keyring.openPage(AMS, 0, asSeeker, 16), { code: 'not_canonical' });
});

test('only page 0 holds what belongs to the account', () => {
  const id = new Uint8Array(16);
  const seed = { team16: id, epoch: 1, seed: new Uint8Array(32) };
  for (const part of [
    { pseudonym: 'eva' },
    { logSize: 1, logRoot: new Uint8Array(32) },
    { teamSeeds: [seed] },
  ]) {
    const content = { ...keyring.EMPTY_PAGE, ...part };
    assert.throws(() => keyring.sealPage(AMS, 1, 1, content, 16), LocalError);
  }
});

test('a page that would not fit is not written', () => {
  const entries = Array.from({ length: 260 }, (_, n) => {
    const box16 = hash(labels.BOX, Uint8Array.of(n, n >> 8)).slice(0, 16);
    return { ...entry(), box16, keyContext: box16, settings: new Uint8Array(1024) };
  });
  assert.throws(() => keyring.sealPage(AMS, 0, 1, { ...keyring.EMPTY_PAGE, entries }, 1), LocalError);
});

test('a gone entry finds its tomb for sixty days and is forgotten then', () => {
  const buried = gone(entry(), MINUTE, 9, new Uint8Array(32).fill(9));
  assert.equal(buried.secrets.length + buried.keyContext.length + buried.counter, 0);
  assert.equal(goneMinute(buried), MINUTE);
  const content = { ...keyring.EMPTY_PAGE, entries: [buried] };
  const last = MINUTE + keyring.GONE_KEPT_DAYS * 24 * 60;
  assert.equal(keyring.withoutExpired(content, last).entries.length, 1);
  assert.equal(keyring.withoutExpired(content, last + 1).entries.length, 0);
  assert.throws(() => goneMinute(entry()), LocalError);
});

test('what finds the tomb outlasts every memory that lacks it', () => {
  const chain = new Uint8Array(32).fill(9);
  const end = ended({ ...entry(), pinN: 4 }, MINUTE, 9, chain);
  const unaware = gone({ ...entry(), pinN: 200 }, MINUTE + 5, 0, new Uint8Array(32));
  assert.deepEqual(ended(unaware, MINUTE, 9, chain), unaware);
  for (const known of [end, gone(end, MINUTE + 5, 0, new Uint8Array(32))]) {
    for (const { state, closeMinute, pinN, pinChain } of [mergeEntry(known, unaware), mergeEntry(unaware, known)]) {
      assert.deepEqual({ state, closeMinute, pinN, pinChain }, { state: EntryState.GONE, closeMinute: MINUTE, pinN: 9, pinChain: chain });
    }
  }
});

test('entries of different boxes are never joined', () => {
  const other = { ...entry(), box16: new Uint8Array(16).fill(7) };
  assert.throws(() => mergeEntry(entry(), other), LocalError);
});

test('arbitrary pages, contents and entries are refused', () => {
  for (let round = 0; round < 400; round += 1) {
    const raw = hash(labels.PAGE, Uint8Array.of(round, round >> 8)).slice(0, round % 33);
    assert.throws(() => keyring.openPage(AMS, 0, raw, 1), RemoteError);
    assert.throws(() => keyring.decodeContent(raw), RemoteError);
  }
  const good = /** @type {any[]} */ (entryValue(entry()));
  for (let n = 0; n < good.length; n += 1) {
    for (const junk of [[], 'text', [1, 2, 3], Number.MAX_SAFE_INTEGER]) {
      // A counter and a minute may be large, and there may be no secrets yet.
      if (([6, 9].includes(n) && typeof junk === 'number') || (n === 4 && junk instanceof Array && junk.length === 0)) continue;
      assert.throws(() => entryOf(good.with(n, junk)), RemoteError);
    }
  }
});

/** @returns {import('../../web/js/crypto/entry.js').Entry} */
function entry() {
  return {
    box16: new Uint8Array(16).fill(1),
    kind: 1,
    state: EntryState.OPEN,
    keyContext: new Uint8Array(16).fill(1),
    secrets: [{ epoch: 0, es: new Uint8Array(32) }],
    pinN: 0,
    pinChain: new Uint8Array(32),
    counter: 0,
    settings: new Uint8Array(0),
    generation: 0, closeMinute: 0,
  };
}
