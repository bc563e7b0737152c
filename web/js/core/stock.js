// What is still on the server about a signed-in seeker: exact counts, asked of the relay.
// Twin of the same question in clientlib/accounts.py.

import { conversation } from '../crypto/account.js';
import { EntryState } from '../crypto/entry.js';
import '../wire/catalogue-account.js';
import { WireError } from '../wire/errors.js';

/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('../crypto/entry.js').Entry} Entry */
/** @typedef {import('../crypto/keys.js').AccountSecret} AccountSecret */

/**
 * One conversation that the relay still holds.
 * @typedef {{ box16: Uint8Array, envelopes: number, envelopeBytes: number, caps: number, attachments: number,
 *   attachmentBytes: number, state: number, closesHour: number, purgeMinute: number }} BoxStock
 */

/** As msgpack begins the note of a written enquiry, beside whose ticket contact data may lie: nine items (enquiries/note.js). */
const WRITTEN = 0x99;

/**
 * Counts everything; a conversation that the relay has no more is left out.
 * @param {Request} request
 * @param {{ ams: AccountSecret, keyring: { readonly entries: readonly Entry[] } }} account
 * @returns {Promise<{ createdDay: number, doors: number, pages: number, pageBytes: number, signIns: number,
 *   conversations: BoxStock[] }>}
 */
export async function stockOf(request, { ams, keyring }) {
  const { createdDay, doors, pages, pageBytes, signIns } = await request('account_stock');
  /** @type {BoxStock[]} */
  const conversations = [];
  for (const { box16, state, keyContext, settings } of keyring.entries) {
    if (state === EntryState.GONE) continue;
    const { cap, ticketCap } = conversation(ams, keyContext);
    const found = await boxStock(request, box16, cap);
    if (found !== null) conversations.push(settings[0] === WRITTEN ? await (await import('./contactstock.js')).withContact(request, ticketCap, found) : found);
  }
  return { createdDay, doors, pages, pageBytes, signIns, conversations };
}

/**
 * @param {Request} request
 * @param {Uint8Array} box16
 * @param {Uint8Array} cap
 * @returns {Promise<BoxStock | null>}
 */
async function boxStock(request, box16, cap) {
  try {
    const { envelopes, envelopeBytes, caps, state, closesHour, purgeMinute } = await request('box_stock', { box16 }, cap);
    const { attachments, attachmentBytes } = await request('blob_stock', { box16 }, cap);
    return { box16, envelopes, envelopeBytes, caps, attachments, attachmentBytes, state, closesHour, purgeMinute };
  } catch (error) {
    if (error instanceof WireError && error.code === 'unknown') return null;
    throw error;
  }
}
