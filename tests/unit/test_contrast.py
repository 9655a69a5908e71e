"""Contrast of the colours that our own style sheets and signs put text in (WCAG 2.1, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from layers import palette
from tests.paths import ROOT

TEXT, LARGE, GRAPHIC = 4.5, 3.0, 3.0
SHEETS = sorted(
    file.relative_to(ROOT)
    for room in ("views", "layers", "services")
    for kind in ("*.py", "*.css")
    for file in (ROOT / room).rglob(kind)
    if re.search(r"[{;\s]color:\s?#", file.read_text("utf-8"))
)
PAGE = "#ffffff"
DECORATION = {"#94a3b8"}
"""The colour of buttons that are switched off: no text that has to be read (1.4.3)."""


def channel(value: int) -> float:
    """Return the linear light of an sRGB channel (WCAG 2.1, relative luminance)."""
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rgb`` or ``#rrggbb``.

    >>> luminance("#fff"), luminance("#000000")
    (1.0, 0.0)
    """
    bare = colour.removeprefix("#")
    digits = bare if len(bare) == 6 else "".join(c * 2 for c in bare)
    red, green, blue = (channel(int(digits[i : i + 2], 16)) for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio of two colours.

    >>> round(ratio("#000", "#fff"))
    21
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, share: float, ground: str = PAGE) -> str:
    """Return a colour of some opacity over a ground."""
    pairs = zip(*([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, ground)), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def rules(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield selector, text colour and ground of every rule that sets a text colour; the page is white."""
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        said = re.search(r"(?<![-\w])color:\s?(#[0-9A-Fa-f]{3,6})\b", body)
        ground = re.search(r"background(?:-color)?:\s?(#[0-9A-Fa-f]{3,6})\b", body)
        if said:
            yield selector.strip()[-60:], said[1].lower(), (ground[1] if ground else PAGE).lower()


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_text_of_our_style_sheets_stands_out(sheet: Path) -> None:
    weak = [
        f"{selector}: {said} on {ground} is {ratio(said, ground):.2f}"
        for selector, said, ground in rules((ROOT / sheet).read_text("utf-8"))
        if ratio(said, ground) < TEXT and said not in DECORATION and not own_ground(selector, said)
    ]
    assert weak == []


def own_ground(selector: str, said: str) -> bool:
    """Whether light text stands on the dark ground that a rule for the same thing gives elsewhere."""
    return luminance(said) > 0.6 and any(mark in selector for mark in ON_DARK)


ON_DARK = (".ab-prefecture", ".badge.prefecture", "-strip")


def test_light_text_on_the_dark_badges_stands_out() -> None:
    for said in ("#E2E8F0", "#fff"):
        assert ratio(said, mixed("#1e293b", 0.95)) >= TEXT


@pytest.mark.parametrize("name", palette.SIGNS)
def test_a_sign_is_told_by_a_character_that_stands_out(name: str) -> None:
    """The character is large type in bold; shape and character say what the colour says."""
    sign = palette.SIGNS[name]
    assert ratio(sign.ink, sign.colour) >= LARGE


def test_colour_is_never_alone() -> None:
    """No two categories, and no two statuses, differ by colour only."""
    for table in (palette.CATEGORIES, palette.FUNDING):
        assert len({sign.glyph for sign in table.values()}) == len(table)
        assert len({(sign.colour, sign.shape) for sign in table.values()}) == len(table)


def test_outlines_of_marks_and_borders_stand_out_from_the_ground() -> None:
    for line in (palette.INK, palette.MARITIME, palette.ZONE):
        assert ratio(line, palette.LAND) >= GRAPHIC
        assert ratio(line, palette.WATER) >= GRAPHIC
    assert ratio("#1d5a8c", PAGE) >= TEXT  # links and the frame of what has the focus


def test_neighbouring_classes_of_a_shading_differ_and_are_named() -> None:
    """A shading is read with its legend, hover text and table; still no two classes look the same in grey."""
    for colours in (palette.SEQUENTIAL, palette.PRINT_SEQUENTIAL, palette.HEAT):
        lights = [luminance(colour) for colour in colours]
        assert lights == sorted(lights, reverse=True)
        assert all(ratio(a, b) > 1.2 for a, b in pairwise(colours))


def test_a_rule_of_weak_text_would_be_found() -> None:
    assert [ratio(said, ground) < TEXT for _, said, ground in rules(".x { color: #97a0a8; }")] == [True]


def test_the_sheets_of_every_page_are_among_them() -> None:
    assert Path("views/style.py") in SHEETS
    assert Path("layers/leaflet_component/atlas.css") in SHEETS
    assert import_module("views.style").css("zh")
