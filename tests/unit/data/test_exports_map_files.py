"""GeoPackage, Shapefile and KML: every record is in the file, whatever its name and wherever it is not."""

import csv
import io
import json
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports import formats
from data.exports.colours import CATEGORY_COLOURS
from data.exports.csv_table import unguarded
from data.exports.shapefile import CUT, MAX_BYTES, SHORT_NAMES, shortened
from layers.palette import CATEGORIES
from projects.feature import NAMES
from projects.summary import COLUMNS, DICTIONARY
from projects.values import cleaned, names_of
from tests.paths import ROOT
from tests.unit.data.exports_fake import HOSTILE, FakeLibrary, point, record, request

KML = "{http://www.opengis.net/kml/2.2}"
COLLECTION = (
    '{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[113.1,24.1]},'
    '{"type":"Polygon","coordinates":[[[113,24],[114,24],[114,25],[113,24]]]}]}'
)


def written(name: str, library: FakeLibrary, folder: Path, **options: Any) -> Path:
    path = folder / f"a.{formats.FORMATS[name].extension}"
    formats.write(name, library, request(**options), path)
    return path


def layer(path: Path | str, name: str | None = None) -> tuple[dict[str, list[Any]], list[Any]]:
    meta, _, geometry, columns = pyogrio.raw.read(path, layer=name)
    found = {str(f): list(c) for f, c in zip(meta["fields"], columns, strict=True)}
    return found, [] if geometry is None else list(shapely.from_wkb(geometry))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as base:
        yield base


def test_a_geopackage_holds_every_record_with_and_without_a_place(tmp_path: Path) -> None:
    library = FakeLibrary()
    found, shapes = layer(written("gpkg", library, tmp_path), "projects")
    assert found["id"] == [r.id for r in library.records] and found["name"] == [
        r.name for r in library.records
    ]
    assert [shape is None for shape in shapes] == [r.geometry is None for r in library.records]
    assert [*found] == [*NAMES, "datum"]
    assert set(found["datum"]) == {"WGS84", None}
    by_id = dict(zip(found["id"], shapes, strict=True))
    assert (by_id["SG-0001"].x, by_id["SG-0001"].y) == (113.2754321, 24.7765432)
    assert by_id["SG-0004"].geom_type == "Polygon" and by_id["SG-0005"].geom_type == "MultiPoint"


def test_unknown_is_null_in_a_geopackage_and_never_zero(tmp_path: Path) -> None:
    library = FakeLibrary([record(1), record(2, beds=0, total_investment_wan=Decimal(0))])
    with opened(written("gpkg", library, tmp_path)) as base:
        rows = base.execute(
            "SELECT beds, jobs, total_investment_wan, quantity, aliases FROM projects"
        ).fetchall()
    assert rows == [(None, None, None, None, None), (0, None, 0.0, None, None)]


def test_an_amount_that_a_double_loses_is_told_in_full(tmp_path: Path) -> None:
    with opened(written("gpkg", FakeLibrary(), tmp_path)) as base:
        told = [text for (text,) in base.execute('SELECT "内容" FROM about')]
    assert [text for text in told if "12345678901234.567891" in text and "SG-0001" in text]
    exact = FakeLibrary([record(1, total_investment_wan=Decimal("99999999.999999"))])
    with opened(written("gpkg", exact, tmp_path)) as base:
        assert not base.execute("""SELECT 1 FROM about WHERE "条目" = '未能精确保存的金额'""").fetchall()
        assert base.execute("SELECT total_investment_wan FROM projects").fetchone() == (99999999.999999,)


def test_counties_of_a_geopackage_are_those_of_the_geojson(tmp_path: Path) -> None:
    found, shapes = layer(written("gpkg", FakeLibrary(), tmp_path), "counties")
    features = json.loads(b"".join(formats.stream("counties", FakeLibrary(), request())))["features"]
    assert found["code"] == [f["id"] for f in features]
    assert found["total"] == [f["properties"]["total"] for f in features]
    assert [s is None for s in shapes] == [f["geometry"] is None for f in features]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_geopackage_explains_itself(tmp_path: Path, language: str) -> None:
    path = written("gpkg", FakeLibrary(), tmp_path, language=language)
    fields, _ = layer(path, "fields")
    assert [*fields] == list(DICTIONARY[language]) and len(fields[next(iter(fields))]) == len(COLUMNS)
    about, _ = layer(path, "about")
    texts = [str(text) for text in list(about.values())[1]]
    assert "test-1" in texts and str(len(FakeLibrary().records)) in texts
    with opened(path) as base:
        names = dict(base.execute("SELECT table_name, identifier FROM gpkg_contents"))
    assert names["projects"].startswith("健康产业项目" if language == "zh" else "Health projects")


def test_qgis_finds_a_style_for_every_category(tmp_path: Path) -> None:
    with opened(written("gpkg", FakeLibrary(), tmp_path)) as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
    assert {*styles} == {"projects", "counties"}
    drawn = ET.fromstring(styles["projects"]).find("renderer-v2")
    assert drawn is not None and drawn.get("attr") == "category"
    symbols = {s.get("name") for s in drawn.iter("symbol")}
    assert {c.get("value") for c in drawn.iter("category")} == {*CATEGORIES}
    assert {c.get("symbol") for c in drawn.iter("category")} == symbols
    ET.fromstring(styles["counties"])


def test_the_colours_we_give_away_are_those_of_the_map() -> None:
    assert {str(code): colour for code, colour in CATEGORY_COLOURS.items()} == {
        code: sign.colour for code, sign in CATEGORIES.items()
    }


@pytest.mark.parametrize(
    ("records", "kind"), [([point(1, 113, 24), record(2)], "Point"), (None, "Unknown"), ([], "Point")]
)
def test_the_layer_says_points_when_all_places_are(tmp_path: Path, records: Any, kind: str) -> None:
    path = written("gpkg", FakeLibrary(records), tmp_path)
    info = pyogrio.read_info(path, layer="projects")
    assert (info["geometry_type"], info["features"]) == (kind, len(FakeLibrary(records).records))
    assert pyogrio.read_info(path, layer="counties")["crs"] == "EPSG:4326"


def test_a_practice_geopackage_says_so_in_its_layers(tmp_path: Path) -> None:
    with opened(written("gpkg", FakeLibrary(), tmp_path, practice=True)) as base:
        words = base.execute("SELECT identifier, description FROM gpkg_contents WHERE table_name='projects'")
        identifier, description = words.fetchone()
    assert "全部虚构" in identifier and "全部虚构" in description


def unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_a_shapefile_archive_loses_no_record(tmp_path: Path) -> None:
    library = FakeLibrary([*FakeLibrary().records, record(90, geometry=COLLECTION)])
    path = written("shapefile", library, tmp_path)
    files = unzipped(path)
    everybody = [r.id for r in library.records]
    assert [row[0] for row in rows_of(files["projects_all.csv"])[1:]] == everybody
    nowhere = [row[0] for row in rows_of(files["projects_without_place.csv"])[1:]]
    shown: list[str] = []
    for name in files:
        if name.endswith(".shp"):
            found, shapes = layer(f"/vsizip/{path}/{name}")
            assert all(shape is not None for shape in shapes)
            assert files[name.replace(".shp", ".cpg")] == b"UTF-8"
            assert b"WGS" in files[name.replace(".shp", ".prj")]
            shown += found["id"]
    assert {*shown} | {*nowhere} == {*everybody} and not {*shown} & {*nowhere}
    assert Counter(shown)["SG-0090"] == 2 and len(shown) == len({*shown}) + 1  # a point and an area


def test_short_names_are_short_different_and_explained(tmp_path: Path) -> None:
    assert len({*SHORT_NAMES}) == len(NAMES) and max(map(len, SHORT_NAMES)) <= 10
    path = written("shapefile", FakeLibrary([point(1, 113, 24)]), tmp_path)
    found, _ = layer(f"/vsizip/{path}/projects_point.shp")
    assert [*found] == [*SHORT_NAMES, "datum"]
    dictionary = rows_of(unzipped(path)["fields.csv"])[1:]
    assert [row[0] for row in dictionary] == [*SHORT_NAMES, "datum"]
    assert [row[1] for row in dictionary[:-1]] == list(NAMES)


def test_a_long_text_is_cut_visibly_and_whole_beside_it(tmp_path: Path) -> None:
    long = "长" * 200
    path = written("shapefile", FakeLibrary([point(1, 113, 24, name=long, note="短")]), tmp_path)
    found, _ = layer(f"/vsizip/{path}/projects_point.shp")
    assert found["name"][0].endswith(CUT) and len(found["name"][0].encode()) <= MAX_BYTES
    files = unzipped(path)
    assert rows_of(files["projects_all.csv"])[1][1] == long
    assert any(
        row[1].startswith("Shapefile 的文字") and "1 处" in row[1] for row in rows_of(files["about.csv"])
    )


@given(st.text())
def test_a_shortened_text_fits_and_begins_alike(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # half a character cannot stand in a database
    short = shortened(text)
    assert len(short.encode()) <= MAX_BYTES
    assert short == text or (short.endswith(CUT) and text.startswith(short.removesuffix(CUT)))


def test_unknown_numbers_of_a_shapefile_are_empty(tmp_path: Path) -> None:
    path = written("shapefile", FakeLibrary([point(1, 113, 24), point(2, 113, 24, beds=0)]), tmp_path)
    found, _ = layer(f"/vsizip/{path}/projects_point.shp")
    assert found["beds"][0] != found["beds"][0] and found["beds"][1] == 0


def placemarks(raw: bytes) -> dict[str, list[ET.Element]]:
    document = ET.fromstring(raw).find(f"{KML}Document")
    assert document is not None
    return {
        str(folder.findtext(f"{KML}name")): folder.findall(f"{KML}Placemark")
        for folder in document.findall(f"{KML}Folder")
    }


def test_kml_has_a_folder_per_category_and_one_for_the_placeless() -> None:
    library = FakeLibrary()
    folders = placemarks(b"".join(formats.stream("kml", library, request())))
    placeless = folders["没有坐标（只知县、市、省或未定位） (15)"]
    assert len(placeless) == sum(r.geometry is None for r in library.records) == 15
    assert sum(map(len, folders.values())) == len(library.records)
    assert [*folders] == ["医疗服务机构 (2)", "中医药 (1)", "没有坐标（只知县、市、省或未定位） (15)"]
    spot = folders["中医药 (1)"][0]
    assert spot.findtext(f"{KML}Point/{KML}coordinates") == "113.2754321,24.7765432"
    values = {d.get("name"): d.findtext(f"{KML}value") for d in spot.iter(f"{KML}Data")}
    assert values["total_investment_wan"] == "12345678901234.567891" and "beds" not in values


def test_kml_survives_hostile_names() -> None:
    folders = placemarks(b"".join(formats.stream("kml", FakeLibrary(), request())))
    names = {p.findtext(f"{KML}name") for held in folders.values() for p in held}
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[2]} <= names
    assert any(name and "␁" in name for name in names)


def test_kml_draws_every_kind_of_shape(tmp_path: Path) -> None:
    hole = '{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[5,3],[6,3],[6,4],[5,3]]]}'
    line = '{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[2,2],[3,3]]]}'
    held = [record(n, geometry=shape) for n, shape in enumerate((hole, line, COLLECTION), start=1)]
    path = written("kml", FakeLibrary(held), tmp_path)
    _, shapes = layer(path)
    for shape, given_ in zip(shapes, held, strict=True):
        assert shapely.force_2d(shape).equals(shapely.from_geojson(given_.geometry))


def test_kml_is_read_by_gdal_when_nothing_matches(tmp_path: Path) -> None:
    path = written("kml", FakeLibrary([]), tmp_path)
    assert placemarks(path.read_bytes()) == {}


def test_kml_says_what_it_is_and_is_marked_in_practice() -> None:
    raw = b"".join(formats.stream("kml", FakeLibrary(), request(practice=True))).decode()
    opening = raw.partition("<Folder>")[0]
    assert "全部虚构" in opening and "test-1" in opening and "记录总数：18" in opening


_FULL = """
import resource, sys
from pathlib import Path
from tests.unit.data.exports_fake import FakeLibrary, record, request
from data.exports import formats
held = [record(n, note="长" * 2000) for n in range(1, 400)]
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    formats.write(sys.argv[1], FakeLibrary(held), request(), Path(sys.argv[2]))
except OSError as error:
    sys.exit(f"OSError {error}")
"""


@pytest.mark.parametrize("name", ["gpkg", "shapefile", "kml", "xlsx", "geojson", "csv"])
def test_a_disk_that_fills_while_writing_leaves_nothing(name: str, tmp_path: Path) -> None:
    target = tmp_path / "packs"
    target.mkdir()
    found = subprocess.run(
        [sys.executable, "-c", _FULL, name, str(target / "a")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "OSError" in found.stderr, found.stderr
    assert list(target.iterdir()) == []


NAMES_OF_ANY_KIND = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80)


@settings(max_examples=25)
@given(st.lists(NAMES_OF_ANY_KIND, min_size=1, max_size=5))
def test_hostile_names_come_back_from_a_geopackage(names: list[str]) -> None:
    held = [point(n, 113, 24, name=name, aliases=(name,)) for n, name in enumerate(names, start=1)]
    with TemporaryDirectory() as folder:
        found, _ = layer(written("gpkg", FakeLibrary(held), Path(folder)), "projects")
    assert found["name"] == names and [names_of(text or "") for text in found["aliases"]] == [
        [kept] if (kept := cleaned(name)) else [] for name in names
    ]


@settings(max_examples=25)
@given(st.lists(NAMES_OF_ANY_KIND, min_size=1, max_size=5))
def test_hostile_names_stand_in_kml_and_archive(names: list[str]) -> None:
    held = [point(n, 113, 24, name=name, note=name) for n, name in enumerate(names, start=1)]
    folders = placemarks(b"".join(formats.stream("kml", FakeLibrary(held), request())))
    assert sum(map(len, folders.values())) == len(names)
    content = b"".join(formats.stream("shapefile", FakeLibrary(held), request()))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = rows_of(archive.read("projects_all.csv"))
    assert [unguarded(row[1]) for row in table[1:]] == names
