// The letters with which a counsellor gives a conversation back: judged before anything of it is opened. Twin of the
// same part of clientlib/arrival.py.
//
// A WELCOME into the epoch that lets me in, and a GRANT of all epochs before it, of one author: somebody certified who
// counsels in that very roster. That this is the counsellor who invited me, and nobody else of the service, shows the
// proof in the welcome: only who gave me the words can make it.

import { decodeCommit, Reason } from '../../crypto/commit.js';
import { BadStatement, RemoteError } from '../../crypto/errors.js';
import { decodeGrant, readGranted } from '../../crypto/grant.js';
import { checkWelcome } from '../../crypto/invitation.js';
import { publicOf } from '../../crypto/kem.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeWelcome, openLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { join } from '../../crypto/reading.js';
import { Role } from '../../crypto/roster.js';

/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/account.js').ConversationKeys} ConversationKeys */
/** @typedef {import('../../crypto/entry.js').KeptSecret} KeptSecret */
/** @typedef {import('../../crypto/letter.js').Letter} Letter */
/** @typedef {import('../../crypto/letter.js').Welcome} Welcome */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */

/**
 * A conversation that was given back; nothing of it is read yet. `secrets` are those of all its epochs.
 * @typedef {{ readonly transcript: Transcript, readonly welcome: Welcome, readonly secrets: readonly KeptSecret[] }} GivenBack
 */

/**
 * Opens what the letters give back, the newest first; null while there are none. What is not to be believed yields to the next;
 * RemoteError where none is.
 * @param {Line} line
 * @param {ConversationKeys} keys
 * @param {Uint8Array} secret of the invitation
 * @param {readonly { e2: Uint8Array }[]} letters as the relay shows them
 * @returns {Promise<GivenBack | null>}
 */
export async function openLetters(line, keys, secret, letters) {
  if (letters.length === 0) return null;
  /** @type {unknown} */
  let refusal = new BadStatement('a letter that welcomes nobody');
  const opened = [...letters].reverse().flatMap(({ e2 }) => openedOf(e2, keys));
  for (const letter of opened.filter(({ kind }) => kind === LetterKind.WELCOME)) {
    try {
      return await enter(line, keys, secret, letter, opened);
    } catch (error) {
      // A repeat after a lost answer may have left a letter to nothing beside the good one.
      if (!(error instanceof RemoteError)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** @param {Uint8Array} e2 @param {ConversationKeys} keys @returns {Letter[]} none for one that is not for me, or changed */
function openedOf(e2, { kem }) {
  try {
    return [openLetter(e2, kem)];
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return [];
  }
}

/**
 * @param {Line} line
 * @param {ConversationKeys} keys
 * @param {Uint8Array} secret
 * @param {Letter} letter
 * @param {readonly Letter[]} others
 * @returns {Promise<GivenBack>}
 */
async function enter(line, keys, secret, letter, others) {
  const welcome = decodeWelcome(letter.payload);
  const { box16, epoch, es, commit } = welcome;
  checkWelcome(secret, welcome.joinCap, { box16, kemPk: publicOf(keys.kem) });
  await line.log.update();
  checkRoster(letter, welcome, keys);
  const { share } = await line.request('share', { box16 }, keys.cap);
  const holder = { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: [] };
  const last = { epoch, es };
  if (decodeCommit(commit.body.payload).epoch === 0) {
    return { transcript: join(letter, welcome, holder, line.log.staff), welcome, secrets: [last] };
  }
  const grant = grantOf(letter, welcome, others);
  const transcript = readGranted(letter, welcome, grant, holder, line.log.staff);
  return { transcript, welcome, secrets: [...grant.secrets.map((one, n) => ({ epoch: n, es: one })), last] };
}

/**
 * Who wrote counsels in the roster that lets me in, and I am its seeker.
 * @param {Letter} letter
 * @param {Welcome} welcome
 * @param {ConversationKeys} keys
 */
function checkRoster(letter, { commit }, keys) {
  const { roster, reason, epoch } = decodeCommit(commit.body.payload);
  const author = roster.find(({ sidx }) => sidx === commit.body.sidx);
  const counsels = author?.role === Role.COUNSELLOR || author?.role === Role.LEAD;
  if (author === undefined || !counsels || !equal(author.certificateHash, letter.certificateHash) || !equal(author.signPk, letter.signPk)) {
    throw new BadStatement('not from who counsels here');
  }
  if (epoch > 0 && reason !== Reason.NEW_KEY) throw new BadStatement('a commit for another reason');
  const me = roster.find(({ kemPk }) => equal(kemPk, publicOf(keys.kem)));
  if (me?.role !== Role.SEEKER || !equal(me.signPk, signPublic(keys.sign))) throw new BadStatement('not as the seeker');
}

/**
 * The history, from who wrote the welcome.
 * @param {Letter} letter
 * @param {Welcome} welcome
 * @param {readonly Letter[]} others
 */
function grantOf(letter, welcome, others) {
  for (const one of others) {
    const isOfAuthor = one.kind === LetterKind.GRANT && equal(one.signPk, letter.signPk) && equal(one.certificateHash, letter.certificateHash);
    const grant = isOfAuthor ? decodeGrant(one.payload) : null;
    if (grant !== null && equal(grant.box16, welcome.box16) && grant.secrets.length === welcome.epoch) return grant;
  }
  throw new BadStatement('no history with the welcome');
}
