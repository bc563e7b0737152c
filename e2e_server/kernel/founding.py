"""The tie between the relay's database and its keeper: two statements, used at init and start."""

from __future__ import annotations

from e2e_server.storage.port import ReadTransaction, WriteTransaction


def keeper_id(tx: ReadTransaction) -> bytes | None:
    """Return the instance id of the keeper that this database belongs to."""
    row = tx.one("SELECT instance_id FROM kernel_keeper WHERE one = 1")
    return bytes(row[0]) if row else None


def tie_to_keeper(tx: WriteTransaction, instance_id: bytes) -> None:
    """Note the keeper, once; the schema refuses a second one."""
    tx.run("INSERT INTO kernel_keeper (one, instance_id) VALUES (1, $1)", instance_id)
