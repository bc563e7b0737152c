"""What a file is, judged by its bytes on both sides (S0.14): Word, Excel, PDF, PNG, JPEG.

The sender's client refuses anything else before it seals; the receiver's compares name and type of
the message with the content before it hands out a byte. .docx and .xlsx are both ZIP, .doc and
.xls both OLE: their tables of contents tell them apart. Files that carry macros are refused. It
reads tables of contents only, and opens nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from crypto.errors import RemoteError

MAX_NAME_CHARS = 120


class UnfitFile(RemoteError):
    """A file that is not passed on; `reason` is the stable name that people get words for."""

    code = "unfit_file"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """A type people may exchange; the first extension is the one we give."""

    name: str
    mime: str
    extensions: tuple[str, ...]


PNG = FileType(name="png", mime="image/png", extensions=("png",))
JPEG = FileType(name="jpeg", mime="image/jpeg", extensions=("jpg", "jpeg"))
PDF = FileType(name="pdf", mime="application/pdf", extensions=("pdf",))
DOCX = FileType(
    name="docx",
    mime="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    extensions=("docx",),
)
XLSX = FileType(
    name="xlsx",
    mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extensions=("xlsx",),
)
DOC = FileType(name="doc", mime="application/msword", extensions=("doc",))
XLS = FileType(name="xls", mime="application/vnd.ms-excel", extensions=("xls",))
TYPES = (PNG, JPEG, PDF, DOCX, XLSX, DOC, XLS)

_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"
_ZIP_START = b"PK\x03\x04"
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A ZIP ends with this record of 22 bytes and a comment of up to 65,535.
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22
_ZIP_ENTRY = b"PK\x01\x02"
_ZIP_ENTRY_BYTES = 46
_MAX_ENTRIES = 10_000
_ZIP_MACROS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/.*|activex/.*)$")
_OLE_MACROS = {"macros", "vba", "_vba_project", "_vba_project_cur"}
_OLE_HEADER_BYTES = 512
_OLE_LAST = 0xFFFFFFFA
_OLE_IN_HEADER = 109
_OLE_ENTRY_BYTES = 128
_UNSAFE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)
_RESERVED = re.compile('[<>:"|?*]')


def judge(raw: bytes) -> FileType:
    """Return the type of a file's content; UnfitFile "empty", "unknown_type" or "macros"."""
    if not raw:
        raise UnfitFile("empty")
    if raw.startswith(_PNG_START):
        return PNG
    if raw.startswith(b"\xff\xd8\xff"):
        return JPEG
    if raw.startswith(b"%PDF-"):
        return PDF
    if raw.startswith(_ZIP_START):
        return _judge_zip(raw)
    if raw.startswith(_OLE_START):
        return _judge_ole(raw)
    raise UnfitFile("unknown_type")


def check(raw: bytes, mime: str, name: str) -> FileType:
    """Return the type when name and type of a message fit the content; UnfitFile otherwise."""
    found = judge(raw)
    if mime != found.mime:
        raise UnfitFile("type_mismatch")
    if _extension(name) not in found.extensions:
        raise UnfitFile("name_mismatch")
    return found


def clean_name(name: str, found: FileType) -> str:
    """Return a name without path, controls and tricks, of at most 120 characters.

    The extension always says what the content is: "a.png" of a JPEG becomes "a.jpg".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = _RESERVED.sub("_", _UNSAFE.sub("", last))
    stem = re.sub(r"\s+", " ", stem)
    extension = _extension(stem)
    known = {one for each in TYPES for one in each.extensions}
    if extension in known:
        stem = stem[: -len(extension) - 1]
    if extension not in found.extensions:
        extension = found.extensions[0]
    stem = stem[: MAX_NAME_CHARS - len(extension) - 1].strip(" .")
    return f"{stem or 'datei'}.{extension}"


def _extension(name: str) -> str:
    _, dot, extension = name.rpartition(".")
    return extension.lower() if dot and extension.isascii() else ""


def _lower(name: str) -> str:
    """Lower case of A to Z alone: only such names matter here, and both sides agree on them."""
    return re.sub("[A-Z]", lambda letter: letter[0].lower(), name)


def _judge_zip(raw: bytes) -> FileType:
    names = {_lower(name) for name in _zip_names(raw)}
    if any(_ZIP_MACROS.search(name) for name in names):
        raise UnfitFile("macros")
    is_word, is_excel = "word/document.xml" in names, "xl/workbook.xml" in names
    if "[content_types].xml" not in names or is_word == is_excel:
        raise UnfitFile("unknown_type")
    return DOCX if is_word else XLSX


def _zip_names(raw: bytes) -> Iterator[str]:
    """Read the names of the central directory; UnfitFile unless it is whole and plain."""
    end = raw.rfind(_ZIP_END, max(0, len(raw) - _ZIP_END_BYTES - 65_535))
    if end < 0 or end + _ZIP_END_BYTES > len(raw):
        raise UnfitFile("unknown_type")
    count, size, at = _uint(raw, end + 10, 2), _uint(raw, end + 12, 4), _uint(raw, end + 16, 4)
    if not 0 < count <= _MAX_ENTRIES or at + size != end:
        raise UnfitFile("unknown_type")
    for _ in range(count):
        if raw[at : at + 4] != _ZIP_ENTRY or at + _ZIP_ENTRY_BYTES > end:
            raise UnfitFile("unknown_type")
        length = _uint(raw, at + 28, 2)
        rest = _uint(raw, at + 30, 2) + _uint(raw, at + 32, 2)
        name = raw[at + _ZIP_ENTRY_BYTES : at + _ZIP_ENTRY_BYTES + length]
        at += _ZIP_ENTRY_BYTES + length + rest
        # What matters to us is ASCII; other bytes must only not disturb.
        yield name.decode("latin-1").replace("\\", "/")
    if at != end:
        raise UnfitFile("unknown_type")


def _judge_ole(raw: bytes) -> FileType:
    names = {_lower(name) for name in _ole_names(raw)}
    if names & _OLE_MACROS:
        raise UnfitFile("macros")
    is_word, is_excel = "worddocument" in names, bool(names & {"workbook", "book"})
    if is_word == is_excel:
        raise UnfitFile("unknown_type")
    return DOC if is_word else XLS


def _ole_names(raw: bytes) -> Iterator[str]:
    """Read the names of all storages and streams of a compound file."""
    shift = _uint(raw, 30, 2)
    if len(raw) < _OLE_HEADER_BYTES or shift not in (9, 12):
        raise UnfitFile("unknown_type")
    sector_bytes = 1 << shift
    fat = _ole_fat(raw, sector_bytes)
    sector, left = _uint(raw, 48, 4), len(raw) // sector_bytes
    while sector < _OLE_LAST:
        start = (sector + 1) * sector_bytes
        next_at = _fat_place(fat, sector, sector_bytes)
        left -= 1
        if start + sector_bytes > len(raw) or next_at < 0 or left < 0:
            raise UnfitFile("unknown_type")
        for at in range(start, start + sector_bytes, _OLE_ENTRY_BYTES):
            length = _uint(raw, at + 64, 2)
            if raw[at + 66] != 0 and 2 <= length <= 64:
                yield raw[at : at + length - 2].decode("utf-16-le", "replace")
        sector = _uint(raw, next_at, 4)


def _ole_fat(raw: bytes, sector_bytes: int) -> list[int]:
    """Return where each sector of the allocation table starts, from the header's list and on."""
    listed = [_uint(raw, 76 + 4 * i, 4) for i in range(_OLE_IN_HEADER)]
    more, left = _uint(raw, 68, 4), len(raw) // sector_bytes
    while more < _OLE_LAST:
        start = (more + 1) * sector_bytes
        left -= 1
        if start + sector_bytes > len(raw) or left < 0:
            raise UnfitFile("unknown_type")
        listed += [_uint(raw, at, 4) for at in range(start, start + sector_bytes - 4, 4)]
        more = _uint(raw, start + sector_bytes - 4, 4)
    starts = [(sector + 1) * sector_bytes for sector in listed if sector < _OLE_LAST]
    if any(start + sector_bytes > len(raw) for start in starts):
        raise UnfitFile("unknown_type")
    return starts


def _fat_place(fat: list[int], sector: int, sector_bytes: int) -> int:
    """Return where the entry of `sector` stands in the file, -1 when nowhere."""
    per_sector = sector_bytes // 4
    number = sector // per_sector
    return fat[number] + 4 * (sector % per_sector) if number < len(fat) else -1


def _uint(raw: bytes, at: int, size: int) -> int:
    return int.from_bytes(raw[at : at + size], "little")
