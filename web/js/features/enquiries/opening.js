// Back in a written conversation, from what the keyring remembers.

import { isUnknown } from '../live/wayin.js';
import { firstSecret } from '../live/firstsecret.js';
import { pin } from '../live/pins.js';
import { BadStatement } from '../../crypto/errors.js';
import { organisationWords } from '../../crypto/fingerprint.js';
import { keyOf } from '../../crypto/keys.js';
import { start } from '../../crypto/reading.js';
import { wordListOf } from '../../core/wordlists.js';
import { decodeNote } from './note.js';
import { WrittenThread } from './thread.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../core/line.js').Line} Line */
/** @typedef {import('../../crypto/account.js').ConversationKeys} ConversationKeys */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('../../crypto/transcript.js').Transcript} Transcript */

/**
 * Whose conversations these are, and what the page's portal says about them.
 * @typedef {object} Correspondence
 * @property {Line} line
 * @property {SeekerAccount} account
 * @property {import('./people.js').TeamPeople} people
 * @property {Uint8Array} portal16
 * @property {string} language
 * @property {string} teamName
 * @property {string} myName
 * @property {number} unacceptedDays
 */

/**
 * @param {Correspondence} about
 * @param {ConversationKeys} keys
 * @param {Transcript} transcript
 */
export function threadOf({ line, people, teamName, myName }, keys, transcript) {
  return new WrittenThread({
    connection: line.connection,
    clock: line.clock,
    log: line.log,
    transcript,
    cap: keys.cap,
    secret: keys.sign,
    peer: { name: teamName, role: 'team', words: () => orgWords(line) },
    myName,
    sendsReadMarks: true,
    names: people,
    teams: people.teams,
  });
}

/**
 * Opens a conversation whose first commit stands; null when the relay has it no more. WireError for a lost
 * line or an ended sign-in, RemoteError for what must not be believed.
 * @param {Correspondence} about
 * @param {Entry} entry
 * @returns {Promise<WrittenThread | null>} to be disposed of by the caller
 */
export async function openThread(about, entry) {
  const { account, line } = about;
  const keys = account.conversation(entry.keyContext);
  try {
    const { share } = await line.request('share', { box16: entry.box16 }, keys.cap);
    await line.log.update();
    const { rows } = await line.request('read', { box16: entry.box16, start: 1 }, keys.cap);
    const held = entry.secrets.map(({ es }) => keyOf('EpochSecret', es));
    const [first] = rows;
    const won = first === undefined ? null : firstSecret(entry.box16, entry.secrets, first.e1);
    const holder = { kemSecrets: [keys.kem], share: keyOf('Share', share), secrets: held };
    const { admitted } = decodeNote(entry.settings);
    const transcript = start(entry.box16, won === null ? held[0] : keyOf('EpochSecret', won), holder, line.log.staff, admitted);
    const thread = threadOf(about, keys, transcript);
    await thread.open();
    pin(account, thread);
    return thread;
  } catch (error) {
    if (isUnknown(error)) return null;
    throw error;
  }
}

/** What people may compare. @param {Line} line */
async function orgWords({ log }) {
  const org = log.view.org();
  if (org === null) throw new BadStatement('a log without an organisation');
  return { personWords: [], orgWords: organisationWords(org.rootPk, org.standbyPk, await wordListOf(org.language)) };
}
