// What a message says about its file. Apart from core/attachments.js, because messages are read in
// every chat, while files are moved in few.

import { fromItems, itemsOf } from '../crypto/attachment.js';
import { decode, encode } from '../crypto/encoding.js';

/** @typedef {import('../crypto/attachment.js').Attachment} Attachment */

/**
 * Reads what a message says about its file; RemoteError when it breaks a rule.
 * @param {Uint8Array} payload
 */
export function readMessage(payload) {
  return fromItems(decode(payload));
}

/**
 * Writes what a message says about its file: the content `File` of the catalogue.
 * @param {Readonly<Attachment>} sent
 */
export function writeMessage(sent) {
  return encode(itemsOf(sent));
}
