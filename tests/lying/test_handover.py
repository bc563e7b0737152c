"""Hand-over and a relay that lies: letters, grants, rows, and what lies before the welcome."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from clientlib.errors import Refused
from clientlib.staff import Staff
from crypto import account, letter
from crypto.errors import RemoteError
from crypto.grant import Grant
from crypto.keys import KemSecret
from crypto.random import random_bytes
from crypto.wire.errors import WireError
from tests.helpers.handover import BEFORE, Scene, alone_with, counsellors, scene_of, team_is
from tests.helpers.server import PORTAL16
from tests.helpers.written import TEXT, at_desk, has, staff_again, texts, writes
from tests.lying.handing import AlwaysLate, Leaves, Shows, Tells, letters_of, resealed
from tests.lying.proxy import Lie
from tests.lying.stage import OUTSIDER, Stage
from tests.lying.test_doors import somebody
from tests.lying.test_enquiries import swept

# What a colleague does who believes: nothing of it may be sent.
BELIEVED = {"page_save", "commit", "swap", "enquiry_taken"}


@pytest.fixture(scope="module")
def built_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage of its own, with a second counsellor in the team."""
    with Stage(tmp_path_factory.mktemp("stage"), enquiries_per_day=1_000) as stage:
        stage.play(lambda: _jonas_joins(stage))
        yield stage


async def _jonas_joins(stage: Stage) -> None:
    cast, maria = stage.honest, stage.maria
    jonas = await cast.counsellor(stage.admin, "jonas", "Jonas K.")
    await team_is(cast, maria, maria, jonas)


def play(
    stage: Stage, act: Callable[[Scene], Awaitable[None]], *, with_history: bool = True
) -> None:
    """Maria hands a case over in truth; then `act`."""

    async def scene() -> None:
        await swept(stage)
        maria, jonas = await stage.lied.signs_in("maria"), await stage.lied.signs_in("jonas")
        seeker = (await somebody(stage)).account
        case = await waiting(stage, maria, jonas, await writes(stage.lied, seeker), with_history)
        try:
            await act(case)
        finally:
            stage.tell(Lie())
            with suppress(WireError):
                await case.enquiry.account.leave(case.enquiry.entry)

    stage.play(scene)


async def waiting(
    stage: Stage, maria: Staff, jonas: Staff, enquiry: Any, with_history: bool
) -> Scene:
    """Jonas has been let in."""
    scene = await scene_of(stage.lied, maria, jonas, enquiry)
    await scene.asks(with_history=with_history)
    await scene.answers()
    await scene.settles()
    return scene


async def believes_nothing(stage: Stage, scene: Scene, *errors: type[Exception]) -> None:
    """Neither look nor taking over sends anything that somebody sends who believes."""
    mark = stage.relay.mark()
    for ask in (scene.other.open_handed, scene.other.succeed):
        with pytest.raises(errors or (RemoteError,)):
            await ask(scene.ticket16)
    assert not BELIEVED & set(stage.relay.sent_since(mark))


def test_what_was_handed_over_in_truth_is_taken(stage: Stage) -> None:
    """Each refusal below differs from this in one thing."""

    async def act(scene: Scene) -> None:
        case = await scene.other.succeed(scene.ticket16)
        assert texts(case.box) == [TEXT, BEFORE]
        await alone_with(scene.theirs, scene.jonas)

    play(stage, act)


def test_letters_of_another_ticket_open_nothing(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        enquiry = await writes(stage.lied, scene.enquiry.account, "Etwas ganz anderes")
        other = await waiting(stage, scene.maria, scene.jonas, enquiry, True)
        stage.tell(Shows(*await letters_of(other)))
        await believes_nothing(stage, scene, Refused)

    play(stage, act)


def test_the_grant_of_another_case_opens_nothing(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        enquiry = await writes(stage.lied, scene.enquiry.account, "Etwas ganz anderes")
        other = await waiting(stage, scene.maria, scene.jonas, enquiry, True)
        welcome, _ = await letters_of(scene)
        _, foreign = await letters_of(other)
        stage.tell(Shows(welcome, foreign))
        await believes_nothing(stage, scene)

    play(stage, act)


@pytest.mark.parametrize("is_named", [False, True])
def test_a_grant_by_somebody_else_opens_nothing(stage: Stage, is_named: bool) -> None:
    """Not even with the very secrets, be it under the name of who wrote the welcome."""

    async def act(scene: Scene) -> None:
        welcome, grant = await letters_of(scene)
        changes = {} if is_named else {"certificate_hash": stage.certificate_of(OUTSIDER)}
        stage.tell(Shows(welcome, resealed(grant, own_key(scene), OUTSIDER.sign, **changes)))
        await believes_nothing(stage, scene, Refused)

    play(stage, act)


def test_a_welcome_by_somebody_who_made_no_commit_opens_nothing(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        welcome, _ = await letters_of(scene)
        named = stage.certificate_of(OUTSIDER)
        forged = resealed(welcome, own_key(scene), OUTSIDER.sign, certificate_hash=named)
        stage.tell(Shows(forged))
        await believes_nothing(stage, scene)

    play(stage, act)


def test_a_seekers_first_letter_hands_nothing_over(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        addressed = await writes(stage.lied, scene.enquiry.account, addressee=scene.jonas.subject16)
        mark = stage.relay.mark()
        with pytest.raises(Refused):
            await scene.other.open_handed(addressed.note.ticket16)
        assert not BELIEVED & set(stage.relay.sent_since(mark))
        await addressed.account.leave(addressed.entry)

    play(stage, act)


def test_two_hand_overs_at_once_are_none(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        welcome, grant = await letters_of(scene)
        for more in ((welcome, welcome, grant), (welcome, grant, grant)):
            stage.tell(Shows(*more))
            await believes_nothing(stage, scene, Refused)

    play(stage, act)


def test_a_row_without_letters_hands_nothing_over(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        _, grant = await letters_of(scene)
        for shown in ((), (grant,)):
            stage.tell(Shows(*shown))
            await believes_nothing(stage, scene, WireError)

    play(stage, act)


def test_a_hidden_grant_leaves_what_comes_from_now_on(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        welcome, _ = await letters_of(scene)
        stage.tell(Shows(welcome))
        handed = await scene.other.open_handed(scene.ticket16)
        assert (handed.with_history, texts(handed.box)) == (False, [])

    play(stage, act)


@pytest.mark.parametrize("n", [2, 3])
def test_a_history_with_a_piece_left_out_is_not_taken(stage: Stage, n: int) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(Leaves(scene.theirs.box16, n, _line_of_jonas(stage)))
        mark = stage.relay.mark()
        with pytest.raises(Refused):
            await scene.other.succeed(scene.ticket16)
        assert not BELIEVED & set(stage.relay.sent_since(mark))

    play(stage, act)


def test_a_word_left_out_after_the_yes_is_told_and_nothing_is_taken(stage: Stage) -> None:
    """Question, yes and commit are there: only the chain that the commit states is another."""

    async def act(scene: Scene) -> None:
        enquiry = await writes(stage.lied, scene.enquiry.account, "Etwas ganz anderes")
        other = await scene_of(stage.lied, scene.maria, scene.jonas, enquiry)
        await other.asks()
        await other.answers()
        left_out = await enquiry.say("Bitte nicht vergessen.")
        await has(other.case.box, "Bitte nicht vergessen.")
        await other.settles()
        stage.tell(Leaves(other.theirs.box16, left_out.n, _line_of_jonas(stage)))
        mark = stage.relay.mark()
        with pytest.raises(Refused):
            await other.other.succeed(other.ticket16)
        assert not BELIEVED & set(stage.relay.sent_since(mark))

    play(stage, act)


def own_key(scene: Scene) -> KemSecret:
    """Jonas's, to which what is handed to him is sealed."""
    return account.staff_kem(scene.jonas.ams)


def _line_of_jonas(stage: Stage) -> int:
    """He was the last to read the list."""
    return next(one.line for one in reversed(stage.relay.sent) if one.name == "enquiries")


def test_nobody_is_taken_out_because_the_service_hides_a_successor(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(Tells())
        staff = await staff_again(stage.lied, scene.maria)
        desk = await at_desk(staff)
        mark = stage.relay.mark()
        await desk.take_up()
        assert "commit" not in stage.relay.sent_since(mark)
        assert len(counsellors(scene.theirs)) == 2
        stage.tell(Lie())
        await desk.cases[scene.ticket16].handing.take_back()
        await alone_with(scene.theirs, scene.maria)

    play(stage, act)


def test_nobody_goes_because_the_service_hides_a_deputy(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        await scene.case.handing.take_back()
        await alone_with(scene.theirs, scene.maria)
        await scene.lends()
        stage.tell(Tells())
        mark = stage.relay.mark()
        maria, jonas = await scene.maria_again(), await scene.jonas_again()
        assert "commit" not in stage.relay.sent_since(mark)
        assert len(counsellors(scene.theirs)) == 2
        await jonas.cases[scene.ticket16].say("Ich bin noch da.")
        await has(maria.cases[scene.ticket16].box, "Ich bin noch da.")

    play(stage, act)


def test_nobody_stands_in_because_the_service_says_so(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        await scene.case.handing.take_back()
        await alone_with(scene.theirs, scene.maria)
        stage.tell(Tells(scene.jonas.subject16))
        maria, jonas = await scene.maria_again(), await at_desk(scene.jonas)
        await jonas.read((PORTAL16,), is_all=True)
        assert jonas.rows[scene.ticket16].deputy == scene.jonas.subject16
        await believes_nothing(stage, replace(scene, other=jonas), WireError)
        assert counsellors(maria.cases[scene.ticket16].box) == [scene.maria.certificate.hash]
        assert scene.theirs.transcript.alarms == []

    play(stage, act)


def test_nobody_tries_for_ever(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(AlwaysLate())
        mark = stage.relay.mark()
        with pytest.raises(Refused):
            await scene.case.handing.take_back()
        with pytest.raises(WireError):
            await scene.other.succeed(scene.ticket16)
        assert stage.relay.sent_since(mark).count("commit") <= 6

    play(stage, act)


def test_a_grant_of_nothing_known_opens_nothing(stage: Stage) -> None:
    """Secrets of the right number that are not those of this box."""

    async def act(scene: Scene) -> None:
        welcome, grant = await letters_of(scene)
        truly = letter.open_letter(grant.e2, own_key(scene))
        secrets = Grant.decode(truly.payload).secrets
        wrong = tuple(type(one)(random_bytes(32)) for one in secrets)
        payload = Grant(box16=scene.theirs.box16, secrets=wrong).encode()
        sign = account.staff_sign(scene.maria.ams)
        stage.tell(Shows(welcome, resealed(grant, own_key(scene), sign, payload=payload)))
        await believes_nothing(stage, scene)

    play(stage, act)
