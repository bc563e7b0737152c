"""Crockford's base32: what people copy by hand and machines read back without a doubt.

5 bits a symbol, big-endian, in groups of four. A few check symbols at the end, the first bits of a
hash of the rest, catch a slip of the pen before anything is sent.
"""

from __future__ import annotations

from crypto.errors import RemoteError
from crypto.labels import Label
from crypto.passphrase import BadCharacter, TooLong, TooShort
from crypto.primitives import hash_

SYMBOL_BITS = 5

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
# What a hand writes and an eye reads for one another.
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_IGNORED = frozenset(" -\u2010\u2011\u2012\u2013\u2014\u00a0\t\r\n")


class Mistyped(RemoteError):
    """The check symbols do not fit: some symbol was read or typed wrong."""

    code = "mistyped"


def symbols(raw: bytes, count: int) -> str:
    """Return the first 5 * count bits of `raw`, big-endian, as symbols."""
    number = int.from_bytes(raw, "big") >> (len(raw) * 8 - count * SYMBOL_BITS)
    return "".join(_ALPHABET[number >> SYMBOL_BITS * (count - 1 - at) & 31] for at in range(count))


def number_of(text: str) -> int:
    """Return the number whose bits the symbols are; the inverse of `symbols`."""
    number = 0
    for symbol in text:
        number = number << SYMBOL_BITS | _ALPHABET.index(symbol)
    return number


def grouped(text: str) -> str:
    """Return the symbols in groups of four, as they are written."""
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def check_of(text: str, label: Label, count: int) -> str:
    """Return the check symbols of `text`, one label a use."""
    return symbols(hash_(label, text.encode("ascii")), count)


def read(typed: str, count: int, label: Label, checks: int) -> str:
    """Return the `count` symbols of what somebody typed or pasted, without its `checks` at the end.

    Small letters, spaces and dashes do not matter; I and L are read as 1, O as 0. BadCharacter,
    TooShort, TooLong or Mistyped for anything else.
    """
    kept = "".join(c for c in typed if c not in _IGNORED)
    if not kept.isascii():
        raise BadCharacter("not a symbol of a code")
    whole = kept.upper().translate(_READ_AS)
    if any(c not in _ALPHABET for c in whole):
        raise BadCharacter("not a symbol of a code")
    if len(whole) < count + checks:
        raise TooShort
    if len(whole) > count + checks:
        raise TooLong
    if whole[count:] != check_of(whole[:count], label, checks):
        raise Mistyped("check symbols")
    return whole[:count]
