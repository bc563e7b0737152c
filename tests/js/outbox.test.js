// What a person has said, until the relay holds it. Twin of tests/test_outbox.py.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import './helpers/fetch.js';
import { Outbox } from '../../web/js/core/outbox.js';
import { Kind } from '../../web/js/crypto/envelope.js';
import { key as epochKey } from '../../web/js/crypto/epoch.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { ready } from '../../web/js/crypto/primitives.js';

before(ready);

const BOX16 = new Uint8Array(16).fill(7);
const SECRET = keyOf('SignSecret', new Uint8Array(32).fill(1));
const EMPTY_ARRAY = new Uint8Array([0x90]);

/** What an outbox asks of a transcript; its verdicts are tested elsewhere. */
function reader() {
  const state = { isPaused: false, isStopped: false };
  const transcript = {
    state,
    get key() {
      return epochKey(keyOf('EpochSecret', new Uint8Array(32).fill(2)), BOX16, 0, keyOf('Share', new Uint8Array(32).fill(3)));
    },
    isHeld() { return state.isPaused; },
    /** @param {any} fields */
    draft({ kind, stream, i, sentMs, logN, payload }) {
      if (state.isPaused && kind !== Kind.CLOSE) throw new LocalError('nothing can be sent from here');
      const zeros = new Uint8Array(32);
      return { kind, sidx: 0, stream, i, epochHash: zeros, sentMs, headN: 1, head: zeros, logN, logRoot: zeros, payload };
    },
  };
  return /** @type {any} */ (transcript);
}

/** @param {Outbox} outbox */
const say = (outbox) => outbox.say(Kind.TEXT, new Uint8Array([0xa2, 0x68, 0x69]), 17);

test('one goes at a time and the same bytes go again', () => {
  const [transcript, outbox] = [reader(), new Outbox(SECRET)];
  const [first, second] = [say(outbox), say(outbox)];
  assert.equal(outbox.next(transcript, 10), first);
  const { envelope } = first;
  assert.equal(outbox.next(transcript, 10)?.envelope, envelope);
  outbox.stored(first, 2);
  assert.equal(outbox.next(transcript, 10), second);
  assert.deepEqual([first.n, first.envelope, outbox.nextI], [2, null, 1]);
});

test('what is stale is sealed anew under the same count', () => {
  const [transcript, outbox] = [reader(), new Outbox(SECRET)];
  const item = say(outbox);
  const before = outbox.next(transcript, 10)?.envelope;
  outbox.stale(item);
  assert.notDeepEqual(outbox.next(transcript, 10)?.envelope, before);
  assert.equal(outbox.nextI, 0);
});

test('an alarm lets nothing out but the end', () => {
  const [transcript, outbox] = [reader(), new Outbox(SECRET)];
  const held = say(outbox);
  transcript.state.isPaused = true;
  assert.equal(outbox.next(transcript, 10), null);
  const end = outbox.end(EMPTY_ARRAY, 18);
  assert.ok(!outbox.waiting.includes(held));
  assert.equal(outbox.next(transcript, 10), end);
});

test('before the end goes what the relay may have already', () => {
  const [transcript, outbox] = [reader(), new Outbox(SECRET)];
  const tried = say(outbox);
  const sent = outbox.next(transcript, 10)?.envelope;
  say(outbox);
  transcript.state.isPaused = true;
  const end = outbox.end(EMPTY_ARRAY, 18);
  assert.deepEqual(outbox.waiting, [tried, end]);
  assert.equal(outbox.next(transcript, 10)?.envelope, sent);
  outbox.stored(tried, 3);
  assert.equal(outbox.next(transcript, 10), end);
});

test('what turns out not to be stored is not said after an end', () => {
  const [transcript, outbox] = [reader(), new Outbox(SECRET)];
  const tried = say(outbox);
  outbox.next(transcript, 10);
  transcript.state.isPaused = true;
  const end = outbox.end(EMPTY_ARRAY, 18);
  outbox.stale(tried);
  assert.deepEqual(outbox.waiting, [end]);
  outbox.next(transcript, 10);
  outbox.stale(end);
  assert.equal(outbox.next(transcript, 10), end);
});

test('what the relay refused waits for a person, and not in the way of the end', () => {
  const [transcript, outbox] = [reader(), new Outbox(SECRET)];
  const refused = say(outbox);
  outbox.next(transcript, 10);
  outbox.failed(refused);
  assert.equal(outbox.next(transcript, 10), null);
  outbox.retry(refused);
  assert.equal(outbox.next(transcript, 10), refused);
  assert.throws(() => outbox.withdraw(refused), LocalError);
  outbox.failed(refused);
  const end = outbox.end(EMPTY_ARRAY, 18);
  assert.equal(outbox.next(transcript, 10), end);
});

test('what cannot be sealed stays, and nothing leaves (T1)', () => {
  const [transcript, outbox] = [reader(), new Outbox(SECRET)];
  const item = say(outbox);
  transcript.draft = () => { throw new Error('no randomness'); };
  assert.throws(() => outbox.next(transcript, 10));
  assert.deepEqual([outbox.waiting, item.envelope, item.tried], [[item], null, false]);
});
