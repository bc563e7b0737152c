// Judges mutants of JavaScript files, many in one process: `node judge.mjs FOLDER`, line by line.
//
//   {"id": 7, "tests": ["chain"]}  ->  {"id": 7, "noticed": true}
//
// FOLDER/7/web/js/… is the changed file. Each mutant gets every module of the project anew, under an
// address of its own (`?m=7`); what comes from elsewhere is loaded once.
//
// Who has noticed the last mutant often notices the next, so the order changes. That must not matter:
// `"backwards": true` turns it, to see whether the tests pass that way too.

import { register } from 'node:module';
import { createInterface } from 'node:readline';

import { registered } from './fakes.mjs';

const ENDLESS_MS = 10_000;
register('./hooks.mjs', import.meta.url, { data: { folder: process.argv[2] } });

/** Names of tests that noticed one, the last one first. @type {string[]} */
let noticing = [];

/** @param {string} name */
function rank(name) {
  const at = noticing.findIndex((one) => one.startsWith(name));
  return at < 0 ? noticing.length : at;
}

/** @param {number} id @param {string} name @param {boolean} backwards */
async function passes(id, name, backwards) {
  registered.tests = [];
  registered.befores = [];
  let running = '';
  try {
    await import(`../js/${name}.test.js?m=${id}`);
    for (const one of registered.befores) await inTime(one);
    const tests = registered.tests.map((work, n) => ({ work, name: `${name} ${n};` }));
    if (backwards) tests.reverse();
    for (const one of tests.sort((a, b) => rank(a.name) - rank(b.name))) {
      running = one.name;
      await inTime(one.work);
    }
    return true;
  } catch {
    if (running) noticing = [running, ...noticing.filter((one) => one !== running)];
    return false;
  }
}

/** What waits for ever is a fault. @param {(context: object) => unknown} work */
async function inTime(work) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('endless')), ENDLESS_MS); });
  try {
    await Promise.race([work({}), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {number} id @param {string[]} tests @param {boolean} backwards */
async function isNoticed(id, tests, backwards) {
  const order = [...tests].sort((a, b) => rank(`${a} `) - rank(`${b} `));
  for (const name of order) if (!(await passes(id, name, backwards))) return true;
  return false;
}

// A promise that nobody waits for any more belongs to a mutant that was noticed already.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const { id, tests, backwards = false } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id, noticed: await isNoticed(id, tests, backwards) })}\n`);
}
process.exit(0);
