"""Sheets of teams: read and written by whom the current TEAM lists, the next version only."""

from __future__ import annotations

from crypto.wire import sheets as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.sheets import store
from e2e_server.features.translog import is_listed, log_of
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.kernel.context import Context, JobContext
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import WriteTransaction

# Kinds of sheets that clients know (crypto/sheet.py, which the relay must not load).
KINDS = (1,)
# As long as a certificate runs: then nobody is left who could renew the team (crypto/statement.py).
ENDED_DAYS = 90


@handles(wire.SheetRead)
async def sheet_read(context: Context, command: wire.SheetRead) -> wire.SheetReadReply:
    """Give a member the newest version."""
    _check(context, command.team16, command.kind)
    found = await context.db.read(lambda tx: store.sheet(tx, command.team16, command.kind))
    return wire.SheetReadReply(version=found.version, sheet=found.sealed)


@handles(wire.SheetSave)
async def sheet_save(context: Context, command: wire.SheetSave) -> Done:
    """Keep the next version; of two who write at once the second reads again."""
    _check(context, command.team16, command.kind)
    row = store.SheetRow(version=command.version, sealed=command.sheet)

    def work(tx: WriteTransaction) -> None:
        if command.version != store.sheet(tx, command.team16, command.kind).version + 1:
            raise WireError(ErrorCode.CONFLICT)
        store.save_sheet(tx, command.team16, command.kind, row)

    await context.db.write(work)
    return Done()


async def sweep(parts: JobContext) -> None:
    """Delete the sheets of teams that have ended, or that no portal has any more."""

    def work(tx: WriteTransaction) -> None:
        for team16 in store.teams(tx):
            if _has_ended(parts, team16):
                store.drop_sheets(tx, team16)

    await parts.db.write(work)


def _check(context: Context, team16: bytes, kind: int) -> None:
    if not is_listed(context, team16, context.signed_in()):
        raise WireError(ErrorCode.FORBIDDEN)
    if kind not in KINDS or not _has_portal(context, team16):
        raise WireError(ErrorCode.UNKNOWN)


def _has_portal(parts: Context | JobContext, team16: bytes) -> bool:
    return any(team16 in one.teams.all16 for one in parts.site.portals)


def _has_ended(parts: JobContext, team16: bytes) -> bool:
    latest = log_of(parts).view.latest_team(team16)
    if latest is None or not _has_portal(parts, team16):
        return True
    return latest.not_after_ms + ENDED_DAYS * MS_PER_DAY <= parts.clock.now_ms()
