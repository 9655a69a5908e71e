"""What the codes in changes stand for, read once for all; a code that names nothing is told at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, text

from data.store import units
from data.store.rewriting import Lookup
from projects.errors import BadValue
from projects.fields import STATE_PATHS, title
from projects.filing.changes import FieldChange

_EXISTING: Final[Mapping[str, str]] = {
    "county_code": "SELECT code FROM area WHERE level = 'county' AND code = ANY (:keys)",
    "area": "SELECT code FROM area WHERE level = 'county' AND code = ANY (:keys)",
    "township_code": "SELECT code FROM township WHERE code = ANY (:keys)",
    "zone_id": "SELECT id FROM zone WHERE id = ANY (:keys)",
    "parent_id": "SELECT id FROM project WHERE id = ANY (:keys)",
    "merged_into_id": "SELECT id FROM project WHERE id = ANY (:keys)",
    "owner_unit_id": "SELECT id FROM owner_unit WHERE id = ANY (:keys)",
}
"""Path (or first part of one) → the query that keeps those of some keys that exist."""


def check_codes(connection: Connection, changes: Iterable[FieldChange]) -> None:
    """Raise ``BadValue`` for the first code that names nothing this identity may see."""
    for path, keys in _named(changes).items():
        known = set(connection.scalars(text(_EXISTING[path]), {"keys": sorted(keys)}))
        missing = sorted(keys - known)
        if missing:
            raise BadValue(f"“{title(path)}”的值 {missing[0]} 不存在：请核对代码")


def check_project_codes(connection: Connection, wanted: Iterable[tuple[str, FieldChange]]) -> None:
    """Raise ``BadValue`` when a project code belongs to another record; ``wanted`` is (record id, change).

    The database has the last word; under row-level security it does not say which code it was.
    """
    listed = list(wanted)
    given = [(str(c.new), key) for key, c in listed if c.path == "project_code" and c.new is not None]
    leaving = {key for key, c in listed if c.path in STATE_PATHS and c.new}
    twice = [code for code, times in Counter(code for code, _ in given).items() if times > 1]
    if twice:
        raise BadValue(f"项目代码 {twice[0]} 在这次申请中属于两个项目：请核对")
    rows = connection.execute(
        text(
            "SELECT id, name, project_code FROM project WHERE project_code = ANY (:codes)"
            " AND deleted_at IS NULL AND merged_into_id IS NULL ORDER BY id"
        ),
        {"codes": [code for code, _ in given]},
    )
    for row in rows:
        if row.id not in leaving and dict(given)[row.project_code] != row.id:
            raise BadValue(f"项目代码 {row.project_code} 已属于 {row.id}“{row.name}”：请核对，或与该项目合并")


def read(connection: Connection, changes: Iterable[FieldChange]) -> Lookup:
    """Return what writing these changes needs to know; a unit named for the first time joins the registry."""
    listed = list(changes)
    named = _named(listed)
    names = {
        str(name) for c in listed if c.path.startswith("party/") and isinstance(c.new, list) for name in c.new
    }
    return Lookup(
        areas=counties(connection, named.get("county_code", set())),
        townships=_townships(connection, named.get("township_code", set())),
        units=units.resolve(connection, names),
    )


def counties(connection: Connection, codes: Iterable[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return county code → prefecture and province code."""
    rows = connection.execute(
        text(
            "SELECT code, prefecture_code, province_code FROM area"
            " WHERE level = 'county' AND code = ANY (:codes)"
        ),
        {"codes": sorted(codes)},
    )
    return {row.code: (row.prefecture_code, row.province_code) for row in rows}


def owners(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return owner unit id → prefecture and province code."""
    rows = connection.execute(
        text("SELECT id, prefecture_code, province_code FROM owner_unit WHERE id = ANY (:ids)"),
        {"ids": sorted(ids)},
    )
    return {row.id: (row.prefecture_code, row.province_code) for row in rows}


def _townships(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    rows = connection.execute(
        text("SELECT code, name FROM township WHERE code = ANY (:codes)"), {"codes": sorted(codes)}
    )
    return {row.code: row.name for row in rows}


def _named(changes: Iterable[FieldChange]) -> dict[str, set[str]]:
    """Return the codes that changes set, by path."""
    found: dict[str, set[str]] = {}
    for change in changes:
        kind, _, rest = change.path.partition("/")
        if kind in _EXISTING and change.new is not None:
            found.setdefault(kind, set()).add(rest or str(change.new))
    return found
