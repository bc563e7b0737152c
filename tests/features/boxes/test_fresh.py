"""What was just posted reaches its readers without being read back, judged as if it were."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import boxes
from crypto.wire.base import ALL_RIGHTS, Right
from crypto.wire.codec import encode_event
from e2e_server.features.boxes import relay
from e2e_server.features.boxes.fresh import ROUND_BYTES, Fresh
from e2e_server.features.boxes.jobs import sweep
from e2e_server.features.boxes.readers import BoxLooks, BoxReader
from e2e_server.kernel.connection import Connection
from tests.features.boxes.test_looks import CountedReads
from tests.helpers.livecast import Counsellor, House, Seeker, e1, held, house, kid_of

BOX16 = bytes(16)
TEXTS = ("one", "two", "three")


class Listener:
    """A line of its own that follows Sam's box from number 2 on with Anna's capability."""

    def __init__(self, home: House, anna: Counsellor, sam: Seeker) -> None:
        parts = home.server.relay.parts
        self.fresh = parts.services.get(Fresh)
        self.reads = CountedReads(parts.db)
        self.sent: list[bytes] = []
        self.line = Connection(parts.bus, b"", self.sent.append)
        self.topic = relay.topic(sam.box16)
        hashed = cap_hash(CapSecret(anna.cap_of(sam)))
        looks = BoxLooks(self.reads)
        self.reader = BoxReader(self.line, looks, self.fresh, sam.box16, held(hashed))
        self.reader.start(2, told_closed=False)
        self.line.subscribe(self.topic, self.reader)


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Seeker, Listener]]:
    """A running chat and somebody who waits for its next envelope."""
    async with house(folder) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        yield home, anna, sam, Listener(home, anna, sam)


def stored(sam: Seeker, n: int, text: str) -> bytes:
    envelope = e1(sam.box16, sam.kid, text)
    return encode_event(boxes.EnvelopeStored(box16=sam.box16, n=n, e1=envelope))


async def test_who_waits_gets_a_post_without_a_look(tmp_path: Path) -> None:
    async with listening(tmp_path) as (_home, _anna, sam, listener):
        for text in ("one", "two"):
            await sam.post(text)
        await listener.line.read_news()
        # Sent again it keeps its number, and nobody gets it twice.
        assert await sam.post("two") == 3
        await sam.post("three")
        await listener.line.read_news()
        assert listener.sent == [stored(sam, 2 + i, text) for i, text in enumerate(TEXTS)]
        assert listener.reads.reads == 0


async def test_what_is_not_kept_any_more_is_read_back(tmp_path: Path) -> None:
    async with listening(tmp_path) as (home, _anna, sam, listener):
        await sam.post("one")
        for _ in range(2):
            await sweep(home.server.relay.parts)
        for text in ("two", "three"):
            await sam.post(text)
        await listener.line.read_news()
        assert listener.sent == [stored(sam, 2 + i, text) for i, text in enumerate(TEXTS)]
        assert listener.reads.reads == 1


async def test_a_lapsed_capability_gets_nothing_of_what_is_posted_after(tmp_path: Path) -> None:
    async with listening(tmp_path) as (home, _anna, sam, listener):
        rights = ALL_RIGHTS & ~int(Right.READ)
        await home.server.relay.parts.db.write(
            lambda tx: tx.run("UPDATE boxes_caps SET rights = $1 WHERE sidx = 1", rights)
        )
        await sam.post("one")
        await listener.line.read_news()
        assert listener.sent == []
        assert not listener.line.is_subscribed(listener.topic)


async def test_taken_out_in_the_same_turn_gets_nothing_that_comes_after(tmp_path: Path) -> None:
    async with listening(tmp_path) as (_home, _anna, sam, listener):
        step = boxes.Commit(
            box16=sam.box16,
            old_kid=sam.kid,
            new_kid=kid_of("next"),
            e1=e1(sam.box16, sam.kid, "step", 4096),
            caps=(),
            out=(1,),
            letters=(),
        )
        removal = encode_event(boxes.EnvelopeStored(box16=sam.box16, n=3, e1=step.e1))
        theirs = [stored(sam, 2, "one"), removal]
        await sam.post("one")
        await sam.client.call(step, sam.box_cap)
        sam.kid = kid_of("next")
        await sam.post("two")
        # The line was busy: the posts and the removal reach the reader together.
        await listener.line.read_news()
        assert listener.sent == theirs
        assert not listener.line.is_subscribed(listener.topic)


async def test_a_close_is_told_after_the_last_words(tmp_path: Path) -> None:
    async with listening(tmp_path) as (_home, _anna, sam, listener):
        await sam.post("one")
        await sam.client.call(sam.close_command("end"), sam.box_cap)
        await listener.line.read_news()
        assert listener.sent[:2] == [stored(sam, 2, "one"), stored(sam, 3, "end")]
        assert len(listener.sent) == 3


def test_no_more_is_kept_than_two_rounds() -> None:
    fresh = Fresh()
    size = ROUND_BYTES // 8
    for n in range(1, 11):
        fresh.put(BOX16, n, bytes(size), frozenset([bytes(32)]))
    # Each counts twice and its capabilities on top, so three fill a round.
    kept = [n for n in range(1, 11) if fresh.find(BOX16, n) is not None]
    assert kept == [7, 8, 9, 10]
    fresh.end_round()
    assert fresh.find(BOX16, 9) is None
    assert fresh.find(BOX16, 10) is not None
    fresh.end_round()
    assert fresh.find(BOX16, 10) is None
