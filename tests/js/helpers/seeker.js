// A seeker with an account before a small house in memory, on as many devices as a test needs.

import { SeekerAccount } from '../../../web/js/core/account.js';
import { signIn } from '../../../web/js/core/accounts.js';
import { newAccountSecret } from '../../../web/js/crypto/account.js';
import { DEPLOYMENT, quick } from './accounts.js';

/** @typedef {import('./house.js').House} House */

export const NAME = 'kiesel-407';
export const PHRASE = 'lampe wiese sieben kanal moos turm';

/** @param {House} house */
export async function newAccount(house) {
  const account = await SeekerAccount.create(house.line, { name: NAME, phrase: PHRASE, ams: newAccountSecret(), argon2id: quick });
  house.sent = [];
  return account;
}

/** Another device, or this one after a reload. @param {House} house */
export async function again(house) {
  const signedIn = await signIn(house.request, { name: NAME, phrase: PHRASE, deploymentId: DEPLOYMENT, argon2id: quick });
  return SeekerAccount.open(house.line, signedIn);
}

/** The newest. @param {House} house */
export const boxOf = (house) => [...house.boxes.values()].at(-1);

/** Who says what. @param {import('../../../web/js/features/live/thread.js').Thread} thread */
export const texts = (thread) => thread.messages.value.filter((line) => line.kind === 'text').map(({ author, text }) => [author, text]);
