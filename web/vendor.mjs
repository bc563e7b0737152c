// Copies the listed third-party browser modules from node_modules into vendor/, and nothing else.
//
//   npm ci --ignore-scripts && node vendor.mjs          check, copy, check
//   node vendor.mjs --lock                              write vendor.lock.json anew (read the diff before committing it)
//
// Each file is compared with vendor.lock.json twice: as it came from the registry, and as it will be
// served. A bare specifier ("preact") becomes a relative one ("./preact.mjs"), because import maps do
// not reach Workers and older browsers have none. Nothing in vendor/ is committed.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { WASM, cutWrappers, part } from './vendor-libsodium.mjs';

const WEB = dirname(fileURLToPath(import.meta.url));
const MODULES = join(WEB, 'node_modules');
const VENDOR = join(WEB, 'vendor');
const LOCK = join(WEB, 'vendor.lock.json');

/** Bare specifier -> file in vendor/. A module that imports anything else is refused. */
const SPECIFIERS = new Map([
  ['preact', './preact.mjs'],
  ['preact/hooks', './preact-hooks.mjs'],
  ['@preact/signals-core', './signals-core.mjs'],
  ['libsodium-sumo', './libsodium.mjs'],
]);

/** Result in vendor/ -> source in node_modules. */
const SCRIPTS = {
  'preact.mjs': 'preact/dist/preact.mjs',
  'preact-hooks.mjs': 'preact/hooks/dist/hooks.mjs',
  'htm.mjs': 'htm/dist/htm.mjs',
  'signals-core.mjs': '@preact/signals-core/dist/signals-core.mjs',
  'signals.mjs': '@preact/signals/dist/signals.mjs',
  'lean-qr.mjs': 'lean-qr/index.mjs',
  'lean-qr-svg.mjs': 'lean-qr/extras/svg.mjs',
};
const SODIUM = 'libsodium-sumo/dist/modules-sumo-esm/libsodium-sumo.mjs';
const SODIUM_WRAPPERS = 'libsodium-wrappers-sumo/dist/modules-sumo-esm/libsodium-wrappers.mjs';

const BINARIES = {
  'fonts/source-sans-3.woff2':
    '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2',
  'fonts/source-sans-3-italic.woff2':
    '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-italic.woff2',
  'fonts/source-sans-3-ext.woff2':
    '@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2',
  'fonts/atkinson-next.woff2':
    '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2',
};

const EMOJI = {
  'emoji-de.json': 'emojibase-data/de/compact.json',
  'emoji-en.json': 'emojibase-data/en/compact.json',
};
/** Skin-tone swatches, hair and regional letters: parts of emoji, not something to pick. */
const EMOJI_COMPONENT_GROUP = 2;

/** Type declarations for the checker only: never locked, never served. */
const TYPES = {
  'preact.d.mts': "export * from 'preact';\n",
  'preact-hooks.d.mts': "export * from 'preact/hooks';\n",
  'htm.d.mts':
    'declare const htm: { bind<Node>(h: (type: any, props: any, ...children: any[]) => Node):\n' +
    '  (strings: TemplateStringsArray, ...values: any[]) => Node | Node[] };\nexport default htm;\n',
  'signals-core.d.mts': "export * from '@preact/signals-core';\n",
  'signals.d.mts': "export * from '@preact/signals';\n",
  'libsodium-wrappers.d.mts':
    "export * from 'libsodium-wrappers-sumo';\nexport { default } from 'libsodium-wrappers-sumo';\n",
  'lean-qr.d.mts': "export * from 'lean-qr';\n",
  'lean-qr-svg.d.mts': "export * from 'lean-qr/extras/svg';\n",
};

const LICENCES = [
  'preact', 'htm', '@preact/signals-core', '@preact/signals', 'libsodium-sumo',
  'libsodium-wrappers-sumo', 'lean-qr', 'emojibase-data',
  '@fontsource-variable/source-sans-3', '@fontsource-variable/atkinson-hyperlegible-next',
];

const sha384 = (bytes) => 'sha384-' + createHash('sha384').update(bytes).digest('base64');
const read = (path) => readFileSync(join(MODULES, path));

/** Rewrites bare specifiers and drops the source-map line, whose file is not served. */
function rewriteScript(source, name) {
  const text = source.toString('utf8');
  const rewritten = text.replace(
    /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\2/g,
    (whole, keyword, quote, specifier) => {
      if (specifier.startsWith('./') || specifier.startsWith('../')) return whole;
      const target = SPECIFIERS.get(specifier);
      if (target === undefined) throw new Error(`${name} imports ${specifier}, which is not listed`);
      return keyword + quote + target + quote;
    },
  );
  return Buffer.from(rewritten.replace(/\n?\/\/# sourceMappingURL=\S*\s*$/, '\n'), 'utf8');
}

/** Keeps [emoji, name, "search words", group] of everything a person can pick, in the usual order. */
function trimEmoji(source) {
  const rows = JSON.parse(source.toString('utf8'))
    .filter((entry) => entry.group !== undefined && entry.group !== EMOJI_COMPONENT_GROUP)
    .sort((first, second) => first.order - second.order)
    .map((entry) => {
      const words = (entry.tags ?? []).filter((word) => !entry.label.toLowerCase().includes(word));
      return JSON.stringify([entry.unicode, entry.label, words.join(' '), entry.group]);
    });
  return Buffer.from(`[\n${rows.join(',\n')}\n]\n`, 'utf8');
}

function licenceText() {
  const parts = LICENCES.map((name) => {
    const { version, license } = JSON.parse(read(`${name}/package.json`).toString('utf8'));
    const text = read(`${name}/LICENSE`).toString('utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return Buffer.from(parts.join(`\n${'-'.repeat(78)}\n\n`), 'utf8');
}

/** Everything that belongs into vendor/: [result path, source path, source bytes, result bytes]. */
function collect() {
  const all = [];
  const add = (result, source, make) => {
    const bytes = read(source);
    all.push([result, source, bytes, make(bytes)]);
  };
  for (const [result, source] of Object.entries(SCRIPTS)) {
    add(result, source, (bytes) => rewriteScript(bytes, source));
  }
  const wrappers = cutWrappers(read(SODIUM_WRAPPERS).toString('utf8'));
  add('libsodium-wrappers.mjs', SODIUM_WRAPPERS, () => rewriteScript(Buffer.from(wrappers), SODIUM_WRAPPERS));
  const sodium = part(read(SODIUM).toString('utf8'), wrappers);
  add('libsodium.mjs', SODIUM, () => Buffer.from(sodium.module));
  add(WASM, SODIUM, () => sodium.wasm);
  for (const [result, source] of Object.entries(BINARIES)) add(result, source, (bytes) => bytes);
  for (const [result, source] of Object.entries(EMOJI)) add(result, source, trimEmoji);
  const licences = licenceText();
  all.push(['LICENSES.txt', '*/LICENSE', licences, licences]);
  return all.sort(([first], [second]) => (first < second ? -1 : 1));
}

function lockOf(files) {
  return Object.fromEntries(
    files.map(([result, source, before, after]) => [
      result, { from: source, source: sha384(before), result: sha384(after) },
    ]),
  );
}

/** Lists each way in which what is installed differs from what was agreed. */
function differences(agreed, found) {
  const names = [...new Set([...Object.keys(agreed), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    if (agreed[name] === undefined) return [`${name}: not in vendor.lock.json`];
    if (found[name] === undefined) return [`${name}: missing`];
    return ['from', 'source', 'result']
      .filter((field) => agreed[name][field] !== found[name][field])
      .map((field) => `${name}: ${field} differs`);
  });
}

function writeVendor(files, found) {
  rmSync(VENDOR, { recursive: true, force: true });
  for (const [result, , , bytes] of files) {
    mkdirSync(dirname(join(VENDOR, result)), { recursive: true });
    writeFileSync(join(VENDOR, result), bytes);
    if (sha384(readFileSync(join(VENDOR, result))) !== found[result].result) {
      throw new Error(`${result} was not written whole`);
    }
  }
  for (const [name, text] of Object.entries(TYPES)) writeFileSync(join(VENDOR, name), text);
  process.stdout.write(`vendor: ${files.length} files\n`);
}

function main(argv) {
  const files = collect();
  const found = lockOf(files);
  if (argv.includes('--lock')) {
    writeFileSync(LOCK, JSON.stringify(found, null, 2) + '\n');
  } else {
    const wrong = differences(JSON.parse(readFileSync(LOCK, 'utf8')), found);
    if (wrong.length > 0) {
      process.stderr.write(`vendor: refused\n  ${wrong.join('\n  ')}\n`);
      process.exitCode = 1;
      return;
    }
  }
  writeVendor(files, found);
}

main(process.argv.slice(2));
