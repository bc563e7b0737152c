// What can be found on this device: the own conversations, and the first requests that were read here. Takes them in
// after the sign-in, a little whenever the page has nothing else to do.

import { effect, signal } from '../../core/signals.js';
import { SearchIndex } from './search.js';

/** @typedef {import('./firstrequest.js').Content} Content */
/**
 * A conversation as it is looked through.
 * @typedef {object} Source
 * @property {string} id
 * @property {string} name
 * @property {string} nickname
 * @property {{ messages: { readonly value: readonly { text: string, file?: { name: string } }[] }, topic?: { readonly value: string },
 *   subject?: { readonly value: string } } | null} model
 */
/** What a first request says, as long as it waits. @typedef {Readonly<Pick<Content, 'pseudonym' | 'topic' | 'subject' | 'parts'>>} Read */

/** As long as a slice may hold the page up; a frame has 16. */
const SLICE_MS = 6;

export class Finding {
  #sources;
  #later;
  #nowMs;
  #index = new SearchIndex();
  /** Still to be taken in: how to get its texts. @type {Map<string, () => string[]>} */
  #due = new Map();
  /** What was taken in of each own conversation. @type {Map<string, { messages: unknown, head: string }>} */
  #known = new Map();
  #isWaiting = false;
  #end = () => {};

  /**
   * @param {object} parts
   * @param {() => readonly Source[]} parts.sources the own conversations; read in an effect
   * @param {(work: () => void) => void} parts.later does something when the page has nothing else to do
   * @param {() => number} parts.nowMs of a clock that never goes back
   */
  constructor({ sources, later, nowMs }) {
    this.#sources = sources;
    this.#later = later;
    this.#nowMs = nowMs;
    /** Rises with everything that can be found from now on. */
    this.version = signal(0);
    /** First requests that were read here, by ticket. @type {import('../../core/signals.js').Signal<ReadonlyMap<string, Read>>} */
    this.read = signal(new Map());
    /** What is noted about who writes, by ticket. @type {import('../../core/signals.js').Signal<ReadonlyMap<string, string>>} */
    this.noted = signal(new Map());
  }

  /** Somebody has signed in. */
  begin() {
    this.clear();
    this.#end = effect(() => this.#follow());
  }

  /**
   * A first request was read, has grown, or is over (null).
   * @param {string} id
   * @param {Read | null} content
   */
  take(id, content) {
    const before = this.read.peek();
    if (content === null && !before.has(id)) return;
    const read = new Map(before);
    read.delete(id);
    // Taken on, it is an own conversation of the same ticket.
    if (content === null && !this.#known.has(id)) this.#drop(id);
    if (content !== null) {
      const { pseudonym, topic, subject, parts } = content;
      read.set(id, { pseudonym, topic, subject, parts });
      this.#want(id, () => [pseudonym, subject, topic, ...parts.flatMap(({ text, fileName }) => [text, fileName])]);
    }
    this.read.value = read;
  }

  /**
   * The conversations and requests in which each of the words occurs.
   * @param {string} query
   */
  find(query) {
    this.version.value;
    return this.#index.find(query);
  }

  /** Nobody is signed in: nothing of it stays. */
  clear() {
    this.#end();
    this.#end = () => {};
    this.#due.clear();
    this.#known.clear();
    this.#index.clear();
    this.read.value = new Map();
    this.noted.value = new Map();
    this.version.value += 1;
  }

  /** Which of the own conversations have changed. */
  #follow() {
    const [all, noted] = [this.#sources(), this.noted.value];
    for (const { id, name, nickname, model } of all) {
      const messages = model?.messages.value ?? [];
      const texts = [name, nickname, model?.subject?.value ?? '', model?.topic?.value ?? '', noted.get(id) ?? ''];
      const [known, head] = [this.#known.get(id), texts.join('\n')];
      if (known?.messages === messages && known.head === head) continue;
      this.#known.set(id, { messages, head });
      this.#want(id, () => [...texts, ...messages.flatMap(({ text, file }) => [text ?? '', file?.name ?? ''])]);
    }
    const ids = new Set(all.map(({ id }) => id));
    for (const id of [...this.#known.keys()]) if (!ids.has(id)) this.#drop(id);
  }

  /** @param {string} id @param {() => string[]} texts */
  #want(id, texts) {
    this.#due.set(id, texts);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#later(() => this.#slice());
  }

  #slice() {
    this.#isWaiting = false;
    const until = this.#nowMs() + SLICE_MS;
    for (const [id, texts] of this.#due) {
      this.#due.delete(id);
      this.#index.put(id, texts());
      if (this.#nowMs() >= until) break;
    }
    this.version.value += 1;
    if (this.#due.size === 0) return;
    this.#isWaiting = true;
    this.#later(() => this.#slice());
  }

  /** @param {string} id */
  #drop(id) {
    this.#due.delete(id);
    this.#known.delete(id);
    this.#index.drop(id);
    queueMicrotask(() => { this.version.value += 1; });
  }
}
