"""Where the fictional records of a whole nation stand: real counties, points that really lie inside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from data.demo.ground import County, Ground
from gis.join import assign
from projects.errors import BadValue

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

PEOPLE: Final[Mapping[str, int]] = {
    "11": 2189, "12": 1387, "13": 7461, "14": 3492, "15": 2405, "21": 4259, "22": 2407, "23": 3185,
    "31": 2487, "32": 8475, "33": 6457, "34": 6103, "35": 4154, "36": 4519, "37": 10153, "41": 9937,
    "42": 5775, "43": 6644, "44": 12601, "45": 5013, "46": 1008, "50": 3205, "51": 8367, "52": 3856,
    "53": 4721, "54": 365, "61": 3953, "62": 2502, "63": 592, "64": 720, "65": 2585,
}  # fmt: skip
"""First two digits of a province → its people in 10,000 (census of 2020, rounded): a weight, never shown."""

ELSEWHERE: Final = 1
"""Weight of a province that is not in the table; small boundary sets of an office have such."""

DIGITS: Final = 6
"""Decimal places of a degree, about 0.1 m."""

NEAR_LINE_M: Final = 500
"""From so near on the database calls a point near the county line (``near_county_line``)."""

_METRES: Final = 111_000
"""Metres of a degree of latitude, rounded down on purpose: what may be near is asked of the database."""
_MARGIN: Final = 1.1
_TRIES: Final = 60


@dataclass(frozen=True, slots=True)
class Land:
    """Counties in order of code, their polygons (WGS84, lon lat), weights that sum to 1, and the zones."""

    counties: tuple[County, ...]
    polygons: NDArray[np.object_]
    weights: FloatArray
    zones: Mapping[str, tuple[str, ...]]

    def ground(self) -> Ground:
        """Return the same counties as the inventing of a single project draws from them."""
        heap = np.cumsum(self.weights)
        return National({"nation": self.counties}, self.zones, tuple(heap.tolist()))

    def draw(self, dice: np.random.Generator, count: int) -> IntArray:
        """Return positions of ``count`` counties drawn by weight."""
        return dice.choice(len(self.counties), size=count, p=self.weights).astype(np.int64)


@dataclass(frozen=True, slots=True)
class National(Ground):
    """All counties, drawn by weight."""

    heap: tuple[float, ...]

    def draw(self, rng: Random) -> County:
        """Return a county, the more often the more people are thought to live there."""
        place = int(np.searchsorted(self.heap, rng.random() * self.heap[-1], side="right"))
        return self.counties["nation"][min(place, len(self.heap) - 1)]


def survey(connection: Connection) -> Land:
    """Read the counties, zones and polygons; raises ``BadValue`` when the boundaries are not loaded.

    The weight of a county is its province's people, shared among its counties by the root of their area:
    thinly settled counties are large, but not as empty as they are large.
    """
    rows = connection.execute(_COUNTIES).all()
    if not rows:
        raise BadValue("no county is loaded: load the boundaries first")
    area = np.sqrt(np.array([row.area_km2 for row in rows], dtype=float).clip(1.0))
    provinces = np.array([(row.province_code or row.code)[:2] for row in rows])
    people = np.array([PEOPLE.get(code, ELSEWHERE) for code in provinces], dtype=float)
    totals = {code: area[provinces == code].sum() for code in set(provinces)}
    weights = people * area / np.array([totals[code] for code in provinces])
    zones = {row.prefecture_code: tuple(row.ids) for row in connection.execute(_ZONES)}
    return Land(
        tuple(
            County(row.code, row.name, row.prefecture_code, row.province_code or row.code, "nation", ())
            for row in rows
        ),
        shapely.from_wkb(np.array([bytes(row.wkb) for row in rows], dtype=object)),
        weights / weights.sum(),
        zones,
    )


def scatter(land: Land, counties: IntArray, seed: int) -> FloatArray:
    """Return a random point (lon, lat; WGS84) of each wanted county, really inside it.

    Shape (n, 2). Same seed and counties, same points. Points are rounded to ``DIGITS``; one that rounding
    would carry over the county line keeps all its digits.
    """
    found = np.empty((len(counties), 2))
    order = np.argsort(counties, kind="stable")
    edges = np.searchsorted(counties[order], np.arange(len(land.counties) + 1))
    for index in np.flatnonzero(np.diff(edges)):
        places = order[edges[index] : edges[index + 1]]
        dice = np.random.default_rng([seed, int(land.counties[index].code)])
        found[places] = _inside(land.polygons[index], len(places), dice)
    return _rounded(found, counties, land.polygons)


def _inside(polygon: Any, count: int, dice: np.random.Generator) -> FloatArray:
    """Draw points of a polygon, its islands by their area: a box around all of them is mostly sea."""
    parts = shapely.get_parts(shapely.force_2d(polygon))
    areas = shapely.area(parts)
    shares = dice.multinomial(count, areas / areas.sum())
    drawn = [_of_part(parts[index], int(shares[index]), dice) for index in np.flatnonzero(shares)]
    return dice.permutation(np.concatenate(drawn))


def _of_part(part: Any, count: int, dice: np.random.Generator) -> FloatArray:
    """Draw within the box until enough points lie inside; raises ``BadValue`` for a part without room."""
    shapely.prepare(part)
    low_x, low_y, high_x, high_y = shapely.bounds(part)
    found: list[FloatArray] = []
    missing = count
    for _ in range(_TRIES):
        drawn = dice.random((max(64, missing * 3), 2)) * (high_x - low_x, high_y - low_y) + (low_x, low_y)
        held = drawn[shapely.contains_xy(part, drawn[:, 0], drawn[:, 1])][:missing]
        found.append(held)
        missing -= len(held)
        if not missing:
            return np.concatenate(found)
    raise BadValue("a county's polygon is too thin to put points into")


def _rounded(points: FloatArray, counties: IntArray, polygons: NDArray[np.object_]) -> FloatArray:
    rounded = points.round(DIGITS)
    stays = assign(rounded, polygons) == counties
    return np.where(stays[:, None], rounded, points)


def maybe_near(land: Land, points: FloatArray, counties: IntArray) -> NDArray[np.bool_]:
    """Tell which points may lie within ``NEAR_LINE_M`` of another county; for all others it is certain not.

    Longitudes are shrunk by the cosine of the county's latitude farthest from the equator, so that no
    distance is overrated; the few that remain are asked of the database, which measures on the ellipsoid.
    """
    near = np.zeros(len(points), dtype=bool)
    order = np.argsort(counties, kind="stable")
    edges = np.searchsorted(counties[order], np.arange(len(land.counties) + 1))
    for index in np.flatnonzero(np.diff(edges)):
        places = order[edges[index] : edges[index + 1]]
        near[places] = _near_outline(land.polygons[index], points[places])
    return near


def _near_outline(polygon: Any, points: FloatArray) -> NDArray[np.bool_]:
    _, low, _, high = shapely.bounds(polygon)
    scale = np.array([np.cos(np.radians(max(abs(low), abs(high)))), 1.0])
    outline = shapely.transform(shapely.boundary(polygon), lambda held: held * scale)
    shapely.prepare(outline)
    spots = shapely.points(points * scale)
    found: NDArray[np.bool_] = shapely.dwithin(outline, spots, NEAR_LINE_M * _MARGIN / _METRES)
    return found


def codes(land: Land, counties: Sequence[int] | IntArray) -> list[str | None]:
    """Return the codes of positions in the land; None where there is none (-1)."""
    named = [county.code for county in land.counties]
    return [named[index] if index >= 0 else None for index in counties]


_COUNTIES: Final = text(
    "SELECT code, name, coalesce(prefecture_code, code) AS prefecture_code, province_code, area_km2,"
    " ST_AsBinary(geom) AS wkb FROM area WHERE level = 'county' ORDER BY code"
)
_ZONES: Final = text("SELECT prefecture_code, array_agg(id ORDER BY id) AS ids FROM zone GROUP BY 1")
