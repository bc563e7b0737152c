// Text blocks beside the field where one writes: chosen from a list, or by a slash and the beginning of their name.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { MAX_BLOCKS, MAX_TEXT_CHARS, MAX_TITLE_CHARS, blocksFor, slashAt } from './textblocks.js';

/** @typedef {import('./textblocks.js').Block} Block */
/** @typedef {import('./textblocks.js').TextBlocks} Blocks */
/** @typedef {import('../../ui/editing.js').Edited} Edited */
/** @typedef {(edit: (text: string, start: number, end: number) => Edited) => void} Change */

addIcons({
  blocks: ['M5 4h14v5H5z', 'M5 12h14', 'M5 16h14', 'M5 20h9'],
});

const FIELD = '#message-field';
const MOST_SUGGESTED = 6;
const SHOWN_CHARS = 90;

/** Puts a block where one writes, in the place of the slash and what follows it. @param {Change} change @param {Block} block */
function put(change, { text: words }) {
  change((text, start, end) => {
    const typed = slashAt(text, start);
    const from = typed === null ? start : start - typed.length - 1;
    return { text: text.slice(0, from) + words + text.slice(end), start: from + words.length, end: from + words.length };
  });
}

/** Enough to know it by. @param {string} text */
function shortened(text) {
  const signs = [...text];
  return signs.length > SHOWN_CHARS ? `${signs.slice(0, SHOWN_CHARS).join('').trimEnd()}…` : text;
}

/** @returns {HTMLTextAreaElement | null} */
function field() {
  return document.querySelector(FIELD);
}

/**
 * What fits the slash before the caret, and the keys that choose from it. The field's own keys come after these.
 * @param {readonly Block[]} blocks
 * @param {string} draft
 * @param {Change} change
 */
function useSlash(blocks, draft, change) {
  const [at, setAt] = useState(0);
  const [closedAt, setClosedAt] = useState('');
  const element = field();
  const typed = element === null || element.value !== draft ? null : slashAt(draft, element.selectionStart);
  const fits = typed === null || closedAt === draft ? [] : blocksFor(blocks, typed).slice(0, MOST_SUGGESTED);
  const chosen = Math.min(at, fits.length - 1);
  const now = useRef({ fits, chosen, draft });
  now.current = { fits, chosen, draft };
  useEffect(() => setAt(0), [typed]);
  useEffect(() => {
    const form = field()?.form;
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      const { fits: all, chosen: one, draft: before } = now.current;
      if (all.length === 0 || event.isComposing || event.target !== field()) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
      if (step !== 0 && !event.altKey) setAt((one + step + all.length) % all.length);
      else if (event.key === 'Enter' || event.key === 'Tab') put(change, all[one]);
      else if (event.key === 'Escape') setClosedAt(before);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    form?.addEventListener('keydown', onKey, true);
    return () => form?.removeEventListener('keydown', onKey, true);
  }, []);
  return { fits, chosen };
}

/** @param {{ fits: readonly Block[], chosen: number, change: Change }} props @returns {any} */
function Suggestions({ fits, chosen, change }) {
  return html`<ul class="blocks__fits" role="listbox" aria-label=${t('blocks.title')}>
    ${fits.map((block, at) => html`<li key=${block.id} class="blocks__fit" role="option" aria-selected=${at === chosen ? 'true' : 'false'}
      onPointerDown=${(/** @type {Event} */ event) => { event.preventDefault(); put(change, block); }}>
      <strong>${block.title}</strong><span class="blocks__words">${shortened(block.text)}</span></li>`)}
  </ul>
  <p class="visually-hidden" role="status">${t('blocks.fits', { title: fits[chosen].title, n: fits.length })}</p>`;
}

/** @param {{ blocks: Blocks, block: Block | null, onDone: () => void }} props @returns {any} */
function Edit({ blocks, block, onDone }) {
  const [title, setTitle] = useState(block?.title ?? '');
  const [text, setText] = useState(block?.text ?? '');
  const [isEmergency, setEmergency] = useState(block?.isEmergency ?? false);
  const [problem, setProblem] = useState('');
  const save = async () => {
    if (title.trim() === '' || text.trim() === '') setProblem('blocks.empty');
    else if (await blocks.save({ title, text, isEmergency }, block?.id)) onDone();
    else setProblem('blocks.failed');
  };
  // The dialog stands inside the own form of the field, which in some browsers would send what was typed there.
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    own('a text block', save());
  };
  return html`<form class="blocks__edit" onSubmit=${submit}>
    <div class="field"><label class="field__label" for="block-title">${t('blocks.name')}</label>
      <input class="field__input" id="block-title" maxlength=${MAX_TITLE_CHARS} data-first value=${title} aria-describedby="block-title-hint"
        onInput=${(/** @type {any} */ event) => setTitle(event.currentTarget.value)} />
      <p class="field__hint" id="block-title-hint">${t('blocks.name_hint')}</p></div>
    <div class="field"><label class="field__label" for="block-text">${t('blocks.text')}</label>
      <textarea class="field__input" id="block-text" maxlength=${MAX_TEXT_CHARS} value=${text} onInput=${(/** @type {any} */ event) => setText(event.currentTarget.value)}></textarea></div>
    <label class="choice"><input class="choice__input" type="checkbox" checked=${isEmergency} onChange=${() => setEmergency(!isEmergency)} /><span>${t('blocks.emergency')}</span></label>
    <div class="field__alert" role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${t(problem)}</span></p>`}</div>
    <div class="dialog__actions"><button type="button" class="button" onClick=${onDone}>${t('common.cancel')}</button>
      <button type="submit" class="button button--primary">${t('blocks.save')}</button></div>
  </form>`;
}

/** @param {{ blocks: Blocks, block: Block, onPut: () => void, onEdit: () => void }} props @returns {any} */
function Row({ blocks, block, onPut, onEdit }) {
  return html`<li class="blocks__row">
    <button type="button" class="blocks__put" onClick=${onPut}><strong>${block.title}</strong>
      ${block.isEmergency && html`<span class="badge badge--warn">${icon('alert')}${t('blocks.emergency_badge')}</span>`}
      <span class="blocks__words">${shortened(block.text)}</span></button>
    <button type="button" class="icon-button" aria-label=${t('blocks.edit', { title: block.title })} onClick=${onEdit}>${icon('pencil')}</button>
    <button type="button" class="icon-button" aria-label=${t('blocks.remove', { title: block.title })} onClick=${() => own('a text block', blocks.remove(block.id))}>${icon('close')}</button>
  </li>`;
}

/** @param {{ blocks: Blocks, onChoose: (block: Block) => void, onClose: () => void }} props @returns {any} */
function Sheet({ blocks, onChoose, onClose }) {
  const [editing, setEditing] = useState(/** @type {Block | 'new' | null} */ (null));
  const all = blocks.all.value;
  return html`<${Dialog} id="text-blocks" title=${t('blocks.title')} onCancel=${onClose}>
    ${editing !== null && html`<${Edit} blocks=${blocks} block=${editing === 'new' ? null : editing} onDone=${() => setEditing(null)} />`}
    ${editing === null && html`<p class="dialog__text">${t(all.length === 0 ? 'blocks.none' : 'blocks.hint')}</p>
      <ul class="blocks__list">${all.map((block) => html`<${Row} key=${block.id} blocks=${blocks} block=${block} onPut=${() => onChoose(block)} onEdit=${() => setEditing(block)} />`)}</ul>
      <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onClose}>${t('common.close')}</button>
        <button type="button" class="button button--primary" disabled=${all.length >= MAX_BLOCKS} onClick=${() => setEditing('new')}>${t('blocks.new')}</button></div>`}
  <//>`;
}

/** @param {{ blocks: Blocks, draft: { value: string }, change: Change }} props @returns {any} */
export function BlocksTool({ blocks, draft, change }) {
  const [open, setOpen] = useState(false);
  const { fits, chosen } = useSlash(blocks.all.value, draft.value, change);
  const chosenBlock = useRef(/** @type {Block | null} */ (null));
  const choose = (/** @type {Block} */ block) => {
    chosenBlock.current = block;
    setOpen(false);
  };
  // Once the dialog is gone, and has given the focus back.
  useEffect(() => {
    if (open || chosenBlock.current === null) return;
    put(change, chosenBlock.current);
    chosenBlock.current = null;
  }, [open]);
  return html`${fits.length > 0 && html`<${Suggestions} fits=${fits} chosen=${chosen} change=${change} />`}
    <button type="button" class="button button--small button--quiet blocks__open" aria-haspopup="dialog" onClick=${() => setOpen(true)}>${icon('blocks')}${t('blocks.title')}</button>
    ${open && html`<${Sheet} blocks=${blocks} onChoose=${choose} onClose=${() => setOpen(false)} />`}`;
}
