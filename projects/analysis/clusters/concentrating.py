"""What each county has more of than its share: location quotients of categories, from counts by county.

Counts need no place finer than the county, so records known to the county take part. Counties without any
record are not compared: a share of nothing is unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from gis.concentration import LEAST, NO_LEADER, Concentration, concentration
from gis.errors import BadInput
from projects.analysis.given import Given
from projects.analysis.inputs import IntArray
from projects.analysis.universe import beyond
from projects.codes import Category, Level
from projects.counts import AreaCount
from projects.filters import ParamIssue

BREAKS: Final = (0.5, 0.8, 1.25, 2.0)
"""Classes of a quotient: 1 is the common share; fixed, so that a colour means the same on every map."""
CODES: Final = tuple(str(code) for code in Category)


class Ground(StrEnum):
    """What colours the map."""

    LEADING = "leading"
    QUOTIENT = "quotient"


@dataclass(frozen=True, slots=True)
class Shares:
    """Which category the quotients are shown of, "" for none: then the map shows the leading ones."""

    category: str = ""

    @property
    def ground(self) -> Ground:
        """What colours the map."""
        return Ground.QUOTIENT if self.category else Ground.LEADING

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the link."""
        return {"cat": self.category}


def read(given: Mapping[str, str]) -> tuple[Shares, list[ParamIssue]]:
    """Return the settings of a link, and what of it could not be used."""
    reader = Given(given)
    return Shares(reader.one_of("cat", ("", *CODES), "")), reader.issues


@dataclass(frozen=True, slots=True, eq=False)
class Industry:
    """Counties with records (in code order) by category (in the order of the code list)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    categories: tuple[str, ...]
    """Those that occur."""
    counts: IntArray
    """(counties, categories)"""
    result: Concentration
    beyond: int
    """Records known to a zone, prefecture or province only: in no county."""

    @property
    def totals(self) -> IntArray:
        """Records of each county."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def comparable(self) -> int:
        """How many counties have at least ``LEAST`` records."""
        return int((~self.result.few).sum())

    def leading(self, row: int) -> tuple[str, ...]:
        """Return the leading category of a county, all of them when several are equal."""
        if self.result.leading[row] == NO_LEADER:
            return ()
        most = self.counts[row].max()
        return tuple(code for code, n in zip(self.categories, self.counts[row], strict=True) if n == most)

    def column(self, category: str) -> int | None:
        """Return the column of a category, None when no record has it."""
        return self.categories.index(category) if category in self.categories else None


def concentrate(counts: Sequence[AreaCount]) -> Industry:
    """Return shares and quotients of the counties with records; the reference is all of these together.

    A category that the code list does not know counts as other. Raises BadInput ``no_county_records`` when
    no record is known to a county, ``one_county`` when one county has them all: it is its own reference.
    """
    rows = sorted(
        (one for one in counts if one.level == Level.COUNTY and one.total), key=lambda one: one.code
    )
    wider = beyond(counts)
    if not rows:
        raise BadInput(
            f"no record is known to its county ({wider} to a wider area only)",
            code="no_county_records",
            wider=wider,
        )
    if len(rows) == 1:
        raise BadInput(
            "all records lie in one county: it has the shares that it is compared with", code="one_county"
        )
    table = [_by_code(one.by_category) for one in rows]
    codes = tuple(code for code in CODES if any(code in row for row in table))
    matrix = np.array([[row.get(code, 0) for code in codes] for row in table], dtype=np.int64)
    names = tuple(one.name for one in rows)
    return Industry(
        tuple(one.code for one in rows), names, codes, matrix, concentration(matrix, least=LEAST), wider
    )


def quotient_class(value: float) -> int:
    """Return the class of a quotient: 0 below half the common share … 4 twice it and more.

    >>> [quotient_class(value) for value in (0, 0.5, 1, 1.25, 3)]
    [0, 1, 2, 3, 4]
    """
    return sum(value >= limit for limit in BREAKS)


def _by_code(counts: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, n in counts.items():
        known = code if code in CODES else str(Category.OTHER)
        found[known] = found.get(known, 0) + n
    return found
