"""The paths of blobs: parts come in, committed bytes go out as a stream, one MiB in memory each."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator

from aiohttp import web

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire.base import Right
from crypto.wire.blobs import AUTHORIZATION_SCHEME, MAX_PARTS
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.blobstore.port import BlobError, BlobMissingError, BlobStore
from e2e_server.features.blobs import store, uploads
from e2e_server.features.blobs.store import BlobRow
from e2e_server.features.boxes import member_of
from e2e_server.kernel.context import Context
from e2e_server.storage.port import ReadTransaction, WriteTransaction

CAP_BYTES = 32
# A part of 1 MiB at 70 kbit/s; who is slower is asked to send it again.
PART_TIMEOUT_S = 120
PARTS_PER_TEN_MINUTES = 1_200
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "e2e-server",
    "X-Content-Type-Options": "nosniff",
}
_ID = re.compile(r"[0-9a-f]{32}\Z")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,3})\Z")
_CAP = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_RANGE = re.compile(r"bytes=([0-9]{1,12})-\Z")
_FETCH_SITES = ("same-origin", "none")


async def put_part(context: Context, request: web.Request) -> web.StreamResponse:
    """Take one part; the same again changes nothing. Rights and room are judged before the body."""
    cap = _cap_hash(request)
    box16, blob16, part = _id(request, "box16"), _id(request, "blob16"), _part(request)
    size_bytes = request.content_length
    if size_bytes is None:
        raise WireError(ErrorCode.MALFORMED)
    uploads.check_part(part, size_bytes, context.settings.attachment_max_bytes)
    blobs = _store_of(context)
    new_key = blobs.new_key()

    def work(tx: WriteTransaction) -> bytes:
        member_of(tx, box16, cap, Right.POST)
        return uploads.expect_part(
            tx, box16=box16, blob16=blob16, part=part, size_bytes=size_bytes, new_key=new_key
        )

    key16 = await context.db.write(work)
    # Counted once it is known who asks: nobody fills the memory of limits with invented names.
    context.limits.count("blob", cap)
    if context.limits.recent("blob", cap) > PARTS_PER_TEN_MINUTES:
        raise WireError(ErrorCode.RATE_LIMITED)
    raw = await _body(request, size_bytes)
    try:
        await blobs.write_part(key16, part, raw)
    except BlobError as error:
        raise uploads.refusal(error) from error
    # Cancelled meanwhile: nothing of it stays.
    if await context.db.read(lambda tx: store.find(tx, box16, blob16)) is None:
        await blobs.delete(key16)
        raise WireError(ErrorCode.UNKNOWN)
    return web.Response(status=204)


async def get_blob(context: Context, request: web.Request) -> web.StreamResponse:
    """Stream a committed blob; with a range, from where a broken line left off."""
    if request.headers.get("Sec-Fetch-Site", "none") not in _FETCH_SITES:
        raise WireError(ErrorCode.FORBIDDEN)
    cap = _cap_hash(request)
    box16, blob16 = _id(request, "box16"), _id(request, "blob16")

    def look(tx: ReadTransaction) -> BlobRow:
        member_of(tx, box16, cap, Right.READ)
        found = store.find(tx, box16, blob16)
        if found is None or not found.is_committed:
            raise WireError(ErrorCode.UNKNOWN)
        return found

    found = await context.db.read(look)
    start = _start(request, found.size_bytes)
    pieces = _store_of(context).read(found.key16, start)
    try:
        first = await anext(pieces, b"")
    except BlobMissingError as error:
        raise WireError(ErrorCode.UNKNOWN) from error
    return await _stream(request, found, start, first, pieces)


async def _stream(
    request: web.Request,
    found: BlobRow,
    start: int,
    first: bytes,
    rest: AsyncIterator[bytes],
) -> web.StreamResponse:
    response = web.StreamResponse(status=206 if start else 200, headers=_HEADERS)
    response.content_type = "application/octet-stream"
    response.content_length = found.size_bytes - start
    if start:
        last = found.size_bytes - 1
        response.headers["Content-Range"] = f"bytes {start}-{last}/{found.size_bytes}"
    await response.prepare(request)
    await response.write(first)
    async for piece in rest:
        await response.write(piece)
    await response.write_eof()
    return response


async def _body(request: web.Request, size_bytes: int) -> bytes:
    try:
        async with asyncio.timeout(PART_TIMEOUT_S):
            return await request.content.readexactly(size_bytes)
    except asyncio.IncompleteReadError as error:
        raise WireError(ErrorCode.MALFORMED) from error
    except TimeoutError as error:
        raise WireError(ErrorCode.EXPIRED) from error


def _cap_hash(request: web.Request) -> bytes:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme != AUTHORIZATION_SCHEME or not _CAP.match(given):
        raise WireError(ErrorCode.UNAUTHORISED)
    try:
        raw = base64.b64decode(given + "=", altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise WireError(ErrorCode.UNAUTHORISED) from error
    return cap_hash(CapSecret(raw))


def _id(request: web.Request, name: str) -> bytes:
    text = request.match_info[name]
    if not _ID.match(text):
        raise WireError(ErrorCode.MALFORMED)
    return bytes.fromhex(text)


def _part(request: web.Request) -> int:
    text = request.match_info["part"]
    if not _NUMBER.match(text) or int(text) >= MAX_PARTS:
        raise WireError(ErrorCode.MALFORMED)
    return int(text)


def _start(request: web.Request, size_bytes: int) -> int:
    """Read where to begin; only `bytes=<start>-` is understood."""
    given = request.headers.get("Range")
    if given is None:
        return 0
    found = _RANGE.match(given)
    if found is None or int(found[1]) >= size_bytes:
        raise WireError(ErrorCode.MALFORMED)
    return int(found[1])


def _store_of(context: Context) -> BlobStore:
    return context.services.get(BlobStore)  # type: ignore[type-abstract]  # a key
