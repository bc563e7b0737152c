import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import * as account from '../../web/js/crypto/account.js';
import * as doors from '../../web/js/crypto/doors.js';
import * as credential from '../../web/js/crypto/credential.js';
import { BadLength, BadTag, LocalError, NotCanonical, RemoteError, WrongKey } from '../../web/js/crypto/errors.js';
import { keyContext } from '../../web/js/crypto/generation.js';
import * as labels from '../../web/js/crypto/labels.js';
import * as oprf from '../../web/js/crypto/oprf.js';
import { argon2id, hash, ready, verify } from '../../web/js/crypto/primitives.js';
import { check, flip, replayRand, unhex, vectors } from './helpers/vectors.js';

const DEPLOYMENT = new Uint8Array(16).fill(1);
const DOOR = new Uint8Array(16).fill(2);
const SECRET = new TextEncoder().encode('a passphrase of some length');
const CHALLENGE = new Uint8Array(32).fill(3);
const AMS = new Uint8Array(32).fill(4);

before(ready);

for (const item of vectors('account', 'login_id')) {
  test(item.name, () =>
    check(item, async () => ({
      id: await doors.loginId(item.in.pseudonym, unhex(item.in.deployment_id), argon2id),
    })));
}

for (const item of vectors('account', 'new_door')) {
  test(item.name, () =>
    check(item, async () => {
      const given = bytesOf(item.in);
      const started = doors.start(given.door_id, given.secret, replayRand(given.rand));
      const rand = replayRand(given.slot_rand);
      const door = await doors.newDoor(started, given.beta, given.ams, argon2id, rand);
      return { auth_public: door.authPublic, slot: door.slot };
    }));
}

for (const item of vectors('account', 'sign_in')) {
  test(item.name, () =>
    check(item, async () => {
      const given = bytesOf(item.in);
      const started = doors.start(given.door_id, given.secret, replayRand(given.rand));
      const opened = await doors.openSlot(started, given.beta, given.slot, argon2id);
      return {
        alpha: started.alpha,
        ams: opened.ams,
        signature: doors.finishSignature(opened, given.deployment_id, given.challenge),
      };
    }));
}

for (const item of vectors('account', 'change')) {
  test(item.name, () =>
    check(item, () => {
      const given = bytesOf(item.in);
      const opened = {
        auth: given.auth,
        doorId: given.old_door_id,
        ams: AMS,
        alpha: DOOR,
        beta: DOOR,
        slot: DOOR,
      };
      const door = { doorId: given.new_door_id, authPublic: given.auth_public, slot: given.slot };
      const { deployment_id: deploymentId, keeper_token: token } = given;
      return { signature: doors.changeSignature(opened, deploymentId, door, token) };
    }));
}

for (const item of vectors('account', 'delete')) {
  test(item.name, () =>
    check(item, async () => {
      const given = bytesOf(item.in);
      const started = doors.start(given.door_id, given.secret, replayRand(given.rand));
      const opened = await doors.openSlot(started, given.beta, given.slot, argon2id);
      return { signature: doors.deleteSignature(opened, given.deployment_id, given.challenge) };
    }));
}

for (const item of vectors('account', 'derived')) {
  test(item.name, () =>
    check(item, () => {
      const { ams, key_context: context, challenge, subject16 } = bytesOf(item.in);
      const keys = account.conversation(ams, context);
      const staffSign = account.staffSign(ams);
      return {
        staff_sign: staffSign,
        staff_kem: account.staffKem(ams),
        handle: account.handle(ams),
        cap: keys.cap,
        cap_hash: credential.capHash(keys.cap),
        ticket_cap: keys.ticketCap,
        sign: keys.sign,
        kem: keys.kem,
        staff_signature: credential.signStaff(staffSign, challenge, subject16),
      };
    }));
}

for (const item of vectors('account', 'key_context')) {
  test(item.name, () =>
    check(item, () => ({ key_context: keyContext(unhex(item.in.box16), item.in.generation) })));
}

test('the right passphrase opens the slot and its signature covers what was sent', async () => {
  const { door, scalar } = await newDoor();
  const started = doors.start(DOOR, SECRET);
  const beta = oprf.evaluate(scalar, started.alpha);
  const opened = await doors.openSlot(started, beta, door.slot, argon2id);
  assert.deepEqual(opened.ams, AMS);
  const signature = doors.finishSignature(opened, DEPLOYMENT, CHALLENGE);
  verify(door.authPublic, labels.SIG_SIGN_IN, signature, [
    DEPLOYMENT, DOOR, CHALLENGE, started.alpha, beta, hash(labels.SLOT_SENT, door.slot),
  ]);
});

test('an answer under a foreign scalar gets nothing derived from the passphrase', async () => {
  // The classic failure is a client that signs before the slot is open. All that comes back here is
  // one bit: an error without a value in it, and a state that gives no second answer.
  const { door } = await newDoor();
  const started = doors.start(DOOR, SECRET);
  const beta = oprf.evaluate(oprf.randomScalar(), started.alpha);
  await assert.rejects(doors.openSlot(started, beta, door.slot, argon2id), (error) => {
    assert.ok(error instanceof WrongKey);
    assert.equal(error.message, 'wrong_key: slot');
    return true;
  });
  await assert.rejects(doors.openSlot(started, beta, door.slot, argon2id), LocalError);
  assert.deepEqual(Object.keys(started).sort(), ['alpha', 'doorId']);
});

test('a start answers once, also for two answers at the same time', async () => {
  const { door, scalar } = await newDoor();
  const started = doors.start(DOOR, SECRET);
  const beta = oprf.evaluate(scalar, started.alpha);
  const twice = [1, 2].map(() => doors.openSlot(started, beta, door.slot, argon2id));
  const [first, second] = await Promise.allSettled(twice);
  assert.equal(first.status, 'fulfilled');
  assert.ok(second.status === 'rejected' && second.reason instanceof LocalError);
});

test('every one-bit flip of a slot is refused', async () => {
  // The real Argon2id would take minutes here and has its own vectors.
  const quick = (/** @type {Uint8Array} */ _, /** @type {Uint8Array} */ salt) => hash(labels.SALT, salt);
  const { door, scalar } = await newDoor(quick);
  for (let bit = 0; bit < door.slot.length * 8; bit += 1) {
    const started = doors.start(DOOR, SECRET);
    const beta = oprf.evaluate(scalar, started.alpha);
    await assert.rejects(doors.openSlot(started, beta, flip(door.slot, bit), quick), (error) =>
      error instanceof WrongKey || error instanceof BadTag || error instanceof NotCanonical);
  }
});

test('arbitrary slots are refused or written back alike', () => {
  for (let round = 0; round < 300; round += 1) {
    const raw = hash(labels.SLOT, Uint8Array.of(round, round >> 8)).slice(0, round % 33);
    assert.throws(() => credential.decodeSlot(raw), RemoteError);
  }
});

test('a slot is read at its own length only', () => {
  for (const size of [-1, 1]) {
    assert.throws(() => credential.decodeSlot(new Uint8Array(credential.SLOT_BYTES + size)), BadLength);
  }
});

test('a door id of the wrong size is our own bug', () => {
  assert.throws(() => doors.start(new Uint8Array(15), SECRET), LocalError);
});

test('a slot part of the wrong size is our own bug', () => {
  const parts = { nonce: new Uint8Array(23), kekCommit: new Uint8Array(32), sealed: new Uint8Array(48) };
  assert.throws(() => credential.encodeSlot(parts), LocalError);
});

/** @param {account.Argon2id} [slow] */
async function newDoor(slow = argon2id) {
  const scalar = oprf.randomScalar();
  const started = doors.start(DOOR, SECRET);
  const beta = oprf.evaluate(scalar, started.alpha);
  return { scalar, door: await doors.newDoor(started, beta, AMS, slow) };
}

/** @param {Record<string, string>} given @returns {Record<string, Uint8Array>} */
function bytesOf(given) {
  const { op: _, ...rest } = given;
  return Object.fromEntries(Object.entries(rest).map(([key, text]) => [key, unhex(text)]));
}
