// Whose clock judges an offer: the device's own the people, the relay's the minutes.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { Clock } from '../../web/js/core/clock.js';
import { wordListOf } from '../../web/js/core/wordlists.js';
import { VALID_MS, seekerKeyHash, signAccept } from '../../web/js/crypto/acceptance.js';
import { replay } from '../../web/js/crypto/logview.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { CLOCKS_DIFFER, OfferRefused, judgeOffer } from '../../web/js/features/live/offer.js';
import { unhex, vectors } from './helpers/vectors.js';

before(ready);

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const POOL = Object.assign({}, ...['logview', 'acceptance'].map((file) => vectors(file, 'pool')[0].in.statements));
const GOOD = vectors('acceptance', 'judge').find((one) => one.name === 'ok: a counsellor of the team');
/** The vectors judge on the second of its days. */
const TEAM_DAYS = 30;

/** A device that says `deviceMs`, and a relay that says `relayMs`. */
class TwoClocks extends Clock {
  #deviceMs;

  /** @param {number} deviceMs @param {number} relayMs */
  constructor(deviceMs, relayMs) {
    super();
    this.#deviceMs = deviceMs;
    this.learn(relayMs, 0);
  }

  /** @override */
  now() {
    return this.#deviceMs ?? 0;
  }
}

/**
 * Judges an acceptance that was signed now by the relay's time.
 * @param {number} deviceOffMs how far from the day of the vectors
 * @param {number} relayOffMs
 * @param {boolean} isForged
 */
async function judged(deviceOffMs, relayOffMs, isForged = false) {
  assert.ok(GOOD);
  const { log, fingerprint, deployment_id: deployment, secret, relay_now_ms: dayMs } = GOOD.in;
  const pairs = log.map((/** @type {string} */ name) => POOL[name].map(unhex));
  const [leaves, payloads] = [0, 1].map((i) => pairs.map((/** @type {Uint8Array[]} */ pair) => pair[i]));
  const view = replay(unhex(fingerprint), leaves, payloads, unhex(deployment));
  const [ticket16, certificateHash] = GOOD.in.accept.slice(0, 2).map(unhex);
  const signSecret = randomBytes(32);
  const clock = new TwoClocks(dayMs + deviceOffMs, dayMs + relayOffMs);
  const expiresMs = clock.serverNow() + VALID_MS;
  const signed = { ticket16, seekerHash: seekerKeyHash(signPublic(signSecret)), root: view.root() };
  const signature = signAccept(unhex(secret), ticket16, signed.seekerHash, view.size, signed.root, expiresMs);
  if (isForged) signature[0] ^= 1;
  const offer = { certificateHash, logSize: view.size, logRoot: signed.root, expiresMs, signature, confirmUntilMs: 0 };
  const known = { ticket16, signSecret, team16: unhex(GOOD.in.team16), clock, judgedAtMs: clock.serverNow(), wordListOf };
  try {
    const { certificate } = await judgeOffer(async () => ({ profiles: [] }), view, offer, known);
    assert.deepEqual(certificate.hash, certificateHash);
    return 'ok';
  } catch (error) {
    if (error instanceof OfferRefused) return error.verdict;
    throw error;
  }
}

test('a phone that is 20 minutes off judges the minutes by the relay\'s time', async () => {
  assert.equal(await judged(0, 0), 'ok');
  assert.equal(await judged(-20 * MINUTE_MS, 0), 'ok');
  assert.equal(await judged(20 * MINUTE_MS, 0), 'ok');
});

test('what has ended by the own clock is not revived by the relay\'s', async () => {
  assert.equal(await judged(TEAM_DAYS * DAY_MS, 0), CLOCKS_DIFFER);
  assert.equal(await judged(200 * DAY_MS, 0), CLOCKS_DIFFER);
  assert.equal(await judged(-200 * DAY_MS, 0), CLOCKS_DIFFER);
});

test('a relay with a wrong clock ends nothing', async () => {
  assert.equal(await judged(0, 200 * DAY_MS), 'ok');
});

test('clocks are named only where nothing else is wrong', async () => {
  assert.equal(await judged(200 * DAY_MS, 0, true), 'bad_signature');
  assert.equal(await judged(200 * DAY_MS, 200 * DAY_MS), 'ended');
  // Ten minutes apart, across the end: that is no clock's fault.
  const endMs = (TEAM_DAYS - 1) * DAY_MS;
  assert.equal(await judged(endMs + 5 * MINUTE_MS, endMs - 5 * MINUTE_MS), 'not_in_team');
});
