"""One cell of an office's file, what was found about it, and how its row may end."""

from enum import StrEnum
from typing import NamedTuple

from projects.intake.import_words import said
from projects.intake.issues import IssueCode, Severity


class Outcome(StrEnum):
    """The one end of a row."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    HELD = "held"
    """Possibly a record that is there already, or twice in the file: a person decides."""
    REJECTED = "rejected"
    """An error that must be mended first; nothing of the row is taken over."""


class SourceCell(NamedTuple):
    """One cell as it stands in the file; a value never loses the cell it came from."""

    sheet: str
    address: str
    """``C7``; for CSV and map files the row and the column counted the same way."""
    heading: str
    """The heading as printed, empty for none."""
    raw: str
    """The value as text, exactly as the file gives it (numbers without thousands separators)."""
    formula: str = ""
    """The formula of a computed cell, empty for a plain value."""


class CellIssue(NamedTuple):
    """One finding about one cell: what, how bad, where, what was done, what to do and who can do it."""

    code: IssueCode
    severity: Severity
    cell: SourceCell
    field: str
    """The field path it is about, empty for an unknown heading."""
    action: str
    """What was done: ``taken``, ``corrected``, ``left out``, ``row rejected`` …, in words (zh)."""
    remedy: str
    """What to do about it, in words (zh)."""
    mended_by: str = "filler"
    """Who can mend it: ``filler`` (whoever filled in the file), ``reviewer`` or ``administrator``."""
    key: str = ""
    """Key of its words in ``projects.intake.import_words``; empty when it has no English twin."""
    values: tuple[str, ...] = ()
    """What the words quote."""

    def words(self, language: str = "zh") -> tuple[str, str]:
        """Return action and remedy in a language."""
        return said(self.key, self.values, language) if self.key else (self.action, self.remedy)
