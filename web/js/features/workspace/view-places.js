// "Neue Anfragen": how many of them somebody takes on at a time. A part of "Mein Profil", with a button of its own.

import { own } from '../../core/tasks.js';
import { html, useEffect, useMemo, useRef } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { t } from '../../ui/text.js';
import { FieldError, useFocusOnError } from '../accounts/view-parts.js';
import { MOST, Places } from './places.js';

/** @typedef {import('./places.js').Kind} Kind */

/** @type {readonly Kind[]} */
const KINDS = ['all', 'some', 'none'];

/** Why it was not saved. @param {Places} places */
function problemWords(places) {
  const code = places.problem.value;
  return code === '' ? '' : t(`profile.places_problem_${code}`, { most: MOST });
}

/** @param {{ places: Places }} props @returns {any} */
function Number({ places }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const isWrong = places.problem.value === 'number';
  useFocusOnError(field, isWrong ? problemWords(places) : '');
  return html`<div class="field places__number">
    <label class="field__label" for="places-number">${t('profile.places_number')}</label>
    <input class="field__input" id="places-number" ref=${field} inputmode="numeric" autocomplete="off" value=${places.typed.value.number}
      aria-invalid=${isWrong ? 'true' : undefined} aria-describedby="places-problem"
      onInput=${(/** @type {any} */ event) => places.type({ number: event.currentTarget.value })} />
  </div>`;
}

/** @param {{ places: Places }} props @returns {any} */
function Form({ places }) {
  const { kind, isRegularsOnly } = places.typed.value;
  const [isBusy, isSaved, taken] = [places.isBusy.value, places.isSaved.value, places.taken.value];
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('saving the places', places.save());
  };
  return html`<form class="places__form" onSubmit=${save} novalidate>
    <fieldset class="choice-group">
      <legend class="visually-hidden">${t('profile.places')}</legend>
      ${KINDS.map((one) => html`<label class="choice" key=${one}><input class="choice__input" type="radio" name="places" checked=${kind === one}
        onChange=${() => places.type({ kind: one })} />${t(`profile.places_${one}`)}</label>`)}
    </fieldset>
    ${kind === 'some' && html`<${Number} places=${places} />`}
    <label class="choice"><input class="choice__input" type="checkbox" checked=${isRegularsOnly}
      aria-describedby="places-known" onChange=${(/** @type {any} */ event) => places.type({ isRegularsOnly: event.currentTarget.checked })} />${t('profile.places_regulars')}</label>
    <p class="choice__about" id="places-known">${t('profile.places_known')}</p>
    <p class="small">${t(taken === 1 ? 'profile.places_taken_one' : 'profile.places_taken', { n: taken })}
      ${kind !== 'all' && places.isFull.value && html` ${t('profile.places_full')}`}</p>
    <${FieldError} id="places-problem" words=${problemWords(places)} />
    <div class="profile__actions">
      <button type="submit" class="button" aria-disabled=${isBusy ? 'true' : undefined}>${t(isBusy ? 'common.moment' : 'profile.places_save')}</button>
      <p class="small profile__said" role="status">${isSaved && html`${icon('check')}${t('profile.places_saved')}`}</p>
    </div>
  </form>`;
}

/** @param {{ request: import('../../core/connection.js').Request }} props @returns {any} */
export function PlacesCard({ request }) {
  const places = useMemo(() => new Places(request), []);
  useEffect(() => { own('reading the places', places.open()); }, []);
  const stage = places.stage.value;
  return html`<section class="card places" aria-labelledby="places-title">
    <h2 class="profile__heading" id="places-title">${t('profile.places')}</h2>
    <p class="small muted">${t('profile.places_hint')}</p>
    ${stage === 'reading' && html`<p role="status">${t('common.moment')}</p>`}
    ${stage === 'unread' && html`<div role="alert"><p>${t('profile.places_unread')}</p>
      <button type="button" class="button button--small" onClick=${() => own('reading the places', places.open())}>${t('profile.again')}</button></div>`}
    ${stage === 'ready' && html`<${Form} places=${places} />`}
  </section>`;
}
