"""The line between relay and keeper: frames on a unix socket, and who is at its other end.

A frame is a length of 4 bytes, big endian, and so many bytes of canonical msgpack. The keeper
greets with `[version, instance id]`; then each request is `[number, call, arguments]` and each
answer `[number, 0, result]` or `[number, 1, code]`, in any order. See `calls.py`.
"""

from __future__ import annotations

import asyncio
import socket
import struct

from crypto.encoding import Value, array, decode, encode, uint

LINE_VERSION = 1
# A million doors named at once: `unnamed_doors` at the start of a very large relay.
MAX_FRAME_BYTES = 32 * 1024 * 1024
MAX_GREETING_BYTES = 64
RESULT, REFUSAL = 0, 1
_LENGTH_BYTES = 4
_PEER_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


class LineError(Exception):
    """The other side broke the rules of the line, or the line has ended."""


async def read_frame(reader: asyncio.StreamReader, max_bytes: int = MAX_FRAME_BYTES) -> bytes:
    """Return the next frame; LineError at the end of the line or for one that is too large."""
    try:
        size = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        if size > max_bytes:
            raise LineError("a frame is too large")
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, OSError) as error:
        raise LineError("the line has ended") from error


def write_frame(writer: asyncio.StreamWriter, raw: bytes) -> None:
    """Queue a frame; the caller drains."""
    writer.write(len(raw).to_bytes(_LENGTH_BYTES, "big") + raw)


def encode_greeting(instance_id: bytes) -> bytes:
    """What the keeper says first."""
    return encode([LINE_VERSION, instance_id])


def read_triple(raw: bytes) -> tuple[int, Value, Value]:
    """Take a request or an answer apart; NotCanonical unless it has three parts and a number."""
    number, second, third = array(decode(raw), 3)
    return uint(number), second, third


def peer_uid(writer: asyncio.StreamWriter) -> int:
    """The user at the other end, as the system noted at `connect` and `listen`; nobody can lie."""
    line: socket.socket = writer.get_extra_info("socket")
    raw = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER_CREDENTIALS.size)
    _, uid, _ = _PEER_CREDENTIALS.unpack(raw)
    return int(uid)
