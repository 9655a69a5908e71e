"""One project's lines: what they come to, their derived status, and splitting without losing a fen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import FinanceSource, FinanceStatus, FundingStatus
from projects.errors import BadValue
from projects.money.lines import (
    COMMITTED,
    RECEIVED,
    SMALLEST,
    ZERO,
    Line,
    merge_back,
    split,
    status_of,
    summary,
)

AMOUNTS = st.decimals(0, 10**8, places=6)
LINES = st.builds(
    Line,
    source=st.sampled_from(FinanceSource),
    status=st.sampled_from(FinanceStatus),
    amount=AMOUNTS,
    year=st.none() | st.integers(1990, 2100),
    subsidy=st.booleans(),
    id=st.integers(1, 999),
)
TOTALS = st.none() | AMOUNTS


def line(amount: str, status: str = "批复") -> Line:
    return Line(FinanceSource.SPECIAL_BOND, FinanceStatus(status), Decimal(amount), 2026, True, "首批", 7)


@pytest.mark.parametrize(
    ("total", "lines", "status"),
    [
        ("100", [], "未报"),
        (None, [], "未报"),
        ("100", [("50", "申请")], "未落实"),
        ("100", [("0", "到位")], "未落实"),
        ("100", [("99.999999", "批复")], "部分落实"),
        ("100", [("60", "批复"), ("40", "批复")], "已落实"),
        ("100", [("99", "批复"), ("1", "支付")], "部分到位"),
        ("100", [("100", "支付")], "已到位"),
        (None, [("500", "到位")], "部分到位"),
        (None, [("500", "批复")], "部分落实"),
        ("0", [("500", "到位")], "部分到位"),
    ],
)
def test_one_status_is_derived(total: str | None, lines: list[tuple[str, str]], status: str) -> None:
    found = summary(None if total is None else Decimal(total), [line(*one) for one in lines])
    assert found.status is FundingStatus(status)


def test_an_unknown_total_leaves_the_gap_unknown_and_flags_nothing() -> None:
    found = summary(None, [line("500")])
    assert found.gap is None and found.over_total == 0
    known = summary(Decimal(100), [line("500"), line("20", "拟申请")])
    assert (known.gap, known.over_total) == (Decimal(-400), Decimal(420))


@given(TOTALS, st.lists(LINES, max_size=6))
def test_what_lines_come_to_is_the_sum_of_each(total: Decimal | None, lines: list[Line]) -> None:
    found = summary(total, lines)
    assert found.line_sum == sum(one.amount for one in lines)
    assert found.received == sum(one.amount for one in lines if one.status in RECEIVED)
    assert found.committed == sum(one.amount for one in lines if one.status in COMMITTED)
    assert ZERO <= found.received <= found.committed <= found.line_sum
    assert (found.status is FundingStatus.NOT_REPORTED) == (not lines)
    assert found.gap == (None if total is None else total - found.committed)


@given(TOTALS, st.lists(LINES, min_size=1, max_size=5), st.data())
def test_splitting_loses_nothing_in_any_order(
    total: Decimal | None, lines: list[Line], data: st.DataObject
) -> None:
    whole = sum((one.amount for one in lines), ZERO)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        chosen = lines[place]
        if chosen.amount <= SMALLEST:
            continue
        part = data.draw(st.decimals(SMALLEST, chosen.amount - SMALLEST, places=6))
        status = data.draw(st.sampled_from([s for s in FinanceStatus if s != chosen.status]))
        rest, moved = split(chosen, part, status)
        assert rest.amount + moved.amount == chosen.amount
        assert rest.amount > 0 and moved.amount > 0
        assert merge_back(rest, moved) == chosen
        lines = [*lines[:place], rest, replace(moved, id=1000 + len(lines)), *lines[place + 1 :]]
    found = summary(total, lines)
    assert found.line_sum == whole
    assert found.line_count == len(lines)


@pytest.mark.parametrize("part", ["0", "-1", "5000", "5000.000001", "NaN", "Infinity", "0.0000001"])
def test_a_part_that_is_none_is_refused(part: str) -> None:
    with pytest.raises(BadValue):
        split(line("5000"), Decimal(part), FinanceStatus.RECEIVED)


def test_a_part_has_to_move_on() -> None:
    with pytest.raises(BadValue, match="状态"):
        split(line("5000"), Decimal(1), FinanceStatus.APPROVED)


def test_the_part_keeps_source_year_subsidy_and_its_origin() -> None:
    rest, part = split(line("5000"), Decimal("0.000001"), FinanceStatus.PAID)
    assert (part.source, part.year, part.subsidy) == (rest.source, rest.year, rest.subsidy)
    assert (part.split_from_id, part.id, rest.id, rest.status) == (7, None, 7, FinanceStatus.APPROVED)


def test_strangers_are_not_put_together() -> None:
    with pytest.raises(BadValue):
        merge_back(line("1"), line("2"))


@given(TOTALS, st.integers(0, 3), AMOUNTS, AMOUNTS)
def test_more_money_never_lowers_the_status(
    total: Decimal | None, count: int, committed: Decimal, more: Decimal
) -> None:
    order = list(FundingStatus)
    before = status_of(total, count, committed, ZERO)
    after = status_of(total, count, committed + more, ZERO)
    received = status_of(total, count, committed + more, more)
    assert order.index(before) <= order.index(after)
    assert not more or not count or order.index(after) <= order.index(received)
