// Doors: how an account's secret is reached by who knows a door's id and secret (section 3).
// Twin of crypto/doors.py.
//
// The order is the security: the client opens the slot before it signs anything. A relay that answers
// with a scalar of its own then learns one yes or no about one guess, the one it put into the slot; a
// client that signed first would hand it an oracle for the passphrase. So a signature needs an
// `Opened`, which only `openSlot` makes, and a `Started` works once.
//
// Argon2id is a parameter, because a page runs it in a Worker. Its costs are compiled in here.

import { decodeSlot, encodeSlot, signDelete, signDoor, signSignIn, SLOT_VERSION, SUITE } from './credential.js';
import { BadLength, LocalError, WrongKey } from './errors.js';
import { keyOf } from './keys.js';
import * as labels from './labels.js';
import * as oprf from './oprf.js';
import { NONCE_BYTES, aeadOpen, aeadSeal, equal, hash, hash64, kdf, signPublic } from './primitives.js';
import { randomBytes } from './random.js';

/** @typedef {import('./keys.js').AccountSecret} AccountSecret */
/** @typedef {import('./keys.js').SignPublic} SignPublic */
/** @typedef {import('./keys.js').SignSecret} SignSecret */
/** @typedef {import('./random.js').Rand} Rand */

/**
 * @callback Argon2id
 * @param {Uint8Array} password
 * @param {Uint8Array} salt
 * @param {number} passes
 * @param {number} memoryBytes
 * @returns {Uint8Array | Promise<Uint8Array>} 32 bytes
 */

/**
 * A slot that opened: the account secret, the door's auth key, and what was seen on the way.
 * @typedef {object} Opened
 * @property {AccountSecret} ams
 * @property {SignSecret} auth
 * @property {Uint8Array} doorId
 * @property {Uint8Array} alpha
 * @property {Uint8Array} beta
 * @property {Uint8Array} slot
 */

/**
 * What the relay gets to store for a door: 16, 32 and SLOT_BYTES bytes.
 * @typedef {{ readonly doorId: Uint8Array, readonly authPublic: SignPublic, readonly slot: Uint8Array }} NewDoor
 */

export const DOOR_ID_BYTES = 16;
export const DEPLOYMENT_ID_BYTES = 16;

const SALT_BYTES = 16;
const LOGIN_PASSES = 1;
const LOGIN_MEMORY_BYTES = 32 * 1024 * 1024;
const ROOT_PASSES = 3;
const ROOT_MEMORY_BYTES = 64 * 1024 * 1024;

/**
 * A sign-in or a new door between its two steps; `alpha` and `doorId` go to the relay. It works once:
 * a second answer to the same blinded passphrase would be a second guess.
 */
export class Started {
  #message;
  #r;
  #spent = false;

  /**
   * @param {Uint8Array} doorId
   * @param {Uint8Array} message
   * @param {Uint8Array} r
   * @param {Uint8Array} alpha
   */
  constructor(doorId, message, r, alpha) {
    this.doorId = doorId;
    this.alpha = alpha;
    this.#message = message;
    this.#r = r;
  }

  /**
   * Returns rw (64 bytes) for the keeper's answer; a second call is our bug.
   * @param {Uint8Array} beta
   * @returns {Uint8Array}
   */
  spend(beta) {
    if (this.#spent) throw new LocalError('this start has had its answer');
    this.#spent = true;
    return oprf.finalize(this.#message, this.#r, beta);
  }
}

/**
 * Returns the door id of a normalised pseudonym; slow, so that trying names costs something.
 * @param {string} pseudonym
 * @param {Uint8Array} deploymentId
 * @param {Argon2id} argon2id
 * @returns {Promise<Uint8Array>}
 */
export async function loginId(pseudonym, deploymentId, argon2id) {
  if (deploymentId.length !== DEPLOYMENT_ID_BYTES) throw new BadLength('deployment id');
  const salt = hash(labels.DEPLOYMENT, deploymentId).slice(0, SALT_BYTES);
  const name = new TextEncoder().encode(pseudonym);
  const id = await argon2id(name, salt, LOGIN_PASSES, LOGIN_MEMORY_BYTES);
  return id.slice(0, DOOR_ID_BYTES);
}

/**
 * Blinds a door's secret (the normalised passphrase in UTF-8) for the keeper.
 * @param {Uint8Array} doorId
 * @param {Uint8Array} secret
 * @param {Rand} [rand]
 * @returns {Started}
 */
export function start(doorId, secret, rand = randomBytes) {
  if (doorId.length !== DOOR_ID_BYTES) throw new LocalError('a door id has 16 bytes');
  const message = hash(labels.PASSWORD, doorId, secret);
  const { r, alpha } = oprf.blind(message, rand);
  return new Started(doorId, message, r, alpha);
}

/**
 * Opens the slot with the keeper's answer; whatever it throws, nothing more may be sent. WrongKey is
 * all that a wrong passphrase, an unknown door, a blocked account and a lying relay have in common;
 * BadTag means the slot was damaged behind a fitting commitment.
 * @param {Started} started
 * @param {Uint8Array} beta
 * @param {Uint8Array} slot
 * @param {Argon2id} argon2id
 * @returns {Promise<Opened>}
 */
export async function openSlot(started, beta, slot, argon2id) {
  const parts = decodeSlot(slot);
  const root = await rootOf(started, beta, argon2id);
  const kek = kdf(root, labels.KEK);
  // Before the AEAD: one ciphertext could otherwise be made to open under many keys.
  if (!equal(parts.kekCommit, kekCommit(kek, started.doorId))) throw new WrongKey('slot');
  const opened = aeadOpen(kdf(kek, labels.KEK_ENC), parts.nonce, slotAd(started.doorId), parts.sealed);
  return {
    ams: keyOf('AccountSecret', opened),
    auth: authOf(root),
    doorId: started.doorId,
    alpha: started.alpha,
    beta,
    slot,
  };
}

/**
 * Signs the sign-in, over everything the relay sent, with the door's auth key.
 * @param {Opened} opened
 * @param {Uint8Array} deploymentId
 * @param {Uint8Array} challenge
 * @returns {Uint8Array}
 */
export function finishSignature(opened, deploymentId, challenge) {
  return signSignIn(opened.auth, factsOf(opened, deploymentId, challenge));
}

/**
 * Signs the end of the account, over what a sign-in would cover.
 * @param {Opened} opened
 * @param {Uint8Array} deploymentId
 * @param {Uint8Array} challenge
 * @returns {Uint8Array}
 */
export function deleteSignature(opened, deploymentId, challenge) {
  return signDelete(opened.auth, factsOf(opened, deploymentId, challenge));
}

/**
 * Makes the door behind which `ams` will lie: creating an account, changing a passphrase.
 * @param {Started} started
 * @param {Uint8Array} beta
 * @param {AccountSecret} ams
 * @param {Argon2id} argon2id
 * @param {Rand} [rand]
 * @returns {Promise<NewDoor>}
 */
export async function newDoor(started, beta, ams, argon2id, rand = randomBytes) {
  const root = await rootOf(started, beta, argon2id);
  return {
    doorId: started.doorId,
    authPublic: signPublic(authOf(root)),
    slot: makeSlot(root, started.doorId, ams, rand),
  };
}

/**
 * Seals `ams` under a door's root (64 bytes); SLOT_BYTES bytes.
 * @param {Uint8Array} root
 * @param {Uint8Array} doorId
 * @param {AccountSecret} ams
 * @param {Rand} [rand]
 * @returns {Uint8Array}
 */
export function makeSlot(root, doorId, ams, rand = randomBytes) {
  const kek = kdf(root, labels.KEK);
  const nonce = rand(NONCE_BYTES);
  const sealed = aeadSeal(kdf(kek, labels.KEK_ENC), nonce, slotAd(doorId), ams);
  return encodeSlot({ nonce, kekCommit: kekCommit(kek, doorId), sealed });
}

/**
 * Signs a new door with the auth key of the one just opened.
 * @param {Opened} opened
 * @param {Uint8Array} deploymentId
 * @param {NewDoor} door
 * @param {Uint8Array} keeperToken
 * @returns {Uint8Array}
 */
export function changeSignature(opened, deploymentId, door, keeperToken) {
  return signDoor(opened.auth, {
    deploymentId,
    oldDoorId: opened.doorId,
    newDoorId: door.doorId,
    keeperToken,
    authPublic: door.authPublic,
    slot: door.slot,
  });
}

/**
 * HASH64("root", rw, Argon2id(rw, ...)): the keeper's part, made slow once more.
 * @param {Started} started
 * @param {Uint8Array} beta
 * @param {Argon2id} argon2id
 */
async function rootOf(started, beta, argon2id) {
  const rw = started.spend(beta);
  const salt = hash(labels.SALT, started.doorId).slice(0, SALT_BYTES);
  return hash64(labels.ROOT, rw, await argon2id(rw, salt, ROOT_PASSES, ROOT_MEMORY_BYTES));
}

/**
 * @param {Opened} opened
 * @param {Uint8Array} deploymentId
 * @param {Uint8Array} challenge
 */
function factsOf({ doorId, alpha, beta, slot }, deploymentId, challenge) {
  return { deploymentId, doorId, challenge, alpha, beta, slot };
}

/** @param {Uint8Array} root */
const authOf = (root) => keyOf('SignSecret', kdf(root, labels.AUTH));

/** @param {Uint8Array} kek @param {Uint8Array} doorId */
const kekCommit = (kek, doorId) => kdf(kek, labels.KEK_COMMIT, doorId);

/** @param {Uint8Array} doorId */
const slotAd = (doorId) => hash(labels.SLOT, doorId, [SLOT_VERSION, SUITE]);
