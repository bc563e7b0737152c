// "Freigeben": an own written conversation goes back to a team, with what was said and what is typed (E1.19). Twin of
// clientlib/releasing.py. Fetched when somebody wants to, or may have.
//
//   1 commit   I go, and the team comes in; its letters hold all that was said, and the draft
//   2 forget   nothing stays here that could open what is said from then on
//   3 report   the ticket is open, for whoever takes it
//
// What a crash after 1 has left undone, letters of the ticket tell: the welcome in the team's inbox quotes a commit of
// mine that gives it back; where that team is not mine, because only leads are in it, a receipt in my own inbox says so.
// Nothing else is kept for it.

import { Reason, decodeCommit } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { BadStatement, RemoteError } from '../../crypto/errors.js';
import { encodeGivenDraft } from '../../crypto/givendraft.js';
import { encodeGrant } from '../../crypto/grant.js';
import { keyOf } from '../../crypto/keys.js';
import { LetterKind, decodeWelcome, encodeWelcome, openLetter, parseLetter, sealLetter } from '../../crypto/letter.js';
import { equal, signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { decodeReceipt, encodeReceipt } from '../../crypto/receipt.js';
import { NO_SIGN_PK, Role } from '../../crypto/roster.js';
import '../../wire/catalogue-staff.js';
import { ignoreRefusal } from '../../wire/errors.js';
import { sealCommit } from './commits.js';
import { TEAM_RIGHTS } from './recommit.js';

/** @typedef {import('../../crypto/certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('../../crypto/receipt.js').Receipt} Receipt */
/** @typedef {import('./casethread.js').CaseThread} CaseThread */
/** @typedef {import('./commits.js').Actor} Actor */

const NOBODY = new Uint8Array(0);

/**
 * Step 1; everybody goes but the seeker. WireError `stale` when another commit came first, `unknown` when it is not mine
 * any more; BadStatement where it cannot be given back.
 * @param {Actor} actor
 * @param {{ ticket16: Uint8Array, thread: CaseThread, team: Readonly<TeamStatement> | null, draft: string, isForLeads: boolean }} given `thread`
 *   read to its end, `team` as it is now
 */
export async function giveBack(actor, { ticket16, thread, team, draft, isForLeads }) {
  const { request, keys, keyring, clock, log } = actor;
  const { transcript } = thread.box;
  const { own, state: { roster, box16 } } = transcript;
  const earlier = thread.secretsBefore((roster?.epoch ?? 0) + 1);
  // Asked about, let in, lent to, or lending.
  const isColleague = (/** @type {import('../../crypto/roster.js').RosterEntry} */ { role, sidx }) => role === Role.COUNSELLOR && sidx !== own?.sidx;
  const isShared = thread.handing.peek() !== null || [...roster?.entries.values() ?? []].some(isColleague);
  if (own === null || roster === null || transcript.sendingPaused || isShared) throw new BadStatement('nothing that could be given back');
  const entry = keyring.entry(box16);
  if (team === null || earlier === null || entry === null) throw new BadStatement('no team to go on, or no history that is mine to hand on');
  const { team: { kemPk, team16 }, hash } = team;
  const { certificateHash } = own;
  const members = [...roster.entries.values()];
  const staying = members.filter(({ role }) => role === Role.SEEKER);
  const come = { sidx: roster.highestSidx + 1, role: Role.TEAM, signPk: NO_SIGN_PK, kemPk, certificateHash: hash };
  const out = members.filter((one) => !staying.includes(one)).map(({ sidx }) => sidx);
  // The new secret is for those who stay: nothing of it is kept here.
  const es = keyOf('EpochSecret', randomBytes(32));
  const change = { entries: [...staying, come], reason: Reason.RELEASED, es, sidx: own.sidx };
  const { fields, epoch, quoted } = sealCommit(transcript, change, { log, clock, sign: keys.sign });
  const joinCap = keyOf('CapSecret', randomBytes(32));
  const letter = (/** @type {number} */ kind, /** @type {Uint8Array} */ payload, to = kemPk) => sealLetter(to, keys.sign, {
    kind, certificateHash, signPk: signPublic(keys.sign), sentMs: clock.serverNow(), payload,
  });
  const welcome = encodeWelcome({ box16, epoch, es, commit: quoted, joinCap, ticket16, handle: NOBODY, continuity: null });
  const typed = draft === '' ? [] : [letter(LetterKind.DRAFT, encodeGivenDraft({ box16, epoch, certificateHash, text: draft }))];
  const receipt = isForLeads ? [letter(LetterKind.RECEIPT, encodeReceipt({ ticket16, box16, epoch }), own.kemPk)] : [];
  await request('commit', {
    ...fields,
    caps: [{ sidx: come.sidx, capHash: capHash(joinCap), rights: TEAM_RIGHTS, team16 }],
    out,
    letters: [letter(LetterKind.WELCOME, welcome), letter(LetterKind.GRANT, encodeGrant({ box16, secrets: earlier })), ...typed, ...receipt],
    ticket16,
  }, keys.cap(entry.keyContext));
}

/** Step 3; nothing hangs on it. @param {Pick<Actor, 'request'>} actor @param {Uint8Array} ticket16 */
export async function report({ request }, ticket16) {
  await request('enquiry_release', { ticket16 }).catch(ignoreRefusal);
}

/**
 * By what I have given this ticket back; null where I have not.
 * @param {Pick<Actor, 'request' | 'keys'>} actor
 * @param {Uint8Array} ticket16
 * @returns {Promise<Receipt | null>}
 */
export async function givenBack({ request, keys }, ticket16) {
  const { letters } = await request('enquiry_letter', { ticket16 });
  for (const { e2 } of letters) {
    const receipt = mine(keys, e2);
    if (receipt !== null && equal(receipt.ticket16, ticket16)) return receipt;
  }
  return null;
}

/** @param {import('./staffkeys.js').StaffKeys} keys @param {Uint8Array} e2 @returns {Receipt | null} */
function mine(keys, e2) {
  try {
    const kem = keys.ofInbox(parseLetter(e2).inbox16);
    const letter = kem === null ? null : openLetter(e2, kem);
    if (letter === null || !equal(letter.signPk, signPublic(keys.sign))) return null;
    if (letter.kind === LetterKind.RECEIPT) return decodeReceipt(letter.payload);
    if (letter.kind !== LetterKind.WELCOME) return null;
    const { ticket16, box16, epoch, commit } = decodeWelcome(letter.payload);
    return decodeCommit(commit.body.payload).reason === Reason.RELEASED ? { ticket16, box16, epoch } : null;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return null;
  }
}
