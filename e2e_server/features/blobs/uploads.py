"""What an upload may do: begin, take a part, be committed. Rows only; the bytes are the store's."""

from __future__ import annotations

from crypto.wire.errors import ErrorCode, WireError
from e2e_server.blobstore.port import PART_BYTES, BlobError, BlobPartError
from e2e_server.features.blobs import sizes, store
from e2e_server.features.blobs.store import BlobRow, Held
from e2e_server.kernel.clock import MS_PER_MINUTE, hour_of
from e2e_server.storage.port import WriteTransaction

UNFINISHED_MINUTES = 60


def check_part(part: int, size_bytes: int, file_bytes: int) -> None:
    """Refuse a part that no file within the operator's limit `file_bytes` can have."""
    if size_bytes <= 0:
        raise WireError(ErrorCode.MALFORMED)
    ends_at = part * PART_BYTES + size_bytes
    if size_bytes > PART_BYTES or ends_at > sizes.sealed_bytes(file_bytes):
        raise WireError(ErrorCode.TOO_LARGE)


def expect_part(
    tx: WriteTransaction,
    *,
    box16: bytes,
    blob16: bytes,
    part: int,
    size_bytes: int,
    new_key: bytes,
) -> bytes:
    """Note a part that is about to come; return the key under which its bytes are stored.

    Noted before the bytes, so that several uploads at once cannot exceed what a box may hold.
    """
    found = store.find(tx, box16, blob16)
    if found is not None and found.is_committed:
        raise WireError(ErrorCode.WRONG_STATE)
    known = None if found is None else store.part_size(tx, found.blob, part)
    if known is not None and known != size_bytes:
        raise WireError(ErrorCode.CONFLICT)
    if known is None:
        check_room(store.held(tx, box16), size_bytes, is_new=found is None)
    if found is None:
        found = _begin(tx, box16, blob16, new_key)
    if known is None:
        store.insert_part(tx, found.blob, part, size_bytes)
    return found.key16


def check_room(held: Held, size_bytes: int, *, is_new: bool) -> None:
    """Refuse what would be more than one box may hold."""
    if held.size_bytes + size_bytes > sizes.BOX_MAX_BYTES:
        raise WireError(ErrorCode.TOO_LARGE)
    if is_new and held.blobs >= sizes.BOX_MAX_BLOBS:
        raise WireError(ErrorCode.TOO_LARGE)
    if is_new and held.unfinished >= sizes.BOX_MAX_UNFINISHED:
        raise WireError(ErrorCode.RATE_LIMITED)


def refusal(error: BlobError) -> WireError:
    """Say on the wire what the store could not do."""
    return WireError(ErrorCode.CONFLICT if isinstance(error, BlobPartError) else ErrorCode.STORAGE)


def _begin(tx: WriteTransaction, box16: bytes, blob16: bytes, new_key: bytes) -> BlobRow:
    store.insert(
        tx,
        box16=box16,
        blob16=blob16,
        key16=new_key,
        hour=hour_of(tx.now_ms),
        expires_minute=-(-tx.now_ms // MS_PER_MINUTE) + UNFINISHED_MINUTES,
    )
    found = store.find(tx, box16, blob16)
    assert found is not None
    return found
