// Reading an inbox page by page to its end. Twin of clientlib/letters.py: read_inbox.

import { BadProof } from '../../crypto/errors.js';
import '../../wire/catalogue-staff.js';

/** The wire's StoredLetter. @typedef {{ letter: number, ticket16: Uint8Array, e2: Uint8Array }} Stored */

/**
 * @param {import('../../core/connection.js').Request} request
 * @param {Uint8Array} inbox
 * @returns {Promise<Stored[]>}
 */
export async function inboxLetters(request, inbox) {
  /** @type {Stored[]} */
  const found = [];
  for (;;) {
    const start = found.length === 0 ? 0 : found[found.length - 1].letter + 1;
    const { letters } = await request('inbox_read', { inbox16: inbox, start });
    if (letters.length === 0) return found;
    if (letters[0].letter < start) throw new BadProof('an inbox that begins again never ends');
    found.push(...letters);
  }
}
