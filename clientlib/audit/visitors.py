"""Who a service believes to have before it: many visitors, none of whom looks like an auditor.

A service that wanted to serve altered files to some people could choose them by what their browser
says, by address, by time, or by lot. So each visitor here says something else and comes from
another address where this machine has several, and their requests are mixed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from crypto.random import Rand

T = TypeVar("T")
VISITORS = 60
LOOPBACK_SOURCES = tuple(f"127.0.0.{last}" for last in range(1, 7))
ENCODINGS = ("br", "gzip", "identity", "gzip, deflate, br", "gzip, deflate, br, zstd", "")
_CHROMIUM = (
    "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 {}Safari/537.36"
)
# What the five browsers that people have say about themselves, an embedded one, and two programs.
_BROWSERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("User-Agent", _CHROMIUM.format("Windows NT 10.0; Win64; x64", 142, "")),
        ("Sec-CH-UA", '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"'),
        ("Sec-CH-UA-Mobile", "?0"),
        ("Sec-CH-UA-Platform", '"Windows"'),
    ),
    (
        ("User-Agent", _CHROMIUM.format("Linux; Android 10; K", 141, "Mobile ")),
        ("Sec-CH-UA", '"Google Chrome";v="141", "Not?A_Brand";v="8", "Chromium";v="141"'),
        ("Sec-CH-UA-Mobile", "?1"),
        ("Sec-CH-UA-Platform", '"Android"'),
        ("Save-Data", "on"),
    ),
    (("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),),
    (
        ("User-Agent", "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"),
        ("DNT", "1"),
        ("Sec-GPC", "1"),
    ),
    (
        (
            "User-Agent",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
        ),
    ),
    (
        (
            "User-Agent",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/26.0 Safari/605.1.15",
        ),
    ),
    (
        ("User-Agent", _CHROMIUM.format("Windows NT 10.0; Win64; x64", 140, "") + " Edg/140.0.0.0"),
        ("Sec-CH-UA", '"Chromium";v="140", "Not=A?Brand";v="24", "Microsoft Edge";v="140"'),
        ("Sec-CH-UA-Platform", '"Windows"'),
    ),
    (("User-Agent", "curl/8.14.1"), ("Accept", "*/*")),
    (),
)
_LANGUAGES = (
    "de-DE,de;q=0.9,en;q=0.5",
    "de",
    "en-GB,en;q=0.9",
    "tr-TR,tr;q=0.9,de;q=0.6",
    "ar,de;q=0.5",
    "uk,ru;q=0.8,de;q=0.6",
    "",
)
_COMINGS = (
    (("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1")),
    (("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")),
    (("Cache-Control", "no-cache"), ("Pragma", "no-cache")),
    (("Cache-Control", "max-age=0"),),
    (),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One of many: what they say in each request, and the local address they come from."""

    number: int
    headers: tuple[tuple[str, str], ...]
    source: str = ""

    @property
    def encoding(self) -> str:
        """What they accept, as an auditor writes it down."""
        return dict(self.headers).get("Accept-Encoding", "")


def visitors(count: int, host: str, rand: Rand) -> tuple[Visitor, ...]:
    """Draw `count` visitors; of each kind every value occurs equally often."""
    sources = LOOPBACK_SOURCES if is_loopback(host) else ("",)
    browsers, comings = _dealt(_BROWSERS, count, rand), _dealt(_COMINGS, count, rand)
    languages, packings = _dealt(_LANGUAGES, count, rand), _dealt(ENCODINGS, count, rand)
    places = _dealt(sources, count, rand)
    return tuple(
        Visitor(
            number=number,
            headers=(
                *browsers[number],
                *_given("Accept-Language", languages[number]),
                ("Accept-Encoding", packings[number]),
                *comings[number],
            ),
            source=places[number],
        )
        for number in range(count)
    )


def is_loopback(host: str) -> bool:
    """Tell whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(url: str) -> str:
    """Return the host of an address."""
    return urlsplit(url).hostname or ""


def pick(items: Sequence[T], rand: Rand) -> T:
    """Draw one."""
    return items[int.from_bytes(rand(8), "big") % len(items)]


def shuffled(items: Sequence[T], rand: Rand) -> list[T]:
    """Return the items in an order that nobody can know beforehand."""
    keys = {index: rand(8) for index in range(len(items))}
    return [items[index] for index in sorted(keys, key=lambda one: keys[one])]


def missed_share(count: int, one_in: int = 10) -> float:
    """Return the chance that a swap for one visitor in `one_in` met none of `count` visitors."""
    return float((1 - 1 / one_in) ** count)


def _dealt(items: Sequence[T], count: int, rand: Rand) -> list[T]:
    """Return `count` items in random order, each as often as any other, give or take one."""
    return shuffled([items[number % len(items)] for number in range(count)], rand)


def _given(name: str, value: str) -> tuple[tuple[str, str], ...]:
    return ((name, value),) if value else ()
