"""Leaves comments out of what is served, by a rule that anybody can follow.

In our modules, sentences and styles these lines become empty: a line that, trimmed, begins with
`//`; and the lines of a block that begins a line with `/*` and ends a line with its first `*/`.
Inside the other lines a type goes: from `/** @type ` to the first `*/`, with one space after it.
Nothing else changes, so line 80 of a served module is line 80 of the one in the repository.

The rule does not understand the language. That no text and no template of ours holds such a line or
such a type is for tests/web/test_comments.py to say, which reads both forms of each module token by
token.
"""

from __future__ import annotations

import re

_COMMENT_LINES = re.compile(
    rb"^[ \t]*(?://.*|/\*(?:(?!\*/)[\s\S])*\*/[ \t]*)$",
    re.MULTILINE,
)
_TYPES = re.compile(rb"/\*\* @type .*?\*/ ?")


def without_comments(source: bytes) -> bytes:
    """The file as it is served: the same lines, empty where only a comment stood, without types."""
    code = _COMMENT_LINES.sub(lambda lines: b"\n" * lines[0].count(b"\n"), source)
    return _TYPES.sub(b"", code)
