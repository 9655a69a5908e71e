"""Approval steps: the lists by type with their laws, and where the steps of one record stand."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import MilestoneCode
from projects.fields import title
from projects.lifecycle.approval_steps import Approval, approvals_of, progress, progress_of
from projects.lifecycle.approvals import (
    APPROVAL_EN,
    APPROVAL_ZH,
    RULES,
    ApprovalCode,
    ApprovalType,
    expected,
    fits,
)
from projects.lifecycle.steps import Dates, StepState
from projects.paths import check_path

TODAY = date(2026, 6, 1)
EARLY, LATE = date(2026, 5, 1), date(2026, 7, 1)


def test_every_step_has_names_and_a_law_and_stands_in_one_order() -> None:
    assert tuple(APPROVAL_ZH) == tuple(APPROVAL_EN) == tuple(RULES) == tuple(ApprovalCode)
    assert all("《" in rule.law and rule.types for rule in RULES.values())


def test_each_type_has_its_own_first_step_and_all_share_the_land_and_building_steps() -> None:
    lists = {kind: expected(kind) for kind in ApprovalType}
    shared = set.intersection(*(set(codes) for codes in lists.values()))
    assert ApprovalCode.CONSTRUCTION_PERMIT in shared and set(expected(None)) == shared
    assert ApprovalCode.FEASIBILITY in lists[ApprovalType.EXAMINATION]
    assert ApprovalCode.PROJECT_VERIFICATION in lists[ApprovalType.VERIFICATION]
    assert ApprovalCode.PROJECT_FILING in lists[ApprovalType.FILING]
    assert not fits(ApprovalCode.PROJECT_FILING, "核准") and fits(ApprovalCode.PROJECT_FILING, "以后再说")


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (Approval(ApprovalCode.FIRE_DESIGN, Dates(EARLY, EARLY)), StepState.DONE),
        (Approval(ApprovalCode.FIRE_DESIGN, Dates(LATE)), StepState.PLANNED),
        (Approval(ApprovalCode.FIRE_DESIGN, Dates(EARLY)), StepState.OVERDUE),
        (Approval(ApprovalCode.FIRE_DESIGN, note="在办"), StepState.UNKNOWN),
        (Approval(ApprovalCode.FIRE_DESIGN, number="1 号"), StepState.DONE),
    ],
)
def test_a_step_is_done_planned_overdue_or_unknown(step: Approval, state: StepState) -> None:
    found = progress([step], "备案", {}, TODAY)
    assert [one.state for one in found.steps] == [state]
    assert ApprovalCode.PROJECT_FILING in found.unknown and step.code not in found.unknown


def test_a_milestone_that_is_the_same_event_gives_its_day_and_a_second_opinion_is_told() -> None:
    milestones = {MilestoneCode.CONSTRUCTION_PERMIT: Dates(None, EARLY)}
    borrowed = progress([], "备案", milestones, TODAY).steps
    assert [(one.approval.code, one.dates.actual, one.from_milestone) for one in borrowed] == [
        (ApprovalCode.CONSTRUCTION_PERMIT, EARLY, True)
    ]
    other = Approval(ApprovalCode.CONSTRUCTION_PERMIT, Dates(None, date(2026, 4, 1)))
    differing = progress([other], "备案", milestones, TODAY).steps[0]
    assert (differing.dates.actual, differing.clash) == (date(2026, 4, 1), EARLY)
    same = progress([other._replace(dates=Dates(None, EARLY))], "备案", milestones, TODAY).steps[0]
    assert same.clash is None and not same.from_milestone


def test_a_step_of_another_type_is_told() -> None:
    step = Approval(ApprovalCode.FEASIBILITY, Dates(None, EARLY))
    assert progress([step], "备案", {}, TODAY).steps[0].foreign
    assert not progress([step], None, {}, TODAY).steps[0].foreign


@given(
    st.dictionaries(st.sampled_from(ApprovalCode), st.text(max_size=5)), st.sampled_from(["审批", "核准", ""])
)
def test_no_usual_step_vanishes(numbers: dict[ApprovalCode, str], kind: str) -> None:
    document: dict[str, Any] = {f"approval/{code}": {"number": number} for code, number in numbers.items()}
    found = progress_of({**document, "approval_type": kind or None}, TODAY)
    named = [one.approval.code for one in found.steps]
    assert set(named) == set(numbers) and not set(named) & set(found.unknown)
    assert set(expected(kind)) <= {*named, *found.unknown}


def test_a_document_gives_its_steps_in_order_and_bad_days_are_unknown() -> None:
    found = approvals_of(
        {
            "approval/fireDesign": {"actual_on": "2026-13-77"},
            "approval/proposal": {"planned_on": "2026-05-01", "authority": "发改委"},
            "approval/nonsense": {"number": "1"},
        }
    )
    assert [one.code for one in found] == [ApprovalCode.PROPOSAL, ApprovalCode.FIRE_DESIGN]
    assert found[0].dates == Dates(EARLY) and found[1].dates == Dates()


def test_paths_are_named_and_checked() -> None:
    assert title("approval/fireDesign") == "审批手续：消防设计审查"
    assert title("approval/fireDesign", "en") == "Approval: Fire protection design reviewed"
    row = {"planned_on": None, "actual_on": "2026-05-01", "number": "3号", "authority": None, "note": None}
    assert check_path("approval/fireDesign", {"number": "3号", "actual_on": "2026-05-01"}) == (row, None)
    for path, value in (
        ("approval/nonsense", {"number": "1"}),
        ("approval/fireDesign", {"number": "1" * 101}),
        ("approval/fireDesign", {"actual_on": "五月"}),
        ("approval/fireDesign", {"hack": "1"}),
        ("approval/fireDesign", "text"),
    ):
        assert check_path(path, value)[1] is not None  # type: ignore[arg-type]
    assert check_path("approval/fireDesign", {}) == (None, None), "a row that says nothing is none"
