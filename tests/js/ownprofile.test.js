// The own profile on one device and on two; what a relay or a line does to it. And pictures on their way.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Portraits } from '../../web/js/core/portraits.js';
import * as account from '../../web/js/crypto/account.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { encodeProfile, signProfile } from '../../web/js/crypto/ownprofile.js';
import { pictureHash } from '../../web/js/crypto/picture.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { LANGUAGES, decodeProfile, openProfile } from '../../web/js/crypto/profile.js';
import { OwnProfile, faultOf } from '../../web/js/features/workspace/ownprofile.js';
import { encodeCommand } from '../../web/js/wire/codec.js';
import { WireError } from '../../web/js/wire/errors.js';
import { FakeClock } from './helpers/clock.js';
import { MARIA, TEAM, organisation } from './helpers/house.js';
import { unhex, vectors } from './helpers/vectors.js';

before(ready);

const NOTHING = new Uint8Array(0);
const [PICTURE, OTHER] = ['open: grey', 'open: dark'].map((name) => unhex(vectors('picture').find((item) => item.name === name)?.in.raw));
const TEXTS = ['Ich höre zu.', 'I listen.'];

/** The room of a relay that holds one profile, by its rules. */
function relay() {
  const clock = new FakeClock();
  const org = organisation(clock.now());
  const secret = account.staffSign(org.maria);
  const held = {
    ...org.profile, picture: NOTHING, asked: /** @type {string[]} */ ([]), refuses: '', hidesPicture: '', loses: 0, deaf: false,
  };
  /** @type {any} */
  const request = async (/** @type {string} */ name, /** @type {any} */ fields) => {
    held.asked.push(name);
    encodeCommand(1, name, fields);
    if (held.deaf) throw new WireError('disconnected');
    if (held.refuses !== '' && name === 'profile_put') throw new WireError(held.refuses);
    if (name === 'profiles') return { profiles: [{ ...held, onDuty: 0 }] };
    if (name === 'profile_picture' && held.hidesPicture !== '') throw new WireError(held.hidesPicture);
    if (name === 'profile_picture') return { picture: held.picture };
    const { counter } = openProfile(signPublic(secret), MARIA, fields.profile, fields.signature);
    const isSame = Buffer.from(held.profile).equals(fields.profile);
    if (!isSame && counter <= decodeProfile(held.profile).counter) throw new WireError('conflict');
    Object.assign(held, fields);
    if (held.loses > 0) {
      held.loses -= 1;
      throw new WireError('no_answer');
    }
    return {};
  };
  const session = {
    subject16: MARIA, signSecret: secret, publicKeys: { signPk: signPublic(secret), kemPk: publicOf(account.staffKem(org.maria)) },
    certificate: () => ({ notAfterMs: 7 }),
  };
  const place = /** @type {any} */ ({ request, clock, log: { view: org.view }, session: () => session });
  const told = { times: 0 };
  const device = () => new OwnProfile(place, async () => { told.times += 1; });
  /** Another device publishes. @param {object} change */
  const elsewhere = (change) => {
    const now = decodeProfile(held.profile);
    const profile = encodeProfile({ ...now, counter: now.counter + 1, ...change });
    Object.assign(held, { profile, signature: signProfile(secret, profile) });
  };
  return { held, place, session, told, device, elsewhere, shown: () => decodeProfile(held.profile) };
}

test('what is typed is cleaned, signed and published; reading it again gives the same', async () => {
  const { held, told, device, shown } = relay();
  const mine = device();
  await mine.open();
  assert.deepEqual([mine.stage.value, mine.typed.value.name, mine.isChanged.value], ['ready', 'Maria B.', false]);
  mine.type({ name: ' Mar\u200bia\u202e \n', texts: TEXTS, status: 'Urlaub\tbis 4. Januar' });
  for (const code of ['tr', 'de']) mine.speak(code, true);
  mine.show(PICTURE);
  assert.equal(mine.isChanged.value, true);
  await mine.save();
  assert.deepEqual([mine.problem.value, mine.isSaved.value, mine.isChanged.value, told.times], ['', true, false, 1]);
  const { counter, name, languages, texts, status } = shown();
  assert.deepEqual({ counter, name, languages, texts, status }, { counter: 2, name: 'Maria', languages: ['de', 'tr'], texts: TEXTS, status: 'Urlaub bis 4. Januar' });
  assert.deepEqual(held.picture, PICTURE);
  const again = device();
  await again.open();
  assert.deepEqual([again.typed.value.name, again.picture.value, again.isChanged.value], ['Maria', PICTURE, false]);
});

test('a picture is taken away with the next save', async () => {
  const { held, device, shown } = relay();
  const mine = device();
  await mine.open();
  mine.show(PICTURE);
  await mine.save();
  mine.show(null);
  await mine.save();
  assert.deepEqual([held.picture, shown().pictureHash, shown().counter], [NOTHING, NOTHING, 3]);
});

test('of two devices the first to save counts, and the second is told and keeps what was typed', async () => {
  const { device, shown, elsewhere, told } = relay();
  const mine = device();
  await mine.open();
  mine.type({ name: 'Maria von hier' });
  elsewhere({ name: 'Maria von dort' });
  await mine.save();
  assert.deepEqual([mine.problem.value, mine.isSaved.value, told.times], ['conflict', false, 0]);
  assert.deepEqual([mine.typed.value.name, shown().name], ['Maria von hier', 'Maria von dort']);
  await mine.save();
  assert.deepEqual([mine.problem.value, shown().name, shown().counter], ['', 'Maria von hier', 3]);
});

test('or the other version is taken', async () => {
  const { device, elsewhere } = relay();
  const mine = device();
  await mine.open();
  mine.type({ name: 'Maria von hier' });
  elsewhere({ name: 'Maria von dort' });
  await mine.save();
  mine.discard();
  assert.deepEqual([mine.typed.value.name, mine.isChanged.value, mine.problem.value], ['Maria von dort', false, '']);
});

test('a save whose answer was lost is no other device', async () => {
  const { held, device, shown } = relay();
  const mine = device();
  await mine.open();
  mine.type({ name: 'Eins' });
  held.loses = 1;
  await mine.save();
  assert.deepEqual([mine.problem.value, mine.isSaved.value, shown().name], ['unreachable', false, 'Eins']);
  mine.type({ name: 'Zwei' });
  await mine.save();
  assert.deepEqual([mine.problem.value, shown().name, shown().counter], ['', 'Zwei', 3]);
});

test('without a line nothing typed is lost', async () => {
  const { held, device } = relay();
  const mine = device();
  held.deaf = true;
  await mine.open();
  assert.equal(mine.stage.value, 'unread');
  held.deaf = false;
  await mine.open();
  mine.type({ status: 'Gleich zurück' });
  held.deaf = true;
  await mine.save();
  assert.deepEqual([mine.problem.value, mine.typed.value.status], ['unreachable', 'Gleich zurück']);
  held.deaf = false;
  await mine.open();
  assert.equal(mine.typed.value.status, 'Gleich zurück');
  held.refuses = 'bad_statement';
  await mine.save();
  assert.deepEqual([mine.problem.value, mine.typed.value.status], ['refused', 'Gleich zurück']);
});

test('a picture that does not come is not taken away by the next save', async () => {
  const { held, device } = relay();
  const first = device();
  await first.open();
  first.show(PICTURE);
  await first.save();
  const mine = device();
  held.hidesPicture = 'no_answer';
  await mine.open();
  assert.deepEqual([mine.stage.value, mine.published.value.counter], ['unread', 0]);
  held.hidesPicture = 'unknown';
  await mine.open();
  assert.deepEqual([mine.stage.value, mine.picture.value, mine.published.value.counter], ['ready', null, 2]);
  held.hidesPicture = '';
  held.picture = OTHER;
  await mine.open();
  assert.deepEqual([mine.stage.value, mine.picture.value], ['ready', null]);
});

test('what cannot be shown is not sent', async () => {
  const { held, device } = relay();
  const mine = device();
  await mine.open();
  held.asked.length = 0;
  mine.type({ name: ' \u200b ' });
  await mine.save();
  assert.deepEqual([mine.problem.value, held.asked], ['name_missing', []]);
  const good = { name: 'Maria', languages: [], texts: ['', ''], status: '' };
  assert.equal(faultOf({ ...good, name: '🦊'.repeat(80) }), '');
  assert.equal(faultOf({ ...good, name: '🦊'.repeat(81) }), 'name_long');
  assert.equal(faultOf({ ...good, texts: ['', 'x'.repeat(501)] }), 'text_long_en');
  assert.equal(faultOf({ ...good, status: 'x'.repeat(81) }), 'status_long');
});

test('eight languages are enough', async () => {
  const mine = relay().device();
  await mine.open();
  for (const code of LANGUAGES.slice(0, 8)) mine.speak(code, true);
  assert.equal(mine.hasRoom, false);
  mine.speak('ar', false);
  assert.equal(mine.hasRoom, true);
});

test('who comes after somebody else finds nothing of theirs', async () => {
  const { session, device } = relay();
  const mine = device();
  await mine.open();
  mine.type({ name: 'Nur von mir' });
  Object.assign(session, { subject16: new Uint8Array(16).fill(9) });
  await mine.open();
  assert.deepEqual([mine.typed.value.name, mine.isChanged.value], ['', false]);
});

test('a forged own profile is not shown as the own one', async () => {
  const { held, device } = relay();
  held.signature = new Uint8Array(64);
  const mine = device();
  await mine.open();
  assert.equal(mine.typed.value.name, '');
});

test('a picture is believed when it is the one that the profile states, and fetched once', async () => {
  const stated = { subject16: MARIA, pictureHash: pictureHash(PICTURE) };
  let asked = 0;
  /** @type {(answer: () => any) => Portraits} */
  const answering = (answer) => new Portraits(/** @type {any} */ (async () => {
    asked += 1;
    return answer();
  }));
  const good = answering(() => ({ picture: PICTURE }));
  assert.equal(good.of(TEAM, { ...stated, pictureHash: NOTHING }), null);
  assert.deepEqual([await good.of(TEAM, stated)?.(), await good.of(TEAM, stated)?.(), asked], [PICTURE, PICTURE, 1]);
  const html = new TextEncoder().encode('<svg onload=alert(1)>');
  assert.equal(await answering(() => ({ picture: OTHER })).of(TEAM, stated)?.(), null);
  assert.equal(await answering(() => ({ picture: html })).of(TEAM, { ...stated, pictureHash: pictureHash(html) })?.(), null);
});

test('a picture that could not be had is asked for again the next time', async () => {
  const answers = [null, PICTURE];
  const portraits = new Portraits(/** @type {any} */ (async () => {
    const picture = answers.shift();
    if (picture === null) throw new WireError('disconnected');
    return { picture };
  }));
  const look = () => portraits.of(TEAM, { subject16: MARIA, pictureHash: pictureHash(PICTURE) })?.();
  assert.deepEqual([await look(), await look()], [null, PICTURE]);
});
