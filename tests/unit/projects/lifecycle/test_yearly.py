"""The yearly class by its rule, table-driven; what the dates do not say is unknown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import MilestoneCode, Stage
from projects.lifecycle.steps import Dates, Milestones
from projects.lifecycle.yearly import YearlyClass, yearly_class
from tests.unit.projects.lifecycle.dates import END, LAND, RUN, START, days, milestones

PREPARED, NEW, ON, DONE, OUT = YearlyClass


@pytest.mark.parametrize(
    ("stage", "steps", "expected"),
    [
        # nothing known
        ("未明确", {}, None),
        ("储备", {}, None),
        ("在建", {}, None),
        ("投产", {}, None),
        # withdrawn and suspended, whatever the dates say
        ("退库", {START: days("2026-03-01")}, OUT),
        ("停缓建", {START: days("", "2026-03-01")}, OUT),
        # finishing in the year goes before starting in it
        ("在建", {START: days("2026-01-01"), END: days("2026-12-31")}, DONE),
        ("在建", {START: days("", "2024-01-01"), END: days("2026-06-01")}, DONE),
        ("竣工", {END: days("", "2025-12-30"), RUN: days("2026-03-01")}, DONE),
        ("投产", {RUN: days("", "2026-01-01")}, DONE),
        # finished before
        ("竣工", {END: days("", "2025-12-31")}, OUT),
        ("未明确", {RUN: days("", "2020-01-01")}, OUT),
        # a completion that was only planned for an earlier year has not happened as far as anybody reported
        ("在建", {START: days("", "2024-01-01"), END: days("2025-06-01")}, ON),
        # starting in the year, by plan or in fact
        ("储备", {START: days("2026-01-01")}, NEW),
        ("新开工", {START: days("2025-11-01", "2026-02-01")}, NEW),
        ("未明确", {START: days("", "2026-12-31")}, NEW),
        # begun before
        ("在建", {START: days("", "2025-12-31")}, ON),
        ("未明确", {START: days("", "2020-01-01"), END: days("2027-01-01")}, ON),
        # planned to begin before, nobody reported that it did: the stage decides, else unknown
        ("储备", {START: days("2025-06-01")}, PREPARED),
        ("前期", {START: days("2024-06-01")}, PREPARED),
        ("在建", {START: days("2025-06-01")}, ON),
        ("未明确", {START: days("2025-06-01")}, None),
        ("竣工", {START: days("2025-06-01")}, None),
        # beginning later
        ("储备", {START: days("2027-01-01")}, PREPARED),
        ("未明确", {START: days("2028-01-01")}, PREPARED),
        # no day of beginning
        ("前期", {LAND: days("2026-05-01")}, PREPARED),
        ("前期", {LAND: days("2025-05-01")}, None),
        ("在建", {LAND: days("2026-05-01")}, None),
    ],
)
def test_the_class_in_2026(stage: str, steps: Milestones, expected: YearlyClass | None) -> None:
    assert yearly_class(stage, steps, 2026) is expected


@given(milestones(), st.sampled_from(list(Stage)), st.integers(2015, 2035))
def test_a_project_never_starts_after_it_is_finished(steps: Milestones, stage: Stage, year: int) -> None:
    ends = [steps[code].actual for code in (END, RUN) if code in steps and steps[code].actual]
    found = yearly_class(stage, steps, year)
    if ends and max(filter(None, ends)).year < year:
        assert found in (OUT, DONE)
    if found is NEW:
        start = steps[START].day
        assert start is not None and start.year == year


@given(st.sampled_from(list(Stage)), st.integers(2015, 2035))
def test_without_any_date_only_a_stop_is_known(stage: Stage, year: int) -> None:
    assert yearly_class(stage, {}, year) in (None, OUT)


def test_a_class_is_derived_year_by_year() -> None:
    steps = {START: days("2025-03-01", "2025-04-01"), MilestoneCode.COMPLETION: Dates(date(2027, 5, 1))}
    found = [yearly_class("在建", steps, year) for year in range(2024, 2029)]
    assert found == [PREPARED, NEW, ON, DONE, ON]
