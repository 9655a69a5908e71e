"""Industry concentration from counts by county: leading categories, quotients, their flags."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import BadInput
from projects.analysis.clusters.concentrating import CODES, Ground, Shares, concentrate, read
from projects.counts import AreaCount

COUNTS = (
    AreaCount("440281", "county", "乐昌市", {"tcm": 2, "sports": 2}),
    AreaCount("440232", "county", "乳源", {"tcm": 18, "hospital": 2}),
    AreaCount("440200", "prefecture", "韶关市", {"tcm": 7}),
    AreaCount("gs", "zone", "莞韶园", {"other": 3}),
)


def test_counties_are_compared_with_all_counties_together() -> None:
    found = concentrate(COUNTS)
    assert found.codes == ("440232", "440281") and found.categories == ("hospital", "tcm", "sports")
    assert found.counts.tolist() == [[2, 18, 0], [0, 2, 2]]
    tcm = found.column("tcm")
    assert tcm == 1 and found.result.quotient[0, 1] == pytest.approx(0.9 / (20 / 24))
    assert found.beyond == 10 and found.totals.tolist() == [20, 4]


def test_flags_few_tied_small_and_the_leading_ones() -> None:
    found = concentrate(COUNTS)
    assert found.leading(0) == ("tcm",) and set(found.leading(1)) == {"tcm", "sports"}
    assert found.result.few.tolist() == [False, True] and found.result.tied.tolist() == [False, True]
    assert found.comparable == 1
    assert not found.result.small[0, 1] and found.result.small[1].all()


def test_an_unknown_category_counts_as_other() -> None:
    rows = (
        AreaCount("a", "county", "甲", {"<b>": 2, "other": 1}),
        AreaCount("b", "county", "乙", {"tcm": 1}),
    )
    assert concentrate(rows).counts.tolist() == [[0, 3], [1, 0]]


@pytest.mark.parametrize(
    ("rows", "code"),
    [(COUNTS[2:], "no_county_records"), (COUNTS[:1], "one_county"), ((), "no_county_records")],
)
def test_nothing_to_compare_is_refused(rows: tuple[AreaCount, ...], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        concentrate(rows)
    assert refused.value.code == code


tables = st.lists(
    st.dictionaries(st.sampled_from(CODES), st.integers(1, 40), min_size=1), min_size=2, max_size=8
)


@given(tables, st.randoms(use_true_random=False))
def test_every_record_is_counted_and_the_order_changes_nothing(
    table: list[dict[str, int]], chance: object
) -> None:
    rows = [AreaCount(f"44{n:04d}", "county", f"县{n}", counts) for n, counts in enumerate(table)]
    found = concentrate(rows)
    assert int(found.counts.sum()) == sum(sum(counts.values()) for counts in table)
    mixed = list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    again = concentrate(mixed)
    assert again.codes == found.codes and (again.counts == found.counts).all()


@given(tables)
def test_quotients_weighted_by_the_counties_shares_give_one(table: list[dict[str, int]]) -> None:
    rows = [AreaCount(f"44{n:04d}", "county", f"县{n}", counts) for n, counts in enumerate(table)]
    found = concentrate(rows)
    weights = found.totals / found.totals.sum()
    for column in range(len(found.categories)):
        assert math.isclose(float((weights * found.result.quotient[:, column]).sum()), 1.0, rel_tol=1e-9)


def test_the_link_names_a_category_or_nothing() -> None:
    assert read({"cat": "tcm"}) == (Shares("tcm"), []) and Shares("tcm").ground is Ground.QUOTIENT
    found, issues = read({"cat": "<script>"})
    assert found == Shares() and found.ground is Ground.LEADING and issues[0].value == "<script>"
