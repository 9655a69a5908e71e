"""What a database holds, in numbers that can be compared: rows and a checksum for every table.

The checksum is the sum over all rows of 64 bits of the MD5 of the row as text, so that the order of the
rows does not matter; the session's ways of writing values are fixed, so that no setting of a server does
either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from data.database import SCHEMA


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and their checksum in decimal digits."""

    rows: int
    checksum: str


def sums(connection: Connection, schema: str = SCHEMA) -> dict[str, TableSum]:
    """Return table → rows and checksum, as the owner of the tables and in the snapshot of the connection."""
    for statement in _WRITTEN_ALIKE:
        connection.exec_driver_sql(statement)
    names = connection.scalars(_TABLES, {"schema": schema}).all()
    return {name: _sum(connection, schema, name) for name in names}


def differences(expected: Mapping[str, TableSum], found: Mapping[str, TableSum]) -> list[str]:
    """Return what differs, a phrase for each table.

    >>> differences({"a": TableSum(2, "7")}, {"a": TableSum(1, "3"), "b": TableSum(0, "0")})
    ['a: 1 of 2 rows', 'b: not expected']
    """
    told = [
        f"{name}: {_phrase(expected[name], found.get(name))}"
        for name in sorted(expected)
        if found.get(name) != expected[name]
    ]
    return told + [f"{name}: not expected" for name in sorted(set(found) - set(expected))]


def _phrase(expected: TableSum, found: TableSum | None) -> str:
    if found is None:
        return "missing"
    if found.rows != expected.rows:
        return f"{found.rows} of {expected.rows} rows"
    return f"other contents in {found.rows} rows"


def _sum(connection: Connection, schema: str, table: str) -> TableSum:
    quoted = f'"{schema}"."{table.replace(chr(34), chr(34) * 2)}"'
    row = connection.exec_driver_sql(_SUM.format(table=quoted).replace("%", "%%")).one()
    return TableSum(int(row[0]), str(row[1]))


_WRITTEN_ALIKE: Final = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL xmloption = 'content'",
    "SET LOCAL statement_timeout = 0",
)
_TABLES: Final = text(
    "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(:schema) AND relkind IN ('r', 'm')"
    " ORDER BY relname"
)
_SUM: Final = (
    "SELECT count(*), coalesce(sum(('x' || left(md5(row::text), 16))::bit(64)::bigint::numeric), 0)"
    " FROM {table} AS row"
)
