"""The SQL of the room: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from e2e_server.storage.port import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """The newest version of a sheet; as it is where there is none."""

    version: int = 0
    sealed: bytes = b""


def sheet(tx: ReadTransaction, team16: bytes, kind: int) -> SheetRow:
    """Return a team's sheet of one kind."""
    row = tx.one(
        "SELECT version, sheet_sealed FROM sheets_sheets WHERE team16 = $1 AND kind = $2",
        team16,
        kind,
    )
    return SheetRow(version=row[0], sealed=row[1]) if row else SheetRow()


def save_sheet(tx: WriteTransaction, team16: bytes, kind: int, row: SheetRow) -> None:
    """Store a version in the place of the one before."""
    tx.run(
        """
        INSERT INTO sheets_sheets (team16, kind, version, sheet_sealed) VALUES ($1, $2, $3, $4)
        ON CONFLICT (team16, kind) DO UPDATE SET
          version = excluded.version, sheet_sealed = excluded.sheet_sealed
        """,
        team16,
        kind,
        row.version,
        row.sealed,
    )


def teams(tx: ReadTransaction) -> tuple[bytes, ...]:
    """Return the teams that have sheets."""
    return tuple(row[0] for row in tx.all("SELECT DISTINCT team16 FROM sheets_sheets"))


def drop_sheets(tx: WriteTransaction, team16: bytes) -> None:
    """Delete all sheets of a team."""
    tx.run("DELETE FROM sheets_sheets WHERE team16 = $1", team16)
