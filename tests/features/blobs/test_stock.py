"""How much of files a box holds, uploads under way included, and to whom it is told."""

from __future__ import annotations

from pathlib import Path

from crypto.wire import blobs as wire
from crypto.wire.errors import ErrorCode
from e2e_server.kernel.clock import MS_PER_HOUR
from tests.helpers.blobs import MIB, Line, SealedFile
from tests.helpers.livecast import house
from tests.helpers.organisation import seed


async def test_a_box_counts_its_files_and_uploads(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam, tom = await home.chat(anna, "Sam"), await home.chat(anna, "Tom")
        await Line(home, tom, tom.box_cap, tom.client).sends(SealedFile("elsewhere"))
        line = Line(home, sam, sam.box_cap, sam.client)
        stock = wire.BlobStock(box16=sam.box16)
        none = wire.BlobStockReply(attachments=0, attachment_bytes=0)
        assert await sam.client.call(stock, sam.box_cap) == none
        plan, large = SealedFile("plan"), SealedFile("large", 2 * MIB)
        await line.sends(plan)
        await line.put(line.path(large.blob16, 1), large.parts[1])
        found = await anna.client.call(stock, anna.cap_of(sam))
        assert found == wire.BlobStockReply(
            attachments=2, attachment_bytes=len(plan.sealed) + len(large.parts[1])
        )
        # The upload is given up after an hour.
        await home.elapse(MS_PER_HOUR)
        found = await sam.client.call(stock, sam.box_cap)
        assert found == wire.BlobStockReply(attachments=1, attachment_bytes=len(plan.sealed))
        await sam.client.call(sam.close_command(), sam.box_cap)
        assert await anna.client.call(stock, anna.cap_of(sam)) == found
        assert await sam.client.refusal(stock, sam.box_cap) is ErrorCode.UNKNOWN
        await home.elapse(48 * MS_PER_HOUR)
        assert await anna.client.refusal(stock, anna.cap_of(sam)) is ErrorCode.UNKNOWN


async def test_only_readers_of_this_box_are_told(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam, tom = await home.chat(anna, "Sam"), await home.chat(anna, "Tom")
        stock = wire.BlobStock(box16=sam.box16)
        for cap in (tom.box_cap, seed("nobody's")):
            assert await tom.client.refusal(stock, cap) is ErrorCode.UNKNOWN
        await anna.client.call(wire.BlobStock(box16=tom.box16), anna.cap_of(tom))
