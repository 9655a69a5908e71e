"""The leaders' page over the real library: every record accounted for, the map drawn, targets of the area."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from data.database import Database
from data.settings import Settings
from data.store.targets import PostgisTargets
from projects.filters import ProjectFilter
from projects.packs import Order
from services.leaders.board import Board, Rows, board
from services.leaders.figures import Figures, Told, chosen_of, read
from services.pack.bench import Bench
from services.pack.benches import bench_of

pytestmark = pytest.mark.db


def opened(database: Database, code: str) -> tuple[Bench, Figures]:
    """Read the page of an area as nobody in particular."""
    settings = Settings(data_dir=Path("no-such-folder"))
    found = bench_of(database, "", settings, Order(chosen=ProjectFilter())).library.area(code)
    assert found is not None
    bench = bench_of(database, "", settings, Order(chosen=chosen_of(found)))
    return bench, read(bench, found, lambda: PostgisTargets(database).board(bench.when))


def drawn(bench: Bench, figures: Figures) -> Board:
    """Return the board of a visitor."""
    return board(bench, figures, Told(), bench.when - timedelta(days=7), Rows(5, 8, 20))


@pytest.mark.parametrize("code", ["440200", "431000", "130300", "500000", "450000", "440232"])
def test_records_add_up_over_map_and_categories(library_database: Database, code: str) -> None:
    bench, figures = opened(library_database, code)
    whole = bench.library.count(bench.request.chosen).matched
    assert figures.money.whole.projects == whole > 0
    found = drawn(bench, figures)
    categories = found.blocks[0].tables[0].rows
    assert sum(int(row.cells[1].replace(",", "")) for row in categories) == whole
    left = whole - sum(figures.counts.values())
    assert left >= 0 and (f"另有 {left:,} 个" in found.map.source) is (left > 0)


def test_the_map_has_every_county_and_its_number(library_database: Database) -> None:
    bench, figures = opened(library_database, "440200")
    picture = Xml.fromstring(figures.picture)
    names = {one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert len(figures.counts) == 10, "an empty county is an answer too"
    assert {str(n) for n in figures.counts.values()} <= names and "乳源瑶族自治县" in names
    assert len(figures.picture) < 60_000
    del bench


def test_a_county_alone_has_a_number_and_its_neighbours_have_none(library_database: Database) -> None:
    _, figures = opened(library_database, "440232")
    assert list(figures.counts) == ["440232"]
    assert figures.picture.count(b"url(#none)") == 9


def test_targets_are_those_of_the_area_and_of_those_in_it(library_database: Database) -> None:
    _, city = opened(library_database, "440200")
    assert len(city.promises) == 12 and {row.target.document_id for row in city.promises} == {"sg2016"}
    _, county = opened(library_database, "440232")
    assert not county.promises
