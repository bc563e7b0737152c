// What a seeker's live chat fetches once somebody asks whether a colleague may go on, or has come: who is there, by
// name, and what is drawn of it.

import { fetchStyles } from '../accounts/room.js';
import { addText, hasText, language, t } from '../../ui/text.js';
import { Guests } from '../enquiries/guests.js';
import { TeamPeople } from '../enquiries/people.js';
import { own } from '../../core/tasks.js';
import { wordsToCompare } from '../../core/wordlists.js';
import { NO_TEAMS } from '../../crypto/levels.js';
import { OTHER_SIDX } from './firstcommit.js';
import { signedLooks } from './offer.js';

/** @typedef {import('./seekerchat.js').SeekerChat} SeekerChat */

const STYLES = new URL('../../../css/enquiries.css', import.meta.url).href;

/**
 * @param {SeekerChat} chat
 * @param {{ line: import('../../core/line.js').Line, team16: Uint8Array, portal16: Uint8Array, peer: import('./thread.js').Peer }} parts
 */
export async function guestsOf(chat, { line, team16, portal16, peer }) {
  if (!hasText('enquiries.consent_agree')) await Promise.all([...ofLanguage().map(addText), fetchStyles(STYLES)]);
  let answers = -1;
  /** @param {import('../../crypto/roster.js').RosterEntry} person */
  const follow = async ({ sidx, certificateHash }) => {
    const { view } = line.log;
    const [certificate, org] = [view.certificate(certificateHash), view.org()];
    if (certificate === null || org === null) return;
    const looks = await signedLooks(line.request, certificate, team16);
    if (sidx === answers) chat.changePeer({ ...looks, role: 'counsellor', words: wordsToCompare(org, certificate) });
  };
  return new Guests({
    thread: chat, names: new TeamPeople(line, { ...NO_TEAMS, team16 }, portal16),
    // Whoever has no name that fits their key is not whom the seeker said yes to.
    first: t('chat.somebody_else'), known: new Map([[OTHER_SIDX, peer.name]]),
    onAnswerer: (person) => {
      chat.renameAuthors();
      if (person === null || person.sidx === answers) return;
      const isFirst = answers < 0;
      answers = person.sidx;
      // Who was let in first is known by their offer.
      if (!isFirst) own('who answers', follow(person));
    },
  });
}

/** @returns {Promise<{ text: object }>[]} */
function ofLanguage() {
  return language() === 'en'
    ? [import('../../../text/consent-en.js'), import('../../../text/person-en.js')]
    : [import('../../../text/consent-de.js'), import('../../../text/person-de.js')];
}
