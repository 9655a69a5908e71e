"""Contradictions, one rule after the other: what clashes is found, what agrees is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import MilestoneCode, Stage
from projects.intake.issues import Severity
from projects.lifecycle.contradictions import ORDER, SEVERITY, TITLES, Code, find, sentence, title
from projects.lifecycle.phases import ring
from projects.lifecycle.steps import Dates, Milestones
from tests.unit.projects.lifecycle.dates import END, LAND, PERMIT, RUN, START, TODAY, days, milestones


@pytest.mark.parametrize(
    ("stage", "steps", "code", "values"),
    [
        ("储备", {START: days("2026-06-09")}, Code.START_PASSED, ("2026-06-09", "储备")),
        ("前期", {START: days("2020-01-01")}, Code.START_PASSED, ("2020-01-01", "前期")),
        ("储备", {START: days("", "2026-01-01")}, Code.STARTED_IN_RESERVE, ("2026-01-01", "储备")),
        ("投产", {START: days("", "2020-01-01")}, Code.COMPLETION_MISSING, ("投产", "")),
        (
            "在建",
            {START: days("", "2020-01-01"), RUN: days("", "2024-01-01")},
            Code.COMPLETION_MISSING,
            ("2024-01-01", ""),
        ),
        ("竣工", {END: days("", "2024-01-01")}, Code.COMMENCEMENT_MISSING, ("竣工", "")),
        (
            "竣工",
            {START: days("", "2024-02-01"), END: days("", "2024-01-01")},
            Code.ACTUAL_ORDER,
            ("2024-02-01", "2024-01-01"),
        ),
        (
            "未明确",
            {PERMIT: days("", "2024-02-01"), START: days("", "2024-01-01")},
            Code.ACTUAL_ORDER,
            ("2024-02-01", "2024-01-01"),
        ),
        (
            "未明确",
            {START: days("2027-02-01"), END: days("2027-01-01")},
            Code.PLANNED_ORDER,
            ("2027-02-01", "2027-01-01"),
        ),
        ("未明确", {LAND: days("", "2026-06-11")}, Code.ACTUAL_FUTURE, ("2026-06-11", "2026-06-10")),
        (
            "在建",
            {START: days("2025-01-01", "2026-02-01"), END: days("2026-01-01")},
            Code.ENDS_BEFORE_START,
            ("2026-02-01", "2026-01-01"),
        ),
        (
            "在建",
            {START: days("", "2024-01-01"), END: days("", "2025-01-01")},
            Code.STAGE_BEHIND,
            ("2025-01-01", "在建"),
        ),
        ("退库", {START: days("2026-06-10")}, Code.WITHDRAWN_PLANNED, ("退库", "2026-06-10")),
    ],
)
def test_what_clashes(stage: str, steps: Milestones, code: Code, values: tuple[str, str]) -> None:
    found = find(stage, steps, TODAY)
    assert [(one.code, one.values) for one in found] == [(code, values)]


@pytest.mark.parametrize(
    ("stage", "steps"),
    [
        ("未明确", {}),
        ("储备", {}),
        ("储备", {START: days("2026-06-10")}),
        ("未明确", {START: days("2020-01-01")}),
        ("在建", {START: days("2024-01-01", "2024-02-01"), END: days("2027-01-01")}),
        ("投产", {START: days("", "2024-01-01"), END: days("", "2024-01-01"), RUN: days("", "2024-01-01")}),
        ("退库", {START: days("2026-06-09")}),
        ("未明确", {LAND: days("", "2026-06-10"), PERMIT: days("", "2025-06-10")}),
    ],
)
def test_what_agrees_or_is_unknown_is_left_alone(stage: str, steps: Milestones) -> None:
    assert find(stage, steps, TODAY) == ()


@pytest.mark.parametrize("pair", ORDER, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_every_pair_is_held_in_order(pair: tuple[MilestoneCode, MilestoneCode]) -> None:
    first, second = pair
    wrong = {first: days("", "2024-02-02"), second: days("", "2024-02-01")}
    clash = next(one for one in find("未明确", wrong, TODAY) if one.code is Code.ACTUAL_ORDER)
    assert clash.steps == pair and clash.severity is Severity.ERROR
    same_day = {first: days("", "2024-02-01"), second: days("", "2024-02-01")}
    assert not [one for one in find("未明确", same_day, TODAY) if one.code is Code.ACTUAL_ORDER]


@given(milestones(), st.sampled_from(list(Stage)))
def test_every_clash_has_a_sentence_with_its_values(steps: Milestones, stage: Stage) -> None:
    for clash in find(stage, steps, TODAY):
        for language in ("zh", "en"):
            text = sentence(clash, language)
            assert all(value in text for value in clash.values if value and value != "2026-06-10")
            assert "{" not in text and title(clash.code, language)


@given(milestones())
def test_dates_in_order_up_to_today_do_not_clash_among_themselves(steps: Milestones) -> None:
    past = sorted(d.actual for d in steps.values() if d.actual and d.actual <= TODAY)
    ordered = dict(zip((code for code in MilestoneCode if code in steps), past, strict=False))
    sound = {code: Dates(None, day) for code, day in ordered.items()}
    codes = {one.code for one in find("未明确", sound, TODAY)}
    assert codes <= {Code.COMPLETION_MISSING}


def test_every_rule_has_words_and_a_severity() -> None:
    assert set(SEVERITY) == set(TITLES) == set(Code)


def test_a_sentence_translates_stages_and_steps() -> None:
    (clash,) = find("储备", {START: days("2026-01-01")}, TODAY)
    assert "“RESERVE”" in sentence(clash, "en", lambda word: {"储备": "RESERVE"}.get(word, word))


# ---- phases ----


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({}, ()),
        ({"A": "B"}, ()),
        ({"A": "A"}, ("A", "A")),
        ({"A": "B", "B": "A"}, ("A", "B", "A")),
        ({"A": "B", "B": "C", "C": "B"}, ("B", "C", "B")),
        ({"A": "B", "B": None}, ()),
    ],
)
def test_a_ring_of_phases(parents: dict[str, str | None], expected: tuple[str, ...]) -> None:
    assert ring("A", parents) == expected
