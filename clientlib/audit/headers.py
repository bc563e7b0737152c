"""Headers as promised: the published table, and the least that any promise must hold.

The table is the operator's own, so each promise is judged too: a service that promised less would
otherwise keep its word and protect nobody.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clientlib.audit.check import Words

# Every answer has these beside its promised ones.
_NEUTRAL = {"server", "date", "strict-transport-security", "accept-ranges", "age", "etag"}
_NEUTRAL |= {"last-modified", "via", "alt-svc", "transfer-encoding", "content-type"}
_SERVERS = {"e2e-server"}
# Header -> the values one of which must stand there.
_LEAST: dict[str, tuple[str, ...]] = {
    "cross-origin-opener-policy": ("same-origin",),
    "cross-origin-resource-policy": ("same-origin",),
    "integrity-policy": ("blocked-destinations=(script)",),
    "referrer-policy": ("no-referrer",),
    "x-content-type-options": ("nosniff",),
}
# Directive -> the sources that may stand there, beside the hash of the page's own import map.
_POLICY: dict[str, frozenset[str]] = {
    "default-src": frozenset({"'none'"}),
    "script-src": frozenset({"'self'", "'wasm-unsafe-eval'"}),
    "style-src": frozenset({"'self'"}),
    "connect-src": frozenset({"'self'"}),
    "img-src": frozenset({"'self'", "blob:", "data:"}),
    "font-src": frozenset({"'self'"}),
    "media-src": frozenset({"'self'", "blob:"}),
    "worker-src": frozenset({"'self'"}),
    "manifest-src": frozenset({"'self'"}),
    "base-uri": frozenset({"'none'"}),
    "form-action": frozenset({"'self'", "'none'"}),
    "frame-ancestors": frozenset({"'none'"}),
    "require-trusted-types-for": frozenset({"'script'"}),
}
# Without these a browser falls back to something wider.
_REQUIRED = (
    "default-src",
    "script-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "require-trusted-types-for",
)
_INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One header that is not as it should be."""

    words: Words
    evidence: Mapping[str, str] = field(default_factory=dict)


def promised_headers(table: Mapping[str, Any], path: str) -> dict[str, str] | None:
    """Return what the table promises for a path, names in lower case; None for nothing."""
    try:
        route = table["routes"][path]
        promised = {str(k).lower(): str(v) for k, v in table["classes"][route["class"]].items()}
        return promised | {"content-type": str(route["type"])}
    except (KeyError, TypeError, AttributeError):
        return None


def faults_of(
    promised: Mapping[str, str],
    given: Sequence[tuple[str, str]],
    body: bytes | None,
    *,
    is_secure: bool,
) -> list[Fault]:
    """Return what is wrong with the headers of one answer; `body`: the listed bytes of a page."""
    seen: dict[str, list[str]] = {}
    for name, value in given:
        seen.setdefault(name, []).append(value)
    faults = []
    for name, value in promised.items():
        got = seen.get(name, [])
        if got != [value]:
            faults.append(_differs(name, value, got))
    for name, values in seen.items():
        if name not in promised and name not in _NEUTRAL:
            faults.append(_extra(name, values))
    if any(value not in _SERVERS for value in seen.get("server", [])) and "via" not in seen:
        faults.append(_tells(seen["server"]))
    if is_secure and not any("max-age" in one for one in seen.get("strict-transport-security", [])):
        faults.append(_differs("strict-transport-security", "max-age=…", []))
    if not faults:
        # What is not kept is named above; here: whether the promise is worth anything.
        faults += _weak(promised, body)
    return faults


def _weak(promised: Mapping[str, str], body: bytes | None) -> list[Fault]:
    faults = [
        _differs(name, values[0], [promised[name]] if name in promised else [])
        for name, values in _LEAST.items()
        if promised.get(name) not in values
    ]
    if "cache-control" not in promised:
        faults.append(_differs("cache-control", "no-store", []))
    policy = promised.get("content-security-policy", "")
    is_page = promised.get("content-type", "").startswith("text/html")
    if is_page and body is None:
        # Nobody was given the page whose import map the hash is of; that is named elsewhere.
        return faults
    return faults + policy_faults(policy, body if is_page else None)


def policy_faults(policy: str, page: bytes | None) -> list[Fault]:
    """Return in which ways a Content-Security-Policy allows more than a page of ours needs.

    `page`: the listed bytes of a page; None for other files, which have no inline script.
    """
    directives: dict[str, list[str]] = {}
    for part in filter(str.strip, policy.split(";")):
        name, *sources = part.split()
        directives.setdefault(name.lower(), sources)
    inline = {_csp_hash(one) for one in _INLINE.findall(page)} if page is not None else set()
    faults = [_policy(name, "fehlt", "is missing") for name in _REQUIRED if name not in directives]
    for name, sources in directives.items():
        allowed = _POLICY.get(name)
        if allowed is None:
            continue
        extra = [one for one in sources if one not in allowed and not _is_inline(one, inline, name)]
        if extra:
            what = " ".join(extra)
            faults.append(_policy(name, f"erlaubt auch {what}", f"also allows {what}"))
    return faults


def _is_inline(source: str, inline: set[str], name: str) -> bool:
    """Tell whether a hash is that of the page's own import map."""
    return name == "script-src" and source in inline


def _csp_hash(script: bytes) -> str:
    return "'sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode("ascii") + "'"


def _policy(name: str, de: str, en: str) -> Fault:
    return Fault(
        Words(
            de=f"Die Inhaltsrichtlinie ist zu weit: {name} {de}",
            en=f"the content policy is too wide: {name} {en}",
        ),
        {"directive": name},
    )


def _differs(name: str, wanted: str, got: list[str]) -> Fault:
    if not got:
        return Fault(
            Words(de=f"Die Kopfzeile {name} fehlt", en=f"the header {name} is missing"),
            {"header": name, "promised": wanted},
        )
    return Fault(
        Words(
            de=f"Die Kopfzeile {name} sagt etwas anderes als versprochen",
            en=f"the header {name} says something else than promised",
        ),
        {"header": name, "promised": wanted, "served": " | ".join(got)},
    )


def _extra(name: str, values: list[str]) -> Fault:
    return Fault(
        Words(
            de=f"Die Kopfzeile {name} ist nirgends versprochen",
            en=f"the header {name} is promised nowhere",
        ),
        {"header": name, "served": " | ".join(values)},
    )


def _tells(values: list[str]) -> Fault:
    return Fault(
        Words(
            de="Die Kopfzeile server verrät, welches Programm antwortet",
            en="the header server tells which program answers",
        ),
        {"header": "server", "served": " | ".join(values)},
    )
