"""A team's sheet: what all of its members read and write, sealed to the team's key (section 5).

    sheet = [1, team16, kind, version, nonce24,
             AEAD(KDF(team seed, "sheet", [team16, kind]), nonce,
                  ad=["sheet", team16, kind, version], padded inside)]
    inside = [certificate hash, TEAM hash, hash of the sheet before, content,
              SIG(staff key, "sheet", [team16, kind, version, TEAM hash, before, content])]
    hash of a sheet = HASH("sheet-hash", sheet)

Padded to one of three steps, so that the relay sees neither how much is in it nor most changes of
that. `team_hash` is the statement under whose key it is sealed: its author is judged by it. Whether
the author may write, and whether it is the newest, the caller judges (clientlib/sheets.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from crypto import labels
from crypto.encoding import Value, binary, decode_array, encode, uint
from crypto.errors import BadLength, LocalError, NotCanonical
from crypto.keys import KemSecret, SignPublic, SignSecret
from crypto.primitives import (
    HASH_BYTES,
    NONCE_BYTES,
    SIGNATURE_BYTES,
    TAG_BYTES,
    aead_open,
    aead_seal,
    hash_,
    kdf,
    sign,
    sodium_pad,
    sodium_unpad,
    verify,
)
from crypto.random import Rand, random_bytes

STEPS = (16 * 1024, 64 * 1024, 256 * 1024)
# Of the content: what stays of the largest step beside hashes, signature, encoding and padding.
MAX_CONTENT_BYTES = STEPS[-1] - 512
MAX_VERSION = 2**24 - 1

_FORMAT = 1
_ID_BYTES = 16


class SheetKind(IntEnum):
    """What a team keeps in common; each kind has its own sheet."""

    TEXT_BLOCKS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One version of one sheet; `before` is the hash of the one that it follows, empty for none."""

    team16: bytes
    kind: int
    version: int
    certificate_hash: bytes
    team_hash: bytes
    before: bytes
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSheet:
    """A sheet that opened; its signature is not checked yet, since the log names the key."""

    sheet: Sheet
    signature: bytes

    def verify(self, author: SignPublic) -> None:
        """Raise BadSignature unless `author` signed it."""
        verify(author, labels.SIG_SHEET, self.signature, _signed(self.sheet))


def seal_sheet(
    seed: KemSecret, secret: SignSecret, sheet: Sheet, rand: Rand = random_bytes
) -> bytes:
    """Sign a sheet and seal it to a team's key; LocalError for one that is too large."""
    if len(sheet.content) > MAX_CONTENT_BYTES or not 1 <= sheet.version <= MAX_VERSION:
        raise LocalError("sheet too large, or its version")
    signature = sign(secret, labels.SIG_SHEET, _signed(sheet))
    inside = encode(
        [sheet.certificate_hash, sheet.team_hash, sheet.before, sheet.content, signature]
    )
    nonce = rand(NONCE_BYTES)
    padded = sodium_pad(inside, _step(len(inside)))
    sealed = aead_seal(_key(seed, sheet.team16, sheet.kind), nonce, _ad(sheet), padded)
    return encode([_FORMAT, sheet.team16, sheet.kind, sheet.version, nonce, sealed])


def open_sheet(seed: KemSecret, team16: bytes, kind: int, raw: bytes) -> OpenSheet:
    """Open a sheet of this team and kind; BadTag under another key, NotCanonical for another's."""
    format_version, team, kind_, version, nonce, sealed = decode_array(raw, 6)
    if uint(format_version) != _FORMAT or binary(team) != team16 or uint(kind_) != kind:
        raise NotCanonical("another sheet, or an unknown format")
    number = uint(version, MAX_VERSION)
    ad: Value = ["sheet", team16, kind, number]
    padded = aead_open(
        _key(seed, team16, kind), binary(nonce, NONCE_BYTES), ad, _sealed(binary(sealed))
    )
    inside = sodium_unpad(padded, len(padded))
    if _step(len(inside)) != len(padded):
        raise BadLength("not the smallest step")
    certificate_hash, team_hash, before, content, signature = decode_array(inside, 5)
    return OpenSheet(
        sheet=Sheet(
            team16=team16,
            kind=kind,
            version=number,
            certificate_hash=binary(certificate_hash, HASH_BYTES),
            team_hash=binary(team_hash, HASH_BYTES),
            before=binary(before, 0, HASH_BYTES),
            content=binary(content),
        ),
        signature=binary(signature, SIGNATURE_BYTES),
    )


def sheet_hash(raw: bytes) -> bytes:
    """Return the hash by which the next version names this one, and a keyring pins it."""
    return hash_(labels.SHEET_HASH, raw)


def pin_name(team16: bytes, kind: int) -> bytes:
    """Return the name of the keyring entry that pins a sheet."""
    return hash_(labels.SHEET_PIN, team16, kind)[:_ID_BYTES]


def _key(seed: KemSecret, team16: bytes, kind: int) -> bytes:
    return kdf(seed.raw, labels.SHEET, [team16, kind])


def _ad(sheet: Sheet) -> Value:
    return ["sheet", sheet.team16, sheet.kind, sheet.version]


def _signed(sheet: Sheet) -> Value:
    return [
        sheet.team16,
        sheet.kind,
        sheet.version,
        sheet.team_hash,
        sheet.before,
        sheet.content,
    ]


def _step(size: int) -> int:
    """Return the smallest step that holds so many bytes and the mark of the padding."""
    found = next((one for one in STEPS if size < one), None)
    if found is None:
        raise BadLength("larger than the largest step")
    return found


def _sealed(sealed: bytes) -> bytes:
    if len(sealed) - TAG_BYTES not in STEPS:
        raise BadLength("sheet")
    return sealed
