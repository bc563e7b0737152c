"""Is a log witnessed as POLICY asks? Vectors, and what each of them is about."""

from __future__ import annotations

import pytest

from crypto import witnesses
from crypto.cosignature import cosign, with_line
from crypto.errors import NotWitnessed
from crypto.logview import replay
from tests.helpers.organisation import Organisation
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors
from tests.vectors.make.cosignature import SECRETS, TIME_S, WITNESSES
from tests.vectors.make.witnesses import NOW_MS, noted, organisation

HOUR_MS = 3_600_000


def run(case: Case) -> dict[str, object]:
    given = case.given
    leaves = [bytes.fromhex(one) for one in given["leaves"]]
    payloads = [bytes.fromhex(one) for one in given["payloads"]]
    view = replay(case.bytes_of("fingerprint"), leaves, payloads)
    found = witnesses.check(view, case.bytes_of("note"), given["now_ms"])
    return {"witnessed": [found.size, found.at_ms] if found else []}


@pytest.mark.parametrize("case", vectors("witnesses", "witnessed"), ids=name_of)
def test_a_log_is_witnessed_as_its_vectors_say(case: Case) -> None:
    case.check(lambda: run(case))


def test_the_generator_reproduces_the_vectors() -> None:
    assert_reproduced("witnesses")


def test_what_is_refused_and_what_counts_is_told_apart_by_name() -> None:
    """The generator asks the code itself for its verdict; which case it is must be so by intent."""
    refused = {
        one.name for one in vectors("witnesses", "witnessed") if one.expect == "not_witnessed"
    }
    taken = {one.name for one in vectors("witnesses", "witnessed")} - refused
    assert taken == {
        "both, the older counts",
        "both, the older first",
        "an older size of the same log",
        "just within the hours",
        "an old and a new one of the same",
        "a stranger beside",
        "ten minutes ahead",
        "POLICY asks for none",
        "one suffices, the newest counts",
    }
    assert len(refused) == 15


def test_the_same_note_is_too_old_a_day_later() -> None:
    view, note = organisation().view(), noted((0, 0), (1, 0))
    found = witnesses.check(view, note, NOW_MS + 24 * HOUR_MS)
    assert found is not None
    assert (found.size, found.at_ms) == (4, NOW_MS)
    with pytest.raises(NotWitnessed):
        witnesses.check(view, note, NOW_MS + 24 * HOUR_MS + 1)


def test_before_there_is_a_policy_nobody_must_have_seen_anything() -> None:
    log = Organisation()
    log.found()
    leaf, payload = log.log[0]
    assert witnesses.check(replay(log.fingerprint, [leaf], [payload]), b"", NOW_MS) is None


def test_one_key_under_two_names_is_one_witness() -> None:
    """The name is not signed, so a key could cosign under each of them."""
    log = Organisation()
    log.found()
    key = WITNESSES[0][1]
    log.policy(at_ms=NOW_MS + 1, quorum=2, witnesses=(("one", key), ("two", key)))
    note = log.checkpoint()
    for name in ("one", "two"):
        note = with_line(note, cosign(SECRETS[0], name, note, TIME_S))
    with pytest.raises(NotWitnessed):
        witnesses.check(log.view(), note, NOW_MS)
