"""Turns the Markdown of our own templates into one HTML page: headings, lists, tables, marks.

Only what the templates use; everything else is text. All text is escaped, so nothing that an
operator writes becomes markup. The page loads nothing and runs nothing.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

STYLE_PATH = Path(__file__).with_name("document.css")
_HEADING = re.compile(r"(#{1,3}) (.+)")
_RULE = re.compile(r"\|(?:-+\|)+")
_CELL_END = re.compile(r"(?<!\\)\|")
# In this order: an escaped sign, code, bold, a blank to fill in.
_INLINE = re.compile(r"\\(.)|`([^`]+)`|\*\*(.+?)\*\*|(\[Ausfüllen: [^\]]+\])")


def page(text: str) -> str:
    """Return the page; its title is the first heading."""
    title = _HEADING.search(text)
    return (
        "<!doctype html>\n"
        '<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_plain(title[2]) if title else ''}</title>\n"
        f"<style>\n{STYLE_PATH.read_text('utf-8')}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(_block(block) for block in text.strip().split("\n\n"))
        + "\n</main>\n</body>\n</html>\n"
    )


def _block(block: str) -> str:
    lines = block.split("\n")
    if found := _HEADING.fullmatch(block):
        level = len(found[1])
        return f"<h{level}>{_inline(found[2])}</h{level}>"
    if len(lines) > 1 and _RULE.fullmatch(lines[1]):
        return _table(lines)
    if lines[0].startswith("- "):
        items = block.removeprefix("- ").split("\n- ")
        return "<ul>\n" + "\n".join(f"<li>{_inline(one)}</li>" for one in items) + "\n</ul>"
    if lines[0].startswith("> "):
        quoted = " ".join(line.removeprefix("> ") for line in lines)
        return f'<p class="note">{_inline(quoted)}</p>'
    return f"<p>{_inline(block)}</p>"


def _table(lines: list[str]) -> str:
    head, *rows = [_cells(line) for line in (lines[0], *lines[2:])]
    return "\n".join(
        [
            '<div class="wide" role="region" tabindex="0" aria-label="Tabelle">\n<table>',
            "<tr>" + "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head) + "</tr>",
            *(
                "<tr>" + "".join(f"<td>{_inline(one)}</td>" for one in row) + "</tr>"
                for row in rows
            ),
            "</table>\n</div>",
        ]
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELL_END.split(line)[1:-1]]


def _inline(text: str) -> str:
    parts = []
    end = 0
    for found in _INLINE.finditer(text):
        parts.append(html.escape(text[end : found.start()]))
        parts.append(_mark(*found.groups()))
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


def _mark(sign: str | None, code: str | None, bold: str | None, blank: str | None) -> str:
    if sign is not None:
        return html.escape(sign)
    if code is not None:
        return f"<code>{html.escape(code)}</code>"
    if bold is not None:
        return f"<strong>{_inline(bold)}</strong>"
    return f"<mark>{html.escape(blank or '')}</mark>"


def _plain(text: str) -> str:
    return html.escape(re.sub(r"\\(.)", r"\1", text))
