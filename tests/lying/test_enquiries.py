"""Written enquiries and a relay that lies: false letters and takeovers, two winners, hidden steps.

Everybody writes and reads through the lies. The team's key of the stage follows from its name, so a
test may look where a former member could.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from clientlib.box import Box
from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.firstrequest import FirstRequest
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import Standing
from crypto import account
from crypto.certificate import Certificate
from crypto.entry import EntryState
from crypto.envelope import Kind, seal_e1
from crypto.errors import BadProof, RemoteError
from crypto.keyring import TeamSeed
from crypto.keys import EpochSecret, Share
from crypto.random import random_bytes
from crypto.roster import Role, RosterEntry
from crypto.statement import DAY_MS, Team
from crypto.verdict import NoticeKind, Verdict
from crypto.wire import boxes, codec, content
from crypto.wire.base import Command, Reply
from crypto.wire.boxes import EnvelopeStored, GetShare, ShareReply
from crypto.wire.codec import CommandFrame
from crypto.wire.enquiries import Enquiries, EnquiriesReply
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.organisation import Person, kem_public, kem_secret
from tests.helpers.server import PORTAL16
from tests.helpers.written import SUBJECT, TEXT, TOPIC, at_desk, new, texts, writes
from tests.lying.proxy import Lie, Line
from tests.lying.stage import AUDITOR, ENDED, LEAVER, OUTSIDER, REVOKED, Stage
from tests.lying.takeover import Takeover
from tests.lying.test_doors import somebody
from tests.lying.written import (
    BELIEVED,
    TAKEOVER_N,
    Hides,
    Letters,
    OtherShare,
    Plays,
    Refuses,
    ToNobody,
    Withholds,
)


def key_name(epoch: int) -> str:
    """From which name the team's key of this epoch follows; the stage has made the first."""
    return f"team key {epoch}"


async def everybody_leaves(scene: Scene) -> None:
    """The next TEAM, under a new key, is Maria alone."""
    now_ms, view = scene.stage.now_ms(), scene.staff.log.view
    latest = view.latest_team(scene.stage.lied.team16)
    assert latest is not None
    team = Team(
        team16=latest.team.team16,
        epoch=latest.team.epoch + 1,
        kem_pk=kem_public(key_name(latest.team.epoch + 1)),
        members=(scene.staff.subject16,),
    )
    end_ms = now_ms + 20 * DAY_MS
    await scene.staff.log.publish(scene.stage.maria_sign, team.team16, team, now_ms, end_ms)


@dataclass(slots=True)
class Scene:
    """Two enquiries of one person, and Maria at her desk; all of them through the lies."""

    stage: Stage
    staff: Staff
    desk: StaffEnquiries
    enquiry: Enquiry
    other: Enquiry

    @property
    def ticket16(self) -> bytes:
        """Of the first enquiry."""
        return self.enquiry.note.ticket16

    @property
    def theirs(self) -> Box:
        """The seeker's view of it."""
        assert self.enquiry.box is not None
        return self.enquiry.box

    def takeover(self, first: FirstRequest, **changes: Any) -> Takeover:
        """Maria's takeover, with changes."""
        given: dict[str, Any] = {
            "first": first,
            "certificate": self.staff.certificate,
            "sign": self.stage.maria_sign,
        }
        return Takeover(**(given | changes))


async def swept(stage: Stage) -> None:
    """What the tests before have ended is deleted: else the service says that it is late."""
    await stage.server.server.relay.jobs.run_all()


def play(stage: Stage, act: Callable[[Scene], Awaitable[None]]) -> None:
    """Two enquiries are written in truth; then `act`."""

    async def scene() -> None:
        await swept(stage)
        staff = await stage.lied.signs_in("maria")
        latest = staff.log.view.latest_team(stage.lied.team16)
        assert latest is not None
        secret = kem_secret(key_name(latest.team.epoch))
        seed = TeamSeed(team16=latest.team.team16, epoch=latest.team.epoch, seed=secret)
        await staff.keyring.remember_seed(seed)
        seeker = (await somebody(stage)).account
        enquiry = await writes(stage.lied, seeker)
        other = await writes(stage.lied, seeker, "Etwas ganz anderes")
        desk = await at_desk(staff)
        try:
            await act(Scene(stage, staff, desk, enquiry, other))
        finally:
            stage.tell(Lie())
            for one in (enquiry, other):
                with suppress(WireError):
                    await one.account.leave(one.entry)

    stage.play(scene)


# --- letters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_letter_of_another_ticket_opens_nothing(stage: Stage, is_swapped: bool) -> None:
    async def act(scene: Scene) -> None:
        one, other = scene.ticket16, scene.other.note.ticket16
        swapped = {one: other} | ({other: one} if is_swapped else {})
        stage.tell(Letters(swapped))
        for ticket16 in swapped:
            mark = stage.relay.mark()
            for ask in (scene.desk.open, scene.desk.accept):
                with pytest.raises(Refused):
                    await ask(ticket16)
            assert not BELIEVED & set(stage.relay.sent_since(mark))
        stage.tell(Lie())
        assert texts((await scene.desk.open(one)).box) == [TEXT]

    play(stage, act)


def test_the_share_of_another_box_opens_no_first_request(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(OtherShare(scene.theirs.box16, random_bytes(32)))
        mark = stage.relay.mark()
        for ask in (scene.desk.open, scene.desk.accept):
            with pytest.raises(RemoteError):
                await ask(scene.ticket16)
        assert not BELIEVED & set(stage.relay.sent_since(mark))

    play(stage, act)


def test_a_letter_to_a_key_that_is_not_here_opens_nothing(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(ToNobody())
        mark = stage.relay.mark()
        for ask in (scene.desk.open, scene.desk.accept):
            with pytest.raises(Refused):
                await ask(scene.ticket16)
        assert not BELIEVED & set(stage.relay.sent_since(mark))

    play(stage, act)


class Repeats(Lie):
    """Shows the same page of the list for ever."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, EnquiriesReply):
            return replace(reply, has_more=1)
        return reply

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame:
        command = sent.command
        if isinstance(command, Enquiries):
            return replace(sent, command=replace(command, start=0))
        return sent


def test_a_list_that_begins_again_is_not_read_for_ever(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(Repeats())
        with pytest.raises(BadProof):
            await scene.desk.read((PORTAL16,))

    play(stage, act)


def test_a_box_that_does_not_hold_the_letters_commit_is_not_taken(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(Withholds(scene.theirs.box16))
        first = await scene.desk.open(scene.ticket16)
        assert texts(first.box) == []
        mark = stage.relay.mark()
        with pytest.raises(Refused):
            await scene.desk.accept(scene.ticket16)
        assert not BELIEVED & set(stage.relay.sent_since(mark))

    play(stage, act)


# --- takeovers ----------------------------------------------------------------------------------


def _entry(stage: Stage, person: Person, sidx: int) -> RosterEntry:
    return RosterEntry(
        sidx=sidx,
        role=Role.COUNSELLOR,
        sign_pk=person.sign_pk,
        kem_pk=person.kem_pk,
        certificate_hash=stage.certificate_of(person),
    )


def _certificate(stage: Stage, person: Person) -> Certificate:
    return stage.maria.log.view.own_certificates(person.subject16)[-1]


Change = Callable[[Stage], dict[str, Any]]


def _by(person: Person) -> Change:
    return lambda stage: {"certificate": _certificate(stage, person), "sign": person.sign}


TAKEOVERS: dict[str, Change] = {
    "by somebody in no TEAM": _by(OUTSIDER),
    "by a revoked certificate": _by(REVOKED),
    "by a certificate that has ended": _by(ENDED),
    "by an auditor whom TEAM lists": _by(AUDITOR),
    "in Maria's name by another key": lambda _: {"sign": OUTSIDER.sign},
    "for Maria by an outsider": lambda stage: {
        "sign": OUTSIDER.sign,
        "by": stage.certificate_of(OUTSIDER),
    },
    "by nobody": lambda _: {"by": b""},
    "as the seeker": lambda _: {"sidx": 0, "by": b""},
    "with an outsider beside Maria": lambda stage: {"more": (_entry(stage, OUTSIDER, 3),)},
    "with a revoked one beside Maria": lambda stage: {"more": (_entry(stage, REVOKED, 3),)},
    "without the seeker": lambda _: {"without_seeker": True},
    "with another secret for the seeker": lambda _: {"wrapped_es": EpochSecret(random_bytes(32))},
    "with no secret for the seeker": lambda _: {"is_unwrapped": True},
    "with another share": lambda _: {"share": Share(random_bytes(32))},
    "of a later epoch": lambda _: {"commit": {"epoch": 2}},
    "after another commit": lambda _: {"commit": {"parent": b"p" * 32}},
    "about another box": lambda _: {"commit": {"about16": b"b" * 16}},
}


async def shown(scene: Scene, e1: bytes, n: int = TAKEOVER_N) -> list[Verdict | None]:
    """Show the seeker an envelope that the relay never numbered; return how it was judged."""
    theirs = scene.theirs
    line = scene.stage.relay.lines[_line_of(scene)]
    await line.say(EnvelopeStored(box16=theirs.box16, n=n, e1=e1))
    await theirs.wait_until(lambda: len(theirs.taken) >= n)
    return [one.verdict for one in theirs.taken[n - 1 :]]


def _line_of(scene: Scene) -> int:
    """The seeker's line: the one that opened the ticket."""
    sent = scene.stage.relay.sent
    return next(one.line for one in reversed(sent) if one.name == "enquiry_open")


@pytest.mark.parametrize("name", TAKEOVERS)
def test_a_takeover_that_must_not_be_believed_adds_nobody(stage: Stage, name: str) -> None:
    async def act(scene: Scene) -> None:
        first = await scene.desk.open(scene.ticket16)
        e1 = scene.takeover(first, **TAKEOVERS[name](stage)).e1()
        (verdict,) = await shown(scene, e1)
        assert verdict in (Verdict.BAD_COMMIT, Verdict.NOT_MEMBER, Verdict.BAD_SIG)
        roster = scene.theirs.transcript.state.roster
        assert roster is not None
        assert [one.role for one in roster.entries.values()] == [Role.SEEKER, Role.TEAM]
        assert scene.enquiry.standing is Standing.OPEN

    play(stage, act)


def test_a_takeover_by_somebody_in_the_team_is_believed(stage: Stage) -> None:
    """Each refusal above differs from this in one thing."""

    async def act(scene: Scene) -> None:
        first = await scene.desk.open(scene.ticket16)
        assert await shown(scene, scene.takeover(first).e1()) == [Verdict.OK]
        assert scene.enquiry.standing is Standing.TAKEN

    play(stage, act)


def test_what_was_said_before_a_takeover_is_not_read_after_it(stage: Stage) -> None:
    """The relay holds it back until another epoch has begun: who left may know the key before."""

    async def act(scene: Scene) -> None:
        first = await scene.desk.open(scene.ticket16)
        transcript = scene.theirs.transcript
        held = seal_e1(
            transcript.key,
            account.conversation(scene.enquiry.account.ams, scene.theirs.box16).sign,
            transcript.draft(
                kind=Kind.TEXT,
                stream=97,
                i=0,
                sent_ms=stage.now_ms(),
                log_n=transcript.state.log_n,
                payload=codec.encode(content.Text(text="von vorher")),
            ),
        )
        assert await shown(scene, scene.takeover(first).e1()) == [Verdict.OK]
        assert await shown(scene, held, TAKEOVER_N + 1) == [Verdict.OLD_EPOCH]
        assert texts(scene.theirs) == [TEXT]

    play(stage, act)


def test_who_has_left_the_team_takes_nothing_over_that_came_after(stage: Stage) -> None:
    """They hold the team's key and the letter, and the relay plays along: it shows their commit."""

    async def act(scene: Scene) -> None:
        first = await scene.desk.open(scene.ticket16)
        left = scene.takeover(first, certificate=_certificate(stage, LEAVER), sign=LEAVER.sign)
        before = left.e1()
        await everybody_leaves(scene)
        # The seeker's next word states the log as it is now.
        await scene.enquiry.account.log.update()
        await scene.enquiry.say("Und noch etwas.")
        await scene.theirs.wait_until(lambda: len(scene.theirs.taken) > TAKEOVER_N - 1)
        line = stage.relay.lines[_line_of(scene)]
        n = TAKEOVER_N + 1
        await line.say(EnvelopeStored(box16=scene.theirs.box16, n=n, e1=before))
        await scene.theirs.wait_until(lambda: len(scene.theirs.taken) >= n)
        assert scene.theirs.taken[-1].verdict is Verdict.BAD_COMMIT
        assert scene.enquiry.standing is Standing.OPEN

    play(stage, act)


def test_two_who_are_both_told_that_they_won_do_not_both_talk_to_the_seeker(stage: Stage) -> None:
    """The second winner has a box of their own; the seeker's words are not in their epoch."""

    async def act(scene: Scene) -> None:
        second = await stage.lied.signs_in("maria")
        lie = Plays(stage.relay.lines[-1].number, scene.theirs.box16)
        desk = await at_desk(second)
        stage.tell(lie)
        await desk.open(scene.ticket16)
        winner = await scene.desk.accept(scene.ticket16)
        loser = await desk.accept(scene.ticket16)
        assert loser.box.transcript.state.roster is not None
        assert loser.box.transcript.state.roster.epoch == 1
        await winner.say("Guten Tag")
        await scene.theirs.wait_until(lambda: "Guten Tag" in texts(scene.theirs))
        said = await scene.enquiry.say("Danke")
        await winner.box.wait_until(lambda: "Danke" in texts(winner.box))
        raw = await _row(scene, said.n)
        line = stage.relay.lines[lie.line]
        n = loser.box.transcript.state.number + 1
        await line.say(EnvelopeStored(box16=scene.theirs.box16, n=n, e1=raw))
        await loser.box.wait_until(lambda: loser.box.transcript.stopped is not None)
        assert texts(loser.box) == [TEXT]
        assert loser.box.transcript.stopped is not None
        assert loser.box.transcript.stopped.kind is NoticeKind.DAMAGED
        # What the second winner would say is nothing to the seeker.
        assert texts(scene.theirs) == [TEXT, "Guten Tag", "Danke"]

    play(stage, act)


async def _row(scene: Scene, n: int) -> bytes:
    cap = account.conversation(scene.enquiry.account.ams, scene.theirs.box16).cap.raw
    read = boxes.Read(box16=scene.theirs.box16, start=n)
    return (await scene.enquiry.account.relay.request(read, cap)).rows[0].e1


@pytest.mark.parametrize("is_closed_up", [False, True])
def test_a_takeover_that_is_hidden_shows_at_the_first_answer(
    stage: Stage, is_closed_up: bool
) -> None:
    async def act(scene: Scene) -> None:
        stage.tell(Hides(_line_of(scene), is_closed_up=is_closed_up))
        case = await scene.desk.accept(scene.ticket16)
        await case.say("Guten Tag")
        transcript = scene.theirs.transcript
        await scene.theirs.wait_until(lambda: transcript.sending_paused)
        assert "Guten Tag" not in texts(scene.theirs)
        assert scene.enquiry.standing is Standing.OPEN

    play(stage, act)


# --- the seeker's steps -------------------------------------------------------------------------


class ChangesShare(Lie):
    """Gives the box another share once its first commit stands."""

    def __init__(self) -> None:
        self.has_begun = False

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame:
        self.has_begun = self.has_begun or sent.command.META.name == "commit"
        return sent

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        is_asked = self.has_begun and isinstance(command, GetShare)
        return ShareReply(share=bytes(32)) if is_asked else reply


def test_nothing_is_said_into_a_box_with_another_share_and_nothing_is_lost(stage: Stage) -> None:
    async def scene() -> None:
        await swept(stage)
        seeker = (await somebody(stage)).account
        enquiry = new(stage.lied, seeker)
        stage.tell(ChangesShare())
        mark = stage.relay.mark()
        with pytest.raises(Refused):
            await enquiry.send(TOPIC, SUBJECT, TEXT)
        assert not {"post", "enquiry_open"} & set(stage.relay.sent_since(mark))
        assert (enquiry.is_sent, enquiry.draft, enquiry.note.subject) == (False, TEXT, SUBJECT)
        stage.tell(Lie())
        other = await enquiry.anew()
        assert texts(await other.send(other.note.topic, other.note.subject, other.draft)) == [TEXT]
        await other.account.leave(other.entry)

    stage.play(scene)


def test_no_secret_goes_because_the_service_says_so(stage: Stage) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.accept(scene.ticket16)
        box16, name = scene.theirs.box16, scene.enquiry.account.pseudonym
        stage.tell(Refuses(GetShare, ErrorCode.UNKNOWN))
        seeker = await stage.lied.seeker_signs_in(name)
        found = await stage.lied.comes_back(seeker)
        staff = await stage.lied.signs_in("maria")
        desk = await at_desk(staff)
        assert (found.enquiries, await desk.take_up()) == ((), ())
        stage.tell(Lie())
        for entry in (seeker.keyring.entry(box16), staff.keyring.entry(box16)):
            assert entry is not None
            assert (entry.state, entry.secrets == ()) == (EntryState.CLOSED, False)
        found = await stage.lied.comes_back(seeker)
        (there,) = (one for one in found.enquiries if one.box16 == box16)
        assert there.standing is Standing.TAKEN
        (case,) = (one for one in await desk.take_up() if one.box.box16 == box16)
        assert texts(case.box) == [TEXT]

    play(stage, act)
