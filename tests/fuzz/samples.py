"""Valid bytes for every decoder, out of the shared vectors; what a mutation begins with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from crypto import encoding, padding
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.cosignature import cosign
from crypto.envelope import open_e1
from crypto.givendraft import GivenDraft
from crypto.receipt import Receipt
from tests.fuzz.decoders import LOG_SECRET, ORIGIN, WITNESS, WITNESS_SECRET, decoders
from tests.helpers import box
from tests.helpers.vectors import unpacked, untag_value

VECTORS = Path(__file__).parents[1] / "vectors"
# Larger ones make a run slow and hold no other code.
MAX_BYTES = 6000


@cache
def samples() -> dict[str, list[bytes]]:
    """Return some for each decoder, by its name; distinct, and not too large."""
    found: dict[str, list[bytes]] = {name: [] for name in decoders()}
    for name, raw in _all():
        if len(raw) <= MAX_BYTES and raw not in found[name]:
            found[name].append(raw)
    return found


def _all() -> Iterator[tuple[str, bytes]]:
    yield from _of("encoding", "accept", "encoding", "raw")
    yield from _of("envelope", "open", "outer", "raw")
    yield from _of("commit", "decode", "commit", "raw")
    yield from _of("commit", "check", "commit", "payload")
    yield from _of("letter", "open", "letter", "raw")
    yield from _of("letter", "welcome", "welcome", "raw")
    yield from _of("letter", "grant", "grant", "raw")
    yield from _of("letter", "team_seed", "team seed", "raw")
    yield "receipt", Receipt(ticket16=bytes(16), box16=b"b" * 16, epoch=3).encode()
    draft = GivenDraft(box16=bytes(16), epoch=1, certificate_hash=b"c" * 32, text="Liebe Anna")
    yield "given draft", draft.encode()
    yield from _of("contact", "read", "contact", "payload")
    for one in _cases("statement", "payload"):
        yield "statement", bytes([one["kind"]]) + bytes.fromhex(one["payload"])
    yield from _of("statement", "leaf", "leaf", "leaf")
    checkpoint = Checkpoint(origin=ORIGIN, size=7, root=bytes(32))
    note = sign_checkpoint(LOG_SECRET, checkpoint)
    yield "checkpoint", note
    for times in ((), (1,), (5, 3)):
        lines = [cosign(WITNESS_SECRET, WITNESS, note, time_s) for time_s in times]
        yield "cosignatures", note + "".join(f"{line}\n" for line in lines).encode()
    for one in _cases("evidence", "read"):
        yield "day list", one["text"].encode()
    yield from _of("keyring", "decode_content", "keyring", "content")
    yield from _of("keyring", "merge", "keyring", "one")
    yield from _of("keyring", "merge", "keyring", "other")
    yield from _of("account", "sign_in", "slot", "slot")
    yield from _of("profile", None, "profile", "profile")
    for one in _cases("attachment", "items"):
        yield "attachment", encoding.encode(untag_value(one["items"]))
    yield "padding", padding.pad(b"x" * 200, padding.MAX_BUCKET_BYTES)
    yield from _of("padding", "unpad", "padding", "padded")
    for one in _cases("invitation", "read"):
        yield "invitation", one["text"].encode(errors="replace")
    for one in _cases("recovery", "read_code"):
        yield "recovery code", one["typed"].encode(errors="replace")
    yield from _of("filetype", "judge", "filetype", "raw")
    yield from _of("picture", "plain", "picture", "raw")
    yield from _of("wire", "event", "event", "raw")
    for one in _whole("wire", "reply"):
        yield f"reply {one['in']['name']}", _bytes(one["in"]["raw"])
    for one in _whole("wire", "content"):
        yield f"content {one['in']['name']}", _bytes(one["out"]["raw"])
    yield from _insides()


def _insides() -> Iterator[tuple[str, bytes]]:
    """What stands inside envelopes; it is sealed after it was changed."""
    world, seeker, anna = box.live_chat()
    yield "pin", seeker.transcript.pin().encode()
    for raw in (world.log[0], anna.write(), seeker.write()):
        opened = open_e1(raw, world.key())
        wraps = [one.to_value() for one in opened.wraps]
        yield "opened", encoding.encode([opened.body.to_value(), opened.signature, wraps])


def _of(file: str, operation: str | None, name: str, field: str) -> Iterator[tuple[str, bytes]]:
    for one in _cases(file, operation):
        yield name, _bytes(one[field])


def _cases(file: str, operation: str | None) -> list[dict[str, Any]]:
    return [one["in"] for one in _whole(file, operation)]


def _whole(file: str, operation: str | None) -> list[dict[str, Any]]:
    cases = json.loads((VECTORS / f"{file}.json").read_text("utf-8"))["cases"]
    return [one for one in cases if operation is None or one["in"].get("op") == operation]


def _bytes(value: Any) -> bytes:
    """What is not written as bytes is no sample."""
    try:
        return unpacked(value)
    except (ValueError, TypeError, KeyError):
        return b""
