// Values that tell when they change; the one door to the library for everything below the views.

export { batch, computed, effect, signal, untracked } from '../../vendor/signals-core.mjs';

/**
 * @template T
 * @typedef {import('../../vendor/signals-core.mjs').Signal<T>} Signal
 */
