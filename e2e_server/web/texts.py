"""Reads the sentences in `web/text/`: one source for templates and browser modules.

    <language>.js            of a chat: seekers and the workspace load it
    workspace-<language>.js  of the workspace alone
    access-<language>.js     of the access room; a chat fetches it when somebody wants an access
    accessforms-<language>.js  those for a passphrase, which the page of an invitation needs too
    files-<language>.js      of files; fetched with the first one
    enrolment-<language>.js  of the page of an invitation
    begin-<language>.js      of conversations that a counsellor begins; with the own ones
    again-<language>.js      of staff who come back with another key; fetched when somebody does
    enquiries-<language>.js  of written enquiries; the access room fetches it with the first one
    person-<language>.js     about somebody of the team; with enquiries, and with the own profile
    desk-<language>.js       of search and filters; the workspace fetches it with its first list
    profile-<language>.js    of the own profile; the workspace fetches it when somebody opens it
    newaccess-<language>.js  of a new access; the access room fetches it with the first invitation
    pages-<language>.json    of the pages around: only templates read it
    verify-<language>.json   of the page about checking this service, likewise

A module holds, after its first "=", strict JSON. In templates a missing key is an error, never an
empty place on the page.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def read_texts(folder: Path, language: str) -> dict[str, Any]:
    """All rooms of a language; ValueError when a sentence stands in two files."""
    templates = (
        json.loads((folder / f"{name}-{language}.json").read_text("utf-8"))
        for name in ("pages", "verify")
    )
    names = (
        language,
        f"workspace-{language}",
        f"access-{language}",
        f"accessforms-{language}",
        f"again-{language}",
        f"begin-{language}",
        f"desk-{language}",
        f"enquiries-{language}",
        f"newaccess-{language}",
        f"enrolment-{language}",
        f"files-{language}",
        f"person-{language}",
        f"profile-{language}",
    )
    rooms: dict[str, Any] = {}
    for part in (*templates, *(read_text_file(folder / f"{name}.js") for name in names)):
        for room, sentences in part.items():
            known = rooms.setdefault(room, {})
            if known.keys() & sentences.keys():
                raise ValueError(f"{language}: a sentence of {room} stands in two files")
            known |= sentences
    return rooms


def read_text_file(path: Path) -> dict[str, Any]:
    """The nested dictionary inside `export const text = {...};`."""
    head, found, body = path.read_text("utf-8").partition("export const text = ")
    if not found or any(line and not line.startswith("//") for line in head.splitlines()):
        raise ValueError(f"{path.name} does not begin with its one export")
    loaded = json.loads(body.strip().removesuffix(";"))
    if not isinstance(loaded, dict):
        raise ValueError(f"{path.name} does not hold an object")
    return loaded


def as_namespace(loaded: dict[str, Any]) -> SimpleNamespace:
    """Attribute access for templates, so that `t.chat.items` is our key and not a dict method."""
    return SimpleNamespace(
        **{
            key: as_namespace(value) if isinstance(value, dict) else value
            for key, value in loaded.items()
        }
    )


def fill(sentence: str, **values: object) -> str:
    """Puts `values` into the `{name}` places; a place without a value is an error."""
    return sentence.format_map(values)
