"""Frames that are none, stamps that cost too much, names nobody signed; and what is no fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgpack
import pytest

from clientlib import accounts
from clientlib.errors import Disconnected
from crypto import encoding, ownprofile, profile
from crypto.errors import RemoteError
from crypto.wire import codec
from crypto.wire.base import Command, Reply
from crypto.wire.kernel import Challenge, Ping
from crypto.wire.staff import ProfilesReply
from tests.helpers.organisation import sign_secret
from tests.lying.proxy import Lie, Line
from tests.lying.stage import Stage

PING = 1  # the number of the first request on a new line


def _reply(fields: Any) -> bytes:
    return bytes(msgpack.packb([codec.Frame.REPLY.value, PING, fields], use_bin_type=True))


def _nested(depth: int) -> Any:
    return [] if depth == 0 else [_nested(depth - 1)]


class Raw(Lie):
    """Answers the first request with these bytes."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply | bytes:
        return self.raw if isinstance(command, Ping) else reply


BROKEN: dict[str, bytes] = {
    "no msgpack": b"\xc1",
    "empty": b"",
    "not the shortest form": b"\x93\x02\x01\x91\xcd\x00\x01",
    "trailing bytes": _reply([1]) + b"\x00",
    "a map": _reply([{"now": 1}]),
    "a float": _reply([1.5]),
    "nested": _reply(_nested(20)),
    "a bomb of arrays": b"\xdd\xff\xff\xff\xff",
    "an unknown frame": encoding.encode([9, PING, []]),
    "oversized": encoding.encode([2, PING, [bytes(17 * 1024 * 1024)]]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_frame_that_is_none_ends_the_line(stage: Stage, name: str) -> None:
    async def scene() -> None:
        stage.tell(Raw(BROKEN[name]))
        relay = await stage.lied.line()
        with pytest.raises((RemoteError, Disconnected)):
            await relay.request(Ping())
        await relay.lost.wait()

    stage.play(scene)


@pytest.mark.parametrize("fields", [[], [1, 2], [b"x"], ["x"], [2**53]])
def test_a_reply_of_another_shape_is_refused(stage: Stage, fields: list[Any]) -> None:
    """Fields have a fixed number: what is new comes as a new command or event."""

    async def scene() -> None:
        stage.tell(Raw(_reply(fields)))
        relay = await stage.lied.line()
        with pytest.raises((RemoteError, Disconnected)):
            await relay.request(Ping())

    stage.play(scene)


def test_an_unknown_event_and_an_unknown_code_are_no_fault(stage: Stage) -> None:
    """Grease: a newer relay may say more than this client knows."""

    async def scene() -> None:
        relay = await stage.lied.line()
        line = stage.relay.lines[-1]
        await line.send_raw(encoding.encode([codec.Frame.EVENT.value, "brand_new", [1, b"x"]]))
        await line.send_raw(encoding.encode([codec.Frame.REPLY.value, 77, []]))
        assert (await relay.request(Ping())).now_ms == stage.now_ms()

    stage.play(scene)


class Costly(Lie):
    """Asks for more work than any client does."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply | bytes:
        if not isinstance(command, Challenge):
            return reply
        return _reply([bytes(32), 21, 1])


def test_a_stamp_above_twenty_bits_is_not_made(stage: Stage) -> None:
    async def scene() -> None:
        stage.tell(Costly())
        relay = await stage.lied.line()
        mark = stage.relay.mark()
        with pytest.raises(RemoteError):
            await accounts.make_stamp(relay, "wait")
        assert stage.relay.sent_since(mark) == ["challenge"]

    stage.play(scene)


class Profiles(Lie):
    """Changes the public profiles."""

    def __init__(self, change: Callable[[ProfilesReply], ProfilesReply]) -> None:
        self.change = change

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        return self.change(reply) if isinstance(reply, ProfilesReply) else reply


def _renamed(reply: ProfilesReply) -> ProfilesReply:
    rows = []
    for one in reply.profiles:
        shown = replace(profile.Profile.decode(one.profile), name="Jemand anderes")
        rows.append(replace(one, profile=ownprofile.encode_profile(shown)))
    return ProfilesReply(profiles=tuple(rows))


def _self_signed(reply: ProfilesReply) -> ProfilesReply:
    return ProfilesReply(
        profiles=tuple(
            replace(one, signature=ownprofile.sign_profile(sign_secret("relay"), one.profile))
            for one in _renamed(reply).profiles
        )
    )


@pytest.mark.parametrize(
    "change", [_renamed, _self_signed, lambda reply: ProfilesReply(profiles=())]
)
def test_a_name_that_the_certified_key_did_not_sign_is_not_shown(
    stage: Stage, change: Callable[[ProfilesReply], ProfilesReply]
) -> None:
    _shows_no_name(stage, change)


def _shows_no_name(stage: Stage, change: Callable[[ProfilesReply], ProfilesReply]) -> None:
    async def scene() -> None:
        stage.tell(Profiles(change))
        seeker, line = await stage.waiting()
        await line.say(stage.offer(seeker, stage.maria_sign, stage.maria.certificate.hash))
        assert (await seeker.offered()).name == ""
        await seeker.withdraw()

    stage.play(scene)


def test_a_profile_of_somebody_else_is_not_shown(stage: Stage) -> None:
    """Maria signs a profile that is about another subject; the relay shows it as hers."""
    other = ownprofile.encode_profile(
        profile.Profile(subject16=bytes(16), name="Jemand anderes", counter=9)
    )

    def shown(reply: ProfilesReply) -> ProfilesReply:
        signature = ownprofile.sign_profile(stage.maria_sign, other)
        (mine,) = [o for o in reply.profiles if o.subject16 == stage.maria.subject16]
        return ProfilesReply(profiles=(replace(mine, profile=other, signature=signature),))

    _shows_no_name(stage, shown)
