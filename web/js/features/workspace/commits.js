// Commits that a counsellor makes in a written conversation: who comes in, who goes. The keyring holds the secret of
// the new epoch before anything is sent. Twin of clientlib/commits.py.

import { checkCommit, encodeCommit, makeCommit } from '../../crypto/commit.js';
import { EntryState } from '../../crypto/entry.js';
import { Kind, openE1, sealE1 } from '../../crypto/envelope.js';
import { kid } from '../../crypto/epoch.js';
import { BadStatement } from '../../crypto/errors.js';
import { keyOf } from '../../crypto/keys.js';
import { randomBytes } from '../../crypto/random.js';
import { Right } from '../../wire/catalogue.js';

/** @typedef {import('../../crypto/envelope.js').Opened} Opened */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../../crypto/keys.js').EpochSecret} EpochSecret */
/** @typedef {import('../../crypto/roster.js').RosterEntry} RosterEntry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */

const EMPTY = new Uint8Array(0);
/** What a counsellor may do in a written conversation. */
export const OWN_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE | Right.KEEP;

/**
 * A commit ready to be sent: the fields of `commit` that follow from it, the epoch it begins, and itself as a letter
 * quotes it.
 * @typedef {{ fields: { box16: Uint8Array, oldKid: Uint8Array, newKid: Uint8Array, e1: Uint8Array }, epoch: number, quoted: Opened }} Sealed
 */

/**
 * What acts for one account.
 * @typedef {object} Actor
 * @property {import('../../core/connection.js').Request} request
 * @property {import('../../core/clock.js').Clock} clock
 * @property {import('../../core/translog.js').LogReader} log
 * @property {import('./staffkeys.js').StaffKeys} keys
 * @property {Pick<import('../../core/keyring.js').Keyring, 'remember' | 'entry'>} keyring
 */

/**
 * Keeps the entry of an open conversation, durable before it is used. BadStatement where another device has left this
 * time of being in it meanwhile, or was let in again.
 * @param {Actor['keyring']} keyring
 * @param {Entry} entry
 */
export async function rememberOpen(keyring, entry) {
  await keyring.remember(entry);
  const kept = keyring.entry(entry.box16);
  const isOpen = kept !== null && kept.generation === entry.generation && kept.state !== EntryState.GONE;
  if (!isOpen) throw new BadStatement('not a conversation of mine any more');
}

/** Who comes, who goes, and why. @typedef {{ come?: RosterEntry, go?: RosterEntry, reason: number }} Change */
/** The capability of who comes, and the letters that let them in. @typedef {{ caps: readonly object[], letters: readonly Uint8Array[], ticket16: Uint8Array }} Invitation */

/**
 * Changes who is in a conversation of my own. WireError `stale` when another commit came first. The secret is drawn
 * anew for each attempt: a letter of one whose answer was lost may be in the hands of whom the next does not let in.
 * @param {Actor} actor
 * @param {Transcript} transcript read to its end
 * @param {Change} change
 * @param {(sealed: Sealed, es: EpochSecret) => Invitation} [invite] what who comes in gets
 */
export async function changeMembers({ request, clock, log, keys, keyring }, transcript, { come, go, reason }, invite) {
  const { own, state: { box16, roster } } = transcript;
  const entry = keyring.entry(box16);
  if (own === null || roster === null || entry === null) throw new BadStatement('not a conversation of mine');
  const staying = [...roster.entries.values()].filter((one) => one !== go);
  const es = keyOf('EpochSecret', randomBytes(32));
  const change = { entries: come === undefined ? staying : [...staying, come], reason, es, sidx: own.sidx };
  const sealed = sealCommit(transcript, change, { log, clock, sign: keys.sign });
  const invitation = invite?.(sealed, es) ?? { caps: [], letters: [], ticket16: EMPTY };
  await rememberOpen(keyring, { ...entry, secrets: [{ epoch: sealed.epoch, es }] });
  await request('commit', { ...sealed.fields, out: go === undefined ? [] : [go.sidx], ...invitation }, keys.cap(entry.keyContext));
}

/**
 * Makes the next commit. It is checked as every member will check it, before anything is kept or sent: one that they
 * refuse would damage the box for good.
 * @param {Transcript} transcript
 * @param {{ entries: readonly RosterEntry[], reason: number, es: EpochSecret, by?: Uint8Array, sidx: number }} change
 *   `sidx`: who signs, or the team that somebody signs for
 * @param {{ log: import('../../core/translog.js').LogReader, clock: import('../../core/clock.js').Clock,
 *   sign: import('../../crypto/keys.js').SignSecret }} parts
 * @returns {Sealed}
 */
export function sealCommit(transcript, { entries, reason, es, by, sidx }, { log, clock, sign }) {
  const { roster, box16 } = transcript.state;
  if (roster === null) throw new BadStatement('nothing read yet');
  const { commit, wraps } = makeCommit(roster, entries, reason, es, by);
  // Read before the log was: who may sign, and come in, is judged by the newest.
  transcript.staff = log.staff;
  const body = transcript.draft({
    kind: Kind.COMMIT,
    stream: new DataView(randomBytes(4).slice().buffer).getUint32(0, true),
    i: 0,
    sentMs: clock.serverNow(),
    logN: log.view.size,
    payload: encodeCommit(commit),
    sidx,
  });
  checkCommit(roster, commit, sidx, wraps, { logN: body.logN, atMs: body.sentMs }, log.staff);
  const e1 = sealE1(transcript.key, sign, body, wraps);
  const fields = { box16, oldKid: transcript.key.kid8, newKid: kid(es, box16, commit.epoch), e1 };
  return { fields, epoch: commit.epoch, quoted: openE1(e1, transcript.key) };
}
