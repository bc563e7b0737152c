"""Files by their bytes: what is passed on, what is not, and which names fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import filetype
from crypto.attachment import is_file_name, is_mime
from crypto.filetype import TYPES, UnfitFile
from tests.helpers import files
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors

BY_NAME = {one.name: one for one in TYPES}
CONTENT = {case.name.removeprefix("judge "): case for case in vectors("filetype", "judge")}


def or_reason(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return call()
    except UnfitFile as error:
        return {"reason": error.reason}


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("filetype")


@pytest.mark.parametrize("case", vectors("filetype", "judge"), ids=name_of)
def test_content_is_judged_by_its_bytes(case: Case) -> None:
    case.check(lambda: or_reason(lambda: {"type": filetype.judge(case.bytes_of("raw")).name}))


@pytest.mark.parametrize("case", vectors("filetype", "check"), ids=name_of)
def test_name_and_type_must_fit_the_content(case: Case) -> None:
    raw = CONTENT[case.given["content"]].bytes_of("raw")
    mime, name = case.given["mime"], case.given["name"]
    case.check(lambda: or_reason(lambda: {"type": filetype.check(raw, mime, name).name}))


@pytest.mark.parametrize("case", vectors("filetype", "clean"), ids=name_of)
def test_a_name_is_cleaned(case: Case) -> None:
    found = BY_NAME[case.given["type"]]
    case.check(lambda: {"name": filetype.clean_name(case.given["name"], found)})


@given(st.text(max_size=400), st.sampled_from(TYPES))
def test_a_cleaned_name_is_one_that_a_message_may_carry(
    name: str, found: filetype.FileType
) -> None:
    cleaned = filetype.clean_name(name, found)
    assert is_file_name(cleaned)
    assert is_mime(found.mime)
    assert len(cleaned) <= filetype.MAX_NAME_CHARS
    assert filetype.clean_name(cleaned, found) == cleaned


@given(st.binary(max_size=600), st.sampled_from([b"", b"PK\x03\x04", files.ole("Book")[:512]]))
def test_arbitrary_bytes_are_judged_or_refused(raw: bytes, start: bytes) -> None:
    found = or_reason(lambda: {"type": filetype.judge(start + raw)})
    assert "type" in found or found["reason"] in ("empty", "unknown_type", "macros")


@given(st.data())
def test_a_damaged_file_is_judged_or_refused(data: st.DataObject) -> None:
    whole = bytearray(
        data.draw(st.sampled_from([files.docx(), files.ole("WordDocument", "Macros")]))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = or_reason(lambda: {"type": filetype.judge(bytes(whole))})
    assert "type" in found or found["reason"] in ("unknown_type", "macros")
