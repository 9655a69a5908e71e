"""Measuring: library, census and reports become bounds; parts add up to their whole; unknown is never 0."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.targets.board import Row, Wanted, board, counts, row_of
from projects.targets.facts import Facts, Place, SlotCount
from projects.targets.judging import NeedKind
from projects.targets.model import Direction, Method, PeriodKind, Recipe, Status, Target
from tests.unit.projects.targets.world import (
    CITY,
    COUNTIES,
    PLACES,
    TODAY,
    census,
    facts,
    group,
    indicator,
    report,
    seen,
    target,
)


def needs(row: Row) -> list[NeedKind]:
    return [need.kind for need in row.actual.needs]


# ---- reports ----


def test_the_promised_years_report_decides_and_later_ones_are_trajectory_only() -> None:
    known = facts(
        reports=(report(value=8, year=2019), report(value=12, year=2020), report(value=5, year=2022))
    )
    row = row_of(target(), known, TODAY)
    assert row.status is Status.MET and row.actual.low == 12 and row.missing == 0
    assert [point.value for point in row.series] == [8, 12, 5]


def test_an_earlier_report_proves_it_met_but_not_missed() -> None:
    met = row_of(target(), facts(reports=(report(value=11, year=2018),)), TODAY)
    assert met.status is Status.MET and met.actual.as_of == date(2018, 12, 31)
    short = row_of(target(), facts(reports=(report(value=9, year=2018),)), TODAY)
    assert short.status is Status.UNKNOWN and needs(short) == [NeedKind.REPORT] and short.overdue
    running = row_of(target(year=2030), facts(reports=(report(value=9, year=2025),)), TODAY)
    assert running.status is Status.NOT_MET and not running.overdue
    later = row_of(target(), facts(reports=(report(value=99, year=2021),)), TODAY)
    assert later.status is Status.UNKNOWN and later.actual.nothing


def test_less_is_better_the_other_way_round() -> None:
    known = facts(indicator(direction=Direction.DOWN), reports=(report(value=9, year=2018),))
    assert row_of(target("<=", 10), known, TODAY).status is Status.MET


def test_a_sum_needs_every_part_and_is_a_lower_bound_until_then() -> None:
    some = tuple(report(code, 5) for code in COUNTIES[:2])
    row = row_of(target(value=20), facts(reports=some), TODAY)
    assert seen(row.actual.low, row.actual.high, row.actual.known, row.actual.of) == (10, None, 2, 3)
    assert row.status is Status.UNKNOWN and row.actual.needs[0].areas == (COUNTIES[2],)
    assert row_of(target(value=10), facts(reports=some), TODAY).status is Status.MET
    whole = row_of(target(value=20), facts(reports=(*some, report(COUNTIES[2], 5))), TODAY)
    assert whole.status is Status.NOT_MET and whole.actual.exact and whole.missing == 5
    own = row_of(target(value=20), facts(reports=(*some, report(CITY, 21))), TODAY)
    assert own.actual.low == 21, "the area's own figure goes before sums of parts"


def test_a_percentage_is_never_a_mean_of_counties() -> None:
    shares = tuple(report(code, 50) for code in COUNTIES)
    assert row_of(target(), facts(indicator(kind="percentage"), reports=shares), TODAY).actual.nothing
    parts = (
        report(COUNTIES[0], 50, numerator=Decimal(1), denominator=Decimal(2)),
        report(COUNTIES[1], 10, numerator=Decimal(10), denominator=Decimal(100)),
        report(COUNTIES[2], 0, numerator=Decimal(0), denominator=Decimal(98)),
    )
    row = row_of(target(), facts(indicator(kind="percentage"), reports=parts), TODAY)
    assert row.actual.low == Decimal("5.5") and row.actual.exact
    two = row_of(target(), facts(indicator(kind="percentage"), reports=parts[:2]), TODAY)
    assert two.actual.nothing and (two.actual.known, two.actual.of) == (2, 3)


def test_every_county_has_to_reach_it_and_is_shown() -> None:
    promise = target(value=1, level="county", per_area="each")
    row = row_of(promise, facts(reports=(report(COUNTIES[0], 1), report(COUNTIES[1], 0))), TODAY)
    assert [part.status for part in row.parts] == [Status.MET, Status.NOT_MET, Status.UNKNOWN]
    assert row.status is Status.NOT_MET and row.actual.known == 2 and row.actual.of == 3
    assert row.tally == {Status.MET: 1, Status.NOT_MET: 1, Status.UNKNOWN: 1}
    assert row.parts[2].actual.nothing, "nobody reported: unknown, not 0"
    all_met = tuple(report(code, 1) for code in COUNTIES)
    assert row_of(promise, facts(reports=all_met), TODAY).status is Status.MET


def test_growth_comes_from_both_years_or_is_reported() -> None:
    promise = target(value=15, base_year=2015, recipe=Recipe(Method.GROWTH, "rate", "stock"))
    kinds = indicator("rate", "ratio"), indicator("stock", "amount")
    stock = (report(value=100, year=2015, code="stock"), report(value="201.135719", year=2020, code="stock"))
    row = row_of(promise, facts(*kinds, reports=stock), TODAY)
    assert row.actual.low is not None and abs(row.actual.low - 15) < Decimal("1e-6")
    lone = row_of(promise, facts(*kinds, reports=stock[1:]), TODAY)
    assert lone.status is Status.UNKNOWN and needs(lone) == [NeedKind.REPORT, NeedKind.BASE]
    told = row_of(promise, facts(*kinds, reports=(*stock[1:], report(value=16, code="rate"))), TODAY)
    assert told.status is Status.MET and told.actual.low == 16


def test_an_increase_without_a_base_cannot_be_computed() -> None:
    promise = target("increase_by", 10_000, recipe=Recipe(Method.INCREASE, "gain", "stock"))
    kinds = indicator("gain", "sum", period=PeriodKind.SPAN), indicator("stock", "sum")
    ends = report(value=30_000, code="stock")
    row = row_of(promise, facts(*kinds, reports=(ends,)), TODAY)
    assert row.status is Status.UNKNOWN and NeedKind.BASE in needs(row) and row.actual.nothing
    gained = row_of(promise, facts(*kinds, reports=(report(value=10_001, code="gain"),)), TODAY)
    assert gained.status is Status.MET
    based = replace(promise, base_year=2015)
    both = (ends, report(value=25_000, year=2015, code="stock"))
    assert row_of(based, facts(*kinds, reports=both), TODAY).actual.low == 5_000


# ---- library ----

SLOTS = Recipe(Method.SLOTS, "x", programme="P-0001", closed=True)
BELOW = Recipe(Method.CHILDREN, "x", programme="P-0001", counted="finished")


def slots(*rows: tuple[str, str, int]) -> tuple[SlotCount, ...]:
    return tuple(SlotCount("P-0001", county, state, n) for county, state, n in rows)


def test_claimed_is_not_confirmed_and_the_rest_may_still_come() -> None:
    made = slots(("", "unassigned", 700), (COUNTIES[0], "claimed", 100), (COUNTIES[0], "placed", 31))
    row = row_of(target("=", 831, SLOTS), facts(slots=made), TODAY)
    assert seen(row.actual.low, row.actual.high, row.actual.planned) == (31, 831, 100)
    assert row.status is Status.UNKNOWN and needs(row)[0] is NeedKind.SLOTS
    told = row_of(target("=", 831, SLOTS), facts(slots=made, reports=(report(value=831),)), TODAY)
    assert told.status is Status.UNKNOWN, "only confirmed clinics count, whatever somebody says"
    done = row_of(target("=", 31, SLOTS), facts(slots=made[2:]), TODAY)
    assert done.status is Status.MET and done.actual.needs == ()


def test_records_below_a_programme_prove_met_only() -> None:
    none = row_of(target(value=1, recipe=BELOW), facts(), TODAY)
    assert none.status is Status.UNKNOWN and none.actual.nothing and NeedKind.RECORDS in needs(none)
    building = facts(groups=(group(stage="在建", parent="P-0001"),))
    row = row_of(target(value=1, recipe=BELOW), building, TODAY)
    assert seen(row.actual.low, row.actual.high, row.actual.planned) == (0, None, 1)
    silent = facts(groups=(group(stage="未明确", parent="P-0001", ids=("P-0002",)),))
    unknown = row_of(target(value=1, recipe=BELOW), silent, TODAY)
    assert unknown.actual.low is None and unknown.actual.needs[0].ids == ("P-0002",)
    met = row_of(target(value=1, recipe=BELOW), facts(groups=(group(parent="P-0001"),)), TODAY)
    assert met.status is Status.MET
    withdrawn = row_of(
        target(value=1, recipe=BELOW), facts(groups=(group(stage="退库", parent="P-0001"),)), TODAY
    )
    assert withdrawn.status is Status.UNKNOWN


def test_a_report_fills_what_the_library_does_not_know_and_the_other_is_shown() -> None:
    known = facts(groups=(group(parent="P-0001"),), reports=(report(value=7),))
    row = row_of(target(value=10, recipe=BELOW), known, TODAY)
    assert row.status is Status.NOT_MET and row.actual.low == 7
    assert row.other is not None and row.other.low == 1
    listed = row_of(target(value=1, recipe=BELOW), known, TODAY)
    assert listed.actual.basis == "library" and listed.other is not None and listed.other.low == 7


def test_named_records_are_a_whole() -> None:
    recipe = Recipe(Method.NAMED, "x", records=("Q-0001", "Q-0002"), counted="settled", closed=True)
    landed = group(stage="未明确", promotion="落地", ids=("Q-0001",))
    silent = group(stage="未明确", promotion="未明确", ids=("Q-0002",))
    row = row_of(target("=", 2, recipe), facts(groups=(landed, silent)), TODAY)
    assert seen(row.actual.low, row.actual.high) == (1, 2) and row.status is Status.UNKNOWN
    talking = replace(silent, promotion="在谈")
    assert row_of(target("=", 2, recipe), facts(groups=(landed, talking)), TODAY).status is Status.NOT_MET


RATE = Recipe(Method.RATE, "rate", "stock", category="elderly_care", population="elderly", counted="finished")
KINDS = indicator("rate", "ratio"), indicator("stock", "sum")


def test_beds_per_1000_stand_by_both_readings_and_both_must_agree() -> None:
    people = {CITY: census(CITY, 1000, 200, 100, "prefecture_total")}
    known = facts(*KINDS, census=people, reports=(report(value=5, code="stock"),))
    row = row_of(target(value=35, recipe=RATE), known, TODAY)
    assert [reading.low for reading in row.readings] == [25, 50]
    assert row.status is Status.UNKNOWN, "60+ says no, 65+ says yes, the text does not say which"
    assert needs(row) == [NeedKind.READING]
    assert row_of(target(value=25, recipe=RATE), known, TODAY).status is Status.MET
    assert row_of(target(value=51, recipe=RATE), known, TODAY).status is Status.NOT_MET
    assert row.actual.basis == "reported+census"


def test_known_beds_of_some_institutions_are_a_lower_bound_with_their_coverage() -> None:
    people = {CITY: census(CITY, 1000, 200, 100, "prefecture_total")}
    beds = (
        group(count=1, category="elderly_care", beds_known=1, beds=2),
        group(count=40, category="elderly_care", ids=("S-0001",)),
        group(count=3, stage="在建", category="elderly_care", beds_known=3, beds=900),
    )
    row = row_of(target(value=35, recipe=RATE), facts(*KINDS, census=people, beds=beds), TODAY)
    assert (row.actual.known, row.actual.of) == (1, 41)
    assert row.actual.low == 10 and row.actual.high is None and row.status is Status.UNKNOWN
    assert row.actual.needs[0].ids == ("S-0001",)
    blind = row_of(target(value=35, recipe=RATE), facts(*KINDS, census=people, beds=beds[1:]), TODAY)
    assert blind.actual.nothing, "nobody said any number: unknown, not 0"


def test_ownership_that_nobody_said_is_not_private() -> None:
    recipe = replace(RATE, category="hospital", ownership="民办", population="all")
    beds = (
        group(category="hospital", ownership="民办", beds_known=1, beds=10),
        group(category="hospital", ownership="", beds_known=1, beds=500),
        group(category="hospital", ownership="公办", beds_known=1, beds=500),
    )
    people = {CITY: census(CITY, 1000, level="prefecture_total")}
    row = row_of(target(value=20, recipe=recipe), facts(*KINDS, census=people, beds=beds), TODAY)
    assert row.actual.low == 10 and len(row.readings) == 1


def test_demo_values_are_marked() -> None:
    row = row_of(target(value=1, recipe=BELOW), facts(groups=(group(parent="P-0001", demo=True),)), TODAY)
    assert row.actual.basis == "demo"
    told = row_of(target(), facts(reports=(report(basis="demo"),)), TODAY)
    assert told.actual.basis == "demo"


def test_a_rule_is_no_quantity() -> None:
    row = row_of(target(recipe=Recipe(Method.RULE, note="年龄界限")), facts(), TODAY)
    assert row.status is Status.RULE and row.actual.nothing and not row.overdue


def test_a_province_adds_its_prefectures_and_never_levels() -> None:
    places = tuple(Place(c, c, "prefecture", c, "450000") for c in ("450100", "450200"))
    people = {
        "450100": census("450100", 100, level="prefecture_total"),
        "450200": census("450200", 300, level="prefecture_total"),
        "450103": census("450103", 60),
    }
    known = facts(places=places, census=people)
    whole = known.population("450000")
    assert whole is not None and whole.population == 400
    assert [place.code for place in known.below("450000")] == ["450100", "450200"]
    assert known.population("430000") is None


# ---- parts add up ----

GROUPS = st.builds(
    group,
    st.sampled_from((*COUNTIES, "zone-1", CITY)),
    st.sampled_from(("投产", "竣工", "在建", "未明确", "退库")),
    st.integers(1, 5),
    parent=st.just("P-0001"),
)


@given(st.lists(GROUPS, max_size=12))
def test_county_parts_and_the_rest_are_the_whole(groups: list[object]) -> None:
    row = row_of(target(recipe=BELOW), facts(groups=tuple(groups)), TODAY)
    assert sum(part.actual.low or 0 for part in row.parts) == (row.actual.low or 0)
    assert sum(part.actual.of for part in row.parts) == row.actual.of
    assert sum(part.actual.planned or 0 for part in row.parts) == (row.actual.planned or 0)


STATES = ("unassigned", "claimed", "placed")


@given(
    st.lists(
        st.tuples(st.sampled_from(("", *COUNTIES, "999999")), st.sampled_from(STATES), st.integers(1, 9))
    )
)
def test_slots_of_counties_and_the_rest_are_all_slots(rows: list[tuple[str, str, int]]) -> None:
    row = row_of(target("=", 831, SLOTS), facts(slots=slots(*rows)), TODAY)
    assert sum(part.actual.low or 0 for part in row.parts) == (row.actual.low or 0)
    assert sum(part.actual.of for part in row.parts) == row.actual.of
    assert sum(part.actual.planned or 0 for part in row.parts) == (row.actual.planned or 0)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3))
def test_reported_counties_add_up(values: list[int]) -> None:
    reports = tuple(report(code, n) for code, n in zip(COUNTIES, values, strict=True))
    row = row_of(target(), facts(reports=reports), TODAY)
    assert sum(part.actual.low or 0 for part in row.parts) == row.actual.low == sum(values)


# ---- the board as a whole ----


def test_counts_add_up_and_filters_keep_what_fits() -> None:
    rule = target(recipe=Recipe(Method.RULE, note="x"), id="SG-T02", year=None)
    rows = board((target(leads=(("sg-health", "卫生局"),)), rule), facts(), TODAY)
    seen = counts(rows)
    assert sum(seen.values()) == 2 and seen[Status.UNKNOWN] == 1 and seen[Status.RULE] == 1
    keeps = {
        Wanted(): 2,
        Wanted(document=("sg2016",)): 2,
        Wanted(document=("cz2017",)): 0,
        Wanted(year=("none",)): 1,
        Wanted(year=("2020",)): 1,
        Wanted(status=("overdue",)): 1,
        Wanted(status=("not_measurable",), year=("2020",)): 0,
        Wanted(unit=("sg-health",)): 1,
        Wanted(area=(COUNTIES[0],)): 1,
        Wanted(area=(CITY,)): 2,
    }
    for wanted, n in keeps.items():
        assert sum(wanted.keeps(row) for row in rows) == n, wanted


def test_library_by_year_is_the_trajectory_where_nobody_reported() -> None:
    known = facts(groups=(group(parent="P-0001"),), done={"P-0001": {2018: 2, 2020: 3}})
    row = row_of(target(recipe=BELOW), known, TODAY)
    assert [seen(point.when.year, point.value) for point in row.series] == [(2018, 2), (2020, 5)]


def test_sums_of_complete_periods_are_the_trajectory() -> None:
    full = [report(code, 2, year) for code, year in product(COUNTIES, (2018, 2019))]
    row = row_of(target(), facts(reports=(*full, report(COUNTIES[0], 9, 2020))), TODAY)
    assert [seen(point.when.year, point.value) for point in row.series] == [(2018, 6), (2019, 6)]


@pytest.mark.parametrize("method", [m for m in Method if m is not Method.RULE])
def test_nothing_known_is_never_a_number(method: Method) -> None:
    recipe = Recipe(
        method, "x", "stock", programme="P-0001", records=(), category="elderly_care", counted="finished"
    )
    known: Facts = facts(indicator(), indicator("stock"))
    promise: Target = target(recipe=recipe)
    row = row_of(promise, known, TODAY)
    assert row.status is Status.UNKNOWN and row.actual.low is None and row.missing is None
    assert row.actual.needs, "what is missing is named"


def test_zones_without_polygon_stand_by_themselves_and_counties_are_marked() -> None:
    zone = Place("qhd-etdz", "开发区", "zone", CITY, "440000", "130371")
    people = {
        CITY: census(CITY, 1000, 200, 100, "prefecture_total"),
        "130371": census("130371", 50, 20, 10, "zone"),
        COUNTIES[0]: census(COUNTIES[0]),
    }
    known = facts(
        *KINDS,
        places=(*PLACES, zone),
        census=people,
        overlaps={"130371": frozenset({COUNTIES[0]})},
        reports=(report("qhd-etdz", 1, code="stock"), report(COUNTIES[0], 1, code="stock")),
    )
    row = row_of(target(value=35, recipe=RATE), known, TODAY)
    by_code = {part.code: part for part in row.parts}
    assert by_code["qhd-etdz"].readings[0].low == 50 and not by_code["qhd-etdz"].overstated
    assert by_code[COUNTIES[0]].overstated and not by_code[COUNTIES[1]].overstated
    assert row.actual.of == 4, "the zone has to report too before the city is whole"
