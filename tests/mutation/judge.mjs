// Judges mutants of JavaScript files, many in one process: `node judge.mjs FOLDER`, line by line.
//
//   {"id": 7, "tests": ["chain"]}  ->  {"id": 7, "noticed": true}
//
// FOLDER/7/web/js/… is the changed file. Each mutant gets every module of the project anew, under an
// address of its own (`?m=7`); what comes from elsewhere is loaded once.

import { register } from 'node:module';
import { createInterface } from 'node:readline';

import { registered } from './fakes.mjs';

const ENDLESS_MS = 10_000;
register('./hooks.mjs', import.meta.url, { data: { folder: process.argv[2] } });

/** @param {number} id @param {string} name */
async function passes(id, name) {
  registered.tests = [];
  registered.befores = [];
  try {
    await import(`../js/${name}.test.js?m=${id}`);
    for (const one of [...registered.befores, ...registered.tests]) await inTime(one);
    return true;
  } catch {
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

/** @param {number} id @param {string[]} tests */
async function isNoticed(id, tests) {
  for (const name of tests) if (!(await passes(id, name))) return true;
  return false;
}

// A promise that nobody waits for any more belongs to a mutant that was noticed already.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const { id, tests } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id, noticed: await isNoticed(id, tests) })}\n`);
}
process.exit(0);
