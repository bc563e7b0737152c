"""Grants of history: what does not belong to its welcome opens nothing. Readings are vectors."""

from __future__ import annotations

import pytest

from crypto.errors import BadStatement
from crypto.grant import Grant
from crypto.keys import EpochSecret
from tests.helpers import script
from tests.helpers.vectors import vectors

(STAFF,) = (case for case in vectors("transcript", "staff"))
(GRANTED,) = (case for case in vectors("transcript", "script") if case.name == "granted")
ONE = EpochSecret(bytes(32))
BOX16 = Grant.decode(bytes.fromhex(GRANTED.given["grant"])).box16


@pytest.mark.parametrize(
    "other",
    [
        Grant(box16=BOX16, secrets=(ONE, ONE)),
        Grant(box16=bytes(16), secrets=(ONE,)),
    ],
    ids=["of more epochs", "of another box"],
)
def test_a_grant_of_something_else_is_refused(other: Grant) -> None:
    given = GRANTED.given | {"grant": other.encode().hex()}
    with pytest.raises(BadStatement, match="history"):
        script.begin(given, STAFF.given["staff"])


def test_what_a_newcomer_refuses_is_refused_with_a_grant_too() -> None:
    given = GRANTED.given | {"share": bytes(32).hex()}
    with pytest.raises(BadStatement, match="share"):
        script.begin(given, STAFF.given["staff"])
