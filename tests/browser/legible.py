"""Looks for what people lose who set their own colours, spacing or size: borders, words, room."""

from __future__ import annotations

from playwright.sync_api import Page

# WCAG 1.4.12: nothing may be lost when a reader spaces text out like this.
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""
# What reaches past the right edge, innermost first; [] when nothing does.
SIDEWAYS = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.querySelectorAll('body *')].reverse()
    .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
    .slice(0, 3).map((one) => `sideways: ${one.tagName}.${one.className}`);
}"""
# Words cut off by something that cannot be scrolled. Only what stands in full elsewhere may be.
CLIPPED = """() => {
  const mayBeCut = '.visually-hidden, .skip-link, .row__line, .chat__state > .nickname';
  const found = new Set();
  const styles = new Map();
  const styleOf = (box) => {
    if (!styles.has(box)) {
      const { overflowX, overflowY, position } = getComputedStyle(box);
      styles.set(box, { overflowX, overflowY, position });
    }
    return styles.get(box);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
    const parent = text.parentElement;
    if (text.data.trim() === '' || parent.closest(mayBeCut) !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const words = range.getBoundingClientRect();
    if (words.width === 0 || !parent.checkVisibility({ visibilityProperty: true })) continue;
    for (let box = parent; box !== document.body; box = box.parentElement) {
      const { overflowX, overflowY, position } = styleOf(box);
      const edge = box.getBoundingClientRect();
      const isWide = words.left < edge.left - 1 || words.right > edge.right + 1;
      const isTall = words.top < edge.top - 2 || words.bottom > edge.bottom + 2;
      const cuts = ['hidden', 'clip'];
      if ((cuts.includes(overflowX) && isWide) || (cuts.includes(overflowY) && isTall)) {
        found.add(`clipped in ${box.className || box.tagName}: ${text.data.trim().slice(0, 40)}`);
      }
      if (['auto', 'scroll'].includes(overflowY) || position === 'fixed') break;
    }
  }
  return [...found];
}"""
# Both at once, as each question is a trip to the browser; with a style sheet, under it.
LOST = f"""(css) => {{
  const before = [...document.adoptedStyleSheets];
  if (css !== null) {{
    const spacing = new CSSStyleSheet();
    spacing.replaceSync(css);
    document.adoptedStyleSheets = [...before, spacing];
  }}
  const found = [...({SIDEWAYS})(), ...({CLIPPED})()];
  document.adoptedStyleSheets = before;
  return found;
}}"""
# Forced colours leave no backgrounds: whatever is a thing of its own needs a line around it.
BORDERLESS = """() => {
  const things = ['.message__bubble', '.button', '.icon-button', '.exit', '.badge', '.nickname',
    '.row', '.field__input', '.composer__field', '.avatar', '.encryption-badge', '.dialog',
    '.switch__track', '.system-entry', '.choice--pill', '.counter', '.stage__card',
    '.status-bar__line', '.rail__item', '.waiting__remark', '.read-only'];
  const ground = getComputedStyle(document.body).backgroundColor;
  return [...document.querySelectorAll(things.join())].filter((one) => {
    if (!one.checkVisibility() || one.matches('.visually-hidden')) return false;
    const style = getComputedStyle(one);
    const sides = ['Top', 'Right', 'Bottom', 'Left'];
    const isClear = (colour) => /^rgba\\(.*, 0\\)$/.test(colour);
    const isLined = (side) => parseFloat(style[`border${side}Width`]) > 0
      && style[`border${side}Style`] !== 'none' && !isClear(style[`border${side}Color`]);
    return !sides.some(isLined) && style.backgroundColor === ground;
  }).map((one) => `no line in forced colours: ${one.className}`);
}"""
MOVING = """() => document.getAnimations()
  .filter((one) => one.playState === 'running' && one.effect.getComputedTiming().duration > 1)
  .map((one) => `moves: ${one.animationName ?? one.transitionProperty}`)"""
# 1280 px wide at 400 % and at 200 %.
NARROW = ((320, 256), (640, 400))


def losses(page: Page) -> list[str]:
    """Return what is lost at 200 and 400 %, with wide spacing, and in forced colours.

    Leaves the window narrow.
    """
    found = [f"reduced motion: {one}" for one in page.evaluate(MOVING)]
    for width, height in NARROW:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} {one}" for one in page.evaluate(LOST, None)]
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        found += [f"spaced out, {width} {one}" for one in page.evaluate(LOST, SPACING)]
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found += page.evaluate(BORDERLESS)
    page.emulate_media(forced_colors="none", reduced_motion="reduce")
    return found
