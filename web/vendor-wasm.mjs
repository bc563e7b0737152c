// Empties the functions of a WebAssembly that nothing reaches from the exports that are used. What
// stays is the authors' code byte for byte, with the same indices; an emptied function ends the
// program when it is called (`unreachable`), so a mistake here can stop a page but not deceive it.
//
// Understood: the core format with bulk memory and SIMD. Anything else is refused.

const EXPORT = 7;
const START = 8;
const ELEMENTS = 9;
const CODE = 10;
const IMPORT = 2;
const FUNCTION = 0;
/** No locals; unreachable; end. */
const EMPTIED = Uint8Array.of(0, 0x00, 0x0b);

/** Reads a WebAssembly from front to back. */
class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte() {
    if (this.at >= this.end) throw new Error('wasm: cut short');
    return this.bytes[this.at++];
  }

  /** LEB128, as far as 32 bits matter; longer ones are read over. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 35) value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** @param {number} count */
  take(count) {
    this.at += count;
    if (this.at > this.end) throw new Error('wasm: cut short');
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** @template T @param {() => T} item @returns {T[]} */
  list(item) {
    return Array.from({ length: this.number() }, item);
  }

  name() {
    return Buffer.from(this.take(this.number())).toString('utf8');
  }
}

/**
 * @param {Uint8Array} wasm
 * @param {(name: string) => boolean} isUsed of each exported function
 * @returns {Buffer}
 */
export function withoutUnused(wasm, isUsed) {
  const sections = sectionsOf(wasm);
  const imported = importedFunctions(reader(sections, wasm, IMPORT));
  const code = reader(sections, wasm, CODE);
  const bodies = code.list(() => code.take(code.number()));
  const reached = new Set();
  const waiting = [
    ...exportedFunctions(reader(sections, wasm, EXPORT)).filter(([name]) => isUsed(name)).map(([, index]) => index),
    ...tableFunctions(reader(sections, wasm, ELEMENTS)),
    ...(sections.has(START) ? [reader(sections, wasm, START).number()] : []),
  ];
  while (waiting.length > 0) {
    const index = waiting.pop();
    if (reached.has(index) || index < imported) continue;
    reached.add(index);
    waiting.push(...calledBy(bodies[index - imported]));
  }
  const kept = bodies.map((body, i) => (reached.has(imported + i) ? body : EMPTIED));
  const content = Buffer.concat([leb(kept.length), ...kept.flatMap((body) => [leb(body.length), body])]);
  const { start, end } = sections.get(CODE);
  return Buffer.concat([
    wasm.subarray(0, start), Uint8Array.of(CODE), leb(content.length), content, wasm.subarray(end),
  ]);
}

/** @param {Uint8Array} wasm @returns {Map<number, { start: number, from: number, end: number }>} */
function sectionsOf(wasm) {
  const sections = new Map();
  const whole = new Reader(wasm, 8);
  while (whole.at < whole.end) {
    const start = whole.at;
    const id = whole.byte();
    const size = whole.number();
    const from = whole.at;
    whole.take(size);
    if (sections.has(id)) throw new Error(`wasm: two sections ${id}`);
    sections.set(id, { start, from, end: whole.at });
  }
  return sections;
}

/** @param {ReturnType<typeof sectionsOf>} sections @param {Uint8Array} wasm @param {number} id */
function reader(sections, wasm, id) {
  const section = sections.get(id);
  if (section === undefined) return new Reader(Uint8Array.of(0));
  return new Reader(wasm, section.from, section.end);
}

/** How many functions are imported; they come first in the count. @param {Reader} imports */
function importedFunctions(imports) {
  const kinds = imports.list(() => {
    imports.name();
    imports.name();
    const kind = imports.byte();
    imports.number();
    // Memories, tables and globals carry more than an index; this library imports functions only.
    if (kind !== FUNCTION) throw new Error('wasm: an import that is no function');
    return kind;
  });
  return kinds.length;
}

/** @param {Reader} exports @returns {[string, number][]} */
function exportedFunctions(exports) {
  const all = exports.list(() => ({ name: exports.name(), kind: exports.byte(), index: exports.number() }));
  return all.filter(({ kind }) => kind === FUNCTION).map(({ name, index }) => [name, index]);
}

/** Whatever stands in a table may be called from anywhere. @param {Reader} elements @returns {number[]} */
function tableFunctions(elements) {
  return elements.list(() => {
    if (elements.number() !== 0) throw new Error('wasm: elements in another form');
    while (elements.byte() !== 0x0b) { /* the offset: a constant, an end */ }
    return elements.list(() => elements.number());
  }).flat();
}

/** @param {Uint8Array} body @returns {number[]} */
function calledBy(body) {
  const code = new Reader(body);
  const called = [];
  code.list(() => [code.number(), code.byte()]); // locals
  while (code.at < code.end) {
    const opcode = code.byte();
    if (opcode === 0x10 || opcode === 0xd2) called.push(code.number());
    else skip(opcode, code);
  }
  return called;
}

/** Reads over what follows an instruction. @param {number} opcode @param {Reader} code */
function skip(opcode, code) {
  if (opcode === 0xfc) skipBulk(code.number(), code);
  else if (opcode === 0xfd) skipVector(code.number(), code);
  else if (opcode === 0x0e) {
    code.list(() => code.number());
    code.number();
  } else if (opcode === 0x43) code.take(4);
  else if (opcode === 0x44) code.take(8);
  else if (opcode === 0x11 || (opcode >= 0x28 && opcode <= 0x3e)) numbers(2, code);
  else if ([0x02, 0x03, 0x04, 0x0c, 0x0d, 0x3f, 0x40, 0x41, 0x42].includes(opcode) || (opcode >= 0x20 && opcode <= 0x26)) numbers(1, code);
  else if (![0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode) && !(opcode >= 0x45 && opcode <= 0xc4)) {
    throw new Error(`wasm: instruction ${opcode.toString(16)}`);
  }
}

/** @param {number} opcode @param {Reader} code */
function skipBulk(opcode, code) {
  if (opcode > 17) throw new Error(`wasm: instruction fc ${opcode}`);
  if (opcode > 7) numbers([8, 10, 12, 14].includes(opcode) ? 2 : 1, code);
}

/** @param {number} opcode @param {Reader} code */
function skipVector(opcode, code) {
  if (opcode === 12 || opcode === 13) code.take(16);
  else if (opcode <= 11 || opcode === 92 || opcode === 93) numbers(2, code);
  else if (opcode >= 84 && opcode <= 91) {
    numbers(2, code);
    code.take(1);
  } else if (opcode >= 21 && opcode <= 34) code.take(1);
}

/** @param {number} count @param {Reader} code */
function numbers(count, code) {
  for (let i = 0; i < count; i += 1) code.number();
}

/** @param {number} value */
function leb(value) {
  const bytes = [];
  do {
    bytes.push((value % 128) | (value >= 128 ? 0x80 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(bytes);
}
