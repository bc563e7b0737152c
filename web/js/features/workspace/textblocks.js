// Text blocks of one's own: what is written again and again, sealed in the keyring, on all devices of the account.
// Twin of clientlib/textblocks.py.
//
// A block is never changed: whoever edits one writes another that names it, and the former one goes. So two devices
// that edit the same block at once end with two blocks, and nobody's words are lost.
//
//   settings = [title, text, is for emergencies 0 | 1, the block it replaces, or empty]

import { signal } from '../../core/signals.js';
import { fromHex, toHex } from '../../core/resumeslot.js';
import { array, binary, decode, encode, text as textOf, uint } from '../../crypto/encoding.js';
import { EntryState, gone } from '../../crypto/entry.js';
import { RemoteError } from '../../crypto/errors.js';
import { randomBytes } from '../../crypto/random.js';
import { ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../core/keyring.js').Keyring} Keyring */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {Readonly<{ id: string, title: string, text: string, isEmergency: boolean }>} Block */

/** Beside 128, a bookmark; see bookmarks.js. */
export const TEXT_BLOCK = 129;
export const MAX_TITLE_CHARS = 40;
/** What fits into the settings of an entry, whatever signs it is written with. */
export const MAX_TEXT_CHARS = 1_500;
export const MAX_BLOCKS = 100;
const ITEMS = 4;
const NAME_BYTES = 16;
const MINUTE_MS = 60_000;
const NO_PIN_CHAIN = new Uint8Array(32);
const NOTHING = new Uint8Array(0);

export class TextBlocks {
  #keyring;
  #clock;

  /**
   * @param {() => Pick<Keyring, 'entries' | 'entry' | 'remember'> | null} keyring of who is signed in
   * @param {import('../../core/clock.js').Clock} clock
   */
  constructor(keyring, clock) {
    this.#keyring = keyring;
    this.#clock = clock;
    /** For emergencies first, then by title. @type {import('../../core/signals.js').Signal<readonly Block[]>} */
    this.all = signal(/** @type {readonly Block[]} */ ([]));
  }

  /** Looks what the keyring says now. */
  read() {
    const found = (this.#keyring()?.entries ?? []).flatMap((entry) => blockOf(entry) ?? []);
    // After a crash between two steps both may be there.
    const replaced = new Set(found.map(({ replaces }) => replaces));
    this.all.value = found.filter(({ id }) => !replaced.has(id)).map(({ replaces: _, ...block }) => block).sort(inOrder);
  }

  /**
   * Keeps a block, in the place of `former` if one is named. False when it could not be saved.
   * @param {Omit<Block, 'id'>} block
   * @param {string} [former]
   */
  async save({ title, text, isEmergency }, former = '') {
    const keyring = this.#keyring();
    if (keyring === null || (former === '' && this.all.value.length >= MAX_BLOCKS)) return false;
    const box16 = randomBytes(NAME_BYTES);
    const settings = encode([title.normalize('NFC').trim(), text.normalize('NFC').trim(), isEmergency ? 1 : 0, fromHex(former)]);
    return this.#changed(async () => {
      await keyring.remember({
        box16, kind: TEXT_BLOCK, state: EntryState.OPEN, keyContext: box16, secrets: [], pinN: 0, pinChain: NO_PIN_CHAIN, generation: 0, closeMinute: 0, counter: 1, settings,
      });
      if (former !== '') await this.#drop(keyring, former);
    });
  }

  /** Takes a block away, on all devices. False when that could not be saved. @param {string} id */
  async remove(id) {
    const keyring = this.#keyring();
    return keyring !== null && this.#changed(() => this.#drop(keyring, id));
  }

  /** Nobody is signed in. */
  clear() {
    this.all.value = [];
  }

  /** @param {() => Promise<void>} work */
  async #changed(work) {
    try {
      await work();
    } catch (error) {
      ignoreRefusal(error);
      return false;
    } finally {
      this.read();
    }
    return true;
  }

  /** @param {Pick<Keyring, 'entry' | 'remember'>} keyring @param {string} id */
  async #drop(keyring, id) {
    const entry = keyring.entry(fromHex(id));
    if (entry !== null && entry.state !== EntryState.GONE) await keyring.remember(gone(entry, Math.floor(this.#clock.now() / MINUTE_MS), 0, NO_PIN_CHAIN));
  }
}

/**
 * The blocks that begin with what was typed after a slash, or have it in their title; all for nothing.
 * @template {{ title: string }} T
 * @param {readonly T[]} blocks
 * @param {string} typed
 */
export function blocksFor(blocks, typed) {
  const wanted = typed.normalize('NFC').toLowerCase();
  return blocks.filter(({ title }) => title.toLowerCase().includes(wanted));
}

/**
 * What is typed after a slash right before the place where one writes: "/not" → "not"; null where there is none.
 * @param {string} text
 * @param {number} at
 */
export function slashAt(text, at) {
  return /(?:^|\s)\/([^\s/]*)$/.exec(text.slice(0, at))?.[1] ?? null;
}

/**
 * @param {Entry} entry
 * @returns {(Block & { replaces: string }) | null} null for anything else, and of a form that a newer client wrote
 */
function blockOf({ box16, kind, state, settings }) {
  if (kind !== TEXT_BLOCK || state === EntryState.GONE) return null;
  try {
    const [title, text, isEmergency, replaces] = array(decode(settings), ITEMS);
    return {
      id: toHex(box16), title: textOf(title, MAX_TITLE_CHARS), text: textOf(text, MAX_TEXT_CHARS), isEmergency: uint(isEmergency, 1) === 1,
      replaces: toHex(binary(replaces, 0, NAME_BYTES)),
    };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}

/** @param {Block} one @param {Block} other */
function inOrder(one, other) {
  const first = Number(other.isEmergency) - Number(one.isEmergency);
  return first || one.title.localeCompare(other.title) || (one.id < other.id ? -1 : 1);
}
