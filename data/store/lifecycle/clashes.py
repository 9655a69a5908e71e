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
from projects.lifecycle.ports import Clash, Clashes
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
_ANY: Final = " OR ".join(_RULES)


def contradictions(
    connection: Connection,
    chosen: ProjectFilter,
    today: Any,
    code: Code | None,
    page: tuple[int | None, int],
) -> Clashes:
    """Return counts by rule and a page (limit and offset) of the records that clash, in id order."""
    condition, parameters = where(chosen)
    parameters |= {"today": today, "limit": page[0], "offset": page[1]}
    found = f"WITH found AS (SELECT f.project_id AS id, {_FOUND} {SCHEDULED} WHERE {condition})"
    counts = ", ".join(f"count(*) FILTER (WHERE {one}) AS {one}" for one in _RULES)
    numbers = connection.execute(
        text(f"{found} SELECT count(*) AS records, {counts} FROM found WHERE {_ANY}"),  # noqa: S608
        parameters,
    ).one()
    rows = connection.execute(
        text(
            f"{found}, page AS (SELECT id FROM found WHERE {code or _ANY} ORDER BY id"  # noqa: S608
            " LIMIT :limit OFFSET :offset) SELECT p.id, p.name, p.stage, p.basis, s.planned, s.actual,"
            " coalesce(f.owner_unit_id, '') AS unit_id, coalesce(owner_unit.name, '') AS unit,"
            f" coalesce(home.name, '') AS county {FROM}"
            " JOIN page ON page.id = p.id LEFT JOIN owner_unit ON owner_unit.id = f.owner_unit_id"
            f" LEFT JOIN owner_unit home ON home.id = {COUNTY} ORDER BY p.id"
        ),
        parameters,
    )
    by_code = {one: int(getattr(numbers, one)) for one in _RULES}
    return Clashes(by_code, int(numbers.records), tuple(_clash(row, today) for row in rows))


def _clash(row: Any, today: Any) -> Clash:
    milestones = milestones_in_order(row.planned, row.actual)
    found = find(row.stage, milestones, today)
    return Clash(row.id, row.name, row.unit_id, row.unit, row.county, found, row.basis)
