"""What is derived of a record: precision, areas, search, funding, issues.

And that it follows every change.
"""

from collections.abc import Iterator
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from data.database import Database
from data.store import names, summaries
from projects.filters import ProjectFilter
from projects.summary import Summary
from tests.db.making import (
    acting,
    beside_line,
    change,
    facet,
    has_facet,
    insert,
    issues,
    middle,
    place,
    project,
)

pytestmark = pytest.mark.db

RUYUAN, WUJIANG, LECHANG, SHAOGUAN, GUANGDONG = "440232", "440203", "440281", "440200", "440000"
BEIHU, CHENZHOU, HUNAN = "431002", "431000", "430000"
SHAOGUAN_ONLY = {"province_code": GUANGDONG, "prefecture_code": SHAOGUAN}
IN_RUYUAN = SHAOGUAN_ONLY | {"county_code": RUYUAN}


def found(connection: Connection, **chosen: Any) -> set[str]:
    """Return the test projects that a filter matches."""
    page = summaries.page(connection, ProjectFilter(**chosen), names.read(connection), 1000, 0)
    return {record.id for record in page if record.id.startswith("TST-")}


def summary(connection: Connection, key: str) -> Summary:
    """Return one record as lists show it."""
    return summaries.by_ids(connection, [key], names.read(connection))[0]


# ---- precision ----


@pytest.mark.parametrize(
    ("values", "precision"),
    [
        ({}, 0),
        ({"province_code": GUANGDONG}, 5),
        (SHAOGUAN_ONLY, 5),
        ({"zone_id": "sg-furong"}, 5),
        (IN_RUYUAN, 4),
    ],
)
def test_precision_without_a_place(writing: Connection, values: dict[str, Any], precision: int) -> None:
    key = project(writing, **values)
    row = facet(writing, key)
    assert (row.precision, row.geom) == (precision, None)


@pytest.mark.parametrize("precision", [1, 2, 3])
def test_a_place_is_drawn_up_to_the_township(writing: Connection, precision: int) -> None:
    key = project(writing, **IN_RUYUAN)
    place(writing, key, middle(writing, RUYUAN), precision=precision)
    row = facet(writing, key)
    assert (row.precision, row.shape) == (precision, middle(writing, RUYUAN))


@pytest.mark.parametrize("precision", [4, 5])
def test_a_point_good_for_no_more_than_a_county_is_never_drawn(writing: Connection, precision: int) -> None:
    key = project(writing, **SHAOGUAN_ONLY)
    place(writing, key, middle(writing, RUYUAN), precision=precision)
    row = facet(writing, key)
    assert (row.precision, row.geom) == (precision, None)
    assert row.county_code == (RUYUAN if precision == 4 else None)


def test_the_primary_place_speaks_for_the_record(writing: Connection) -> None:
    key = project(writing)
    place(writing, key, middle(writing, LECHANG), precision=1, position=1, is_primary=False, source="second")
    place(writing, key, middle(writing, RUYUAN), precision=3, position=0, source="first")
    row = facet(writing, key)
    assert (row.precision, row.county_code, row.place_source) == (3, RUYUAN, "first")
    assert row.shape.startswith("MULTIPOINT")


# ---- areas ----


def test_the_county_and_all_above_it_come_from_the_place(writing: Connection) -> None:
    key = project(writing)
    place(writing, key, middle(writing, RUYUAN), precision=2)
    row = facet(writing, key)
    assert (row.county_code, row.prefecture_code, row.province_code) == (RUYUAN, SHAOGUAN, GUANGDONG)
    assert row.area_codes == [GUANGDONG, SHAOGUAN, RUYUAN]
    record = summary(writing, key)
    assert (record.county, record.county_basis, record.prefecture) == ("乳源瑶族自治县", "derived", "韶关市")
    for chosen in ({"county": (RUYUAN,)}, {"prefecture": (SHAOGUAN,)}, {"province": (GUANGDONG,)}):
        assert key in found(writing, **chosen)
    assert key not in found(writing, county=(WUJIANG,))


def test_a_declared_county_stays_though_the_point_disagrees(writing: Connection) -> None:
    key = project(writing, **IN_RUYUAN)
    place(writing, key, middle(writing, LECHANG))
    row = facet(writing, key)
    assert row.county_code == RUYUAN
    assert set(row.area_codes) == {GUANGDONG, SHAOGUAN, RUYUAN, LECHANG}
    assert row.touches == [LECHANG]
    assert summary(writing, key).county_basis == "documented"


def test_a_programme_touches_counties_and_their_prefectures(writing: Connection) -> None:
    key = project(writing, kind="programme", province_code=HUNAN)
    for code in (BEIHU, RUYUAN):
        insert(
            writing,
            "project_area",
            {"project_id": key, "county_code": code, "relation": "touches", "basis": "documented"},
        )
    insert(
        writing,
        "project_area",
        {"project_id": key, "county_code": LECHANG, "relation": "candidate", "basis": "derived"},
    )
    row = facet(writing, key)
    assert row.county_code is None
    assert row.touches == sorted((BEIHU, RUYUAN))
    assert row.area_codes == sorted((HUNAN, CHENZHOU, BEIHU, GUANGDONG, SHAOGUAN, RUYUAN))
    assert summary(writing, key).touches == (BEIHU, RUYUAN)
    assert key in found(writing, county=(RUYUAN,))
    assert key in found(writing, prefecture=(CHENZHOU,))
    assert key not in found(writing, county=(LECHANG,)), "a candidate is a question, not an answer"


def corners(connection: Connection, *codes: str) -> str:
    """Return the label points of counties as coordinate text."""
    return ", ".join(middle(connection, code).removeprefix("POINT(").removesuffix(")") for code in codes)


def test_a_line_lies_in_every_county_it_enters_and_in_none_alone(writing: Connection) -> None:
    key = project(writing)
    place(writing, key, f"LINESTRING({corners(writing, WUJIANG, RUYUAN)})", precision=2)
    row = facet(writing, key)
    assert {WUJIANG, RUYUAN} <= set(row.touches)
    assert row.county_code is None
    assert (row.prefecture_code, row.precision) == (SHAOGUAN, 2)
    assert not row.near_line
    assert key in found(writing, county=(WUJIANG,))
    assert key in found(writing, county=(RUYUAN,))


def test_a_polygon_good_for_a_county_is_drawn_and_right_handed(writing: Connection) -> None:
    key = project(writing)
    a, b = corners(writing, RUYUAN).split()
    x, y = float(a), float(b)
    ring = [(x, y), (x, y + 0.01), (x + 0.01, y + 0.01), (x + 0.01, y), (x, y)]  # clockwise
    place(writing, key, "POLYGON((" + ", ".join(f"{lon} {lat}" for lon, lat in ring) + "))", precision=4)
    row = facet(writing, key)
    assert (row.county_code, row.precision) == (RUYUAN, 4)
    import shapely

    shape = shapely.from_geojson(summary(writing, key).geometry)
    assert shape.exterior.is_ccw


def test_an_edge_along_a_county_line_is_not_in_the_neighbour(writing: Connection) -> None:
    key = project(writing)
    writing.execute(
        text(
            "INSERT INTO project_place (project_id, geom, precision, method, basis, datum_entered)"
            " SELECT :key, geom, 4, 'parcel', 'derived', 'wgs84'"
            " FROM area WHERE code = :code AND level = 'county'"
        ),
        {"key": key, "code": RUYUAN},
    )
    row = facet(writing, key)
    assert (row.county_code, row.touches) == (RUYUAN, [])


def test_points_lines_and_polygons_of_one_record_come_out_flat(writing: Connection) -> None:
    key = project(writing)
    place(writing, key, "POINT(113.2 24.8)")
    place(writing, key, "MULTIPOINT(113.3 24.8, 113.4 24.8)", position=1, is_primary=False)
    assert facet(writing, key).shape == "MULTIPOINT((113.2 24.8),(113.3 24.8),(113.4 24.8))"
    place(writing, key, "LINESTRING(113.3 24.8, 113.4 24.8)", position=2, is_primary=False)
    assert facet(writing, key).shape.startswith("GEOMETRYCOLLECTION(MULTIPOINT((113.2 24.8)")


def test_a_point_abroad_is_nowhere_and_says_so(writing: Connection) -> None:
    key = project(writing, **IN_RUYUAN)
    place(writing, key, "POINT(2.35 48.85)")
    assert issues(writing, key) == {"coordinates_outside_county": f"{RUYUAN} / -"}
    nowhere = project(writing)
    place(writing, nowhere, "POINT(2.35 48.85)")
    assert facet(writing, nowhere).county_code is None
    assert facet(writing, nowhere).area_codes == []


# ---- issues ----


def test_a_point_in_another_county_is_an_issue_until_it_is_mended(writing: Connection) -> None:
    key = project(writing, **IN_RUYUAN)
    place(writing, key, middle(writing, LECHANG))
    assert issues(writing, key) == {"coordinates_outside_county": f"{RUYUAN} / {LECHANG}"}
    change(writing, key, county_code=LECHANG)
    assert issues(writing, key) == {}
    change(writing, key, county_code=RUYUAN)
    writing.execute(
        text(
            "UPDATE project_place SET geom = ST_GeomFromEWKT('SRID=4326;' || :point) WHERE project_id = :key"
        ),
        {"point": middle(writing, RUYUAN), "key": key},
    )
    assert issues(writing, key) == {}


def test_a_place_in_a_touched_county_is_no_disagreement(writing: Connection) -> None:
    key = project(writing, **IN_RUYUAN)
    insert(
        writing,
        "project_area",
        {"project_id": key, "county_code": LECHANG, "relation": "touches", "basis": "documented"},
    )
    place(writing, key, middle(writing, LECHANG))
    assert issues(writing, key) == {}


@pytest.mark.parametrize(("metres", "near"), [(100, True), (450, True), (560, False)])
def test_a_point_near_a_county_line_is_flagged(writing: Connection, metres: float, near: bool) -> None:
    key = project(writing)
    place(writing, key, beside_line(writing, RUYUAN, WUJIANG, metres))
    assert facet(writing, key).near_line is near
    assert summary(writing, key).near_county_line is near
    assert issues(writing, key) == ({"near_county_line": RUYUAN} if near else {})
    writing.execute(text("DELETE FROM project_place WHERE project_id = :key"), {"key": key})
    assert issues(writing, key) == {}


def test_a_township_seat_near_a_line_is_no_issue(writing: Connection) -> None:
    key = project(writing)
    place(writing, key, beside_line(writing, RUYUAN, WUJIANG, 100), precision=3)
    assert facet(writing, key).near_line
    assert issues(writing, key) == {}


def test_an_issue_that_still_holds_keeps_the_day_it_was_found(writing: Connection) -> None:
    key = project(writing, **IN_RUYUAN)
    place(writing, key, middle(writing, LECHANG))
    writing.execute(
        text("UPDATE data_issue SET found_at = '2020-01-01' WHERE project_id = :key"), {"key": key}
    )
    change(writing, key, name="改名")
    found_at = writing.scalar(text("SELECT found_at FROM data_issue WHERE project_id = :key"), {"key": key})
    assert found_at.year == 2020


def test_what_the_database_derives_of_a_place_cannot_be_written_over(writing: Connection) -> None:
    key = project(writing)
    place(writing, key, middle(writing, RUYUAN), county_code="110101")
    writing.execute(
        text("UPDATE project_place SET county_code = '110101', near_line = true WHERE project_id = :key"),
        {"key": key},
    )
    row = writing.execute(
        text("SELECT county_code, near_line FROM project_place WHERE project_id = :key"), {"key": key}
    ).one()
    assert tuple(row) == (RUYUAN, False)


# ---- following changes ----


def test_the_record_itself(writing: Connection) -> None:
    key = project(writing, name="旧名", category="tcm")
    change(writing, key, name="新名50%_off", category="hospital", township="桂头镇", address="某路1号")
    row = facet(writing, key)
    assert row.category == "hospital"
    for words in ("新名", "50%_off", "桂头", "某路", key.lower(), key):
        assert key in found(writing, q=words), words
    for words in ("旧名", "50x_off", "50%xoff"):
        assert key not in found(writing, q=words), words


def test_aliases(writing: Connection) -> None:
    key = project(writing)
    insert(writing, "project_alias", {"project_id": key, "alias": "Spa 度假村", "kind": "public"})
    assert key in found(writing, q="spa 度假")
    writing.execute(text("UPDATE project_alias SET alias = '新别名' WHERE project_id = :key"), {"key": key})
    assert facet(writing, key).aliases == ["新别名"]
    writing.execute(text("DELETE FROM project_alias WHERE project_id = :key"), {"key": key})
    assert facet(writing, key).aliases == []
    assert key not in found(writing, q="新别名")


def test_areas(writing: Connection) -> None:
    key = project(writing)
    row = {"project_id": key, "county_code": RUYUAN, "relation": "touches", "basis": "documented"}
    insert(writing, "project_area", row)
    writing.execute(
        text("UPDATE project_area SET county_code = :new WHERE project_id = :key"),
        {"new": LECHANG, "key": key},
    )
    assert facet(writing, key).touches == [LECHANG]
    writing.execute(text("DELETE FROM project_area WHERE project_id = :key"), {"key": key})
    assert facet(writing, key).area_codes == []


def test_a_place_handed_to_another_record(writing: Connection) -> None:
    one, two = project(writing), project(writing)
    place(writing, one, middle(writing, RUYUAN))
    writing.execute(
        text("UPDATE project_place SET project_id = :two WHERE project_id = :one"), {"one": one, "two": two}
    )
    assert facet(writing, one).precision == 0
    assert facet(writing, two).precision == 2
    writing.execute(text("DELETE FROM project_place WHERE project_id = :two"), {"two": two})
    assert facet(writing, two).precision == 0


@pytest.fixture
def task(writing: Connection) -> Iterator[str]:
    """A task of a new document with one lead unit."""
    insert(writing, "source", {"id": "tst1", "kind": "document", "title": "T", "number": "T1"})
    insert(writing, "source", {"id": "tst2", "kind": "document", "title": "T2"})
    insert(
        writing, "task", {"id": "TST-1", "source_id": "tst1", "position": 1, "section": "一", "title": "一"}
    )
    for unit in ("tst-a", "tst-b"):
        insert(writing, "unit", {"id": unit, "name": unit, "kind": "department"})
    insert(
        writing,
        "task_unit",
        {"task_id": "TST-1", "role": "lead", "unit_id": "tst-a", "printed": "甲", "position": 1},
    )
    yield "TST-1"


def test_links_tasks_and_their_units(writing: Connection, task: str) -> None:
    key = project(writing)
    insert(
        writing, "task_link", {"project_id": key, "task_id": task, "printed_name": "所印名称", "quote": "…"}
    )
    row = facet(writing, key)
    assert (row.document_ids, row.task_ids, row.lead_ids) == (["tst1"], [task], ["tst-a"])
    assert key in found(writing, q="所印")
    insert(
        writing,
        "task_unit",
        {"task_id": task, "role": "duty", "unit_id": "tst-b", "printed": "乙", "position": 2},
    )
    assert facet(writing, key).duty_ids == ["tst-b"]
    writing.execute(text("UPDATE task_unit SET unit_id = 'tst-b' WHERE unit_id = 'tst-a'"))
    assert key in found(writing, lead=("tst-b",))
    writing.execute(text("DELETE FROM task_unit WHERE task_id = 'TST-1'"))
    assert (facet(writing, key).lead_ids, facet(writing, key).duty_ids) == ([], [])
    writing.execute(text("UPDATE task SET source_id = 'tst2' WHERE id = 'TST-1'"))
    assert key in found(writing, document=("tst2",))
    assert summary(writing, key).documents == ("T2",)
    writing.execute(text("DELETE FROM task_link WHERE project_id = :key"), {"key": key})
    assert facet(writing, key).task_ids == []


def test_parties_and_zone(writing: Connection, task: str) -> None:
    key = project(writing, zone_id="sg-furong")
    insert(
        writing,
        "project_party",
        {"project_id": key, "role": "support", "unit_id": "tst-b", "basis": "reported"},
    )
    assert key in found(writing, support=("tst-b",))
    writing.execute(text("UPDATE project_party SET role = 'lead' WHERE project_id = :key"), {"key": key})
    assert facet(writing, key).support_ids == []
    assert key in found(writing, lead=("tst-b",))
    writing.execute(text("DELETE FROM project_party WHERE project_id = :key"), {"key": key})
    assert facet(writing, key).lead_ids == []
    writing.execute(text("UPDATE zone SET name = '改名新区' WHERE id = 'sg-furong'"))
    assert key in found(writing, q="改名新区")


@pytest.mark.parametrize("values", [{"deleted_at": "2026-01-01"}, {"merged_into_id": "SG-0001"}])
def test_a_deleted_or_merged_record_leaves_lists_and_issues(
    writing: Connection, values: dict[str, str]
) -> None:
    key = project(writing, **IN_RUYUAN)
    place(writing, key, middle(writing, LECHANG))
    before = summaries.count(writing, ProjectFilter()).matched
    change(writing, key, **values)
    assert not has_facet(writing, key)
    assert issues(writing, key) == {}
    assert summaries.count(writing, ProjectFilter()).matched == before - 1
    change(writing, key, **dict.fromkeys(values))
    assert has_facet(writing, key)
    assert "coordinates_outside_county" in issues(writing, key)


def test_an_unpublished_record_is_in_no_answer(writing: Connection) -> None:
    key = project(writing, published=False)
    assert key not in found(writing)
    with acting(writing):
        assert summaries.by_ids(writing, [key], names.read(writing)) == ()


# ---- money ----


@pytest.mark.parametrize(
    ("total", "lines", "status"),
    [
        (100, [], "未报"),
        (None, [], "未报"),
        (100, [("拟申请", 100)], "未落实"),
        (None, [("申请", 100)], "未落实"),
        (100, [("批复", 40)], "部分落实"),
        (None, [("批复", 40)], "部分落实"),
        (100, [("批复", 100)], "已落实"),
        (100, [("批复", 60), ("申请", 60)], "部分落实"),
        (100, [("批复", 99), ("到位", 1)], "部分到位"),
        (100, [("支付", 1)], "部分到位"),
        (100, [("到位", 60), ("支付", 40)], "已到位"),
        (100, [("到位", 200)], "已到位"),
        (None, [("到位", 200)], "部分到位"),
        (0, [("批复", 0)], "未落实"),
    ],
)
def test_funding_status(
    writing: Connection, total: int | None, lines: list[tuple[str, int]], status: str
) -> None:
    key = project(writing, total_investment=total)
    for state, amount in lines:
        insert(
            writing,
            "finance_line",
            {"project_id": key, "source": "其他", "status": state, "amount": amount, "basis": "reported"},
        )
    assert facet(writing, key).funding_status == status
    assert key in found(writing, funding=(status,))
    writing.execute(text("DELETE FROM finance_line WHERE project_id = :key"), {"key": key})
    assert facet(writing, key).funding_status == "未报"


def test_funding_follows_the_total_to_the_last_digit(writing: Connection) -> None:
    key = project(writing, total_investment=Decimal("100.000001"))
    insert(
        writing,
        "finance_line",
        {"project_id": key, "source": "其他", "status": "到位", "amount": Decimal(100), "basis": "reported"},
    )
    assert facet(writing, key).funding_status == "部分到位"
    change(writing, key, total_investment=Decimal("100.000000"))
    assert facet(writing, key).funding_status == "已到位"


# ---- counts ----

POOLS: dict[str, tuple[str, ...]] = {
    "province": (GUANGDONG, HUNAN),
    "prefecture": (SHAOGUAN, CHENZHOU),
    "county": (RUYUAN, WUJIANG, BEIHU),
    "zone": ("sg-furong", "cz-none"),
    "category": ("hospital", "tcm", "hot_spring_town"),
    "kind": ("site", "programme"),
    "precision": ("0", "1", "2", "3", "4", "5"),
    "document": ("sg2016", "cz2017"),
    "q": ("温泉", "韶", "%", "没有"),
    "stage": ("在建", "未明确"),
    "funding": ("未报", "已到位"),
}


@st.composite
def filters(draw: st.DrawFn) -> ProjectFilter:
    """Filters over values that occur in the library, and some that do not."""
    chosen: dict[str, Any] = {}
    for name in draw(st.sets(st.sampled_from(sorted(POOLS)), max_size=3)):
        pool = POOLS[name]
        chosen[name] = (
            draw(st.sampled_from(pool))
            if name == "q"
            else tuple(draw(st.sets(st.sampled_from(pool), min_size=1, max_size=2)))
        )
    return ProjectFilter.model_validate(
        {k: tuple(int(p) for p in v) if k == "precision" else v for k, v in chosen.items()}
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=filters())
def test_matched_is_the_sum_of_the_precision_groups(
    library_database: Database, chosen: ProjectFilter
) -> None:
    with library_database.reading() as connection:
        count = summaries.count(connection, chosen)
        records = list(summaries.stream(connection, chosen, names.read(connection)))
    assert count.matched == len(records)
    parts = (count.points, count.township, count.county, count.region, count.unlocated)
    assert sum(parts) == count.matched
    groups = [{1, 2}, {3}, {4}, {5}, {0}]
    assert parts == tuple(sum(r.precision in group for r in records) for group in groups)
    assert all(r.geometry for r in records if 1 <= r.precision <= 3)


# ---- two at once, and many at once ----


def test_two_offices_editing_parts_of_one_record_lose_nothing(library_database: Database) -> None:
    """Each transaction adds an alias; the second waits for the first and then derives from both."""
    with library_database.owning() as connection:
        key = project(connection)
    try:
        first = library_database.owner.connect()
        step = first.begin()
        insert(first, "project_alias", {"project_id": key, "alias": "甲", "kind": "public"})

        def second() -> None:
            with library_database.owning() as connection:
                insert(connection, "project_alias", {"project_id": key, "alias": "乙", "kind": "public"})

        thread = Thread(target=second)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "the second must wait"
        step.commit()
        first.close()
        thread.join(20)
        with library_database.owning() as connection:
            assert facet(connection, key).aliases == sorted(("甲", "乙"))
    finally:
        with library_database.owning() as connection:
            connection.execute(text("DELETE FROM project WHERE id = :key"), {"key": key})


def test_ten_thousand_rows_in_one_statement_take_seconds(writing: Connection) -> None:
    from time import monotonic

    started = monotonic()
    writing.execute(
        text(
            "INSERT INTO project (id, name, name_normalised, kind, category, prefecture_code)"
            " SELECT 'BULK-' || lpad(n::text, 6, '0'), 'n' || n, 'n' || n, 'site', 'other', '440200'"
            " FROM generate_series(1, 10000) AS n"
        )
    )
    took = monotonic() - started
    assert writing.scalar(text("SELECT count(*) FROM project_facet WHERE project_id LIKE 'BULK-%'")) == 10000
    assert took < 30
