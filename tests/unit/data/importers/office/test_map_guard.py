"""Map files that would have GDAL open something else, or compute without end."""

import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
import shapely

from data import FOREIGN_DRIVERS
from data.importers.layers.files import read_book
from data.importers.office.formats import Format
from data.importers.office.guard import Limits
from data.importers.office.map_file import read_map
from projects.analysis.layer_reading import LayerRefused
from projects.intake.importing import FileRefused

SECRET = "hunter2"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "secret.csv").write_text(f"name,password\na,{SECRET}\n")
    return tmp_path / "secret.csv"


def virtual(secret: Path) -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


def archive(folder: Path, name: str, content: str) -> bytes:
    with zipfile.ZipFile(folder / "a.zip", "w") as target:
        target.writestr(name, content)
    return (folder / "a.zip").read_bytes()


@pytest.mark.parametrize("name", ["x.json", "x.geojson", "x.shp", "x.gpkg"])
def test_an_archive_cannot_name_a_file_of_the_server(tmp_path: Path, secret: Path, name: str) -> None:
    with pytest.raises(FileRefused, match=r"指向其他|后缀"):
        read_map(archive(tmp_path, name, virtual(secret)), Format.ZIPPED_MAP, Limits())


@pytest.mark.parametrize("place", ["before", "inside", "behind"])
def test_geojson_that_is_a_virtual_source_as_well(tmp_path: Path, secret: Path, place: str) -> None:
    whole = virtual(secret).replace('"', "'")
    text = {
        "before": whole + '{"type":"FeatureCollection","features":[]}',
        "inside": '{"type":"FeatureCollection","features":[],"x":"' + whole + '"}',
        "behind": '{"type":"FeatureCollection","features":[]}' + whole,
    }[place]
    with pytest.raises(FileRefused, match="指向其他"):
        read_map(text.encode(), Format.GEOJSON, Limits())


def test_a_pipeline_of_gdal_is_no_map(tmp_path: Path, secret: Path) -> None:
    text = f'{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read {secret}"}}'
    with pytest.raises(FileRefused, match="指向其他"):
        read_map(archive(tmp_path, "x.json", text), Format.ZIPPED_MAP, Limits())


def test_kml_in_front_of_a_virtual_source(secret: Path) -> None:
    with pytest.raises((FileRefused, LayerRefused)):
        read_book(f"<kml></kml>{virtual(secret)}".encode(), "a.kml")
    with pytest.raises((FileRefused, LayerRefused)):
        read_book(f"<kml>{' ' * 5000}</kml>{virtual(secret)}".encode(), "a.kml")


def test_the_drivers_that_look_elsewhere_are_off() -> None:
    """Asked in a process of its own: GDAL reads the setting once, when it is loaded."""
    asked = "import data, pyogrio; print(*pyogrio.list_drivers())"
    clean = {name: value for name, value in os.environ.items() if name != "OGR_SKIP"}
    found = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=clean
    )
    drivers = set(found.stdout.split())
    assert not drivers & set(FOREIGN_DRIVERS.split(","))
    assert {"GPKG", "GeoJSON", "LIBKML", "OSM", "CSV"} <= drivers


@pytest.mark.parametrize(
    "computed",
    [
        "CREATE VIEW x AS WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c",
        "CREATE TABLE x (fid integer PRIMARY KEY, a text AS (hex(zeroblob(400000000))) VIRTUAL)",
    ],
)
def test_a_layer_that_is_computed_is_refused_before_it_is_read(tmp_path: Path, computed: str) -> None:
    path = tmp_path / "a.gpkg"
    made = geopandas.GeoDataFrame({"name": ["甲"]}, geometry=[shapely.Point(113, 24)], crs="EPSG:4490")
    made.to_file(path, driver="GPKG")
    assert read_map(path.read_bytes(), Format.GPKG, Limits()).grids[0].rows[1] == ["甲"]
    with closing(sqlite3.connect(path)) as change:
        change.execute(computed)
        change.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('x', 'attributes')")
        change.commit()
    with pytest.raises(FileRefused, match="视图") as refused:
        read_map(path.read_bytes(), Format.GPKG, Limits())
    assert "view" in refused.value.sentence("en")
