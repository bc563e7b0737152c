// Becoming somebody's regular counsellor, and being it no more: told to the relay first, then in the conversation.
// Twin of make_regular and end_regular in clientlib/case.py.

import { capHash } from '../../crypto/credential.js';
import { Kind } from '../../crypto/envelope.js';
import { keyOf } from '../../crypto/keys.js';
import { equal } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import '../../wire/catalogue-staff.js';
import * as codec from '../../wire/codec.js';
import { ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../core/connection.js').Request} Request */
/** @typedef {import('./casethread.js').CaseThread} CaseThread */

const NONE = new Uint8Array(0);

/**
 * @param {Request} request
 * @param {CaseThread} thread
 * @param {boolean} [isFirst] only where the seeker has none
 */
export async function makeRegular(request, thread, isFirst = false) {
  const relation = randomBytes(32);
  await request('relation_put', { relationHash: capHash(keyOf('CapSecret', relation)), isKnown: 0 });
  say(thread, relation, isFirst);
}

/** @param {Request} request @param {CaseThread} thread */
export async function endRegular(request, thread) {
  const given = thread.learned.relation.peek();
  if (given === null || !thread.isRegular.peek()) return;
  await request('relation_drop', { relationHash: capHash(keyOf('CapSecret', given.relation)) });
  say(thread, NONE, false);
}

/**
 * Where a portal wants it so, whoever takes somebody's first enquiry becomes it by that; once, whatever has been said since.
 * @param {Request} request
 * @param {any} row the wire's EnquiryRow, as it was before
 * @param {CaseThread} thread
 */
export async function becomeRegular(request, { portal16, hasRegular }, thread) {
  if (hasRegular === 1 || thread.learned.relation.peek() !== null) return;
  const { isAutomatic } = await request('portal_rules', { portal16 });
  if (isAutomatic === 1) await makeRegular(request, thread, true);
}

/**
 * "Abschließen" leaves a relation, which the relay knows first; a deputy leaves none, nor does what is refused.
 * @param {Request} request
 * @param {CaseThread} thread
 */
export async function putKnown(request, thread) {
  const [given, own] = [thread.learned.known.peek(), thread.box.transcript.own];
  if (own === null || thread.isLent.peek()) return NONE;
  const relation = given !== null && equal(given.certificateHash, own.certificateHash) ? given.relation : randomBytes(32);
  try {
    await request('relation_put', { relationHash: capHash(keyOf('CapSecret', relation)), isKnown: 1 });
    return relation;
  } catch (error) {
    ignoreRefusal(error);
    return NONE;
  }
}

/** @param {CaseThread} thread @param {Uint8Array} relation @param {boolean} isFirst */
function say(thread, relation, isFirst) {
  thread.box.send(Kind.RELATION, codec.encode('Relation', { relation, isFirst: isFirst ? 1 : 0 }));
}
