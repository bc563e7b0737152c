// The decoders of the browser's code, asked line by line. Twin of decoders.py.
//
//   {"name": …, "raw": hex} -> hex of what was read, "refused", or "fault …"

import { createInterface } from 'node:readline';

import '../js/helpers/fetch.js';

import { fromItems, itemsOf } from '../../web/js/crypto/attachment.js';
import { decodePin, encodePin } from '../../web/js/crypto/boxstate.js';
import { decodeLeaf } from '../../web/js/crypto/certificate.js';
import { openCheckpoint } from '../../web/js/crypto/checkpoint.js';
import { decodeCommit, encodeCommit } from '../../web/js/crypto/commit.js';
import { decodeContact, encodeContact } from '../../web/js/crypto/contact.js';
import { cosigned } from '../../web/js/crypto/cosignature.js';
import { decodeSlot, encodeSlot } from '../../web/js/crypto/credential.js';
import * as daylist from '../../web/js/crypto/daylist.js';
import * as encoding from '../../web/js/crypto/encoding.js';
import { bodyValue, openE1, outerValue, parseOuter, wrapValue } from '../../web/js/crypto/envelope.js';
import { key as epochKey } from '../../web/js/crypto/epoch.js';
import { NotCanonical, RemoteError } from '../../web/js/crypto/errors.js';
import { judge } from '../../web/js/crypto/filetype.js';
import { decodeGivenDraft, encodeGivenDraft } from '../../web/js/crypto/givendraft.js';
import { decodeGrant, encodeGrant } from '../../web/js/crypto/grant.js';
import { read as readInvitation } from '../../web/js/crypto/invitelink.js';
import { decodeContent, encodeContent } from '../../web/js/crypto/keyring.js';
import {
  decodeTeamSeed, decodeWelcome, encodeTeamSeed, encodeWelcome, parseLetter,
} from '../../web/js/crypto/letter.js';
import { encodeProfile } from '../../web/js/crypto/ownprofile.js';
import { MAX_BUCKET_BYTES, unpad } from '../../web/js/crypto/padding.js';
import { plain } from '../../web/js/crypto/picture.js';
import { ready, signPublic } from '../../web/js/crypto/primitives.js';
import { decodeProfile } from '../../web/js/crypto/profile.js';
import { decodeReceipt, encodeReceipt } from '../../web/js/crypto/receipt.js';
import { readCode } from '../../web/js/crypto/recovery.js';
import * as statement from '../../web/js/crypto/statement.js';
import '../../web/js/wire/catalogue-account.js';
import '../../web/js/wire/catalogue-contacts.js';
import '../../web/js/wire/catalogue-staff.js';
import * as codec from '../../web/js/wire/codec.js';

/** @typedef {(raw: Uint8Array) => Uint8Array} Decoder */

const ORIGIN = 'fuzz.example/log';
const WITNESS = 'fuzz.example/witness';
const DAY = 20_833;
const BOX16 = new Uint8Array(16).fill(102);
const utf8 = new TextEncoder();
const hex = (/** @type {Uint8Array} */ raw) => Buffer.from(raw).toString('hex');

await ready();
const key = epochKey(new Uint8Array(32), BOX16, 0, new Uint8Array(32));
const witnessKey = signPublic(Uint8Array.from({ length: 32 }, (_, at) => at + 1));
const logKey = signPublic(Uint8Array.from({ length: 32 }, (_, at) => at));

/** @param {Uint8Array} raw */
function textOf(raw) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new NotCanonical('no text');
  }
}

/** @param {(typed: string) => string} read @returns {Decoder} */
const typed = (read) => (raw) => utf8.encode(read(textOf(raw)));

/** @type {Record<string, Decoder>} */
const DECODERS = {
  encoding: (raw) => encoding.encode(encoding.decode(raw)),
  outer: (raw) => {
    const outer = parseOuter(raw);
    return encoding.encode([...outerValue(outer), outer.sealed]);
  },
  opened: (raw) => {
    const { body, signature, wraps } = openE1(raw, key);
    return encoding.encode([bodyValue(body), signature, wraps.map(wrapValue)]);
  },
  commit: (raw) => encodeCommit(decodeCommit(raw)),
  pin: (raw) => encodePin(decodePin(raw)),
  letter: (raw) => {
    const { inbox16, sealed } = parseLetter(raw);
    return encoding.encode([inbox16, sealed]);
  },
  welcome: (raw) => encodeWelcome(decodeWelcome(raw)),
  grant: (raw) => encodeGrant(decodeGrant(raw)),
  'team seed': (raw) => encodeTeamSeed(decodeTeamSeed(raw)),
  receipt: (raw) => encodeReceipt(decodeReceipt(raw)),
  'given draft': (raw) => encodeGivenDraft(decodeGivenDraft(raw)),
  contact: (raw) => encodeContact(decodeContact(raw)),
  statement: (raw) => {
    if (raw.length === 0) throw new NotCanonical('no kind');
    return statement.encode(statement.decode(raw[0] ?? 0, raw.slice(1)));
  },
  leaf: (raw) => {
    const { kind, subject16, issuerHash, notBeforeMs, notAfterMs, payloadHash, signature } = decodeLeaf(raw);
    return encoding.encode([kind, subject16, issuerHash, notBeforeMs, notAfterMs, payloadHash, signature]);
  },
  checkpoint: (raw) => {
    const { size, root } = openCheckpoint(raw, ORIGIN, logKey);
    return encoding.encode([size, root]);
  },
  cosignatures: (raw) => encoding.encode(cosigned(raw, [[WITNESS, witnessKey]]).map(({ key: one, timeS }) => [one, timeS])),
  'day list': (raw) => daylist.root(daylist.read(textOf(raw), DAY)),
  keyring: (raw) => encodeContent(decodeContent(raw)),
  slot: (raw) => encodeSlot(decodeSlot(raw)),
  profile: (raw) => encodeProfile(decodeProfile(raw)),
  attachment: (raw) => encoding.encode(itemsOf(fromItems(encoding.decode(raw)))),
  padding: (raw) => unpad(raw, MAX_BUCKET_BYTES),
  invitation: typed((text) => {
    const { secret, expiresHour, replaces } = readInvitation(text);
    return `${hex(secret)} ${expiresHour} ${hex(replaces ?? new Uint8Array(0))}`;
  }),
  'recovery code': typed((text) => readCode(text)),
  filetype: (raw) => utf8.encode(judge(raw).name),
  picture: (raw) => plain(raw),
  event: (raw) => {
    const frame = codec.decodeFromRelay(raw);
    if (frame.kind !== 'event' || frame.event === null) throw new NotCanonical('no event');
    return encoding.encode([codec.Frame.EVENT, frame.name, codec.toValue('event', frame.name, frame.event)]);
  },
};

/** Messages have a decoder for each name. @param {string} name @returns {Decoder} */
function decoderOf(name) {
  const known = DECODERS[name];
  if (known !== undefined) return known;
  const [kind = '', message = ''] = name.split(' ');
  if (kind === 'content') return (raw) => codec.encode(message, codec.decode(message, raw));
  if (kind !== 'reply') throw new Error(`no decoder ${name}`);
  return (raw) => {
    const frame = codec.decodeFromRelay(raw);
    if (frame.kind !== 'reply') throw new NotCanonical('no reply');
    const fields = codec.toValue('reply', message, codec.decodeReply(message, frame.fields));
    return encoding.encode([codec.Frame.REPLY, frame.request, fields]);
  };
}

/** @param {string} name @param {string} raw */
function answer(name, raw) {
  const decode = decoderOf(name);
  try {
    return hex(decode(new Uint8Array(Buffer.from(raw, 'hex'))));
  } catch (error) {
    if (error instanceof RemoteError) return 'refused';
    return `fault ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, raw } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(answer(name, raw))}\n`);
}
