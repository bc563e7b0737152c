"""Every command, reply, event and content with its smallest and a full set of fields.

The messages are made from the catalogue, so a new one is covered when it is declared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crypto import encoding
from crypto.encoding import Value
from crypto.wire import catalogue, codec, live
from crypto.wire.errors import ErrorCode
from crypto.wire.fields import Bin, EmptyOr, Field, LanguageCode, TextUpTo, UintUpTo
from crypto.wire.mirror import camel
from tests.vectors.make.common import case, document, packed

_NO_LANGUAGES: dict[str, Value] = {
    "a language of one letter": "d",
    "a language of four letters": "deut",
    "a language in capitals": "De",
    "a language with a region": "d-A",
    "a language with an umlaut": "dü",
    "a language with a line's end": "de\n",
    "a language in bytes": b"de",
}
_CREDENTIAL = bytes(range(32))
Size = Callable[[int, int], int]


def cases() -> dict[str, Any]:
    """Messages both ways, frames of the relay, and fields and frames that are refused."""
    return document(
        "Messages of the wire catalogue as frames, and contents of envelopes alone.",
        [*_commands(), *_replies(), *_events(), *_contents(), *_frames(), *_refused()],
    )


def _least(low: int, high: int) -> int:
    return low


def _most(low: int, high: int) -> int:
    return high


def sample(field: Field, size: Size) -> tuple[Value, Any]:
    """Return a value at the border that `size` chooses: as it is encoded, and as JSON."""
    if isinstance(field, codec.RecordField):
        return sample_message(field.record, size)
    if isinstance(field, codec.ListField):
        # Two items tell order; the largest count would only make the file long.
        items = [sample(field.item, size) for _ in range(size(0, min(2, field.maximum)))]
        return [item[0] for item in items], [item[1] for item in items]
    if isinstance(field, Bin | EmptyOr):
        low, high = (field.minimum, field.maximum) if isinstance(field, Bin) else (0, field.size)
        raw = bytes([high % 251]) * size(low, high)
        return raw, {"bin": packed(raw)}
    if isinstance(field, TextUpTo):
        text = "ü" * size(0, min(40, field.maximum))
        return text, text
    if isinstance(field, LanguageCode):
        text = "deutsch"[: size(field.minimum, 3)]
        return text, text
    assert isinstance(field, UintUpTo)
    return (number := size(0, field.maximum)), number


def sample_message(message: type[Any], size: Size) -> tuple[list[Value], dict[str, Any]]:
    """Return the array of fields of a message, and its JSON object with JavaScript names."""
    values: list[Value] = []
    tagged: dict[str, Any] = {}
    for name, field in codec.fields_of(message):
        value, tagged[camel(name)] = sample(field, size)
        values.append(value)
    return values, tagged


def _made(op: str, name: str, message: type[Any]) -> list[tuple[str, list[Value], dict[str, Any]]]:
    made = []
    for word, size in (("least", _least), ("most", _most)):
        values, tagged = sample_message(message, size)
        # The round trip through the class shows that Python, too, takes these fields.
        assert codec.to_value(codec.from_value(message, values)) == values
        made.append((f"{op} {name} {word}", values, {"op": op, "name": name, "message": tagged}))
    return made


def _commands() -> list[dict[str, Any]]:
    made = []
    for name, command in sorted(catalogue.commands().items()):
        for title, values, given in _made("command", name, command):
            credential = _CREDENTIAL if command.META.credential.value in ("ticket", "box") else b""
            raw = encoding.encode([1, 7, name, credential, values])
            given |= {"request": 7, "credential": credential}
            made.append(case(title, "frame of the client", given, {"raw": packed(raw)}))
    return made


def _replies() -> list[dict[str, Any]]:
    made = []
    for name, command in sorted(catalogue.commands().items()):
        for title, values, given in _made("reply", name, command.META.reply):
            raw = encoding.encode([2, 7, values])
            given = {"op": "reply", "name": name, "raw": packed(raw), "message": given["message"]}
            made.append(case(title, "frame of the relay", given, {"request": 7}))
    return made


def _events() -> list[dict[str, Any]]:
    made = []
    for name, event in sorted(catalogue.events().items()):
        for title, values, given in _made("event", name, event):
            raw = encoding.encode([4, name, values])
            made.append(case(title, "frame of the relay", {**given, "raw": packed(raw)}))
    return made


def _contents() -> list[dict[str, Any]]:
    made = []
    for content in catalogue.contents():
        for title, values, given in _made("content", content.__name__, content):
            raw = packed(encoding.encode(values))
            made.append(case(title, "inside an envelope", given, {"raw": raw}))
    return made


def _frames() -> list[dict[str, Any]]:
    frames: list[tuple[str, bytes, dict[str, Any]]] = [
        (
            "greeting",
            codec.encode_greeting(1_800_000_000_000, 10_000),
            {
                "kind": "greeting",
                "versionMin": codec.VERSION_MIN,
                "versionMax": codec.VERSION_MAX,
                "nowMs": 1_800_000_000_000,
                "heartbeatMs": 10_000,
            },
        ),
        (
            "refusal of tomorrow",
            encoding.encode([3, 7, "of_tomorrow", 0]),
            {"kind": "refusal", "request": 7, "code": "internal", "retryMs": 0},
        ),
        (
            "event of tomorrow",
            encoding.encode([4, "of_tomorrow", [1, [b"", "x"]]]),
            {"kind": "event", "name": "of_tomorrow", "event": 0},
        ),
    ]
    frames += [
        (
            f"refusal {code.value}",
            codec.encode_refusal(7, code, 500),
            {"kind": "refusal", "request": 7, "code": code.value, "retryMs": 500},
        )
        for code in ErrorCode
    ]
    return [
        case(f"frame {name}", "of the relay", {"op": "frame", "raw": raw}, out)
        for name, raw, out in frames
    ]


def _refused() -> list[dict[str, Any]]:
    frames: list[tuple[str, bytes]] = [
        ("no bytes", b""),
        ("no array", encoding.encode(2)),
        ("empty array", encoding.encode([])),
        ("unknown kind", encoding.encode([5, 7, []])),
        ("a command", encoding.encode([1, 7, "ping", b"", []])),
        ("kind is text", encoding.encode(["2", 7, []])),
        ("greeting too short", encoding.encode([0, 1, 1, 0])),
        ("greeting with text", encoding.encode([0, 1, 1, "0", 0])),
        ("reply too long", encoding.encode([2, 7, [], 0])),
        ("reply to a name", encoding.encode([2, "7", []])),
        ("refusal without a code", encoding.encode([3, 7, 0, 0])),
        ("refusal, long code", encoding.encode([3, 7, "a" * 41, 0])),
        ("event, long name", encoding.encode([4, "a" * 41, []])),
        ("event, fields missing", encoding.encode([4, "log_grown", []])),
        ("event, field too many", encoding.encode([4, "log_grown", [1, 2]])),
        ("event, wrong type", encoding.encode([4, "log_grown", [b""]])),
        ("event, fields no array", encoding.encode([4, "log_grown", 1])),
        ("trailing byte", encoding.encode([2, 7, []]) + b"\x00"),
    ]
    for name, language in _NO_LANGUAGES.items():
        row, _ = sample_message(live.QueueRow, _least)
        row[[field for field, _ in codec.fields_of(live.QueueRow)].index("language")] = language
        frames.append((f"event, {name}", encoding.encode([4, "queue_row", [row]])))
    return [
        case(f"refuse {name}", "no frame of the relay", {"op": "frame", "raw": raw}, None, _CODE)
        for name, raw in frames
    ]


_CODE = "not_canonical"
