// Which letters a counsellor's client lets in: only of the key that its own signature proves accepted.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { seekerKeyHash, signAccept } from '../../web/js/crypto/acceptance.js';
import * as account from '../../web/js/crypto/account.js';
import { EntryState, goneMinute } from '../../web/js/crypto/entry.js';
import { publicOf } from '../../web/js/crypto/kem.js';
import { keyOf } from '../../web/js/crypto/keys.js';
import { LetterKind, decodeWelcome, sealLetter } from '../../web/js/crypto/letter.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { randomBytes } from '../../web/js/crypto/random.js';
import { NO_CERTIFICATE } from '../../web/js/crypto/roster.js';
import { Boxes, isAcceptedBy } from '../../web/js/features/workspace/chats.js';
import { NO_PIN, NO_TICKET, encodeNote, noteOf } from '../../web/js/features/workspace/note.js';
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

// --- what the keyring remembers ---------------------------------------------------------------------

const BOX16 = new Uint8Array(16).fill(7);
const NOTE = { ticket16: NO_TICKET, portal16: new Uint8Array(16).fill(1), number: 3, nickname: '', colour: 0, joinedHour: 500_000, admitted: 0, pin: NO_PIN, invitation: null, isDeputy: false };
const [FIRST, LAST] = [new Uint8Array(32).fill(4), new Uint8Array(32).fill(5)];
const NOW_MINUTE = 30_000_000;

/** One open conversation in a keyring that keeps what it is given, or refuses it. @param {Record<string, any>} [changes] */
function remembered(changes = {}) {
  const secrets = [{ epoch: 0, es: keyOf('EpochSecret', new Uint8Array(32).fill(1)) }];
  const entry = {
    box16: BOX16, kind: 1, state: EntryState.OPEN, keyContext: BOX16, secrets, pinN: 0, pinChain: new Uint8Array(32), counter: 4,
    settings: encodeNote(NOTE), generation: 0, closeMinute: 0, ...changes,
  };
  const kept = /** @type {any[]} */ ([]);
  const relay = { refuses: false };
  const keyring = {
    entry: (/** @type {Uint8Array} */ box16) => (box16.join() === BOX16.join() ? kept.at(-1) ?? entry : null),
    remember: async (/** @type {any} */ one) => {
      if (relay.refuses) throw new WireError('disconnected');
      kept.push(one);
    },
  };
  const clock = { now: () => NOW_MINUTE * 60_000 + 59_999 };
  const boxes = new Boxes(/** @type {any} */ ({ request: null, ams: account.newAccountSecret(), log: null, keyring, clock }));
  return { boxes, entry, kept, relay };
}

/** As it was read here. @param {number} endMinute 0: without its end */
const boxOf = (endMinute) => /** @type {any} */ ({ box16: BOX16, endMinute, transcript: { state: { base: 8, heads: [FIRST, LAST] }, stopped: null, withheld: false } });

test('name and colour of a conversation are kept, later than what was', async () => {
  const { boxes, entry, kept } = remembered();
  const looks = { nickname: 'die mit dem Hund', colour: 2 };
  assert.equal(await boxes.rename(BOX16, looks), true);
  const [{ settings, ...rest }] = kept;
  assert.deepEqual(noteOf({ ...entry, settings }), { ...NOTE, ...looks });
  const { settings: _, ...before } = entry;
  assert.deepEqual(rest, { ...before, counter: 5 });
});

test('what could not be kept, is gone or unknown is not renamed', async () => {
  const looks = { nickname: 'x', colour: 0 };
  const refused = remembered();
  refused.relay.refuses = true;
  const gone = remembered({ state: EntryState.GONE });
  const newer = remembered({ settings: new Uint8Array([1]) });
  assert.deepEqual(await Promise.all([
    refused.boxes.rename(BOX16, looks), gone.boxes.rename(BOX16, looks), newer.boxes.rename(BOX16, looks), refused.boxes.rename(FIRST, looks),
  ]), [false, false, false, false]);
  assert.deepEqual([refused, gone, newer].map(({ kept }) => kept.length), [0, 0, 0]);
});

test('the end of a conversation is kept once, and only where it was read', async () => {
  const { boxes, entry, kept } = remembered();
  await boxes.keepEnd(boxOf(0));
  assert.deepEqual(kept, []);
  await boxes.keepEnd(boxOf(77));
  await boxes.keepEnd(boxOf(78));
  assert.deepEqual(kept, [{ ...entry, closeMinute: 77, pinN: 9, pinChain: LAST }]);
});

test('of a purged conversation stays what finds its tomb, and who looks after it is told', async () => {
  for (const [endMinute, closeMinute] of [[77, 77], [0, 0]]) {
    const { boxes, entry, kept } = remembered();
    let told = 0;
    boxes.onForgotten = () => { told += 1; };
    await boxes.purged(entry, boxOf(endMinute));
    const [left] = kept;
    assert.deepEqual([left.state, left.secrets, left.pinN, left.pinChain, left.closeMinute, goneMinute(left), told], [EntryState.GONE, [], 9, LAST, closeMinute, NOW_MINUTE, 1]);
  }
});
