"""Claims: each is shown by tests that exist, each promise has one, and the rule itself can fail."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.claims import Asked, Claim, faults, load, load_asked
from tests.claims.claims import sentences
from tests.claims.known import exists, names_in

ROOT = Path(__file__).resolve().parents[1]
CLAIMS = [claim for group in load() for claim in group.claims]
ASKED = load_asked()


AS_THEY_ARE = faults(CLAIMS, ASKED, sentences())


def found(claims: list[Claim] = CLAIMS, asked: Asked = ASKED, more: tuple[str, ...] = ()) -> str:
    """Return what is wrong beside what is wrong with the claims as they are."""
    named = faults(claims, asked, [*sentences(), *more])
    return "\n".join(one for one in named if one not in AS_THEY_ARE)


def test_nothing_is_wrong_with_the_claims() -> None:
    assert AS_THEY_ARE == []
    assert len(CLAIMS) >= 40


def test_both_languages_make_the_same_promises() -> None:
    assert list(sentences("de")) == list(sentences("en"))


def test_the_failures_and_questions_are_numbered_without_a_gap() -> None:
    assert list(ASKED.failures) == [f"T{n}" for n in range(1, 24)]
    assert list(ASKED.questions) == [f"F{n}" for n in range(1, 9)]


@pytest.mark.parametrize(
    "test",
    [
        "tests/test_claims.py::test_that_nobody_wrote",
        "tests/test_nowhere.py::test_nothing_is_wrong_with_the_claims",
        "tests/js/outbox.test.js::a sentence that nobody wrote",
        "tests/js/outbox.test.js",
        "tests/test_claims.py::found",
    ],
)
def test_a_test_that_does_not_exist_is_named(test: str) -> None:
    claims = [replace(CLAIMS[0], shown_by=(test,)), *CLAIMS[1:]]
    assert found(claims) == f"{CLAIMS[0].id}: there is no test {test}"


def test_a_test_that_is_always_skipped_is_none(tmp_path: Path) -> None:
    file = tmp_path / "test_some.py"
    file.write_text(
        "@pytest.mark.skip\ndef test_one() -> None: ...\n"
        "@pytest.mark.browser\ndef test_two() -> None: ...\n"
    )
    assert names_in(file) == {"test_two"}
    assert exists("tests/test_claims.py::test_nothing_is_wrong_with_the_claims")


def test_a_check_that_the_audit_does_not_have_is_named() -> None:
    claims = [replace(CLAIMS[0], tried_by=("files.invented",)), *CLAIMS[1:]]
    assert found(claims) == f"{CLAIMS[0].id}: the audit has no check files.invented"


@pytest.mark.parametrize("number", ["T1", "T16", "F5"])
def test_a_failure_or_question_that_nobody_answers_is_named(number: str) -> None:
    claims = [
        replace(one, answers=tuple(a for a in one.answers if a != number) or ("N1",))
        for one in CLAIMS
    ]
    assert found(claims) == f"{number}: no claim answers it"


def test_what_is_answered_is_not_listed_as_not_built() -> None:
    claims = [replace(CLAIMS[0], answers=(*CLAIMS[0].answers, "T19")), *CLAIMS[1:]]
    assert found(claims) == "T19: answered, and yet listed as not built"


def test_a_promise_that_no_claim_stands_behind_is_named() -> None:
    assert found(more=("legal.privacy_short.9",)) == (
        "legal.privacy_short.9: a sentence of the pages that no claim stands behind"
    )
    claims = [replace(one, promises=()) for one in CLAIMS]
    assert "portal.promise_encrypted: a sentence of the pages" in found(claims)


def test_a_claim_behind_a_sentence_that_no_page_says_is_named() -> None:
    claims = [replace(CLAIMS[0], promises=(*CLAIMS[0].promises, "portal.gone")), *CLAIMS[1:]]
    assert found(claims) == "portal.gone: claimed, but no page says it"


def test_a_claim_without_its_limit_is_named() -> None:
    claims = [replace(CLAIMS[0], limit_de=""), *CLAIMS[1:]]
    assert found(claims) == f"{CLAIMS[0].id}: limit_de is empty"


def test_the_promises_on_the_portal_and_the_privacy_page_are_claimed() -> None:
    claimed = {key for claim in CLAIMS for key in claim.promises}
    template = (ROOT / "web" / "templates" / "_promises.html").read_text("utf-8")
    keys = set(re.findall(r"t\.(portal\.promise_\w+)", template)) - {"portal.promise_title"}
    assert len(keys) == 3
    assert keys <= claimed
    pages = json.loads((ROOT / "web" / "text" / "pages-de.json").read_text("utf-8"))
    for key in ("privacy_short", "privacy_flow", "privacy_account", "privacy_sees"):
        for i in range(len(pages["legal"][key])):
            assert f"legal.{key}.{i}" in claimed
