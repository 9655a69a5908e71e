"""The printed parts of a pack from the real library: a page per record, figures that equal the library's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from data.cluster import Cluster
from data.database import Database
from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from data.store.lifecycle.schedule import PostgisSchedule
from data.store.money.ledger import PostgisLedger
from data.store.promotion.promotion import PostgisPromotion
from projects.filters import ProjectFilter
from services.map_scene import MapScenes
from services.pack.bench import Bench
from services.pack.book.contents import sheets
from services.pack.book.pdf import book_pdf
from services.pack.book.word import book_docx
from services.pack.mayor.facts import Facts
from services.pack.mayor.mayor import mayor_pdf
from services.pack.template import Template
from tests.db import making
from tests.db.copies import copy_of
from tests.db.test_access import World
from tests.unit.services.pack.paper_world import texts

pytestmark = pytest.mark.db

COUNTY = ProjectFilter(county=("440232",))
ALL = ProjectFilter()


def bench_of(database: Database, chosen: ProjectFilter = ALL, token: str = "", **request: Any) -> Bench:
    """Return a bench that reads with somebody's rights."""
    library = PostgisLibrary(database, token)
    moment = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    return Bench(
        library=library,
        ledger=PostgisLedger(database, token),
        schedule=PostgisSchedule(database, token),
        scenes=MapScenes(library),
        request=ExportRequest(chosen=chosen, generated_at=moment, **request),
        template=Template(),
        when=date(2026, 11, 22),
        promotion=PostgisPromotion(database, token),
    )


@pytest.mark.long
def test_every_record_of_the_library_has_its_sheet(library_database: Database, tmp_path: Path) -> None:
    bench = bench_of(library_database)
    matched = bench.library.count(ALL).matched
    held = book_docx(bench, tmp_path / "book.docx")
    file = Document(str(tmp_path / "book.docx"))
    names = [p.text for p in file.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert held.records == len(names) == matched > 400
    assert sorted(names) == sorted(one.name for one in bench.library.stream(ALL))
    assert (tmp_path / "book.docx").stat().st_size < 5_000_000


def test_a_county_in_print_is_a_page_per_record(library_database: Database, tmp_path: Path) -> None:
    bench = bench_of(library_database, COUNTY)
    held = book_pdf(bench, tmp_path / "book.pdf")
    pages = texts(tmp_path / "book.pdf")
    matched = bench.library.count(COUNTY).matched
    assert held.records == matched and len(pages) == held.detail["pages"]
    front = len(pages) - matched
    for number, one in enumerate(sheets(bench)):
        assert f"{one.id}·" in pages[front + number]
        assert "".join(one.name.split())[:12] in pages[front + number]


def test_the_figures_of_the_page_are_the_librarys(library_database: Database, tmp_path: Path) -> None:
    for chosen in (ALL, COUNTY, ProjectFilter(q="没有这样的项目")):
        bench = bench_of(library_database, chosen)
        matched = bench.library.count(chosen).matched
        assert mayor_pdf(bench, tmp_path / "mayor.pdf").records == matched
        assert len(texts(tmp_path / "mayor.pdf")) == 1
        have, late, money, silent = Facts(bench).blocks(5)
        assert [int(tile.figure) for tile in have.tiles] == [matched, *_by_precision(bench, chosen)]
        assert sum(int(tile.figure) for tile in late.tiles[1:]) == matched, "each record has one light"
        assert int(money.tiles[3].figure) == bench.ledger.overview(chosen, ()).whole.not_reported
        assert int(silent.tiles[0].figure) <= matched


def _by_precision(bench: Bench, chosen: ProjectFilter) -> list[int]:
    count = bench.library.count(chosen)
    return [count.points, count.township, count.county, count.region + count.unlocated]


def test_an_english_book_is_english(library_database: Database, tmp_path: Path) -> None:
    bench = replace(
        bench_of(library_database, ProjectFilter(ids=("SG-0009",)), language="en"), words=str.upper
    )
    assert book_pdf(bench, tmp_path / "book.pdf").records == 1
    text = texts(tmp_path / "book.pdf")[1]
    assert "Totalinvestment" in text and "unknown" in text and "第1页" not in text


@pytest.fixture(scope="module")
def world(cluster: Cluster, library_database: Database) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database)


def test_contacts_are_printed_for_whoever_has_signed_in(world: World, tmp_path: Path) -> None:
    key = world.record["440232 open"]
    with world.database.owning() as connection:
        making.change(connection, key, open_to_capital="是")
    chosen = ProjectFilter(ids=(key,))
    book_pdf(bench_of(world.database, chosen, world.token["viewer"]), tmp_path / "told.pdf")
    assert "张三13800000000" in texts(tmp_path / "told.pdf")[1]
    book_pdf(bench_of(world.database, chosen), tmp_path / "untold.pdf")
    assert "张三" not in texts(tmp_path / "untold.pdf")[1] and "联系" not in texts(tmp_path / "untold.pdf")[1]
