"""Figures in words, and the shading of counties: unknown is said, never drawn as zero."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import FundingStatus, Level
from projects.money.need import Need, Residents
from projects.money.sums import Overview, Part, Sums
from services.map_parts import Scope
from views.money import figures, funding_map
from views.money.funding_reported import worst_first

BOX = (113.0, 24.0, 114.0, 25.0)
COUNTIES = Scope(Level.COUNTY, "440200", BOX, Level.COUNTY)
SHELL = cast(Any, SimpleNamespace(translate=lambda text: text))


def part(code: str | None, projects: int = 2, reported: int = 1, level: str = "county", **sums: Any) -> Part:
    return Part(code, code or "", Sums(projects=projects, reported=reported, **sums), level)


def asked(*parts: Part) -> Any:
    people = Residents("440232", "乳源", "440200", "440000", 2020, 200_000, 40_000, 30_000)
    needs = tuple(Need(str(p.code), p.name, p.sums, people if p.code == "440232" else None) for p in parts)
    return SimpleNamespace(needs=needs, overview=SimpleNamespace(by_area=parts))


def values(shade: str, *parts: Part) -> dict[str, float | None]:
    found = funding_map.shaded(SHELL, asked(*parts), shade, COUNTIES)
    assert found is not None
    return dict(found.values)


def test_the_gap_of_a_county_without_a_known_total_is_hatched() -> None:
    known = part("440232", known=1, gap=Decimal(15_000))
    assert values("gap", known, part("440281")) == {"440232": 1.5, "440281": None}


def test_money_per_head_needs_reports_and_a_census() -> None:
    told = part("440232", line_sum=Decimal(5000))
    assert values("per_thousand", told, part("440281", line_sum=Decimal(9))) == {
        "440232": 25.0,
        "440281": None,
    }
    assert values("per_thousand", part("440232", reported=0)) == {"440232": None}


def test_the_share_reported_is_of_the_projects_there() -> None:
    assert values("reported", part("440232", 3, 1), part("440281", 4, 0)) == {"440232": 33.3, "440281": 0.0}


def test_wider_maps_and_no_shading_are_left_bare() -> None:
    nation = Scope(Level.PROVINCE, None, BOX, Level.PREFECTURE)
    assert funding_map.shaded(SHELL, asked(part("440232")), "gap", nation) is None
    assert funding_map.shaded(SHELL, asked(part("440232")), "none", COUNTIES) is None


def test_the_map_counts_every_area_and_leaves_out_what_lies_nowhere() -> None:
    inside = Part("440232", "乳源", Sums(projects=2), "county", by_status={FundingStatus.NOT_REPORTED: 2})
    overview = Overview(Sums(), (inside, part(None, level="")), (), (), (), {})
    (count,) = funding_map.status_counts(overview)
    assert (count.code, count.level, dict(count.by_category)) == ("440232", "county", {"未报": 2})


def test_the_most_silent_come_first_and_the_nameless_last() -> None:
    order = worst_first([part(None, 9, 0), part("a", 5, 5), part("b", 5, 0)])
    assert [p.code for p in order] == ["b", "a", None]


def test_a_bar_shows_every_status_in_its_colour() -> None:
    text = figures.status_bar({FundingStatus.NOT_REPORTED: 1, FundingStatus.RECEIVED: 3}, str)
    assert "width:25.00%" in text and "width:75.00%" in text and "未报 1" in text
    assert figures.status_bar({}, str) == ""


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_never_says_all_for_less(part_of: int, whole: int) -> None:
    shown = figures.percent(min(part_of, whole) / whole)
    assert (shown == "100.0%") == (part_of >= whole)


@pytest.mark.parametrize(("amount", "text"), [("9999.999999", "9,999.999999 万元"), ("10000", "1.00 亿")])
def test_a_headline_is_short_and_small_amounts_are_exact(amount: str, text: str) -> None:
    assert figures.short(Decimal(amount), str) == text
