"""A conversation that a counsellor begins, and a relay that lies about who came or what stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from clientlib.errors import Disconnected, Refused
from clientlib.newconversation import NewConversation
from clientlib.readmission import Answer
from clientlib.relay import RelayClient
from crypto import account as keys
from crypto import kem
from crypto.errors import BadTag
from crypto.keys import KemPublic, SignPublic
from crypto.primitives import sign_public
from crypto.wire.base import Command
from crypto.wire.boxes import ReadReply
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.invitations import InviteReadReply
from tests.helpers.actors import Cast
from tests.helpers.returning import NEW_NAME, answers
from tests.helpers.written import at_desk, centre, has, portal_of, staff_again
from tests.test_newaccess_lies import answering


def somebody() -> dict[str, bytes]:
    """Keys that nobody invited has left."""
    mine = keys.conversation(keys.new_account_secret(), bytes(16))
    return {"sign_pk": sign_public(mine.sign).raw, "kem_pk": kem.public(mine.kem).raw}


@contextmanager
def refusing(relay: RelayClient) -> Iterator[None]:
    """It says that a commit stands, and keeps none."""
    real = relay.request

    async def request(command: Command[Any], credential: bytes = b"") -> Any:
        if command.META.name == "commit":
            raise WireError(ErrorCode.STALE)
        return await real(command, credential)

    with mock.patch.object(relay, "request", request):
        yield


@contextmanager
def stopping_after_the_commit(relay: RelayClient) -> Iterator[None]:
    """The line breaks before its answer comes."""
    real = relay.request

    async def request(command: Command[Any], credential: bytes = b"") -> Any:
        reply = await real(command, credential)
        if command.META.name == "commit":
            raise Disconnected("gone")
        return reply

    with mock.patch.object(relay, "request", request):
        yield


async def test_keys_of_somebody_without_the_words_begin_nothing(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de")
    arrival = await answers(cast, await cast.registers(NEW_NAME), new.pending.words)
    false = somebody()

    def change(_: Command[Any], reply: Any) -> Any:
        if not isinstance(reply, InviteReadReply):
            return reply
        left = tuple(dataclasses.replace(one, **false) for one in reply.answers)
        return dataclasses.replace(reply, answers=left)

    with answering(maria.relay, change) as asked, pytest.raises(BadTag):
        await new.look()
    assert "create" not in asked
    answer = await new.look()
    assert answer is not None
    await new.confirm(answer)
    assert await arrival.check() is not None


async def test_what_is_said_to_stand_is_believed_with_the_same_newcomer_only(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de")
    arrival = await answers(cast, await cast.registers(NEW_NAME), new.pending.words)
    answer = await new.look()
    assert answer is not None
    with refusing(maria.relay), pytest.raises(Refused):
        await new.confirm(answer)
    assert await arrival.check() is None
    # Another device has let somebody else in, to whom the relay gave the answer's place.
    device = await staff_again(cast, maria)
    (there,) = NewConversation.under_way(device, portal_of(cast))
    with stopping_after_the_commit(device.relay), pytest.raises(Disconnected):
        await there.confirm(Answer(**_keys(somebody()), cap_hash=answer.cap_hash))
    with pytest.raises(Refused):
        await new.confirm(answer)
    # It is no conversation of this device's.
    assert new.pending.words


async def test_a_box_that_is_said_to_be_empty_is_not_taken_for_begun(cast: Cast) -> None:
    (maria,) = await centre(cast, "maria")
    new = await NewConversation.begin(maria, portal_of(cast), "de")
    arrival = await answers(cast, await cast.registers(NEW_NAME), new.pending.words)
    answer = await new.look()
    assert answer is not None
    device = await staff_again(cast, maria)
    (same,) = NewConversation.under_way(device, portal_of(cast))
    with stopping_after_the_commit(device.relay), pytest.raises(Disconnected):
        await same.confirm(answer)

    def empty(_: Command[Any], reply: Any) -> Any:
        return dataclasses.replace(reply, rows=()) if isinstance(reply, ReadReply) else reply

    with answering(maria.relay, empty), pytest.raises(Refused):
        await new.confirm(answer)
    await new.confirm(answer)
    found = await arrival.check()
    assert found is not None
    (case,) = await (await at_desk(await staff_again(cast, maria))).take_up()
    await found.say("Da bin ich.")
    await has(case.box, "Da bin ich.")


def _keys(raw: dict[str, bytes]) -> dict[str, Any]:
    return {"sign_pk": SignPublic(raw["sign_pk"]), "kem_pk": KemPublic(raw["kem_pk"])}
