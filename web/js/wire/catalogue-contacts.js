// Generated from crypto/wire by `python -m crypto.wire.mirror`; do not edit.
// @ts-check

import { learn } from './codec.js';

export const MESSAGES = Object.freeze({
 command: {
  contact_drop: ["version uint 16777215"],
  contact_look: [],
  contact_put: ["version uint 16777215", "letter bin 2184 2184"],
  contact_read: ["ticket16 bin 16 16"],
  contact_reseal: ["ticket16 bin 16 16", "version uint 16777215", "letter bin 2184 2184"],
  contacts: ["portal16 bin 16 16", "start uint 9007199254740991"],
 },
 reply: {
  contact_drop: [],
  contact_look: ["version uint 16777215", "isCurrent uint 1"],
  contact_put: [],
  contact_read: ["version uint 16777215", "letter bin 2184 2184"],
  contact_reseal: [],
  contacts: ["rows list 500 record ContactRow", "hasMore uint 1"],
 },
 record: {
  ContactRow: ["ticket16 bin 16 16", "number uint 9007199254740991", "version uint 16777215", "isCurrent uint 1"],
 },
});

learn(MESSAGES);
