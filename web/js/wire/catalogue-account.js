// Generated from crypto/wire by `python -m crypto.wire.mirror`; do not edit.
// @ts-check

import { learn } from './codec.js';

export const AccountKind = Object.freeze({"SEEKER": 1, "STAFF": 2});
export const DoorKind = Object.freeze({"PASSPHRASE": 1, "RECOVERY": 2});
export const MESSAGES = Object.freeze({
 command: {
  account_begin: ["alpha bin 32 32", "stamp opt 40"],
  account_delete: ["signature bin 64 64"],
  account_finish: ["kind uint 2", "handle bin 16 16", "doors list 2 record NewDoor", "pages list 16 bin 4096 300000"],
  account_stock: [],
  attach: ["token bin 32 32"],
  blob_stock: ["box16 bin 16 16"],
  box_stock: ["box16 bin 16 16"],
  door_change: ["oldId16 bin 16 16", "doors list 2 record ChangedDoor"],
  enquiry_again: [],
  enquiry_call_back: [],
  enquiry_open: ["ticket16 bin 16 16", "portal16 bin 16 16", "language lang 2", "addressee opt 16", "relation opt 32"],
  enquiry_withdraw: [],
  invite_answer: ["joinId16 bin 16 16", "signPk bin 32 32", "kemPk bin 1216 1216", "capHash bin 32 32", "ticketHash bin 32 32", "mac bin 32 32", "stamp opt 40"],
  invite_done: ["inbox16 bin 16 16"],
  invite_letters: ["inbox16 bin 16 16"],
  invite_look: ["joinId16 bin 16 16"],
  keep: [],
  page_read: ["page uint 15"],
  page_save: ["page uint 15", "version uint 9007199254740991", "sealed bin 4096 300000"],
  profile_picture: ["team16 bin 16 16", "subject16 bin 16 16"],
  relation_end: [],
  sign_in_finish: ["signature bin 64 64", "subject16 opt 16", "staffSignature opt 64"],
  sign_in_start: ["id16 bin 16 16", "alpha bin 32 32", "deviceToken opt 32", "stamp opt 40"],
  sign_out: [],
  takers: ["portal16 bin 16 16"],
 },
 reply: {
  account_begin: ["beta bin 32 32", "keeperToken bin 32 32"],
  account_delete: [],
  account_finish: [],
  account_stock: ["createdDay uint 9007199254740991", "doors uint 9007199254740991", "pages uint 9007199254740991", "pageBytes uint 9007199254740991", "signIns uint 9007199254740991"],
  attach: ["kind uint 2", "subject16 opt 16"],
  blob_stock: ["attachments uint 9007199254740991", "attachmentBytes uint 9007199254740991"],
  box_stock: ["envelopes uint 9007199254740991", "envelopeBytes uint 9007199254740991", "caps uint 9007199254740991", "state uint 2", "closesHour uint 9007199254740991", "purgeMinute uint 9007199254740991"],
  door_change: [],
  enquiry_again: [],
  enquiry_call_back: [],
  enquiry_open: ["number uint 9007199254740991"],
  enquiry_withdraw: [],
  invite_answer: [],
  invite_done: [],
  invite_letters: ["letters list 8 record StoredLetter"],
  invite_look: ["expiresHour uint 9007199254740991", "isAnswered uint 1"],
  keep: [],
  page_read: ["version uint 9007199254740991", "sealed bin 4096 300000"],
  page_save: ["version uint 9007199254740991"],
  profile_picture: ["picture bin 1 24576"],
  relation_end: [],
  sign_in_finish: ["token bin 32 32", "pages list 16 record KeyringPage"],
  sign_in_start: ["beta bin 32 32", "slot bin 64 256", "challenge bin 32 32"],
  sign_out: [],
  takers: ["takers list 200 record Taker", "fallback opt 16"],
 },
 record: {
  NewDoor: ["kind uint 2", "id16 bin 16 16", "keeperToken bin 32 32", "authPk bin 32 32", "slot bin 64 256"],
  ChangedDoor: ["kind uint 2", "id16 bin 16 16", "keeperToken bin 32 32", "authPk bin 32 32", "slot bin 64 256", "signature bin 64 64"],
  KeyringPage: ["version uint 9007199254740991", "sealed bin 4096 300000"],
  Taker: ["subject16 bin 16 16", "isOpen uint 1", "isRegularsOnly uint 1"],
  StoredLetter: ["letter uint 9007199254740991", "ticket16 opt 16", "e2 bin 256 140000"],
 },
 event: {
  letter: ["inbox16 bin 16 16"],
  signed_out: [],
 },
});

learn(MESSAGES);
