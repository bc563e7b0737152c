"""What files are by their bytes, which names fit them, and how names are cleaned."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import filetype
from crypto.filetype import TYPES, UnfitFile
from tests.helpers import files
from tests.vectors.make.common import case, document, outcome, packed

_GOOD = {
    "png": files.png(),
    "jpeg": files.jpeg_start(),
    "pdf": files.pdf(),
    "docx": files.docx(),
    "xlsx": files.xlsx(),
    "doc": files.ole("WordDocument", "1Table"),
    "xls": files.ole("Workbook"),
}
_CYCLE = bytearray(files.ole("WordDocument"))
# The directory's only sector names itself as the next one.
_CYCLE[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")


def cases() -> dict[str, Any]:
    """Content judged, content compared with a message's words, names cleaned."""
    return document(
        "Files people may exchange (S0.14), judged by content; `reason` says why one is unfit.",
        [*_judged(), *_unfit(), *_checked(), *_cleaned()],
    )


def _judge(raw: bytes) -> dict[str, Any]:
    return _or_reason(lambda: {"type": filetype.judge(raw).name})


def _or_reason(call: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = call()
    except UnfitFile as error:
        return {"reason": error.reason}
    return found


def _judged() -> list[dict[str, Any]]:
    made = dict(_GOOD) | {
        "xls of old": files.ole("Book"),
        "docx with a comment": files.archive(
            files.CONTENT_TYPES, "word/document.xml", comment=b"made by hand"
        ),
        "docx with backslashes": files.archive(files.CONTENT_TYPES, "word\\document.xml"),
        "doc of many entries": files.ole(*[f"stream {i}" for i in range(20)], "WordDocument"),
        "doc with a long table": files.ole("WordDocument", chained_table=True),
    }
    return [
        case(f"judge {name}", "accepted", {"op": "judge", "raw": packed(raw)}, _judge(raw))
        for name, raw in made.items()
    ]


def _unfit() -> list[dict[str, Any]]:
    docx, doc = files.docx(), files.ole("WordDocument")
    bad = {
        "nothing": b"",
        "text": b"Guten Tag",
        "program": b"MZ\x90\0",
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "gif": b"GIF89a",
        "web page behind white space": b" \n<!doctype html>",
        "pdf that starts late": b" " + files.pdf(),
        "png without a header": files.png()[:12],
        "plain zip": files.archive("a.txt"),
        "zip without content types": files.archive("word/document.xml"),
        "zip that is both": files.docx("xl/workbook.xml"),
        "presentation": files.archive(files.CONTENT_TYPES, "ppt/presentation.xml"),
        "docx with macros": files.docx("word/vbaProject.bin"),
        "docx with macros in capitals": files.docx("word/VBAPROJECT.BIN"),
        "xlsx with macros": files.xlsx("xl/vbaProject.bin"),
        "xlsx with macro sheets": files.xlsx("xl/macrosheets/sheet1.xml"),
        "docx with controls": files.docx("word/activeX/activeX1.bin"),
        "zip cut off": docx[:-1],
        "zip with bytes before": docx[:4] + b"\0" + docx[4:],
        "zip that counts one too many": _patched(docx, len(docx) - 12, 4),
        "zip that counts none": _patched(docx, len(docx) - 12, 0),
        "ole without streams": files.ole("Contents"),
        "ole that is both": files.ole("WordDocument", "Workbook"),
        "ole under a password": files.ole("EncryptionInfo", "EncryptedPackage"),
        "doc with macros": files.ole("WordDocument", "Macros", "VBA"),
        "xls with macros": files.ole("Workbook", "_VBA_PROJECT_CUR"),
        "ole cut off": doc[:1000],
        "ole header alone": doc[:512],
        "ole header cut off": doc[:80],
        "ole whose directory goes in circles": bytes(_CYCLE),
        "ole with odd sectors": _patched(doc, 30, 10),
    }
    made = []
    for name, raw in bad.items():
        out = _judge(raw)
        assert "reason" in out, name
        made.append(case(f"unfit {name}", "refused", {"op": "judge", "raw": packed(raw)}, out))
    return made


def _patched(raw: bytes, at: int, value: int) -> bytes:
    return raw[:at] + bytes([value]) + raw[at + 1 :]


def _checked() -> list[dict[str, Any]]:
    made = []
    for found in TYPES:
        for extension in ("png", "JPG", "jpeg", "pdf", "docx", "xlsx", "doc", "xls", "exe", ""):
            name = f"Plan.{extension}" if extension else "Plan"
            made.append((found.name, found.mime, name))
        made.append((found.name, "application/octet-stream", f"Plan.{found.extensions[0]}"))
    made.append(("png", "image/jpeg", "Plan.jpg"))
    cases = []
    for content, mime, name in made:
        out = _or_reason(
            lambda content=content, mime=mime, name=name: {
                "type": filetype.check(_GOOD[content], mime, name).name
            }
        )
        given = {"op": "check", "content": content, "mime": mime, "name": name}
        cases.append(case(f"check {content} as {mime} {name}", "words", given, out))
    return cases


def _cleaned() -> list[dict[str, Any]]:
    names = [
        "Wochenplan.pdf",
        "Wochenplan",
        "Foto.PNG",
        "foto.jpeg",
        "Größe und Maß.pdf",
        "Gro\u0308ße.pdf",
        "C:\\Users\\Mia\\Plan.pdf",
        "../../etc/passwd",
        "txt.\u202efdp.exe",
        "a\u0000b\nc.pdf",
        "rechnung.exe",
        "rechnung.pdf.exe",
        "  viel   Raum . pdf",
        " . ..",
        "...",
        "",
        ".pdf",
        'a<b>c:d|e?f*g"h.pdf',
        "unsicht\u200bbar\ufeff.pdf",
        "x" * 300 + ".pdf",
        "🙂" * 300,
        "Plan.PdF",
        "Plan.ⅾoc",
    ]
    made = []
    for number, name in enumerate(names):
        for found in (filetype.PDF, filetype.JPEG):
            expect, out = outcome(partial(_clean, name, found))
            given = {"op": "clean", "name": name, "type": found.name}
            made.append(case(f"clean {number} {found.name}", "name", given, out, expect))
    return made


def _clean(name: str, found: filetype.FileType) -> dict[str, str]:
    return {"name": filetype.clean_name(name, found)}
