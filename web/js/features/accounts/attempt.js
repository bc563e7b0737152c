// What somebody tries with the relay, one try at a time: whether it is under way, and why it did not go.

import { signal } from '../../core/signals.js';
import { problemOf } from './problems.js';

export class Attempt {
  busy = signal(false);
  /** A code; '' for nothing. */
  problem = signal('');
  #wrong;

  /** @param {string} [wrong] what it means here that nothing opens */
  constructor(wrong = 'wrong') {
    this.#wrong = wrong;
  }

  /** Does nothing while another try is under way. @param {() => Promise<void>} work */
  async run(work) {
    if (this.busy.value) return;
    this.problem.value = '';
    this.busy.value = true;
    try {
      await work();
    } catch (error) {
      const code = problemOf(error);
      this.problem.value = code === 'wrong' ? this.#wrong : code;
    } finally {
      this.busy.value = false;
    }
  }
}
