"""Steps, overdue and readiness: unknown is a value of its own, and reporting never makes anybody later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import MilestoneCode, Stage
from projects.fields import JsonValue
from projects.lifecycle.dispatch import AHEAD, Doubt, Light, Reference, doubt, light, light_of_unit, rule
from projects.lifecycle.steps import (
    NO_DATES,
    PRELIMINARY,
    WEIGHTS,
    Dates,
    Milestones,
    StepState,
    is_over,
    milestones_in_order,
    milestones_of,
    overdue,
    readiness,
    state_of,
)
from tests.unit.projects.lifecycle.dates import DAYS, END, LAND, RUN, START, TODAY, days, milestones


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        (NO_DATES, StepState.UNKNOWN),
        (days("2026-06-10"), StepState.PLANNED),
        (days("2026-06-09"), StepState.OVERDUE),
        (days("2026-06-01", "2026-06-10"), StepState.DONE),
        (days("", "2026-06-11"), StepState.PLANNED),
    ],
)
def test_where_a_step_stands(dates: Dates, state: StepState) -> None:
    assert state_of(dates, TODAY) is state


@given(milestones(), st.sampled_from(list(MilestoneCode)), DAYS)
def test_an_actual_date_never_adds_an_overdue_step(
    steps: Milestones, code: MilestoneCode, actual: date
) -> None:
    before = overdue(steps, TODAY)
    after = overdue({**steps, code: Dates(steps.get(code, NO_DATES).planned, actual)}, TODAY)
    assert after.keys() == before.keys() - {code}
    assert all(after[one] == before[one] > 0 for one in after)


@given(milestones(), st.integers(1, 400))
def test_what_is_overdue_stays_so_until_somebody_reports(steps: Milestones, later: int) -> None:
    now, then = overdue(steps, TODAY), overdue(steps, TODAY + timedelta(days=later))
    assert now.keys() <= then.keys()
    assert all(then[code] == now[code] + later for code in now)


@given(milestones())
def test_overdue_is_the_state_of_the_step(steps: Milestones) -> None:
    states = {code for code, dates in steps.items() if state_of(dates, TODAY) is StepState.OVERDUE}
    assert set(overdue(steps, TODAY)) == states


def test_a_project_in_operation_or_withdrawn_is_out_of_the_dispatch() -> None:
    assert is_over(Stage.WITHDRAWN, {}, TODAY)
    assert is_over(Stage.CONSTRUCTION, {RUN: days("", "2026-06-10")}, TODAY)
    assert not is_over(Stage.OPERATING, {}, TODAY), "a stage alone dates nothing"
    assert not is_over(Stage.CONSTRUCTION, {RUN: days("2026-01-01", "2026-06-11")}, TODAY)


# ---- readiness ----


def test_the_points_of_the_preliminary_steps_are_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100 and set(WEIGHTS) == set(PRELIMINARY)


@given(milestones())
def test_readiness_divides_into_its_parts(steps: Milestones) -> None:
    ready = readiness(steps, TODAY)
    assert ready.done + ready.planned + ready.overdue + ready.unknown == 100
    assert list(ready.parts) == list(PRELIMINARY)
    assert ready.unknown == sum(WEIGHTS[code] for code in PRELIMINARY if code not in steps)
    assert ready.steps_done + ready.steps_unknown <= len(PRELIMINARY)


def test_unknown_steps_count_neither_way() -> None:
    ready = readiness({LAND: days("", "2026-01-01"), START: days("", "2026-06-01")}, TODAY)
    assert (ready.done, ready.unknown, ready.steps_unknown, ready.started) == (20, 80, 6, True)
    assert not readiness({START: days("", "2026-06-11")}, TODAY).started


# ---- reading ----


def test_steps_of_a_document() -> None:
    document: dict[str, JsonValue] = {
        "milestone/commencement": {"planned_on": "2026-01-02", "actual_on": None, "title": "x", "note": None},
        "milestone/completion": {"planned_on": None, "actual_on": None, "title": "只有名称", "note": None},
        "milestone/commissioning": None,
        "name": "项目",
    }
    assert milestones_of(document) == {START: days("2026-01-02")}


def test_steps_in_the_order_of_the_codes() -> None:
    rows: list[date | None] = [None] * len(MilestoneCode)
    planned = [*rows[:-2], date(2026, 1, 1), None]
    assert milestones_in_order(planned, rows) == {END: days("2026-01-01")}


# ---- dispatch ----


@pytest.mark.parametrize(
    ("today", "day", "last", "following"),
    [
        ("2026-06-10", 25, "2026-05-25", "2026-06-25"),
        ("2026-06-25", 25, "2026-05-25", "2026-06-25"),
        ("2026-06-26", 25, "2026-06-25", "2026-07-25"),
        ("2026-01-01", 25, "2025-12-25", "2026-01-25"),
        ("2026-03-01", 28, "2026-02-28", "2026-03-28"),
        ("2024-02-29", 1, "2024-02-01", "2024-03-01"),
    ],
)
def test_the_last_and_the_next_dispatch_day(today: str, day: int, last: str, following: str) -> None:
    when = Reference(date.fromisoformat(today), day)
    assert (when.last.isoformat(), when.next.isoformat()) == (last, following)
    assert when.before_last < when.last < when.today <= when.next
    assert when.last_at.isoformat().endswith("T00:00:00+08:00")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 28))
def test_dispatch_days_are_a_month_apart(today: date, day: int) -> None:
    when = Reference(today, day)
    assert {when.before_last.day, when.last.day, when.next.day} == {day}
    assert 28 <= (when.last - when.before_last).days <= 31
    assert when.last < today <= when.next and (when.next - when.last).days <= 31


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"over": True, "reported": True, "days_late": 99, "missed": True}, Light.OVER),
        ({"over": False, "reported": False, "days_late": 0, "missed": True}, Light.GREY),
        ({"over": False, "reported": True, "days_late": 31, "missed": False}, Light.RED),
        ({"over": False, "reported": True, "days_late": 30, "missed": False}, Light.YELLOW),
        ({"over": False, "reported": True, "days_late": 0, "missed": True}, Light.YELLOW),
        ({"over": False, "reported": True, "days_late": 0, "missed": False}, Light.GREEN),
    ],
)
def test_the_light_of_a_project(facts: dict[str, int], found: Light) -> None:
    assert light(**facts) is found  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from(list(Light)), st.integers(0, 3)))
def test_a_unit_is_never_better_than_its_projects(counts: dict[Light, int]) -> None:
    found = light_of_unit(counts)
    if found is Light.GREEN:
        assert not any(counts.get(one) for one in (Light.RED, Light.YELLOW, Light.GREY))
    assert (found is Light.RED) == bool(counts.get(Light.RED))
    if counts.get(Light.GREY) and not any(counts.get(one) for one in (Light.RED, Light.YELLOW, Light.GREEN)):
        assert found is Light.GREY


@pytest.mark.parametrize(
    ("stage", "step", "days_late", "found"),
    [
        (Stage.COMPLETED, MilestoneCode.PROJECT_APPROVAL, 1844, Doubt.UNFILLED),
        (Stage.COMPLETED, MilestoneCode.COMPLETION, 1, Doubt.UNFILLED),
        (Stage.COMPLETED, MilestoneCode.COMMISSIONING, 40, None),
        (Stage.OPERATING, MilestoneCode.COMMISSIONING, 40, Doubt.UNFILLED),
        (Stage.SUSPENDED, MilestoneCode.COMMENCEMENT, 40, Doubt.SUSPENDED),
        (Stage.SUSPENDED, MilestoneCode.COMMENCEMENT, -3, None),
        (Stage.OPERATING, None, 0, None),
        (Stage.CONSTRUCTION, MilestoneCode.COMMENCEMENT, 400, None),
    ],
)
def test_an_overdue_step_that_is_probably_a_blank(
    stage: Stage, step: MilestoneCode | None, days_late: int, found: Doubt | None
) -> None:
    assert doubt(str(stage), step, days_late) is found


def test_the_rule_is_written_in_both_languages() -> None:
    assert len(rule("zh")) == len(rule("en")) and str(AHEAD[0]) in "".join(rule("en"))
