"""``Published`` in bulk: the rows of a filter in batches, with one question per table and batch."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store import summaries
from data.store.lifecycle import approvals
from data.store.names import Names
from projects.codes import FinanceSource, FinanceStatus, MilestoneCode
from projects.filters import ProjectFilter
from projects.lifecycle.steps import Dates
from projects.money.lines import Line
from projects.publishing import Declared, Money, Naming, PlannedYear, Published, Relative, Role, Step
from projects.record import Place

BATCH: Final = 500
_AT_ONCE: Final = {"stream_results": False}
"""A connection that streams the records would stream these answers too, planned for their first rows only."""

_OWN: Final = """
    SELECT p.id AS project_id, p.updated_at, p.county_code, p.township_code, p.zone_id, p.parent_id,
           whole.name AS parent_name,
           ARRAY(SELECT a.county_code FROM project_area a
                  WHERE a.project_id = p.id AND a.relation = 'touches' ORDER BY 1) AS touches
      FROM project p
      LEFT JOIN (project whole JOIN project_facet f ON f.project_id = whole.id AND f.published)
        ON whole.id = p.parent_id
     WHERE p.id = ANY (:ids)"""

_PLACES: Final = """
    SELECT project_id, coalesce(label, '') AS label,
           ST_AsGeoJSON(ST_ForcePolygonCCW(geom), 7, 0) AS geometry, precision, method, basis, datum_entered,
           coalesce(coordinates_entered, '') AS coordinates_entered, coalesce(address, '') AS address,
           coalesce(confidence, '') AS confidence, coalesce(source, '') AS source,
           coalesce(source_url, '') AS source_url, coalesce(note, '') AS note,
           coalesce(county_code, '') AS county_code, near_line
      FROM project_place WHERE project_id = ANY (:ids) ORDER BY project_id, position"""

_NAMINGS: Final = """
    SELECT link.project_id, source.id AS document_id, source.title AS document,
           coalesce(source.number, '') AS number, coalesce(source.publisher, '') AS publisher,
           source.issued_on, source.as_of_year, source.period_from, source.period_to,
           coalesce(source.url, '') AS url, task.id AS task_id, task.section, task.title, link.printed_name,
           coalesce(link.status_words, '') AS status_words, link.quote
      FROM task_link link JOIN task ON task.id = link.task_id JOIN source ON source.id = task.source_id
     WHERE link.project_id = ANY (:ids) ORDER BY link.project_id, source.id, task.position, link.id"""

_ROLES: Final = """
    SELECT found.project_id, found.role, unit.id AS unit_id, unit.name AS unit, min(found.printed) AS printed
      FROM (SELECT link.project_id, named.role, named.unit_id, named.printed, 0 AS own, named.position
              FROM task_link link JOIN task_unit named ON named.task_id = link.task_id
             WHERE link.project_id = ANY (:ids)
            UNION ALL SELECT project_id, role, unit_id, '', 1, position FROM project_party
             WHERE project_id = ANY (:ids)) AS found
      JOIN unit ON unit.id = found.unit_id
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, min(found.own), min(found.position), 3"""

_MONEY: Final = """
    SELECT project_id, id, source, status, amount, year, subsidy, split_from_id, basis,
           coalesce(source_note, '') AS note
      FROM finance_line WHERE project_id = ANY (:ids) ORDER BY project_id, id"""

_PLANS: Final = """
    SELECT project_id, year, amount, basis FROM annual_plan WHERE project_id = ANY (:ids)
     ORDER BY project_id, year"""

_STEPS: Final = """
    SELECT project_id, code, planned_on, actual_on, coalesce(title, '') AS title,
           coalesce(source_note, '') AS note, basis
      FROM milestone WHERE project_id = ANY (:ids)
     ORDER BY project_id, array_position(CAST(:codes AS text[]), code), id"""

_PHASES: Final = """
    SELECT phase.parent_id AS project_id, phase.id, phase.name
      FROM project phase JOIN project_facet f ON f.project_id = phase.id AND f.published
     WHERE phase.parent_id = ANY (:ids) ORDER BY phase.parent_id, phase.id"""


def published(connection: Connection, chosen: ProjectFilter, names: Names) -> Iterator[Published]:
    """Yield the matching records in id order; never more than a batch of them is held."""
    records = summaries.stream(connection, chosen, names)
    while batch := list(islice(records, BATCH)):
        details = _details(connection, [record.id for record in batch])
        for record in batch:
            yield Published(summary=record, **details[record.id])


def _details(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return, by record, the fields of ``Published`` besides the summary."""
    own = connection.execute(text(_OWN), {"ids": ids}, execution_options=_AT_ONCE).mappings()
    found: dict[str, dict[str, Any]] = {row["project_id"]: _own(row) for row in own}
    for field, (query, make) in _LISTS.items():
        asked = {"ids": ids} | _more(query)
        rows = connection.execute(text(query), asked, execution_options=_AT_ONCE).mappings()
        held: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            held[row["project_id"]].append(make(row))
        for key, items in held.items():
            found[key][field] = tuple(items)
    return found


def _more(query: str) -> dict[str, Any]:
    if query == approvals.QUESTION:
        return {"approval_codes": approvals.CODES}
    return {"codes": [str(code) for code in MilestoneCode]} if ":codes" in query else {}


def _own(row: Mapping[Any, Any]) -> dict[str, Any]:
    declared = Declared(
        row["county_code"] or "", row["township_code"] or "", row["zone_id"] or "", tuple(row["touches"])
    )
    parent = Relative(row["parent_id"], row["parent_name"]) if row["parent_name"] else None
    return {"updated_at": row["updated_at"], "declared": declared, "parent": parent}


def _without_id(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "project_id"}


def _place(row: Mapping[Any, Any]) -> Place:
    return Place(**_without_id(row) | {"geometry": json.loads(row["geometry"])})


def _naming(row: Mapping[Any, Any]) -> Naming:
    return Naming(**_without_id(row))


def _role(row: Mapping[Any, Any]) -> Role:
    return Role(**_without_id(row))


def _money(row: Mapping[Any, Any]) -> Money:
    values = {key: value for key, value in _without_id(row).items() if key != "basis"}
    values |= {"source": FinanceSource(row["source"]), "status": FinanceStatus(row["status"])}
    return Money(Line(**values), row["basis"])


def _plan(row: Mapping[Any, Any]) -> PlannedYear:
    return PlannedYear(**_without_id(row))


def _step(row: Mapping[Any, Any]) -> Step:
    dates = Dates(row["planned_on"], row["actual_on"])
    return Step(row["code"], dates, row["title"], row["note"], row["basis"])


def _phase(row: Mapping[Any, Any]) -> Relative:
    return Relative(row["id"], row["name"])


_LISTS: Final[Mapping[str, tuple[str, Callable[[Mapping[Any, Any]], Any]]]] = {
    "places": (_PLACES, _place),
    "namings": (_NAMINGS, _naming),
    "roles": (_ROLES, _role),
    "money": (_MONEY, _money),
    "plans": (_PLANS, _plan),
    "steps": (_STEPS, _step),
    "approvals": (approvals.QUESTION, approvals.approval),
    "phases": (_PHASES, _phase),
}
"""Field of ``Published`` → its question and what a row of the answer is."""
