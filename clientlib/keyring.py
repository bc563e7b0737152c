"""The keyring's pages on the relay: compare-and-swap, and on conflict merge and try again.

A page is saved before the first use of a new secret, when an epoch changes, when a draft is kept
and at sign-out, never per message: a version that counted messages would tie account and box.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from clientlib.relay import RelayClient
from crypto import keyring
from crypto.entry import MAX_DRAFT_BYTES, Entry, merge_entry
from crypto.errors import BadProof
from crypto.keyring import AccountSettings, Draft, PageContent, TeamSeed
from crypto.keys import AccountSecret
from crypto.passphrase import TooLong
from crypto.wire.accounts import PAGES, AccountKind, PageRead, PageSave
from crypto.wire.errors import ErrorCode, WireError

_MINUTE_MS = 60_000
Change = Callable[[PageContent], PageContent]


class Keyring:
    """All pages of a signed-in account, open in memory."""

    def __init__(
        self,
        relay: RelayClient,
        ams: AccountSecret,
        sealed: tuple[tuple[int, bytes], ...],
        kind: AccountKind,
        now_ms: Callable[[], int],
    ) -> None:
        # An account has all pages of its kind, always; a missing one would hide the boxes on it.
        if len(sealed) != PAGES[kind]:
            raise BadProof("keyring pages are missing")
        self.relay = relay
        self._ams = ams
        self._now_ms = now_ms
        # One save at a time: two of one device would only make each other redo.
        self._saving = asyncio.Lock()
        self._pages = [
            self._open(page, version, raw, len(sealed))
            for page, (version, raw) in enumerate(sealed)
        ]

    @property
    def pseudonym(self) -> str:
        """The name under which the account was made."""
        return self._pages[0][1].pseudonym

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

    @property
    def settings(self) -> bytes:
        """The account's settings as they were kept; empty at first."""
        return self._pages[0][1].settings.raw

    def entry(self, box16: bytes) -> Entry | None:
        """Find a box."""
        return next((one for one in self.entries if one.box16 == box16), None)

    def draft(self, box16: bytes) -> str:
        """Return what is being written to a box; "" when nothing is."""
        found = _draft(self._pages[self._page_of(box16)][1], box16)
        return found.text.decode("utf-8", "replace") if found else ""

    async def remember(self, *entries: Entry) -> None:
        """Merge entries into their pages and save those; durable when this returns."""
        for page in sorted({self._page_of(entry.box16) for entry in entries}):
            here = tuple(one for one in entries if self._page_of(one.box16) == page)
            await self._save(page, partial(_with_entries, here))

    async def keep_draft(self, box16: bytes, text: str) -> None:
        """Keep a draft for every device; "" drops it, and is nothing to save where there is none.

        TooLong beyond MAX_DRAFT_BYTES in UTF-8.
        """
        raw = _draft_bytes(text)
        await self._save(self._page_of(box16), lambda content: _with_draft(box16, raw, content))

    async def remember_typed(self, entry: Entry, text: str) -> None:
        """Merge an entry and keep the draft of its box, in one save; TooLong as `keep_draft`."""
        raw = _draft_bytes(text)

        def change(content: PageContent) -> PageContent:
            return _with_draft(entry.box16, raw, _with_entries((entry,), content))

        await self._save(self._page_of(entry.box16), change)

    async def keep_settings(self, change_raw: Callable[[bytes], bytes]) -> None:
        """Change the account's settings; anew on top of what another device saved meanwhile."""

        def change(content: PageContent) -> PageContent:
            raw = change_raw(content.settings.raw)
            if raw == content.settings.raw:
                return content
            counter = content.settings.counter + 1
            return replace(content, settings=AccountSettings(counter=counter, raw=raw))

        await self._save(0, change)

    async def remember_seed(self, seed: TeamSeed) -> None:
        """Keep a team key."""
        await self._save(0, lambda c: replace(c, team_seeds=(*c.team_seeds, seed)))

    async def pin_log(self, size: int, root: bytes) -> None:
        """Keep the log's size and root; only ever forward."""
        if size > self.log_pin[0]:
            await self._save(0, lambda c: replace(c, log_size=size, log_root=root))

    async def refresh(self, box16: bytes = b"") -> None:
        """Take in what other devices have saved since, of one box or of all.

        BadProof for a page that went back.
        """
        pages = [self._page_of(box16)] if box16 else range(len(self._pages))
        async with self._saving:
            for page in pages:
                await self._merge_newer(page, at_least=0)

    def _page_of(self, box16: bytes) -> int:
        return keyring.page_of(self._ams, box16, len(self._pages))

    async def _save(self, page: int, change: Change) -> None:
        async with self._saving:
            while True:
                version, content = self._pages[page]
                changed = keyring.normalised(change(content))
                if changed == content:
                    return
                changed = keyring.without_expired(changed, self._now_ms() // _MINUTE_MS)
                if await self._swap(page, version + 1, changed):
                    return
                await self._merge_newer(page, at_least=1)

    async def _swap(self, page: int, version: int, content: PageContent) -> bool:
        """Store the next version; False when another device was faster."""
        sealed = keyring.seal_page(self._ams, page, version, content, len(self._pages))
        try:
            await self.relay.request(PageSave(page=page, version=version, sealed=sealed))
        except WireError as error:
            if error.code is not ErrorCode.CONFLICT:
                raise
            return False
        self._pages[page] = (version, content)
        return True

    async def _merge_newer(self, page: int, at_least: int) -> None:
        """Another device may have saved first: take its page in; ours is saved on top of it."""
        version, content = self._pages[page]
        newer = await self.relay.request(PageRead(page=page))
        found = self._open(page, newer.version, newer.sealed, len(self._pages))
        if found[0] < version + at_least:
            raise BadProof("the service shows an older keyring page")
        self._pages[page] = (found[0], keyring.merge(content, found[1]))

    def _open(self, page: int, version: int, raw: bytes, count: int) -> tuple[int, PageContent]:
        opened = keyring.open_page(self._ams, page, raw, count)
        # The relay's counter and the sealed one are the same number, or a page was rolled back.
        if opened.version != version:
            raise BadProof("keyring page under another version")
        return version, opened.content


def _with_entries(entries: tuple[Entry, ...], content: PageContent) -> PageContent:
    known = {one.box16: one for one in content.entries}
    for entry in entries:
        known[entry.box16] = merge_entry(known.get(entry.box16, entry), entry)
    return replace(content, entries=tuple(known.values()))


def _draft(content: PageContent, box16: bytes) -> Draft | None:
    return next((one for one in content.drafts if one.box16 == box16), None)


def _draft_bytes(text: str) -> bytes:
    # A lone surrogate becomes U+FFFD, as in the browser's encoder.
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    raw = whole.encode("utf-8")
    if len(raw) > MAX_DRAFT_BYTES:
        raise TooLong
    return raw


def _with_draft(box16: bytes, raw: bytes, content: PageContent) -> PageContent:
    known = _draft(content, box16)
    if raw == (known.text if known else b""):
        return content
    entry = next((one for one in content.entries if one.box16 == box16), None)
    kept = Draft(
        box16=box16,
        counter=known.counter + 1 if known else 1,
        text=raw,
        generation=entry.generation if entry else 0,
    )
    return replace(content, drafts=(*content.drafts, kept))
