"""Messages to canonical bytes and back; frames of the WebSocket.

    client -> relay   [1, request, name, credential, [fields]]
    relay -> client   [0, version_min, version_max, now_ms, heartbeat_ms]     greeting, once, first
                      [2, request, [fields]]                                  reply
                      [3, request, code, retry_ms]                            refusal
                      [4, name, [fields]]                                     event

`credential` is empty or 32 bytes (a ticket or box capability); sign-ins bind to the connection.
`request` is a number the client chooses; a refusal of an unreadable frame carries 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from crypto import encoding
from crypto.encoding import Value
from crypto.errors import LocalError, NotCanonical
from crypto.wire.base import Command, Event, Record, Reply
from crypto.wire.errors import ErrorCode
from crypto.wire.fields import Field, ListUpTo

VERSION_MIN = 1
VERSION_MAX = 1
_CODES = {code.value: code for code in ErrorCode}
M = TypeVar("M")


class Frame(IntEnum):
    """First item of every frame."""

    GREETING = 0
    COMMAND = 1
    REPLY = 2
    REFUSAL = 3
    EVENT = 4


@dataclass(frozen=True, slots=True)
class RecordField:
    """A nested record, an array of fixed length."""

    record: type[Any]

    def read(self, value: Value) -> object:
        """Read the record's fields in order."""
        return from_value(self.record, value)

    def spec(self) -> str:
        """`record <Name>`."""
        return f"record {self.record.__name__}"


@dataclass(frozen=True, slots=True)
class ListField:
    """A tuple of one item type with a largest count."""

    item: Field
    maximum: int

    def read(self, value: Value) -> object:
        """Read each item; refuse more than the maximum."""
        items = encoding.array(value)
        if len(items) > self.maximum:
            raise NotCanonical("too many items")
        return tuple(self.item.read(item) for item in items)

    def spec(self) -> str:
        """`list <max> <item spec>`."""
        return f"list {self.maximum} {self.item.spec()}"


def fields_of(message: type[Any]) -> tuple[tuple[str, Field], ...]:
    """Return the fields of a message class in wire order."""
    return _fields_of(message)  # type: ignore[arg-type]  # classes are hashable


def to_value(message: object) -> list[Value]:
    """Turn a message into its array of fields; LocalError when a field breaks its limits."""
    values: list[Value] = []
    for name, field in fields_of(type(message)):
        value = _plain(getattr(message, name))
        try:
            field.read(value)
        except NotCanonical as error:
            raise LocalError(f"{type(message).__name__}.{name}: {error}") from error
        values.append(value)
    return values


def from_value(message: type[M], value: Value) -> M:
    """Read a message from its decoded array; NotCanonical unless every field fits."""
    fields = fields_of(message)
    items = encoding.array(value, len(fields))
    read = {name: field.read(item) for (name, field), item in zip(fields, items, strict=True)}
    return message(**read)


def encode(message: object) -> bytes:
    """Encode one message alone, e.g. the content of an envelope."""
    return encoding.encode(to_value(message))


def decode(message: type[M], raw: bytes) -> M:
    """Undo `encode`."""
    return from_value(message, encoding.decode(raw))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFrame:
    """A command as it arrived: who is asked for which reply, under which capability."""

    request: int
    command: Command[Reply]
    credential: bytes


class UnknownCommand(NotCanonical):
    """The name is in no catalogue; the request number is known."""

    def __init__(self, request: int) -> None:
        super().__init__("unknown command")
        self.request = request


class BadFields(NotCanonical):
    """The command is known, its fields do not fit."""

    def __init__(self, request: int) -> None:
        super().__init__("fields do not fit")
        self.request = request


def encode_command(request: int, command: Command[Any], credential: bytes = b"") -> bytes:
    """Client: one command as a frame."""
    name = command.META.name
    return encoding.encode([Frame.COMMAND.value, request, name, credential, to_value(command)])


def decode_command(raw: bytes, commands: Mapping[str, type[Command[Any]]]) -> CommandFrame:
    """Relay: read a frame; RemoteError when it is none, UnknownCommand or BadFields inside."""
    kind, request, name, credential, fields = encoding.decode_array(raw, 5)
    encoding.uint(kind, Frame.COMMAND.value)
    if kind != Frame.COMMAND:
        raise NotCanonical("not a command")
    number = encoding.uint(request)
    cls = commands.get(encoding.text(name, 40))
    if cls is None:
        raise UnknownCommand(number)
    try:
        return CommandFrame(
            request=number,
            command=from_value(cls, fields),
            credential=encoding.binary(credential, 0, 32),
        )
    except NotCanonical as error:
        raise BadFields(number) from error


def encode_greeting(now_ms: int, heartbeat_ms: int) -> bytes:
    """Relay: the first frame of a connection."""
    return encoding.encode([Frame.GREETING.value, VERSION_MIN, VERSION_MAX, now_ms, heartbeat_ms])


def encode_reply(request: int, reply: Reply) -> bytes:
    """Relay: the answer to one command."""
    return encoding.encode([Frame.REPLY.value, request, to_value(reply)])


def encode_refusal(request: int, code: ErrorCode, retry_ms: int = 0) -> bytes:
    """Relay: a refusal with its code."""
    return encoding.encode([Frame.REFUSAL.value, request, code.value, retry_ms])


def encode_event(event: Event) -> bytes:
    """Relay: an event."""
    return encoding.encode([Frame.EVENT.value, event.NAME, to_value(event)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """The relay's first frame."""

    version_min: int
    version_max: int
    now_ms: int
    heartbeat_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFrame:
    """An answer whose fields are read once the request is known."""

    request: int
    fields: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalFrame:
    """A refusal; a code this client does not know counts as `internal`."""

    request: int
    code: ErrorCode
    retry_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFrame:
    """An event, or None when this client does not know its name (grease)."""

    event: Event | None


def decode_from_relay(
    raw: bytes, events: Mapping[str, type[Event]]
) -> Greeting | ReplyFrame | RefusalFrame | EventFrame:
    """Client: read any frame of the relay; RemoteError when it is none."""
    items = encoding.array(encoding.decode(raw))
    kind = encoding.uint(items[0]) if items else None
    if kind == Frame.GREETING and len(items) == 5:
        low, high, now_ms, heartbeat_ms = (encoding.uint(item) for item in items[1:])
        return Greeting(version_min=low, version_max=high, now_ms=now_ms, heartbeat_ms=heartbeat_ms)
    if kind == Frame.REPLY and len(items) == 3:
        return ReplyFrame(request=encoding.uint(items[1]), fields=items[2])
    if kind == Frame.REFUSAL and len(items) == 4:
        code = _CODES.get(encoding.text(items[2], 40), ErrorCode.INTERNAL)
        return RefusalFrame(
            request=encoding.uint(items[1]), code=code, retry_ms=encoding.uint(items[3])
        )
    if kind == Frame.EVENT and len(items) == 3:
        cls = events.get(encoding.text(items[1], 40))
        return EventFrame(event=None if cls is None else from_value(cls, items[2]))
    raise NotCanonical("not a frame of the relay")


@cache
def _fields_of(message: Any) -> tuple[tuple[str, Field], ...]:
    hints = get_type_hints(message, include_extras=True)
    return tuple((f.name, _field(hints[f.name])) for f in dataclasses.fields(message))


def _field(hint: Any) -> Field:
    """Find the field object in an annotation: Annotated leaf, Record, or tuple with ListUpTo."""
    if isinstance(hint, type) and issubclass(hint, Record):
        return RecordField(hint)
    if get_origin(hint) is Annotated:
        base, *notes = get_args(hint)
        for note in notes:
            if isinstance(note, ListUpTo):
                return ListField(_field(get_args(base)[0]), note.maximum)
            if hasattr(note, "read"):
                found: Field = note
                return found
    raise LocalError(f"field without limits: {hint!r}")


def _plain(value: Any) -> Value:
    if isinstance(value, Record):
        return to_value(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, int) and type(value) is not int and type(value) is not bool:
        return int(value)
    plain: Value = value
    return plain
