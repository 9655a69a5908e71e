"""Population rasters: every cell is accounted for, placed by its own system, and held against the census."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.transform import from_origin

from data.importers.layers import rasters
from projects.analysis.inputs import LayerKind, PointLayer
from projects.analysis.layer_reading import LayerReading, LayerRefused, Reason
from projects.codes import Datum
from tests.unit.data.importers.layers.layer_files import csv, ground, raster, read

POPULATION = LayerKind.POPULATION
GROUND = ground()
EVEN = np.full((10, 20), 10.0, dtype=np.float32)
"""Ten by twenty cells of a hundredth of a degree that fill both counties: 1,000 people in each."""


def points(reading: LayerReading) -> PointLayer:
    assert isinstance(reading.content, PointLayer)
    return reading.content


def refused(path: Path, **values: object) -> str:
    with pytest.raises(LayerRefused) as error:
        read(path, POPULATION, **({"where": GROUND} | values))  # type: ignore[arg-type]
    return error.value.key


def test_populated_cells_become_points_at_their_centres(tmp_path: Path) -> None:
    values = np.zeros((10, 20), dtype=np.float32)
    values[0, 0], values[9, 19], values[5, 5] = 7, 3, 0.5
    reading = read(raster(tmp_path / "a.tif", values), POPULATION, GROUND)
    content = points(reading)
    assert content.ids == ("1-1", "6-6", "10-20")
    assert np.abs(content.lonlat - [[113.005, 24.095], [113.055, 24.045], [113.195, 24.005]]).max() < 1e-7
    assert content.people.tolist() == [7, 0.5, 3] and reading.people == 10.5
    assert reading.left_out == {Reason.NOBODY: 197} and reading.rows == 200
    width, height = reading.detail["cell_m"]
    assert width == pytest.approx(1015.8, abs=1) and height == pytest.approx(1111.9, abs=1)


def test_every_cell_has_its_reason(tmp_path: Path) -> None:
    values = np.full((10, 30), 10.0)  # ten columns beyond the two counties
    values[0, 0], values[0, 1], values[0, 2], values[0, 3], values[0, 4] = -9999, np.nan, -3, 0, np.inf
    reading = read(raster(tmp_path / "a.tif", values, nodata=-9999), POPULATION, GROUND)
    gone = reading.left_out
    assert (gone[Reason.BEYOND], gone[Reason.NEGATIVE], gone[Reason.NOBODY]) == (100, 1, 1)
    # a masked reading counts NaN among what is no data; infinity is no number either way
    assert gone[Reason.NODATA] + gone[Reason.NOT_A_NUMBER] == 3 and gone[Reason.NODATA] in (1, 2)
    assert reading.used == 195 and reading.rows == 300
    assert reading.detail["examples"][Reason.NEGATIVE] == [["1, 3", "-3"]]


def test_sums_by_county_stand_beside_the_census(tmp_path: Path) -> None:
    reading = read(raster(tmp_path / "a.tif", EVEN), POPULATION, GROUND)
    census = reading.detail["census"]
    assert census["ratio"] == pytest.approx(1.0) and census["census"] == 1000 and census["year"] == 2020
    assert census["without_census"] == 1
    rows = {row[0]: row for row in census["counties"]}
    assert rows["440232"][2] == pytest.approx(1000) and rows["440232"][4] == pytest.approx(1.0)
    assert rows["440281"][2] == pytest.approx(1000) and rows["440281"][3:] == [None, None]
    assert reading.detail["warnings"] == []


def test_cells_on_a_county_line_count_by_their_share(tmp_path: Path) -> None:
    """A cell centre in one county would give all of its people to it; areas divide them."""
    values = np.full((2, 2), 100.0)
    wide = raster(tmp_path / "a.tif", values, transform=from_origin(113.05, 24.1, 0.08, 0.05))
    rows = {row[0]: row[2] for row in read(wide, POPULATION, GROUND).detail["census"]["counties"]}
    # columns 113.05-113.13 and 113.13-113.21: 5/8 of the first lies in the western county
    assert rows["440232"] == pytest.approx(2 * 100 * 5 / 8)
    assert rows["440281"] == pytest.approx(2 * 100 * (3 / 8 + 7 / 8))


@pytest.mark.parametrize(("times", "warned"), [(0.5, True), (0.75, False), (1.25, False), (1.4, True)])
def test_a_raster_far_from_the_census_is_doubted(tmp_path: Path, times: float, warned: bool) -> None:
    reading = read(raster(tmp_path / "a.tif", EVEN * np.float32(times)), POPULATION, GROUND)
    codes = [one["code"] for one in reading.detail["warnings"]]
    assert ("census_ratio" in codes) is warned
    assert reading.detail["census"]["ratio"] == pytest.approx(times, rel=1e-5)


def test_a_cell_denser_than_any_town_is_doubted(tmp_path: Path) -> None:
    values = EVEN.copy()
    values[0, 0] = 1e9  # a marker for no data that the file does not declare
    codes = [
        one["code"] for one in read(raster(tmp_path / "a.tif", values), POPULATION, GROUND).detail["warnings"]
    ]
    assert codes == ["census_ratio", "dense_cell"]


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:32649", "ESRI:54009", "EPSG:3857"])
def test_a_raster_in_another_system_is_transformed_cell_by_cell(tmp_path: Path, crs: str) -> None:
    turn = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = turn.transform(113.05, 24.05)
    path = raster(
        tmp_path / "a.tif", np.array([[5.0]]), crs=crs, transform=from_origin(x - 50, y + 50, 100, 100)
    )
    content = points(read(path, POPULATION, GROUND))
    assert np.abs(content.lonlat - [113.05, 24.05]).max() < 1e-6


def test_sums_are_the_same_in_a_projected_raster(tmp_path: Path) -> None:
    turn = Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True)
    west, south, east, north = turn.transform_bounds(113.0, 24.0, 113.2, 24.1)
    height, width = int((north - south) / 100) + 2, int((east - west) / 100) + 2
    values = np.full((height, width), 2.0, dtype=np.float32)
    path = raster(tmp_path / "a.tif", values, crs="EPSG:4547", transform=from_origin(west, north, 100, 100))
    reading = read(path, POPULATION, GROUND, datum=Datum.CGCS2000)
    rows = {row[0]: row[2] for row in reading.detail["census"]["counties"]}
    area = 10180.0 * 11074.0  # metres: a tenth of a degree of longitude and of latitude at 24.05 N
    assert rows["440232"] == pytest.approx(area / 1e4 * 2, rel=0.01)
    assert reading.people == pytest.approx(sum(rows.values()), rel=0.01)


@pytest.mark.parametrize(
    "transform", [Affine(0.01, 0, 113.0, 0, 0.01, 24.0), Affine(0.01, 1e-12, 113.0, 0, -0.01, 24.1)]
)
def test_upside_down_and_turned_rasters(tmp_path: Path, transform: Affine) -> None:
    reading = read(raster(tmp_path / "a.tif", EVEN, transform=transform), POPULATION, GROUND)
    assert reading.people == pytest.approx(2000)
    assert reading.detail["census"]["ratio"] == pytest.approx(1.0)


def test_without_an_area_all_cells_stay_and_the_counties_they_meet_are_compared(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", np.full((10, 30), 10.0))
    reading = read(path, POPULATION, ground(population=(1000.0, 900.0), chosen=False))
    assert reading.used == 300 and reading.left_out == {}
    assert reading.detail["census"]["ratio"] == pytest.approx(2000 / 1900)


def test_scale_and_offset_of_the_file_are_applied(tmp_path: Path) -> None:
    import rasterio

    path = raster(tmp_path / "a.tif", np.full((10, 20), 100, dtype=np.int16), nodata=-1)
    with rasterio.open(path, "r+") as out:
        out.scales = (0.1,)
    assert read(path, POPULATION, GROUND).people == pytest.approx(2000)


# ---- what is refused ----


def test_a_raster_without_a_system_or_position_is_refused(tmp_path: Path) -> None:
    assert refused(raster(tmp_path / "a.tif", EVEN, crs=None)) == "no_crs"
    assert refused(raster(tmp_path / "b.tif", EVEN, transform=Affine.identity())) == "raster_unplaced"
    assert refused(raster(tmp_path / "c.tif", EVEN, crs="EPSG:4214")) == "old_datum"


def test_what_is_no_population_raster_is_refused(tmp_path: Path) -> None:
    assert refused(csv(tmp_path / "a.tif", "经度,纬度,人口\n113,24,5\n")) == "not_raster"
    assert refused(raster(tmp_path / "b.tif", EVEN, bands=3)) == "raster_bands"
    assert refused(raster(tmp_path / "c.tif", EVEN.astype(np.complex64))) == "raster_unreadable"
    whole = raster(tmp_path / "d.tif", EVEN).read_bytes()
    (tmp_path / "e.tif").write_bytes(whole[: len(whole) // 3])
    assert refused(tmp_path / "e.tif") == "raster_unreadable"


def test_a_virtual_raster_that_names_other_files_is_refused(tmp_path: Path) -> None:
    text = '<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS></VRTDataset>'
    assert refused(csv(tmp_path / "a.tif", text)) == "not_raster"


def test_a_raster_elsewhere_or_of_nobody(tmp_path: Path) -> None:
    away = raster(tmp_path / "a.tif", EVEN, transform=from_origin(100.0, 30.0, 0.01, 0.01))
    assert refused(away) == "raster_elsewhere"
    assert refused(raster(tmp_path / "b.tif", EVEN * 0)) == "nothing_left"


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_web_map_datums_are_refused_for_rasters(tmp_path: Path, datum: Datum) -> None:
    assert refused(raster(tmp_path / "a.tif", EVEN), datum=datum) == "raster_datum"


def test_too_large_a_raster_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = raster(tmp_path / "a.tif", EVEN)
    monkeypatch.setattr(rasters, "MOST_CELLS", 199)
    assert refused(path) == "raster_too_large"
    few = ground(population=(1000.0, 900.0))  # only part of it is asked for, but it is one block
    few.areas.inside[1] = False
    assert refused(path, where=few) == "raster_too_large"
    monkeypatch.setattr(rasters, "MOST_CELLS", 200)
    monkeypatch.setattr(rasters, "MOST_POPULATED", 199)
    assert refused(path) == "raster_too_many"
    monkeypatch.setattr(rasters, "MOST_POPULATED", 200)
    assert read(path, POPULATION, GROUND).used == 200


CELLS = st.sampled_from([-9999.0, -1.0, 0.0, 0.25, 3.0, 1000.0, float("nan")])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=6), st.booleans())
def test_cells_always_add_up(
    tmp_path_factory: pytest.TempPathFactory, values: list[list[float]], marked: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.tif"
    array = np.array(values)
    raster(path, array, nodata=-9999 if marked else None, transform=from_origin(113.0, 24.1, 0.05, 0.05))
    inside = array[:2, :4]  # four by two cells fill the counties
    populated = inside[inside > 0]
    if not len(populated):
        assert refused(path) == "nothing_left"
        return
    reading = read(path, POPULATION, GROUND)
    assert reading.rows == array.size == reading.used + sum(reading.left_out.values())
    assert reading.used == len(populated) and reading.people == pytest.approx(populated.sum())
    by_area = sum(row[2] for row in reading.detail["census"]["counties"])
    assert by_area == pytest.approx(populated.sum(), rel=1e-6)
