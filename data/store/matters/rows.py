"""Rows of matters as domain objects; units by their names of today beside those of the day of writing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection, RowMapping, text

from projects.matters.model import (
    EntryKind,
    Matter,
    MatterEntry,
    MatterKind,
    MatterState,
    UnitName,
    timing,
)

MINE: Final = "(SELECT writes_everything()) OR {} && (SELECT fileable_units())::text[]"
COLUMNS: Final = f"""
    m.id, m.kind, m.title, m.detail, m.state, coalesce(m.record_id, '') AS project_id,
    coalesce(project.name, '') AS project_name, coalesce(m.area_code, '') AS area_code,
    coalesce(about.name, '') AS area_name, m.raised_unit, m.raised_unit_name, m.raised_by, m.raised_on,
    m.lead_unit, m.lead_unit_name, m.support_units, m.support_unit_names, m.due_on,
    coalesce(m.closed_on, :today) - m.raised_on AS days_open, m.replies, m.version, m.parent_id,
    (SELECT count(*) FROM office_file file WHERE file.subject_kind = 'matter' AND file.subject_id = m.id
        AND file.removed_at IS NULL) AS files,
    {MINE.format("(ARRAY[m.raised_unit, m.lead_unit] || m.support_units)")} AS may_answer,
    {MINE.format("ARRAY[m.raised_unit]")} AS may_settle,
    {MINE.format("(ARRAY[m.lead_unit] || m.support_units)")} AS may_handle"""  # noqa: S608
JOINS: Final = """
    LEFT JOIN project ON project.id = m.record_id
    LEFT JOIN owner_unit about ON about.id = m.area_code"""


class Names:
    """What units are called today, by the id under which they were written down."""

    def __init__(self, connection: Connection, ids: Iterable[str | None]) -> None:
        wanted = sorted({one for one in ids if one})
        rows = connection.execute(_TODAY, {"ids": wanted}) if wanted else ()
        self._today = {row.id: (row.today, row.name) for row in rows}

    def of(self, unit_id: str | None, was: str) -> UnitName:
        """Return a unit as it is called today, with its name of that time where that differs."""
        today, name = self._today.get(unit_id or "", (unit_id or "", was))
        return UnitName(today, name, was if was != name else "")


_TODAY: Final = text(
    "SELECT named.id, owner_unit.id AS today, owner_unit.name FROM unnest(CAST(:ids AS text[])) AS named (id)"
    " JOIN owner_unit ON owner_unit.id = current_unit(named.id)"
)


def matters(connection: Connection, rows: Sequence[RowMapping], today: date) -> tuple[Matter, ...]:
    """Return rows of ``COLUMNS`` as matters, in their order."""
    names = Names(
        connection,
        (unit for row in rows for unit in (row["raised_unit"], row["lead_unit"], *row["support_units"])),
    )
    return tuple(_matter(row, names, today) for row in rows)


_PLAIN: Final = (
    "id",
    "title",
    "detail",
    "project_id",
    "project_name",
    "area_code",
    "area_name",
    "raised_by",
    "raised_on",
    "due_on",
    "days_open",
    "replies",
    "files",
    "version",
    "parent_id",
    "may_answer",
    "may_settle",
    "may_handle",
)


def _matter(row: RowMapping, names: Names, today: date) -> Matter:
    state = MatterState(row["state"])
    supports = zip(row["support_units"], row["support_unit_names"], strict=True)
    return Matter(
        kind=MatterKind(row["kind"]),
        state=state,
        timing=timing(state, row["due_on"], today),
        raised_unit=names.of(row["raised_unit"], row["raised_unit_name"]),
        lead_unit=names.of(row["lead_unit"], row["lead_unit_name"]),
        support_units=tuple(names.of(unit, was) for unit, was in supports),
        **{name: row[name] for name in _PLAIN},
    )


def entries(connection: Connection, rows: Sequence[RowMapping]) -> tuple[MatterEntry, ...]:
    """Return rows of ``matter_entry`` as entries, in their order."""
    names = Names(connection, (row["unit_id"] for row in rows))
    return tuple(_entry(row, names) for row in rows)


def _entry(row: RowMapping, names: Names) -> MatterEntry:
    return MatterEntry(
        id=row["id"],
        kind=EntryKind(row["kind"]),
        text=row["text"],
        old_state=_state(row["old_state"]),
        new_state=_state(row["new_state"]),
        changed={field: (old, new) for field, (old, new) in row["changed"].items()},
        written_by=row["written_by"],
        unit=names.of(row["unit_id"], row["unit_name"]),
        written_at=row["written_at"],
    )


def _state(code: str | None) -> MatterState | None:
    return MatterState(code) if code else None
