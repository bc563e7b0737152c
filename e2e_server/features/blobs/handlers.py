"""The commands of blobs: an upload is complete, is not wanted any more, or how much is held."""

from __future__ import annotations

import asyncio

from crypto.primitives import Blake2b, equal
from crypto.wire import blobs as wire
from crypto.wire.base import Done, Right
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.blobstore.port import BlobError, BlobMissingError, BlobPartError, BlobStore
from e2e_server.features.blobs import sizes, store
from e2e_server.features.blobs.store import BlobRow, Held
from e2e_server.features.blobs.uploads import refusal
from e2e_server.features.boxes import member_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@handles(wire.BlobCommit)
async def commit(context: Context, command: wire.BlobCommit) -> Done:
    """Compare count, size and hash with what is stored; only then can anybody fetch it."""

    def look(tx: WriteTransaction) -> BlobRow:
        member_of(tx, command.box16, context.cap_hash, Right.POST)
        found = store.find(tx, command.box16, command.blob16)
        if found is None:
            raise WireError(ErrorCode.UNKNOWN)
        return found

    found = await context.db.write(look)
    # A repeat is compared like the first time: another hash is never answered with "done".
    size_bytes = await _assembled(context, found, command)

    def work(tx: WriteTransaction) -> None:
        # The box may have closed and the upload may have been forgotten while bytes were compared.
        again = look(tx)
        if not again.is_committed:
            store.commit(tx, again.blob, command.parts, size_bytes)

    await context.db.write(work)
    return Done()


@handles(wire.BlobForget)
async def forget(context: Context, command: wire.BlobForget) -> Done:
    """Drop an upload; the row first, so that a part still on its way finds nothing to join."""

    def work(tx: WriteTransaction) -> bytes | None:
        member_of(tx, command.box16, context.cap_hash, Right.POST)
        found = store.find(tx, command.box16, command.blob16)
        if found is None:
            return None
        if found.is_committed:
            raise WireError(ErrorCode.WRONG_STATE)
        store.delete(tx, found.blob)
        return found.key16

    key16 = await context.db.write(work)
    if key16 is not None:
        await _delete(context, key16)
    return Done()


@handles(wire.BlobStock)
async def blob_stock(context: Context, command: wire.BlobStock) -> wire.BlobStockReply:
    """Count what a box holds of files, uploads under way included, for one of its readers."""

    def look(tx: ReadTransaction) -> Held:
        member_of(tx, command.box16, context.cap_hash, Right.READ)
        return store.held(tx, command.box16)

    held = await context.db.read(look)
    return wire.BlobStockReply(attachments=held.blobs, attachment_bytes=held.size_bytes)


async def _assembled(context: Context, found: BlobRow, command: wire.BlobCommit) -> int:
    """Put the parts together and return the size; what is not what was named is gone."""
    blobs = context.services.get(BlobStore)  # type: ignore[type-abstract]  # a key
    try:
        size_bytes = await blobs.commit(found.key16, command.parts)
    except (BlobPartError, BlobMissingError) as error:
        raise WireError(ErrorCode.WRONG_STATE) from error
    except BlobError as error:
        raise refusal(error) from error
    hash_ = Blake2b()
    async for piece in blobs.read(found.key16):
        await asyncio.to_thread(hash_.update, piece)
    if equal(hash_.digest(), command.ciphertext_hash) and sizes.is_sealed_size(size_bytes):
        return size_bytes

    def drop(tx: WriteTransaction) -> bool:
        again = store.find(tx, command.box16, command.blob16)
        if again is None or again.is_committed:
            return False
        store.delete(tx, again.blob)
        return True

    if await context.db.write(drop):
        await _delete(context, found.key16)
    raise WireError(ErrorCode.CONFLICT)


async def _delete(context: Context, key16: bytes) -> None:
    try:
        await context.services.get(BlobStore).delete(key16)  # type: ignore[type-abstract]  # a key
    except BlobError as error:
        # The row is gone: the hourly comparison finds the file.
        raise refusal(error) from error
