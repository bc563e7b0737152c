"""A relay that lies about places: it can steer among the team, and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from clientlib.errors import Refused
from clientlib.recipient import NoPlace
from crypto.wire.enquiries import EnquiryOpen
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.written import SUBJECT, TEXT, TOPIC, new
from tests.lying.proxy import Lie
from tests.lying.stage import AUDITOR, ENDED, OUTSIDER, REVOKED, Stage
from tests.lying.test_doors import somebody
from tests.lying.test_enquiries import swept
from tests.lying.written import Refuses, Steers

SEALED = {"create", "commit", "post", "enquiry_open"}


@pytest.mark.parametrize("whom", [OUTSIDER, ENDED, REVOKED])
def test_nothing_is_sealed_to_somebody_whom_the_relay_calls_the_fallback(
    stage: Stage, whom: Any
) -> None:
    async def scene() -> None:
        await swept(stage)
        account = (await somebody(stage)).account
        enquiry = new(stage.lied, account, stage.maria.subject16)
        await enquiry.keep(TOPIC, SUBJECT, TEXT)
        stage.tell(Steers(whom.subject16))
        with pytest.raises(NoPlace) as no_place:
            await enquiry.send(TOPIC, SUBJECT, TEXT)
        # It may name whom it likes; the log does not list them.
        other = await enquiry.anew(no_place.value.instead)
        mark = stage.relay.mark()
        with pytest.raises(Refused):
            await other.send(TOPIC, SUBJECT, TEXT)
        asked = set(stage.relay.sent_since(mark))
        assert not SEALED & asked
        assert (other.is_draft, other.draft) == (True, TEXT)

    stage.play(scene)


def test_it_can_steer_to_somebody_of_the_team_who_is_named_before(stage: Stage) -> None:
    async def scene() -> None:
        await swept(stage)
        account = (await somebody(stage)).account
        enquiry = new(stage.lied, account, stage.maria.subject16)
        stage.tell(Steers(AUDITOR.subject16))
        mark = stage.relay.mark()
        with pytest.raises(NoPlace) as no_place:
            await enquiry.send(TOPIC, SUBJECT, TEXT)
        assert no_place.value.instead == AUDITOR.subject16
        asked = set(stage.relay.sent_since(mark))
        assert not SEALED & asked

    stage.play(scene)


def test_a_place_that_is_denied_at_the_end_costs_no_word(stage: Stage) -> None:
    async def scene() -> None:
        await swept(stage)
        account = (await somebody(stage)).account
        enquiry = new(stage.lied, account, stage.maria.subject16)
        stage.tell(Refuses(EnquiryOpen, ErrorCode.AT_CAPACITY))
        with pytest.raises(WireError):
            await enquiry.send(TOPIC, SUBJECT, TEXT)
        stage.tell(Lie())
        other = await enquiry.anew()
        assert (other.note.subject, other.draft) == (SUBJECT, TEXT)
        box = await other.send(TOPIC, SUBJECT, TEXT)
        assert [one.text for one in box.said if one.text] == [TEXT]
        await account.leave(other.entry)

    stage.play(scene)
