"""Who says what about a conversation itself: the seeker their name, who counsels the offer."""

from __future__ import annotations

import pytest

from clientlib.box import Box
from crypto.envelope import Kind
from crypto.verdict import Verdict
from crypto.wire import codec, content
from tests.helpers.actors import Cast, chat
from tests.helpers.enrolled import office

NAME = "kiesel-407"


async def introduces(box: Box, pseudonym: str) -> int:
    given = content.Introduction(pseudonym=pseudonym)
    return (await box.send(Kind.INTRODUCTION, codec.encode(given))).n


async def read_up_to(box: Box, n: int) -> None:
    await box.wait_until(lambda: box.transcript.state.number >= n)


async def test_only_the_seeker_names_themselves_and_only_once(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, _ = await chat(cast, maria)
    n = await introduces(hers, "nicht-meiner")
    await read_up_to(theirs, n)
    await read_up_to(hers, n)
    assert (theirs.pseudonym, hers.pseudonym) == ("", "")
    await introduces(theirs, NAME)
    n = await introduces(theirs, "ein-anderer")
    await read_up_to(hers, n)
    assert hers.pseudonym == NAME


@pytest.mark.parametrize("name", ["", "ab", "zwei worte", "Kiesel-407", "a\u2028bc"])
async def test_a_name_that_nobody_can_have_is_not_shown(cast: Cast, name: str) -> None:
    maria = await office(cast)
    theirs, hers, _ = await chat(cast, maria)
    n = await introduces(theirs, name)
    await read_up_to(hers, n)
    assert hers.pseudonym == ""
    assert hers.taken[-1].verdict is Verdict.UNREADABLE
    # Nothing stops for that.
    await theirs.say("Trotzdem guten Abend.")
    await hers.wait_until(lambda: any(one.text for one in hers.said))


async def test_only_who_counsels_offers_an_access(cast: Cast) -> None:
    maria = await office(cast)
    theirs, hers, _ = await chat(cast, maria)
    offer = codec.encode(content.AccountOffer())
    n = (await theirs.send(Kind.ACCOUNT_OFFER, offer)).n
    await read_up_to(hers, n)
    await read_up_to(theirs, n)
    assert not hers.learned.is_account_offered
    assert not theirs.learned.is_account_offered
    n = (await hers.offer_account()).n
    await read_up_to(theirs, n)
    assert theirs.learned.is_account_offered
