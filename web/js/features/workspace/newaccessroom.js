// The way to a new access for a seeker, in the head of a written conversation: words and views come when there is
// something to show.

import { html, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { lazy } from '../../ui/lazy.js';
import { t } from '../../ui/text.js';
import { Waiting } from './view-parts.js';
import { newAccessWords } from './words.js';

/** @typedef {{ access: import('./newaccess.js').NewAccess, name: string }} OwnProps */

const load = async () => (await newAccessWords(), import('./view-newaccess.js'));

/** @type {(props: OwnProps & { onDone: () => void }) => any} */
const NewAccessDialog = lazy(async () => (await load()).NewAccessDialog, Waiting);

/** @type {(props: OwnProps) => any} */
const Shown = lazy(async () => (await load()).NewAccessState, () => null);

/** @param {OwnProps} props @returns {any} */
export function NewAccessButton(props) {
  const [open, setOpen] = useState(false);
  const words = t('workspace.new_access');
  return html`<button type="button" class="icon-button" aria-haspopup="dialog" aria-label=${words} title=${words}
      onClick=${() => setOpen(true)}>${icon('key')}</button>
    ${open && html`<${NewAccessDialog} ...${props} onDone=${() => setOpen(false)} />`}`;
}

/** What stands above the field while an invitation runs. @param {OwnProps} props @returns {any} */
export function NewAccessState(props) {
  return props.access.stage.value === 'none' ? null : html`<${Shown} ...${props} />`;
}
