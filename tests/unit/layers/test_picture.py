"""The map as a picture: every kind of overlay leaves its colour, no sign is a box, the size is as asked."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from layers.choropleth import by_count
from layers.fonts import chinese_font, printable
from layers.picture import page as picture
from layers.picture import paper as picture_paper
from layers.picture.furniture import scale_length
from layers.picture.legend import Legend
from layers.picture.map import outlines
from layers.picture.page import png
from layers.scene import (
    AreaBadge,
    ClusterMark,
    Inset,
    LineMark,
    OverlayItem,
    PointMark,
    Scene,
    ShapeMark,
    SlotSymbol,
    StackMark,
    View,
)
from layers.svg_path import pin, shape
from tests.paths import ROOT
from tests.unit.layers.overlaid import AREAS, BOX, SQUARE, overlay, point, scene

LINES = ("参数：半径 2 公里", "注意：规划中的项目只是点名，不等于已有服务。")
NASTY = "$\\frac{1}{2}$ </script>${alert(1)} 𠮷"
HOT = (("低", "#00FF00"), ("高", "#FF00FF"))
"""Colours that nothing else on a map has."""


def _pixels(made: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(made)).convert("RGB")).astype(int)


def _count(made: bytes, colour: str, tolerance: int = 6) -> int:
    """Return how many pixels have a colour."""
    wanted = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])
    return int((abs(_pixels(made) - wanted).max(axis=2) <= tolerance).sum())


def _small(made: Scene, *lines: str, **more: Any) -> bytes:
    return png(made, more.pop("title", "图"), lines, width_px=800, **more)


def _texts(made: Scene, monkeypatch: pytest.MonkeyPatch, title: str = "图", *lines: str) -> list[str]:
    """Return every text that is put on the picture."""
    seen: list[str] = []
    true = printable

    def note(text: str) -> str:
        seen.append(text)
        return true(text)

    monkeypatch.setitem(vars(picture_paper), "printable", note)
    _small(made, *lines, title=title)
    return seen


def test_it_is_as_wide_as_asked_and_not_blank() -> None:
    for wide in (600, 1200):
        made = _pixels(png(scene(), "图", LINES, width_px=wide))
        assert made.shape[1] == wide and made.shape[0] > wide / 3
        assert made.std() > 10


def test_more_small_print_makes_it_higher_and_the_map_stays() -> None:
    few, many = _pixels(_small(scene(), *LINES)), _pixels(_small(scene(), *LINES * 9))
    assert many.shape[0] > few.shape[0] + 100
    assert np.array_equal(few[: few.shape[0] // 2], many[: few.shape[0] // 2])


def test_the_same_scene_is_the_same_picture() -> None:
    made = scene(overlay("fill"), overlay("site", OverlayItem(point(113.5, 24.5), 1, label="1")))
    assert _small(made, *LINES) == _small(made, *LINES)


def _mixed(colour: str, ground: str, alpha: float) -> str:
    """Return a colour laid over a ground."""
    pairs = [(int(colour[k : k + 2], 16), int(ground[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(a * alpha + b * (1 - alpha)):02X}" for a, b in pairs)


GEOMETRY: dict[str, Any] = {
    "fill": SQUARE,
    "outline": SQUARE,
    "line": {"type": "LineString", "coordinates": [[113.1, 24.5], [113.9, 24.5]]},
    "point": {"type": "MultiPoint", "coordinates": [[113.3, 24.5], [113.6, 24.5]]},
    "site": point(113.5, 24.5),
}
LEAST = {"fill": 20_000, "outline": 500, "line": 400, "point": 25, "site": 40}


@pytest.mark.parametrize("kind", list(GEOMETRY))
def test_each_kind_leaves_its_colour_on_the_map(kind: str) -> None:
    made = _small(scene(overlay(kind, OverlayItem(GEOMETRY[kind], 1), classes=HOT)))
    empty = _small(scene(overlay(kind, OverlayItem(GEOMETRY[kind], 0), classes=HOT)))
    colour = _mixed("#FF00FF", "#FBFAF6", 0.62) if kind == "fill" else "#FF00FF"
    assert _count(made, colour) >= _count(empty, colour) + LEAST[kind]


@pytest.mark.parametrize("kind", list(GEOMETRY))
def test_a_modelled_overlay_is_dashed(kind: str) -> None:
    item = OverlayItem(GEOMETRY[kind], 1)
    plain, dashed = (
        png(scene(overlay(kind, item, classes=HOT, modelled=m)), "图", (), width_px=2000)
        for m in (False, True)
    )
    if kind in ("outline", "line"):
        assert _count(dashed, "#FF00FF") < 0.85 * _count(plain, "#FF00FF")
    else:
        assert _count(dashed, "#1F2933", 60) > _count(plain, "#1F2933", 60) + 40


def test_unknown_is_hatched_grey_and_never_a_class() -> None:
    made = _small(scene(overlay("fill", OverlayItem(SQUARE, None), classes=HOT)))
    assert _count(made, _mixed("#FF00FF", "#FBFAF6", 0.62)) < 200  # the legend's own
    middle = _pixels(made)[150:280, 220:340].reshape(-1, 3)
    assert len({tuple(p) for p in middle}) > 2 and np.ptp(middle, axis=1).max() < 30


def test_heat_is_strongest_where_most_is() -> None:
    spots = [OverlayItem(point(113.35 + 0.004 * (k % 5), 24.5), None) for k in range(20)]
    spots.append(OverlayItem(point(113.8, 24.5), None))
    pixels = _pixels(_small(scene(overlay("heat", *spots, classes=()))))
    red = (pixels[..., 0] > 100) & (pixels[..., 2] < 90) & (pixels[..., 1] < 70)
    columns = np.flatnonzero(red[:, :540].any(axis=0))
    assert len(columns) and columns.max() < 300


def test_shading_hatches_what_is_unknown() -> None:
    shaded = _small(replace(scene(), choropleth=by_count({"440232": 30}, "项目数")))
    unknown = _small(replace(scene(), choropleth=by_count({}, "项目数")))
    colour = _mixed("#08519C", "#FBFAF6", 0.62)
    assert _count(shaded, colour) > 20_000
    assert _count(unknown, colour) < 1_000


def test_a_hole_stays_open_whatever_way_its_ring_runs() -> None:
    ring = SQUARE["coordinates"][0]
    hole = [[113.4, 24.4], [113.6, 24.4], [113.6, 24.6], [113.4, 24.6], [113.4, 24.4]]
    counts = []
    for inner in (hole, hole[::-1]):
        shape_ = {"type": "Polygon", "coordinates": [ring, inner]}
        made = _small(scene(overlay("fill", OverlayItem(shape_, 1), classes=HOT)))
        counts.append(_count(made, _mixed("#FF00FF", "#FBFAF6", 0.62)))
    whole = _small(scene(overlay("fill", OverlayItem(SQUARE, 1), classes=HOT)))
    assert abs(counts[0] - counts[1]) < 20
    assert counts[0] < 0.95 * _count(whole, _mixed("#FF00FF", "#FBFAF6", 0.62))


def _marks() -> Scene:
    return Scene(
        badges=(
            AreaBadge("440232", "county", "乳源", 113.5, 24.9, 3, {"tcm": 3}),
            AreaBadge("z", "zone", "空", 113, 24, 0),
        ),
        points=(
            PointMark("a", 113.2, 24.2, "tcm", 1, "derived", "n"),
            PointMark("b", 113.3, 24.2, "insurance", 3, "modelled", "n"),
        ),
        stacks=(StackMark("s", 113.4, 24.2, "镇", ("a", "b"), {"tcm": 2}),),
        clusters=(ClusterMark("k", 113.5, 24.2, 1234, {"tcm": 1234}),),
        slots=(SlotSymbol("t", 113.6, 24.2, 17, "镇"),),
        lines=(
            LineMark("r", "route", (((113.1, 24.6), (113.9, 24.7)),), "绿道", "sports", "modelled"),
            LineMark("m", "maritime", (((108.0, 12.0), (109.0, 14.0)),)),
        ),
        shapes=(
            ShapeMark("z", "zone", SQUARE, "园区"),
            ShapeMark("p", "project", SQUARE, "地块", "tcm", "modelled"),
        ),
        inset=Inset(),
        view=View(BOX),
        credit="审图号：粤S(2024)001号",
    )  # fmt: skip


def test_every_mark_of_a_scene_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = _texts(replace(_marks(), areas=AREAS), monkeypatch, "标题", *LINES)
    assert {
        "乳源 3",
        "空",
        "中",
        "保",
        "2",
        "1,234",
        "17",
        "南海诸岛",
        "北",
        "审图号：粤S(2024)001号",
    } <= set(texts)
    assert {"标题", "参数：半径 2 公里", "模拟分配，非下达指标", "虚线：模拟数据"} <= set(texts)
    assert any(text.endswith("公里") for text in texts)


def test_a_credit_of_its_own_replaces_the_scenes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _count(_small(_marks(), credit="甲"), "#51606E") != _count(_small(_marks()), "#51606E")
    assert "审图号：粤S(2024)001号" in _texts(_marks(), monkeypatch)


def test_names_of_areas_stand_where_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "乳源" in _texts(scene(), monkeypatch)
    afar = replace(scene(), view=View((90.0, 10.0, 130.0, 50.0)))
    assert "乳源" not in _texts(afar, monkeypatch)


def test_no_text_is_read_as_mathematics_and_none_is_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    item = OverlayItem(point(113.5, 24.5), 0, NASTY, "x", NASTY)
    made = scene(overlay("site", item, title=NASTY, classes=((NASTY, "#123456"),)), credit=NASTY)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each glyph that is missing
        assert _small(made, NASTY, title=NASTY)
    texts = _texts(made, monkeypatch)
    assert NASTY[:10] + "…" in texts


def test_the_chinese_font_is_used_and_a_missing_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = picture_paper.Paper(2, 2, 200)
    text = picture_paper.write(paper.axes((0, 0, 2, 2)), 1, 1, "中", 12)
    assert text.get_fontproperties().get_file() == str(chinese_font())
    assert text.get_parse_math() is False


@pytest.mark.parametrize(
    "made",
    [
        Scene(),
        Scene(view=View((113.0, 24.0, 113.0, 24.0))),
        scene(overlay("heat", OverlayItem(SQUARE, None), OverlayItem(point(113.5, 24.5), None, weight=0.0))),
    ],
)
def test_nothing_to_draw_is_a_framed_map(made: Scene) -> None:
    assert _pixels(_small(made)).shape[1] == 800


def test_degenerate_geometries_are_drawn_or_left_out_quietly() -> None:
    odd: list[dict[str, Any]] = [
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[113.5, 24.5], [113.5, 24.5]]]},
        {"type": "LineString", "coordinates": [[113.1, 24.1], [113.2, 24.2]]},
        point(113.5, 24.5),
    ]
    assert len(outlines(odd)) == 1
    made = _small(scene(overlay("outline", *(OverlayItem(g, 1) for g in odd), classes=HOT)))
    assert _count(made, "#FF00FF") > 50


def test_without_a_view_the_overlays_frame_the_picture() -> None:
    bare = Scene(overlays=(overlay("fill", classes=HOT),))
    assert _count(_small(bare), _mixed("#FF00FF", "#E8EEF3", 0.62), 8) > 50_000


@given(st.floats(0.01, 9000))
def test_the_scale_is_round_fits_and_is_not_needlessly_short(widest: float) -> None:
    length = scale_length(widest)
    assert length <= widest * (1 + 1e-9) and length > widest / 2.6
    assert f"{length:e}"[0] in "125"


@given(st.floats(-60, 60), st.floats(70, 130), st.floats(0.05, 8), st.floats(0.05, 8))
def test_the_frame_holds_what_was_asked_for_and_a_kilometre_is_as_long_both_ways(
    south: float, west: float, tall: float, wide: float
) -> None:
    asked = (west, south, west + wide, south + tall)
    height, (w, s, e, n) = picture._framed(asked, 8.0, 0.0)
    assert w <= asked[0] and s <= asked[1] and e >= asked[2] and n >= asked[3]
    squeeze = np.cos(np.radians((asked[1] + asked[3]) / 2))
    assert (e - w) * squeeze / 8.0 == pytest.approx((n - s) / height)


def test_a_long_legend_makes_the_map_higher() -> None:
    classes = tuple((f"第 {k} 类", "#123456") for k in range(60))
    made = scene(overlay("fill", classes=classes))
    assert Legend(made, 2.5).height > 10
    assert _pixels(_small(made)).shape[0] > 800 > _pixels(_small(scene())).shape[0]


def _corners(path: Any) -> np.ndarray:
    """Return the corners of a path."""
    return np.asarray(path.vertices, dtype=float)


def test_shapes_of_the_palette_are_closed_and_centred() -> None:
    for name in ("circle", "square", "shield", "drop"):
        x, y = _corners(shape(name)).T
        assert abs(x.max() + x.min()) < 0.05 and 1.7 < y.max() - y.min() < 2.7
    assert np.allclose(np.hypot(*_corners(shape("circle")).T), 1)
    assert _corners(shape("triangle"))[:, 1].max() > 1.2  # the tip is up
    assert tuple(_corners(pin())[0]) == (0, 0) and _corners(pin())[:, 1].max() == pytest.approx(2.5, abs=0.01)


def test_pictures_are_made_side_by_side_without_pyplot() -> None:
    made: list[bytes] = []
    work: Callable[[], None] = lambda: made.append(_small(scene(overlay("fill")), *LINES))  # noqa: E731
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3 and len(set(made)) == 1
    code = (
        "import sys; import layers.picture.page, layers.plot; assert 'matplotlib' not in sys.modules;"
        "from layers.scene import Scene; layers.picture.page.png(Scene(), 't', []);"
        "assert 'matplotlib.pyplot' not in sys.modules and 'zhplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
