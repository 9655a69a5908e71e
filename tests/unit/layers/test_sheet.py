"""The printed map: what stands on it, how large it is, that its words are words, that nothing is hidden."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from layers import fonts
from layers.choropleth import by_count
from layers.palette import PRINT_SEQUENTIAL
from layers.picture import furniture, naming
from layers.picture.column import Column, Listing
from layers.picture.map import draw_scene
from layers.picture.naming import shortened
from layers.picture.paper import Paper
from layers.picture.plain import plain_png
from layers.picture.sheet import Sheet, pdf, png
from layers.picture.small import Locator, locator_size
from layers.scene import AreaBadge, Inset, LineMark, PointMark, Scene, StackMark, View, area_layer
from projects.errors import SetupIncomplete
from tests.unit.layers.overlaid import AREAS, BOX, scene

NASTY = "恶意/名称\\$x^2$ =cmd|'😀' \u202eRTL <b>${alert(1)}</b> " + "长" * 200
MARITIME = LineMark("maritime", "maritime", (((108.0, 12.0), (109.0, 14.0)),))


def _grid(n: int = 5) -> Scene:
    """Return a map of n × n square counties with a badge each, all too wide for their county."""
    step = 1 / n
    boxes = [(113 + i * step, 24 + j * step) for i in range(n) for j in range(n)]
    features = [
        {
            "properties": {"code": f"{440200 + k}", "name": f"第{k:02d}号瑶族自治县"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, y], [x + step, y], [x + step, y + step], [x, y + step], [x, y]]],
            },
        }
        for k, (x, y) in enumerate(boxes)
    ]
    badges = tuple(
        AreaBadge(
            f"{440200 + k}", "county", f"第{k:02d}号瑶族自治县", x + step / 2, y + step / 2, k, {"tcm": k}
        )
        for k, (x, y) in enumerate(boxes)
    )
    return Scene(areas=area_layer({"features": features}), badges=badges, view=View(BOX))


def _sheet(made: Scene, **more: Any) -> Sheet:
    rows = tuple((badge.name, badge.total) for badge in made.badges)
    given: dict[str, Any] = {
        "scene": made,
        "title": "乳源项目分布图",
        "says": ("范围：全部", "共 3 项"),
        "notes": ("定位精度：只知到县的不画点。",),
        "credit": "内部使用",
        "listing": Listing("各地项目数", rows, "另有 {n} 个地区 {total} 项"),
    }
    return Sheet(**(given | more))


def _page(*sheets: Sheet, title: str = "图") -> PdfReader:
    return PdfReader(BytesIO(pdf(sheets, title)))


def _words(made: Scene, **more: Any) -> str:
    """Return the text of a sheet without line breaks."""
    return _page(_sheet(made, **more)).pages[0].extract_text().replace("\n", "")


def _pixels(made: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(made)).convert("RGB")).astype(int)


def test_a_sheet_has_the_size_of_the_paper() -> None:
    for size, points in (((297.0, 210.0), (841.9, 595.3)), ((420.0, 297.0), (1190.6, 841.9))):
        box = _page(_sheet(scene(), size_mm=size)).pages[0].mediabox
        assert (float(box.width), float(box.height)) == pytest.approx(points, abs=0.1)


def test_the_picture_has_its_dots_per_inch() -> None:
    picture = Image.open(BytesIO(png(_sheet(scene()), dpi=100)))
    assert picture.size == pytest.approx((1169, 827), abs=1)
    assert picture.info["dpi"] == pytest.approx((100, 100), abs=0.2)


def test_the_words_of_a_pdf_are_words_in_an_embedded_font() -> None:
    book = _page(_sheet(_grid(2)), _sheet(scene()), title="题目")
    assert len(book.pages) == 2 and book.metadata is not None and book.metadata.title == "题目"
    text = book.pages[0].extract_text()
    for wanted in (
        "乳源项目分布图",
        "范围：全部",
        "共 3 项",
        "只知到县的不画点",
        "内部使用",
        "北",
        "公里",
    ):
        assert wanted in text
    assert "第03号瑶族自治县 3" in text
    resources: Any = book.pages[0]["/Resources"]
    fonts_ = [font.get_object() for font in resources["/Font"].values()]
    assert fonts_ and all(font["/Subtype"] == "/Type0" for font in fonts_)
    inner = fonts_[0]["/DescendantFonts"][0].get_object()
    assert "+" in inner["/BaseFont"] and "/FontFile2" in inner["/FontDescriptor"].get_object()


def test_an_area_whose_badge_found_no_room_is_in_the_list() -> None:
    crowded = _grid(9)
    paper = Paper(3, 3, 300)
    axes = paper.axes((0, 0, 3, 3))
    furniture.ground(axes, BOX)
    missed = draw_scene(axes, crowded)
    assert missed  # else this test says nothing
    words = _words(_grid(5))
    assert all(f"第{k:02d}号瑶族自治县" in words for k in range(25))


def test_a_list_that_is_too_long_says_how_many_are_left_out() -> None:
    rows = tuple((f"县{k:03d}", 1) for k in range(300))
    words = _words(scene(), listing=Listing("各地", rows, "另有 {n} 个地区 {total} 项"))
    shown = sum(f"县{k:03d}" in words for k in range(300))
    assert 40 < shown < 300 and f"另有 {300 - shown} 个地区 {300 - shown} 项" in words


def test_the_legend_shrinks_to_make_room_for_the_list() -> None:
    long = by_count({}, "项目数", "说明" * 60)
    few = Column(replace(scene(), choropleth=long), None, None, (0, 0, 3, 4), 1.0)
    rows = tuple((f"县{k}", 1) for k in range(24))
    many = Column(replace(scene(), choropleth=long), None, Listing("各地", rows, ""), (0, 0, 3, 4), 1.0)
    assert many._legends[0].height < few._legends[0].height


def test_nothing_on_paper_asks_for_a_click() -> None:
    marks = StackMark("s", 113.4, 24.2, "镇", ("a", "b"), {"tcm": 2})
    near = tuple(PointMark(f"SG-{k}", 113.6 + k / 1000, 24.6, "sports", 1, "reported", "n") for k in range(3))
    words = _words(replace(_grid(2), stacks=(marks,), points=near))
    assert "点击" not in words
    assert "方框：辖区项目数" in words and "圆圈：位置相近的项目数" in words


def test_the_legend_counts_what_has_been_counted() -> None:
    words = _words(_grid(2), known={"tcm": 41, "hospital": 0})
    assert "中医药 41" in words and "医疗服务机构" not in words


def test_a_national_map_has_the_southern_islands_and_others_show_where_they_are() -> None:
    nation = Scene(areas=AREAS, lines=(MARITIME,), inset=Inset())
    assert "南海诸岛" in _words(nation)
    where = Locator(AREAS, frozenset({"440232"}), "广东省", BOX)
    assert "广东省" in _words(scene(), locator=where) and "南海诸岛" not in _words(scene(), locator=where)
    wide, tall = locator_size(where)
    assert 1.2 < tall < 2 and wide < tall


def test_the_small_map_covers_no_mark() -> None:
    corners = tuple(
        PointMark(f"SG-{k}", lon, lat, "hospital", 1, "reported", "n")
        for k, (lon, lat) in enumerate(((113.99, 24.01), (113.99, 24.99), (113.01, 24.5)))
    )
    where = Locator(AREAS, frozenset(), "广东省", BOX)
    bare = Scene(points=corners, view=View(BOX))
    red = (213, 94, 0)
    without, beside = (
        int((abs(_pixels(png(_sheet(bare, locator=l), dpi=150)) - red).max(axis=2) < 12).sum())
        for l in (None, where)  # noqa: E741
    )
    assert without > 500 and beside > 0.9 * without


def test_practice_is_written_across_the_map() -> None:
    assert "演示数据" in _words(scene(), mark="演示数据")
    plain, marked = (_pixels(png(_sheet(scene(), mark=mark), dpi=60)) for mark in ("", "演示数据"))
    assert (plain != marked).any(axis=2).sum() > 300


def test_shading_for_print_keeps_its_order_in_grey() -> None:
    grey = [
        sum(int(c[k : k + 2], 16) * w for k, w in ((1, 0.299), (3, 0.587), (5, 0.114)))
        for c in PRINT_SEQUENTIAL
    ]
    assert grey == sorted(grey, reverse=True) and min(a - b for a, b in pairwise(grey)) > 15


def test_hostile_texts_stay_on_the_sheet() -> None:
    made = replace(_grid(2), points=(PointMark("SG-1", 113.5, 24.5, "tcm", 1, "modelled", NASTY),))
    words = _words(made, title=NASTY, says=(NASTY,) * 9, notes=(NASTY,) * 30, credit=NASTY[:110])
    assert "\u202e" not in words and "😀" not in words and "…" in words
    assert "恶意/名称\\$x^2$ =cmd" in words


def test_a_selected_record_and_area_are_ringed() -> None:
    point = PointMark("SG-1", 113.5, 24.5, "tcm", 1, "reported", "n")
    stack = StackMark("s", 113.3, 24.5, "镇", ("SG-2", "SG-3"), {"tcm": 2})
    made = replace(scene(), points=(point,), stacks=(stack,))
    plain = _pixels(plain_png(made, (), 600))
    for chosen in ("SG-1", "SG-3", "440232"):
        ringed = _pixels(plain_png(replace(made, selected=chosen), (), 600))
        assert (plain != ringed).any(axis=2).sum() > 60
    assert np.array_equal(plain, _pixels(plain_png(replace(made, selected="SG-9"), (), 600)))


def test_a_plain_map_is_as_wide_as_asked_and_holds_its_lines() -> None:
    few, many = (_pixels(plain_png(scene(), lines, 640)) for lines in (("甲",), ("甲",) * 6))
    assert few.shape == many.shape == (460, 640, 3)
    assert (few[300:] != many[300:]).any()


def test_names_stand_beside_records_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    true = naming.shortened

    def note(text: str, size: float, room: float) -> str:
        written.append(true(text, size, room))
        return written[-1]

    monkeypatch.setattr(naming, "shortened", note)
    point = PointMark("SG-1", 113.5, 24.5, "tcm", 1, "reported", "云门山养生谷" * 4)
    for named in (False, True):
        plain_png(replace(scene(), points=(point,)), (), 400, named=named)
        assert any(text.startswith("云门山养生谷") and text.endswith("…") for text in written) == named


def test_a_name_is_cut_to_its_room() -> None:
    assert shortened("乳源", 10, 100) == "乳源"
    assert shortened("长" * 50, 10, 55) == "长长长长…"[: len(shortened("长" * 50, 10, 55))]
    assert fonts.width(shortened("长" * 50, 10, 55), 10) <= 55


def test_a_logo_is_drawn(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    Image.new("RGB", (80, 20), "#FF00FF").save(file)
    made = _pixels(png(_sheet(scene(), logo=file), dpi=100))
    assert (abs(made - (255, 0, 255)).max(axis=2) < 8).sum() > 1000


def test_without_a_chinese_font_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.chinese_font.cache_clear()
    monkeypatch.setattr(fonts, "packaged_font", lambda: None)
    monkeypatch.setattr(fonts, "system_font", lambda: None)
    try:
        with pytest.raises(SetupIncomplete, match="make run"):
            pdf([_sheet(scene())], "图")
    finally:
        monkeypatch.undo()
        fonts.chinese_font.cache_clear()


@pytest.mark.parametrize("made", [Scene(), Scene(view=View((113.0, 24.0, 113.0, 24.0)))])
def test_nothing_to_draw_is_a_framed_sheet(made: Scene) -> None:
    assert "乳源项目分布图" in _words(made, listing=None)
