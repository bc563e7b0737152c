import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as encoding from '../../web/js/crypto/encoding.js';
import { LocalError, NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { MESSAGES as FOR_ALL } from '../../web/js/wire/catalogue.js';
import { MESSAGES as FOR_ACCOUNTS } from '../../web/js/wire/catalogue-account.js';
import { MESSAGES as FOR_CONTACTS } from '../../web/js/wire/catalogue-contacts.js';
import { MESSAGES as FOR_STAFF } from '../../web/js/wire/catalogue-staff.js';
import * as codec from '../../web/js/wire/codec.js';
import { WireError } from '../../web/js/wire/errors.js';
import { check, unhex, vectors } from './helpers/vectors.js';

/**
 * A message as the vectors write it, with its bytes as bytes.
 * @param {any} tagged
 * @returns {any}
 */
function untag(tagged) {
  if (Array.isArray(tagged)) return tagged.map(untag);
  if (tagged === null || typeof tagged !== 'object') return tagged;
  if (typeof tagged.bin === 'string') return unhex(tagged.bin);
  return Object.fromEntries(Object.entries(tagged).map(([name, value]) => [name, untag(value)]));
}

for (const item of vectors('wire', 'command')) {
  test(item.name, () => {
    const { request, name, message, credential } = item.in;
    const raw = codec.encodeCommand(request, name, untag(message), unhex(credential));
    assert.deepEqual(raw, unhex(item.out.raw));
  });
}

for (const item of vectors('wire', 'reply')) {
  test(item.name, () => {
    const frame = /** @type {any} */ (codec.decodeFromRelay(unhex(item.in.raw)));
    assert.deepEqual([frame.kind, frame.request], ['reply', item.out.request]);
    assert.deepEqual(codec.decodeReply(item.in.name, frame.fields), untag(item.in.message));
  });
}

for (const item of vectors('wire', 'event')) {
  test(item.name, () => {
    const frame = /** @type {any} */ (codec.decodeFromRelay(unhex(item.in.raw)));
    assert.deepEqual(frame, { kind: 'event', name: item.in.name, event: untag(item.in.message) });
  });
}

for (const item of vectors('wire', 'content')) {
  test(item.name, () => {
    const raw = unhex(item.out.raw);
    assert.deepEqual(codec.encode(item.in.name, untag(item.in.message)), raw);
    assert.deepEqual(codec.decode(item.in.name, raw), untag(item.in.message));
  });
}

for (const item of vectors('wire', 'frame')) {
  test(item.name, () =>
    check(item, () => {
      const frame = codec.decodeFromRelay(unhex(item.in.raw));
      if (frame.kind === 'refusal') {
        return { kind: frame.kind, request: frame.request, code: frame.error.code, retryMs: frame.error.retryMs };
      }
      return frame.kind === 'event' ? { ...frame, event: frame.event ?? 0 } : frame;
    }));
}

test('every message of the catalogue has fields that this codec understands', () => {
  for (const messages of [FOR_ALL, FOR_ACCOUNTS, FOR_STAFF, FOR_CONTACTS]) {
    for (const [kind, table] of Object.entries(messages)) {
      // An array that fits nowhere: the fields are parsed before it is refused.
      for (const name of Object.keys(table)) {
        assert.throws(() => codec.fromValue(/** @type {codec.Kind} */ (kind), name, 'text'), NotCanonical);
      }
    }
  }
});

test('a message is learned once, and a name that nobody declared is a bug', () => {
  assert.throws(() => codec.learn(FOR_STAFF), LocalError);
  assert.throws(() => codec.learn({ event: { signed_out: [] } }), LocalError);
  assert.equal(codec.isKnown('event', 'of_today'), false);
  assert.throws(() => codec.encodeCommand(1, 'of_today', {}), LocalError);
  codec.learn({ command: { of_today: [] }, event: { of_today: [] } });
  assert.equal(codec.isKnown('event', 'of_today'), true);
  assert.ok(codec.encodeCommand(1, 'of_today', {}).length > 0);
});

test('our own message outside its limits is a bug, not a frame', () => {
  const cases = [
    ['log_read', {}], ['log_read', { start: -1 }], ['log_read', { start: 0.5 }], ['log_read', { start: '0' }],
    ['log_read', { start: 0, more: 0 }], ['challenge', { command: 'a'.repeat(41) }], ['no_such', {}],
    ['share', { box16: new Uint8Array(15) }], ['attach', { token: [1] }],
  ];
  for (const [name, fields] of cases) {
    assert.throws(() => codec.encodeCommand(1, String(name), /** @type {any} */ (fields)), LocalError, JSON.stringify(name));
  }
  assert.throws(() => codec.encodeCommand(1, 'ping', {}, new Uint8Array(16)), LocalError);
  assert.throws(() => codec.decodeReply('no_such', []), LocalError);
});

test('a reply beyond its limits is refused', () => {
  const fields = [new Uint8Array(32), 21, 0];
  assert.throws(() => codec.decodeReply('challenge', fields), NotCanonical);
  assert.equal(codec.decodeReply('challenge', [new Uint8Array(32), 20, 0]).difficulty, 20);
  assert.throws(() => codec.decodeReply('challenge', [new Uint8Array(31), 20, 0]), NotCanonical);
  const many = new Array(201).fill([1, new Uint8Array(256)]);
  assert.throws(() => codec.decodeReply('read', [many, 0, 1, 0, 0, 0, 0]), NotCanonical);
});

test('what was read cannot be changed', () => {
  const reply = codec.decodeReply('ping', [5]);
  assert.throws(() => {
    reply.nowMs = 6;
  }, TypeError);
});

test('only a request without an answer is uncertain', () => {
  assert.ok(new WireError('disconnected').isUncertain);
  assert.ok(new WireError('no_answer').isUncertain);
  assert.ok(!new WireError('stale').isUncertain);
  assert.equal(new WireError('of_tomorrow').code, 'internal');
});

test('hostile frames throw nothing but remote errors', () => {
  const draw = () => randomBytes(1)[0];
  /** @param {number} depth @returns {any} */
  const value = (depth) => {
    const kind = draw() % (depth > 3 ? 3 : 5);
    if (kind === 0) return draw() % 6;
    if (kind === 1) return randomBytes(draw() % 40);
    if (kind === 2) return 'log_grown';
    return Array.from({ length: draw() % 6 }, () => value(depth + 1));
  };
  for (let round = 0; round < 5_000; round += 1) {
    const raw = round % 4 === 0 ? randomBytes(draw() % 20) : encoding.encode(value(0));
    try {
      codec.decodeFromRelay(raw);
    } catch (error) {
      assert.ok(error instanceof RemoteError, String(error));
    }
  }
});
