// The live chats that an account remembers, and how those are forgotten that are purged.

import { EntryState, gone } from '../../crypto/entry.js';
import { RemoteError } from '../../crypto/errors.js';
import '../../wire/catalogue-account.js';
import { isUnknown } from './wayin.js';
import { decodeNote, isOver } from './note.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./note.js').VisitNote} VisitNote */

const MINUTE_MS = 60_000;
const NO_PIN_CHAIN = new Uint8Array(32);

/**
 * The live chats in a keyring that are not gone; entries of another kind are none.
 * @param {SeekerAccount} account
 * @returns {{ entry: Entry, note: VisitNote }[]}
 */
export function visitsOf({ keyring }) {
  return keyring.entries.flatMap((entry) => {
    try {
      return entry.state === EntryState.GONE ? [] : [{ entry, note: decodeNote(entry.settings) }];
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return [];
    }
  });
}

/**
 * Empties the entries of chats whose purge must be past and that the relay has no more; of each stays what
 * finds its tomb.
 * @param {Line} line
 * @param {SeekerAccount} account
 */
export async function settle(line, account) {
  const retentionHours = line.log.view.retentionHours('live');
  for (const { entry, note } of visitsOf(account)) {
    const nowMs = line.clock.now();
    if (!isOver(note, nowMs, retentionHours) || (await isThere(line, account, entry))) continue;
    await account.keyring.remember(gone(entry, Math.floor(nowMs / MINUTE_MS), 0, NO_PIN_CHAIN));
  }
}

/**
 * @param {Line} line
 * @param {SeekerAccount} account
 * @param {Entry} entry
 */
async function isThere({ request }, account, { box16, keyContext }) {
  try {
    await request('box_stock', { box16 }, account.conversation(keyContext).cap);
    return true;
  } catch (error) {
    if (isUnknown(error)) return false;
    throw error;
  }
}
