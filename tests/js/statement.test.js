import assert from 'node:assert/strict';
import test, { before } from 'node:test';

import * as certificate from '../../web/js/crypto/certificate.js';
import { LocalError, RemoteError } from '../../web/js/crypto/errors.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { cleanLine, cleanText, encodeProfile, signProfile } from '../../web/js/crypto/ownprofile.js';
import { openProfile } from '../../web/js/crypto/profile.js';
import * as statement from '../../web/js/crypto/statement.js';
import { check, flip, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('statement', 'payload')) {
  test(item.name, () =>
    check(item, () => {
      const encoded = statement.encode(statement.decode(item.in.kind, unhex(item.in.payload)));
      return { encoded, hash: certificate.payloadHash(encoded) };
    }));
}

for (const item of vectors('statement', 'leaf')) {
  test(item.name, () =>
    check(item, () => {
      const raw = unhex(item.in.leaf);
      certificate.verifyLeaf(certificate.decodeLeaf(raw), unhex(item.in.issuer));
      return { hash: certificate.leafHash(raw) };
    }));
}

for (const item of vectors('statement', 'make')) {
  test(item.name, () =>
    check(item, () => {
      const { secret, subject16, kind, payload, not_before_ms: start, not_after_ms: end } = item.in;
      const decoded = statement.decode(kind, unhex(payload));
      return { leaf: certificate.makeLeaf(unhex(secret), unhex(subject16), decoded, start, end) };
    }));
}

for (const item of vectors('profile')) {
  test(`profile: ${item.name}`, () =>
    check(item, () => {
      const raw = unhex(item.in.profile);
      const opened = openProfile(unhex(item.in.public), unhex(item.in.subject16), raw, unhex(item.in.signature));
      const { subject16, pictureHash, ...shown } = opened;
      assert.equal(subject16.length, 16);
      return { ...shown, picture_hash: pictureHash, encoded: encodeProfile(opened), signed: signProfile(unhex(item.in.secret), raw) };
    }));
}

for (const item of vectors('ownprofile')) {
  test(`typed: ${item.name}`, () => check(item, () => ({ line: cleanLine(item.in.typed), text: cleanText(item.in.typed) })));
}

test('what the makers build is what decodes', () => {
  const id = new Uint8Array(16);
  const [one, two] = [id.slice().fill(1), id.slice().fill(2)];
  const kemPk = new Uint8Array(1216);
  const team = statement.team({ team16: id, epoch: 1, kemPk, members: [two, one] });
  assert.deepEqual(team.members, [one, two]);
  assert.deepEqual(statement.decode(statement.Kind.TEAM, statement.encode(team)), team);
  const staff = statement.staff({ deploymentId: id, role: statement.Role.LEAD, signPk: new Uint8Array(32), kemPk });
  assert.deepEqual(statement.decode(statement.Kind.COUNSELLOR, statement.encode(staff)), staff);
  const revoke = statement.revoke({ certificateHash: new Uint8Array(32) });
  assert.deepEqual(statement.decode(statement.Kind.REVOKE, statement.encode(revoke)), revoke);
  assert.deepEqual([team.restart, staff.replaces.length, revoke.reason], [false, 0, 0]);
});

test('numbers that both languages write', () => {
  assert.deepEqual(statement.Role, { ADMIN: 1, COUNSELLOR: 2, LEAD: 3, AUDITOR: 4 });
  assert.deepEqual(statement.RevokeReason, { OTHER: 0, LEFT: 1, KEY_LOST: 2, ROLE_CHANGED: 3 });
  assert.deepEqual([0, 1, 10, 11].map(statement.isKnown), [false, true, true, false]);
});

test('a subject of another size is our fault', () => {
  const payload = statement.revoke({ certificateHash: new Uint8Array(32) });
  const make = () => certificate.makeLeaf(new Uint8Array(32), new Uint8Array(15), payload, 1, 0);
  assert.throws(make, LocalError);
});

test('every flipped bit of a leaf is refused', () => {
  const [item] = vectors('statement', 'leaf');
  const [raw, issuer] = [unhex(item.in.leaf), unhex(item.in.issuer)];
  for (let bit = 0; bit < raw.length * 8; bit += 1) {
    assert.throws(() => certificate.verifyLeaf(certificate.decodeLeaf(flip(raw, bit)), issuer), RemoteError);
  }
});

test('junk payloads throw nothing but remote errors', () => {
  for (let i = 0; i < 3000; i += 1) {
    const raw = Uint8Array.from({ length: i % 40 }, (_, at) => (i * 7919 + at * at * 31 + (i >> 3)) & 255);
    for (const read of [
      () => statement.decode(i % 9, raw),
      () => certificate.decodeLeaf(raw),
    ]) {
      try {
        read();
      } catch (error) {
        assert.ok(error instanceof RemoteError);
      }
    }
  }
});
