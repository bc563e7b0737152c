// Everything that proves or makes a door: the wire around the machine of crypto/doors.js.
// Twin of clientlib/accounts.py.
//
// Each proof is a start of its own, and the slot opens before anything is signed. Nothing here repeats
// itself but the one command that stores doors: where the line breaks before its answer, the same bytes
// are sent on the next line, since anew made doors would meet those which the relay may have stored (D9,
// D11). What a person typed is judged before anything is sent. A recovery code comes as its 26 symbols,
// as `newCode` draws and `readCode` reads it.

import * as account from '../crypto/account.js';
import { signStaff } from '../crypto/credential.js';
import * as doors from '../crypto/doors.js';
import { LocalError } from '../crypto/errors.js';
import { EMPTY_PAGE, SEEKER_PAGES, STAFF_PAGES, sealPage } from '../crypto/keyring.js';
import { normalise, normalisePseudonym, strength } from '../crypto/passphrase.js';
import { signPublic } from '../crypto/primitives.js';
import * as recovery from '../crypto/recovery.js';
import { AccountKind, DoorKind } from '../wire/catalogue-account.js';
import { WireError } from '../wire/errors.js';
import { makeStamp } from './stamps.js';

/** @typedef {import('./connection.js').Request} Request */
/** @typedef {import('./argon2.js').Argon2id} Argon2id */
/** @typedef {import('../crypto/keyring.js').PageContent} PageContent */
/** @typedef {import('../crypto/keys.js').AccountSecret} AccountSecret */
/** @typedef {import('../crypto/keys.js').SignPublic} SignPublic */

/** @typedef {{ readonly deploymentId: Uint8Array, readonly argon2id: Argon2id }} Place */
/** Where doors are stored. `nextLine` waits until there is a line again. @typedef {Place & { readonly nextLine: () => Promise<void> }} Storing */

/** Id and secret of one door, as typed or drawn. @typedef {{ readonly kind: number, readonly id16: Uint8Array, readonly secret: Uint8Array }} Door */

/**
 * The account secret, the token, and the pages as the relay holds them. All of it stays in memory.
 * @typedef {object} SignedIn
 * @property {AccountSecret} ams
 * @property {Uint8Array} token
 * @property {Uint8Array} subject16 empty for who is not certified
 * @property {readonly { version: number, sealed: Uint8Array }[]} pages
 */

const EMPTY = new Uint8Array(0);
const FIRST_VERSION = 1;
const CODE = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/**
 * Makes an account around `ams`, a seeker's unless told otherwise; `name_taken` when the pseudonym has one. TooShort, TooLong,
 * TooWeak and BadCharacter before anything is sent. Without a code there is no recovery door yet; staff have none.
 * @param {Request} request
 * @param {Storing & { name: string, phrase: string, code?: string | null, ams: AccountSecret,
 *   kind?: number, content?: PageContent }} parts `content` of the first page; the pseudonym is added
 * @returns {Promise<void>}
 */
export async function createAccount(request, parts) {
  const { name, phrase, code = null, ams, kind = AccountKind.SEEKER, content = EMPTY_PAGE, ...storing } = parts;
  const pseudonym = normalisePseudonym(name);
  const chosen = chosenPhrase(phrase, pseudonym);
  const wanted = code === null ? [] : [recoveryDoor(code)];
  wanted.unshift(await passphraseDoor(pseudonym, chosen, storing));
  const made = [];
  for (const door of wanted) made.push((await makeDoor(request, door, ams, storing.argon2id)).record);
  const count = kind === AccountKind.STAFF ? STAFF_PAGES : SEEKER_PAGES;
  const contents = [{ ...content, pseudonym }, ...Array(count - 1).fill(EMPTY_PAGE)];
  const pages = contents.map((each, n) => sealPage(ams, n, FIRST_VERSION, each, count));
  const finish = { kind, handle: account.handle(ams), doors: made, pages };
  await answered(() => request('account_finish', finish), storing.nextLine);
}

/**
 * Signs in with pseudonym and passphrase. WrongKey when the slot does not open: then nothing has been
 * sent that depends on the passphrase but its blinding, and nothing more is sent. Staff give
 * `subjectOf`, which finds the subject certified for a signing key, or an empty array.
 * @param {Request} request
 * @param {Place & { name: string, phrase: string,
 *   subjectOf?: (signPk: SignPublic) => Promise<Uint8Array> }} who
 * @returns {Promise<SignedIn>}
 */
export async function signIn(request, { name, phrase, deploymentId, argon2id, subjectOf }) {
  const door = await knownDoor(name, phrase, { deploymentId, argon2id });
  const proof = await prove(request, door, argon2id);
  return finish(request, proof, deploymentId, subjectOf);
}

/**
 * Signs in with the recovery sheet; the pseudonym stands in the keyring.
 * @param {Request} request
 * @param {Place & { code: string }} who
 * @returns {Promise<SignedIn>}
 */
export async function signInByCode(request, { code, deploymentId, argon2id }) {
  return finish(request, await prove(request, recoveryDoor(code), argon2id), deploymentId);
}

/**
 * Gives the signed-in account another passphrase; all its other sign-ins end.
 * @param {Request} request
 * @param {Storing & { name: string, old: string, next: string }} change
 * @returns {Promise<void>}
 */
export async function changePassphrase(request, { name, old, next, ...storing }) {
  const pseudonym = normalisePseudonym(name);
  const chosen = chosenPhrase(next, pseudonym);
  const known = await knownDoor(name, old, storing);
  const fresh = { ...known, secret: chosen };
  await change(request, known, [fresh], storing);
}

/**
 * Gives the signed-in account another recovery code, or its first; the old sheet opens nothing more.
 * @param {Request} request
 * @param {Storing & { name: string, phrase: string, code: string }} change
 * @returns {Promise<void>}
 */
export async function changeCode(request, { name, phrase, code, ...storing }) {
  const fresh = recoveryDoor(code);
  const known = await knownDoor(name, phrase, storing);
  await change(request, known, [fresh], storing);
}

/**
 * After a sheet was used: both doors anew, in one step.
 * @param {Request} request
 * @param {Storing & { name: string, code: string, nextPhrase: string, nextCode: string }} change
 * @returns {Promise<void>}
 */
export async function renew(request, { name, code, nextPhrase, nextCode, ...storing }) {
  const pseudonym = normalisePseudonym(name);
  const chosen = chosenPhrase(nextPhrase, pseudonym);
  const [known, freshCode] = [recoveryDoor(code), recoveryDoor(nextCode)];
  const freshPhrase = await passphraseDoor(pseudonym, chosen, storing);
  await change(request, known, [freshPhrase, freshCode], storing);
}

/**
 * Deletes the account with its doors, pages and sign-ins. `before` runs once the passphrase has opened
 * the slot: what must happen while the account still is.
 * @param {Request} request
 * @param {Place & { name: string, phrase: string, before?: () => Promise<void> }} who
 * @returns {Promise<void>}
 */
export async function deleteAccount(request, { name, phrase, deploymentId, argon2id, before = async () => {} }) {
  const door = await knownDoor(name, phrase, { deploymentId, argon2id });
  const { opened, challenge } = await prove(request, door, argon2id);
  try {
    await before();
    await request('account_delete', { signature: doors.deleteSignature(opened, deploymentId, challenge) });
  } finally {
    wipe(opened);
  }
}

/**
 * Asks until there is an answer, on however many lines: only what may be asked twice.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {() => Promise<void>} nextLine
 * @returns {Promise<T>}
 */
export async function answered(ask, nextLine) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof WireError) || !error.isUncertain) throw error;
    }
    await nextLine();
  }
}

// --- doors ----------------------------------------------------------------------------------------

/**
 * A passphrase that somebody chooses, in bytes.
 * @param {string} phrase
 * @param {string} pseudonym normalised
 */
function chosenPhrase(phrase, pseudonym) {
  const chosen = normalise(phrase);
  strength(chosen, pseudonym);
  return new TextEncoder().encode(chosen);
}

/**
 * The door of a passphrase that exists already: nobody judges it any more.
 * @param {string} name
 * @param {string} phrase
 * @param {Place} place
 */
function knownDoor(name, phrase, place) {
  const secret = new TextEncoder().encode(normalise(phrase));
  return passphraseDoor(normalisePseudonym(name), secret, place);
}

/**
 * @param {string} pseudonym normalised
 * @param {Uint8Array} secret
 * @param {Place} place
 * @returns {Promise<Door>}
 */
async function passphraseDoor(pseudonym, secret, { deploymentId, argon2id }) {
  const id16 = await doors.loginId(pseudonym, deploymentId, argon2id);
  return { kind: DoorKind.PASSPHRASE, id16, secret };
}

/** @param {string} code @returns {Door} */
function recoveryDoor(code) {
  if (!CODE.test(code)) throw new LocalError('a recovery code has 26 symbols');
  return { kind: DoorKind.RECOVERY, id16: recovery.doorId(code), secret: recovery.secret(code) };
}

/**
 * Asks the keeper for one door and opens its slot; what must be proved comes after.
 * @param {Request} request
 * @param {Door} door
 * @param {Argon2id} argon2id
 */
async function prove(request, door, argon2id) {
  const started = doors.start(door.id16, door.secret);
  const { beta, slot, challenge } = await askKeeper(request, started);
  return { opened: await doors.openSlot(started, beta, slot, argon2id), challenge };
}

/**
 * @param {Request} request
 * @param {doors.Started} started
 */
async function askKeeper(request, started) {
  const fields = { id16: started.doorId, alpha: started.alpha, deviceToken: EMPTY };
  try {
    return await request('sign_in_start', { ...fields, stamp: EMPTY });
  } catch (error) {
    if (!(error instanceof WireError) || error.code !== 'stamp_needed') throw error;
    return request('sign_in_start', { ...fields, stamp: await makeStamp(request, 'sign_in_start') });
  }
}

/**
 * @param {Request} request
 * @param {{ opened: doors.Opened, challenge: Uint8Array }} proof
 * @param {Uint8Array} deploymentId
 * @param {(signPk: SignPublic) => Promise<Uint8Array>} [subjectOf]
 * @returns {Promise<SignedIn>}
 */
async function finish(request, { opened, challenge }, deploymentId, subjectOf) {
  const staff = account.staffSign(opened.ams);
  const subject16 = subjectOf === undefined ? EMPTY : await subjectOf(signPublic(staff));
  const staffSignature = subject16.length > 0 ? signStaff(staff, challenge, subject16) : EMPTY;
  const signature = doors.finishSignature(opened, deploymentId, challenge);
  opened.auth.fill(0);
  const { token, pages } = await request('sign_in_finish', { signature, subject16, staffSignature });
  return { ams: opened.ams, token, subject16, pages };
}

/**
 * Makes a door behind which `ams` lies.
 * @param {Request} request
 * @param {Door} wanted
 * @param {AccountSecret} ams
 * @param {Argon2id} argon2id
 */
async function makeDoor(request, wanted, ams, argon2id) {
  const started = doors.start(wanted.id16, wanted.secret);
  const stamp = await makeStamp(request, 'account_begin');
  const { beta, keeperToken } = await request('account_begin', { alpha: started.alpha, stamp });
  const door = await doors.newDoor(started, beta, ams, argon2id);
  const { doorId: id16, authPublic: authPk, slot } = door;
  return { door, record: { kind: wanted.kind, id16, keeperToken, authPk, slot } };
}

/**
 * Puts `wanted` in the place of the doors of their kinds, signed with the key of the one that opened.
 * @param {Request} request
 * @param {Door} known
 * @param {readonly Door[]} wanted
 * @param {Storing} storing
 */
async function change(request, known, wanted, { deploymentId, argon2id, nextLine }) {
  const { opened } = await prove(request, known, argon2id);
  /** @type {object[]} */
  const changed = [];
  try {
    for (const each of wanted) {
      const { door, record } = await makeDoor(request, each, opened.ams, argon2id);
      const signature = doors.changeSignature(opened, deploymentId, door, record.keeperToken);
      changed.push({ ...record, signature });
    }
  } finally {
    wipe(opened);
  }
  await answered(() => request('door_change', { oldId16: known.id16, doors: changed }), nextLine);
}

/** @param {doors.Opened} opened */
function wipe(opened) {
  opened.ams.fill(0);
  opened.auth.fill(0);
}
