import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as filetype from '../../web/js/crypto/filetype.js';
import { check, unhex, vectors } from './helpers/vectors.js';

/** @param {() => object} call */
function orReason(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof filetype.UnfitFile) return { reason: error.reason };
    throw error;
  }
}

const judged = vectors('filetype', 'judge');

for (const item of judged) {
  test(item.name, () => check(item, () => orReason(() => ({ type: filetype.judge(unhex(item.in.raw)).name }))));
}

for (const item of vectors('filetype', 'check')) {
  test(item.name, () => {
    const raw = unhex(judged.find((one) => one.name === `judge ${item.in.content}`)?.in.raw);
    return check(item, () => orReason(() => ({ type: filetype.check(raw, item.in.mime, item.in.name).name })));
  });
}

for (const item of vectors('filetype', 'clean')) {
  test(item.name, () => check(item, () => {
    const type = filetype.TYPES.find((one) => one.name === item.in.type);
    assert.ok(type !== undefined);
    return { name: filetype.cleanName(item.in.name, type) };
  }));
}

test('lone halves of letters do not stay in a name', () => {
  assert.equal(filetype.cleanName('a\ud83d\ude42\ud83d.pdf', filetype.PDF), 'a\u{1f642}.pdf');
});
