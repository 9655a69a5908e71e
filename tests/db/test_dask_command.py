"""``python -m data dask``: the county of every point of a file, by the counties of the database."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data import cli, wiring
from data.cluster import Cluster
from data.database import Database
from data.store.assign import counties
from gis.join import assign
from tests.db.practice_world import empty_world

distributed = pytest.importorskip("distributed", reason="the optional Dask libraries are not installed")

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, host="127.0.0.1",
        protocol="tcp",
    ) as local:  # fmt: skip
        yield local.scheduler_address


def table(file: Path, columns: list[str], rows: Any) -> Path:
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([columns, *rows])
    return file


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


def test_every_point_of_a_file_gets_its_county(
    cluster: Cluster, scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    dice = np.random.default_rng(1)
    points = np.concatenate(
        [dice.uniform((112.9, 23.9), (113.7, 24.5), (300, 2)), [[113.2, 24.1], [113.4, 24.2]]]
    )
    given = table(
        tmp_path / "points.csv",
        ["id", "lon_wgs84", "lat_wgs84"],
        [(f"p{n}", *xy) for n, xy in enumerate(points)],
    )
    output = tmp_path / "out.csv"
    with empty_world(cluster) as world:
        with world.owning() as connection:
            codes, polygons = counties(connection)
        monkeypatch.setattr(
            wiring, "open_database", lambda _: Database(world.owner.url.render_as_string(False))
        )
        asked = ["dask", "join", "--scheduler", scheduler, "--points", str(given), "--output", str(output)]
        assert cli.main([*asked, "--partitions", "5"]) == 0
        assert cli.main(asked) == 1, "nothing is written over another file"
    ours = [codes[index] if index >= 0 else "" for index in assign(points, polygons).tolist()]
    assert ours.count("") > 10 and len(set(ours)) == 7
    assert read(output) == [["id", "county_code"], *([f"p{n}", code] for n, code in enumerate(ours))]
    said = capsys.readouterr()
    assert f"302 points: {302 - ours.count('')} in a county, {ours.count('')} in none" in said.out
    assert "exists already" in said.err


def test_coverage_tells_the_share_and_every_place(
    scheduler: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demand = table(
        tmp_path / "demand.csv",
        ["id", "lon_wgs84", "lat_wgs84", "people"],
        [("near", 113.0, 24.01, 300), ("far", 113.0, 25.0, 100), ("between", 113.0, 24.035, 600)],
    )
    facilities = table(tmp_path / "facilities.csv", ["id", "lon_wgs84", "lat_wgs84"], [("f", 113.0, 24.0)])
    output = tmp_path / "out.csv"
    asked = ["dask", "coverage", "--scheduler", scheduler, "--demand", str(demand), "--facilities",
             str(facilities), "--metres", "5000", "--output", str(output)]  # fmt: skip
    assert cli.main(asked) == 0
    assert [row[::2] for row in read(output)] == [
        ["id", "answer"], ["near", "covered"], ["far", "gap"], ["between", "depends"],
    ]  # fmt: skip
    assert "ways 1.2 x the straight line: 900 of 1000 people (90.00%)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id,lng,lat\na,1,2\n", "no column lon_wgs84, lat_wgs84"),
        ("id,lon_wgs84,lat_wgs84\na,1,2\nb,x,2\n", "line 3"),
        ("id,lon_wgs84,lat_wgs84\na,24,113\n", "is longitude first"),
    ],
)
def test_a_wrong_file_is_said_with_its_line(
    content: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "points.csv"
    given.write_text(content, encoding="utf-8")
    asked = ["dask", "join", "--scheduler", "tcp://127.0.0.1:9", "--points", str(given)]
    assert cli.main([*asked, "--output", str(tmp_path / "out.csv")]) == 1
    assert words in capsys.readouterr().err


def test_a_missing_library_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = table(tmp_path / "points.csv", ["id", "lon_wgs84", "lat_wgs84"], [("a", 113.0, 24.0)])
    asked = ["dask", "join", "--scheduler", "tcp://127.0.0.1:9", "--points", str(given)]
    asked += ["--output", str(tmp_path / "out.csv")]
    monkeypatch.delitem(sys.modules, "data.national.jobs", raising=False)
    monkeypatch.setitem(sys.modules, "dask_geopandas", None)
    assert cli.main(asked) == 1
    assert "requirements-dask.txt" in capsys.readouterr().err
