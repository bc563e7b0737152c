"""What the relay must refuse: frames that are none, ways that lead nowhere, pages of strangers."""

from __future__ import annotations

from collections.abc import Sequence

from crypto import encoding
from crypto.random import Rand
from crypto.wire import codec
from crypto.wire.codec import Frame
from crypto.wire.kernel import Ping

MARKER_BYTES = 12
METHODS = ("TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND")
PATHS = (
    "/../../etc/passwd",
    "/static/../../config.toml",
    "/static/%2e%2e/%2e%2e/config.toml",
    "/static/..%2f..%2fconfig.toml",
    "/static/%252e%252e/config.toml",
    "/log/../../data/relay.sqlite",
    "/log/%2e%2e/relay.sqlite",
    "/log/tile/../../secrets/log.key",
    "//etc/passwd",
    "/%00",
    "/%ff%fe",
    "/" + "a" * 6_000,
    "/?" + "q=" * 2_000,
    "/ws",
    "/api/command",
)
FOREIGN = (
    (("Origin", "https://evil.example"),),
    (("Origin", "null"),),
    (("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")),
    (("Sec-Fetch-Site", "cross-site"),),
)


def bad_frames(rand: Rand) -> Sequence[tuple[str, bytes | str]]:
    """Frames that no relay may take, each with what is wrong with it."""
    ping = codec.encode_command(7, Ping())
    marker = rand(MARKER_BYTES).hex()
    return (
        ("empty", b""),
        ("noise", rand(64)),
        ("text", "hello"),
        ("half a frame", ping[:-1]),
        ("a byte too many", ping + b"\x00"),
        ("a map", b"\x81\xa1a\x01"),
        ("nothing", b"\xc0"),
        ("a float", b"\x95\x01\x07\xa4ping\xc4\x00\xcb" + bytes(8)),
        ("a negative number", b"\x95\x01\xff\xa4ping\xc4\x00\x90"),
        ("an extension", b"\x95\x01\xc7\x01\x05\x00\xa4ping\xc4\x00\x90"),
        ("a number in a longer form", ping.replace(b"\x95\x01\x07", b"\x95\x01\xcc\x07", 1)),
        ("bytes in a longer form", ping.replace(b"\xc4\x00", b"\xc5\x00\x00", 1)),
        ("text that is no UTF-8", b"\x95\x01\x07\xa4\xff\xfe\xfd\xfc\xc4\x00\x90"),
        ("nested a thousand deep", b"\x91" * 1_000 + b"\x90"),
        ("an array of four thousand million", b"\xdd\xff\xff\xff\xff"),
        ("bytes of four thousand million", b"\xc6\xff\xff\xff\xff"),
        ("a reply", encoding.encode([Frame.REPLY.value, 7, []])),
        ("an event", encoding.encode([Frame.EVENT.value, "ended", []])),
        ("another kind", encoding.encode([9, 7, "ping", b"", []])),
        ("an unknown command", encoding.encode([1, 7, marker, b"", []])),
        ("a name of other type", encoding.encode([1, 7, 7, b"", []])),
        ("a command without its fields", encoding.encode([1, 7, "log_read", b"", []])),
        ("a field too many", encoding.encode([1, 7, "log_read", b"", [0, 0]])),
        ("a field of other type", encoding.encode([1, 7, "log_read", b"", ["0"]])),
        ("a capability of other length", encoding.encode([1, 7, "ping", b"\x00" * 31, []])),
        ("a large ping", encoding.encode([1, 7, "ping", b"", [bytes(8_192)]])),
        ("a giant", encoding.encode([1, 7, "log_read", b"", [bytes(2_000_000)]])),
    )
