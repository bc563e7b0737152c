"""Who has left is forgotten: rows about people and teams, held against the public log."""

from __future__ import annotations

from collections.abc import Iterator

from clientlib.audit.check import CannotRun, Words
from clientlib.audit.inside.machine import DAY_MS, HOUR_MS, Database, Machine
from crypto import certificate
from crypto.errors import RemoteError
from crypto.logview import LogView
from crypto.statement import Org

# A profile is shown to colleagues for a while longer; all else goes with the next sweep.
PROFILE_MS = 30 * DAY_MS
SHEET_MS = 90 * DAY_MS
GRACE_MS = HOUR_MS

_ABOUT = (
    ("capacity_people", "subject16", 0),
    ("capacity_relations", "subject16", 0),
    ("capacity_portals", "fallback", 0),
    ("staff_duty", "subject16", 0),
    ("staff_profiles", "subject16", PROFILE_MS),
)


def left_behind(machine: Machine) -> Iterator[tuple[str, int]]:
    """Return (table.column, rows) of what is about people or teams that the log has ended."""
    view = _view(machine.relay)
    if view is None:
        return
    gone_ms = _gone_ms(view)
    for table, column, kept_ms in _ABOUT:
        late_ms = machine.now_ms - kept_ms - GRACE_MS
        rows = machine.relay.rows(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608  # our own constants
        if count := sum(gone_ms.get(bytes(row[0]), late_ms + 1) <= late_ms for row in rows):
            yield f"{table}.{column}", count
    ended = 0
    for (team16,) in machine.relay.rows("SELECT team16 FROM sheets_sheets"):
        latest = view.latest_team(team16)
        end_ms = 0 if latest is None else latest.not_after_ms + SHEET_MS
        ended += end_ms + GRACE_MS <= machine.now_ms
    if ended:
        yield "sheets_sheets.team16", ended


def _view(relay: Database) -> LogView | None:
    rows = list(relay.rows("SELECT leaf, payload FROM translog_leaves ORDER BY idx"))
    if not rows:
        return None
    try:
        org = Org.decode(rows[0]["payload"])
        fingerprint = certificate.fingerprint(org.root_pk, org.standby_pk)
        view = LogView(fingerprint, org.deployment_id)
        return view.extend([row["leaf"] for row in rows], [row["payload"] for row in rows])
    except RemoteError as error:
        raise CannotRun(
            Words(
                de="Das Verzeichnis in der Datenbank lässt sich nicht lesen.",
                en="The log in the database cannot be read.",
            )
        ) from error


def _gone_ms(view: LogView) -> dict[bytes, int]:
    """When the last certificate of each person was taken back; nobody who has one in the log."""
    gone: dict[bytes, int] = {}
    staying = set()
    for entry in view.entries:
        one = view.certificate(entry.hash)
        if one is None:
            continue
        revoke = None if one.revoked_at is None else view.entries[one.revoked_at].leaf
        if revoke is None:
            staying.add(one.subject16)
        else:
            gone[one.subject16] = max(gone.get(one.subject16, 0), revoke.not_before_ms)
    return {subject16: at_ms for subject16, at_ms in gone.items() if subject16 not in staying}
