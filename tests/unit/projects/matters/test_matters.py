"""The rules of matters: states and steps, timing, what is wrong with a draft."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.matters.checking import (
    FIELD_ZH,
    Fault,
    Problem,
    meeting_problems,
    needs_reason,
    problems,
    said_problems,
    sentence,
    sentences,
    tidy,
    tidy_meeting,
)
from projects.matters.meetings import MeetingDraft
from projects.matters.model import (
    BY_RAISER,
    CHANGED_ZH,
    DUE_SOON_DAYS,
    ENTRY_ZH,
    FIRST_DAY,
    LAST_DAY,
    MATTER_ZH,
    MOST_SUPPORTS,
    STATE_ZH,
    STEPS,
    TIMING_ZH,
    WAITING,
    EntryKind,
    MatterDraft,
    MatterKind,
    MatterState,
    Timing,
    timing,
)

TODAY = date(2026, 6, 15)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def draft(**values: Any) -> MatterDraft:
    base: dict[str, Any] = {"kind": MatterKind.LAND, "title": "落实用地", "area_code": "440232"}
    return MatterDraft(**(base | {"raised_unit": "440200", "lead_unit": "440232"} | values))


def faults(given_draft: MatterDraft, today: date | None = None) -> list[tuple[str, Fault]]:
    return [(one.field, one.fault) for one in problems(given_draft, today)]


# ---- states and timing ----


def test_every_code_has_a_word() -> None:
    assert set(MATTER_ZH) == set(MatterKind) and set(STATE_ZH) == set(MatterState)
    assert set(ENTRY_ZH) == set(EntryKind) and set(TIMING_ZH) == set(Timing)
    assert {"审批", "用地", "用能", "融资", "代办", "督办", "联席会议议题", "联合监管", "第三方评价"} == set(
        MATTER_ZH.values()
    )
    assert CHANGED_ZH["lead_unit"] == "责任单位"


def test_every_state_leads_on_and_what_is_closed_only_to_reopening() -> None:
    assert set(STEPS) == set(MatterState) and all(STEPS.values())
    assert STEPS[MatterState.CLOSED] == {MatterState.REOPENED}
    assert all(
        MatterState.CLOSED in after for state, after in STEPS.items() if state is not MatterState.CLOSED
    )
    assert all(state not in after for state, after in STEPS.items())
    assert not any(MatterState.OPEN in after for after in STEPS.values()), "nothing is unread again"
    assert set(MatterState) >= BY_RAISER
    assert [needs_reason(state) for state in MatterState].count(False) == 1


@given(state=st.sampled_from(MatterState), due=st.one_of(st.none(), DAYS), day=DAYS)
def test_timing_is_told_by_the_plain_rule(state: MatterState, due: date | None, day: date) -> None:
    found = timing(state, due, day)
    if state not in WAITING:
        assert found is Timing(state.value)
    elif due is None:
        assert found is Timing.UNDATED, "without a due date a matter is neither in time nor late"
    else:
        assert (found is Timing.OVERDUE) is (due < day)
        assert (found is Timing.DUE_SOON) is (day <= due <= day + timedelta(days=DUE_SOON_DAYS))


# ---- drafts ----


def test_a_tidy_draft_is_plain_and_names_no_unit_twice() -> None:
    made = tidy(
        draft(
            title="  落实\n用地\0 ",
            detail=" 一\n二 ",
            project_id=" SG-0001 ",
            support_units=("440281", " 440281 ", "", "440232", "sg-health"),
        )
    )
    assert (made.title, made.detail, made.project_id) == ("落实 用地", "一\n二", "SG-0001")
    assert made.support_units == ("440281", "sg-health")
    assert tidy(made) == made and problems(made) == ()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"title": ""}, [("title", Fault.EMPTY)]),
        ({"title": "长" * 121}, [("title", Fault.TEXT_TOO_LONG)]),
        ({"detail": "长" * 4001}, [("detail", Fault.TEXT_TOO_LONG)]),
        ({"area_code": ""}, [("project_id", Fault.ABOUT_NOTHING)]),
        (
            {"lead_unit": "", "raised_unit": ""},
            [("raised_unit", Fault.NO_UNIT), ("lead_unit", Fault.NO_UNIT)],
        ),
        ({"support_units": tuple("x" * (MOST_SUPPORTS + 1))}, [("support_units", Fault.TOO_MANY)]),
        ({"due_on": FIRST_DAY - timedelta(days=1)}, [("due_on", Fault.INVALID_DATE)]),
        ({"due_on": LAST_DAY + timedelta(days=1)}, [("due_on", Fault.INVALID_DATE)]),
        ({"due_on": TODAY}, []),
        ({"due_on": TODAY - timedelta(days=1)}, [("due_on", Fault.DUE_PAST)]),
    ],
)
def test_each_fault_is_found(values: dict[str, Any], expected: list[tuple[str, Fault]]) -> None:
    assert faults(draft(**values), TODAY) == expected


def test_an_old_matter_may_stay_late() -> None:
    late = draft(due_on=TODAY - timedelta(days=30))
    assert problems(late) == () and faults(late, TODAY)


def test_faults_of_meetings_and_of_words() -> None:
    meeting = MeetingDraft(title="联席会议", unit_id="440200")
    assert meeting_problems(meeting) == ()
    bad = replace(meeting, title="", unit_id="", place="长" * 121, held_on=date(1, 1, 1))
    assert {one.field for one in meeting_problems(bad)} == {"title", "unit_id", "place", "held_on"}
    made = tidy_meeting(replace(meeting, title=" 联席\n会议 ", attendees=" 甲\n乙\0 "))
    assert (made.title, made.attendees) == ("联席 会议", "甲\n乙")
    assert said_problems(" \0") and not said_problems("", needed=False) and not said_problems("好")
    assert said_problems("长" * 4001, needed=False)[0].limit == 4000


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("field", FIELD_ZH)
def test_every_fault_has_a_sentence_without_a_hole(fault: Fault, field: str) -> None:
    said = sentence(Problem(field, fault, "7", 5))
    assert said.endswith("。") and "{" not in said
    assert sentences([Problem(field, fault, "7", 5)] * 2) == said * 2
