import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { LocalError } from '../../web/js/crypto/errors.js';
import * as invitation from '../../web/js/crypto/invitation.js';
import { isOver, read } from '../../web/js/crypto/invitelink.js';
import * as invitewords from '../../web/js/crypto/invitewords.js';
import { argon2id, ready } from '../../web/js/crypto/primitives.js';
import { WORDS as GERMAN } from '../../web/js/crypto/words/de.js';
import { WORDS as ENGLISH } from '../../web/js/crypto/words/en.js';
import { check, unhex, vectors } from './helpers/vectors.js';

before(ready);

for (const item of vectors('invitation', 'words')) {
  test(item.name, () =>
    check(item, async () => {
      const deployment = unhex(item.in.deployment_id);
      const secret = await invitation.secretFromWords(item.in.text, deployment, argon2id);
      return { secret, join_id: invitation.joinId(secret) };
    }));
}

for (const item of vectors('invitation', 'answer')) {
  test(item.name, () => {
    const [secret, sign, kem, capHash] = [item.in.secret, item.in.sign, item.in.kem, item.in.cap_hash].map(unhex);
    return check(item, () => ({
      join_id: invitation.joinId(secret),
      mac: invitation.joinMac(secret, sign, kem, capHash),
    }));
  });
}

for (const item of vectors('invitation', 'check')) {
  test(item.name, () => {
    const [secret, mac] = [item.in.secret, item.in.mac].map(unhex);
    const [signPk, kemPk, capHash] = [item.in.sign, item.in.kem, item.in.cap_hash].map(unhex);
    return check(item, () => {
      invitation.checkJoin(secret, mac, { signPk, kemPk, capHash });
      return {};
    });
  });
}

for (const item of vectors('invitation', 'welcome')) {
  test(item.name, () => {
    const [secret, box16, kem] = [item.in.secret, item.in.box16, item.in.kem].map(unhex);
    return check(item, () => ({ proof: invitation.welcomeProof(secret, box16, kem) }));
  });
}

for (const item of vectors('invitation', 'check_welcome')) {
  test(item.name, () => {
    const [secret, box16, kemPk, proof] = [item.in.secret, item.in.box16, item.in.kem, item.in.proof].map(unhex);
    return check(item, () => {
      invitation.checkWelcome(secret, proof, { box16, kemPk });
      return {};
    });
  });
}

for (const item of vectors('invitation', 'name')) {
  const list = item.in.language === 'de' ? GERMAN : ENGLISH;
  test(item.name, () => check(item, () => ({ name: invitation.suggestedName(unhex(item.in.secret), list) })));
}

for (const item of vectors('invitation', 'typed')) {
  test(item.name, () => check(item, () => ({ words: invitewords.read(item.in.text, [GERMAN, ENGLISH]) })));
}

test('six words are drawn from one list; the link says the same', () => {
  const words = invitewords.newWords(GERMAN);
  assert.ok(words.split(' ').every((word) => GERMAN.includes(word)));
  const link = invitewords.link('https://beratung.example/p/leben/zugang', words);
  assert.equal(invitewords.read(link, [GERMAN, ENGLISH]), words);
  assert.equal(words.split(' ').length, invitewords.WORDS);
});

test('a drawn secret has 16 bytes, and a cap hash of another size is our own bug', () => {
  const secret = invitation.newSecret();
  assert.equal(secret.length, invitation.SECRET_BYTES);
  const short = new Uint8Array(31);
  assert.throws(() => invitation.joinMac(secret, short, short, short), LocalError);
});

for (const item of vectors('invitation', 'read')) {
  test(item.name, () =>
    check(item, () => {
      const { secret, expiresHour, replaces } = read(item.in.text);
      return { secret, expires_hour: expiresHour, replaces: replaces ?? new Uint8Array(0) };
    }));
}

test('an invitation is over from its hour on', () => {
  const drawn = { secret: new Uint8Array(16), expiresHour: 500_000 };
  assert.deepEqual([-1, 0, 1].map((ms) => isOver(drawn, 500_000 * 3_600_000 + ms)), [false, true, true]);
});
