"""The keyring's pages on the relay: compare-and-swap, and on conflict merge and try again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clientlib.relay import RelayClient
from crypto import keyring
from crypto.entry import Entry, merge_entry
from crypto.errors import BadProof
from crypto.keyring import PageContent, TeamSeed
from crypto.keys import AccountSecret
from crypto.wire.accounts import PAGES, AccountKind, PageRead, PageSave
from crypto.wire.errors import ErrorCode, WireError


class Keyring:
    """All pages of a signed-in account, open in memory."""

    def __init__(
        self, relay: RelayClient, ams: AccountSecret, sealed: tuple[tuple[int, bytes], ...]
    ) -> None:
        # A member of staff has all pages, always; a missing one would hide the boxes on it.
        if len(sealed) != PAGES[AccountKind.STAFF]:
            raise BadProof("keyring pages are missing")
        self.relay = relay
        self._ams = ams
        self._pages = [
            self._open(page, version, raw, len(sealed))
            for page, (version, raw) in enumerate(sealed)
        ]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every box this account remembers."""
        return tuple(entry for _, content in self._pages for entry in content.entries)

    @property
    def log_pin(self) -> tuple[int, bytes]:
        """Size and root of the log as last pinned; (0, b"") at first."""
        first = self._pages[0][1]
        return first.log_size, first.log_root

    @property
    def team_seeds(self) -> tuple[TeamSeed, ...]:
        """The team keys this member holds."""
        return self._pages[0][1].team_seeds

    def entry(self, box16: bytes) -> Entry | None:
        """Find a box."""
        return next((one for one in self.entries if one.box16 == box16), None)

    async def remember(self, entry: Entry) -> None:
        """Merge an entry into its page and save it; durable when this returns."""
        page = keyring.page_of(self._ams, entry.box16, len(self._pages))

        def change(content: PageContent) -> PageContent:
            known = next((e for e in content.entries if e.box16 == entry.box16), entry)
            others = tuple(e for e in content.entries if e.box16 != entry.box16)
            return replace(content, entries=(*others, merge_entry(known, entry)))

        await self._save(page, change)

    async def remember_seed(self, seed: TeamSeed) -> None:
        """Keep a team key."""
        await self._save(0, lambda c: replace(c, team_seeds=(*c.team_seeds, seed)))

    async def pin_log(self, size: int, root: bytes) -> None:
        """Keep the log's size and root; only ever forward."""
        if size > self.log_pin[0]:
            await self._save(0, lambda c: replace(c, log_size=size, log_root=root))

    async def _save(self, page: int, change: Callable[[PageContent], PageContent]) -> None:
        while True:
            version, content = self._pages[page]
            changed = keyring.normalised(change(content))
            if changed == content:
                return
            count = len(self._pages)
            sealed = keyring.seal_page(self._ams, page, version + 1, changed, count)
            try:
                await self.relay.request(PageSave(page=page, version=version + 1, sealed=sealed))
            except WireError as error:
                if error.code is not ErrorCode.CONFLICT:
                    raise
                await self._merge_newer(page)
            else:
                self._pages[page] = (version + 1, changed)
                return

    async def _merge_newer(self, page: int) -> None:
        """Another device saved first: take its page in; ours is saved on top of it."""
        version, content = self._pages[page]
        newer = await self.relay.request(PageRead(page=page))
        found = self._open(page, newer.version, newer.sealed, len(self._pages))
        if found[0] <= version:
            raise BadProof("the service shows an older keyring page")
        self._pages[page] = (found[0], keyring.merge(content, found[1]))

    def _open(self, page: int, version: int, raw: bytes, count: int) -> tuple[int, PageContent]:
        opened = keyring.open_page(self._ams, page, raw, count)
        # The relay's counter and the sealed one are the same number, or a page was rolled back.
        if opened.version != version:
            raise BadProof("keyring page under another version")
        return version, opened.content
