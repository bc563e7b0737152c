// Generated from crypto/wire by `python -m crypto.wire.mirror`; do not edit.
// @ts-check

export const Right = Object.freeze({"READ": 1, "POST": 2, "COMMIT": 4, "CLOSE": 8, "KEEP": 16});
export const TicketState = Object.freeze({"WAITING": 1, "RESTING": 2, "OFFERED": 3, "ACTIVE": 4, "CLOSED": 5, "GONE": 6});
export const TicketReason = Object.freeze({"NONE": 0, "WITHDRAWN": 1, "SILENCE": 2, "RETURNED": 3, "OFFER_EXPIRED": 4, "CANCELLED": 5, "NOBODY_ON_DUTY": 6, "TOO_LONG": 7, "ENDED": 8, "TIME_OVER": 9, "LEFT": 10});
export const BoxState = Object.freeze({"OPEN": 1, "CLOSED": 2});
export const CloseReason = Object.freeze({"NONE": 0, "MESSAGE": 1, "TIME_OVER": 2, "LEFT": 3});
export const ERROR_CODES = Object.freeze(["malformed", "too_large", "unknown_command", "unsupported_version", "unauthorised", "forbidden", "rate_limited", "stamp_needed", "name_taken", "conflict", "stale", "taken", "wrong_state", "closed", "expired", "unknown", "portal_closed", "portal_full", "off_duty", "purge_overdue", "bad_statement", "storage", "internal"]);
export const VERSIONS = Object.freeze({"min": 1, "max": 1});
export const MESSAGES = Object.freeze({
 command: {
  blob_commit: ["box16 bin 16 16", "blob16 bin 16 16", "parts uint 2048", "ciphertextHash bin 32 32"],
  blob_forget: ["box16 bin 16 16", "blob16 bin 16 16"],
  challenge: ["command text 40"],
  close: ["box16 bin 16 16", "e1 bin 256 70000"],
  commit: ["box16 bin 16 16", "oldKid bin 8 8", "newKid bin 8 8", "e1 bin 256 140000", "caps list 50 record NewCap", "out list 50 uint 65535", "letters list 50 bin 256 140000", "ticket16 opt 16"],
  confirm: [],
  create: ["box16 bin 16 16", "caps list 50 record NewCap", "closesHour uint 9007199254740991"],
  fleeting: ["box16 bin 16 16", "e3 bin 256 512"],
  leave: ["box16 bin 16 16"],
  log_read: ["start uint 9007199254740991"],
  more_time: [],
  ping: [],
  portal_state: ["portal16 bin 16 16"],
  post: ["box16 bin 16 16", "e1 bin 256 70000"],
  profiles: ["team16 bin 16 16"],
  read: ["box16 bin 16 16", "start uint 9007199254740991"],
  resume_drop: ["resumeId bin 32 32"],
  resume_get: ["resumeId bin 32 32"],
  resume_put: ["resumeId bin 32 32", "sealed bin 1 65584"],
  share: ["box16 bin 16 16"],
  ticket_resume: [],
  wait: ["clientId16 bin 16 16", "portal16 bin 16 16", "language text 8", "capHash bin 32 32", "keyHash bin 32 32", "stamp opt 40"],
  withdraw: [],
 },
 reply: {
  blob_commit: [],
  blob_forget: [],
  challenge: ["challenge bin 32 32", "difficulty uint 20", "expiresMs uint 9007199254740991"],
  close: ["closeMinute uint 9007199254740991", "purgeMinute uint 9007199254740991"],
  commit: ["n uint 9007199254740991"],
  confirm: ["startedMs uint 9007199254740991", "endsMs uint 9007199254740991"],
  create: ["share bin 32 32"],
  fleeting: [],
  leave: [],
  log_read: ["statements list 256 record Statement", "size uint 9007199254740991", "checkpoint bin 1 4096"],
  more_time: ["confirmUntilMs uint 9007199254740991"],
  ping: ["nowMs uint 9007199254740991"],
  portal_state: ["open uint 1", "waiting uint 9007199254740991", "onDuty uint 9007199254740991", "nextOpenMs uint 9007199254740991", "closesMs uint 9007199254740991"],
  post: ["n uint 9007199254740991"],
  profiles: ["profiles list 200 record SignedProfile"],
  read: ["rows list 200 record Numbered", "headN uint 9007199254740991", "state uint 2", "reason uint 3", "endsMs uint 9007199254740991", "closesHour uint 9007199254740991", "closeMinute uint 9007199254740991", "purgeMinute uint 9007199254740991"],
  resume_drop: [],
  resume_get: ["sealed bin 1 65584"],
  resume_put: [],
  share: ["share bin 32 32"],
  ticket_resume: ["ticket16 bin 16 16", "number uint 9007199254740991", "state uint 6", "ahead uint 9007199254740991", "portalOpen uint 1", "moreTimeLeft uint 1", "startedMs uint 9007199254740991", "endsMs uint 9007199254740991", "offer list 1 record Offer"],
  wait: ["ticket16 bin 16 16", "number uint 9007199254740991", "ahead uint 9007199254740991"],
  withdraw: [],
 },
 record: {
  Statement: ["leaf bin 64 512", "payload bin 1 32768"],
  SignedProfile: ["subject16 bin 16 16", "profile bin 1 5120", "signature bin 64 64", "onDuty uint 1"],
  Offer: ["certificateHash bin 32 32", "logSize uint 9007199254740991", "logRoot bin 32 32", "expiresMs uint 9007199254740991", "signature bin 64 64", "confirmUntilMs uint 9007199254740991"],
  NewCap: ["sidx uint 65535", "capHash bin 32 32", "rights uint 31", "team16 opt 16"],
  Numbered: ["n uint 9007199254740991", "e1 bin 256 140000"],
 },
 event: {
  closed: ["box16 bin 16 16", "reason uint 3", "closeMinute uint 9007199254740991", "purgeMinute uint 9007199254740991"],
  envelope: ["box16 bin 16 16", "n uint 9007199254740991", "e1 bin 256 140000"],
  fleeting_seen: ["box16 bin 16 16", "e3 bin 256 512"],
  log_grown: ["size uint 9007199254740991"],
  offered: ["ticket16 bin 16 16", "offer record Offer"],
  purged: ["box16 bin 16 16"],
  ticket: ["ticket16 bin 16 16", "state uint 6", "reason uint 10", "ahead uint 9007199254740991", "portalOpen uint 1"],
 },
 content: {
  AccountOffer: [],
  Acknowledgement: ["readN uint 9007199254740991"],
  Close: [],
  Enquiry: ["topic text 80", "subject text 120", "text text 12000"],
  Introduction: ["pseudonym text 32"],
  MarkedDone: [],
  ResendRequest: ["n uint 9007199254740991"],
  Text: ["text text 12000"],
  Typing: ["active uint 1"],
 },
});
