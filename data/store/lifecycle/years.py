"""Yearly classes counted and listed, lists of key projects, the life cycle of single records."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import where
from data.store.lifecycle.approvals import approvals_of
from data.store.lifecycle.flags import COUNTY, FROM, SCHEDULED, actual, listed, planned
from projects.codes import MilestoneCode
from projects.filters import ProjectFilter
from projects.lifecycle import key_lists
from projects.lifecycle.approval_steps import Approval
from projects.lifecycle.contradictions import END, OPERATION, START
from projects.lifecycle.ports import ClassCount, Listed, Timeline
from projects.lifecycle.steps import PRELIMINARY, milestones_in_order
from projects.lifecycle.yearly import ENDS, STOPPED, UNDER_WAY, WAITING, YearlyClass, yearly_class


def _day(code: MilestoneCode) -> str:
    return f"coalesce({actual(code)}, {planned(code)})"


def _falls(code: MilestoneCode) -> str:
    return f"coalesce({_day(code)} BETWEEN :first AND :last, false)"


_CLASS: Final = f"""CASE
    WHEN f.stage IN {listed(STOPPED)} THEN '{YearlyClass.OUTSIDE}'
    WHEN {" OR ".join(_falls(code) for code in ENDS)} THEN '{YearlyClass.COMPLETED}'
    WHEN {" OR ".join(f"{actual(code)} < :first" for code in ENDS)} THEN '{YearlyClass.OUTSIDE}'
    WHEN {_day(START)} IS NULL THEN CASE WHEN f.stage IN {listed(WAITING)}
         AND ({" OR ".join(_falls(code) for code in PRELIMINARY)}) THEN '{YearlyClass.PREPARED}' END
    WHEN {_day(START)} > :last THEN '{YearlyClass.PREPARED}'
    WHEN {_day(START)} >= :first THEN '{YearlyClass.NEW_START}'
    WHEN {actual(START)} IS NOT NULL THEN '{YearlyClass.CONTINUED}'
    WHEN f.stage IN {listed(WAITING)} THEN '{YearlyClass.PREPARED}'
    WHEN f.stage IN {listed(UNDER_WAY)} THEN '{YearlyClass.CONTINUED}' END"""
_ROW: Final = (
    "p.id, p.name, p.stage, p.basis, p.key_lists, s.planned, s.actual,"
    " coalesce(owner_unit.name, '') AS unit, coalesce(home.name, '') AS county"
)
_NAMES: Final = (
    " LEFT JOIN owner_unit ON owner_unit.id = f.owner_unit_id"
    f" LEFT JOIN owner_unit home ON home.id = {COUNTY}"
)


def _year(year: int) -> dict[str, Any]:
    return {"first": f"{year:04}-01-01", "last": f"{year:04}-12-31"}


def _dated(sql: str) -> str:
    """Return SQL with the bounds of the year as dates."""
    return sql.replace(":first", "CAST(:first AS date)").replace(":last", "CAST(:last AS date)")


def classes(connection: Connection, chosen: ProjectFilter, year: int) -> tuple[ClassCount, ...]:
    """Return the records by yearly class in the order of the classes, unknown last; also those of none."""
    condition, parameters = where(chosen)
    rows = connection.execute(
        text(_dated(f"SELECT {_CLASS} AS yearly, count(*) AS n {SCHEDULED} WHERE {condition} GROUP BY 1")),
        parameters | _year(year),
    )
    counts = {row.yearly: row.n for row in rows}
    return tuple(ClassCount(one, counts.get(one, 0)) for one in (*YearlyClass, None))


def of_class(
    connection: Connection,
    chosen: ProjectFilter,
    year: int,
    yearly: YearlyClass | None,
    page: tuple[int | None, int],
) -> tuple[Listed, ...]:
    """Return a page (limit and offset) of the records of one class, in id order."""
    condition, parameters = where(chosen)
    is_it = f"({_CLASS}) IS NOT DISTINCT FROM CAST(:yearly AS text)"
    rows = connection.execute(
        text(
            _dated(
                f"SELECT {_ROW} {FROM}{_NAMES} WHERE {condition} AND {is_it}"
                " ORDER BY p.id LIMIT :limit OFFSET :offset"
            )
        ),
        parameters | _year(year) | {"yearly": yearly, "limit": page[0], "offset": page[1]},
    )
    return tuple(_listed(row, year) for row in rows)


def key_projects(connection: Connection, chosen: ProjectFilter, year: int) -> tuple[Listed, ...]:
    """Return all records that name a list of key projects, in id order, with their class in a year."""
    condition, parameters = where(chosen)
    rows = connection.execute(
        text(f"SELECT {_ROW} {FROM}{_NAMES} WHERE {condition} AND p.key_lists IS NOT NULL ORDER BY p.id"),
        parameters,
    )
    return tuple(_listed(row, year) for row in rows)


def _listed(row: Any, year: int) -> Listed:
    milestones = milestones_in_order(row.planned, row.actual)
    lists = key_lists.parse(row.key_lists or "")
    start, end = milestones.get(START), milestones.get(END) or milestones.get(OPERATION)
    return Listed(
        project_id=row.id,
        name=row.name,
        unit=row.unit,
        county=row.county,
        stage=row.stage,
        yearly=yearly_class(row.stage, milestones, year),
        start=start.day if start else None,
        end=end.day if end else None,
        lists=lists.found,
        unread=lists.unread,
        basis=row.basis,
    )


def timelines(connection: Connection, ids: Sequence[str]) -> Mapping[str, Timeline]:
    """Return record → its life cycle."""
    rows = connection.execute(
        text(
            f"SELECT p.id, p.stage, p.key_lists, p.approval_type, s.planned, s.actual, s.filed_at {FROM}"
            " WHERE p.id = ANY (:ids)"
        ),
        {"ids": list(ids)},
    )
    return dict(_timelines(rows, approvals_of(connection, ids)))


def _timelines(rows: Any, approvals: Mapping[str, tuple[Approval, ...]]) -> Iterator[tuple[str, Timeline]]:
    for row in rows:
        milestones = milestones_in_order(row.planned, row.actual)
        reported = approvals.get(row.id, ())
        yield (
            row.id,
            Timeline(
                row.id, row.stage, milestones, row.key_lists or "", row.filed_at, reported, row.approval_type
            ),
        )
