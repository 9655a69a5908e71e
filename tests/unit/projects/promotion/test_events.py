"""What is wrong with an entry about investors, as typed."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.promotion.events import (
    EVENT_ZH,
    FIRST_DAY,
    LAST_DAY,
    LONGEST_NAME,
    LONGEST_TEXT,
    Entry,
    EventKind,
    Fault,
    problems,
    tidy,
)

TODAY = date(2026, 5, 1)


def entry(**values: Any) -> Entry:
    base: dict[str, Any] = {"kind": EventKind.VISIT, "unit_id": "440232", "project_id": "SG-0001"}
    return Entry(**(base | {"happened_on": TODAY} | values))


def faults(**values: Any) -> list[tuple[str, Fault]]:
    return [(one.field, one.fault) for one in problems(entry(**values), TODAY)]


def test_a_plain_entry_has_no_faults() -> None:
    assert faults() == []
    assert faults(happened_on=None, counterpart="甲公司") == []
    assert faults(project_id="", area_code="440232") == []


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"happened_on": TODAY + timedelta(1)}, ("happened_on", Fault.IN_THE_FUTURE)),
        ({"happened_on": date(1889, 12, 31)}, ("happened_on", Fault.INVALID_DATE)),
        ({"next_due": date(2217, 1, 1)}, ("next_due", Fault.INVALID_DATE)),
        ({"next_due": TODAY - timedelta(1)}, ("next_due", Fault.DATE_ORDER)),
        ({"project_id": ""}, ("project_id", Fault.ABOUT_NOTHING)),
        ({"unit_id": ""}, ("unit_id", Fault.NO_UNIT)),
        ({"happened_on": None}, ("happened_on", Fault.EMPTY)),
        ({"counterpart": "x" * (LONGEST_NAME + 1)}, ("counterpart", Fault.TEXT_TOO_LONG)),
        ({"next_step": "x" * (LONGEST_NAME + 1)}, ("next_step", Fault.TEXT_TOO_LONG)),
        ({"result": "x" * (LONGEST_TEXT + 1)}, ("result", Fault.TEXT_TOO_LONG)),
        ({"detail": "x" * (LONGEST_TEXT + 1)}, ("detail", Fault.TEXT_TOO_LONG)),
    ],
)
def test_each_fault_is_told_alone_with_its_field(values: dict[str, Any], fault: tuple[str, Fault]) -> None:
    assert faults(**values) == [fault]


def test_texts_at_their_longest_pass() -> None:
    assert faults(counterpart="长" * LONGEST_NAME, result="长" * LONGEST_TEXT) == []


def test_several_faults_are_told_together() -> None:
    assert len(faults(project_id="", happened_on=TODAY + timedelta(9), result="x" * 3000)) == 3


def test_the_value_of_a_fault_is_quoted() -> None:
    assert problems(entry(happened_on=date(2027, 1, 2)), TODAY)[0].value == "2027-01-02"


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_no_day_after_today_has_happened(day: date) -> None:
    assert (faults(happened_on=day) == []) == (day <= TODAY)


def test_texts_are_tidied_and_nothing_else() -> None:
    given_ = entry(counterpart=" 甲\0公司 ", result="一\n二 ", project_id=" SG-0001 ")
    found = tidy(given_)
    assert (found.counterpart, found.result, found.project_id) == ("甲公司", "一\n二", "SG-0001")
    assert found.happened_on == given_.happened_on and tidy(found) == found


def test_every_kind_has_a_word() -> None:
    assert set(EVENT_ZH) == set(EventKind)
