"""C2SP cosignatures: a witness saw a checkpoint, says when, and that it fits all it saw before.

    — <witness name> <base64(key id || time || signature)>

    signed:  cosignature/v1
             time <seconds since epoch, decimal>
             <text of the checkpoint>

The key id is that of a note key with algorithm byte 4, the time 8 bytes big-endian, the signature
Ed25519. Lines stand below the log's own in the note. The name is not signed: a key is one witness,
whatever it is called. Format: C2SP tlog-cosignature version 1; protocol section 4.
"""

from __future__ import annotations

from collections.abc import Sequence

from crypto import primitives
from crypto.checkpoint import (
    KEY_ID_BYTES,
    from_base64,
    is_origin,
    key_id,
    read_signature,
    signature_line,
    split_note,
)
from crypto.checkpoint import verifier_key as note_verifier_key
from crypto.encoding import MAX_UINT
from crypto.errors import BadKey, BadLength, BadSignature, LocalError, NotCanonical
from crypto.keys import SignPublic, SignSecret

TIME_BYTES = 8
_COSIGNATURE = b"\x04"

Witness = tuple[str, SignPublic]


def verifier_key(name: str, public: SignPublic) -> str:
    """Return the witness's key as `name+keyid+base64`, the form that C2SP tools take."""
    return note_verifier_key(name, public, _COSIGNATURE)


def read_verifier_key(line: str) -> Witness:
    """Return name and key; NotCanonical unless it is `verifier_key` of them."""
    name, *parts = line.split("+", 2)
    raw = from_base64(parts[-1]) if parts else b""
    try:
        public = SignPublic(raw[1:])
    except (BadKey, BadLength) as error:
        raise NotCanonical("not a key") from error
    if not is_origin(name) or verifier_key(name, public) != line:
        raise NotCanonical("not the key of a witness")
    return name, public


def cosign(secret: SignSecret, name: str, note: bytes, time_s: int) -> str:
    """Return the line, without its end, by which a witness cosigns the checkpoint in `note`."""
    if not is_origin(name) or not 0 <= time_s <= MAX_UINT:
        raise LocalError("name or time of a cosignature")
    signature = primitives.sign_raw(secret, _signed(split_note(note)[0], time_s))
    time = time_s.to_bytes(TIME_BYTES, "big")
    identity = key_id(name, primitives.sign_public(secret), _COSIGNATURE)
    return signature_line(name, identity + time + signature)


def with_line(note: bytes, line: str) -> bytes:
    """Return the note with one more signature line."""
    return note + f"{line}\n".encode()


def cosigned(note: bytes, witnesses: Sequence[Witness]) -> dict[bytes, int]:
    """Return by key of a witness the newest time (s) at which it cosigned the note.

    Lines by nobody of `witnesses` are ignored. NotCanonical when it is no note; BadSignature when a
    line by one of them does not verify.
    """
    text, lines = split_note(note)
    known = {(name, key_id(name, key, _COSIGNATURE)): key for name, key in witnesses}
    times: dict[bytes, int] = {}
    for name, signed in map(read_signature, lines):
        public = known.get((name, signed[:KEY_ID_BYTES]))
        if public is None:
            continue
        raw = signed[KEY_ID_BYTES:]
        time_s = int.from_bytes(raw[:TIME_BYTES], "big")
        if time_s > MAX_UINT:
            raise BadSignature("a time that cannot be")
        primitives.verify_raw(public, raw[TIME_BYTES:], _signed(text, time_s))
        times[public.raw] = max(time_s, times.get(public.raw, 0))
    return times


def _signed(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()
