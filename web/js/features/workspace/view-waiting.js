// In the place of a dialog that is still to be fetched.

import { Dialog } from '../../ui/dialog.js';
import { html } from '../../ui/html.js';
import { t } from '../../ui/text.js';

/** Nothing can be chosen before it is there. @param {{ onDone: () => void }} props @param {boolean} hasFailed @returns {any} */
export function Waiting({ onDone }, hasFailed) {
  return html`<${Dialog} id="waiting" title=${t('common.moment')} onCancel=${onDone} wide>
    <p class="dialog__text" role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p>
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onDone}>${t('common.cancel')}</button></div><//>`;
}
