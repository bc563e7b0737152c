"""Where a written conversation stands: one function of what its members have signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from clientlib.said import Learned, said_of
from clientlib.standing import Standing, due_day, has_team, is_overdue, is_with_team, standing
from crypto import commit
from crypto.envelope import Kind, open_e1
from crypto.errors import RemoteError
from crypto.roster import BoxKind, Role, RosterEntry, RosterState
from crypto.verdict import Message
from crypto.wire import codec, content
from tests.helpers import box
from tests.helpers.box import ANNA, SEEKER, World

WORLD = World("standing")
ME, TEAM = SEEKER.entry(0, Role.SEEKER), box.team_entry(1)
# Who was written to has the number of the team; who took it over, the next one.
NAMED, TAKER = ANNA.entry(1, Role.COUNSELLOR), ANNA.entry(2, Role.COUNSELLOR)
NOW_MS = 1_795_431_600_000  # Monday, 23 November 2026, 12:00 in Berlin
DAY_MS = 86_400_000
Step = tuple[RosterEntry, Kind]


def payload_of(kind: Kind) -> bytes:
    if kind is Kind.ENQUIRY:
        asked = content.Enquiry(topic="Trennung", subject="Wie weiter?", text="Guten Tag")
        return codec.encode(asked)
    if kind is Kind.TEXT:
        return codec.encode(content.Text(text="Guten Tag"))
    return codec.encode(content.MarkedDone(relation=b""))


def message(n: int, author: RosterEntry, kind: Kind, payload: bytes | None = None) -> Message:
    raw = payload_of(kind) if payload is None else payload
    body = replace(WORLD.first_body(raw, author.sidx), kind=kind, sent_ms=NOW_MS + n)
    return Message(n=n, opened=open_e1(WORLD.seal(SEEKER, body), WORLD.key()), author=author)


def learned_from(steps: Sequence[Step]) -> Learned:
    learned = Learned()
    for n, (author, kind) in enumerate(steps, 3):
        learned.learn(message(n, author, kind))
    return learned


def roster(epoch: int, *members: RosterEntry) -> RosterState:
    first = commit.make_commit0(WORLD.box16, BoxKind.CASE, members, WORLD.es0, WORLD.share)
    return replace(commit.state_of(WORLD.box16, first), epoch=epoch)


WAITS = roster(0, ME, TEAM)
TAKEN = roster(1, ME, TAKER)
ADDRESSED = roster(0, ME, NAMED)
ASKED: Step = (ME, Kind.ENQUIRY)
ANSWER: Step = (TAKER, Kind.TEXT)
DONE: Step = (TAKER, Kind.DONE)
MORE: Step = (ME, Kind.TEXT)

STANDINGS: dict[str, tuple[RosterState | None, list[Step], Standing]] = {
    "nothing read yet": (None, [], Standing.OPEN),
    "asked": (WAITS, [ASKED], Standing.OPEN),
    "asked and asked on": (WAITS, [ASKED, MORE], Standing.OPEN),
    "taken over": (TAKEN, [ASKED], Standing.TAKEN),
    "read, as an acknowledgement says": (
        TAKEN,
        [ASKED, (TAKER, Kind.ACKNOWLEDGEMENT)],
        Standing.TAKEN,
    ),
    "answered": (TAKEN, [ASKED, ANSWER], Standing.ANSWERED),
    "answered with a file": (TAKEN, [ASKED, (TAKER, Kind.FILE)], Standing.ANSWERED),
    "asked on": (TAKEN, [ASKED, ANSWER, MORE], Standing.TAKEN),
    "done": (TAKEN, [ASKED, ANSWER, DONE], Standing.DONE),
    "done without a word": (TAKEN, [ASKED, DONE], Standing.DONE),
    "taken up by the seeker": (TAKEN, [ASKED, ANSWER, DONE, MORE], Standing.TAKEN),
    "taken up by the counsellor": (TAKEN, [ASKED, DONE, ANSWER], Standing.ANSWERED),
    "taken up with a file": (TAKEN, [ASKED, DONE, (ME, Kind.FILE)], Standing.TAKEN),
    "read after it was done": (TAKEN, [ASKED, DONE, (ME, Kind.ACKNOWLEDGEMENT)], Standing.DONE),
    "the seeker cannot mark it": (TAKEN, [ASKED, ANSWER, (ME, Kind.DONE)], Standing.ANSWERED),
    "written to one": (ADDRESSED, [ASKED], Standing.OPEN),
    "read by the one": (ADDRESSED, [ASKED, (NAMED, Kind.ACKNOWLEDGEMENT)], Standing.TAKEN),
    "answered by the one": (ADDRESSED, [ASKED, (NAMED, Kind.TEXT)], Standing.ANSWERED),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_it_stands_where_the_last_word_left_it(name: str) -> None:
    members, steps, where = STANDINGS[name]
    learned = learned_from(steps)
    assert standing(members, learned, is_closed=False) is where
    assert standing(members, learned, is_closed=True) is Standing.CLOSED


def test_a_team_reads_until_somebody_takes_it() -> None:
    # Whoever has taken it answers, and the team that reads along does not.
    both = roster(1, ME, TEAM, TAKER)
    assert (has_team(both), is_with_team(both)) == (True, False)
    assert standing(both, learned_from([(ME, Kind.ENQUIRY)]), is_closed=False) is Standing.TAKEN
    assert is_with_team(WAITS)
    assert not is_with_team(TAKEN)
    assert not is_with_team(None)
    assert has_team(WAITS)
    assert not has_team(TAKEN)
    assert not has_team(None)


def test_topic_and_subject_are_those_of_the_first_enquiry_of_the_seeker() -> None:
    learned = Learned()
    false = codec.encode(content.Enquiry(topic="A", subject="B", text="C"))
    learned.learn(message(2, TAKER, Kind.ENQUIRY, false))
    assert (learned.enquiry_n, learned.topic, learned.subject) == (0, "", "")
    learned.learn(message(3, *ASKED))
    learned.learn(message(4, ME, Kind.ENQUIRY, false))
    assert (learned.enquiry_n, learned.topic, learned.subject) == (3, "Trennung", "Wie weiter?")


def test_an_enquiry_is_shown_as_its_text() -> None:
    assert said_of(message(3, *ASKED), own=None).text == "Guten Tag"


@pytest.mark.parametrize("kind", [Kind.ENQUIRY, Kind.DONE])
def test_what_is_not_what_it_says_is_learned_nothing_from(kind: Kind) -> None:
    learned = Learned()
    with pytest.raises(RemoteError):
        learned.learn(message(3, TAKER, kind, b"\x92\x01\x02"))
    assert learned == Learned()


def test_the_answer_is_due_from_the_first_word_that_waits_for_one() -> None:
    learned = learned_from([ASKED, MORE])
    assert due_day(learned, 2, ()) == date(2026, 11, 25)
    assert learned.waiting_since_ms == NOW_MS + 3
    assert due_day(learned_from([ASKED, ANSWER]), 2, ()) is None
    assert due_day(learned_from([ASKED, DONE]), 2, ()) is None
    assert learned_from([ASKED, ANSWER, MORE]).waiting_since_ms == NOW_MS + 5


def test_it_is_overdue_once_the_promised_day_is_over() -> None:
    due = due_day(learned_from([ASKED]), 2, ())
    for where in Standing:
        is_owed = where in (Standing.OPEN, Standing.TAKEN)
        assert not is_overdue(where, due, NOW_MS + 2 * DAY_MS)
        assert is_overdue(where, due, NOW_MS + 3 * DAY_MS) is is_owed
        assert not is_overdue(where, None, NOW_MS + 3 * DAY_MS)
