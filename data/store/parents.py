"""The wholes that phases belong to, as the acting account sees them; the database has the last word."""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from projects.errors import BadValue
from projects.filing.changes import FieldChange
from projects.lifecycle.phases import ring, ring_words

PATH = "parent_id"


def above(connection: Connection, ids: Iterable[str]) -> dict[str, str | None]:
    """Return record → parent for some records and everything above them."""
    rows = connection.execute(
        text(
            "WITH RECURSIVE upwards AS (SELECT id, parent_id FROM project WHERE id = ANY (:ids)"
            " UNION SELECT project.id, project.parent_id FROM upwards JOIN project"
            " ON project.id = upwards.parent_id) SELECT id, parent_id FROM upwards"
        ),
        {"ids": sorted(set(ids))},
    )
    return {row.id: row.parent_id for row in rows}


def check(connection: Connection, wanted: Iterable[tuple[str, FieldChange]]) -> None:
    """Raise ``BadValue`` when a change makes a record a part of itself; ``wanted`` is (record id, change)."""
    asked = {
        key: None if change.new is None else str(change.new)
        for key, change in wanted
        if key and change.path == PATH
    }
    given = {key: parent for key, parent in asked.items() if parent is not None}
    if not given:
        return
    parents = above(connection, given.values()) | asked
    for key, parent in given.items():
        way = ring(key, parents)
        if way:
            raise BadValue(
                f"上级项目编号填 {parent} 会使项目成为自己的一部分（{ring_words(way)}）："
                "请核对各期与整个项目的编号"
            )
