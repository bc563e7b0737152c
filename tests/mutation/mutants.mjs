// Prints the mutants of one JavaScript file as JSON; mutants.py says what is changed.
//
//   node --expose-internals tests/mutation/mutants.mjs web/js/crypto/chain.js
//
// The parser is the one that Node carries for its own use: nothing to install for a tool run by hand.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { parse } = createRequire(import.meta.url)('internal/deps/acorn/acorn/dist/acorn');
const text = readFileSync(process.argv[2], 'utf8');

const OPERATORS = {
  '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '+': '-', '-': '+', '*': '+', '/': '*',
  '%': '*', '<<': '>>', '>>': '<<', '>>>': '<<', '&': '|', '|': '&', '^': '&',
};
const CALLS = { min: 'max', max: 'min', some: 'every', every: 'some' };
const LOOPS = new Set(['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement']);
const found = [];

/**
 * @param {{ start: number, end: number }} place
 * @param {string} scope
 * @param {string} replacement
 */
function put({ start, end }, scope, replacement) {
  const before = text.slice(0, start);
  found.push({
    scope,
    line: before.split('\n').length,
    start: Buffer.byteLength(before),
    end: Buffer.byteLength(text.slice(0, end)),
    text: replacement,
  });
}

/** @param {any} node */
const of = (node) => `(${text.slice(node.start, node.end)})`;

/** @param {any} left @param {any} right @param {string} operator */
function between(left, right, operator) {
  const start = text.indexOf(operator, left.end);
  if (start < 0 || start + operator.length > right.start) throw new Error(`no ${operator} after ${left.end}`);
  return { start, end: start + operator.length };
}

/** @param {any} node @param {string} scope */
function logical(node, scope) {
  const { left, right, operator } = node;
  if (operator !== '??') put(node, scope, `(${of(left)} ${operator === '&&' ? '||' : '&&'} ${of(right)})`);
  put(node, scope, of(left));
  put(node, scope, of(right));
}

/** @param {any} node @param {string} scope */
function literal(node, scope) {
  if (node.bigint) return put(node, scope, `${BigInt(node.bigint) + 1n}n`);
  switch (typeof node.value) {
    case 'number': return put(node, scope, String(node.value + 1));
    case 'boolean': return put(node, scope, String(!node.value));
    case 'string': return put(node, scope, node.value === '' ? "'x'" : "''");
  }
}

/** @param {any} node @param {string} scope @param {any[]} above */
function change(node, scope, above) {
  switch (node.type) {
    case 'LogicalExpression': return logical(node, scope);
    case 'BinaryExpression':
      if (Object.hasOwn(OPERATORS, node.operator)) {
        put(between(node.left, node.right, node.operator), scope, OPERATORS[node.operator]);
      }
      return;
    case 'UnaryExpression': return node.operator === '!' ? put(node, scope, of(node.argument)) : undefined;
    case 'IfStatement':
    case 'ConditionalExpression':
      put(node.test, scope, 'true');
      return put(node.test, scope, 'false');
    case 'WhileStatement':
    case 'DoWhileStatement': return put(node.test, scope, 'false');
    case 'ForStatement': return node.test ? put(node.test, scope, 'false') : undefined;
    case 'Literal': return literal(node, scope);
    case 'ExpressionStatement':
    case 'ThrowStatement': return put(node, scope, ';');
    case 'ReturnStatement':
      return node.argument && node.argument.value !== null ? put(node, scope, 'return undefined;') : undefined;
    case 'BreakStatement': {
      const around = above.findLast((one) => LOOPS.has(one.type) || one.type === 'SwitchStatement');
      return put(node, scope, around.type === 'SwitchStatement' ? ';' : 'continue;');
    }
    case 'ContinueStatement': return put(node, scope, 'break;');
    case 'CallExpression': {
      const name = node.callee.property ?? node.callee;
      if (Object.hasOwn(CALLS, name.name ?? '')) put(name, scope, CALLS[name.name]);
    }
  }
}

/** @param {any} node */
function nameOf(node) {
  if (['FunctionDeclaration', 'ClassDeclaration'].includes(node.type)) return node.id?.name;
  if (node.type === 'MethodDefinition') return node.key.name;
  return node.type === 'VariableDeclarator' && node.init?.type === 'ArrowFunctionExpression' ? node.id.name : undefined;
}

/** @param {any} node @param {string} scope @param {any[]} above */
function walk(node, scope, above) {
  if (['ImportDeclaration', 'ExportAllDeclaration'].includes(node.type) || node.source) return;
  const name = nameOf(node);
  const here = name === undefined ? scope : scope === 'module' ? name : `${scope}.${name}`;
  change(node, here, above);
  // What an error says is for a developer.
  if (node.type === 'ThrowStatement') return;
  for (const [key, value] of Object.entries(node)) {
    // A literal name of a property is no value.
    if (key === 'key' && !node.computed) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') walk(child, here, [...above, node]);
    }
  }
}

walk(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), 'module', []);
process.stdout.write(JSON.stringify(found));
