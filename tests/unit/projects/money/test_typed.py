"""Splitting a row as it was typed: text in, text out, and what is wrong with it in a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import FinanceStatus
from projects.errors import BadValue
from projects.fields import JsonValue
from projects.filing.form import fill, read, rows_of
from projects.money.lines import SMALLEST
from projects.money.typed import amount_of, compared, later, split_row
from projects.values import plain

ROW: dict[str, JsonValue] = {
    "id": "7",
    "source": "专项债",
    "status": "批复",
    "amount": "5000",
    "year": "2026",
    "subsidy": True,
    "note": "首批",
}


def test_both_rows_are_filed_as_one_change_and_one_new_line() -> None:
    line: dict[str, JsonValue] = {
        "source": "专项债",
        "status": "批复",
        "amount": "5000",
        "year": 2026,
        "subsidy": True,
        "note": "首批",
    }
    base: dict[str, JsonValue] = {"name": "甲院", "kind": "site", "category": "tcm", "finance/7": line}
    form = fill(base)
    rest, part = split_row(rows_of(form, "finance")[0], "3,000", FinanceStatus.RECEIVED)
    reading = read({**form, "finance": [rest, part]}, base)
    assert reading.problems == ()
    assert reading.document["finance/7"] == {**line, "amount": "2000"}
    assert reading.document["finance/new-1"] == {
        **line,
        "amount": "3000",
        "status": "到位",
        "note": "首批；由 5000 万元批复拆出",
    }


@given(st.decimals(SMALLEST * 2, 10**8, places=6), st.data())
def test_typed_parts_add_up_to_the_typed_whole(whole: Decimal, data: st.DataObject) -> None:
    part = data.draw(st.decimals(SMALLEST, whole - SMALLEST, places=6))
    rest, moved = split_row({**ROW, "amount": plain(whole)}, plain(part), FinanceStatus.PAID)
    assert Decimal(str(rest["amount"])) + Decimal(str(moved["amount"])) == whole


@pytest.mark.parametrize("typed", ["", "三千", "500 USD", "€5m", "$3,000", "-5", "1e99", "3.0000001", "120%"])
def test_what_is_no_amount_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadValue, match="万元"):
        amount_of(typed)


@pytest.mark.parametrize(
    "broken", [{"source": ""}, {"amount": "5000 USD"}, {"year": "20217"}, {"status": "x"}]
)
def test_a_row_that_is_wrong_itself_is_not_split(broken: dict[str, str]) -> None:
    with pytest.raises(BadValue, match="拆分"):
        split_row({**ROW, **broken}, "1", FinanceStatus.RECEIVED)


def test_a_note_that_would_grow_too_long_gives_way() -> None:
    moved = split_row({**ROW, "note": "长" * 195}, "1", FinanceStatus.RECEIVED)[1]
    assert moved["note"] == "由 5000 万元批复拆出"


def test_lines_are_held_against_the_total_and_wrong_rows_are_only_counted() -> None:
    found = compared([ROW, {**ROW, "status": "到位", "amount": "1,000"}, {**ROW, "amount": "5 USD"}], "5500")
    assert (found.money.line_sum, found.money.received, found.unread) == (Decimal(6000), Decimal(1000), 1)
    assert found.money.over_total == 500 and not found.unit_suspect


@pytest.mark.parametrize(
    ("amount", "total", "suspect"),
    [
        ("0.5", "5000", True),
        ("5000", "0.5", True),
        ("5000", "50", False),
        ("5000", "", False),
        ("0", "9", False),
    ],
)
def test_yi_typed_as_wan_is_suspected(amount: str, total: str, suspect: bool) -> None:
    assert compared([{**ROW, "amount": amount}], total).unit_suspect is suspect


def test_an_unknown_total_raises_no_doubt() -> None:
    found = compared([ROW], "300万美元")
    assert found.money.total is None and found.times is None


def test_a_line_only_moves_on() -> None:
    assert later("拟申请")[0] is FinanceStatus.APPLIED
    assert later("") == ()
