"""``status``: what this installation holds, for people and (``--json``) for programs."""

import argparse
import json
from importlib import import_module
from typing import Any, Final

from sqlalchemy import Connection, text

from data import migrate, settings, wiring
from data.jobs.queue import overview
from data.store import loaded
from data.store.aggregates import options as choices
from data.store.summaries import FROM, count
from projects.errors import SetupIncomplete
from projects.filters import ProjectFilter

FONTS: Final = "layers.fonts"
"""Asked by its name, as a program would ask it: nothing here depends on how things are drawn."""


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    status = commands.add_parser(
        "status", help="counts by document, category, precision and county; slots; versions"
    )
    status.add_argument("--json", action="store_true", help="machine-readable")
    status.set_defaults(run=_status)


def _status(options: argparse.Namespace) -> None:
    database = wiring.open_database(settings.load())
    with database.owning() as connection:
        found = describe(connection) | {"pictures": pictures()}
    print(json.dumps(found, ensure_ascii=False, indent=2) if options.json else _in_words(found))


def pictures() -> dict[str, Any]:
    """Return which Chinese font pictures and PDF are written with, or the sentence on what to do without."""
    try:
        return {"font": str(import_module(FONTS).chinese_font())}
    except SetupIncomplete as error:
        return {"font": None, "missing": str(error)}


def describe(connection: Connection) -> dict[str, Any]:
    """Return the counts and versions of a database as plain values; records are counted once, slots apart."""
    everything = ProjectFilter()
    by_precision = count(connection, everything)
    counties = _counties(connection)
    shares = choices(connection, ("category", "kind", "precision"), everything)
    return {
        "records": by_precision.matched,
        "mentions": connection.scalar(text("SELECT count(*) FROM task_link")),
        "targets": connection.scalar(text("SELECT count(*) FROM target")),
        "units": connection.scalar(text("SELECT count(*) FROM unit")),
        "by_document": _documents(connection),
        "by_category": {o.value: o.count for o in shares["category"]},
        "by_kind": {o.value: o.count for o in shares["kind"]},
        "by_precision": {o.value: o.count for o in shares["precision"]},
        "precision_groups": {
            name: getattr(by_precision, name)
            for name in ("points", "township", "county", "region", "unlocated")
        },
        "by_county": counties,
        "without_county": by_precision.matched - sum(c["records"] for c in counties.values()),
        "slots": _slots(connection),
        "issues": _pairs(connection, "SELECT code, count(*) FROM data_issue GROUP BY 1 ORDER BY 1"),
        "database": {
            "server": connection.scalar(text("SHOW server_version")),
            "postgis": connection.scalar(text("SELECT postgis_lib_version()")),
            "schema": migrate.current(connection),
            "newest_schema": migrate.head(),
        },
        "jobs": overview(connection),
        "loaded": loaded.details(connection),
    }


def _documents(connection: Connection) -> dict[str, Any]:
    rows = connection.execute(
        text(
            "SELECT coalesce(source.number, source.id) AS number, source.title, count(p.id) AS records,"
            " (SELECT count(*) FROM task_link link JOIN task ON task.id = link.task_id"
            "   WHERE task.source_id = source.id) AS mentions"
            " FROM source LEFT JOIN project_facet f ON source.id = ANY (f.document_ids)"
            " LEFT JOIN project p ON p.id = f.project_id AND p.published"
            " WHERE source.kind = 'document' GROUP BY source.id ORDER BY source.id"
        )
    )
    return {r.number: {"title": r.title, "records": r.records, "mentions": r.mentions} for r in rows}


def _counties(connection: Connection) -> dict[str, Any]:
    rows = connection.execute(
        text(
            f"SELECT f.county_code, area.name, count(*) AS n {FROM} LEFT JOIN area"
            " ON area.code = f.county_code AND area.level = 'county'"
            " WHERE p.published AND f.county_code IS NOT NULL"
            " GROUP BY 1, 2 ORDER BY 1"
        )
    )
    return {r.county_code: {"name": r.name, "records": r.n} for r in rows}


def _slots(connection: Connection) -> dict[str, Any]:
    states = _pairs(connection, "SELECT state, count(*) FROM slot GROUP BY 1")
    named = {state: states.get(state, 0) for state in ("unassigned", "claimed", "placed")}
    return {**named, "total": sum(named.values())}


def _pairs(connection: Connection, query: str) -> dict[str, int]:
    return {key: int(n) for key, n in connection.execute(text(query))}


def _in_words(found: dict[str, Any]) -> str:
    groups, jobs = found["precision_groups"], found["jobs"]
    lines = [
        f"records {found['records']} = " + " + ".join(f"{n} {name}" for name, n in groups.items()),
        "slots " + ", ".join(f"{n} {state}" for state, n in found["slots"].items()),
        f"mentions {found['mentions']} · targets {found['targets']} · units {found['units']}",
        *(
            f"{number}  {d['records']} records, {d['mentions']} mentions"
            for number, d in found["by_document"].items()
        ),
        "categories " + ", ".join(f"{name} {n}" for name, n in found["by_category"].items()),
        f"counties {len(found['by_county'])}, records without a county {found['without_county']}",
        f"worker {'running' if jobs['worker_alive'] else 'not running'} · jobs "
        + ", ".join(f"{jobs[state]} {state}" for state in ("waiting", "running", "failed")),
        "database " + ", ".join(f"{name} {value}" for name, value in found["database"].items()),
        f"pictures font {found['pictures']['font'] or 'missing: ' + found['pictures']['missing']}",
    ]
    return "\n".join(lines)
