"""Whole packs with every part there is: all files account for the same records, whatever the records are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from data.cluster import Cluster
from data.database import Database
from data.settings import Settings
from projects.errors import BadValue
from projects.filters import ProjectFilter
from projects.packs import Order
from services.pack import command, parts
from services.pack.making import Made
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db
EMPTY_COUNTY = "440222"
HOSTILE = (
    "=1+1",
    "../../etc/passwd",
    "<script>alert('x')</script>",
    '温泉\u202e/康养\\镇:*?"<>|',
    "😀🏥 emoji 医院",
    "长" * 200,
    "{{ 7*7 }} {% raw %} ${x} `y`",
    "]]> & </Placemark>",
    "同名项目",
    "同名项目",
    "ＮＵＬ.con aux",
    "\u0001控制\u0007符",
)


@pytest.fixture(scope="module")
def database(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as copy:
        yield copy


def made(database: Database, folder: Path, chosen: ProjectFilter, **more: object) -> tuple[Made, Path]:
    demo = bool(more.pop("demo", False))
    out = folder / "out"
    order = Order(chosen=chosen, public=True, **more)  # type: ignore[arg-type]
    settings = Settings(data_dir=folder / "data", demo=demo)
    return command.write(database, settings, order, out, lambda line: None), out


def check(found: Made, out: Path, records: int) -> None:
    assert [file.part for file in found.files[:-2]] == [part.key for part in parts.PARTS]
    assert {file.records for file in found.files} == {records, None}
    assert {path.name for path in out.iterdir()} == {file.name for file in found.files}
    assert all(len(file.name.encode()) <= 120 for file in found.files)
    with zipfile.ZipFile(out / found.files[-1].name) as archive:
        assert archive.testzip() is None and len(archive.namelist()) == len(found.files) - 1


def test_hostile_names_in_a_practice_pack_in_english(database: Database, tmp_path: Path) -> None:
    with database.owning() as connection:
        keys = [
            making.project(
                connection,
                name=name,
                county_code="440232",
                owner_unit_id="440232",
                prefecture_code="440200",
                province_code="440000",
            )
            for name in HOSTILE
        ]
        for key in keys[::2]:
            making.place(connection, key, making.middle(connection, "440232"))
    found, out = made(database, tmp_path, ProjectFilter(ids=tuple(keys)), language="en", demo=True)
    check(found, out, len(HOSTILE))
    assert all(file.name.startswith("practice-") for file in found.files)


def test_a_county_of_which_nothing_is_known(database: Database, tmp_path: Path) -> None:
    with database.owning() as connection:
        connection.execute(
            text("UPDATE project SET published = false WHERE county_code = :code"), {"code": EMPTY_COUNTY}
        )
    found, out = made(database, tmp_path, ProjectFilter(county=(EMPTY_COUNTY,), q="没有的"))
    check(found, out, 0)


def test_one_record_on_a_large_sheet(database: Database, tmp_path: Path) -> None:
    found, out = made(database, tmp_path, ProjectFilter(ids=("SG-0001",)), paper="A3", title="只有一个")
    check(found, out, 1)


def test_the_command_overwrites_nothing(database: Database, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(BadValue, match="empty folder"):
        made(database, tmp_path, ProjectFilter(), parts=("geojson",))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
    with pytest.raises(BadValue, match="empty folder"):
        made(database, tmp_path / "nowhere", ProjectFilter(), parts=("geojson",))
