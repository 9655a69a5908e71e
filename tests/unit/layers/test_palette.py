"""Every category can be told from every other, in colour, without colour, and in print."""

from __future__ import annotations

import itertools
import re

import pytest

from layers.labels import ZH, labels
from layers.palette import CATEGORIES, PRINT_SEQUENTIAL, SEQUENTIAL, SHAPES, ordered, sign_of
from layers.popup import BASES, count_pairs
from tests.paths import shared


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_no_two_categories_share_both_colour_and_shape_and_none_a_character() -> None:
    for (_, a), (_, b) in itertools.combinations(CATEGORIES.items(), 2):
        assert (a.colour, a.shape) != (b.colour, b.shape)
        assert a.glyph != b.glyph
    assert all(sign.shape in SHAPES for sign in CATEGORIES.values())


@pytest.mark.parametrize("code", CATEGORIES)
def test_the_character_is_legible_on_its_colour(code: str) -> None:
    assert _contrast(CATEGORIES[code].colour, CATEGORIES[code].ink) >= 3


def test_categories_are_those_of_the_standard_in_its_order() -> None:
    text = shared("standards.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z_]+) \| (\S+) \|", text.split("## Categories")[1].split("##")[0], re.M)
    assert [(c, n) for c, n in rows if c != "code"] == list(ZH.categories.items())
    assert list(ZH.categories) == list(CATEGORIES)


@pytest.mark.parametrize("colours", [SEQUENTIAL, PRINT_SEQUENTIAL])
def test_sequential_colours_darken_step_by_step(colours: tuple[str, ...]) -> None:
    light = [_luminance(c) for c in colours]
    assert len(colours) == 5
    assert light == sorted(light, reverse=True)


def test_unknown_category_is_drawn_and_counted_as_other() -> None:
    assert sign_of("nonsense") == CATEGORIES["other"]
    assert ordered({"nonsense": 2, "other": 1}) == [("other", 3)]
    assert count_pairs({"other": 1, "hospital": 2, "tcm": 0}) == [[0, 2], [14, 1]]


def test_labels_go_through_the_translator_and_cover_every_code() -> None:
    spoken = labels(lambda text: f"<{text}>")
    assert spoken.categories["tcm"] == "<中医药>"
    assert set(spoken.precision) == {0, 1, 2, 3, 4, 5}
    assert set(spoken.basis) == set(BASES)
    assert spoken.words["slot_title"] == "<模拟分配，非下达指标>"
