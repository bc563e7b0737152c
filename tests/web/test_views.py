"""Every state of every view over sample models, in every way of showing it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.axe import faults
from tests.web.views_page import SEEKER, WORK, show, walks_in_forced_colours

pytestmark = pytest.mark.browser

SEEKER_STATES = (
    "before",
    "waiting",
    "next",
    "long",
    "offline",
    "declined",
    "nobody",
    "closing",
    "closedSince",
    "resting",
    "offer",
    "chat",
    "soon",
    "stopped",
    "files",
    "ended",
    "gone",
    "refused",
    "closed",
    "broken",
)
WORK_STATES = ("signin", "wrong", "queue", "empty")
# At these the keys go through everything.
WALKED = ("before", "chat", "offer", "queue")
STATES = [(SEEKER, state) for state in SEEKER_STATES] + [(WORK, state) for state in WORK_STATES]


@pytest.mark.parametrize(("path", "state"), STATES)
def test_every_state_is_accessible_in_every_way_of_showing_it(
    sample_page: Page, path: str, state: str
) -> None:
    show(sample_page, path, state)
    assert faults(sample_page) == []
    if state in WALKED:
        walks_in_forced_colours(sample_page)


def test_who_wants_more_contrast_gets_no_grey(sample_page: Page) -> None:
    show(sample_page, SEEKER, "chat")
    sample_page.emulate_media(contrast="more", reduced_motion="reduce")
    colour = "(one) => getComputedStyle(one).color"
    body = sample_page.locator("body").evaluate(colour)
    assert sample_page.locator(".message__meta").first.evaluate(colour) == body
    edge = "(one) => getComputedStyle(one).borderTopColor"
    bubble = sample_page.locator(".message:not(.message--own) .message__bubble").first
    assert bubble.evaluate(edge) == sample_page.locator("#message-field").evaluate(edge)
