// The door to the drawing library: tagged templates that become nodes, never strings of HTML.

// Subscribes a component to every signal it reads while drawing.
import '../../vendor/signals.mjs';
import htm from '../../vendor/htm.mjs';
import { h } from '../../vendor/preact.mjs';

/** @typedef {import('../../vendor/preact.mjs').VNode<any>} VNode */
/** @typedef {VNode | VNode[] | string | number | boolean | null | undefined} Drawn */

/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = htm.bind(/** @type {any} */ (h));

export { Component, Fragment, render } from '../../vendor/preact.mjs';
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from '../../vendor/preact-hooks.mjs';
export { batch, effect, signal, untracked } from '../../vendor/signals.mjs';
