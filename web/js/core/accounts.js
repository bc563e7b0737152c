// Signing in: the wire around the machine of crypto/account.js. Twin of clientlib/accounts.py.

import * as account from '../crypto/account.js';
import { signStaff } from '../crypto/credential.js';
import { normalise, normalisePseudonym } from '../crypto/passphrase.js';
import { signPublic } from '../crypto/primitives.js';
import { WireError } from '../wire/errors.js';
import { makeStamp } from './stamps.js';

/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('./argon2.js').Argon2id} Argon2id */
/** @typedef {import('../crypto/keys.js').AccountSecret} AccountSecret */
/** @typedef {import('../crypto/keys.js').SignPublic} SignPublic */

/**
 * The account secret, the token, and the pages as the relay holds them. All of it stays in memory.
 * @typedef {object} SignedIn
 * @property {AccountSecret} ams
 * @property {Uint8Array} token
 * @property {Uint8Array} subject16 empty for who is not certified
 * @property {readonly { version: number, sealed: Uint8Array }[]} pages
 */

const EMPTY = new Uint8Array(0);

/**
 * Signs in. WrongKey when the slot does not open: then nothing has been sent that depends on the
 * passphrase but its blinding, and nothing more is sent. TooShort, TooLong and BadCharacter before
 * anything is sent. `subjectOf` finds the subject certified for a signing key, or an empty array.
 * @param {Request} request
 * @param {{ name: string, phrase: string, deploymentId: Uint8Array, argon2id: Argon2id,
 *   subjectOf: (signPk: SignPublic) => Promise<Uint8Array> }} who
 * @returns {Promise<SignedIn>}
 */
export async function signIn(request, { name, phrase, deploymentId, argon2id, subjectOf }) {
  const pseudonym = normalisePseudonym(name);
  const secret = new TextEncoder().encode(normalise(phrase));
  const started = account.start(await account.loginId(pseudonym, deploymentId, argon2id), secret);
  const reply = await start(request, started);
  const opened = await account.openSlot(started, reply.beta, reply.slot, argon2id);
  const staff = account.staffSign(opened.ams);
  const subject16 = await subjectOf(signPublic(staff));
  const staffSignature =
    subject16.length > 0 ? signStaff(staff, reply.challenge, subject16) : EMPTY;
  const signature = account.finishSignature(opened, deploymentId, reply.challenge);
  const { token, pages } = await request('sign_in_finish', { signature, subject16, staffSignature });
  return { ams: opened.ams, token, subject16, pages };
}

/**
 * @param {Request} request
 * @param {account.Started} started
 */
async function start(request, started) {
  const fields = { id16: started.doorId, alpha: started.alpha, deviceToken: EMPTY };
  try {
    return await request('sign_in_start', { ...fields, stamp: EMPTY });
  } catch (error) {
    if (!(error instanceof WireError) || error.code !== 'stamp_needed') throw error;
    return request('sign_in_start', { ...fields, stamp: await makeStamp(request, 'sign_in_start') });
  }
}
