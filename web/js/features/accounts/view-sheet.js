// The recovery sheet: shown, taken along, and typed back once.

import { own } from '../../core/tasks.js';
import { html, render, useEffect, useLayoutEffect, useState } from '../../ui/html.js';
import { addIcons, icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { linesOf, outlineOf, printPaper, qrOf, savePicture } from './paper.js';
import { Done, Heading, TextField } from './view-parts.js';

addIcons({ print: ['M7 9V4h10v5', 'M7 17H4.5V9h15v8H17', 'M7 14h10v6H7z'] });

/** @typedef {import('./sheet.js').Sheet} Sheet */
/** @typedef {import('./paper.js').Bitmap} Bitmap */

/**
 * What is wrong with a code that was typed.
 * @param {string} code
 * @param {number} missing symbols
 */
export function codeError(code, missing) {
  if (code === '') return '';
  if (code === 'missing') return t('access.missing_code');
  if (code === 'too_short') return missing === 1 ? t('access.code_too_short_one') : t('access.code_too_short', { n: missing });
  return t(`access.code_${code}`);
}

/** @param {{ qr: Bitmap | null }} props @returns {any} */
function Squares({ qr }) {
  if (qr === null) return html`<div class="sheet__qr" aria-hidden="true"></div>`;
  const { path, size } = outlineOf(qr);
  return html`<svg class="sheet__qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${t('access.sheet_qr')} shape-rendering="crispEdges">
    <path d=${path} /></svg>`;
}

/** What stands on the sheet; the same on the page and on paper. @param {{ sheet: Sheet, qr: Bitmap | null }} props @returns {any} */
function Content({ sheet, qr }) {
  return html`<dl class="sheet__words">
      <dt>${t('access.sheet_name')}</dt><dd class="sheet__name">${sheet.name}</dd>
      <dt>${t('access.sheet_code')}</dt>
      <dd class="sheet__code">${linesOf(sheet.written).map((line) => html`<span class="sheet__line">${line}</span> `)}</dd>
    </dl>
    <${Squares} qr=${qr} />`;
}

/**
 * Lays the sheet beside the page, seen on paper only, so that nothing else is printed.
 * @param {Sheet} sheet
 * @param {Bitmap | null} qr
 */
function usePaper(sheet, qr) {
  useLayoutEffect(() => {
    const paper = document.createElement('div');
    paper.className = 'paper';
    document.body.append(paper);
    render(html`<${Content} sheet=${sheet} qr=${qr} /><p>${t('access.sheet_paper_hint')}</p>`, paper);
    return () => {
      render(null, paper);
      paper.remove();
    };
  }, [sheet, qr]);
}

/** @param {{ sheet: Sheet, qr: Bitmap | null, onSay: (words: string) => void }} props @returns {any} */
function TakeAlong({ sheet, qr, onSay }) {
  const [copies, setCopies] = useState(false);
  const save = async () => {
    try {
      await savePicture(sheet, /** @type {Bitmap} */ (qr));
      onSay(t('access.sheet_saved'));
    } catch {
      onSay(t('access.sheet_save_failed'));
    }
  };
  const copy = () => own('copying the sheet', navigator.clipboard.writeText(`${sheet.name}\n${sheet.written}`).then(() => onSay(t('common.copied'))));
  return html`<div class="cluster">
      <button type="button" class="button" onClick=${printPaper}>${icon('print')}${t('access.sheet_print')}</button>
      <button type="button" class="button" aria-disabled=${qr === null ? 'true' : undefined} onClick=${() => { if (qr !== null) own('saving the sheet', save()); }}>
        ${icon('image')}${t('access.sheet_save')}</button>
      <button type="button" class="button" aria-expanded=${copies ? 'true' : 'false'} onClick=${() => setCopies(!copies)}>
        ${icon('pencil')}${t('access.sheet_copy')}</button>
    </div>
    ${copies && html`<div class="stack"><p>${t('access.sheet_copy_hint')}</p>
      <button type="button" class="button button--small" onClick=${copy}>${icon('copy')}${t('access.sheet_copy_now')}</button></div>`}
    <p class="field__hint">${t('access.sheet_print_hint')}</p>`;
}

/** @param {{ sheet: Sheet, done: string, step: any, level: 'h1' | 'h2' | undefined, onTry: () => void, onLater: () => void }} props @returns {any} */
function Show({ sheet, done, step, level, onTry, onLater }) {
  const [qr, setQr] = useState(/** @type {Bitmap | null} */ (null));
  const [said, setSaid] = useState('');
  useEffect(() => {
    let isShown = true;
    own('drawing the code', qrOf(sheet.written).then((found) => { if (isShown) setQr(found); }));
    return () => { isShown = false; };
  }, []);
  usePaper(sheet, qr);
  return html`<div class="access__form">
    <div>${step}<${Heading} level=${level}>${t('access.sheet_title')}<//></div>
    <${Done} words=${done} />
    <p>${t('access.sheet_intro')}</p>
    <div class="sheet"><${Content} sheet=${sheet} qr=${qr} /></div>
    <${TakeAlong} sheet=${sheet} qr=${qr} onSay=${setSaid} />
    <${Done} words=${said} />
    <div class="stage__actions">
      <button type="button" class="button button--primary" onClick=${onTry}>${t('access.sheet_safe')}</button>
      <button type="button" class="button button--quiet" onClick=${onLater}>${t('access.sheet_later')}</button>
    </div>
  </div>`;
}

/** The trial, without the sheet before one's eyes. @param {{ sheet: Sheet, step: any, level: 'h1' | 'h2' | undefined, onDone: () => void, onBack: () => void }} props @returns {any} */
function Try({ sheet, step, level, onDone, onBack }) {
  const check = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (sheet.check()) onDone();
  };
  return html`<form class="access__form" onSubmit=${check} novalidate>
    <div>${step}<${Heading} level=${level}>${t('access.sheet_try_title')}<//></div>
    <p>${t('access.sheet_try_intro')}</p>
    <${CodeField} value=${sheet.typed.value} error=${codeError(sheet.problem.value, sheet.missing.value)}
      onInput=${(/** @type {string} */ typed) => sheet.type(typed)} />
    <div class="stage__actions">
      <button type="submit" class="button button--primary">${t('access.sheet_try')}</button>
      <button type="button" class="button button--quiet" onClick=${onBack}>${t('access.sheet_again')}</button>
    </div>
  </form>`;
}

/** @param {{ value: string, error: string, onInput: (typed: string) => void }} props @returns {any} */
export function CodeField({ value, error, onInput }) {
  // Two lines, so that a phone shows the whole code; the key that ends a line sends the form all the same.
  const send = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    /** @type {HTMLTextAreaElement} */ (event.currentTarget).form?.requestSubmit();
  };
  return html`<${TextField} id="sheet-code" label=${t('access.code')} hint=${t('access.code_hint')} value=${value} error=${error} onInput=${onInput}
    tag="textarea" more=${{ class: 'field__input code-field', rows: 2, autocapitalize: 'characters', onKeyDown: send }} />`;
}

/**
 * The last step of everything that makes a sheet.
 * @param {{ sheet: Sheet, done: string, step?: any, level?: 'h1' | 'h2', onDone: (isNoted: boolean) => void }} props `done`: what has just happened
 * @returns {any}
 */
export function SheetStep({ sheet, done, step = null, level, onDone }) {
  const [tries, setTries] = useState(false);
  if (tries) return html`<${Try} key="try" sheet=${sheet} step=${step} level=${level} onDone=${() => onDone(true)} onBack=${() => setTries(false)} />`;
  return html`<${Show} key="show" sheet=${sheet} done=${done} step=${step} level=${level} onTry=${() => setTries(true)} onLater=${() => onDone(false)} />`;
}
