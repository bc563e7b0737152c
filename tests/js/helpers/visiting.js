// A seeker who comes to the live chat of the small house, with an account or without one.

import assert from 'node:assert/strict';

import { decode } from '../../../web/js/crypto/encoding.js';
import { SeekerModel } from '../../../web/js/features/live/model.js';
import { settled } from './clock.js';
import { House, PORTAL, TEAM } from './house.js';

/** What says nothing about a visit. */
const QUIET = ['challenge', 'portal_state', 'profiles', 'read'];

export class VisitedHouse extends House {
  /** The seeker's; `frames`: the names of what was sent while the page vanished. @type {{ hex: string | null, frames: string[] }} */
  tab = { hex: null, frames: [] };
}

/** @param {VisitedHouse} house @param {import('../../../web/js/core/account.js').SeekerAccount | null} [account] */
export function seeker({ line, tab }, account = null) {
  const config = {
    portal16: PORTAL, team16: TEAM, language: 'de', myName: 'Sie',
    store: { read: () => tab.hex, write: (/** @type {string | null} */ hex) => { tab.hex = hex; } },
    sendLast: (/** @type {Uint8Array} */ frame) => { tab.frames.push(/** @type {any[]} */ (decode(frame))[2]); },
  };
  return new SeekerModel(config, { line, account });
}

/** From the page before the chat into it. @param {House} house @param {SeekerModel} model */
export async function intoChat(house, model) {
  await model.start();
  house.accept();
  await settled();
  assert.equal(model.stage.value, 'offered');
  await model.confirm();
  assert.equal(model.stage.value, 'chat', model.problem.value);
}

/** What was asked since the last look. @param {House} house */
export const asked = (house) => house.sent.splice(0).filter((name) => !QUIET.includes(name));

/** @param {SeekerModel} model */
export const chatOf = (model) => /** @type {import('../../../web/js/features/live/chat.js').ChatModel} */ (model.chat.value);
