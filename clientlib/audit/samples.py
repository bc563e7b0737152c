"""Messages with made-up content: each field within its limits, every id one that nobody has."""

from __future__ import annotations

from typing import Any

from crypto.encoding import Value
from crypto.errors import LocalError
from crypto.random import Rand
from crypto.wire import codec
from crypto.wire.codec import ListField, RecordField
from crypto.wire.fields import Bin, EmptyOr, Field, LanguageCode, TextUpTo, UintUpTo


def fields_sample(message: type[Any], rand: Rand) -> list[Value]:
    """Return a message's fields in wire order, small and random."""
    return [_sample(field, rand) for _, field in codec.fields_of(message)]


def _sample(field: Field, rand: Rand) -> Value:
    if isinstance(field, Bin):
        return rand(max(field.minimum, min(field.maximum, 16)))
    if isinstance(field, EmptyOr):
        return rand(field.size)
    if isinstance(field, UintUpTo):
        return min(field.maximum, 1)
    if isinstance(field, LanguageCode):
        return "de"
    if isinstance(field, TextUpTo):
        return "de"[: field.maximum]
    if isinstance(field, RecordField):
        return fields_sample(field.record, rand)
    if isinstance(field, ListField):
        return [_sample(field.item, rand)] if field.maximum else []
    raise LocalError("a field of an unknown kind")
