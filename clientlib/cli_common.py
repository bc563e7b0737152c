"""What several commands need: the published site, a sign-in, statements on their way as files."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clientlib import lognews, rootwords
from clientlib import staff as staff_client
from clientlib.privatefile import write_private
from clientlib.relay import RelayClient
from clientlib.sending import UNACCEPTED_DAYS
from clientlib.staff import Staff
from clientlib.terminal import UsageError, ask_secret, now_ms, say
from clientlib.translog import LogReader
from crypto import fingerprint, passphrase
from crypto.keys import KemPublic, SignPublic
from crypto.levels import Level, Teams
from crypto.logview import LogView
from crypto.words import Language

# As build-web takes it where site.json says nothing.
_ANSWER_DAYS = 2
Run = Callable[[argparse.Namespace], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class PortalIds:
    """One portal of site.json."""

    slug: str
    name: str
    portal16: bytes
    teams: Teams
    # For audits alone: only who names it gets there.
    is_audit: bool = False


@dataclass(frozen=True, slots=True)
class TeamIds:
    """One of the teams behind a portal, as people call it."""

    team16: bytes
    name: str
    portal16: bytes
    is_leads: bool = False
    # Of leads: the portals that they lead.
    led: Mapping[bytes, Teams] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """What a client takes from site.json: whom to trust, and the portals."""

    fingerprint: bytes
    deployment_id: bytes
    portals: tuple[PortalIds, ...]
    # What its pages promise about written enquiries.
    unaccepted_days: int = UNACCEPTED_DAYS
    answer_days: int = _ANSWER_DAYS

    @staticmethod
    def load(path: Path | None) -> Site:
        """Read the file; UsageError when it is none."""
        if path is None:
            raise UsageError("Bitte nennen Sie mit --site die site.json des Dienstes.")
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            limits = found.get("limits", {})
            return Site(
                fingerprint=_hexadecimal(found["fingerprint"], 32),
                deployment_id=_hexadecimal(found["deployment_id"], 16),
                portals=tuple(
                    PortalIds(
                        slug=str(one["slug"]),
                        name=str(one["name"]["de"]),
                        portal16=_hexadecimal(one["portal16"], 16),
                        teams=_teams(one),
                        is_audit=one.get("audit") is True,
                    )
                    for one in found["portals"]
                ),
                unaccepted_days=int(limits.get("unaccepted_days", UNACCEPTED_DAYS)),
                answer_days=int(limits.get("answer_days", _ANSWER_DAYS)),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} ist keine site.json dieses Dienstes.") from error

    def portal(self, slug: str | None) -> PortalIds:
        """Find a portal; without a name, the only one."""
        shown = [one for one in self.portals if not one.is_audit]
        found = [one for one in self.portals if one.slug == slug] if slug else shown
        if len(found) != 1:
            names = ", ".join(one.slug for one in shown)
            raise UsageError(f"Bitte wählen Sie mit --portal eines von: {names}.")
        return found[0]

    @property
    def teams(self) -> dict[bytes, TeamIds]:
        """Every team by its id; one that stands behind several portals by the first."""
        found: dict[bytes, TeamIds] = {}
        for portal in self.portals:
            for is_leads, team16 in enumerate(portal.teams.all16):
                found.setdefault(team16, team_of(portal, is_leads=bool(is_leads)))
        return {one: replace(team, led=self._led_by(one)) for one, team in found.items()}

    def _led_by(self, team16: bytes) -> dict[bytes, Teams]:
        return {one.portal16: one.teams for one in self.portals if one.teams.is_leads(team16)}


def team_of(portal: PortalIds, *, is_leads: bool) -> TeamIds:
    """Return a portal's team, or its leads'; UsageError where it has none."""
    team16 = portal.teams.leads16 if is_leads else portal.teams.team16
    if not team16:
        raise UsageError(f"»{portal.name}« hat keine Leitung mit eigenem Team.")
    name = f"Leitung von {portal.name}" if is_leads else portal.name
    return TeamIds(
        team16, name, portal.portal16, is_leads, {portal.portal16: portal.teams} if is_leads else {}
    )


def _teams(portal: dict[str, Any]) -> Teams:
    return Teams(
        team16=_hexadecimal(portal["team16"], 16),
        leads16=_hexadecimal(portal["leads16"], 16) if "leads16" in portal else b"",
        level=Level(portal.get("level", Level.OPEN)),
    )


async def log_of(relay: RelayClient, site: Site) -> LogReader:
    """Return the log, read and checked under the site's fingerprint."""
    log = LogReader(relay, site.fingerprint, site.deployment_id)
    await log.update()
    return log


def language_of(log: LogReader) -> Language:
    """Return the language in which this organisation's words are read out."""
    org = log.view.org()
    return rootwords.language_of(org.language if org else "de")


def add_name(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the options of a sign-in."""
    parser.add_argument("--name", required=required, help="Ihr Anmeldename")
    parser.add_argument(
        "--phrase-file", type=Path, metavar="DATEI", help="Passphrase in der ersten Zeile"
    )


@asynccontextmanager
async def signed_in(options: argparse.Namespace) -> AsyncIterator[Staff]:
    """Sign in as a certified colleague."""
    site = Site.load(options.site)
    phrase = ask_secret("Passphrase", options.phrase_file)
    async with RelayClient(options.url) as relay:
        found = await staff_client.sign_in(
            relay,
            LogReader(relay, site.fingerprint, site.deployment_id),
            name=options.name,
            phrase=phrase,
            deployment_id=site.deployment_id,
            now_ms=now_ms,
        )
        if not found.subject16:
            raise UsageError("Dieser Zugang ist noch von niemandem bestätigt.")
        for line in await lognews.lines_of(found):
            say(line)
        if found.log.witnessed is not None:
            say(lognews.witnessed_line(found.log.witnessed))
        yield found


def staff_command(commands: Any, name: str, run: Run, words: str) -> argparse.ArgumentParser:
    """Add a command for somebody who signs in."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words)
    add_name(parser)
    parser.set_defaults(run=later(run))
    return parser


def later(run: Run) -> Callable[[argparse.Namespace], None]:
    """Return `run` as what the command line calls."""
    return lambda options: asyncio.run(run(options))


def words_of(view: LogView, subject16: bytes, language: Language) -> str:
    """Return the words of a certified person's keys."""
    newest = view.own_certificates(subject16)[-1]
    return key_words(newest.sign_pk, newest.kem_pk, language)


def key_words(sign_pk: SignPublic, kem_pk: KemPublic, language: Language) -> str:
    """Return the words of a person's keys."""
    return " ".join(fingerprint.person_words(sign_pk, kem_pk, language))


def phrase_for(options: argparse.Namespace) -> str:
    """Return the passphrase of a new account: asked for, or drawn and written to a file."""
    if options.new_phrase_file is None:
        return ask_secret("Passphrase", options.phrase_file)
    phrase = passphrase.generate("de")
    write_private(options.new_phrase_file, phrase + "\n")
    return phrase


def write_statement(path: Path, leaf: bytes, payload: bytes) -> None:
    """Append a signed statement to a file that may be carried from an offline machine."""
    with path.open("a", encoding="ascii") as file:
        file.write(json.dumps({"leaf": leaf.hex(), "payload": payload.hex()}) + "\n")


def read_statements(path: Path) -> tuple[tuple[bytes, bytes], ...]:
    """Read such a file; UsageError when it is none."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]
        return tuple((bytes.fromhex(row["leaf"]), bytes.fromhex(row["payload"])) for row in rows)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} enthält keine Erklärungen.") from error


def _hexadecimal(text: str, size_bytes: int) -> bytes:
    raw = bytes.fromhex(text)
    if len(raw) != size_bytes:
        raise ValueError("size")
    return raw
