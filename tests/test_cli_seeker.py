"""`vieraugen chat --name`: somebody with an access, on two terminals one after the other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from clientlib import talk
from clientlib.account import SeekerAccount
from clientlib.cli_common import Site
from clientlib.cli_seeker import chat_signed_in
from crypto import recovery
from e2e_server import paths
from tests.helpers.actors import PHRASE, Cast
from tests.test_cli import Screen, Shell, cast, counsellor_at, seeker_at, shell

__all__ = ["cast", "shell"]
NAME = "kiesel-407"


def test_an_access_is_made_in_a_terminal(shell: Shell, tmp_path: Path) -> None:
    shell.found()
    how = ("--name", NAME, "--new-phrase-file", shell.file("phrase"))
    said = shell("register", *how)
    assert len(recovery.read_code(said.splitlines()[-1])) == recovery.CODE_SYMBOLS
    assert len(Path(shell.file("phrase")).read_text("utf-8").split()) == 6
    other = ("--name", NAME, "--new-phrase-file", shell.file("other"))
    assert "Diesen Namen gibt es schon" in shell("register", *other, expect=1)
    weak = Path(shell.file("weak"))
    weak.write_text("abcdefghijklmnop\n", "utf-8")
    assert "too_weak" in shell("register", "--name", "neu", "--phrase-file", str(weak), expect=1)
    weak.write_text(PHRASE + "\n", "utf-8")
    wrong = shell("chat", "--name", NAME, "--phrase-file", str(weak), expect=1)
    assert "Name oder Passphrase stimmt nicht" in wrong


def site_of(cast: Cast) -> Site:
    return Site.load(paths.site_path(cast.server.settings))


async def chats(cast: Cast, account: SeekerAccount, screen: Screen) -> asyncio.Task[None]:
    site = site_of(cast)
    work = chat_signed_in(screen.terminal, account, site, site.portal(None))
    return asyncio.ensure_future(work)


async def test_a_chat_goes_on_in_another_terminal_under_the_name(cast: Cast) -> None:
    hers, first, second = Screen(), Screen(), Screen()
    working = await counsellor_at(cast, hers)
    account = await cast.registers(NAME)
    chatting = await chats(cast, account, first)
    await hers.shows("Es warten 1")
    hers.type("")
    await first.shows("ist jetzt für Sie da")
    first.type("")
    assert await hers.shows("hat einen Zugang") == (
        f"Ratsuchende_r 1 hat einen Zugang und heißt dort {NAME}."
    )
    first.type("Guten Abend")
    assert await hers.shows("Guten Abend") == f"{NAME}: Guten Abend"
    # Strg+C ends nothing for somebody who can come back.
    chatting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await chatting
    await account.relay.close()

    going_on = await chats(cast, await cast.seeker_signs_in(NAME), second)
    await second.shows("Der Chat hat begonnen")
    second.type("Bin wieder da")
    assert await hers.shows("Bin wieder da") == f"{NAME}: Bin wieder da"
    second.type(talk.END)
    await going_on
    await hers.shows("Der Chat wurde beendet.")
    hers.type(talk.END)
    await working


async def test_a_counsellor_offers_an_access(cast: Cast) -> None:
    hers, theirs = Screen(), Screen()
    working = await counsellor_at(cast, hers)
    chatting = await seeker_at(cast, theirs)
    await hers.shows("Es warten 1")
    hers.type("")
    await theirs.shows("ist jetzt für Sie da")
    theirs.type("")
    await hers.shows("Der Chat hat begonnen")
    hers.type(talk.OFFER)
    await hers.shows("Sie haben einen Zugang angeboten")
    assert "mit einem Zugang" in await theirs.shows("bietet Ihnen an")
    # In a seeker's hands the word is a text like any other.
    theirs.type(talk.OFFER)
    assert await hers.shows(f": {talk.OFFER}")
    hers.type(talk.END)
    await chatting
    hers.type(talk.END)
    await working
