"""Reads `site.json`: what an operator publishes about the service, and nothing secret.

The same file declares the portals to the relay and to the pages, so it is read strictly: an unknown
or missing key is an error that names itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LANGUAGES = ("de", "en")
ID_BYTES = 16
FINGERPRINT_BYTES = 32
MINUTES_PER_DAY = 24 * 60
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_TEL = re.compile(r"\+?[0-9][0-9 ]{1,24}")


class SiteError(ValueError):
    """`site.json` says something that cannot be built; the text names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """One thing said in each language."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.de


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
    name: Worded
    intro: Worded
    hours: tuple[OpenHours, ...]
    always: bool
    seats: int  # waiting people from which on the page says "many are waiting"; 0: never


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
    """The limits that pages promise to people, in minutes."""

    chat_minutes: int
    confirm_minutes: int
    place_minutes: int
    resume_minutes: int
    idle_minutes: int  # without a sign of life, a signed-in seeker's page locks


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    name: str
    fingerprint: str
    deployment_id: str
    language: str
    exit_url: str
    portals: tuple[Portal, ...]
    crisis: tuple[CrisisLine, ...]
    operator: Operator
    retention_hours: int
    limits: Limits


def load_site(path: Path) -> Site:
    """Reads and checks the file at `path`; raises SiteError with the place that is wrong."""
    try:
        loaded: object = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise SiteError(f"{path.name} is not JSON: {error}") from error
    return parse_site(loaded)


def parse_site(loaded: object) -> Site:
    site = _Reader("site", loaded)
    parsed = Site(
        name=site.text("name"),
        fingerprint=site.hexadecimal("fingerprint", FINGERPRINT_BYTES),
        deployment_id=site.hexadecimal("deployment_id", ID_BYTES),
        language=site.text("language"),
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
    return parsed


class _Reader:
    """One JSON object, read key by key; `finish` refuses what nobody asked for."""

    def __init__(self, place: str, loaded: object) -> None:
        if not isinstance(loaded, Mapping):
            raise SiteError(f"{place} is not an object")
        self.place = place
        self._left: dict[str, Any] = dict(loaded)

    def take(self, key: str, default: object = None) -> Any:
        if key not in self._left and default is None:
            raise SiteError(f"{self.place}.{key} is missing")
        return self._left.pop(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise SiteError(f"{self.place}.{key} is not a text")
        return value

    def number(self, key: str, default: int | None = None, least: int = 0) -> int:
        value = self.take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            at_least = f" of at least {least}" if least else ""
            raise SiteError(f"{self.place}.{key} is not a whole number{at_least}")
        return value

    def hexadecimal(self, key: str, size_bytes: int) -> str:
        value = self.text(key)
        if re.fullmatch(f"[0-9a-f]{{{size_bytes * 2}}}", value) is None:
            raise SiteError(f"{self.place}.{key} is not {size_bytes} bytes in lower-case hex")
        return value

    def worded(self, key: str, *, may_be_empty: bool = False) -> Worded:
        child = self.child(key)
        default = "" if may_be_empty else None
        worded = Worded(de=child.text("de", default), en=child.text("en", default))
        child.finish()
        return worded

    def child(self, key: str, default: object = None) -> _Reader:
        return _Reader(f"{self.place}.{key}", self.take(key, default))

    def items(self, key: str) -> list[_Reader]:
        value = self.take(key)
        if not isinstance(value, list) or not value:
            raise SiteError(f"{self.place}.{key} is not a list with entries")
        return [_Reader(f"{self.place}.{key}[{i}]", item) for i, item in enumerate(value)]

    def finish(self) -> None:
        if self._left:
            raise SiteError(f"{self.place}.{min(self._left)} is not known")


def _portal(item: _Reader) -> Portal:
    slug = item.text("slug")
    if _SLUG.fullmatch(slug) is None:
        raise SiteError(f"{item.place}.slug is not lower-case letters, digits and hyphens")
    hours = item.take("hours")
    portal = Portal(
        slug=slug,
        portal16=item.hexadecimal("portal16", ID_BYTES),
        team16=item.hexadecimal("team16", ID_BYTES),
        name=item.worded("name"),
        intro=item.worded("intro", may_be_empty=True),
        hours=() if hours == "always" else _hours(f"{item.place}.hours", hours),
        always=hours == "always",
        seats=item.number("seats", default=0),
    )
    item.finish()
    return portal


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


def _crisis(item: _Reader) -> CrisisLine:
    tel = item.text("tel")
    if _TEL.fullmatch(tel) is None:
        raise SiteError(f"{item.place}.tel is not a telephone number")
    line = CrisisLine(tel=tel, label=item.worded("label"))
    item.finish()
    return line


def _operator(item: _Reader) -> Operator:
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


def _limits(item: _Reader) -> Limits:
    # Limits that only the relay uses may stand beside these; it reads them itself.
    return Limits(
        chat_minutes=item.number("chat_minutes", default=180),
        confirm_minutes=item.number("confirm_minutes", default=5),
        place_minutes=item.number("place_minutes", default=10),
        resume_minutes=item.number("resume_minutes", default=10),
        idle_minutes=item.number("idle_minutes", default=10, least=1),
    )
