// All conversations of a sign-in share one log. Twin of a test in tests/test_enquiries_devices.py.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { SeekerAccount } from '../../web/js/core/account.js';
import { newAccountSecret } from '../../web/js/crypto/account.js';
import { ready } from '../../web/js/crypto/primitives.js';
import { LogStaff } from '../../web/js/crypto/staffview.js';
import { Enquiries } from '../../web/js/features/enquiries/enquiries.js';
import { TeamPeople } from '../../web/js/features/enquiries/people.js';
import { quick } from './helpers/accounts.js';
import { settled } from './helpers/clock.js';
import { PORTAL, TEAMS } from './helpers/house.js';
import { WritingHouse } from './helpers/writing.js';

before(ready);

test('a conversation goes on when another has read the log further', async () => {
  const house = new WritingHouse();
  const { line } = house;
  const account = await SeekerAccount.create(line, {
    name: 'kiesel-407', phrase: 'lampe wiese sieben kanal moos turm', ams: newAccountSecret(), argon2id: quick,
  });
  const enquiries = new Enquiries({
    line, account, people: new TeamPeople(line, TEAMS, PORTAL), portal16: PORTAL, language: 'de', teamName: 'Team', myName: 'Sie',
    unacceptedDays: 30,
  });
  const enquiry = enquiries.begin();
  enquiry.type({ text: 'Guten Tag' });
  await enquiry.send();
  const thread = /** @type {NonNullable<typeof enquiry.thread.value>} */ (enquiry.thread.value);

  // A leaf that counts for nothing, read for some other conversation.
  const longer = line.log.view.extend([Uint8Array.of(0xc1)], [new Uint8Array(0)]);
  Object.assign(line.log, { view: longer, staff: new LogStaff(longer) });
  thread.say('Und noch etwas');
  await settled();
  assert.deepEqual(thread.messages.value.map(({ text, state }) => [text, state]), [['Guten Tag', 'stored'], ['Und noch etwas', 'stored']]);
  assert.equal(thread.box.transcript.staff.view.size, longer.size);
});
