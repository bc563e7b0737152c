// Where what is noted about a person stands, in the head of a written conversation: words and views come with the first
// look at it.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { html, useEffect, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { addText, hasText, language, t } from '../../ui/text.js';

/** @typedef {import('./particulars.js').Particulars} Particulars */
/** @typedef {{ model: import('./model.js').WorkModel, id: string, thread: import('./casethread.js').CaseThread }} Props */

/** @type {(props: Props & { particulars: Particulars, onDone: () => void }) => any} */
const Sheet = lazy(async () => {
  if (!hasText('particulars.none')) await addText(language() === 'en' ? import('../../../text/particulars-en.js') : import('../../../text/particulars-de.js'));
  return (await import('./view-particulars.js')).Sheet;
}, Waiting);

/** @param {{ onDone: () => void }} props @param {boolean} [hasFailed] @returns {any} */
function Waiting({ onDone }, hasFailed = false) {
  return html`<${Dialog} id="particulars" title=${t('workspace.particulars')} onCancel=${onDone} wide>
    <p class="dialog__text" role="status">${t(hasFailed ? 'common.error_title' : 'common.moment')}</p>
    <div class="dialog__actions"><button type="button" class="button" onClick=${onDone}>${t('common.close')}</button></div><//>`;
}

/** @param {Props & { onDone: () => void }} props @returns {any} */
function Room(props) {
  const [found, setFound] = useState(/** @type {Particulars | null} */ (null));
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => own('particulars', props.model.particulars().then(async (one) => {
    await one.openAnew();
    setFound(one);
  }, () => setFailed(true))), []);
  return found === null ? Waiting(props, hasFailed) : html`<${Sheet} ...${props} particulars=${found} />`;
}

/** The way to it. @param {Props} props @returns {any} */
export function ParticularsButton(props) {
  const [open, setOpen] = useState(false);
  const isNoted = props.model.finding.noted.value.has(props.id);
  const words = t(isNoted ? 'workspace.particulars_noted' : 'workspace.particulars');
  return html`<button type="button" class="button button--small" aria-haspopup="dialog" aria-label=${words} title=${words} onClick=${() => setOpen(true)}>${icon(isNoted ? 'check' : 'person')}${t('workspace.particulars_short')}</button>
    ${open && html`<${Room} ...${props} onDone=${() => setOpen(false)} />`}`;
}
