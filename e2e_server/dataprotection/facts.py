"""What documents say about a service: read from settings, site.json and schemas, never guessed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crypto.daylist import LISTED_DAYS
from e2e_server.config import SETTINGS, Settings, has_own_keeper
from e2e_server.features.accounts.signing_in import SIGN_IN_HOURS
from e2e_server.features.boxes.letters import LETTER_DAYS
from e2e_server.features.capacity.relations import RELATION_DAYS
from e2e_server.features.invitations.handlers import VALID_HOURS
from e2e_server.features.retention import SWEEP_EVERY_S
from e2e_server.features.staff.handlers import INVITATION_HOURS
from e2e_server.keeper.port import EVALS_PER_DAY
from e2e_server.kernel.limits import SLOT_MS, SLOTS_PER_DAY
from e2e_server.storage.schema import DeclaredColumn, Schema
from e2e_server.web import Site
from e2e_server.web.site import Portal

WORDING_PATH = Path(__file__).with_name("wording.toml")
_MS_PER_HOUR = 60 * 60 * 1000
_AS_COLUMN = re.compile(r"as ([a-z0-9_]+)")
_LIKE_ANOTHER = re.compile(r"wie (`[a-z0-9_]+`|der Weg|die Zeile|die Größe)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `keep` in German where there are German words, the rest as the schema has it."""

    name: str
    is_sealed: bool
    meaning: str
    purpose: str
    keep: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    activity: str
    about: str
    columns: tuple[Column, ...]

    @property
    def keeps(self) -> tuple[str, ...]:
        """Return each period of its columns once, in the order of the schema.

        What stays as long as another column says nothing new, unless nothing else is said.
        """
        every = dict.fromkeys(column.keep for column in self.columns)
        return tuple(one for one in every if not _LIKE_ANOTHER.fullmatch(one)) or tuple(every)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One setting as it is in force."""

    name: str
    value: str
    unit: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """What the program fixes: no setting changes it."""

    sign_in_hours: int
    letter_days: int
    relation_days: int
    new_access_hours: int
    staff_invitation_days: int
    counting_hours: int
    guesses_per_day: int
    listed_days: int
    purge_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a document may say."""

    settings: Settings
    site: Site
    tables: tuple[Table, ...]
    keeper_tables: tuple[Table, ...]
    choices: tuple[Choice, ...]
    activities: tuple[tuple[str, str], ...]
    constants: Constants

    def of(self, activity: str) -> tuple[Table, ...]:
        """Return the tables of relay and keeper that belong to an activity."""
        both = (*self.tables, *self.keeper_tables)
        return tuple(table for table in both if table.activity == activity)

    @property
    def portals(self) -> tuple[Portal, ...]:
        """Return the portals where people are counselled: not the one for audits."""
        return tuple(portal for portal in self.site.portals if not portal.audit)

    @property
    def has_own_keeper(self) -> bool:
        """Whether the keeper is a process of its own."""
        return has_own_keeper(self.settings)


def gather(settings: Settings, site: Site, schema: Schema, keeper: Schema) -> Facts:
    """Collect the facts; pure, so the same input gives the same documents."""
    words = wording()
    return Facts(
        settings=settings,
        site=site,
        tables=_tables(schema, settings, words),
        keeper_tables=_tables(keeper, settings, words),
        choices=tuple(
            Choice(
                name=one.name,
                value=_value(getattr(settings, one.name)),
                unit=one.unit,
                help=one.help,
            )
            for one in SETTINGS
        ),
        activities=tuple(words["activities"].items()),
        constants=Constants(
            sign_in_hours=SIGN_IN_HOURS,
            letter_days=LETTER_DAYS,
            relation_days=RELATION_DAYS,
            new_access_hours=VALID_HOURS,
            staff_invitation_days=INVITATION_HOURS // 24,
            counting_hours=SLOTS_PER_DAY * SLOT_MS // _MS_PER_HOUR,
            guesses_per_day=EVALS_PER_DAY,
            listed_days=LISTED_DAYS,
            purge_seconds=SWEEP_EVERY_S,
        ),
    )


@cache
def wording() -> dict[str, Any]:
    """Return the German words beside the schemas."""
    return tomllib.loads(WORDING_PATH.read_text("utf-8"))


def _tables(schema: Schema, settings: Settings, words: dict[str, Any]) -> tuple[Table, ...]:
    return tuple(
        Table(
            name=name,
            activity=words["tables"].get(name, ["betrieb"])[0],
            about=words["tables"].get(name, ["", about])[1],
            columns=tuple(
                _column(one, settings, words["periods"])
                for one in schema.columns
                if one.table == name
            ),
        )
        for name, about in schema.tables.items()
    )


def _column(one: DeclaredColumn, settings: Settings, periods: dict[str, str]) -> Column:
    return Column(
        name=one.name,
        is_sealed=one.name.endswith("_sealed"),
        meaning=one.meaning,
        purpose=one.purpose,
        keep=german_period(one.keep, settings, periods),
    )


def german_period(keep: str, settings: Settings, periods: dict[str, str]) -> str:
    """Return a period of a schema in German, with the settings in force; else as it is."""
    if keep in periods:
        return periods[keep].format_map(asdict(settings))
    if found := _AS_COLUMN.fullmatch(keep):
        return f"wie `{found[1]}`"
    return keep


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return "leer" if value in (Path(), "") else str(value)
