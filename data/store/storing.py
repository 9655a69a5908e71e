"""Storing the difference between two sets of row images: one statement per table and kind of write.

There are at most three statements per table and two thousand rows, so that triggers (facets, history) run
for many records at once. ``project`` is updated last: a record that leaves its owner is complete by then.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.documents import CHILDREN, FILLED_IN, KEYS, Row, Rows, key_of

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "project": (
        *("id", "name_normalised", "merged_into_id", "quantity_basis", "province_code", "prefecture_code"),
        *("county_basis", "township", "township_basis", "contact", "basis", "provenance"),
        *("version", "created_by", "updated_by", "updated_at", "deleted_at"),
        *FILLED_IN,
    ),
    "project_alias": ("project_id", "alias", "kind", "source"),
    "project_area": ("project_id", "county_code", "relation", "basis"),
    "project_party": ("project_id", "role", "unit_id", "position", "basis", "source"),
    "finance_line": (
        *("id", "project_id", "source", "status", "amount", "year", "split_from_id", "subsidy", "basis"),
        "source_note",
    ),
    "annual_plan": ("project_id", "year", "amount", "basis"),
    "milestone": (*("id", "project_id", "code", "title", "planned_on", "actual_on", "basis", "source_note"),),
    "approval_step": (
        *("id", "project_id", "code", "planned_on", "actual_on", "number", "authority", "basis"),
        "source_note",
    ),
    "project_place": (
        *("id", "project_id", "position", "is_primary", "label", "geom", "precision", "method", "basis"),
        *("datum_entered", "coordinates_entered", "address", "confidence", "source", "source_url", "note"),
    ),
}
"""The columns that are written; what the database derives (a place's county) is not among them."""

NUMBERED: Final = ("finance_line", "milestone", "approval_step", "project_place")
"""Tables whose rows get a number before they are written."""

BATCH: Final = 2000
"""Rows per statement: their text is in memory several times over while it is sent."""

_OLDER: Final[Mapping[str, Any]] = {"position": 0}
"""Columns that images older than they are do not have."""

_BY_OTHERS: Final = ("id", "created_by")


def store(connection: Connection, before: Mapping[str, Rows], after: Mapping[str, Rows]) -> None:
    """Write what differs; a record without an image in ``before`` is new."""
    _number(connection, after)
    _insert(connection, "project", [rows["project"][0] for key, rows in after.items() if key not in before])
    for table in CHILDREN:
        held, wanted = _by_key(before, after, table), _by_key(after, after, table)
        _delete(connection, table, [row for key, row in held.items() if key not in wanted])
        _update(connection, table, list(_changed(table, held, wanted)))
        _insert(connection, table, [row for key, row in wanted.items() if key not in held])
    held, wanted = _by_key(before, after, "project"), _by_key(after, before, "project")
    changed = list(_changed("project", held, wanted))
    # What leaves goes first: its project code may be another's in the next statement.
    _update(connection, "project", [row for row in changed if _gone(row)])
    _update(connection, "project", [row for row in changed if not _gone(row)])


def numbers(connection: Connection, table: str, count: int) -> list[int]:
    """Return fresh numbers for rows of a table, ascending."""
    if not count:
        return []
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return sorted(connection.scalars(query, {"table": table, "count": count}))


def _number(connection: Connection, images: Mapping[str, Rows]) -> None:
    for table in NUMBERED:
        fresh = [row for rows in images.values() for row in rows.get(table, ()) if row["id"] is None]
        for row, number in zip(fresh, numbers(connection, table, len(fresh)), strict=True):
            row["id"] = number


def _gone(row: Row) -> bool:
    return row["deleted_at"] is not None or row["merged_into_id"] is not None


def _by_key(images: Mapping[str, Rows], among: Mapping[str, Rows], table: str) -> dict[tuple[Any, ...], Row]:
    return {key_of(table, row): row for record in among for row in images.get(record, {}).get(table, ())}


def _changed(
    table: str, held: Mapping[tuple[Any, ...], Row], wanted: Mapping[tuple[Any, ...], Row]
) -> Iterator[Row]:
    for key, row in wanted.items():
        before = held.get(key, row)
        if before != row and any(before.get(name) != row.get(name) for name in COLUMNS[table]):
            yield row


def _insert(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    columns = ", ".join(COLUMNS[table])
    _run(
        connection,
        f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608 - names of our own tables
        f" FROM jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))",
        table,
        rows,
    )


def _update(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    changing = [name for name in COLUMNS[table] if name not in (*KEYS[table], *_BY_OTHERS)]
    sets = ", ".join(f"{name} = wanted.{name}" for name in changing)
    _run(
        connection,
        f"UPDATE {table} SET {sets} FROM"  # noqa: S608
        f" jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb)) AS wanted WHERE {_match(table)}",
        table,
        rows,
    )


def _delete(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    _run(
        connection,
        f"DELETE FROM {table} USING"  # noqa: S608
        f" jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb)) AS wanted WHERE {_match(table)}",
        table,
        rows,
    )


def _match(table: str) -> str:
    return " AND ".join(f"{table}.{name} = wanted.{name}" for name in KEYS[table])


def _run(connection: Connection, statement: str, table: str, rows: Sequence[Row]) -> None:
    """Run a statement over rows; fewer written than asked for means the database hid some of them."""
    written = 0
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        plain = [{name: row.get(name, _OLDER.get(name)) for name in COLUMNS[table]} for row in part]
        payload = json.dumps(plain, ensure_ascii=False, default=_number_text)
        written += connection.execute(text(statement), {"rows": payload}).rowcount
    if written != len(rows):
        raise Hidden(f"{table}: {len(rows) - written} of {len(rows)} rows are not this identity's to write")


def _number_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of a row")


class Hidden(Exception):  # noqa: N818 - reads as what happened
    """Row-level security kept rows from a write."""
