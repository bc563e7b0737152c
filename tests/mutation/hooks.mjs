// Gives each mutant its own copy of the project's modules, one of them changed. See judge.mjs.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url).href;
const FAKES = new URL('./fakes.mjs', import.meta.url).href;
// Loaded once: it wraps what the whole process shares.
const SHARED = `${ROOT}tests/js/helpers/fetch.js`;
let folder = '';

/** @param {{ folder: string }} data */
export function initialize(data) {
  folder = data.folder;
}

/** @param {string} specifier @param {any} context @param {any} next */
export async function resolve(specifier, context, next) {
  const id = new URL(context.parentURL ?? 'file:///').searchParams.get('m');
  if (specifier === 'node:test' && id !== null) return { url: FAKES, shortCircuit: true };
  const found = await next(specifier, context);
  const isOurs = /^(web\/(js|text)|tests\/js)\//.test(found.url.slice(ROOT.length)) && found.url.startsWith(ROOT);
  return id === null || !isOurs || found.url === SHARED ? found : { ...found, url: `${found.url.split('?')[0]}?m=${id}` };
}

/** @param {string} url @param {any} context @param {any} next */
export async function load(url, context, next) {
  const { searchParams } = new URL(url);
  const id = searchParams.get('m');
  if (id !== null && url.startsWith(ROOT)) {
    const changed = `${folder}/${id}/${fileURLToPath(url.split('?')[0] ?? '').slice(fileURLToPath(ROOT).length)}`;
    if (existsSync(changed)) return { format: 'module', shortCircuit: true, source: readFileSync(changed) };
  }
  return next(url, context);
}
