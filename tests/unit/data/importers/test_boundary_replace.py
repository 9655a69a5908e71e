"""An office's polygons among their neighbours: what is replaced, fitted, refused, told."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import Point

from data.importers.boundary_files import read_office_file
from data.importers.boundary_replace import Replacement, replace_units
from data.importers.boundary_rows import AreaRow, BoundaryError, BoundarySet
from gis import boundaries as tiles
from gis.datum import wgs84_to_gcj02
from tests.unit.data.importers.boundary_world import base, frame, square

BASE = base()


def office(tmp_path: Path, shapes: dict[str, Any], datum: str = "wgs84", names: Any = ()) -> BoundarySet:
    path = tmp_path / "office.gpkg"
    fields: dict[str, Any] = {"code": list(shapes), "name": list(names) or [""] * len(shapes)}
    frame(fields, list(shapes.values()), "EPSG:4326").to_file(path)
    return read_office_file(path, datum)


def by_code(rows: Any, level: str = "county") -> dict[str, AreaRow]:
    return {r.code: r for r in rows if r.level == level}


def land_km2(rows: Any) -> float:
    return float(sum(r.area_km2 for r in rows if r.level == "county"))


def assert_tiles(result: Replacement) -> None:
    for scale in ("geom", "display", "overview"):
        polygons = tiles.object_array([getattr(r, scale) for r in result.boundaries.at("county")])
        assert shapely.is_valid(polygons).all()
        assert shapely.coverage_is_valid(polygons)
    nation = result.boundaries.at("nation")[0]
    assert nation.area_km2 == pytest.approx(land_km2(result.boundaries.areas))


def test_the_office_wins_and_neighbours_give_way(tmp_path: Path) -> None:
    wider = square(0, 0, width=1.1)  # 440203 reaches 0.1 cells into 440204
    result = replace_units(BASE, office(tmp_path, {"440203": wider}))
    after, before = by_code(result.boundaries.areas), by_code(BASE)
    assert (result.replaced, result.neighbours) == (("440203",), ("440204",))
    assert after["440203"].geom.equals(wider)
    assert after["440204"].geom.equals(shapely.difference(before["440204"].geom, wider))
    assert result.overlap_km2 == pytest.approx(before["440204"].area_km2 - after["440204"].area_km2)
    assert result.gap_km2 == pytest.approx(0, abs=1e-9)
    assert after["440203"].parent_code == "440200"
    assert after["440203"].name == "武江区"
    assert_tiles(result)


def test_land_nobody_claims_is_given_away_and_no_point_is_lost(tmp_path: Path) -> None:
    smaller = square(0, 0, width=0.9)
    result = replace_units(BASE, office(tmp_path, {"440203": smaller}))
    assert result.gap_km2 > 0
    assert land_km2(result.boundaries.areas) == pytest.approx(land_km2(BASE))
    claimed = [r.code for r in result.boundaries.at("county") if r.geom.intersects(Point(113.19, 24.1))]
    assert len(claimed) == 1
    assert_tiles(result)


def test_units_that_did_not_change_leave_everything_as_it_was(tmp_path: Path) -> None:
    result = replace_units(BASE, office(tmp_path, {"440203": square(0, 0), "440204": square(1, 0)}))
    assert result.neighbours == ()
    assert result.boundaries.notes == ()
    assert (result.overlap_km2, result.gap_km2) == (0, 0)
    after = by_code(result.boundaries.areas)
    assert all(after[code].geom.equals(row.geom) for code, row in by_code(BASE).items())


def test_upper_levels_follow_the_new_border(tmp_path: Path) -> None:
    taller = square(0, 0, height=1.2)  # 440203 of 440200 takes land of 440103 in 440100
    result = replace_units(BASE, office(tmp_path, {"440203": taller}))
    before, after = by_code(BASE, "prefecture"), by_code(result.boundaries.areas, "prefecture")
    assert after["440200"].area_km2 - before["440200"].area_km2 == pytest.approx(result.overlap_km2)
    assert before["440100"].area_km2 - after["440100"].area_km2 == pytest.approx(result.overlap_km2)


def test_land_beyond_the_coast_is_kept(tmp_path: Path) -> None:
    result = replace_units(BASE, office(tmp_path, {"440203": square(-0.5, 0, width=1.5)}))
    assert by_code(result.boundaries.areas)["440203"].geom.contains(Point(112.95, 24.1))
    assert_tiles(result)


def test_unknown_codes_are_refused_with_the_unit_of_that_name(tmp_path: Path) -> None:
    renumbered = office(tmp_path, {"450181": square(2, 1)}, names=["横州市"])
    with pytest.raises(BoundaryError, match=r"450181 横州市 \(横州市 is 450127 here\).*--recode OLD=NEW"):
        replace_units(BASE, renumbered)
    result = replace_units(BASE, renumbered, recode={"450181": "450127"})
    assert result.replaced == ("450127",)


def test_two_units_on_one_code_are_refused(tmp_path: Path) -> None:
    both = office(tmp_path, {"440203": square(0, 0), "450181": square(2, 1)})
    with pytest.raises(BoundaryError, match="would get the same code"):
        replace_units(BASE, both, recode={"450181": "440203"})


def test_swapped_codes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BoundaryError, match=r"almost nothing of their land: 440203 \(0%\), 440204 \(0%\)"):
        replace_units(BASE, office(tmp_path, {"440203": square(1, 0), "440204": square(0, 0)}))


def test_a_neighbour_is_never_swallowed(tmp_path: Path) -> None:
    with pytest.raises(BoundaryError, match="swallow 440204 浈江区"):
        replace_units(BASE, office(tmp_path, {"440203": square(0, 0, width=2)}))


def test_a_wrongly_stated_datum_is_noticed(tmp_path: Path) -> None:
    moved = tiles.move_vertices(tiles.object_array([square(0, 0), square(1, 0)]), wgs84_to_gcj02)
    shapes = dict(zip(["440203", "440204"], moved, strict=True))
    wrong = replace_units(BASE, office(tmp_path, shapes, "wgs84"))
    assert "fits the former borders better as gcj02" in wrong.boundaries.notes[0]
    assert replace_units(BASE, office(tmp_path, shapes, "gcj02")).boundaries.notes == ()


def test_differing_names_are_told_and_not_taken(tmp_path: Path) -> None:
    result = replace_units(BASE, office(tmp_path, {"440232": square(2, 0)}, names=["乳源县"]))
    assert result.boundaries.notes == ("440232: the file calls it 乳源县, here it stays 乳源瑶族自治县",)
    assert by_code(result.boundaries.areas)["440232"].name == "乳源瑶族自治县"


def test_progress_is_reported_line_by_line(tmp_path: Path) -> None:
    lines: list[str] = []
    replace_units(BASE, office(tmp_path, {"440203": square(0, 0)}), report=lines.append)
    assert lines[0].startswith("1 units replaced, 0 neighbours fitted")
    assert len(lines) == 3
