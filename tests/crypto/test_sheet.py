"""Sheets of teams: sealed and opened as in the vectors; every size is one of three."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import sheet
from crypto.errors import LocalError
from crypto.keys import KemSecret, SignPublic, SignSecret
from crypto.sheet import MAX_CONTENT_BYTES, MAX_VERSION, STEPS, Sheet
from tests.helpers.vectors import Case, ReplayRand, assert_reproduced, name_of, vectors
from tests.vectors.make.common import flip, packed, unpacked

SIGN = SignSecret(bytes(32))
SEED = KemSecret(bytes(32))


def made(size: int, version: int = 1) -> Sheet:
    return Sheet(
        team16=bytes(16),
        kind=1,
        version=version,
        certificate_hash=bytes(32),
        team_hash=bytes(32),
        before=bytes(32),
        content=bytes(size),
    )


def sheet_in(fields: dict[str, Any]) -> Sheet:
    """Read a sheet of a vector."""
    return Sheet(
        kind=fields["kind"],
        version=fields["version"],
        content=unpacked(fields["content"]),
        **{
            name: bytes.fromhex(fields[name])
            for name in ("team16", "certificate_hash", "team_hash", "before")
        },
    )


def fields_of(one: Sheet) -> dict[str, Any]:
    return {
        "team16": one.team16,
        "kind": one.kind,
        "version": one.version,
        "certificate_hash": one.certificate_hash,
        "team_hash": one.team_hash,
        "before": one.before,
        "content": packed(one.content),
    }


def sealed(case: Case) -> bytes:
    return sheet.seal_sheet(
        KemSecret(case.bytes_of("seed")),
        SignSecret(case.bytes_of("sign")),
        sheet_in(case.given["sheet"]),
        ReplayRand(case.bytes_of("rand")),
    )


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("sheet")


@pytest.mark.parametrize("case", vectors("sheet", "seal"), ids=name_of)
def test_it_is_sealed_as_in_the_vectors(case: Case) -> None:
    def work() -> dict[str, Any]:
        one, raw = sheet_in(case.given["sheet"]), sealed(case)
        pin = sheet.pin_name(one.team16, one.kind)
        return {"hash": sheet.sheet_hash(raw), "pin": pin, "size": len(raw)}

    case.check(work)


@pytest.mark.parametrize("case", vectors("sheet", "open"), ids=name_of)
def test_it_is_opened_as_in_the_vectors(case: Case) -> None:
    def work() -> dict[str, Any]:
        raw, bit = sealed(case), case.given["flip"]
        shown = raw if bit is None else flip(raw, bit)
        key, team16 = KemSecret(case.bytes_of("key")), case.bytes_of("team16")
        found = sheet.open_sheet(key, team16, case.given["kind"], shown)
        found.verify(SignPublic(case.bytes_of("author")))
        return {"sheet": fields_of(found.sheet)}

    case.check(work)


@given(st.integers(min_value=0, max_value=MAX_CONTENT_BYTES))
def test_every_content_has_one_of_three_sizes(size: int) -> None:
    raw = sheet.seal_sheet(SEED, SIGN, made(size))
    assert len(raw) - len(sheet.seal_sheet(SEED, SIGN, made(0))) in (
        step - STEPS[0] + (2 if step > STEPS[0] else 0) for step in STEPS
    )
    assert sheet.open_sheet(SEED, bytes(16), 1, raw).sheet == made(size)


@pytest.mark.parametrize(
    "one", [made(MAX_CONTENT_BYTES + 1), made(1, version=0), made(1, version=MAX_VERSION + 1)]
)
def test_what_does_not_fit_is_not_sealed(one: Sheet) -> None:
    with pytest.raises(LocalError):
        sheet.seal_sheet(SEED, SIGN, one)
