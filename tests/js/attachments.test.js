import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Cancelled, Download, Upload, failureOf, inspect } from '../../web/js/core/attachments.js';
import { readMessage, writeMessage } from '../../web/js/core/filemessage.js';
import * as filestream from '../../web/js/crypto/filestream.js';
import { UnfitFile } from '../../web/js/crypto/filetype.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { concat, ready } from '../../web/js/crypto/primitives.js';
import { WireError } from '../../web/js/wire/errors.js';
import { FakeClock, settled } from './helpers/clock.js';

before(ready);

const MIB = 1024 * 1024;
const BOX16 = new Uint8Array(16).fill(7);

/** @param {number} size */
function pdf(size) {
  const raw = new Uint8Array(size).fill(10);
  raw.set(new TextEncoder().encode('%PDF-1.7\n'));
  return raw;
}

/** A relay of one box in memory: parts, commit, forget, and answers that get lost. */
class Relay {
  /** @type {Map<string, Uint8Array>} */
  parts = new Map();
  /** @type {[string, any][]} */
  commands = [];
  /** @type {[string, string][]} */
  asked = [];
  /** How many of the next answers get lost. */
  lost = 0;
  refusal = '';
  /** Where a download breaks off. */
  cutAt = Infinity;
  clock = new FakeClock();
  connection = {
    /** @param {string} name @param {any} [fields] */
    request: async (name, fields) => {
      this.commands.push([name, fields]);
      if (this.refusal !== '') throw new WireError(this.refusal);
      return {};
    },
    opened: async () => {},
  };

  get place() {
    return { connection: this.connection, clock: this.clock, box16: BOX16, cap: keyOf('CapSecret', new Uint8Array(32).fill(251)), fetch: this.fetch };
  }

  /** @type {any} */
  fetch = async (/** @type {string} */ path, /** @type {any} */ init) => {
    if (init.signal.aborted) throw new DOMException('aborted', 'AbortError');
    const method = init.method ?? 'GET';
    this.asked.push([`${method} ${path}`, init.headers.Range ?? '']);
    assert.equal(init.headers.Authorization, `Box ${'-_v7'.repeat(10)}-_s`);
    if (method === 'PUT') this.parts.set(path, init.body.slice());
    if (this.lost > 0) {
      this.lost -= 1;
      throw new TypeError('Failed to fetch');
    }
    if (method === 'PUT') return new Response(null, { status: 204 });
    return this.give(init.headers.Range);
  };

  /** @param {string | undefined} range */
  give(range) {
    const start = range === undefined ? 0 : Number(range.slice('bytes='.length, -1));
    const rest = this.blob.subarray(start, this.cutAt);
    this.cutAt = Infinity;
    return new Response(rest, { status: start === 0 ? 200 : 206 });
  }

  get blob() {
    return concat([...this.parts.values()]);
  }
}

test('a file goes up in parts of one MiB and comes down as it was', async () => {
  const relay = new Relay();
  const raw = pdf(2 * MIB + 5);
  /** @type {number[]} */
  const steps = [];
  const upload = new Upload(relay.place, raw, 'C:\\Plan.PDF', (done, all) => steps.push(done / all));
  const sent = await upload.run();
  assert.equal(sent.name, 'Plan.pdf');
  assert.equal(sent.mime, 'application/pdf');
  assert.deepEqual([...relay.parts.values()].map((part) => part.length), [MIB, MIB, relay.blob.length - 2 * MIB]);
  assert.equal(steps.at(-1), 1);
  const [[name, fields]] = relay.commands;
  assert.equal(name, 'blob_commit');
  assert.deepEqual([fields.parts, fields.ciphertextHash], [3, sent.hash]);
  const found = await new Download(relay.place, sent).run();
  assert.deepEqual([found.name, found.type.name], ['Plan.pdf', 'pdf']);
  assert.deepEqual(found.raw, raw);
});

test('the message says what was sent', async () => {
  const sent = await new Upload(new Relay().place, pdf(100), 'Plan.pdf').run();
  assert.deepEqual(readMessage(writeMessage(sent)), sent);
});

test('a part whose answer was lost is sent again, the same bytes', async () => {
  const relay = new Relay();
  relay.lost = 2;
  const running = new Upload(relay.place, pdf(100), 'Plan.pdf').run();
  await relay.clock.elapse(60_000);
  const sent = await running;
  const paths = relay.asked.map(([path]) => path);
  assert.equal(paths.length, 3);
  assert.equal(new Set(paths).size, 1);
  assert.equal((await new Download(relay.place, sent).run()).raw.length, 100);
});

test('a download goes on where the line broke', async () => {
  const relay = new Relay();
  const raw = pdf(MIB);
  const sent = await new Upload(relay.place, raw, 'Plan.pdf').run();
  relay.cutAt = 300_000;
  const running = new Download(relay.place, sent).run();
  await settled();
  await relay.clock.elapse(60_000);
  assert.deepEqual((await running).raw, raw);
  assert.equal(relay.asked.at(-1)?.[1], 'bytes=300000-');
});

test('cancelling ends the part under way and takes back what is there', async () => {
  const relay = new Relay();
  const upload = new Upload(relay.place, pdf(3 * MIB), 'Plan.pdf', () => own(upload.cancel()));
  await assert.rejects(upload.run(), Cancelled);
  assert.deepEqual(relay.commands.map(([name]) => name), ['blob_forget']);
  assert.deepEqual(relay.commands[0][1].blob16, upload.blob16);
  assert.equal(relay.parts.size, 1);
});

test('a refusal is told by its code and not repeated', async () => {
  const relay = new Relay();
  relay.fetch = async () => new Response('too_large', { status: 413 });
  await assert.rejects(new Upload(relay.place, pdf(10), 'a.pdf').run(), (error) => failureOf(error) === 'too_large');
  relay.fetch = async () => new Response('words of a proxy', { status: 502 });
  await assert.rejects(new Upload(relay.place, pdf(10), 'a.pdf').run(), (error) => failureOf(error) === 'internal');
});

for (const [name, change] of /** @type {[string, (blob: Uint8Array) => Uint8Array][]} */ ([
  ['one bit', (blob) => { const changed = blob.slice(); changed[1000] ^= 1; return changed; }],
  ['one byte more', (blob) => concat([blob, new Uint8Array(1)])],
  ['another file', (blob) => filestream.sealFile(new Uint8Array(16), pdf(5000), 'application/pdf', 'a.pdf').blob.slice(0, blob.length)],
])) {
  test(`changed by ${name}, nothing is released`, async () => {
    const relay = new Relay();
    const sent = await new Upload(relay.place, pdf(5000), 'Plan.pdf').run();
    const [path, part] = [...relay.parts][0];
    relay.parts.set(path, change(part));
    await assert.rejects(new Download(relay.place, sent).run(), (error) => failureOf(error) === 'not_genuine');
  });
}

test('a message that names another hash, type or name gets nothing', async () => {
  const relay = new Relay();
  const sent = await new Upload(relay.place, pdf(5000), 'Plan.pdf').run();
  for (const [change, code] of /** @type {[object, string][]} */ ([
    [{ hash: new Uint8Array(32) }, 'not_genuine'],
    [{ mime: 'image/png' }, 'type_mismatch'],
    [{ name: 'Plan.exe' }, 'name_mismatch'],
  ])) {
    const download = new Download(relay.place, { ...sent, ...change });
    await assert.rejects(download.run(), (error) => failureOf(error) === code);
  }
});

test('what is not passed on is refused before anything is sent', () => {
  const relay = new Relay();
  const words = new TextEncoder().encode('Guten Tag');
  assert.throws(() => new Upload(relay.place, words, 'brief.pdf'), UnfitFile);
  assert.throws(() => inspect(pdf(25 * MIB + 1), 'a.pdf'), (error) => failureOf(error) === 'too_large');
  assert.equal(relay.asked.length, 0);
});

/** @param {Promise<unknown>} promise */
function own(promise) {
  promise.catch((error) => assert.fail(error));
}
