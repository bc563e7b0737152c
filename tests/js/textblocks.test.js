// Text blocks of one's own: kept, changed, taken away; and the slash that calls them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import './helpers/fetch.js';
import { mergeEntry } from '../../web/js/crypto/entry.js';
import { noteOf } from '../../web/js/features/workspace/note.js';
import { MAX_BLOCKS, MAX_TEXT_CHARS, MAX_TITLE_CHARS, TextBlocks, blocksFor, slashAt } from '../../web/js/features/workspace/textblocks.js';
import { WireError } from '../../web/js/wire/errors.js';

/** A keyring as two devices share it: `meet` joins what both have, entry by entry. */
function device() {
  /** @type {Map<string, any>} */
  const entries = new Map();
  const line = { left: Infinity };
  const take = (/** @type {any} */ one) => {
    const known = entries.get(one.box16.join());
    entries.set(one.box16.join(), known === undefined ? one : mergeEntry(known, one));
  };
  const keyring = {
    get entries() { return [...entries.values()]; },
    /** @param {Uint8Array} box16 */
    entry: (box16) => entries.get(box16.join()) ?? null,
    /** @param {any[]} some */
    remember: async (...some) => {
      if (line.left === 0) throw new WireError('offline');
      line.left -= 1;
      some.forEach(take);
    },
  };
  const blocks = new TextBlocks(() => /** @type {any} */ (keyring), /** @type {any} */ ({ now: () => 1_700_000_000_000 }));
  const shown = () => blocks.all.value.map(({ title, text }) => `${title}: ${text}`);
  return { blocks, keyring, line, take, shown };
}

/** @param {...ReturnType<typeof device>} devices */
function meet(...devices) {
  const all = devices.flatMap(({ keyring }) => keyring.entries);
  for (const one of devices) {
    all.forEach(one.take);
    one.blocks.read();
  }
}

const block = (/** @type {string} */ title, /** @type {string} */ text, isEmergency = false) => ({ title, text, isEmergency });

test('blocks for emergencies stand first, the others by title', async () => {
  const { blocks, shown, keyring } = device();
  await blocks.save(block('Gruß', 'Guten Tag.'));
  await blocks.save(block('Ablauf', ' So gehen wir vor. '));
  await blocks.save(block('Notruf', 'Wählen Sie 112.', true));
  assert.deepEqual(shown(), ['Notruf: Wählen Sie 112.', 'Ablauf: So gehen wir vor.', 'Gruß: Guten Tag.']);
  assert.ok(keyring.entries.every((entry) => noteOf(entry) === null));
});

test('two devices that change one block at once keep both, and a deletion elsewhere costs no words', async () => {
  const [one, other] = [device(), device()];
  await one.blocks.save(block('Gruß', 'Guten Tag.'));
  meet(one, other);
  const { id } = one.blocks.all.value[0];
  await one.blocks.save(block('Gruß', 'Guten Morgen.'), id);
  await other.blocks.save(block('Gruß', 'Guten Abend.'), id);
  meet(one, other);
  assert.deepEqual([one.shown().sort(), other.shown().sort()], Array(2).fill(['Gruß: Guten Abend.', 'Gruß: Guten Morgen.']));
  const [kept, gone] = one.blocks.all.value;
  await one.blocks.remove(gone.id);
  await other.blocks.save(block('Gruß', 'Gute Nacht.'), gone.id);
  meet(one, other);
  assert.deepEqual(one.shown().sort(), ['Gruß: Gute Nacht.', `Gruß: ${kept.text}`].sort());
});

test('a line that breaks between two steps leaves one block, and one that breaks before leaves the former', async () => {
  const { blocks, shown, line } = device();
  await blocks.save(block('Gruß', 'Alt.'));
  const { id } = blocks.all.value[0];
  line.left = 0;
  assert.deepEqual([await blocks.save(block('Gruß', 'Neu.'), id), shown()], [false, ['Gruß: Alt.']]);
  line.left = 1;
  assert.deepEqual([await blocks.save(block('Gruß', 'Neu.'), id), shown()], [false, ['Gruß: Neu.']]);
});

test('the longest block fits into an entry, and there is an end to their number', async () => {
  const { blocks } = device();
  assert.equal(await blocks.save(block('\u{1f600}'.repeat(MAX_TITLE_CHARS / 2), '\u20ac'.repeat(MAX_TEXT_CHARS))), true);
  assert.equal(blocks.all.value.length, 1);
  for (let n = 1; n < MAX_BLOCKS; n += 1) await blocks.save(block(`Nr ${n}`, 'x'));
  assert.deepEqual([await blocks.save(block('zu viel', 'x')), blocks.all.value.length], [false, MAX_BLOCKS]);
  assert.equal(await blocks.save(block('geändert', 'x'), blocks.all.value[0].id), true);
});

test('a slash calls by its beginning, at the start of a word only', () => {
  assert.deepEqual(['/not', 'Hallo /Not', 'und/oder', '/', 'a\n/x', '/not ', ''].map((text) => slashAt(text, text.length)),
    ['not', 'Not', null, '', 'x', null, null]);
  assert.equal(slashAt('/notruf danach', 4), 'not');
  const all = /** @type {any[]} */ ([{ title: 'Notruf' }, { title: 'Begrüßung' }]);
  assert.deepEqual([blocksFor(all, 'NOT').length, blocksFor(all, '').length, blocksFor(all, 'x').length], [1, 2, 0]);
});
