// Text blocks beside the field where one writes: chosen from a list, by a slash and the beginning of their name, and the
// one for emergencies by a button or a key of its own.

import { own } from '../../core/tasks.js';
import { Dialog } from '../../ui/dialog.js';
import { html, useEffect, useRef, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { newBlockId } from './teamblocks.js';
import { MAX_BLOCKS, MAX_TEXT_CHARS, MAX_TITLE_CHARS, blocksFor, slashAt } from './textblocks.js';

/** @typedef {import('./shownblocks.js').ShownBlock} Block */
/** @typedef {import('./shownblocks.js').ShownBlocks} Blocks */
/** @typedef {import('../../ui/editing.js').Edited} Edited */
/** @typedef {(edit: (text: string, start: number, end: number) => Edited) => void} Change */

addIcons({
  blocks: ['M5 4h14v5H5z', 'M5 12h14', 'M5 16h14', 'M5 20h9'],
});

const FIELD = '#message-field';
const MOST_SUGGESTED = 6;
const SHOWN_CHARS = 90;
/** With Alt: a letter that no menu of a browser has, in German or English. */
const EMERGENCY_KEY = 'KeyN';

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

/** The key that puts the block for emergencies where one writes. @param {Block | null} emergency @param {Change} change */
function useEmergencyKey(emergency, change) {
  const now = useRef(emergency);
  now.current = emergency;
  useEffect(() => {
    const form = field()?.form;
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (now.current === null || !event.altKey || event.ctrlKey || event.metaKey || event.code !== EMERGENCY_KEY) return;
      put(change, now.current);
      event.preventDefault();
      event.stopPropagation();
    };
    form?.addEventListener('keydown', onKey, true);
    return () => form?.removeEventListener('keydown', onKey, true);
  }, []);
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

/** Where a new block is to stand. @param {{ blocks: Blocks, team: string, onTeam: (team: string) => void }} props @returns {any} */
function Where({ blocks, team, onTeam }) {
  const teams = blocks.teams.value.filter(({ problem }) => problem === '');
  if (teams.length === 0) return null;
  const choices = [{ id: '', label: t('blocks.for_me') }, ...teams.map(({ id, name }) => ({ id, label: t(teams.length === 1 ? 'blocks.for_team' : 'blocks.for_team_of', { name }) }))];
  return html`<fieldset class="field"><legend class="field__label">${t('blocks.where')}</legend>
    ${choices.map(({ id, label }) => html`<label class="choice" key=${id}><input class="choice__input" type="radio" name="block-team" checked=${id === team} onChange=${() => onTeam(id)} /><span>${label}</span></label>`)}
  </fieldset>`;
}

const PROBLEMS = { done: '', full: 'blocks.full', failed: 'blocks.failed' };

/** @param {{ blocks: Blocks, block: Block | null, onDone: () => void }} props @returns {any} */
function Edit({ blocks, block, onDone }) {
  const [id] = useState(newBlockId);
  const [team, setTeam] = useState(block?.team ?? '');
  const [title, setTitle] = useState(block?.title ?? '');
  const [text, setText] = useState(block?.text ?? '');
  const [isEmergency, setEmergency] = useState(block?.isEmergency ?? false);
  const [problem, setProblem] = useState('');
  const save = async () => {
    if (title.trim() === '' || text.trim() === '') {
      setProblem('blocks.empty');
      return;
    }
    const outcome = await blocks.save({ id, title, text, isEmergency }, team, block?.id ?? '');
    if (outcome === 'done') onDone();
    else setProblem(PROBLEMS[outcome]);
  };
  const propose = () => {
    setTitle(title.trim() === '' ? t('blocks.proposed_title') : title);
    setText(t('blocks.proposed_text'));
  };
  // The dialog stands inside the own form of the field, which in some browsers would send what was typed there.
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    own('a text block', save());
  };
  return html`<form class="blocks__edit" onSubmit=${submit}>
    ${block === null && html`<${Where} blocks=${blocks} team=${team} onTeam=${setTeam} />`}
    <div class="field"><label class="field__label" for="block-title">${t('blocks.name')}</label>
      <input class="field__input" id="block-title" maxlength=${MAX_TITLE_CHARS} data-first value=${title} aria-describedby="block-title-hint"
        onInput=${(/** @type {any} */ event) => setTitle(event.currentTarget.value)} />
      <p class="field__hint" id="block-title-hint">${t('blocks.name_hint')}</p></div>
    <div class="field"><label class="field__label" for="block-text">${t('blocks.text')}</label>
      <textarea class="field__input" id="block-text" maxlength=${MAX_TEXT_CHARS} value=${text} onInput=${(/** @type {any} */ event) => setText(event.currentTarget.value)}></textarea></div>
    <label class="choice"><input class="choice__input" type="checkbox" checked=${isEmergency} onChange=${() => setEmergency(!isEmergency)} /><span>${t(team === '' ? 'blocks.emergency' : 'blocks.emergency_team')}</span></label>
    ${isEmergency && text.trim() === '' && html`<p class="field__hint">${t('blocks.propose_hint')}</p>
      <button type="button" class="button button--small" onClick=${propose}>${t('blocks.propose')}</button>`}
    <div class="field__alert" role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${t(problem)}</span></p>`}</div>
    <div class="dialog__actions"><button type="button" class="button" onClick=${onDone}>${t('common.cancel')}</button>
      <button type="submit" class="button button--primary">${t('blocks.save')}</button></div>
  </form>`;
}

/** @param {{ block: Block, isFirst: boolean, onPut: () => void, onEdit: () => void, onRemove: () => void }} props @returns {any} */
function Row({ block, isFirst, onPut, onEdit, onRemove }) {
  const { title, text, team, by, isEmergency } = block;
  return html`<li class="blocks__row">
    <button type="button" class="blocks__put" data-first=${isFirst || undefined} onClick=${onPut}><span class="blocks__head"><strong>${title}</strong>
      ${isEmergency && html`<span class="badge badge--warn">${icon('alert')}${t('blocks.emergency_badge')}</span>`}
      ${team !== '' && html`<span class="badge">${t('blocks.team_badge')}</span>`}</span>
      <span class="blocks__words">${shortened(text)}</span>
      ${team !== '' && html`<span class="blocks__words">${t(by === '' ? 'blocks.by_unnamed' : 'blocks.by', { name: by })}</span>`}</button>
    <button type="button" class="icon-button" aria-label=${t('blocks.edit', { title })} onClick=${onEdit}>${icon('pencil')}</button>
    <button type="button" class="icon-button" aria-label=${t('blocks.remove', { title })} onClick=${onRemove}>${icon('close')}</button>
  </li>`;
}

/** What a colleague would miss is asked about. @param {{ block: Block, onYes: () => void, onNo: () => void }} props @returns {any} */
function Remove({ block: { title }, onYes, onNo }) {
  return html`<p class="dialog__text">${t('blocks.remove_team', { title })}</p>
    <div class="dialog__actions"><button type="button" class="button" data-first onClick=${onNo}>${t('common.cancel')}</button>
      <button type="button" class="button button--danger" onClick=${onYes}>${t('blocks.remove_yes')}</button></div>`;
}

/** Why a team's blocks are not there. @param {{ blocks: Blocks }} props @returns {any} */
function Problems({ blocks }) {
  return blocks.teams.value.filter(({ problem }) => problem !== '').map(({ id, problem, canBegin }) => html`<div key=${id} class="blocks__problem">
    <p class="field__error" role="status">${icon('alert')}<span>${t(`blocks.problem_${canBegin ? 'lost' : problem}`)}</span></p>
    ${canBegin && html`<button type="button" class="button button--small" onClick=${() => own('text blocks', blocks.beginAnew(id))}>${t('blocks.begin_anew')}</button>`}
  </div>`);
}

/** @param {{ blocks: Blocks, onChoose: (block: Block) => void, onClose: () => void }} props @returns {any} */
function Sheet({ blocks, onChoose, onClose }) {
  const [editing, setEditing] = useState(/** @type {Block | 'new' | null} */ (null));
  const [removing, setRemoving] = useState(/** @type {Block | null} */ (null));
  const [problem, setProblem] = useState('');
  useEffect(() => own('text blocks', blocks.look()), []);
  // What had the focus is gone with the part that it stood in.
  useEffect(() => /** @type {HTMLElement | null} */ (document.querySelector('#text-blocks [data-first]'))?.focus(), [editing, removing]);
  const all = blocks.all.value;
  const isFull = all.filter(({ team }) => team === '').length >= MAX_BLOCKS && blocks.teams.value.length === 0;
  const remove = async (/** @type {Block} */ block) => {
    setRemoving(null);
    setProblem(PROBLEMS[await blocks.remove(block)]);
  };
  const begin = (/** @type {Block} */ block) => {
    if (block.team === '') own('a text block', remove(block));
    else setRemoving(block);
  };
  const isList = editing === null && removing === null;
  return html`<${Dialog} id="text-blocks" title=${t('blocks.title')} onCancel=${onClose}>
    ${editing !== null && html`<${Edit} blocks=${blocks} block=${editing === 'new' ? null : editing} onDone=${() => setEditing(null)} />`}
    ${removing !== null && html`<${Remove} block=${removing} onYes=${() => own('a text block', remove(removing))} onNo=${() => setRemoving(null)} />`}
    ${isList && html`<p class="dialog__text">${t(all.length === 0 ? 'blocks.none' : 'blocks.hint')}</p>
      <${Problems} blocks=${blocks} />
      <div class="field__alert" role="alert">${problem !== '' && html`<p class="field__error">${icon('alert')}<span>${t(problem)}</span></p>`}</div>
      <ul class="blocks__list">${all.map((block, at) => html`<${Row} key=${block.id} block=${block} isFirst=${at === 0} onPut=${() => onChoose(block)} onEdit=${() => setEditing(block)} onRemove=${() => begin(block)} />`)}</ul>
      <div class="dialog__actions"><button type="button" class="button" data-first=${all.length === 0 || undefined} onClick=${onClose}>${t('common.close')}</button>
        <button type="button" class="button button--primary" disabled=${isFull} onClick=${() => setEditing('new')}>${t('blocks.new')}</button></div>`}
  <//>`;
}

/** @param {{ blocks: Blocks, draft: { value: string }, change: Change }} props @returns {any} */
export function BlocksTool({ blocks, draft, change }) {
  const [open, setOpen] = useState(false);
  const { fits, chosen } = useSlash(blocks.all.value, draft.value, change);
  const { emergency } = blocks;
  useEmergencyKey(emergency, change);
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
    <div class="blocks__tools">
      <button type="button" class="button button--small button--quiet" aria-haspopup="dialog" onClick=${() => setOpen(true)}>${icon('blocks')}${t('blocks.title')}</button>
      ${emergency !== null && html`<button type="button" class="button button--small button--quiet" aria-keyshortcuts="Alt+N" title=${t('blocks.emergency_key', { title: emergency.title })}
        onClick=${() => put(change, emergency)}>${icon('alert')}${t('blocks.emergency_badge')}</button>`}
    </div>
    ${open && html`<${Sheet} blocks=${blocks} onChoose=${choose} onClose=${() => setOpen(false)} />`}`;
}
