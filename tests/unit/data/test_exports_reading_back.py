"""How many records stand in a finished file, read from the file."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from data.exports import formats
from data.exports.reading_back import READERS, records
from data.exports.request import ExportRequest
from projects.errors import BadValue
from projects.filters import ProjectFilter
from tests.unit.data.exports_fake import HOSTILE, WHEN, FakeLibrary, record

PLACED = '{"type":"Point","coordinates":[113.5,24.8]}'
OWN_READER = ("oc4ids", "iati")
"""Formats that read more than the fake library has; the whole packs of the database tests hold them."""


@pytest.mark.parametrize("name", sorted(set(READERS) - set(OWN_READER)))
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("practice", [True, False])
@pytest.mark.parametrize("count", [0, 1, len(HOSTILE)])
def test_as_many_as_were_written(
    name: str, language: str, count: int, practice: bool, tmp_path: Path
) -> None:
    library = FakeLibrary(
        [
            record(number, name=text, geometry=PLACED if number % 2 else None)
            for number, text in enumerate(HOSTILE[:count], start=1)
        ]
    )
    request = ExportRequest(
        chosen=ProjectFilter(),
        language=language,  # type: ignore[arg-type]
        generated_at=WHEN,
        practice=practice,
    )
    path = tmp_path / f"x.{formats.FORMATS[name].extension}"
    formats.write(name, library, request, path)
    assert records(name, path) == count


def test_every_format_of_a_pack_can_be_counted() -> None:
    assert set(READERS) == set(formats.FORMATS)
    with pytest.raises(BadValue, match="cannot be counted"):
        records("docx", Path("x"))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("name", ["geojson", "counties", "xlsx", "gpkg", "shapefile", "kml"])
@pytest.mark.parametrize("spoil", [_cut, _empty, _gone])
def test_a_broken_file_is_no_file(name: str, spoil: Callable[[Path], None], tmp_path: Path) -> None:
    library = FakeLibrary([record(number, geometry=PLACED) for number in range(1, 40)])
    path = tmp_path / f"x.{formats.FORMATS[name].extension}"
    formats.write(name, library, ExportRequest(chosen=ProjectFilter(), generated_at=WHEN), path)
    spoil(path)
    with pytest.raises(BadValue, match="cannot be read back"):
        records(name, path)


def test_registers_are_counted_by_their_own_elements(tmp_path: Path) -> None:
    oc4ids, iati = tmp_path / "x.json", tmp_path / "x.xml"
    oc4ids.write_text(json.dumps({"projects": [{}, {}], "version": "0.9"}))
    iati.write_text(
        "<iati-activities><iati-activity><related-activity/></iati-activity>"
        "<iati-activity/><iati-activity/></iati-activities>"
    )
    assert (records("oc4ids", oc4ids), records("iati", iati)) == (2, 3)


def test_a_shapefile_whose_lists_disagree_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("projects_point.dbf", b"\x03\x00\x00\x00" + (2).to_bytes(4, "little"))
        archive.writestr("projects_without_place.csv", "id\r\nSG-0001\r\n")
        archive.writestr("projects_all.csv", "id\r\nSG-0001\r\nSG-0002\r\n")
    with pytest.raises(BadValue, match="2 drawn and 1 without a place are not 2"):
        records("shapefile", path)


def test_a_geopackage_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE projects (id text)")
    made.close()
    path.chmod(0o400)
    before = path.read_bytes()
    assert records("gpkg", path) == 0 and path.read_bytes() == before
