"""What lies in the log's files: made from the view and the rows, and sent to who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from aiohttp import web

from crypto import tiles
from crypto.logview import LogView
from crypto.tiles import PAYLOADS, WIDTH, Tile
from e2e_server.features.translog import store
from e2e_server.features.translog.cosigned import Cosigned
from e2e_server.features.translog.files import (
    CHECKPOINT,
    COSIGNED,
    FOLDER,
    NOTES,
    Content,
    LogFiles,
)
from e2e_server.features.translog.log import StaffLog, log_of
from e2e_server.kernel.context import Context, JobContext
from e2e_server.storage.port import ReadTransaction

_EVERYTHING = 2**53 - 1
# Anybody may read the log, also a page of somebody else's that checks it.
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_TILE = {
    **_OPEN,
    # A tile of this width never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Type": "application/octet-stream",
}
_NOTE = {**_OPEN, "Cache-Control": "no-cache", "Content-Type": "text/plain; charset=utf-8"}


def open_files(parts: JobContext, view: LogView, rows: list[store.LeafRow]) -> LogFiles:
    """Return the files of the stored log, mended where they differ."""
    files = LogFiles(parts.settings.data_dir / FOLDER)
    files.repair(view.size, _content(view, rows, 0))
    return files


async def write_grown(parts: Context | JobContext, log: StaffLog) -> None:
    """Write what the last statement changed. A failure is told, and mended by the next write.

    The statement is in the database by then, and counts whatever becomes of the files.
    """
    files = parts.services.get(LogFiles)
    view = log.view
    start = 0 if files.is_behind else (view.size - 1) // WIDTH * WIDTH
    rows = await parts.db.read(lambda tx: _rows(tx, start))
    content = _content(view, rows, start)

    async def write() -> None:
        if files.is_behind:
            await asyncio.to_thread(files.repair, view.size, content)
        else:
            await asyncio.to_thread(files.write, tiles.last_tiles(view.size), content)
        await write_notes(parts, log)
        files.is_behind = False

    await _or_tell(parts, write())


async def write_notes_or_tell(parts: Context, log: StaffLog) -> None:
    """Write the notes; a failure is told, and mended by the next statement."""
    await _or_tell(parts, write_notes(parts, log))


async def _or_tell(parts: Context | JobContext, writing: Awaitable[None]) -> None:
    try:
        await writing
    except OSError as error:
        parts.services.get(LogFiles).is_behind = True
        parts.oplog.fault("log_files", error)


async def write_notes(parts: Context | JobContext, log: StaffLog) -> None:
    """Write the newest checkpoint with the lines that it has, and the one that clients ask for."""
    files, cosigned = parts.services.get(LogFiles), parts.services.get(Cosigned)
    if log.view.size == 0:
        return
    newest = cosigned.note_of(log.view.size) or log.sign(log.view)
    await asyncio.to_thread(files.write_note, COSIGNED, cosigned.newest(log.view))
    await asyncio.to_thread(files.write_note, CHECKPOINT, newest)


async def serve_file(context: Context, request: web.Request) -> web.StreamResponse:
    """Answer GET /log/…; whatever is no file of the log is 404."""
    path = request.match_info["path"]
    raw = await asyncio.to_thread(context.services.get(LogFiles).read, path)
    if raw is None:
        return web.Response(status=404, text="404")
    return web.Response(body=raw, headers=_NOTE if path in NOTES else _TILE)


async def health(parts: JobContext) -> dict[str, int]:
    """Tell whether the files are behind the log, and whether POLICY promises something else."""
    return {
        "log_files_behind": int(parts.services.get(LogFiles).is_behind),
        "policy_differs": int(log_of(parts).differs()),
    }


def _rows(tx: ReadTransaction, start: int) -> list[store.LeafRow]:
    return store.from_index(tx, start, _EVERYTHING)


def _content(view: LogView, rows: list[store.LeafRow], start: int) -> Content:
    """Return what makes a tile's bytes; `rows` are the leaves from `start` on."""

    def content(tile: Tile) -> bytes:
        if tile.level is not None:
            return view.tile(tile)
        items = rows[tile.start - start : tile.start - start + tile.width]
        return tiles.encode_bundle(
            [row.payload if tile.kind == PAYLOADS else row.leaf for row in items]
        )

    return content
