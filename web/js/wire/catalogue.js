// Generated from crypto/wire by `python -m crypto.wire.mirror`; do not edit.
// @ts-check

export const Role = Object.freeze({
 "ADMIN": 1,
 "COUNSELLOR": 2,
 "LEAD": 3,
 "AUDITOR": 4
});

export const Right = Object.freeze({
 "READ": 1,
 "POST": 2,
 "COMMIT": 4,
 "CLOSE": 8,
 "KEEP": 16
});

export const AccountKind = Object.freeze({
 "SEEKER": 1,
 "STAFF": 2
});

export const TicketState = Object.freeze({
 "WAITING": 1,
 "RESTING": 2,
 "OFFERED": 3,
 "ACTIVE": 4,
 "CLOSED": 5,
 "GONE": 6
});

export const TicketReason = Object.freeze({
 "NONE": 0,
 "WITHDRAWN": 1,
 "SILENCE": 2,
 "RETURNED": 3,
 "OFFER_EXPIRED": 4,
 "CANCELLED": 5,
 "NOBODY_ON_DUTY": 6,
 "TOO_LONG": 7,
 "ENDED": 8,
 "TIME_OVER": 9,
 "LEFT": 10
});

export const BoxState = Object.freeze({
 "OPEN": 1,
 "CLOSED": 2
});

export const CloseReason = Object.freeze({
 "NONE": 0,
 "MESSAGE": 1,
 "TIME_OVER": 2,
 "LEFT": 3
});

export const ERROR_CODES = Object.freeze([
 "malformed",
 "too_large",
 "unknown_command",
 "unsupported_version",
 "unauthorised",
 "forbidden",
 "rate_limited",
 "stamp_needed",
 "name_taken",
 "conflict",
 "stale",
 "taken",
 "wrong_state",
 "closed",
 "expired",
 "unknown",
 "portal_closed",
 "portal_full",
 "off_duty",
 "purge_overdue",
 "bad_statement",
 "storage",
 "internal"
]);

export const VERSIONS = Object.freeze({
 "min": 1,
 "max": 1
});

export const RECORDS = Object.freeze({
 "Done": [],
 "ChallengeReply": [
  [
   "challenge",
   "bin 32 32"
  ],
  [
   "difficulty",
   "uint 20"
  ],
  [
   "expiresMs",
   "uint 9007199254740991"
  ]
 ],
 "Pong": [
  [
   "nowMs",
   "uint 9007199254740991"
  ]
 ],
 "ChangedDoor": [
  [
   "kind",
   "uint 2"
  ],
  [
   "id16",
   "bin 16 16"
  ],
  [
   "keeperToken",
   "bin 32 32"
  ],
  [
   "authPk",
   "bin 32 32"
  ],
  [
   "slot",
   "bin 64 256"
  ],
  [
   "signature",
   "bin 64 64"
  ]
 ],
 "KeyringPage": [
  [
   "version",
   "uint 9007199254740991"
  ],
  [
   "sealed",
   "bin 4096 300000"
  ]
 ],
 "NewDoor": [
  [
   "kind",
   "uint 2"
  ],
  [
   "id16",
   "bin 16 16"
  ],
  [
   "keeperToken",
   "bin 32 32"
  ],
  [
   "authPk",
   "bin 32 32"
  ],
  [
   "slot",
   "bin 64 256"
  ]
 ],
 "AccountBeginReply": [
  [
   "beta",
   "bin 32 32"
  ],
  [
   "keeperToken",
   "bin 32 32"
  ]
 ],
 "AccountStockReply": [
  [
   "createdDay",
   "uint 9007199254740991"
  ],
  [
   "doors",
   "uint 9007199254740991"
  ],
  [
   "pages",
   "uint 9007199254740991"
  ],
  [
   "pageBytes",
   "uint 9007199254740991"
  ],
  [
   "signIns",
   "uint 9007199254740991"
  ]
 ],
 "AttachReply": [
  [
   "kind",
   "uint 2"
  ],
  [
   "subject16",
   "opt 16"
  ]
 ],
 "KeyringPageReply": [
  [
   "version",
   "uint 9007199254740991"
  ],
  [
   "sealed",
   "bin 4096 300000"
  ]
 ],
 "PageSaveReply": [
  [
   "version",
   "uint 9007199254740991"
  ]
 ],
 "SignInFinishReply": [
  [
   "token",
   "bin 32 32"
  ],
  [
   "pages",
   "list 16 record KeyringPage"
  ]
 ],
 "SignInStartReply": [
  [
   "beta",
   "bin 32 32"
  ],
  [
   "slot",
   "bin 64 256"
  ],
  [
   "challenge",
   "bin 32 32"
  ]
 ],
 "Statement": [
  [
   "leaf",
   "bin 64 512"
  ],
  [
   "payload",
   "bin 1 32768"
  ]
 ],
 "LogPublishReply": [
  [
   "index",
   "uint 9007199254740991"
  ]
 ],
 "LogReadReply": [
  [
   "statements",
   "list 256 record Statement"
  ],
  [
   "size",
   "uint 9007199254740991"
  ],
  [
   "checkpoint",
   "bin 1 4096"
  ]
 ],
 "SignedProfile": [
  [
   "subject16",
   "bin 16 16"
  ],
  [
   "profile",
   "bin 1 65536"
  ],
  [
   "signature",
   "bin 64 64"
  ]
 ],
 "DutyReply": [
  [
   "untilMs",
   "uint 9007199254740991"
  ]
 ],
 "InvitationReadReply": [
  [
   "signPk",
   "bin 32 32"
  ],
  [
   "kemPk",
   "bin 1216 1216"
  ],
  [
   "capHash",
   "bin 32 32"
  ],
  [
   "mac",
   "bin 32 32"
  ],
  [
   "expiresHour",
   "uint 9007199254740991"
  ]
 ],
 "PortalStateReply": [
  [
   "open",
   "uint 1"
  ],
  [
   "waiting",
   "uint 9007199254740991"
  ],
  [
   "onDuty",
   "uint 9007199254740991"
  ],
  [
   "nextOpenMs",
   "uint 9007199254740991"
  ],
  [
   "closesMs",
   "uint 9007199254740991"
  ]
 ],
 "ProfilesReply": [
  [
   "profiles",
   "list 200 record SignedProfile"
  ]
 ],
 "Acceptance": [
  [
   "certificateHash",
   "bin 32 32"
  ],
  [
   "logSize",
   "uint 9007199254740991"
  ],
  [
   "logRoot",
   "bin 32 32"
  ],
  [
   "expiresMs",
   "uint 9007199254740991"
  ],
  [
   "signature",
   "bin 64 64"
  ]
 ],
 "Offer": [
  [
   "certificateHash",
   "bin 32 32"
  ],
  [
   "logSize",
   "uint 9007199254740991"
  ],
  [
   "logRoot",
   "bin 32 32"
  ],
  [
   "expiresMs",
   "uint 9007199254740991"
  ],
  [
   "signature",
   "bin 64 64"
  ],
  [
   "confirmUntilMs",
   "uint 9007199254740991"
  ]
 ],
 "QueueRow": [
  [
   "ticket16",
   "bin 16 16"
  ],
  [
   "portal16",
   "bin 16 16"
  ],
  [
   "number",
   "uint 9007199254740991"
  ],
  [
   "language",
   "text 8"
  ],
  [
   "sinceMs",
   "uint 9007199254740991"
  ],
  [
   "state",
   "uint 6"
  ],
  [
   "reason",
   "uint 10"
  ],
  [
   "keyHash",
   "bin 32 32"
  ],
  [
   "assignee",
   "bin 0 16"
  ],
  [
   "untilMs",
   "uint 9007199254740991"
  ],
  [
   "acceptance",
   "list 1 record Acceptance"
  ]
 ],
 "AcceptReply": [
  [
   "confirmUntilMs",
   "uint 9007199254740991"
  ]
 ],
 "ConfirmReply": [
  [
   "startedMs",
   "uint 9007199254740991"
  ],
  [
   "endsMs",
   "uint 9007199254740991"
  ]
 ],
 "MoreTimeReply": [
  [
   "confirmUntilMs",
   "uint 9007199254740991"
  ]
 ],
 "QueueReply": [
  [
   "rows",
   "list 2000 record QueueRow"
  ]
 ],
 "ResumeGetReply": [
  [
   "sealed",
   "bin 1 65584"
  ]
 ],
 "TicketResumeReply": [
  [
   "ticket16",
   "bin 16 16"
  ],
  [
   "number",
   "uint 9007199254740991"
  ],
  [
   "state",
   "uint 6"
  ],
  [
   "ahead",
   "uint 9007199254740991"
  ],
  [
   "portalOpen",
   "uint 1"
  ],
  [
   "moreTimeLeft",
   "uint 1"
  ],
  [
   "startedMs",
   "uint 9007199254740991"
  ],
  [
   "endsMs",
   "uint 9007199254740991"
  ],
  [
   "offer",
   "list 1 record Offer"
  ]
 ],
 "WaitReply": [
  [
   "ticket16",
   "bin 16 16"
  ],
  [
   "number",
   "uint 9007199254740991"
  ],
  [
   "ahead",
   "uint 9007199254740991"
  ]
 ],
 "NewCap": [
  [
   "sidx",
   "uint 65535"
  ],
  [
   "capHash",
   "bin 32 32"
  ],
  [
   "rights",
   "uint 31"
  ]
 ],
 "Numbered": [
  [
   "n",
   "uint 9007199254740991"
  ],
  [
   "e1",
   "bin 256 140000"
  ]
 ],
 "StoredLetter": [
  [
   "letter",
   "uint 9007199254740991"
  ],
  [
   "ticket16",
   "opt 16"
  ],
  [
   "e2",
   "bin 256 140000"
  ]
 ],
 "BoxStockReply": [
  [
   "envelopes",
   "uint 9007199254740991"
  ],
  [
   "envelopeBytes",
   "uint 9007199254740991"
  ],
  [
   "caps",
   "uint 9007199254740991"
  ],
  [
   "state",
   "uint 2"
  ],
  [
   "closesHour",
   "uint 9007199254740991"
  ],
  [
   "purgeMinute",
   "uint 9007199254740991"
  ]
 ],
 "CloseReply": [
  [
   "closeMinute",
   "uint 9007199254740991"
  ],
  [
   "purgeMinute",
   "uint 9007199254740991"
  ]
 ],
 "InboxReadReply": [
  [
   "letters",
   "list 200 record StoredLetter"
  ]
 ],
 "NumberReply": [
  [
   "n",
   "uint 9007199254740991"
  ]
 ],
 "ReadReply": [
  [
   "rows",
   "list 200 record Numbered"
  ],
  [
   "headN",
   "uint 9007199254740991"
  ],
  [
   "state",
   "uint 2"
  ],
  [
   "reason",
   "uint 3"
  ],
  [
   "endsMs",
   "uint 9007199254740991"
  ],
  [
   "closeMinute",
   "uint 9007199254740991"
  ],
  [
   "purgeMinute",
   "uint 9007199254740991"
  ]
 ],
 "ShareReply": [
  [
   "share",
   "bin 32 32"
  ]
 ],
 "BlobStockReply": [
  [
   "attachments",
   "uint 9007199254740991"
  ],
  [
   "attachmentBytes",
   "uint 9007199254740991"
  ]
 ]
});

export const COMMANDS = Object.freeze({
 "accept": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "ticket16",
    "bin 16 16"
   ],
   [
    "certificateHash",
    "bin 32 32"
   ],
   [
    "logSize",
    "uint 9007199254740991"
   ],
   [
    "logRoot",
    "bin 32 32"
   ],
   [
    "expiresMs",
    "uint 9007199254740991"
   ],
   [
    "signature",
    "bin 64 64"
   ]
  ],
  "reply": "AcceptReply"
 },
 "account_begin": {
  "credential": "none",
  "stamped": true,
  "overHttp": false,
  "fields": [
   [
    "alpha",
    "bin 32 32"
   ],
   [
    "stamp",
    "opt 40"
   ]
  ],
  "reply": "AccountBeginReply"
 },
 "account_delete": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "signature",
    "bin 64 64"
   ]
  ],
  "reply": "Done"
 },
 "account_finish": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "kind",
    "uint 2"
   ],
   [
    "handle",
    "bin 16 16"
   ],
   [
    "doors",
    "list 2 record NewDoor"
   ],
   [
    "pages",
    "list 16 bin 4096 300000"
   ]
  ],
  "reply": "Done"
 },
 "account_stock": {
  "credential": "sign-in",
  "stamped": false,
  "overHttp": false,
  "fields": [],
  "reply": "AccountStockReply"
 },
 "attach": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "token",
    "bin 32 32"
   ]
  ],
  "reply": "AttachReply"
 },
 "blob_commit": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "blob16",
    "bin 16 16"
   ],
   [
    "parts",
    "uint 2048"
   ],
   [
    "ciphertextHash",
    "bin 32 32"
   ]
  ],
  "reply": "Done"
 },
 "blob_forget": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "blob16",
    "bin 16 16"
   ]
  ],
  "reply": "Done"
 },
 "blob_stock": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ]
  ],
  "reply": "BlobStockReply"
 },
 "box_stock": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ]
  ],
  "reply": "BoxStockReply"
 },
 "challenge": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "command",
    "text 40"
   ]
  ],
  "reply": "ChallengeReply"
 },
 "close": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "e1",
    "bin 256 70000"
   ]
  ],
  "reply": "CloseReply"
 },
 "commit": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "oldKid",
    "bin 8 8"
   ],
   [
    "newKid",
    "bin 8 8"
   ],
   [
    "e1",
    "bin 256 140000"
   ],
   [
    "caps",
    "list 50 record NewCap"
   ],
   [
    "out",
    "list 50 uint 65535"
   ],
   [
    "letters",
    "list 50 bin 256 140000"
   ]
  ],
  "reply": "NumberReply"
 },
 "confirm": {
  "credential": "ticket",
  "stamped": false,
  "overHttp": false,
  "fields": [],
  "reply": "ConfirmReply"
 },
 "create": {
  "credential": "ticket",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "caps",
    "list 50 record NewCap"
   ],
   [
    "closesHour",
    "uint 9007199254740991"
   ]
  ],
  "reply": "ShareReply"
 },
 "door_change": {
  "credential": "sign-in",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "oldId16",
    "bin 16 16"
   ],
   [
    "doors",
    "list 2 record ChangedDoor"
   ]
  ],
  "reply": "Done"
 },
 "duty": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "portals",
    "list 64 bin 16 16"
   ],
   [
    "on",
    "uint 1"
   ]
  ],
  "reply": "DutyReply"
 },
 "fleeting": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "e3",
    "bin 256 512"
   ]
  ],
  "reply": "Done"
 },
 "inbox_read": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "inbox16",
    "bin 16 16"
   ],
   [
    "start",
    "uint 9007199254740991"
   ]
  ],
  "reply": "InboxReadReply"
 },
 "invitation_answer": {
  "credential": "none",
  "stamped": true,
  "overHttp": false,
  "fields": [
   [
    "joinId16",
    "bin 16 16"
   ],
   [
    "signPk",
    "bin 32 32"
   ],
   [
    "kemPk",
    "bin 1216 1216"
   ],
   [
    "capHash",
    "bin 32 32"
   ],
   [
    "mac",
    "bin 32 32"
   ],
   [
    "stamp",
    "opt 40"
   ]
  ],
  "reply": "Done"
 },
 "invitation_read": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "joinId16",
    "bin 16 16"
   ]
  ],
  "reply": "InvitationReadReply"
 },
 "keep": {
  "credential": "ticket",
  "stamped": false,
  "overHttp": false,
  "fields": [],
  "reply": "Done"
 },
 "leave": {
  "credential": "box",
  "stamped": false,
  "overHttp": true,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ]
  ],
  "reply": "Done"
 },
 "letter_delete": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "inbox16",
    "bin 16 16"
   ],
   [
    "letter",
    "uint 9007199254740991"
   ]
  ],
  "reply": "Done"
 },
 "letter_send": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "e2",
    "bin 256 140000"
   ]
  ],
  "reply": "Done"
 },
 "log_publish": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "statement",
    "record Statement"
   ]
  ],
  "reply": "LogPublishReply"
 },
 "log_read": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "start",
    "uint 9007199254740991"
   ]
  ],
  "reply": "LogReadReply"
 },
 "more_time": {
  "credential": "ticket",
  "stamped": false,
  "overHttp": false,
  "fields": [],
  "reply": "MoreTimeReply"
 },
 "page_read": {
  "credential": "sign-in",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "page",
    "uint 15"
   ]
  ],
  "reply": "KeyringPageReply"
 },
 "page_save": {
  "credential": "sign-in",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "page",
    "uint 15"
   ],
   [
    "version",
    "uint 9007199254740991"
   ],
   [
    "sealed",
    "bin 4096 300000"
   ]
  ],
  "reply": "PageSaveReply"
 },
 "ping": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [],
  "reply": "Pong"
 },
 "portal_state": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "portal16",
    "bin 16 16"
   ]
  ],
  "reply": "PortalStateReply"
 },
 "post": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "e1",
    "bin 256 70000"
   ]
  ],
  "reply": "NumberReply"
 },
 "profile_put": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "profile",
    "bin 1 65536"
   ],
   [
    "signature",
    "bin 64 64"
   ]
  ],
  "reply": "Done"
 },
 "profiles": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "team16",
    "bin 16 16"
   ]
  ],
  "reply": "ProfilesReply"
 },
 "queue": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "portals",
    "list 64 bin 16 16"
   ]
  ],
  "reply": "QueueReply"
 },
 "read": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "start",
    "uint 9007199254740991"
   ]
  ],
  "reply": "ReadReply"
 },
 "resume_drop": {
  "credential": "none",
  "stamped": false,
  "overHttp": true,
  "fields": [
   [
    "resumeId",
    "bin 32 32"
   ]
  ],
  "reply": "Done"
 },
 "resume_get": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "resumeId",
    "bin 32 32"
   ]
  ],
  "reply": "ResumeGetReply"
 },
 "resume_put": {
  "credential": "ticket",
  "stamped": false,
  "overHttp": true,
  "fields": [
   [
    "resumeId",
    "bin 32 32"
   ],
   [
    "sealed",
    "bin 1 65584"
   ]
  ],
  "reply": "Done"
 },
 "return": {
  "credential": "staff",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "ticket16",
    "bin 16 16"
   ]
  ],
  "reply": "Done"
 },
 "share": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ]
  ],
  "reply": "ShareReply"
 },
 "sign_in_finish": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "signature",
    "bin 64 64"
   ],
   [
    "subject16",
    "opt 16"
   ],
   [
    "staffSignature",
    "opt 64"
   ]
  ],
  "reply": "SignInFinishReply"
 },
 "sign_in_start": {
  "credential": "none",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "id16",
    "bin 16 16"
   ],
   [
    "alpha",
    "bin 32 32"
   ],
   [
    "deviceToken",
    "opt 32"
   ],
   [
    "stamp",
    "opt 40"
   ]
  ],
  "reply": "SignInStartReply"
 },
 "sign_out": {
  "credential": "sign-in",
  "stamped": false,
  "overHttp": false,
  "fields": [],
  "reply": "Done"
 },
 "swap": {
  "credential": "box",
  "stamped": false,
  "overHttp": false,
  "fields": [
   [
    "box16",
    "bin 16 16"
   ],
   [
    "newCapHash",
    "bin 32 32"
   ]
  ],
  "reply": "Done"
 },
 "ticket_resume": {
  "credential": "ticket",
  "stamped": false,
  "overHttp": false,
  "fields": [],
  "reply": "TicketResumeReply"
 },
 "wait": {
  "credential": "none",
  "stamped": true,
  "overHttp": false,
  "fields": [
   [
    "clientId16",
    "bin 16 16"
   ],
   [
    "portal16",
    "bin 16 16"
   ],
   [
    "language",
    "text 8"
   ],
   [
    "capHash",
    "bin 32 32"
   ],
   [
    "keyHash",
    "bin 32 32"
   ],
   [
    "stamp",
    "opt 40"
   ]
  ],
  "reply": "WaitReply"
 },
 "withdraw": {
  "credential": "ticket",
  "stamped": false,
  "overHttp": true,
  "fields": [],
  "reply": "Done"
 }
});

export const EVENTS = Object.freeze({
 "closed": [
  [
   "box16",
   "bin 16 16"
  ],
  [
   "reason",
   "uint 3"
  ],
  [
   "closeMinute",
   "uint 9007199254740991"
  ],
  [
   "purgeMinute",
   "uint 9007199254740991"
  ]
 ],
 "confirmed": [
  [
   "ticket16",
   "bin 16 16"
  ],
  [
   "startedMs",
   "uint 9007199254740991"
  ],
  [
   "endsMs",
   "uint 9007199254740991"
  ]
 ],
 "envelope": [
  [
   "box16",
   "bin 16 16"
  ],
  [
   "n",
   "uint 9007199254740991"
  ],
  [
   "e1",
   "bin 256 140000"
  ]
 ],
 "fleeting_seen": [
  [
   "box16",
   "bin 16 16"
  ],
  [
   "e3",
   "bin 256 512"
  ]
 ],
 "letter": [
  [
   "inbox16",
   "bin 16 16"
  ]
 ],
 "log_grown": [
  [
   "size",
   "uint 9007199254740991"
  ]
 ],
 "offered": [
  [
   "ticket16",
   "bin 16 16"
  ],
  [
   "offer",
   "record Offer"
  ]
 ],
 "purged": [
  [
   "box16",
   "bin 16 16"
  ]
 ],
 "queue_row": [
  [
   "row",
   "record QueueRow"
  ]
 ],
 "signed_out": [],
 "ticket": [
  [
   "ticket16",
   "bin 16 16"
  ],
  [
   "state",
   "uint 6"
  ],
  [
   "reason",
   "uint 10"
  ],
  [
   "ahead",
   "uint 9007199254740991"
  ],
  [
   "portalOpen",
   "uint 1"
  ]
 ]
});

export const CONTENTS = Object.freeze({
 "AccountOffer": [],
 "Acknowledgement": [
  [
   "readN",
   "uint 9007199254740991"
  ]
 ],
 "Close": [],
 "Introduction": [
  [
   "pseudonym",
   "text 32"
  ]
 ],
 "ResendRequest": [
  [
   "n",
   "uint 9007199254740991"
  ]
 ],
 "Text": [
  [
   "text",
   "text 12000"
  ]
 ],
 "Typing": [
  [
   "active",
   "uint 1"
  ]
 ]
});
