"""Invitations: join ids and MACs, and answers that were tampered with."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import invitation
from crypto.keys import KemPublic, SignPublic
from tests.vectors.make.common import SeededRand, case, document, flip, outcome

_RAND = SeededRand("invitation")
_DEPLOYMENT = _RAND(16)
_SECRET = _RAND(16)
_SIGN = _RAND(32)
_KEM = _RAND(1216)
_CAP_HASH = _RAND(32)


def cases() -> dict[str, Any]:
    """Secrets from words, answers, and each refusal."""
    return document("Invitations (section 4).", [*_spoken(), *_answers(), *_refused()])


def _spoken() -> list[dict[str, Any]]:
    texts = [
        ("spoken", "apfel birne kirsche traube melone pflaume"),
        ("written big", "  Apfel Birne\tKirsche Traube  Melone Pflaume "),
    ]
    made = []
    for name, text in texts:
        given = {"op": "words", "text": text, "deployment_id": _DEPLOYMENT}
        secret = invitation.secret_from_words(text, _DEPLOYMENT)
        out = {"secret": secret, "join_id": invitation.join_id(secret)}
        made.append(case(name, "Argon2id, 3 passes, 64 MiB", given, out))
    assert made[0]["out"] == made[1]["out"]
    short = {"op": "words", "text": "apfel birne", "deployment_id": _DEPLOYMENT}
    made.append(case("two words", "too short", short, None, "too_short"))
    return made


def _answers() -> list[dict[str, Any]]:
    sign, kem = SignPublic(_SIGN), KemPublic(_KEM)
    made = []
    for name, secret in (("16 bytes", _SECRET), ("32 bytes", _SECRET + _SECRET)):
        given = _facts() | {"op": "answer", "secret": secret}
        out = {
            "join_id": invitation.join_id(secret),
            "mac": invitation.join_mac(secret, sign, kem, _CAP_HASH),
        }
        made.append(case(f"secret of {name}", "answer", given, out))
    bad = _facts() | {"op": "answer", "secret": bytes(20)}
    made.append(case("secret of 20 bytes", "no such secret", bad, None, "bad_length"))
    return made


def _refused() -> list[dict[str, Any]]:
    mac = invitation.join_mac(_SECRET, SignPublic(_SIGN), KemPublic(_KEM), _CAP_HASH)
    table: list[tuple[str, dict[str, Any], str]] = [
        ("as left", {}, "success"),
        ("another secret", {"secret": flip(_SECRET, 0)}, "bad_tag"),
        ("another signing key", {"sign": flip(_SIGN, 0)}, "bad_tag"),
        ("another KEM key", {"kem": flip(_KEM, 9000)}, "bad_tag"),
        ("another cap hash", {"cap_hash": flip(_CAP_HASH, 255)}, "bad_tag"),
        ("another MAC", {"mac": flip(mac, 0)}, "bad_tag"),
        ("MAC cut", {"mac": mac[:31]}, "bad_length"),
        ("MAC empty", {"mac": b""}, "bad_length"),
        ("cap hash cut", {"cap_hash": _CAP_HASH[:31]}, "bad_length"),
    ]
    made = []
    for name, change, want in table:
        given = _facts() | {"op": "check", "secret": _SECRET, "mac": mac} | change
        got, _ = outcome(partial(_check, given))
        assert got == want, (name, got)
        made.append(case(f"check: {name}", "by the inviter", given, None, want))
    return made


def _check(given: dict[str, Any]) -> None:
    invitation.check_join(
        given["secret"],
        given["mac"],
        sign_pk=SignPublic(given["sign"]),
        kem_pk=KemPublic(given["kem"]),
        cap_hash=given["cap_hash"],
    )


def _facts() -> dict[str, Any]:
    return {"sign": _SIGN, "kem": _KEM, "cap_hash": _CAP_HASH}
