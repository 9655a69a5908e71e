"""Rows of grouped lines as the database answers them."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from hypothesis import strategies as st

from projects.codes import FinanceSource, FinanceStatus


def line_row(
    source: str,
    status: str,
    amount: str,
    lines: int = 1,
    *,
    year: int | None = None,
    subsidy: bool = False,
    basis: str = "reported",
) -> SimpleNamespace:
    """Return one group of lines."""
    return SimpleNamespace(
        source=source,
        status=status,
        amount=Decimal(amount),
        lines=lines,
        year=year,
        subsidy=subsidy,
        basis=basis,
    )


GROUPED = st.lists(
    st.builds(
        line_row,
        st.sampled_from([str(s) for s in FinanceSource]),
        st.sampled_from([str(s) for s in FinanceStatus]),
        st.decimals(0, 10**12, places=6).map(str),
        st.integers(1, 50),
        year=st.none() | st.integers(1990, 2100),
        subsidy=st.booleans(),
        basis=st.sampled_from(["reported", "demo"]),
    ),
    max_size=30,
)
