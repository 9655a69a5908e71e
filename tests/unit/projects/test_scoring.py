"""Scores: between 0 and 100, a weighted mean of what is known, never without their parts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from projects.scores.model import CheckedField, Component, Counted, Known, TargetsMet, Weights
from projects.scores.scoring import (
    completeness,
    most_missing,
    ranked,
    score,
    targets_met,
    timeliness,
)

FIELDS = dict.fromkeys(CheckedField, Decimal(1))
WEIGHTS = Weights(
    {Component.COMPLETENESS: Decimal(50), Component.TIMELINESS: Decimal(30), Component.TARGETS: Decimal(20)},
    FIELDS,
)


def counted(key: str = "440232", records: int = 10, known: int = 5, **values: Any) -> Counted:
    """Return a county whose every field is known of so many records."""
    given_values: dict[str, Any] = {
        "name": key,
        "level": "county",
        "demo": 0,
        "fields": dict.fromkeys(CheckedField, Known(records, known)),
        "planned": 0,
        "overdue": 0,
    }
    return Counted(key=key, records=records, **given_values | values)


weight = st.decimals(0, 100, places=2)
weights = st.builds(
    Weights,
    st.fixed_dictionaries(dict.fromkeys(Component, weight)),
    st.fixed_dictionaries(dict.fromkeys(CheckedField, weight)),
)


@st.composite
def groups(draw: st.DrawFn) -> Counted:
    fields = {}
    for name in CheckedField:
        wanted = draw(st.integers(0, 40))
        fields[name] = Known(wanted, draw(st.integers(0, wanted)))
    planned, total = draw(st.integers(0, 60)), draw(st.integers(0, 9))
    judged = draw(st.integers(0, total))
    met = TargetsMet(draw(st.integers(0, judged)), judged, total)
    return counted(
        draw(st.sampled_from(("a", "b", "c"))),
        draw(st.integers(1, 40)),
        fields=fields,
        planned=planned,
        overdue=draw(st.integers(0, planned)),
        targets=met if total else None,
    )


@given(groups(), weights)
def test_a_score_lies_between_0_and_100_and_is_the_mean_of_its_known_parts(one: Counted, w: Weights) -> None:
    found = score(one, w)
    known = [(p.weight, p.value) for p in found.parts if p.value is not None]
    whole, of = sum(w.components.values()), sum(weight for weight, _ in known)
    assert [p.component for p in found.parts] == list(Component)
    if found.value is None:
        assert not whole or of * 2 < whole
        return
    assert 0 <= found.value <= 100
    exact = sum((Fraction(weight) * value * 100 for weight, value in known if value is not None), Fraction(0))
    assert abs(Fraction(found.value) - exact / Fraction(of)) <= Fraction(1, 20)


@given(groups(), weights, st.integers(1, 9))
def test_only_the_proportions_of_weights_count(one: Counted, w: Weights, factor: int) -> None:
    scaled = Weights(
        {k: v * factor for k, v in w.components.items()}, {k: v * factor for k, v in w.fields.items()}
    )
    assert score(one, scaled).value == score(one, w).value


@given(groups(), weights, st.sampled_from(list(CheckedField)))
def test_a_value_more_never_lowers_completeness(one: Counted, w: Weights, name: CheckedField) -> None:
    held = one.fields[name]
    assume(held.missing)
    more = replace(one, fields={**one.fields, name: Known(held.wanted, held.known + 1)})
    before, after = completeness(one, w), completeness(more, w)
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


@given(groups(), weights)
def test_what_is_unknown_is_neither_zero_nor_full(one: Counted, w: Weights) -> None:
    bare = replace(one, planned=0, overdue=0, targets=None)
    found = score(bare, w)
    whole = completeness(bare, w)
    if found.value is not None:
        assert whole is not None
        assert abs(Fraction(found.value) - 100 * whole) <= Fraction(1, 20)


def test_each_part_by_hand() -> None:
    one = counted(records=10, known=8, planned=20, overdue=5, targets=TargetsMet(1, 2, 7))
    assert (completeness(one, WEIGHTS), timeliness(one), targets_met(one)) == (
        Fraction(4, 5),
        Fraction(3, 4),
        Fraction(1, 2),
    )
    assert score(one, WEIGHTS).value == Decimal("72.5")  # 50×0.8 + 30×0.75 + 20×0.5
    without = replace(one, targets=None)
    found = score(without, WEIGHTS)
    assert found.unknown == (Component.TARGETS,)
    assert found.value == Decimal("78.1")  # (50×0.8 + 30×0.75) ÷ 80


def test_less_than_half_of_the_weight_known_gives_no_score() -> None:
    heavy = Weights({**WEIGHTS.components, Component.COMPLETENESS: Decimal(49)}, FIELDS)
    assert score(counted(), WEIGHTS).value is not None, "exactly half is enough"
    assert score(counted(), heavy).value is None
    nothing = Weights(dict.fromkeys(Component, Decimal(0)), FIELDS)
    assert score(counted(), nothing).value is None


def test_fields_weighted_or_wanted() -> None:
    one = counted(fields={CheckedField.BEDS: Known(4, 1), CheckedField.STAGE: Known(10, 10)})
    only_beds = Weights(WEIGHTS.components, {CheckedField.BEDS: Decimal(3)})
    assert completeness(one, only_beds) == Fraction(1, 4)
    assert completeness(counted(fields={CheckedField.BEDS: Known(0, 0)}), WEIGHTS) is None


def test_equal_scores_share_a_rank_and_few_records_or_one_known_part_take_none() -> None:
    cards = ranked(
        [
            counted("a", known=9, planned=4),
            counted("b", known=7, planned=4),
            counted("c", known=7, planned=4),
            counted("d", known=2, planned=4),
            counted("few", records=4, known=4, planned=4),
            counted("", known=10, planned=4),
            counted("one", records=9, known=9),
        ],
        WEIGHTS,
    )
    assert [(c.counted.key, c.rank, c.tied) for c in cards] == [
        ("a", 1, 0),
        ("b", 2, 1),
        ("c", 2, 1),
        ("d", 4, 0),
        ("", None, 0),
        ("one", None, 0),
        ("few", None, 0),
    ]
    assert cards[5].score.value == 100 and cards[5].score.alone is Component.COMPLETENESS
    assert cards[-1].few and not cards[0].few


@given(st.lists(groups(), max_size=6), weights)
def test_ranks_follow_scores_and_nobody_is_lost(found: list[Counted], w: Weights) -> None:
    cards = ranked(found, w)
    assert sorted(c.counted.key for c in cards) == sorted(one.key for one in found)
    ranked_ones = [c for c in cards if c.rank]
    for card in ranked_ones:
        value = card.score.value
        assert value is not None and card.score.alone is None
        others = [c.score.value for c in ranked_ones if c is not card and c.score.value is not None]
        assert card.rank == 1 + sum(1 for other in others if other > value)
        assert card.tied == others.count(value)


@given(groups(), weights)
def test_a_score_of_one_part_among_several_stands_alone(one: Counted, w: Weights) -> None:
    found = score(one, w)
    counting = [p for p in found.parts if p.weight]
    known = [p.component for p in counting if p.value is not None]
    lonely = len(known) == 1 and len(counting) > 1
    assert found.alone == (known[0] if lonely else None)
    if lonely:
        assert [card.rank for card in ranked([replace(one, records=40)], w)] == [None]


def test_where_only_one_part_counts_it_ranks() -> None:
    only = Weights({Component.COMPLETENESS: Decimal(1)}, FIELDS)
    assert score(counted(), only).alone is None
    assert [card.rank for card in ranked([counted()], only)] == [1]


def test_the_costliest_fields_come_first() -> None:
    one = counted(fields={CheckedField.BEDS: Known(9, 0), CheckedField.STAGE: Known(9, 4)})
    w = Weights(WEIGHTS.components, {CheckedField.BEDS: Decimal(1), CheckedField.STAGE: Decimal(2)})
    assert most_missing(one, w) == [CheckedField.STAGE, CheckedField.BEDS]
    assert most_missing(one, w, shown=1) == [CheckedField.STAGE]
