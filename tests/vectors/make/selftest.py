"""The known answers that web/js/core/selftest.js carries; computed here by the other side."""

from __future__ import annotations

from typing import Any

from crypto import labels, primitives, ristretto
from crypto.kem import public as kem_public
from crypto.keys import KemSecret, SignSecret
from tests.vectors.make.common import case, document
from tests.vectors.make.kem import replayed

_COUNTED = bytes(range(32))
_WIDE = bytes(range(64))
_TEXT = b"vieraugen"


def cases() -> dict[str, Any]:
    """One case a check; the inputs are counted-up bytes and a word, so they are not repeated."""
    secret = SignSecret(_COUNTED)
    shared = replayed(kem_public(KemSecret(_COUNTED)).raw, _WIDE)[1]
    element = ristretto.from_hash(_WIDE)
    point = primitives.x25519_public(_COUNTED)
    answers = {
        "hash": primitives.hash_(labels.MSG, _TEXT),
        "kdf": primitives.kdf(_COUNTED, labels.KEM, _TEXT),
        "aead": primitives.aead_seal(_COUNTED, _COUNTED[:24], _TEXT, _TEXT),
        "sign": primitives.sign_raw(secret, _TEXT),
        # Verdict on a sound signature, then on a changed one.
        "verify": b"\x01\x00",
        "x25519": primitives.x25519(_COUNTED, point),
        "x-wing encapsulate": shared,
        "x-wing decapsulate": shared,
        "ristretto255": ristretto.multiply(ristretto.scalar_from(_WIDE), element),
        "argon2id": primitives.argon2id(_TEXT, _COUNTED[:16], 1, 64 * 1024),
    }
    return document(
        "Known answers of the browser's start-up test.",
        [case(name, "start-up", {}, {"answer": answer}) for name, answer in answers.items()],
    )
