"""The recovery code on a seeker's sheet: an access of its own beside the passphrase (section 3).

    code    = 26 random symbols of Crockford's base32 (130 bits)
    written = code || 2 check symbols, the first 10 bits of HASH("rec-check", code), in groups of 4
    door    = KDF(code, "rec-id", "", 16), with the code's ASCII symbols as its secret

It works without the pseudonym. The check symbols catch a slip of the pen before anything is sent.
"""

from __future__ import annotations

from crypto import labels, symbols
from crypto.primitives import kdf
from crypto.random import Rand, random_bytes
from crypto.symbols import Mistyped as Mistyped

CODE_SYMBOLS = 26
CHECK_SYMBOLS = 2
WRITTEN_SYMBOLS = CODE_SYMBOLS + CHECK_SYMBOLS
DOOR_ID_BYTES = 16

_CODE_BYTES = -(-CODE_SYMBOLS * symbols.SYMBOL_BITS // 8)


def new_code(rand: Rand = random_bytes) -> str:
    """Draw a code: 26 symbols, without the check symbols."""
    return symbols.symbols(rand(_CODE_BYTES), CODE_SYMBOLS)


def written(code: str) -> str:
    """Return the code as it stands on the sheet: with its check symbols, in groups of four."""
    return symbols.grouped(code + symbols.check_of(code, labels.REC_CHECK, CHECK_SYMBOLS))


def read_code(typed: str) -> str:
    """Return the 26 symbols of what somebody typed from the sheet; refusals as `symbols.read`."""
    return symbols.read(typed, CODE_SYMBOLS, labels.REC_CHECK, CHECK_SYMBOLS)


def door_id(code: str) -> bytes:
    """Return the recovery door's id, 16 bytes; nobody but the sheet's owner can know it."""
    return kdf(secret(code), labels.REC_ID, size=DOOR_ID_BYTES)


def secret(code: str) -> bytes:
    """Return the recovery door's secret: the code's 26 symbols in ASCII."""
    return code.encode("ascii")
