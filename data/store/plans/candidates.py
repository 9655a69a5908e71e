"""What may come into the next edition of an area, and which members of one should leave."""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.database import Row
from data.store.filtering import where
from data.store.plans.rows import plan_of
from data.store.summaries import FROM
from projects.filters import ProjectFilter
from projects.plans.comparing import ENDED, READY, reason_to_leave
from projects.plans.editions import Edition, EditionKind, years_of
from projects.plans.ports import Candidate, Listing, Window

_NOT_IN: Final = (
    "p.id NOT IN (SELECT coalesce(heir.heir_id, e.project_id) FROM edition_entry e"
    " LEFT JOIN edition_heirs(ARRAY[:base]) heir ON heir.project_id = e.project_id"
    " WHERE e.edition_id = :base AND e.change <> 'left')"
)
_PAGE: Final = """
    WITH found AS MATERIALIZED (SELECT p.id, f.county_code {source}),
    page AS (SELECT id, county_code, (SELECT count(*) FROM found) AS matched FROM found
              ORDER BY county_code COLLATE "C" NULLS LAST, id COLLATE "C" LIMIT :at_most OFFSET :from_row)
    SELECT page.matched, p.id, p.name, p.category, p.stage, p.basis,
           trim_scale(p.total_investment)::text AS total, coalesce(county.name, '') AS county,
           (SELECT coalesce(jsonb_object_agg(a.year::text, trim_scale(a.amount)::text), '{{}}')
              FROM annual_plan a
             WHERE a.project_id = p.id AND a.year BETWEEN :first_year AND :last_year) AS plan
      FROM page JOIN project p ON p.id = page.id
      LEFT JOIN area county ON county.code = page.county_code AND county.level = 'county'
     ORDER BY page.county_code COLLATE "C" NULLS LAST, p.id COLLATE "C"
"""


def candidates(
    connection: Connection,
    base: Edition | None,
    asked: tuple[EditionKind, str, int],
    chosen: ProjectFilter,
    window: Window,
) -> Listing[Candidate]:
    """Return one page of the records that may come in; ``asked`` is kind, area and base year."""
    kind, area, year = asked
    condition, values = _condition(base, kind, area, chosen)
    source = f"{FROM} WHERE {condition}"
    span = years_of(year)
    values |= {"first_year": span[0], "last_year": span[-1]}
    page = values | {"at_most": window.limit, "from_row": window.offset}
    rows = connection.execute(text(_PAGE.format(source=source)), page).all()
    matched = rows[0].matched if rows else 0
    if not rows and window.offset:
        matched = connection.scalar(text(f"SELECT count(*) {source}"), values) or 0
    return Listing(tuple(_candidate(row) for row in rows), matched)


def matching(
    connection: Connection, base: Edition | None, kind: EditionKind, area: str, chosen: ProjectFilter
) -> list[str]:
    """Return the numbers of all records that may come in under a filter."""
    condition, values = _condition(base, kind, area, chosen)
    return list(connection.scalars(text(f"SELECT p.id {FROM} WHERE {condition}"), values))


def leavers(connection: Connection, edition: Edition) -> tuple[Candidate, ...]:
    """Return members of an edition that should leave the next one, or have to, with the reason."""
    span = years_of(edition.year)
    values = {"base": edition.id, "ended": [str(s) for s in ENDED]}
    rows = connection.execute(_LEAVERS, values | {"first_year": span[0], "last_year": span[-1]})
    return tuple(_leaver(row, edition.kind) for row in rows)


def _condition(
    base: Edition | None, kind: EditionKind, area: str, chosen: ProjectFilter
) -> tuple[str, dict[str, Any]]:
    """Return what a record has to be; members of the base are in a rolling plan already."""
    condition, values = where(chosen)
    parts = [condition, "f.area_codes @> CAST(ARRAY[:plan_area] AS text[])", "p.stage = ANY (:ready)"]
    values |= {"plan_area": area, "ready": [str(s) for s in READY]}
    if kind is EditionKind.CATALOGUE:
        parts[-1] = "p.stage <> '退库' AND p.open_to_capital = '是'"
    elif base is not None:
        parts.append(_NOT_IN)
        values["base"] = base.id
    return " AND ".join(parts), values


def _candidate(row: Row) -> Candidate:
    return Candidate(
        row.id, row.name, row.county, row.category, row.stage, row.total, plan_of(row.plan), row.basis
    )


def _leaver(row: Row, kind: EditionKind) -> Candidate:
    public = row.stage is not None
    reason = reason_to_leave(row.stage or "", public=public)
    if not reason and kind is EditionKind.CATALOGUE:
        reason = "不再对外招商"
    held = row.snapshot
    return Candidate(
        row.project_id,
        str(row.name or held.get("name", row.project_id)),
        str(held.get("county", "")),
        str(held.get("category", "")),
        str(row.stage or held.get("stage", "")),
        held.get("total_investment"),
        plan_of(row.plan),
        str(held.get("basis", "")),
        reason,
        public,
    )


_LEAVERS: Final = text("""
    SELECT DISTINCT ON (coalesce(p.id, e.project_id)) e.project_id, e.snapshot, e.plan, p.name, p.stage
      FROM edition_entry e
      LEFT JOIN edition_heirs(ARRAY[:base]) heir ON heir.project_id = e.project_id
      LEFT JOIN project p ON p.id = coalesce(heir.heir_id, e.project_id) AND p.published
                         AND p.deleted_at IS NULL AND p.merged_into_id IS NULL
      JOIN edition ON edition.id = e.edition_id
     WHERE e.edition_id = :base AND e.change <> 'left'
       AND (p.id IS NULL OR p.stage = ANY (:ended) AND edition.kind = 'rolling_plan' OR p.stage = '退库'
            OR edition.kind = 'catalogue' AND p.open_to_capital IS DISTINCT FROM '是')
     ORDER BY coalesce(p.id, e.project_id), e.project_id = p.id DESC, e.project_id""")
