"""What is typed of a project shown at a meeting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.promotion.shown import LONGEST_NOTE, OUTCOME_ZH, Fault, Outcome, amount_typed, note_fault


def test_every_outcome_has_a_word() -> None:
    assert tuple(OUTCOME_ZH) == tuple(Outcome)


@pytest.mark.parametrize("text", ["约3亿", "-1", "1e99", "100000001", "nan", "0.0000001"])
def test_what_is_no_amount_is_told_and_never_stored(text: str) -> None:
    assert amount_typed(text) == (None, Fault.NO_AMOUNT)


@given(st.decimals(0, 10**8, places=6))
def test_an_amount_is_read_to_the_last_digit(amount: Decimal) -> None:
    assert amount_typed(f" {amount:,f} ") == (amount, None)


def test_blank_is_unknown_and_not_zero() -> None:
    assert amount_typed("  ") == (None, None) and amount_typed("0") == (Decimal(0), None)


def test_a_long_note_is_told() -> None:
    assert note_fault("长" * LONGEST_NOTE) is None
    assert note_fault("长" * (LONGEST_NOTE + 1)) is Fault.NOTE_TOO_LONG
