// The picture of the own profile: chosen, cut to a square, taken away again.

import { own } from '../../core/tasks.js';
import { html, useEffect, useMemo, useRef, useState } from '../../ui/html.js';
import { Face } from '../../ui/person.js';
import { openPhoto, squareOf } from '../../ui/portrait.js';
import { t } from '../../ui/text.js';
import { FieldError } from '../accounts/view-parts.js';

/** @typedef {import('./ownprofile.js').OwnProfile} OwnProfile */

const ACCEPT = 'image/jpeg,image/png,image/webp';
const MIDDLE = 0.5;
const WHOLE = 100;

/**
 * The photo that was just chosen, as long as the square of it can be moved.
 * @param {OwnProfile} profile
 * @param {(isBroken: boolean) => void} setBroken
 */
function usePhoto(profile, setBroken) {
  const [photo, setPhoto] = useState(/** @type {ImageBitmap | null} */ (null));
  useEffect(() => () => photo?.close(), [photo]);
  const cut = async (/** @type {ImageBitmap} */ from, /** @type {number} */ place) => {
    const raw = await squareOf(from, place);
    setBroken(raw === null);
    if (raw !== null) profile.show(raw);
  };
  const choose = async (/** @type {File} */ file) => {
    const opened = await openPhoto(file);
    setBroken(opened === null);
    setPhoto(opened);
    if (opened !== null) await cut(opened, MIDDLE);
  };
  return { photo, cut, choose, forget: () => setPhoto(null) };
}

/** @param {{ profile: OwnProfile }} props @returns {any} */
export function PictureField({ profile }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const [isBroken, setBroken] = useState(false);
  const { photo, cut, choose, forget } = usePhoto(profile, setBroken);
  const raw = profile.picture.value;
  const portrait = useMemo(() => (raw === null ? null : async () => raw), [raw]);
  const picked = () => {
    const [file] = field.current?.files ?? [];
    if (field.current !== null) field.current.value = '';
    if (file !== undefined) own('opening a photo', choose(file));
  };
  const remove = () => {
    forget();
    setBroken(false);
    profile.show(null);
    // The button goes away; the focus must not go with it.
    button.current?.focus();
  };
  const canMove = photo !== null && raw !== null && photo.width !== photo.height;
  return html`<fieldset class="field profile__picture">
    <legend class="field__label">${t('profile.picture')}</legend>
    <p class="field__hint" id="profile-picture-hint">${t('profile.picture_hint')}</p>
    <div class="profile__portrait"><${Face} name=${profile.typed.value.name} portrait=${portrait} isLarge />
      <input type="file" ref=${field} accept=${ACCEPT} hidden onChange=${picked} />
      <button type="button" class="button button--small" ref=${button} aria-describedby="profile-picture-hint profile-picture-error"
        onClick=${() => field.current?.click()}>${t(raw === null ? 'profile.picture_choose' : 'profile.picture_change')}</button>
      ${raw !== null && html`<button type="button" class="button button--small button--quiet" onClick=${remove}>${t('profile.picture_remove')}</button>`}</div>
    ${canMove && html`<label class="profile__place"><span>${t('profile.picture_place')}</span>
      <input type="range" min="0" max=${WHOLE} defaultValue=${MIDDLE * WHOLE}
        onInput=${(/** @type {any} */ event) => own('cutting a photo', cut(photo, event.currentTarget.valueAsNumber / WHOLE))} /></label>`}
    <${FieldError} id="profile-picture-error" words=${isBroken ? t('profile.picture_broken') : ''} />
  </fieldset>`;
}
