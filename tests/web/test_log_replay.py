"""A whole log, replayed and checked in Chromium by the modules as they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from bench import logs

pytestmark = pytest.mark.browser


def test_a_log_with_witnesses_is_judged_in_the_page(browser: Browser) -> None:
    page = browser.new_page()
    assert logs.in_browser(logs.Log(60), page, slower=1, rounds=1) > 0
    page.close()
