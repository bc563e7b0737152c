// Choosing a passphrase: six words from us, or one's own with its strength in words.

import { own } from '../../core/tasks.js';
import { MAX_PASSPHRASE_CHARS, MIN_PASSPHRASE_CHARS } from '../../crypto/passphrase.js';
import { html, useRef, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { FieldError, Secret, WhoseName, useFocusOnError } from './view-parts.js';

/** @typedef {import('./phrases.js').PhraseChoice} PhraseChoice */
/** @typedef {import('./phrases.js').Verdict} Verdict */

/** What the verdict says while somebody types. @param {Verdict} verdict */
function strengthWords({ code, missing }) {
  if (code === 'too_short') return missing === 1 ? t('access.phrase_missing_one') : t('access.phrase_missing', { n: missing });
  return {
    empty: '',
    too_long: t('access.phrase_too_long', { n: MAX_PASSPHRASE_CHARS }),
    too_weak: t('access.phrase_weak'),
    bad_character: t('access.phrase_bad_character'),
    good: t('access.phrase_good'),
    very_good: t('access.phrase_very_good'),
  }[code];
}

/** What stands below the field after an attempt. @param {Verdict} verdict */
function refusalWords(verdict) {
  const { code, missing } = verdict;
  const isShort = code === 'empty' || code === 'too_short';
  return isShort ? t('access.phrase_too_short', { n: MIN_PASSPHRASE_CHARS, missing }) : strengthWords(verdict);
}

/** @param {{ model: PhraseChoice }} props @returns {any} */
function Suggested({ model }) {
  const [copied, setCopied] = useState(false);
  const [said, setSaid] = useState('');
  const copy = () => own('copying the passphrase', navigator.clipboard.writeText(model.suggestion.peek()).then(() => setCopied(true)));
  const renew = () => {
    model.suggest();
    setCopied(false);
    setSaid(t('access.phrase_new_said', { phrase: model.suggestion.peek() }));
  };
  return html`<div class="phrase">
    <p class="words phrase__words" role="group" aria-label=${t('access.phrase_words')}>
      ${model.suggestion.value.split(' ').map((word) => html`<span class="words__word">${word}</span> `)}</p>
    <div class="cluster">
      <button type="button" class="button button--small" onClick=${renew}>${icon('again')}${t('access.phrase_new')}</button>
      <button type="button" class="button button--small" onClick=${copy}>${icon(copied ? 'check' : 'copy')}
        ${t(copied ? 'common.copied' : 'common.copy')}</button>
    </div>
    ${copied && html`<p class="field__hint">${t('access.phrase_copy_hint')}</p>`}
    <p class="visually-hidden" role="status">${copied ? t('common.copied') : said}</p>
  </div>`;
}

/** @param {{ model: PhraseChoice, name: string }} props @returns {any} */
function Own({ model, name }) {
  const verdict = model.verdict.value;
  const isGood = verdict.code === 'good' || verdict.code === 'very_good';
  const error = model.isRefused.value ? refusalWords(verdict) : '';
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useFocusOnError(field, error);
  return html`<div class="phrase field">
    <label class="field__label" for="own-phrase">${t('access.phrase_field')}</label>
    <${WhoseName} name=${name} />
    <p class="field__hint" id="own-phrase-hint">${t('access.phrase_hint', { n: MIN_PASSPHRASE_CHARS })}</p>
    <${Secret} id="own-phrase" field=${field} value=${model.own.value} autocomplete="new-password" isWrong=${error !== ''}
      described="own-phrase-hint own-phrase-strength own-phrase-error" onInput=${(/** @type {string} */ typed) => model.type(typed)} />
    <p class="phrase__strength" id="own-phrase-strength" data-good=${isGood ? '' : undefined}>
      ${error === '' && verdict.code !== 'empty' && html`${isGood && icon('check')}${strengthWords(verdict)}`}</p>
    <p class="visually-hidden" role="status">${verdict.code === 'too_short' || error !== '' ? '' : strengthWords(verdict)}</p>
    <${FieldError} id="own-phrase-error" words=${error} />
  </div>`;
}

/**
 * @param {{ model: PhraseChoice, name: string, lost?: string }} props `name`: whose passphrase it will be;
 *   `lost`: what it means to lose it
 * @returns {any}
 */
export function PhraseField({ model, name, lost = t('access.phrase_lost') }) {
  const way = model.way.value;
  const radio = (/** @type {'suggested' | 'own'} */ value, /** @type {string} */ words) => html`<label class="choice">
    <input class="choice__input" type="radio" name="phrase-way" value=${value} checked=${way === value}
      onChange=${() => model.choose(value)} />${words}</label>`;
  return html`<fieldset class="choice-group">
      <legend class="visually-hidden">${t('access.phrase_title')}</legend>
      ${radio('suggested', t('access.phrase_suggested'))}
      ${way === 'suggested' && html`<${Suggested} model=${model} />`}
      ${radio('own', t('access.phrase_own'))}
      ${way === 'own' && html`<${Own} model=${model} name=${name} />`}
    </fieldset>
    <p class="access__lost"><strong>${t('access.phrase_lost_title')}:</strong> ${lost}</p>`;
}
