// A chat of an account that is over: to be read until its purge.

import { BadStatement } from '../../crypto/errors.js';
import { keyOf } from '../../crypto/keys.js';
import { start } from '../../crypto/reading.js';
import { Role } from '../../crypto/roster.js';
import { wordsToCompare } from '../../core/wordlists.js';
import { WireError } from '../../wire/errors.js';
import { ChatModel } from './chat.js';
import { firstSecret } from './firstsecret.js';
import { pin } from './pins.js';
import { isUnknown } from './wayin.js';
import { signedLooks } from './offer.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */

/**
 * Opens a chat to be read; where it still runs, to be gone on with as far as the relay lets one. Null when
 * the relay has it no more. WireError for a lost line or an ended sign-in, RemoteError for what must not
 * be believed.
 * @param {Line} line
 * @param {SeekerAccount} account
 * @param {Entry} entry
 * @param {string} myName as the log names the own side
 * @returns {Promise<ChatModel | null>} to be disposed of by the caller
 */
export async function openPast(line, account, entry, myName) {
  const keys = account.conversation(entry.keyContext);
  try {
    const { share } = await line.request('share', { box16: entry.box16 }, keys.cap);
    await line.log.update();
    const transcript = await beginning(line, entry, keys, keyOf('Share', share));
    const chat = new ChatModel({
      connection: line.connection,
      clock: line.clock,
      log: line.log,
      transcript,
      cap: keys.cap,
      secret: keys.sign,
      peer: await counsellorOf(line, transcript),
      myName,
      sendsReadMarks: false,
    });
    chat.staysReadable.value = true;
    await chat.open();
    pin(account, chat);
    return chat;
  } catch (error) {
    if (isUnknown(error)) return null;
    throw error;
  }
}

/**
 * A transcript that stands behind the first commit, which says who is in this box.
 * @param {Line} line
 * @param {Entry} entry
 * @param {import('../../crypto/account.js').ConversationKeys} keys
 * @param {import('../../crypto/keys.js').Share} share
 * @returns {Promise<Transcript>}
 */
async function beginning({ request, log }, { box16, secrets }, { kem, cap }, share) {
  if (secrets.length === 0) throw new WireError('unknown');
  const { rows } = await request('read', { box16, start: 1 }, cap);
  const [first] = rows;
  const held = secrets.map(({ es }) => keyOf('EpochSecret', es));
  const won = first === undefined ? null : firstSecret(box16, secrets, first.e1);
  const es = won === null ? held[0] : keyOf('EpochSecret', won);
  const transcript = start(box16, es, { kemSecrets: [kem], share, secrets: held }, log.staff);
  if (first !== undefined) transcript.take(first.n, first.e1, []);
  return transcript;
}

/**
 * Who counselled, by the log: a certificate that has ended since still names its person.
 * @param {Line} line
 * @param {Transcript} transcript
 * @returns {Promise<import('./chat.js').Peer>}
 */
async function counsellorOf({ request, log }, transcript) {
  const entries = [...(transcript.state.roster?.entries.values() ?? [])];
  const entry = entries.find(({ role }) => role === Role.COUNSELLOR);
  const certificate = entry === undefined ? null : log.view.certificate(entry.certificateHash);
  const org = log.view.org();
  if (certificate === null || org === null) throw new BadStatement('a box without its counsellor');
  let name = '';
  for (const team16 of log.view.teamIds()) name ||= (await signedLooks(request, certificate, team16)).name;
  return { name, role: 'counsellor', words: wordsToCompare(org, certificate) };
}
