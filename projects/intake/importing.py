"""What becomes of an office's file, row by row.

Every row ends in exactly one outcome; warnings stand beside it.

    file → cells (sheet, address, heading, raw) → typed row + issues → matched with the library → plan
         → change set

Nothing here touches a file or a database.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from projects.errors import BadValue
from projects.fields import Document, JsonValue
from projects.filing.desk import Lookalike
from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.intake.import_words import REFUSALS, WHAT_EN
from projects.intake.indicator_sheet import IndicatorRow, PlannedFigure
from projects.intake.issues import Severity

EXAMPLE: Final = "示例"
"""What the first cell of our template's example row holds; such a row is skipped and not counted."""
CLEAR: Final = "清除"
"""What a cell says to empty a value on purpose."""


class FileRefused(BadValue):
    """A whole file cannot be read; one sentence says why and what to do."""

    def __init__(self, key: str, *values: str) -> None:
        self.key, self.values = key, values
        super().__init__(self.sentence())

    def sentence(self, language: str = "zh") -> str:
        """Return the reason in a language."""
        zh, en = REFUSALS[self.key]
        if language != "en":
            return zh.format(*self.values)
        return en.format(*(WHAT_EN.get(value, value) for value in self.values))

    def __reduce__(self) -> tuple[type["FileRefused"], tuple[str, ...]]:
        return type(self), (self.key, *self.values)


class Mode(StrEnum):
    """What a file may do: only add, only change, or both."""

    NEW = "new"
    UPDATE = "update"
    UPSERT = "upsert"


class Line(NamedTuple):
    """A row of 资金, 里程碑 or 审批手续 that went into a row of 项目."""

    sheet: str
    number: int
    path: str
    """``finance/new-1``, ``milestone/commencement``; empty when an error kept it out."""


class LeftOut(NamedTuple):
    """A row that became no project and no line, and why: totals, titles, notes, orphaned lines."""

    sheet: str
    number: int
    issue: CellIssue
    cells: tuple[SourceCell, ...]


_COLUMNS_OF = {"alias": ("aliases",), "area": ("areas",), "place": ("lon", "lat")}
"""The columns of 项目 that rows of a list come from."""


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row of 项目 with its lines of 资金, 里程碑 and 审批手续, read and checked but not yet matched.

    ``document`` holds what the row says (field path → value); what it leaves blank is absent. ``cleared``
    holds the paths that the row empties on purpose (「清除」).
    """

    sheet: str
    number: int
    """Row number in its sheet, counted from 1 as the program shows it."""
    project_id: str
    project_code: str
    name: str
    county_code: str | None
    document: Document
    cleared: tuple[str, ...]
    cells: Mapping[str, SourceCell]
    """Field path → the cell it came from."""
    issues: tuple[CellIssue, ...]
    lines: tuple[Line, ...] = ()
    """The rows of 资金, 里程碑 and 审批手续 that belong to it."""
    extra: tuple[SourceCell, ...] = ()
    """What stands under headings nobody knows; kept, not taken over."""
    version: int | None = None
    """The record's version when the workbook was filled in advance (column 版本); None when it says none."""
    exported: bool = False
    """Whether it comes from an export of ours, which also shows what the library derives from a place."""

    def cell_of(self, path: str) -> SourceCell | None:
        """Return the cell a value came from: its own, or that of the column or line it belongs to."""
        for key in (path, *_COLUMNS_OF.get(path.partition("/")[0], ())):
            cell = self.cells.get(key)
            if cell is not None:
                return cell
        below = f"{path}/"
        return next((self.cells[key] for key in self.cells if key.startswith(below)), None)

    def locator(self, path: str) -> str:
        """Return where a value stands, ``项目!C7``; empty when no cell says it."""
        cell = self.cell_of(path)
        return f"{cell.sheet}!{cell.address}" if cell else ""

    @property
    def rejected(self) -> bool:
        """Whether an error keeps the row out."""
        return any(issue.severity is Severity.ERROR for issue in self.issues)


@dataclass(frozen=True, slots=True)
class FileReading:
    """A whole file: its rows in file order, what concerns no row, and what was seen of its sheets."""

    file_name: str
    sha256: str
    format: str
    encoding: str
    rows: tuple[TypedRow, ...]
    issues: tuple[CellIssue, ...]
    """Unknown headings, hidden sheets, macros …; what is said of a row left out stands there."""
    unknown_headings: tuple[SourceCell, ...]
    rows_in: int
    """Data rows in all sheets read (项目 + 资金 + 里程碑 + 审批手续 + 指标); each is accounted for."""
    lines_in: Mapping[str, int]
    """Data rows by sheet."""
    left_out: tuple[LeftOut, ...] = ()
    """Rows that are neither a project nor one of its lines; each has its issue."""
    indicators: tuple[IndicatorRow, ...] = ()
    """The rows of 指标."""
    mark: str = ""
    """The number of the Monday list that the workbook is, empty for any other file."""

    @property
    def accounted(self) -> int:
        """Rows that ended somewhere; equal to ``rows_in``."""
        lines = sum(len(row.lines) for row in self.rows)
        return len(self.rows) + lines + len(self.left_out) + len(self.indicators)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What would happen to a row."""

    row: TypedRow
    outcome: Outcome
    project_id: str
    """The matched record; empty for a new or rejected one."""
    matched_by: str
    """``id`` · ``project_code`` · ``name`` · empty."""
    changes: tuple[tuple[str, JsonValue, JsonValue], ...]
    """Field path, old, new."""
    reasons: tuple[CellIssue, ...]
    """The row's own issues and those that matching found."""
    candidates: tuple[Lookalike, ...] = ()
    """The records a held row may be."""
    version: int | None = None
    """The matched record's version that the changes are against."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The preview: every row with its outcome."""

    reading: FileReading
    mode: Mode
    keep_existing: bool
    rows: tuple[PlannedRow, ...]
    figures: tuple[PlannedFigure, ...] = ()
    """The rows of 指标 with their outcomes."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows of 项目 by outcome, zeros included; they add up to them."""
        seen = Counter(row.outcome for row in self.rows)
        return {str(outcome): seen[outcome] for outcome in Outcome}
