"""The seeker's yes, as everybody in the box reads it: whose word counts, once, and until when."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest

from clientlib import consent
from clientlib.consent import Answer, HandOver, Promise
from crypto.commit import NO_EPOCH_HASH, Commit, Reason
from crypto.encoding import encode
from crypto.envelope import Body, Kind, Opened
from crypto.errors import RemoteError
from crypto.keys import SignPublic
from crypto.levels import Level, Teams
from crypto.roster import NO_CERTIFICATE, NO_SIGN_PK, BoxKind, Role, RosterEntry
from crypto.verdict import Message
from crypto.wire import codec, content
from tests.helpers.organisation import kem_public, seed

COLLEAGUE, OTHER = seed("certificate of a colleague"), seed("certificate of somebody else")
ASKED_N, ADDED_N = 7, 9


def entry(sidx: int, role: Role, certificate: bytes = NO_CERTIFICATE) -> RosterEntry:
    key = NO_SIGN_PK if role is Role.TEAM else SignPublic(seed(f"sign {sidx}"))
    return RosterEntry(
        sidx=sidx,
        role=role,
        sign_pk=key,
        kem_pk=kem_public(f"kem {sidx}"),
        certificate_hash=certificate,
    )


SEEKER = entry(0, Role.SEEKER)
TEAM = entry(1, Role.TEAM, seed("team hash"))
GIVER = entry(2, Role.COUNSELLOR, seed("certificate of who asks"))
NEW = entry(3, Role.COUNSELLOR, COLLEAGUE)
STRANGER = entry(4, Role.COUNSELLOR, OTHER)
LEAD = entry(5, Role.LEAD, seed("certificate of a lead"))


def message(author: RosterEntry, kind: int, payload: bytes, n: int) -> Message:
    body = Body(
        kind=kind,
        sidx=author.sidx,
        stream=0,
        i=0,
        epoch_hash=NO_EPOCH_HASH,
        sent_ms=0,
        head_n=0,
        head=bytes(32),
        log_n=0,
        log_root=bytes(32),
        payload=payload,
    )
    return Message(n=n, opened=mock.Mock(spec=Opened, body=body), author=author)


def ask(
    author: RosterEntry = GIVER,
    n: int = ASKED_N,
    certificate: bytes = COLLEAGUE,
    *,
    is_deputy: int = 0,
) -> Message:
    asked = content.HandOver(certificate_hash=certificate, with_history=1, is_deputy=is_deputy)
    return message(author, Kind.HAND_OVER, codec.encode(asked), n)


def answer(author: RosterEntry, is_yes: int, n: int = ASKED_N) -> Message:
    given = content.HandOverAnswer(n=n, is_yes=is_yes)
    return message(author, Kind.HAND_OVER_ANSWER, codec.encode(given), n + 1)


def commit(
    author: RosterEntry,
    *roster: RosterEntry,
    n: int = ADDED_N,
    reason: Reason = Reason.HAND_OVER,
) -> Message:
    step = Commit(
        epoch=1,
        parent=NO_EPOCH_HASH,
        box_kind=BoxKind.CASE,
        about16=b"",
        roster=roster,
        reason=reason,
        by=b"",
        es_hash=bytes(32),
        share_hash=bytes(32),
        wraps_hash=bytes(32),
    )
    return message(author, Kind.COMMIT, step.encode(), n)


LET_IN = commit(GIVER, SEEKER, GIVER, NEW)
YES, NO = answer(SEEKER, 1), answer(SEEKER, 0)
BACK = answer(GIVER, 0)
SENT_BACK = answer(NEW, 0, ADDED_N)


def after(*messages: Message) -> HandOver | None:
    now: HandOver | None = None
    for one in messages:
        now = consent.heard(now, one)
    return now


def stands(*messages: Message) -> Answer | None:
    now = after(*messages)
    return now.answer if now else None


@pytest.mark.parametrize(
    ("messages", "wanted"),
    [
        ((ask(),), Answer.OPEN),
        ((ask(), YES), Answer.YES),
        ((ask(), NO), Answer.NO),
        ((ask(), NO, YES), Answer.NO),
        ((ask(), YES, NO), Answer.YES),
        ((ask(), BACK), Answer.TAKEN_BACK),
        ((ask(), BACK, YES), Answer.TAKEN_BACK),
        ((ask(), YES, BACK), Answer.TAKEN_BACK),
        ((ask(), NO, BACK), Answer.NO),
        ((ask(), YES, LET_IN), Answer.DONE),
        ((ask(), YES, LET_IN, BACK), Answer.TAKEN_BACK),
        ((ask(), YES, LET_IN, SENT_BACK), Answer.SENT_BACK),
        ((ask(), YES, LET_IN, SENT_BACK, BACK), Answer.SENT_BACK),
        ((ask(), YES, LET_IN, answer(NEW, 0)), Answer.DONE),
        ((ask(), YES, LET_IN, answer(NEW, 1, ADDED_N)), Answer.DONE),
        ((ask(), YES, LET_IN, answer(STRANGER, 0, ADDED_N)), Answer.DONE),
        ((ask(), YES, LET_IN, commit(GIVER, SEEKER, GIVER)), None),
        ((ask(), YES, LET_IN, commit(NEW, SEEKER, NEW)), None),
        ((ask(), YES, commit(GIVER, SEEKER, STRANGER)), None),
        ((ask(), LET_IN), Answer.OPEN),
        ((ask(), NO, LET_IN), Answer.NO),
        ((ask(), YES, commit(STRANGER, SEEKER, GIVER, NEW, STRANGER)), Answer.YES),
        ((ask(), answer(STRANGER, 0)), Answer.OPEN),
        ((ask(), answer(GIVER, 1)), Answer.OPEN),
        ((ask(), answer(SEEKER, 1, 6)), Answer.OPEN),
        ((YES,), None),
        ((ask(SEEKER),), None),
        ((ask(LEAD),), None),
        ((ask(), YES, ask(n=12)), Answer.OPEN),
        ((ask(), YES, ask(n=12), YES), Answer.OPEN),
    ],
)
def test_whose_word_counts_and_until_when(
    messages: tuple[Message, ...], wanted: Answer | None
) -> None:
    assert stands(*messages) is wanted


def test_a_question_names_who_asks_whom_and_how_much() -> None:
    assert after(ask()) == HandOver(
        n=ASKED_N, sidx=GIVER.sidx, certificate_hash=COLLEAGUE, with_history=True
    )
    done = after(ask(), YES, LET_IN)
    assert done is not None
    assert done.added_n == ADDED_N


@pytest.mark.parametrize("kind", [Kind.HAND_OVER, Kind.HAND_OVER_ANSWER])
def test_a_broken_shape_is_said_so(kind: Kind) -> None:
    with pytest.raises(RemoteError):
        consent.heard(after(ask()), message(GIVER, kind, encode([1]), ASKED_N))


def uninvited(now: HandOver | None, made: Message, *added: int) -> list[int]:
    return [one.sidx for one in consent.uninvited(now, made, added, Promise(mock.Mock()))]


def test_only_the_yes_to_this_very_colleague_lets_them_in() -> None:
    agreed = after(ask(), YES)
    assert agreed is not None
    assert uninvited(agreed, LET_IN, NEW.sidx) == []
    both = commit(GIVER, SEEKER, GIVER, NEW, STRANGER)
    assert uninvited(agreed, both, NEW.sidx, STRANGER.sidx) == [STRANGER.sidx]
    for other in (
        None,
        after(ask()),
        after(ask(), NO),
        after(ask(), YES, BACK),
        after(ask(certificate=OTHER), YES),
        after(ask(STRANGER), YES),
        after(ask(), YES, LET_IN),
    ):
        assert uninvited(other, LET_IN, NEW.sidx) == [NEW.sidx]


def test_a_yes_to_standing_in_lets_nobody_go_on_nor_the_other_way() -> None:
    lent = commit(GIVER, SEEKER, GIVER, NEW, reason=Reason.DEPUTY)
    agreed = {is_deputy: after(ask(is_deputy=is_deputy), YES) for is_deputy in (0, 1)}
    for is_deputy, made, wanted in (
        (0, LET_IN, []),
        (1, lent, []),
        (0, lent, [3]),
        (1, LET_IN, [3]),
    ):
        assert uninvited(agreed[is_deputy], made, NEW.sidx) == wanted
        now = consent.heard(agreed[is_deputy], made)
        assert now is not None
        assert now.answer is (Answer.YES if wanted else Answer.DONE)


def test_it_goes_back_to_this_team_and_to_nobody_beside() -> None:
    staff, team16 = mock.Mock(), seed("team16", 16)
    staff.team.side_effect = lambda one: (
        mock.Mock(team=mock.Mock(team16=team16)) if one == TEAM.certificate_hash else None
    )
    back, promise = replace(TEAM, sidx=6), Promise(staff, Teams(team16=team16))

    def comes(made: Message, promise: Promise = promise) -> list[int]:
        added = [one.sidx for one in Commit.decode(made.opened.body.payload).roster if one.sidx > 2]
        return [one.sidx for one in consent.uninvited(None, made, added, promise)]

    assert comes(commit(GIVER, SEEKER, back, reason=Reason.RELEASED)) == []
    for other in (
        commit(GIVER, SEEKER, back, reason=Reason.REMOVED),
        commit(GIVER, SEEKER, GIVER, back, reason=Reason.RELEASED),
        commit(LEAD, SEEKER, back, reason=Reason.RELEASED),
        commit(GIVER, SEEKER, replace(back, certificate_hash=OTHER), reason=Reason.RELEASED),
    ):
        assert comes(other) == [6]
    assert comes(commit(GIVER, SEEKER, NEW, reason=Reason.RELEASED)) == [NEW.sidx]
    assert comes(commit(GIVER, SEEKER, back, NEW, reason=Reason.RELEASED)) == [6, NEW.sidx]
    for elsewhere in (Promise(staff), Promise(staff, Teams(team16=seed("another team16", 16)))):
        assert comes(commit(GIVER, SEEKER, back, reason=Reason.RELEASED), elsewhere) == [6]


def test_a_lead_and_a_team_come_in_by_no_yes() -> None:
    agreed = after(ask(), YES)
    for one in (replace(NEW, role=Role.LEAD), replace(TEAM, sidx=3, certificate_hash=COLLEAGUE)):
        assert uninvited(agreed, commit(GIVER, SEEKER, GIVER, one), 3) == [3]
        assert uninvited(agreed, commit(LEAD, SEEKER, LEAD, one), 3) == [3]


def test_one_of_the_team_takes_it_on_in_the_teams_name_and_no_second() -> None:
    assert uninvited(None, commit(TEAM, SEEKER, GIVER), GIVER.sidx) == []
    two = commit(TEAM, SEEKER, GIVER, NEW)
    assert uninvited(None, two, GIVER.sidx, NEW.sidx) == [GIVER.sidx, NEW.sidx]


@pytest.mark.parametrize("level", list(Level))
def test_what_the_team_may_do_in_its_own_name_is_what_was_said(level: Level) -> None:
    promise = Promise(mock.Mock(), Teams(team16=seed("team16", 16), level=level))
    is_wide = level is Level.WIDE_OPEN

    def comes(added: list[int], removed: list[int], *roster: RosterEntry) -> list[int]:
        made = commit(TEAM, SEEKER, *roster)
        return [one.sidx for one in consent.uninvited(None, made, added, promise, removed)]

    team, giver, new = TEAM.sidx, GIVER.sidx, NEW.sidx
    # Taken by one, and the team goes; or its own next key.
    assert comes([giver], [team], GIVER) == []
    later = replace(TEAM, sidx=9)
    promise.staff.team.return_value = mock.Mock()  # type: ignore[attr-defined]  # the same team
    assert comes([9], [team], later, GIVER) == []
    # The team stays; a colleague goes for the next, or for nobody.
    assert comes([giver], [], TEAM, GIVER) == ([] if is_wide else [giver])
    assert comes([new], [giver], TEAM, NEW) == ([] if is_wide else [new])
    assert comes([], [giver], TEAM) == ([] if is_wide else [team])
    assert comes([new], [team, giver], NEW) == ([] if is_wide else [new])
    # Two who answer were never said, be it that the team goes.
    assert comes([new], [], TEAM, GIVER, NEW) == [new]
    assert comes([new], [team], GIVER, NEW) == [new]


def test_in_a_teams_name_no_other_team_comes_in() -> None:
    later, leads = replace(TEAM, sidx=3, certificate_hash=COLLEAGUE), seed("team of leads")
    of_team = {TEAM.certificate_hash: b"team", COLLEAGUE: b"team", leads: b"leads"}
    staff = mock.Mock()
    staff.team.side_effect = lambda one: (
        mock.Mock(team=mock.Mock(team16=of_team[one])) if one in of_team else None
    )

    def comes(*roster: RosterEntry) -> list[int]:
        made = commit(TEAM, SEEKER, *roster)
        return [one.sidx for one in consent.uninvited(None, made, [3, 4], Promise(staff))]

    # The same team under another key is the same team.
    assert comes(later) == []
    assert comes(replace(later, certificate_hash=leads)) == [3]
    assert comes(replace(later, certificate_hash=OTHER)) == [3]
    assert comes(replace(later, certificate_hash=leads), STRANGER) == [3]


def test_who_the_seeker_lets_in_is_invited_and_the_seekers_own_keys_are_theirs() -> None:
    assert uninvited(None, commit(SEEKER, SEEKER, GIVER), SEEKER.sidx, GIVER.sidx) == []
    assert uninvited(None, commit(GIVER, replace(SEEKER, sidx=6), GIVER), 6) == []
    assert uninvited(None, ask(), NEW.sidx) == []
