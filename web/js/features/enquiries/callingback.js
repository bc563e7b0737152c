// To give a conversation back to the team when who answered has left (E1.20): one commit, by which they go and the team
// comes in; its letters hold all that was said. Fetched when somebody wants to. Twin of clientlib/callingback.py.
//
// Nothing is kept of it: the box tells whether the team is in it, and as long as it is, any page says so to the relay.

import { checkLeads } from '../../core/leads.js';
import { Reason } from '../../crypto/commit.js';
import { capHash } from '../../crypto/credential.js';
import { BadStatement } from '../../crypto/errors.js';
import { encodeGrant } from '../../crypto/grant.js';
import { keyOf } from '../../crypto/keys.js';
import { backOf } from '../../crypto/levels.js';
import { LetterKind, encodeWelcome, sealLetter } from '../../crypto/letter.js';
import { signPublic } from '../../crypto/primitives.js';
import { randomBytes } from '../../crypto/random.js';
import { NO_CERTIFICATE, NO_SIGN_PK, Role } from '../../crypto/roster.js';
import { Right } from '../../wire/catalogue.js';
import { WireError } from '../../wire/errors.js';
// The same rules for whoever makes one.
import { sealCommit } from '../workspace/commits.js';
import { departure } from './departed.js';
import { decodeNote } from './note.js';
import { refuseUnseenRestart } from './restarted.js';
import { isTeam } from './standing.js';

/** @typedef {import('../../crypto/certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('./opening.js').Correspondence} Correspondence */
/** @typedef {import('./thread.js').WrittenThread} WrittenThread */
/** @typedef {Pick<Correspondence, 'line' | 'account'> & { people: { teams: import('../../crypto/levels.js').Teams } }} About */

/** Another page of mine, or the team's key has changed meanwhile; the last of them only looks. */
const ATTEMPTS = 4;

/**
 * Lets the team in, unless it is. BadStatement where somebody is there, or the team cannot go on; TeamRestarted before a
 * restart of it was seen.
 * @param {About} about
 * @param {WrittenThread} thread
 * @param {import('../../crypto/entry.js').Entry} entry
 */
export async function callBack(about, thread, entry) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    await thread.lookAround();
    if (thread.guests.members.peek().some(isTeam)) return;
    try {
      await commit(about, thread, entry, teamOf(about, thread));
    } catch (error) {
      if (!(error instanceof WireError) || error.code !== 'stale') throw error;
    }
    await thread.resume();
  }
  throw new BadStatement('the service does not show the commit');
}

/** @param {About} about @param {WrittenThread} thread */
function teamOf({ line: { log, clock }, account, people: { teams } }, thread) {
  const team = log.view.currentTeam(backOf(teams), clock.serverNow());
  const where = departure(thread.guests.members.peek(), log, teams, clock.serverNow());
  if (where !== 'ready' || team === null) throw new BadStatement('somebody is there, or no team that could go on');
  checkLeads(log.view, teams, team.team, clock.serverNow());
  refuseUnseenRestart(log.view, team, account.keyring);
  return team;
}

/**
 * Everybody goes but me, and all that was said is the team's to read.
 * @param {About} about
 * @param {WrittenThread} thread read to its end
 * @param {import('../../crypto/entry.js').Entry} entry
 * @param {Readonly<TeamStatement>} team
 */
async function commit({ line: { request, log, clock }, account }, thread, entry, { team: { kemPk, team16 }, hash }) {
  const { transcript } = thread.box;
  const { roster, box16 } = transcript.state;
  const secrets = thread.secrets();
  if (roster === null || secrets === null || transcript.sendingPaused) throw new BadStatement('what the service shows does not fit');
  const keys = account.conversation(entry.keyContext);
  const { ticket16 } = decodeNote(entry.settings);
  const members = [...roster.entries.values()];
  const me = members.filter(({ role }) => role === Role.SEEKER);
  const come = { sidx: roster.highestSidx + 1, role: Role.TEAM, signPk: NO_SIGN_PK, kemPk, certificateHash: hash };
  const es = keyOf('EpochSecret', randomBytes(32));
  const change = { entries: [...me, come], reason: Reason.CALLED_BACK, es, sidx: me[0].sidx };
  const { fields, epoch, quoted } = sealCommit(transcript, change, { log, clock, sign: keys.sign });
  const joinCap = keyOf('CapSecret', randomBytes(32));
  const welcome = encodeWelcome({ box16, epoch, es, commit: quoted, joinCap, ticket16, handle: account.handle, continuity: null });
  const letter = (/** @type {number} */ kind, /** @type {Uint8Array} */ payload) => sealLetter(kemPk, keys.sign, {
    kind, certificateHash: NO_CERTIFICATE, signPk: signPublic(keys.sign), sentMs: clock.serverNow(), payload,
  });
  await request('commit', {
    ...fields,
    caps: [{ sidx: come.sidx, capHash: capHash(joinCap), rights: Right.READ | Right.COMMIT, team16 }],
    out: members.filter((one) => !me.includes(one)).map(({ sidx }) => sidx),
    letters: [letter(LetterKind.WELCOME, welcome), letter(LetterKind.GRANT, encodeGrant({ box16, secrets }))],
    ticket16,
  }, keys.cap);
}
