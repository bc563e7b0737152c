// Emoji with a search in the page's language. The names are fetched when the picker first opens.

import { own } from '../core/tasks.js';
import { html, useEffect, useRef, useState } from './html.js';
import { language, lines, t } from './text.js';

/** Sign, name, further words, group. @typedef {[string, string, string, number]} Emoji */

const MOST_FOUND = 120;
const FILES = {
  de: new URL('../../vendor/emoji-de.json', import.meta.url),
  en: new URL('../../vendor/emoji-en.json', import.meta.url),
};

/** @type {Map<string, Emoji[]>} */
const loaded = new Map();

/** @returns {Promise<Emoji[]>} */
async function load() {
  const wanted = language() === 'en' ? 'en' : 'de';
  const known = loaded.get(wanted);
  if (known !== undefined) return known;
  const reply = await fetch(FILES[wanted]);
  if (!reply.ok) throw new Error('no emoji');
  const list = await reply.json();
  loaded.set(wanted, list);
  return list;
}

/**
 * Those whose name or words hold each word of the search; names that begin with it come first.
 * @param {readonly Emoji[]} all
 * @param {string} search
 * @returns {Emoji[]}
 */
export function findEmoji(all, search) {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const found = all.filter(([sign, name, more]) => {
    const text = `${sign} ${name.toLowerCase()} ${more}`;
    return words.every((word) => text.includes(word));
  });
  const first = words[0] ?? '';
  const rank = (/** @type {Emoji} */ one) => (one[1].toLowerCase().startsWith(first) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_FOUND);
}

/** @param {{ list: readonly Emoji[], onPick: (sign: string) => void }} props @returns {any} */
function Signs({ list, onPick }) {
  return html`${list.map(([sign, name]) => html`<button type="button" class="emoji-picker__emoji" key=${sign}
    aria-label=${name} title=${name} onClick=${() => onPick(sign)}>${sign}</button>`)}`;
}

/** @param {{ all: readonly Emoji[], onPick: (sign: string) => void }} props @returns {any} */
function Groups({ all, onPick }) {
  return html`${lines('chat.emoji_groups').map((name, group) => name !== '' && html`<div class="emoji-picker__section" key=${name}
      role="group" aria-label=${name}>
    <p class="emoji-picker__group" aria-hidden="true">${name}</p>
    <${Signs} list=${all.filter((one) => one[3] === group)} onPick=${onPick} /></div>`)}`;
}

/**
 * @param {{ onPick: (sign: string) => void, onClose: () => void }} props
 * @returns {any}
 */
export function EmojiPicker({ onPick, onClose }) {
  const [all, setAll] = useState(/** @type {Emoji[] | null} */ (null));
  const [failed, setFailed] = useState(false);
  const [search, setSearch] = useState('');
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    let isOpen = true;
    const show = load().then((list) => isOpen && setAll(list), () => isOpen && setFailed(true));
    own('loading the emoji', show);
    field.current?.focus();
    return () => { isOpen = false; };
  }, []);
  const found = all !== null && search.trim() !== '' ? findEmoji(all, search) : null;
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    // Enter in the search takes the first one and must not send the message.
    if (event.key === 'Enter' && event.target === field.current) {
      event.preventDefault();
      const first = found?.[0];
      if (first !== undefined) onPick(first[0]);
    }
  };
  return html`<div class="emoji-picker" role="dialog" aria-label=${t('chat.emoji')} onKeyDown=${onKeyDown}>
    <input class="field__input" type="search" ref=${field} aria-label=${t('chat.emoji_search')} placeholder=${t('chat.emoji_search')}
      autocomplete="off" value=${search} onInput=${(/** @type {any} */ event) => setSearch(event.currentTarget.value)} />
    <div class="emoji-picker__list" tabindex="-1">
      ${all === null && html`<p class="emoji-picker__note" role="status">${failed ? t('common.error_title') : t('common.moment')}</p>`}
      ${found !== null && found.length === 0 && html`<p class="emoji-picker__note" role="status">${t('chat.emoji_none')}</p>`}
      ${found !== null && html`<${Signs} list=${found} onPick=${onPick} />`}
      ${all !== null && found === null && html`<${Groups} all=${all} onPick=${onPick} />`}
    </div>
  </div>`;
}
