"""One running chat, read again and again through a relay that lies about what stands in it.

A seeker's page that is loaded anew has nothing of the history, so each lie meets a fresh reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clientlib import begin
from crypto import account, commit, encoding
from crypto.commit import Reason
from crypto.envelope import Kind, Wrap, seal_e1
from crypto.keys import EpochSecret
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.wire import boxes, codec, content
from crypto.wire.base import Command, Event, Reply
from crypto.wire.staff import ProfilesReply
from tests.browser.conftest import Windows
from tests.browser.lies import LyingHouse, Talk, WaryWindows, lying_house, sees, wary_windows, word
from tests.browser.shelf import Shelf
from tests.helpers.organisation import kem_public, sign_secret
from tests.lying.changes import Envelopes
from tests.lying.proxy import Lie, Line

__all__ = ["lying_house", "wary_windows"]

# Commit 0 stands at 1.
FIRST, SECOND = 2, 3
TEXTS = ["eins", "zwei", "drei"]


@pytest.fixture(scope="module", name="talk")
def running_talk(house: LyingHouse, shelf: Shelf) -> Iterator[Talk]:
    """A chat in which Maria has said three things."""
    windows = WaryWindows(shelf)
    house.tell(Lie())
    talk = Talk(house, windows)
    talk.begins()
    for text in TEXTS:
        talk.maria_says(text)
        talk.seeker.reads(text)
    yield talk
    house.tell(Lie())
    talk.ends()
    windows.close()


def again(talk: Talk, lie: Lie) -> Page:
    """Load the page anew under this lie."""
    talk.house.tell(lie)
    talk.seeker.page.reload()
    return talk.seeker.page


def test_the_truth_is_read_again(talk: Talk) -> None:
    """Each lie below differs from this in one thing."""
    page = again(talk, Envelopes(lambda n, e1: [(n, e1)]))
    talk.seeker.has_read(*TEXTS)
    expect(page.get_by_role("button", name=word("chat.proceed"))).to_have_count(0)


def _dropped(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    """The rest moves up, so that no number is missing."""
    return [(n, e1)] if n < FIRST else [] if n == FIRST else [(n - 1, e1)]


def _hole(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    return [] if n == SECOND else [(n, e1)]


def _again_as_new(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    return [(n, e1)] if n < FIRST else [(n, e1), (n + 1, e1)] if n == FIRST else [(n + 1, e1)]


def _flipped(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    return [(n, e1[:-1] + bytes([e1[-1] ^ 1]))] if n == FIRST else [(n, e1)]


def _invented(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    """The relay knows box and kid, not the key."""
    return [(n, e1[:60] + random_bytes(len(e1) - 60))] if n == FIRST else [(n, e1)]


def _other_commit(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    return [(n, e1[:60] + random_bytes(len(e1) - 60))] if n == 1 else [(n, e1)]


class Swaps(Envelopes):
    """Shows the first two messages in each other's place."""

    def __init__(self) -> None:
        super().__init__(self._swapped)
        self.held: dict[int, bytes] = {}

    def _swapped(self, n: int, e1: bytes) -> list[tuple[int, bytes]]:
        if n not in (FIRST, SECOND):
            return [(n, e1)]
        self.held[n] = e1
        if len(self.held) < 2:
            return []
        held, self.held = self.held, {}
        return [(FIRST, held[SECOND]), (SECOND, held[FIRST])]


LIES: dict[str, tuple[Lie, list[str], list[str]]] = {
    # What the relay does, what is shown of three messages, and which words are beside it.
    "dropped": (Envelopes(_dropped), ["zwei", "drei"], ["chat.fork", "chat.line_message_missing"]),
    "hole": (Envelopes(_hole), ["eins"], ["chat.stop_withheld"]),
    "reordered": (Swaps(), ["zwei", "drei"], ["chat.fork", "chat.line_message_missing"]),
    "repeated": (Envelopes(_again_as_new), TEXTS, ["chat.fork"]),
    "flipped": (Envelopes(_flipped), ["zwei", "drei"], ["chat.fork", "chat.undecryptable"]),
    "invented": (Envelopes(_invented), ["zwei", "drei"], ["chat.fork", "chat.undecryptable"]),
    "commit": (Envelopes(_other_commit), [], ["chat.stop_damaged", "chat.line_box_damaged"]),
}


@pytest.mark.parametrize("name", LIES)
def test_what_the_history_is_not_is_told_and_nothing_is_sent(talk: Talk, name: str) -> None:
    lie, shown, words = LIES[name]
    page = again(talk, lie)
    for key in words:
        sees(page, key, name="Maria B.")
    texts = page.get_by_role("log").get_by_text(re.compile(f"^({'|'.join(TEXTS)})$"))
    expect(texts).to_have_text(shown)
    expect(page.get_by_text(word("chat.line_box_damaged"))).to_have_count(int(name == "commit"))
    if name != "commit":
        page.locator("#message-field").fill("Hallo?")
        expect(page.get_by_role("button", name="Senden")).to_be_disabled()


# What only a member's own keys can make: the relay has them from somebody who helps it.
OTHER_SECRET = EpochSecret(random_bytes(EpochSecret.SIZE_BYTES))


def said(talk: Talk, stream: int, **changes: Any) -> bytes:
    """A text by Maria that the relay has not numbered yet."""
    return _sealed(talk, stream, Kind.TEXT, codec.encode(content.Text(text="vier")), **changes)


def let_in(
    talk: Talk,
    *,
    ghost: bool = False,
    es: EpochSecret | None = None,
    reason: Reason = Reason.ADDED,
) -> bytes:
    """A commit by which Maria lets Jonas in; `es`: what the seeker gets in the secret's place."""
    roster, view = talk.hers.transcript.state.roster, talk.maria.log.view
    team = view.latest_team(talk.house.cast.team16)
    assert roster is not None
    assert team is not None
    (jonas,) = [one for one in team.team.members if one != talk.maria.subject16]
    entry = begin.counsellor_entry(view.own_certificates(jonas)[-1], roster.highest_sidx + 1)
    if ghost:
        entry = replace(
            entry, sign_pk=sign_public(sign_secret("relay")), kem_pk=kem_public("relay")
        )
    staying = tuple(roster.entries.values())
    drawn = EpochSecret(random_bytes(EpochSecret.SIZE_BYTES))
    news, wraps = commit.make_commit(roster, (*staying, entry), reason, drawn)
    if es is not None:
        wraps = tuple(commit.wrap(one, roster.box16, news.epoch, es) for one in staying)
        news = replace(news, wraps_hash=commit.wraps_hash(wraps))
    return _sealed(talk, 98, Kind.COMMIT, news.encode(), wraps)


def _sealed(
    talk: Talk,
    stream: int,
    kind: Kind,
    payload: bytes,
    wraps: Sequence[Wrap] = (),
    **changes: Any,
) -> bytes:
    transcript, now_ms = talk.hers.transcript, talk.house.cast.now_ms()
    log_n = transcript.state.log_n
    body = transcript.draft(
        kind=kind, stream=stream, i=0, sent_ms=now_ms, log_n=log_n, payload=payload
    )
    sign = account.staff_sign(talk.maria.ams)
    return seal_e1(transcript.key, sign, replace(body, **changes), wraps)


MEMBERS: dict[str, tuple[Callable[[Talk], list[bytes]], list[str], str]] = {
    # What comes after the three messages, and which words, about whom, are beside them.
    "split secret": (lambda talk: [let_in(talk, es=OTHER_SECRET)], ["chat.stop_damaged"], ""),
    "ghost": (lambda talk: [let_in(talk, ghost=True)], ["chat.stop_damaged"], ""),
    "uninvited": (lambda talk: [let_in(talk)], ["chat.stop_uninvited"], "Jonas K."),
    "uninvited, nameless": (
        lambda talk: [let_in(talk)],
        ["chat.stop_uninvited"],
        "Jemand anderes aus dem Team",
    ),
    "old epoch": (
        lambda talk: [let_in(talk), said(talk, 97)],
        ["chat.stop_uninvited", "chat.undecryptable"],
        "Jonas K.",
    ),
    "other log": (
        lambda talk: [said(talk, 96, log_root=b"f" * 32)],
        ["chat.fork", "logproof.words"],
        "Maria B.",
    ),
}


class NoNames(Envelopes):
    """Keeps back who is called what, too."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, ProfilesReply):
            return ProfilesReply(profiles=())
        return super().reply(line, command, reply)


@pytest.mark.parametrize("name", MEMBERS)
def test_what_no_member_may_do_is_told_and_nothing_is_sent(talk: Talk, name: str) -> None:
    make, words, who = MEMBERS[name]
    later, last = make(talk), max(standing(talk))

    def shown(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        if n != last:
            return [(n + len(later) if n > last else n, e1)]
        return [(n, e1), *((n + 1 + at, raw) for at, raw in enumerate(later))]

    page = again(talk, NoNames(shown) if name == "uninvited, nameless" else Envelopes(shown))
    for key in words:
        sees(page, key, name=who)
    texts = page.get_by_role("log").get_by_text(re.compile(f"^({'|'.join([*TEXTS, 'vier'])})$"))
    expect(texts).to_have_text([*TEXTS, "vier"] if name == "other log" else TEXTS)
    mark = talk.house.relay.mark()
    page.locator("#message-field").fill("Hallo?")
    expect(page.get_by_role("button", name="Senden")).to_be_disabled()
    assert "post" not in talk.house.relay.sent_since(mark)


def test_an_envelope_of_another_chat_is_not_read(talk: Talk, wary: Windows) -> None:
    other = Talk(talk.house, wary)
    other.begins()
    other.maria_says("nur für jemand anderes")
    foreign = standing(other)[FIRST]
    page = again(talk, Envelopes(lambda n, e1: [(n, foreign if n == FIRST else e1)]))
    sees(page, "chat.undecryptable")
    sees(page, "chat.fork", name="Maria B.")
    expect(page.get_by_text("nur für jemand anderes")).to_have_count(0)
    talk.house.tell(Lie())
    other.ends()


def standing(talk: Talk) -> dict[int, bytes]:
    """The envelopes as they stand."""

    async def read() -> dict[int, bytes]:
        box = talk.hers
        page = await box.relay.request(boxes.Read(box16=box.box16, start=1), box._cap)
        return {row.n: row.e1 for row in page.rows}

    return talk.house.server.run(read)


def test_frames_that_are_none_cost_the_line_and_nothing_else(talk: Talk) -> None:
    """Nested, oversized, reflected and broken ones: the page hangs up, comes again and goes on."""
    page = again(talk, Lie())
    talk.seeker.has_read(*TEXTS)
    house, box16 = talk.house, talk.hers.box16
    event = codec.Frame.EVENT.value
    frames = {
        "nested": b"\x91" * 64 + b"\x90",
        "reflected": codec.encode_command(7, boxes.Read(box16=box16, start=1), b""),
        "oversized": encoding.encode([event, "envelope", [box16, 9, bytes(2_000_000)]]),
    }
    for raw in frames.values():
        line = house.relay.lines[-1]
        house.server.run(lambda line=line, raw=raw: line.send_raw(raw))
        house.server.run(line.gone.wait)
        house.server.run(lambda line=line: house.relay.another(line))
        sees(page, "common.online_again")
    talk.maria_says("noch da")
    talk.seeker.reads("noch da")


class KeepsFleeting(Lie):
    """Keeps what is fleeting, to show it once more."""

    def __init__(self) -> None:
        self.seen: list[boxes.FleetingSeen] = []

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if isinstance(event, boxes.FleetingSeen):
            self.seen.append(event)
        return (event,)


def test_a_fleeting_sign_counts_once(talk: Talk) -> None:
    lie = KeepsFleeting()
    page = again(talk, lie)
    talk.seeker.reads("drei")
    typing = page.get_by_text(word("chat.typing", name="Maria B."))
    talk.house.server.run(lambda: talk.hers.type_now(True))
    expect(typing.first).to_be_visible()
    talk.maria_says("getippt")
    talk.seeker.reads("getippt")
    expect(typing).to_have_count(0)
    line = talk.house.relay.lines[-1]
    talk.house.server.run(lambda: line.say(lie.seen[0]))
    talk.maria_says("danach")
    talk.seeker.reads("danach")
    expect(typing).to_have_count(0)
