"""Invitations."""

from __future__ import annotations

import contextlib

import pytest

from crypto import invitation, invitelink, invitewords, symbols
from crypto.errors import BadLength, LocalError
from crypto.keys import KemPublic, SignPublic
from crypto.words import LANGUAGES, Language
from tests.helpers.vectors import Case, SeededRand, assert_reproduced, name_of, vectors


def _keys(case: Case) -> tuple[SignPublic, KemPublic]:
    return SignPublic(case.bytes_of("sign")), KemPublic(case.bytes_of("kem"))


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("invitation")


@pytest.mark.parametrize("case", vectors("invitation", "words"), ids=name_of)
def test_spoken_words_give_a_secret(case: Case) -> None:
    def call() -> dict[str, bytes]:
        deployment = case.bytes_of("deployment_id")
        secret = invitation.secret_from_words(case.given["text"], deployment)
        return {"secret": secret, "join_id": invitation.join_id(secret)}

    case.check(call)


@pytest.mark.parametrize("case", vectors("invitation", "answer"), ids=name_of)
def test_an_answer_is_left_under_the_secret(case: Case) -> None:
    def call() -> dict[str, bytes]:
        secret = case.bytes_of("secret")
        mac = invitation.join_mac(secret, *_keys(case), case.bytes_of("cap_hash"))
        return {"join_id": invitation.join_id(secret), "mac": mac}

    case.check(call)


@pytest.mark.parametrize("case", vectors("invitation", "check"), ids=name_of)
def test_an_answer_that_was_tampered_with_is_refused(case: Case) -> None:
    sign_pk, kem_pk = _keys(case)

    def call() -> dict[str, bytes]:
        invitation.check_join(
            case.bytes_of("secret"),
            case.bytes_of("mac"),
            sign_pk=sign_pk,
            kem_pk=kem_pk,
            cap_hash=case.bytes_of("cap_hash"),
        )
        return {}

    case.check(call)


def test_the_join_id_tells_nothing_of_the_mac_key() -> None:
    secret = invitation.new_secret(SeededRand("invitation"))
    keys = SignPublic(bytes(32)), KemPublic(bytes(1216))
    assert len(secret) == invitation.SECRET_BYTES
    assert invitation.join_id(secret) != invitation.join_mac(secret, *keys, bytes(32))[:16]


def test_a_cap_hash_of_the_wrong_size_is_our_own_bug() -> None:
    with pytest.raises(LocalError):
        invitation.join_mac(bytes(16), SignPublic(bytes(32)), KemPublic(bytes(1216)), bytes(31))


@pytest.mark.parametrize("case", vectors("invitation", "read"), ids=name_of)
def test_a_written_invitation_is_read_or_refused(case: Case) -> None:
    def call() -> dict[str, bytes | int]:
        found = invitelink.read(case.given["text"])
        hour, replaces = found.expires_hour, found.replaces
        return {"secret": found.secret, "expires_hour": hour, "replaces": replaces}

    case.check(call)


def test_an_invitation_counts_for_seven_days_to_the_hour() -> None:
    hour_ms = 3_600_000
    drawn = invitelink.new_invitation(500_000 * hour_ms + 1, SeededRand("link"))
    assert drawn.expires_hour == 500_000 + invitelink.VALID_HOURS
    assert not drawn.is_over(drawn.expires_hour * hour_ms - 1)
    assert drawn.is_over(drawn.expires_hour * hour_ms)


def test_a_link_carries_the_invitation_behind_its_fragment_sign() -> None:
    drawn = invitelink.new_invitation(0, SeededRand("link"))
    german = invitelink.link("https://beratung.example/", drawn)
    address, _, fragment = german.partition("#")
    assert address == "https://beratung.example/team/einladung"
    assert fragment == invitelink.written(drawn)
    english = invitelink.link("https://beratung.example", drawn, "en")
    assert english.startswith("https://beratung.example/en/team/einladung#")
    assert invitelink.read(german) == invitelink.read(english) == invitelink.read(fragment) == drawn
    assert drawn.secret.hex() not in repr(drawn)
    assert repr(drawn.secret) not in repr(drawn)


def test_every_slip_of_one_symbol_is_noticed_but_one_in_a_thousand() -> None:
    bare = invitelink.written(invitelink.new_invitation(0, SeededRand("slips"))).replace("-", "")
    noticed = 0
    for at, right in enumerate(bare):
        for wrong in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".replace(right, ""):
            with contextlib.suppress(symbols.Mistyped):
                invitelink.read(bare[:at] + wrong + bare[at + 1 :])
                continue
            noticed += 1
    assert noticed >= 32 * 31 - 8


def test_what_cannot_be_written_is_our_own_bug() -> None:
    with pytest.raises(BadLength):
        invitelink.written(invitelink.Invitation(secret=bytes(15), expires_hour=0))
    with pytest.raises(LocalError):
        invitelink.written(invitelink.Invitation(secret=bytes(16), expires_hour=1 << 22))
    with pytest.raises(BadLength):
        invitelink.written(invitelink.new_invitation(0, replaces=bytes(15)))


# --- words, and who welcomes ----------------------------------------------------------------------


@pytest.mark.parametrize("case", vectors("invitation", "typed"), ids=name_of)
def test_six_words_are_read_as_people_write_them(case: Case) -> None:
    case.check(lambda: {"words": invitewords.read(case.given["text"])})


@pytest.mark.parametrize("case", vectors("invitation", "welcome"), ids=name_of)
def test_a_welcome_is_proved_under_the_secret(case: Case) -> None:
    def call() -> dict[str, bytes]:
        secret, box16 = case.bytes_of("secret"), case.bytes_of("box16")
        kem_pk = KemPublic(case.bytes_of("kem"))
        return {"proof": invitation.welcome_proof(secret, box16, kem_pk)}

    case.check(call)


@pytest.mark.parametrize("case", vectors("invitation", "name"), ids=name_of)
def test_both_sides_see_one_suggestion(case: Case) -> None:
    def call() -> dict[str, str]:
        secret, language = case.bytes_of("secret"), case.given["language"]
        return {"name": invitation.suggested_name(secret, language)}

    case.check(call)


@pytest.mark.parametrize("case", vectors("invitation", "check_welcome"), ids=name_of)
def test_a_welcome_of_somebody_else_is_refused(case: Case) -> None:
    def call() -> dict[str, bytes]:
        invitation.check_welcome(
            case.bytes_of("secret"),
            case.bytes_of("proof"),
            box16=case.bytes_of("box16"),
            kem_pk=KemPublic(case.bytes_of("kem")),
        )
        return {}

    case.check(call)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawn_words_come_back_out_of_their_link(language: Language) -> None:
    words = invitewords.new_words(language, SeededRand(f"words {language}"))
    prefix = {"de": "", "en": "/en"}[language]
    link = invitewords.link("https://beratung.example/", "jugend", words, language)
    behind = words.replace(" ", "-")
    assert link == f"https://beratung.example{prefix}/p/jugend/zugang#einladung={behind}"
    assert invitewords.read(link) == words
    assert len(words.split()) == invitewords.WORDS
