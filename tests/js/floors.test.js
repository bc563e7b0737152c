// The floors of the browser's code: who may import whom, and which name may stand where.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { MESSAGES as FOR_ACCOUNTS } from '../../web/js/wire/catalogue-account.js';
import { MESSAGES as FOR_CONTACTS } from '../../web/js/wire/catalogue-contacts.js';
import { MESSAGES as FOR_STAFF } from '../../web/js/wire/catalogue-staff.js';

const ROOT = new URL('../../web/js/', import.meta.url);
/** Floor -> floors it may import. */
const FLOORS = { crypto: ['crypto'], wire: ['crypto', 'wire'], core: ['crypto', 'wire', 'core'] };
/** What may stand in one file only. @type {[RegExp, string[]][]} */
const DOORS = [
  [/vendor\/libsodium/, ['crypto/primitives.js']],
  [/vendor\/signals/, ['core/signals.js']],
  [/\bgetRandomValues\b|\bMath\.random\b/, ['crypto/random.js']],
  [/\bDate\b|\bperformance\b|\bset(Timeout|Interval)\b/, ['core/clock.js']],
  [/\bconsole\b/, ['core/errors.js']],
  [/\btrustedTypes\b/, ['core/trusted.js']],
  [/\bnew WebSocket\b/, ['core/connection.js']],
  [/\bnew Worker\b/, ['core/argon2.js']],
];
/** Messages that not everyone needs, and where they are declared. @type {[import('../../web/js/wire/codec.js').Messages, string][]} */
const PARTS = [[FOR_ACCOUNTS, 'wire/catalogue-account.js'], [FOR_STAFF, 'wire/catalogue-staff.js'], [FOR_CONTACTS, 'wire/catalogue-contacts.js']];
/** A command that is asked for, or an event that is listened to. */
const NAMED = /(?:request\(|\.on\(|encodeCommand\([^,()]+,)\s*'(\w+)'/g;
const NOWHERE = /\bdocument\b|\bwindow\b|\b(inner|outer)HTML\b|\binsertAdjacentHTML\b|\beval\b|\bnew Function\b|\bexport default\b/;

/** @param {string} floor */
const filesOf = (floor) =>
  readdirSync(new URL(`${floor}/`, ROOT)).filter((name) => name.endsWith('.js')).map((name) => `${floor}/${name}`);

/** The code without comments, in which words mean nothing. @param {string} path */
const codeOf = (path) =>
  readFileSync(new URL(path, ROOT), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

/** The code without its texts either: a file format may well contain the name of a page's object. @param {string} path */
const wordsOf = (path) => codeOf(path).replace(/'(?:[^'\\\n]|\\.)*'/g, "''");

const FILES = Object.keys(FLOORS).flatMap(filesOf);

test('a floor imports only itself and the floors below it', () => {
  for (const path of FILES) {
    const floor = /** @type {keyof typeof FLOORS} */ (path.split('/')[0]);
    for (const [, specifier] of codeOf(path).matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      const target = new URL(specifier, new URL(path, ROOT)).href;
      assert.match(specifier, /^\.\.?\//, `${path} imports ${specifier}`);
      const allowed = FLOORS[floor].some((each) => target.startsWith(new URL(`${each}/`, ROOT).href));
      const isVendor = target.startsWith(new URL('../vendor/', ROOT).href);
      assert.ok(allowed || isVendor, `${path} imports ${specifier}`);
    }
  }
});

test('each door stands in one place', () => {
  for (const [pattern, doors] of DOORS) {
    const found = FILES.filter((path) => pattern.test(codeOf(path)));
    assert.deepEqual(found.filter((path) => !doors.includes(path)), [], String(pattern));
    assert.ok(found.length > 0, `${pattern} is nowhere: the rule watches nothing`);
  }
});

test('nothing below the views knows a page or turns text into code', () => {
  for (const path of FILES) assert.doesNotMatch(wordsOf(path), NOWHERE, path);
});

test('who names a message that not everyone needs imports its declaration', () => {
  const paths = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  for (const [{ command, event }, part] of PARTS) {
    const here = new URL(part, ROOT).href;
    const found = paths.filter((path) =>
      [...codeOf(path).matchAll(NAMED)].some(([, name]) => Object.hasOwn({ ...command, ...event }, name)));
    assert.ok(found.length > 1, `${part}: the rule watches nothing`);
    for (const path of found) {
      const imported = [...codeOf(path).matchAll(/^import (?:.* from )?'([^']+)'/gm)].map((match) => new URL(match[1], new URL(path, ROOT)).href);
      assert.ok(imported.includes(here), `${path} does not import ${part}`);
    }
  }
});
