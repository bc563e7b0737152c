// Generated from crypto/wire by `python -m crypto.wire.mirror`; do not edit.
// @ts-check

import { learn } from './codec.js';

export const EnquiryState = Object.freeze({"OPEN": 1, "RESERVED": 2, "WAITING": 3, "ANSWERED": 4, "DONE": 5, "GONE": 6});
export const MESSAGES = Object.freeze({
 command: {
  accept: ["ticket16 bin 16 16", "certificateHash bin 32 32", "logSize uint 9007199254740991", "logRoot bin 32 32", "expiresMs uint 9007199254740991", "signature bin 64 64"],
  duty: ["portals list 64 bin 16 16", "on uint 1"],
  enquiries: ["portal16 bin 16 16", "isAll uint 1", "start uint 9007199254740991"],
  enquiry_accept: ["ticket16 bin 16 16"],
  enquiry_end: ["ticket16 bin 16 16"],
  enquiry_hand_over: ["ticket16 bin 16 16", "successor opt 16"],
  enquiry_letter: ["ticket16 bin 16 16"],
  enquiry_mark: ["ticket16 bin 16 16", "state uint 6"],
  enquiry_return: ["ticket16 bin 16 16"],
  enquiry_taken: ["ticket16 bin 16 16"],
  inbox_read: ["inbox16 bin 16 16", "start uint 9007199254740991"],
  invitation_answer: ["joinId16 bin 16 16", "signPk bin 32 32", "kemPk bin 1216 1216", "capHash bin 32 32", "mac bin 32 32", "stamp opt 40"],
  invitation_read: ["joinId16 bin 16 16"],
  letter_delete: ["inbox16 bin 16 16", "letter uint 9007199254740991"],
  letter_send: ["e2 bin 256 140000"],
  log_publish: ["statement record Statement"],
  profile_put: ["profile bin 1 5120", "signature bin 64 64", "picture bin 0 24576"],
  queue: ["portals list 64 bin 16 16"],
  return: ["ticket16 bin 16 16"],
  swap: ["box16 bin 16 16", "newCapHash bin 32 32"],
 },
 reply: {
  accept: ["confirmUntilMs uint 9007199254740991"],
  duty: ["untilMs uint 9007199254740991"],
  enquiries: ["rows list 500 record EnquiryRow", "hasMore uint 1"],
  enquiry_accept: ["untilMs uint 9007199254740991"],
  enquiry_end: [],
  enquiry_hand_over: [],
  enquiry_letter: ["letters list 4 record StoredLetter"],
  enquiry_mark: [],
  enquiry_return: [],
  enquiry_taken: [],
  inbox_read: ["letters list 200 record StoredLetter"],
  invitation_answer: [],
  invitation_read: ["signPk bin 32 32", "kemPk bin 1216 1216", "capHash bin 32 32", "mac bin 32 32", "expiresHour uint 9007199254740991"],
  letter_delete: [],
  letter_send: [],
  log_publish: ["index uint 9007199254740991"],
  profile_put: [],
  queue: ["rows list 2000 record QueueRow"],
  return: [],
  swap: [],
 },
 record: {
  QueueRow: ["ticket16 bin 16 16", "portal16 bin 16 16", "number uint 9007199254740991", "language text 8", "sinceMs uint 9007199254740991", "state uint 6", "reason uint 10", "keyHash bin 32 32", "assignee bin 0 16", "untilMs uint 9007199254740991", "acceptance list 1 record Acceptance"],
  Acceptance: ["certificateHash bin 32 32", "logSize uint 9007199254740991", "logRoot bin 32 32", "expiresMs uint 9007199254740991", "signature bin 64 64"],
  EnquiryRow: ["ticket16 bin 16 16", "portal16 bin 16 16", "number uint 9007199254740991", "language text 8", "state uint 6", "sinceHour uint 9007199254740991", "isAddressed uint 1", "assignee opt 16", "untilMs uint 9007199254740991", "successor opt 16"],
  StoredLetter: ["letter uint 9007199254740991", "ticket16 opt 16", "e2 bin 256 140000"],
 },
 event: {
  confirmed: ["ticket16 bin 16 16", "startedMs uint 9007199254740991", "endsMs uint 9007199254740991"],
  enquiry_row: ["row record EnquiryRow"],
  letter: ["inbox16 bin 16 16"],
  queue_row: ["row record QueueRow"],
 },
});

learn(MESSAGES);
