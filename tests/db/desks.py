"""People at their desks for database tests: an editor, a reviewer, an administrator, and short ways to
file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from data.database import Database
from data.store.desk import PostgisDesk
from projects.filing.changes import Decision, Entry, FieldChange, Filed, Kind, Operation, Request, State
from tests.db import making

RUYUAN, WUJIANG, ZHENJIANG = "440232", "440203", "440204"
SHAOGUAN, CHENZHOU = "440200", "431000"
LINE = {"source": "专项债", "status": "批复", "amount": "100.5"}
POINT = {
    "geometry": {"type": "Point", "coordinates": [113.27, 24.78]},
    "precision": 1,
    "method": "map_click",
    "datum_entered": "wgs84",
}


@dataclass(frozen=True)
class Office:
    """One database with the people of a prefecture."""

    database: Database
    editor: PostgisDesk
    neighbour: PostgisDesk
    reviewer: PostgisDesk
    stranger: PostgisDesk
    viewer: PostgisDesk
    administrator: PostgisDesk

    def scalar(self, query: str, **values: Any) -> Any:
        """Return one value as the owner of the tables sees it."""
        with self.database.owning() as connection:
            return connection.scalar(text(query), values)

    def project(self, **values: Any) -> str:
        """Make a record; it belongs to its county."""
        values.setdefault("county_code", RUYUAN)
        values.setdefault("owner_unit_id", values["county_code"] or SHAOGUAN)
        values.setdefault("prefecture_code", SHAOGUAN)
        values.setdefault("province_code", "440000")
        with self.database.owning() as connection:
            return making.project(connection, **values)


def open_office(database: Database) -> Office:
    """Give everybody an account and a session."""
    with database.owning() as connection:
        tokens = {
            "editor": making.token_of(connection, "bianji", "editor", unit_id=RUYUAN),
            "neighbour": making.token_of(connection, "linxian", "editor", unit_id=WUJIANG),
            "reviewer": making.token_of(connection, "shenhe", "reviewer", scope_code=SHAOGUAN),
            "stranger": making.token_of(connection, "chenzhou", "reviewer", scope_code=CHENZHOU),
            "viewer": making.token_of(connection, "liulan", "viewer"),
            "administrator": making.token_of(connection, "guanli", "administrator"),
        }
    return Office(database, **{name: PostgisDesk(database, token) for name, token in tokens.items()})


def update(desk: PostgisDesk, key: str, **values: Any) -> Entry:
    """Return an entry that changes fields from what the record holds; ``finance__new_1`` is finance/new-1."""
    held = desk.held(key)
    new = {name.replace("__", "/").replace("new_", "new-"): value for name, value in values.items()}
    return entry(key, held.version, held.document, new)


def entry(key: str, version: int, document: Mapping[str, Any], new: Mapping[str, Any]) -> Entry:
    """Return an entry from what somebody read to what it shall be."""
    changes = tuple(FieldChange(path, document.get(path), value) for path, value in new.items())
    return Entry(Operation.UPDATE, key, version, changes, str(document.get("name")))


def insert(**values: Any) -> Entry:
    """Return an entry for a new record."""
    given = {"name": "新项目", "kind": "site", "category": "tcm", **values}
    changes = tuple(FieldChange(path.replace("__", "/"), None, value) for path, value in given.items())
    return Entry(Operation.INSERT, "", None, changes, str(given["name"]))


def request(*entries: Entry, unit: str = RUYUAN, kind: Kind = Kind.FORM, reason: str = "核实") -> Request:
    """Return a request of a unit."""
    return Request(kind, "测试", unit, reason, entries)


def file(desk: PostgisDesk, *entries: Entry, unit: str = RUYUAN, kind: Kind = Kind.FORM) -> Filed:
    """File entries for a unit."""
    return desk.file(request(*entries, unit=unit, kind=kind))


def decide(desk: PostgisDesk, key: int, refuse: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Filed:
    """Accept everything undecided in a change set but some paths, or decide on some paths only."""
    decisions = {
        change.id: Decision.REJECTED if change.path in refuse else Decision.ACCEPTED
        for one in desk.change_set(key, limit=1000).entries
        for change in one.changes
        if change.decision is None and (not only or change.path in only)
    }
    return desk.decide(key, decisions, {}, "")


def publish(office: Office, key: str, **values: Any) -> Filed:
    """Change a record as its reviewer: published at once."""
    filed = file(office.reviewer, update(office.reviewer, key, **values), unit=SHAOGUAN)
    assert filed.state in (State.ACCEPTED,)
    return filed
