"""Records whose stage and dates clash: found by the rules of ``projects.lifecycle.contradictions`` as SQL.

The database says which records clash; the sentences of a page of them are made by the rules themselves.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import where
from data.store.lifecycle.flags import COUNTY, FROM, SCHEDULED, actual, listed, planned
from projects.codes import Stage
from projects.filters import ProjectFilter
from projects.lifecycle.contradictions import END, ENDED, OPERATION, ORDER, START, Code, find
from projects.lifecycle.ports import Clash
from projects.lifecycle.steps import milestones_in_order
from projects.lifecycle.yearly import UNDER_WAY, WAITING

_RULES: Final[Mapping[Code, str]] = {
    Code.ACTUAL_ORDER: " OR ".join(f"{actual(b)} < {actual(a)}" for a, b in ORDER),
    Code.ACTUAL_FUTURE: ":today < ANY (s.actual)",
    Code.ENDS_BEFORE_START: f"{actual(END)} IS NULL AND {planned(END)} < {actual(START)}",
    Code.PLANNED_ORDER: " OR ".join(f"{planned(b)} < {planned(a)}" for a, b in ORDER),
    Code.START_PASSED: f"f.stage IN {listed(WAITING)} AND {actual(START)} IS NULL"
    f" AND {planned(START)} < :today",
    Code.STARTED_IN_RESERVE: f"f.stage IN {listed(WAITING)} AND {actual(START)} IS NOT NULL",
    Code.STAGE_BEHIND: f"f.stage IN {listed(UNDER_WAY)} AND {actual(END)} IS NOT NULL",
    Code.COMPLETION_MISSING: f"{actual(END)} IS NULL"
    f" AND (f.stage = '{Stage.OPERATING}' OR {actual(OPERATION)} IS NOT NULL)",
    Code.COMMENCEMENT_MISSING: f"f.stage IN {listed(ENDED)} AND {actual(START)} IS NULL",
    Code.WITHDRAWN_PLANNED: f"f.stage = '{Stage.WITHDRAWN}' AND s.open_on[cardinality(s.open_on)] >= :today",
}
_FOUND: Final = ", ".join(f"coalesce({rule}, false) AS {code}" for code, rule in _RULES.items())
_ANY: Final = " OR ".join(_RULES.values())


def numbers(connection: Connection, chosen: ProjectFilter, today: Any) -> tuple[Mapping[Code, int], int]:
    """Return how many records clash by each rule, and how many clash at all."""
    condition, parameters = where(chosen)
    counts = ", ".join(f"count(*) FILTER (WHERE {one}) AS {one}" for one in _RULES)
    row = connection.execute(
        text(
            f"SELECT count(*) AS records, {counts} FROM ({_records(condition, _FOUND)}) AS found"  # noqa: S608
            f" WHERE {' OR '.join(_RULES)}"
        ),
        parameters | {"today": today},
    ).one()
    return {one: int(getattr(row, one)) for one in _RULES}, int(row.records)


def page(
    connection: Connection,
    chosen: ProjectFilter,
    today: Any,
    code: Code | None,
    window: tuple[int | None, int],
) -> tuple[Clash, ...]:
    """Return a window (limit and offset) of the records that clash, by one rule or any, in id order."""
    condition, parameters = where(chosen)
    found = _records(condition, f"coalesce({_RULES[code] if code else _ANY}, false) AS clashes")
    rows = connection.execute(
        text(
            f"WITH page AS (SELECT id FROM ({found}) AS found WHERE clashes ORDER BY id"  # noqa: S608
            " LIMIT :limit OFFSET :offset) SELECT p.id, p.name, p.stage, p.basis, s.planned, s.actual,"
            " coalesce(f.owner_unit_id, '') AS unit_id, coalesce(owner_unit.name, '') AS unit,"
            f" coalesce(home.name, '') AS county {FROM}"
            " JOIN page ON page.id = p.id LEFT JOIN owner_unit ON owner_unit.id = f.owner_unit_id"
            f" LEFT JOIN owner_unit home ON home.id = {COUNTY} ORDER BY p.id"
        ),
        parameters | {"today": today, "limit": window[0], "offset": window[1]},
    )
    return tuple(_clash(row, today) for row in rows)


def _records(condition: str, columns: str) -> str:
    """Return the query of some columns for each record under a condition."""
    return f"SELECT f.project_id AS id, {columns} {SCHEDULED} WHERE {condition}"


def _clash(row: Any, today: Any) -> Clash:
    milestones = milestones_in_order(row.planned, row.actual)
    found = find(row.stage, milestones, today)
    return Clash(row.id, row.name, row.unit_id, row.unit, row.county, found, row.basis)
