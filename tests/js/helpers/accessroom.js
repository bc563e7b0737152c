// The access room without a page: its models over the real entrance, before a relay in memory.

import { Entrance } from '../../../web/js/features/accounts/entrance.js';
import { AccessModel } from '../../../web/js/features/accounts/model.js';
import { AccountRelay, FakeLine, quick } from './accounts.js';
import { settled } from './clock.js';

/** @typedef {import('../../../web/js/features/accounts/create.js').CreateModel} CreateModel */
/** @typedef {import('../../../web/js/features/accounts/sheet.js').Sheet} Sheet */

export const NAME = 'kiesel-407';
export const PHRASE = 'lampe wiese sieben kanal moos turm';
export const NEXT = 'ein boot auf dem see im regen';
export const WORDS = ['kiesel', 'lampe', 'wiese', 'moos'].flatMap((word) => Array.from({ length: 512 }, (_, i) => `${word}${i}`));

/** Stands for the live room: what is opened and disposed of. */
export function livePort() {
  /** @type {string[]} */
  const told = [];
  const thing = (/** @type {string} */ name) => ({
    isBusy: { value: true }, rememberNow: () => told.push(`${name} remembers`), leaveFast: () => told.push(`${name} leaves`),
    dispose: () => told.push(`${name} disposed`),
  });
  return /** @type {any} */ ({
    told, isGone: false, startOf: () => 0,
    begin: async () => thing('live'),
    async openPast() { return this.isGone ? null : thing('past'); },
  });
}

/** One relay, and every device that comes to it over one line. */
export class AccessHouse {
  relay = new AccountRelay();
  /** @type {any} */
  line = new FakeLine(this.relay);

  entrance() {
    return new Entrance(this.line, quick);
  }

  /** @param {any} [port] */
  room(port = livePort()) {
    // Nothing is written here.
    const enquiryPort = /** @type {any} */ ({ isOf: () => false });
    return new AccessModel({ entrance: this.entrance(), language: 'de', livePort: port, enquiryPort });
  }

  /** A room in which an access was just made. @param {any} [port] */
  async signedIn(port) {
    const model = this.room(port);
    await model.toCreate();
    const create = /** @type {CreateModel} */ (model.create.value);
    create.name.type(NAME);
    create.takeName();
    create.phrase.choose('own');
    create.phrase.type(PHRASE);
    await create.takePhrase();
    const code = /** @type {Sheet} */ (create.sheet.value).written;
    await model.finishSheet(true);
    await settled();
    return { model, code, account: /** @type {any} */ (model.account.value) };
  }

  /** Signs in on another device. @param {string} phrase */
  async elsewhere(phrase) {
    const model = this.room();
    await model.signIn.submit(NAME, phrase);
    await settled();
    return model;
  }
}
