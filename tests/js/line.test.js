// The line that the rooms of a page share: what runs on every new one, and what is tested before its first use.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Line } from '../../web/js/core/line.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { WireError } from '../../web/js/wire/errors.js';
import { DEPLOYMENT } from './helpers/accounts.js';
import { FakeClock, settled } from './helpers/clock.js';
import { FakeSocket } from './helpers/socket.js';

before(ready);

/** A line over a socket without a network. */
function realLine() {
  /** @type {FakeSocket[]} */
  const sockets = [];
  const found = new Line({
    url: 'wss://relay.example/ws', clock: new FakeClock(), fingerprint: new Uint8Array(32), deploymentId: DEPLOYMENT,
    openSocket: (url) => {
      sockets.push(new FakeSocket(url));
      return /** @type {any} */ (sockets.at(-1));
    },
  });
  return { found, sockets };
}

test('hooks run in order on each line, and what ended runs no more', async () => {
  const { found, sockets } = realLine();
  /** @type {string[]} */
  const ran = [];
  const hook = (/** @type {string} */ name) => async () => { ran.push(name); };
  found.onOpen(hook('room'));
  const end = found.onOpen(hook('left'));
  found.onOpen(hook('attach'), { isFirst: true });
  end();
  end();
  const connected = found.connect();
  await settled();
  sockets[0].greet();
  await connected;
  await found.connect();
  assert.deepEqual([ran, sockets.length], [['attach', 'room'], 1]);
  found.close();
  const again = found.connect();
  await settled();
  sockets[1].greet();
  await again;
  assert.deepEqual(ran, ['attach', 'room', 'attach', 'room']);
});

test('where a hook fails, the line is not open and the next hook does not run', async () => {
  const { found, sockets } = realLine();
  let ran = 0;
  found.onOpen(async () => { throw new WireError('unavailable'); });
  found.onOpen(async () => { ran += 1; });
  own(found.connect());
  await settled();
  sockets[0].greet();
  await settled();
  assert.deepEqual([found.connection.state.value, ran], ['connecting', 0]);
  found.close();
});

test('the library is tested once, and Argon2id before its first use', async () => {
  const { found, sockets } = realLine();
  let derived = 0;
  const argon2id = async () => { derived += 1; return new Uint8Array(32); };
  const connected = found.connect();
  await settled();
  sockets[0].greet();
  await connected;
  await assert.rejects(found.connect(/** @type {any} */ (argon2id)), { code: 'self_test_failed' });
  assert.equal(derived, 1);
});

/** @param {Promise<unknown>} promise */
function own(promise) {
  promise.catch(() => {});
}
