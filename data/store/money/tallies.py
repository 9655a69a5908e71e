"""Grouped lines → matrix, years, subsidies: added in Decimal, so that every way of adding agrees."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from projects.codes import FinanceSource, FinanceStatus
from projects.money.sums import Cell, LineSums, Tally, YearCell

Key = TypeVar("Key", bound=Hashable)


def line_sums(rows: Iterable[Any]) -> LineSums:
    """Return rows of (source, status, year, subsidy, basis, amount, lines) as sums."""
    held = [(FinanceSource(r.source), FinanceStatus(r.status), r) for r in rows]
    cells = _added(((source, status), row) for source, status, row in held)
    years = _added(((row.year, status), row) for _, status, row in held)
    matrix = Tally(
        cells=cells,
        rows=_ordered(_added((source, row) for source, _, row in held), tuple(FinanceSource)),
        columns=_ordered(_added((status, row) for _, status, row in held), tuple(FinanceStatus)),
        whole=_added((None, row) for *_, row in held).get(None, Cell()),
    )
    return LineSums(
        matrix,
        tuple(
            YearCell(year, status, cell.amount, cell.lines)
            for (year, status), cell in sorted(
                years.items(), key=lambda item: (item[0][0] is None, str(item[0]))
            )
        ),
        _ordered(_added((status, row) for _, status, row in held if row.subsidy), tuple(FinanceStatus)),
        _by_basis(row for *_, row in held),
    )


def _by_basis(rows: Iterable[Any]) -> Counter[str]:
    found = Counter[str]()
    for row in rows:
        found[row.basis] += row.lines
    return found


def _added(rows: Iterable[tuple[Key, Any]]) -> dict[Key, Cell]:
    found: dict[Key, Cell] = defaultdict(Cell)
    for key, row in rows:
        found[key] = Cell(found[key].amount + row.amount, found[key].lines + row.lines)
    return dict(found)


def _ordered(found: Mapping[Key, Cell], order: Sequence[Key]) -> dict[Key, Cell]:
    return {key: found[key] for key in order if key in found}


def with_holders(found: LineSums, holders: Mapping[str | None, Sequence[int]]) -> LineSums:
    """Return the sums with the projects behind each cell.

    ``holders``: source (None for all together) → projects, then projects by status in their order.
    """
    matrix, place = found.matrix, {status: i for i, status in enumerate(FinanceStatus, start=1)}
    return replace(
        found,
        matrix=Tally(
            cells={
                (source, status): cell._replace(projects=holders[source][place[status]])
                for (source, status), cell in matrix.cells.items()
            },
            rows={source: cell._replace(projects=holders[source][0]) for source, cell in matrix.rows.items()},
            columns={
                status: cell._replace(projects=holders[None][place[status]])
                for status, cell in matrix.columns.items()
            },
            whole=matrix.whole._replace(projects=holders[None][0]),
        ),
    )
