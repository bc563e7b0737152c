"""The resume slot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import credential, resume
from crypto.encoding import decode
from crypto.entry import MAX_DRAFT_BYTES, Entry, EntryState, entry_of
from crypto.errors import LocalError, RemoteError
from crypto.keys import AccountSecret, ResumeSecret
from crypto.padding import MAX_RESUME_BYTES
from crypto.wire import catalogue, codec, live
from tests.helpers.vectors import (
    Case,
    ReplayRand,
    SeededRand,
    assert_reproduced,
    flip,
    name_of,
    vectors,
)

_ENTRY = Entry(
    box16=bytes(16),
    kind=1,
    state=EntryState.OPEN,
    key_context=bytes(16),
    secrets=(),
    pin_n=0,
    pin_chain=bytes(32),
    counter=0,
    settings=b"",
)
_MEMORY = resume.Memory(ams=AccountSecret(SeededRand("ams")(32)), entry=_ENTRY, draft="Hallo")


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("resume")


@pytest.mark.parametrize("case", vectors("resume", "seal"), ids=name_of)
def test_a_memory_is_sealed_as_in_the_vectors(case: Case) -> None:
    secret = ResumeSecret(case.bytes_of("resume"))
    memory = resume.Memory(
        ams=AccountSecret(case.bytes_of("ams")),
        entry=entry_of(decode(case.bytes_of("entry"))),
        draft=case.given["draft"] * case.given["times"],
    )

    def call() -> dict[str, bytes]:
        rand = ReplayRand(case.bytes_of("rand"))
        sealed = resume.seal_resume(secret, memory, rand)
        return {"id": credential.resume_id(secret), "sealed": sealed}

    case.check(call)


@pytest.mark.parametrize("case", vectors("resume", "open"), ids=name_of)
def test_a_slot_that_was_tampered_with_is_refused(case: Case) -> None:
    secret = ResumeSecret(case.bytes_of("resume"))
    case.check(lambda: {"memory": resume.open_resume(secret, case.bytes_of("sealed"))})


@settings(deadline=None)
@given(st.text(max_size=500))
def test_a_draft_comes_back_exactly_as_typed(draft: str) -> None:
    secret = resume.new_resume_secret(SeededRand("resume"))
    memory = resume.Memory(ams=_MEMORY.ams, entry=_ENTRY, draft=draft)
    assert resume.open_resume(secret, resume.seal_resume(secret, memory)) == memory


def test_the_longest_draft_fits_and_one_byte_more_is_refused() -> None:
    secret = resume.new_resume_secret()
    longest = "ä" * (MAX_DRAFT_BYTES // 2)
    memory = resume.Memory(ams=_MEMORY.ams, entry=_ENTRY, draft=longest)
    sealed = resume.seal_resume(secret, memory)
    assert resume.open_resume(secret, sealed).draft == longest
    assert len(sealed) == MAX_RESUME_BYTES
    too_long = resume.Memory(ams=_MEMORY.ams, entry=_ENTRY, draft=longest + "a")
    with pytest.raises(LocalError):
        resume.seal_resume(secret, too_long)


def test_the_wire_takes_the_largest_slot_and_no_byte_more() -> None:
    largest = live.ResumePut(resume_id=bytes(32), version=1, sealed=bytes(MAX_RESUME_BYTES))
    frame = codec.encode_command(1, largest, bytes(32))
    assert len(frame) <= live.ResumePut.META.max_bytes
    assert codec.decode_command(frame, catalogue.commands()).command == largest
    larger = [bytes(32), 1, bytes(MAX_RESUME_BYTES + 1)]
    with pytest.raises(RemoteError, match="not_canonical"):
        codec.from_value(live.ResumePut, larger)


def test_every_one_bit_flip_is_refused() -> None:
    secret = resume.new_resume_secret()
    sealed = resume.seal_resume(secret, _MEMORY)
    for bit in range(len(sealed) * 8):
        with pytest.raises(RemoteError):
            resume.open_resume(secret, flip(sealed, bit))


def test_another_secret_opens_nothing() -> None:
    sealed = resume.seal_resume(resume.new_resume_secret(), _MEMORY)
    with pytest.raises(RemoteError, match="bad_tag"):
        resume.open_resume(resume.new_resume_secret(), sealed)


def test_the_size_tells_a_bucket_and_no_length() -> None:
    secret = resume.new_resume_secret()
    drafts = ["", "a", "a" * 50]
    sizes = {
        len(resume.seal_resume(secret, resume.Memory(ams=_MEMORY.ams, entry=_ENTRY, draft=draft)))
        for draft in drafts
    }
    assert len(sizes) == 1


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_slots_are_refused(raw: bytes) -> None:
    with pytest.raises(RemoteError):
        resume.open_resume(ResumeSecret(bytes(32)), raw)


def test_neither_draft_nor_secret_shows_in_a_repr() -> None:
    shown = repr(_MEMORY)
    assert "Hallo" not in shown
    assert repr(_MEMORY.ams.raw) not in shown
