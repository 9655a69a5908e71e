"""The legend as data: what stands in it, with which numbers; and as HTML for every kind of picture."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.choropleth import by_count
from layers.labels import ZH, labels
from layers.legend import legend_body
from layers.legend_rows import Symbol, sections
from layers.palette import HEAT, NO_DATA, NO_DATA_EDGE
from layers.scene import OverlayItem, OverlayKind, PointMark, Scene
from tests.unit.layers.overlaid import CLASSES, SQUARE, overlay, point, scene

KINDS = [kind for kind in get_args(OverlayKind) if kind != "heat"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_overlay_has_its_title_classes_counts_and_the_words_of_unknown(kind: str) -> None:
    items = [OverlayItem(SQUARE, k) for k in (1, 1, None)]
    (found,) = sections(scene(overlay(kind, *items, title="聚集", unknown="样本不足")))
    assert found.title == "聚集"
    assert [(row.text, row.number) for row in found.rows] == [("低", 0), ("高", 2), ("样本不足", 1)]
    assert [row.symbol.colour for row in found.rows] == ["#BDD7E7", "#08519C", NO_DATA]
    assert [row.symbol.hatched for row in found.rows] == [False, False, True]


@given(st.lists(st.sampled_from([None, 0, 1]), max_size=60))
def test_the_counts_of_an_overlay_add_up_to_its_things(classes: list[int | None]) -> None:
    made = overlay("fill", *(OverlayItem(SQUARE, k) for k in classes)) if classes else None
    rows = [row for s in sections(scene(*([made] if made else []))) for row in s.rows]
    assert sum(row.number or 0 for row in rows) == len(classes)


def test_unknown_without_words_is_no_data_and_is_left_out_when_nothing_is_unknown() -> None:
    (found,) = sections(scene(overlay("fill", OverlayItem(SQUARE, None))))
    assert found.rows[-1].text == "无数据"
    (known,) = sections(scene(overlay("fill")))
    assert [row.text for row in known.rows] == ["低", "高"]


def test_a_modelled_overlay_says_so_under_its_own_title_only() -> None:
    first, second = sections(scene(overlay("fill", modelled=True), overlay("outline", id="o")))
    assert first.note == "虚线：模拟数据" and all(row.symbol.dashed for row in first.rows)
    assert second.note == "" and not any(row.symbol.dashed for row in second.rows)


def test_the_legend_keeps_the_given_order_of_overlays_after_the_shading() -> None:
    made = scene(
        overlay("site", title="选址"), overlay("fill", title="底色"), choropleth=by_count({"a": 1}, "项目数")
    )
    assert [section.title for section in sections(made)] == ["项目数", "选址", "底色"]


def test_heat_is_one_bar_with_the_words_of_its_ends() -> None:
    spot = OverlayItem(point(113, 24), None)
    three = (("少", "#111111"), ("中", "#222222"), ("多", "#333333"))
    own, plain = sections(
        scene(overlay("heat", spot, classes=three), overlay("heat", spot, classes=CLASSES[:1]))
    )
    assert [(r.text, r.symbol.colours) for r in own.rows] == [("少 → 多", ("#111111", "#222222", "#333333"))]
    assert [(r.text, r.symbol.colours) for r in plain.rows] == [("稀疏 → 密集", HEAT)]
    assert f"linear-gradient(90deg,{','.join(HEAT)})" in legend_body(scene(overlay("heat", spot, classes=())))


def test_a_section_without_lines_has_no_heading() -> None:
    assert sections(Scene()) == []
    mark = PointMark("a", 113, 24, "tcm", 3, "modelled", "n")
    assert [s.title for s in sections(Scene(points=(mark,)))] == ["怎么看", "类别"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_picture_and_dashes_when_modelled(kind: str) -> None:
    body = {
        m: legend_body(scene(overlay(kind, OverlayItem(SQUARE, None), modelled=m))) for m in (False, True)
    }
    assert "#08519C" in body[False] and (NO_DATA in body[False] or NO_DATA_EDGE in body[False])
    assert body[True] != body[False]
    dashed = "dashed" if kind == "fill" else 'stroke-dasharray="0.'
    assert dashed in body[True] and dashed not in body[False]


def test_the_words_go_through_the_translator() -> None:
    english = labels(lambda text: f"<{text}>")
    made = scene(overlay("fill", OverlayItem(SQUARE, None), modelled=True), labels=english)
    (found,) = sections(made)
    assert found.note == "<虚线：模拟数据>" and found.rows[-1].text == "<无数据>"
    assert set(english.words) == set(ZH.words)


def test_symbols_are_compared_by_what_they_show() -> None:
    assert Symbol("fill", "#111111") == Symbol("fill", "#111111") != Symbol("fill", "#111111", dashed=True)
