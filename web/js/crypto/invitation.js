// Invitations: a secret that travels by hand, and the keys left under it (section 4).
// Twin of crypto/invitation.py.
//
// The newcomer's client leaves [public keys, cap hash, MAC] at the join id; the inviter's client,
// which knows the secret, checks the MAC before it signs or commits. Who is let into a box checks in
// turn that the welcome comes from somebody who knows it.

import { BadLength, BadTag, LocalError } from './errors.js';
import * as labels from './labels.js';
import { normalise, suggestPseudonym } from './passphrase.js';
import { equal, hash, kdf } from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./doors.js').Argon2id} Argon2id */
/** @typedef {import('./keys.js').KemPublic} KemPublic */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./random.js').Rand} Rand */

export const SECRET_BYTES = 16;
export const WORDS_SECRET_BYTES = 32;
export const JOIN_ID_BYTES = 16;
export const MAC_BYTES = 32;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PASSES = 3;
const MEMORY_BYTES = 64 * 1024 * 1024;

/**
 * Draws the 16 bytes that stand in the fragment of the invitation's address.
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function newSecret(rand = randomBytes) {
  return rand(SECRET_BYTES);
}

/**
 * Returns the 32-byte secret behind 6 spoken words; slow. Normalised like a passphrase, then in ASCII
 * lower case: whoever hears a noun may write it big.
 * @param {string} words
 * @param {Uint8Array} deploymentId
 * @param {Argon2id} argon2id
 * @returns {Promise<Uint8Array>}
 */
export async function secretFromWords(words, deploymentId, argon2id) {
  const salt = hash(labels.INVITE, deploymentId).slice(0, SALT_BYTES);
  const spoken = new TextEncoder()
    .encode(normalise(words))
    .map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte));
  return argon2id(spoken, salt, PASSES, MEMORY_BYTES);
}

/**
 * Returns the 16 bytes under which the relay keeps the answer.
 * @param {Uint8Array} secret
 * @returns {Uint8Array}
 */
export function joinId(secret) {
  return kdf(checked(secret), labels.JOIN_ID, undefined, JOIN_ID_BYTES);
}

/**
 * Authenticates the newcomer's keys and cap hash towards the inviter; 32 bytes.
 * @param {Uint8Array} secret
 * @param {SignPublic} signPk
 * @param {KemPublic} kemPk
 * @param {Uint8Array} capHash
 * @returns {Uint8Array}
 */
export function joinMac(secret, signPk, kemPk, capHash) {
  if (capHash.length !== HASH_BYTES) throw new LocalError('a cap hash has 32 bytes');
  return kdf(checked(secret), labels.JOIN_MAC, [[signPk, kemPk], capHash], MAC_BYTES);
}

/**
 * Throws BadTag unless whoever left these keys knew the secret.
 * @param {Uint8Array} secret
 * @param {Uint8Array} mac
 * @param {{ signPk: SignPublic, kemPk: KemPublic, capHash: Uint8Array }} answer
 */
export function checkJoin(secret, mac, { signPk, kemPk, capHash }) {
  if (mac.length !== MAC_BYTES || capHash.length !== HASH_BYTES) {
    throw new BadLength('invitation answer');
  }
  if (!equal(mac, joinMac(secret, signPk, kemPk, capHash))) throw new BadTag('invitation answer');
}

/**
 * Shows a newcomer who welcomes them: only the inviter knows the secret; 32 bytes. It stands in the place of
 * the welcome's join cap, which an invited newcomer has no use for.
 * @param {Uint8Array} secret
 * @param {Uint8Array} box16
 * @param {KemPublic} kemPk
 * @returns {Uint8Array}
 */
export function welcomeProof(secret, box16, kemPk) {
  return kdf(checked(secret), labels.JOIN_WELCOME, [box16, kemPk], MAC_BYTES);
}

/**
 * Throws BadTag unless whoever lets me into this box knew the secret.
 * @param {Uint8Array} secret
 * @param {Uint8Array} proof
 * @param {{ box16: Uint8Array, kemPk: KemPublic }} welcome
 */
export function checkWelcome(secret, proof, { box16, kemPk }) {
  if (!equal(proof, welcomeProof(secret, box16, kemPk))) throw new BadTag('welcome of somebody else');
}

/**
 * A pseudonym that inviter and newcomer see alike, though nobody sends it.
 * @param {Uint8Array} secret
 * @param {readonly string[]} list of one language
 */
export function suggestedName(secret, list) {
  return suggestPseudonym(list, (size) => kdf(checked(secret), labels.JOIN_NAME, undefined, size));
}

/** @param {Uint8Array} secret */
function checked(secret) {
  if (secret.length !== SECRET_BYTES && secret.length !== WORDS_SECRET_BYTES) {
    throw new BadLength('invitation secret');
  }
  return secret;
}
