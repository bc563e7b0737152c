// Contact data for leads among what is still on the server. Fetched with the first written conversation that is counted.

import '../wire/catalogue-contacts.js';
import { WireError } from '../wire/errors.js';

/** Every letter with contact data has this size: crypto/wire/contacts.py. */
const CONTACT_LETTER_BYTES = 2_184;

/**
 * Counts the letter beside a ticket as one more sealed envelope of its conversation.
 * @param {import('./connection.js').Request} request
 * @param {Uint8Array} ticketCap
 * @param {import('./stock.js').BoxStock} found
 * @returns {Promise<import('./stock.js').BoxStock>}
 */
export async function withContact(request, ticketCap, found) {
  try {
    const { version } = await request('contact_look', {}, ticketCap);
    return version === 0 ? found : { ...found, envelopes: found.envelopes + 1, envelopeBytes: found.envelopeBytes + CONTACT_LETTER_BYTES };
  } catch (error) {
    if (error instanceof WireError && error.code === 'unknown') return found;
    throw error;
  }
}
