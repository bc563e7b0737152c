"""The recovery code on a seeker's sheet: an access of its own beside the passphrase (section 3).

    code    = 26 random symbols of Crockford's base32 (130 bits)
    written = code || 2 check symbols, the first 10 bits of HASH("rec-check", code), in groups of 4
    door    = KDF(code, "rec-id", "", 16), with the code's ASCII symbols as its secret

It works without the pseudonym. The check symbols catch a slip of the pen before anything is sent.
"""

from __future__ import annotations

from crypto import labels
from crypto.errors import RemoteError
from crypto.passphrase import BadCharacter, TooLong, TooShort
from crypto.primitives import hash_, kdf
from crypto.random import Rand, random_bytes

CODE_SYMBOLS = 26
CHECK_SYMBOLS = 2
WRITTEN_SYMBOLS = CODE_SYMBOLS + CHECK_SYMBOLS
DOOR_ID_BYTES = 16

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOL_BITS = 5
_CODE_BYTES = -(-CODE_SYMBOLS * _SYMBOL_BITS // 8)
_GROUP = 4
# What a hand writes and an eye reads for one another.
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_IGNORED = frozenset(" -\u2010\u2011\u2012\u2013\u2014\u00a0\t\r\n")


class Mistyped(RemoteError):
    """The check symbols do not fit: some symbol was read or typed wrong."""

    code = "mistyped"


def new_code(rand: Rand = random_bytes) -> str:
    """Draw a code: 26 symbols, without the check symbols."""
    return _symbols(rand(_CODE_BYTES), CODE_SYMBOLS)


def written(code: str) -> str:
    """Return the code as it stands on the sheet: with its check symbols, in groups of four."""
    whole = code + _check(code)
    return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))


def read_code(typed: str) -> str:
    """Return the 26 symbols of what somebody typed from the sheet.

    Small letters, spaces and dashes do not matter; I and L are read as 1, O as 0. BadCharacter,
    TooShort, TooLong or Mistyped for anything else.
    """
    kept = "".join(c for c in typed if c not in _IGNORED)
    if not kept.isascii():
        raise BadCharacter("not a symbol of a code")
    whole = kept.upper().translate(_READ_AS)
    if any(c not in _ALPHABET for c in whole):
        raise BadCharacter("not a symbol of a code")
    if len(whole) < WRITTEN_SYMBOLS:
        raise TooShort
    if len(whole) > WRITTEN_SYMBOLS:
        raise TooLong
    code = whole[:CODE_SYMBOLS]
    if whole[CODE_SYMBOLS:] != _check(code):
        raise Mistyped("check symbols")
    return code


def door_id(code: str) -> bytes:
    """Return the recovery door's id, 16 bytes; nobody but the sheet's owner can know it."""
    return kdf(secret(code), labels.REC_ID, size=DOOR_ID_BYTES)


def secret(code: str) -> bytes:
    """Return the recovery door's secret: the code's 26 symbols in ASCII."""
    return code.encode("ascii")


def _check(code: str) -> str:
    return _symbols(hash_(labels.REC_CHECK, secret(code)), CHECK_SYMBOLS)


def _symbols(raw: bytes, count: int) -> str:
    """Return the first 5 * count bits of `raw`, big-endian, as symbols."""
    number = int.from_bytes(raw, "big") >> (len(raw) * 8 - count * _SYMBOL_BITS)
    return "".join(_ALPHABET[number >> _SYMBOL_BITS * (count - 1 - at) & 31] for at in range(count))
