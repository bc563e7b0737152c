"""What each template may say, one frozen dataclass a page; anything else on a page is an error.

`Page` is what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from e2e_server.web.site import Portal, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A rendered page: where it is served, its bytes, and the hash its policy must allow."""

    path: str
    html: bytes
    import_map_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    src: str
    integrity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page."""

    path: str
    language: str
    other: Link
    other_language: str
    title: str
    brand: Link
    prefix: str
    import_map: Markup
    modules: tuple[Module, ...]
    preload: tuple[str, ...]  # further modules that are needed at once
    preload_wasm: tuple[str, ...]
    crisis: tuple[Link, ...]  # href "tel:…", text the label; see `crisis_json` for modules
    numbers: tuple[str, ...]
    footer: tuple[Link, ...]
    verify: Link  # with the state of the program
    back: str  # where a page restored by the back button reloads to
    duration: str
    site: Site


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalCard:
    link: Link
    intro: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    frame: Frame
    portals: tuple[PortalCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRow:
    day: str
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPage:
    frame: Frame
    portal: Portal
    name: str
    intro: str
    chat_href: str
    access_href: str
    write_text: str
    hours: tuple[HoursRow, ...]
    state_texts: str  # JSON, for js/portal.js
    prefetch: str  # module addresses separated by spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class SeekerShell:
    frame: Frame
    portal: Portal
    name: str
    portal_href: str
    access_href: str
    privacy_href: str
    safe_href: str
    crisis_json: str
    topics_json: str
    holidays_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceShell:
    frame: Frame
    portals_json: str
    holidays_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentShell:
    frame: Frame
    work_href: str
    portals_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalPage:
    frame: Frame
    heading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One file of part `code`: path below its root, hash in hex, size and origin in words."""

    path: str
    sha384: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    frame: Frame
    heading: str
    words: tuple[str, ...]
    manifest_hash: str
    published: tuple[Link, ...]  # text: what lies there
    health: str
    own: tuple[FileRow, ...]
    foreign: tuple[FileRow, ...]
    texts: str  # JSON, for js/verify.js


Context = (
    ListPage | PortalPage | SeekerShell | WorkspaceShell | EnrolmentShell | LegalPage | VerifyPage
)
