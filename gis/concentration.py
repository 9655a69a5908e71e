"""Industry concentration: what each area has more of than its share.

Location quotient (Florence 1939; Isard 1960): the share of a category among the area's records, divided by
its share among all. Above 1 the area has more of it than the reference. It compares shares, not sizes: one
project of the only kind in an empty county gives a high quotient, therefore the flags for small counts.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis.errors import BadInput

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

LEAST: Final = 5
"""A quotient counts as shaky while fewer than five records would be expected (the usual rule for χ²)."""

NO_LEADER: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Concentration:
    """Shares and quotients of a areas and c categories."""

    share: FloatArray
    """(a, c) share of the category among the area's own; NaN for an area without any."""
    quotient: FloatArray
    """(a, c) location quotient; NaN for such an area, and for a category that the reference lacks."""
    small: BoolArray
    """(a, c) fewer than ``least`` expected at the reference's share: a quotient not to lean on."""
    leading: IntArray
    """(a,) category with the most, the first of equal ones; -1 for an area without any."""
    tied: BoolArray
    """(a,) whether another category has as many as the leading one."""
    few: BoolArray
    """(a,) fewer than ``least`` in all: the leading category may change with one record."""
    reference: FloatArray
    """(c,) share of each category in the reference; NaN when that is empty."""


def concentration(
    counts: ArrayLike, reference: ArrayLike | None = None, least: float = LEAST
) -> Concentration:
    """Return shares, location quotients and leading categories.

    ``counts``: (areas, categories), records or another additive quantity (the flags are about records).
    ``reference``: (categories,), the counts of the whole that areas are held against; by default the sum of
    all areas. Raises BadInput for another shape and for numbers that are missing, negative or infinite.

    >>> result = concentration([[8, 2], [2, 8]])
    >>> result.quotient.tolist(), result.leading.tolist()
    ([[1.6, 0.4], [0.4, 1.6]], [0, 1])
    """
    table = _checked(counts, 2, "counts")
    whole = table.sum(axis=0) if reference is None else _checked(reference, 1, "the reference")
    if len(whole) != table.shape[1]:
        raise BadInput(
            f"counts have {table.shape[1]} categories but the reference {len(whole)}: join by code first",
            code="length",
        )
    totals = table.sum(axis=1)
    common = _divided(whole, whole.sum())
    share = _divided(table, totals[:, None])
    return Concentration(
        share=share,
        quotient=_divided(share, common),
        small=~(totals[:, None] * common >= least),
        leading=_leading(table, totals),
        tied=(totals > 0) & ((table == table.max(axis=1, initial=0.0)[:, None]).sum(axis=1) > 1),
        few=totals < least,
        reference=common,
    )


def _leading(table: FloatArray, totals: FloatArray) -> IntArray:
    if not table.shape[1]:
        return np.full(len(totals), NO_LEADER, dtype=np.int64)
    return np.where(totals > 0, table.argmax(axis=1), NO_LEADER).astype(np.int64)


def _checked(numbers: ArrayLike, dimensions: int, name: str) -> FloatArray:
    table = np.asarray(numbers, dtype=np.float64)
    if table.ndim != dimensions:
        raise BadInput(f"{name} must have {dimensions} dimension(s), areas before categories", code="shape")
    if not np.isfinite(table).all() or (table < 0).any():
        raise BadInput(f"{name} must be known and not negative: 0 where there is none", code="counts")
    return table


def _divided(part: FloatArray, whole: ArrayLike) -> FloatArray:
    whole = np.asarray(whole, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(whole > 0, part / whole, np.nan), dtype=np.float64)
