"""Small files of every kind people may exchange, and some they may not; always the same bytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

_TIME = (2026, 1, 1, 0, 0, 0)
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512
CONTENT_TYPES = "[Content_Types].xml"


def png(width: int = 8, height: int = 8, extra: bytes = b"") -> bytes:
    """Return a plain picture; `extra` goes into a text chunk."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x30\x80\x80" * width) * height
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    if extra:
        chunks.insert(1, (b"tEXt", b"Comment\0" + extra))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def jpeg_start() -> bytes:
    """Return the beginning of a JPEG: enough to be judged, not to be drawn."""
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"


def with_exif(jpeg: bytes, words: bytes) -> bytes:
    """Return a JPEG with an Exif segment that carries `words` as its description."""
    entry = struct.pack("<HHII", 0x010E, 2, len(words) + 1, 26)
    tiff = b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + words + b"\0"
    body = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def pdf(words: bytes = b"Plan") -> bytes:
    """Return a PDF by its first and last line."""
    return b"%PDF-1.7\n% " + words + b"\n%%EOF\n"


def docx(*more: str) -> bytes:
    """Return a Word document by its entries, and any further ones."""
    return archive(CONTENT_TYPES, "_rels/.rels", "word/document.xml", *more)


def xlsx(*more: str) -> bytes:
    """Return an Excel workbook by its entries, and any further ones."""
    return archive(CONTENT_TYPES, "_rels/.rels", "xl/workbook.xml", *more)


def archive(*names: str, comment: bytes = b"") -> bytes:
    """Return a ZIP with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3
            made.writestr(info, f"<!-- {name} -->")
        made.comment = comment
    return buffer.getvalue()


def ole(*names: str, chained_table: bool = False) -> bytes:
    """Return a compound file whose directory has these names, four to a sector.

    `chained_table`: its allocation table is listed outside the header, as in very large files.
    """
    entries = [_entry("Root Entry", 5), *(_entry(name, 2) for name in names)]
    entries += [bytes(128)] * (-len(entries) % 4)
    sectors = len(entries) // 4
    first = 2 if chained_table else 1
    table = [_FAT] + ([0xFFFFFFFC] if chained_table else [])
    table += [first + i + 1 for i in range(sectors - 1)] + [_END]
    table += [_FREE] * (128 - len(table))
    in_header = [_FREE] * 109
    if not chained_table:
        in_header[0] = 0
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<II", 1, first) + bytes(4)
    more = (1, 1) if chained_table else (_END, 0)
    head += struct.pack("<IIIII", 4096, _END, 0, *more)
    body = struct.pack("<128I", *table)
    if chained_table:
        body += struct.pack("<128I", 0, *[_FREE] * 126, _END)
    return head + struct.pack("<109I", *in_header) + body + b"".join(entries)


def _entry(name: str, kind: int) -> bytes:
    raw = name.encode("utf-16-le")
    return raw.ljust(64, b"\0") + struct.pack("<HB", len(raw) + 2, kind) + bytes(61)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
