"""The verdict machine: scripted logs, ways in, and any honest or lying relay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import commit, envelope, epoch, letter, reading
from crypto.boxstate import Pin
from crypto.envelope import Body, Kind
from crypto.errors import (
    BadProof,
    BadSignature,
    BadStatement,
    LocalError,
    NotCanonical,
    RemoteError,
)
from crypto.keys import CapSecret, EpochSecret, Share
from crypto.letter import Letter, Welcome
from crypto.roster import BoxKind, Role
from crypto.transcript import Transcript
from crypto.verdict import NeedKind, Notice, NoticeKind, Verdict
from tests.helpers import box, script
from tests.helpers.box import ANNA, BELA, CARL, EVE, NOW_MS, SEEKER, Device, World
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors

DEFAULT_STAFF = vectors("transcript", "staff")[0].given["staff"]


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("transcript")
    assert_reproduced("edges")
    assert_reproduced("beginning")


SCRIPTS = [*vectors("transcript", "script"), *vectors("edges"), *vectors("beginning", "script")]


@pytest.mark.parametrize("case", SCRIPTS, ids=name_of)
def test_scripted_logs_get_their_verdicts(case: Case) -> None:
    case.check(lambda: script.run(case.given, DEFAULT_STAFF))


EXPECTED = {
    "honest_chat": [Verdict.OK],
    "honest_two_devices_and_a_race": [Verdict.OK],
    "honest_commit": [Verdict.OK],
    "unreadable": [Verdict.OK, Verdict.UNREADABLE],
    "old_epoch": [Verdict.OK, Verdict.OLD_EPOCH, Verdict.OK],
    "unknown_epoch": [Verdict.OK, None, Verdict.BAD_COMMIT],
    "not_member": [Verdict.OK, Verdict.NOT_MEMBER, Verdict.OK, Verdict.NOT_MEMBER],
    "close_rights": [Verdict.OK, Verdict.NOT_MEMBER, Verdict.OK],
    "bad_signature": [Verdict.OK, Verdict.BAD_SIG],
    "dup": [Verdict.OK, Verdict.DUP],
    "gap": [Verdict.OK, Verdict.GAP],
    "dropped": [Verdict.OK, Verdict.FORK],
    "withheld": [Verdict.OK, None, Verdict.WITHHELD, Verdict.OK],
    "log_grown": [Verdict.OK, None, Verdict.OK],
    "removed": [Verdict.OK, Verdict.BAD_COMMIT],
    "resume_and_replay": [Verdict.DUP, Verdict.OK],
    "resume_after_a_commit": [Verdict.OLD_EPOCH, Verdict.OK],
    "join_late": [Verdict.OK, Verdict.OLD_EPOCH],
    "join_at_another_start": [Verdict.BAD_COMMIT],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_scripts_say_what_the_table_says(name: str) -> None:
    """The generator asks the machine; this list was written by hand from the table."""
    case = next(one for one in vectors("transcript", "script") if one.name == name)
    verdicts = [one["verdict"] for one in case.out["answers"] if isinstance(one, dict)]
    runs = [one for at, one in enumerate(verdicts) if at == 0 or verdicts[at - 1] != one]
    assert runs == EXPECTED[name]


# --- ways in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", vectors("beginning", "join"), ids=name_of)
def test_letters_are_believed_as_the_vectors_say(case: Case) -> None:
    case.check(lambda: script.join(case.given, DEFAULT_STAFF))


@pytest.mark.parametrize("case", vectors("beginning", "pin"), ids=name_of)
def test_pins_follow_the_vectors(case: Case) -> None:
    case.check(lambda: {"raw": Pin.decode(case.bytes_of("raw")).encode()})


def test_nothing_is_known_before_the_first_envelope() -> None:
    world = World()
    transcript = reading.start(world.box16, world.es0, world.holder(SEEKER.kem), world.staff)
    state = transcript.state
    assert (state.number, state.log_n, state.admitted, state.began_late) == (0, 0, 0, False)


def _welcome(world: World) -> tuple[Letter, Welcome]:
    """The letter by which the seeker lets Anna into a live chat."""
    opened = envelope.open_e1(world.log[0], world.key())
    made = Welcome(
        box16=world.box16,
        epoch=0,
        es=world.es0,
        commit=opened,
        join_cap=CapSecret(bytes(32)),
    )
    sender = Letter(
        kind=letter.LetterKind.WELCOME,
        certificate_hash=bytes(32),
        sign_pk=SEEKER.sign_pk,
        sent_ms=NOW_MS,
        payload=made.encode(),
    )
    return sender, made


def _resigned(world: World, made: Welcome, **changes: object) -> Welcome:
    """The welcome with a changed commit that the seeker signed."""
    body = replace(made.commit.body, **changes)  # type: ignore[arg-type]  # any field
    opened = envelope.open_e1(world.seal(SEEKER, body), world.key())
    return replace(made, commit=opened)


def test_a_newcomer_checks_the_commit_of_the_letter() -> None:
    world, _, _ = box.live_chat()
    sender, made = _welcome(world)
    holder = world.holder(ANNA.kem)
    assert reading.join(sender, made, holder, world.staff).own == ANNA.entry(2, Role.COUNSELLOR)
    other_share = replace(holder, share=Share(bytes(32)))
    refused: list[tuple[Letter, Welcome, reading.Holder, type[RemoteError]]] = [
        (replace(sender, sign_pk=EVE.sign_pk), made, holder, BadSignature),
        (sender, replace(made, es=EpochSecret(bytes(32))), holder, BadStatement),
        (sender, replace(made, epoch=1), holder, BadStatement),
        (sender, made, other_share, BadStatement),
        (sender, made, world.holder(BELA.kem), BadStatement),
        (sender, _resigned(world, made, log_root=bytes(32)), holder, BadProof),
        (sender, _resigned(world, made, log_n=99), holder, BadProof),
        (sender, _resigned(world, made, head_n=1), holder, BadProof),
        (sender, _resigned(world, made, kind=Kind.TEXT), holder, BadStatement),
        (sender, _resigned(world, made, sidx=2), holder, BadStatement),
        (sender, _resigned(world, made, payload=b"\x90"), holder, NotCanonical),
    ]
    for one, welcome, held, refusal in refused:
        with pytest.raises(refusal):
            reading.join(one, welcome, held, world.staff)


def test_a_newcomer_refuses_uncertified_company_and_strange_letters() -> None:
    world, seeker, anna = box.live_chat()
    state = anna.transcript.state.roster
    assert state
    roster = [*state.entries.values(), BELA.entry(3, Role.COUNSELLOR)]
    raw = anna.commit(roster, world.es(1))
    opened = replace(envelope.open_e1(raw, world.key()), wraps=())
    made = Welcome(
        box16=world.box16,
        epoch=1,
        es=world.es(1),
        commit=opened,
        join_cap=CapSecret(bytes(32)),
    )
    sender = Letter(
        kind=letter.LetterKind.WELCOME,
        certificate_hash=ANNA.certificate_hash,
        sign_pk=ANNA.sign_pk,
        sent_ms=NOW_MS,
        payload=b"",
    )
    holder = world.holder(BELA.kem)
    assert reading.join(sender, made, holder, world.staff).own
    del world.staff.certificates[ANNA.certificate_hash]
    with pytest.raises(BadStatement):
        reading.join(sender, made, holder, world.staff)
    assert seeker.transcript.own


def _letter_of(world: World, raw: bytes, certificate_hash: bytes) -> tuple[Letter, Welcome]:
    """Anna's letter to Bela about the commit `raw` of epoch 1."""
    made = Welcome(
        box16=world.box16,
        epoch=1,
        es=world.es(1),
        commit=replace(envelope.open_e1(raw, world.key()), wraps=()),
        join_cap=CapSecret(bytes(32)),
    )
    sender = Letter(
        kind=letter.LetterKind.WELCOME,
        certificate_hash=certificate_hash,
        sign_pk=ANNA.sign_pk,
        sent_ms=NOW_MS,
        payload=b"",
    )
    return sender, made


def test_who_handed_over_and_left_must_be_the_certified_writer_of_the_letter() -> None:
    world, _, anna = box.live_chat()
    roster = [SEEKER.entry(1, Role.SEEKER), BELA.entry(3, Role.COUNSELLOR)]
    raw = anna.commit(roster, world.es(1))
    holder = world.holder(BELA.kem)
    sender, made = _letter_of(world, raw, ANNA.certificate_hash)
    assert reading.join(sender, made, holder, world.staff).own
    sender, made = _letter_of(world, raw, CARL.certificate_hash)
    with pytest.raises(BadStatement):
        reading.join(sender, made, holder, world.staff)


def test_a_newcomer_in_no_team_does_not_join_a_case() -> None:
    world, _, anna = box.live_chat()
    state = anna.transcript.state.roster
    assert state
    raw = anna.commit([*state.entries.values(), BELA.entry(3, Role.COUNSELLOR)], world.es(1))
    sender, made = _letter_of(world, raw, ANNA.certificate_hash)
    certificates = list(world.staff.certificates.values())
    without = box.FactStaff(10, certificates, [box.team_statement([ANNA])])
    with pytest.raises(BadStatement, match="TEAM"):
        reading.join(sender, made, world.holder(BELA.kem), without)


def test_a_first_commit_states_the_share_it_was_made_with() -> None:
    world = World()
    roster = [SEEKER.entry(1, Role.SEEKER), ANNA.entry(2, Role.COUNSELLOR)]
    first = commit.make_commit0(world.box16, BoxKind.CASE, roster, world.es0, Share(bytes(32)))
    raw = world.seal(SEEKER, world.first_body(first.encode(), 1))
    seeker = world.device(SEEKER)
    assert seeker.transcript.take(1, raw).verdict is Verdict.BAD_COMMIT


def test_nobody_revoked_signs_for_a_team() -> None:
    view = box.revoked(box.staff(), ANNA, 8)
    world = World("team", view)
    world.post(world.commit0(SEEKER, 1, [SEEKER.entry(1, Role.SEEKER), box.team_entry(2)]))
    anna, seeker = world.device(ANNA, as_team=True), world.device(SEEKER)
    box.sync(world, anna, seeker)
    world.post(seeker.write())
    box.sync(world, anna, seeker)
    roster = [SEEKER.entry(1, Role.SEEKER), ANNA.entry(3, Role.COUNSELLOR)]
    raw = anna.commit(roster, world.es(1), by=ANNA.certificate_hash, sidx=2)
    assert seeker.transcript.take(3, raw).verdict is Verdict.NOT_MEMBER


def test_nobody_has_read_more_than_they_have() -> None:
    world, seeker, anna = box.live_chat()
    world.post(anna.write(Kind.ACKNOWLEDGEMENT, b"\x91\x63"))
    box.sync(world, seeker)
    assert seeker.transcript.read_by(2) == 1


def test_a_lost_share_opens_not_even_the_first_commit_and_stops() -> None:
    world, _, _ = box.live_chat()
    holder = replace(world.holder(SEEKER.kem), share=Share(bytes(32)))
    transcript = reading.start(world.box16, world.es0, holder, world.staff)
    assert transcript.take(1, world.log[0]).verdict is Verdict.UNREADABLE
    assert transcript.stopped == Notice(NoticeKind.DAMAGED)
    assert transcript.sending_paused


def test_a_pin_reads_back_and_refuses_other_shapes() -> None:
    world, seeker, anna = box.live_chat()
    world.post(anna.write())
    box.sync(world, seeker)
    pin = seeker.transcript.pin()
    assert Pin.decode(pin.encode()) == pin
    again = reading.resume(pin, world.holder(SEEKER.kem), world.staff)
    assert again.pin() == pin
    for raw in (b"\x90", pin.encode()[:-1], pin.encode() + b"\x00"):
        with pytest.raises(NotCanonical):
            Pin.decode(raw)


# --- writing -------------------------------------------------------------------------------------


def test_nothing_is_drafted_while_an_alarm_waits_or_after_a_stop() -> None:
    world, seeker, anna = box.live_chat()
    lie = replace(anna.body(Kind.TEXT, b"\x90"), head=bytes(32))
    seeker.transcript.take(2, world.seal(ANNA, lie))
    with pytest.raises(LocalError):
        seeker.body(Kind.TEXT, b"\x90")
    seeker.transcript.proceed()
    assert seeker.body(Kind.TEXT, b"\x90").head_n == 2
    seeker.transcript.take(4, b"", [NeedKind.ENVELOPES])
    assert seeker.transcript.withheld
    with pytest.raises(LocalError):
        seeker.body(Kind.TEXT, b"\x90")


def test_an_alarm_holds_back_everything_but_the_end() -> None:
    world, seeker, anna = box.live_chat()
    transcript = seeker.transcript
    lie = replace(anna.body(Kind.TEXT, b"\x90"), head=bytes(32))
    transcript.take(2, world.seal(ANNA, lie))
    allowed = [kind for kind in Kind if transcript.may_write(kind)]
    assert allowed == [Kind.CLOSE]
    assert seeker.body(Kind.CLOSE, b"\x90").head_n == 2
    transcript.proceed()
    assert all(transcript.may_write(kind) for kind in Kind)
    transcript.take(4, b"", [NeedKind.ENVELOPES])
    assert seeker.body(Kind.CLOSE, b"\x90").head_n == 2


def test_after_a_stop_not_even_the_end_can_be_sealed() -> None:
    world, _, _ = box.live_chat()
    holder = replace(world.holder(SEEKER.kem), share=Share(bytes(32)))
    transcript = reading.start(world.box16, world.es0, holder, world.staff)
    transcript.take(1, world.log[0])
    assert not transcript.may_write(Kind.CLOSE)


def test_the_keyring_gives_the_secret_of_a_commit_whose_wrap_is_lost_to_this_device() -> None:
    world, seeker, anna = box.live_chat()
    state = anna.transcript.state.roster
    assert state
    raw = anna.commit([*state.entries.values(), BELA.entry(3, Role.COUNSELLOR)], world.es(1))
    holder = replace(world.holder(SEEKER.kem), secrets=(world.es(1),))
    transcript = reading.start(world.box16, world.es0, holder, world.staff)
    assert [transcript.take(n, one).verdict for n, one in ((1, world.log[0]), (2, raw))] == [
        Verdict.OK,
        Verdict.OK,
    ]
    assert transcript.key == epoch.key(world.es(1), world.box16, 1, world.share)
    assert seeker.transcript.take(2, raw).verdict is Verdict.OK


def test_a_certificate_that_ended_is_noticed_once_and_the_talk_goes_on() -> None:
    world, seeker, anna = box.live_chat()
    late = NOW_MS + 2_000_000_000
    answers = []
    for n in (2, 3):
        body = replace(anna.body(Kind.TEXT, b"\x90"), sent_ms=late)
        anna.i += 1
        raw = world.seal(ANNA, body)
        answers.append(seeker.transcript.take(n, raw))
        anna.transcript.take(n, raw)
    assert [one.verdict for one in answers] == [Verdict.OK, Verdict.OK]
    kinds = [[notice.kind for notice in one.notices] for one in answers]
    assert kinds == [[NoticeKind.CERTIFICATE_ENDED], []]


def test_revoked_members_are_named_so_that_nothing_is_sealed_to_them() -> None:
    world, seeker, _ = box.live_chat("world", box.revoked(box.staff(), ANNA, 10))
    assert world.device(SEEKER).transcript.revoked_members(11) == ()  # nobody is in it yet
    assert seeker.transcript.revoked_members(10) == ()
    assert seeker.transcript.revoked_members(11) == (2,)


# --- any run -------------------------------------------------------------------------------------

Runs = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=14)


def _honest_run(run: list[tuple[int, int, bool]]) -> tuple[World, list[Device]]:
    """Three devices, two of one account, each reading late and writing when it likes."""
    world, seeker, anna = box.live_chat()
    second = world.device(ANNA)
    box.sync(world, second)
    devices = [seeker, anna, second]
    for who, reads, acknowledges in run:
        device = devices[who]
        for n in range(device.transcript.state.number + 1, len(world.log) + 1)[:reads]:
            _ = _take(device.transcript, n, world.log[n - 1])
        kind, payload = (
            (Kind.ACKNOWLEDGEMENT, b"\x91\x01") if acknowledges else (Kind.TEXT, b"\x90")
        )
        raw = device.write(kind, payload)
        assert device.transcript.posted(world.post(raw), raw)
    return world, devices


def _take(transcript: Transcript, n: int, raw: bytes) -> Verdict | None:
    answer = transcript.take(n, raw)
    if answer.need is not None:
        answer = transcript.take(n, raw, [answer.need.kind])
    return answer.verdict


@given(Runs)
@settings(max_examples=40, deadline=None)
def test_no_honest_run_raises_an_alarm(run: list[tuple[int, int, bool]]) -> None:
    world, devices = _honest_run(run)
    for device in devices:
        answers = box.sync(world, device)
        assert all(one.verdict is Verdict.OK for one in answers)
        assert not device.transcript.sending_paused


def _dropped(log: list[bytes], at: int) -> list[bytes]:
    return log[:at] + log[at + 1 :]


def _swapped(log: list[bytes], at: int) -> list[bytes]:
    return [*log[:at], log[at + 1], log[at], *log[at + 2 :]]


def _repeated(log: list[bytes], at: int) -> list[bytes]:
    return [*log[: at + 1], log[at], *log[at + 1 :]]


def _spoiled(log: list[bytes], at: int) -> list[bytes]:
    return [*log[:at], b"junk", *log[at + 1 :]]


Lie = Callable[[list[bytes], int], list[bytes]]


@given(Runs, st.sampled_from([_dropped, _swapped, _repeated, _spoiled]), st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_every_lie_of_the_relay_shows_at_the_next_crossing_message(
    run: list[tuple[int, int, bool]], lie: Lie, where: int
) -> None:
    world, (seeker, anna, _) = _honest_run([*run, (0, 3, False), (1, 3, False)])
    box.sync(world, anna)
    at = where % (len(world.log) - 1)
    shown = lie(world.log, at)
    victim = world.device(SEEKER)
    for n, raw in enumerate(shown, start=1):
        _take(victim.transcript, n, raw)
    if not victim.transcript.sending_paused:
        mine = victim.write()
        before = len(anna.transcript.alarms)
        honest = world.device(ANNA)
        box.sync(world, honest)
        assert _take(honest.transcript, len(world.log) + 1, mine) is Verdict.FORK
        assert len(anna.transcript.alarms) == before
    world.post(anna.write())
    _take(victim.transcript, len(shown) + 1, world.log[-1])
    assert victim.transcript.sending_paused
    assert seeker.transcript.own


@given(st.binary(max_size=200), st.integers(0, 30))
def test_any_bytes_get_a_verdict(raw: bytes, n: int) -> None:
    _, seeker, _ = box.live_chat()
    assert _take(seeker.transcript, n, raw) in list(Verdict)
    assert seeker.transcript.take_fleeting(raw) is None


def test_a_body_is_never_taken_for_another_form() -> None:
    world, seeker, anna = box.live_chat()
    body: Body = anna.body(1, b"\x90")
    assert seeker.transcript.take_fleeting(world.seal(ANNA, body)) is None
