import assert from 'node:assert/strict';
import { afterEach, before, test } from 'node:test';
import { Worker as NodeWorker } from 'node:worker_threads';

import { argon2id } from '../../web/js/core/argon2.js';
import { TOLERATED_OFFSET_MS } from '../../web/js/core/clock.js';
import { onReport, report } from '../../web/js/core/errors.js';
import { CHECKS, SelfTestFailed, selfTest } from '../../web/js/core/selftest.js';
import { own } from '../../web/js/core/tasks.js';
import { scriptUrl } from '../../web/js/core/trusted.js';
import { LocalError } from '../../web/js/crypto/errors.js';
import * as primitives from '../../web/js/crypto/primitives.js';
import { FakeClock, settled } from './helpers/clock.js';
import { hex, unhex, vectors } from './helpers/vectors.js';

before(primitives.ready);
const platform = /** @type {any} */ (globalThis);
const plainWorker = platform.Worker;
afterEach(() => {
  platform.Worker = plainWorker;
});

const FETCH = new URL('./helpers/fetch.js', import.meta.url).href;
const SALT = new Uint8Array(16);
const PASSWORD = Uint8Array.of(1, 2, 3);
const derived = () => primitives.argon2id(PASSWORD, SALT, 1, 64 * 1024);

/** A browser's Worker over node's: runs the real script. */
class RealWorker extends EventTarget {
  static ended = 0;

  /** @param {string} url @param {{ type: string }} options */
  constructor(url, options) {
    super();
    assert.equal(options.type, 'module');
    const start = `
      const { parentPort } = require('node:worker_threads');
      globalThis.postMessage = (data) => parentPort.postMessage(data);
      globalThis.addEventListener = (_, action) => parentPort.once('message', (data) => action({ data }));
      import(${JSON.stringify(FETCH)}).then(() => import(${JSON.stringify(url)}));`;
    this.worker = new NodeWorker(start, { eval: true });
    this.worker.on('message', (data) => this.dispatchEvent(Object.assign(new Event('message'), { data })));
  }

  /** @param {any} data */
  postMessage(data) {
    this.worker.postMessage(data);
  }

  terminate() {
    RealWorker.ended += 1;
    return this.worker.terminate();
  }
}

/** A Worker that answers as told. */
class ScriptedWorker extends EventTarget {
  static ended = 0;
  /** @type {(worker: ScriptedWorker) => void} */
  static script = () => {};

  postMessage() {
    queueMicrotask(() => ScriptedWorker.script(this));
  }

  terminate() {
    ScriptedWorker.ended += 1;
  }
}

test('argon2id runs in a Worker, which is ended afterwards', async () => {
  platform.Worker = RealWorker;
  assert.deepEqual(await argon2id(PASSWORD, SALT, 1, 64 * 1024), derived());
  assert.equal(RealWorker.ended, 1);
});

test('argon2id runs here where there is no Worker, or it cannot be made', async () => {
  platform.Worker = undefined;
  assert.deepEqual(await argon2id(PASSWORD, SALT, 1, 64 * 1024), derived());
  platform.Worker = class {
    constructor() {
      throw new Error('no module workers');
    }
  };
  assert.deepEqual(await argon2id(PASSWORD, SALT, 1, 64 * 1024), derived());
});

test('argon2id runs here where the Worker does not start', async () => {
  platform.Worker = ScriptedWorker;
  ScriptedWorker.script = (worker) => worker.dispatchEvent(new Event('error'));
  assert.deepEqual(await argon2id(PASSWORD, SALT, 1, 64 * 1024), derived());
  assert.equal(ScriptedWorker.ended, 1);
});

test('a Worker that fails, or answers nonsense, derives nothing', async () => {
  platform.Worker = ScriptedWorker;
  for (const answer of [null, 'text', undefined]) {
    ScriptedWorker.script = (worker) =>
      worker.dispatchEvent(Object.assign(new Event('message'), { data: { derived: answer } }));
    await assert.rejects(argon2id(PASSWORD, SALT, 1, 64 * 1024), LocalError);
  }
});

test('only scripts of the own origin become code', () => {
  const here = new URL('../../web/js/core/argon2-worker.js', import.meta.url);
  assert.equal(scriptUrl(here), here.href);
  for (const foreign of ['https://elsewhere.example/a.js', 'data:text/javascript,1', 'blob:null/1.js']) {
    assert.throws(() => scriptUrl(new URL(foreign)), TypeError);
  }
  assert.throws(() => scriptUrl(new URL('../../web/package.json', import.meta.url)), TypeError);
});

test('the known answers are those of the other side', () => {
  const listed = Object.fromEntries(vectors('selftest').map((item) => [item.name, item.out.answer]));
  assert.deepEqual(Object.fromEntries(Object.entries(CHECKS).map(([name, check]) => [name, check[1]])), listed);
});

test('the self-test passes with the library as it is', async () => {
  await selfTest(async (...given) => primitives.argon2id(...given));
});

test('a page without passphrases is tested without argon2id, and with everything else', async () => {
  await selfTest(null);
  const broken = { ...primitives, hash: () => new Uint8Array(32) };
  await assert.rejects(selfTest(null, broken), (/** @type {any} */ error) => error.failed.join() === 'hash');
});

test('the self-test names each check that comes out wrong or throws', async () => {
  const here = async (/** @type {[Uint8Array, Uint8Array, number, number]} */ ...given) => primitives.argon2id(...given);
  const fail = () => {
    throw new Error('broken');
  };
  /** @type {[string, any][]} */
  const broken = [
    ['hash', { hash: () => new Uint8Array(32) }],
    ['kdf', { kdf: fail }],
    ['aead', { aeadSeal: (/** @type {any} */ _k, /** @type {any} */ _n, /** @type {any} */ _a, /** @type {any} */ m) => m }],
    ['sign', { signRaw: (/** @type {any} */ s) => primitives.signRaw(s, s) }],
    ['verify', { verifyRaw: () => {} }],
    ['verify', { verifyRaw: fail }],
    ['x25519', { x25519: () => new Uint8Array(32) }],
    ['x-wing encapsulate', { xwingEncapsulate: fail }],
    ['x-wing decapsulate', { xwingDecapsulate: () => new Uint8Array(32) }],
    ['ristretto255', { ristrettoMultiply: (/** @type {any} */ _s, /** @type {any} */ e) => e }],
  ];
  for (const [name, change] of broken) {
    await assert.rejects(
      selfTest(here, { ...primitives, ...change }),
      (error) => error instanceof SelfTestFailed && error.failed.includes(name),
    );
  }
  await assert.rejects(
    selfTest(async () => unhex('00')),
    (/** @type {any} */ error) => hex(Uint8Array.of(error.failed.length)) === '01' && error.failed[0] === 'argon2id',
  );
});

test('a report says what was done and where, never what the error says', async () => {
  const printed = console.error;
  /** @type {string[]} */
  const lines = [];
  console.error = (line) => lines.push(line);
  try {
    /** @type {any[]} */
    const heard = [];
    const end = onReport((made) => heard.push(made));
    own('send the letter', Promise.reject(new LocalError('Liebe Anna,\n at home')));
    await settled();
    report('odd', 'Liebe Anna');
    end();
    report('after the end', new Error('x'));
    assert.deepEqual(heard.map(({ doing, name }) => [doing, name]), [['send the letter', 'LocalError'], ['odd', 'string']]);
    assert.ok(heard[0].where.length > 0);
    assert.equal(lines.length, 3);
    assert.ok(!JSON.stringify([lines, heard]).includes('Anna'));
  } finally {
    console.error = printed;
  }
});

test('the clock trusts the answer with the shortest way, and notices when it was set', () => {
  const clock = new FakeClock();
  clock.learn(clock.now() + 1_000, Infinity);
  assert.equal(clock.offsetMs, 1_000);
  clock.learn(clock.now() + 2_000, 300);
  assert.equal(clock.offsetMs, 2_150);
  clock.learn(clock.now() + 9_000, 5_000);
  assert.equal(clock.offsetMs, 2_150);
  assert.equal(clock.serverNow(), clock.now() + 2_150);
  assert.ok(!clock.isOff);
  clock.set(-2 * TOLERATED_OFFSET_MS);
  clock.learn(clock.now() + 2 * TOLERATED_OFFSET_MS, 5_000);
  assert.ok(clock.isOff);
});
