"""Primitives: KDF, HASH, AEAD, Argon2id, Ed25519 with its edge cases, X25519 with low-order points.

What an edge case gives is what libsodium says; the twin must say the same, on each of them.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from crypto import labels, primitives
from crypto.encoding import Value
from crypto.errors import BadLength, BadTag
from crypto.keys import SignPublic, SignSecret
from tests.vectors.make.common import SeededRand, case, document, flip, outcome, tag_value

ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
# The eight points of small order on edwards25519 (RFC 7748's curve): canonical, then the encodings
# with y >= p or a sign on x = 0 that a lax decoder takes for them.
SMALL_ORDER_POINTS = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
]
# u-coordinates of small order on curve25519 and its twist, and their forms above p.
LOW_ORDER_SHARES = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000080",
]


def cases() -> dict[str, Any]:
    """All operations; "label" is the name of a label."""
    return document(
        "Primitives of section 2. Parts and contexts are tagged values (see common.tag_value).",
        [*_kdf(), *_hash(), *_aead(), *_argon2id(), *_signatures(), *_edges(), *_x25519()],
    )


def _kdf() -> list[dict[str, Any]]:
    rand = SeededRand("kdf")
    made: list[dict[str, Any]] = []
    contexts: list[Value] = [b"", b"context", [1, b"\x02", "drei"], []]
    for key_bytes in (16, 32, 64):
        for size in (1, 8, 16, 32, 64):
            key, context = rand(key_bytes), contexts[len(made) % len(contexts)]
            given = {"op": "kdf", "key": key, "label": "enc", "context": tag_value(context)}
            out = {"derived": primitives.kdf(key, labels.KEK_ENC, context, size)}
            name = f"kdf key {key_bytes} out {size}"
            made.append(case(name, "below 16: cut", {**given, "size": size}, out))
    for key_bytes, size in ((15, 32), (65, 32), (32, 0), (32, 65)):
        given = {"op": "kdf", "key": bytes(key_bytes), "label": "enc", "context": [], "size": size}
        name = f"kdf key {key_bytes} out {size}"
        made.append(case(name, "out of range", given, None, "local_error"))
    return made


def _hash() -> list[dict[str, Any]]:
    lists: list[tuple[str, list[Value]]] = [
        ("no part", []),
        ("an empty part", [b""]),
        ("two parts", [b"ab", b"c"]),
        ("the border moved", [b"a", b"bc"]),
        ("an array", [[1, b"\x02", "drei", []]]),
        ("its encoding as bytes", [b"\x94\x01\xc4\x01\x02\xa4drei\x90"]),
        ("text", ["drei"]),
        ("a number", [2**53 - 1]),
        ("1000 bytes", [SeededRand("hash")(1000)]),
    ]
    made = []
    for name, parts in lists:
        given = {"label": "msg", "parts": [tag_value(part) for part in parts]}
        short, long = (f(labels.MSG, *parts) for f in (primitives.hash_, primitives.hash64))
        made.append(case(f"hash {name}", "32 bytes", {"op": "hash", **given}, {"digest": short}))
        made.append(case(f"hash64 {name}", "64 bytes", {"op": "hash64", **given}, {"digest": long}))
    return made


def _aead() -> list[dict[str, Any]]:
    rand = SeededRand("aead")
    key, nonce, message = rand(32), rand(24), rand(100)
    ad: Value = [1, 1, rand(16)]
    sealed = primitives.aead_seal(key, nonce, ad, message)
    fields = {"op": "aead", "key": key, "nonce": nonce, "ad": tag_value(ad), "sealed": sealed}
    empty = primitives.aead_seal(key, nonce, b"", b"")
    made = [
        case("aead 100 bytes", "opens", fields, {"message": message}),
        case(
            "aead of nothing",
            "tag only",
            {**fields, "ad": tag_value(b""), "sealed": empty},
            {"message": b""},
        ),
    ]
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("body flipped", {"sealed": flip(sealed, 0)}, BadTag.code),
        ("tag flipped", {"sealed": flip(sealed, len(sealed) * 8 - 1)}, BadTag.code),
        ("nonce flipped", {"nonce": flip(nonce, 3)}, BadTag.code),
        ("key flipped", {"key": flip(key, 3)}, BadTag.code),
        ("ad changed", {"ad": tag_value([1, 3, b""])}, BadTag.code),
        ("ad missing", {"ad": tag_value(b"")}, BadTag.code),
        ("cut by one", {"sealed": sealed[:-1]}, BadTag.code),
        ("one byte more", {"sealed": sealed + b"\x00"}, BadTag.code),
        ("15 bytes", {"sealed": sealed[:15]}, BadLength.code),
        ("short nonce", {"nonce": nonce[:12]}, BadLength.code),
    ]
    for name, change, code in wrong:
        made.append(case(f"aead {name}", "refused", {**fields, **change}, None, code))
    return made


def _argon2id() -> list[dict[str, Any]]:
    given = {"op": "argon2id", "password": b"password", "salt": bytes(range(16))}
    settings = [(1, 8 * 1024), (2, 64 * 1024), (3, 1024 * 1024)]
    return [
        case(
            f"argon2id t={passes} {memory // 1024} KiB",
            "small on purpose; the product's own cost is never configured",
            {**given, "passes": passes, "memory_bytes": memory},
            {"derived": primitives.argon2id(b"password", bytes(range(16)), passes, memory)},
        )
        for passes, memory in settings
    ]


def _signatures() -> list[dict[str, Any]]:
    secret = SignSecret(SeededRand("sign")(32))
    public = primitives.sign_public(secret)
    parts: list[Value] = [[1, b"\x02", "drei"], b"body"]
    signature = primitives.sign(secret, labels.SIG_MSG, *parts)
    fields: dict[str, Any] = {
        "op": "sign",
        "secret": secret.raw,
        "public": public.raw,
        "label": "sig/msg",
        "parts": [tag_value(part) for part in parts],
    }
    good = case("sign", "deterministic", fields, {"signature": signature, "public": public.raw})
    fields = {**fields, "op": "verify", "signature": signature}
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("another purpose", {"label": "sig/letter"}),
        ("parts joined", {"parts": [tag_value(b"\x93\x01\xc4\x01\x02\xa4dreibody")]}),
        ("a part more", {"parts": [*fields["parts"], tag_value(b"")]}),
        ("R flipped", {"signature": flip(signature, 0)}),
        ("S flipped", {"signature": flip(signature, 256)}),
        ("public key flipped", {"public": flip(public.raw, 1)}),
        ("63 bytes", {"signature": signature[:-1]}),
        ("65 bytes", {"signature": signature + b"\x00"}),
        ("empty", {"signature": b""}),
    ]
    made = [good, case("verify", "fits", fields)]
    for name, change in wrong:
        made.append(case(f"verify {name}", "refused", {**fields, **change}, None, "bad_signature"))
    return made


def _edges() -> list[dict[str, Any]]:
    """Signatures on the edge of Ed25519, over plain messages; the outcome is libsodium's."""
    made = [_edge(name, comment, *values) for name, comment, *values in _edge_inputs()]
    assert {item["expect"] for item in made} == {"success", "bad_signature"}
    return made


def _edge(name: str, comment: str, public: bytes, signature: bytes, message: bytes) -> Any:
    call = partial(primitives.verify_raw, SignPublic(public), signature, message)
    fields = {"op": "verify_raw", "public": public, "signature": signature, "message": message}
    return case(f"edge {name}", comment, fields, None, outcome(call)[0])


def _edge_inputs() -> list[tuple[str, str, bytes, bytes, bytes]]:
    secret = SignSecret(SeededRand("edge")(32))
    public, message = primitives.sign_public(secret).raw, b"edge"
    signature = primitives.sign_raw(secret, message)
    r_raw, s = signature[:32], int.from_bytes(signature[32:], "little")
    made = [("plain", "accepted", public, signature, message)]
    for times in (1, 2, 8):
        raised = r_raw + (s + times * ORDER).to_bytes(32, "little")
        made.append((f"S plus {times} L", "S not canonical", public, raised, message))
    high = r_raw + (s | 1 << 255).to_bytes(32, "little")
    made.append(("S with the top bit", "S not canonical", public, high, message))
    for index, point in enumerate(SMALL_ORDER_POINTS):
        raw = bytes.fromhex(point)
        made += [
            (f"key of small order {index}", "R = key, S = 0", raw, raw + bytes(32), message),
            (f"key of small order {index}, R = 1", "S = 0", raw, _ONE + bytes(32), message),
            (f"R of small order {index}", "key is sound", public, raw + bytes(32), message),
        ]
    return made + _mixed_order()


_ONE = bytes.fromhex(SMALL_ORDER_POINTS[0])


def _mixed_order() -> list[tuple[str, str, bytes, bytes, bytes]]:
    """Keys and R with a part of order 8: cofactored and plain verifiers part ways here."""
    rand = SeededRand("mixed")
    a, r = (primitives.scalar_reduce(rand(64)) for _ in range(2))
    torsion = bytes.fromhex(SMALL_ORDER_POINTS[4])
    key, nonce_point = (primitives.ed25519_multiply(scalar, _BASE) for scalar in (a, r))
    mixed_key = primitives.ed25519_add(key, torsion)
    mixed_nonce = primitives.ed25519_add(nonce_point, torsion)
    made = []
    for name, public, point, wanted in (
        ("key of mixed order, h = 0 mod 8", mixed_key, nonce_point, {0}),
        ("key of mixed order, h odd", mixed_key, nonce_point, {1, 3, 5, 7}),
        ("R of mixed order", key, mixed_nonce, set(range(8))),
        ("both of mixed order, parts cancel", mixed_key, mixed_nonce, {7}),
    ):
        for counter in range(1000):
            message = f"{name} {counter}".encode()
            h = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER
            if h % 8 in wanted:
                break
        s = (int.from_bytes(r, "little") + h * int.from_bytes(a, "little")) % ORDER
        made.append((name, "made by hand", public, point + s.to_bytes(32, "little"), message))
    return made


_BASE = bytes.fromhex("58" + "66" * 31)


def _x25519() -> list[dict[str, Any]]:
    rand = SeededRand("x25519")
    scalar, other = rand(32), rand(32)
    point = primitives.x25519_public(other)
    made = [
        case(
            "x25519",
            "as RFC 7748",
            {"op": "x25519", "scalar": scalar, "point": point},
            {"shared": primitives.x25519(scalar, point)},
        )
    ]
    for index, share in enumerate(LOW_ORDER_SHARES):
        fields = {"op": "x25519", "scalar": scalar, "point": bytes.fromhex(share)}
        made.append(case(f"x25519 low order {index}", "all-zero result", fields, None, "bad_key"))
    return made
