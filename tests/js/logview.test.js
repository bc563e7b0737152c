import assert from 'node:assert/strict';
import test, { before } from 'node:test';

import { judgeAccept, seekerKeyHash, signAccept } from '../../web/js/crypto/acceptance.js';
import { isRevokedIn } from '../../web/js/crypto/certificate.js';
import { BadProof, LocalError } from '../../web/js/crypto/errors.js';
import { LogView, Position, replay } from '../../web/js/crypto/logview.js';
import { Tree } from '../../web/js/crypto/merkle.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { DAY_MS, Kind } from '../../web/js/crypto/statement.js';
import { replacesOf } from '../../web/js/features/workspace/comingback.js';
import { check, flip, unhex, vectors } from './helpers/vectors.js';

/** @typedef {import('./helpers/vectors.js').Case} Case */

before(ready);

/** @type {Record<string, [string, string]>} */
const POOL = Object.assign({}, ...['logview', 'acceptance', 'logedges'].map((file) => vectors(file, 'pool')[0].in.statements));
const LOGS = vectors('logview', 'replay');

// Around the day before the scene's, which is at this time.
const NOW_MS = 1_800_000_000_000;
const DAYS = [-2, -1, 0, 1, 2].map((away) => Math.floor(NOW_MS / DAY_MS) + away);

/** @param {Case} item */
function parts(item) {
  const log = item.in.log.map((/** @type {string} */ name) => POOL[name].map(unhex));
  /** @type {Uint8Array[]} */
  const leaves = log.map((/** @type {Uint8Array[]} */ pair) => pair[0]);
  /** @type {Uint8Array[]} */
  const payloads = log.map((/** @type {Uint8Array[]} */ pair) => pair[1]);
  return { fingerprint: unhex(item.in.fingerprint), deployment: unhex(item.in.deployment_id), leaves, payloads };
}

/** The last leaf comes later, so what a copy must keep is kept. @param {Case} item */
function viewOf(item) {
  const { fingerprint, leaves, payloads, deployment } = parts(item);
  const before_ = replay(fingerprint, leaves.slice(0, -1), payloads.slice(0, -1), deployment);
  return before_.extend(leaves.slice(-1), payloads.slice(-1));
}

/** @param {string} name */
function named(name) {
  const item = LOGS.find((one) => one.name === name);
  assert.ok(item, name);
  return item;
}

/** What the last statement of a kind that counts says; no page asks. @param {LogView} view @param {number} kind */
function newest(view, kind) {
  return /** @type {any} */ (view.entries.findLast((entry) => entry.isValid && entry.payload?.kind === kind)?.payload);
}

/** @param {LogView} view */
function summary(view) {
  const certificates = view.entries.flatMap(({ hash }) => {
    const one = view.certificate(hash);
    return one ? [[one.hash, one.role, one.revokedAt ?? -1, replacesOf(view, one.subject16) ?? new Uint8Array(0)]] : [];
  });
  const teams = view.teamIds().flatMap((id) =>
    view.teamHistory(id).map(({ team, hash }) => [team.team16, team.epoch, hash, team.members.length]));
  return {
    reasons: view.entries.map((entry) => entry.reason),
    hashes: view.entries.map((entry) => entry.hash),
    root: view.root(),
    certificates,
    teams,
    log_origin: view.policy()?.logOrigin ?? '',
    root_pk: (newest(view, Kind.ROOT_CHANGE) ?? view.org())?.rootPk ?? new Uint8Array(0),
    release: newest(view, Kind.RELEASE)?.manifest ?? new Uint8Array(0),
    site: newest(view, Kind.SITE)?.manifest ?? new Uint8Array(0),
    days: DAYS.map((day) => view.deletions(day)?.root ?? new Uint8Array(0)),
  };
}

for (const item of [...LOGS, ...vectors('logedges', 'replay')]) test(item.name, () => check(item, () => summary(viewOf(item))));

for (const item of vectors('acceptance', 'judge')) {
  test(item.name, () =>
    check(item, () => {
      const [ticket16, certificateHash, logSize, logRoot, expiresMs, signature] = item.in.accept.map(
        (/** @type {string | number} */ one) => (typeof one === 'string' ? unhex(one) : one),
      );
      const accept = { ticket16, certificateHash, logSize, logRoot, expiresMs, signature };
      const verdict = judgeAccept(viewOf(item), accept, {
        ticket16: unhex(item.in.ticket16),
        seekerHash: unhex(item.in.seeker_hash),
        team16: unhex(item.in.team16),
        deviceNowMs: item.in.device_now_ms,
        relayNowMs: item.in.relay_now_ms,
      });
      if (verdict === 'ok') {
        const again = signAccept(unhex(item.in.secret), ticket16, unhex(item.in.signed_for), logSize, logRoot, expiresMs);
        assert.deepEqual(again, signature);
      }
      return { verdict };
    }));
}

for (const item of vectors('acceptance', 'hash')) {
  test(item.name, () => check(item, () => ({ hash: seekerKeyHash(unhex(item.in.public)) })));
}

test('a fault of ours is no verdict on an acceptance', () => {
  const [ticket16, root] = [new Uint8Array(16), new Uint8Array(32)];
  const broken = /** @type {any} */ ({ position: () => Position.KNOWN, certificate: () => ({ signPk: null }) });
  const accept = { ticket16, certificateHash: root, logSize: 1, logRoot: root, expiresMs: 1, signature: new Uint8Array(64) };
  const known = { ticket16, seekerHash: root, team16: ticket16, deviceNowMs: 0, relayNowMs: 0 };
  assert.throws(() => judgeAccept(broken, accept, known), TypeError);
});

test('extending leaves the old view alone and equals a whole replay', () => {
  const item = named('ok: the whole scene');
  const { fingerprint, deployment, leaves, payloads } = parts(item);
  let step = new LogView(fingerprint, deployment);
  leaves.forEach((leaf, i) => {
    const before_ = summary(step);
    const longer = step.extend([leaf], [payloads[i]]);
    assert.deepEqual(summary(step), before_);
    step = longer;
  });
  assert.deepEqual(summary(step), summary(viewOf(item)));
  assert.throws(() => step.extend([leaves[0]], []), BadProof);
});

test('what a policy retains, and the log without what it says', () => {
  const view = viewOf(named('ok: the whole scene'));
  assert.deepEqual(view.policy()?.retention, [['live', 48]]);
  assert.deepEqual([view.retentionHours('live'), view.retentionHours('case')], [48, 0]);
  assert.equal(new LogView(new Uint8Array(32)).retentionHours('live'), 0);
  const tree = new Tree();
  for (const one of view.leafHashes()) tree.appendHash(one);
  assert.deepEqual([tree.size, tree.root()], [8, view.root()]);
});

test('an empty view answers nothing', () => {
  const view = new LogView(new Uint8Array(32));
  assert.deepEqual([view.size, view.org(), view.policy()], [0, null, null]);
  assert.deepEqual([view.deletions(0), view.certificate(new Uint8Array(32))], [null, null]);
  assert.deepEqual([view.ownCertificates(new Uint8Array(16)), view.teamHistory(new Uint8Array(16)), view.teamIds()], [[], [], []]);
  assert.deepEqual([view.team(new Uint8Array(32)), view.latestTeam(new Uint8Array(16))], [null, null]);
  assert.equal(view.currentTeam(new Uint8Array(16), 0), null);
  assert.equal(view.inTeam(new Uint8Array(16), new Uint8Array(16), 0), false);
});

test('a fault of ours is none of the log', () => {
  const view = viewOf(named('ok: the whole scene'));
  assert.throws(() => view.checkCheckpoint(/** @type {any} */ (null)), TypeError);
  const { fingerprint, leaves, payloads } = parts(named('ok: the whole scene'));
  const fault = new Error('ours');
  const isIt = (/** @type {unknown} */ error) => error === fault;
  const broken = (/** @type {Uint8Array} */ raw) => Object.defineProperty(raw.slice(), 'buffer', { get() { throw fault; } });
  assert.throws(() => view.checkCheckpoint(Object.defineProperty(new Uint8Array(0), 'length', { get() { throw fault; } })), isIt);
  assert.throws(() => replay(fingerprint, leaves.slice(0, 1), [broken(payloads[0])]), isIt);
  const begun = replay(fingerprint, leaves.slice(0, 1), payloads.slice(0, 1));
  assert.throws(() => begun.extend([broken(leaves[1])], [payloads[1]]), isIt);
  assert.throws(() => begun.extend([leaves[1]], [broken(payloads[1])]), isIt);
});

test('pins and positions', () => {
  const view = viewOf(named('ok: the whole scene'));
  view.checkPin(0, view.rootAt(0));
  view.checkPin(5, view.rootAt(5));
  assert.throws(() => view.checkPin(5, view.rootAt(4)), BadProof);
  assert.throws(() => view.checkPin(9, view.root()), BadProof);
  assert.throws(() => view.rootAt(9), LocalError);
  assert.equal(view.position(8, view.root()), Position.KNOWN);
  assert.equal(view.position(9, view.root()), Position.AHEAD);
  assert.equal(view.position(3, view.root()), Position.FORK);
  assert.deepEqual(Object.values(Position), ['known', 'ahead', 'fork']);
});

test('no checkpoint counts before a policy names the key', () => {
  const { fingerprint, leaves, payloads } = parts(named('ok: the whole scene'));
  const [item] = vectors('logview', 'checkpoint');
  const view = replay(fingerprint, leaves.slice(0, 1), payloads.slice(0, 1));
  assert.throws(() => view.checkCheckpoint(unhex(item.in.note)), BadProof);
});

for (const item of vectors('logview', 'checkpoint')) {
  test(item.name, () =>
    check(item, () => {
      const { size, root } = viewOf(item).checkCheckpoint(unhex(item.in.note));
      return { size, root };
    }));
}

test('only the newest team statement is ever current', () => {
  const item = named('ok: member left, new key');
  const view = viewOf(item);
  const [team16] = view.teamIds();
  const [first, second] = view.teamHistory(team16);
  assert.deepEqual(view.latestTeam(team16), second);
  assert.deepEqual(view.currentTeam(team16, first.notBeforeMs), second);
  assert.equal(view.currentTeam(team16, second.notAfterMs), null);
  assert.equal(view.currentTeam(team16, second.notBeforeMs - 600_001), null);
  assert.deepEqual(view.team(first.hash), first);
  assert.equal(view.team(new Uint8Array(32)), null);
  const gone = first.team.members.filter((one) => !view.inTeam(team16, one, first.notBeforeMs));
  assert.equal(gone.length, 1);
});

test('a revocation is dated by its place', () => {
  const view = viewOf(named('ok: revoked by an admin'));
  const revoked = view.entries.map(({ hash }) => view.certificate(hash)).find((one) => one?.revokedAt);
  assert.ok(revoked);
  assert.equal(revoked.revokedAt, 8);
  assert.ok(!isRevokedIn(revoked, 8));
  assert.ok(isRevokedIn(revoked, 9));
  assert.deepEqual(view.ownCertificates(revoked.subject16), [revoked]);
});

test('whose log it is, and which place each statement has', () => {
  const item = named('ok: the whole scene');
  const view = viewOf(item);
  assert.deepEqual(view.org()?.deploymentId, unhex(item.in.deployment_id));
  assert.deepEqual(view.entries.map((entry) => entry.index), [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('who is certified again holds both certificates', () => {
  const view = viewOf(named('ok: certificate renewed'));
  const [first, last] = [3, 8].map((place) => view.certificate(view.entries[place].hash));
  assert.ok(first && last);
  assert.deepEqual(view.ownCertificates(first.subject16), [first, last]);
});

test('staff are shown what is new and counts', () => {
  const view = viewOf(named('no_right: counsellor certifies'));
  assert.deepEqual(view.staffStatementsSince(7).map((entry) => entry.index), [7]);
});

test('every flipped bit of a leaf takes the statement out or is refused', () => {
  const { fingerprint, leaves, payloads } = parts(named('ok: the whole scene'));
  const view = replay(fingerprint, leaves.slice(0, -1), payloads.slice(0, -1));
  const [leaf, payload] = [leaves[leaves.length - 1], payloads[payloads.length - 1]];
  assert.equal(judgeNext(view, leaf, payload), 'ok');
  for (let bit = 0; bit < leaf.length * 8; bit += 1) {
    let reason = 'refused';
    try {
      reason = judgeNext(view, flip(leaf, bit), payload);
    } catch (error) {
      assert.ok(error instanceof BadProof);
    }
    assert.notEqual(reason, 'ok');
  }
  assert.throws(() => judgeNext(view, leaf, flip(payload, 77)), BadProof);
});

/** How it would be judged if it were the next leaf. @param {any} view @param {Uint8Array} leaf @param {Uint8Array} payload */
function judgeNext(view, leaf, payload) {
  return view.extend([leaf], [payload]).entries.at(-1).reason;
}
