-- schema version: 1
--
-- The keeper's own database: everything that must be deletable. Never part of a backup.
--
-- [Note: secrets in fixed slots] SQLite leaves stale copies of rows that it moves between pages, see
-- [Note: stale copies]. So each secret is a row of constant size in keeper_secrets: rows are only
-- appended at the end and overwritten in place, never deleted, so that they never move. What may
-- move (doors, shares) holds no secret.

-- Which keeper this is, and how far it has come.
CREATE TABLE keeper_identity (
  instance_id BLOB NOT NULL CHECK (length(instance_id) = 16),
    -- 16 random bytes, by the first start; purpose: a relay refuses a keeper that is not its own;
    -- keep: as long as the keeper
  version INTEGER NOT NULL -- count of writes, by every write; purpose: the newer of the two files
    -- is known after a crash; keep: as long as the keeper
) STRICT;

-- The secrets themselves: OPRF scalars and erase shares.
CREATE TABLE keeper_secrets (
  slot INTEGER PRIMARY KEY, -- number, by keeper; purpose: address of a secret; keep: always, reused
  secret_raw BLOB NOT NULL CHECK (length(secret_raw) = 32)
    -- 32 bytes, by keeper; purpose: evaluate the OPRF, hand a share to the members of a box;
    -- keep: until its door or share is dropped, then zeros
) STRICT;

-- Slots that hold zeros and may be used again.
CREATE TABLE keeper_free_slots (
  slot INTEGER PRIMARY KEY REFERENCES keeper_secrets (slot)
    -- number, by keeper; purpose: reuse; keep: until reused
) STRICT;

-- One row for each generation of an account's door.
CREATE TABLE keeper_doors (
  door_key BLOB NOT NULL CHECK (length(door_key) = 32),
    -- 32 bytes, KDF(seed,"door",door32), by adopt; purpose: find the secret at a sign-in;
    -- keep: until the account is deleted
  gen INTEGER NOT NULL CHECK (gen > 0), -- count, by adopt; purpose: a changed passphrase has a new
    -- secret; keep: until the next one is settled
  settled INTEGER NOT NULL CHECK (settled IN (0, 1)), -- 1 = the relay has switched to it, by settle;
    -- purpose: refuse to replace a secret in use; keep: as the row
  slot INTEGER NOT NULL UNIQUE REFERENCES keeper_secrets (slot),
    -- number, by adopt; purpose: where the scalar lies; keep: as the row
  PRIMARY KEY (door_key, gen)
) STRICT;

-- One row for each open box.
CREATE TABLE keeper_shares (
  share_key BLOB PRIMARY KEY NOT NULL CHECK (length(share_key) = 32),
    -- 32 bytes, HASH("share-of",box16), by share_new; purpose: find the share; keep: until the purge
  created_hour INTEGER NOT NULL,
    -- hours since epoch, by share_new; purpose: the sweep spares a box that is just being created;
    -- keep: until the purge
  slot INTEGER NOT NULL UNIQUE REFERENCES keeper_secrets (slot)
    -- number, by share_new; purpose: where the share lies; keep: until the purge
) STRICT;

-- How often doors were tried today; a table of fixed size, so that no flood pushes a counter out.
CREATE TABLE keeper_budgets (
  cell INTEGER PRIMARY KEY CHECK (cell BETWEEN 0 AND 65535),
    -- first 16 bits of door_key, by eval; purpose: bound guesses at a passphrase; keep: a day
  day INTEGER NOT NULL, -- days since epoch, by eval; purpose: when the count starts anew; keep: a day
  used INTEGER NOT NULL -- evaluations, in steps, by eval; purpose: the bound; keep: a day
) STRICT;
