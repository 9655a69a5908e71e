"""Records open to capital under a filter: a page of them, their totals, and what each unit has to report."""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import where
from data.store.summaries import FROM
from projects.filters import ProjectFilter
from projects.promotion.opportunities import (
    Contact,
    Opportunity,
    OpportunityTotals,
    Sort,
    UnitDuty,
)

GAP: Final = "p.total_investment - f.committed"
_ORDER: Final = {
    Sort.ID: "p.id",
    Sort.GAP: f"{GAP} DESC NULLS LAST, p.id",
    Sort.SOUGHT: "p.capital_sought DESC NULLS LAST, p.id",
}
_LACKS: Final = (
    "p.total_investment IS NULL OR p.capital_sought IS NULL OR p.delivery_mode = '未明确'"
    " OR p.land_status IS NULL OR coalesce(p.cooperation, '') = ''"
)
"""What an investor asks and nobody has filled in; the contact is left out, not everybody may read it."""

FACTS: Final = """p.id, p.name, f.category, f.county_code, f.precision, p.stage, p.promotion_stage,
    p.delivery_mode, p.open_to_capital, p.total_investment AS total, f.committed, f.line_count AS lines,
    f.funding_status, p.capital_sought, p.land_status, p.land_mu, p.cooperation, p.beds, p.floor_area_m2,
    p.basis, f.owner_unit_id, owner_unit.name AS owner_unit, zone.name AS zone,
    coalesce(county.name, zone.name, prefecture.name, province.name) AS place"""
NAMES: Final = """
    LEFT JOIN owner_unit ON owner_unit.id = f.owner_unit_id
    LEFT JOIN zone ON zone.id = p.zone_id
    LEFT JOIN area county ON county.level = 'county' AND county.code = f.county_code
    LEFT JOIN area prefecture ON prefecture.level = 'prefecture' AND prefecture.code = f.prefecture_code
    LEFT JOIN area province ON province.level = 'province' AND province.code = f.province_code"""


def page(
    connection: Connection, chosen: ProjectFilter, sort: Sort, window: tuple[int, int], *, contacts: bool
) -> tuple[Opportunity, ...]:
    """Return the records of a window (limit, offset).

    Contacts only for somebody signed in: nobody else has a right on their column.
    """
    condition, parameters = where(chosen)
    rows = connection.execute(
        text(
            f"SELECT {FACTS}{contact_columns(contacts)}"  # noqa: S608
            f" FROM (SELECT p.id {FROM} WHERE {condition} AND p.open_to_capital = '是'"
            f" ORDER BY {_ORDER[sort]} LIMIT :limit OFFSET :offset) AS wanted"
            f" JOIN project p ON p.id = wanted.id JOIN project_facet f ON f.project_id = p.id {NAMES}"
            f" ORDER BY {_ORDER[sort]}"
        ),
        parameters | dict(zip(("limit", "offset"), window, strict=True)),
    )
    return tuple(opportunity(row) for row in rows.mappings())


def contact_columns(contacts: bool) -> str:
    """Return the columns of the contact person; nobody who is not signed in has a right on them."""
    if not contacts:
        return ""
    return (
        ", coalesce(p.contact ->> 'name', '') AS contact_name, coalesce(p.contact ->> 'phone', '') AS phone"
    )


def opportunity(row: Any) -> Opportunity:
    """Return a row of ``FACTS``, with or without the contact, as an opportunity."""
    values = dict(row)
    name, phone = values.pop("contact_name", None), values.pop("phone", None)
    contact = None if name is None else Contact(name, phone or "")
    return Opportunity(**values, contact=contact)


def totals(connection: Connection, chosen: ProjectFilter) -> OpportunityTotals:
    """Return the sums over all records under a filter, in one pass."""
    condition, parameters = where(chosen)
    row = connection.execute(
        text(f"""
        SELECT count(*) FILTER (WHERE p.open_to_capital = '是') AS open,
               count(*) FILTER (WHERE p.open_to_capital = '否') AS closed,
               count(*) FILTER (WHERE p.open_to_capital IS NULL) AS unsaid,
               coalesce(sum(greatest({GAP}, 0)) FILTER (WHERE p.open_to_capital = '是'), 0) AS gap,
               count(*) FILTER (WHERE p.open_to_capital = '是' AND {GAP} < 0) AS over,
               count(p.total_investment) FILTER (WHERE p.open_to_capital = '是') AS gap_known,
               coalesce(sum(p.capital_sought) FILTER (WHERE p.open_to_capital = '是'), 0) AS sought,
               count(p.capital_sought) FILTER (WHERE p.open_to_capital = '是') AS sought_known,
               count(*) FILTER (WHERE p.open_to_capital = '是' AND ({_LACKS})) AS lacking,
               count(*) FILTER (WHERE p.open_to_capital = '是' AND p.basis IN ('modelled', 'demo')) AS made_up
        {FROM} WHERE {condition}"""),
        parameters,
    )
    return OpportunityTotals(**row.mappings().one())


def duties(connection: Connection, chosen: ProjectFilter) -> tuple[UnitDuty, ...]:
    """Return open, lacking and unsaid records by owner unit; those that miss nothing are left out."""
    condition, parameters = where(chosen)
    rows = connection.execute(
        text(f"""
        SELECT coalesce(counted.unit, '') AS unit_id, coalesce(owner_unit.name, '') AS name, open, lacking,
               unsaid
          FROM (SELECT f.owner_unit_id AS unit,
                       count(*) FILTER (WHERE p.open_to_capital = '是') AS open,
                       count(*) FILTER (WHERE p.open_to_capital = '是' AND ({_LACKS})) AS lacking,
                       count(*) FILTER (WHERE p.open_to_capital IS NULL) AS unsaid
                  {FROM} WHERE {condition} GROUP BY 1) AS counted
          LEFT JOIN owner_unit ON owner_unit.id = counted.unit
         WHERE lacking + unsaid > 0 ORDER BY lacking DESC, unsaid DESC, 1"""),  # noqa: S608
        parameters,
    )
    return tuple(UnitDuty(**row) for row in rows.mappings())
