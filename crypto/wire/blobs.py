"""Blobs: sealed attachments of a box (protocol section 6).

The bytes travel over HTTP, the decisions here. `Authorization: Box <capability, base64url>`:

    PUT /blob/{box16}/{blob16}/{part}   one part of 1 MiB (the last may be shorter); repeatable
    GET /blob/{box16}/{blob16}          the committed bytes, from `Range: bytes=<start>-` on

    box cap -> relay   blob_commit {box16, blob16, parts, ciphertext_hash} -> {}
                       blob_forget {box16, blob16} -> {}     an upload that was cancelled
                       blob_stock  {box16} -> {counts}       what is still on the server

Ids in a path are 32 lower-case hex digits. An upload that is not committed within an hour is gone;
a committed blob lives as long as its box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import Audience, Command, Credential, Done, Reply, Right, command
from crypto.wire.fields import Bytes16, Bytes32, Uint, UintUpTo

# An upload has at most this many parts of 1 MiB; the operator's limit is lower.
MAX_PARTS = 2_048
AUTHORIZATION_SCHEME = "Box"


@command("blob_commit", Credential.BOX, Done, right=Right.POST)
@dataclass(frozen=True, slots=True, kw_only=True)
class BlobCommit(Command[Done]):
    """All parts are there and this is BLAKE2b-256 of their bytes; the relay compares it.

    `wrong_state` while a part is missing, `conflict` for another hash: then the upload is gone.
    The same again is harmless.
    """

    box16: Bytes16
    blob16: Bytes16
    parts: Annotated[int, UintUpTo(MAX_PARTS)]
    ciphertext_hash: Bytes32


@command("blob_forget", Credential.BOX, Done, right=Right.POST)
@dataclass(frozen=True, slots=True, kw_only=True)
class BlobForget(Command[Done]):
    """Drop an upload with all its parts; harmless when there is none.

    `wrong_state` once it is committed: what was sent belongs to everybody in the box.
    """

    box16: Bytes16
    blob16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobStockReply(Reply):
    """Exact counts of what the relay holds of a box's files, uploads under way included."""

    attachments: Uint
    attachment_bytes: Uint


@command("blob_stock", Credential.BOX, BlobStockReply, right=Right.READ, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class BlobStock(Command[BlobStockReply]):
    """What files are still on the server of this conversation."""

    box16: Bytes16
