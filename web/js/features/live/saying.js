// What the own person says in a conversation, until the other side has it: texts and files on their way,
// and the ticks beside them. Draws nothing.

import { own } from '../../core/tasks.js';
import { ChatFiles } from './files.js';
import { isMessage } from './lines.js';

/** @typedef {import('../../core/outbox.js').Item} Item */
/** @typedef {import('../../crypto/envelope.js').Body} Body */
/** @typedef {import('./files.js').FileState} FileState */
/** @typedef {import('./lines.js').Line} Line */

export class Saying {
  #box;
  #lines;
  #clock;
  #myName;
  #files;
  #fileCount = 0;
  /** @type {Map<string, { item: Item, text: string }>} */
  #unsent = new Map();
  #onChange;

  /**
   * @param {object} parts
   * @param {import('../../core/box.js').Box} parts.box
   * @param {import('./lines.js').Lines} parts.lines
   * @param {import('../../core/clock.js').Clock} parts.clock
   * @param {import('../../core/attachments.js').Place} parts.place where files go
   * @param {string} parts.myName
   * @param {() => void} parts.onChange something has moved on: the ticks are to be drawn anew
   */
  constructor({ box, lines, clock, place, myName, onChange }) {
    this.#box = box;
    this.#lines = lines;
    this.#clock = clock;
    this.#myName = myName;
    this.#onChange = onChange;
    this.#files = new ChatFiles({
      place,
      addLine: (file) => this.#addFile(file),
      changeFile: (key, file) => this.#changeFile(key, file),
      removeLine: (key) => this.#lines.remove(key),
      post: (key, kind, payload) => this.#postFile(key, kind, payload),
    });
  }

  /**
   * Sends something that shows as a text; it is there as pending at once.
   * @param {number} kind
   * @param {Uint8Array} payload
   * @param {string} text as it shows
   * @returns {Item}
   */
  say(kind, payload, text) {
    const item = this.#box.send(kind, payload);
    const key = `mine-${this.#box.outbox.stream}-${item.key}`;
    this.#unsent.set(key, { item, text });
    this.#lines.add({ key, kind: 'text', mine: true, author: this.#myName, sentMs: item.sentMs, text, state: 'pending' });
    return item;
  }

  /**
   * Sends a file; it shows with its progress at once, or with the reason why it may not be sent. Resolves
   * when its bytes are there and its message is on its way, or when it was refused or taken back.
   * @param {Uint8Array} raw
   * @param {string} name
   * @returns {Promise<void>}
   */
  sendFile(raw, name) {
    return this.#files.upload(this.#files.send(raw, name));
  }

  /** Takes a file back that is on its way; ends fetching another one. @param {string} key */
  cancelFile(key) {
    own('taking a file back', this.#files.cancel(key));
  }

  /** Takes back every file that is on its way: the conversation ends. */
  cancelFiles() {
    own('taking files back', this.#files.cancelAll());
  }

  /** Fetches a file and checks all of it; null when it was refused or cancelled. @param {string} key */
  openFile(key) {
    return this.#files.open(key);
  }

  /**
   * Reads what a message says about its file; RemoteError when it breaks a rule.
   * @param {string} key
   * @param {Uint8Array} payload
   */
  learnFile(key, payload) {
    return this.#files.learn(key, payload);
  }

  /** Tries again what has failed. @param {string} key */
  retry(key) {
    const found = this.#unsent.get(key);
    if (found === undefined) {
      own('sending a file', this.#files.upload(key));
      return;
    }
    this.#box.outbox.retry(found.item);
    this.#onChange();
    own('send', this.#box.flush());
  }

  /** Takes away what has failed. @param {string} key */
  discard(key) {
    const found = this.#unsent.get(key);
    if (found === undefined) {
      this.cancelFile(key);
      return;
    }
    this.#box.outbox.withdraw(found.item);
    this.#unsent.delete(key);
    this.#lines.remove(key);
    own('send', this.#box.flush());
  }

  /** The bytes of an own file are still there: only its message goes once more. @param {string} key */
  sayFileAgain(key) {
    this.#files.sayAgain(key);
  }

  /** Texts that nobody has yet, oldest first. @returns {string[]} */
  get waiting() {
    return [...this.#unsent.values()].filter(({ item }) => item.state !== 'stored').map(({ text }) => text);
  }

  /**
   * Finds the line that was shown when this envelope was said on this device. Its number may be known
   * already: the relay's answer and the envelope itself come in either order.
   * @param {number} n
   * @param {Body} body
   * @param {string} text
   */
  keyOfText(n, body, text) {
    if (body.stream !== this.#box.outbox.stream) return null;
    for (const [key, { item, text: said }] of this.#unsent) {
      const isSame = item.n === n || (item.n === 0 && item.sentMs === body.sentMs && said === text);
      if (isSame) return key;
    }
    return null;
  }

  /** Finds the own line of a file that was sent from here. @param {Uint8Array} payload */
  keyOfFile(payload) {
    return this.#files.keyOf(payload);
  }

  /**
   * Says of each own line how far it has come.
   * @param {number} delivered up to this number the other side has read the box
   * @param {number} read
   */
  updateTicks(delivered, read) {
    this.#lines.changeEach((line) => {
      const state = line.mine && isMessage(line) ? this.#tickOf(line, delivered, read) : line.state;
      const n = this.#unsent.get(line.key)?.item.n || line.n;
      return state === line.state && n === line.n ? line : { ...line, state, n };
    });
  }

  /** Lets go of everything, without a word. */
  dispose() {
    this.#files.dispose();
    this.#unsent.clear();
  }

  /**
   * @param {Line} line
   * @param {number} delivered
   * @param {number} read
   * @returns {Line['state']}
   */
  #tickOf(line, delivered, read) {
    const item = this.#unsent.get(line.key)?.item;
    const n = item?.n || line.n;
    const hasFailed = item === undefined ? line.file?.phase === 'failed' : item.state === 'failed';
    if (n === 0) return hasFailed ? 'failed' : 'pending';
    if (n <= read) return 'read';
    return n <= delivered ? 'delivered' : 'stored';
  }

  /** @param {FileState} file @returns {string} */
  #addFile(file) {
    this.#fileCount += 1;
    const key = `file-${this.#box.outbox.stream}-${this.#fileCount}`;
    this.#lines.add({
      key, kind: 'file', mine: true, author: this.#myName, sentMs: this.#clock.serverNow(), state: 'pending', file,
    });
    return key;
  }

  /** @param {string} key @param {FileState} file */
  #changeFile(key, file) {
    this.#lines.change(key, { file });
    this.#onChange();
  }

  /** @param {string} key @param {number} kind @param {Uint8Array} payload */
  #postFile(key, kind, payload) {
    const item = this.#box.send(kind, payload);
    this.#unsent.set(key, { item, text: '' });
    this.#lines.change(key, { sentMs: item.sentMs });
  }
}
