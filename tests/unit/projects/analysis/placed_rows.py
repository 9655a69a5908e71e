"""Placed records made of a few values, in any order, for tests of compositions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

from projects.analysis.inputs import Placed


@dataclass(frozen=True)
class One:
    """One record; precision 4, 5 and 0 are only counted."""

    id: str
    lon: float = 113.0
    lat: float = 24.5
    precision: int = 1
    category: str = "tcm"
    county: str | None = "440232"
    investment: Decimal | None = None


def placed(*rows: One, townships: bool = False, left: int = 0) -> Placed:
    """Return records in the order given, with ``left`` more that are known to their county only."""
    usable = (1, 2, 3) if townships else (1, 2)
    kept = [row for row in rows if row.precision in usable]
    out = Counter(row.precision for row in rows if row.precision not in usable)
    if left:
        out[4] += left
    return Placed(
        ids=tuple(row.id for row in kept),
        names=tuple(f"项目 {row.id}" for row in kept),
        lonlat=np.array([(row.lon, row.lat) for row in kept], dtype=float).reshape(-1, 2),
        precision=np.array([row.precision for row in kept], dtype=np.int64),
        category=tuple(row.category for row in kept),
        stage=("未明确",) * len(kept),
        county=tuple(row.county for row in kept),
        township=(None,) * len(kept),
        beds=np.full(len(kept), np.nan),
        investment=tuple(row.investment for row in kept),
        basis=("documented",) * len(kept),
        matched=len(rows) + left,
        left_out=dict(out),
    )


spots = st.tuples(st.integers(0, 12), st.integers(0, 12))
"""Lattice of about a kilometre: points coincide, touch and stand alone."""
amounts = st.none() | st.decimals(0, 10**6, places=6, allow_nan=False, allow_infinity=False)


@st.composite
def records(draw: st.DrawFn, least: int = 2) -> list[One]:
    """Draw records on a lattice with categories, counties, precisions and amounts."""
    found = draw(st.lists(st.tuples(spots, amounts, st.integers(1, 3)), min_size=least, max_size=40))
    return [
        One(
            f"SG-{number:04d}",
            113 + 0.01 * x,
            24 + 0.01 * y,
            precision,
            ("tcm", "sports", "other")[(x + y) % 3],
            ("440232", "440281", None)[x % 3],
            money,
        )
        for number, ((x, y), money, precision) in enumerate(found)
    ]
