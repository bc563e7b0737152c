// What a signed-in seeker has read of a chat, on whichever device: nobody is shown less of it later.
// Twin of the same part of clientlib/account.py.

import { withEnd } from '../../core/ending.js';
import { effect } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('./thread.js').Thread} Thread */

/**
 * Compares an opened chat with the pin in the keyring, and has the account know how far it is read here.
 * Sending pauses where the service shows less than this account has read, or something else.
 * @param {SeekerAccount} account
 * @param {Thread} chat
 */
export function pin(account, chat) {
  const { transcript } = chat.box;
  const { state } = transcript;
  const entry = account.keyring.entry(state.box16);
  if (entry !== null && entry.pinN > 0) {
    if (standing(state).pinN < entry.pinN) transcript.withheld = true;
    else transcript.expect(entry.pinN, entry.pinChain);
    chat.showAlarm();
  }
  account.follow(state.box16, () => standing(state));
  chat.box.keepsEnd = true;
  effect(() => {
    if (chat.closed.value !== null) queueMicrotask(() => own('the end', keepEnd(account, chat)));
  });
}

/**
 * Remembers what will find the tomb; where that is refused, the next reading does.
 * @param {SeekerAccount} account
 * @param {Thread} chat
 */
async function keepEnd({ keyring }, { box }) {
  const entry = keyring.entry(box.box16);
  if (entry === null || entry.closeMinute > 0) return;
  const known = withEnd(box, entry);
  if (known !== entry) await keyring.remember(known).catch(ignoreRefusal);
}

/** @param {{ base: number, heads: Uint8Array[] }} state */
function standing({ base, heads }) {
  return { pinN: base + heads.length - 1, pinChain: heads[heads.length - 1] };
}
