"""The adapter behind the pages of an office: what ``projects.filing.desk`` asks, answered from PostGIS.

Each call is one transaction in the name of the session token; what the database refuses comes back as
``NotAllowed``, what breaks one of its rules as ``BadValue`` with the value.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data.database import Database, first_line
from data.store import applying, drafts, filing, history, images, reviewing, sessions, units
from data.store.documents import Rows, project_of, provenance
from data.store.lookalikes import Asked, find_all
from data.store.standing import standing_of
from projects.counts import Standing
from projects.errors import BadValue, Conflict, SignInNeeded
from projects.fields import Document, JsonValue
from projects.filing.changes import (
    ChangeSet,
    ChangeSetHead,
    Decision,
    Filed,
    HistoryStep,
    Request,
    State,
)
from projects.filing.desk import Draft, Held, Lookalike
from projects.identity import NOBODY, Identity, OwnerUnit, UnitKind


class PostgisDesk:
    """``Desk`` over one database for one session token."""

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token

    def identity(self) -> Identity:
        """Return who is acting, ``NOBODY`` when the session has ended."""
        try:
            with self._reading() as connection:
                return sessions.identity_of(connection)
        except SignInNeeded:
            return NOBODY

    def units(self) -> tuple[OwnerUnit, ...]:
        """Return the owner units this identity may file for, in id order."""
        with self._reading() as connection:
            rows = connection.execute(_UNITS)
            return tuple(OwnerUnit(**{**row, "kind": UnitKind(row["kind"])}) for row in rows.mappings())

    def held(self, project_id: str) -> Held:
        """Return one record for editing; raises ``UnknownRecord``."""
        found = self.held_many([project_id])
        applying.known([project_id], found)
        return found[project_id]

    def held_many(self, ids: Sequence[str]) -> dict[str, Held]:
        """Return many records in a constant number of queries; what one may not see is not among them."""
        with self._reading() as connection:
            return held_of(connection, ids)

    def held_by_unit(self, unit_id: str) -> tuple[Held, ...]:
        """Return all records that a unit owns, in id order, without deleted and merged ones."""
        with self._reading() as connection:
            ids = connection.scalars(_OWNED, {"unit": unit_id}).all()
            return tuple(held_of(connection, ids).values())

    def standing(self, unit_id: str) -> Standing:
        """Return how many records a unit owns, how well they are placed, and what they lack."""
        with self._reading() as connection:
            return standing_of(connection, unit_id)

    def open_records(self, county_code: str) -> tuple[Held, ...]:
        """Return records with an open county for which this one is a candidate and has not yet asked."""
        with self._reading() as connection:
            ids = connection.scalars(_OPEN, {"county": county_code}).all()
            return tuple(held_of(connection, ids).values())

    def changes_since(self, versions: Mapping[str, int]) -> dict[str, dict[str, JsonValue]]:
        """Return, for records that moved on, the values at that version of the paths changed after it."""
        with self._reading() as connection:
            moved = {key: v for key, v in _versions(connection, versions).items() if v != versions[key]}
            return {key: history.values_at(connection, key, versions[key]) for key in moved}

    def standard_names(self, names: Sequence[str]) -> dict[str, str]:
        """Return unit name as typed → name in the registry, for the units it has."""
        with self._reading() as connection:
            return units.standard(connection, names)

    def file(self, request: Request) -> Filed:
        """File a change set: published at once, or queued."""
        with self._writing(request.reason) as connection:
            return filing.file(connection, request, sessions.identity_of(connection))

    def queue(
        self, states: Sequence[State] = (State.SUBMITTED,), unit_id: str = ""
    ) -> tuple[ChangeSetHead, ...]:
        """Return the change sets this identity may see, oldest first."""
        with self._reading() as connection:
            return reviewing.queue(connection, states, unit_id)

    def change_set(self, key: int, *, limit: int = 50, offset: int = 0) -> ChangeSet:
        """Return a change set with a page of its entries; raises ``UnknownRecord``."""
        with self._reading() as connection:
            return reviewing.change_set(connection, key, limit, offset)

    def decide(
        self,
        key: int,
        decisions: Mapping[int, Decision],
        remarks: Mapping[int, str],
        remark: str,
        seen: Mapping[int, int] | None = None,
    ) -> Filed:
        """Accept or reject field by field and apply what is accepted."""
        with self._writing() as connection:
            me = sessions.identity_of(connection)
            return reviewing.decide(
                connection, key, reviewing.Verdict(decisions, remarks, remark, seen or {}), me
            )

    def withdraw(self, key: int) -> None:
        """Take back one's own unit's change set that nobody has decided yet."""
        with self._writing() as connection:
            reviewing.withdraw(connection, key)

    def history(self, project_id: str) -> tuple[HistoryStep, ...]:
        """Return the versions of a record, newest first."""
        with self._reading() as connection:
            applying.known([project_id], images.present(connection, [project_id]))
            return history.timeline(connection, project_id)

    def document_at(self, project_id: str, history_id: int) -> Document:
        """Return a record's document as it was after that step of its history."""
        with self._reading() as connection:
            applying.known([project_id], images.present(connection, [project_id]))
            return history.document_at(connection, project_id, history_id)

    def lookalikes(
        self,
        name: str,
        county_code: str | None,
        project_code: str | None = None,
        lonlat: tuple[float, float] | None = None,
        besides: str = "",
    ) -> tuple[Lookalike, ...]:
        """Return records that may be the same thing; phases of one project are not."""
        asked = Asked(name, county_code, project_code, lonlat, besides)
        return self.lookalikes_of([asked])[0]

    def lookalikes_of(self, asked: Sequence[Asked]) -> tuple[tuple[Lookalike, ...], ...]:
        """Return what ``lookalikes`` would for many names at once, in their order."""
        with self._reading() as connection:
            return find_all(connection, asked)

    def save_draft(self, subject: str, base_version: int | None, content: Mapping[str, JsonValue]) -> None:
        """Keep what was typed, under this account."""
        with self._writing() as connection:
            drafts.save(connection, subject, base_version, content)

    def draft(self, subject: str) -> Draft | None:
        """Return what this account typed about a subject, None for nothing."""
        with self._reading() as connection:
            return drafts.one(connection, subject)

    def drafts(self) -> tuple[Draft, ...]:
        """Return all drafts of this account, newest first."""
        with self._reading() as connection:
            return drafts.mine(connection)

    def drop_draft(self, subject: str) -> None:
        """Forget a draft."""
        with self._writing() as connection:
            drafts.drop(connection, subject)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._token:
            raise SignInNeeded("请先登录")
        with self._database.reading(self._token) as connection:
            yield connection

    @contextmanager
    def _writing(self, reason: str = "") -> Iterator[Connection]:
        with told(), self._database.writing(self._token, reason) as connection:
            yield connection


_UNITS: Final = text(
    "SELECT id, kind, name, area_code, prefecture_code, province_code, reviewed FROM owner_unit"
    " WHERE (SELECT writes_everything()) OR id = ANY ((SELECT fileable_units())::text[])"
    " ORDER BY id IN (SELECT unit.id FROM unit WHERE successor_id IS NOT NULL), id"
)
_OWNED: Final = text(
    "SELECT id FROM project WHERE owner_unit_id = :unit AND deleted_at IS NULL AND merged_into_id IS NULL"
    " ORDER BY id"
)
_OPEN: Final = text(
    "SELECT project.id FROM project JOIN project_area ON project_area.project_id = project.id"
    " WHERE project.county_code IS NULL AND relation = 'candidate' AND project_area.county_code = :county"
    " AND deleted_at IS NULL AND merged_into_id IS NULL"
    " AND NOT EXISTS (SELECT FROM change_entry JOIN change_set ON change_set.id = change_set_id"
    "  WHERE change_entry.project_id = project.id AND change_set.kind = 'claim' AND state = 'submitted'"
    "  AND change_set.unit_id = :county) ORDER BY project.id"
)


def held_of(connection: Connection, ids: Sequence[str]) -> dict[str, Held]:
    """Return records by id within a transaction, in a constant number of queries."""
    found = images.present(connection, ids)
    documents = images.documents(connection, found)
    return {key: _one(rows, documents[key]) for key, rows in found.items()}


def _one(rows: Rows, document: Document) -> Held:
    row = project_of(rows)
    return Held(
        project_id=row["id"],
        document=document,
        version=int(row["version"]),
        owner_unit_id=row["owner_unit_id"] or "",
        provenance=provenance(rows),
        deleted=row["deleted_at"] is not None,
        merged_into_id=row["merged_into_id"] or "",
    )


def _versions(connection: Connection, ids: Mapping[str, int]) -> dict[str, int]:
    rows = connection.execute(
        text("SELECT id, version FROM project WHERE id = ANY (:ids)"), {"ids": list(ids)}
    )
    return {row.id: row.version for row in rows}


@contextmanager
def told() -> Iterator[None]:
    """Turn a broken rule of the tables into ``BadValue``, in words a person can act on."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, errors.UniqueViolation) and "project_code" in str(error.orig):
            raise BadValue("其中一个项目代码已属于另一个项目（不归您查看）：请核对代码") from error
        if isinstance(error.orig, errors.UniqueViolation):
            raise Conflict(f"他人刚刚写入了同样的内容（{first_line(error)}）：请刷新后再试") from error
        if isinstance(error.orig, errors.IntegrityError | errors.DataError):
            raise BadValue(f"数据库的规则不允许这样修改：{first_line(error)}。什么都没有改动") from error
        raise
