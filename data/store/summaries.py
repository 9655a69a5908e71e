"""Rows of the library as ``Summary``: the one query and the one row mapping behind page, map and export."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import where
from data.store.names import Names
from projects.codes import BASIS_ZH, CATEGORY_ZH, PRECISION_ZH, Basis, Category, Precision
from projects.counts import PrecisionCount
from projects.filters import ProjectFilter
from projects.summary import Summary

CHUNK: Final = 2000

FROM: Final = "FROM project p JOIN project_facet f ON f.project_id = p.id"

FIELDS: Final = """p.id, p.name, f.aliases, p.kind, p.category, p.parent_id, p.quantity, p.quantity_basis,
    p.project_code, p.province_code, p.prefecture_code, f.county_code, p.county_code AS declared_county,
    p.county_basis, f.area_codes, p.township_code, p.township, p.zone_id, p.address, f.precision, f.place_method,
    f.place_basis, f.place_datum, f.place_source, f.near_line, p.stage, p.stage_words, p.as_of_year,
    p.promotion_stage, p.delivery_mode, f.funding_status, p.total_investment, p.beds, p.floor_area_m2, p.land_mu,
    f.document_ids, f.task_ids, f.lead_ids, f.support_ids, f.duty_ids, p.basis, p.note,
    ST_AsGeoJSON(ST_ForcePolygonCCW(f.geom), 7, 0) AS geometry"""


def count(connection: Connection, chosen: ProjectFilter) -> PrecisionCount:
    """Return how matching records divide by precision."""
    condition, parameters = where(chosen)
    rows = connection.execute(
        text(f"SELECT f.precision, count(*) {FROM} WHERE {condition} GROUP BY 1"), parameters)  # noqa: S608
    return PrecisionCount.of({int(p): int(n) for p, n in rows})


def page(connection: Connection, chosen: ProjectFilter, names: Names, limit: int, offset: int) -> tuple[Summary, ...]:
    """Return ``limit`` matching records from ``offset`` on, in id order."""
    condition, parameters = where(chosen)
    query = text(f"SELECT {FIELDS} {FROM} WHERE {condition} ORDER BY p.id LIMIT :limit OFFSET :offset")  # noqa: S608
    rows = connection.execute(query, parameters | {"limit": limit, "offset": offset}).mappings()
    return tuple(summary(row, names) for row in rows)


def stream(connection: Connection, chosen: ProjectFilter, names: Names) -> Iterator[Summary]:
    """Yield all matching records in id order through a server-side cursor."""
    condition, parameters = where(chosen)
    query = text(f"SELECT {FIELDS} {FROM} WHERE {condition} ORDER BY p.id")  # noqa: S608
    options = connection.execution_options(stream_results=True, max_row_buffer=CHUNK)
    for rows in options.execute(query, parameters).mappings().partitions(CHUNK):
        yield from (summary(row, names) for row in rows)


def by_ids(connection: Connection, ids: Sequence[str], names: Names) -> tuple[Summary, ...]:
    """Return the named records in id order."""
    query = text(f"SELECT {FIELDS} {FROM} WHERE p.id = ANY (:ids) ORDER BY p.id")  # noqa: S608
    return tuple(summary(row, names) for row in connection.execute(query, {"ids": list(ids)}).mappings())


def summary(row: Mapping[Any, Any], names: Names) -> Summary:
    """Return one row as a record; codes get their names here and nowhere else."""
    derived_county = row["county_code"] != row["declared_county"]
    return Summary(
        id=row["id"],
        name=row["name"],
        aliases=tuple(row["aliases"]),
        kind=row["kind"],
        category=row["category"],
        category_zh=CATEGORY_ZH[Category(row["category"])],
        parent_id=row["parent_id"],
        quantity=_number(row["quantity"]),
        quantity_basis=row["quantity_basis"],
        project_code=row["project_code"],
        province_code=row["province_code"],
        province=names.area(row["province_code"]),
        prefecture_code=row["prefecture_code"],
        prefecture=names.area(row["prefecture_code"]),
        county_code=row["county_code"],
        county=names.area(row["county_code"]),
        county_basis=Basis.DERIVED if derived_county else row["county_basis"],
        touches=_touches(row),
        township_code=row["township_code"],
        township=row["township"],
        zone_id=row["zone_id"],
        zone=names.zone(row["zone_id"]),
        address=row["address"],
        precision=row["precision"],
        precision_zh=PRECISION_ZH[Precision(row["precision"])],
        place_method=row["place_method"],
        place_basis=row["place_basis"],
        place_datum=row["place_datum"],
        place_source=row["place_source"],
        near_county_line=row["near_line"],
        stage=row["stage"],
        stage_words=row["stage_words"],
        as_of_year=row["as_of_year"],
        promotion_stage=row["promotion_stage"],
        delivery_mode=row["delivery_mode"],
        funding_status=row["funding_status"],
        total_investment_wan=row["total_investment"],
        beds=row["beds"],
        floor_area_m2=row["floor_area_m2"],
        land_mu=row["land_mu"],
        documents=tuple(names.document(d) for d in row["document_ids"]),
        tasks=tuple(row["task_ids"]),
        lead_units=tuple(names.unit(u) for u in row["lead_ids"]),
        support_units=tuple(names.unit(u) for u in row["support_ids"]),
        duty_units=tuple(names.unit(u) for u in row["duty_ids"]),
        basis=row["basis"],
        basis_zh=BASIS_ZH[Basis(row["basis"])],
        note=row["note"],
        geometry=row["geometry"],
    )


def _touches(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the counties a record touches beyond its own."""
    own = {row["province_code"], row["prefecture_code"], row["county_code"]}
    return tuple(code for code in row["area_codes"] if code not in own)


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
