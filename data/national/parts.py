"""What a worker computes for one partition: a frame in, a frame out; ours only where the library has no word.

These functions and the package ``gis`` travel to the workers by value: a cluster needs GeoPandas and SciPy,
not this program.
"""

from typing import Any

import numpy as np
import pandas as pd

from gis.nearest import nearest


def lowest(joined: Any) -> Any:
    """Return one row per point of a spatial join: the lowest of the polygons that touch it.

    ``joined`` has a row per match, ``index_right`` is the polygon's position. The rule of ``gis.join``.
    """
    first = joined.groupby("point")["index_right"].min().astype("int64")
    return pd.DataFrame({"point": first.index.to_numpy(dtype="int64"), "county": first.to_numpy()})


def metres_to(points: Any, facilities: Any) -> Any:
    """Return point, people and metres to the nearest facility (``gis.nearest``), a row per demand place."""
    place = points.geometry
    start = np.column_stack([place.x.to_numpy(), place.y.to_numpy()])
    return pd.DataFrame(
        {
            "point": points["point"].to_numpy(),
            "people": points["people"].to_numpy(dtype=np.float64),
            "metres": nearest(start, facilities).metres,
        },
        index=points.index,
    )
