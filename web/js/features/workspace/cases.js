// Opening an own written conversation again, from what the keyring remembers; and losing one.

import { EntryState } from '../../crypto/entry.js';
import { headAt, numberOf } from '../../crypto/boxstate.js';
import { CaseThread } from './casethread.js';
import { noteOf } from './note.js';
import { namesBy, partsOf } from './place.js';

/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./place.js').Place} Place */
/** @typedef {import('./shared.js').SharedThread} SharedThread */
/** @typedef {import('./session.js').Session} Session */

const NO_CHAIN = new Uint8Array(32);

/**
 * Null when the relay has it no more, or never let this account in; or when the sign-in has ended meanwhile.
 * @param {Place} place
 * @param {Session} session
 * @param {Entry} entry
 * @param {string} name what the seeker is called before their pseudonym is read
 * @returns {Promise<CaseThread | null>} read to its end
 */
export async function openCase(place, session, entry, name) {
  const transcript = await session.boxes.reopen(entry);
  if (transcript === null) return null;
  const note = noteOf(entry);
  const lent = note?.isDeputy ? { pin: note.pin } : null;
  const thread = new CaseThread({ ...partsOf(place, session, transcript, name), nameOfColleague: namesBy(place), lent });
  await thread.open();
  if (place.session() !== session) {
    thread.dispose();
    return null;
  }
  followDraft(place, session, thread);
  if (noteOf(entry)?.draftBy !== undefined) (await import('./releases.js')).tellWhoTyped(place, entry, thread);
  return thread;
}

/**
 * An answer takes time to write: what is typed lies in the keyring, and comes back on any device.
 * @param {Place} place
 * @param {Session} session
 * @param {CaseThread} thread
 */
function followDraft(place, { keyring }, thread) {
  const { box16 } = thread.box;
  const typed = place.keptDraft(box16) || keyring.draft(box16);
  // Sent, and the sign-in ended before the keyring could learn it.
  const isSent = thread.messages.value.some((line) => line.mine && line.text === typed.trim());
  thread.draft.value = isSent ? '' : typed;
  thread.followDraft((draft) => keyring.keepDraft(box16, draft));
}

/**
 * A commit has taken me out, signed by a member: nothing stays that could open what is said from now on, or was before.
 * What I was let into again since is another generation, and stays.
 * @param {Session} session
 * @param {SharedThread} thread
 */
export async function forgetLost({ keyring, boxes }, { box, generation }) {
  const { state } = box.transcript;
  const entry = keyring.entry(box.box16);
  if (entry === null || entry.generation !== generation || entry.state === EntryState.GONE) return;
  const n = numberOf(state);
  await boxes.forget(entry, n, headAt(state, n) ?? NO_CHAIN);
}
