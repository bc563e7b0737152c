// The keyring's pages on the relay: compare-and-swap, and on conflict merge and try again.
// Twin of clientlib/keyring.py.
//
// What must be durable before it is used is saved at once. Drafts change with every key, and a version
// that counted keys would tell the relay when somebody writes: they wait in memory for `flush`.

import { array, binary, decode, encode } from '../crypto/encoding.js';
import { mergeEntry } from '../crypto/entry.js';
import { BadProof, RemoteError } from '../crypto/errors.js';
import * as pages from '../crypto/keyring.js';
import { HASH_BYTES, equal } from '../crypto/primitives.js';
import '../wire/catalogue-account.js';
import { WireError } from '../wire/errors.js';
import { NO_TEXT, draftIn, fitting, hasUnsaved, withDraft, withTyped, withoutTyped } from './drafts.js';

/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('../crypto/entry.js').Entry} Entry */
/** @typedef {import('../crypto/keyring.js').PageContent} PageContent */
/** @typedef {import('../crypto/keyring.js').TeamSeed} TeamSeed */
/** @typedef {import('../crypto/keys.js').AccountSecret} AccountSecret */

/**
 * What is kept for the account itself, for all its devices. `restarts`: hashes of restarted TEAMs that were shown, see
 * restarts.js. The twin is clientlib/settings.py.
 * `others`: what is read elsewhere (enquiries/regulars.js), or by a newer client.
 * @typedef {{ readonly sheetNoted: boolean, readonly restarts: readonly Uint8Array[],
 *   readonly others: readonly import('../crypto/encoding.js').Value[] }} Settings
 */

/**
 * `saved` is what the relay holds under `version`, `content` what this device knows: the same but for
 * drafts.
 * @typedef {{ version: number, saved: PageContent, content: PageContent }} Held
 */

/** A log as it was believed. @typedef {{ readonly size: number, root: () => Uint8Array }} Seen */

/** A page as it would have been saved. @typedef {{ readonly page: number, readonly sealed: Uint8Array }} Unsaved */

const MINUTE_MS = 60_000;

/** All pages of a signed-in account, open in memory. */
export class Keyring {
  #request;
  #ams;
  #count;
  #clock;
  #seen;
  /** None once this is wiped. @type {Held[]} */
  #pages;
  /** One save a time: two of one device would only make each other redo. @type {Promise<unknown>} */
  #saving = Promise.resolve();

  /**
   * @param {Request} request
   * @param {AccountSecret} ams
   * @param {readonly { version: number, sealed: Uint8Array }[]} sealed
   * @param {{ count: number, clock: import('./clock.js').Clock, seen?: () => Seen }} parts
   *   `count`: STAFF_PAGES or SEEKER_PAGES, by the kind of the account; `seen`: the log as it was believed
   */
  constructor(request, ams, sealed, { count, clock, seen }) {
    // An account has all its pages, always; a missing one would hide the boxes on it.
    if (sealed.length !== count) throw new BadProof('keyring pages are missing');
    this.#request = request;
    this.#ams = ams;
    this.#count = count;
    this.#clock = clock;
    this.#seen = seen;
    this.#pages = sealed.map((page, i) => this.#open(i, page));
  }

  /** As chosen when the account was made. */
  get pseudonym() {
    return this.#first.pseudonym;
  }

  /** Every box this account remembers. @returns {Entry[]} */
  get entries() {
    return this.#pages.flatMap(({ content }) => content.entries);
  }

  /** The keys of the own teams, as letters brought them. @returns {readonly TeamSeed[]} */
  get teamSeeds() {
    return this.#first.teamSeeds;
  }

  /** Size and root of the log as last pinned; 0 at first. */
  get logPin() {
    const { logSize, logRoot } = this.#first;
    return { size: logSize, root: logRoot };
  }

  /** @returns {Settings} */
  get settings() {
    return settingsOf(this.#first.settings.raw);
  }

  /** Tells whether something typed waits to be saved. */
  get isUnsaved() {
    return this.#pages.some(({ saved, content }) => hasUnsaved(saved, content));
  }

  /**
   * @param {Uint8Array} box16
   * @returns {Entry | null}
   */
  entry(box16) {
    return this.entries.find((one) => equal(one.box16, box16)) ?? null;
  }

  /**
   * Merges entries into their pages and saves each page once; durable when this resolves.
   * @param {...Entry} entries
   * @returns {Promise<void>}
   */
  async remember(...entries) {
    for (const page of new Set(entries.map(({ box16 }) => this.#pageOf(box16)))) {
      const here = entries.filter(({ box16 }) => this.#pageOf(box16) === page);
      await this.#save(page, (content) => ({ ...content, entries: here.reduce(withEntry, content.entries) }));
    }
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
   * @param {Seen} seen
   */
  pinLog(seen) {
    return this.#save(0, (content) => withPin(content, seen));
  }

  /**
   * Keeps some settings of the account; the others, and what a newer client wrote behind them, stay.
   * @param {(now: Settings) => Partial<Settings>} change of them as they are; asked once more on top of what another
   *   device has saved meanwhile
   */
  keepSettings(change) {
    return this.#save(0, (content) => {
      const { counter, raw } = content.settings;
      const now = settingsOf(raw);
      const { sheetNoted, restarts, others } = { ...now, ...change(now) };
      const changed = encode([sheetNoted ? 1 : 0, [...restarts], ...others]);
      return equal(changed, raw) ? content : { ...content, settings: { counter: counter + 1, raw: changed } };
    });
  }

  /**
   * What is being written to a box, on whichever device.
   * @param {Uint8Array} box16
   * @returns {string}
   */
  draft(box16) {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#draft(box16)?.text);
  }

  /**
   * Holds what is being written to a box, in memory until the next save; '' takes it away. As much as
   * fits, whole characters only.
   * @param {Uint8Array} box16
   * @param {string} text
   */
  keepDraft(box16, text) {
    this.#hold(box16, fitting(text));
  }

  /** It was sent or thrown away. @param {Uint8Array} box16 */
  dropDraft(box16) {
    this.keepDraft(box16, '');
  }

  /**
   * Holds an entry whose settings change while somebody types, in memory until the next save.
   * @param {Entry} entry
   */
  keepTyped(entry) {
    if (this.#pages.length === 0) return;
    const held = this.#pages[this.#pageOf(entry.box16)];
    held.content = withTyped(held.saved, held.content, entry);
  }

  /** What was held and never saved is gone, with its draft. @param {Uint8Array} box16 */
  dropTyped(box16) {
    if (this.#pages.length === 0) return;
    const held = this.#pages[this.#pageOf(box16)];
    held.content = withoutTyped(held.saved, held.content, box16);
  }

  /** Saves what waits; asks nothing of the relay where nothing does. */
  async flush() {
    for (const [page, { saved, content }] of this.#pages.entries()) {
      if (hasUnsaved(saved, content)) await this.#save(page, (whole) => whole);
    }
  }

  /**
   * Pages with what could not be saved, sealed: for a browser's page whose sign-in is over.
   * @returns {Unsaved[]}
   */
  unsaved() {
    return [...this.#pages.entries()].flatMap(([page, { version, saved, content }]) => {
      if (!hasUnsaved(saved, content)) return [];
      return [{ page, sealed: pages.sealPage(this.#ams, page, version + 1, content, this.#count) }];
    });
  }

  /**
   * Takes back what `unsaved` gave, after a new sign-in of the same account; it waits for the next save.
   * @param {readonly Unsaved[]} kept
   */
  takeBack(kept) {
    for (const { page, sealed } of kept) {
      const held = this.#pages[page];
      held.content = pages.merge(held.content, pages.openPage(this.#ams, page, sealed, this.#count).content);
    }
  }

  /**
   * Takes in what other devices have saved since, of one box or of all; BadProof for a page that went back.
   * @param {Uint8Array | null} [box16]
   */
  refresh(box16 = null) {
    return this.#inTurn(async () => {
      const wanted = box16 === null || this.#pages.length === 0 ? [...this.#pages.keys()] : [this.#pageOf(box16)];
      for (const page of wanted) await this.#mergeNewer(page, 0);
    });
  }

  /** Nothing can be read or saved here any more: a page sealed under a wiped key would cost everything. */
  wipe() {
    for (const content of this.#pages.flatMap((held) => [held.saved, held.content])) {
      for (const { secrets } of content.entries) for (const { es } of secrets) es.fill(0);
      for (const { text } of content.drafts) text.fill(0);
      for (const { seed } of content.teamSeeds) seed.fill(0);
    }
    this.#pages = [];
  }

  /** Page 0, on which stands what belongs to the account. */
  get #first() {
    return this.#pages.length === 0 ? pages.EMPTY_PAGE : this.#pages[0].content;
  }

  /**
   * Applies a change and saves the page; the change may be applied again, to another content.
   * @param {number} page
   * @param {(content: PageContent) => PageContent} change
   * @returns {Promise<void>}
   */
  #save(page, change) {
    return this.#inTurn(() => this.#saveNow(page, change));
  }

  /** @param {() => Promise<void>} work */
  #inTurn(work) {
    const turn = this.#saving.then(work);
    this.#saving = turn.catch(() => {});
    return turn;
  }

  /**
   * @param {number} page
   * @param {(content: PageContent) => PageContent} change
   */
  async #saveNow(page, change) {
    for (;;) {
      if (this.#pages.length === 0) throw new WireError('unauthorised');
      const { version, saved, content } = this.#pages[page];
      const changed = pages.normalised(change(content));
      if (equal(pages.encodeContent(changed), pages.encodeContent(saved))) return;
      const kept = pages.withoutExpired(page === 0 ? withPin(changed, this.#seen?.()) : changed, Math.floor(this.#clock.now() / MINUTE_MS));
      const sealed = pages.sealPage(this.#ams, page, version + 1, kept, this.#count);
      try {
        await this.#request('page_save', { page, version: version + 1, sealed });
        this.#learn(page, version + 1, kept, content);
        return;
      } catch (error) {
        if (!(error instanceof WireError) || error.code !== 'conflict') throw error;
        await this.#mergeNewer(page, 1);
      }
    }
  }

  /**
   * The relay holds `saved` now. What was typed since `before` is not in it and goes on waiting.
   * @param {number} page
   * @param {number} version
   * @param {PageContent} saved
   * @param {PageContent} before
   */
  #learn(page, version, saved, before) {
    if (this.#pages.length === 0) return;
    const { drafts, entries } = this.#pages[page].content;
    this.#pages[page] = { version, saved, content: saved };
    for (const entry of entries) if (!before.entries.includes(entry)) this.keepTyped(entry);
    for (const draft of drafts) if (!before.drafts.includes(draft)) this.#hold(draft.box16, draft.text);
    for (const { box16 } of before.drafts) if (draftIn(drafts, box16) === null) this.#hold(box16, NO_TEXT);
  }

  /**
   * Another device may have saved first: takes its page in; ours is saved on top of it.
   * @param {number} page
   * @param {number} atLeast by how much its version must be above ours
   */
  async #mergeNewer(page, atLeast) {
    const newer = await this.#request('page_read', { page });
    if (this.#pages.length === 0) return;
    const { version, content } = this.#pages[page];
    const found = this.#open(page, newer);
    if (found.version < version + atLeast) throw new BadProof('the service shows an older keyring page');
    this.#pages[page] = { ...found, content: pages.merge(content, found.saved) };
  }

  /**
   * @param {number} page
   * @param {{ version?: number, sealed?: Uint8Array }} stored as the relay sent it
   * @returns {Held}
   */
  #open(page, { version = 0, sealed = NO_TEXT }) {
    const { version: own, content } = pages.openPage(this.#ams, page, sealed, this.#count);
    // The relay's counter and the sealed one are the same number, or a page was rolled back.
    if (own !== version) throw new BadProof('keyring page under another version');
    return { version, saved: content, content };
  }

  /**
   * Puts a draft in the place of the one that is saved; typing back to that leaves nothing to save.
   * @param {Uint8Array} box16
   * @param {Uint8Array} text
   */
  #hold(box16, text) {
    if (this.#pages.length === 0) return;
    const held = this.#pages[this.#pageOf(box16)];
    held.content = withDraft(held.saved, held.content, box16, text);
  }

  /** @param {Uint8Array} box16 */
  #pageOf(box16) {
    return pages.pageOf(this.#ams, box16, this.#count);
  }

  /** @param {Uint8Array} box16 */
  #draft(box16) {
    if (this.#pages.length === 0) return null;
    return draftIn(this.#pages[this.#pageOf(box16)].content.drafts, box16);
  }
}

/**
 * What was seen of the log goes along with what is saved anyway; only ever forward.
 * @param {PageContent} content
 * @param {Seen | undefined} seen
 * @returns {PageContent}
 */
function withPin(content, seen) {
  return seen === undefined || seen.size <= content.logSize ? content : { ...content, logSize: seen.size, logRoot: seen.root() };
}

/**
 * @param {readonly Entry[]} entries
 * @param {Entry} entry
 * @returns {Entry[]}
 */
function withEntry(entries, entry) {
  const isSame = (/** @type {Entry} */ one) => equal(one.box16, entry.box16);
  const known = entries.find(isSame) ?? entry;
  return [...entries.filter((one) => !isSame(one)), mergeEntry(known, entry)];
}

/**
 * The account's settings; a new account's for an encoding that this client does not know.
 * @param {Uint8Array} raw
 * @returns {Settings}
 */
function settingsOf(raw) {
  try {
    const [noted, shown = [], ...others] = raw.length === 0 ? [] : array(decode(raw));
    return { sheetNoted: noted === 1, restarts: array(shown).map((one) => binary(one, HASH_BYTES)), others };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return { sheetNoted: false, restarts: [], others: [] };
  }
}
