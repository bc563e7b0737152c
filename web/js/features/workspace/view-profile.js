// "Mein Profil": what seekers and colleagues see of somebody, typed beside the way they see it. Fetched when
// it is opened, by profileroom.js.

import { own } from '../../core/tasks.js';
import { LANGUAGES, MAX_LANGUAGES, MAX_NAME_CHARS, MAX_STATUS_CHARS, MAX_TEXT_CHARS, TEXT_LANGUAGES } from '../../crypto/profile.js';
import { keepFocus } from '../../ui/focus.js';
import { html, useEffect, useLayoutEffect, useMemo, useState } from '../../ui/html.js';
import { icon } from '../../ui/icons.js';
import { About, Face, languageNames } from '../../ui/person.js';
import { language, t } from '../../ui/text.js';
import { dateOf } from '../accounts/dates.js';
import { Problem, TextField } from '../accounts/view-parts.js';
import { PictureField } from './view-picture.js';
import { PlacesCard } from './view-places.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./ownprofile.js').OwnProfile} OwnProfile */

const WRITING = { spellcheck: true, autocapitalize: 'sentences', autocorrect: true };
const NAME_OF_PERSON = { autocapitalize: 'words' };

/** What is wrong with a field, in words. @param {OwnProfile} profile @param {string} fault @param {number} most @param {string} typed */
function faultWords(profile, fault, most, typed) {
  if (profile.problem.value !== fault) return '';
  return fault === 'name_missing' ? t('profile.name_missing') : t('profile.too_long', { most, n: [...typed].length });
}

/** @param {{ profile: OwnProfile }} props @returns {any} */
function Languages({ profile }) {
  const { languages } = profile.typed.value;
  const chosen = languages.length === 0 ? t('profile.languages_none') : languageNames(languages);
  const order = useMemo(() => {
    const names = LANGUAGES.map((code) => ({ code, name: languageNames([code]) }));
    return names.sort((one, other) => one.name.localeCompare(other.name, language()));
  }, []);
  return html`<details class="fold">
    <summary class="fold__summary">${t('profile.languages')}: ${chosen}</summary>
    <fieldset class="fold__body choice-group">
      <legend class="visually-hidden">${t('profile.languages')}</legend>
      <p class="field__hint">${t('profile.languages_hint', { most: MAX_LANGUAGES })}</p>
      <div class="choice-group__options">${order.map(({ code, name }) => html`<label class="choice choice--pill" key=${code}>
        <input class="choice__input" type="checkbox" checked=${languages.includes(code)} disabled=${!profile.hasRoom && !languages.includes(code)}
          onChange=${(/** @type {any} */ event) => profile.speak(code, event.currentTarget.checked)} />${name}</label>`)}</div>
    </fieldset>
  </details>`;
}

/** @param {{ profile: OwnProfile }} props @returns {any} */
function Fields({ profile }) {
  const { name, texts, status } = profile.typed.value;
  const retype = (/** @type {number} */ at) => (/** @type {string} */ words) => profile.type({ texts: texts.map((one, n) => (n === at ? words : one)) });
  const nameError = faultWords(profile, 'name_missing', 0, '') || faultWords(profile, 'name_long', MAX_NAME_CHARS, name);
  return html`<${TextField} id="profile-name" label=${t('profile.name')} hint=${t('profile.name_hint')} value=${name} error=${nameError}
      more=${NAME_OF_PERSON} onInput=${(/** @type {string} */ typed) => profile.type({ name: typed })} />
    <${PictureField} profile=${profile} />
    <${Languages} profile=${profile} />
    ${TEXT_LANGUAGES.map((code, n) => html`<${TextField} key=${code} id=${`profile-text-${code}`} tag="textarea" label=${t(`profile.text_${code}`)}
      hint=${t('profile.text_hint', { most: MAX_TEXT_CHARS })} value=${texts[n] ?? ''} more=${{ ...WRITING, lang: code, rows: 5 }}
      error=${faultWords(profile, `text_long_${code}`, MAX_TEXT_CHARS, texts[n] ?? '')} onInput=${retype(n)} />`)}
    <${TextField} id="profile-status" label=${t('profile.status')} hint=${t('profile.status_hint')} value=${status} more=${WRITING}
      error=${faultWords(profile, 'status_long', MAX_STATUS_CHARS, status)} onInput=${(/** @type {string} */ typed) => profile.type({ status: typed })} />`;
}

/** Exactly as the list of a seeker draws it. @param {{ model: WorkModel }} props @returns {any} */
function Preview({ model }) {
  const { profile } = model;
  const picture = profile.picture.value;
  const portrait = useMemo(() => (picture === null ? null : async () => picture), [picture]);
  const { name, languages, texts, status } = profile.typed.value;
  return html`<section class="profile__preview" aria-labelledby="profile-preview">
    <h3 class="profile__heading" id="profile-preview">${t('profile.preview')}</h3>
    <div class="person"><${Face} name=${name} portrait=${portrait} />
      <span class="person__name">${name.trim() || t('profile.preview_unnamed')}</span>
      <div class="person__about"><${About} person=${{ languages, texts, status, isReachable: model.onDuty.value }} /></div></div>
    <p class="small muted">${t(model.onDuty.value ? 'profile.reachable_now' : 'profile.reachable_not')}</p>
  </section>`;
}

/** @param {{ profile: OwnProfile }} props @returns {any} */
function Keys({ profile }) {
  const [words, setWords] = useState(/** @type {readonly string[]} */ ([]));
  const look = (/** @type {any} */ event) => {
    if (event.currentTarget.open) own('finding the own words', profile.words().then(setWords));
  };
  return html`<details class="fold" onToggle=${look}>
    <summary class="fold__summary">${t('profile.keys')}</summary>
    <div class="fold__body"><ol class="words">${words.map((word) => html`<li class="words__word" key=${word}>${word}</li>`)}</ol>
      <p class="small muted">${t('profile.keys_hint', { date: dateOf(profile.certifiedUntilMs, language()) })}</p></div>
  </details>`;
}

/** Why it was not saved, where that is nobody's fault who typed. @param {{ profile: OwnProfile }} props @returns {any} */
function NotSaved({ profile }) {
  const code = profile.problem.value;
  const isOurs = ['conflict', 'unreachable', 'refused'].includes(code);
  return html`<${Problem} words=${isOurs ? t('profile.problem_title') : ''}>
    <p>${isOurs && t(`profile.problem_${code}`)}</p>
    ${code === 'conflict' && html`<button type="button" class="button button--small" onClick=${() => profile.discard()}>${t('profile.take_other')}</button>`}<//>`;
}

/** @param {{ model: WorkModel }} props @returns {any} */
function Form({ model }) {
  const { profile } = model;
  const [isBusy, isChanged] = [profile.isBusy.value, profile.isChanged.value];
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    own('saving the profile', profile.save());
  };
  const said = profile.isSaved.value ? t('profile.saved') : isChanged ? t('profile.unsaved') : '';
  return html`<form class="profile__form" onSubmit=${save} novalidate>
    <div class="profile__fields"><${Fields} profile=${profile} /></div>
    <${Preview} model=${model} />
    <div class="profile__end"><${NotSaved} profile=${profile} /><div class="profile__actions">
      <button type="submit" class="button button--primary" aria-disabled=${isBusy ? 'true' : undefined}>${t(isBusy ? 'common.moment' : 'profile.save')}</button>
      ${isChanged && !isBusy && html`<button type="button" class="button button--quiet" onClick=${() => profile.discard()}>${t('profile.discard')}</button>`}
      <p class="small profile__said" role="status">${profile.isSaved.value && icon('check')}${said}</p>
    </div><${Keys} profile=${profile} /></div>
  </form>`;
}

/** @param {{ model: WorkModel }} props @returns {any} */
export function ProfileRoom({ model }) {
  const { profile } = model;
  useEffect(() => { own('reading the profile', profile.open()); }, []);
  // What stood here until it was fetched had the focus.
  useLayoutEffect(() => keepFocus('[data-heading]'), []);
  const stage = profile.stage.value;
  return html`<section class="workspace__whole" aria-labelledby="profile-title"><div class="workspace__scroll"><div class="profile">
    <h1 class="profile__title" id="profile-title" tabindex="-1" data-heading>${t('profile.title')}</h1>
    <p class="muted">${t('profile.intro')}</p>
    ${stage === 'reading' && html`<p role="status">${t('profile.reading')}</p>`}
    ${stage === 'unread' && html`<div class="error-box" role="alert"><p>${t('profile.unread')}</p>
      <button type="button" class="button button--small" onClick=${() => own('reading the profile', profile.open())}>${t('profile.again')}</button></div>`}
    ${stage === 'ready' && html`<${Form} model=${model} />`}
    <${PlacesCard} request=${model.request} />
  </div></div></section>`;
}
