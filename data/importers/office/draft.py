"""A row on its way to a ``TypedRow``: what has been read of it so far, and the cells it came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from data.importers.office.cells import Finding
from data.importers.office.coordinates import Position
from data.importers.office.grid import Grid
from projects.fields import JsonValue
from projects.intake.cells import CellIssue, SourceCell
from projects.intake.import_words import said
from projects.intake.importing import Line, TypedRow

QUOTED = 300
"""An issue quotes at most so much of a cell; the row's own cells keep it whole."""


class RowCells(Mapping[str, SourceCell]):
    """Field path → cell of one row, made when asked for: most are never looked at."""

    __slots__ = ("_columns", "_grid", "_lines", "_row")

    def __init__(self, grid: Grid, row: int, columns: Mapping[str, tuple[int, str]]) -> None:
        self._grid, self._row, self._columns = grid, row, columns
        self._lines: dict[str, SourceCell] = {}

    def __getitem__(self, path: str) -> SourceCell:
        found = self._lines.get(path)
        if found is not None:
            return found
        index, heading = self._columns[path]
        if index >= len(self._grid.rows[self._row]):
            raise KeyError(path)
        return self._grid.cell(self._row, index, heading)

    def __iter__(self) -> Iterator[str]:
        width = len(self._grid.rows[self._row])
        yield from (path for path, (index, _) in self._columns.items() if index < width)
        yield from self._lines

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def add(self, path: str, cell: SourceCell) -> None:
        """Add the cell of a line of another sheet."""
        self._lines[path] = cell


@dataclass(slots=True)
class Draft:
    """One row of 项目 while it is read."""

    grid: Grid
    row: int
    """Counted from 0."""
    cells: RowCells
    project_id: str = ""
    project_code: str = ""
    name: str = ""
    version: int | None = None
    county_code: str | None = None
    document: dict[str, JsonValue] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    issues: list[CellIssue] = field(default_factory=list)
    extra: list[SourceCell] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    position: Position | None = None
    dated: bool = False
    """Whether it has milestones."""
    exported: bool = False
    """Whether the row comes from an export of our own."""

    def say(self, finding: Finding, cell: SourceCell, path: str, mended_by: str = "filler") -> None:
        """Add a finding about one of the row's cells."""
        self.issues.append(issue(finding, cell, path, mended_by))

    def finished(self) -> TypedRow:
        """Return the row as it is handed on."""
        return TypedRow(
            sheet=self.grid.name,
            number=self.row + 1,
            project_id=self.project_id,
            project_code=self.project_code,
            name=self.name,
            county_code=self.county_code,
            document=self.document,
            cleared=tuple(self.cleared),
            cells=self.cells,
            issues=tuple(self.issues),
            lines=tuple(self.lines),
            extra=tuple(self.extra),
            version=self.version,
            exported=self.exported,
        )


def issue(finding: Finding, cell: SourceCell, path: str, mended_by: str = "filler") -> CellIssue:
    """Return a finding as an issue about a cell, in Chinese with the key of its English twin."""
    values = tuple(value if len(value) <= QUOTED else f"{value[:QUOTED]}…" for value in finding.values)
    if len(cell.raw) > QUOTED:
        cell = cell._replace(raw=f"{cell.raw[:QUOTED]}…")
    action, remedy = said(finding.key, values)
    return CellIssue(
        finding.code, finding.severity, cell, path, action, remedy, mended_by, finding.key, values
    )
