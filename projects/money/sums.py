"""Sums over many projects that can be added again, with everything unknown counted beside them.

The parts of a sum always add up to the whole: ``Sums`` of all counties and of "no county" are the ``Sums`` of
the library. Amounts are ``Decimal`` 万元.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, Self

from projects.codes import FinanceSource, FinanceStatus, FundingStatus
from projects.money.lines import ZERO


class Rate(NamedTuple):
    """A share of known sums, and the projects it says nothing about.

    ``silent`` of the counted ones have no line at all: they count as nothing received, and are told.
    """

    part: Decimal
    whole: Decimal
    counted: int
    left_out: int
    silent: int = 0

    @property
    def share(self) -> float | None:
        """Part ÷ whole; None where no total is known, and where nobody has reported a single line."""
        known = self.whole > 0 and self.counted > self.silent
        return float(self.part / self.whole) if known else None


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts and sums over some projects; each field adds up over parts.

    ``reported`` have at least one line; ``known`` have a total. ``gap`` is Σ(total − committed) over the
    known ones where that is positive, ``over`` the same where it is negative. ``silent`` are known totals
    without any line: their whole total is in ``gap``, since nothing of it is promised as far as reported.
    """

    projects: int = 0
    reported: int = 0
    known: int = 0
    total: Decimal = ZERO
    lines: int = 0
    line_sum: Decimal = ZERO
    committed: Decimal = ZERO
    received: Decimal = ZERO
    received_known: Decimal = ZERO
    """到位 + 支付 of projects whose total is known."""
    gap: Decimal = ZERO
    gap_projects: int = 0
    over: Decimal = ZERO
    over_projects: int = 0
    silent: int = 0
    silent_total: Decimal = ZERO
    flagged: int = 0
    """Projects whose lines together exceed their total."""
    beds: int = 0
    beds_known: int = 0

    def __add__(self, other: Self) -> "Sums":
        """Return the sums over both groups of projects."""
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))

    @property
    def not_reported(self) -> int:
        """Projects for which nobody has reported a line: unknown, not zero."""
        return self.projects - self.reported

    @property
    def unknown(self) -> int:
        """Projects without a known total: their gap is unknown."""
        return self.projects - self.known

    @property
    def receipt_rate(self) -> Rate:
        """到位率 = Σ(到位 + 支付) ÷ Σ known totals, over the projects whose total is known."""
        return Rate(self.received_known, self.total, self.known, self.unknown, self.silent)

    @property
    def received_elsewhere(self) -> Decimal:
        """到位 + 支付 of projects whose total is unknown; in no rate."""
        return self.received - self.received_known


def together(parts: Iterable[Sums]) -> Sums:
    """Return the sums over all parts.

    >>> together([Sums(projects=1, known=1), Sums(projects=2)]).unknown
    2
    """
    whole = Sums()
    for part in parts:
        whole += part
    return whole


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a division: its code (None: no area, no unit), its name, and what belongs to it.

    ``level`` is county, zone, prefecture, province or "" for an area, the kind of unit for a unit.
    """

    code: str | None
    name: str
    sums: Sums
    level: str = ""
    prefecture: str | None = None
    province: str | None = None
    by_status: Mapping[FundingStatus, int] = field(default_factory=dict)
    """Projects by derived status (areas only)."""


class Division(StrEnum):
    """A way to divide the projects besides that by area, asked for where it is shown."""

    CATEGORY = "category"
    MODE = "mode"
    UNIT = "unit"


EVERY_DIVISION: Final = tuple(Division)


@dataclass(frozen=True, slots=True)
class Overview:
    """The projects of a filter by area and in the divisions asked for; each adds up to ``whole``.

    A division not asked for is empty. An area is the finest one a project is known to lie in: county,
    else zone, prefecture, province, or none.
    """

    whole: Sums
    by_area: tuple[Part, ...]
    by_category: tuple[Part, ...]
    by_mode: tuple[Part, ...]
    by_unit: tuple[Part, ...]
    by_status: Mapping[FundingStatus, Sums]
    basis: Mapping[str, int] = field(default_factory=dict)
    """How many records are modelled or of practice, by basis; those with none are not in it."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of the areas that occur, and of the prefectures and provinces above them."""
    nested: int = 0
    """Phases counted beside the whole project they belong to, both with a total: perhaps counted twice."""


def by_prefecture(found: Overview) -> tuple[Part, ...]:
    """Return the areas gathered into prefectures; what is known to a province or nowhere stays as it is.

    The parts add up to ``found.whole`` as the areas do.
    """
    gathered: dict[tuple[str | None, str], list[Part]] = {}
    for part in found.by_area:
        key = (part.prefecture, "prefecture") if part.prefecture else (part.code, part.level)
        gathered.setdefault(key, []).append(part)
    return tuple(_gathered(found, code, level, parts) for (code, level), parts in gathered.items())


def _gathered(found: Overview, code: str | None, level: str, parts: list[Part]) -> Part:
    statuses = Counter[FundingStatus]()
    for part in parts:
        statuses.update(part.by_status)
    name, province = found.names.get(code or "", code or ""), parts[0].province
    sums = together(part.sums for part in parts)
    return Part(code, name, sums, level, code if level == "prefecture" else None, province, dict(statuses))


class Cell(NamedTuple):
    """Amount, lines and projects of one cell, row or column of the matrix; projects None: not asked for."""

    amount: Decimal = ZERO
    lines: int = 0
    projects: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """The lines of a filter as source × status; amounts and lines of rows, columns and cells add up.

    A project with lines from two sources counts in both rows, so projects do not add up over rows or
    columns; ``whole.projects`` counts each once.
    """

    cells: Mapping[tuple[FinanceSource, FinanceStatus], Cell]
    rows: Mapping[FinanceSource, Cell]
    columns: Mapping[FinanceStatus, Cell]
    whole: Cell

    def reconciles(self, smallest: Decimal = Decimal("0.000001")) -> bool:
        """Whether cells, rows, columns and the whole agree on amounts and lines."""
        by_row = {s: _sum(c for (source, _), c in self.cells.items() if source == s) for s in self.rows}
        by_column = {s: _sum(c for (_, status), c in self.cells.items() if status == s) for s in self.columns}
        pairs = [
            *((self.rows[s], found) for s, found in by_row.items()),
            *((self.columns[s], found) for s, found in by_column.items()),
            (self.whole, _sum(self.cells.values())),
            (self.whole, _sum(self.rows.values())),
            (self.whole, _sum(self.columns.values())),
        ]
        return all(abs(a.amount - b.amount) < smallest and a.lines == b.lines for a, b in pairs)


def _sum(cells: Iterable[Cell]) -> Cell:
    held = list(cells)
    return Cell(sum((c.amount for c in held), ZERO), sum(c.lines for c in held))


class YearCell(NamedTuple):
    """What the lines of one year (None: 未注明年度) in one status come to."""

    year: int | None
    status: FinanceStatus
    amount: Decimal
    lines: int


class YearPlan(NamedTuple):
    """The annual plans of one year: amount and how many projects state one."""

    year: int
    amount: Decimal
    projects: int


@dataclass(frozen=True, slots=True)
class LineSums:
    """Everything that is summed from lines: the matrix, the years, and what of it is subsidy."""

    matrix: Tally
    years: tuple[YearCell, ...]
    subsidies: Mapping[FinanceStatus, Cell]
    basis: Mapping[str, int] = field(default_factory=dict)
    """Basis of the lines → how many."""

    @property
    def guidance_funds(self) -> Mapping[FinanceStatus, Cell]:
        """Money of 产业基金 (guidance funds) by status."""
        fund, cells = FinanceSource.INDUSTRY_FUND, self.matrix.cells
        return {status: cells[fund, status] for status in FinanceStatus if (fund, status) in cells}
