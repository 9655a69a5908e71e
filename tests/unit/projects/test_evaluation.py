"""A finding as typed: tidied, and everything that is wrong with it named with its value."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.evaluation import RATING_ZH, Fault, FindingDraft, Rating, problems, tidy

TODAY = date(2026, 5, 6)


def draft(**values: Any) -> FindingDraft:
    return FindingDraft(**{"title": "床位不符", "text": "现场 40 张", "area_code": "440232", **values})


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({}, []),
        ({"score": Decimal("0")}, []),
        ({"score": Decimal("99.95"), "seen_on": TODAY}, []),
        ({"area_code": ""}, [("project_id", Fault.ABOUT_NOTHING, "")]),
        ({"project_id": "SG-0001"}, [("project_id", Fault.ABOUT_TWO_THINGS, "SG-0001")]),
        ({"title": "", "text": ""}, [("title", Fault.EMPTY, ""), ("text", Fault.EMPTY, "")]),
        ({"title": "长" * 121}, [("title", Fault.TEXT_TOO_LONG, "121")]),
        ({"text": "长" * 4001}, [("text", Fault.TEXT_TOO_LONG, "4001")]),
        ({"method": "长" * 201}, [("method", Fault.TEXT_TOO_LONG, "201")]),
        ({"score": Decimal("100.01")}, [("score", Fault.INVALID_SCORE, "100.01")]),
        ({"score": Decimal("-1")}, [("score", Fault.INVALID_SCORE, "-1")]),
        ({"score": Decimal("88.888")}, [("score", Fault.INVALID_SCORE, "88.888")]),
        ({"score": Decimal("NaN")}, [("score", Fault.INVALID_SCORE, "NaN")]),
        ({"seen_on": date(2026, 5, 7)}, [("seen_on", Fault.IN_THE_FUTURE, "2026-05-07")]),
        ({"seen_on": date(1890, 1, 1)}, [("seen_on", Fault.INVALID_DATE, "1890-01-01")]),
    ],
    ids=str,
)
def test_everything_wrong_is_named(values: dict[str, Any], faults: list[tuple[str, Fault, str]]) -> None:
    found = problems(draft(**values), TODAY)
    assert [(p.field, p.fault, p.value) for p in found] == faults


@given(st.text(max_size=60), st.text(max_size=60))
def test_tidying_twice_is_tidying_once(title: str, text: str) -> None:
    once = tidy(draft(title=title, text=text))
    assert tidy(once) == once
    assert "\0" not in once.title + once.text and once.title == once.title.strip()


def test_every_grade_has_a_name() -> None:
    assert set(RATING_ZH) == set(Rating)
