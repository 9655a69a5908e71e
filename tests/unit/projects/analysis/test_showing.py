"""Cells as people read them: unknown is a dash, nought is nought, small is not nought."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.analysis import showing
from projects.analysis.exhibit import Column, Look, Table
from tests.exhibit_made import HOSTILE, areas, records

PLAIN, TENTHS = Column("n", "数"), Column("n", "数", digits=1)


@pytest.mark.parametrize(
    ("cell", "held", "shown"),
    [
        (None, None, "—"),
        (float("nan"), None, "—"),
        (float("inf"), None, "—"),
        (Decimal("NaN"), None, "—"),
        (np.float64("nan"), None, "—"),
        (0, 0, "0"),
        (np.int64(12000), 12000, "12,000"),
        (np.float64(0.1) + np.float64(0.2), 0.1 + 0.2, "0.3"),
        (Decimal("12000.500000"), Decimal("12000.500000"), "12,000.5"),
        (Decimal("12345678901234.567891"), Decimal("12345678901234.567891"), "12,345,678,901,234.567891"),
        (Decimal(100), Decimal(100), "100"),
        ("", "", ""),
        (HOSTILE, HOSTILE, HOSTILE),
    ],
)
def test_cells_are_held_and_shown(cell: Any, held: Any, shown: str) -> None:
    assert showing.known(cell) == held and type(showing.known(cell)) is type(held)
    assert showing.text(PLAIN, cell) == shown


def test_rounding_is_half_up_and_never_hides_a_number() -> None:
    cells = (0.05, 0.04, -0.04, 0, -0.0, 2.25, 1e-9, 1234.55, 1e21)
    assert [showing.text(TENTHS, c) for c in cells] == [
        *("0.1", "<0.1", ">-0.1", "0.0", "0.0"),
        *("2.3", "<0.1", "1,234.6", "1,000,000,000,000,000,000,000"),
    ]
    assert showing.text(Column("n", "数", digits=0), 0.4) == "<1"


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_a_number_is_shown_as_nought_only_when_it_is(value: float, digits: int) -> None:
    shown = showing.text(Column("n", "数", digits=digits), value)
    assert ("<" in shown or ">" in shown) or (
        math.isclose(float(shown.replace(",", "")), value, abs_tol=0.51 * 10**-digits, rel_tol=1e-9)
        and (value == 0) == (float(shown.replace(",", "")) == 0)
    )


def test_a_column_of_numbers_is_known_by_what_it_holds() -> None:
    table = areas()
    assert [showing.numeric(table, n) for n in range(5)] == [False, False, True, True, True]
    nothing = Table("t", "表", (PLAIN,), ((None,),))
    assert not showing.numeric(nothing, 0)
    assert showing.index(records(), "metres") == 2 and showing.index(records(), "moon") is None


def test_ids_are_parted() -> None:
    assert showing.ids_of(" SG-0001,,SG-0002 ") == ("SG-0001", "SG-0002") and showing.ids_of("") == ()


def test_a_look_belongs_to_its_rows() -> None:
    with pytest.raises(ValueError, match="class for each row"):
        Table("t", "表", (PLAIN,), ((1,), (2,)), (None, None), Look("point", (), (None,), "n"))
