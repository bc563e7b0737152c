"""C2SP signed-note checkpoints: what the log key says about the log, readable by existing tools.

    <origin>
    <size in decimal>
    <base64 root>
    [extension lines]
                                                      (one empty line)
    — <key name> <base64(key id || signature)>        (one line or more)

The log signs under its origin as key name. Signatures by unknown keys (witnesses, grease) are
ignored, as C2SP signed-note demands; one by the known key that does not verify refuses the note.
Formats: C2SP signed-note and tlog-checkpoint; protocol section 4.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from crypto import primitives
from crypto.encoding import MAX_UINT
from crypto.errors import BadSignature, LocalError, NotCanonical
from crypto.keys import SignPublic, SignSecret

ROOT_BYTES = 32
KEY_ID_BYTES = 4
MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 100

ED25519 = b"\x01"
_DASH = "\u2014 "
# ASCII without space and plus: a subset of C2SP's key names that both languages judge alike.
_ORIGIN = re.compile(r"[!-*,-~]{1,200}\Z")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,15})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A statement "the log `origin` has `size` leaves under `root`" (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the signed text, three lines."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def key_id(name: str, public: SignPublic, algorithm: bytes = ED25519) -> bytes:
    """Return the 4-byte key id of a note key: SHA-256(name LF algorithm key)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + algorithm + public.raw).digest()[:KEY_ID_BYTES]


def verifier_key(name: str, public: SignPublic, algorithm: bytes = ED25519) -> str:
    """Return the key as `name+keyid+base64`, the form that C2SP tools take."""
    return f"{name}+{key_id(name, public, algorithm).hex()}+{to_base64(algorithm + public.raw)}"


def sign_checkpoint(secret: SignSecret, checkpoint: Checkpoint) -> bytes:
    """Return the note with one signature, by the log's key under the log's origin."""
    if not is_origin(checkpoint.origin) or len(checkpoint.root) != ROOT_BYTES:
        raise LocalError("not a checkpoint")
    if not 0 <= checkpoint.size <= MAX_UINT:
        raise LocalError("size out of range")
    text = checkpoint.text()
    public = primitives.sign_public(secret)
    signature = primitives.sign_raw(secret, text.encode())
    signed = key_id(checkpoint.origin, public) + signature
    return f"{text}\n{signature_line(checkpoint.origin, signed)}\n".encode()


def open_checkpoint(note: bytes, origin: str, public: SignPublic) -> Checkpoint:
    """Return the checkpoint; NotCanonical, or BadSignature unless `public` signed it."""
    text, lines = split_note(note)
    checkpoint = _parse(text)
    if checkpoint.origin != origin:
        raise BadSignature("another log")
    wanted = key_id(origin, public)
    found = False
    for name, signed in map(read_signature, lines):
        if name != origin or signed[:KEY_ID_BYTES] != wanted:
            continue
        primitives.verify_raw(public, signed[KEY_ID_BYTES:], text.encode())
        found = True
    if not found:
        raise BadSignature("the log's key has not signed")
    return checkpoint


def is_origin(origin: str) -> bool:
    """Tell whether `origin` may name a log: 1 to 200 visible ASCII characters without plus."""
    return bool(_ORIGIN.match(origin))


def signature_line(name: str, signed: bytes) -> str:
    """Return the line, without its end, in which `name` gives key id || signature."""
    return f"{_DASH}{name} {to_base64(signed)}"


def split_note(note: bytes) -> tuple[str, list[str]]:
    """Return the signed text and the signature lines of a note; NotCanonical if it is none."""
    if len(note) > MAX_NOTE_BYTES:
        raise NotCanonical("note too long")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotCanonical("not UTF-8") from error
    if any(char < " " and char != "\n" for char in whole):
        raise NotCanonical("control character in a note")
    middle = whole.rfind("\n\n")
    if middle < 0 or not whole.endswith("\n") or middle + 2 >= len(whole):
        raise NotCanonical("not a signed note")
    lines = whole[middle + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NotCanonical("too many signatures")
    return whole[: middle + 1], lines


def _parse(text: str) -> Checkpoint:
    """Read the three lines; further lines are extensions, covered by the signature and ignored."""
    lines = text[:-1].split("\n")
    if len(lines) < 3 or "" in lines:
        raise NotCanonical("not a checkpoint")
    origin, size, root = lines[:3]
    if not is_origin(origin) or not _SIZE.match(size) or int(size) > MAX_UINT:
        raise NotCanonical("origin or size")
    raw = from_base64(root)
    if len(raw) != ROOT_BYTES:
        raise NotCanonical("a root has 32 bytes")
    return Checkpoint(origin=origin, size=int(size), root=raw)


def read_signature(line: str) -> tuple[str, bytes]:
    """Return name and key id || signature of one line; NotCanonical if it is none."""
    name, space, signed = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not name or not space or "+" in name:
        raise NotCanonical("not a signature line")
    raw = from_base64(signed)
    if len(raw) <= KEY_ID_BYTES:
        raise NotCanonical("signature too short")
    return name, raw


def to_base64(raw: bytes) -> str:
    """Return standard base64 with its padding."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """Decode standard base64 in its one canonical form; NotCanonical for any other."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise NotCanonical("not base64") from error
    if to_base64(raw) != text:
        raise NotCanonical("not the canonical base64")
    return raw
