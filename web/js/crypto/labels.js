// Every domain-separation label, with the spec section that uses it. Twin of crypto/labels.py.
//
// A label stands for one use; on the wire it is ASCII `va1/` + its name. Functions take the label
// object, so a new use needs a line here and in the twin, and reuse is visible. `SIG_*` are the labels
// of signatures: "sig/" stands before the name (section 2).

/**
 * One use of a hash, key derivation or signature. `raw` is the length byte and the ASCII name, as it
 * enters every hash.
 * @typedef {{ readonly name: string, readonly section: string, readonly raw: Uint8Array }} Label
 */

const PREFIX = 'va1/';
/** @type {Label[]} */
const defined = [];

// 2 Notation
export const KEM_WRAP = label('kem-wrap', '2');
export const KEM_CTX = label('kem-ctx', '2');

// 3 Accounts
export const DEPLOYMENT = label('dep', '3');
export const PASSWORD = label('pw', '3');
export const DOOR = label('door', '3');
export const GENERATION = label('generation', '3');
export const ROOT = label('root', '3');
export const SALT = label('salt', '3');
export const AUTH = label('auth', '3');
export const KEK = label('kek', '3');
export const KEK_ENC = label('enc', '3');
export const KEK_COMMIT = label('commit', '3');
export const SLOT = label('slot', '3');
export const SLOT_SENT = label('slot-sent', '3');
export const DECOY_SLOT = label('decoy-slot', '3');
export const DECOY_SCALAR = label('decoy-scalar', '3');
export const STAMP = label('stamp', '3');
export const STAMP_CHALLENGE = label('stamp-challenge', '3');
export const KEYRING = label('keyring', '3');
export const PAGE = label('page', '3');
export const ES_HASH = label('es', '3');
export const RESUME_ID = label('resume-id', '3');
export const RESUME = label('resume', '3');
export const CONVERSATION = label('conv', '3');
export const REJOIN = label('rejoin', '3');
export const CAP = label('cap', '3');
export const SIGN = label('sign', '3');
export const KEM = label('kem', '3');
export const STAFF_SIGN = label('staff-sign', '3');
export const STAFF_KEM = label('staff-kem', '3');
export const HANDLE = label('handle', '3');
export const TOKEN = label('token', '3');
export const REC_ID = label('rec-id', '3');
export const REC_CHECK = label('rec-check', '3');
// Only in the relay's memory: counts under a salt that changes (section 7).
export const LIMIT = label('limit', '7');

// 4 Staff identity
export const ORG = label('org', '4');
export const KEY = label('key', '4');
export const PAYLOAD = label('payload', '4');
export const LEAF = label('leaf', '4');
export const PERSON = label('person', '4');
export const INVITE = label('invite', '4');
export const INVITE_CHECK = label('invite-check', '4');
export const JOIN_MAC = label('join-mac', '4');
export const JOIN_ID = label('join-id', '4');
export const PICTURE = label('picture', '4');
export const JOIN_WELCOME = label('join-welcome', '4');
export const JOIN_NAME = label('join-name', '4');

// 5 Conversations
export const INBOX = label('inbox', '5');
export const KID = label('kid', '5');
export const EPOCH = label('epoch', '5');
export const MSG = label('msg', '5');
export const ENV = label('env', '5');
export const BOX = label('box', '5');
export const CHAIN = label('chain', '5');
export const SHARE = label('share', '5');
export const WRAPS = label('wraps', '5');
export const COMMIT = label('commit', '5');
export const TICKET = label('ticket', '5');
export const SHEET = label('sheet', '5');
export const SHEET_HASH = label('sheet-hash', '5');
export const SHEET_PIN = label('sheet-pin', '5');

// 6 Attachments
export const ATTACHMENT = label('att', '6');

// 1, 7, 8 Keeper and deletion
export const SHARE_OF = label('share-of', '7');
export const TOMB = label('tomb', '8');

export const SIG_SIGN_IN = label('sig/sign-in', '3');
export const SIG_STAFF = label('sig/staff', '3');
export const SIG_DOOR = label('sig/door', '3');
export const SIG_DELETE = label('sig/delete', '3');
export const SIG_LEAF = label('sig/leaf', '4');
export const SIG_PROFILE = label('sig/profile', '4');
export const SIG_MSG = label('sig/msg', '5');
export const SIG_LETTER = label('sig/letter', '5');
export const SIG_ACCEPT = label('sig/accept', '5');
export const SIG_CONTINUES = label('sig/continues', '5');
export const SIG_SHEET = label('sig/sheet', '5');
export const SIG_CONTACT = label('sig/contact', '5');

/** All of them, in the order of this file. */
export const ALL = Object.freeze(defined);

/**
 * @param {string} name
 * @param {string} section
 * @returns {Label}
 */
function label(name, section) {
  const ascii = new TextEncoder().encode(PREFIX + name);
  const made = Object.freeze({ name, section, raw: Uint8Array.of(ascii.length, ...ascii) });
  defined.push(made);
  return made;
}
