"""Rows of the library as ``Summary``: the one query and the one row mapping behind page, map and export."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, text

from data.store.filtering import in_order, where
from data.store.kept import counted, known
from data.store.names import Names
from projects.codes import BASIS_ZH, CATEGORY_ZH, PRECISION_ZH
from projects.counts import PrecisionCount
from projects.filters import ProjectFilter
from projects.summary import Summary

CHUNK: Final = 2000

FACETS: Final = "FROM project_facet f"
"""What counts and sums read: the facet holds all that a filter asks."""

FROM: Final = f"{FACETS} JOIN project p ON p.id = f.project_id"
"""What reads more of a record than its facet holds; several times as much work for the database."""

_LIST: Final = "CAST(to_json(f.{}) AS text)"
"""A list travels as JSON text: the same text is read once per answer, which is much cheaper than arrays."""

_SQL: Final[Mapping[str, str]] = {
    **{name: f"f.{name}" for name in ("province_code", "prefecture_code", "county_code", "precision")},
    **{name: f"f.{name}" for name in ("place_method", "place_basis", "place_datum", "place_source")},
    **{name: _LIST.format(name) for name in ("aliases", "touches")},
    **{f"{role}_units": _LIST.format(f"{role}_ids") for role in ("lead", "support", "duty")},
    "documents": _LIST.format("document_ids"),
    "tasks": _LIST.format("task_ids"),
    "reported": "CAST((SELECT coalesce(json_agg(key ORDER BY key), '[]')"
    " FROM jsonb_each(p.provenance) AS held (key, value)"
    " WHERE held.value ->> 'basis' = 'reported') AS text)",
    "category_zh": "p.category",
    "province": "f.province_code",
    "prefecture": "f.prefecture_code",
    "county": "f.county_code",
    "county_basis": "CASE WHEN f.county_code IS DISTINCT FROM p.county_code THEN 'derived'"
    " ELSE p.county_basis END",
    "zone": "p.zone_id",
    "precision_zh": "f.precision",
    "near_county_line": "f.near_line",
    "funding_status": "f.funding_status",
    "total_investment_wan": "p.total_investment",
    "capital_sought_wan": "p.capital_sought",
    "annual_output_wan": "p.annual_output",
    "basis_zh": "p.basis",
    "geometry": "ST_AsGeoJSON(ST_ForcePolygonCCW(f.geom), 7, 0)",
}
"""Where a published field comes from, for those that are not the column of the same name in ``project``."""

FIELDS: Final = ", ".join(f"{_SQL.get(name, f'p.{name}')} AS {name}" for name in Summary._fields)
"""The published fields in their order; names still are codes, see ``_readers``."""


def count(connection: Connection, chosen: ProjectFilter) -> PrecisionCount:
    """Return how matching records divide by precision."""
    keyed, parameters = counted(chosen, "sort")
    rows = connection.execute(
        text(
            f"SELECT sort.precision, sum(k.n) FROM ({keyed}) AS k"  # noqa: S608
            f" JOIN {known('sort')} ON sort.key = k.sort_key GROUP BY 1"
        ),
        parameters,
    )
    return PrecisionCount.of({int(p): int(n) for p, n in rows})


def page(
    connection: Connection, chosen: ProjectFilter, names: Names, limit: int, offset: int
) -> tuple[Summary, ...]:
    """Return ``limit`` matching records from ``offset`` on, in id order.

    Which those are is read from an index; only they are read as a whole.
    """
    condition, parameters = in_order(connection, chosen)
    picked = f"SELECT f.project_id {FACETS} WHERE {condition} ORDER BY 1 LIMIT :limit OFFSET :offset"
    query = text(f"SELECT {FIELDS} {FROM} WHERE p.id IN ({picked}) ORDER BY p.id")
    rows = connection.execute(query, parameters | {"limit": limit, "offset": offset})
    return tuple(_records(rows, names))


def stream(connection: Connection, chosen: ProjectFilter, names: Names) -> Iterator[Summary]:
    """Yield all matching records in id order through a server-side cursor."""
    condition, parameters = where(chosen)
    query = text(f"SELECT {FIELDS} {FROM} WHERE {condition} ORDER BY p.id")
    options = connection.execution_options(stream_results=True, max_row_buffer=CHUNK)
    yield from _records(options.execute(query, parameters), names)


def by_ids(connection: Connection, ids: Sequence[str], names: Names) -> tuple[Summary, ...]:
    """Return the named records in id order, those that the reader may see, published or not."""
    query = text(f"SELECT {FIELDS} {FROM} WHERE p.id = ANY (:ids) ORDER BY p.id")
    return tuple(_records(connection.execute(query, {"ids": list(ids)}), names))


def _records(rows: CursorResult[Any], names: Names) -> Iterator[Summary]:
    """Yield rows of ``FIELDS`` as records."""
    readers = _readers(names)
    for part in rows.partitions(CHUNK):
        for row in part:
            values = list(row)
            for position, read in readers:
                values[position] = read(values[position])
            yield Summary._make(values)


def _readers(names: Names) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Return what turns a column into its published value, by position.

    Codes get their names here and nowhere else.
    """
    readers: dict[str, Callable[[Any], Any]] = {
        "aliases": _listed(str),
        "category_zh": CATEGORY_ZH.__getitem__,
        "quantity": _number,
        "province": names.area,
        "prefecture": names.area,
        "county": names.area,
        "touches": _listed(str),
        "zone": names.zone,
        "precision_zh": PRECISION_ZH.__getitem__,
        "documents": _listed(names.document),
        "tasks": _listed(str),
        "lead_units": _listed(names.unit),
        "support_units": _listed(names.unit),
        "duty_units": _listed(names.unit),
        "reported": _listed(str),
        "basis_zh": BASIS_ZH.__getitem__,
    }
    return tuple((Summary._fields.index(name), read) for name, read in readers.items())


def _listed(name: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of JSON lists that names each item and remembers the lists it has met."""
    return lru_cache(maxsize=8192)(lambda text: tuple(name(item) for item in json.loads(text)))


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
