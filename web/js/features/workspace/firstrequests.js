// Which first requests are open on this device: those that somebody looks at, and a few more.
//
// A list may have ten thousand rows. Only the rows before one's eyes are opened, a few at a time, and what was
// scrolled away long ago is let go.

/** @typedef {import('./firstrequest.js').FirstRequest<any>} FirstRequest */

/** Opened at the same time; each asks three times. */
const AT_ONCE = 3;
const KEPT = 120;

export class FirstRequests {
  #rowOf;
  #make;
  #fits;
  #onRead;
  /** Looked at longest ago first. @type {Map<string, FirstRequest>} */
  #all = new Map();
  /** Before somebody's eyes, and not opened yet. @type {string[]} */
  #wanted = [];
  #busy = 0;
  /** On their way while something was sealed anew. @type {WeakSet<FirstRequest>} */
  #overtaken = new WeakSet();

  /**
   * @param {object} parts
   * @param {(id: string) => any} parts.rowOf the wire's EnquiryRow; null for one that is over
   * @param {(row: any) => FirstRequest} parts.make
   * @param {(known: FirstRequest, row: any) => boolean} parts.fits tells whether it is still of the row's kind
   * @param {(id: string, content: import('./firstrequest.js').Content) => void} parts.onRead something was read that can be found from now on
   */
  constructor({ rowOf, make, fits, onRead }) {
    this.#rowOf = rowOf;
    this.#make = make;
    this.#fits = fits;
    this.#onRead = onRead;
  }

  /**
   * The first request behind a row, opened or not; null for one that is over and was not open.
   * @param {string} id
   * @returns {FirstRequest | null}
   */
  of(id) {
    const row = this.#rowOf(id);
    let known = this.#all.get(id);
    if (known !== undefined && row !== null && !this.#fits(known, row)) {
      this.forget(id);
      known = undefined;
    }
    if (known === undefined && row === null) return null;
    const found = known ?? this.#make(row);
    this.#all.delete(id);
    this.#all.set(id, found);
    return found;
  }

  /**
   * These rows are before somebody's eyes: they are opened, and nothing else is any more.
   * @param {readonly string[]} ids
   */
  look(ids) {
    this.#wanted = [...ids];
    for (const id of ids) this.of(id);
    for (const [id, one] of this.#all) {
      if (this.#all.size <= Math.max(KEPT, ids.length)) break;
      one.dispose();
      this.#all.delete(id);
    }
    for (let free = AT_ONCE - this.#busy; free > 0; free -= 1) this.#next();
  }

  /**
   * A key of the team has come, or requests were sealed to it: what waited for that is looked at once more.
   * @param {readonly string[]} ids
   */
  lookAgain(ids) {
    for (const [id, one] of [...this.#all]) {
      const { state } = one.content.value;
      if (one.isBehind || state === 'gone') this.forget(id);
      // The letter on its way may be the former one, and with it the request looks gone.
      else if (state === 'opening') this.#overtaken.add(one);
    }
    const waiting = [...this.#all].filter(([, one]) => one.content.value.state === 'noKey').map(([id]) => id);
    this.look([...new Set([...ids, ...waiting])]);
  }

  /**
   * On a new line: what is before somebody's eyes is read on, the rest is opened anew when it comes there.
   * @param {readonly string[]} ids
   */
  async readOn(ids) {
    for (const [id, one] of [...this.#all]) {
      if (ids.includes(id)) await one.readOn();
      else this.forget(id);
    }
  }

  /** @param {string} id */
  forget(id) {
    this.#all.get(id)?.dispose();
    this.#all.delete(id);
  }

  /** Lets go of all whose rows are no longer listed. @param {(id: string) => boolean} isListed */
  keepOnly(isListed) {
    for (const id of [...this.#all.keys()]) if (!isListed(id)) this.forget(id);
  }

  clear() {
    this.#wanted = [];
    this.keepOnly(() => false);
  }

  /** @param {string} id @param {FirstRequest} former */
  #anew(id, former) {
    if (this.#all.get(id) !== former) return;
    this.forget(id);
    this.#wanted.push(id);
  }

  #next() {
    const id = this.#wanted.shift();
    const found = id === undefined ? null : this.of(id);
    if (found === null) {
      if (id !== undefined) this.#next();
      return;
    }
    this.#busy += 1;
    const done = () => {
      this.#busy -= 1;
      const content = found.content.peek();
      if (content.state === 'open') this.#onRead(/** @type {string} */ (id), content);
      else if (this.#overtaken.has(found) && content.state === 'gone') this.#anew(/** @type {string} */ (id), found);
      this.#next();
    };
    found.open().then(done, done);
  }
}
