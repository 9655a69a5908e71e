"""Deck and offline map of the real library: all of it in them, light enough for mail and USB stick."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from data.database import Database
from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.money.ledger import PostgisLedger
from layers import assets
from projects.codes import Level
from projects.filters import ProjectFilter
from services.map_scene import MapScenes
from services.pack.bench import Bench
from services.pack.deck.deck import deck_pptx
from services.pack.offline.offline import offline_html
from services.pack.template import Template
from tests.paths import ROOT

pytestmark = pytest.mark.db
MEGABYTE = 1_000_000


def bench_of(database: Database, **chosen: Any) -> Bench:
    library = PostgisLibrary(database)
    return Bench(
        library=library,
        ledger=PostgisLedger(database),
        schedule=PostgisSchedule(database),
        scenes=MapScenes(library),
        request=ExportRequest(chosen=ProjectFilter(**chosen)),
        template=Template(),
        when=date(2026, 11, 22),
    )


def read(file: Path) -> Any:
    found = re.search(r'id="data">(.*?)</script>', file.read_text("utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture
def with_leaflet() -> None:
    if assets.missing(ROOT / "static"):
        pytest.skip("map assets are not fetched yet: run the set-up (make run) first")


@pytest.mark.usefixtures("with_leaflet")
def test_the_whole_library_fits_into_one_light_file(library_database: Database, tmp_path: Path) -> None:
    bench = bench_of(library_database)
    held = offline_html(bench, tmp_path / "map.html")
    assert (tmp_path / "map.html").stat().st_size < 5 * MEGABYTE
    data = read(tmp_path / "map.html")
    count = bench.library.count(bench.request.chosen)
    assert held.records == len(data["records"]) == count.matched
    assert held.detail["with_place"] == count.points + count.township
    assert all(one["sources"] and one["quotes"] for one in data["records"])
    drawn = {f["properties"]["code"] for f in data["counties"]["features"]}
    assert {one["county_code"] for one in data["records"] if "county_code" in one} <= drawn
    finest = {one.get("county_code") or one.get("zone_id") for one in data["records"]} - {None}
    assert finest <= data["places"].keys()
    assert len(data["provinces"]["features"]) == 34 and data["lines"]
    assert data["lists"]["stage"]["储备"][0] == "储备"


@pytest.mark.usefixtures("with_leaflet")
def test_of_one_prefecture_the_map_is_of_that_prefecture(library_database: Database, tmp_path: Path) -> None:
    bench = bench_of(library_database, prefecture=("440200",))
    offline_html(bench, tmp_path / "map.html")
    data = read(tmp_path / "map.html")
    assert tuple(data["bounds"]) == bench.library.bounds(["440200"])
    assert data["inset"] is None


def test_the_deck_holds_the_library_with_a_map_per_county(library_database: Database, tmp_path: Path) -> None:
    bench = bench_of(library_database)
    held = deck_pptx(bench, tmp_path / "deck.pptx")
    assert held.records == held.detail["listed"] == bench.library.count(bench.request.chosen).matched
    assert (tmp_path / "deck.pptx").stat().st_size < 20 * MEGABYTE
    counties = [a for a in bench.library.area_counts(bench.request.chosen) if a.level == Level.COUNTY]
    slides = list(Presentation(str(tmp_path / "deck.pptx")).slides)
    pictures = [shape for slide in slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == len(counties)
    titles = "\n".join(slide.shapes.title.text_frame.text for slide in slides if slide.shapes.title)
    assert all(area.name in titles for area in counties)


def test_a_basket_of_one_makes_both(library_database: Database, tmp_path: Path) -> None:
    bench = bench_of(library_database, ids=("SG-0001",))
    assert deck_pptx(bench, tmp_path / "deck.pptx").records == 1
