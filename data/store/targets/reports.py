"""Reported figures: read with the rights of a session, filed and decided by the database's functions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.targets import reading
from projects.targets.checking import Rules
from projects.targets.model import Filing, Method, Recipe, Report, ReportState, Target
from projects.targets.ports import FiledReport, OpenIndicator


def listed(connection: Connection, fields: str, wanted: dict[str, Any], limit: int) -> tuple[Report, ...]:
    """Return reports of which every given column has one of the given values, newest first."""
    conditions = [f"{name} = ANY (:{name})" for name in wanted]
    query = (
        f"SELECT {fields} FROM indicator_report WHERE {' AND '.join(['true', *conditions])}"  # noqa: S608
        " ORDER BY created_at DESC, id DESC LIMIT :limit"
    )
    return tuple(reading.report(row) for row in connection.execute(text(query), {**wanted, "limit": limit}))


def file(connection: Connection, filings: Sequence[Filing]) -> tuple[FiledReport, ...]:
    """File figures within a transaction, in their order."""
    return tuple(_file(connection, one) for one in filings)


def _file(connection: Connection, one: Filing) -> FiledReport:
    row = connection.execute(
        _FILE,
        {
            "unit": one.unit_id,
            "indicator": one.indicator,
            "area": one.area_code,
            "starts": one.period_from,
            "ends": one.period_to,
            "value": one.value,
            "above": one.numerator,
            "below": one.denominator,
            "source": one.source_note,
        },
    ).one()
    return FiledReport(row.report_id, ReportState(row.report_state))


def decide(connection: Connection, report_id: int, accepts: bool, remark: str) -> ReportState:
    """Decide on a figure that waits."""
    values = {"id": report_id, "accepts": accepts, "remark": remark.replace("\0", "")}
    return ReportState(str(connection.scalar(_DECIDE, values)))


def deciding(connection: Connection, ids: Sequence[int]) -> frozenset[int]:
    """Return which of some figures wait and are this session's to decide."""
    return frozenset(connection.scalars(_DECIDING, {"ids": list(ids)}))


def waiting(connection: Connection, unit_id: str) -> int:
    """Return how many figures wait for this session's decision."""
    return int(connection.scalar(_WAITING, {"unit": unit_id}) or 0)


def rules(connection: Connection, measured: Sequence[Target], unit_id: str) -> Rules:
    """Return what figures are checked against: the areas that this session files for, of one unit or all."""
    rows = connection.execute(_AREAS, {"unit": unit_id})
    areas = {row.area: (row.name, row.unit) for row in rows}
    promised: dict[tuple[str, str], Decimal] = {}
    for target in measured:
        if target.operator != "increase_by" and target.recipe.method is not Method.RATE:
            for code in areas if target.each else [target.area_code]:
                promised.setdefault((target.recipe.indicator, code), target.value)
    return Rules(reading.indicators(connection), areas, promised)


def needed(connection: Connection, measured: Sequence[Target], unit_id: str) -> tuple[OpenIndicator, ...]:
    """Return the figures that a unit's targets need and that neither stand nor wait.

    A county's: what every county has to reach, and its part of what adds up in its prefecture; a
    department's: of the tasks that it leads; everybody else's: of the own area.
    """
    unit = connection.execute(_UNIT, {"unit": unit_id}).one_or_none()
    if unit is None:
        return ()
    known = reading.indicators(connection)
    taken = {tuple(row) for row in connection.execute(_TAKEN, {"area": unit.area})}
    found: dict[tuple[str, int | None], OpenIndicator] = {}
    for target in measured:
        code = figure_of(target.recipe)
        asked = code and _asks(target, unit, known[code].adds_up)
        if asked and (code, target.year) not in taken and (target.year or (code, None) not in taken):
            one = OpenIndicator(code, unit.area, unit.name, target.year, target.id)
            found.setdefault((code, target.year), one)
    return tuple(found.values())


def figure_of(recipe: Recipe) -> str:
    """Return the indicator whose report a recipe takes, empty for a rule and for slots that are confirmed."""
    if recipe.method is Method.SLOTS:
        return ""
    return recipe.base if recipe.method is Method.RATE else recipe.indicator


def _asks(target: Target, unit: Any, adds_up: bool) -> bool:
    """Whether a target asks a figure of a unit."""
    if unit.kind == "department":
        return (
            target.area_code == unit.area and unit.id in {key for key, _ in target.leads} and not target.each
        )
    if target.area_code == unit.area:
        return not target.each
    within = target.area_code in (unit.prefecture_code, unit.province_code)
    if target.each:
        return within and unit.kind == "county"
    above = unit.province_code if unit.kind == "prefecture" else unit.prefecture_code
    direct = above == target.area_code and unit.kind in ("county", "zone", "prefecture")
    return direct and adds_up and unit.counts


_FILE: Final = text(
    "SELECT report_id, report_state FROM file_indicator(:unit, :indicator, :area, CAST(:starts AS date),"
    " CAST(:ends AS date), CAST(:value AS numeric),"
    " CAST(:above AS numeric), CAST(:below AS numeric), :source)"
)
_DECIDE: Final = text("SELECT decide_indicator(:id, :accepts, :remark)")
_MINE: Final = "((SELECT writes_everything()) OR unit_id = ANY ((SELECT writable_units())::text[]))"
_DECIDING: Final = text(
    f"SELECT id FROM indicator_report WHERE id = ANY (:ids) AND state = 'submitted' AND {_MINE}"  # noqa: S608
)
_WAITING: Final = text(
    f"SELECT count(*) FROM indicator_report WHERE state = 'submitted' AND {_MINE}"  # noqa: S608
    " AND :unit IN ('', unit_id)"
)
_AREAS: Final = text("""
    SELECT id AS unit, CASE kind WHEN 'department' THEN area_code ELSE id END AS area, name FROM owner_unit
     WHERE ((SELECT writes_everything()) OR id = ANY ((SELECT fileable_units())::text[]))
       AND CASE WHEN :unit = '' THEN kind <> 'department' OR NOT (SELECT writes_everything())
                ELSE id = :unit END
     ORDER BY kind <> 'department', id""")
"""Where a department and its area's own unit may both file, the area's own stands last and is taken."""
_UNIT: Final = text("""
    SELECT id, kind, name, CASE kind WHEN 'department' THEN area_code ELSE id END AS area,
           prefecture_code, province_code, kind <> 'zone' OR id IN (SELECT zone_id FROM census_zone) AS counts
      FROM owner_unit WHERE id = :unit""")
_TAKEN: Final = text("""
    SELECT DISTINCT indicator, unnest(ARRAY[extract(year FROM period_to)::int, NULL]) FROM indicator_report
     WHERE area_code = :area AND state IN ('accepted', 'submitted')""")
