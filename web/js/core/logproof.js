// What this device saw of the log, under the log key's own signature, in a file that anybody can check. Two
// such files that do not fit prove that the log key signed two logs. Twin of the writing half of
// clientlib/logproof.py; read by `python -m clientlib.audit proof`. Fetched when somebody wants it.

import { verifierKey } from '../crypto/checkpointsigning.js';
import { toHex } from './resumeslot.js';

const FORMAT = 'vieraugen-log-proof-1';

/**
 * Returns the file's text.
 * @param {import('../crypto/logview.js').LogView} view
 * @param {Uint8Array} note about this view
 * @returns {string}
 */
export function proofOf(view, note) {
  const policy = view.policy();
  const content = {
    format: FORMAT,
    log_key: policy === null ? '' : verifierKey(policy.logOrigin, policy.logPk),
    leaves: view.leafHashes().map(toHex).join(''),
    notes: [new TextDecoder().decode(note)],
    stated: null,
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}
