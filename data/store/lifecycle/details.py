"""The steps and records behind the counts of the dispatch, a page at a time or the first of every unit."""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.lifecycle.flags import flags
from projects.codes import MilestoneCode
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import AHEAD, Reference
from projects.lifecycle.ports import STEP_KINDS, By, Item, Kind

_SPAN: Final = dict(zip(STEP_KINDS[1:], AHEAD, strict=True))
_RECORDS: Final = {
    Kind.STALE: "filed_at < :stale_at",
    Kind.MISSED: "filed_at < :missed_at",
    Kind.NEVER_FILED: "filed_at IS NULL",
    Kind.NEVER_REPORTED: "NOT reported",
}
_CONTACT: Final = "concat_ws(' ', p.contact ->> 'name', p.contact ->> 'phone')"
_NAMED: Final = """
    SELECT page.*, p.name, p.stage, p.basis, coalesce(owner_unit.name, '') AS unit_name,
           coalesce(home.name, '') AS county_name, coalesce(step.title, '') AS title, {contact} AS contact
      FROM page JOIN project p ON p.id = page.id
      LEFT JOIN owner_unit ON owner_unit.id = page.unit LEFT JOIN owner_unit home ON home.id = page.county
      LEFT JOIN milestone step ON step.project_id = page.id AND step.code = page.code
     ORDER BY page.planned_on, page.filed_at NULLS FIRST, page.id, page.code"""


def _found(kind: Kind) -> tuple[str, dict[str, Any]]:
    """Return the query of all steps or records of a kind over ``one``, and its own parameters."""
    if kind not in STEP_KINDS:
        return (
            "SELECT id, unit, county, filed_at, CAST(NULL AS text) AS code, CAST(NULL AS date) AS planned_on,"  # noqa: S608
            f" 0 AS days_late FROM one WHERE NOT over AND {_RECORDS[kind]}",
            {},
        )
    span = (
        "step.planned_on < :today"
        if kind is Kind.OVERDUE
        else (f"step.planned_on BETWEEN :today AND :today + {_SPAN[kind]}")
    )
    some = "days_late > 0" if kind is Kind.OVERDUE else "by_90 > overdue"
    return (
        "SELECT one.id, unit, county, one.filed_at, step.code, step.planned_on,"  # noqa: S608
        " :today - step.planned_on AS days_late"
        " FROM one JOIN project_schedule s ON s.project_id = one.id"
        " CROSS JOIN LATERAL unnest(milestone_codes(), s.planned, s.actual)"
        " AS step (code, planned_on, actual_on)"
        f" WHERE NOT over AND {some} AND step.actual_on IS NULL AND {span}",
        {},
    )


def details(  # noqa: PLR0913, PLR0917 - a question with a page
    connection: Connection,
    chosen: ProjectFilter,
    when: Reference,
    kind: Kind,
    within: tuple[By, str] | None,
    page: tuple[int | None, int],
    signed_in: bool,
) -> tuple[Item, ...]:
    """Return one page (limit and offset) of steps or records; contacts for who has signed in."""
    one, parameters = flags(chosen, when, within)
    query, own = _found(kind)
    ordered = f"{query} ORDER BY planned_on, filed_at NULLS FIRST, id, code LIMIT :limit OFFSET :offset"
    return _read(
        connection,
        f"WITH {one}, page AS ({ordered})",
        parameters | own | {"limit": page[0], "offset": page[1]},
        signed_in,
    )


def first_of_units(  # noqa: PLR0913, PLR0917
    connection: Connection,
    chosen: ProjectFilter,
    when: Reference,
    kind: Kind,
    shown: int,
    signed_in: bool,
) -> dict[str, list[Item]]:
    """Return owner unit → its first steps or records, in one query for all units."""
    one, parameters = flags(chosen, when)
    query, own = _found(kind)
    ranked = (
        "SELECT found.*, row_number() OVER (PARTITION BY unit"  # noqa: S608
        f" ORDER BY planned_on, filed_at NULLS FIRST, id, code) AS rank FROM ({query}) AS found"
    )
    items = _read(
        connection,
        f"WITH {one}, page AS (SELECT * FROM ({ranked}) AS ranked WHERE rank <= :shown)",  # noqa: S608
        parameters | own | {"shown": shown},
        signed_in,
    )
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.unit_id, []).append(item)
    return found


def _read(
    connection: Connection, query: str, parameters: dict[str, Any], signed_in: bool
) -> tuple[Item, ...]:
    named = _NAMED.format(contact=_CONTACT if signed_in else "''")
    return tuple(_item(row) for row in connection.execute(text(query + named), parameters))


def _item(row: Any) -> Item:
    return Item(
        project_id=row.id,
        name=row.name,
        unit_id=row.unit,
        unit=row.unit_name,
        county=row.county_name,
        stage=row.stage,
        step=MilestoneCode(row.code) if row.code else None,
        title=row.title,
        planned_on=row.planned_on,
        days_late=row.days_late,
        filed_at=row.filed_at,
        contact=row.contact,
        basis=row.basis,
    )
