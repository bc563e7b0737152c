// Where a counsellor begins conversations: words and views come with the first look at the own ones.

import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language } from '../../ui/text.js';
import { newAccessWords } from './words.js';

/** @type {(props: { model: import('./model.js').WorkModel, desk: import('./view-desk.js').Desk }) => any} */
export const NewConversations = lazy(async () => {
  await newAccessWords();
  if (!hasText('begin.title')) await addText(language() === 'en' ? import('../../../text/begin-en.js') : import('../../../text/begin-de.js'));
  return (await import('./view-newconversation.js')).NewConversations;
}, () => null);
