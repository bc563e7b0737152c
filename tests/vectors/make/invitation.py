"""Invitations: join ids and MACs, and answers that were tampered with."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import invitation, invitelink, invitewords, labels, symbols
from crypto.keys import KemPublic, SignPublic
from crypto.words import LANGUAGES
from tests.vectors.make.common import SeededRand, case, document, flip, outcome

_RAND = SeededRand("invitation")
_DEPLOYMENT = _RAND(16)
_SECRET = _RAND(16)
_SIGN = _RAND(32)
_KEM = _RAND(1216)
_CAP_HASH = _RAND(32)
_BEFORE = SeededRand("replaced")(16)


def cases() -> dict[str, Any]:
    """Secrets from words, answers, and each refusal."""
    return document(
        "Invitations (section 4).",
        [
            *_spoken(),
            *_answers(),
            *_refused(),
            *_written(),
            *_misread(),
            *_typed(),
            *_welcomes(),
            *_names(),
        ],
    )


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


def _written() -> list[dict[str, Any]]:
    made = []
    for name, secret, hour in (
        ("as drawn", _SECRET, 500_100),
        ("all zeros", bytes(16), 0),
        ("all ones", b"\xff" * 16, (1 << 22) - 1),
    ):
        text = invitelink.written(invitelink.Invitation(secret=secret, expires_hour=hour))
        out = {"secret": secret, "expires_hour": hour, "replaces": b""}
        made.append(case(f"written: {name}", "32 symbols", {"op": "read", "text": text}, out))
    whole = invitelink.written(invitelink.Invitation(secret=_SECRET, expires_hour=500_100))
    bare = whole.replace("-", "")
    for name, text in (
        ("in a link", f"https://beratung.example/team/einladung#{whole}"),
        ("behind its sign", f"#{whole}"),
        ("without groups, small", bare.lower()),
        ("with the spaces of a hand", f"  {whole.replace('-', ' ')}\n"),
        ("with long dashes", whole.replace("-", "\u2013")),
        ("read for one another", bare.replace("1", "l").replace("0", "O")),
    ):
        out = {"secret": _SECRET, "expires_hour": 500_100, "replaces": b""}
        made.append(case(f"written: {name}", "the same", {"op": "read", "text": text}, out))
    for name, before in (("who comes back", _BEFORE), ("back, all ones", b"\xff" * 16)):
        text = invitelink.written(_again(before))
        out = {"secret": _SECRET, "expires_hour": 500_100, "replaces": before}
        made.append(case(f"written: {name}", "58 symbols", {"op": "read", "text": text}, out))
    return made


def _again(replaces: bytes) -> invitelink.Invitation:
    return invitelink.Invitation(secret=_SECRET, expires_hour=500_100, replaces=replaces)


def _misread() -> list[dict[str, Any]]:
    whole = invitelink.written(invitelink.Invitation(secret=_SECRET, expires_hour=500_100))
    bare = whole.replace("-", "")
    again = invitelink.written(_again(_BEFORE)).replace("-", "")
    spare = again[:55] + symbols.symbols(bytes([symbols.number_of(again[55]) << 3 | 8]), 1)
    odd = spare + symbols.check_of(spare, labels.INVITE_CHECK, 2)
    other = "2" if bare[0] != "2" else "3"
    last = "2" if bare[29] != "2" else "3"
    table = [
        ("nothing", "", "too_short"),
        ("a link without fragment", "https://beratung.example/team/einladung", "bad_character"),
        ("a link with an empty fragment", "https://beratung.example/team/einladung#", "too_short"),
        ("cut by one", bare[:-1], "too_short"),
        ("one too many", bare + "0", "too_short"),
        ("one symbol wrong", other + bare[1:], "mistyped"),
        ("two swapped", bare[1] + bare[0] + bare[2:], "mistyped"),
        ("another hour", bare[:29] + last + bare[30:], "mistyped"),
        ("a symbol that is none", "U" + bare[1:], "bad_character"),
        ("a sign behind it", whole + ".", "bad_character"),
        ("a letter that becomes one of ours", "\u0131" + bare[1:], "bad_character"),
        ("hexadecimal", _SECRET.hex(), "mistyped"),
        ("who comes back, cut by one", again[:-1], "too_short"),
        ("who comes back, one too many", again + "0", "too_long"),
        ("who comes back, one wrong", "2" + again[1:] if again[0] != "2" else "", "mistyped"),
        ("who comes back, a spare bit", odd, "mistyped"),
        ("who comes back, without whom", again[:32], "mistyped"),
    ]
    made = []
    for name, text, want in table:
        got, _ = outcome(partial(invitelink.read, text))
        assert got == want, (name, got)
        made.append(
            case(f"misread: {name}", "nothing is sent", {"op": "read", "text": text}, None, want)
        )
    return made


def _typed() -> list[dict[str, Any]]:
    words = "sektor ausdruck kran lila knacken halle"
    link = invitewords.link("https://beratung.example/", "jugend", words, "en")
    made = []
    for name, text in (
        ("six words", words),
        ("a link", link),
        ("what stands behind its sign", link.partition("#")[2]),
        ("big, with commas", "Sektor, Ausdruck, Kran, Lila, Knacken, Halle."),
        ("one below the other", words.replace(" ", "\r\n")),
        ("with long dashes", words.replace(" ", " \u2013 ")),
        ("English words", "alphabet already alto always amaze ambient"),
    ):
        out = {"words": invitewords.read(text)}
        made.append(case(f"typed: {name}", "six words", {"op": "typed", "text": text}, out))
    for name, text, want in (
        ("nothing", "", "too_short"),
        ("five words", words.rpartition(" ")[0], "too_short"),
        ("seven words", words + " halle", "too_long"),
        ("a word of no list", words.replace("kran", "krahn"), "mistyped"),
        ("words of both lists", words.replace("kran", "already"), "mistyped"),
        ("a number", words.replace("kran", "kran7"), "bad_character"),
        ("an umlaut", words.replace("kran", "kr\u00e4n"), "bad_character"),
        (
            "a link without words",
            "https://beratung.example/p/jugend/zugang#einladung=",
            "too_short",
        ),
        ("a link of staff", "https://beratung.example/team/einladung", "bad_character"),
    ):
        got, _ = outcome(partial(invitewords.read, text))
        assert got == want, (name, got)
        given = {"op": "typed", "text": text}
        made.append(case(f"typed: {name}", "nothing is sent", given, None, want))
    return made


def _welcomes() -> list[dict[str, Any]]:
    secret, box16 = _SECRET + _SECRET, _RAND(16)
    proof = invitation.welcome_proof(secret, box16, KemPublic(_KEM))
    given = {"op": "welcome", "secret": secret, "box16": box16, "kem": _KEM}
    made = [case("a welcome", "by the inviter", given, {"proof": proof})]
    for name, change, want in (
        ("as sent", {}, "success"),
        ("another secret", {"secret": flip(secret, 0)}, "bad_tag"),
        ("another box", {"box16": flip(box16, 0)}, "bad_tag"),
        ("another key", {"kem": flip(_KEM, 9000)}, "bad_tag"),
        ("another proof", {"proof": flip(proof, 255)}, "bad_tag"),
        ("no proof", {"proof": bytes(32)}, "bad_tag"),
    ):
        facts = given | {"op": "check_welcome", "proof": proof} | change
        got, _ = outcome(partial(_check_welcome, facts))
        assert got == want, (name, got)
        made.append(case(f"welcome: {name}", "by the newcomer", facts, None, want))
    return made


def _names() -> list[dict[str, Any]]:
    made = []
    for language in LANGUAGES:
        given = {"op": "name", "secret": _SECRET + _SECRET, "language": language}
        out = {"name": invitation.suggested_name(_SECRET + _SECRET, language)}
        made.append(case(f"a name, {language}", "seen by both alike", given, out))
    return made


def _check_welcome(given: dict[str, Any]) -> None:
    invitation.check_welcome(
        given["secret"], given["proof"], box16=given["box16"], kem_pk=KemPublic(given["kem"])
    )


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
