"""Sheets of teams: sealed with replayed randomness, opened, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from crypto import sheet
from crypto.keys import KemSecret, SignPublic
from crypto.sheet import Sheet
from tests.helpers.box import ANNA, BELA, TEAM16, seeded
from tests.vectors.make.common import SeededRand, case, document, flip, outcome, packed

SEED = KemSecret(seeded("a team's seed"))
SHEET = Sheet(
    team16=TEAM16,
    kind=1,
    version=3,
    certificate_hash=ANNA.certificate_hash,
    team_hash=seeded("a TEAM"),
    before=seeded("the sheet before"),
    content=b"what a team keeps in common",
)


def cases() -> dict[str, Any]:
    """All cases."""
    return document("Sheets of teams (section 5).", [*_sealed(), *_opened()])


def _fields(one: Sheet) -> dict[str, Any]:
    return {
        "team16": one.team16,
        "kind": one.kind,
        "version": one.version,
        "certificate_hash": one.certificate_hash,
        "team_hash": one.team_hash,
        "before": one.before,
        "content": packed(one.content),
    }


def _sealed() -> list[dict[str, Any]]:
    made = []
    table = [
        ("a sheet", SHEET),
        ("a first one, empty", replace(SHEET, version=1, before=b"", content=b"")),
        ("the next step", replace(SHEET, content=bytes(sheet.STEPS[0]))),
    ]
    for name, one in table:
        rand = SeededRand("sheet")
        raw = sheet.seal_sheet(SEED, ANNA.sign, one, rand)
        given = {"op": "seal", "seed": SEED.raw, "sign": ANNA.sign.raw, "sheet": _fields(one)}
        out = {"hash": sheet.sheet_hash(raw), "pin": sheet.pin_name(one.team16, one.kind)}
        given["rand"] = rand.drawn
        made.append(case(name, "replayed", given, out | {"size": len(raw)}))
    return made


def _opened() -> list[dict[str, Any]]:
    rand = SeededRand("sheet")
    raw = sheet.seal_sheet(SEED, ANNA.sign, SHEET, rand)
    sealed = {"seed": SEED.raw, "sign": ANNA.sign.raw, "sheet": _fields(SHEET), "rand": rand.drawn}
    stranger = KemSecret(seeded("another"))
    # `flip`: a bit of the sealed sheet that is turned first, or none; of byte 21, the version.
    table = [
        ("opened", SEED, TEAM16, 1, ANNA.sign_pk, None),
        ("under another key", stranger, TEAM16, 1, ANNA.sign_pk, None),
        ("of another team", SEED, bytes(16), 1, ANNA.sign_pk, None),
        ("of another kind", SEED, TEAM16, 2, ANNA.sign_pk, None),
        ("by somebody else", SEED, TEAM16, 1, BELA.sign_pk, None),
        ("under another version", SEED, TEAM16, 1, ANNA.sign_pk, 8 * 21),
        ("in an unknown format", SEED, TEAM16, 1, ANNA.sign_pk, 8),
        ("a bit turned", SEED, TEAM16, 1, ANNA.sign_pk, 8_000),
    ]
    made = []
    for name, seed, team16, kind, author, bit in table:
        given = {"op": "open", **sealed, "key": seed.raw, "team16": team16, "kind": kind}
        given |= {"author": author.raw, "flip": bit}
        shown = raw if bit is None else flip(raw, bit)
        want, out = outcome(partial(_read, seed, team16, kind, shown, author))
        made.append(case(name, "judged", given, out, want))
    return made


def _read(
    seed: KemSecret, team16: bytes, kind: int, raw: bytes, author: SignPublic
) -> dict[str, Any]:
    found = sheet.open_sheet(seed, team16, kind, raw)
    found.verify(author)
    return {"sheet": _fields(found.sheet)}
