"""What follows from a secret by public functions alone, and whether any of it occurs in bytes.

seeds = texts({"passphrase": PHRASE})                # as typed, normalised, in every writing
values = seeds | unkeyed(seeds)                      # and under every label of every hash
assert occurring(values, everything) == set()        # raw, in hexadecimal, in base64
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping

from crypto import labels
from crypto.primitives import hash64, hash_

Values = dict[str, bytes]
# Shorter pieces occur by chance.
_HEAD_BYTES = 8
_CUT_BYTES = 16
_PLAIN_HASHES = ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b", "blake2s")


def texts(named: Mapping[str, str]) -> Values:
    """Write each text in every usual way."""
    found: Values = {}
    for name, text in named.items():
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            written = unicodedata.normalize(form, text)
            for cased in {written, written.lower(), written.upper(), written.casefold()}:
                for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
                    found[f"{name} {cased!r} {encoding}"] = cased.encode(encoding)
    return _distinct(found)


def unkeyed(values: Values) -> Values:
    """Hash each value by every hash without a key: ours under every label, and plain ones."""
    found: Values = {}
    for name, raw in values.items():
        for label in labels.ALL:
            found[f"hash {label.name} of {name}"] = hash_(label, raw)
            found[f"hash64 {label.name} of {name}"] = hash64(label, raw)
        for plain in _PLAIN_HASHES:
            found[f"{plain} of {name}"] = hashlib.new(plain, raw).digest()
    return found


def occurring(values: Values, haystacks: Iterable[bytes]) -> set[str]:
    """Return the names of the values that stand somewhere: raw, in hexadecimal or in base64.

    The beginning suffices: an id is often a hash cut to 16 bytes.
    """
    by_head: dict[bytes, list[tuple[str, bytes]]] = {}
    for name, raw in values.items():
        for written in _writings(raw[:_CUT_BYTES]):
            assert len(written) >= _HEAD_BYTES, f"too short to be looked for: {name}"
            by_head.setdefault(written[:_HEAD_BYTES], []).append((name, written))
    found: set[str] = set()
    for haystack in haystacks:
        for at in range(len(haystack) - _HEAD_BYTES + 1):
            for name, written in by_head.get(haystack[at : at + _HEAD_BYTES], ()):
                if haystack.startswith(written, at):
                    found.add(name)
    return found


def _writings(raw: bytes) -> set[bytes]:
    hexadecimal = raw.hex().encode("ascii")
    found = {raw, hexadecimal, hexadecimal.upper()}
    for shift in range(3):
        # In base64 the same bytes look different at each place modulo three; the edges mix with
        # what stands beside.
        encoded = base64.b64encode(bytes(shift) + raw + bytes(3))
        inner = encoded[(4 if shift else 0) : len(encoded) - 8]
        if len(inner) >= _HEAD_BYTES:
            found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def _distinct(values: Values) -> Values:
    by_value = {raw: name for name, raw in reversed(list(values.items()))}
    return {name: raw for raw, name in by_value.items()}
