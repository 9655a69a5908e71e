"""Storing the library: one transaction, idempotent by id, and never over what an office has changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from data.importers.library import LibraryTables
from data.importers.placing import PlaceRow, place_all
from data.importers.tables import Row
from data.store import owner_units, unit_register
from data.store.library_rows import project_row
from gis.gazetteer import Gazetteer
from projects.codes import Basis

ANALYSED: Final = (
    "project",
    "project_alias",
    "project_area",
    "project_place",
    "project_party",
    "project_facet",
    "task",
    "task_link",
    "task_unit",
    "finance_line",
    "zone",
)

_EDITED: Final = text("""
    SELECT id FROM project WHERE updated_by <> 'system'
    UNION SELECT project_id FROM project_place WHERE basis = 'reported'
    UNION SELECT project_id FROM project_area WHERE basis = 'reported'""")
"""Records that an office has changed, or has told a place or county of.

A new version of the tables leaves them.
"""


def load(connection: Connection, tables: LibraryTables, gazetteer: Gazetteer) -> dict[str, int]:
    """Store all tables and return the counts stored.

    A record that somebody has changed since (``updated_by`` is not ``system``, or an office reported its
    place) is left as it is.
    """
    _documents(connection, tables.documents)
    _zones(connection, tables.zones)
    _units(connection, tables)
    owner_units.refresh(connection)
    _tasks(connection, tables)
    ours = _projects(connection, tables, gazetteer)
    _children(connection, tables, ours)
    places = [p for p in place_all(tables.projects, tables.places, gazetteer) if p.project_id in ours]
    _places(connection, places, ours)
    _targets(connection, tables)
    slots = _slots(connection)
    # A server that has never counted these tables would plan an office's first large upload for a few rows.
    connection.execute(text(f"ANALYZE {', '.join(ANALYSED)}"))
    connection.execute(text("SELECT refresh_facets()"))
    return {
        "documents": len(tables.documents),
        "records": len(tables.projects),
        "kept_as_edited": len(tables.projects) - len(ours),
        "mentions": len(tables.mentions),
        "places": len(places),
        "units": len(tables.units),
        "targets": len(tables.targets),
        "slots": slots,
    }


def upsert(connection: Connection, table: str, key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows or bring existing ones up to date; ``key`` names the primary key columns, comma-separated.

    One statement for all rows, so that what is derived from them is derived once; of two rows with one key
    the last counts, and a row that is as it should be is not touched.
    """
    keys = [name.strip() for name in key.split(",")]
    listed = list({tuple(row[name] for name in keys): dict(row) for row in rows}.values())
    if not listed:
        return
    columns = list(listed[0])
    changing = [name for name in columns if name not in keys]
    action = "NOTHING"
    if changing:
        present, wanted = (
            ", ".join(f"{where}.{name}" for name in changing) for where in ("present", "excluded")
        )
        sets = ", ".join(f"{name} = excluded.{name}" for name in changing)
        action = f"UPDATE SET {sets} WHERE ({present}) IS DISTINCT FROM ({wanted})"
    connection.execute(
        text(
            f"INSERT INTO {table} AS present ({', '.join(columns)})"  # noqa: S608
            f" SELECT {', '.join(columns)} FROM jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"
            f" ON CONFLICT ({key}) DO {action}"
        ),
        {"rows": json.dumps(listed, ensure_ascii=False)},
    )


def _documents(connection: Connection, documents: list[Row]) -> None:
    upsert(
        connection,
        "source",
        "id",
        (
            {
                "id": d["document_id"],
                "kind": "document",
                "title": d["title"],
                "number": d["number"],
                "publisher": d["publisher"],
                "issued_on": d["issued_on"],
                "as_of_year": d["as_of_year"],
                "period_from": d["period_from"],
                "period_to": d["period_to"],
                "area_code": d["area_code"],
                "id_prefix": d["prefix"],
            }
            for d in documents
        ),
    )


def _zones(connection: Connection, zones: list[Row]) -> None:
    upsert(
        connection,
        "zone",
        "id",
        (
            {
                "id": z["zone_id"],
                "name": z["name"],
                "prefecture_code": z["prefecture_code"],
                "basis": z["basis"] or Basis.DERIVED,
                "source": z["source"],
                "note": z["note"],
            }
            for z in zones
        ),
    )
    connection.execute(text("DELETE FROM zone_area"))
    upsert(
        connection,
        "zone_area",
        "zone_id, county_code",
        (
            {"zone_id": z["zone_id"], "county_code": code}
            for z in zones
            for code in (z["county_codes"] or "").split()
        ),
    )


def _units(connection: Connection, tables: LibraryTables) -> None:
    names = unit_register.renamed(connection)
    upsert(
        connection,
        "unit",
        "id",
        (
            {
                "id": u["unit_id"],
                "name": names.get(str(u["unit_id"]), u["name"]),
                "kind": u["kind"],
                "area_code": u["area_code"],
                "note": u["note"],
            }
            for u in tables.units
        ),
    )
    upsert(
        connection,
        "unit_alias",
        "unit_id, alias",
        (
            {
                "unit_id": a["unit_id"],
                "alias": a["alias"],
                "kind": a["kind"],
                "since": a["since"],
                "source": a["source"],
            }
            for a in tables.unit_aliases
        ),
    )


def _tasks(connection: Connection, tables: LibraryTables) -> None:
    kept = "section title category_of_document"
    upsert(
        connection,
        "task",
        "id",
        (
            {"id": t["task_id"], "source_id": t["document_id"], "position": number, **_pick(t, kept)}
            for number, t in enumerate(tables.tasks)
        ),
    )
    # What a document makes units responsible for stands in its table alone: a line taken out there goes.
    connection.execute(
        text(
            "DELETE FROM task_unit WHERE task_id = ANY (:tasks)"
            " AND concat_ws('/', task_id, role, unit_id) <> ALL (:kept)"
        ),
        {
            "tasks": [t["task_id"] for t in tables.tasks],
            "kept": [f"{t['task_id']}/{t['role']}/{t['unit_id']}" for t in tables.task_units],
        },
    )
    upsert(
        connection,
        "task_unit",
        "task_id, role, unit_id",
        (_pick(t, "task_id role unit_id printed position") for t in tables.task_units),
    )


def _projects(connection: Connection, tables: LibraryTables, gazetteer: Gazetteer) -> set[str]:
    """Store the records and return the ids that this library still answers for."""
    edited = set(connection.scalars(_EDITED))
    researched = {row["project_id"]: row for row in tables.places}
    units = owner_units.ids(connection)
    rows = [
        project_row(p, researched.get(p["project_id"]), gazetteer, units)
        for p in tables.projects
        if p["project_id"] not in edited
    ]
    upsert(connection, "project", "id", rows)
    return {str(row["id"]) for row in rows}


def _children(connection: Connection, tables: LibraryTables, ours: set[str]) -> None:
    aliases = [_pick(a, "project_id alias kind source") for a in tables.aliases]
    areas = [
        {"project_id": p["project_id"], "county_code": code, "relation": relation, "basis": basis}
        for p in tables.projects
        for relation, column, basis in (
            ("touches", "touches", Basis.DOCUMENTED),
            ("candidate", "candidates", Basis.DERIVED),
        )
        for code in (p[column] or "").split()
    ]
    links = [_pick(m, "project_id task_id printed_name status_words quote") for m in tables.mentions]
    for table, rows in (("project_alias", aliases), ("project_area", areas), ("task_link", links)):
        if rows:
            _exactly(connection, table, [row for row in rows if row["project_id"] in ours], ours)


def _places(connection: Connection, places: list[PlaceRow], ours: set[str]) -> None:
    rows = [{name: getattr(p, name) for name in PlaceRow.__slots__} for p in places]
    for row in rows:
        row["geom"] = f"SRID=4326;POINT({row.pop('lon')!r} {row.pop('lat')!r})"
    _exactly(connection, "project_place", rows, ours)


def _exactly(
    connection: Connection, table: str, rows: Sequence[Mapping[str, Any]], projects: set[str]
) -> None:
    """Make these the only rows of these records in a table; a row that is there already is not touched.

    Rows are told apart by all their given columns; of equal ones there are as many as given.
    """
    if not rows:
        connection.execute(
            text(f"DELETE FROM {table} WHERE project_id = ANY (:keys)"),  # noqa: S608
            {"keys": sorted(projects)},
        )
        return
    columns = ", ".join(rows[0])
    given = "jsonb_populate_recordset(NULL::{0}, CAST(:rows AS jsonb)) WITH ORDINALITY"
    held = "(SELECT *, ctid AS ordinality FROM {0} WHERE project_id = ANY (:keys))"
    numbered = (
        f"SELECT {columns}, ordinality,"  # noqa: S608
        f" row_number() OVER (PARTITION BY {columns} ORDER BY ordinality) AS turn FROM {{0}} AS rows"
    )
    both = (
        f"WITH wanted AS ({numbered.format(given.format(table))}),"
        f" stored AS ({numbered.format(held.format(table))}) "
    )
    same = " AND ".join(f"stored.{name} IS NOT DISTINCT FROM wanted.{name}" for name in (*rows[0], "turn"))
    values = {"keys": sorted(projects), "rows": json.dumps(rows, ensure_ascii=False)}
    connection.execute(
        text(
            f"{both} DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ordinality FROM stored"  # noqa: S608
            f" WHERE NOT EXISTS (SELECT FROM wanted WHERE {same})))"
        ),
        values,
    )
    connection.execute(
        text(
            f"{both} INSERT INTO {table} ({columns}) SELECT {columns} FROM wanted"  # noqa: S608
            f" WHERE NOT EXISTS (SELECT FROM stored WHERE {same}) ORDER BY ordinality"
        ),
        values,
    )


def _targets(connection: Connection, tables: LibraryTables) -> None:
    kept = (
        "task_id section quote indicator indicator_en operator value value_high unit year base_year level"
        " area_code per_area denominator note"
    )
    connection.execute(
        text("DELETE FROM target WHERE source_id = ANY (:documents) AND id <> ALL (:kept)"),
        {
            "documents": [d["document_id"] for d in tables.documents],
            "kept": [t["target_id"] for t in tables.targets],
        },
    )
    upsert(
        connection,
        "target",
        "id",
        ({"id": t["target_id"], "source_id": t["document_id"], **_pick(t, kept)} for t in tables.targets),
    )


def _pick(row: Row, names: str) -> dict[str, str | None]:
    """Return the named cells (space-separated) of a row."""
    return {name: row[name] for name in names.split()}


def _slots(connection: Connection) -> int:
    """Give the village-clinic programmes their slots, as many as the plan says; existing slots stay."""
    programmes = connection.scalars(
        text(
            "SELECT id FROM project WHERE kind = 'programme' AND category = 'village_clinic'"
            " AND quantity_basis = 'stated' AND delivery_mode = '公建民营'"
        )
    )
    for key in list(programmes):
        connection.execute(text("SELECT create_slots(:key)"), {"key": key})
    return int(connection.scalar(text("SELECT count(*) FROM slot")) or 0)
