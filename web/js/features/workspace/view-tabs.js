// Tabs: one stop for the Tab key, arrow keys between them.

import { html } from '../../ui/html.js';
import { focusOn } from '../../ui/focus.js';

/**
 * @param {{ tabs: readonly { id: string, words: string, counter?: any }[], chosen: string, onChoose: (id: any) => void, labelledBy: string }} props
 *   each tab's panel has the id `panel-` and the tab's
 * @returns {any}
 */
export function Tabs({ tabs, chosen, onChoose, labelledBy }) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (step === 0 || event.altKey) return;
    event.preventDefault();
    const next = tabs[(tabs.findIndex(({ id }) => id === chosen) + step + tabs.length) % tabs.length];
    onChoose(next.id);
    focusOn(`#tab-${next.id}`);
  };
  return html`<div class="tabs" role="tablist" aria-labelledby=${labelledBy} onKeyDown=${onKey}>
    ${tabs.map(({ id, words, counter = null }) => html`<button type="button" class="tabs__tab" role="tab" key=${id} id=${`tab-${id}`}
      aria-selected=${id === chosen ? 'true' : 'false'} aria-controls=${id === chosen ? `panel-${id}` : undefined} tabindex=${id === chosen ? 0 : -1}
      onClick=${() => onChoose(id)}>${words} ${counter}</button>`)}
  </div>`;
}
