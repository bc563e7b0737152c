// A seeker with an account who writes enquiries to the small house.

import assert from 'node:assert/strict';

import { Enquiries } from '../../../web/js/features/enquiries/enquiries.js';
import { TeamPeople } from '../../../web/js/features/enquiries/people.js';
import { settled } from './clock.js';
import { PORTAL, TEAMS } from './house.js';
import { newAccount } from './seeker.js';

/** @typedef {import('./writing.js').WritingHouse} WritingHouse */
/** @typedef {import('../../../web/js/features/enquiries/enquiry.js').Enquiry} Enquiry */
/** @typedef {import('../../../web/js/features/enquiries/thread.js').WrittenThread} WrittenThread */

export const TEXT = 'Seit einem Jahr schlafe ich schlecht.';
export const SUBJECT = 'Schlaf';
/** What says nothing about sending. */
const QUIET = ['read', 'profiles', 'takers', 'share'];

/** @param {WritingHouse} house @param {import('../../../web/js/core/account.js').SeekerAccount} account */
export function room(house, account) {
  return new Enquiries({
    line: house.line, account, people: new TeamPeople(house.line, TEAMS, PORTAL), portal16: PORTAL, language: 'de', teamName: 'Team Leben',
    myName: 'Sie', unacceptedDays: 30,
  });
}

/** An enquiry that somebody has just sent. @param {WritingHouse} house @param {Uint8Array} [addressee] */
export async function sent(house, addressee = new Uint8Array(0)) {
  const account = await newAccount(house);
  const enquiries = room(house, account);
  const enquiry = enquiries.begin();
  enquiry.type({ subject: SUBJECT, topic: 'Gesundheit', text: TEXT, addressee });
  await enquiry.send();
  await settled();
  assert.equal(enquiry.problem.value, '');
  return { account, enquiries, enquiry, thread: threadOf(enquiry) };
}

/** @param {Enquiry} enquiry */
export const threadOf = (enquiry) => /** @type {WrittenThread} */ (enquiry.thread.value);

/** What was asked since the last look. @param {WritingHouse} house */
export const asked = (house) => house.sent.splice(0).filter((name) => !QUIET.includes(name));

/** What the relay has of it. @param {WritingHouse} house */
export const onlyEnquiry = (house) => [...house.enquiries.values()][0];
