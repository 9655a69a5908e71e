"""Targets of an area for its score: each county answers for its own, nobody for a rule or for the others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.scores.model import TargetsMet
from projects.scores.targets import met_by_area
from projects.targets.model import Status


def row(status: Status, area: str = "440200", parts: dict[str, Status | None] | None = None) -> Any:
    """Return a line of the board; one with parts is each county's to reach."""
    held = tuple(SimpleNamespace(code=code, status=one) for code, one in (parts or {}).items())
    target = SimpleNamespace(area_code=area, each=parts is not None)
    return SimpleNamespace(status=status, target=target, parts=held)


def test_an_area_answers_for_its_own_targets() -> None:
    rows = [row(Status.MET), row(Status.NOT_MET), row(Status.UNKNOWN), row(Status.MET, "450000")]
    assert met_by_area(rows) == {"440200": TargetsMet(1, 2, 3), "450000": TargetsMet(1, 1, 1)}


def test_a_number_for_every_county_is_each_countys() -> None:
    parts = {"440232": Status.MET, "440281": Status.NOT_MET, "440203": Status.UNKNOWN, "440204": None}
    assert met_by_area([row(Status.NOT_MET, parts=parts)]) == {
        "440232": TargetsMet(1, 1, 1),
        "440281": TargetsMet(0, 1, 1),
        "440203": TargetsMet(0, 0, 1),
    }


def test_a_rule_is_nobodys_and_parts_that_are_not_judged_are_not_the_countys() -> None:
    split = row(Status.MET)
    split.parts = (SimpleNamespace(code="440232", status=None),)
    assert met_by_area([row(Status.RULE), split]) == {"440200": TargetsMet(1, 1, 1)}
    assert met_by_area([]) == {}
