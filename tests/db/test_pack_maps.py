"""The map of a pack over the real library: every record is on it once, whatever the filter."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from layers.picture import naming
from layers.scene import AreaBadge
from projects.filters import ProjectFilter
from services.map_scene import MapScenes
from services.pack.bench import Bench
from services.pack.maps.maps import county_map_png, map_pdf, map_png
from services.pack.template import Template

SHAOGUAN = ProjectFilter(prefecture=("440200",))
SPREAD = 12


@pytest.fixture(scope="module")
def scenes(library: PostgisLibrary) -> MapScenes:
    return MapScenes(library)


@pytest.fixture
def bench(library: PostgisLibrary, scenes: MapScenes) -> Any:
    """Return what makes a bench of a filter."""

    def make(chosen: ProjectFilter, paper: str = "A4", **request: Any) -> Bench:
        return Bench(
            library=library,
            ledger=cast(Any, None),
            schedule=cast(Any, None),
            scenes=scenes,
            request=ExportRequest(chosen=chosen, **request),
            template=Template(),
            when=date(2026, 11, 22),
            paper=paper,
        )

    return make


def _read(path: Path) -> list[str]:
    """Return the text of each page, without line breaks."""
    return [page.extract_text().replace("\n", "") for page in PdfReader(path).pages]


@pytest.mark.long
def test_everything_is_on_the_first_sheet_and_each_prefecture_has_its_own(bench: Any, tmp_path: Path) -> None:
    held = map_pdf(bench(ProjectFilter()), tmp_path / "map.pdf")
    pages = _read(tmp_path / "map.pdf")
    assert held.records == 416 == held.detail["placed"] + held.detail["areas_only"] + held.detail["no_area"]
    assert held.detail["placed"] == 28  # 1 with a place, 27 to a township
    assert held.detail["sheets"] == len(pages) > 5
    assert "GeoNames" in pages[0] and not any("GeoNames" in page for page in pages if "秦皇岛市健康" in page)
    assert "共 416 项" in pages[0] and "南海诸岛" in pages[0] and "GX-0049" in pages[0]
    assert "韶关市健康产业项目分布图" in pages[1] and "共 160 项" in pages[1] and "广东省" in pages[1]
    assert all("内部使用" in page and "数据截至" in page and "图上没有的" not in page for page in pages[1:])
    assert (tmp_path / "map.pdf").stat().st_size < 6_000_000


@pytest.mark.parametrize(
    "chosen",
    [
        SHAOGUAN,
        ProjectFilter(province=("450000",)),
        ProjectFilter(county=("440232",)),
        ProjectFilter(county=("130306",)),
        ProjectFilter(ids=("SG-0001",)),
        ProjectFilter(ids=("GX-0049",)),
        ProjectFilter(ids=("SG-9999",)),
    ],
)
def test_the_picture_accounts_for_every_record(
    chosen: ProjectFilter, bench: Any, library: PostgisLibrary, tmp_path: Path
) -> None:
    held = map_png(bench(chosen), tmp_path / "map.png")
    assert held.records == library.count(chosen).matched
    picture = Image.open(tmp_path / "map.png")
    assert picture.size == (3508, 2480) and picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_basket_of_one_prefecture_is_drawn_there(
    bench: Any, library: PostgisLibrary, tmp_path: Path
) -> None:
    ids = tuple(r.id for r in library.page(SHAOGUAN, limit=SPREAD).items)
    held = map_pdf(bench(ProjectFilter(ids=ids)), tmp_path / "map.pdf")
    (page,) = _read(tmp_path / "map.pdf")
    assert held.records == SPREAD and "韶关市健康产业项目分布图" in page
    assert "选定记录" in page and "范围：地市" not in page


def test_every_county_is_named_on_its_map_or_listed(bench: Any, tmp_path: Path) -> None:
    map_pdf(bench(ProjectFilter(prefecture=("500000",)), paper="A3"), tmp_path / "map.pdf")
    document = PdfReader(tmp_path / "map.pdf")
    text = document.pages[0].extract_text().replace("\n", "")
    for name in ("渝中区", "大渡口区", "石柱土家族自治县", "彭水苗族土家族自治县", "九龙坡区"):
        assert name in text
    assert float(document.pages[0].mediabox.width) == pytest.approx(1190.6, abs=0.1)


def test_counties_that_nobody_asked_about_are_not_listed_as_zero(
    bench: Any, library: PostgisLibrary, tmp_path: Path
) -> None:
    chosen = ProjectFilter(county=("440232",))
    held = map_pdf(bench(chosen), tmp_path / "map.pdf")
    (page,) = _read(tmp_path / "map.pdf")
    assert held.records == library.count(chosen).matched
    assert "乳源瑶族自治县" in page
    assert "南雄市" not in page and "新丰县" not in page
    assert "点名项目数" not in page, "neighbours are not shaded as 0 either"
    map_pdf(bench(SHAOGUAN), tmp_path / "all.pdf")
    assert "点名项目数" in _read(tmp_path / "all.pdf")[0]


def test_credit_number_and_practice_stand_on_the_map(bench: Any, tmp_path: Path) -> None:
    wanted = bench(SHAOGUAN, credit="市卫生健康局", approval_number="粤S(2024)001号", practice=True)
    map_pdf(wanted, tmp_path / "map.pdf")
    (page,) = _read(tmp_path / "map.pdf")
    assert "审图号：粤S(2024)001号" in page and "市卫生健康局" in page
    assert page.count("演示数据") >= 3  # title, across the map, credit
    assert "内部使用" not in page
    map_pdf(bench(SHAOGUAN, credit="市卫生健康局"), tmp_path / "without.pdf")
    assert "市卫生健康局 · 内部使用" in _read(tmp_path / "without.pdf")[0]


def test_it_speaks_english(bench: Any, tmp_path: Path) -> None:
    map_pdf(bench(SHAOGUAN, language="en"), tmp_path / "map.pdf")
    (page,) = _read(tmp_path / "map.pdf")
    assert "Health industry projects · 韶关市" in page and "160 records" in page and "Precision:" in page


@pytest.mark.long
def test_a_title_of_ones_own_stands_on_every_sheet(bench: Any, tmp_path: Path) -> None:
    map_pdf(bench(ProjectFilter(), title="恶意/标题 <b>=1+1"), tmp_path / "map.pdf")
    pages = _read(tmp_path / "map.pdf")
    assert all("恶意/标题 <b>=1+1" in page for page in pages) and "韶关市" in pages[1][:40]


@pytest.mark.parametrize("code", ["440232", "431021", "999999"])
def test_a_county_has_a_small_map_even_without_records(code: str, bench: Any) -> None:
    picture = Image.open(BytesIO(county_map_png(bench(ProjectFilter()), code, 640)))
    assert picture.size == (640, 460) and np.asarray(picture.convert("L")).std() > 5


def test_the_small_map_counts_what_lies_in_the_county_not_what_touches_it(
    bench: Any, library: PostgisLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    badges: list[AreaBadge] = []
    true = naming._draw_badge

    def note(over: Any, badge: AreaBadge, *rest: Any) -> None:
        badges.append(badge)
        true(over, badge, *rest)

    monkeypatch.setattr(naming, "_draw_badge", note)
    county_map_png(bench(ProjectFilter(county=("440281",))), "440232", 400)
    shown = {badge.code: badge.total for badge in badges}
    lying = [r for r in library.stream(ProjectFilter(county=("440281",))) if r.county_code == "440232"]
    assert shown.get("440232", 0) == len(lying)
    badges.clear()
    county_map_png(bench(ProjectFilter()), "440232", 400)
    assert {b.code: b.total for b in badges}["440232"] == 17
