"""Writing many rows fast: COPY as the owner, derived tables made once at the end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, text

from projects.errors import StorageUnavailable

WATCHED: Final = ("project", "project_place", "project_party", "finance_line", "milestone")
"""Tables from which the facets are derived, statement by statement."""


UNDERIVED: Final = (("approval_step", "history_insert"),)
"""Tables from which nothing is derived, with the trigger they have all the same."""


@contextmanager
def bulk(connection: Connection, *, history: bool) -> Iterator[None]:
    """Leave out what is derived per statement and derive it once at the end, in the same transaction.

    Without ``history`` the rows leave no first line in the history either.
    """
    names = ("facets_insert", *(() if history else ("history_insert",)))
    _switch(connection, "DISABLE", names)
    yield
    _switch(connection, "ENABLE", names)
    connection.execute(text(f"ANALYZE {', '.join(WATCHED)}"))
    connection.execute(text("SELECT refresh_facets()"))
    connection.execute(text("ANALYZE project_facet"))


def _switch(connection: Connection, how: str, triggers: Iterable[str]) -> None:
    # Foreign keys are checked at the end of each statement; a table with checks pending cannot be altered.
    for table, own in (*((table, "") for table in WATCHED), *UNDERIVED):
        for name in triggers:
            if not own or name == own:
                connection.execute(text(f"ALTER TABLE {table} {how} TRIGGER {name}"))


def copy(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Append rows (all with the same columns) with COPY and return how many."""
    if not rows:
        return 0
    columns = list(rows[0])
    driver = connection.connection.driver_connection
    if driver is None:
        raise StorageUnavailable("the connection to the database has been closed")
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement) as sink:
        for row in rows:
            sink.write_row([row[name] for name in columns])
    return len(rows)


def reserve(connection: Connection, table: str, count: int) -> int:
    """Take ``count`` numbers from a table's sequence and return the first."""
    name = f"{table}_id_seq"
    first = int(connection.scalar(text("SELECT nextval(CAST(:name AS regclass))"), {"name": name}) or 0)
    if count > 1:
        connection.execute(
            text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": name, "last": first + count - 1}
        )
    return first
