"""Exports of the real library from PostGIS: the same counts everywhere, connections given back."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
import shapely

from data.database import Database
from data.exports import formats
from data.exports.request import ExportRequest
from data.store.library import PostgisLibrary
from projects.errors import StorageUnavailable
from projects.feature import from_feature
from projects.filters import ProjectFilter

FILTERS = (
    ProjectFilter(),
    ProjectFilter(county=("440232",)),
    ProjectFilter(prefecture=("440200",)),
    ProjectFilter(province=("450000",)),
    ProjectFilter(document=("yz2019",)),
    ProjectFilter(category=("tcm", "elderly_care")),
    ProjectFilter(kind=("programme",)),
    ProjectFilter(q="温泉"),
    ProjectFilter(q="没有这样的名称"),
)


def exported(name: str, library: PostgisLibrary, chosen: ProjectFilter, **options: Any) -> bytes:
    return b"".join(formats.stream(name, library, ExportRequest(chosen=chosen, **options)))


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda c: str(c.to_params()))
def test_all_formats_hold_what_the_page_counts(library: PostgisLibrary, chosen: ProjectFilter) -> None:
    matched = library.count(chosen).matched
    found = json.loads(exported("geojson", library, chosen))
    table = list(csv.reader(io.StringIO(exported("csv", library, chosen).decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(exported("xlsx", library, chosen)), read_only=True)
    rows = sum(1 for _ in book.worksheets[0].iter_rows())
    assert found["counts"]["matched"] == len(found["features"]) == len(table) - 1 == rows - 1 == matched


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda c: str(c.to_params()))
def test_county_totals_reconcile(library: PostgisLibrary, chosen: ProjectFilter) -> None:
    found = json.loads(exported("counties", library, chosen))
    total = sum(f["properties"]["total"] for f in found["features"])
    outside = sum(row["total"] for row in found["not_in_any_county_by_area"])
    assert total + outside == found["counts"]["matched"] == library.count(chosen).matched


def test_the_counties_of_a_prefecture_are_all_there(library: PostgisLibrary) -> None:
    found = json.loads(exported("counties", library, ProjectFilter(prefecture=("440200",))))
    shapes = {f["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in found["features"]}
    assert len([code for code in shapes if code.startswith("4402")]) == 10
    assert all(shape.is_valid for shape in shapes.values())
    assert all(part.exterior.is_ccw for shape in shapes.values() for part in getattr(shape, "geoms", [shape]))


def test_records_come_back_from_the_file(library: PostgisLibrary) -> None:
    found = json.loads(exported("geojson", library, ProjectFilter()))
    assert [from_feature(f) for f in found["features"]] == list(library.stream(ProjectFilter()))
    assert {s["document"] for s in found["sources"]} == {
        d for f in found["features"] for d in f["properties"]["documents"]
    }
    assert all(s["title"] != s["document"] and s["as_of_year"] for s in found["sources"])


def test_gdal_reads_a_county(library: PostgisLibrary, tmp_path: Path) -> None:
    path = tmp_path / "乳源.geojson"
    formats.write("geojson", library, ExportRequest(chosen=ProjectFilter(county=("440232",))), path)
    frame = pyogrio.read_dataframe(path)
    assert len(frame) == library.count(ProjectFilter(county=("440232",))).matched
    assert (frame["county_code"].dropna() == "440232").any()


def test_the_scenario_spreads_all_slots_and_counts_none(library: PostgisLibrary) -> None:
    found = json.loads(exported("geojson", library, ProjectFilter(prefecture=("440200",)), scenario=True))
    slots = [f["properties"]["slots"] for f in found["features"] if "slots" in f["properties"]]
    assert sum(slots) == 831
    assert found["counts"]["matched"] == len(found["features"]) - len(slots)


@pytest.mark.parametrize("name", list(formats.FORMATS))
def test_the_connection_goes_back_to_the_pool(
    library_database: Database, library: PostgisLibrary, name: str
) -> None:
    pool = library_database._app.pool
    before = pool.checkedout()  # type: ignore[attr-defined]
    pieces = formats.stream(name, library, ExportRequest(chosen=ProjectFilter()))
    next(pieces)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert pool.checkedout() == before  # type: ignore[attr-defined]


def test_a_server_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    away = PostgisLibrary(Database(f"postgresql+psycopg://atlas_app@/atlas?host={tmp_path}"))
    for name in formats.FORMATS:
        with pytest.raises(StorageUnavailable):
            formats.write(name, away, ExportRequest(chosen=ProjectFilter()), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
