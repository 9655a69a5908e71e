"""The project library as it stands in the reference tables: read, checked for loose ends, not yet stored."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.importers.tables import REFERENCE, Row, read
from projects.errors import BadValue

PARTS: Final = (
    "tasks",
    "task_units",
    "units",
    "unit_aliases",
    "projects",
    "mentions",
    "aliases",
    "zones",
    "targets",
    "places",
)


@dataclass(frozen=True, slots=True)
class LibraryTables:
    """All rows of the library, by table; ``document_id`` is added to each row."""

    documents: list[Row]
    tasks: list[Row]
    task_units: list[Row]
    units: list[Row]
    unit_aliases: list[Row]
    projects: list[Row]
    mentions: list[Row]
    aliases: list[Row]
    zones: list[Row]
    targets: list[Row]
    places: list[Row]


def read_library(folder: Path = REFERENCE) -> LibraryTables:
    """Read all documents and their tables; raises ``BadValue`` on a row that points nowhere."""
    documents = read(folder / "documents.csv")
    parts: dict[str, list[Row]] = {part: [] for part in PARTS}
    for document in documents:
        for part in PARTS:
            path = folder / "library" / str(document["folder"]) / f"{part}.csv"
            parts[part] += [{**row, "document_id": document["document_id"]} for row in read(path)]
    tables = LibraryTables(documents=documents, **parts)
    _check(tables)
    return tables


def _check(tables: LibraryTables) -> None:
    """Every reference must resolve, every record must be named somewhere."""
    projects = _unique(tables.projects, "project_id")
    tasks = _unique(tables.tasks, "task_id")
    units = _unique(tables.units, "unit_id")
    zones = _unique(tables.zones, "zone_id")
    for rows, column, known in (
        (tables.mentions, "project_id", projects),
        (tables.mentions, "task_id", tasks),
        (tables.task_units, "task_id", tasks),
        (tables.task_units, "unit_id", units),
        (tables.unit_aliases, "unit_id", units),
        (tables.aliases, "project_id", projects),
        (tables.places, "project_id", projects),
        (tables.projects, "parent_id", projects),
        (tables.projects, "zone_id", zones),
        (tables.projects, "owner_unit_id", units),
        (tables.targets, "task_id", tasks),
    ):
        loose = {row[column] for row in rows if row[column]} - known
        if loose:
            raise BadValue(
                f"{column} {sorted(map(str, loose))[:5]} is used in the reference tables but not defined"
            )
    unnamed = projects - {row["project_id"] for row in tables.mentions}
    if unnamed:
        raise BadValue(f"records {sorted(map(str, unnamed))[:5]} are named in no task of their document")


def _unique(rows: list[Row], column: str) -> set[str | None]:
    keys = [row[column] for row in rows]
    if len(keys) != len(set(keys)):
        repeated = sorted({str(k) for k in keys if keys.count(k) > 1})
        raise BadValue(f"{column} {repeated[:5]} stands more than once in the reference tables")
    return set(keys)
