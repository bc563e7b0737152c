"""Whether bytes look sealed: what every ciphertext passes and writing does not.

`suspicion(raw)` judges one field, `suspicion_of_many(values)` the short ones of a whole column. A
reason is a finding; None is no proof: text under another key looks sealed too, so this shows only
that nothing lies open. Pure: bytes in, a reason out.

[Note: false alarms] Each limit is set so that bytes drawn at random fail it less than once in 10^9
fields (`FALSE_ALARMS`). Runs of text: a byte is one of text with a chance of 0.40, so 32 in a row
are met once in 10^12 places. Spread: the statistic of 256 classes, made normal after Wilson and
Hilferty (1931), beyond 8 deviations. Words: at least 7 letters in one of three writings. A test
judges 10^5 random fields.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from crypto.words import LANGUAGES, words

FALSE_ALARMS = 1e-9
# Shorter ones are judged by their whole column.
LONG_BYTES = 256
WINDOW_BYTES = 1024
BLOCK_BYTES = 16

_CLASSES = 256
_DEVIATIONS = 8.0
_SAME_RUN = 8
# A constant byte at one place of so many different values: 256^-9.
_MANY = 10
_SHORT_WORD, _LONG_WORD = 6, 7
# So much of a packed text may come out before it is known to be one.
_MOST_UNPACKED = 1024 * 1024

# ASCII and the letters of Western European, Cyrillic and Arabic writing in UTF-8.
_LETTER = (
    rb"[\x09\x0a\x0d\x20-\x7e]|\xc3[\x80-\xbf]|\xe2\x80[\x90-\xa6]|[\xd0\xd1\xd8-\xdb][\x80-\xbf]"
)
_RUN = 32
_TEXT_RUN = re.compile(rb"(?:" + _LETTER + rb"){%d}" % _RUN)
_SHORT_RUN = 24
_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\n\r"
_HEX = b"0123456789abcdefABCDEF"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-"
_LETTERS = re.compile(rb"[A-Za-z]{%d,}" % _SHORT_WORD)
# What a name or a number is written with.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-'@")
# At least six bytes, so that none is met by chance.
_MARKS = re.compile(
    b"|".join(
        re.escape(mark)
        for mark in (
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0\x00\x10JFIF",
            b"%PDF-1.",
            b"PK\x03\x04\x14\x00",
            b"\xfd7zXZ\x00",
            b"7z\xbc\xaf\x27\x1c",
            b"Rar!\x1a\x07",
            b"SQLite format 3",
            b"-----BEGIN ",
            b"https://",
            b"http://",
            b"mailto:",
            b"<html",
            b"password",
        )
        if len(mark) >= _SHORT_WORD
    )
    + rb"|BZh[1-9]1AY&SY"
)
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")


class Reason(StrEnum):
    """Why bytes do not look sealed."""

    READABLE = "readable"  # a run of text, also in UTF-16, hexadecimal or base64
    WORD = "word"  # a word of our lists
    MARK = "mark"  # the beginning of a known kind of file
    PACKED = "packed"  # a packed text that unpacks
    BLANK = "blank"  # one byte many times
    REPEATED = "repeated"  # a block twice, or one place that is always the same
    UNEVEN = "uneven"  # some bytes far more often than others, or all equally often


def suspicion(raw: bytes) -> Reason | None:
    """Return why a field of at least 16 bytes does not look sealed, or None."""
    found = _written(raw)
    if found is None and len(raw) < LONG_BYTES:
        return _short(raw)
    return found or _spread(raw)


def suspicion_of_many(values: Iterable[bytes]) -> Reason | None:
    """Return why short values of one column together do not look drawn at random, or None.

    The same value twice is one value: rows point at others.
    """
    distinct = sorted({one for one in values if one})
    for one in distinct:
        if found := suspicion(one):
            return found
    sizes = {len(one) for one in distinct}
    if len(distinct) >= _MANY and len(sizes) == 1:
        for at in range(sizes.pop()):
            if len({one[at] for one in distinct}) == 1:
                return Reason.REPEATED
    together = b"".join(distinct)
    return Reason.UNEVEN if len(together) >= LONG_BYTES and _is_uneven(together) else None


def _written(raw: bytes) -> Reason | None:
    if _has_same(raw):
        return Reason.BLANK
    if _MARKS.search(raw):
        return Reason.MARK
    if _is_readable(raw):
        return Reason.READABLE
    if _has_word(raw):
        return Reason.WORD
    if any(_unpacks(raw[found.start() :]) for found in _PACKED.finditer(raw)):
        return Reason.PACKED
    return None


def _has_same(raw: bytes) -> bool:
    """Tell whether a byte stands many times in a row: then neighbours differ by nothing."""
    number = int.from_bytes(raw, "big")
    return bytes(_SAME_RUN - 1) in (number ^ number >> 8).to_bytes(len(raw), "big")[1:]


def _is_readable(raw: bytes) -> bool:
    """Look for runs by classes of bytes first: searching a table's result is fast."""
    for table, run in _tables():
        if run in raw.translate(table):
            return True
    wide, run = _wide()
    return run in raw.translate(wide) and bool(_TEXT_RUN.search(raw))


@cache
def _tables() -> tuple[tuple[bytes, bytes], ...]:
    utf16 = bytes(1 if one in _PRINTABLE or one >= 0xA0 else 0 if one == 0 else 2 for one in _ALL)
    return (
        (_table(_PRINTABLE), b"\1" * _RUN),
        (_table(_BASE64), b"\1" * _SHORT_RUN),
        (_table(_HEX), b"\1" * _SHORT_RUN),
        (utf16, b"\1\0" * 8),
        (utf16, b"\0\1" * 8),
    )


@cache
def _wide() -> tuple[bytes, bytes]:
    """As `_tables`, for any byte that occurs in a letter of `_TEXT_RUN`."""
    leads = b"\xc3\xe2\xd0\xd1\xd8\xd9\xda\xdb"
    return _table(_PRINTABLE + bytes(range(0x80, 0xC0)) + leads), b"\1" * _RUN


_ALL = range(_CLASSES)


def _table(members: bytes) -> bytes:
    return bytes(one in members for one in _ALL)


def _short(raw: bytes) -> Reason | None:
    """Text that fills a short field, or nearly, with zeros before or behind."""
    bare = raw.strip(b"\0")
    chance = (len(_PLAIN) / _CLASSES) ** len(bare) * _CLASSES ** -float(len(raw) - len(bare))
    is_text = bool(bare) and _PLAIN.issuperset(bare)
    return Reason.READABLE if is_text and chance < FALSE_ALARMS else None


def _spread(raw: bytes) -> Reason | None:
    blocks = [
        raw[at : at + BLOCK_BYTES] for at in range(0, len(raw) - BLOCK_BYTES + 1, BLOCK_BYTES)
    ]
    if len(set(blocks)) < len(blocks):
        return Reason.REPEATED
    if _is_uneven(raw):
        return Reason.UNEVEN
    # A text inside of much ciphertext does not move the whole.
    starts = range(0, len(raw) - WINDOW_BYTES + 1, WINDOW_BYTES)
    is_long = len(raw) > WINDOW_BYTES
    if is_long and any(_is_uneven(raw[at : at + WINDOW_BYTES]) for at in starts):
        return Reason.UNEVEN
    return None


def _is_uneven(raw: bytes) -> bool:
    """Tell whether 256 classes are filled otherwise than by chance: chi-square, made normal."""
    size, freedom = len(raw), _CLASSES - 1
    statistic = _CLASSES / size * sum(n * n for n in Counter(raw).values()) - size
    part = 2 / (9 * freedom)
    deviations = (max(statistic, 0.0) / freedom) ** (1 / 3) - (1 - part)
    return bool(abs(deviations) > _DEVIATIONS * part**0.5)


def _has_word(raw: bytes) -> bool:
    shortest = _SHORT_WORD if len(raw) < LONG_BYTES else _LONG_WORD
    known = _known()
    for run in _LETTERS.findall(raw):
        for start in range(len(run) - shortest + 1):
            for end in range(start + shortest, min(len(run), start + 8) + 1):
                word = run[start:end]
                if word.lower() in known and word in (word.lower(), word.upper(), word.title()):
                    return True
    return False


@cache
def _known() -> frozenset[bytes]:
    return frozenset(
        word.encode("ascii")
        for language in LANGUAGES
        for word in words(language)
        if len(word) >= _SHORT_WORD
    )


def _unpacks(raw: bytes) -> bool:
    """Tell whether a gzip or zlib stream begins here; its own checksum at the end decides."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        unpacker.decompress(raw, _MOST_UNPACKED)
    except zlib.error:
        return False
    return unpacker.eof or len(unpacker.unconsumed_tail) > 0
