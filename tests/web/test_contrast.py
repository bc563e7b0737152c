"""Every pair of colours that meets on the screen has the contrast WCAG 2.2 AA asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "web" / "css"
TEXT, PART = 4.5, 3.0  # letters; borders, focus rings and other parts of controls
PAIRS = (
    ("text", "bg", TEXT),
    ("text", "surface", TEXT),
    ("text", "surface-2", TEXT),
    ("text", "warn-soft", TEXT),
    ("text", "danger-soft", TEXT),
    ("muted", "bg", TEXT),
    ("muted", "surface", TEXT),
    ("muted", "surface-2", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-hover", TEXT),
    ("on-own", "own", TEXT),
    ("primary", "bg", TEXT),
    ("primary", "surface", TEXT),
    ("primary", "own", PART),
    ("on-exit", "exit", TEXT),
    ("link", "bg", TEXT),
    ("link", "surface", TEXT),
    ("link", "own", TEXT),
    ("success", "bg", TEXT),
    ("success", "surface", TEXT),
    ("success", "success-soft", TEXT),
    ("warn", "surface", TEXT),
    ("warn", "warn-soft", TEXT),
    ("danger", "surface", TEXT),
    ("danger", "bg", TEXT),
    ("danger", "danger-soft", TEXT),
    ("on-danger", "danger", TEXT),
    ("border-strong", "surface-2", PART),
    ("border-strong", "surface", PART),
    ("border-strong", "bg", PART),
    ("focus", "bg", PART),
    ("focus", "surface", PART),
    ("focus", "own", PART),
    ("focus", "warn-soft", PART),
    *(("text", f"tint-{number}", TEXT) for number in range(1, 7)),
)
# The table of the design, light and dark: the tokens must be these colours and no others.
TABLE = {
    "bg": ("F5F3EE", "11181A"),
    "surface": ("FFFFFF", "1A2326"),
    "surface-2": ("ECE8E0", "243034"),
    "text": ("1D2A2E", "E7ECEC"),
    "muted": ("506066", "AAB8BB"),
    "border": ("D6D0C4", "34434A"),
    "border-strong": ("758085", "7D8E93"),
    "primary": ("17616A", "7FC8CB"),
    "primary-hover": ("0F4A52", "A3DADC"),
    "on-primary": ("FFFFFF", "06282C"),
    "own": ("DCECEB", "1E4549"),
    "on-own": ("10363B", "E2F3F2"),
    "link": ("0E5A75", "8CCBE3"),
    "success": ("2A6A3E", "8FD3A3"),
    "success-soft": ("E1F0E4", "1B3625"),
    "warn": ("7A4D00", "F0C36B"),
    "warn-soft": ("FCEFCF", "3A2E10"),
    "danger": ("A4302A", "F5A79F"),
    "danger-soft": ("FBE7E4", "46201D"),
    "on-danger": ("FFFFFF", "2B0B09"),
    "focus": ("1B4FD8", "A9C7FF"),
    "exit": ("33424A", "C9D3D6"),
    "on-exit": ("FFFFFF", "11181A"),
    "tint-1": ("C9DCF5", "2B4C78"),
    "tint-2": ("C8E6C0", "2F5A2C"),
    "tint-3": ("F6E38F", "5C4E0E"),
    "tint-4": ("F8CFA4", "6E4219"),
    "tint-5": ("F6CBDA", "6E3350"),
    "tint-6": ("DCCDF2", "4E3F7A"),
}


def raw_colours(dark: bool) -> dict[str, str]:
    """name -> RRGGBB, from the light or the dark block of tokens.css."""
    light_part, dark_part = (
        (CSS / "tokens.css").read_text("utf-8").split("@media (prefers-color-scheme: dark)")
    )
    dark_part = dark_part.split("@media (prefers-contrast: more)")[0]
    part = dark_part if dark else light_part
    return dict(re.findall(r"--raw-([a-z0-9-]+): #([0-9A-F]{6});", part))


def luminance(colour: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS, ids=lambda value: str(value))
def test_each_pair_has_enough_contrast(front: str, back: str, least: float, dark: bool) -> None:
    colours = raw_colours(dark)
    assert contrast(colours[front], colours[back]) >= least


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_tokens_are_the_colours_of_the_design(dark: bool) -> None:
    assert raw_colours(dark) == {name: both[dark] for name, both in TABLE.items()}


def test_the_formula_knows_black_on_white() -> None:
    assert round(contrast("000000", "FFFFFF"), 1) == 21.0


def test_colours_stand_in_the_tokens_alone() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|lch|oklch|lab)a?\(")
    for sheet in CSS.rglob("*.css"):
        if sheet.name != "tokens.css":
            assert literal.search(sheet.read_text("utf-8")) is None, sheet.name


def test_every_meaning_that_a_sheet_uses_is_defined() -> None:
    everything = "\n".join(sheet.read_text("utf-8") for sheet in sorted(CSS.rglob("*.css")))
    defined = set(re.findall(r"(--[a-z0-9-]+):", everything))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", everything)) <= defined


def test_every_sheet_is_in_an_index_and_none_is_brought_twice() -> None:
    rooms = ("access", "enquiries", "workspace", "verify", "portal")
    indexes = ("index.css", *(f"index-{room}.css" for room in rooms))
    shared, access, enquiries, workspace, verify, portal = (
        re.findall(r'@import url\("([^"]+)"\)', (CSS / name).read_text("utf-8")) for name in indexes
    )
    sheets = {path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css")} - set(indexes)
    # What every page has, no room brings again.
    for room in (access, [*access, *enquiries], workspace, portal, [*portal, *verify]):
        assert sorted(shared + room) == sorted({*shared, *room})
    assert {*shared, *access, *enquiries, *workspace, *verify, *portal} == sheets


def test_colours_of_the_system_are_respected_where_colour_carries_a_state() -> None:
    for sheet in ("features/chat.css", "components/presence.css", "components/row.css"):
        assert "forced-colors: active" in (CSS / sheet).read_text("utf-8")
    assert "prefers-reduced-motion: reduce" in (CSS / "base.css").read_text("utf-8")
    assert "prefers-contrast: more" in (CSS / "tokens.css").read_text("utf-8")
