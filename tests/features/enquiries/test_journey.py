"""A written enquiry from the first word to the purge, over the raw wire."""

from __future__ import annotations

from pathlib import Path

from crypto.wire import boxes, enquiries
from crypto.wire.boxes import BoxState
from crypto.wire.enquiries import EnquiryState
from tests.helpers.livecast import HOUR_MS, Counsellor, e1, house, settled, told
from tests.helpers.writtencast import Writer, accepts, heard, listing, row_of, writer


async def test_from_the_first_word_to_the_purge(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        assert await listing(anna) == ()
        assert await listing(berta) == ()
        sam = await writer(home, "Sam")
        assert await sam.sends() == 1
        await settled(anna.client, berta.client)
        assert heard(anna) == heard(berta) == [(sam.ticket16, EnquiryState.OPEN)]

        # Berta reads the first request with what the letter says: the team's capability.
        asked = enquiries.EnquiryLetter(ticket16=sam.ticket16)
        (letter,) = (await berta.client.call(asked)).letters
        assert (letter.ticket16, letter.e2) == (sam.ticket16, sam.to_team().letters[0])
        read = boxes.Read(box16=sam.box16, start=1)
        first = await berta.client.call(read, sam.join_cap)
        assert (first.head_n, len(first.rows)) == (2, 2)

        await accepts(anna, sam)
        await settled(anna.client, berta.client)
        for one in (anna, berta):
            assert heard(one) == [
                (sam.ticket16, EnquiryState.RESERVED),
                (sam.ticket16, EnquiryState.WAITING),
            ]
        assert (await anna.client.call(asked)).letters == ()
        # Whoever only read in the team's name is not told who has it now, but by the list.
        assert told(berta.client, boxes.EnvelopeStored) == []
        assert await berta.client.refusal(read, sam.join_cap) == "unknown"

        await sam.post("answer", cap=anna.cap_of(sam))
        await mark(anna, sam, EnquiryState.ANSWERED)
        await sam.post("thanks")
        await sam.ticket(enquiries.EnquiryAgain())
        await mark(anna, sam, EnquiryState.DONE)
        await sam.ticket(enquiries.EnquiryAgain())
        row = await row_of(berta, sam)
        assert (row.state, row.assignee) == (EnquiryState.WAITING, anna.person.subject16)

        close = boxes.Close(box16=sam.box16, e1=e1(sam.box16, sam.kid, "close"))
        await anna.client.call(close, anna.cap_of(sam))
        await anna.client.call(enquiries.EnquiryEnd(ticket16=sam.ticket16))
        assert await listing(berta, is_all=1) == ()
        await home.elapse(47 * HOUR_MS)
        for client, cap in ((sam.client, sam.box_cap), (anna.client, anna.cap_of(sam))):
            closed = await client.call(read, cap)
            assert (closed.state, closed.head_n) == (BoxState.CLOSED, 6)
        await home.elapse(HOUR_MS)
        assert await sam.client.refusal(read, sam.box_cap) == "unknown"
        assert await home.rows("SELECT 1 FROM boxes_boxes") == []


async def mark(anna: Counsellor, sam: Writer, state: EnquiryState) -> None:
    await anna.client.call(enquiries.EnquiryMark(ticket16=sam.ticket16, state=state))
