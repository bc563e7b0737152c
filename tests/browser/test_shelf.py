"""Windows that are used again: whoever gets one finds nothing in it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.people import House
from tests.browser.scenes import KEPT, NOTHING, keeps_nothing
from tests.browser.shelf import Shelf

PHONE = (390, 844)
# One of everything that a site can keep.
FILL = """async () => {
  sessionStorage.setItem('one', '1');
  localStorage.setItem('one', '1');
  document.cookie = 'one=1; max-age=3600';
  await caches.open('one');
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open('one');
    opening.onsuccess = resolve;
    opening.onerror = reject;
  });
}"""


def test_a_window_that_is_used_again_is_empty(house: House, shelf: Shelf) -> None:
    context = shelf.take(PHONE)
    page = _at_the_portal(house, context.new_page())
    page.evaluate(FILL)
    found = page.evaluate(KEPT)
    assert set(found) == set(NOTHING)
    assert all(found[name] != nothing for name, nothing in NOTHING.items())
    shelf.put_back(context)
    assert shelf.take(PHONE) is context
    keeps_nothing(_at_the_portal(house, context.new_page()))
    shelf.put_back(context)


def test_only_a_window_of_the_same_size_is_used_again(shelf: Shelf) -> None:
    context = shelf.take(PHONE)
    context.new_page()
    shelf.put_back(context)
    other = shelf.take((1280, 800))
    assert other is not context
    assert other.new_page().viewport_size == {"width": 1280, "height": 800}
    shelf.put_back(other)


def test_a_new_window_is_nobodys_before_or_after(shelf: Shelf) -> None:
    context = shelf.take(PHONE)
    context.new_page()
    shelf.put_back(context)
    new = shelf.take(PHONE, is_new=True)
    assert new is not context
    new.new_page()
    shelf.put_back(new)
    assert new.pages == []
    taken = shelf.take(PHONE)
    assert taken is context
    shelf.put_back(taken)


def _at_the_portal(house: House, page: Page) -> Page:
    page.goto(f"{house.url}/p/leben")
    return page
