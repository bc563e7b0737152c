"""Debian's Chromium as every test starts it; one process serves a whole run.

The shell is the same engine of the same build without the browser around it (address bar, menus,
extensions), a sixth cheaper; docs/decisions/0022-tests-on-two-cores.md says what runs in which.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserType, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
SHELL = "/usr/bin/chromium-headless-shell"
# Generous, for a machine that is busy with other things; what is there sooner is seen sooner.
PATIENCE_MS = 20_000
# With each private window Chromium begins two pages of its own for the address bar and a renderer
# in reserve: four times the work of the window that the test has asked for.
_OWN_PAGES = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")
# What Playwright itself switches off, as far as it changes a test; only the last such list counts.
_OF_PLAYWRIGHT = (
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(_OWN_PAGES + _OF_PLAYWRIGHT),
)


@contextmanager
def running_chromium(path: str = CHROMIUM) -> Iterator[Browser]:
    """Start it, and end it."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, launched(playwright.chromium, path) as chromium:
        yield chromium


@contextmanager
def launched(kind: BrowserType, path: str) -> Iterator[Browser]:
    """One more of them, while Playwright already runs (`browser.browser_type`)."""
    chromium = kind.launch(executable_path=path, args=list(FLAGS))
    yield chromium
    chromium.close()
