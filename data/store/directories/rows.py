"""Reading editions and their lines; the rights of whoever asks are the database's."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from data.store import units
from data.store.directories.asking import Wanted
from projects.directories.flags import flags
from projects.directories.frozen import thaw
from projects.directories.model import (
    ColumnType,
    Definition,
    EditionHead,
    EditionState,
    Entry,
    Place,
)
from projects.directories.ports import EntryPage, NamedLine
from projects.errors import BadValue, UnknownRecord

_log = logging.getLogger(__name__)

_HEAD: Final = (
    "directory.id, directory.definition, directory.title, directory.area_code,"
    " coalesce(about.name, directory.area_code) AS area_name, directory.unit_id,"
    " coalesce(own.name, directory.unit_id) AS unit_name, directory.number, directory.valid_on,"
    " directory.state, directory.entries, directory.version, directory.published_at"
)
_SIGNED_IN: Final = (
    ", directory.created_by, coalesce(directory.reason, '') AS reason,"
    " (SELECT count(*) FROM office_file WHERE subject_kind = 'directory' AND subject_id = directory.id"
    " AND removed_at IS NULL) AS files,"
    " directory.state = 'draft' AND ((SELECT writes_everything())"
    " OR directory.unit_id = ANY ((SELECT fileable_units())::text[])) AS may_edit,"
    " directory.state <> 'withdrawn' AND ((SELECT writes_everything())"
    " OR directory.unit_id = ANY ((SELECT writable_units())::text[])) AS may_publish"
)
_NOBODY: Final = ", '' AS created_by, '' AS reason, 0 AS files, false AS may_edit, false AS may_publish"
_FROM: Final = (
    " FROM directory LEFT JOIN owner_unit own ON own.id = directory.unit_id"
    " LEFT JOIN owner_unit about ON about.id = directory.area_code"
)
_ENTRY: Final = (
    "entry.key, entry.position, entry.cells, entry.lon, entry.lat, entry.precision, entry.datum_entered,"
    " entry.coordinates_entered, entry.county_code, entry.doubt"
)


class Edition(NamedTuple):
    """An edition with the definition it was made with."""

    head: EditionHead
    definition: Definition


def heads(
    connection: Connection, signed_in: bool, definition: str, area_code: str
) -> tuple[EditionHead, ...]:
    """Return the editions one may see, drafts first, then the newest."""
    given = {"definition": definition, "area": area_code}
    wanted = [
        condition
        for condition, value in (
            ("directory.definition = :definition", definition),
            ("directory.area_code = :area", area_code),
        )
        if value
    ]
    where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    rows = connection.execute(
        text(
            f"SELECT {_HEAD}{_SIGNED_IN if signed_in else _NOBODY}{_FROM}{where}"
            " ORDER BY directory.state = 'draft' DESC, directory.valid_on DESC, directory.id DESC LIMIT 2000"
        ),
        {name: value for name, value in given.items() if value},
    )
    return tuple(_head(row) for row in rows)


def edition(connection: Connection, signed_in: bool, key: int) -> Edition:
    """Return one edition with its definition.

    ``UnknownRecord`` for one that one may not see, ``BadValue`` for one whose definition cannot be read.
    """
    row = connection.execute(
        text(
            f"SELECT {_HEAD}{_SIGNED_IN if signed_in else _NOBODY}, directory.made_with{_FROM}"
            " WHERE directory.id = :key"
        ),
        {"key": key},
    ).first()
    if row is None:
        raise UnknownRecord(f"没有这份名录，或它不对您公开：{key}")
    return Edition(_head(row), thaw(row.made_with))


def entries(
    connection: Connection, definition: Definition, wanted: Wanted, limit: int | None, offset: int
) -> tuple[Entry, ...]:
    """Return lines in their order."""
    rows = connection.execute(
        text(
            f"SELECT {_ENTRY}{wanted.contacts} FROM directory_entry entry WHERE {wanted.where}"  # noqa: S608
            " ORDER BY entry.position, entry.key LIMIT :limit OFFSET :offset"
        ),
        wanted.values | {"limit": limit, "offset": offset},
    ).all()
    return _told(connection, definition, [_entry(definition, row) for row in rows])


def page(
    connection: Connection, definition: Definition, wanted: Wanted, limit: int, offset: int
) -> EntryPage:
    """Return a page of lines and how many match: the condition is held against every line once."""
    row = connection.execute(
        text(
            "WITH matched AS MATERIALIZED (SELECT entry.key, entry.position, entry.lon"  # noqa: S608
            f" FROM directory_entry entry WHERE {wanted.where})"
            " SELECT count(*) AS matched, count(lon) AS located,"
            " ARRAY(SELECT key FROM matched ORDER BY position, key LIMIT :limit OFFSET :offset) AS keys"
            " FROM matched"
        ),
        wanted.values | {"limit": limit, "offset": offset},
    ).one()
    shown = Wanted("entry.directory_id = :key", {"key": wanted.values["key"]}, wanted.contacts)
    shown.require(f"entry.key = ANY (CAST({shown.bind(row.keys)} AS integer[]))")
    items = entries(connection, definition, shown, None, 0)
    return EntryPage(items, row.matched, row.located)


def naming(connection: Connection, signed_in: bool, project_id: str) -> tuple[NamedLine, ...]:
    """Return the lines of the newest published editions that name a record."""
    contacts = ", entry.contacts" if signed_in else ", '{}'::jsonb AS contacts"
    rows = connection.execute(
        text(
            f"SELECT {_HEAD}{_SIGNED_IN if signed_in else _NOBODY}, directory.made_with,"  # noqa: S608
            f" {_ENTRY}{contacts}{_FROM} JOIN directory_entry entry ON entry.directory_id = directory.id"
            " WHERE entry.project_ids @> ARRAY[:project]::text[] AND directory.state = 'published'"
            " AND NOT EXISTS (SELECT FROM directory newer WHERE newer.definition = directory.definition"
            " AND newer.area_code = directory.area_code AND newer.state = 'published'"
            " AND newer.number > directory.number)"
            " ORDER BY directory.valid_on DESC, directory.id, entry.position LIMIT 50"
        ),
        {"project": project_id},
    )
    found = []
    for row in rows:
        try:
            definition = thaw(row.made_with)
        except BadValue as error:  # one county's broken edition is no reason to show nobody anything
            _log.warning("edition %s: %s", row.id, error)
            continue
        found.append(NamedLine(_head(row), definition, _entry(definition, row)))
    return tuple(found)


def _head(row: Any) -> EditionHead:
    return EditionHead(
        id=row.id,
        definition=row.definition,
        title=row.title,
        area_code=row.area_code,
        area_name=row.area_name,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        number=row.number,
        valid_on=row.valid_on,
        state=EditionState(row.state),
        entries=row.entries,
        files=row.files,
        version=row.version,
        created_by=row.created_by,
        published_at=row.published_at,
        may_edit=row.may_edit,
        may_publish=row.may_publish,
        reason=row.reason,
    )


def _entry(definition: Definition, row: Any) -> Entry:
    cells = row.cells | row.contacts
    return Entry(
        key=row.key,
        position=row.position,
        cells=cells,
        place=Place(
            row.lon,
            row.lat,
            row.precision,
            row.datum_entered,
            row.coordinates_entered,
            row.county_code if definition.mapped else "",
            row.doubt,
        ),
        flags=flags(definition, cells),
    )


# ---- what has to be told of a line today ----


def _told(connection: Connection, definition: Definition, found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Add the names of records, and what became of records and units since the line was written."""
    records = _records(connection, _named(definition, found, ColumnType.PROJECT))
    now = units.standard(connection, _named(definition, found, ColumnType.UNIT))
    return tuple(_with_notes(definition, entry, records, now) for entry in found)


def _named(definition: Definition, found: Sequence[Entry], kind: ColumnType) -> set[str]:
    names = [column.name for column in definition.columns if column.type is kind]
    return {str(entry.cells[name]) for entry in found for name in names if entry.cells.get(name)}


class _Record(NamedTuple):
    name: str
    heir: str


def _records(connection: Connection, ids: set[str]) -> dict[str, _Record]:
    if not ids:
        return {}
    rows = connection.execute(
        text("SELECT id, name, merged_into_id FROM project WHERE id = ANY (:ids) AND deleted_at IS NULL"),
        {"ids": sorted(ids)},
    )
    return {row.id: _Record(row.name, row.merged_into_id or "") for row in rows}


def _with_notes(
    definition: Definition, entry: Entry, records: Mapping[str, _Record], now: Mapping[str, str]
) -> Entry:
    notes, name = [], ""
    for column in definition.columns:
        value = str(entry.cells.get(column.name) or "")
        if value and column.type is ColumnType.PROJECT:
            record = records.get(value)
            name = name or (record.name if record else "")
            notes += _record_note(value, record)
        elif value and column.type is ColumnType.UNIT and now.get(value, value) != value:
            notes.append(f"“{value}”现为“{now[value]}”")
    return entry if not notes and not name else _noted(entry, name, "；".join(notes))


def _noted(entry: Entry, name: str, note: str) -> Entry:
    return Entry(entry.key, entry.position, entry.cells, entry.place, entry.flags, name, note)


def _record_note(value: str, record: _Record | None) -> list[str]:
    if record is None:
        return [f"项目 {value} 已不公开、已删除或已合并"]
    return [f"项目 {value} 已并入 {record.heir}"] if record.heir else []
