// "Encrypted", and what that means: who can read, how sure that is, and the words to compare.

import { Dialog } from '../../ui/dialog.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { WORDS_DIFFER } from './thread.js';

/** @typedef {import('./thread.js').Thread} Thread */

/** @param {Thread} chat */
function levelName(chat) {
  return chat.level.value === 'checked' ? t('chat.badge_checked') : t('chat.badge_confirmed');
}

/** The organisation's words, found when somebody looks. @param {{ chat: Thread }} props @returns {any} */
function Words({ chat }) {
  const [words, setWords] = useState(/** @type {readonly string[]} */ ([]));
  const [note, setNote] = useState('common.moment');
  useEffect(() => {
    let isShown = true;
    chat.peer.words().then(
      ({ orgWords }) => { if (isShown) setWords(orgWords); },
      () => { if (isShown) setNote('common.error_title'); },
    );
    return () => { isShown = false; };
  }, []);
  if (words.length === 0) return html`<p role="status">${t(note)}</p>`;
  return html`<ol class="words">${words.map((word) => html`<li class="words__word">${word}</li>`)}</ol>
    ${chat.peer.role !== 'seeker' && html`<${Compared} chat=${chat} />`}`;
}

/** What the comparison showed, said by the person alone. @param {{ chat: Thread }} props @returns {any} */
function Compared({ chat }) {
  const isChecked = chat.level.value === 'checked';
  const differs = chat.paused.value?.code === WORDS_DIFFER;
  return html`<div class="dialog__actions">
      <button type="button" class="button button--small" aria-pressed=${isChecked ? 'true' : 'false'}
        onClick=${() => chat.compareWords(true)}>${t('chat.words_fit')}</button>
      <button type="button" class="button button--small" aria-pressed=${differs ? 'true' : 'false'}
        onClick=${() => chat.compareWords(false)}>${t('chat.words_differ')}</button></div>
    <p role="status">${isChecked ? t('chat.words_fit_said') : ''}${differs ? t('chat.stop_words_differ') : ''}</p>`;
}

/** @param {{ chat: Thread, exit: boolean, readers: string, onClose: () => void }} props @returns {any} */
function Sheet({ chat, exit, readers, onClose }) {
  const name = chat.peerName.value;
  const [looks, setLooks] = useState(false);
  const isOfTeam = chat.peer.role !== 'seeker';
  return html`<${Dialog} id="who-reads" title=${t('chat.sheet_title')} onCancel=${onClose} exit=${exit} wide>
    <p class="dialog__lead">${icon('shield')}${readers === '' ? t('chat.who_reads', { name }) : readers}</p>
    <p class="dialog__text">${t('chat.sheet_text')}</p>
    ${isOfTeam && html`<p class="dialog__text"><strong>${t('chat.sheet_level', { level: levelName(chat) })}</strong><br />
      ${t('chat.sheet_confirmed', { name })}</p>`}
    <details class="fold" onToggle=${(/** @type {any} */ event) => setLooks(event.currentTarget.open)}>
      <summary class="fold__summary">${t('chat.sheet_check')}</summary>
      <div class="fold__body"><p>${t('chat.sheet_words')}</p>${looks && html`<${Words} chat=${chat} />`}</div>
    </details>
    <div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('common.close')}</button></div>
  <//>`;
}

/**
 * @param {{ chat: Thread, exit?: boolean, readers?: string }} props `exit`: on a seeker's page; `readers`: who
 *   can read, where that is not only the two
 * @returns {any}
 */
export function Badge({ chat, exit = false, readers = '' }) {
  const [open, setOpen] = useState(false);
  return html`<button type="button" class="encryption-badge" aria-haspopup="dialog" onClick=${() => setOpen(true)}>
      ${icon('shield')}<span>${t('common.encrypted')}</span><span class="visually-hidden">. ${t('chat.sheet_title')}</span></button>
    ${open && html`<${Sheet} chat=${chat} exit=${exit} readers=${readers} onClose=${() => setOpen(false)} />`}`;
}
