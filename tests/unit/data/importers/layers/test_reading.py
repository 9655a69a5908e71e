"""What holds for every kind of layer: refusals in two languages, orders, cancelling, sizes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.importers.layers import reading
from data.importers.layers.files import LIMITS
from data.importers.layers.reading import read_layer
from projects.analysis.inputs import LayerKind, PointLayer
from projects.analysis.layer_reading import LAYER_REFUSALS, LayerReading, LayerRefused, order_of
from projects.codes import Datum
from projects.errors import BadValue
from projects.work import JobCancelled
from tests.unit.data.importers.layers.layer_files import Steps, csv, frame, ground, order, osm, raster, read

TABLE = "编号,名称,经度,纬度,人口\nV1,上村,113.5,24.8,320\n"
PLAIN = {"kind": "settlements", "name": "村庄", "source": "统计局", "datum": "gcj02", "file_name": "a.csv"}


class Stopped(Steps):
    """Progress of a job that somebody cancels at a step."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        super().step(done, of, message)
        if len(self.told) == self.at:
            raise JobCancelled


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("kind", list(LayerKind))
def test_a_cancelled_run_stops_at_its_next_step(tmp_path: Path, kind: LayerKind, at: int) -> None:
    import shapely

    ways = [([1, 2], {"highway": "primary"})]
    polygons = tmp_path / "a.gpkg"
    frame([shapely.box(113, 24, 114, 25)]).to_file(polygons)
    path = {
        LayerKind.POPULATION: lambda: raster(tmp_path / "a.tif", np.full((10, 20), 10.0)),
        LayerKind.ROADS: lambda: osm(tmp_path / "a.osm", {1: (113.0, 24.0), 2: (113.1, 24.0)}, ways),
        LayerKind.EXCLUSIONS: lambda: polygons,
        LayerKind.LAND_USE: lambda: polygons,
    }.get(kind, lambda: csv(tmp_path / "a.csv", TABLE))()
    steps = Stopped(at)
    with pytest.raises(JobCancelled):
        read_layer(path, order(kind), steps, ground)
    assert len(steps.told) == at


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    small = replace(LIMITS, file_bytes=10)
    for kind in LayerKind:
        with pytest.raises(LayerRefused) as refused:
            read_layer(csv(tmp_path / "a.csv", TABLE), order(kind), Steps(), ground, small)
        assert refused.value.key == "file_too_large"


def test_more_people_than_there_are_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PEOPLE", 319)
    with pytest.raises(LayerRefused) as refused:
        read(csv(tmp_path / "a.csv", TABLE))
    assert refused.value.key == "not_people"


def test_rows_that_do_not_add_up_are_a_fault_of_ours() -> None:
    none = np.array([])
    empty = PointLayer((), (), np.empty((0, 2)), none, none, none)
    with pytest.raises(ValueError, match="3 rows read, 2 used"):
        LayerReading(empty, 3, 2, {}, None, None, {})


@pytest.mark.parametrize("key", sorted(LAYER_REFUSALS))
def test_refusals_quote_the_same_values_in_both_languages(key: str) -> None:
    zh, en = LAYER_REFUSALS[key]
    quoted = [sorted(re.findall(r"\{(\d)\}", text)) for text in (zh, en)]
    assert quoted[0] == quoted[1] and zh.endswith("。") and en.endswith(".")
    values = [f"值{n}" for n in range(3)]
    again = LayerRefused(key, *values)
    assert str(again) == again.sentence() and "{" not in again.sentence("en")


def test_an_order_says_all_that_a_layer_needs() -> None:
    made = order_of(PLAIN | {"data_date": "2024-12-31", "columns": {"people": "人口"}, "travel": "walk"})
    assert made.kind is LayerKind.SETTLEMENTS and made.datum is Datum.GCJ02
    assert (
        made.data_date == date(2024, 12, 31) and made.columns == {"people": "人口"} and made.travel == "walk"
    )
    assert order_of(PLAIN).data_date is None and order_of(PLAIN).travel == "car"


@pytest.mark.parametrize(
    "wrong",
    [{"datum": ""}, {"datum": None}, {"kind": "x"}, {"name": " "}, {"source": ""}, {"data_date": "今天"}],
)
def test_an_order_that_leaves_something_open_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        order_of(PLAIN | wrong)
