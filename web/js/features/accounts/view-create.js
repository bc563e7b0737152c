// The three steps to an access: name, passphrase, sheet. Drawn in the access room, and by the live room
// into a place of its own when somebody who waits or talks wants to come back later.

import { MAX_PSEUDONYM_CHARS, MIN_PSEUDONYM_CHARS } from '../../crypto/passphrase.js';
import { html, render, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { own } from '../../core/tasks.js';
import { STEPS } from './create.js';
import { shownName } from '../../core/pseudonym.js';
import { fetchRoom } from './room.js';
import { Heading, Problem, Step, Submit, TAKES_FOCUS, TextField, problemWords } from './view-parts.js';
import { PhraseField } from './view-phrase.js';
import { SheetStep } from './view-sheet.js';

/** @typedef {import('./create.js').CreateModel} CreateModel */
/** From where somebody comes to the three steps. @typedef {'new' | 'waiting' | 'chat' | 'invited'} Purpose */

/**
 * `onDone`: the account is there, and the sheet is noted or is to be noted later. `onCancel`: nothing was made.
 * @typedef {{ purpose: Purpose, level?: 'h1' | 'h2', isLost?: boolean, onDone: (isSheetNoted: boolean) => void, onCancel: () => void }} Around
 */

const INTROS = { new: 'access.create_intro', waiting: 'access.create_intro_waiting', chat: 'access.create_intro_chat', invited: 'newaccess.create_intro' };

/** @param {string} code */
function nameError(code) {
  if (code === '') return '';
  const values = { too_short: MIN_PSEUDONYM_CHARS, too_long: MAX_PSEUDONYM_CHARS };
  return t(`access.name_${code}`, { n: values[/** @type {keyof typeof values} */ (code)] ?? 0 });
}

/** @param {{ model: CreateModel, around: Around }} props @returns {any} */
function NameStep({ model, around }) {
  const [said, setSaid] = useState('');
  const { name } = model;
  const suggest = () => {
    name.suggest();
    setSaid(t('access.name_suggested', { name: name.typed.peek() }));
  };
  const next = (/** @type {Event} */ event) => {
    event.preventDefault();
    model.takeName();
  };
  return html`<form class="access__form" onSubmit=${next} novalidate>
    <div><${Step} n=${1} all=${STEPS.length} /><${Heading} level=${around.level}>${t('access.name_title')}<//></div>
    <p>${t(INTROS[around.purpose])}</p>
    <${TextField} id="new-name" label=${t('access.name')} hint=${t('access.name_hint')} value=${name.typed.value}
      error=${nameError(name.problem.value)} onInput=${(/** @type {string} */ typed) => name.type(typed)} more=${{ autocomplete: 'username' }} />
    <button type="button" class="button button--small access__beside" onClick=${suggest}>${icon('again')}${t('access.name_suggest')}</button>
    <p class="visually-hidden" role="status">${said}</p>
    <p class="field__hint">${t('access.name_who')}</p>
    <div class="stage__actions">
      <button type="submit" class="button button--primary">${t('access.next')}</button>
      <button type="button" class="button button--quiet" onClick=${around.onCancel}>${t('access.cancel')}</button>
    </div>
  </form>`;
}

/** @param {{ model: CreateModel, around: Around }} props @returns {any} */
function PhraseStep({ model, around }) {
  const busy = model.busy.value;
  const problem = busy ? '' : model.problem.value;
  const next = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('creating an access', model.takePhrase());
  };
  return html`<form class="access__form" onSubmit=${next} novalidate>
    <div><${Step} n=${2} all=${STEPS.length} /><${Heading} level=${around.level}>${t('access.phrase_title')}<//></div>
    <p>${t('access.phrase_intro')}</p>
    <${PhraseField} model=${model.phrase} name=${model.name.typed.value} />
    <p class="access__chosen">${t('access.name_shown', { name: shownName(model.name.typed.value) })}</p>
    <${Problem} words=${problem === '' ? '' : problemWords(problem)} />
    <div class="stage__actions">
      <${Submit} busy=${busy} isLost=${around.isLost ?? false}>${t('access.phrase_submit')}<//>
      <button type="button" class="button button--quiet" aria-disabled=${busy ? 'true' : undefined}
        onClick=${() => model.changeName()}>${t('access.back')}</button>
    </div>
  </form>`;
}

/** @param {{ model: CreateModel, around: Around }} props @returns {any} */
export function Create({ model, around }) {
  const sheet = model.sheet.value;
  if (model.step.value === 'sheet' && sheet !== null) {
    return html`<${SheetStep} sheet=${sheet} level=${around.level} done=${t('access.sheet_done')} onDone=${around.onDone}
      step=${html`<${Step} n=${3} all=${STEPS.length} />`} />`;
  }
  if (model.step.value === 'name') return html`<${NameStep} key="name" model=${model} around=${around} />`;
  return html`<${PhraseStep} key="passphrase" model=${model} around=${around} />`;
}

/**
 * Draws the three steps into `element`, with their words and styles; returns what takes them away again.
 * Inside a dialog the headings are second ones.
 * @param {CreateModel} model
 * @param {Around} around
 * @param {HTMLElement} element
 * @returns {() => void}
 */
export function showCreate(model, around, element) {
  const level = element.closest('dialog') === null ? 'h1' : 'h2';
  let isThere = true;
  element.setAttribute(TAKES_FOCUS, '');
  own('fetching the three steps', fetchRoom().then(() => {
    if (isThere) render(html`<${Create} model=${model} around=${{ level, ...around }} />`, element);
  }));
  return () => {
    isThere = false;
    element.removeAttribute(TAKES_FOCUS);
    render(null, element);
  };
}
