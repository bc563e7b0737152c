"""Every message of the wire, found by name; the only list of rooms on this floor."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from crypto.wire import (
    accounts,
    base,
    blobs,
    boxes,
    capacity,
    contacts,
    content,
    enquiries,
    invitations,
    kernel,
    live,
    sheets,
    staff,
    translog,
)
from crypto.wire.base import Command, Content, Event, Record, Reply

ROOMS: tuple[ModuleType, ...] = (
    kernel,
    accounts,
    translog,
    staff,
    live,
    capacity,
    enquiries,
    contacts,
    boxes,
    blobs,
    invitations,
    sheets,
)


@cache
def commands() -> Mapping[str, type[Command[Any]]]:
    """Return all commands by their name on the wire."""
    found = (cls for room in ROOMS for cls in _classes(room, Command))
    return _unique({cls.META.name: cls for cls in found}, Command)


@cache
def events() -> Mapping[str, type[Event]]:
    """Return all events by their name on the wire."""
    found = (cls for room in ROOMS for cls in _classes(room, Event))
    return _unique({cls.NAME: cls for cls in found}, Event)


@cache
def records() -> tuple[type[Any], ...]:
    """Return all records and replies, for the mirror."""
    found = (
        cls for room in (base, *ROOMS) for kind in (Record, Reply) for cls in _classes(room, kind)
    )
    return tuple(dict.fromkeys(found))


@cache
def contents() -> tuple[type[Content], ...]:
    """Return all contents of envelopes, for clients and the mirror."""
    return tuple(_classes(content, Content))


def _classes(room: ModuleType, kind: type[Any]) -> list[type[Any]]:
    return [
        cls
        for _, cls in inspect.getmembers(room, inspect.isclass)
        if issubclass(cls, kind) and cls is not kind and cls.__module__ == room.__name__
    ]


def _unique(found: dict[str, type[Any]], kind: type[Any]) -> dict[str, type[Any]]:
    total = sum(len(_classes(room, kind)) for room in ROOMS)
    if len(found) != total:
        raise ValueError(f"two {kind.__name__} classes share a name")
    return found
