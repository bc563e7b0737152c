"""Every SQL statement of the keeper. Units may run twice (main and mirror): all input is values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from e2e_server.keeper.port import DoorState, GenerationError, HeldShare
from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction

IDENTITY_SQL = "SELECT instance_id, version FROM keeper_identity"
_ZEROS = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDoor:
    """One generation of a door, with its secret: for the sealed copy only."""

    door_key: bytes
    gen: int
    settled: bool
    secret: bytes


def found(
    tx: WriteTransaction,
    instance_id: bytes,
    version: int,
    doors: Sequence[HeldDoor] = (),
    shares: Sequence[tuple[HeldShare, bytes]] = (),
) -> None:
    """Name a new keeper, and give it what a restored copy held."""
    tx.run(
        "INSERT INTO keeper_identity (instance_id, version) VALUES ($1, $2)", instance_id, version
    )
    for door in doors:
        adopt(tx, door.door_key, door.gen, door.secret)
        tx.run(
            "UPDATE keeper_doors SET settled = $1 WHERE door_key = $2 AND gen = $3",
            int(door.settled),
            door.door_key,
            door.gen,
        )
    for held, secret in shares:
        add_share(tx, held.share_key, secret, held.created_hour)


def count_write(tx: WriteTransaction) -> None:
    """Move the version on; part of every unit, so that the newer file can be told."""
    tx.run("UPDATE keeper_identity SET version = version + 1")


def identity(tx: ReadTransaction) -> Row:
    """Instance id and version."""
    row = tx.one(IDENTITY_SQL)
    assert row is not None  # written with the file
    return row


def counts(tx: ReadTransaction) -> Row:
    """Number of doors and of shares."""
    row = tx.one(
        """
        SELECT
          (SELECT count(DISTINCT door_key) FROM keeper_doors),
          (SELECT count(*) FROM keeper_shares)
        """
    )
    assert row is not None  # aggregates always answer
    return row


def door_secret(tx: ReadTransaction, door_key: bytes, gen: int) -> bytes | None:
    """The scalar of one generation."""
    row = tx.one(
        """
        SELECT secret_raw
        FROM keeper_doors JOIN keeper_secrets USING (slot)
        WHERE door_key = $1 AND gen = $2
        """,
        door_key,
        gen,
    )
    return None if row is None else bytes(row[0])


def door_state(tx: ReadTransaction, door_key: bytes, gen: int) -> DoorState:
    """What is held for one generation of a door."""
    rows = tx.all("SELECT gen, settled FROM keeper_doors WHERE door_key = $1", door_key)
    settled = {held: bool(flag) for held, flag in rows}
    return DoorState(
        held=gen in settled,
        settled=settled.get(gen, False),
        others=len(settled) - (gen in settled),
    )


def adopt(tx: WriteTransaction, door_key: bytes, gen: int, scalar: bytes) -> None:
    """Make `scalar` generation `gen`; an unsettled one gives way, a settled one does not."""
    if door_secret(tx, door_key, gen) == scalar:
        return
    rows = tx.all(
        "SELECT slot, settled FROM keeper_doors WHERE door_key = $1 AND gen = $2", door_key, gen
    )
    if any(settled for _, settled in rows):
        raise GenerationError("this generation is settled")
    _forget_doors(tx, door_key, rows)
    tx.run(
        "INSERT INTO keeper_doors (door_key, gen, settled, slot) VALUES ($1, $2, 0, $3)",
        door_key,
        gen,
        _store_secret(tx, scalar),
    )


def settle(tx: WriteTransaction, door_key: bytes, gen: int) -> None:
    """Keep only `gen`."""
    changed = tx.run(
        "UPDATE keeper_doors SET settled = 1 WHERE door_key = $1 AND gen = $2", door_key, gen
    )
    if not changed:  # without this check a wrong number would lock the account out for good
        raise GenerationError("this generation is not held")
    others = tx.all(
        "SELECT slot FROM keeper_doors WHERE door_key = $1 AND gen <> $2", door_key, gen
    )
    _forget_doors(tx, door_key, others)


def drop_doors(tx: WriteTransaction, door_keys: Sequence[bytes]) -> None:
    """Forget every generation of these doors; those that are not held are skipped."""
    for key in door_keys:
        rows = tx.all("SELECT slot FROM keeper_doors WHERE door_key = $1", key)
        _forget_doors(tx, key, rows)


def door_keys(tx: ReadTransaction) -> list[bytes]:
    """The keys of all doors."""
    rows = tx.all("SELECT DISTINCT door_key FROM keeper_doors ORDER BY door_key")
    return [bytes(row[0]) for row in rows]


def share(tx: ReadTransaction, key: bytes) -> bytes | None:
    """The share filed under `key`."""
    row = tx.one(
        """
        SELECT secret_raw
        FROM keeper_shares JOIN keeper_secrets USING (slot)
        WHERE share_key = $1
        """,
        key,
    )
    return None if row is None else bytes(row[0])


def add_share(tx: WriteTransaction, key: bytes, drawn: bytes, created_hour: int) -> bytes:
    """File `drawn` under `key` unless there is a share; return the one that counts."""
    held = share(tx, key)
    if held is not None:
        return held
    tx.run(
        "INSERT INTO keeper_shares (share_key, created_hour, slot) VALUES ($1, $2, $3)",
        key,
        created_hour,
        _store_secret(tx, drawn),
    )
    return drawn


def drop_shares(tx: WriteTransaction, keys: Sequence[bytes]) -> None:
    """Forget these shares; those that are not held are skipped."""
    for key in keys:
        row = tx.one("SELECT slot FROM keeper_shares WHERE share_key = $1", key)
        if row is not None:
            tx.run("DELETE FROM keeper_shares WHERE share_key = $1", key)
            _wipe(tx, row[0])


def shares_after(tx: ReadTransaction, after: bytes, limit: int) -> list[HeldShare]:
    """Keys and hours, in the order of the keys."""
    rows = tx.all(
        """
        SELECT share_key, created_hour
        FROM keeper_shares
        WHERE share_key > $1
        ORDER BY share_key
        LIMIT $2
        """,
        after,
        limit,
    )
    return [HeldShare(share_key=bytes(key), created_hour=hour) for key, hour in rows]


def all_doors(tx: ReadTransaction) -> list[HeldDoor]:
    """Everything about doors, for the sealed copy."""
    rows = tx.all(
        """
        SELECT door_key, gen, settled, secret_raw
        FROM keeper_doors JOIN keeper_secrets USING (slot)
        ORDER BY door_key, gen
        """
    )
    return [
        HeldDoor(door_key=bytes(key), gen=gen, settled=bool(settled), secret=bytes(secret))
        for key, gen, settled, secret in rows
    ]


def all_shares(tx: ReadTransaction) -> list[tuple[HeldShare, bytes]]:
    """Everything about shares, for the sealed copy."""
    rows = tx.all(
        """
        SELECT share_key, created_hour, secret_raw
        FROM keeper_shares JOIN keeper_secrets USING (slot)
        ORDER BY share_key
        """
    )
    return [
        (HeldShare(share_key=bytes(key), created_hour=hour), bytes(secret))
        for key, hour, secret in rows
    ]


def budgets(tx: ReadTransaction, day: int) -> list[Row]:
    """Cells and counts of `day`."""
    return tx.all("SELECT cell, used FROM keeper_budgets WHERE day = $1", day)


def has_budgets_before(tx: ReadTransaction, day: int) -> bool:
    """Tell whether counts of earlier days are there."""
    return tx.one("SELECT 1 FROM keeper_budgets WHERE day < $1 LIMIT 1", day) is not None


def drop_budgets_before(tx: WriteTransaction, day: int) -> None:
    """Forget the counts of earlier days."""
    tx.run("DELETE FROM keeper_budgets WHERE day < $1", day)


def keep_budget(tx: WriteTransaction, cell: int, day: int, used: int) -> None:
    """Note how much a cell has used today; a smaller count that comes late changes nothing."""
    tx.run(
        """
        INSERT INTO keeper_budgets (cell, day, used)
        VALUES ($1, $2, $3)
        ON CONFLICT (cell) DO UPDATE SET day = $2, used = $3
        WHERE day < $2 OR day = $2 AND used < $3
        """,
        cell,
        day,
        used,
    )


def _store_secret(tx: WriteTransaction, secret: bytes) -> int:
    free = tx.one("SELECT min(slot) FROM keeper_free_slots")
    if free is not None and free[0] is not None:
        slot = int(free[0])
        tx.run("DELETE FROM keeper_free_slots WHERE slot = $1", slot)
        tx.run("UPDATE keeper_secrets SET secret_raw = $1 WHERE slot = $2", secret, slot)
        return slot
    row = tx.one(
        """
        INSERT INTO keeper_secrets (slot, secret_raw)
        VALUES ((SELECT coalesce(max(slot), 0) + 1 FROM keeper_secrets), $1)
        RETURNING slot
        """,
        secret,
    )
    assert row is not None  # RETURNING answers for an inserted row
    return int(row[0])


def _forget_doors(tx: WriteTransaction, door_key: bytes, rows: Sequence[Row]) -> None:
    for row in rows:
        tx.run("DELETE FROM keeper_doors WHERE door_key = $1 AND slot = $2", door_key, row[0])
        _wipe(tx, row[0])


def _wipe(tx: WriteTransaction, slot: int) -> None:
    """Overwrite in place: same size, so the row stays where it is."""
    tx.run("UPDATE keeper_secrets SET secret_raw = $1 WHERE slot = $2", _ZEROS, slot)
    tx.run("INSERT INTO keeper_free_slots (slot) VALUES ($1)", slot)
