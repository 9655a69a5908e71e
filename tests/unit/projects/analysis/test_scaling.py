"""One indicator, two sizes of area: same records, fixed classes, the counties that change are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from gis.errors import BadInput
from projects.analysis.clusters.scaling import Scale, density_class, km2, read, scale
from projects.analysis.universe import Among
from tests.fake_analysis import FakeAnalysis, areas_of, made, placed_of
from tests.unit.projects.analysis.placed_rows import One, placed

AREAS = FakeAnalysis().areas("440200")


def test_a_knot_in_a_large_county_changes_the_class_with_the_unit() -> None:
    knot = placed(*(One(f"A-{n}", 113.25, 24.75) for n in range(20)))
    found = scale(knot, AREAS, Scale(5))
    ruyuan = next(one for one in found.counties if one.code == "440232")
    assert ruyuan.records == 20 and ruyuan.of_class == 3, "twenty on 2,800 km²"
    assert ruyuan.usual == 0 and ruyuan.changes and found.changed == (ruyuan,)
    full = [cell for cell in found.cells if cell.records]
    assert len(full) == 1 and full[0].of_class == 4 and full[0].county == "440232"


def test_records_and_cells_are_accounted_for() -> None:
    rows = placed_of(made(), townships=True)
    found = scale(rows, AREAS, Scale(4))
    exact = sum(row.precision in (1, 2) for row in made())
    assert found.records + found.outside == exact, "township records take no part"
    assert sum(one.records for one in found.counties) == found.records
    for one in found.counties:
        assert sum(one.cells.values()) == sum(cell.county == one.code for cell in found.cells)
        assert one.of_class == density_class(one.records / one.km2 * 1000)


def test_counties_outside_are_not_compared() -> None:
    ring = areas_of(["440232", "431022"], inside=["440232"])
    found = scale(placed(One("A-1", 113.25, 24.75)), ring, Scale(4))
    assert [one.code for one in found.counties] == ["440232"]


def test_a_county_smaller_than_a_hexagon_is_not_called_changed() -> None:
    speck = np.array([shapely.box(113, 24.5, 113.001, 24.501)], dtype=object)
    small = replace(areas_of(["440232"], inside=["440232"]), polygons=speck)
    (one,) = scale(placed(One("A-1", 113.0005, 24.5005)), small, Scale(3)).counties
    assert one.usual is None and not one.changes


@pytest.mark.parametrize(("left", "inside", "code"), [(3, ["440232"], "no_places"), (3, [], "no_counties")])
def test_nothing_to_compare_is_refused(left: int, inside: list[str], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        scale(placed(left=left), areas_of(["440232"], inside=inside), Scale())
    assert refused.value.code == code


def test_areas_are_true_to_size() -> None:
    near_pole, at_equator = km2(shapely.box(0, 80, 1, 81)), km2(shapely.box(0, 0, 1, 1))
    assert at_equator == pytest.approx(12_364, rel=1e-3) and near_pole == pytest.approx(2_042, rel=1e-2)


def test_settings_go_through_the_link() -> None:
    settings = Scale(6, Among.RECORDS)
    assert read(settings.params) == (settings, [])
    assert read({"cell": "9", "among": "x"})[0] == Scale()
