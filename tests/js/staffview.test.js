// Who may open a box, as the log says it. Twin of tests/crypto/test_staffview.py, in part.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ready } from '../../web/js/crypto/primitives.js';
import { LogStaff } from '../../web/js/crypto/staffview.js';
import { Role } from '../../web/js/crypto/statement.js';
import './helpers/fetch.js';

before(ready);

/** @param {number} role */
const staffOf = (role) => new LogStaff(/** @type {any} */ ({ certificate: () => ({ role }) }));

test("an auditor's certificate opens no box, whatever TEAM says", () => {
  assert.equal(staffOf(Role.AUDITOR).counsellor(new Uint8Array(32)), null);
  for (const role of [Role.COUNSELLOR, Role.LEAD, Role.ADMIN]) {
    assert.equal(staffOf(role).counsellor(new Uint8Array(32))?.role, role);
  }
});
