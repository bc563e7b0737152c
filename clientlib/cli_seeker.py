"""The commands of people who look for help: register, chat with an access or without, write."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from clientlib import accounts, comeback, talk, writing
from clientlib.account import SeekerAccount
from clientlib.cli_common import PortalIds, Site, add_name, language_of, log_of, phrase_for
from clientlib.relay import RelayClient
from clientlib.seeker import Seeker
from clientlib.sending import Portal
from clientlib.terminal import Terminal, ask_secret, now_ms, open_terminal, say
from clientlib.translog import LogReader
from crypto import recovery
from crypto.wire.accounts import AccountKind
from crypto.wire.boxes import BoxState


def add_commands(commands: Any) -> None:
    """Add the commands of this file."""
    chatting = commands.add_parser("chat", help="als Ratsuchende_r chatten")
    chatting.add_argument("--portal", metavar="NAME", help="Kurzname des Portals")
    add_name(chatting, required=False)
    chatting.set_defaults(run=lambda options: asyncio.run(_chat(options)))
    writing_ = commands.add_parser("write", help="als Ratsuchende_r schreiben und Antworten lesen")
    writing_.add_argument("--portal", metavar="NAME", help="Kurzname des Portals")
    add_name(writing_)
    writing_.set_defaults(run=lambda options: asyncio.run(_write(options)))
    registering = commands.add_parser("register", help="als Ratsuchende_r einen Zugang anlegen")
    add_name(registering)
    registering.add_argument(
        "--new-phrase-file",
        type=Path,
        metavar="DATEI",
        help="dorthin eine gewürfelte Passphrase schreiben, statt nach einer zu fragen",
    )
    registering.set_defaults(run=lambda options: asyncio.run(_register(options)))


async def _chat(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    portal = site.portal(options.portal)
    phrase = ask_secret("Passphrase", options.phrase_file) if options.name else ""
    async with RelayClient(options.url) as relay:
        log = await log_of(relay, site)
        if not options.name:
            await talk.chat(open_terminal(), relay, _new(relay, log, portal), language_of(log))
            return
        account = await _signed_in(relay, log, site, options.name, phrase)
        await chat_signed_in(open_terminal(), account, site, portal)


async def _write(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    portal = site.portal(options.portal)
    phrase = ask_secret("Passphrase", options.phrase_file)
    async with RelayClient(options.url) as relay:
        log = await log_of(relay, site)
        account = await _signed_in(relay, log, site, options.name, phrase)
        await write_signed_in(open_terminal(), account, site, portal)


async def write_signed_in(
    terminal: Terminal, account: SeekerAccount, site: Site, portal: PortalIds
) -> None:
    """Show what was written, on whichever device, and write on."""
    teams = {one.portal16: one.teams for one in site.portals}
    found = await comeback.come_back(
        account, teams=teams, language="de", unaccepted_days=site.unaccepted_days
    )
    place = Portal(
        portal16=portal.portal16,
        teams=portal.teams,
        language="de",
        unaccepted_days=site.unaccepted_days,
    )
    await writing.write(terminal, account, place, found, site.answer_days)
    await account.sign_out()


async def chat_signed_in(
    terminal: Terminal, account: SeekerAccount, site: Site, portal: PortalIds
) -> None:
    """Go on with what runs or waits, on whichever device it began; else ask for a new chat."""
    teams = {one.portal16: one.teams for one in site.portals}
    found = await comeback.come_back(account, teams=teams, language="de")
    for box in found.boxes:
        if box.clock.state is BoxState.OPEN:
            await talk.converse(terminal, account.relay, box, talk.SOMEBODY)
            break
    else:
        seeker = next(iter(found.seekers), None)
        seeker = seeker or _new(account.relay, account.log, portal, account)
        await talk.chat(terminal, account.relay, seeker, language_of(account.log))
    await account.sign_out()


async def _register(options: argparse.Namespace) -> None:
    site = Site.load(options.site)
    phrase = phrase_for(options)
    code = recovery.new_code()
    async with RelayClient(options.url) as relay:
        await accounts.create(
            relay,
            name=options.name,
            phrase=phrase,
            deployment_id=site.deployment_id,
            kind=AccountKind.SEEKER,
            code=code,
        )
    say("Ihr Zugang ist angelegt. Falls Sie die Passphrase verlieren, öffnet ihn nur dieser Code.")
    say("Bitte schreiben Sie ihn ab und bewahren Sie ihn gut auf:")
    say(recovery.written(code))


async def _signed_in(
    relay: RelayClient, log: LogReader, site: Site, name: str, phrase: str
) -> SeekerAccount:
    signed_in = await accounts.sign_in(
        relay, name=name, phrase=phrase, deployment_id=site.deployment_id
    )
    account = SeekerAccount(relay, log, signed_in, now_ms)
    await account.begin()
    return account


def _new(
    relay: RelayClient, log: LogReader, portal: PortalIds, account: SeekerAccount | None = None
) -> Seeker:
    return Seeker(
        relay,
        log,
        portal16=portal.portal16,
        team16=portal.teams.team16,
        language="de",
        now_ms=account.now_ms if account else now_ms,
        account=account,
    )
