// What people write, as a tree: paragraphs, lists and quotes with bold and italic in them.
//
// Never HTML: the tree holds text only, and a view makes text nodes of it. An address stays plain
// text that nobody can click by mistake. Every text has a tree; what looks like a mark but has no
// partner stays as it was typed. The work grows with the length, not with its square.

/** @typedef {{ kind: 'text', text: string }} TextRun */
/** @typedef {{ kind: 'bold' | 'italic', children: Inline[] }} MarkedRun */
/** @typedef {TextRun | MarkedRun} Inline */
/** @typedef {{ kind: 'paragraph' | 'quote', children: Inline[] }} TextBlock */
/** @typedef {{ kind: 'list', items: Inline[][] }} ListBlock */
/** @typedef {TextBlock | ListBlock} Block */

/** @type {{ mark: string, kind: 'bold' | 'italic' }[]} */
const MARKS = [{ mark: '**', kind: 'bold' }, { mark: '_', kind: 'italic' }];
const LIST_LINE = /^\s{0,3}[-*•]\s+(.*)$/;
const QUOTE_LINE = /^\s{0,3}>\s?(.*)$/;
const ADDRESS = /\b(?:https?:\/\/|www\.)\S+/gu;
const WORD = /[\p{L}\p{N}]/u;
const SPACE = /\s/u;

/**
 * Reads a text into blocks.
 * @param {string} text
 * @returns {Block[]}
 */
export function parse(text) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {string[]} */
  let lines = [];
  /** @type {Block['kind'] | ''} */
  let open = '';
  const finish = () => {
    if (open !== '' && lines.length > 0) blocks.push(makeBlock(open, lines));
    lines = [];
  };
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const [kind, content] = readLine(line);
    if (kind !== open) finish();
    open = kind;
    if (kind !== '') lines.push(content);
  }
  finish();
  return blocks;
}

/**
 * The same text without marks, in one line: for a list's preview and for screen readers.
 * @param {string} text
 */
export function plain(text) {
  return parse(text).map(plainBlock).join(' ').replace(/\s+/g, ' ').trim();
}

/**
 * @param {string} line
 * @returns {[Block['kind'] | '', string]}
 */
function readLine(line) {
  if (line.trim() === '') return ['', ''];
  const item = LIST_LINE.exec(line);
  if (item !== null) return ['list', item[1] ?? ''];
  const quoted = QUOTE_LINE.exec(line);
  if (quoted !== null) return ['quote', quoted[1] ?? ''];
  return ['paragraph', line];
}

/**
 * @param {Block['kind']} kind
 * @param {string[]} lines
 * @returns {Block}
 */
function makeBlock(kind, lines) {
  if (kind === 'list') return { kind, items: lines.map((line) => parseInline(line, MARKS)) };
  return { kind, children: parseInline(lines.join('\n'), MARKS) };
}

/**
 * @param {string} text
 * @param {typeof MARKS} marks those that may begin here; one never stands inside itself
 * @returns {Inline[]}
 */
function parseInline(text, marks) {
  const addresses = addressSpans(text);
  /** Marks with no end from here on: not looked for again. @type {Set<string>} */
  const hopeless = new Set();
  /** @type {Inline[]} */
  const runs = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const address = addresses.get(at);
    if (address !== undefined) {
      at = address;
      continue;
    }
    const found = marks.find(({ mark }) => !hopeless.has(mark) && opens(text, at, mark));
    const end = found === undefined ? -1 : findEnd(text, at + found.mark.length, found.mark, addresses);
    if (found === undefined || end < 0) {
      if (found !== undefined) hopeless.add(found.mark);
      at += 1;
      continue;
    }
    if (at > from) runs.push({ kind: 'text', text: text.slice(from, at) });
    const inner = text.slice(at + found.mark.length, end);
    runs.push({ kind: found.kind, children: parseInline(inner, marks.filter((one) => one !== found)) });
    at = end + found.mark.length;
    from = at;
  }
  if (from < text.length) runs.push({ kind: 'text', text: text.slice(from) });
  return runs;
}

/**
 * Where addresses stand: index of the first character -> index after the last. A mark that ends an
 * address does not belong to it.
 * @param {string} text
 * @returns {Map<number, number>}
 */
function addressSpans(text) {
  const spans = new Map();
  for (const match of text.matchAll(ADDRESS)) {
    spans.set(match.index, match.index + match[0].replace(/[*_]+$/, '').length);
  }
  return spans;
}

/** @param {string} text @param {number} at @param {string} mark */
function opens(text, at, mark) {
  if (!text.startsWith(mark, at)) return false;
  const next = text[at + mark.length] ?? ' ';
  if (SPACE.test(next) || next === mark[0]) return false;
  return mark !== '_' || !WORD.test(text[at - 1] ?? ' ');
}

/**
 * @param {string} text
 * @param {number} from
 * @param {string} mark
 * @param {Map<number, number>} addresses
 * @returns {number} where the closing mark stands, or -1
 */
function findEnd(text, from, mark, addresses) {
  for (let at = from; at < text.length; at += 1) {
    at = addresses.get(at) ?? at;
    if (at > from && closes(text, at, mark)) return at;
  }
  return -1;
}

/** @param {string} text @param {number} at @param {string} mark */
function closes(text, at, mark) {
  if (!text.startsWith(mark, at) || SPACE.test(text[at - 1] ?? ' ')) return false;
  return mark !== '_' || !WORD.test(text[at + 1] ?? ' ');
}

/** @param {Block} block @returns {string} */
function plainBlock(block) {
  if (block.kind === 'list') return block.items.map((item) => plainRuns(item)).join(' · ');
  return plainRuns(block.children);
}

/** @param {Inline[]} runs @returns {string} */
function plainRuns(runs) {
  return runs.map((run) => (run.kind === 'text' ? run.text : plainRuns(run.children))).join('');
}
