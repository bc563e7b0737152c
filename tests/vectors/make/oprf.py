"""OPRF: the vectors of RFC 9497 appendix A.1.1 as facts, drawn ones, and refused elements."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import oprf, ristretto
from tests.vectors.make.common import LOCAL_ERROR, SeededRand, case, document, outcome

# RFC 9497 appendix A.1.1: mode OPRF, ristretto255-SHA512.
_RFC_SCALAR = bytes.fromhex("5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e")
_RFC_BLIND = bytes.fromhex("64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706")
_RFC_CASES = [
    (
        "00",
        "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
        "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
        "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3"
        "ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6",
    ),
    (
        "5a" * 17,
        "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
        "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
        "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4"
        "f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73",
    ),
]
# RFC 9496 appendix A.1: the generator and its double.
_GENERATOR = bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")
_DOUBLE = bytes.fromhex("6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919")
_FIELD = 2**255 - 19


def cases() -> dict[str, Any]:
    """RFC facts, drawn round trips, group facts, and every refusal."""
    return document(
        "OPRF(ristretto255, SHA-512), mode base: RFC 9497 and section 2.",
        [*_rfc(), *_drawn(), *_group(), *_junk(), *_bad_scalars()],
    )


def _rfc() -> list[dict[str, Any]]:
    made = []
    for number, (message, alpha, beta, output) in enumerate(_RFC_CASES, 1):
        comment = f"RFC 9497 appendix A.1.1.{number}"
        blind = {"op": "blind", "message": message, "rand": _RFC_BLIND + bytes(32)}
        made += [
            case(f"rfc {number} blind", comment, blind, {"r": _RFC_BLIND, "alpha": alpha}),
            _evaluated(f"rfc {number} evaluate", comment, _RFC_SCALAR, bytes.fromhex(alpha), beta),
            case(
                f"rfc {number} finalize",
                comment,
                {"op": "finalize", "message": message, "r": _RFC_BLIND, "beta": beta},
                {"output": output},
            ),
        ]
    return made


def _drawn() -> list[dict[str, Any]]:
    rand = SeededRand("oprf")
    made = []
    for size in (0, 1, 32, 300):
        message, wide, scalar = rand(size), rand(64), oprf.random_scalar(rand)
        r, alpha = oprf.blind(message, lambda _, wide=wide: wide)  # type: ignore[misc]  # bound now
        beta = oprf.evaluate(scalar, alpha)
        name = f"message of {size} bytes"
        made += [
            case(
                f"{name} blind",
                "drawn",
                {"op": "blind", "message": message, "rand": wide},
                {"r": r, "alpha": alpha},
            ),
            _evaluated(f"{name} evaluate", "drawn", scalar, alpha, beta),
            case(
                f"{name} finalize",
                "drawn",
                {"op": "finalize", "message": message, "r": r, "beta": beta},
                {"output": oprf.finalize(message, r, beta)},
            ),
        ]
    return made


def _group() -> list[dict[str, Any]]:
    one, two = _le(1), _le(2)
    minus_one, half = _le(ristretto.ORDER - 1), _le(pow(2, -1, ristretto.ORDER))
    minus = ristretto.multiply(minus_one, _GENERATOR)
    return [
        _evaluated("one times the generator", "RFC 9496 appendix A.1", one, _GENERATOR, _GENERATOR),
        _evaluated("two times the generator", "RFC 9496 appendix A.1", two, _GENERATOR, _DOUBLE),
        _evaluated("half of the double", "the inverse of 2", half, _DOUBLE, _GENERATOR),
        _evaluated("the largest scalar", "order - 1", minus_one, _GENERATOR, minus),
        _evaluated("and back", "twice order - 1", minus_one, minus, _GENERATOR),
    ]


def _junk() -> list[dict[str, Any]]:
    rand = SeededRand("oprf junk")
    junk = [
        ("identity", "32 zero bytes", bytes(32)),
        ("one", "negative: odd", _le(1)),
        ("p", "zero, not canonical", _le(_FIELD)),
        ("p + 2", "two, not canonical", _le(_FIELD + 2)),
        ("minus one", "p - 1 decodes to y = 0", _le(_FIELD - 1)),
        ("all ones", "above the field", b"\xff" * 32),
        ("top bit", "the generator with bit 255 set", _le(_from_le(_GENERATOR) | 1 << 255)),
        ("negated", "p minus the generator's s is odd", _le(_FIELD - _from_le(_GENERATOR))),
        ("short", "31 bytes", _GENERATOR[:31]),
        ("long", "33 bytes", _GENERATOR + b"\x00"),
        ("empty", "no bytes", b""),
    ]
    drawn: list[bytes] = []
    while len(drawn) < 6:
        candidate = _le(_from_le(rand(32)) % _FIELD & ~1)
        if not oprf.is_element(candidate):
            drawn.append(candidate)
    junk += [(f"no point {n}", "canonical, but no element", raw) for n, raw in enumerate(drawn)]
    made = []
    for name, comment, raw in junk:
        for operation, given in (
            ("evaluate", {"scalar": _RFC_SCALAR, "alpha": raw}),
            ("finalize", {"message": b"", "r": _RFC_BLIND, "beta": raw}),
        ):
            facts = {"op": operation, **given}
            made.append(case(f"{operation} {name}", comment, facts, None, "bad_key"))
    return made


def _bad_scalars() -> list[dict[str, Any]]:
    bad = [
        ("zero", _le(0)),
        ("order", _le(ristretto.ORDER)),
        ("order + 1", _le(ristretto.ORDER + 1)),
        ("short", bytes(31)),
    ]
    made = []
    for name, scalar in bad:
        assert outcome(partial(oprf.evaluate, scalar, _GENERATOR))[0] == LOCAL_ERROR
        facts = {"op": "evaluate", "scalar": scalar, "alpha": _GENERATOR}
        made.append(case(f"scalar {name}", "our own bug", facts, None, LOCAL_ERROR))
    zero = {"op": "blind", "message": b"", "rand": bytes(64)}
    made.append(case("drawn zero", "has no inverse", zero, None, LOCAL_ERROR))
    return made


def _evaluated(
    name: str, comment: str, scalar: bytes, alpha: bytes, beta: bytes | str
) -> dict[str, Any]:
    facts = {"op": "evaluate", "scalar": scalar, "alpha": alpha}
    return case(name, comment, facts, {"beta": beta})


def _le(number: int) -> bytes:
    return number.to_bytes(32, "little")


def _from_le(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
