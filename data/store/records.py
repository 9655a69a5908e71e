"""One whole record for the project card, and the slots of a programme."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store import summaries
from data.store.names import Names
from gis.apportion import largest_remainder
from projects.errors import UnknownRecord
from projects.intake.issues import Issue, IssueCode, Severity
from projects.ports import ScenarioShare
from projects.record import Party, Place, Provenance, Record, Slots, TaskLink

_LINKS: Final = text("""
    SELECT task.source_id AS document_id, source.title AS document, coalesce(source.number, '') AS number,
           source.as_of_year, task.id AS task_id, task.section, task.title,
           coalesce(task.category_of_document, '') AS category_of_document, link.printed_name,
           coalesce(link.status_words, '') AS status_words, link.quote
      FROM task_link link JOIN task ON task.id = link.task_id JOIN source ON source.id = task.source_id
     WHERE link.project_id = :id ORDER BY source.id, task.position, link.id""")

_PARTIES: Final = text("""
    SELECT DISTINCT ON (found.role, unit.id) found.role, unit.id AS unit_id, unit.name AS unit, found.printed,
           found.task_id FROM (
        SELECT task_unit.role, task_unit.unit_id, task_unit.printed, task_unit.task_id, task_unit.position
          FROM task_link link JOIN task_unit ON task_unit.task_id = link.task_id WHERE link.project_id = :id
        UNION ALL SELECT role, unit_id, '', '', 0 FROM project_party WHERE project_id = :id) AS found
      JOIN unit ON unit.id = found.unit_id ORDER BY found.role, unit.id, found.task_id, found.position""")

_PLACES: Final = text("""
    SELECT coalesce(label, '') AS label, ST_AsGeoJSON(ST_ForcePolygonCCW(geom), 7, 0) AS geometry, precision,
    method, basis, datum_entered, coalesce(coordinates_entered, '') AS coordinates_entered,
           coalesce(address, '') AS address, coalesce(confidence, '') AS confidence, coalesce(source, '') AS
           source, coalesce(source_url, '') AS source_url, coalesce(note, '') AS note,
           coalesce(county_code, '') AS county_code, near_line
      FROM project_place WHERE project_id = :id ORDER BY position""")


def record(connection: Connection, project_id: str, names: Names) -> Record:
    """Return everything known of one record; raises ``UnknownRecord``.

    Also a record that is not published, for whoever may see it: row-level security decides.
    """
    key = {"id": project_id}
    row = connection.execute(
        text(
            "SELECT p.parent_id, p.provenance FROM project p JOIN project_facet f ON f.project_id = p.id"
            " WHERE p.id = :id"
        ),
        key,
    ).first()
    if row is None:
        raise UnknownRecord(f"no record {project_id!r} in this library")
    children = list(connection.scalars(text("SELECT id FROM project WHERE parent_id = :id"), key))
    family = {
        s.id: s for s in summaries.by_ids(connection, [project_id, row.parent_id or "", *children], names)
    }
    return Record(
        summary=family[project_id],
        links=tuple(TaskLink(**link) for link in connection.execute(_LINKS, key).mappings()),
        parties=tuple(Party(**party) for party in connection.execute(_PARTIES, key).mappings()),
        places=tuple(_place(place) for place in connection.execute(_PLACES, key).mappings()),
        children=tuple(family[c] for c in sorted(children) if c in family),
        parent=family.get(row.parent_id or ""),
        candidates=_candidates(connection, key, names),
        provenance=tuple(_provenance(field, value, names) for field, value in sorted(row.provenance.items())),
        issues=_issues(connection, key),
        slots=slots(connection, project_id),
    )


def slots(connection: Connection, programme_id: str) -> Slots | None:
    """Return a programme's slots by state, None for a record that has none."""
    states: dict[str, int] = {
        row[0]: row[1]
        for row in connection.execute(
            text("SELECT state, count(*) FROM slot WHERE programme_id = :id GROUP BY 1"), {"id": programme_id}
        )
    }
    if not states:
        return None
    return Slots(**{state: states.get(state, 0) for state in ("unassigned", "claimed", "placed")})


def scenario(connection: Connection, programme_id: str) -> tuple[ScenarioShare, ...]:
    """Spread a programme's unassigned slots over the townships of its prefecture.

    Largest remainder (Hamilton) on the number of administrative villages (村委会); a township without
    villages gets none, and where no village is known there is no scenario. A model for discussion, basis
    ``modelled``: no plan says it.
    """
    state = slots(connection, programme_id)
    rows = connection.execute(
        text("""
        SELECT township.code, township.name, township.county_code, township.villages,
               ST_X(township.point) AS lon, ST_Y(township.point) AS lat
          FROM township JOIN project ON project.id = :id
         WHERE left(township.code, 4) = left(project.prefecture_code, 4) ORDER BY township.code"""),
        {"id": programme_id},
    ).all()
    if state is None or not any(row.villages for row in rows):
        return ()
    shares = largest_remainder(state.unassigned, [row.villages for row in rows])
    return tuple(
        ScenarioShare(row.code, row.name, row.county_code, row.villages, share, row.lon, row.lat)
        for row, share in zip(rows, shares, strict=True)
    )


def _place(row: Mapping[Any, Any]) -> Place:
    return Place(**{**row, "geometry": json.loads(row["geometry"])})


def _candidates(connection: Connection, key: dict[str, Any], names: Names) -> tuple[str, ...]:
    codes = connection.scalars(
        text(
            "SELECT county_code FROM project_area WHERE project_id = :id"
            " AND relation = 'candidate' ORDER BY 1"
        ),
        key,
    )
    return tuple(str(names.area(code)) for code in codes)


def _provenance(field: str, value: Mapping[str, Any], names: Names) -> Provenance:
    return Provenance(
        field=field,
        basis=value.get("basis") or "",
        source=names.document(value.get("source") or ""),
        locator=value.get("locator") or "",
        note=value.get("note") or "",
    )


def _issues(connection: Connection, key: dict[str, Any]) -> tuple[Issue, ...]:
    rows = connection.execute(
        text(
            "SELECT code, severity, field, value, action, remedy FROM data_issue"
            " WHERE project_id = :id ORDER BY code"
        ),
        key,
    )
    return tuple(
        Issue(IssueCode(r.code), Severity(r.severity), r.field, r.value, r.action, r.remedy) for r in rows
    )


def slot_programmes(connection: Connection) -> tuple[str, ...]:
    """Return the ids of programmes that have slots."""
    return tuple(connection.scalars(text("SELECT DISTINCT programme_id FROM slot ORDER BY 1")))
