"""Entries of one edition: listed page by page, and added up."""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import like, where
from data.store.plans.rows import entry_of, measured, measures
from data.store.summaries import FROM
from projects.plans.editions import Edition, Measure, PlanEntry, Totals
from projects.plans.ports import Listing, Moved, Silence, Wanted, Window

_PAGE: Final = """
    WITH found AS MATERIALIZED (
        SELECT e.edition_id, e.project_id, e.snapshot ->> 'county_code' AS county_code {source}),
    page AS (SELECT *, (SELECT count(*) FROM found) AS matched FROM found
              ORDER BY county_code COLLATE "C" NULLS LAST, project_id COLLATE "C"
              LIMIT :at_most OFFSET :from_row)
    SELECT page.matched, held.project_id, held.change, held.reason, held.plan, held.snapshot, held.version
      FROM page JOIN edition_entry held ON held.edition_id = page.edition_id
                                       AND held.project_id = page.project_id
     ORDER BY page.county_code COLLATE "C" NULLS LAST, page.project_id COLLATE "C"
"""


def entries(connection: Connection, edition: Edition, wanted: Wanted, window: Window) -> Listing[PlanEntry]:
    """Return one page of an edition's entries and how many there are in all."""
    source, values = _chosen(edition, wanted)
    page = values | {"at_most": window.limit, "from_row": window.offset}
    rows = connection.execute(text(_PAGE.format(source=source)), page).all()
    matched = rows[0].matched if rows else 0
    if not rows and window.offset:
        matched = connection.scalar(text(f"SELECT count(*) {source}"), values) or 0
    return Listing(tuple(one for row in rows if (one := entry_of(row))), matched)


def totals(connection: Connection, edition: Edition, wanted: Wanted) -> Totals:
    """Add up the chosen entries of an edition."""
    source, values = _chosen(edition, wanted)
    by_year = measures(edition.years, "e.plan")
    row = connection.execute(
        text(
            "SELECT count(*) AS members, count(*) FILTER (WHERE e.plan = '{}') AS undated,"
            " count(e.snapshot ->> 'total_investment') AS known,"
            " coalesce(sum((e.snapshot ->> 'total_investment')::numeric), 0) AS amount"
            f"{', ' + by_year if by_year else ''} {source}"
        ),
        values,
    ).one()
    return Totals(
        row.members,
        row.undated if edition.years else 0,
        measured(row, edition.years),
        Measure(row.members, row.known, Decimal(row.amount)),
    )


def _chosen(edition: Edition, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """Return FROM and WHERE of the wanted entries, and the parameters."""
    conditions = ["e.edition_id = :edition", "e.change = ANY (:changes)"]
    values: dict[str, Any] = {"edition": edition.id, "changes": [str(c) for c in wanted.change]}
    if wanted.year:
        conditions.append("e.plan ? CAST(:in_year AS text)")
        values["in_year"] = str(wanted.year)
    elif wanted.year == 0:
        conditions.append("e.plan = '{}'")
    if wanted.text:
        conditions.append("lower(e.project_id || ' ' || (e.snapshot ->> 'name')) LIKE :words")
        values["words"] = like(wanted.text)
    source = "FROM edition_entry e"
    if not wanted.chosen.is_empty:
        condition, parameters = where(wanted.chosen)
        source += " LEFT JOIN edition_heirs(ARRAY[:edition]) heir ON heir.project_id = e.project_id"
        conditions.append(f"coalesce(heir.heir_id, e.project_id) IN (SELECT p.id {FROM} WHERE {condition})")
        values |= parameters
    return f"{source} WHERE {' AND '.join(conditions)}", values


def silences(connection: Connection, edition: Edition) -> tuple[Silence, ...]:
    """Return what is unknown by the unit that owns the record now; merged records are their heir's."""
    rows = connection.execute(_SILENCES, {"edition": edition.id, "dated": bool(edition.years)})
    return tuple(Silence(**row) for row in rows.mappings())


def moved(connection: Connection, key: int) -> Moved:
    """Return how many records of an edition have another version, and which members nobody may see now."""
    row = connection.execute(_MOVED, {"edition": key}).one()
    return Moved(row.changed, tuple(row.hidden or ()))


_SILENCES: Final = text("""
    SELECT coalesce(p.owner_unit_id, '') AS unit_id, coalesce(min(owner_unit.name), '') AS unit,
           count(*) AS members, count(*) FILTER (WHERE :dated AND e.plan = '{}') AS undated,
           count(*) FILTER (WHERE e.plan @? '$.* ? (@ == null)') AS unpriced,
           count(*) FILTER (WHERE NOT e.snapshot ? 'total_investment') AS untotalled
      FROM edition_entry e LEFT JOIN edition_heirs(ARRAY[:edition]) heir ON heir.project_id = e.project_id
      LEFT JOIN project p ON p.id = coalesce(heir.heir_id, e.project_id) AND p.published
                         AND p.deleted_at IS NULL AND p.merged_into_id IS NULL
      LEFT JOIN owner_unit ON owner_unit.id = p.owner_unit_id
     WHERE e.edition_id = :edition AND e.change <> 'left'
     GROUP BY 1 ORDER BY count(*) FILTER (WHERE :dated AND e.plan = '{}' OR e.plan @? '$.* ? (@ == null)'
                                         OR NOT e.snapshot ? 'total_investment') DESC, 1""")
_MOVED: Final = text("""
    SELECT count(*) FILTER (WHERE p.version <> e.version) AS changed,
           array_agg(e.project_id ORDER BY e.project_id)
               FILTER (WHERE p.id IS NULL AND e.change <> 'left') AS hidden
      FROM edition_entry e LEFT JOIN project p ON p.id = e.project_id AND p.published AND p.deleted_at IS NULL
                                              AND p.merged_into_id IS NULL
     WHERE e.edition_id = :edition""")
