"""What moved between two entries, and what an edition is made of."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import Stage
from projects.plans.comparing import (
    ENDED,
    GONE,
    READY,
    common_years,
    moves,
    next_year,
    reason_to_leave,
)
from projects.plans.editions import (
    NOTHING,
    Change,
    Comparison,
    Difference,
    Edition,
    EditionKind,
    EditionState,
    FieldMove,
    Measure,
    PlanEntry,
    Side,
    Totals,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAN = Edition(
    1, EditionKind.ROLLING_PLAN, "440232", 2026, "x", EditionState.PUBLISHED, NOW, kept=2, entered=3
)
ENTRY = PlanEntry(
    "SG-0001", Change.KEPT, {2026: Decimal("1.50"), 2027: None}, {"name": "甲", "stage": "前期"}
)

money = st.none() | st.decimals(0, 10**8, places=6)
entries = st.builds(
    PlanEntry,
    st.sampled_from(["SG-0001", "SG-0002"]),
    st.just(Change.KEPT),
    st.dictionaries(st.sampled_from([2026, 2027, 2028, 2029]), money),
    st.dictionaries(st.sampled_from(["name", "stage", "beds"]), st.sampled_from(["a", "b", 3])),
)
YEARS = (2027, 2028)


def test_only_years_that_both_cover_are_compared() -> None:
    later = replace(PLAN, year=2027)
    assert common_years(PLAN, later) == common_years(later, PLAN) == YEARS
    assert common_years(PLAN, replace(PLAN, year=2029)) == ()
    assert replace(PLAN, kind=EditionKind.CATALOGUE).years == ()
    old = replace(ENTRY, plan={2026: Decimal(9), 2027: Decimal(1)})
    new = replace(ENTRY, plan={2027: Decimal("1.0"), 2029: Decimal(5)})
    assert moves(old, new, YEARS) == ()


def test_unknown_is_not_zero_and_not_absent() -> None:
    none, zero, unknown = (replace(ENTRY, plan=plan) for plan in ({}, {2027: Decimal(0)}, {2027: None}))
    assert moves(none, unknown, YEARS) == (FieldMove("plan/2027", None, ""),)
    assert moves(unknown, zero, YEARS) == (FieldMove("plan/2027", "", "0"),)
    assert moves(zero, none, YEARS) == (FieldMove("plan/2027", "0", None),)


def test_a_merged_record_has_another_number_and_money_comes_first() -> None:
    new = replace(ENTRY, project_id="SG-0002", plan={2027: Decimal(3)}, snapshot={"stage": "在建", "beds": 4})
    assert [m.path for m in moves(ENTRY, new, (2026, 2027))] == [
        "plan/2026",
        "plan/2027",
        "name",
        "stage",
        "id",
        "beds",
    ]


@given(entries, entries)
def test_moves_turn_round(old: PlanEntry, new: PlanEntry) -> None:
    forth = moves(old, new, YEARS)
    assert forth == tuple(FieldMove(m.path, m.new, m.old) for m in moves(new, old, YEARS))
    assert all(move.old != move.new for move in forth)
    assert not moves(old, old, YEARS)


def test_every_stage_may_come_in_or_should_leave() -> None:
    assert set(ENDED) | set(READY) == set(Stage) and not set(ENDED) & set(READY)
    for stage in Stage:
        assert bool(reason_to_leave(stage)) == (stage in ENDED)
        assert reason_to_leave(stage, public=False) == GONE


def test_a_plan_rolls_on_by_one_year_a_catalogue_is_of_this_year() -> None:
    assert next_year(EditionKind.ROLLING_PLAN, PLAN, 2030) == 2027
    assert next_year(EditionKind.CATALOGUE, PLAN, 2030) == 2030
    assert next_year(EditionKind.CATALOGUE, PLAN, 2020) == 2026
    assert next_year(EditionKind.CATALOGUE, None, 2020) == 2020


measures = st.builds(
    lambda known, more, amount: Measure(known + more, known, amount),
    st.integers(0, 9),
    st.integers(0, 9),
    st.decimals(0, 10**6, places=6),
)


@given(st.permutations(range(5)), st.lists(measures, min_size=5, max_size=5))
def test_sums_do_not_depend_on_the_order_and_keep_the_unknown_apart(
    order: list[int], parts: list[Measure]
) -> None:
    total = sum(parts, NOTHING)
    assert sum((parts[i] for i in order), NOTHING) == total
    assert total.known + total.unknown == total.count
    assert Totals(5, 0, dict(enumerate(parts)), NOTHING).all_years == total


def test_a_comparison_counts_its_lines() -> None:
    one = {2026: Measure(1, 1, Decimal(2))}
    found = Comparison(
        {Change.KEPT: Side(3, one), Change.LEFT: Side(1, one)},
        {Change.KEPT: Side(3), Change.ENTERED: Side(2)},
        1,
        (2026,),
    )
    assert found.listed == 6
    assert found.total(found.old, 2026) == Measure(2, 2, Decimal(4))
    assert PLAN.members == 5


def test_a_difference_is_about_something() -> None:
    assert Difference(Change.LEFT, ENTRY, None).entry is ENTRY
    with pytest.raises(ValueError, match="about something"):
        _ = Difference(Change.LEFT, None, None).entry
