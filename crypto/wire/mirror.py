"""Write the catalogue's mirrors: web/js/wire/catalogue*.js and docs/spec/wire.md.

`python -m crypto.wire.mirror` writes them; a test compares them with what is committed. JavaScript
has one file for each audience, so that a page loads no declaration that it has no use for.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from crypto.wire import accounts, boxes, catalogue, codec, enquiries, live
from crypto.wire.base import Audience, Right
from crypto.wire.errors import ErrorCode

ROOT = Path(__file__).resolve().parents[2]
JS_PATHS = {
    Audience.EVERYONE: ROOT / "web/js/wire/catalogue.js",
    Audience.ACCOUNT: ROOT / "web/js/wire/catalogue-account.js",
    Audience.STAFF: ROOT / "web/js/wire/catalogue-staff.js",
    Audience.CONTACTS: ROOT / "web/js/wire/catalogue-contacts.js",
}
MD_PATH = ROOT / "docs/spec/wire.md"
MARKER = "Generated from crypto/wire by `python -m crypto.wire.mirror`; do not edit."
ENUMS: dict[Audience, tuple[type[Any], ...]] = {
    Audience.EVERYONE: (
        Right,
        live.TicketState,
        live.TicketReason,
        boxes.BoxState,
        boxes.CloseReason,
    ),
    Audience.ACCOUNT: (accounts.AccountKind, accounts.DoorKind),
    Audience.STAFF: (enquiries.EnquiryState,),
    Audience.CONTACTS: (),
}
M = TypeVar("M")


def camel(name: str) -> str:
    """`client_id16` -> `clientId16`: the field names of the JavaScript side."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def render_js(audience: Audience) -> str:
    """Render the JavaScript catalogue of one audience."""
    is_first = audience is Audience.EVERYONE
    parts = [f"// {MARKER}", "// @ts-check", ""]
    # The codec itself takes up what everyone needs; what others need comes with whoever names it.
    parts += [] if is_first else ["import { learn } from './codec.js';", ""]
    for enum in ENUMS[audience]:
        parts.append(_const(enum.__name__, {member.name: int(member) for member in enum}))
    if is_first:
        versions = {"min": codec.VERSION_MIN, "max": codec.VERSION_MAX}
        parts.append(_const("ERROR_CODES", [code.value for code in ErrorCode]))
        parts.append(_const("VERSIONS", versions))
    tables = tables_of(audience)
    parts += ["export const MESSAGES = Object.freeze({"]
    for kind, table in tables.items():
        rows = [f"  {name}: {json.dumps(fields)}," for name, fields in table.items()]
        parts += [f" {kind}: {{", *rows, " },"] if rows else []
    parts += ["});"]
    parts += [] if is_first else ["", "learn(MESSAGES);"]
    return "\n".join([*parts, ""])


def tables_of(audience: Audience) -> dict[str, dict[str, list[str]]]:
    """Return the messages of one audience as the JavaScript codec reads them, by their kind.

    A reply stands under the name of its command; a record with the first who may meet it.
    """
    commands = {n: c for n, c in _sorted(catalogue.commands()) if c.META.audience is audience}
    events = {n: e for n, e in _sorted(catalogue.events()) if e.AUDIENCE is audience}
    records = {r.__name__: r for r, met_by in _record_audiences().items() if met_by is audience}
    # What lies in an envelope is read by both ends of a conversation.
    contents = catalogue.contents() if audience is Audience.EVERYONE else ()
    return {
        "command": {name: _fields(command) for name, command in commands.items()},
        "reply": {name: _fields(command.META.reply) for name, command in commands.items()},
        "record": {name: _fields(record) for name, record in records.items()},
        "event": {name: _fields(event) for name, event in events.items()},
        "content": {content.__name__: _fields(content) for content in contents},
    }


def mirrors() -> dict[Path, str]:
    """Return what each mirror has to say."""
    return {path: render_js(audience) for audience, path in JS_PATHS.items()} | {
        MD_PATH: render_md()
    }


def render_md() -> str:
    """Render the specification's table of messages."""
    lines = [
        "# The wire",
        "",
        f"<!-- {MARKER} -->",
        "",
        "Frames and field types: `crypto/wire/codec.py` and `fields.py`. The file of",
        "each room opens with the order of its messages.",
    ]
    for room in catalogue.ROOMS:
        doc = inspect.getdoc(room) or ""
        lines += ["", f"## {room.__name__.rsplit('.', 1)[-1]}", "", "```", doc, "```", ""]
        lines += ["| command | credential | fields | reply | limits |", "|---|---|---|---|---|"]
        lines += [
            _command_row(name, command)
            for name, command in sorted(catalogue.commands().items())
            if command.__module__ == room.__name__
        ]
        events = [
            f"| {name} | {_md_fields(event)} |"
            for name, event in sorted(catalogue.events().items())
            if event.__module__ == room.__name__
        ]
        if events:
            lines += ["", "| event | fields |", "|---|---|", *events]
    lines += ["", "## Records and replies", "", "| name | fields |", "|---|---|"]
    lines += [f"| {r.__name__} | {_md_fields(r)} |" for r in catalogue.records()]
    lines += ["", "## Contents of envelopes (never decoded by the relay)", ""]
    lines += ["| name | fields |", "|---|---|"]
    lines += [f"| {c.__name__} | {_md_fields(c)} |" for c in catalogue.contents()]
    lines += ["", "## Refusals", "", ", ".join(f"`{code.value}`" for code in ErrorCode), ""]
    return "\n".join(lines)


def main() -> None:
    """Write every mirror."""
    for path, text in mirrors().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _const(name: str, value: object) -> str:
    return f"export const {name} = Object.freeze({json.dumps(value)});"


def _sorted(messages: Mapping[str, M]) -> list[tuple[str, M]]:
    return sorted(messages.items())


def _fields(message: type[Any]) -> list[str]:
    return [f"{camel(name)} {field.spec()}" for name, field in codec.fields_of(message)]


def _record_audiences() -> dict[type[Any], Audience]:
    """Return each record inside a message with the first audience that meets it."""
    messages: list[tuple[type[Any], Audience]] = [
        (message, command.META.audience)
        for command in catalogue.commands().values()
        for message in (command, command.META.reply)
    ]
    messages += [(event, event.AUDIENCE) for event in catalogue.events().values()]
    met = [(record, audience) for message, audience in messages for record in _within(message)]
    return {record: min(who for each, who in met if each is record) for record, _ in met}


def _within(message: type[Any]) -> Iterator[type[Any]]:
    """Yield the records inside a message, and those inside them."""
    for _, field in codec.fields_of(message):
        item = field
        while isinstance(item, codec.ListField):
            item = item.item
        if isinstance(item, codec.RecordField):
            yield item.record
            yield from _within(item.record)


def _md_fields(message: type[Any]) -> str:
    fields = ", ".join(f"`{name}`: {field.spec()}" for name, field in codec.fields_of(message))
    return fields or "–"


def _command_row(name: str, command: type[Any]) -> str:
    meta = command.META
    limits = [f"{meta.max_bytes} B"]
    limits += [f"right {meta.right.name}"] if meta.right else []
    limits += ["roles " + ", ".join(role.name.lower() for role in meta.roles)] if meta.roles else []
    limits += ["stamp"] if meta.stamped else []
    limits += ["also over HTTP"] if meta.over_http else []
    return (
        f"| {name} | {meta.credential.value} | {_md_fields(command)} "
        f"| {meta.reply.__name__} | {', '.join(limits)} |"
    )


if __name__ == "__main__":
    main()
