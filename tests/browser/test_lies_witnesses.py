"""POLICY demands two witnesses: with them everybody gets in, and without them nobody.

Both witnesses are real ones. The relay has the log's key, so it can sign any checkpoint; what it
cannot make are their lines, over this log and of today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clientlib.audit import witness_cli
from clientlib.audit.witness import Key, Store
from clientlib.translog import publish
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.cosignature import cosign, with_line
from crypto.keys import SignSecret
from crypto.primitives import sign_public
from crypto.wire.base import Command, Reply
from crypto.wire.translog import LogRead, LogReadReply
from tests.browser.conftest import Windows
from tests.browser.lies import (
    READING,
    LyingHouse,
    Talk,
    WaryWindows,
    lying_house,
    sees,
    wary_windows,
    word,
)
from tests.browser.shelf import Shelf
from tests.helpers.actors import PHRASE
from tests.helpers.organisation import ORIGIN, sign_secret
from tests.lying.proxy import Lie, Line

__all__ = ["lying_house", "wary_windows"]

COSIGNED_HOURS = 24
HOUR_MS = 3_600_000
NAMES = ("witness.example/one", "witness.example/two")


@dataclass(slots=True)
class Witnesses:
    """Two who look at the log of this house when they are told to."""

    house: LyingHouse
    stores: list[Store]
    keys: list[Key]
    before: bytes = b""  # their note of too long ago

    def look(self, hours_ago: int = 0) -> None:
        """Both come by."""
        fingerprint = self.house.cast.root.fingerprint
        now_ms = self.house.cast.now_ms() - hours_ago * HOUR_MS
        for store, key in zip(self.stores, self.keys, strict=True):
            url = self.house.server.url
            done = self.house.server.run(
                lambda url=url, store=store, key=key: witness_cli.once(
                    url, store, key, fingerprint, lambda: now_ms
                )
            )
            assert done == witness_cli.DONE

    def policy(self, quorum: int) -> None:
        """The root says who they are, and how many of them are demanded."""
        root, log_key = self.house.cast.root, self.house.server.server.organisation.log_key
        # A POLICY is later than the one before it.
        self.house.server.server.clock.elapse(1)
        leaf, payload = root.policy(
            self.house.cast.now_ms(),
            log_origin=ORIGIN,
            log_pk=sign_public(SignSecret(log_key.raw)),
            retention_hours=48,
            witnesses=tuple((key.name, sign_public(key.secret)) for key in self.keys),
            witness_quorum=quorum,
            cosigned_hours=COSIGNED_HOURS if quorum else 0,
        )
        self.house.server.run(lambda: self._publish(leaf, payload))

    def reply(self) -> LogReadReply:
        """What the relay says of the log without a lie."""

        async def read() -> LogReadReply:
            relay = await self.house.cast.line()
            return await relay.request(LogRead(start=0))

        return self.house.server.run(read)

    async def _publish(self, leaf: bytes, payload: bytes) -> None:
        await publish(await self.house.cast.line(), leaf, payload)


@pytest.fixture(scope="module", name="witnesses")
def demanded_witnesses(house: LyingHouse, tmp_path_factory: pytest.TempPathFactory) -> Witnesses:
    """Named first, then demanded, as the guide says; their first lines are a day and more old."""
    folder: Path = tmp_path_factory.mktemp("witnesses")
    stores = [Store(folder / f"{n}.key", folder / f"{n}.state") for n in range(len(NAMES))]
    fingerprint = house.cast.root.fingerprint
    keys = [store.open(name, fingerprint) for store, name in zip(stores, NAMES, strict=True)]
    found = Witnesses(house, stores, keys)
    found.policy(0)
    found.look(hours_ago=COSIGNED_HOURS + 1)
    found.before = found.reply().cosigned
    found.policy(len(NAMES))
    found.look()
    return found


def test_with_both_witnesses_a_seeker_and_a_counsellor_get_in(
    house: LyingHouse, witnesses: Witnesses, wary: Windows
) -> None:
    """Each refusal below differs from this in one thing."""
    talk = Talk(house, wary)
    talk.begins()
    talk.maria_says("Guten Abend")
    talk.seeker.reads("Guten Abend")
    jonas = wary.desk().page
    signs_in(house, jonas)
    expect(jonas.get_by_role("heading", name="Erstanfragen")).to_be_visible()

    # The log grows, and from now on the witnesses' lines do not come with it.
    house.tell(Shows(b""))
    witnesses.policy(len(NAMES))
    sees(jonas, "workspace.not_witnessed")
    talk.ends()


def signs_in(house: LyingHouse, page: Page) -> None:
    page.goto(f"{house.url}/team")
    page.get_by_label("Anmeldename").fill("jonas")
    page.get_by_label("Passphrase", exact=True).fill(PHRASE)
    page.get_by_role("button", name="Anmelden").click()


class Shows(Lie):
    """Shows this in the place of what the witnesses have signed."""

    def __init__(self, note: bytes) -> None:
        self.note = note

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        return replace(reply, cosigned=self.note) if isinstance(reply, LogReadReply) else reply


def _of_strangers(two: Witnesses) -> bytes:
    """Under the names of the witnesses, by keys that POLICY does not name."""
    return _signed(two, two.reply().checkpoint, [sign_secret(name) for name in NAMES])


def _of_one(two: Witnesses) -> bytes:
    return _signed(two, two.reply().checkpoint, [two.keys[0].secret])


def _of_another_log(two: Witnesses) -> bytes:
    """Witnesses who were shown another log, and signed that."""
    log_key = SignSecret(two.house.server.server.organisation.log_key.raw)
    other = Checkpoint(origin=ORIGIN, size=two.reply().size, root=b"f" * 32)
    return _signed(two, sign_checkpoint(log_key, other), [key.secret for key in two.keys])


def _signed(two: Witnesses, note: bytes, secrets: list[SignSecret]) -> bytes:
    plain, now_s = note, two.house.cast.now_ms() // 1000
    for name, secret in zip(NAMES, secrets, strict=False):
        note = with_line(note, cosign(secret, name, plain, now_s))
    return note


LIES: dict[str, Callable[[Witnesses], bytes]] = {
    "none": lambda _: b"",
    "of yesterday": lambda two: two.before,
    "of one of two": _of_one,
    "of strangers": _of_strangers,
    "of another log": _of_another_log,
}


@pytest.fixture(scope="module", name="talk")
def refused_talk(house: LyingHouse, shelf: Shelf) -> Iterator[Talk]:
    """A seeker whom the relay lies to again and again, who waits anew each time."""
    windows = WaryWindows(shelf)
    house.tell(Lie())
    talk = Talk(house, windows)
    talk.waits()
    yield talk
    house.tell(Lie())
    windows.close()


@pytest.fixture(scope="module", name="jonas")
def refused_desk(house: LyingHouse, shelf: Shelf) -> Iterator[Page]:
    """A counsellor who tries to sign in again and again."""
    windows = WaryWindows(shelf)
    yield windows.desk().page
    house.tell(Lie())
    windows.close()


@pytest.mark.parametrize("name", LIES)
def test_without_lines_of_today_over_this_log_no_chat_begins(
    house: LyingHouse, witnesses: Witnesses, talk: Talk, name: str
) -> None:
    page, line = talk.seeker.page, house.relay.lines[-1]
    house.tell(Shows(LIES[name](witnesses)))
    mark = house.relay.mark()
    talk.is_accepted()
    sees(page, "offer.not_trusted_title")
    sees(page, "offer.not_trusted_witnesses")
    expect(page.get_by_text("Maria B.")).to_have_count(0)
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}
    talk.known = set(talk.maria.rows)
    page.get_by_role("button", name=word("wait.queue_again")).click()
    talk.seeker.is_waiting()


@pytest.mark.parametrize("name", ["of yesterday", "of another log"])
def test_without_lines_of_today_over_this_log_no_counsellor_works(
    house: LyingHouse, witnesses: Witnesses, jonas: Page, name: str
) -> None:
    house.tell(Shows(LIES[name](witnesses)))
    mark = house.relay.mark()
    signs_in(house, jonas)
    sees(jonas, "workspace.sign_in_not_witnessed")
    line = house.relay.lines[-1]
    sent = [one for one in house.relay.sent_since(mark, line) if one != "ping"]
    assert sent == ["sign_in_start", "log_read"]
