"""Reading committed CSV tables: UTF-8, a header line, an empty cell is unknown."""

import csv
from pathlib import Path
from typing import Final

from projects.errors import BadValue

REFERENCE: Final = Path(__file__).resolve().parent.parent / "reference"

Row = dict[str, str | None]


def read(path: Path) -> list[Row]:
    """Return a table's rows; an empty cell becomes ``None``.

    Raises ``BadValue`` naming file and line when a row has more or fewer cells than the header.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise BadValue(f"{path.name} line {reader.line_num}: {len(reader.fieldnames or ())} cells expected")
            rows.append({key: (value.strip() or None) for key, value in row.items()})
        return rows


def fingerprint(folder: Path) -> str:
    """Return a short hash of all tables below a folder, to know whether they changed since they were loaded."""
    import hashlib

    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.csv")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
