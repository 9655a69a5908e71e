"""Boundaries in the database: an office's units fitted in, records re-assigned, a county for every point."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from data import setup
from data.cluster import Cluster
from data.database import Database
from data.importers.boundaries import AreaRow, BoundaryError, BoundarySet, BoundarySource
from data.store import areas, boundaries
from data.store.boundaries import Moved
from gis import boundaries as tiles
from gis.join import assign
from projects.codes import Level
from tests.db.copies import PACKAGE, PACKAGE_ID, copy_of, rows, small_world
from tests.unit.data.importers.boundary_world import NAMES, base, square

pytestmark = pytest.mark.db
OFFICE_ID = "boundaries-office.gpkg-a"
WIDER = square(0, 0, width=1.1)  # 440203 takes 0.02 degrees of 440204, with two records in it


@pytest.fixture(scope="module")
def template(cluster: Cluster) -> Iterator[Database]:
    with small_world(cluster) as database:
        yield database


@pytest.fixture
def world(cluster: Cluster, template: Database) -> Iterator[Database]:
    with copy_of(cluster, template) as database:
        yield database


def office(shapes: dict[str, Any], name: str = "office.gpkg", version: str = "a") -> BoundarySet:
    source = BoundarySource(name, version, "wgs84", "", "县测绘院")
    return BoundarySet(
        tuple(
            AreaRow(code, "county", "", None, False, shape, None, None, None, 0.0)
            for code, shape in shapes.items()
        ),
        (),
        source,
    )


def fit(connection: Connection, found: BoundarySet, **recode: str) -> boundaries.Reassigned:
    key = setup.store_source(connection, found.source, kind="office")
    return boundaries.replace_units_of(connection, found, key, recode, lambda _line: None)[1]


def polygons(database: Database, level: str, column: str = "geom") -> dict[str, Any]:
    found = rows(
        database,
        f"SELECT code, ST_AsBinary({column}) FROM area WHERE level = :level ORDER BY code",
        level=level,
    )
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in found}


def counties_at(connection: Connection, lonlat: NDArray[np.float64]) -> list[str | None]:
    return list(
        connection.scalars(
            text(
                "SELECT county_at(ST_SetSRID(ST_MakePoint(x, y), 4326)) FROM unnest(CAST(:x AS float8[]),"
                " CAST(:y AS float8[])) WITH ORDINALITY AS spot (x, y, n) ORDER BY n"
            ),
            {"x": lonlat[:, 0].tolist(), "y": lonlat[:, 1].tolist()},
        )
    )


def joined(shapes: dict[str, Any], lonlat: NDArray[np.float64]) -> list[str | None]:
    codes: list[str | None] = [*sorted(shapes), None]  # -1, no polygon, is the last
    return [codes[i] for i in assign(lonlat, [shapes[code] for code in sorted(shapes)])]


# ---- fitting in ----


def test_what_is_stored_still_tiles_at_every_scale_and_level(world: Database) -> None:
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
    assert polygons(world, "county")["440203"].equals(WIDER)
    for column in ("geom", "display", "overview"):
        county = tiles.object_array(list(polygons(world, "county", column).values()))
        assert shapely.coverage_is_valid(county)
        nation = polygons(world, "nation", column)["100000"]
        assert nation.equals(shapely.union_all(county))
    east = polygons(world, "county")["440204"]
    assert not shapely.intersects(shapely.Point(113.21, 24.1), east)


def test_upper_levels_follow(world: Database) -> None:
    taller = square(0, 0, height=1.2)  # 440203 of 韶关 takes land of 440103 in 广州
    before = dict(rows(world, "SELECT code, area_km2 FROM area WHERE level = 'prefecture'"))
    with world.owning() as connection:
        fit(connection, office({"440203": taller}))
    after = dict(rows(world, "SELECT code, area_km2 FROM area WHERE level = 'prefecture'"))
    assert after["440200"] > before["440200"]
    assert sum(after.values()) == pytest.approx(sum(before.values()))
    county = polygons(world, "county")
    whole = shapely.union_all([county[code] for code in ("440203", "440204", "440232")])
    assert polygons(world, "prefecture")["440200"].equals(whole)


def test_names_parents_and_map_lines_stay(world: Database) -> None:
    kept = (
        "SELECT code, level, name, parent_code, province_code, prefecture_code, stand_in FROM area"
        " ORDER BY 1, 2"
    )
    lines = "SELECT kind, ST_AsText(geom), source_id FROM map_line"
    before = rows(world, kept), rows(world, lines)
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
    assert (rows(world, kept), rows(world, lines)) == before
    assert dict(rows(world, "SELECT code, name FROM area WHERE level = 'county'")) == NAMES


def test_only_units_that_changed_name_the_office(world: Database) -> None:
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
    found = rows(world, "SELECT code, level FROM area WHERE source_id = :id ORDER BY 1", id=OFFICE_ID)
    assert found == [("440203", "county"), ("440204", "county")]
    assert rows(world, "SELECT count(*) FROM area WHERE source_id = :id", id=PACKAGE_ID) == [(8,)]
    assert rows(world, "SELECT kind, attribution, note FROM source WHERE id = :id", id=OFFICE_ID) == [
        ("office", "县测绘院", "wgs84 → WGS84")
    ]


def test_a_second_file_leaves_the_first_its_other_units_and_an_unused_source_goes(world: Database) -> None:
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
        fit(connection, office({"440204": polygons_now(connection, "440204")}, version="b"))
        sources = dict(rows_now(connection, "SELECT code, source_id FROM area WHERE code LIKE '4402%'"))
        assert sources["440203"] == OFFICE_ID
        assert sources["440204"] == "boundaries-office.gpkg-b"
        assert sources["440232"] == PACKAGE_ID
        fit(connection, office({"440203": WIDER}, version="c"))
        ids = rows_now(connection, "SELECT id FROM source WHERE id LIKE 'boundaries-%' ORDER BY 1")
        assert [key for (key,) in ids] == ["boundaries-office.gpkg-b", "boundaries-office.gpkg-c", PACKAGE_ID]


def rows_now(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]


def polygons_now(connection: Connection, code: str) -> Any:
    return shapely.from_wkb(
        bytes(
            rows_now(
                connection, f"SELECT ST_AsBinary(geom) FROM area WHERE code = '{code}' AND level = 'county'"
            )[0][0]
        )
    )


def test_codes_of_the_file_can_be_mapped(world: Database) -> None:
    same = polygons(world, "county")["450127"]
    with world.owning() as connection:
        with pytest.raises(BoundaryError, match="450181"):
            fit(connection, office({"450181": same}))
        fit(connection, office({"450181": same}), **{"450181": "450127"})
    assert rows(world, "SELECT code FROM area WHERE source_id LIKE '%office%'") == [("450127",)]


def test_without_boundaries_there_is_nothing_to_fit_into(world: Database) -> None:
    with world.owning() as connection:
        connection.execute(text("DELETE FROM area"))
        with pytest.raises(BoundaryError, match="python -m data init"):
            fit(connection, office({"440203": WIDER}))


def test_pages_read_on_while_boundaries_are_replaced(world: Database) -> None:
    found = text("SELECT county_at(ST_SetSRID(ST_MakePoint(113.205, 24.1), 4326)), sum(area_km2) FROM area")
    with world.reading() as page:
        before = page.execute(found).one()
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
        with world.reading() as page:  # would wait for ever behind a TRUNCATE
            page.execute(text("SET LOCAL lock_timeout = '2s'"))
            assert page.execute(found).one() == before
    with world.reading() as page:
        assert page.execute(found).one()[0] == "440203"


# ---- records ----


def test_records_that_changed_county_are_told_and_all_are_counted(world: Database) -> None:
    with world.owning() as connection:
        result = fit(connection, office({"440203": WIDER}))
    assert result.places == 4
    assert result.moved == [
        Moved("T-0001", "declared", ("440204",), ("440203",)),
        Moved("T-0002", "undeclared", ("440204",), ("440203",)),
    ]


def test_filters_and_issues_follow_a_moved_place(world: Database) -> None:
    facet = "SELECT county_code, area_codes FROM project_facet WHERE project_id = :id"
    issue = "SELECT value FROM data_issue WHERE project_id = :id AND code = 'coordinates_outside_county'"
    assert rows(world, facet, id="T-0002") == [("440204", ["440000", "440200", "440204"])]
    assert rows(world, issue, id="T-0001") == []
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
    assert rows(world, facet, id="T-0002") == [("440203", ["440000", "440200", "440203"])]
    [(county, within)] = rows(world, facet, id="T-0001")
    assert (county, within) == ("440204", ["440000", "440200", "440203", "440204"])  # what was declared stays
    assert rows(world, issue, id="T-0001") == [("440204 / 440203",)]
    assert rows(world, issue, id="T-0003") == []
    assert rows(world, facet, id="T-0004") == [(None, [])]  # at sea: never pulled to the nearest


def test_a_line_that_now_crosses_counties_is_told(world: Database) -> None:
    route = "SRID=4326;LINESTRING(113.202 24.1, 113.25 24.1)"
    with world.owning() as connection:
        connection.execute(text("DELETE FROM project_place WHERE project_id <> 'T-0003'"))
        connection.execute(text("UPDATE project_place SET geom = ST_GeomFromEWKT(:route)"), {"route": route})
        result = fit(connection, office({"440203": WIDER}))
    assert result.moved == [Moved("T-0003", "stays", ("440204",), ("440203", "440204"))]


def test_another_set_gives_records_without_a_place_their_prefecture_again(world: Database) -> None:
    prefecture = "SELECT prefecture_code FROM project_facet WHERE project_id = 'T-0003'"
    with world.owning() as connection:
        connection.execute(text("DELETE FROM project_place"))
        moved = [replace(row, parent_code="440100") if row.code == "440203" else row for row in base()]
        boundaries.replace_all(connection, BoundarySet(tuple(moved), (), PACKAGE), PACKAGE_ID)
    assert rows(world, prefecture) == [("440100",)]


def test_near_the_line_follows_the_line(world: Database) -> None:
    near = "SELECT near_line FROM project_place WHERE project_id = 'T-0001'"
    with world.owning() as connection:
        fit(connection, office({"440203": square(0, 0, width=1.03)}))  # the line comes to 113.206, 100 m away
    assert rows(world, near) == [(True,)]
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))  # 113.22: 1.5 km away
    assert rows(world, near) == [(False,)]


# ---- one county for every point ----


def test_cut_pieces_cover_each_unit_exactly(world: Database) -> None:
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
    pieces = rows(world, "SELECT code, ST_AsBinary(ST_Union(geom)), count(*) FROM area_part GROUP BY 1")
    assert {code for code, _, _ in pieces} == set(NAMES)
    for code, wkb, _ in pieces:
        assert shapely.from_wkb(bytes(wkb)).equals(polygons(world, "county")[code])


def test_points_on_the_edges_of_pieces_have_exactly_one_county(library_database: Database) -> None:
    with library_database.owning() as connection:
        pieces = rows_now(connection, "SELECT ST_AsBinary(geom) FROM area_part WHERE code LIKE '4402%'")
        spots = _on_cuts([shapely.from_wkb(bytes(wkb)) for (wkb,) in pieces])
        hits = connection.scalars(
            text(
                "SELECT (SELECT count(*) FROM area_part part WHERE ST_Intersects(part.geom, spot)) FROM"
                " (SELECT ST_SetSRID(ST_MakePoint(x, y), 4326) AS spot FROM unnest(CAST(:x AS float8[]),"
                " CAST(:y AS float8[])) AS p (x, y)) AS spots"
            ),
            {"x": spots[:, 0].tolist(), "y": spots[:, 1].tolist()},
        ).all()
        assert len(spots) > 50
        assert min(hits) >= 2  # each lies in two pieces: without a rule it would count twice
        found = counties_at(connection, spots)
    assert None not in found
    assert found == joined(polygons(library_database, "county"), spots)


def _on_cuts(pieces: list[Any]) -> NDArray[np.float64]:
    """Return points inside the straight cuts between pieces: edges along a meridian or a parallel."""
    spots = []
    for piece in pieces:
        corners = shapely.get_coordinates(piece)
        steps = np.diff(corners, axis=0)
        cuts = (steps == 0).any(axis=1) & (np.abs(steps).max(axis=1) > 1e-3)
        spots.append(corners[:-1][cuts] + steps[cuts] * 0.37)
    return np.vstack(spots)


def test_database_and_bulk_join_agree_on_random_points(library_database: Database) -> None:
    random = np.random.default_rng(7)
    spots = np.column_stack([random.uniform(97, 122, 5000), random.uniform(22, 42, 5000)])
    with library_database.owning() as connection:
        found = counties_at(connection, spots)
    assert found == joined(polygons(library_database, "county"), spots)
    assert sum(code is not None for code in found) > 3500


def test_database_and_bulk_join_agree_on_shared_corners(library_database: Database) -> None:
    shapes = polygons(library_database, "county")
    corners = shapely.get_coordinates([shapes[code] for code in shapes if code.startswith("44")])
    spots = np.random.default_rng(7).permutation(corners)[:3000]
    with library_database.owning() as connection:
        found = counties_at(connection, spots)
    assert found == joined(shapes, spots)
    assert None not in found


def test_database_and_bulk_join_agree_between_shared_corners(library_database: Database) -> None:
    shapes = polygons(library_database, "county")
    spots = np.vstack([_between(shape) for shape in shapes.values()])
    spots = np.random.default_rng(7).permutation(spots)[:12_000]
    with library_database.owning() as connection:
        assert counties_at(connection, spots) == joined(shapes, spots)


def _between(shape: Any) -> NDArray[np.float64]:
    ring = shapely.get_coordinates(shapely.get_exterior_ring(shapely.get_geometry(shape, 0)))[:200]
    return np.asarray(ring[:-1] * 0.75 + ring[1:] * 0.25)


# ---- reading areas afterwards ----


def test_areas_within_and_their_polygons_stay_right(world: Database) -> None:
    with world.owning() as connection:
        fit(connection, office({"440203": WIDER}))
        inside = areas.areas(connection, Level.COUNTY, "440200")
        assert [(a.code, a.name, a.province_code) for a in inside] == [
            (code, NAMES[code], "440000") for code in ("440203", "440204", "440232")
        ]
        assert inside[0].bounds[2] == pytest.approx(113.22)
        assert inside[1].bounds[0] == pytest.approx(113.22)
        for overview in (False, True):
            drawn = areas.polygons(connection, Level.COUNTY, "440200", overview=overview)
            shapes = tiles.object_array([shapely.from_geojson(row["geometry"]) for row in drawn])
            assert [row["code"] for row in drawn] == ["440203", "440204", "440232"]
            assert shapely.coverage_is_valid(shapes)
            assert shapely.total_bounds(shapes)[2] == pytest.approx(113.6)
        assert len(areas.areas(connection, Level.COUNTY, "440000")) == 6
        assert areas.bounds(connection, ["440203"]) == pytest.approx((113.0, 24.0, 113.22, 24.2))
