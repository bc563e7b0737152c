import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Connection } from '../../web/js/core/connection.js';
import { onReport } from '../../web/js/core/errors.js';
import { DIAL_LIMIT_MS } from '../../web/js/core/reconnect.js';
import { REQUEST_LIMIT_MS } from '../../web/js/core/requests.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import '../../web/js/wire/catalogue-account.js';
import { WireError } from '../../web/js/wire/errors.js';
import { FakeClock, settled } from './helpers/clock.js';
import { FakeSocket } from './helpers/socket.js';

const T = 1_800_000_000_000;
// Reports are collected, not printed.
console.error = () => {};

/** @param {{ onOpen?: any }} [parts] */
function make({ onOpen } = {}) {
  const clock = new FakeClock();
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {string[]} */
  const states = [];
  /** @type {string[]} */
  const reports = [];
  const connection = new Connection({
    url: 'wss://relay.example/ws',
    clock,
    onOpen,
    rand: (size) => new Uint8Array(size),
    openSocket: (url) => {
      sockets.push(new FakeSocket(url));
      return /** @type {any} */ (sockets[sockets.length - 1]);
    },
  });
  const ends = [
    connection.state.subscribe((state) => states.push(state)),
    onReport(({ doing }) => reports.push(doing)),
  ];
  const end = () => ends.forEach((each) => each());
  return { clock, connection, sockets, states, reports, end, last: () => sockets[sockets.length - 1] };
}

/** @param {{ onOpen?: any }} [parts] */
async function opened(parts) {
  const made = make(parts);
  made.connection.start();
  made.last().greet();
  await settled();
  return made;
}

/** @param {Promise<unknown>} promise @param {string} code */
const refused = (promise, code) =>
  assert.rejects(promise, (error) => error instanceof WireError && error.code === code);

test('it dials, is greeted and opens', async () => {
  const { connection, states, last } = await opened();
  assert.equal(last().url, 'wss://relay.example/ws');
  assert.equal(last().binaryType, 'arraybuffer');
  assert.deepEqual(states, ['closed', 'connecting', 'open']);
  await connection.opened();
});

test('a request gets its own reply, whatever the order', async () => {
  const { connection, last } = await opened();
  const first = connection.request('ping');
  const second = connection.request('log_read', { start: 0 });
  const [ping, read] = [last().take(), last().take()];
  assert.deepEqual([ping.name, ping.fields, read.name, read.fields], ['ping', [], 'log_read', [0]]);
  last().frame([2, read.request, [[], 0, new Uint8Array([97]), new Uint8Array(0)]]);
  last().frame([2, ping.request, [T]]);
  assert.equal((await first).nowMs, T);
  assert.equal((await second).size, 0);
});

test('a capability travels with its command', async () => {
  const { connection, last } = await opened();
  const cap = new Uint8Array(32).fill(7);
  connection.request('share', { box16: new Uint8Array(16) }, cap).catch(() => {});
  assert.deepEqual(last().take().credential, cap);
  await assert.rejects(connection.request('ping', {}, new Uint8Array(31)), LocalError);
});

test('a refusal rejects with its code, an unknown code counts as internal', async () => {
  const { connection, last } = await opened();
  const stale = connection.request('ping');
  last().frame([3, last().take().request, 'rate_limited', 500]);
  await assert.rejects(stale, (/** @type {any} */ error) => error.code === 'rate_limited' && error.retryMs === 500);
  const unknown = connection.request('ping');
  last().frame([3, last().take().request, 'of_tomorrow', 0]);
  await refused(unknown, 'internal');
});

test('a command that the catalogue does not know, or with wrong fields, never leaves', async () => {
  const { connection, last } = await opened();
  await assert.rejects(connection.request('no_such'), LocalError);
  await assert.rejects(connection.request('log_read', {}), LocalError);
  await assert.rejects(connection.request('log_read', { start: -1 }), LocalError);
  await assert.rejects(connection.request('log_read', { start: 0, more: 1 }), LocalError);
  assert.equal(last().sent.length, 0);
});

test('without an open line a request is refused at once', async () => {
  const { connection, last, clock } = make();
  await refused(connection.request('ping'), 'disconnected');
  connection.start();
  await refused(connection.request('ping'), 'disconnected');
  last().greet();
  await clock.elapse(0);
  const waiting = connection.request('ping');
  last().drop();
  await refused(waiting, 'disconnected');
  await refused(connection.request('ping'), 'disconnected');
});

test('a request without an answer ends at its limit, and a late answer harms nobody', async () => {
  const { connection, last, clock, states } = await opened();
  const waiting = refused(connection.request('log_read', { start: 0 }), 'no_answer');
  const { request } = last().take();
  for (let passed = 0; passed < REQUEST_LIMIT_MS; passed += 10_000) {
    await clock.elapse(10_000);
    if (last().sent.length > 0) last().answer('ping', [clock.now()]);
  }
  await waiting;
  last().frame([2, request, [[], 0, new Uint8Array([97])]]);
  assert.equal(states.at(-1), 'open');
});

test('events reach their listeners until these have ended', async () => {
  const { connection, last, reports, end } = await opened();
  /** @type {any[]} */
  const seen = [];
  const stopFirst = connection.on('log_grown', () => {
    throw new Error('a broken listener');
  });
  const stopSecond = connection.on('log_grown', (event) => seen.push(event.size));
  last().frame([4, 'log_grown', [3]]);
  stopSecond();
  stopFirst();
  last().frame([4, 'log_grown', [4]]);
  assert.deepEqual(seen, [3]);
  assert.deepEqual(reports, ['event log_grown']);
  assert.throws(() => connection.on('no_such', () => {}), LocalError);
  end();
});

test('an event of tomorrow is ignored', async () => {
  const { last, states } = await opened();
  last().frame([4, 'of_tomorrow', [1, 'x', []]]);
  assert.equal(states.at(-1), 'open');
});

test('a relay that speaks nonsense is left', async () => {
  const nonsense = [
    (/** @type {FakeSocket} */ socket) => socket.message('text'),
    (/** @type {FakeSocket} */ socket) => socket.message(new ArrayBuffer(0)),
    (/** @type {FakeSocket} */ socket) => socket.message(Uint8Array.of(0xc0).buffer),
    (/** @type {FakeSocket} */ socket) => socket.frame([9]),
    (/** @type {FakeSocket} */ socket) => socket.frame([]),
    (/** @type {FakeSocket} */ socket) => socket.frame([4, 'log_grown', ['three']]),
    (/** @type {FakeSocket} */ socket) => socket.frame([2, 99, []]),
    (/** @type {FakeSocket} */ socket) => socket.frame([3, 0, 'malformed', 0]),
    (/** @type {FakeSocket} */ socket) => socket.greet(),
  ];
  for (const speak of nonsense) {
    const { last, states, reports, end } = await opened();
    speak(last());
    assert.equal(states.at(-1), 'lost');
    assert.ok(last().isClosed);
    assert.deepEqual(reports, ['frame of the relay']);
    end();
  }
});

test('an answer that does not fit its command rejects it and ends the line', async () => {
  const { connection, last, states } = await opened();
  const waiting = connection.request('ping');
  last().frame([2, last().take().request, ['late']]);
  await refused(waiting, 'disconnected');
  assert.equal(states.at(-1), 'lost');
});

test('a frame before the greeting ends the line', () => {
  const { connection, last, sockets } = make();
  connection.start();
  last().frame([4, 'log_grown', [3]]);
  assert.ok(sockets[0].isClosed);
});

test('a relay of another version is not dialled again', async () => {
  const { connection, last, clock, sockets, states } = make();
  connection.start();
  const opening = connection.opened();
  last().greet({ low: 2, high: 3 });
  await refused(opening, 'unsupported_version');
  await clock.elapse(120_000);
  assert.equal(sockets.length, 1);
  assert.equal(states.at(-1), 'closed');
  assert.equal(connection.closedBy, 'unsupported_version');
});

test('a heartbeat every 10 s; an unanswered one loses the line after 10 s more', async () => {
  const { clock, last, states } = await opened();
  await clock.elapse(10_000);
  last().answer('ping', [clock.now()]);
  await clock.elapse(10_000);
  assert.equal(last().sent.length, 1);
  await clock.elapse(9_999);
  assert.equal(states.at(-1), 'open');
  await clock.elapse(1);
  assert.equal(states.at(-1), 'lost');
});

test('a line that is busy sending is not lost', async () => {
  const { clock, last, states } = await opened();
  last().bufferedAmount = 2_000_000;
  await clock.elapse(10_000);
  last().bufferedAmount = 1_000_000;
  await clock.elapse(10_000);
  assert.equal(states.at(-1), 'open');
  await clock.elapse(10_000);
  assert.equal(states.at(-1), 'lost');
});

test('a lost line is dialled again, resumed, and only then open', async () => {
  /** @type {string[]} */
  const asked = [];
  const { clock, connection, last, sockets, states } = await opened({
    onOpen: async (/** @type {any} */ request) => {
      asked.push('attach');
      await request('attach', { token: new Uint8Array(32) });
    },
  });
  last().answer('attach', [1, new Uint8Array(0)]);
  await settled();
  last().drop();
  await clock.elapse(1_000);
  assert.equal(sockets.length, 2);
  last().greet();
  await settled();
  assert.equal(connection.state.value, 'lost');
  await refused(connection.request('ping'), 'disconnected');
  last().answer('attach', [1, new Uint8Array(0)]);
  await settled();
  assert.deepEqual(states, ['closed', 'connecting', 'open', 'lost', 'open']);
  assert.deepEqual(asked, ['attach', 'attach']);
});

test('a resume that fails gives the line up; a bug in it is reported', async () => {
  for (const [error, expected] of [[new WireError('internal'), []], [new Error('bug'), ['resume']]]) {
    const made = await opened({ onOpen: async () => { throw error; } });
    assert.equal(made.connection.state.value, 'connecting');
    assert.ok(made.sockets[0].isClosed);
    assert.deepEqual(made.reports, expected);
    await made.clock.elapse(1_000);
    assert.equal(made.sockets.length, 2);
    made.end();
  }
});

test("what an earlier line's resume still does is not mixed into the new one", async () => {
  /** @type {any[]} */
  const requests = [];
  const { clock, connection, last, sockets } = await opened({
    onOpen: (/** @type {any} */ request) => {
      requests.push(request);
      return new Promise((resolve) => requests.length > 1 ? undefined : setImmediate(resolve));
    },
  });
  await settled();
  last().drop();
  await clock.elapse(1_000);
  last().greet();
  await settled();
  await refused(requests[0]('ping'), 'disconnected');
  assert.equal(sockets[1].sent.length, 0);
  assert.equal(connection.state.value, 'lost');
});

test('an old socket has no say any more', async () => {
  const { clock, connection, sockets, last } = await opened();
  sockets[0].drop();
  await clock.elapse(1_000);
  last().greet();
  await settled();
  sockets[0].frame([4, 'log_grown', ['nonsense']]);
  sockets[0].drop();
  assert.equal(connection.state.value, 'open');
});

test('a relay that is not there is tried again', async () => {
  const { clock, connection, sockets } = make();
  connection.start();
  await clock.elapse(DIAL_LIMIT_MS + 500);
  assert.ok(sockets[0].isClosed);
  assert.equal(sockets.length, 2);
  assert.equal(connection.state.value, 'connecting');
});

test('a socket that cannot even be made is tried again', async () => {
  const clock = new FakeClock();
  let attempts = 0;
  const connection = new Connection({
    url: 'wss://relay.example/ws',
    clock,
    rand: (size) => new Uint8Array(size),
    openSocket: () => {
      attempts += 1;
      throw new Error('blocked');
    },
  });
  connection.start();
  await clock.elapse(500);
  assert.equal(attempts, 2);
  assert.equal(connection.state.value, 'connecting');
});

test('a nudge dials at once', async () => {
  const { connection, sockets } = await opened();
  sockets[0].drop();
  connection.nudge();
  assert.equal(sockets.length, 2);
});

test('closing ends everything: requests, timers, redials', async () => {
  const { clock, connection, sockets, states } = await opened();
  const waiting = connection.request('ping');
  connection.close();
  await refused(waiting, 'disconnected');
  await refused(connection.opened(), 'disconnected');
  assert.equal(clock.waiting, 0);
  await clock.elapse(120_000);
  assert.equal(sockets.length, 1);
  assert.equal(states.at(-1), 'closed');
  connection.start();
  assert.equal(sockets.length, 2);
});

test('the greeting and each heartbeat teach the clock', async () => {
  const { clock, last, connection } = make();
  connection.start();
  last().greet({ nowMs: T + 5_000 });
  assert.equal(clock.offsetMs, 5_000);
  await clock.elapse(10_000);
  const { request } = last().take();
  await clock.elapse(400);
  last().frame([2, request, [clock.now() + 7_000 - 200]]);
  await settled();
  assert.equal(clock.offsetMs, 7_000);
});
