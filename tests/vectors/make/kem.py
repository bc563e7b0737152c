"""X-Wing and SEAL. Encapsulation is replayed here with kyber-py, which takes its randomness.

The inputs of the draft's three vectors are one stream, SHAKE-128 of nothing; its published shared
secrets stand here as facts, and test_kem.py holds the first bytes of its keys and ciphertexts.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from kyber_py.ml_kem import ML_KEM_768  # type: ignore[import-untyped]  # has no stubs

from crypto import kem, labels, primitives
from crypto.encoding import Value, encode_part
from crypto.errors import BadKey, BadLength, BadTag
from crypto.keys import KemSecret
from tests.vectors.make.common import SeededRand, case, document, flip, outcome, tag_value
from tests.vectors.make.primitives import LOW_ORDER_SHARES

DRAFT_SHARED = [
    "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
    "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
    "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f",
]
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_CIPHERTEXT_BYTES = 1088
_CONTEXT: Value = ["es", bytes(range(16)), 3, 1]


def cases() -> dict[str, Any]:
    """The draft's vectors, refused keys and ciphertexts, sealed messages and what spoils them."""
    return document(
        "X-Wing and SEAL (section 2). `eseed` is what the draft's EncapsulateDerand takes.",
        [*_draft(), *_bad_recipients(), *_decapsulate(), *_sealed()],
    )


def replayed(recipient: bytes, eseed: bytes) -> tuple[bytes, bytes]:
    """EncapsulateDerand of the draft: (ciphertext, shared), by kyber-py and X25519."""
    mlkem_public, x25519_public = recipient[:_MLKEM_PUBLIC_BYTES], recipient[_MLKEM_PUBLIC_BYTES:]
    mlkem_shared, mlkem_ciphertext = ML_KEM_768._encaps_internal(mlkem_public, eseed[:32])
    x25519_ciphertext = primitives.x25519_public(eseed[32:])
    x25519_shared = primitives.x25519(eseed[32:], x25519_public)
    label = bytes.fromhex("5c2e2f2f5e5c")
    parts = [mlkem_shared, x25519_shared, x25519_ciphertext, x25519_public, label]
    return mlkem_ciphertext + x25519_ciphertext, hashlib.sha3_256(b"".join(parts)).digest()


def draft_inputs() -> list[tuple[bytes, bytes]]:
    """(seed, eseed) of the draft's three vectors."""
    stream = hashlib.shake_128(b"").digest(3 * 96)
    return [(stream[at : at + 32], stream[at + 32 : at + 96]) for at in (0, 96, 192)]


def _draft() -> list[dict[str, Any]]:
    made = []
    for index, (seed, eseed) in enumerate(draft_inputs()):
        public = kem.public(KemSecret(seed)).raw
        ciphertext, shared = replayed(public, eseed)
        assert shared.hex() == DRAFT_SHARED[index]
        out = {"public": public, "ciphertext": ciphertext, "shared": shared}
        given = {"op": "draft", "seed": seed, "eseed": eseed}
        made.append(case(f"draft {index + 1}", "published vector", given, out))
    return made


def _bad_recipients() -> list[dict[str, Any]]:
    public = kem.public(KemSecret(SeededRand("kem-recipient")(32))).raw
    mlkem, x25519 = public[:_MLKEM_PUBLIC_BYTES], public[_MLKEM_PUBLIC_BYTES:]
    keys = [
        ("coefficient 3329", b"\x01\x0d" + b"\x00" + mlkem[3:] + x25519),
        ("all coefficients 4095", b"\xff" * 1152 + mlkem[1152:] + x25519),
    ]
    keys += [
        (f"x25519 of low order {index}", mlkem + bytes.fromhex(share))
        for index, share in enumerate(LOW_ORDER_SHARES)
    ]
    made = []
    for name, raw in keys:
        given = {"op": "encapsulate", "public": raw}
        made.append(case(f"encapsulate to {name}", "refused", given, None, BadKey.code))
    for size in (0, 1184, 1215, 1217):
        given = {"op": "encapsulate", "public": bytes(size)}
        made.append(case(f"encapsulate to {size} bytes", "refused", given, None, BadLength.code))
    return made


def _decapsulate() -> list[dict[str, Any]]:
    rand = SeededRand("kem-decapsulate")
    secret = KemSecret(rand(32))
    ciphertext, _ = replayed(kem.public(secret).raw, rand(64))
    mlkem = ciphertext[:_MLKEM_CIPHERTEXT_BYTES]
    changed = [
        ("as sent", "opens", ciphertext),
        ("ML-KEM part flipped", "implicit rejection: another secret", flip(ciphertext, 77)),
        ("ML-KEM part zero", "implicit rejection: another secret", bytes(1088) + ciphertext[1088:]),
        ("X25519 part flipped", "another secret", flip(ciphertext, 1088 * 8 + 9)),
        ("cut by one", "refused", ciphertext[:-1]),
        ("one byte more", "refused", ciphertext + b"\x00"),
        ("nothing", "refused", b""),
    ]
    changed += [
        (f"share of low order {index}", "refused", mlkem + bytes.fromhex(share))
        for index, share in enumerate(LOW_ORDER_SHARES)
    ]
    made = []
    for name, comment, raw in changed:
        expect, shared = outcome(partial(kem.decapsulate, secret, raw))
        given = {"op": "decapsulate", "seed": secret.raw, "ciphertext": raw}
        made.append(
            case(f"decapsulate {name}", comment, given, shared and {"shared": shared}, expect)
        )
    return made


def _sealed() -> list[dict[str, Any]]:
    rand = SeededRand("kem-seal")
    secret, other, eseed, message = KemSecret(rand(32)), rand(32), rand(64), rand(32)
    sealed = _seal(secret, eseed, message)
    given = {"op": "open", "seed": secret.raw, "context": tag_value(_CONTEXT), "sealed": sealed}
    fields = {"op": "seal", "public": kem.public(secret).raw, "context": tag_value(_CONTEXT)}
    fields |= {"eseed": eseed, "message": message}
    body, share = kem.CIPHERTEXT_BYTES, _MLKEM_CIPHERTEXT_BYTES
    low = sealed[:share] + bytes(32) + sealed[body:]
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("ML-KEM part flipped", {"sealed": flip(sealed, 5)}, BadTag.code),
        ("X25519 part flipped", {"sealed": flip(sealed, share * 8 + 5)}, BadTag.code),
        # X25519 ignores this bit, the hash over the ciphertext does not.
        ("X25519 top bit flipped", {"sealed": flip(sealed, body * 8 - 1)}, BadTag.code),
        ("body flipped", {"sealed": flip(sealed, body * 8)}, BadTag.code),
        ("tag flipped", {"sealed": flip(sealed, len(sealed) * 8 - 1)}, BadTag.code),
        ("another recipient", {"seed": other}, BadTag.code),
        ("another context", {"context": tag_value(["es", bytes(range(16)), 4, 1])}, BadTag.code),
        ("share of low order", {"sealed": low}, BadKey.code),
        ("cut by one", {"sealed": sealed[:-1]}, BadTag.code),
        ("1135 bytes", {"sealed": sealed[:1135]}, BadLength.code),
        ("nothing", {"sealed": b""}, BadLength.code),
    ]
    made = [
        case("seal", "replayed", fields, {"sealed": sealed}),
        case("open", "opens", given, {"message": message}),
    ]
    for name, change, code in wrong:
        made.append(case(f"open {name}", "refused", {**given, **change}, None, code))
    return made


def _seal(secret: KemSecret, eseed: bytes, message: bytes) -> bytes:
    """SEAL by its definition, with replayed randomness."""
    public = kem.public(secret).raw
    ciphertext, shared = replayed(public, eseed)
    bound = primitives.hash_(labels.KEM_CTX, public, ciphertext, encode_part(_CONTEXT))
    key = primitives.kdf(shared, labels.KEM_WRAP, bound)
    return ciphertext + primitives.aead_seal(key, bytes(24), _CONTEXT, message)
