// Runs scripts of the verdict machine, line by line: {"given": …, "staff": …} -> what `run` returns.

import { createInterface } from 'node:readline';

import { run } from '../js/helpers/script.js';
import { ready } from '../../web/js/crypto/primitives.js';

/** Bytes as hex. @param {any} value @returns {any} */
function hexed(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(hexed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hexed(one)]));
}

await ready();
for await (const line of createInterface({ input: process.stdin })) {
  const { given, staff } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(hexed(run(given, staff)))}\n`);
}
