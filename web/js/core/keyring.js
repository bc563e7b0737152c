// The keyring's pages on the relay: compare-and-swap, and on conflict merge and try again.
// Twin of clientlib/keyring.py.

import { mergeEntry } from '../crypto/entry.js';
import { BadProof } from '../crypto/errors.js';
import * as pages from '../crypto/keyring.js';
import { equal } from '../crypto/primitives.js';
import { WireError } from '../wire/errors.js';

/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('../crypto/entry.js').Entry} Entry */
/** @typedef {import('../crypto/keyring.js').PageContent} PageContent */
/** @typedef {import('../crypto/keyring.js').TeamSeed} TeamSeed */
/** @typedef {import('../crypto/keys.js').AccountSecret} AccountSecret */

const STAFF_PAGES = 16;

/** All pages of a signed-in account, open in memory. */
export class Keyring {
  #request;
  #ams;
  /** @type {{ version: number, content: PageContent }[]} */
  #pages;
  /** One save a time: two of one device would only make each other redo. @type {Promise<unknown>} */
  #saving = Promise.resolve();

  /**
   * @param {Request} request
   * @param {AccountSecret} ams
   * @param {readonly { version: number, sealed: Uint8Array }[]} sealed
   */
  constructor(request, ams, sealed) {
    // A member of staff has all pages, always; a missing one would hide the boxes on it.
    if (sealed.length !== STAFF_PAGES) throw new BadProof('keyring pages are missing');
    this.#request = request;
    this.#ams = ams;
    this.#pages = sealed.map((page, i) => this.#open(i, page, sealed.length));
  }

  /** Every box this account remembers. @returns {Entry[]} */
  get entries() {
    return this.#pages.flatMap(({ content }) => content.entries);
  }

  /** Size and root of the log as last pinned; 0 at first. */
  get logPin() {
    const { logSize, logRoot } = this.#pages[0].content;
    return { size: logSize, root: logRoot };
  }

  /**
   * @param {Uint8Array} box16
   * @returns {Entry | null}
   */
  entry(box16) {
    return this.entries.find((one) => equal(one.box16, box16)) ?? null;
  }

  /**
   * Merges an entry into its page and saves it; durable when this resolves.
   * @param {Entry} entry
   * @returns {Promise<void>}
   */
  remember(entry) {
    const page = pages.pageOf(this.#ams, entry.box16, this.#pages.length);
    return this.#save(page, (content) => {
      const isSame = (/** @type {Entry} */ one) => equal(one.box16, entry.box16);
      const known = content.entries.find(isSame) ?? entry;
      const others = content.entries.filter((one) => !isSame(one));
      return { ...content, entries: [...others, mergeEntry(known, entry)] };
    });
  }

  /**
   * Keeps a team key.
   * @param {TeamSeed} seed
   */
  rememberSeed(seed) {
    return this.#save(0, (content) => ({ ...content, teamSeeds: [...content.teamSeeds, seed] }));
  }

  /**
   * Keeps the log's size and root; only ever forward.
   * @param {number} size
   * @param {Uint8Array} root
   */
  async pinLog(size, root) {
    if (size <= this.logPin.size) return;
    await this.#save(0, (content) => ({ ...content, logSize: size, logRoot: root }));
  }

  /**
   * @param {number} page
   * @param {(content: PageContent) => PageContent} change
   * @returns {Promise<void>}
   */
  #save(page, change) {
    const turn = this.#saving.then(() => this.#saveNow(page, change));
    this.#saving = turn.catch(() => {});
    return turn;
  }

  /**
   * @param {number} page
   * @param {(content: PageContent) => PageContent} change
   */
  async #saveNow(page, change) {
    for (;;) {
      const { version, content } = this.#pages[page];
      const changed = pages.normalised(change(content));
      if (equal(pages.encodeContent(changed), pages.encodeContent(content))) return;
      const sealed = pages.sealPage(this.#ams, page, version + 1, changed, this.#pages.length);
      try {
        await this.#request('page_save', { page, version: version + 1, sealed });
        this.#pages[page] = { version: version + 1, content: changed };
        return;
      } catch (error) {
        if (!(error instanceof WireError) || error.code !== 'conflict') throw error;
        await this.#mergeNewer(page);
      }
    }
  }

  /**
   * Another device saved first: takes its page in; ours is saved on top of it.
   * @param {number} page
   */
  async #mergeNewer(page) {
    const { version, content } = this.#pages[page];
    const newer = await this.#request('page_read', { page });
    const found = this.#open(page, { version: newer.version, sealed: newer.sealed }, this.#pages.length);
    if (found.version <= version) throw new BadProof('the service shows an older keyring page');
    this.#pages[page] = { version: found.version, content: pages.merge(content, found.content) };
  }

  /**
   * @param {number} page
   * @param {{ version: number, sealed: Uint8Array }} stored
   * @param {number} count
   */
  #open(page, { version, sealed }, count) {
    const opened = pages.openPage(this.#ams, page, sealed, count);
    // The relay's counter and the sealed one are the same number, or a page was rolled back.
    if (opened.version !== version) throw new BadProof('keyring page under another version');
    return { version, content: opened.content };
  }
}
