"""Reads `site.json`: what an operator publishes about the service, and nothing secret.

The same file declares the portals to the relay and to the pages, so it is read strictly: an unknown
or missing key is an error that names itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from crypto.levels import Level, Teams
from crypto.words import LANGUAGES as WORD_LANGUAGES
from crypto.words import Language
from e2e_server.web.reading import Reader, SiteError, Worded

LANGUAGES = ("de", "en")
ID_BYTES = 16
FINGERPRINT_BYTES = 32
MINUTES_PER_DAY = 24 * 60
# Of holidays; pages of an earlier one would be about days that are over.
FIRST_YEAR = 2026
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_TEL = re.compile(r"\+?[0-9][0-9 ]{1,24}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """One span of opening hours; minutes since local midnight, `weekday` 0 is Monday."""

    weekday: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The entrance of one subject area."""

    slug: str
    portal16: str
    team16: str
    leads16: str  # the leads' own team; empty where they have none
    level: Level  # who reads what is written; offen where nothing is said
    name: Worded
    intro: Worded
    hours: tuple[OpenHours, ...]
    always: bool
    seats: int  # waiting people from which on the page says "many are waiting"; 0: never
    topics: tuple[Worded, ...]  # what a written enquiry may be about; none: nobody is asked
    audit: bool  # for auditors' own trials alone: no page leads there, and no counsellor serves it


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisLine:
    tel: str
    label: Worded

    @property
    def href(self) -> str:
        return "tel:" + self.tel.replace(" ", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What the imprint has to say; empty where the operator has none."""

    name: str
    street: str
    town: str
    email: str
    phone: str
    responsible: str
    register: str
    privacy_officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits that pages promise to people: minutes of chats, days of what is written."""

    chat_minutes: int
    confirm_minutes: int
    place_minutes: int
    resume_minutes: int
    idle_minutes: int  # without a sign of life, a signed-in seeker's page locks
    answer_days: int  # working days within which somebody answers
    unaccepted_days: int  # an enquiry that nobody takes is deleted
    idle_days: int  # a conversation in which nobody writes ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    name: str
    fingerprint: str
    deployment_id: str
    language: str
    words: Language  # of the organisation's 8 words, as the log's first leaf says; else `language`
    region: str  # whose holidays are no working days: "DE", or with a part of it, "DE-NW"
    year: int  # the first whose holidays the pages know; two more follow
    exit_url: str
    portals: tuple[Portal, ...]
    crisis: tuple[CrisisLine, ...]
    operator: Operator
    retention_hours: int
    limits: Limits


def load_site(path: Path) -> Site:
    """Reads and checks the file at `path`; raises SiteError with the place that is wrong."""
    return read_site(path.read_bytes(), path.name)


def read_site(raw: bytes, name: str) -> Site:
    """Reads the bytes of a file that errors call `name`; raises as `load_site`."""
    try:
        loaded: object = json.loads(raw.decode("utf-8"))
    except ValueError as error:
        raise SiteError(f"{name} is not JSON: {error}") from error
    return parse_site(loaded)


def parse_site(loaded: object) -> Site:
    site = Reader("site", loaded)
    name, language = site.text("name"), site.text("language")
    parsed = Site(
        name=name,
        fingerprint=site.hexadecimal("fingerprint", FINGERPRINT_BYTES),
        deployment_id=site.hexadecimal("deployment_id", ID_BYTES),
        language=language,
        words=_words(site, language),
        region=site.text("region", default="DE"),
        year=site.number("year", least=FIRST_YEAR),
        exit_url=site.text("exit_url"),
        portals=tuple(_portal(item) for item in site.items("portals")),
        crisis=tuple(_crisis(item) for item in site.items("crisis")),
        operator=_operator(site.child("operator")),
        retention_hours=site.number("retention_hours"),
        limits=_limits(site.child("limits", default={})),
    )
    site.finish()
    if parsed.language not in LANGUAGES:
        raise SiteError(f"site.language is none of {', '.join(LANGUAGES)}")
    if not parsed.exit_url.startswith("https://"):
        # A plain-text target would tell the network where the person came from a moment ago.
        raise SiteError("site.exit_url does not begin with https://")
    for field in ("slug", "portal16"):
        seen = [getattr(portal, field) for portal in parsed.portals]
        if len(set(seen)) != len(seen):
            raise SiteError(f"site.portals: two portals share one {field}")
    _check_leads(parsed.portals)
    _check_audit(parsed.portals)
    return parsed


def _words(site: Reader, language: str) -> Language:
    named = site.text("words", default="")
    for one in WORD_LANGUAGES:
        if one == (named or language):
            return one
    # Without a word of its own, what is wrong is the language.
    place = "words" if named else "language"
    raise SiteError(f"site.{place} is none of {', '.join(WORD_LANGUAGES)}")


def _check_leads(portals: tuple[Portal, ...]) -> None:
    """A team that is the counsellors' at one portal and the leads' at another reads too much."""
    teams = {portal.team16: portal.slug for portal in portals}
    for portal in portals:
        if portal.leads16 in teams:
            raise SiteError(
                f"site.portals: leads16 of {portal.slug} is the team of {teams[portal.leads16]}"
            )


def _check_audit(portals: tuple[Portal, ...]) -> None:
    """Auditors' trials stay among themselves: a team of their own, no leads, the plain level."""
    for portal in portals:
        teams = [one for one in portals if one.team16 == portal.team16]
        is_plain = portal.level is Level.OPEN and not portal.leads16
        if portal.audit and not (is_plain and len(teams) == 1):
            raise SiteError(f"site.portals: {portal.slug} is for audits; its team is its own alone")


def _portal(item: Reader) -> Portal:
    slug = item.text("slug")
    if _SLUG.fullmatch(slug) is None:
        raise SiteError(f"{item.place}.slug is not lower-case letters, digits and hyphens")
    hours = item.take("hours")
    portal = Portal(
        slug=slug,
        portal16=item.hexadecimal("portal16", ID_BYTES),
        team16=item.hexadecimal("team16", ID_BYTES),
        leads16=item.hexadecimal("leads16", ID_BYTES, default=""),
        level=_level(item),
        name=item.worded("name"),
        intro=item.worded("intro", may_be_empty=True),
        hours=() if hours == "always" else _hours(f"{item.place}.hours", hours),
        always=hours == "always",
        seats=item.number("seats", default=0),
        topics=tuple(topic.both() for topic in item.items("topics", may_be_empty=True)),
        audit=_flag(item, "audit"),
    )
    item.finish()
    teams = Teams(
        team16=bytes.fromhex(portal.team16),
        leads16=bytes.fromhex(portal.leads16),
        level=portal.level,
    )
    if not (teams.first16 and teams.back16):
        raise SiteError(f"{item.place}.level {portal.level} needs a team of leads: leads16")
    return portal


def _flag(item: Reader, key: str) -> bool:
    named = item.take(key, False)
    if not isinstance(named, bool):
        raise SiteError(f"{item.place}.{key} is neither true nor false")
    return named


def _level(item: Reader) -> Level:
    named = item.text("level", default=Level.OPEN)
    if named not in list(Level):
        raise SiteError(f"{item.place}.level is none of {', '.join(Level)}")
    return Level(named)


def _hours(place: str, value: object) -> tuple[OpenHours, ...]:
    if not isinstance(value, list):
        raise SiteError(f'{place} is neither a list nor "always"')
    spans = []
    for row in value:
        if not isinstance(row, list) or len(row) != 3 or row[0] not in range(7):
            raise SiteError(f"{place}: {row!r} is not [weekday 0-6, opens, closes]")
        opens, closes = _minute(place, row[1]), _minute(place, row[2])
        if opens >= closes:
            raise SiteError(f"{place}: {row!r} ends before it begins")
        spans.append(OpenHours(weekday=int(row[0]), opens_minute=opens, closes_minute=closes))
    return tuple(sorted(spans, key=lambda span: (span.weekday, span.opens_minute)))


def _minute(place: str, value: object) -> int:
    if not isinstance(value, str) or _CLOCK.fullmatch(value) is None:
        raise SiteError(f"{place}: {value!r} is not a time HH:MM")
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def _crisis(item: Reader) -> CrisisLine:
    tel = item.text("tel")
    if _TEL.fullmatch(tel) is None:
        raise SiteError(f"{item.place}.tel is not a telephone number")
    line = CrisisLine(tel=tel, label=item.worded("label"))
    item.finish()
    return line


def _operator(item: Reader) -> Operator:
    operator = Operator(
        name=item.text("name"),
        street=item.text("street"),
        town=item.text("town"),
        email=item.text("email"),
        phone=item.text("phone", default=""),
        responsible=item.text("responsible", default=""),
        register=item.text("register", default=""),
        privacy_officer=item.text("privacy_officer", default=""),
    )
    item.finish()
    return operator


def _limits(item: Reader) -> Limits:
    # Limits that only the relay uses may stand beside these; it reads them itself.
    return Limits(
        chat_minutes=item.number("chat_minutes", default=180),
        confirm_minutes=item.number("confirm_minutes", default=5),
        place_minutes=item.number("place_minutes", default=10),
        resume_minutes=item.number("resume_minutes", default=10),
        idle_minutes=item.number("idle_minutes", default=10, least=1),
        answer_days=item.number("answer_days", default=2, least=1),
        unaccepted_days=item.number("unaccepted_days", default=30, least=1),
        idle_days=item.number("idle_days", default=183, least=1),
    )
