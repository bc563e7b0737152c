-- schema version: 1
--
-- Everything the relay stores. One banner a room; each column says what it is (unit, writer), why
-- the server must see it, and how long it stays. Ids are 16 random bytes, hashes 32 bytes, times ms
-- or hours since epoch, UTC. `docs/data-inventory.md` is made from this file.


-- ===== kernel ===================================================================================

-- Which keeper this database belongs to; one row.
CREATE TABLE kernel_keeper (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
                            -- always 1, by init; purpose: there is one row; keep: always
  instance_id BLOB NOT NULL CHECK (length(instance_id) = 16)
                            -- the keeper's random id, by init; purpose: the relay does not start
                            -- with another keeper or an empty one; keep: always
) STRICT;


-- ===== accounts =================================================================================
-- Doors, sealed slots and sealed keyring pages. No pseudonym, no list of boxes, no time of sign-in.

-- One account: a person's keyring and the doors that open it.
CREATE TABLE accounts_accounts (
  account16 BLOB NOT NULL PRIMARY KEY CHECK (length(account16) = 16),
                            -- random id, by account_finish; purpose: ties doors, pages and sign-ins
                            -- together; keep: until the account is deleted
  kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
                            -- 1 seeker, 2 staff, by account_finish; purpose: the number of pages;
                            -- keep: until the account is deleted
  handle BLOB NOT NULL UNIQUE CHECK (length(handle) = 16),
                            -- derived by the client, by account_finish; purpose: an admin blocks an
                            -- account by it without knowing a name; keep: until the account is
                            -- deleted
  blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)),
                            -- 1 blocked, by an admin; purpose: its doors then answer like unknown
                            -- ones; keep: until the account is deleted
  created_day INTEGER NOT NULL
                            -- day since epoch, by account_finish; purpose: clean-up of accounts that
                            -- a portal lets end; keep: until the account is deleted
) STRICT;

-- One door: a way into an account, by passphrase or recovery code; of each kind at most one.
CREATE TABLE accounts_doors (
  door BLOB NOT NULL PRIMARY KEY CHECK (length(door) = 32),
                            -- keyed hash of the door id under a key outside this file, by
                            -- account_finish; purpose: finds the door at a sign-in; keep: until the
                            -- door is replaced or the account deleted
  account16 BLOB NOT NULL REFERENCES accounts_accounts (account16),
                            -- by account_finish; purpose: which account opens; keep: as the door
  kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
                            -- 1 passphrase, 2 recovery, by account_finish and door_change; purpose:
                            -- a changed door takes the place of the one of its kind; keep: as the
                            -- door
  gen INTEGER NOT NULL CHECK (gen > 0),
                            -- which of the keeper's secrets is in force, by account_finish and
                            -- door_change; purpose: keeper and relay change together; keep: as the
                            -- door
  auth_pk BLOB NOT NULL CHECK (length(auth_pk) = 32),
                            -- public key, by the client; purpose: checks the sign-in signature;
                            -- keep: as the door
  slot_sealed BLOB NOT NULL CHECK (length(slot_sealed) = 113),
                            -- account secret sealed by the client; purpose: given out at a sign-in,
                            -- useless without the keeper; keep: as the door
  UNIQUE (account16, kind)
) STRICT;

-- Doors about which the keeper may not know yet: just made, changed or gone.
CREATE TABLE accounts_unsettled (
  door BLOB NOT NULL PRIMARY KEY CHECK (length(door) = 32)
                            -- the door's keyed hash, by whatever writes or deletes its row; purpose:
                            -- the keeper deletes every secret that no row names, after a crash too;
                            -- keep: until the keeper has done it, within moments
) STRICT;

-- Keyring pages: the sealed memory of an account, always all pages, padded.
CREATE TABLE accounts_pages (
  account16 BLOB NOT NULL REFERENCES accounts_accounts (account16),
                            -- by account_finish; purpose: whose page; keep: until the account is
                            -- deleted
  page INTEGER NOT NULL CHECK (page BETWEEN 0 AND 15),
                            -- number of the page, by account_finish; purpose: which page is saved;
                            -- keep: until the account is deleted
  version INTEGER NOT NULL CHECK (version > 0),
                            -- counts saves, by page_save; purpose: compare-and-swap between devices;
                            -- keep: until the account is deleted
  page_sealed BLOB NOT NULL,
                            -- sealed by the client; purpose: given back at a sign-in; keep: until
                            -- it is saved again or the account deleted
  PRIMARY KEY (account16, page)
) STRICT;

-- Sign-ins in force.
CREATE TABLE accounts_sign_ins (
  token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
                            -- hash of a random token that only the client has, by sign_in_finish;
                            -- purpose: recognises the sign-in on a new connection; keep: until
                            -- sign-out or 12 hours
  account16 BLOB NOT NULL REFERENCES accounts_accounts (account16),
                            -- by sign_in_finish; purpose: whose pages may be read; keep: as the row
  expires_hour INTEGER NOT NULL,
                            -- hour since epoch, by sign_in_finish; purpose: ends the sign-in; keep:
                            -- as the row
  subject16 BLOB NOT NULL CHECK (length(subject16) IN (0, 16)),
                            -- staff: the public subject of the certificate, else empty, by
                            -- sign_in_finish; purpose: work goes on after a reconnect or a restart;
                            -- keep: as the row
  staff_pk BLOB NOT NULL CHECK (length(staff_pk) = length(subject16) * 2)
                            -- staff: the certified public key that was proved, else empty, by
                            -- sign_in_finish; purpose: a later certificate under another key does
                            -- not inherit the sign-in; keep: as the row
) STRICT;

CREATE INDEX accounts_sign_ins_account ON accounts_sign_ins (account16);
CREATE INDEX accounts_sign_ins_expiry ON accounts_sign_ins (expires_hour);


-- ===== translog =================================================================================
-- The organisation's public log of staff statements. Append-only, read whole by everybody.

-- One leaf of the log with its payload.
CREATE TABLE translog_leaves (
  idx INTEGER NOT NULL PRIMARY KEY CHECK (idx >= 0),
                            -- place in the log from 0, by log_publish; purpose: the order counts;
                            -- keep: always, the log is public
  leaf_hash BLOB NOT NULL UNIQUE CHECK (length(leaf_hash) = 32),
                            -- hash of the leaf, by log_publish; purpose: the same leaf is taken
                            -- once; keep: always
  leaf BLOB NOT NULL,
                            -- signed statement, by its issuer; purpose: public, checked by every
                            -- client; keep: always
  payload BLOB NOT NULL
                            -- what is stated: keys, roles, dates, by its issuer; purpose: public,
                            -- checked by every client; keep: always
) STRICT;

-- The newest signed note about size and root of the log; one row.
CREATE TABLE translog_checkpoint (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
                            -- always 1, by log_publish; purpose: there is one row; keep: always
  note BLOB NOT NULL
                            -- checkpoint in C2SP form, by log_publish with the log key; purpose:
                            -- clients pin size and root; keep: until the next
) STRICT;

-- Checkpoints with the signature lines of witnesses, of a few sizes.
CREATE TABLE translog_cosigned (
  size INTEGER NOT NULL PRIMARY KEY CHECK (size > 0),
                            -- number of leaves, by log_cosign; purpose: witnesses come one after
                            -- the other; keep: until enough have seen a larger size
  note BLOB NOT NULL
                            -- checkpoint and one line of each witness, by log_cosign; purpose:
                            -- clients ask how many have seen the log, and when; keep: as the size
) STRICT;


-- ===== staff ====================================================================================
-- Invitations, public profiles, who is on duty.

-- What an invited person's device left for the inviter.
CREATE TABLE staff_invitations (
  join_id16 BLOB NOT NULL PRIMARY KEY CHECK (length(join_id16) = 16),
                            -- derived from the invitation's secret, by invitation_answer; purpose:
                            -- inviter and newcomer meet here, once; keep: 7 days
  sign_pk BLOB NOT NULL CHECK (length(sign_pk) = 32),
                            -- public key, by the newcomer; purpose: is to be certified; keep: 7 days
  kem_pk BLOB NOT NULL CHECK (length(kem_pk) = 1216),
                            -- public key, by the newcomer; purpose: is to be certified; keep: 7 days
  cap_hash BLOB NOT NULL CHECK (length(cap_hash) = 32),
                            -- hash of a capability, by the newcomer; purpose: the inviter may hand
                            -- rights to it; keep: 7 days
  mac BLOB NOT NULL CHECK (length(mac) = 32),
                            -- by the newcomer under the invitation's secret; purpose: the inviter's
                            -- client checks it; keep: 7 days
  expires_hour INTEGER NOT NULL
                            -- hour since epoch, by invitation_answer; purpose: deletes the row;
                            -- keep: 7 days
) STRICT;

CREATE INDEX staff_invitations_expiry ON staff_invitations (expires_hour);

-- What staff show of themselves, signed by them.
CREATE TABLE staff_profiles (
  subject16 BLOB NOT NULL PRIMARY KEY CHECK (length(subject16) = 16),
                            -- public id of the person, by profile_put; purpose: whose profile;
                            -- keep: until replaced, at most 30 days after the last certificate
                            -- was revoked
  counter INTEGER NOT NULL,
                            -- rises with each change, by profile_put; purpose: an older one never
                            -- comes back; keep: as subject16
  profile BLOB NOT NULL,
                            -- name, languages, texts, status, hash of the picture, by profile_put;
                            -- purpose: public, shown to seekers; keep: as subject16
  signature BLOB NOT NULL CHECK (length(signature) = 64),
                            -- by the person's certified key; purpose: seekers check it; keep: as
                            -- subject16
  picture BLOB NOT NULL CHECK (length(picture) <= 24576)
                            -- a portrait or empty, by profile_put; purpose: public, shown to
                            -- seekers; keep: as subject16
) STRICT;

-- Who can be reached for live chats; a row counts while its lease runs.
CREATE TABLE staff_duty (
  portal16 BLOB NOT NULL CHECK (length(portal16) = 16),
                            -- public id of the portal, by duty; purpose: whether it is open; keep:
                            -- until the lease ends
  subject16 BLOB NOT NULL CHECK (length(subject16) = 16),
                            -- public id of the person, by duty; purpose: counts people, not devices;
                            -- keep: until the lease ends
  until_ms INTEGER NOT NULL,
                            -- ms since epoch, by duty; purpose: a device that fell silent is off
                            -- duty; keep: until the lease ends
  PRIMARY KEY (portal16, subject16)
) STRICT;

CREATE INDEX staff_duty_until ON staff_duty (until_ms);

-- Whether a portal was open when last looked at; one row a portal.
CREATE TABLE staff_portals (
  portal16 BLOB NOT NULL PRIMARY KEY CHECK (length(portal16) = 16),
                            -- public id of the portal, by the sweep; purpose: which portal; keep:
                            -- while the portal exists
  open INTEGER NOT NULL CHECK (open IN (0, 1))
                            -- 1 open, by duty and the sweep; purpose: a change is told to who waits;
                            -- keep: until it changes
) STRICT;

-- ============================================================================================
-- live: the queue of live chats. A ticket holds no content and no account.
-- ============================================================================================

CREATE TABLE live_tickets (
  ticket16 BLOB PRIMARY KEY CHECK (length(ticket16) = 16), -- random id, drawn by the relay; purpose: names the request between its parties; keep: until gone, or 48 h after the close
  client_id16 BLOB NOT NULL UNIQUE CHECK (length(client_id16) = 16), -- random id, drawn by the seeker's client; purpose: a repeated request gets the first answer; keep: as ticket16
  portal16 BLOB NOT NULL CHECK (length(portal16) = 16), -- portal of the request; purpose: whose queue it stands in; keep: as ticket16
  language TEXT NOT NULL, -- language of the page, as the seeker's client says; purpose: shown to counsellors before they accept; keep: as ticket16
  number INTEGER NOT NULL CHECK (number > 0), -- running number in the portal, given by the relay; purpose: the name "Ratsuchende_r N"; keep: as ticket16, so that it is not reused meanwhile
  cap_hash BLOB UNIQUE CHECK (length(cap_hash) = 32), -- hash of the ticket capability, NULL after the close; purpose: only the seeker's client may act on the ticket; keep: until the chat closes
  key_hash BLOB NOT NULL CHECK (length(key_hash) = 32), -- hash of the seeker's public key for this chat; purpose: what an acceptance signs; keep: as ticket16
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5), -- TicketState, set by features/live/machine.py; purpose: what may happen next; keep: as ticket16
  reason INTEGER NOT NULL, -- TicketReason of the last change; purpose: told in words to both sides; keep: as ticket16
  place INTEGER NOT NULL, -- order in the portal's queue; purpose: who is next; keep: as ticket16
  since_minute INTEGER NOT NULL, -- minute of the request, minutes since epoch; purpose: waiting time shown to counsellors; keep: as ticket16
  deadline_ms INTEGER NOT NULL, -- when the state ends by itself, ms (a close to the minute), 0 = never; purpose: the sweep acts on it after any downtime; keep: as ticket16
  more_time_used INTEGER NOT NULL CHECK (more_time_used IN (0, 1)), -- whether the five extra minutes are used; purpose: they are given once; keep: as ticket16
  started_ms INTEGER NOT NULL, -- start of the chat, ms, 0 before and after; purpose: the countdown of both sides; keep: until the chat closes
  assignee BLOB CHECK (length(assignee) = 16), -- subject of the accepting counsellor, NULL while nobody; purpose: exactly one may accept, and colleagues see who; keep: as ticket16
  offer BLOB, -- the counsellor's signed acceptance, NULL while nobody; purpose: handed to both again after a reload, to the counsellor as proof of whom they accepted; keep: until the purge
  box16 BLOB UNIQUE CHECK (length(box16) = 16), -- the chat's box, NULL before; purpose: ticket and box end together; keep: as ticket16
  successor BLOB CHECK (length(successor) = 16) -- subject of the colleague to whom the assignee hands the running chat over, NULL for none, as the assignee's client says; purpose: only that colleague may take it over or send it back; keep: until taken over, sent back or given up, at the latest until the chat closes
) STRICT;

CREATE INDEX live_tickets_by_portal ON live_tickets (portal16, state, place);
CREATE INDEX live_tickets_by_deadline ON live_tickets (deadline_ms) WHERE deadline_ms > 0;
CREATE UNIQUE INDEX live_tickets_by_number ON live_tickets (portal16, number);

-- ============================================================================================
-- capacity: how much new written work somebody takes on, who steps in, who comes back to whom.
-- ============================================================================================

-- What counsellors, or an admin for them, have set; no row: as many as come, from anybody.
CREATE TABLE capacity_people (
  subject16 BLOB NOT NULL PRIMARY KEY CHECK (length(subject16) = 16), -- public id of the person, by capacity_set; purpose: whose places; keep: until set back, or until the hour after the last certificate was revoked
  places INTEGER NOT NULL CHECK (places BETWEEN 0 AND 1000), -- enquiries at a time, 1000 for any number, by capacity_set; purpose: one more is refused, and seekers see it before; keep: as subject16
  is_regulars_only INTEGER NOT NULL CHECK (is_regulars_only IN (0, 1)) -- 1: of what is written to them alone, only from regular clients, by capacity_set; purpose: as places; keep: as subject16
) STRICT;

-- Rules of portals; no row: nobody steps in, regular counsellors are named by hand.
CREATE TABLE capacity_portals (
  portal16 BLOB NOT NULL PRIMARY KEY CHECK (length(portal16) = 16), -- public id of the portal, by portal_rules_set; purpose: whose rules; keep: until changed
  fallback BLOB CHECK (length(fallback) = 16), -- subject of who gets what others have no place for, NULL for the team, by portal_rules_set; purpose: told to seekers before they write; keep: until changed, or as capacity_people
  is_automatic INTEGER NOT NULL CHECK (is_automatic IN (0, 1)) -- 1: who takes somebody's first enquiry becomes their regular counsellor, by portal_rules_set; purpose: told to counsellors' clients, which do it; keep: until changed
) STRICT;

-- Who has regular and former clients, not which: neither account nor box nor ticket is named.
CREATE TABLE capacity_relations (
  relation_hash BLOB NOT NULL PRIMARY KEY CHECK (length(relation_hash) = 32), -- hash of a capability that a counsellor gave to a seeker inside a box, by relation_put; purpose: whoever shows it may write to that counsellor although there is no place; keep: until either side ends it or the counsellor's last certificate is revoked, at most 2 years
  subject16 BLOB NOT NULL CHECK (length(subject16) = 16), -- public id of the counsellor, by relation_put; purpose: to whom it opens the way; keep: as relation_hash
  is_known INTEGER NOT NULL, -- 1: somebody who has had a conversation with that counsellor, 0: a regular client, by relation_put; purpose: who takes on their regular clients only is not written to by others; keep: as relation_hash
  ends_day INTEGER NOT NULL -- day on which it ends by itself, days since epoch, by relation_put; purpose: none stays for ever; keep: as relation_hash
) STRICT;

CREATE INDEX capacity_relations_by_end ON capacity_relations (ends_day);

-- ============================================================================================
-- sheets: what a team keeps in common, sealed to its key. Who wrote it stands inside.
-- ============================================================================================

CREATE TABLE sheets_sheets (
  team16 BLOB NOT NULL CHECK (length(team16) = 16), -- public id of the team, by sheet_save; purpose: whom TEAM lists may read and write it; keep: while a portal has the team, until 90 days after its last TEAM ended
  kind INTEGER NOT NULL, -- 1 text blocks, by sheet_save; purpose: a team has one sheet of each kind; keep: as team16
  version INTEGER NOT NULL CHECK (version > 0), -- counts saves, by sheet_save; purpose: compare-and-swap between members; keep: as team16
  sheet_sealed BLOB NOT NULL CHECK (length(sheet_sealed) <= 270000), -- sealed to the team's key in one of three sizes; purpose: given to members; keep: until it is saved again, as team16
  PRIMARY KEY (team16, kind)
) STRICT;

-- ============================================================================================
-- enquiries: who waits for a written answer. A ticket names neither its box nor an account.
-- ============================================================================================

CREATE TABLE enquiries_tickets (
  ticket16 BLOB PRIMARY KEY CHECK (length(ticket16) = 16), -- random id, drawn by the seeker's client; purpose: names the enquiry between its parties, and its letters; keep: until withdrawn, ended, or ends_hour
  portal16 BLOB NOT NULL CHECK (length(portal16) = 16), -- portal of the enquiry; purpose: whose team sees it; keep: as ticket16
  number INTEGER NOT NULL CHECK (number > 0), -- running number in the portal, given by the relay; purpose: the name "Anliegen N", and reading the list page by page; keep: as ticket16
  language TEXT NOT NULL, -- language of the page, as the seeker's client says; purpose: shown to counsellors before they accept; keep: as ticket16
  cap_hash BLOB NOT NULL UNIQUE CHECK (length(cap_hash) = 32), -- hash of the ticket capability; purpose: only the seeker's client may report on the enquiry or withdraw it; keep: as ticket16
  is_addressed INTEGER NOT NULL CHECK (is_addressed IN (0, 1)), -- 1 when it was written to one counsellor, by the seeker's client; purpose: until it is taken nobody else sees it; keep: as ticket16
  assignee BLOB CHECK (length(assignee) = 16), -- subject of who reserves or has it, or of the addressee, NULL while nobody; purpose: exactly one may take it, and colleagues see who; keep: as ticket16
  has_regular INTEGER NOT NULL CHECK (has_regular IN (0, 1)), -- 1 when the seeker's client has shown a relation at the opening; purpose: a list of those without a regular counsellor; keep: as ticket16
  for_leads INTEGER NOT NULL CHECK (for_leads IN (0, 1)), -- 1 when the portal's level at the opening or the giving back sealed it to the leads' team; purpose: until it is taken nobody else sees it; keep: as ticket16
  reads_along INTEGER NOT NULL CHECK (reads_along IN (0, 1)), -- 1 when the portal's level at the opening or the giving back lets the team read on after somebody has taken it; purpose: its letters stay for the team, and any of its members may take it over; keep: as ticket16
  successor BLOB CHECK (length(successor) = 16), -- subject of the colleague to whom the assignee hands it over, NULL for none, as the assignee's client says; purpose: only that colleague may take it over or send it back; keep: until taken over, sent back or given up
  deputy BLOB CHECK (length(deputy) = 16), -- subject of the colleague who stands in for the assignee, NULL for none, as the assignee's client says; purpose: it stands in that colleague's list, who says where it stands; keep: until either ends it
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5), -- EnquiryState, set by features/enquiries/machine.py; purpose: what may happen next, sorting and counting; keep: as ticket16
  since_hour INTEGER NOT NULL, -- hour since which it waits, or in which it was answered or done, hours since epoch; purpose: who waits longest, what is overdue; keep: as ticket16
  until_ms INTEGER NOT NULL, -- end of a reservation, ms, 0 for none; purpose: it is open again when nothing came of it; keep: until the reservation ends
  ends_hour INTEGER NOT NULL -- hour at which the ticket ends by itself, hours since epoch; purpose: no ticket stays for ever; keep: as ticket16
) STRICT;

CREATE UNIQUE INDEX enquiries_tickets_by_number ON enquiries_tickets (portal16, number);
CREATE INDEX enquiries_tickets_by_reservation ON enquiries_tickets (until_ms) WHERE until_ms > 0;
CREATE INDEX enquiries_tickets_by_end ON enquiries_tickets (ends_hour);
CREATE INDEX enquiries_tickets_by_assignee ON enquiries_tickets (assignee) WHERE assignee IS NOT NULL;

-- How somebody can be reached: sealed to the portal's leads, of which the relay has no key.
CREATE TABLE enquiries_contacts (
  ticket16 BLOB PRIMARY KEY CHECK (length(ticket16) = 16), -- the ticket, by contact_put; purpose: found and deleted with it; keep: until the seeker deletes them, or with the ticket
  version INTEGER NOT NULL CHECK (version > 0), -- counts the seeker's changes, by contact_put; purpose: what comes late replaces nothing newer; keep: as ticket16
  inbox16 BLOB NOT NULL CHECK (length(inbox16) = 16), -- hash of the leads' public key, by contact_put; purpose: what lies under a former key is sealed anew; keep: as ticket16
  slot INTEGER NOT NULL UNIQUE REFERENCES boxes_slots (slot) -- where its bytes lie, one size for all; purpose: they are found; keep: as ticket16
) STRICT;

-- ============================================================================================
-- boxes: random mailboxes of sealed envelopes. No account, no sender, no exact time.
-- ============================================================================================

CREATE TABLE boxes_boxes (
  box16 BLOB PRIMARY KEY CHECK (length(box16) = 16), -- random id, drawn by the creating client; purpose: address of the box; keep: until 48 h after the close
  created_hour INTEGER NOT NULL, -- hour of creation, hours since epoch; purpose: age in the inventory; keep: as box16
  closes_hour INTEGER NOT NULL, -- hour at which an open box ends, hours since epoch, moved by use once no team is in it; purpose: no box stays for ever; keep: as box16
  ends_ms INTEGER NOT NULL, -- end of a live chat, ms, 0 for none; purpose: the relay closes at 180 minutes whoever is online; keep: until the close
  kid BLOB NOT NULL CHECK (length(kid) = 8), -- key id of the current epoch, zero before the first commit; purpose: a late message is told to read on; keep: as box16
  head BLOB NOT NULL CHECK (length(head) = 32), -- chain head over all envelopes, computed by the relay; purpose: the tomb of the deletion; keep: as box16
  last_n INTEGER NOT NULL, -- number of the newest envelope; purpose: order in the box; keep: as box16
  state INTEGER NOT NULL CHECK (state IN (1, 2)), -- BoxState; purpose: nothing is taken after the close; keep: as box16
  reason INTEGER NOT NULL, -- CloseReason; purpose: told to readers; keep: as box16
  close_minute INTEGER NOT NULL, -- minute of the close, rounded up, minutes since epoch, 0 while open; purpose: the 48 hours run from it; keep: as box16
  purge_minute INTEGER NOT NULL -- minute of the purge, minutes since epoch, 0 while open; purpose: the sweep acts on it; keep: as box16
) STRICT;

CREATE INDEX boxes_boxes_by_end ON boxes_boxes (ends_ms) WHERE ends_ms > 0;
CREATE INDEX boxes_boxes_by_hour ON boxes_boxes (closes_hour) WHERE ends_ms = 0;
CREATE INDEX boxes_boxes_by_purge ON boxes_boxes (purge_minute) WHERE purge_minute > 0;

CREATE TABLE boxes_caps (
  box16 BLOB NOT NULL CHECK (length(box16) = 16), -- the box; purpose: what the capability opens; keep: until it is taken out, or the purge
  sidx INTEGER NOT NULL, -- member number inside the box, set by the committing client; purpose: a commit can take one member's capability out; keep: as box16
  cap_hash BLOB NOT NULL UNIQUE CHECK (length(cap_hash) = 32), -- hash of the member's capability; purpose: checks who may read and post, without an account; keep: as box16
  rights INTEGER NOT NULL, -- bits read 1, post 2, commit 4, close 8, keep 16; purpose: what it may do; keep: as box16
  under_sign_in INTEGER NOT NULL CHECK (under_sign_in IN (0, 1)), -- whether it was created, swapped or kept under a sign-in; purpose: only then keep takes effect in a live box; keep: as box16
  team16 BLOB CHECK (length(team16) = 16), -- public id of a team, set by the committing client, NULL for a person's; purpose: it works only under the sign-in of somebody whom that TEAM lists; keep: as box16
  came_with_box INTEGER NOT NULL CHECK (came_with_box IN (0, 1)), -- 1 when it was given as the box was created, 0 when by a commit; purpose: a seeker who makes an account keeps the own capability and no other; keep: as box16
  PRIMARY KEY (box16, sidx)
) STRICT;

-- Ciphertext of envelopes and letters: appended, overwritten in place, never deleted, so that it
-- never moves and leaves no stale copy. See [Note: ciphertext in fixed slots] in boxes/slots.py.
CREATE TABLE boxes_slots (
  slot INTEGER PRIMARY KEY, -- local number; purpose: address of a ciphertext; keep: always, used again
  bytes_sealed BLOB NOT NULL -- an E1 or E2 as it came, padded to a bucket; purpose: relayed to the members, handed to the reader; keep: until the envelope or letter goes, then zeros
) STRICT;

-- Slots that hold zeros and may be used again for a ciphertext of their size.
CREATE TABLE boxes_free_slots (
  slot INTEGER PRIMARY KEY REFERENCES boxes_slots (slot), -- the slot; purpose: used again; keep: until used again
  size_bytes INTEGER NOT NULL -- its size; purpose: it takes the same size only; keep: until used again
) STRICT;

CREATE INDEX boxes_free_slots_by_size ON boxes_free_slots (size_bytes, slot);

CREATE TABLE boxes_envelopes (
  slot INTEGER PRIMARY KEY REFERENCES boxes_slots (slot), -- where its bytes lie; purpose: they are found; keep: as box16
  box16 BLOB NOT NULL CHECK (length(box16) = 16), -- the box; purpose: address; keep: until 48 h after the close
  n INTEGER NOT NULL, -- number in the box, given by the relay; purpose: order and holes are visible to members; keep: as box16
  env_id BLOB NOT NULL UNIQUE CHECK (length(env_id) = 32), -- hash of the envelope's bytes; purpose: the same bytes again get the first number; keep: as box16
  hour INTEGER NOT NULL, -- hour of arrival, hours since epoch; purpose: age in the inventory; keep: as box16
  UNIQUE (box16, n)
) STRICT;

CREATE TABLE boxes_letters (
  letter INTEGER PRIMARY KEY AUTOINCREMENT, -- number of the letter, never reused; purpose: a reader goes on from it; keep: until read, taken, or ends_hour
  inbox16 BLOB NOT NULL CHECK (length(inbox16) = 16), -- hash of the reader's public key; purpose: address; keep: as letter
  ticket16 BLOB CHECK (length(ticket16) = 16), -- ticket that the letter belongs to, NULL for none; purpose: it is found and deleted with the ticket; keep: as letter
  env_id BLOB NOT NULL UNIQUE CHECK (length(env_id) = 32), -- hash of the letter's bytes; purpose: the same bytes again are stored once; keep: as letter
  ends_hour INTEGER NOT NULL, -- hour at which the letter ends by itself, hours since epoch: 30 days after its arrival, or with its ticket where a team reads along; purpose: no letter stays for ever; keep: as letter
  slot INTEGER NOT NULL UNIQUE REFERENCES boxes_slots (slot) -- where its bytes lie; purpose: they are found; keep: as letter
) STRICT;

CREATE INDEX boxes_letters_by_inbox ON boxes_letters (inbox16, letter);
CREATE INDEX boxes_letters_by_ticket ON boxes_letters (ticket16) WHERE ticket16 IS NOT NULL;

-- ============================================================================================
-- blobs: sealed attachments. The bytes lie in files; no name, no type, no sender, no exact time.
-- ============================================================================================

CREATE TABLE blobs_blobs (
  blob INTEGER PRIMARY KEY AUTOINCREMENT, -- local number, never reused; purpose: ties parts to their blob; keep: until 48 h after the close of the box, unfinished 1 h
  box16 BLOB NOT NULL CHECK (length(box16) = 16), -- the box; purpose: its capabilities open the blob, its purge deletes it; keep: as blob
  blob16 BLOB NOT NULL CHECK (length(blob16) = 16), -- random id, drawn by the sending client; purpose: address in the box; keep: as blob
  key16 BLOB NOT NULL UNIQUE CHECK (length(key16) = 16), -- random name of the file, drawn by the relay; purpose: finds the bytes; keep: as blob
  parts INTEGER NOT NULL CHECK (parts >= 0), -- number of parts of 1 MiB, 0 until committed, by blob_commit; purpose: a commit can be repeated; keep: as blob
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0), -- padded size, 0 until committed, by blob_commit; purpose: announced to who fetches it, and what a box may hold; keep: as blob
  hour INTEGER NOT NULL, -- hour of arrival, hours since epoch; purpose: age in the inventory; keep: as blob
  expires_minute INTEGER NOT NULL, -- minute at which an unfinished upload ends, minutes since epoch, 0 once committed; purpose: the sweep acts on it; keep: until committed
  UNIQUE (box16, blob16)
) STRICT;

CREATE INDEX blobs_blobs_by_expiry ON blobs_blobs (expires_minute) WHERE expires_minute > 0;

CREATE TABLE blobs_parts (
  blob INTEGER NOT NULL REFERENCES blobs_blobs (blob), -- the upload; purpose: whose part; keep: until committed, at most 1 h
  part INTEGER NOT NULL CHECK (part >= 0), -- number of the part from 0, by the sending client; purpose: a part may be sent again; keep: as blob
  size_bytes INTEGER NOT NULL CHECK (size_bytes BETWEEN 1 AND 1048576), -- size of the part; purpose: what a box may hold counts uploads too; keep: as blob
  PRIMARY KEY (blob, part)
) STRICT;

-- ============================================================================================
-- invitations: a new access to an own conversation. No account, no box, no ticket is named.
-- ============================================================================================

-- What a counsellor has given out by hand, and the keys that were left for it.
CREATE TABLE invitations_given (
  join_id16 BLOB PRIMARY KEY CHECK (length(join_id16) = 16), -- derived from the invitation's secret, by invite; purpose: inviter and newcomer meet here, once; keep: until the inviter ends it, at most 48 h
  subject16 BLOB NOT NULL CHECK (length(subject16) = 16), -- public id of the inviter, by invite; purpose: nobody else reads the answer; keep: as join_id16
  expires_hour INTEGER NOT NULL, -- hour since epoch, by invite; purpose: ends the row; keep: as join_id16
  sign_pk BLOB CHECK (length(sign_pk) = 32), -- public key for one conversation, NULL while nobody has answered, by invite_answer; purpose: is to be let in; keep: as join_id16
  kem_pk BLOB CHECK (length(kem_pk) = 1216), -- as sign_pk; purpose: letters are sealed to it; keep: as join_id16
  cap_hash BLOB CHECK (length(cap_hash) = 32), -- hash of the newcomer's capability, by invite_answer; purpose: the inviter's commit gives rights to it; keep: as join_id16
  ticket_hash BLOB CHECK (length(ticket_hash) = 32), -- hash of the newcomer's ticket capability, NULL again once it stands in the ticket, by invite_answer; purpose: the written ticket obeys the newcomer; keep: until invite_ticket, at most 48 h
  mac BLOB CHECK (length(mac) = 32) -- by the newcomer under the invitation's secret; purpose: the inviter's client checks it; keep: as join_id16
) STRICT;

CREATE INDEX invitations_given_by_expiry ON invitations_given (expires_hour);

-- The inbox of somebody who has answered: read by the capability left with the answer.
CREATE TABLE invitations_inboxes (
  inbox16 BLOB PRIMARY KEY CHECK (length(inbox16) = 16), -- hash of the newcomer's public key, by invite_answer; purpose: address of the letters that let them in; keep: until they have read them, or 32 days
  cap_hash BLOB NOT NULL CHECK (length(cap_hash) = 32), -- hash of the newcomer's capability, by invite_answer; purpose: nobody else reads this inbox; keep: as inbox16
  ends_hour INTEGER NOT NULL -- hour since epoch: 48 h to be confirmed, and the 30 days of a letter; purpose: ends the row; keep: as inbox16
) STRICT;

CREATE INDEX invitations_inboxes_by_end ON invitations_inboxes (ends_hour);

-- ============================================================================================
-- retention: what shows afterwards that a conversation was deleted. No box, no person is named.
-- ============================================================================================

-- The public list of each day.
CREATE TABLE retention_tombs (
  tomb BLOB PRIMARY KEY CHECK (length(tomb) = 32), -- hash of box, final chain head and close minute, by the purge; purpose: who knew the conversation finds its deletion in the public list, nobody else can; keep: 90 days
  hour INTEGER NOT NULL -- hour of the deletion, hours since epoch, by the purge; purpose: in which day's list it stands, and that it was in time; keep: as tomb
) STRICT;

CREATE INDEX retention_tombs_by_hour ON retention_tombs (hour, tomb);

-- Which days are over; one row, none before the first start.
CREATE TABLE retention_days (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
                            -- always 1, by the first start; purpose: there is one row; keep: always
  first_day INTEGER NOT NULL,
                            -- day of the first start, days since epoch; purpose: the first day of
                            -- which a list is entered into the log; keep: always
  open_day INTEGER NOT NULL CHECK (open_day >= first_day)
                            -- the day whose list still grows, days since epoch, by the purge sweep;
                            -- purpose: nothing is added to a list that is over; keep: until the next
) STRICT;
