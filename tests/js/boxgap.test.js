// A line that has lost an envelope: what lies between is read again, and judged by the newest log.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Box } from '../../web/js/core/box.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { NeedKind } from '../../web/js/crypto/verdict.js';
import { FakeClock, settled } from './helpers/clock.js';

before(ready);

/** A box of two envelopes, read up to the first; by which log each is judged stands in `judged`. */
function box() {
  const judged = /** @type {[number, string][]} */ ([]);
  const heard = /** @type {Map<string, (event: any) => void>} */ (new Map());
  const rows = [1, 2, 3].map((n) => ({ n, e1: Uint8Array.of(n) }));
  const log = { staff: 'old', update: async () => { log.staff = 'new'; } };
  const transcript = {
    state: { box16: randomBytes(16), base: 1, heads: /** @type {number[]} */ ([]) }, staff: log.staff, alarms: [], sendingPaused: false,
    take(/** @type {number} */ n, /** @type {Uint8Array} */ _, /** @type {readonly string[]} */ tried) {
      const next = transcript.state.base + transcript.state.heads.length;
      if (n > next && !tried.includes(NeedKind.ENVELOPES)) return { need: { kind: NeedKind.ENVELOPES, n: next } };
      transcript.state.heads.push(n);
      judged.push([n, transcript.staff]);
      return { need: null, message: null };
    },
    isHeld: () => false, owedAcknowledgement: () => 0,
  };
  const connection = {
    on: (/** @type {string} */ name, /** @type {(event: any) => void} */ action) => (heard.set(name, action), () => {}),
    request: async (/** @type {string} */ _, /** @type {any} */ { start }) => ({ rows: rows.filter(({ n }) => n >= start && n <= shown.n), headN: shown.n, state: 1 }),
  };
  const shown = { n: 1 };
  const parts = /** @type {any} */ ({
    connection, clock: new FakeClock(), log, transcript, cap: randomBytes(32), secret: keyOf('SignSecret', randomBytes(32)), onTaken: () => {}, onFleeting: () => {},
  });
  const comes = (/** @type {number} */ n) => {
    shown.n = n;
    heard.get('envelope')?.({ box16: transcript.state.box16, ...rows[n - 1] });
  };
  return { box: new Box(parts), judged, comes };
}

test('what fills a gap is judged by the newest log', async () => {
  const { box: one, judged, comes } = box();
  await one.open();
  assert.deepEqual(judged, [[1, 'old']]);
  comes(3);
  for (let i = 0; i < 10 && judged.length < 3; i += 1) await settled();
  assert.deepEqual(judged.slice(1), [[2, 'new'], [3, 'new']]);
});
