// Two devices of one account may each have drawn a secret for the beginning of a chat; one commit stands.

import { parseOuter } from '../../crypto/envelope.js';
import { kid } from '../../crypto/epoch.js';
import { equal } from '../../crypto/primitives.js';

/**
 * The secret under which the first envelope stands; null where none fits, as behind a relay that lies.
 * @param {Uint8Array} box16
 * @param {readonly import('../../crypto/entry.js').KeptSecret[]} secrets
 * @param {Uint8Array} e1 the first envelope
 */
export function firstSecret(box16, secrets, e1) {
  const { kid8 } = parseOuter(e1);
  return secrets.find(({ es }) => equal(kid(es, box16, 0), kid8))?.es ?? null;
}
