"""A short run of the differential fuzzer; `python -m tests.fuzz` takes as long as one likes."""

from __future__ import annotations

import pytest

from crypto import encoding
from tests.fuzz import campaign, decoders
from tests.fuzz.campaign import Asked, differences, found_before, questions
from tests.fuzz.samples import samples

SEED, EACH = 1, 200


def test_every_decoder_has_samples_and_reads_some_of_them() -> None:
    for name, valid in samples().items():
        assert valid, name
        answers = {decoders.answer(name, campaign._asked(name, raw).raw) for raw in valid}
        assert answers - {"refused"}, name


def test_both_languages_read_the_same_and_refuse_the_same() -> None:
    asked = [*found_before(), *questions(SEED, EACH)]
    found, accepted = differences(asked)
    assert found == []
    # A run in which nearly everything is refused, or nothing, would show little.
    assert 0.05 < accepted / len(asked) < 0.9


def test_a_decoder_that_reads_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = encoding.encode([1, b"x"])
    assert differences([Asked("encoding", raw)]) == ([], 1)
    monkeypatch.setitem(decoders.decoders(), "encoding", lambda raw: raw[:-1])
    (found,), accepted = differences([Asked("encoding", raw)])
    assert (found.python, found.javascript, accepted) == (raw[:-1].hex(), raw.hex(), 0)


def test_a_decoder_that_falls_over_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(decoders.decoders(), "encoding", lambda raw: bytes(raw[99]))
    (found,), _ = differences([Asked("encoding", b"\x90")])
    assert found.python == "fault IndexError"
