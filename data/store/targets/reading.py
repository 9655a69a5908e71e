"""Reading targets, recipes and everything that measuring asks: few queries, sums made by the database."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, text

from data.store.filtering import PLACE_CODE, where
from data.store.summaries import FROM
from projects.filters import ProjectFilter
from projects.targets.beds import BED_CATEGORIES
from projects.targets.facts import Census, Facts, Group, Place, SlotCount
from projects.targets.model import (
    Aggregation,
    Direction,
    Indicator,
    IndicatorKind,
    Method,
    PeriodKind,
    Recipe,
    Report,
    ReportState,
    Target,
)

IDS_NAMED: Final = 200
IDS_OF_BEDS: Final = 5
"""So many records of a group are named, to be looked at; the groups are many."""
CENSUS_YEAR: Final = 2020
UNITS_THAT_HAVE_BEDS: Final = ("site", "enterprise")
"""Kinds of records that can be an institution; a programme or platform has no beds."""


def indicators(connection: Connection) -> dict[str, Indicator]:
    """Return the registry by code, in its order."""
    rows = connection.execute(text("SELECT * FROM indicator ORDER BY position, code")).mappings()
    return {row["code"]: _indicator(row) for row in rows}


def _indicator(row: RowMapping) -> Indicator:
    plain = ("code", "zh", "en", "unit", "lowest", "highest", "computed", "definition", "definition_en")
    return Indicator(
        kind=IndicatorKind(row["kind"]),
        direction=Direction(row["direction"]),
        aggregation=Aggregation(row["aggregation"]),
        period=PeriodKind(row["period"]),
        **{name: row[name] for name in plain},
    )


def targets(connection: Connection) -> tuple[Target, ...]:
    """Return all targets with their recipes and lead units, by document and number."""
    rows = connection.execute(_TARGETS).mappings()
    return tuple(_target(row) for row in rows)


def _target(row: RowMapping) -> Target:
    return Target(
        id=row["id"],
        document_id=row["source_id"],
        section=row["section"],
        task_id=row["task_id"] or "",
        quote=row["quote"],
        indicator=row["indicator"],
        indicator_en=row["indicator_en"] or "",
        operator=row["operator"],
        value=row["value"],
        value_high=row["value_high"],
        unit=row["unit"],
        year=row["year"],
        base_year=row["base_year"],
        level=row["level"] or "",
        area_code=row["area_code"],
        per_area=row["per_area"],
        denominator=row["denominator"] or "",
        note=row["note"] or "",
        recipe=_recipe(row),
        leads=tuple(zip(row["lead_ids"], row["lead_names"], strict=True)),
    )


def _recipe(row: RowMapping) -> Recipe:
    texts = ("base", "programme", "category", "ownership", "population", "counted")
    return Recipe(
        method=Method(row["method"]),
        indicator=row["measured_by"] or "",
        records=tuple((row["records"] or "").split()),
        kind=row["record_kind"] or "",
        closed=row["universe"] == "closed",
        note=row["recipe_note"] or "",
        note_en=row["recipe_note_en"] or "",
        **{name: row[name] or "" for name in texts},
    )


def documents(connection: Connection) -> dict[str, str]:
    """Return id → title of the documents that have targets."""
    rows = connection.execute(
        text("SELECT id, title FROM source WHERE id IN (SELECT source_id FROM target) ORDER BY id")
    )
    return {row.id: row.title for row in rows}


def facts(connection: Connection, measured: Sequence[Target]) -> Facts:
    """Return what measuring the targets asks."""
    areas = sorted({target.area_code for target in measured})
    recipes = [target.recipe for target in measured]
    programmes = sorted({recipe.programme for recipe in recipes if recipe.programme})
    named = sorted({key for recipe in recipes for key in recipe.records})
    return Facts(
        indicators=indicators(connection),
        places=_places(connection, areas),
        groups=_groups(connection, _NAMED_RECORDS, {"programmes": programmes, "named": named}, _FINE),
        beds=_beds_of(connection, measured),
        slots=tuple(SlotCount(*row) for row in connection.execute(_SLOTS, {"programmes": programmes})),
        reports=accepted(connection, sorted(_codes(recipes))),
        census=_census(connection),
        overlaps=_overlaps(connection),
        names=area_names(connection, areas),
        done=_done(connection, programmes),
    )


def beds(connection: Connection, areas: Sequence[str], categories: Sequence[str]) -> tuple[Group, ...]:
    """Return the records of some areas and categories that can have beds, grouped; stages in four sorts."""
    values = {"areas": list(areas), "bedded": list(categories), "kinds": list(UNITS_THAT_HAVE_BEDS)}
    return _groups(connection, _BEDDED, values | {"ids": IDS_OF_BEDS}, {})


def _beds_of(connection: Connection, measured: Sequence[Target]) -> tuple[Group, ...]:
    """Return the beds that rates are made of: of each category in the areas that ask for it."""
    wanted: dict[str, set[str]] = {}
    for target in measured:
        if target.recipe.method is Method.RATE:
            wanted.setdefault(target.recipe.category, set()).add(target.area_code)
    return tuple(
        group
        for category, areas in sorted(wanted.items())
        for group in beds(connection, sorted(areas), [category])
    )


def bed_facts(connection: Connection, area: str) -> Facts:
    """Return what the table of beds of an area asks."""
    return Facts(
        places=_places(connection, [area]),
        beds=beds(connection, [area], BED_CATEGORIES),
        census=_census(connection),
        overlaps=_overlaps(connection),
        names=area_names(connection, [area]),
    )


def _codes(recipes: Sequence[Recipe]) -> set[str]:
    return {code for recipe in recipes for code in (recipe.indicator, recipe.base) if code}


def _groups(
    connection: Connection, narrowed: str, values: Mapping[str, Any], fine: Mapping[str, str]
) -> tuple[Group, ...]:
    """Return records grouped by place, stage, size and what else tells them apart; a few ids of each."""
    condition, parameters = where(ProjectFilter())
    shown = "".join(f"{sql} AS {name}, " for name, sql in fine.items() if name != "named")
    by = "".join(f", {sql}" for sql in fine.values())
    parts = {"source": FROM, "condition": condition, "narrowed": narrowed, "fine": shown, "by": by}
    how = {"silent": "", "stage": "p.stage"} if fine else {"silent": _SILENT, "stage": _SORTED}
    query = text(_GROUPS.format(area=PLACE_CODE, **how, **parts))
    rows = connection.execute(query, parameters | {"ids": IDS_NAMED, **values}).mappings()
    return tuple(Group(**{**row, "ids": tuple(sorted(row["ids"]))}) for row in rows)


def _places(connection: Connection, areas: Sequence[str]) -> tuple[Place, ...]:
    return tuple(Place(*row) for row in connection.execute(_PLACES, {"areas": list(areas)}))


def _census(connection: Connection) -> dict[str, Census]:
    rows = connection.execute(_CENSUS, {"year": CENSUS_YEAR})
    return {row.code: Census(*row) for row in rows}


def _overlaps(connection: Connection) -> dict[str, frozenset[str]]:
    rows = connection.execute(
        text(
            "SELECT zone.code, array_agg(zone_area.county_code) AS counties FROM census_zone zone"
            " JOIN zone_area ON zone_area.zone_id = zone.zone_id GROUP BY zone.code"
        )
    )
    return {row.code: frozenset(row.counties) for row in rows}


def _done(connection: Connection, programmes: Sequence[str]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for row in connection.execute(_DONE, {"programmes": list(programmes)}):
        years = found.setdefault(row.programme, {})
        years[row.year] = years.get(row.year, 0) + row.n
    return found


def area_names(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """Return names of areas and zones: the given ones, what lies in them, and those of reports."""
    return {row.id: row.name for row in connection.execute(_NAMES, {"areas": list(codes)})}


# ---- reports ----

PUBLIC_FIELDS: Final = (
    "id, indicator, area_code, period_from, period_to, value, source_note, state, basis, numerator,"
    " denominator"
)
FIELDS: Final = (
    f"{PUBLIC_FIELDS}, unit_id, filed_by, created_at, decided_by, decided_at, remark, replaced_by_id"
)


def accepted(connection: Connection, codes: Sequence[str]) -> tuple[Report, ...]:
    """Return the accepted reports of some indicators, by period; of single projects not."""
    rows = connection.execute(
        text(
            f"SELECT {PUBLIC_FIELDS} FROM indicator_report WHERE state = 'accepted'"  # noqa: S608
            " AND project_id IS NULL AND indicator = ANY (:codes) ORDER BY period_to, id"
        ),
        {"codes": list(codes)},
    )
    return tuple(report(row) for row in rows)


def report(row: Any) -> Report:
    """Return a report from a row of ``FIELDS`` or ``PUBLIC_FIELDS``."""
    values: dict[str, Any] = {name: value for name, value in row._mapping.items() if value is not None}
    renamed = {"created_at": "filed_at", "replaced_by_id": "replaced_by"}
    given = {renamed.get(name, name): value for name, value in values.items()}
    return Report(**{"period_from": None, **given, "state": ReportState(given["state"])})


_TARGETS: Final = text("""
    SELECT target.*, recipe.method, recipe.indicator AS measured_by, recipe.base, recipe.programme,
           recipe.records, recipe.kind AS record_kind, recipe.category, recipe.ownership, recipe.population,
           recipe.counted, recipe.universe, recipe.note AS recipe_note, recipe.note_en AS recipe_note_en,
           leads.lead_ids, leads.lead_names
      FROM target JOIN target_recipe recipe ON recipe.target_id = target.id
      JOIN source ON source.id = target.source_id
     CROSS JOIN LATERAL (
           SELECT coalesce(array_agg(unit.id ORDER BY made.position, unit.id), '{}') AS lead_ids,
                  coalesce(array_agg(unit.name ORDER BY made.position, unit.id), '{}') AS lead_names
             FROM task_unit made JOIN unit ON unit.id = made.unit_id
            WHERE made.task_id = target.task_id AND made.role = 'lead') AS leads
     ORDER BY source.as_of_year, target.source_id, target.id""")

_FINE: Final = {
    "parent": "coalesce(p.parent_id, '')",
    "kind": "p.kind",
    "promotion": "p.promotion_stage",
    "named": "CASE WHEN p.id = ANY (:named) THEN p.id END",
}
"""What records below programmes and named ones are told apart by, besides place, stage and size."""

_GROUPS: Final = """
    SELECT coalesce({area}, '') AS place,
           {stage} AS stage, count(*)::int AS count, count(p.beds)::int AS beds_known,
           coalesce(sum(p.beds), 0)::int AS beds,
           f.category, coalesce(p.ownership, '') AS ownership, {fine}
           coalesce((array_agg(p.id) {silent})[1:CAST(:ids AS int)], '{{}}') AS ids,
           f.prefecture_code, f.province_code,
           bool_or(p.basis = 'demo') AS demo
      {source} WHERE {condition} AND {narrowed}
     GROUP BY 1, 2, f.category, coalesce(p.ownership, ''), f.prefecture_code, f.province_code,
              p.beds IS NULL {by}
"""
"""Records whose beds are known and others are never in one group."""

_SORTED: Final = """CASE WHEN p.stage IN ('竣工', '投产') THEN '投产'
                WHEN p.stage IN ('未明确', '退库') THEN p.stage ELSE '在建' END"""
"""In use, not known, taken out, and everything else: what beds are told apart by."""

_SILENT: Final = "FILTER (WHERE p.beds IS NULL OR p.stage = '未明确')"
"""Of institutions those are named that somebody should ask."""

_NAMED_RECORDS: Final = "(p.parent_id = ANY (:programmes) OR p.id = ANY (:named))"
_BEDDED: Final = (
    "f.category = ANY (:bedded) AND p.kind = ANY (:kinds)"
    " AND (f.county_code = ANY (:areas) OR f.prefecture_code = ANY (:areas)"
    " OR f.province_code = ANY (:areas))"
)

_PLACES: Final = text("""
    SELECT code, name, level, prefecture_code, province_code, '' AS census FROM area
     WHERE level IN ('prefecture', 'county') AND NOT stand_in
       AND (code = ANY (:areas) OR prefecture_code = ANY (:areas) OR province_code = ANY (:areas))
    UNION ALL
    SELECT zone.id, zone.name, 'zone', zone.prefecture_code, above.province_code, census_zone.code
      FROM census_zone JOIN zone ON zone.id = census_zone.zone_id
      LEFT JOIN area above ON above.code = zone.prefecture_code AND above.level = 'prefecture'
     WHERE zone.prefecture_code = ANY (:areas) OR above.province_code = ANY (:areas)
     ORDER BY 3, 1""")

_CENSUS: Final = text(
    "SELECT code, name, level, population, population_60_plus, population_65_plus FROM census_figure"
    " WHERE year = :year"
)

_SLOTS: Final = text(
    "SELECT programme_id, coalesce(county_code, ''), state, count(*)::int FROM slot"
    " WHERE programme_id = ANY (:programmes) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)

_DONE: Final = text("""
    SELECT programme_id AS programme, extract(year FROM confirmed_on)::int AS year, count(*)::int AS n
      FROM slot
     WHERE programme_id = ANY (:programmes) AND state = 'placed' AND confirmed_on IS NOT NULL GROUP BY 1, 2
    UNION ALL
    SELECT p.parent_id, extract(year FROM step.actual_on)::int, count(*)::int
      FROM project p JOIN milestone step ON step.project_id = p.id AND step.code = 'commissioning'
     WHERE p.parent_id = ANY (:programmes) AND p.published AND step.actual_on IS NOT NULL GROUP BY 1, 2""")

_NAMES: Final = text("""
    SELECT DISTINCT ON (id) id, name FROM (
        SELECT code AS id, name, 1 AS turn FROM area WHERE level <> 'nation' AND NOT stand_in
           AND (code = ANY (:areas) OR prefecture_code = ANY (:areas) OR province_code = ANY (:areas)
                OR code IN (SELECT area_code FROM indicator_report))
        UNION ALL SELECT zone.id, zone.name, 2 FROM zone) AS named
     ORDER BY id, turn""")
