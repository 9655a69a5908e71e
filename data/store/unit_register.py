"""The registry of units: found by any of their names, renamed and merged by administrators.

The functions ``rename_unit`` and ``merge_unit`` of the database ask for themselves whether the acting session
is an administrator's; the command line acts as owner and calls what they call (``*_as_owner``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from psycopg import errors
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from data.database import Database
from data.store.filtering import like
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.unit_register import Change, Deed, OfficeUnit, check_name, check_source, refusal

COMMAND_LINE: Final = "command line"
"""Who renamed or merged a unit without an account."""


class PostgisUnitRegister:
    """``projects.unit_register.UnitRegister`` over the database, with the rights of one session."""

    def __init__(self, database: Database, token: str) -> None:
        self._database, self._token = database, token

    def page(
        self, words: str = "", *, limit: int = 30, offset: int = 0
    ) -> tuple[tuple[OfficeUnit, ...], int]:
        """Return units by a part of any of their names, and how many match."""
        with self._reading() as connection:
            return listed(connection, words, limit=limit, offset=offset)

    def current(self, unit_id: str) -> OfficeUnit:
        """Return the unit that answers for an id today; an area or zone answers for itself."""
        with self._reading() as connection:
            return current(connection, unit_id)

    def deeds(self, limit: int = 50) -> tuple[Deed, ...]:
        """Return what was done to units, the latest first."""
        with self._reading() as connection:
            return tuple(Deed(*row) for row in connection.execute(_DEEDS, {"limit": limit}))

    def rename(self, unit_id: str, name: str, since: date, source: str) -> None:
        """Give a unit a new name; the old one stays as a dated alias."""
        with self._as_administrator() as connection:
            _rename(connection, _RENAME, Change(unit_id=unit_id, new_name=name, since=since, source=source))

    def merge(self, unit_id: str, into_id: str, since: date, source: str) -> None:
        """End a unit and name its successor; nothing is moved, rights follow."""
        with self._as_administrator() as connection:
            _merge(connection, _MERGE, Change(unit_id=unit_id, into_id=into_id, since=since, source=source))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._token:
            raise SignInNeeded("请先登录")
        with self._database.reading(self._token) as connection:
            yield connection

    @contextmanager
    def _as_administrator(self) -> Iterator[Connection]:
        with self._database.writing(self._token) as connection:
            if not connection.scalar(text("SELECT writes_everything()")):
                raise NotAllowed("只有管理员可以给单位更名或合并单位")
            yield connection


def listed(
    connection: Connection, words: str = "", *, limit: int = 30, offset: int = 0
) -> tuple[tuple[OfficeUnit, ...], int]:
    """Return units by a part of a name or the beginning of an id, living departments first, and the count."""
    given = words.strip()
    values = {"words": given, "pattern": like(given)}
    rows = connection.execute(
        text(f"{_UNIT} WHERE {_NAMED} ORDER BY {_ORDER} LIMIT :limit OFFSET :offset"),
        values | {"limit": limit, "offset": offset},
    )
    found = _units(connection, rows.mappings().all())
    count = connection.scalar(text(f"SELECT count(*) FROM unit WHERE {_NAMED}"), values)  # noqa: S608
    return found, int(count or 0)


def current(connection: Connection, unit_id: str) -> OfficeUnit:
    """Return the unit that answers for an id today; ``UnknownRecord``."""
    key = connection.scalar(text("SELECT current_unit(:id)"), {"id": unit_id})
    for statement in (f"{_UNIT} WHERE unit.id = :id", _AREA):
        rows = connection.execute(text(statement), {"id": key}).mappings().all()
        if rows:
            return _units(connection, rows)[0]
    raise UnknownRecord(f"没有代码为 {unit_id[:60]!r} 的单位")


def rename_as_owner(connection: Connection, change: Change) -> None:
    """Give a unit a new name on a connection of the owner; rules and refusals as in ``UnitRegister``."""
    _rename(connection, _RENAME_AS_OWNER, change)


def merge_as_owner(connection: Connection, change: Change) -> None:
    """End a unit on a connection of the owner."""
    _merge(connection, _MERGE_AS_OWNER, change)


def renamed(connection: Connection) -> dict[str, str]:
    """Return unit id → name, for the units that somebody renamed: a load of the library keeps those names."""
    rows = connection.execute(
        text("SELECT id, name FROM unit WHERE id IN (SELECT unit_id FROM unit_change WHERE kind = 'renamed')")
    )
    return {row.id: row.name for row in rows}


def _rename(connection: Connection, statement: TextClause, change: Change) -> None:
    held = _known(connection, change.unit_id)
    checked = replace(change, new_name=check_name(change.new_name), source=check_source(change.source))
    taken = connection.scalar(
        text("SELECT id FROM unit WHERE name = :name AND id <> :id ORDER BY id LIMIT 1"),
        {"name": checked.new_name, "id": change.unit_id},
    )
    if reason := refusal(checked, held, None, str(taken or ""), _today()):
        raise BadValue(reason)
    _run(connection, statement, checked, checked.new_name)


def _merge(connection: Connection, statement: TextClause, change: Change) -> None:
    held, heir = _known(connection, change.unit_id), _known(connection, change.into_id)
    checked = replace(change, source=check_source(change.source))
    if reason := refusal(checked, held, heir, "", _today()):
        raise BadValue(reason)
    _run(connection, statement, checked, checked.into_id)


def _known(connection: Connection, unit_id: str) -> OfficeUnit:
    """Return a unit of the registry under its own id; ``BadValue`` for an area or zone, ``UnknownRecord``."""
    for statement in (f"{_UNIT} WHERE unit.id = :id", _AREA):
        rows = connection.execute(text(statement), {"id": unit_id}).mappings().all()
        if rows and statement == _AREA:
            raise BadValue(
                f"{rows[0]['name']}（{unit_id}）是行政区划或功能区，名称随边界和区划数据更新，不能在这里更名或合并"
            )
        if rows:
            return _units(connection, rows)[0]
    raise UnknownRecord(f"没有代码为 {unit_id[:60]!r} 的单位")


def _run(connection: Connection, statement: TextClause, change: Change, other: str) -> None:
    """Do it; what another administrator did in between is told in a sentence."""
    values = {"unit": change.unit_id, "other": other, "since": change.since, "source": change.source}
    try:
        with connection.begin_nested():
            connection.execute(statement, values | {"by": COMMAND_LINE})
    except DBAPIError as error:
        if isinstance(error.orig, errors.CheckViolation | errors.NoDataFound):
            raise BadValue("这个单位刚被别人改过：请刷新后再看") from error
        raise


def _today() -> date:
    return datetime.now(OFFICE_TIME).date()


def _units(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> tuple[OfficeUnit, ...]:
    ids = [row["id"] for row in rows]
    aliases: dict[str, list[str]] = {}
    for row in connection.execute(_ALIASES, {"ids": ids}):
        aliases.setdefault(row.unit_id, []).append(row.alias)
    accounts = {row.unit_id: row.accounts for row in connection.execute(_ACCOUNTS, {"ids": ids})}
    matters = {row.lead_unit: row.open for row in connection.execute(_MATTERS, {"ids": ids})}
    return tuple(
        OfficeUnit(
            **{name: row[name] or "" for name in _TEXTS},
            aliases=tuple(aliases.get(row["id"], ())),
            ended_on=row["valid_to"],
            accounts=accounts.get(row["id"], 0),
            open_matters=matters.get(row["id"], 0),
        )
        for row in rows
    )


_TEXTS: Final = ("id", "name", "kind", "area_code", "area_name", "successor_id", "successor")

_UNIT: Final = """
SELECT unit.id, unit.name, unit.kind, unit.area_code, around.name AS area_name, unit.successor_id,
       heir.name AS successor, unit.valid_to
  FROM unit LEFT JOIN unit heir ON heir.id = unit.successor_id
  LEFT JOIN owner_unit around ON around.id = unit.area_code"""

_AREA: Final = """
SELECT owner_unit.id, owner_unit.name, kind, area_code, owner_unit.name AS area_name, NULL AS successor_id,
       NULL AS successor, CAST(NULL AS date) AS valid_to
  FROM owner_unit WHERE owner_unit.id = :id"""

_NAMED: Final = """(:words = '' OR starts_with(unit.id, :words) OR lower(unit.name) LIKE :pattern OR EXISTS (
    SELECT FROM unit_alias WHERE unit_alias.unit_id = unit.id AND lower(alias) LIKE :pattern))"""

_ORDER: Final = (
    "unit.successor_id IS NOT NULL, unit.kind <> 'department', unit.area_code NULLS LAST, unit.name, unit.id"
)

_ALIASES: Final = text("""
SELECT unit_id, alias FROM unit_alias WHERE unit_id = ANY (:ids)
 ORDER BY unit_id, kind <> 'renamed_from', since DESC NULLS LAST, alias""")

_ACCOUNTS: Final = text("SELECT unit_id, accounts FROM accounts_of_units(CAST(:ids AS text[]))")

_MATTERS: Final = text("""
SELECT lead_unit, count(*) AS open FROM matter WHERE state <> 'closed' AND lead_unit = ANY (:ids)
 GROUP BY lead_unit""")

_DEEDS: Final = text("""
SELECT made.kind, made.unit_id, made.old_name, coalesce(made.new_name, heir.name), coalesce(made.into_id, ''),
       made.since, made.source, made.made_by, made.made_at
  FROM unit_change made LEFT JOIN unit heir ON heir.id = made.into_id ORDER BY made.id DESC LIMIT :limit""")

_RENAME: Final = text("SELECT rename_unit(:unit, :other, CAST(:since AS date), :source)")
_MERGE: Final = text("SELECT merge_unit(:unit, :other, CAST(:since AS date), :source)")
_RENAME_AS_OWNER: Final = text("SELECT note_unit_rename(:by, :unit, :other, CAST(:since AS date), :source)")
_MERGE_AS_OWNER: Final = text("SELECT note_unit_merge(:by, :unit, :other, CAST(:since AS date), :source)")
