"""Renders every page once, purely: no page knows who will read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from e2e_server.web.contexts import (
    Context,
    EnrolmentShell,
    Frame,
    LegalPage,
    Link,
    ListPage,
    Module,
    Page,
    PortalCard,
    PortalPage,
    SeekerShell,
    WorkspaceShell,
)
from e2e_server.web.entries import (
    ACCESS_JS,
    ENROLMENT_JS,
    EXIT_JS,
    FIRST_ACTS,
    PORTAL_JS,
    SEEKER_JS,
    VERIFY_JS,
    WORKSPACE_JS,
)
from e2e_server.web.hours import hours_rows
from e2e_server.web.modules import (
    files_beside,
    import_map,
    loaded_at_once,
    module_integrity,
    reachable,
    sri,
)
from e2e_server.web.origins import Origin
from e2e_server.web.site import LANGUAGES, Portal, Site
from e2e_server.web.texts import as_namespace, fill
from e2e_server.web.verify import SHORT_CHARS, verify_page

# Below a portal, in every language.
CHAT_PATH = "chat"
ACCESS_PATH = "zugang"
WORK_PATH = "team"
# Invitations name this address: crypto/invitelink.py.
ENROLMENT_PATH = "team/einladung"
VERIFY_PATH = "pruefen"
LEGAL_PAGES = {
    "privacy": "datenschutz",
    "imprint": "impressum",
    "accessibility": "barrierefreiheit",
    "safe": "sicher-surfen",
}


class Renderer:
    """Renders the pages of one site over one code part."""

    def __init__(
        self,
        *,
        site: Site,
        templates: Path,
        texts: Mapping[str, dict[str, Any]],
        code: Mapping[str, bytes],
        prefix: str,
        holidays: tuple[str, ...],
        origins: Mapping[str, Origin],
        manifest_hash: str,
    ) -> None:
        # Auditors' trials run without a page: nobody comes there by mistake.
        shown = tuple(portal for portal in site.portals if not portal.audit)
        self._site = replace(site, portals=shown)
        self._holidays_json = _json(holidays)
        self._texts = {language: as_namespace(texts[language]) for language in LANGUAGES}
        self._code = code
        self._prefix = prefix
        self._origins = origins
        self._manifest_hash = manifest_hash
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["fill"] = fill
        self._environment.globals["integrity"] = lambda path: module_integrity(code[path])

    def pages(self) -> tuple[Page, ...]:
        pages = []
        for language in LANGUAGES:
            pages += [
                self._list_page(language),
                self._workspace_shell(language),
                self._enrolment_shell(language),
            ]
            for portal in self._site.portals:
                pages += [
                    self._portal_page(language, portal),
                    self._chat_shell(language, portal),
                    self._access_shell(language, portal),
                ]
            pages += [self._legal_page(language, name) for name in LEGAL_PAGES]
            pages.append(self._verify_page(language))
        return tuple(pages)

    def exit_page(self) -> bytes:
        """The neutral page behind /exit, for a browser that does not follow the redirect."""
        t = self._texts[self._site.language]
        template = self._environment.get_template("exit.html")
        return template.render(
            t=t, language=self._site.language, exit_url=self._site.exit_url
        ).encode("utf-8")

    def _list_page(self, language: str) -> Page:
        t = self._texts[language]
        frame = self._frame(language, "", self._site.name, (EXIT_JS,))
        cards = tuple(
            PortalCard(
                link=Link(
                    href=_path(language, f"p/{portal.slug}"), text=portal.name.in_language(language)
                ),
                intro=portal.intro.in_language(language),
            )
            for portal in self._site.portals
        )
        return self._render("list.html", frame, t, ListPage(frame=frame, portals=cards))

    def _portal_page(self, language: str, portal: Portal) -> Page:
        t = self._texts[language]
        name = portal.name.in_language(language)
        frame = self._frame(language, f"p/{portal.slug}", name, (EXIT_JS, PORTAL_JS))
        states = {key: value for key, value in vars(t.portal).items() if key.startswith("state_")}
        chat_modules = self._loaded_at_once((SEEKER_JS,), language)
        days = self._site.limits.answer_days
        context = PortalPage(
            frame=frame,
            portal=portal,
            name=name,
            intro=portal.intro.in_language(language),
            chat_href=_path(language, f"p/{portal.slug}/{CHAT_PATH}"),
            access_href=_path(language, f"p/{portal.slug}/{ACCESS_PATH}"),
            write_text=t.portal.write_text_one if days == 1 else fill(t.portal.write_text, n=days),
            hours=hours_rows(t, portal),
            state_texts=_json(states),
            prefetch=" ".join(
                self._prefix + path for path in (*chat_modules, *self._beside(chat_modules))
            ),
        )
        return self._render("portal.html", frame, t, context)

    def _chat_shell(self, language: str, portal: Portal) -> Page:
        entries = (EXIT_JS, SEEKER_JS)
        return self._seeker_shell("seeker.html", language, portal, CHAT_PATH, entries)

    def _access_shell(self, language: str, portal: Portal) -> Page:
        entries = (EXIT_JS, ACCESS_JS)
        return self._seeker_shell("access.html", language, portal, ACCESS_PATH, entries)

    def _seeker_shell(
        self, template: str, language: str, portal: Portal, place: str, entries: tuple[str, ...]
    ) -> Page:
        t = self._texts[language]
        name = portal.name.in_language(language)
        portal_href = _path(language, f"p/{portal.slug}")
        path = f"p/{portal.slug}/{place}"
        frame = self._frame(language, path, name, entries, back=portal_href)
        crisis = [
            {"tel": line.tel, "href": line.href, "label": line.label.in_language(language)}
            for line in self._site.crisis
        ]
        context = SeekerShell(
            frame=frame,
            portal=portal,
            name=name,
            portal_href=portal_href,
            access_href=_path(language, f"p/{portal.slug}/{ACCESS_PATH}"),
            privacy_href=_path(language, LEGAL_PAGES["privacy"]),
            safe_href=_path(language, LEGAL_PAGES["safe"]),
            crisis_json=_json(crisis),
            topics_json=_json(_topics(portal, language)),
            holidays_json=self._holidays_json,
        )
        return self._render(template, frame, t, context)

    def _workspace_shell(self, language: str) -> Page:
        t = self._texts[language]
        frame = self._frame(
            language, WORK_PATH, f"{t.workspace.title} – {self._site.name}", (WORKSPACE_JS,)
        )
        portals = [
            {
                "slug": portal.slug,
                "portal16": portal.portal16,
                "team16": portal.team16,
                "leads16": portal.leads16,
                "level": portal.level,
                "name": portal.name.in_language(language),
                "topics": _topics(portal, language),
            }
            for portal in self._site.portals
        ]
        context = WorkspaceShell(
            frame=frame, portals_json=_json(portals), holidays_json=self._holidays_json
        )
        return self._render("workspace.html", frame, t, context)

    def _enrolment_shell(self, language: str) -> Page:
        t = self._texts[language]
        title = f"{t.enrolment.title} – {self._site.name}"
        frame = self._frame(language, ENROLMENT_PATH, title, (ENROLMENT_JS,))
        portals = [
            {"team16": portal.team16, "name": portal.name.in_language(language)}
            for portal in self._site.portals
        ]
        context = EnrolmentShell(
            frame=frame, work_href=_path(language, WORK_PATH), portals_json=_json(portals)
        )
        return self._render("enrolment.html", frame, t, context)

    def _legal_page(self, language: str, name: str) -> Page:
        t = self._texts[language]
        heading = cast(str, getattr(t.legal, name))
        title = f"{heading} – {self._site.name}"
        frame = self._frame(language, LEGAL_PAGES[name], title, (EXIT_JS,))
        return self._render(f"{name}.html", frame, t, LegalPage(frame=frame, heading=heading))

    def _verify_page(self, language: str) -> Page:
        t = self._texts[language]
        title = f"{t.verify.title} – {self._site.name}"
        frame = self._frame(language, VERIFY_PATH, title, (EXIT_JS, VERIFY_JS))
        context = verify_page(frame, t, self._site, self._code, self._origins, self._manifest_hash)
        return self._render("verify.html", frame, t, context)

    def _frame(
        self, language: str, name: str, title: str, entries: tuple[str, ...], back: str = ""
    ) -> Frame:
        t = self._texts[language]
        other = "en" if language == "de" else "de"
        at_once = self._loaded_at_once(entries, language)
        # A page speaks one language: hashes do not compress, and nobody fetches the other's words.
        unspoken = (f"text/{other}.js", f"-{other}.js")
        reached = tuple(
            path
            for path in reachable(self._code, at_once)
            if not (path.startswith("text/") and path.endswith(unspoken))
        )
        minutes = self._site.limits.chat_minutes
        whole_hours = minutes > 60 and minutes % 60 == 0
        return Frame(
            path=_path(language, name),
            language=language,
            other=Link(href=_path(other, name), text=t.frame.other_language),
            other_language=other,
            title=title,
            brand=Link(href=_path(language, ""), text=self._site.name),
            prefix=self._prefix,
            import_map=Markup(import_map(self._code, self._prefix, reached)),  # noqa: S704 - JSON of paths and hashes
            modules=tuple(
                Module(src=self._prefix + entry, integrity=sri(self._code[entry]))
                for entry in entries
                if entry in self._code
            ),
            preload=tuple(path for path in at_once if path not in entries),
            preload_wasm=tuple(path for path in self._beside(at_once) if path.endswith(".wasm")),
            crisis=tuple(
                Link(href=line.href, text=line.label.in_language(language))
                for line in self._site.crisis
            ),
            numbers=tuple(line.tel for line in self._site.crisis),
            footer=tuple(
                Link(href=_path(language, path), text=cast(str, getattr(t.legal, key)))
                for key, path in LEGAL_PAGES.items()
            ),
            verify=Link(
                href=_path(language, VERIFY_PATH),
                text=fill(t.legal.verify_state, state=self._manifest_hash[:SHORT_CHARS]),
            ),
            back=back or _path(language, name),
            duration=(
                fill(t.frame.duration_hours, n=minutes // 60)
                if whole_hours
                else fill(t.frame.duration_minutes, n=minutes)
            ),
            site=self._site,
        )

    def _loaded_at_once(self, entries: tuple[str, ...], language: str) -> tuple[str, ...]:
        """What must be here before the page can be used; asked for together, not one by one."""
        apps = [entry for entry in entries if entry in FIRST_ACTS]
        acts = [act.format(language=language) for app in apps for act in FIRST_ACTS[app]]
        return loaded_at_once(self._code, (*entries, *acts))

    def _beside(self, modules: tuple[str, ...]) -> tuple[str, ...]:
        beside = {path for name in modules for path in files_beside(name, self._code[name])}
        return tuple(sorted(beside & self._code.keys()))

    def _render(self, template: str, frame: Frame, t: SimpleNamespace, context: Context) -> Page:
        html = self._environment.get_template(template).render(page=context, f=frame, t=t)
        return Page(
            path=frame.path,
            html=html.encode("utf-8"),
            import_map_hash=sri(str(frame.import_map).encode("utf-8")),
        )


def _path(language: str, name: str) -> str:
    return f"/{name}" if language == "de" else f"/{language}/{name}"


def _topics(portal: Portal, language: str) -> list[str]:
    return [topic.in_language(language) for topic in portal.topics]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
