"""`vieraugen write`: what somebody writes from a terminal, and the answers they read there."""

from __future__ import annotations

import asyncio

from clientlib import talk, writing
from clientlib.account import SeekerAccount
from clientlib.cli_common import Site
from clientlib.cli_seeker import write_signed_in
from clientlib.consent import Answer
from e2e_server import paths
from tests.helpers.actors import Cast
from tests.helpers.handover import stands, team_is
from tests.helpers.written import at_desk, takes, texts
from tests.helpers.written import writes as written
from tests.test_cli import Screen, cast

__all__ = ["cast"]
NAME = "kiesel-407"


async def writes(cast: Cast, account: SeekerAccount, screen: Screen) -> asyncio.Task[None]:
    site = Site.load(paths.site_path(cast.server.settings))
    assert (site.unaccepted_days, site.answer_days) == (30, 2)
    work = write_signed_in(screen.terminal, account, site, site.portal(None))
    return asyncio.ensure_future(work)


async def test_an_enquiry_is_written_in_a_terminal_and_its_answer_read_in_another(
    cast: Cast,
) -> None:
    first, second = Screen(), Screen()
    writing_first = await writes(cast, await cast.registers(NAME), first)
    await first.shows("neues Anliegen")
    for line in ("", "Wie weiter?", writing.SEND, "Guten Tag,", "", "ich weiß nicht weiter.", "."):
        first.type(line)
    assert "Maria B." in await first.shows("Das lesen, bis jemand es übernimmt")
    assert "innerhalb von 2 Werktagen" in await first.shows("Gesendet")
    assert "Wie weiter? · offen" in await first.shows("1 ·")
    first.type(talk.END)
    await writing_first

    desk = await at_desk(await cast.signs_in("maria"))
    (ticket16,) = desk.rows
    case = await desk.accept(ticket16)
    # A point alone at the beginning sends nothing: there is nothing yet to send.
    assert texts(case.box) == [".\nGuten Tag,\n\nich weiß nicht weiter."]
    assert (case.box.learned.subject, case.box.pseudonym) == ("Wie weiter?", NAME)
    await case.say("Guten Tag\x1b[2J. Schön, dass Sie schreiben.")
    await case.mark_done()

    writing_second = await writes(cast, await cast.seeker_signs_in(NAME), second)
    assert "Wie weiter? · abgeschlossen" in await second.shows("1 ·")
    second.type("1")
    assert "\x1b" not in await second.shows("Schön, dass Sie schreiben")
    await second.shows("Als abgeschlossen markiert")
    for line in ("Danke.", writing.SEND, talk.END):
        second.type(line)
    await writing_second
    await case.box.wait_until(lambda: texts(case.box)[-1] == "Danke.")


async def test_what_is_not_sent_is_kept_as_a_draft(cast: Cast) -> None:
    first, second = Screen(), Screen()
    working = await writes(cast, await cast.registers(NAME), first)
    await first.shows("neues Anliegen")
    for line in ("", "Später", "Erste Zeile", talk.END):
        first.type(line)
    await first.shows("Der Entwurf ist aufgehoben")
    for line in ("", "x" * 121, "zu lang", writing.SEND, "9", "quatsch", talk.END):
        first.type(line)
    await first.shows("Zu lang")
    await working

    working = await writes(cast, await cast.seeker_signs_in(NAME), second)
    assert "Später · Entwurf" in await second.shows("1 ·")
    for line in ("1", "Zweite Zeile", writing.SEND):
        second.type(line)
    await second.shows("Erste Zeile")
    await second.shows("Gesendet")
    second.type(None)
    await working
    desk = await at_desk(await cast.signs_in("maria"))
    (ticket16,) = desk.rows
    assert texts((await desk.open(ticket16)).box) == ["Erste Zeile\nZweite Zeile"]


async def test_a_question_about_a_colleague_is_answered_in_a_terminal(cast: Cast) -> None:
    account, screen = await cast.registers(NAME), Screen()
    enquiry = await written(cast, account)
    maria = await cast.signs_in("maria")
    desk = await at_desk(maria)
    case = await takes(desk, enquiry)
    jonas = await cast.counsellor(await cast.signs_in("verwaltung"), "jonas", "Jonas K.")
    await team_is(cast, maria, maria, jonas)
    await case.handing.ask(jonas.certificate, with_history=False)
    working = await writes(cast, await cast.seeker_signs_in(NAME), screen)
    await screen.shows("1 ·")
    screen.type("1")
    assert "Jonas K." in await screen.shows("möchte dieses Gespräch übergeben")
    await screen.shows("Ohne bisherigen Verlauf")
    screen.type(writing.YES)
    await screen.shows("Ihre Antwort ist gesendet")
    screen.type(talk.END)
    screen.type(talk.END)
    await working
    await stands(case.box, Answer.YES)
