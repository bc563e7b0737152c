import assert from 'node:assert/strict';
import test from 'node:test';

import { parse, plain } from '../../web/js/core/richtext.js';

/** A short form of a tree: b(…), i(…) and text. @param {any[]} runs @returns {string} */
function short(runs) {
  return runs.map((run) => (run.kind === 'text' ? run.text : `${run.kind[0]}(${short(run.children)})`)).join('');
}

/** The runs of a text that is one paragraph. @param {string} text */
function inline(text) {
  const blocks = parse(text);
  assert.equal(blocks.length, 1);
  assert.equal(blocks[0]?.kind, 'paragraph');
  return short(/** @type {any} */ (blocks[0]).children);
}

const INLINE = /** @type {[string, string, string][]} */ ([
  ['bold', 'Wir haben **Zeit**.', 'Wir haben b(Zeit).'],
  ['italic', 'gleich _drei_ Themen', 'gleich i(drei) Themen'],
  ['italic in bold', '**ganz _sehr_ wichtig**', 'b(ganz i(sehr) wichtig)'],
  ['bold in italic', '_ganz **sehr** wichtig_', 'i(ganz b(sehr) wichtig)'],
  ['a mark without a partner stays', 'das **war es', 'das **war es'],
  ['an underscore inside a word is no mark', 'Ratsuchende_r 3 und Ratsuchende_r 4', 'Ratsuchende_r 3 und Ratsuchende_r 4'],
  ['a mark beside a space is no mark', '2 ** 3 ** 4 und _ so _', '2 ** 3 ** 4 und _ so _'],
  ['an empty mark stays', '**** und __', '**** und __'],
  ['an address keeps its underscores', 'siehe https://example.org/a_b_c jetzt', 'siehe https://example.org/a_b_c jetzt'],
  ['an address may be bold', '**https://example.org/a_b**', 'b(https://example.org/a_b)'],
  ['tags are text', '<b>nein</b> <img src=x onerror=alert(1)>', '<b>nein</b> <img src=x onerror=alert(1)>'],
  ['lines of one paragraph stay together', 'eins\nzwei', 'eins\nzwei'],
]);

for (const [name, text, expected] of INLINE) {
  test(name, () => assert.equal(inline(text), expected));
}

test('blank lines part paragraphs', () => {
  assert.deepEqual(parse('eins\n\n\nzwei').map((block) => block.kind), ['paragraph', 'paragraph']);
});

test('lines with a dash become a list, with marks inside', () => {
  const [before, list, after] = parse('Ich denke an:\n- **Termine**\n- den Streit\nUnd sonst?');
  assert.equal(before?.kind, 'paragraph');
  assert.equal(list?.kind, 'list');
  assert.deepEqual(/** @type {any} */ (list).items.map(short), ['b(Termine)', 'den Streit']);
  assert.equal(after?.kind, 'paragraph');
});

test('lines with an angle become one quote', () => {
  const [quote] = parse('> Mit dem\n> Streit.');
  assert.equal(quote?.kind, 'quote');
  assert.equal(short(/** @type {any} */ (quote).children), 'Mit dem\nStreit.');
});

test('a dash without a space is no list', () => {
  assert.equal(parse('-5 Grad')[0]?.kind, 'paragraph');
});

test('nothing is an empty tree', () => {
  assert.deepEqual(parse(''), []);
  assert.deepEqual(parse(' \n \n'), []);
});

test('the plain form has no marks and one line', () => {
  assert.equal(plain('Hallo **Sie**\n\n- eins\n- _zwei_\n> drei'), 'Hallo Sie eins · zwei drei');
});

test('every character of a paragraph without marks comes out again', () => {
  const text = 'a*b _c d_ e__f **g h** * i _';
  assert.equal(inline(text).replace(/[bi]\(|\)/g, '').length, text.length - '__'.length - '****'.length);
});

for (const piece of ['**a ', '_a ', 'a_', '**a_b ', '- **a\n', '> _a\n', 'https://a_']) {
  test(`a long text of ${JSON.stringify(piece)} is read in linear time`, () => {
    const cost = (/** @type {number} */ times) => {
      // Of the processor: a busy machine only makes one wait.
      const from = process.cpuUsage();
      parse(piece.repeat(times));
      return process.cpuUsage(from).user / 1_000;
    };
    cost(2_000);
    // 64 kB, the most a message can hold; a quadratic reader needs many seconds here.
    assert.ok(cost(Math.floor(65_536 / piece.length)) < 1_500);
  });
}
