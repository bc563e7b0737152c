"""Looks for violations of WCAG A and AA, and for what people lose who set their own display."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

from tests.browser.legible import losses

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (runOnly) => {
  const found = await axe.run(document, { runOnly, resultTypes: ['violations'] });
  const places = (one) => one.nodes.map((node) => node.target).join(' | ');
  return found.violations.map((one) => one.id + ': ' + places(one));
}"""
ALL = {"type": "tag", "values": TAGS}
# Only colours differ in the dark.
COLOURS = {"type": "rule", "values": ["color-contrast"]}
Look = tuple[int, Literal["light", "dark"], dict[str, Any]]
LOOKS: tuple[Look, ...] = (
    (390, "light", ALL),
    (390, "dark", COLOURS),
    (1280, "dark", COLOURS),
    (1280, "light", ALL),
)


def violations(page: Page, looks: Iterable[Look]) -> list[str]:
    """Return what axe finds in each of these ways of showing a page; leaves it light."""
    # Half a megabyte; a page that has it keeps it.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = []
    shown: tuple[int, str] = (0, "")
    for width, scheme, rules in looks:
        if shown[0] != width:
            page.set_viewport_size({"width": width, "height": 844})
        if shown[1] != scheme:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shown = (width, scheme)
        found += [f"{width} {scheme} {one}" for one in page.evaluate(RUN, rules)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


def faults(page: Page) -> list[str]:
    """Return what is wrong with a page in every way of showing it; leave it as it was."""
    before = page.viewport_size
    found = violations(page, LOOKS)
    found += losses(page)
    if before is not None:
        page.set_viewport_size(before)
    return found
