// What several cards of the team's room are made of: names, words to compare, and a button that is busy meanwhile.

import { html, useEffect, useState } from '../../ui/html.js';
import { language, t } from '../../ui/text.js';

/** @typedef {import('./model.js').WorkModel} WorkModel */
/** @typedef {import('./teamview.js').Person} Person */
/** @typedef {import('../../crypto/certificate.js').Certificate} Certificate */

/** @param {Pick<Person, 'name'>} person */
export function nameOf({ name }) {
  return name === '' ? t('workspace.team_unnamed') : name;
}

/** "12. Dezember 2026" @param {number} atMs */
export function dateWords(atMs) {
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'long', year: 'numeric' }).format(atMs);
}

/** @param {readonly string[]} names */
export function listed(names) {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}

/**
 * The words of somebody's key; found when they are drawn.
 * @param {{ load: () => Promise<readonly string[]>, label: string }} props
 * @returns {any}
 */
export function KeyWords({ load, label }) {
  const [words, setWords] = useState(/** @type {readonly string[]} */ ([]));
  useEffect(() => {
    let isShown = true;
    load().then((found) => { if (isShown) setWords(found); });
    return () => { isShown = false; };
  }, []);
  if (words.length === 0) return html`<p class="muted small">${t('common.moment')}</p>`;
  return html`<p class="words" role="group" aria-label=${label}>${words.map((word) => html`<span class="words__word" key=${word}>${word}</span> `)}</p>`;
}

/**
 * Runs one thing a time, and tells whether it runs.
 * @returns {[boolean, (work: () => Promise<void>) => Promise<void>]}
 */
export function useBusy() {
  const [busy, setBusy] = useState(false);
  return [busy, async (work) => {
    if (busy) return;
    setBusy(true);
    try {
      await work();
    } finally {
      setBusy(false);
    }
  }];
}

/** Why admitting or taking out did not work. @param {import('./team.js').Outcome} outcome @returns {string} "" when it did */
export function failureWords(outcome) {
  if (outcome === 'done') return '';
  if (outcome === 'offline') return t('workspace.team_failed_offline');
  return t(outcome === 'noKey' ? 'workspace.team_failed_no_key' : 'workspace.team_failed');
}
