"""Invitations."""

from __future__ import annotations

import pytest

from crypto import invitation
from crypto.errors import LocalError
from crypto.keys import KemPublic, SignPublic
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
