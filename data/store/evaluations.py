"""Findings of third-party evaluators: read by whom they concern, written by their evaluator alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from psycopg import errors
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from data.database import Database
from projects.errors import BadValue, NotAllowed, SignInNeeded, UnknownRecord
from projects.evaluation import Finding, FindingDraft, FindingState, Rating, problems, tidy
from projects.lifecycle.dispatch import OFFICE_TIME

_COLUMNS: Final = """finding.*, project.name AS project_name, around.name AS area_name,
    (SELECT later.id FROM evaluation later WHERE later.replaces_id = finding.id AND later.state = 'handed_in')
        AS replaced_by,
    (SELECT count(*) FROM office_file WHERE subject_kind = 'evaluation' AND subject_id = finding.id
        AND removed_at IS NULL) AS files,
    may_edit_evaluation(finding.id) AS may_edit"""
_JOINS: Final = """evaluation AS finding
    LEFT JOIN project ON project.id = finding.project_id
    LEFT JOIN project_facet facet ON facet.project_id = finding.project_id
    LEFT JOIN owner_unit around ON around.id = finding.area_code"""
_CONDITIONS: Final = {
    "area": "coalesce(facet.area_codes, ARRAY[around.id, around.area_code, around.prefecture_code,"
    " around.province_code]) && ARRAY[:area]",
    "project": "finding.project_id = :project",
    "mine": "finding.written_by = (SELECT acting_name())",
}
_ORDER: Final = "finding.state, coalesce(finding.handed_in_at, finding.changed_at) DESC, finding.id DESC"
"""A draft, which waits to be finished, stands before what was handed in."""
_FIELDS: Final = "title, detail, project_id, area_code, rating, score, seen_on, method, replaces_id"
_VALUES: Final = ":title, :detail, :project_id, :area_code, :rating, :score, :seen_on, :method, :replaces_id"


class PostgisEvaluations:
    """``projects.evaluation.Evaluations`` over the database, with the rights of one session."""

    def __init__(self, database: Database, token: str) -> None:
        self._database, self._token = database, token

    def page(
        self,
        *,
        area_code: str = "",
        project_id: str = "",
        mine: bool = False,
        limit: int = 30,
        offset: int = 0,
    ) -> tuple[tuple[Finding, ...], int]:
        """Return a page of findings, one's own drafts first, then the newest, and how many there are."""
        asked = {"area": area_code, "project": project_id, "mine": mine}
        chosen = " AND ".join(["true", *(_CONDITIONS[name] for name, value in asked.items() if value)])
        values = {"area": area_code, "project": project_id}
        with self._reading() as connection:
            rows = connection.execute(
                text(
                    f"SELECT {_COLUMNS} FROM {_JOINS} WHERE {chosen}"  # noqa: S608
                    f" ORDER BY {_ORDER} LIMIT :limit OFFSET :offset"
                ),
                values | {"limit": limit, "offset": offset},
            ).mappings()
            found = tuple(_finding(row) for row in rows)
            count = connection.scalar(text(f"SELECT count(*) FROM {_JOINS} WHERE {chosen}"), values)  # noqa: S608
        return found, int(count or 0)

    def get(self, key: int) -> Finding:
        """Return one finding; ``UnknownRecord`` for none that one may see."""
        with self._reading() as connection:
            return _one(connection, key)

    def write(self, draft: FindingDraft) -> int:
        """Store a new draft and return its number."""
        values = _checked(draft)
        with self._writing() as connection:
            _evaluator(connection)
            _in_scope(connection, values)
            made = connection.scalar(
                text(f"INSERT INTO evaluation ({_FIELDS}) VALUES ({_VALUES}) RETURNING id"),  # noqa: S608
                values,
            )
        return int(made or 0)

    def change(self, key: int, draft: FindingDraft) -> None:
        """Replace a draft of one's own."""
        values = _checked(draft)
        with self._writing() as connection:
            _own_draft(connection, key)
            _in_scope(connection, values)
            connection.execute(
                text(f"UPDATE evaluation SET ({_FIELDS}) = ROW ({_VALUES}) WHERE id = :id"),  # noqa: S608
                values | {"id": key},
            )

    def hand_in(self, key: int) -> None:
        """Hand a draft of one's own in; it never changes from now on."""
        with self._writing() as connection:
            _own_draft(connection, key)
            connection.execute(text("UPDATE evaluation SET state = 'handed_in' WHERE id = :id"), {"id": key})

    def drop(self, key: int) -> None:
        """Throw a draft of one's own away, with its files."""
        with self._writing() as connection:
            _own_draft(connection, key)
            connection.execute(text("DELETE FROM evaluation WHERE id = :id"), {"id": key})

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if not self._token:
            raise SignInNeeded("请先登录")
        with self._database.reading(self._token) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _told(), self._database.writing(self._token, reason="第三方评价") as connection:
            yield connection


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the tables refuse into a sentence on what to do."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, errors.UniqueViolation):
            raise BadValue("这条评价已有一条提交了的更正：请更正那一条") from error
        if isinstance(error.orig, errors.CheckViolation):
            raise BadValue("要更正的评价须是自己提交的，对象也须相同：请从那一条点“更正”开始") from error
        raise


def _checked(draft: FindingDraft) -> dict[str, Any]:
    """Return a draft as the table takes it; ``BadValue`` for the first thing that is wrong with it."""
    plain = tidy(draft)
    if found := problems(plain, datetime.now(OFFICE_TIME).date()):
        raise BadValue(f"{found[0].field}: {found[0].fault} {found[0].value}".rstrip())
    return {
        "title": plain.title,
        "detail": plain.text,
        "project_id": plain.project_id or None,
        "area_code": plain.area_code or None,
        "rating": str(plain.rating),
        "score": plain.score,
        "seen_on": plain.seen_on,
        "method": plain.method,
        "replaces_id": plain.replaces_id,
    }


def _evaluator(connection: Connection) -> None:
    if not connection.scalar(text("SELECT evaluates()")):
        raise NotAllowed("只有第三方评价账户可以写评价；各单位的意见请写在事项的答复里")


def _in_scope(connection: Connection, values: Mapping[str, Any]) -> None:
    """Say it when the record or area is not one of the evaluator's scope."""
    may = text("SELECT may_evaluate(CAST(:project_id AS text), CAST(:area_code AS text))")
    if not connection.scalar(may, dict(values)):
        about = values["project_id"] or values["area_code"]
        raise BadValue(f"{about} 不在您的评价范围内，或没有这个编号：请核对编号")


def _own_draft(connection: Connection, key: int) -> None:
    """Hold a draft of one's own until the transaction ends; say it of one that was handed in."""
    held = connection.execute(
        text("SELECT id FROM evaluation WHERE id = :id FOR UPDATE"), {"id": key}
    ).first()
    if held is None:
        finding = _one(connection, key)
        if finding.state is FindingState.HANDED_IN:
            raise BadValue(f"{key} 号评价已提交，不能再改：请另写一条更正")
        raise NotAllowed("这条评价不是您写的")


def _one(connection: Connection, key: int) -> Finding:
    row = connection.execute(
        text(f"SELECT {_COLUMNS} FROM {_JOINS} WHERE finding.id = :id"),  # noqa: S608
        {"id": key},
    ).mappings()
    found = row.first()
    if found is None:
        raise UnknownRecord(f"没有编号为 {key} 的评价，或不归您查看")
    return _finding(found)


def _finding(row: Mapping[Any, Any]) -> Finding:
    return Finding(
        id=row["id"],
        draft=FindingDraft(
            title=row["title"],
            text=row["detail"],
            project_id=row["project_id"] or "",
            area_code=row["area_code"] or "",
            rating=Rating(row["rating"]),
            score=row["score"],
            seen_on=row["seen_on"],
            method=row["method"],
            replaces_id=row["replaces_id"],
        ),
        state=FindingState(row["state"]),
        project_name=row["project_name"] or "",
        area_name=row["area_name"] or "",
        written_by=row["written_by"],
        organisation=row["organisation"],
        created_at=row["created_at"],
        handed_in_at=row["handed_in_at"],
        replaced_by=row["replaced_by"],
        files=row["files"],
        may_edit=row["may_edit"],
    )
