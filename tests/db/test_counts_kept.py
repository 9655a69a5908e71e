"""Counts kept beside the records: always what the facets say, for every question, whoever writes what."""

import logging
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import ANONYMOUS_ROLE, APP_ROLE, Database
from data.store import aggregates, cells, counts, filtering, kept, names, summaries
from projects.codes import Level
from projects.filters import ProjectFilter
from projects.ports import Bounds
from tests.db.copies import copy_of
from tests.db.making import PROJECT, change, insert, middle, place, project
from views.options import LISTED

pytestmark = pytest.mark.db

RUYUAN, LECHANG, SHAOGUAN, GUANGDONG = "440232", "440281", "440200", "440000"
MAINLAND: Bounds = (73.5, 17.8, 135.1, 53.6)
AROUND: Bounds = (112.5, 23.5, 115.0, 26.0)
TOWN: Bounds = (113.2, 24.7, 113.3, 24.8)
FILTERS = (
    ProjectFilter(),
    ProjectFilter(category=("hospital", "tcm")),
    ProjectFilter(province=(GUANGDONG,), stage=("前期",)),
    ProjectFilter(prefecture=(SHAOGUAN,), precision=(1, 2, 3)),
    ProjectFilter(county=(RUYUAN,)),
    ProjectFilter(owner=(RUYUAN,), kind=("site",)),
    ProjectFilter(document=("sg2016",)),
    ProjectFilter(lead=("sg-health",), mode=("公建民营",)),
)


@pytest.fixture
def from_records(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """A switch: answer from the records themselves, as for filters that the kept counts cannot answer."""
    own = filtering.keys

    def switch(records: bool) -> None:
        answer: Any = (lambda *_, **__: None) if records else own
        monkeypatch.setattr(kept, "keys", answer)

    yield switch


def agree(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT counts_agree()")))


def answers(connection: Connection, chosen: ProjectFilter) -> list[Any]:
    """Return what the map page asks of a filter."""
    known = names.read(connection)
    return [
        summaries.count(connection, chosen),
        aggregates.area_counts(connection, chosen, known),
        aggregates.area_counts(connection, chosen, known, (4, 5)),
        aggregates.area_counts(connection, chosen, known, upto=Level.PREFECTURE),
        aggregates.touching_counts(connection, chosen),
        aggregates.options(connection, LISTED, chosen),
        *(aggregates.options(connection, (field,), chosen) for field in ("county", "category", "lead")),
    ]


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: str(chosen.to_params()))
def test_every_question_has_the_answer_of_the_records(
    writing: Connection, chosen: ProjectFilter, from_records: Callable[[bool], None]
) -> None:
    from_records(False)
    by_counts = answers(writing, chosen)
    from_records(True)
    assert by_counts == answers(writing, chosen)
    assert summaries.count(writing, chosen).matched > 0 or chosen.mode or chosen.stage


def test_words_and_townships_are_asked_of_the_records(writing: Connection) -> None:
    key = project(writing, name="示例温泉颐养园", county_code=RUYUAN, county_basis="documented")
    assert summaries.count(writing, ProjectFilter(q="温泉颐养园")).matched == 1
    assert [
        c.code for c in aggregates.area_counts(writing, ProjectFilter(ids=(key,)), names.read(writing))
    ] == [RUYUAN]


def test_emptying_the_records_at_once_empties_the_counts(writing: Connection) -> None:
    writing.execute(text("TRUNCATE project_facet"))
    assert summaries.count(writing, ProjectFilter()).matched == 0
    assert writing.scalar(text("SELECT counts_agree()"))


# ---- whatever is written ----


def unplace(connection: Connection, key: str) -> None:
    connection.execute(text("DELETE FROM project_place WHERE project_id = :key"), {"key": key})


def move(connection: Connection, key: str, shape: str, precision: int) -> None:
    unplace(connection, key)
    place(connection, key, shape, precision=precision)


ACTIONS = (
    lambda c, k: change(c, k, category="sports", stage="在建"),
    lambda c, k: change(c, k, county_code=LECHANG, county_basis="documented"),
    lambda c, k: change(c, k, published=False),
    lambda c, k: change(c, k, published=True),
    lambda c, k: change(c, k, deleted_at="2026-01-01"),
    lambda c, k: change(c, k, deleted_at=None),
    lambda c, k: change(c, k, merged_into_id="SG-0001"),
    lambda c, k: change(c, k, merged_into_id=None),
    lambda c, k: move(c, k, middle(c, RUYUAN), 2),
    lambda c, k: move(c, k, f"LINESTRING({middle(c, RUYUAN)[6:-1]}, 113.4 24.8)", 1),
    unplace,
    lambda c, k: c.execute(text("SELECT refresh_facets(ARRAY[:key])"), {"key": k}),
    lambda c, _: c.execute(text("SELECT tidy_counts()")),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.integers(0, 2), st.integers(0, len(ACTIONS) - 1)), min_size=1, max_size=12)
)
def test_whatever_is_written_the_counts_are_those_of_the_records(
    writing: Connection, steps: list[tuple[int, int]]
) -> None:
    with writing.begin_nested() as undone:
        keys = [project(writing, category="tcm", published=bool(n)) for n in range(3)]
        for record, action in steps:
            ACTIONS[action](writing, keys[record])
        assert agree(writing)
        undone.rollback()
    assert agree(writing)


def test_a_rebuild_of_all_facets_leaves_the_same_counts(writing: Connection) -> None:
    before = answers(writing, ProjectFilter())
    writing.execute(text("SELECT refresh_facets()"))
    assert agree(writing) and answers(writing, ProjectFilter()) == before
    held = writing.scalar(text("SELECT count(*) FROM facet_count"))
    writing.execute(text("UPDATE facet_count SET n = n"))
    for _ in range(6):
        writing.execute(text("SELECT refresh_facets()"))
    assert writing.scalar(text("SELECT tidy_counts()")) > 0
    assert writing.scalar(text("SELECT count(*) FROM facet_count")) <= held and agree(writing)
    assert answers(writing, ProjectFilter()) == before


@pytest.fixture
def copied(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as database:
        yield database


def test_writers_and_tidying_at_once_lose_nothing(copied: Database) -> None:
    """Nobody waits for another's counts, and tidying takes away what it has added up alone."""
    start, failed = Barrier(4), []

    def write(number: int) -> None:
        try:
            start.wait(30)
            for turn in range(5):
                with copied.owning() as connection:
                    row = {"id": f"TST-9{number}{turn:02}", "category": "insurance", "stage": "竣工"}
                    insert(connection, "project", PROJECT | {"name_normalised": "示例"} | row)
                    if turn % 2 == number % 2:
                        connection.execute(text("SELECT tidy_counts()"))
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    threads = [Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    with copied.owning() as connection:
        assert agree(connection)
        chosen = ProjectFilter(category=("insurance",), stage=("竣工",))
        assert summaries.count(connection, chosen).matched == 20


def test_counts_that_went_wrong_are_counted_anew_and_said(
    copied: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with copied.owning() as connection:
        connection.execute(text("UPDATE facet_count SET n = n + 1"))
        assert not agree(connection)
    with caplog.at_level(logging.WARNING):
        counts.look_after(copied)
    assert "did not agree" in caplog.text
    with copied.owning() as connection:
        assert agree(connection)


def test_nobody_reads_counts_of_a_closed_library(copied: Database) -> None:
    with copied.owning() as connection:
        connection.execute(text("UPDATE access_policy SET anonymous_reads = false"))
    with copied.owning() as connection:
        for role in (ANONYMOUS_ROLE, APP_ROLE):
            connection.execute(text(f"SET LOCAL ROLE {role}"))
            for table in (
                "facet_place",
                "facet_sort",
                "facet_link",
                "facet_count",
                "facet_total",
                "facet_tile",
            ):
                assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
            connection.execute(text("RESET ROLE"))


def test_what_is_not_published_is_in_no_count_and_in_no_combination(writing: Connection) -> None:
    hidden = project(writing, category="insurance", kind="platform", stage="停缓建", published=False)
    found = "SELECT count(*) FROM facet_sort WHERE category = 'insurance' AND kind = 'platform'"
    assert writing.scalar(text(found)) == 0
    change(writing, hidden, published=True)
    assert writing.scalar(text(found)) == 1


# ---- cells ----


@pytest.mark.parametrize("bounds", [MAINLAND, AROUND, TOWN], ids=["nation", "prefecture", "town"])
@pytest.mark.parametrize("chosen", FILTERS[:4], ids=lambda chosen: str(chosen.to_params()))
def test_cells_hold_the_records_of_whole_cells_and_each_once(
    writing: Connection, chosen: ProjectFilter, bounds: Bounds
) -> None:
    for number in range(30):
        spot = f"POINT({113.21 + number / 400} {24.71 + number / 500})"
        place(writing, project(writing, category="tcm"), spot, precision=1 + number % 3)
    found = cells.clusters(writing, chosen, bounds)
    view, size = cells.view_of(bounds), cells.cell_size(bounds)
    whole = (view.west * size, view.south * size, (view.east + 1) * size, (view.north + 1) * size)
    condition, values = filtering.where(chosen)
    inside = set(
        writing.scalars(
            text(
                f"SELECT project_id FROM project_facet f WHERE {condition} AND precision BETWEEN 1 AND 3"
                " AND ST_X(representative_point(geom)) >= :a AND ST_X(representative_point(geom)) < :c"
                " AND ST_Y(representative_point(geom)) >= :b AND ST_Y(representative_point(geom)) < :d"
            ),
            values | dict(zip("abcd", whole, strict=True)),
        )
    )
    gathered = [c for c in found if ":" in c.id]
    assert sum(c.count for c in gathered) == len(inside)
    shown = [key for c in gathered for key in c.ids]
    assert len(shown) == len(set(shown)) and set(shown) <= inside
    for cell in gathered:
        assert sum(cell.by_category.values()) == cell.count
        assert (len(cell.ids) == cell.count) is (cell.count <= cells.IDS_SHOWN)
        west, south, east, north = cell.bounds
        assert west - 1e-6 <= cell.lon <= east + 1e-6 and south - 1e-6 <= cell.lat <= north + 1e-6
        column, row = (int(n) for n in cell.id.split(":"))
        assert column * size <= cell.lon <= (column + 1) * size and row * size <= cell.lat <= (row + 1) * size


def test_a_line_that_reaches_into_the_view_is_drawn_though_its_point_lies_elsewhere(
    writing: Connection,
) -> None:
    key = project(writing, category="sports")
    place(writing, key, "LINESTRING(113.25 24.75, 116.0 24.75)", precision=1)
    found = [c for c in cells.clusters(writing, ProjectFilter(category=("sports",)), TOWN) if key in c.ids]
    assert [(c.count, c.ids) for c in found] == [(1, (key,))]


@given(st.floats(-180, 179), st.floats(-90, 89), st.floats(0.001, 180), st.floats(0.001, 90))
def test_the_ranges_of_a_view_are_its_tiles_without_overlap(
    x: float, y: float, wide: float, high: float
) -> None:
    high = min(high, wide * 2)
    view = cells.view_of((x, y, min(x + wide, 180.0), min(y + high, 90.0)))
    lows, highs = view.ranges()
    assert all(a <= b for a, b in zip(lows, highs, strict=True))
    assert all(b < a for b, a in zip(highs, lows[1:], strict=False))
    if view.shift >= cells.TILE:
        tiles = sum(b - a + 1 for a, b in zip(lows, highs, strict=True))
        assert tiles == len(list(view)) * 4 ** (view.shift - cells.TILE)
