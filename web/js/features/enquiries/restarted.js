// A team that an admin has begun anew: nothing is sealed to it before the person has seen that (protocol section 4).

import { unseenRestart, withSeen } from '../../core/restarts.js';
import { computed, signal } from '../../core/signals.js';
import { BadStatement } from '../../crypto/errors.js';
import { ignoreRefusal } from '../../wire/errors.js';

/** @typedef {import('../../core/keyring.js').Keyring} Keyring */
/** @typedef {import('../../crypto/certificate.js').TeamStatement} TeamStatement */
/** @typedef {import('../../crypto/logview.js').LogView} LogView */

/** Somebody would trust a restart that they have not seen. */
export class TeamRestarted extends BadStatement {}

/**
 * @param {LogView} view
 * @param {Readonly<TeamStatement>} statement the team's newest
 * @param {Pick<Keyring, 'settings'>} keyring
 */
export function refuseUnseenRestart(view, { team: { team16 } }, { settings }) {
  if (unseenRestart(view, team16, settings.restarts) !== null) throw new TeamRestarted('begun anew by an admin, and not seen');
}

/** What the form says about it, and the way on. */
export class RestartAlarm {
  #about;
  /** Moves when something was seen: the keyring itself tells nobody. */
  #seen = signal(0);

  /**
   * @param {{ line: { log: { view: LogView } }, account: { keyring: Pick<Keyring, 'settings' | 'keepSettings'> } }} about
   * @param {import('../../core/signals.js').Signal<import('./people.js').Team | null>} team as last read
   */
  constructor(about, team) {
    this.#about = about;
    /** @type {import('../../../vendor/signals-core.mjs').ReadonlySignal<Readonly<TeamStatement> | null>} */
    this.statement = computed(() => {
      this.#seen.value;
      const team16 = team.value?.statement?.team.team16 ?? null;
      return team16 === null ? null : unseenRestart(about.line.log.view, team16, about.account.keyring.settings.restarts);
    });
  }

  /** Kept for all devices of the account. False when it could not be. */
  async acknowledge() {
    const statement = this.statement.value;
    const { line, account: { keyring } } = this.#about;
    if (statement === null) return true;
    try {
      await keyring.keepSettings((now) => ({ restarts: withSeen(line.log.view, now.restarts, statement) }));
    } catch (error) {
      ignoreRefusal(error);
      return false;
    }
    this.#seen.value += 1;
    return true;
  }
}
