"""Write the catalogue's mirrors: web/js/wire/catalogue.js and docs/spec/wire.md.

`python -m crypto.wire.mirror` writes both; a test compares them with what is committed.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from crypto.wire import accounts, boxes, catalogue, codec, live
from crypto.wire.base import Right, Role
from crypto.wire.errors import ErrorCode

ROOT = Path(__file__).resolve().parents[2]
JS_PATH = ROOT / "web/js/wire/catalogue.js"
MD_PATH = ROOT / "docs/spec/wire.md"
MARKER = "Generated from crypto/wire by `python -m crypto.wire.mirror`; do not edit."
ENUMS: tuple[type[Any], ...] = (
    Role,
    Right,
    accounts.AccountKind,
    live.TicketState,
    live.TicketReason,
    boxes.BoxState,
    boxes.CloseReason,
)


def camel(name: str) -> str:
    """`client_id16` -> `clientId16`: the field names of the JavaScript side."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def render_js() -> str:
    """Render the JavaScript catalogue."""
    parts = [f"// {MARKER}\n// @ts-check\n"]
    for enum in ENUMS:
        members = {member.name: int(member) for member in enum}
        parts.append(_const(enum.__name__, members))
    parts.append(_const("ERROR_CODES", [code.value for code in ErrorCode]))
    parts.append(_const("VERSIONS", {"min": codec.VERSION_MIN, "max": codec.VERSION_MAX}))
    parts.append(_const("RECORDS", {r.__name__: _fields(r) for r in catalogue.records()}))
    parts.append(
        _const(
            "COMMANDS",
            {
                name: {
                    "credential": command.META.credential.value,
                    "stamped": command.META.stamped,
                    "overHttp": command.META.over_http,
                    "fields": _fields(command),
                    "reply": command.META.reply.__name__,
                }
                for name, command in sorted(catalogue.commands().items())
            },
        )
    )
    parts.append(_const("EVENTS", {n: _fields(e) for n, e in sorted(catalogue.events().items())}))
    parts.append(_const("CONTENTS", {c.__name__: _fields(c) for c in catalogue.contents()}))
    return "\n".join(parts)


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
    """Write both mirrors."""
    for path, text in ((JS_PATH, render_js()), (MD_PATH, render_md())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _const(name: str, value: object) -> str:
    return f"export const {name} = Object.freeze({json.dumps(value, indent=1)});\n"


def _fields(message: type[Any]) -> list[list[str]]:
    return [[camel(name), field.spec()] for name, field in codec.fields_of(message)]


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
