"""The jobs themselves, with dask-geopandas and distributed; importing this needs both libraries.

Answers are those of ``gis.join.assign`` and ``gis.access.coverage_bands`` whatever the partitions are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cloudpickle
import dask_geopandas
import geopandas
import numpy as np
import pandas as pd
from distributed import Client as _Client
from numpy.typing import ArrayLike, NDArray

import gis
from data.national import parts
from gis.access import DETOURS, CoverageBands, coverage_bands
from gis.join import UNMATCHED

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

Client: Any = _Client
"""Without types of its own."""

CRS = "EPSG:4326"

for _module in (gis, parts):
    # Our functions go along by value, so that the workers need none of our code.
    cloudpickle.register_pickle_by_value(_module)


@contextmanager
def cluster(scheduler: str, timeout: float = 10.0) -> Iterator[Any]:
    """Use an existing cluster; ``OSError`` when no scheduler answers at the address in time."""
    with Client(scheduler, timeout=timeout, set_as_default=False) as client:
        yield client


def join(client: Any, points: ArrayLike, polygons: Any, partitions: int) -> IntArray:
    """Return for each point (n, 2; WGS84, lon lat) the position of the lowest polygon that touches it, or -1.

    ``polygons``: shapely (multi)polygons. The same answer as ``gis.join.assign``.
    """
    places = _frame(points, np.zeros(len(np.asarray(points))))
    counties = geopandas.GeoDataFrame(geometry=np.asarray(polygons, dtype=object), crs=CRS)
    shared = dask_geopandas.from_geopandas(places, npartitions=_some(partitions, len(places)))
    joined = dask_geopandas.sjoin(shared, counties, how="inner", predicate="intersects")
    meta = pd.DataFrame({"point": pd.Series(dtype="int64"), "county": pd.Series(dtype="int64")})
    found = client.compute(joined.map_partitions(parts.lowest, meta=meta)).result()
    return _in_order(found, "county", np.full(len(places), UNMATCHED, dtype=np.int64))


def coverage(  # noqa: PLR0913
    client: Any,
    demand: ArrayLike,
    people: ArrayLike,
    facilities: ArrayLike,
    limit_m: float,
    *,
    partitions: int,
    factors: tuple[float, ...] = DETOURS,
) -> tuple[CoverageBands, FloatArray]:
    """Return who lives within ``limit_m`` of a facility, and the metres to the nearest one per place.

    Positions (n, 2; WGS84, lon lat). The same answer as ``coverage_bands`` of ``gis.nearest``. Errors as
    theirs.
    """
    places = _frame(demand, people)
    shared = dask_geopandas.from_geopandas(places, npartitions=_some(partitions, len(places)))
    floats = pd.Series(dtype="float64")
    meta = pd.DataFrame({"point": pd.Series(dtype="int64"), "people": floats, "metres": floats})
    away = client.scatter(np.asarray(facilities, dtype=np.float64), broadcast=True)
    found = client.compute(shared.map_partitions(parts.metres_to, away, meta=meta)).result()
    metres = _in_order(found, "metres", np.full(len(places), np.inf))
    return coverage_bands(metres, people, limit_m, factors), metres


def _frame(points: ArrayLike, people: ArrayLike) -> Any:
    """Return the places as a frame, numbered in the order given."""
    positions = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return geopandas.GeoDataFrame(
        {"point": np.arange(len(positions)), "people": np.asarray(people, dtype=np.float64)},
        geometry=geopandas.points_from_xy(positions[:, 0], positions[:, 1]),
        crs=CRS,
    )


def _some(partitions: int, rows: int) -> int:
    return max(1, min(partitions, rows))


def _in_order(found: Any, column: str, values: NDArray[Any]) -> NDArray[Any]:
    """Put the answers of all partitions into the order of the places; who has none keeps what is there."""
    values[found["point"].to_numpy()] = found[column].to_numpy()
    return values
