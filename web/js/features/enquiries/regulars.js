// Regular counsellors: given in a box, kept in the seeker's keyring, shown where one writes anew. Twin of
// clientlib/regulars.py.
//
// What is said of it in a box is read again at every sign-in, so what has ended stays noted. One at a portal.

import { array, binary, uint } from '../../crypto/encoding.js';
import { RemoteError } from '../../crypto/errors.js';
import { equal } from '../../crypto/primitives.js';
import '../../wire/catalogue-account.js';
import { ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../crypto/encoding.js').Value} Value */
/** @typedef {import('./learned.js').Given} Given */
/** @typedef {import('./opening.js').Correspondence} Correspondence */
/** Whose regular client somebody is at a portal, and what proves it; or was. @typedef {Readonly<{ portal16: Uint8Array, subject16: Uint8Array, relation: Uint8Array, isEnded: boolean }>} Regular */

const ID_BYTES = 16;
const RELATION_BYTES = 32;
/** Of a portal, the newest; enough that no box which can still be read brings one back. */
const MOST_ENDED = 32;
/** The newest; more counsellors than anybody writes to. */
const MOST_KNOWN = 32;

/**
 * The third item of the account's settings; none where this client cannot read it.
 * @param {readonly Value[]} others of the keyring's settings
 * @returns {readonly Regular[]}
 */
export function decodeRegulars(others) {
  try {
    return array(others[0] ?? []).map((one) => {
      const [portal16, subject16, relation, isEnded] = array(one, 4);
      return {
        portal16: binary(portal16, ID_BYTES), subject16: binary(subject16, ID_BYTES), relation: binary(relation, RELATION_BYTES), isEnded: uint(isEnded, 1) === 1,
      };
    });
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return [];
  }
}

/** @param {readonly Regular[]} regulars @returns {Value} */
export function encodeRegulars(regulars) {
  return regulars.map(({ portal16, subject16, relation, isEnded }) => [portal16, subject16, relation, isEnded ? 1 : 0]);
}

/** @param {readonly Regular[]} regulars @param {Uint8Array} portal16 */
export function regularAt(regulars, portal16) {
  return regulars.find((one) => !one.isEnded && equal(one.portal16, portal16)) ?? null;
}

/**
 * Takes in what holds in a box with somebody; what was ended once stays so.
 * @param {readonly Regular[]} regulars
 * @param {Uint8Array} portal16
 * @param {Uint8Array} subject16
 * @param {Pick<Given, 'relation' | 'isFirst'>} given
 * @returns {readonly Regular[]}
 */
export function learn(regulars, portal16, subject16, { relation, isFirst }) {
  const known = regularAt(regulars, portal16);
  if (relation.length === 0) return known !== null && equal(known.subject16, subject16) ? ended(regulars, portal16) : regulars;
  if ((isFirst && known !== null) || regulars.some((one) => equal(one.relation, relation))) return regulars;
  return [...ended(regulars, portal16), { portal16, subject16, relation, isEnded: false }];
}

/** Notes that there is none at a portal any more. @param {readonly Regular[]} regulars @param {Uint8Array} portal16 */
export function ended(regulars, portal16) {
  const noted = regulars.map((one) => (equal(one.portal16, portal16) ? { ...one, isEnded: true } : one));
  const kept = noted.filter(({ isEnded }) => isEnded).slice(-MOST_ENDED);
  return noted.filter((one) => !one.isEnded || kept.includes(one));
}

// --- whom somebody knows --------------------------------------------------------------------------

/** A counsellor at a portal with whom a seeker has had a conversation, and what proves it. @typedef {Readonly<{ portal16: Uint8Array, subject16: Uint8Array, relation: Uint8Array }>} Known */

/**
 * The fourth item of the account's settings; none where this client cannot read it.
 * @param {readonly Value[]} others of the keyring's settings
 * @returns {readonly Known[]}
 */
export function decodeKnown(others) {
  try {
    return array(others[1] ?? []).map((one) => {
      const [portal16, subject16, relation] = array(one, 3);
      return { portal16: binary(portal16, ID_BYTES), subject16: binary(subject16, ID_BYTES), relation: binary(relation, RELATION_BYTES) };
    });
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return [];
  }
}

/** @param {readonly Known[]} known @param {Uint8Array} portal16 @param {Uint8Array} subject16 */
export function knownAt(known, portal16, subject16) {
  return known.find((one) => equal(one.portal16, portal16) && equal(one.subject16, subject16)) ?? null;
}

/**
 * Takes in what a conversation has left; one with each counsellor at a portal, the newest.
 * @param {readonly Known[]} known
 * @param {Known} left
 * @returns {readonly Known[]}
 */
export function learnKnown(known, left) {
  const former = knownAt(known, left.portal16, left.subject16);
  if (former !== null && equal(former.relation, left.relation)) return known;
  return [...known.filter((one) => one !== former), left].slice(-MOST_KNOWN);
}

// --- of an account --------------------------------------------------------------------------------

/** Whose regular client this account is here; null for nobody's. @param {Pick<Correspondence, 'account' | 'portal16'>} about */
export function ownRegular({ account, portal16 }) {
  return regularAt(decodeRegulars(account.keyring.settings.others), portal16);
}

/** With whom this account has had a conversation here. @param {Pick<Correspondence, 'account' | 'portal16'>} about */
export function ownKnown({ account, portal16 }) {
  return decodeKnown(account.keyring.settings.others).filter((one) => equal(one.portal16, portal16));
}

/**
 * What to show where somebody is written to: theirs, else that of a regular counsellor; null for nothing.
 * @param {Pick<Correspondence, 'account' | 'portal16'>} about
 * @param {Uint8Array} addressee
 */
export function relationTo(about, addressee) {
  const [regular, known] = [ownRegular(about), knownAt(ownKnown(about), about.portal16, addressee)];
  const isRegulars = regular !== null && equal(regular.subject16, addressee);
  return (isRegulars || known === null ? regular : known)?.relation ?? null;
}

/** Keeps what a conversation has left, for every device and the next time. @param {Correspondence} about @param {Given} given */
export async function keepKnown({ account: { keyring }, line, portal16 }, { certificateHash, relation }) {
  const certificate = line.log.view.certificate(certificateHash);
  if (certificate === null) return;
  const left = { portal16, subject16: certificate.subject16, relation };
  await keyring.keepSettings(({ others }) => {
    const now = decodeKnown(others);
    const after = learnKnown(now, left);
    const encoded = after.map((one) => [one.portal16, one.subject16, one.relation]);
    return after === now ? {} : { others: [others[0] ?? [], encoded, ...others.slice(2)] };
  }).catch(ignoreRefusal);
}

/** Keeps what a box says, for every device and the next time. @param {Correspondence} about @param {Given} given */
export async function keepRegular({ account, line, portal16 }, given) {
  const certificate = line.log.view.certificate(given.certificateHash);
  if (certificate !== null) await change(account, (now) => learn(now, portal16, certificate.subject16, given));
}

/** Has none here any more: the relay forgets it first, then the keyring. WireError. @param {Correspondence} about */
export async function endRegular(about) {
  const known = ownRegular(about);
  if (known === null) return;
  await about.line.request('relation_end', {}, known.relation);
  await change(about.account, (now) => ended(now, about.portal16));
}

/**
 * @param {Correspondence['account']} account
 * @param {(now: readonly Regular[]) => readonly Regular[]} changed
 */
async function change({ keyring }, changed) {
  await keyring.keepSettings(({ others }) => {
    const now = decodeRegulars(others);
    const after = changed(now);
    return after === now ? {} : { others: [encodeRegulars(after), ...others.slice(1)] };
  }).catch(ignoreRefusal);
}
