"""Targets on the real library: recipes, numbers against the tables, rights of reported figures."""

import csv
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.cluster import Cluster
from data.database import Database
from data.store import owner_units
from data.store.clinics import PostgisClinics
from data.store.library import PostgisLibrary
from data.store.targets import PostgisTargets
from projects.errors import BadValue, NotAllowed, SignInNeeded
from projects.targets.board import Row
from projects.targets.judging import NeedKind
from projects.targets.model import Filing, Method, ReportState, Status
from tests.db import making
from tests.db.copies import copy_of
from tests.paths import ROOT
from tests.unit.projects.targets.world import seen

pytestmark = pytest.mark.db
TODAY = date(2026, 5, 6)
RUYUAN, WUJIANG, CITY, CHENZHOU = "440232", "440203", "440200", "431000"
FOLDER = ROOT / "data" / "reference"


def rows_of(*parts: str) -> list[dict[str, str]]:
    with FOLDER.joinpath(*parts).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def library(table: str) -> list[dict[str, str]]:
    return [
        row
        for folder in sorted((FOLDER / "library").iterdir())
        for row in rows_of("library", folder.name, f"{table}.csv")
    ]


@pytest.fixture(scope="module")
def board(library_database: Database) -> dict[str, Row]:
    return {row.target.id: row for row in PostgisTargets(library_database).board(TODAY)}


# ---- the fifty-one targets ----


def test_every_target_of_the_five_documents_has_a_recipe_and_a_status(board: dict[str, Row]) -> None:
    printed = {row["target_id"]: row for row in library("targets")}
    assert set(board) == set(printed) and len(board) == 51
    assert {row["target_id"] for row in rows_of("target_recipes.csv")} == set(printed)
    for key, row in printed.items():
        target = board[key].target
        assert (target.value, target.operator, target.unit) == (
            Decimal(row["value"]),
            row["operator"],
            row["unit"],
        )
        assert (str(target.year or ""), target.area_code, target.quote) == (
            row["year"],
            row["area_code"],
            row["quote"],
        )


def test_rules_are_rules_and_everything_else_says_what_is_missing(board: dict[str, Row]) -> None:
    rules = {key for key, row in board.items() if row.status is Status.RULE}
    assert rules == {"QHD-T03", "SG-T12", "YZ-T03", "CZ-T02"}
    for key, row in board.items():
        assert (
            row.target.recipe.note if key in rules else row.actual.needs or row.status is not Status.UNKNOWN
        )
    # nobody has reported anything: nothing is met, nothing missed, and no number is made up
    assert {row.status for row in board.values()} == {Status.RULE, Status.UNKNOWN}


def test_lead_units_are_those_of_the_tables(board: dict[str, Row]) -> None:
    leads: dict[str, set[str]] = {}
    for row in library("task_units"):
        if row["role"] == "lead":
            leads.setdefault(row["task_id"], set()).add(row["unit_id"])
    for row in library("targets"):
        assert {key for key, _ in board[row["target_id"]].target.leads} == leads.get(row["task_id"], set())


def test_the_831_clinics_are_slots_by_state(board: dict[str, Row]) -> None:
    row = board["SG-T10"]
    assert seen(row.actual.low, row.actual.high, row.actual.planned, row.actual.of) == (0, 831, 0, 831)
    counties = {
        place["code"]
        for place in rows_of("census_2020.csv")
        if place["prefecture"] == "韶关市" and place["level"] == "county"
    }
    assert {part.code for part in row.parts} == counties | {""}
    assert sum(part.actual.of for part in row.parts) == 831


def test_counts_of_records_are_those_of_the_tables(board: dict[str, Row]) -> None:
    """The oracle reads the tables by itself: children by parent, elderly care by place."""
    projects = library("projects")
    children = Counter(row["parent_id"] for row in projects)
    for key, row in board.items():
        recipe = row.target.recipe
        if recipe.method in (Method.CHILDREN, Method.CHILDREN_BEDS):
            assert any(p["project_id"] == recipe.programme for p in projects), key
            assert (
                sum(part.actual.of for part in row.parts) in (children[recipe.programme], 0)
                or row.target.each
            )
        if recipe.method is Method.NAMED:
            named = [p for p in projects if p["project_id"] in recipe.records]
            assert len(named) == len(recipe.records) == row.target.value == row.actual.of, key


def test_people_are_those_of_the_census(library_database: Database) -> None:
    census = {row["code"]: row for row in rows_of("census_2020.csv")}
    found = PostgisTargets(library_database).beds("130300", ("elderly_care", "hospital"))
    by_code = {row.code: row for row in found}
    whole = by_code["130300"].people
    assert whole is not None and whole.aged_60 == int(census["130300"]["population_60_plus"])
    zones = {"qhd-etdz": "130371", "qhd-beidaihe-new": "130372"}
    people = {code: row.people for code, row in by_code.items()}
    apart = [people[zone] for zone in zones]
    assert sum(p.population for p in apart if p) == 272_630
    for zone, code in zones.items():
        assert people[zone] is not None and people[zone].aged_65 == int(census[code]["population_65_plus"])  # type: ignore[union-attr]
    assert {code for code, row in by_code.items() if row.overstated} == {
        "130302",
        "130303",
        "130306",
        "130322",
    }
    parts = sum(p.population for code, p in people.items() if p and code != "130300")
    assert parts == int(census["130300"]["population"]) == 3_136_879
    elderly = [
        p
        for p in library("projects")
        if p["category"] in ("elderly_care", "hospital") and p["kind"] in ("site", "enterprise")
    ]
    assert by_code["130300"].records == sum(p["prefecture_code"] == "130300" for p in elderly)
    assert by_code["130300"].beds is None, "no document gives beds: unknown, not 0"


def test_the_province_has_the_people_of_its_prefectures(
    board: dict[str, Row], library_database: Database
) -> None:
    whole = PostgisTargets(library_database).beds("450000", ("hospital",))[-1].people
    assert whole is not None and whole.population == 50_126_804
    assert len(board["GX-T01"].parts) == 14


def test_counties_that_each_have_to_reach_it(board: dict[str, Row]) -> None:
    each = {key for key, row in board.items() if row.target.each}
    assert each == {"SG-T05", "SG-T11", "CZ-T07", "CZ-T08", "CZ-T11", "CZ-T12"}
    assert {key: len(board[key].parts) for key in each} == {
        key: 10 if key.startswith("SG") else 11 for key in each
    }


# ---- with what offices enter ----


@pytest.fixture
def copy(cluster: Cluster, library_database: Database) -> Iterator[Database]:
    with copy_of(cluster, library_database) as made:
        yield made


@pytest.fixture
def tokens(copy: Database) -> dict[str, str]:
    with copy.owning() as connection:
        owner_units.review(connection, RUYUAN, True)
        owner_units.review(connection, WUJIANG, False)
        health = connection.scalar(
            text(
                "SELECT id FROM owner_unit WHERE kind = 'department' AND area_code = '440200'"
                " ORDER BY id LIMIT 1"
            )
        )
        return {
            "ruyuan": making.token_of(connection, "ruyuan", "editor", unit_id=RUYUAN),
            "wujiang": making.token_of(connection, "wujiang", "editor", unit_id=WUJIANG),
            "city": making.token_of(connection, "city", "editor", unit_id=CITY),
            "health": making.token_of(connection, "health", "editor", unit_id=health),
            "reviewer": making.token_of(connection, "shenhe", "reviewer", scope_code=CITY),
            "stranger": making.token_of(connection, "chenzhou", "reviewer", scope_code=CHENZHOU),
            "viewer": making.token_of(connection, "liulan", "viewer"),
            "admin": making.token_of(connection, "guanli", "administrator"),
        }


def filing(
    unit: str = RUYUAN, code: str = "zhiweibing_centre_share", value: Any = 100, **more: Any
) -> Filing:
    values: dict[str, Any] = {
        "area_code": unit,
        "period_from": date(2020, 1, 1),
        "period_to": date(2020, 12, 31),
        "source_note": "年报",
    }
    return Filing(unit_id=unit, indicator=code, value=Decimal(str(value)), **{**values, **more})


def one(database: Database, target: str, token: str = "") -> Row:
    return next(row for row in PostgisTargets(database, token).board(TODAY) if row.target.id == target)


def test_a_reviewed_units_figure_waits_and_counts_once_it_is_accepted(
    copy: Database, tokens: dict[str, str]
) -> None:
    editor, reviewer = PostgisTargets(copy, tokens["ruyuan"]), PostgisTargets(copy, tokens["reviewer"])
    filed = editor.file([filing()])[0]
    assert filed.state is ReportState.SUBMITTED
    assert one(copy, "SG-T05").tally == {Status.UNKNOWN: 10}
    waiting = reviewer.reports((ReportState.SUBMITTED,))
    assert [report.id for report in waiting] == [filed.id] and reviewer.waiting() == 1
    assert reviewer.deciding(waiting) == {filed.id} and editor.deciding(waiting) == frozenset()
    before = PostgisLibrary(copy).version()
    assert reviewer.decide(filed.id, True) is ReportState.ACCEPTED
    assert PostgisLibrary(copy).version() != before, "caches of scores and targets look at this mark"
    assert reviewer.decide(filed.id, True) is ReportState.ACCEPTED, "deciding the same again changes nothing"
    row = one(copy, "SG-T05")
    assert row.tally == {Status.MET: 1, Status.UNKNOWN: 9} and row.status is Status.UNKNOWN
    assert next(part for part in row.parts if part.code == RUYUAN).actual.source == "年报"
    with pytest.raises(BadValue):
        reviewer.decide(filed.id, False, "改主意")


def test_a_correction_replaces_and_the_old_figure_stays_in_the_trail(
    copy: Database, tokens: dict[str, str]
) -> None:
    editor = PostgisTargets(copy, tokens["wujiang"])
    first = editor.file([filing(WUJIANG, value=50)])[0]
    assert first.state is ReportState.ACCEPTED
    assert editor.file([filing(WUJIANG, value=50)])[0].id == first.id, (
        "the very same figure is not filed twice"
    )
    second = editor.file([filing(WUJIANG, value=100, source_note="更正")])[0]
    trail = {report.id: report for report in editor.reports(unit_id=WUJIANG)}
    assert trail[first.id].state is ReportState.REPLACED and trail[first.id].replaced_by == second.id
    assert trail[first.id].value == 50 and trail[second.id].state is ReportState.ACCEPTED
    assert {r.id for r in PostgisTargets(copy).reports()} == {second.id}, "the public sees what stands"


def test_a_rejection_needs_a_reason_and_stays(copy: Database, tokens: dict[str, str]) -> None:
    filed = PostgisTargets(copy, tokens["ruyuan"]).file([filing()])[0]
    reviewer = PostgisTargets(copy, tokens["reviewer"])
    with pytest.raises(BadValue, match="原因"):
        reviewer.decide(filed.id, False, "  ")
    assert reviewer.decide(filed.id, False, "口径不对") is ReportState.REJECTED
    mine = PostgisTargets(copy, tokens["ruyuan"]).reports()[0]
    assert (mine.state, mine.remark, mine.decided_by) == (ReportState.REJECTED, "口径不对", "shenhe")
    assert PostgisTargets(copy).reports() == ()
    again = PostgisTargets(copy, tokens["ruyuan"]).file([filing()])[0]
    assert again.id != filed.id and again.state is ReportState.SUBMITTED, (
        "a figure sent back may be filed again"
    )


def test_nobody_files_for_another_area(copy: Database, tokens: dict[str, str]) -> None:
    for who, unit, area in (
        ("ruyuan", WUJIANG, WUJIANG),
        ("ruyuan", RUYUAN, CITY),
        ("city", CITY, RUYUAN),
        ("stranger", RUYUAN, RUYUAN),
        ("viewer", RUYUAN, RUYUAN),
    ):
        with pytest.raises(NotAllowed):
            PostgisTargets(copy, tokens[who]).file([filing(unit, area_code=area)])
    with pytest.raises(SignInNeeded):
        PostgisTargets(copy).file([filing()])
    assert making_count(copy) == 0
    assert PostgisTargets(copy, tokens["reviewer"]).file([filing()])[0].state is ReportState.ACCEPTED


def making_count(database: Database) -> int:
    with database.owning() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM indicator_report")) or 0)


def test_one_bad_figure_and_none_is_filed(copy: Database, tokens: dict[str, str]) -> None:
    with pytest.raises(BadValue):
        PostgisTargets(copy, tokens["wujiang"]).file(
            [filing(WUJIANG), filing(WUJIANG, "regular_exercise_share", 101)]
        )
    assert making_count(copy) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"value": Decimal("NaN")},
        {"value": Decimal("Infinity")},
        {"value": Decimal("-1")},
        {"value": Decimal("100.1")},
        {"indicator": "nonsense"},
        {"indicator": "public_built_clinics"},
        {"period_from": date(2021, 1, 1)},
        {"period_to": date(2217, 1, 1)},
        {"source_note": "  "},
        {"source_note": "长" * 501},
        {"numerator": Decimal(3), "denominator": Decimal(2)},
        {"numerator": Decimal(1), "denominator": Decimal(0)},
        {"numerator": Decimal(1), "denominator": Decimal(2)},
        {"denominator": Decimal("NaN")},
        {"indicator": "new_elderly_beds", "period_from": None},
    ],
)
def test_the_database_checks_once_more(
    copy: Database, tokens: dict[str, str], change: dict[str, Any]
) -> None:
    with pytest.raises(BadValue):
        PostgisTargets(copy, tokens["wujiang"]).file([replace(filing(WUJIANG), **change)])
    assert making_count(copy) == 0


def test_who_sees_what(copy: Database, tokens: dict[str, str]) -> None:
    PostgisTargets(copy, tokens["ruyuan"]).file([filing()])
    sees = {who: len(PostgisTargets(copy, token).reports()) for who, token in tokens.items()}
    assert sees == {who: int(who in ("ruyuan", "reviewer", "admin")) for who in tokens}
    assert PostgisTargets(copy).reports() == ()
    with copy.owning() as connection:
        owner_units.set_policy(connection, False)
        connection.execute(text("UPDATE indicator_report SET state = 'accepted', decided_at = now()"))
    assert PostgisTargets(copy).reports() == (), "a closed house shows nothing to passers-by"
    assert len(PostgisTargets(copy, tokens["viewer"]).reports()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO indicator_report (indicator, area_code, period_to, value, unit, basis, source_note,"
        " state, filed_by)"
        " VALUES ('tourism_size', '440200', '2020-12-31', 1, 'x', 'reported', 'x', 'submitted', 'ruyuan')",
        "UPDATE indicator_report SET value = 1",
        "DELETE FROM indicator_report",
        "SELECT stand_indicator(1, 'accepted', NULL)",
        "UPDATE indicator SET highest = 1e9",
        "DELETE FROM target_recipe",
        "UPDATE target SET value = 1",
    ],
)
def test_tables_are_written_by_the_functions_alone(
    copy: Database, tokens: dict[str, str], statement: str
) -> None:
    PostgisTargets(copy, tokens["ruyuan"]).file([filing()])
    for who in ("ruyuan", "reviewer", "admin"):
        with pytest.raises(NotAllowed), copy.writing(tokens[who]) as connection:
            connection.execute(text(statement))


def test_nobody_decides_for_others_or_on_what_is_not_theirs(copy: Database, tokens: dict[str, str]) -> None:
    filed = PostgisTargets(copy, tokens["ruyuan"]).file([filing()])[0]
    for who in ("ruyuan", "wujiang", "city", "stranger", "viewer"):
        with pytest.raises(NotAllowed):
            PostgisTargets(copy, tokens[who]).decide(filed.id, True)
    with pytest.raises(NotAllowed):
        PostgisTargets(copy, tokens["reviewer"]).decide(filed.id + 1000, True)
    assert PostgisTargets(copy, tokens["stranger"]).waiting() == 0


def test_one_unit_does_not_overwrite_anothers_accepted_figure(copy: Database, tokens: dict[str, str]) -> None:
    """A department and the city's own unit report for the same area: a reviewer over both decides."""
    with copy.owning() as connection:
        connection.execute(text("UPDATE owner_unit SET reviewed = false WHERE area_code = '440200'"))
        health = str(connection.scalar(text("SELECT unit_id FROM account WHERE name = 'health'")))
    city = PostgisTargets(copy, tokens["city"])
    first = city.file([filing(CITY, "tourism_size", 10)])[0]
    assert first.state is ReportState.ACCEPTED
    department = PostgisTargets(copy, tokens["health"])
    second = department.file([filing(health, "tourism_size", 99, area_code=CITY)])[0]
    assert second.state is ReportState.SUBMITTED
    with pytest.raises(NotAllowed):
        department.decide(second.id, True)
    assert PostgisTargets(copy, tokens["reviewer"]).decide(second.id, True) is ReportState.ACCEPTED
    trail = {report.id: report.state for report in city.reports()}
    assert trail == {first.id: ReportState.REPLACED, second.id: ReportState.ACCEPTED}


def test_figures_of_a_project_that_is_not_public_stay_with_it(copy: Database, tokens: dict[str, str]) -> None:
    with copy.owning() as connection:
        key = making.project(connection, published=False, owner_unit_id=WUJIANG, county_code=WUJIANG)
        connection.execute(
            text(
                "INSERT INTO indicator_report (indicator, area_code, project_id, period_to, value, unit,"
                " basis, source_note, state, filed_by, decided_at)"
                " VALUES ('tourism_size', '440203', :key, '2020-12-31', 1, 'x', 'reported', 'x', 'accepted',"
                " 'x', now())"
            ),
            {"key": key},
        )
    assert PostgisTargets(copy).reports() == () and PostgisTargets(copy, tokens["viewer"]).reports() == ()
    assert len(PostgisTargets(copy, tokens["admin"]).reports()) == 1


def test_two_who_report_the_same_at_once_leave_one_that_stands(
    copy: Database, tokens: dict[str, str]
) -> None:
    def work(value: int) -> None:
        PostgisTargets(copy, tokens["wujiang"]).file([filing(WUJIANG, value=value)])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = Counter(report.state for report in PostgisTargets(copy, tokens["wujiang"]).reports())
    assert states == {ReportState.ACCEPTED: 1, ReportState.REPLACED: 5}


def test_clinics_that_a_county_confirms_are_counted_by_county_and_year(
    copy: Database, tokens: dict[str, str]
) -> None:
    clinics = PostgisClinics(copy, tokens["ruyuan"])
    clinics.claim("SG-0028", RUYUAN, 3)
    with copy.owning() as connection:
        key = making.project(
            connection,
            category="village_clinic",
            delivery_mode="公建民营",
            county_code=RUYUAN,
            prefecture_code=CITY,
            owner_unit_id=RUYUAN,
        )
    clinics.place(key)
    row = one(copy, "SG-T10")
    assert seen(row.actual.low, row.actual.planned, row.actual.of) == (1, 2, 831)
    part = next(part for part in row.parts if part.code == RUYUAN)
    assert seen(part.actual.low, part.actual.planned) == (1, 2)
    assert sum(part.actual.low or 0 for part in row.parts) == 1
    assert sum(part.actual.of for part in row.parts) == 831
    assert [seen(point.when.year, point.value) for point in row.series] == [(date.today().year, 1)]


def test_records_below_a_programme_and_their_beds_are_counted_in_their_county(copy: Database) -> None:
    with copy.owning() as connection:
        for stage, size in (("投产", 320), ("在建", 500), ("未明确", None)):
            making.project(
                connection, parent_id="CZ-0011", category="elderly_care", stage=stage, beds=size,
                county_code="431002", prefecture_code=CHENZHOU, province_code="430000",
            )  # fmt: skip
    centres, beds = one(copy, "CZ-T07"), one(copy, "CZ-T08")
    own = next(part for part in centres.parts if part.code == "431002")
    assert own.status is Status.MET and seen(own.actual.low, own.actual.planned, own.actual.of) == (1, 1, 3)
    assert centres.tally == {Status.MET: 1, Status.UNKNOWN: 10} and centres.status is Status.UNKNOWN
    part = next(part for part in beds.parts if part.code == "431002")
    assert part.status is Status.MET and part.actual.low == 320 and part.actual.planned == 500
    rate = one(copy, "CZ-T14")
    assert rate.actual.low is not None and rate.actual.high is None and rate.status is Status.UNKNOWN
    assert NeedKind.RECORDS in [need.kind for need in rate.actual.needs]
    assert [reading.low for reading in rate.readings] == [
        Decimal(1000) * 320 / 827_873,
        Decimal(1000) * 320 / 575_203,
    ]


def test_what_a_unit_still_owes(copy: Database, tokens: dict[str, str]) -> None:
    editor = PostgisTargets(copy, tokens["wujiang"])
    owed = {(one_.indicator, one_.year) for one_ in editor.open_indicators(WUJIANG)}
    assert ("zhiweibing_centre_share", None) in owed and ("community_home_care_centres", None) in owed
    assert ("regular_exercise_share", 2020) not in owed, "a share of the city is the city's"
    editor.file([filing(WUJIANG)])
    assert ("zhiweibing_centre_share", None) not in {
        (o.indicator, o.year) for o in editor.open_indicators(WUJIANG)
    }
    city = {o.indicator for o in PostgisTargets(copy, tokens["city"]).open_indicators(CITY)}
    assert "regular_exercise_share" in city and "zhiweibing_centre_share" not in city
    assert PostgisTargets(copy, tokens["city"]).open_indicators("nowhere") == ()
    nanning = {o.indicator for o in PostgisTargets(copy, tokens["admin"]).open_indicators("450100")}
    assert nanning == {"private_hospital_beds"}, "a prefecture owes its part of what its province adds up"


def test_loading_again_keeps_reports_and_indicators_in_use(copy: Database, tokens: dict[str, str]) -> None:
    from data.importers.indicators import read_indicators
    from data.store.targets import load

    PostgisTargets(copy, tokens["wujiang"]).file([filing(WUJIANG)])
    tables = read_indicators()
    with copy.owning() as connection:
        assert load.load(connection, tables) == {"indicators": len(tables.indicators), "recipes": 51}
        fewer = replace(tables, indicators=tables.indicators[:1], recipes=tables.recipes[:1])
        load.load(connection, fewer)
        left = set(connection.scalars(text("SELECT code FROM indicator")))
    assert left == {"health_service_size", "zhiweibing_centre_share"} and making_count(copy) == 1


def test_a_bad_row_is_told_not_swallowed(copy: Database) -> None:
    with copy.owning() as connection, pytest.raises(DBAPIError, match="fk_indicator_report_indicator"):
        connection.execute(
            text(
                "INSERT INTO indicator_report (indicator, area_code, period_to, value, unit, basis,"
                " source_note, state, filed_by)"
                " VALUES ('nonsense', 'x', '2020-12-31', 1, 'x', 'reported', 'x', 'submitted', 'x')"
            )
        )
