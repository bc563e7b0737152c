// Short soft tones, computed, not loaded. A browser lets a page sound only after a click, so whoever
// wants to hear something presses a button that calls unlock().

/** Hz and start in seconds of each tone. @type {Record<string, [number, number][]>} */
const TUNES = {
  // Somebody waits, or somebody is there: two rising tones. A message: one, higher and shorter.
  request: [[523.25, 0], [659.25, 0.16], [783.99, 0.32]],
  offer: [[440, 0], [587.33, 0.2]],
  message: [[880, 0]],
};
const TONE_S = 0.34;
const LOUDNESS = { off: 0, soft: 0.06, clear: 0.2 };
export const REPEAT_MS = 8_000;

/** @typedef {'off' | 'soft' | 'clear'} Volume */

/** The sounds of one page. */
export class Sounds {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {Volume} */
  volume = 'clear';

  /** Begins to be allowed to sound; call it from a click. */
  async unlock() {
    if (!('AudioContext' in globalThis)) return;
    this.#context ??= new AudioContext();
    try {
      await this.#context.resume();
    } catch {
      // Refused: then it stays silent, and the screen says the same.
    }
  }

  /** True once a click has allowed it. */
  get isUnlocked() {
    return this.#context?.state === 'running';
  }

  /** @param {'request' | 'offer' | 'message'} name */
  play(name) {
    const context = this.#context;
    const loudness = LOUDNESS[this.volume];
    if (context === null || context.state !== 'running' || loudness === 0) return;
    for (const [hertz, delayS] of TUNES[name] ?? []) tone(context, hertz, delayS, loudness);
  }

  dispose() {
    this.#context?.close().then(undefined, () => undefined);
    this.#context = null;
  }
}

/** @param {AudioContext} context @param {number} hertz @param {number} delayS @param {number} loudness */
function tone(context, hertz, delayS, loudness) {
  const from = context.currentTime + delayS;
  const source = context.createOscillator();
  const gain = context.createGain();
  source.frequency.value = hertz;
  // Rises and fades, so that nothing clicks.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(loudness, from + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + TONE_S);
  source.connect(gain).connect(context.destination);
  source.start(from);
  source.stop(from + TONE_S);
}
