// Where reading goes on when the element that had the focus has gone, and the link past the header.

/**
 * Moves the focus to the first of the places that is there.
 * @param {...string} selectors
 */
export function focusOn(...selectors) {
  const found = selectors.map((selector) => document.querySelector(selector)).find((one) => one instanceof HTMLElement);
  if (found instanceof HTMLElement) found.focus({ preventScroll: true });
}

/**
 * Does the same, but only where nothing has the focus any more: its element was taken off the page.
 * @param {...string} selectors
 */
export function keepFocus(...selectors) {
  if (document.activeElement === null || document.activeElement === document.body) focusOn(...selectors);
}

/**
 * Says where the shell's skip link leads. It moves the focus by hand: following a "#" would leave an
 * entry in the tab's history, and the quick exit could be gone back from.
 * @param {string} words
 * @param {string} selector
 */
export function aimSkipLink(words, selector) {
  const link = document.querySelector('.skip-link:not([data-quick-exit])');
  if (!(link instanceof HTMLAnchorElement)) return;
  link.textContent = words;
  link.onclick = (event) => {
    event.preventDefault();
    focusOn(selector);
  };
}
