"""What analyses read: every record of a filter is here or counted as left out, unknown stays unknown."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, text

from data.cluster import Cluster
from data.database import Database
from data.store.analysis.adapter import PostgisAnalysis
from data.store.library import PostgisLibrary
from gis.weights import queen
from projects.analysis.inputs import ClinicCover
from projects.codes import Category, Kind, Stage
from projects.errors import SignInNeeded
from projects.filters import ProjectFilter
from tests.db import making
from tests.db.copies import copy_of

pytestmark = pytest.mark.db

CITY, RUYUAN, LECHANG, WUJIANG = "440200", "440232", "440281", "440203"
TOWN = "440203101"
"""西河镇 of 武江区."""
AREA = "POLYGON((113.30 24.70,113.34 24.70,113.34 24.71,113.31 24.71,113.31 24.74,113.30 24.74,113.30 24.70))"
"""An L whose middle lies outside of it."""
LINE = "LINESTRING(113.3 24.7,113.31 24.72,113.35 24.73)"
OURS = ProjectFilter(q="测一测")
CLINICS = ProjectFilter(category=(Category.VILLAGE_CLINIC,))


class World:
    """A copy of the library with records of every precision and shape, and clinics in 武江."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.library = database, PostgisLibrary(database)
        self.token = {"": ""}
        self.folder = folder
        self.key: dict[str, str] = {}
        with database.owning() as connection:
            for name, role, more in (
                ("admin", "administrator", {}),
                ("ruyuan", "editor", {"unit_id": RUYUAN}),
            ):
                self.token[name] = making.token_of(connection, name, role, **more)
            self._records(connection)
            self._clinics(connection)

    def analysis(self, who: str = "") -> PostgisAnalysis:
        return PostgisAnalysis(self.database, self.token[who], self.folder)

    def add(self, connection: Connection, name: str, *places: dict[str, Any], **values: Any) -> None:
        """Add a record named so, with places given as ``shape`` and more."""
        county = {"county_code": RUYUAN, "owner_unit_id": RUYUAN, "prefecture_code": CITY}
        self.key[name] = making.project(connection, name=f"测一测{name}", **(county | values))
        for position, place in enumerate(places):
            more = {"position": position, "is_primary": position == 0} | place
            making.place(connection, self.key[name], more.pop("shape"), **more)

    def _records(self, connection: Connection) -> None:
        def point(lon: float, precision: int) -> dict[str, Any]:
            return {"shape": f"POINT({lon} 24.7)", "precision": precision}

        known = {"beds": 120, "total_investment": Decimal("1234567.890123"), "stage": "在建"}
        self.add(connection, "full", point(113.30, 1), **known, category="elderly_care")
        self.add(connection, "two", point(113.31, 2), point(113.9, 1))
        self.add(connection, "area", {"shape": AREA, "precision": 1, "method": "parcel"})
        self.add(connection, "line", {"shape": LINE, "precision": 2})
        self.add(connection, "town", point(113.32, 3))
        self.add(connection, "county")
        self.add(connection, "vague first", point(113.33, 4), point(113.34, 1))
        self.add(connection, "drawn vaguely", {"shape": AREA, "precision": 5})
        self.add(connection, "region", county_code=None)
        self.add(connection, "nowhere", county_code=None, prefecture_code=None, owner_unit_id=None)
        self.add(connection, "withdrawn", point(113.35, 1), stage="退库")
        self.add(connection, "hidden", point(113.36, 1), published=False)
        self.add(connection, "deleted", point(113.37, 1), deleted_at="2026-01-01")
        self.add(connection, "merged", point(113.38, 1), merged_into_id="SG-0001")

    def _clinics(self, connection: Connection) -> None:
        home = making.middle(connection, WUJIANG)
        here = {"county_code": WUJIANG, "owner_unit_id": WUJIANG, "category": "village_clinic"}
        in_town = here | {"township_code": TOWN, "township_basis": "reported"}
        exact, rough = {"shape": home, "precision": 2}, {"shape": home, "precision": 3}
        for name, values, places in (
            ("clinic placed", in_town, [exact]),
            ("clinic beside it", in_town, [exact]),
            ("clinic of the town", in_town, [rough]),
            ("clinic without town", here, [exact]),
            ("clinic of the county", here, []),
            ("clinic of the city", here | {"county_code": None, "owner_unit_id": CITY}, []),
            ("clinic withdrawn", in_town | {"stage": "退库"}, [exact]),
            ("clinic hidden", in_town | {"published": False}, [exact]),
            ("clinic deleted", in_town | {"deleted_at": "2026-01-01"}, [exact]),
            ("clinic with slot", in_town | {"delivery_mode": "公建民营"}, [exact]),
        ):
            self.add(connection, name, *places, **values)
        slots = (
            "UPDATE slot SET state = 'claimed', county_code = :county WHERE number BETWEEN :first AND :last"
        )
        for county, first, last in ((WUJIANG, 1, 5), (LECHANG, 6, 8)):
            connection.execute(text(slots), {"county": county, "first": first, "last": last})
        connection.execute(
            text("UPDATE slot SET state = 'placed', project_id = :key, confirmed_by = 'x' WHERE number = 1"),
            {"key": self.key["clinic with slot"]},
        )


@pytest.fixture(scope="module")
def world(
    cluster: Cluster, library_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with copy_of(cluster, library_database) as database:
        yield World(database, tmp_path_factory.mktemp("layers"))


# ---- placed records ----

EXACT = ("full", "two", "area", "line", "withdrawn")


def test_records_of_precision_1_and_2_have_a_place_and_the_others_are_counted(world: World) -> None:
    chosen = OURS.with_(county=(RUYUAN,))
    found = world.analysis().placed(chosen)
    assert found.ids == tuple(sorted(world.key[name] for name in EXACT))
    assert dict(found.left_out) == {3: 1, 4: 2, 5: 1}
    assert found.matched == world.library.count(chosen).matched == len(found) + 4
    wider = world.analysis().placed(chosen, townships=True)
    assert set(wider.ids) - set(found.ids) == {world.key["town"]}
    assert dict(wider.left_out) == {4: 2, 5: 1} and wider.matched == found.matched
    assert wider.precision.tolist() == [1, 2, 1, 2, 3, 1]
    none = OURS.with_(precision=(0,))
    assert dict(world.analysis().placed(none).left_out) == {0: 1}


def test_a_record_has_the_place_that_gave_it_its_precision(world: World) -> None:
    found = world.analysis().placed(OURS.with_(county=(RUYUAN,)))
    at = dict(zip(found.ids, found.lonlat.tolist(), strict=True))
    precision = dict(zip(found.ids, found.precision.tolist(), strict=True))
    assert at[world.key["full"]] == [113.30, 24.7]
    assert (at[world.key["two"]], precision[world.key["two"]]) == ([113.31, 24.7], 2)
    assert shapely.from_wkt(AREA).contains(shapely.Point(at[world.key["area"]]))
    assert shapely.from_wkt(LINE).distance(shapely.Point(at[world.key["line"]])) < 1e-9
    with world.database.owning() as connection:
        shown = connection.execute(
            text(
                "SELECT ST_X(spot), ST_Y(spot) FROM (SELECT representative_point(geom) AS spot"
                " FROM project_facet WHERE project_id = :key) AS on_map"
            ),
            {"key": world.key["area"]},
        ).one()
    assert at[world.key["area"]] == list(shown), "the place where the map gathers the record"


def test_what_is_not_known_of_a_record_stays_unknown(world: World) -> None:
    found = world.analysis().placed(OURS.with_(county=(RUYUAN,)))
    row = {key: i for i, key in enumerate(found.ids)}
    full, bare = row[world.key["full"]], row[world.key["two"]]
    assert found.beds[full] == 120 and np.isnan(found.beds[bare])
    assert found.investment[full] == Decimal("1234567.890123") and found.investment[bare] is None
    assert (found.names[full], found.category[full], found.stage[full]) == (
        "测一测full",
        "elderly_care",
        "在建",
    )
    assert (found.stage[bare], found.county[bare], found.township[bare]) == ("未明确", RUYUAN, None)
    assert found.basis[full] == "reported"
    assert found.beds.dtype == found.lonlat.dtype == np.float64 and found.precision.dtype == np.int64


@pytest.mark.parametrize(
    "chosen",
    [
        ProjectFilter(),
        ProjectFilter(prefecture=(CITY,)),
        CLINICS,
        ProjectFilter(kind=(Kind.PROGRAMME,)),
        ProjectFilter(stage=(Stage.WITHDRAWN,)),
        ProjectFilter(precision=(1, 3)),
        ProjectFilter(county=("999999",)),
    ],
    ids=lambda chosen: chosen.model_dump_json(exclude_defaults=True),
)
@pytest.mark.parametrize("townships", [False, True])
def test_matches_add_up_with_the_count_of_the_library(
    world: World, chosen: ProjectFilter, townships: bool
) -> None:
    found, counted = world.analysis().placed(chosen, townships=townships), world.library.count(chosen)
    out = {precision: found.left_out.get(precision, 0) for precision in (3, 4, 5, 0)}
    assert found.matched == counted.matched
    assert len(found) == counted.points + (counted.township if townships else 0)
    assert out == {
        3: 0 if townships else counted.township,
        4: counted.county,
        5: counted.region,
        0: counted.unlocated,
    }
    assert found.lonlat.shape == (len(found), 2) and np.isfinite(found.lonlat).all()
    assert list(found.ids) == sorted(found.ids)


@pytest.mark.parametrize("who", ["", "ruyuan", "admin"])
def test_records_are_those_of_map_and_table_for_everybody(world: World, who: str) -> None:
    found = world.analysis(who).placed(OURS)
    assert {world.key[name] for name in ("hidden", "deleted", "merged")}.isdisjoint(found.ids)
    assert found.ids == world.analysis().placed(OURS).ids


def test_a_closed_house_tells_nobody_anything(world: World) -> None:
    try:
        with world.database.owning() as connection:
            connection.execute(text("UPDATE access_policy SET anonymous_reads = false"))
        closed, inside = world.analysis(), world.analysis("ruyuan")
        assert (len(closed.placed(OURS)), closed.placed(OURS).matched, closed.newest(OURS)) == (0, 0, None)
        assert not any(row.clinics or row.vague or row.slots for row in closed.clinic_cover(CITY))
        assert len(inside.placed(OURS)) > 0 and inside.newest(OURS)
    finally:
        with world.database.owning() as connection:
            connection.execute(text("UPDATE access_policy SET anonymous_reads = true"))


def test_an_ended_session_reads_nothing(world: World) -> None:
    ended = PostgisAnalysis(world.database, "x" * 43, world.folder)
    for ask in (
        lambda: ended.placed(OURS),
        lambda: ended.areas(CITY),
        lambda: ended.townships(CITY),
        lambda: ended.clinic_cover(CITY),
        lambda: ended.newest(OURS),
        ended.layers,
    ):
        with pytest.raises(SignInNeeded):
            ask()


def test_the_newest_change_is_a_day_of_the_office(world: World) -> None:
    chosen = ProjectFilter(ids=(world.key["full"],))
    with world.database.owning() as connection:
        connection.execute(text("ALTER TABLE project DISABLE TRIGGER USER"))
        making.change(connection, world.key["full"], updated_at="2031-12-31 17:00+00")
        connection.execute(text("ALTER TABLE project ENABLE TRIGGER USER"))
    assert world.analysis().newest(chosen) == date(2032, 1, 1)
    assert world.analysis().newest(ProjectFilter(county=("999999",))) is None


# ---- areas and townships ----


def test_the_counties_of_a_prefecture_with_their_residents(world: World) -> None:
    found = world.analysis().areas(CITY)
    assert len(found.codes) == 10 and found.inside.all() and list(found.codes) == sorted(found.codes)
    assert set(found.prefectures) == {CITY} and found.census_year == 2020
    with world.database.owning() as connection:
        total = connection.execute(
            text(
                "SELECT population, population_60_plus, population_65_plus FROM census_figure"
                " WHERE code = :city AND level = 'prefecture_total'"
            ),
            {"city": CITY},
        ).one()
    assert (found.population.sum(), found.aged_60_plus.sum(), found.aged_65_plus.sum()) == tuple(total)
    assert all(p.contains(shapely.Point(spot)) for p, spot in zip(found.polygons, found.label, strict=True))
    assert dict(zip(found.codes, found.names, strict=True))[RUYUAN] == "乳源瑶族自治县"


def test_the_ring_is_who_touches(world: World) -> None:
    nation, found = world.analysis().areas(None), world.analysis().areas(CITY, ring=True)
    assert len(nation.codes) == 2875 and nation.inside.all()
    inside = {c for c, p in zip(nation.codes, nation.prefectures, strict=True) if p == CITY}
    near = queen(nation.polygons)
    rows = [nation.codes.index(code) for code in inside]
    touching = {nation.codes[i] for row in rows for i in near[[row]].indices} - inside
    assert {c for c, own in zip(found.codes, found.inside, strict=True) if not own} == touching
    assert {c for c, own in zip(found.codes, found.inside, strict=True) if own} == inside
    assert np.isnan(found.population[found.codes.index("441823")]), "no census here is not nobody"
    assert list(found.codes) == sorted(found.codes) and len(set(found.codes)) == len(found.codes)


@pytest.mark.parametrize(
    ("within", "count"), [(RUYUAN, 1), ("440000", 124), ("441900", 1), ("999999", 0), ("440200'; --", 0)]
)
def test_areas_of_a_county_a_province_and_of_nothing(world: World, within: str, count: int) -> None:
    found = world.analysis().areas(within)
    assert len(found.codes) == len(found.polygons) == len(found.population) == count
    if not count:
        assert found.label.shape == (0, 2) and found.census_year is None
        assert len(world.analysis().areas(within, ring=True).codes) == 0


def test_the_nation_has_no_ring(world: World) -> None:
    assert world.analysis().areas(None, ring=True).inside.all()


def test_zones_with_census_figures_are_not_areas(world: World) -> None:
    assert {"130371", "130372"}.isdisjoint(world.analysis().areas("130300").codes)


def test_townships_with_villages_and_seats(world: World) -> None:
    found = world.analysis().townships(CITY)
    assert (len(found.codes), int(found.villages.sum()), int(found.communities.sum())) == (112, 1207, 246)
    assert list(found.codes) == sorted(found.codes) and set(found.county) == set(
        world.analysis().areas(CITY).codes
    )
    known = np.isfinite(found.lonlat[:, 0])
    assert [source is not None for source in found.point_source] == known.tolist()
    assert 0 < known.sum() < len(known) or known.all()
    bounds = shapely.total_bounds(world.analysis().areas(CITY).polygons)
    inside = (found.lonlat[known] >= bounds[:2]) & (found.lonlat[known] <= bounds[2:])
    assert inside.all()


def test_townships_of_a_county_of_a_zone_and_of_everywhere(world: World) -> None:
    analysis = world.analysis()
    assert set(analysis.townships(WUJIANG).county) == {WUJIANG}
    zoned = analysis.townships("130300")
    assert {"130371", "130372"} <= set(zoned.county), "a zone's townships belong to its prefecture"
    everywhere = analysis.townships(None)
    assert len(everywhere.codes) == 1671 and np.isnan(everywhere.lonlat).any()
    assert len(analysis.townships("999999").codes) == 0


# ---- village clinics ----


def rows(found: tuple[ClinicCover, ...]) -> dict[tuple[str, str | None], ClinicCover]:
    assert len({(row.county, row.township) for row in found}) == len(found)
    return {(row.county, row.township): row for row in found}


def test_clinics_stand_where_their_record_says(world: World) -> None:
    found = rows(world.analysis().clinic_cover(CITY))
    town, county, city = found[WUJIANG, TOWN], found[WUJIANG, None], found[CITY, None]
    assert (town.clinics, town.vague, town.slots, town.villages) == (3, 1, 0, 13)
    assert (town.township_name, town.county_name) == ("西河镇", "武江区")
    assert (county.clinics, county.vague, county.villages, county.township_name) == (1, 1, 0, "")
    assert (city.clinics, city.vague, city.villages, city.county_name) == (0, 1, 0, "韶关市")


def test_planned_slots_are_no_clinics_and_stay_831(world: World) -> None:
    found = rows(world.analysis().clinic_cover(CITY))
    assert {key: row.slots for key, row in found.items() if row.slots} == {
        (WUJIANG, None): 4,
        (LECHANG, None): 3,
        (CITY, None): 823,
    }
    assert sum(row.slots for row in found.values()) + 1 == 831, "one is taken, by a clinic counted as one"


def test_clinics_and_villages_add_up(world: World) -> None:
    analysis = world.analysis()
    found = analysis.clinic_cover(CITY)
    sites = CLINICS.with_(prefecture=(CITY,), kind=tuple(kind for kind in Kind if kind != Kind.PROGRAMME))
    living = sites.with_(stage=tuple(stage for stage in Stage if stage != Stage.WITHDRAWN))
    assert sum(row.clinics + row.vague for row in found) == world.library.count(living).matched == 7
    placed = analysis.placed(living)
    assert sum(row.clinics for row in found) == len(placed)
    towns = analysis.townships(CITY)
    assert sum(row.villages for row in found) == towns.villages.sum()
    assert {row.township for row in found} - {None} == set(towns.codes)
    by_county = [row for row in found if row.county == WUJIANG]
    assert analysis.clinic_cover(WUJIANG) == tuple(by_county), "a county's rows are those of its prefecture"


def test_the_plan_itself_and_hidden_clinics_count_nowhere(world: World) -> None:
    with world.database.owning() as connection:
        programmes = connection.scalar(
            text(
                "SELECT count(*) FROM project WHERE category = 'village_clinic' AND kind = 'programme'"
                " AND published AND deleted_at IS NULL AND prefecture_code = :city"
            ),
            {"city": CITY},
        )
    assert programmes, "the library holds the plan that the slots belong to"
    for who in ("", "ruyuan", "admin"):
        assert sum(r.clinics + r.vague for r in world.analysis(who).clinic_cover(CITY)) == 7, who


def test_a_clinic_whose_township_lies_elsewhere_is_known_to_its_county_only(world: World) -> None:
    with world.database.owning() as connection:
        world.add(
            connection,
            "astray",
            county_code=LECHANG,
            owner_unit_id=LECHANG,
            category="village_clinic",
            township_code="130302002",
            township_basis="reported",
        )
    try:
        found = rows(world.analysis().clinic_cover(CITY))
        assert found[LECHANG, None].vague == 1
        assert (LECHANG, "130302002") not in found
    finally:
        with world.database.owning() as connection:
            making.change(connection, world.key["astray"], deleted_at="2026-01-01")


def test_townships_of_a_zone_are_listed_with_its_name(world: World) -> None:
    found = rows(world.analysis().clinic_cover("130300"))
    names = {row.county: row.county_name for row in found.values() if row.township}
    assert names["130371"] == "秦皇岛市经济技术开发区"
    assert sum(row.villages for row in found.values()) == world.analysis().townships("130300").villages.sum()
