// The numbers that help at once; reachable in the waiting room and in the chat.

import { Dialog } from './dialog.js';
import { html } from './html.js';
import { icon } from './icons.js';
import { t } from './text.js';

/** @typedef {{ tel: string, href: string, label: string }} CrisisLine */

/** @param {{ lines: CrisisLine[] }} props @returns {any} */
export function CrisisNumbers({ lines }) {
  return html`<ul class="crisis__list">
    ${lines.map((line) => html`<li class="crisis__line">
      <a class="crisis__number" href=${line.href}>${icon('phone')}${line.tel}</a>
      <span class="crisis__label">${line.label}</span></li>`)}
  </ul>`;
}

/** One line that opens. @param {{ lines: CrisisLine[], open?: boolean }} props @returns {any} */
export function CrisisFolded({ lines, open = false }) {
  return html`<details class="crisis crisis--folded" open=${open}>
    <summary class="crisis__summary">${t('common.danger_line')}</summary>
    <p class="crisis__text">${t('common.crisis_short')}</p>
    <${CrisisNumbers} lines=${lines} />
  </details>`;
}

/** @param {{ lines: CrisisLine[], onClose: () => void }} props @returns {any} */
export function CrisisDialog({ lines, onClose }) {
  return html`<${Dialog} id="help" title=${t('chat.help')} onCancel=${onClose} exit>
    <p class="dialog__text">${t('common.crisis_short')}</p>
    <${CrisisNumbers} lines=${lines} />
    <div class="dialog__actions"><button type="button" class="button" onClick=${onClose}>${t('common.close')}</button></div>
  <//>`;
}
