// Which letters a counsellor's client lets in: only of the key that its own signature proves accepted.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { seekerKeyHash, signAccept } from '../../web/js/crypto/acceptance.js';
import * as account from '../../web/js/crypto/account.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { LetterKind, decodeWelcome, sealLetter } from '../../web/js/crypto/letter.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { NO_CERTIFICATE } from '../../web/js/crypto/roster.js';
import { Boxes, isAcceptedBy } from '../../web/js/features/workspace/chats.js';
import { WireError } from '../../web/js/wire/errors.js';
import { unhex, vectors } from './helpers/vectors.js';

/** @typedef {import('../../web/js/crypto/keys.js').SignSecret} SignSecret */

const [WELCOME] = vectors('letter', 'welcome');

before(ready);

/** @returns {SignSecret} */
const newKey = () => randomBytes(32);

/**
 * The inbox of a counsellor holds one welcome letter, signed by `letterKey`; the relay shows `row` for
 * its ticket. Nothing stands behind its box, so a letter that is let in ends with the box being gone.
 */
class Inbox {
  ams = account.newAccountSecret();
  seeker = newKey();
  letterKey = this.seeker;
  ticket16 = decodeWelcome(unhex(WELCOME.in.raw)).ticket16;
  /** @type {string[]} */
  sent = [];

  /** What the relay shows of the ticket, true at first. @param {Record<string, any>} changes */
  row(changes = {}) {
    const keyHash = seekerKeyHash(signPublic(this.seeker));
    return { ticket16: this.ticket16, portal16: randomBytes(16), number: 1, keyHash, acceptance: [this.signed({})], ...changes };
  }

  /**
   * An acceptance as the relay tells it.
   * @param {{ secret?: SignSecret, ticket16?: Uint8Array, seeker?: SignSecret }} changes
   */
  signed({ secret = account.staffSign(this.ams), ticket16 = this.ticket16, seeker = this.seeker }) {
    const [certificateHash, logSize, logRoot, expiresMs] = [randomBytes(32), 9, randomBytes(32), 1_800_000_000_000];
    const signature = signAccept(secret, ticket16, seekerKeyHash(signPublic(seeker)), logSize, logRoot, expiresMs);
    return { certificateHash, logSize, logRoot, expiresMs, signature };
  }

  /** @param {Record<string, any> | null} row */
  async read(row) {
    const e2 = sealLetter(publicOf(account.staffKem(this.ams)), this.letterKey, {
      kind: LetterKind.WELCOME,
      certificateHash: NO_CERTIFICATE,
      signPk: signPublic(this.letterKey),
      sentMs: 1_800_000_000_000,
      payload: unhex(WELCOME.in.raw),
    });
    const request = async (/** @type {string} */ name, /** @type {any} */ fields) => {
      this.sent.push(name);
      if (name === 'share') throw new WireError('unknown');
      return name === 'inbox_read' && fields.start === 0 ? { letters: [{ letter: 0, e2 }] } : { letters: [] };
    };
    const boxes = new Boxes(/** @type {any} */ ({ request, ams: this.ams, log: null, keyring: null }));
    return boxes.readInbox(() => row);
  }
}

const READ = ['inbox_read', 'inbox_read'];

test('the own signature over ticket and key lets the letter in', async () => {
  const inbox = new Inbox();
  assert.deepEqual(await inbox.read(inbox.row()), { joined: [], refused: 0, seeds: 0 });
  assert.deepEqual(inbox.sent, [...READ, 'share', 'letter_delete']);
});

test('without a proof the letter opens nothing and stays', async () => {
  for (const changes of [null, { acceptance: [] }]) {
    const inbox = new Inbox();
    const row = changes === null ? null : inbox.row(changes);
    assert.deepEqual(await inbox.read(row), { joined: [], refused: 0, seeds: 0 });
    assert.deepEqual(inbox.sent, READ);
  }
  const inbox = new Inbox();
  const signPk = signPublic(account.staffSign(inbox.ams));
  assert.ok(isAcceptedBy(signPk, inbox.ticket16, inbox.row()));
  assert.ok(!isAcceptedBy(signPk, inbox.ticket16, inbox.row({ acceptance: [] })));
});

/** What a relay could show for somebody else, whose letter it brings. @type {Record<string, (inbox: Inbox, other: SignSecret) => any>} */
const FALSE = {
  'two seekers swapped behind one acceptance': (inbox) => [inbox.signed({})],
  'signed by a key of its own': (inbox, seeker) => [inbox.signed({ seeker, secret: newKey() })],
  'accepted on another ticket': (inbox, seeker) => [inbox.signed({ seeker, ticket16: randomBytes(16) })],
};

for (const [name, forge] of Object.entries(FALSE)) {
  test(`a false row is told, and costs no letter: ${name}`, async () => {
    const inbox = new Inbox();
    const other = newKey();
    const row = inbox.row({ keyHash: seekerKeyHash(signPublic(other)), acceptance: forge(inbox, other) });
    inbox.letterKey = other;
    assert.deepEqual(await inbox.read(row), { joined: [], refused: 1, seeds: 0 });
    assert.deepEqual(inbox.sent, READ);
  });
}

test('a letter by another key than the accepted one is refused and goes', async () => {
  const inbox = new Inbox();
  inbox.letterKey = newKey();
  assert.deepEqual(await inbox.read(inbox.row()), { joined: [], refused: 1, seeds: 0 });
  assert.deepEqual(inbox.sent, [...READ, 'letter_delete']);
});
