"""What people type or paste into their profile, made fit to be shown."""

from __future__ import annotations

from typing import Any

from crypto import ownprofile
from tests.vectors.make.common import case, document

_TYPED = (
    ("plain", "Anna M\u00fcller"),
    ("decomposed", "Anna Mu\u0308ller"),
    ("blanks around", " \u00a0Anna\u2003"),
    ("pasted over two lines", "Urlaub\r\nbis 4. Januar\n"),
    ("a tab", "a\tb"),
    ("separators", "a\u2028b\u2029c"),
    ("invisible and turning signs", "An\u200bna\u202e\u2063 \u200eB.\ufeff"),
    ("controls", "a\u0000b\u0085c\u007fd"),
    ("joiner stays", "\u0915\u094d\u200d\u0937"),
    ("markup stays text", "<b>Anna</b>"),
    ("blank lines between", "\n\nEins\n\nZwei \n"),
    ("nothing to see", "\u200b \u2060"),
)


def cases() -> dict[str, Any]:
    found = [
        case(
            name,
            "as a line and as a text",
            {"typed": typed},
            {"line": ownprofile.clean_line(typed), "text": ownprofile.clean_text(typed)},
        )
        for name, typed in _TYPED
    ]
    return document("Typed lines and texts of a profile", found)
