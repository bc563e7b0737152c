"""Private windows that are used again: emptied of all that a site can keep, but for its code.

A new window fetches 200 modules, half a second of work. The first ones of a test file are new: the
first visit to each page is made in every file, and only the later ones find the code there.
"""

from __future__ import annotations

from collections import defaultdict

from playwright.sync_api import Browser, BrowserContext

from tests.helpers.chromium import PATIENCE_MS

Size = tuple[int, int]


class Shelf:
    """Lends private windows of one browser that show the site of one origin."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self._origin = origin
        self._resting: dict[Size, list[BrowserContext]] = defaultdict(list)
        self._sizes: dict[BrowserContext, Size] = {}

    def take(self, size: Size, *, is_new: bool = False) -> BrowserContext:
        """A window of this size in pixels without a page; a new one nobody has had, nor will."""
        if is_new:
            return self._open(size)
        context = self._resting[size].pop() if self._resting[size] else self._open(size)
        self._sizes[context] = size
        return context

    def put_back(self, context: BrowserContext) -> None:
        """Empty it, or close it where it was new or is no more."""
        size = self._sizes.pop(context, None)
        if size is None or not context.pages:
            context.close()
            return
        for page in context.pages:
            page.close()
        page = context.new_page()
        context.new_cdp_session(page).send(
            "Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"}
        )
        page.close()
        self._resting[size].append(context)

    def close(self) -> None:
        """Close what rests."""
        for contexts in self._resting.values():
            for context in contexts:
                context.close()

    def _open(self, size: Size) -> BrowserContext:
        width, height = size
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        return context
