"""GeoJSON of records: what RFC 7946 asks, what the map shows, and the facts about itself."""

import json
import re
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exports import formats
from projects.feature import feature, feature_text, from_feature, properties
from projects.filters import ProjectFilter
from projects.summary import Summary
from tests.unit.data.exports_fake import HOSTILE, FakeLibrary, point, record, request


def collection(library: FakeLibrary, name: str = "geojson", **options: Any) -> dict[str, Any]:
    text = b"".join(formats.stream(name, library, request(**options))).decode()
    return dict(json.loads(text))


def test_every_record_is_there_as_the_map_shows_it() -> None:
    library = FakeLibrary()
    found = collection(library)
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert found["features"] == [feature(r) for r in library.records]


def test_an_unplaced_record_has_a_null_geometry() -> None:
    [found] = collection(FakeLibrary([record(7)]))["features"]
    assert found["geometry"] is None
    assert found["id"] == "SG-0007"


def test_counts_are_those_of_the_features_and_add_up() -> None:
    found = collection(FakeLibrary())
    counts = found["counts"]
    assert counts == {"matched": 18, "points": 1, "township": 2, "county": 1, "region": 2, "unlocated": 12}
    assert (
        counts["matched"]
        == len(found["features"])
        == sum(n for name, n in counts.items() if name != "matched")
    )


def test_the_collection_says_what_it_is() -> None:
    chosen = ProjectFilter(county=("440232",), category=("tcm",))
    found = collection(FakeLibrary(), chosen=chosen, credit="韶关市发改局", approval_number="粤S(2026)1号")
    assert found["filter"] == {"county": "440232", "category": "tcm"}
    assert found["filter_in_words"] == "县（市、区）：区域440232 (440232)；类别：中医药"
    assert found["credit"] == "韶关市发改局"
    assert found["map_approval_number"] == "粤S(2026)1号"
    assert found["generated_at"] == "2026-11-21T08:30:00+00:00"
    assert found["data_version"] == "test-1"
    assert found["sources"] == [
        {"document": "韶府〔2016〕9号", "title": "实施方案", "as_of_year": 2016, "records": 2}
    ]
    assert len(found["caveats"]["zh"]) == len(found["caveats"]["en"]) >= 4


def test_nothing_found_is_a_valid_empty_collection() -> None:
    found = collection(FakeLibrary(), chosen=ProjectFilter(q="没有这个"))
    assert found["features"] == []
    assert found["counts"]["matched"] == 0
    assert found["sources"] == []


def test_the_scenario_is_only_there_when_asked() -> None:
    assert "scenario" not in collection(FakeLibrary())
    assert not any("slots" in f["properties"] for f in collection(FakeLibrary())["features"])


def test_the_scenario_has_no_geometry_and_is_not_counted() -> None:
    found = collection(FakeLibrary(), scenario=True)
    shares = [f for f in found["features"] if "slots" in f["properties"]]
    assert [(f["geometry"], f["properties"]["township_code"], f["properties"]["slots"]) for f in shares] == [
        (None, "440232100", 500),
        (None, "440281101", 331),
    ]
    assert {f["properties"]["basis"] for f in shares} == {"modelled"}
    assert {f["properties"]["title"] for f in shares} == {"模拟分配，非下达指标"}
    assert found["scenario"]["slots"] == 831
    assert found["counts"]["matched"] == len(found["features"]) - len(shares)


@pytest.mark.parametrize(
    ("chosen", "slots"),
    [
        (ProjectFilter(county=("440281",)), 331),
        (ProjectFilter(prefecture=("440200",)), 831),
        (ProjectFilter(province=("450000",)), 0),
        (ProjectFilter(township=("440232100",)), 500),
    ],
)
def test_the_scenario_keeps_to_the_areas_of_the_filter(chosen: ProjectFilter, slots: int) -> None:
    found = collection(FakeLibrary([]), chosen=chosen, scenario=True)
    assert sum(f["properties"]["slots"] for f in found["features"]) == slots == found["scenario"]["slots"]


def test_gdal_reads_it_back(tmp_path: Path) -> None:
    library = FakeLibrary()
    path = tmp_path / "项目.geojson"
    formats.write("geojson", library, request(), path)
    frame = pyogrio.read_dataframe(path)
    names = dict(zip(frame["id"], frame["name"], strict=True))
    assert frame.crs.to_epsg() == 4326
    assert names == {r.id: r.name for r in library.records}
    assert int(frame.geometry.isna().sum()) == sum(r.geometry is None for r in library.records)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_back_equal(name: str) -> None:
    [found] = collection(FakeLibrary([record(1, name=name, note=name, aliases=(name,))]))["features"]
    assert found["properties"]["name"] == found["properties"]["note"] == name
    assert found["properties"]["aliases"] == [name]


def test_a_long_stream_comes_in_pieces_with_commas_in_the_right_places() -> None:
    library = FakeLibrary([point(n, 113.0, 24.0) for n in range(1, 902)])
    pieces = list(formats.stream("geojson", library, request()))
    assert len(pieces) > 5
    assert max(map(len, pieces)) < 400_000
    assert len(json.loads(b"".join(pieces))["features"]) == 901


def test_letting_go_early_closes_the_source() -> None:
    library = FakeLibrary([point(n, 113.0, 24.0) for n in range(1, 902)])
    pieces = formats.stream("geojson", library, request())
    next(pieces)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert (library.opened, library.closed) == (1, 1)


def test_coordinates_have_at_most_seven_decimals() -> None:
    text = b"".join(formats.stream("counties", FakeLibrary(), request())).decode()
    assert not re.search(r"\d\.\d{8}", text)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
maybe = st.none() | words
lists = st.lists(words, max_size=3).map(tuple)
amounts = st.none() | st.decimals(0, 10**14, places=6)
degrees = st.floats(-180, 180).map(lambda x: round(x, 7))
geometries = st.none() | st.tuples(degrees, degrees).map(
    lambda p: json.dumps({"type": "Point", "coordinates": p}, separators=(",", ":"))
)


@given(
    name=words,
    aliases=lists,
    note=maybe,
    address=maybe,
    units=lists,
    total=amounts,
    area=amounts,
    quantity=st.none() | st.integers(0, 10**6) | st.floats(0, 1e6),
    beds=st.none() | st.integers(0, 10**6),
    near=st.booleans(),
    precision=st.integers(0, 5),
    geometry=geometries,
)
def test_feature_and_record_are_one_another(  # noqa: PLR0917
    name: str,
    aliases: tuple[str, ...],
    note: str | None,
    address: str | None,
    units: tuple[str, ...],
    total: Any,
    area: Any,
    quantity: float | None,
    beds: int | None,
    near: bool,
    precision: int,
    geometry: str | None,
) -> None:
    original = record(
        1,
        name=name,
        aliases=aliases,
        note=note,
        address=address,
        lead_units=units,
        total_investment_wan=total,
        land_mu=area,
        quantity=quantity,
        beds=beds,
        near_county_line=near,
        precision=precision,
        geometry=geometry,
    )
    text = feature_text(original)
    assert json.loads(text) == feature(original)
    assert from_feature(json.loads(text)) == original


def test_what_repeats_is_not_confused_with_what_is_equal() -> None:
    """True, 1 and 1.0 are equal in Python and different in JSON."""
    texts = [
        feature_text(record(1, quantity=value, near_county_line=near))
        for value, near in ((1, False), (1.0, True), (0, False), (None, False))
    ]
    assert [
        '"quantity":1,' in texts[0],
        '"quantity":1.0,' in texts[1],
        '"quantity":0,' in texts[2],
        '"quantity":null,' in texts[3],
    ] == [True] * 4


def test_properties_are_all_published_fields() -> None:
    assert set(properties(record())) == set(Summary.__annotations__) - {"geometry"}
