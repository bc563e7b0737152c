"""The SQL of accounts: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRow:
    """A door with what its account decides; `kind` is the door's own."""

    door32: bytes
    account16: bytes
    kind: int
    gen: int
    auth_pk: bytes
    slot: bytes
    account_kind: int
    blocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """A keyring page as stored."""

    version: int
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRow:
    """A sign-in in force, of an account that is not blocked."""

    account16: bytes
    kind: int
    expires_hour: int
    subject16: bytes
    staff_pk: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How much is held about an account."""

    created_day: int
    doors: int
    pages: int
    page_bytes: int
    sign_ins: int


_DOORS = """
SELECT door, account16, doors.kind, gen, auth_pk, slot_sealed, accounts.kind, blocked
FROM accounts_doors AS doors JOIN accounts_accounts AS accounts USING (account16)
"""


def insert_account(
    tx: WriteTransaction, account16: bytes, kind: int, handle: bytes, created_day: int
) -> None:
    """Store a new account."""
    tx.run(
        """
        INSERT INTO accounts_accounts (account16, kind, handle, created_day)
        VALUES ($1, $2, $3, $4)
        """,
        account16,
        kind,
        handle,
        created_day,
    )


def insert_door(
    tx: WriteTransaction,
    *,
    door32: bytes,
    account16: bytes,
    kind: int,
    gen: int,
    auth_pk: bytes,
    slot: bytes,
) -> None:
    """Store a door; the schema refuses a second one of this name, or of this kind."""
    tx.run(
        """
        INSERT INTO accounts_doors (door, account16, kind, gen, auth_pk, slot_sealed)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        door32,
        account16,
        kind,
        gen,
        auth_pk,
        slot,
    )


def delete_door(tx: WriteTransaction, door32: bytes) -> None:
    """Delete a door."""
    tx.run("DELETE FROM accounts_doors WHERE door = $1", door32)


def note_unsettled(tx: WriteTransaction, door32: bytes) -> None:
    """Note that the keeper has to be told what has become of this door."""
    tx.run("INSERT INTO accounts_unsettled (door) VALUES ($1) ON CONFLICT DO NOTHING", door32)


def unsettled(tx: ReadTransaction) -> list[bytes]:
    """All doors of which the keeper may not know yet."""
    return [row[0] for row in tx.all("SELECT door FROM accounts_unsettled ORDER BY door")]


def forget_unsettled(tx: WriteTransaction, door32: bytes) -> None:
    """The keeper knows."""
    tx.run("DELETE FROM accounts_unsettled WHERE door = $1", door32)


def insert_page(tx: WriteTransaction, account16: bytes, page: int, sealed: bytes) -> None:
    """Store the first version of a page."""
    tx.run(
        """
        INSERT INTO accounts_pages (account16, page, version, page_sealed)
        VALUES ($1, $2, 1, $3)
        """,
        account16,
        page,
        sealed,
    )


def door(tx: ReadTransaction, door32: bytes) -> DoorRow | None:
    """Find a door by its keyed name."""
    row = tx.one(f"{_DOORS} WHERE door = $1", door32)
    return None if row is None else _door(row)


def doors_of(tx: ReadTransaction, account16: bytes) -> list[DoorRow]:
    """Return the doors of an account, the passphrase door first."""
    rows = tx.all(f"{_DOORS} WHERE account16 = $1 ORDER BY doors.kind", account16)
    return [_door(row) for row in rows]


def door_generations(tx: ReadTransaction) -> list[tuple[bytes, int]]:
    """All doors with their generation, for the sweep that compares them with the keeper's."""
    rows = tx.all("SELECT door, gen FROM accounts_doors ORDER BY door")
    return [(row[0], int(row[1])) for row in rows]


def has_handle(tx: ReadTransaction, account16: bytes, handle: bytes) -> bool:
    """Tell whether this account carries this handle."""
    row = tx.one(
        "SELECT 1 FROM accounts_accounts WHERE account16 = $1 AND handle = $2", account16, handle
    )
    return row is not None


def pages(tx: ReadTransaction, account16: bytes) -> list[PageRow]:
    """Return all pages of an account, in order."""
    rows = tx.all(
        """
        SELECT version, page_sealed
        FROM accounts_pages
        WHERE account16 = $1
        ORDER BY page
        """,
        account16,
    )
    return [PageRow(version=version, sealed=sealed) for version, sealed in rows]


def page(tx: ReadTransaction, account16: bytes, number: int) -> PageRow | None:
    """Return one page."""
    row = tx.one(
        "SELECT version, page_sealed FROM accounts_pages WHERE account16 = $1 AND page = $2",
        account16,
        number,
    )
    return PageRow(version=row[0], sealed=row[1]) if row else None


def save_page(
    tx: WriteTransaction, account16: bytes, number: int, version: int, sealed: bytes
) -> bool:
    """Store a page if it follows the stored version; False when another device was faster."""
    changed = tx.run(
        """
        UPDATE accounts_pages
        SET version = $3, page_sealed = $4
        WHERE account16 = $1 AND page = $2 AND version = $3 - 1
        """,
        account16,
        number,
        version,
        sealed,
    )
    return changed == 1


def insert_sign_in(tx: WriteTransaction, token_hash: bytes, row: SignInRow) -> None:
    """Store a sign-in."""
    tx.run(
        """
        INSERT INTO accounts_sign_ins (token_hash, account16, expires_hour, subject16, staff_pk)
        VALUES ($1, $2, $3, $4, $5)
        """,
        token_hash,
        row.account16,
        row.expires_hour,
        row.subject16,
        row.staff_pk,
    )


def sign_in(tx: ReadTransaction, token_hash: bytes, hour: int) -> SignInRow | None:
    """Return a sign-in that runs at `hour`."""
    row = tx.one(
        """
        SELECT account16, kind, expires_hour, subject16, staff_pk
        FROM accounts_sign_ins JOIN accounts_accounts USING (account16)
        WHERE token_hash = $1 AND expires_hour > $2 AND blocked = 0
        """,
        token_hash,
        hour,
    )
    if row is None:
        return None
    return SignInRow(
        account16=row[0], kind=row[1], expires_hour=row[2], subject16=row[3], staff_pk=row[4]
    )


def drop_sign_in(tx: WriteTransaction, token_hash: bytes) -> None:
    """End one sign-in."""
    tx.run("DELETE FROM accounts_sign_ins WHERE token_hash = $1", token_hash)


def drop_sign_ins_until(tx: WriteTransaction, hour: int) -> None:
    """Delete sign-ins whose time is over."""
    tx.run("DELETE FROM accounts_sign_ins WHERE expires_hour <= $1", hour)


def sign_ins_of(tx: ReadTransaction, account16: bytes) -> list[bytes]:
    """The token hashes of all sign-ins of an account."""
    rows = tx.all("SELECT token_hash FROM accounts_sign_ins WHERE account16 = $1", account16)
    return [row[0] for row in rows]


def stock(tx: ReadTransaction, account16: bytes) -> Stock | None:
    """Count what is held about an account; None when there is no such account."""
    row = tx.one(
        """
        SELECT created_day,
          (SELECT COUNT(*) FROM accounts_doors WHERE account16 = $1),
          (SELECT COUNT(*) FROM accounts_pages WHERE account16 = $1),
          (SELECT COALESCE(SUM(LENGTH(page_sealed)), 0) FROM accounts_pages WHERE account16 = $1),
          (SELECT COUNT(*) FROM accounts_sign_ins WHERE account16 = $1)
        FROM accounts_accounts WHERE account16 = $1
        """,
        account16,
    )
    if row is None:
        return None
    return Stock(created_day=row[0], doors=row[1], pages=row[2], page_bytes=row[3], sign_ins=row[4])


def delete_account(tx: WriteTransaction, account16: bytes) -> None:
    """Delete an account with its doors and pages; its sign-ins have ended before."""
    tx.run("DELETE FROM accounts_pages WHERE account16 = $1", account16)
    tx.run("DELETE FROM accounts_doors WHERE account16 = $1", account16)
    tx.run("DELETE FROM accounts_accounts WHERE account16 = $1", account16)


def _door(row: Row) -> DoorRow:
    return DoorRow(
        door32=row[0],
        account16=row[1],
        kind=row[2],
        gen=row[3],
        auth_pk=row[4],
        slot=row[5],
        account_kind=row[6],
        blocked=bool(row[7]),
    )
