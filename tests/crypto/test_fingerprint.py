"""Words that people compare."""

from __future__ import annotations

import pytest

from crypto import fingerprint
from crypto.keys import KemPublic, SignPublic
from tests.helpers.vectors import Case, assert_reproduced, flip, name_of, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("fingerprint")


@pytest.mark.parametrize("case", vectors("fingerprint", "words"), ids=name_of)
def test_a_digest_reads_as_words(case: Case) -> None:
    digest, count, language = case.bytes_of("digest"), case.given["count"], case.given["language"]
    case.check(lambda: {"words": fingerprint.words(digest, count, language)})


@pytest.mark.parametrize("case", vectors("fingerprint", "organisation"), ids=name_of)
def test_an_organisation_reads_as_eight_words(case: Case) -> None:
    root, standby = SignPublic(case.bytes_of("root")), SignPublic(case.bytes_of("standby"))
    language = case.given["language"]
    case.check(
        lambda: {
            "hash": fingerprint.organisation_hash(root, standby),
            "words": fingerprint.organisation_words(root, standby, language),
        }
    )


@pytest.mark.parametrize("case", vectors("fingerprint", "person"), ids=name_of)
def test_a_person_reads_as_eight_words(case: Case) -> None:
    sign_pk, kem_pk = SignPublic(case.bytes_of("sign")), KemPublic(case.bytes_of("kem"))
    language = case.given["language"]
    case.check(lambda: {"words": fingerprint.person_words(sign_pk, kem_pk, language)})


def test_each_key_of_a_person_changes_the_words() -> None:
    sign_raw, kem_raw = bytes(32), bytes(1216)
    variants = [
        (sign_raw, kem_raw),
        (flip(sign_raw, 255), kem_raw),
        (sign_raw, flip(kem_raw, 1216 * 8 - 1)),
    ]
    read = {fingerprint.person_words(SignPublic(s), KemPublic(k), "de") for s, k in variants}
    assert len(read) == len(variants)


def test_root_and_standby_do_not_commute() -> None:
    one, other = SignPublic(bytes(32)), SignPublic(bytes([1]) * 32)
    assert fingerprint.organisation_hash(one, other) != fingerprint.organisation_hash(other, one)
