// "Encrypted", and what that means: who can read, how sure that is, and the words to compare.

import { Dialog } from '../../ui/dialog.js';
import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';

/** @typedef {import('./chat.js').ChatModel} ChatModel */

/** @param {ChatModel} chat */
function levelName(chat) {
  return chat.peer.level === 'checked' ? t('chat.badge_checked') : t('chat.badge_confirmed');
}

/** @param {{ words: string[] }} props @returns {any} */
function Words({ words }) {
  return html`<ol class="words">${words.map((word) => html`<li class="words__word">${word}</li>`)}</ol>`;
}

/** @param {{ chat: ChatModel, exit: boolean, onClose: () => void }} props @returns {any} */
function Sheet({ chat, exit, onClose }) {
  const name = chat.peerName.value;
  const isOfTeam = chat.peer.role === 'counsellor';
  return html`<${Dialog} id="who-reads" title=${t('chat.sheet_title')} onCancel=${onClose} exit=${exit} wide>
    <p class="dialog__lead">${icon('shield')}${t('chat.who_reads', { name })}</p>
    <p class="dialog__text">${t('chat.sheet_text')}</p>
    ${isOfTeam && html`<p class="dialog__text"><strong>${t('chat.sheet_level', { level: levelName(chat) })}</strong><br />
      ${t('chat.sheet_confirmed', { name })}</p>`}
    ${chat.peer.orgWords.length > 0 && html`<details class="fold">
      <summary class="fold__summary">${t('chat.sheet_check')}</summary>
      <div class="fold__body"><p>${t('chat.sheet_words')}</p><${Words} words=${chat.peer.orgWords} /></div>
    </details>`}
    <div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('common.close')}</button></div>
  <//>`;
}

/** @param {{ chat: ChatModel, exit?: boolean }} props `exit`: on a seeker's page @returns {any} */
export function Badge({ chat, exit = false }) {
  const [open, setOpen] = useState(false);
  return html`<button type="button" class="encryption-badge" aria-haspopup="dialog" onClick=${() => setOpen(true)}>
      ${icon('shield')}<span>${t('common.encrypted')}</span><span class="visually-hidden">. ${t('chat.sheet_title')}</span></button>
    ${open && html`<${Sheet} chat=${chat} exit=${exit} onClose=${() => setOpen(false)} />`}`;
}
