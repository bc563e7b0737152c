"""A new access and a relay that lies, a colleague who wants in, a client that breaks the rules.

Each lie is told to one side only; what it believes would show at once in box or keyring.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import pytest

from clientlib import commits, readmission
from clientlib.arrival import Arrival
from clientlib.box import Box
from clientlib.case import Case
from clientlib.errors import Refused
from clientlib.newaccess import NewAccess
from clientlib.notes import arrival_note
from clientlib.relay import RelayClient
from crypto import account as keys
from crypto import commit, invitation, kem, letter
from crypto.commit import Reason
from crypto.envelope import Kind
from crypto.errors import BadStatement, BadTag
from crypto.keys import CapSecret, EpochSecret
from crypto.letter import Letter, LetterKind
from crypto.primitives import sign_public
from crypto.roster import Role
from crypto.verdict import NoticeKind, Verdict
from crypto.wire.base import Command, Reply
from crypto.wire.boxes import ReadReply, StoredLetter
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.invitations import InviteAnswered, InviteLettersReply, InviteReadReply
from tests.helpers.actors import Cast
from tests.helpers.returning import (
    NEW_NAME,
    OLD_NAME,
    answers,
    comes_in,
    in_counselling,
    invited,
)
from tests.helpers.written import TEXT, again, at_desk, centre, has, staff_again, texts

Change = Callable[[Command[Any], Any], Any]


@contextmanager
def answering(relay: RelayClient, change: Change) -> Iterator[list[str]]:
    """Let the relay answer something else; returns what was asked."""
    real, asked = relay.request, list[str]()

    async def request(command: Command[Any], credential: bytes = b"") -> Reply:
        asked.append(command.META.name)
        found: Reply = change(command, await real(command, credential))
        return found

    with mock.patch.object(relay, "request", request):
        yield asked


@dataclasses.dataclass(slots=True)
class Scene:
    """Maria has invited; somebody has answered."""

    case: Case
    access: NewAccess
    words: str
    arrival: Arrival


async def scene(cast: Cast, *, others: tuple[str, ...] = ()) -> Scene:
    maria, *_ = await centre(cast, "maria", *others)
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    return Scene(case, access, words, await answers(cast, await cast.registers(NEW_NAME), words))


async def undisturbed(found: Scene) -> None:
    """Nothing has happened: the true answer is confirmed, and the two talk."""
    there = await comes_in(found.access, found.arrival)
    await there.say("Da bin ich wieder.")
    await has(found.case.box, "Da bin ich wieder.")


# --- what the counsellor is shown -----------------------------------------------------------------


@pytest.mark.parametrize("field", ["sign_pk", "kem_pk", "cap_hash"])
async def test_keys_in_the_place_of_the_true_ones_are_refused(cast: Cast, field: str) -> None:
    found = await scene(cast)
    mine = keys.conversation(keys.new_account_secret(), bytes(16))
    false = {
        "sign_pk": sign_public(mine.sign).raw,
        "kem_pk": kem.public(mine.kem).raw,
        "cap_hash": bytes(32),
    }[field]

    def change(command: Command[Any], reply: Any) -> Any:
        if not isinstance(reply, InviteReadReply):
            return reply
        return dataclasses.replace(
            reply,
            answers=tuple(dataclasses.replace(one, **{field: false}) for one in reply.answers),
        )

    relay = found.case._caseload.relay
    with answering(relay, change) as asked, pytest.raises(BadTag):
        await found.access.look()
    assert "commit" not in asked
    await undisturbed(found)


async def test_two_invitations_that_the_relay_swaps_are_both_refused(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    scenes = []
    for n in range(2):
        case, _ = await in_counselling(cast, maria, await cast.registers(f"kiesel-{n}"))
        access, words = await invited(maria, case)
        arrival = await answers(cast, await cast.registers(f"feder-{n}"), words)
        scenes.append(Scene(case, access, words, arrival))
    seen: dict[bytes, tuple[InviteAnswered, ...]] = {}

    def watch(command: Command[Any], reply: Any) -> Any:
        if isinstance(reply, InviteReadReply):
            seen[command.join_id16] = reply.answers  # type: ignore[attr-defined]  # of InviteRead
        return reply

    def swap(command: Command[Any], reply: Any) -> Any:
        if not isinstance(reply, InviteReadReply):
            return reply
        other = next(one for key, one in seen.items() if key != command.join_id16)  # type: ignore[attr-defined]  # of InviteRead
        return dataclasses.replace(reply, answers=other)

    with answering(maria.relay, watch):
        for one in scenes:
            assert await one.access.look() is not None
    with answering(maria.relay, swap):
        for one in scenes:
            with pytest.raises(BadTag):
                await one.access.look()
    for one in scenes:
        await undisturbed(one)


async def test_an_answer_that_somebody_else_was_given_the_place_of_is_told(cast: Cast) -> None:
    """Another device has thrown it away and let somebody else in; this one shows the first."""
    found = await scene(cast)
    answer = await found.access.look()
    assert answer is not None
    staff = await staff_again(cast, found.access._staff)
    (there,) = await (await at_desk(staff)).take_up()
    other = NewAccess(staff, there)
    await other.refuse()
    words = (await other.invite("de")).words
    await comes_in(other, await answers(cast, await cast.registers("ein-dritter"), words))
    await found.case.box.wait_until(lambda: roster_of(found.case).epoch == 2)
    with pytest.raises(Refused):
        await found.access.confirm(answer)
    assert roster_of(found.case).epoch == 2


async def test_a_relay_that_says_stale_for_ever_is_not_asked_for_ever(cast: Cast) -> None:
    found = await scene(cast)
    answer = await found.access.look()
    assert answer is not None

    def change(command: Command[Any], reply: Any) -> Any:
        return reply

    relay = found.case._caseload.relay
    with answering(relay, change) as asked:
        real = relay.request

        async def request(command: Command[Any], credential: bytes = b"") -> Any:
            if command.META.name == "commit":
                asked.append("refused")
                raise WireError(ErrorCode.STALE)
            return await real(command, credential)

        with mock.patch.object(relay, "request", request), pytest.raises(Refused):
            await found.access.confirm(answer)
    assert asked.count("refused") == 5
    await undisturbed(found)


async def test_without_the_history_nobody_is_let_in(cast: Cast) -> None:
    found = await scene(cast)
    answer = await found.access.look()
    assert answer is not None
    taken = found.case.box.taken
    found.case.box.taken = taken[1:]
    with pytest.raises(Refused):
        await found.access.confirm(answer)
    found.case.box.taken = taken
    await undisturbed(found)


async def test_keys_that_would_break_the_conversation_are_refused_before_anything_is_sent(
    cast: Cast,
) -> None:
    """Somebody who knows the words leaves the counsellor's own key."""
    found = await scene(cast)
    answer = await found.access.look()
    assert answer is not None
    maria = found.access._staff.certificate
    relay = found.case._caseload.relay
    for changed in (
        dataclasses.replace(answer, kem_pk=maria.kem_pk),
        dataclasses.replace(answer, sign_pk=maria.sign_pk),
    ):
        with answering(relay, lambda _, reply: reply) as asked, pytest.raises(BadStatement):
            await found.access.confirm(changed)
        assert not {"commit", "invite_ticket", "page_save"} & set(asked)
    await undisturbed(found)


# --- what the newcomer is shown -------------------------------------------------------------------


async def refused(arrival: Arrival, kind: type[Exception], change: Change | None = None) -> None:
    """It is not believed: nothing is kept of it, and it is said why."""
    relay, before = arrival.account.relay, arrival.account.keyring.entries
    with (
        answering(relay, change or (lambda _, reply: reply)) as asked,
        pytest.raises(kind),
    ):
        await arrival.check()
    assert not {"page_save", "invite_done"} & set(asked)
    assert arrival.account.keyring.entries == before
    assert [arrival_note(one) is not None for one in before] == [True]


async def test_a_colleague_without_the_words_lets_nobody_into_another_conversation(
    cast: Cast,
) -> None:
    """Jonas is certified, and the relay tells him the key: he is not who has invited."""
    found = await scene(cast, others=("jonas",))
    jonas = await cast.signs_in("jonas")
    other, _ = await in_counselling(cast, jonas, await cast.registers("ein-dritter"))
    theirs = NewAccess(jonas, other)
    await theirs.invite("de")
    answer = await found.access.look()
    assert answer is not None
    await theirs.confirm(answer)
    await refused(found.arrival, BadTag)


async def confirmed(found: Scene) -> None:
    """Confirm it; whoever takes themselves out reads no further."""
    answer = await found.access.look()
    assert answer is not None
    with suppress(WireError, Refused):
        await found.access.confirm(answer)


async def test_a_grant_of_another_author_counts_nothing(cast: Cast) -> None:
    found = await scene(cast, others=("jonas",))
    jonas = await cast.signs_in("jonas")
    answer = await found.access.look()
    assert answer is not None
    await found.access.confirm(answer)

    def change(command: Command[Any], reply: Any) -> Any:
        if not isinstance(reply, InviteLettersReply):
            return reply
        own = keys.conversation(found.arrival.account.ams, found.arrival.join_id16).kem
        opened = [letter.open_letter(one.e2, own) for one in reply.letters]
        secret = keys.staff_sign(jonas.ams)
        false = [
            dataclasses.replace(
                one, sign_pk=sign_public(secret), certificate_hash=jonas.certificate.hash
            )
            for one in opened
            if one.kind == LetterKind.GRANT
        ]
        letters = [
            one
            for one, note in zip(reply.letters, opened, strict=True)
            if note.kind == LetterKind.WELCOME
        ]
        letters += [
            StoredLetter(
                letter=99, ticket16=b"", e2=letter.seal_letter(kem.public(own), secret, one)
            )
            for one in false
        ]
        return InviteLettersReply(letters=tuple(letters))

    await refused(found.arrival, Refused, change)
    await at_last(found)


async def at_last(found: Scene) -> None:
    """With the truth it opens, and all of it."""
    there = await found.arrival.check()
    assert there is not None
    assert there.box is not None
    assert texts(there.box)[0] == TEXT


async def test_letters_that_name_another_certificate_are_not_believed(cast: Cast) -> None:
    found = await scene(cast, others=("jonas",))
    jonas = await cast.signs_in("jonas")

    def other(**fields: Any) -> Letter:
        return Letter(**{**fields, "certificate_hash": jonas.certificate.hash})

    with mock.patch.object(readmission, "Letter", other):
        await confirmed(found)
    await refused(found.arrival, Refused)


async def test_a_commit_for_another_reason_lets_nobody_in(cast: Cast) -> None:
    found = await scene(cast)
    with mock.patch.object(readmission, "Reason", mock.Mock(NEW_KEY=Reason.ADDED)):
        await confirmed(found)
    await refused(found.arrival, Refused)


async def test_a_seeker_with_another_key_to_sign_is_not_me(cast: Cast) -> None:
    found = await scene(cast)
    answer = await found.access.look()
    assert answer is not None
    other = sign_public(keys.conversation(keys.new_account_secret(), bytes(16)).sign)
    await found.access.confirm(dataclasses.replace(answer, sign_pk=other))
    await refused(found.arrival, Refused)


async def test_an_author_who_leaves_the_newcomer_alone_is_not_believed(cast: Cast) -> None:
    found = await scene(cast)
    real = commit.make_commit

    def alone(previous: Any, roster: Any, *given: Any, **more: Any) -> Any:
        left = tuple(one for one in roster if one.role is Role.SEEKER)
        return real(previous, left, *given, **more)

    with mock.patch.object(commit, "make_commit", alone):
        await confirmed(found)
    await refused(found.arrival, Refused)


@pytest.mark.parametrize("epoch", [0, 1])
async def test_a_grant_that_opens_something_else_is_not_believed(cast: Cast, epoch: int) -> None:
    found = await scene(cast)
    real = commits.history_of

    def false(box: Box) -> tuple[EpochSecret, ...]:
        secrets = list(real(box))
        secrets[epoch] = EpochSecret(bytes(32))
        return tuple(secrets)

    with mock.patch.object(commits, "history_of", false):
        await confirmed(found)
    await refused(found.arrival, Refused)


async def test_a_grant_of_half_a_history_is_not_believed(cast: Cast) -> None:
    found = await scene(cast)
    with mock.patch.object(commits, "history_of", return_value=(EpochSecret(bytes(32)),)):
        await confirmed(found)
    await refused(found.arrival, BadStatement)


async def test_who_holds_back_what_was_granted_is_found_out(cast: Cast) -> None:
    """The relay shows the conversation without its last word before the new access."""
    found = await scene(cast)
    answer = await found.access.look()
    assert answer is not None
    await found.access.confirm(answer)

    def change(command: Command[Any], reply: Any) -> Any:
        if not isinstance(reply, ReadReply):
            return reply
        kept = [one for one in reply.rows if one.n != 3]
        return dataclasses.replace(reply, rows=tuple(kept))

    await refused(found.arrival, Refused, change)
    await at_last(found)


async def test_letters_that_are_none_are_passed_over(cast: Cast) -> None:
    found = await scene(cast)

    def change(command: Command[Any], reply: Any) -> Any:
        if not isinstance(reply, InviteLettersReply):
            return reply
        junk = StoredLetter(letter=1, ticket16=b"", e2=bytes(1500))
        return InviteLettersReply(letters=(junk,))

    await refused(found.arrival, Refused, change)
    await confirmed(found)
    await at_last(found)


# --- the old access -------------------------------------------------------------------------------


async def test_a_relay_that_goes_on_serving_the_old_access_shows_it_nothing(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    case, enquiry = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    old = enquiry.box
    assert old is not None
    access, words = await invited(maria, case)
    there = await comes_in(access, await answers(cast, await cast.registers(NEW_NAME), words))
    await there.say("Nur für Sie.")
    await has(case.box, "Nur für Sie.")
    stored = await cast.server.relay.parts.db.read(
        lambda tx: tx.all(
            """
            SELECT n, bytes_sealed FROM boxes_envelopes JOIN boxes_slots USING (slot)
            WHERE box16 = $1 AND n > $2 ORDER BY n
            """,
            enquiry.box16,
            old.transcript.state.number,
        )
    )
    taken = [old.transcript.take(n, raw) for n, raw in stored]
    assert {one.verdict for one in taken} == {Verdict.BAD_COMMIT}
    assert old.transcript.stopped is not None
    assert old.transcript.stopped.kind is NoticeKind.YOU_WERE_REMOVED
    assert all(one.message is None for one in taken)
    assert not old.transcript.may_write(Kind.TEXT)


async def test_whoever_overheard_the_words_gets_nothing_once_they_are_used(cast: Cast) -> None:
    found = await scene(cast)
    there = await comes_in(found.access, found.arrival)
    # With the words alone nobody reads the letters, makes a welcome of this box, or its ticket.
    secret = invitation.secret_from_words(found.words, cast.root.deployment_id)
    assert invitation.join_id(secret) == found.arrival.join_id16
    late = await again(cast, await cast.registers("ein-dritter"))
    with pytest.raises(WireError) as refusal:
        await answers(cast, late, found.words)
    assert refusal.value.code is ErrorCode.UNKNOWN
    assert there.box is not None
    assert (
        CapSecret(secret).raw
        != keys.conversation(there.account.ams, there.entry.key_context).cap.raw
    )


def roster_of(case: Case) -> Any:
    roster = case.box.transcript.state.roster
    assert roster is not None
    return roster
