"""Reading committed CSV tables: UTF-8, a header line, an empty cell is unknown."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from projects.errors import BadValue

REFERENCE: Final = Path(__file__).resolve().parent.parent / "reference"

Row = dict[str, str | None]


class ReferenceTableError(BadValue):
    """A committed table cannot be read; the message names file, line and what is wrong there."""


def read(path: Path) -> list[Row]:
    """Return a table's rows; an empty cell becomes ``None``. Raises as ``lines`` does."""
    return [row for _, row in lines(path)]


def lines(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield a table's rows with the line each ends on, cells without surrounding blanks.

    Raises ``ReferenceTableError`` for a missing file, and for a row with more or fewer cells than the header.
    """
    if not path.is_file():
        raise ReferenceTableError(f"reference table {path.name} is missing: restore it from the repository")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        for row in reader:
            if None in row or None in row.values():
                raise ReferenceTableError(
                    f"{path.name}, line {reader.line_num}: {len(reader.fieldnames or ())} cells expected"
                )
            yield reader.line_num, {key: (value.strip() or None) for key, value in row.items()}


def fingerprint(folder: Path) -> str:
    """Return a short hash of all tables below a folder, to know whether they changed since a load."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.csv")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
