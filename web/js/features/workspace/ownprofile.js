// The own profile: read as others see it, typed over, signed with the certified key, published.
//
// Of two devices at once the first one to save counts; the second hears of it, keeps what was typed, and
// its next save goes on from what the first has published.

import { computed, signal } from '../../core/signals.js';
import { wordsToCompare } from '../../core/wordlists.js';
import { RemoteError } from '../../crypto/errors.js';
import { cleanLine, cleanText, encodeProfile, signProfile } from '../../crypto/ownprofile.js';
import { openPicture, pictureHash } from '../../crypto/picture.js';
import { equal } from '../../crypto/primitives.js';
import { LANGUAGES, MAX_LANGUAGES, MAX_NAME_CHARS, MAX_STATUS_CHARS, MAX_TEXT_CHARS, TEXT_LANGUAGES, openProfile } from '../../crypto/profile.js';
import '../../wire/catalogue-account.js';
import '../../wire/catalogue-staff.js';
import { WireError } from '../../wire/errors.js';

/** @typedef {import('./place.js').Place} Place */
/** @typedef {Readonly<{ name: string, languages: readonly string[], texts: readonly string[], status: string }>} Typed */
/** What is published now. @typedef {Readonly<{ raw: Uint8Array, counter: number, shown: Typed, picture: Uint8Array | null }>} Published */

const NOTHING = new Uint8Array(0);
/** @type {Typed} */
const BLANK = Object.freeze({ name: '', languages: [], texts: TEXT_LANGUAGES.map(() => ''), status: '' });
/** @type {Published} */
const UNPUBLISHED = Object.freeze({ raw: NOTHING, counter: 0, shown: BLANK, picture: null });

export class OwnProfile {
  #place;
  #onSaved;
  /** Of whom is what stands here. @type {Uint8Array} */
  #subject16 = NOTHING;
  /** What was sent and got no answer: if it stands there, it is the own one. @type {Uint8Array} */
  #unsure = NOTHING;

  /**
   * @param {Place} place
   * @param {() => Promise<void>} onSaved others are shown the new name
   */
  constructor(place, onSaved) {
    this.#place = place;
    this.#onSaved = onSaved;
    /** @type {import('../../core/signals.js').Signal<'unread' | 'reading' | 'ready'>} */
    this.stage = signal(/** @type {'unread' | 'reading' | 'ready'} */ ('unread'));
    this.typed = signal(BLANK);
    /** @type {import('../../core/signals.js').Signal<Uint8Array | null>} */
    this.picture = signal(/** @type {Uint8Array | null} */ (null));
    this.published = signal(UNPUBLISHED);
    /** Why it was not saved: what `faultOf` finds, `conflict`, `unreachable` or `refused`; '' for nothing. */
    this.problem = signal('');
    this.isBusy = signal(false);
    this.isSaved = signal(false);
    this.isChanged = computed(() => {
      const { shown, picture } = this.published.value;
      return !isSame(cleaned(this.typed.value), shown) || !isSamePicture(this.picture.value, picture);
    });
  }

  /** Reads what is published; what was typed and not saved stays. */
  async open() {
    const { session } = this.#place;
    const me = session()?.subject16 ?? NOTHING;
    if (!equal(me, this.#subject16)) this.clear();
    this.#subject16 = me;
    const hadChanges = this.isChanged.value;
    this.stage.value = 'reading';
    try {
      this.published.value = await this.#read();
      if (!hadChanges) this.#take(this.published.value);
      this.stage.value = 'ready';
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.stage.value = 'unread';
    }
  }

  /** @param {Partial<Typed>} change */
  type(change) {
    this.typed.value = { ...this.typed.value, ...change };
    this.isSaved.value = false;
  }

  /** @param {string} code @param {boolean} isSpoken */
  speak(code, isSpoken) {
    const { languages } = this.typed.value;
    this.type({ languages: LANGUAGES.filter((one) => (one === code ? isSpoken : languages.includes(one))) });
  }

  /** Whether one more language can be chosen. */
  get hasRoom() {
    return this.typed.value.languages.length < MAX_LANGUAGES;
  }

  /** @param {Uint8Array | null} raw a plain picture (crypto/picture.js), or none any more */
  show(raw) {
    this.picture.value = raw;
    this.isSaved.value = false;
  }

  /** Signs and publishes it; what is wrong stands in `problem`, and nothing typed is lost. */
  async save() {
    if (this.isBusy.value) return;
    this.isSaved.value = false;
    this.problem.value = faultOf(this.typed.value);
    if (this.problem.value !== '') return;
    this.isBusy.value = true;
    try {
      this.problem.value = await this.#publish(cleaned(this.typed.value), this.picture.value);
      if (this.problem.value === '') {
        this.isSaved.value = true;
        await this.#onSaved();
      }
    } finally {
      this.isBusy.value = false;
    }
  }

  /** What is published, in place of what was typed. */
  discard() {
    this.#take(this.published.value);
    this.problem.value = '';
  }

  /** Nothing stays of who was here. */
  clear() {
    this.published.value = UNPUBLISHED;
    this.#take(UNPUBLISHED);
    this.#unsure = NOTHING;
    this.#subject16 = NOTHING;
    this.problem.value = '';
    this.stage.value = 'unread';
  }

  /** What was typed here and not published. @returns {readonly string[]} */
  get unsaved() {
    const { shown } = this.published.value;
    const [typed, known] = [this.typed.value, [shown.status, ...shown.texts]];
    return [typed.status, ...typed.texts].filter((one, at) => one.trim() !== '' && one !== known[at]);
  }

  /** Until when the own certificate runs; 0 without one. */
  get certifiedUntilMs() {
    const { session, clock } = this.#place;
    return session()?.certificate(clock.now())?.notAfterMs ?? 0;
  }

  /** The words of the own keys, as colleagues compare them. @returns {Promise<readonly string[]>} */
  async words() {
    const [org, session] = [this.#place.log.view.org(), this.#place.session()];
    return org === null || session === null ? [] : (await wordsToCompare(org, session.publicKeys)()).personWords;
  }

  /** @param {Published} published */
  #take({ shown, picture }) {
    this.typed.value = shown;
    this.picture.value = picture;
    this.isSaved.value = false;
  }

  /**
   * @param {Typed} shown
   * @param {Uint8Array | null} picture
   * @returns {Promise<string>} why not; '' when it stands there
   */
  async #publish(shown, picture) {
    const session = this.#place.session();
    if (session === null) return 'unreachable';
    const counter = this.published.value.counter + 1;
    const hash = picture === null ? NOTHING : pictureHash(picture);
    const raw = encodeProfile({ subject16: session.subject16, counter, ...shown, pictureHash: hash });
    try {
      await this.#place.request('profile_put', { profile: raw, signature: signProfile(session.signSecret, raw), picture: picture ?? NOTHING });
      this.published.value = { raw, counter, shown, picture };
      return '';
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (error.isUncertain) this.#unsure = raw;
      if (error.code !== 'conflict') return error.isUncertain ? 'unreachable' : 'refused';
    }
    return this.#afterConflict(shown, picture);
  }

  /** Somebody has published in between: another device, or this one without hearing of it. @type {(shown: Typed, picture: Uint8Array | null) => Promise<string>} */
  async #afterConflict(shown, picture) {
    const before = this.published.value;
    try {
      this.published.value = await this.#read();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return 'unreachable';
    }
    const { raw, counter } = this.published.value;
    const isOwn = this.#unsure.length > 0 && equal(raw, this.#unsure);
    return isOwn && counter > before.counter ? this.#publish(shown, picture) : 'conflict';
  }

  /** @returns {Promise<Published>} */
  async #read() {
    const { log, clock, session, request } = this.#place;
    const { view } = log;
    const [me, key] = [this.#subject16, session()?.publicKeys.signPk];
    const team16 = view.teamIds().find((one) => view.inTeam(one, me, clock.now()));
    if (team16 === undefined || key === undefined) return UNPUBLISHED;
    const { profiles } = await request('profiles', { team16 });
    const mine = profiles.find((/** @type {any} */ one) => equal(one.subject16, me));
    if (mine === undefined) return UNPUBLISHED;
    try {
      const profile = openProfile(key, me, mine.profile, mine.signature);
      const { counter, name, languages, texts, status } = profile;
      const picture = await this.#pictureOf(team16, profile);
      return { raw: mine.profile, counter, shown: { name, languages, texts, status }, picture };
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return UNPUBLISHED;
    }
  }

  /**
   * Null where there is none to be believed. Without a line it is no null: the next save would take it away.
   * @param {Uint8Array} team16
   * @param {Readonly<import('../../crypto/profile.js').Profile>} profile
   */
  async #pictureOf(team16, { subject16, pictureHash: stated }) {
    if (stated.length === 0) return null;
    try {
      const { picture } = await this.#place.request('profile_picture', { team16, subject16 });
      return openPicture(stated, picture);
    } catch (error) {
      const isNone = error instanceof RemoteError || (error instanceof WireError && error.code === 'unknown');
      if (!isNone) throw error;
      return null;
    }
  }
}

/** As it would be signed. @param {Typed} typed @returns {Typed} */
function cleaned({ name, languages, texts, status }) {
  return { name: cleanLine(name), languages, texts: texts.map(cleanText), status: cleanLine(status) };
}

/**
 * What is wrong with it: `name_missing`, `name_long`, `text_long_<language>`, `status_long`; '' for nothing.
 * @param {Typed} typed
 */
export function faultOf(typed) {
  const { name, texts, status } = cleaned(typed);
  if (name === '') return 'name_missing';
  if (charsOf(name) > MAX_NAME_CHARS) return 'name_long';
  const long = TEXT_LANGUAGES.find((_, n) => charsOf(texts[n] ?? '') > MAX_TEXT_CHARS);
  if (long !== undefined) return `text_long_${long}`;
  return charsOf(status) > MAX_STATUS_CHARS ? 'status_long' : '';
}

/** @param {string} text */
const charsOf = (text) => [...text].length;

/** @param {Typed} one @param {Typed} other */
function isSame(one, other) {
  const lines = (/** @type {Typed} */ { name, languages, texts, status }) => JSON.stringify([name, languages, texts, status]);
  return lines(one) === lines(other);
}

/** @param {Uint8Array | null} one @param {Uint8Array | null} other */
function isSamePicture(one, other) {
  return one === null || other === null ? one === other : equal(one, other);
}
