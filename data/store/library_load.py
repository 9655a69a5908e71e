"""Storing the library: one transaction, idempotent by id, and never over what an office has changed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, text

from data.importers.library import LibraryTables
from data.importers.placing import PlaceRow, place_all, township_of
from data.importers.tables import Row
from gis.gazetteer import Gazetteer
from projects.codes import Basis, DeliveryMode, QuantityBasis, Stage
from projects.names import normalised

CLASSIFIED: Final = "本库分类"
"""Source named for values this project itself assigns (category, kind)."""


def load(connection: Connection, tables: LibraryTables, gazetteer: Gazetteer) -> dict[str, int]:
    """Store all tables and return the counts stored.

    A record that somebody has changed since (``updated_by`` is not ``system``) is left as it is.
    """
    _documents(connection, tables.documents)
    _zones(connection, tables.zones)
    _units(connection, tables)
    _tasks(connection, tables)
    ours = _projects(connection, tables, gazetteer)
    _children(connection, tables, ours)
    places = [p for p in place_all(tables.projects, tables.places, gazetteer) if p.project_id in ours]
    _places(connection, places)
    _targets(connection, tables.targets)
    slots = _slots(connection)
    connection.execute(text("SELECT refresh_facets()"))
    return {"documents": len(tables.documents), "records": len(tables.projects), "kept_as_edited":
            len(tables.projects) - len(ours), "mentions": len(tables.mentions), "places": len(places),
            "units": len(tables.units), "targets": len(tables.targets), "slots": slots}


def upsert(connection: Connection, table: str, key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows or bring existing ones up to date; ``key`` names the primary key columns, comma-separated."""
    listed = [dict(row) for row in rows]
    if not listed:
        return
    columns = list(listed[0])
    keys = [k.strip() for k in key.split(",")]
    changes = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in keys)
    action = f"UPDATE SET {changes}" if changes else "NOTHING"
    connection.execute(text(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + c for c in columns)}) "  # noqa: S608
        f"ON CONFLICT ({key}) DO {action}"), listed)


def _documents(connection: Connection, documents: list[Row]) -> None:
    upsert(connection, "source", "id", ({
        "id": d["document_id"], "kind": "document", "title": d["title"], "number": d["number"],
        "publisher": d["publisher"], "issued_on": d["issued_on"], "as_of_year": d["as_of_year"],
        "period_from": d["period_from"], "period_to": d["period_to"], "area_code": d["area_code"],
        "id_prefix": d["prefix"],
    } for d in documents))


def _zones(connection: Connection, zones: list[Row]) -> None:
    upsert(connection, "zone", "id", ({
        "id": z["zone_id"], "name": z["name"], "prefecture_code": z["prefecture_code"],
        "basis": z["basis"] or Basis.DERIVED, "source": z["source"], "note": z["note"],
    } for z in zones))
    connection.execute(text("DELETE FROM zone_area"))
    upsert(connection, "zone_area", "zone_id, county_code", (
        {"zone_id": z["zone_id"], "county_code": code} for z in zones for code in (z["county_codes"] or "").split()))


def _units(connection: Connection, tables: LibraryTables) -> None:
    upsert(connection, "unit", "id", ({
        "id": u["unit_id"], "name": u["name"], "kind": u["kind"], "area_code": u["area_code"], "note": u["note"],
    } for u in tables.units))
    upsert(connection, "unit_alias", "unit_id, alias", ({
        "unit_id": a["unit_id"], "alias": a["alias"], "kind": a["kind"], "since": a["since"], "source": a["source"],
    } for a in tables.unit_aliases))


def _tasks(connection: Connection, tables: LibraryTables) -> None:
    upsert(connection, "task", "id", ({
        "id": t["task_id"], "source_id": t["document_id"], "position": number, "section": t["section"],
        "title": t["title"], "category_of_document": t["category_of_document"],
    } for number, t in enumerate(tables.tasks)))
    upsert(connection, "task_unit", "task_id, role, unit_id", ({
        "task_id": t["task_id"], "role": t["role"], "unit_id": t["unit_id"], "printed": t["printed"],
        "position": t["position"],
    } for t in tables.task_units))


def _projects(connection: Connection, tables: LibraryTables, gazetteer: Gazetteer) -> set[str]:
    """Store the records and return the ids that this library still answers for."""
    edited = set(connection.scalars(text("SELECT id FROM project WHERE updated_by <> 'system'")))
    rows = [_project_row(p, gazetteer) for p in tables.projects if p["project_id"] not in edited]
    # Parents may stand below their children in a table: link them once all are there.
    upsert(connection, "project", "id", ({**row, "parent_id": None} for row in rows))
    connection.execute(text("UPDATE project SET parent_id = :parent_id WHERE id = :id"),
                       [{"id": r["id"], "parent_id": r["parent_id"]} for r in rows])
    return {str(row["id"]) for row in rows}


def _project_row(p: Row, gazetteer: Gazetteer) -> dict[str, Any]:
    township = township_of(p, gazetteer)
    return {
        "id": p["project_id"], "name": p["name"], "name_normalised": normalised(str(p["name"])), "kind": p["kind"],
        "category": p["category"], "parent_id": p["parent_id"], "quantity": p["quantity"],
        "quantity_basis": p["quantity_basis"] or QuantityBasis.UNSTATED, "province_code": p["province_code"],
        "prefecture_code": p["prefecture_code"], "county_code": p["county_code"], "county_basis": p["county_basis"],
        "township_code": township.code if township else p["township_code"],
        "township": township.name if township else p["township"],
        "township_basis": p["township_basis"] or (Basis.DOCUMENTED if township else None),
        "zone_id": p["zone_id"], "stage": p["stage"] or Stage.UNKNOWN, "stage_words": p["stage_words"],
        "as_of_year": p["as_of_year"], "delivery_mode": p["delivery_mode"] or DeliveryMode.UNKNOWN,
        "owner_unit_id": p["owner_unit_id"], "note": p["note"], "basis": Basis.DOCUMENTED,
        "provenance": json.dumps(_provenance(p), ensure_ascii=False),
    }


def _provenance(p: Row) -> dict[str, Any]:
    """Return where each field of a record comes from."""
    document = {"basis": Basis.DOCUMENTED, "source": p["document_id"]}
    found: dict[str, Any] = {"name": document}
    found |= {f: {"basis": Basis.DERIVED, "source": CLASSIFIED} for f in ("category", "kind")}
    for field in ("stage", "stage_words", "delivery_mode", "prefecture_code"):
        if p[field]:
            found[field] = document
    if p["quantity"]:
        found["quantity"] = document if p["quantity_basis"] == QuantityBasis.STATED else {
            "basis": Basis.DERIVED, "source": CLASSIFIED}
    if p["county_code"]:
        found["county_code"] = document if p["county_basis"] == Basis.DOCUMENTED else {
            "basis": p["county_basis"], "source": p["county_source"]}
    if p["township_code"] or p["township"]:
        found["township"] = {"basis": p["township_basis"] or Basis.DOCUMENTED, "source": p["document_id"]}
    return found


def _children(connection: Connection, tables: LibraryTables, ours: set[str]) -> None:
    keys = {"keys": sorted(ours)}
    for table in ("project_alias", "project_area", "task_link", "project_place"):
        connection.execute(text(f"DELETE FROM {table} WHERE project_id = ANY (:keys)"), keys)  # noqa: S608
    upsert(connection, "project_alias", "project_id, alias", ({
        "project_id": a["project_id"], "alias": a["alias"], "kind": a["kind"], "source": a["source"],
    } for a in tables.aliases if a["project_id"] in ours))
    upsert(connection, "project_area", "project_id, county_code, relation", (
        {"project_id": p["project_id"], "county_code": code, "relation": relation, "basis": Basis.DOCUMENTED
         if relation == "touches" else Basis.DERIVED}
        for p in tables.projects if p["project_id"] in ours
        for relation, column in (("touches", "touches"), ("candidate", "candidates"))
        for code in (p[column] or "").split()))
    connection.execute(
        text("INSERT INTO task_link (project_id, task_id, printed_name, status_words, quote)"
             " VALUES (:project_id, :task_id, :printed_name, :status_words, :quote)"),
        [{k: m[k] for k in ("project_id", "task_id", "printed_name", "status_words", "quote")}
         for m in tables.mentions if m["project_id"] in ours])


def _places(connection: Connection, places: list[PlaceRow]) -> None:
    if not places:
        return
    connection.execute(
        text("INSERT INTO project_place (project_id, geom, precision, method, basis, datum_entered,"
             " coordinates_entered, address, confidence, source, source_url, note)"
             " VALUES (:project_id, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :precision, :method, :basis,"
             " :datum_entered, :coordinates_entered, :address, :confidence, :source, :source_url, :note)"),
        [{name: getattr(p, name) for name in PlaceRow.__slots__} for p in places])


def _targets(connection: Connection, targets: list[Row]) -> None:
    upsert(connection, "target", "id", ({
        "id": t["target_id"], "source_id": t["document_id"], **{k: t[k] for k in (
            "task_id", "section", "quote", "indicator", "indicator_en", "operator", "value", "value_high", "unit",
            "year", "base_year", "level", "area_code", "per_area", "denominator", "note")},
    } for t in targets))


def _slots(connection: Connection) -> int:
    """Give the village-clinic programmes their slots, as many as the plan says; existing slots stay."""
    programmes = connection.scalars(text(
        "SELECT id FROM project WHERE kind = 'programme' AND category = 'village_clinic'"
        " AND quantity_basis = 'stated' AND delivery_mode = '公建民营'"))
    for key in list(programmes):
        connection.execute(text("SELECT create_slots(:key)"), {"key": key})
    return int(connection.scalar(text("SELECT count(*) FROM slot")) or 0)
