"""Says what is wrong with claims, in words: the test demands that nothing is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from clientlib.audit.claims import OUTSIDE
from clientlib.audit.inside.run import CHECKS as INSIDE
from tests.claims.claims import Asked, Claim
from tests.claims.known import exists

_ID = re.compile(r"[a-z]+(-[a-z]+)*")
AUDIT_IDS = frozenset([one.id for one in OUTSIDE] + [one.id for one in INSIDE])
# Numbers of the list of requirements that the project works by.
_REQUIREMENT = re.compile(r"(S[0-4]\.[0-9]{1,2}|N[0-9]{1,2})")


def faults(claims: Iterable[Claim], asked: Asked, sentences: Iterable[str]) -> list[str]:
    """Return each fault as one line; `sentences` are the keys of the pages."""
    claims = list(claims)
    known = [*asked.failures, *asked.questions]
    return [
        *_of_each(claims, known),
        *_repeated(claims),
        *_unanswered(claims, known, asked),
        *_unclaimed(claims, asked, set(sentences)),
    ]


def _of_each(claims: list[Claim], known: list[str]) -> Iterator[str]:
    for claim in claims:
        if _ID.fullmatch(claim.id) is None:
            yield f"{claim.id}: an id is small words with hyphens"
        for word in ("de", "en", "limit_de", "limit_en", "answers", "shown_by"):
            if not getattr(claim, word):
                yield f"{claim.id}: {word} is empty"
        for test in claim.shown_by:
            if not exists(test):
                yield f"{claim.id}: there is no test {test}"
        for check in claim.tried_by:
            if check not in AUDIT_IDS:
                yield f"{claim.id}: the audit has no check {check}"
        for number in claim.answers:
            if number not in known and _REQUIREMENT.fullmatch(number) is None:
                yield f"{claim.id}: nobody asks {number}"


def _repeated(claims: list[Claim]) -> Iterator[str]:
    for name, times in Counter(claim.id for claim in claims).items():
        if times > 1:
            yield f"{name}: stands {times} times"
    for key, times in Counter(key for claim in claims for key in claim.promises).items():
        if times > 1:
            yield f"{key}: claimed {times} times"


def _unanswered(claims: list[Claim], known: list[str], asked: Asked) -> Iterator[str]:
    answered = {number for claim in claims for number in claim.answers}
    for number in known:
        if number in asked.not_built and number in answered:
            yield f"{number}: answered, and yet listed as not built"
        elif number not in asked.not_built and number not in answered:
            yield f"{number}: no claim answers it"
    for number in asked.not_built.keys() - set(known):
        yield f"{number}: not built, but nobody asks it"


def _unclaimed(claims: list[Claim], asked: Asked, sentences: set[str]) -> Iterator[str]:
    claimed = {key for claim in claims for key in claim.promises}
    for key in sorted(sentences):
        # A list may be named whole.
        free = key in asked.no_promise or key.rpartition(".")[0] in asked.no_promise
        if free and key in claimed:
            yield f"{key}: claimed, and yet listed as no promise"
        elif not free and key not in claimed:
            yield f"{key}: a sentence of the pages that no claim stands behind"
    for key in sorted(claimed - sentences):
        yield f"{key}: claimed, but no page says it"
    whole = {key.rpartition(".")[0] for key in sentences}
    for key in sorted(asked.no_promise - sentences - whole):
        yield f"{key}: listed as no promise, but no page says it"
