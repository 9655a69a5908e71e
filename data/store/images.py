"""Row images of records, read in a constant number of queries however many records: present and past.

A past image is read off the history: of each row the latest state written up to a history id, else the state
before the first change after it, else the row as it stands (it never changed).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, text

from data.store.documents import CHILDREN, KEYS, Row, Rows, document, key_of, project_of, unit_ids
from projects.fields import JsonValue
from projects.filing.desk import Held

T = TypeVar("T")
_IMAGE: Final = {"project_place": "to_jsonb(held) || jsonb_build_object('geom', CAST(held.geom AS text))"}
"""As in the history: a geometry stands as hexadecimal EWKB, exact to the last bit."""

_PRESENT: Final = {
    table: text(
        f"SELECT string_agg(CAST({_IMAGE.get(table, 'to_jsonb(held)')} AS text), ','"  # noqa: S608
        f" ORDER BY {', '.join(keys)}) FROM {table} held"
        f" WHERE {'id' if table == 'project' else 'project_id'} = ANY (:ids)"
    )
    for table, keys in KEYS.items()
}

_HISTORY: Final = text(
    "SELECT id, table_name, CAST(old_row AS text) AS old_row, CAST(new_row AS text) AS new_row"
    " FROM history WHERE project_id = :id AND table_name = ANY (:tables) ORDER BY id"
)


def row_of(image: str) -> Row:
    """Return a row from the JSON text of its image, numbers exact."""
    row: Row = json.loads(image, parse_float=Decimal)
    return row


def _rows_of(images: str | None) -> list[Row]:
    """Return rows from the text of their images with commas between: read as one, they share their names."""
    rows: list[Row] = json.loads(f"[{images or ''}]", parse_float=Decimal)
    return rows


SLICE: Final = 2000
"""Records whose images are in memory at once: an image takes some 25 kB, its document a tenth of it."""


def sliced(of: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the parts of a sequence whose images may be in memory at once."""
    yield from (of[start : start + SLICE] for start in range(0, len(of), SLICE))


def standing(connection: Connection, ids: Iterable[str]) -> dict[str, Held]:
    """Return records as they stand, by id and slice by slice; without where their values come from."""
    return {
        key: _held(rows, said)
        for part in sliced(list(ids))
        for held in [present(connection, part)]
        for (key, rows), said in zip(held.items(), documents(connection, held).values(), strict=True)
    }


def _held(rows: Rows, said: dict[str, JsonValue]) -> Held:
    row = project_of(rows)
    return Held(row["id"], said, int(row["version"]), str(row["owner_unit_id"] or ""), {})


def present(connection: Connection, ids: Iterable[str]) -> dict[str, Rows]:
    """Return the rows of records as they stand, by id; what this identity may not see is not in it."""
    listed = {"ids": list(ids)}
    found: dict[str, Rows] = {}
    for row in _rows_of(connection.scalar(_PRESENT["project"], listed)):
        found[row["id"]] = {"project": [row], **{table: [] for table in CHILDREN}}
    for table in CHILDREN:
        for row in _rows_of(connection.scalar(_PRESENT[table], listed)):
            if row["project_id"] in found:
                found[row["project_id"]][table].append(row)
    return found


def documents(connection: Connection, images: Mapping[str, Rows]) -> dict[str, dict[str, JsonValue]]:
    """Return the documents of images, by record id."""
    names = unit_names(connection, unit_ids(images.values()))
    return {key: document(rows, names) for key, rows in images.items()}


def unit_names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return unit id → name of some units; one that was merged is called by its successor's name."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    rows = connection.execute(
        text(
            "SELECT unit.id, coalesce(heir.name, unit.name) AS name FROM unit LEFT JOIN unit heir"
            " ON unit.successor_id IS NOT NULL AND heir.id = current_unit(unit.id)"
            " WHERE unit.id = ANY (:ids)"
        ),
        {"ids": wanted},
    )
    return {row.id: row.name for row in rows}


class Past:
    """The history of one record's rows, from which its image after any step is made."""

    def __init__(self, connection: Connection, project_id: str) -> None:
        self.now = present(connection, [project_id]).get(project_id, {})
        self._steps = connection.execute(_HISTORY, {"id": project_id, "tables": list(KEYS)}).all()

    def image(self, history_id: int) -> Rows:
        """Return the record's rows after a history row; no ``project`` row: it was not there yet."""
        rows: dict[tuple[str, tuple[Any, ...]], Row | None] = {}
        for step in self._steps:
            image = step.new_row if step.id <= history_id else step.old_row
            key = self._key(step)
            if step.id <= history_id or key not in rows:
                rows[key] = row_of(image) if image else None
        for table, held in self.now.items():
            for row in held:
                rows.setdefault((table, key_of(table, row)), row)
        return by_table(rows)

    def _key(self, step: Any) -> tuple[str, tuple[Any, ...]]:
        return step.table_name, key_of(step.table_name, row_of(step.new_row or step.old_row))


def by_table(rows: Mapping[tuple[str, tuple[Any, ...]], Row | None]) -> Rows:
    """Return rows, kept by table and primary key, as the image of a record; None is a row that is gone."""
    found: Rows = {table: [] for table in KEYS}
    for (table, _), row in rows.items():
        if row is not None:
            found[table].append(row)
    return found


def past(connection: Connection, project_id: str, history_ids: Sequence[int]) -> dict[int, Rows]:
    """Return a record's rows after each of some history rows, by history id."""
    if not history_ids:
        return {}
    read = Past(connection, project_id)
    return {key: read.image(key) for key in set(history_ids)}
