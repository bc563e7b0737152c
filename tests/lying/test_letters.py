"""Welcome letters that must not be believed: no box is joined, nothing is saved, no cap swapped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clientlib.seeker import Seeker
from clientlib.staff import Staff
from crypto import kem
from crypto.errors import BadProof
from crypto.keys import EpochSecret, KemSecret, Share
from crypto.letter import LetterKind
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.roster import Role, RosterEntry
from crypto.wire import boxes
from crypto.wire.base import Command, Reply
from tests.helpers.organisation import Person, seed, sign_secret
from tests.lying.forge import Forged, Slips
from tests.lying.proxy import Line
from tests.lying.stage import ENDED, OUTSIDER, REVOKED, Stage, seeker_secret

Change = Callable[[Stage, Forged], Slips]
BELIEVED = {"swap", "page_save"}


def _fields(**changes: Any) -> Change:
    def change(stage: Stage, forged: Forged) -> Slips:
        for name, value in changes.items():
            setattr(forged, name, value)
        return Slips(forged)

    return change


def _ghost(person: Person) -> Change:
    """A third reader whom the log knows, but who may not be there."""

    def change(stage: Stage, forged: Forged) -> Slips:
        ghost = RosterEntry(
            sidx=2,
            role=Role.COUNSELLOR,
            sign_pk=person.sign_pk,
            kem_pk=person.kem_pk,
            certificate_hash=stage.certificate_of(person),
        )
        forged.roster = (forged.seeker_entry(), forged.counsellor_entry(), ghost)
        return Slips(forged)

    return change


def _second_seeker(stage: Stage, forged: Forged) -> Slips:
    ghost = RosterEntry(
        sidx=2,
        role=Role.SEEKER,
        sign_pk=sign_public(sign_secret("relay")),
        kem_pk=kem.public(KemSecret(seed("relay"))),
    )
    forged.roster = (forged.seeker_entry(), forged.counsellor_entry(), ghost)
    return Slips(forged)


def _uncertified(stage: Stage, forged: Forged) -> Slips:
    """The relay's own key under Maria's certificate, to read beside her."""
    ghost = replace(forged.counsellor_entry(), sidx=2, kem_pk=kem.public(KemSecret(seed("relay"))))
    ghost = replace(ghost, sign_pk=sign_public(sign_secret("relay")))
    forged.roster = (forged.seeker_entry(), forged.counsellor_entry(), ghost)
    return Slips(forged)


def _without_me(stage: Stage, forged: Forged) -> Slips:
    other = replace(forged.counsellor_entry(), kem_pk=kem.public(KemSecret(seed("relay"))))
    forged.roster = (forged.seeker_entry(), other)
    return Slips(forged)


def _not_by_the_accepted(stage: Stage, forged: Forged) -> Slips:
    """The letter is signed by the accepted key, the commit in it by another."""
    forged.commit_sign = sign_secret("relay")
    return Slips(forged)


def _other_author(stage: Stage, forged: Forged) -> Slips:
    """The accepted key signs, but another entry stands for who wrote."""
    other = replace(forged.seeker_entry(), sign_pk=sign_public(sign_secret("relay")))
    forged.roster = (other, forged.counsellor_entry())
    return Slips(forged)


def _wrong_share(stage: Stage, forged: Forged) -> Slips:
    return Slips(forged, share=random_bytes(32))


def _flipped(stage: Stage, forged: Forged) -> Slips:
    e2 = forged.e2(forged.e1())
    return Slips(forged, e2=e2[:-1] + bytes([e2[-1] ^ 1]))


def _other_inbox(stage: Stage, forged: Forged) -> Slips:
    """A letter to somebody else, shown here."""
    mine = forged.certificate
    forged.certificate = replace(mine, kem_pk=OUTSIDER.kem_pk)
    e2 = forged.e2(forged.e1())
    forged.certificate = mine
    return Slips(forged, e2=e2)


def _forked_log(stage: Stage, forged: Forged) -> Slips:
    forged.body = {"log_root": b"f" * 32}
    return Slips(forged)


LETTERS: dict[str, Change] = {
    "another key": _fields(sign=sign_secret("relay")),
    "commit not by the accepted seeker": _not_by_the_accepted,
    "another author in the roster": _other_author,
    "commit with another share": _fields(commit_share=Share(random_bytes(32))),
    "another share from the relay": _wrong_share,
    "commit with another secret": _fields(commit_es=EpochSecret(random_bytes(32))),
    "letter with another secret": _fields(welcome={"es": EpochSecret(random_bytes(32))}),
    "ghost who is in no TEAM": _ghost(OUTSIDER),
    "ghost whose certificate is revoked": _ghost(REVOKED),
    "ghost whose certificate has ended": _ghost(ENDED),
    "a second seeker": _second_seeker,
    "a key that is not certified": _uncertified,
    "a roster without me": _without_me,
    "a commit not at the start": _fields(body={"head_n": 1}),
    "another chain at the start": _fields(body={"head": bytes(32)}),
    "another kind of message": _fields(body={"kind": 2}),
    "another epoch in the letter": _fields(welcome={"epoch": 1}),
    "another epoch in the commit": _fields(commit={"epoch": 1}),
    "a parent before the first": _fields(commit={"parent": b"p" * 32}),
    "a forked log": _forked_log,
    "a log that is not there yet": _fields(body={"log_n": 4_000}),
    "another box": _fields(welcome={"box16": random_bytes(16)}),
    "a flipped bit": _flipped,
    "a letter to somebody else": _other_inbox,
}


async def accepted(stage: Stage) -> tuple[Staff, Seeker, Forged]:
    """Maria behind the lying relay, who has accepted somebody; and a box that would be right."""
    maria = await stage.lied.signs_in("maria")
    await stage.lied.on_duty(maria)
    seeker, _ = await stage.waiting()
    await maria.wait_until(lambda: seeker.ticket16 in maria.rows)
    await maria.accept(seeker.ticket16)
    forged = Forged(
        view=maria.log.view,
        certificate=maria.certificate,
        sign=seeker_secret(seeker),
        ticket16=seeker.ticket16,
        now_ms=stage.now_ms(),
    )
    return maria, seeker, forged


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_that_must_not_be_believed_opens_nothing(stage: Stage, name: str) -> None:
    async def scene() -> None:
        maria, seeker, forged = await accepted(stage)
        stage.tell(LETTERS[name](stage, forged))
        mark = stage.relay.mark()
        assert await maria.read_inbox() == []
        assert maria.refused_letters == 1
        assert maria.keyring.entry(forged.box16) is None
        assert not BELIEVED & set(stage.relay.sent_since(mark))
        await seeker.withdraw()

    stage.play(scene)


def test_the_letter_that_is_right_in_everything_opens_its_box(stage: Stage) -> None:
    """Each refusal above differs from this in one thing."""

    async def scene() -> None:
        maria, seeker, forged = await accepted(stage)
        stage.tell(Slips(forged))
        (box,) = await maria.read_inbox()
        assert box.box16 == forged.box16
        assert box.transcript.stopped is None
        await box.stop()
        await seeker.withdraw()

    stage.play(scene)


@pytest.mark.parametrize(
    ("field", "value"),
    [("ticket16", seed("other ticket", 16)), ("letter", {"kind": LetterKind.TEAM_SEED})],
    ids=["ticket", "kind"],
)
def test_a_letter_that_is_for_somebody_else_to_judge_waits(
    stage: Stage, field: str, value: object
) -> None:
    """Of a ticket that another device accepted, or of another kind: it is not deleted."""

    async def scene() -> None:
        maria, seeker, forged = await accepted(stage)
        setattr(forged, field, value)
        stage.tell(Slips(forged))
        mark = stage.relay.mark()
        assert await maria.read_inbox() == []
        assert set(stage.relay.sent_since(mark)) == {"inbox_read"}
        await seeker.withdraw()

    stage.play(scene)


def test_the_commit_in_the_box_must_be_the_one_in_the_letter(stage: Stage) -> None:
    """The relay shows another commit 0 than the letter quotes: reading stops."""

    async def scene() -> None:
        maria, seeker, forged = await accepted(stage)
        lie = Slips(forged)
        lie.e1 = forged.e1()  # sealed anew: another nonce, another history
        stage.tell(lie)
        (box,) = await maria.read_inbox()
        assert box.transcript.stopped is not None
        assert box.transcript.sending_paused
        await box.stop()
        await seeker.withdraw()

    stage.play(scene)


class BeginsAgain(Slips):
    """Shows the same page of letters for ever."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, boxes.InboxReadReply):
            slipped = boxes.StoredLetter(letter=7, ticket16=self.forged.ticket16, e2=self.e2)
            return boxes.InboxReadReply(letters=(slipped,))
        return reply


def test_an_inbox_that_begins_again_is_not_read_for_ever(stage: Stage) -> None:
    async def scene() -> None:
        maria, seeker, forged = await accepted(stage)
        stage.tell(BeginsAgain(forged))
        with pytest.raises(BadProof):
            await maria.read_inbox()
        await seeker.withdraw()

    stage.play(scene)
