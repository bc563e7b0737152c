"""Cosignatures of witnesses: good ones, grease, and every way to break one."""

from __future__ import annotations

from typing import Any

from crypto import primitives
from crypto.checkpoint import key_id, signature_line
from crypto.cosignature import Witness, cosign, with_line
from tests.helpers.organisation import sign_secret
from tests.vectors.make.checkpoint import GOOD, LOG, line, note, sign_text
from tests.vectors.make.common import case, document, flip

NAMES = ("witness.example/one", "witness.example/two")
SECRETS = tuple(sign_secret(name) for name in NAMES)
WITNESSES: tuple[Witness, ...] = tuple(
    (name, primitives.sign_public(secret)) for name, secret in zip(NAMES, SECRETS, strict=True)
)
TIME_S = 1_800_000_000
_COSIGNATURE = b"\x04"


def cosigned_note(which: int = 0, time_s: int = TIME_S, raw: bytes = GOOD) -> bytes:
    """Return the note with the line of one witness more."""
    return with_line(raw, cosign(SECRETS[which], NAMES[which], raw, time_s))


def cases() -> dict[str, Any]:
    one, two = (public.raw for _, public in WITNESSES)
    text = GOOD.decode().split("\n\n")[0] + "\n"
    both = cosigned_note(1, TIME_S + 9, cosigned_note())
    extended = note(text + "an extension line\n")
    good: dict[str, tuple[bytes, list[list[Any]]]] = {
        "nobody": (GOOD, []),
        "one of two": (cosigned_note(), [[one, TIME_S]]),
        "both": (both, [[one, TIME_S], [two, TIME_S + 9]]),
        "twice by the same: the newest": (
            cosigned_note(0, TIME_S + 5, cosigned_note()),
            [[one, TIME_S + 5]],
        ),
        "twice by the same, newest first": (
            cosigned_note(0, TIME_S - 5, cosigned_note()),
            [[one, TIME_S]],
        ),
        "extension lines are covered": (cosigned_note(0, TIME_S, extended), [[one, TIME_S]]),
        "the first second": (cosigned_note(0, 0), [[one, 0]]),
        "the last second": (cosigned_note(0, 2**53 - 1), [[one, 2**53 - 1]]),
        "a stranger's line": (with_line(GOOD, _stranger()), []),
        "own name as a plain note key": (
            GOOD + sign_text(text, SECRETS[0], NAMES[0]).encode(),
            [],
        ),
        "own key id under another name": (GOOD + _renamed().encode(), []),
    }
    found = [_checking(name, "", raw, out) for name, (raw, out) in good.items()]
    found += [_checking(name, why, raw, None) for name, why, raw in _broken(text)]
    found.append(_checking("not a note", "", b"text\n", None, "not_canonical"))
    return document("C2SP cosignatures of witnesses (tlog-cosignature v1)", found)


def _checking(
    name: str, why: str, raw: bytes, out: list[list[Any]] | None, expect: str = ""
) -> dict[str, Any]:
    given = {"op": "cosigned", "note": raw, "witnesses": [[who, pk.raw] for who, pk in WITNESSES]}
    wanted = expect or ("bad_signature" if out is None else "success")
    return case(name, why, given, None if out is None else {"times": out}, wanted)


def _stranger() -> str:
    return cosign(LOG, "witness.example/three", GOOD, TIME_S)


def _renamed() -> str:
    """The line of the first witness with another name on it."""
    return cosign(SECRETS[0], NAMES[0], GOOD, TIME_S).replace(NAMES[0], "witness.example/x") + "\n"


def _broken(text: str) -> list[tuple[str, str, bytes]]:
    own = key_id(NAMES[0], WITNESSES[0][1], _COSIGNATURE)
    time = TIME_S.to_bytes(8, "big")
    good = primitives.sign_raw(SECRETS[0], _message(TIME_S, text))
    far = 2**53
    parts = {
        "one bit": own + time + flip(good, 200),
        "another time": own + (TIME_S + 1).to_bytes(8, "big") + good,
        "no signature": own + time,
        "no time": own + b"1234567",
        "63 bytes": own + time + good[:-1],
        "65 bytes": own + time + good + b"x",
        "time beyond 2^53-1": own
        + far.to_bytes(8, "big")
        + primitives.sign_raw(SECRETS[0], _message(far, text)),
        "as a plain note signature": own + time + primitives.sign_raw(SECRETS[0], text.encode()),
        "text of another size": own
        + time
        + primitives.sign_raw(SECRETS[0], _message(TIME_S, text.replace("4095", "4096"))),
    }
    found = [(name, "", GOOD + line(raw, NAMES[0]).encode()) for name, raw in parts.items()]
    bad = signature_line(NAMES[0], own + time + flip(good, 1))
    found.append(("one good, one broken", "", with_line(cosigned_note(), bad)))
    return found


def _message(time_s: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()
