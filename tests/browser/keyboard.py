"""Hands that never touch a mouse: they press keys and see only what has the focus."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 40
# The element with the focus: "" when a person sees that it has it, else what is wrong.
HIDDEN_FOCUS = """() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return '';
  const name = element.id || element.className || element.tagName;
  const style = getComputedStyle(element);
  const isRinged = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  if (!isRinged) return `no ring: ${name}`;
  const box = element.getBoundingClientRect();
  const seen = [0.1, 0.5, 0.9].some((part) => {
    const [x, y] = [box.left + box.width / 2, box.top + box.height * part];
    const top = document.elementFromPoint(x, y);
    return top !== null && (element.contains(top) || top.contains(element));
  });
  return seen ? '' : `covered or outside: ${name}`;
}"""


class Keys:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab(self, key: str = "Tab") -> None:
        """One step on; whatever has the focus then must show it."""
        self.press(key)
        wrong = self.page.evaluate(HIDDEN_FOCUS)
        if wrong:
            raise AssertionError(f"the focus is not seen: {wrong}")

    def goes_to(self, wanted: Locator, key: str = "Tab") -> None:
        """Step on until `wanted` has the focus."""
        expect(wanted).to_be_visible()
        for _ in range(MOST_STOPS):
            if has_focus(wanted):
                return
            self.tab(key)
        raise AssertionError(f"the keyboard does not reach {wanted}")

    def uses(self, name: str, role: str = "button", key: str = "Enter") -> None:
        """Go to something and use it."""
        self.goes_to(self.page.get_by_role(role, name=name))  # type: ignore[arg-type]
        self.press(key)


def has_focus(wanted: Locator) -> bool:
    found: bool = wanted.evaluate("(element) => element === document.activeElement")
    return found
