// A native dialog: traps the focus, gives it back, and Esc is always the safe choice.

import { html, useLayoutEffect, useRef } from './html.js';
import { icon } from './icons.js';
import { t } from './text.js';

/**
 * The quick exit once more: a modal dialog makes the page's own one unreachable.
 * @returns {any}
 */
export function ExitOver() {
  const link = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    // Exactly over the page's own one, however tall the header is, also when the phone is turned.
    const settle = () => {
      const place = document.getElementById('exit')?.getBoundingClientRect();
      if (place === undefined || link.current === null) return;
      link.current.style.insetBlockStart = `${place.top}px`;
      link.current.style.insetInlineEnd = `${document.documentElement.clientWidth - place.right}px`;
    };
    settle();
    window.addEventListener('resize', settle);
    return () => window.removeEventListener('resize', settle);
  }, []);
  return html`<a class="exit exit--over" href="/exit" data-quick-exit ref=${link}>
    ${icon('exit')}<span class="exit__long">${t('common.exit')}</span><span class="exit__short">${t('common.exit_short')}</span></a>`;
}

/**
 * Shows `children` above the page. The element with data-first has the focus at first, else the title.
 * @param {{ id: string, title: string, onCancel: () => void, exit?: boolean, wide?: boolean, children?: any }} props
 * @returns {any}
 */
export function Dialog({ id, title, onCancel, exit = false, wide = false, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const cancel = useRef(onCancel);
  cancel.current = onCancel;
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    dialog.showModal();
    const first = dialog.querySelector('[data-first]') ?? dialog.querySelector('.dialog__title');
    if (first instanceof HTMLElement) first.focus();
    // A second Esc closes natively even when `cancel` was prevented.
    const closed = () => cancel.current();
    dialog.addEventListener('close', closed);
    return () => {
      dialog.removeEventListener('close', closed);
      if (dialog.open) dialog.close();
    };
  }, []);
  const onEscape = (/** @type {Event} */ event) => {
    event.preventDefault();
    cancel.current();
  };
  return html`<dialog ref=${element} id=${id} class=${wide ? 'dialog dialog--wide' : 'dialog'}
      aria-labelledby=${`${id}-title`} onCancel=${onEscape}>
    <h2 class="dialog__title" id=${`${id}-title`} tabindex="-1">${title}</h2>
    ${children}
    ${exit && html`<${ExitOver} />`}
  </dialog>`;
}
