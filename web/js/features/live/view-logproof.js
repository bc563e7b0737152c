// Two people see two logs: what that means, and the file that proves it together with the other side's.

import { html, useState } from '../../ui/html.js';
import { addText, language, t } from '../../ui/text.js';
import { after } from '../../ui/tick.js';
import { proofOf } from '../../core/logproof.js';

const ADDRESS_LIFE_MS = 60_000;
/** Of no type that a browser draws in the place of the chat. */
const TYPE = 'application/octet-stream';

/** @param {string} text */
function save(text) {
  const address = URL.createObjectURL(new Blob([text], { type: TYPE }));
  const link = document.createElement('a');
  link.href = address;
  link.download = t('logproof.file');
  link.click();
  after(ADDRESS_LIFE_MS, () => URL.revokeObjectURL(address));
}

/** What draws it, with its words. */
export async function load() {
  await addText(language() === 'en' ? import('../../../text/logproof-en.js') : import('../../../text/logproof-de.js'));
  return LogProof;
}

/** @param {{ chat: import('./thread.js').Thread }} props @returns {any} */
function LogProof({ chat }) {
  const [isSaved, setSaved] = useState(false);
  const keep = () => {
    save(proofOf(chat.log.view, chat.log.note));
    setSaved(true);
  };
  return html`<span>${t(isSaved ? 'logproof.saved' : 'logproof.words')}</span>
    <button type="button" class="button button--small" onClick=${keep}>${t('logproof.save')}</button>`;
}
