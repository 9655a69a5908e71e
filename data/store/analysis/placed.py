"""The records of a filter that may enter a distance, read in one pass; the rest are counted, not dropped."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, text

from data.store.filtering import where
from data.store.summaries import FACETS, FROM
from projects.analysis.inputs import FloatArray, Placed
from projects.codes import Precision
from projects.filters import ProjectFilter

EXACT: Final = (Precision.BUILDING, Precision.VILLAGE)
"""What is known well enough for a distance."""

_SPOT: Final = """
    CASE WHEN GeometryType(f.geom) = 'POINT' THEN f.geom ELSE representative_point(
        (SELECT place.geom FROM project_place place WHERE place.project_id = p.id
          ORDER BY place.is_primary DESC, place.precision, place.position LIMIT 1)) END"""
"""The point of the place that gave the record its precision; of a line or polygon a point on it, as on the
map when it gathers records. Only records of several places, lines and polygons are looked up again."""

_ROWS: Final = f"""
    SELECT id, name, ST_X(spot) AS lon, ST_Y(spot) AS lat, precision, category, stage, county, township, beds,
           investment, basis
      FROM (SELECT p.id, p.name, {_SPOT} AS spot, f.precision, f.category, p.stage, f.county_code AS county,
                   p.township_code AS township, p.beds, p.total_investment AS investment,
                   f.place_basis AS basis
              {FROM} WHERE {{where}} AND f.precision = ANY (:entering) OFFSET 0) AS placed
     ORDER BY id"""  # noqa: S608

_OTHERS: Final = (
    f"SELECT f.precision, count(*) {FACETS} WHERE {{where}} AND NOT f.precision = ANY (:entering) GROUP BY 1"
)

_NEWEST: Final = f"SELECT (max(p.updated_at) AT TIME ZONE 'Asia/Shanghai')::date {FROM} WHERE {{where}}"


def placed(connection: Connection, chosen: ProjectFilter, townships: bool) -> Placed:
    """Return the records of precision 1–2, with ``townships`` also 3, in id order, and who is left out.

    The same records as map, table and export hold under the filter, withdrawn ones too (their stage says so).
    """
    entering = [int(p) for p in EXACT] + ([int(Precision.TOWNSHIP)] if townships else [])
    condition, values = where(chosen)
    values = values | {"entering": entering}
    rows = connection.execute(text(_ROWS.format(where=condition)), values).all()
    others = connection.execute(text(_OTHERS.format(where=condition)), values).all()
    return _placed(rows, Counter({int(precision): int(n) for precision, n in others}))


def newest(connection: Connection, chosen: ProjectFilter) -> date | None:
    """Return the office's day of the newest change of the records of a filter, None where there is none."""
    condition, values = where(chosen)
    found: date | None = connection.scalar(text(_NEWEST.format(where=condition)), values)
    return found


def _placed(rows: Sequence[Any], others: Counter[int]) -> Placed:
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * 12
    ids, names, lon, lat, precision, category, stage, county, township, beds, investment, basis = columns
    return Placed(
        ids=ids,
        names=names,
        lonlat=positions(lon, lat),
        precision=np.array(precision, dtype=np.int64),
        category=category,
        stage=stage,
        county=county,
        township=township,
        beds=known(beds),
        investment=investment,
        basis=basis,
        matched=len(ids) + others.total(),
        left_out=dict(sorted(others.items())),
    )


def known(values: Sequence[float | None]) -> FloatArray:
    """Return numbers as floats, NaN where unknown."""
    return np.array(values, dtype=np.float64)


def positions(lon: Sequence[float | None], lat: Sequence[float | None]) -> FloatArray:
    """Return positions (n, 2), longitude first, NaN where unknown."""
    return np.column_stack((known(lon), known(lat)))
