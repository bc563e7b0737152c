// The access room: signing in, creating, "Meine Gespräche", settings, and the chat of a signed-in seeker.
// Owns the line and the account; draws nothing. One stage at a time.
//
//   signIn --open--> home <--> settings        locked: the keys are gone, the place is kept; who signs in
//   create --made--> home <--> live, past,     again with the same account is back there
//                              enquiry
//   recover --new--> home                      deleted: the end of an access
//   invited --with any of these--> arrival     until the conversation of an invitation is there

import { report } from '../../core/errors.js';
import { signal } from '../../core/signals.js';
import { own } from '../../core/tasks.js';
import { CreateModel } from './create.js';
import { wordsOf } from './fromwaiting.js';
import { Place } from './place.js';
import { problemOf } from './problems.js';
import { RecoverModel } from './recover.js';
import { Rooms } from './rooms.js';
import { SignInModel } from './signin.js';

/** @typedef {import('../../core/account.js').SeekerAccount} SeekerAccount */
/** @typedef {import('../../crypto/entry.js').Entry} Entry */
/** @typedef {import('./enquiryport.js').EnquiryPort} EnquiryPort */
/** @typedef {import('./entrance.js').Entrance} Entrance */
/** @typedef {import('./fromwaiting.js').FromWaiting} FromWaiting */
/** @typedef {import('../newaccess/arrival.js').Arrival} Arrival */
/** @typedef {import('../newaccess/invited.js').Invited} Invited */
/** @typedef {import('./liveport.js').LivePort} LivePort */

/** @typedef {'signIn' | 'create' | 'recover' | 'home' | 'settings' | 'live' | 'past' | 'enquiry' | 'invited' | 'arrival' | 'locked' | 'deleted'} Stage */

export class AccessModel {
  /** @type {import('../../core/signals.js').Signal<Stage>} */
  stage = signal(/** @type {Stage} */ ('signIn'));
  /** Why it is locked. @type {import('../../core/signals.js').Signal<'' | 'idle' | 'ended'>} */
  lockedBy = signal(/** @type {'' | 'idle' | 'ended'} */ (''));
  /** What was done last, as a key of its sentence; '' for nothing. */
  notice = signal('');
  /** Why the last step did not go: a code; '' for nothing. */
  problem = signal('');
  /** The account that is open; null while signed out. @type {import('../../core/signals.js').Signal<SeekerAccount | null>} */
  account = signal(/** @type {SeekerAccount | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<CreateModel | null>} */
  create = signal(/** @type {CreateModel | null} */ (null));
  /** @type {import('../../core/signals.js').Signal<RecoverModel | null>} */
  recover = signal(/** @type {RecoverModel | null} */ (null));
  /** Who came from the waiting room to write, before there is an access. @type {import('../../core/signals.js').Signal<FromWaiting | null>} */
  waiting = signal(/** @type {FromWaiting | null} */ (null));
  /** Who came with an invitation to a new access, until an account answers it. @type {import('../../core/signals.js').Signal<Invited | null>} */
  invited = signal(/** @type {Invited | null} */ (null));
  #entrance;
  #enquiryPort;
  #language;
  #rooms;
  #endWatch = () => {};
  /** @type {Place | null} */
  #place = null;
  /** Somebody came to write, and has no access open yet. */
  #wantsToWrite = false;

  /**
   * @param {object} parts
   * @param {Entrance} parts.entrance
   * @param {string} parts.language of the page
   * @param {LivePort} parts.livePort
   * @param {EnquiryPort} parts.enquiryPort
   */
  constructor({ entrance, language, livePort, enquiryPort }) {
    this.#entrance = entrance;
    this.#language = language;
    this.#enquiryPort = enquiryPort;
    const onArrived = (/** @type {Uint8Array} */ box16, /** @type {boolean} */ wasShown) => own('a conversation again', this.#arrived(box16, wasShown));
    this.#rooms = new Rooms({ entrance, language, livePort, enquiryPort, onArrived });
    this.connection = entrance.connection;
    this.home = this.#rooms.home;
    this.settings = this.#rooms.settings;
    this.live = this.#rooms.live;
    this.past = this.#rooms.past;
    this.enquiries = this.#rooms.enquiries;
    this.arrivals = this.#rooms.arrivals;
    this.signIn = new SignInModel((name, phrase) => entrance.signIn(name, phrase), (account) => this.#enter(account));
  }

  /** Tells whether the idle lock rests now: nothing is open, or somebody waits or talks. */
  get isResting() {
    return this.account.value === null || (this.live.value?.isBusy.value ?? false);
  }

  // --- the ways in ----------------------------------------------------------------------------------

  /** To the form for name and passphrase. */
  toSignIn() {
    this.#leaveWays();
    this.notice.value = '';
    this.stage.value = this.#place === null ? 'signIn' : 'locked';
  }

  /** To the three steps. */
  async toCreate() {
    this.#leaveWays();
    this.#place = null;
    const create = await CreateModel.begin((chosen) => this.#make(chosen), this.#language);
    const told = await this.invited.value?.suggestedName(this.#language) ?? '';
    if (told !== '') create.name.type(told);
    this.create.value = create;
    this.stage.value = 'create';
  }

  /**
   * To the three steps, and from there, or from a sign-in, into writing.
   * @param {FromWaiting | null} waiting who comes from the waiting room brings words along
   */
  async toWrite(waiting) {
    this.waiting.value = waiting;
    this.#wantsToWrite = waiting === null;
    await this.toCreate();
  }

  /**
   * To an invitation to a new access.
   * @param {string | null} [fragment] behind the "#" of its link; null where the words are typed
   */
  async toInvited(fragment = null) {
    this.#leaveWays();
    this.problem.value = '';
    try {
      const invited = await this.#enquiryPort.invited();
      this.#dropInvited();
      this.invited.value = invited;
      this.stage.value = 'invited';
      if (fragment !== null) await invited.open(fragment);
    } catch (error) {
      report('an invitation', error);
      this.problem.value = 'other';
    }
  }

  /** Away from an invitation; its link still counts. */
  cancelInvited() {
    this.#dropInvited();
    this.toSignIn();
  }

  /** To the sheet's code. */
  toRecover() {
    this.#leaveWays();
    this.recover.value = new RecoverModel(this.#entrance, this.#language, (account) => this.#take(account));
    this.stage.value = 'recover';
  }

  /** Leaves the way by sheet; what the code had opened is closed again, and the old sheet still counts. */
  async cancelRecover() {
    if (this.account.value === null) this.toSignIn();
    else await this.signOut();
  }

  /**
   * The sheet of a new access was typed back, or is to be noted later.
   * @param {boolean} isNoted
   */
  async finishSheet(isNoted) {
    const account = this.account.value;
    if (account === null) return;
    this.#leaveWays();
    this.#arrive();
    // A sheet not noted must be on record as well: the one before may have been.
    await account.keyring.keepSettings(() => ({ sheetNoted: isNoted }));
    if (this.home.value !== null) this.home.value.isSheetNoted.value = isNoted;
  }

  // --- signed in ------------------------------------------------------------------------------------

  /** To "Meine Gespräche". @param {string} [notice] what was just done */
  toHome(notice = '') {
    const account = this.account.value;
    if (account === null) return;
    this.problem.value = '';
    this.notice.value = notice;
    own('list', this.#readHome(account));
    this.stage.value = 'home';
  }

  /** @param {import('./settings.js').Panel} [panel] */
  toSettings(panel = '') {
    const account = this.account.value;
    if (account === null) return;
    own('settings', this.#rooms.openSettings(account, () => this.#deleted()).open(panel));
    this.stage.value = 'settings';
  }

  /** "Jetzt chatten", and back into a chat that runs or a queue: the live room under this account. */
  async toLive() {
    await this.#visit(async (account) => {
      if (await this.#rooms.openLive(account)) this.stage.value = 'live';
    });
  }

  /** Opens a closed chat to read. @param {Entry} entry */
  async toPast(entry) {
    await this.#visit(async (account) => {
      const isThere = await this.#rooms.openPast(account, entry);
      if (isThere === true) this.stage.value = 'past';
      if (isThere !== null) return;
      this.problem.value = 'gone';
      await this.home.value?.load();
    });
  }

  /**
   * To one written enquiry: that of a box, else a new one that begins with `text`.
   * @param {Uint8Array | null} [box16]
   * @param {string} [text] what was typed elsewhere
   */
  async toEnquiry(box16 = null, text = '') {
    await this.#visit(async (account) => {
      const isThere = await this.#rooms.openEnquiry(account, box16, text);
      if (isThere === true) this.stage.value = 'enquiry';
      if (isThere === null) this.problem.value = 'gone';
    });
  }

  /** To an invitation that is under way. @param {Arrival} arrival */
  toArrival(arrival) {
    this.problem.value = '';
    this.#rooms.leave();
    this.arrivals.value?.show(arrival);
    this.stage.value = 'arrival';
  }

  /** The invitation goes, the access stays. @param {Arrival} arrival */
  async forgetArrival(arrival) {
    const forgotten = this.arrivals.value?.forget(arrival);
    this.toHome();
    await forgotten;
  }

  /** "Lieber schreiben", in the waiting room: the words from there go along, and the place is given back. */
  async writeInstead() {
    const live = this.live.value;
    if (live !== null) await this.#write(wordsOf(live.topic.peek(), live.draft.peek()), () => live.withdraw());
  }

  /** "Entwurf behalten": saved at once. */
  async keepDraft() {
    const account = this.account.value;
    this.toHome('draft_kept');
    await account?.flush();
  }

  /** The page is hidden or taken down, perhaps for good: what was typed is kept now. */
  hide() {
    this.live.value?.rememberNow();
    const account = this.account.value;
    if (account !== null) own('keeping drafts', account.flush());
  }

  // --- ends -----------------------------------------------------------------------------------------

  async signOut() {
    const account = this.account.value;
    this.#forget();
    this.notice.value = 'signed_out';
    this.stage.value = 'signIn';
    if (account !== null) await this.#entrance.end(() => account.signOut());
  }

  /**
   * The keys go, the place stays: nobody was here for long, or the sign-in is over.
   * @param {'idle' | 'ended'} reason
   */
  async lock(reason) {
    const account = this.account.value;
    if (account === null) return;
    this.live.value?.rememberNow();
    const shown = this.past.value?.entry.box16 ?? this.enquiries.value?.shown.value?.box16 ?? null;
    const place = new Place(this.stage.value, shown, account);
    this.#place = place;
    this.#forget();
    this.lockedBy.value = reason;
    this.stage.value = 'locked';
    await this.#entrance.end(async () => {
      // The wipe comes last, so that drafts reach the relay; the page shows nothing of them meanwhile.
      try {
        await account.flush();
      } finally {
        place.holdDrafts(account);
        await account.signOut();
      }
    });
  }

  /** The quick exit: everything is gone from this page at once. Never waits. */
  leaveFast() {
    this.live.value?.leaveFast();
    this.waiting.value?.wipe();
    this.waiting.value = null;
    this.#dropInvited();
    const account = this.account.value;
    this.#forget();
    this.#place = null;
    account?.wipe();
    this.#entrance.close();
  }

  // --- inside ---------------------------------------------------------------------------------------

  /** @param {{ name: string, phrase: string, code: string }} chosen */
  async #make(chosen) {
    this.#take(await this.#entrance.create(chosen));
  }

  /** The account is open, the person still has a sheet to see. @param {SeekerAccount} account */
  #take(account) {
    this.account.value = account;
    this.#endWatch();
    // Not from within the signal: whoever hears of it ends this subscription.
    this.#endWatch = account.ended.subscribe((isOver) => {
      if (isOver) queueMicrotask(() => own('locking', this.lock('ended')));
    });
  }

  /** Signed in: to where somebody was, else to the list. @param {SeekerAccount} account */
  #enter(account) {
    this.#take(account);
    this.#arrive();
  }

  #arrive() {
    const place = this.#place;
    this.#place = null;
    this.lockedBy.value = '';
    this.notice.value = '';
    const account = this.account.value;
    const secret = this.invited.value?.takeSecret() ?? null;
    this.#dropInvited();
    if (account !== null && secret !== null) {
      this.toHome();
      own('answering an invitation', this.#visit(async () => {
        if (await this.#rooms.openArrival(account, secret)) this.stage.value = 'arrival';
      }));
      return;
    }
    const waiting = this.waiting.value;
    if (waiting !== null) {
      this.waiting.value = null;
      this.toHome();
      own('writing instead', this.#write(waiting.text, () => waiting.giveBack()));
      return;
    }
    if (account === null || place === null || !place.isOf(account)) {
      this.toHome();
      if (this.#wantsToWrite) own('to writing', this.toEnquiry());
      this.#wantsToWrite = false;
      return;
    }
    place.giveBack(account);
    if (place.stage === 'settings') this.toSettings();
    else if (place.stage === 'live') own('back in the live room', this.toLive());
    else if (place.stage === 'enquiry') own('back in an enquiry', this.#backToEnquiry(account, place.box16));
    else own('back in a closed chat', this.#backTo(account, place.box16));
  }

  /** To the list, and on to the chat that was read, if it was one. @param {SeekerAccount} account @param {Uint8Array | null} box16 */
  async #backTo(account, box16) {
    this.toHome();
    const entry = box16 === null ? null : account.keyring.entry(box16);
    if (entry !== null) await this.toPast(entry);
  }

  /**
   * Into writing with words from elsewhere: kept first, then the place there is given back.
   * @param {string} text
   * @param {() => Promise<void>} giveBack
   */
  async #write(text, giveBack) {
    await this.#visit(async (account) => {
      const box16 = await this.#rooms.keepWords(account, text);
      await account.flush();
      await giveBack();
      if (this.account.value === account) await this.toEnquiry(box16);
    });
  }

  /**
   * To the list, and on to what was read or written; of a form in which nothing was typed, nothing is left.
   * @param {SeekerAccount} account
   * @param {Uint8Array | null} box16
   */
  async #backToEnquiry(account, box16) {
    this.toHome();
    if (box16 !== null && account.keyring.entry(box16) !== null) await this.toEnquiry(box16);
  }

  /** The list, then what is written of it. @param {SeekerAccount} account */
  async #readHome(account) {
    await this.#rooms.openHome(account).load();
    if (this.account.value !== account) return;
    try {
      await this.#rooms.readEnquiries(account);
      await this.#rooms.readArrivals(account);
    } catch (error) {
      if (this.account.value === account) this.problem.value = problemOf(error);
    }
  }

  /**
   * A conversation is there again: whoever waits for it is led there.
   * @param {Uint8Array} box16
   * @param {boolean} wasShown
   */
  async #arrived(box16, wasShown) {
    const account = this.account.value;
    if (account === null) return;
    await this.#rooms.takeBack(account, box16);
    if (wasShown && this.stage.value === 'arrival') await this.toEnquiry(box16);
  }

  #dropInvited() {
    this.invited.value?.wipe();
    this.invited.value = null;
  }

  /** @param {(account: SeekerAccount) => Promise<void>} work */
  async #visit(work) {
    const account = this.account.value;
    if (account === null) return;
    this.problem.value = '';
    try {
      await work(account);
    } catch (error) {
      if (this.account.value !== account) return;
      if (this.stage.value !== 'home') this.toHome();
      this.problem.value = problemOf(error);
    }
  }

  #deleted() {
    this.#forget();
    this.stage.value = 'deleted';
    this.#entrance.close();
  }

  /** Nothing of this account is held here any more; its own secrets are for the caller to wipe. */
  #forget() {
    this.#endWatch();
    this.#leaveWays();
    this.#rooms.close();
    this.problem.value = '';
    this.account.value = null;
  }

  #leaveWays() {
    this.create.value?.phrase.wipe();
    this.create.value = null;
    this.recover.value?.wipe();
    this.recover.value = null;
  }
}
