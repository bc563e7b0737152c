"""A real service with few pages, its log signed and witnessed, and an auditor before it.

async with stand(folder) as found:
    found.tamperer.plant(SomeFault())
    assert await found.red() == {"files.served"}
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from clientlib.audit.check import Result, Runner, State
from clientlib.audit.claims import OUTSIDE
from clientlib.audit.fetch import Fetcher
from clientlib.audit.outside import Outside, Wanted
from clientlib.audit.state import StateDir
from clientlib.relay import RelayClient
from clientlib.translog import publish
from crypto import cosignature
from crypto.logview import LogView
from crypto.publication import Release, SiteRelease
from crypto.statement import DAY_MS
from crypto.wire.translog import LogCosign, LogRead
from e2e_server.features.translog.log import StaffLog
from e2e_server.web import build_web
from tests.audit.tamper import Tamperer
from tests.helpers import atrest
from tests.helpers.organisation import NOW_MS, Organisation, Person
from tests.helpers.server import Server, portal_entry, serving, site_json
from tests.vectors.make.common import SeededRand
from tests.web.conftest import make_tree

# Enough for each packing, each browser, and one in ten.
ENOUGH_VISITORS = 10
WITNESS = Person("Witness")
WITNESS_NAME = "example.org/witness"
TAG = "v1.0.0"


@dataclass(slots=True)
class Stand:
    """The service, the proxy before it, and what auditors are given."""

    server: Server
    tamperer: Tamperer
    folder: Path
    web_root: Path
    audits: int = 0
    results: tuple[Result, ...] = ()
    published: int = field(default=0)

    @property
    def organisation(self) -> Organisation:
        return self.server.organisation

    @property
    def site(self) -> Path:
        """The built pages."""
        return self.server.settings.site_dir

    async def red(
        self,
        state: Path | None = None,
        wanted: Wanted | None = None,
        release: Path | None = None,
        visitors: int = 2,
        without: tuple[str, ...] = (),
    ) -> set[str]:
        """Audit as somebody new; return the ids of what failed. Nothing may be left unclear.

        `without`: checks to which the planted fault cannot matter, and which take their time.
        """
        self.audits += 1
        kept = state or self.folder / f"auditor-{self.audits}"
        async with Fetcher(self.tamperer.url) as fetcher:
            audit = Outside(
                url=self.tamperer.url,
                wanted=wanted or Wanted(raw=self.organisation.fingerprint),
                fetcher=fetcher,
                state=StateDir(kept),
                now_ms=self.server.clock.now_ms,
                rand=SeededRand(f"auditor {self.audits}"),
                visitor_count=visitors,
                # A build takes a second; who looks at that check gives the program itself.
                release=release or self.folder / "MANIFEST.code.json",
            )
            self.results = await Runner(audit, self.server.clock.now_ms).run(
                [one for one in OUTSIDE if one.id not in without]
            )
        broken = [one for one in self.results if one.outcome.state is State.BROKEN]
        assert broken == [], broken
        return {one.id for one in self.results if one.outcome.state is State.FAILED}

    def state_of(self, check_id: str) -> State:
        """How a check of the last audit ended."""
        return next(one.outcome.state for one in self.results if one.id == check_id)

    def said(self, check_id: str) -> str:
        """What a check of the last audit found, in German."""
        result = next(one for one in self.results if one.id == check_id)
        return "\n".join(one.words.de for one in result.outcome.findings)

    def view(self) -> LogView:
        """The log as the service has it."""
        return self.server.relay.parts.services.get(StaffLog).view

    async def keep_copy(self, folder: Path) -> None:
        """Copy the service's folders, as a backup would."""
        await self.server.stop()
        atrest.put_by(self.server.settings, folder)
        await self.server.start()

    async def put_copy_back(self, folder: Path) -> None:
        """Go on with the folders of before."""
        await self.server.stop()
        atrest.put_back(folder, self.server.settings)
        await self.server.start()

    async def publish_new(self) -> None:
        """Hand in what the organisation has stated since the last time."""
        async with RelayClient(self.server.url) as relay:
            for leaf, payload in self.organisation.log[self.published :]:
                await publish(relay, leaf, payload)
        self.published = len(self.organisation.log)

    async def cosign(self) -> None:
        """Let the witness cosign the present state."""
        async with RelayClient(self.server.url) as relay:
            reply = await relay.request(LogRead(start=0))
            line = cosignature.cosign(
                WITNESS.sign, WITNESS_NAME, reply.checkpoint, self.server.clock.now_ms() // 1000
            )
            await relay.request(LogCosign(size=reply.size, line=line))

    def sign_pages(self) -> None:
        """State that the built pages are in force."""
        now_ms = self.server.clock.now_ms()
        org, site = self.organisation, self.site
        deployment_id = org.deployment_id
        release = org.add(
            org.root, deployment_id, Release(tag=TAG, manifest=_sha(site, "code")), now_ms, 0
        )
        pages = SiteRelease(
            release=release,
            site_json=hashlib.sha384((site / "site.json").read_bytes()).digest(),
            manifest=_sha(site, "site"),
        )
        org.add(Person("Ada").sign, deployment_id, pages, now_ms, 0)


@asynccontextmanager
async def stand(folder: Path) -> AsyncIterator[Stand]:
    """Found the organisation, build and sign its pages, let three days pass."""
    organisation = Organisation()
    web_root = make_tree(folder / "web")
    async with _served(folder, organisation, web_root) as server:
        tamperer = Tamperer()
        tamperer.target = server.url
        await tamperer.start()
        try:
            found = Stand(server, tamperer, folder, web_root)
            await _begin(found)
            yield found
        finally:
            await tamperer.stop()


@asynccontextmanager
async def _served(
    folder: Path, organisation: Organisation, web_root: Path
) -> AsyncIterator[Server]:
    draft = Server(folder, organisation=organisation)
    published = site_json(organisation, [portal_entry(organisation)], draft.settings)
    (folder / "site.json").write_text(json.dumps(published), "utf-8")
    build_web(folder / "site.json", web_root, folder / "pages", brotli_quality=1)
    shutil.copy(folder / "pages" / "MANIFEST.code.json", folder / "MANIFEST.code.json")
    options = {"organisation": organisation, "site_dir": folder / "pages"}
    async with serving(folder, **options) as server:
        yield server


async def _begin(found: Stand) -> None:
    org = found.organisation
    org.found()
    ada = org.admin("Ada")
    anna, jonas = (org.counsellor(ada, name) for name in ("Anna", "Jonas"))
    org.team(ada, [anna, jonas])
    witness = (WITNESS_NAME, WITNESS.sign_pk)
    org.policy(NOW_MS + 1, quorum=1, witnesses=[witness])
    found.sign_pages()
    await found.publish_new()
    for _ in range(3):
        await found.server.elapse(DAY_MS)
    await found.cosign()


def _sha(site: Path, part: str) -> bytes:
    return hashlib.sha384((site / f"MANIFEST.{part}.json").read_bytes()).digest()
