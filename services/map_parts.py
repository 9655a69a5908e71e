"""The words of a map scene: what it is of, what the reader wished, which rows its badges are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from layers.events import MapView
from layers.labels import Labels
from layers.scene import Bounds, Choropleth, TileSource
from projects.codes import Level
from projects.counts import AreaCount
from projects.summary import Summary


@dataclass(frozen=True, slots=True)
class Scope:
    """What a map is of: its level, the area it is drawn within, the view, which unit the badges stand for."""

    level: Level
    within: str | None
    bounds: Bounds
    badges: Level


@dataclass(frozen=True, slots=True)
class Shading:
    """Which number shades the counties: ``none``, ``count``, or ``rate`` per 10,000 residents aged 60+."""

    kind: str
    title: str
    note: str
    unit: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What the signs of a map stand for instead of categories.

    ``of`` tells the code of a record's sign (a key of ``layers.palette.SIGNS``); ``counts`` are the records
    of the filter by area and that code.
    """

    of: Callable[[Summary], str]
    counts: tuple[AreaCount, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the reader asked for besides the filter."""

    labels: Labels
    credit: str
    shading: Shading
    scenario: bool = False
    selected: str = ""
    ask: int = 0
    basemap: tuple[TileSource, ...] = ()
    view: MapView | None = None
    cells: str = ""
    """Where the browser fetches the marks of its view (``services.map_cells``); empty: from the page."""
    signs: Signs | None = None
    """None: the signs are categories."""
    choropleth: Choropleth | None = None
    """A shading worked out by the page; None: the one that ``shading`` names."""


@dataclass(frozen=True, slots=True)
class BadgePlace:
    """Where the badge of an area stands (lon, lat) and what it is called."""

    name: str
    lon: float
    lat: float
    within: bool
    """Whether the area belongs to the map even with nothing in it: an empty county is an answer too."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area of the map with its records by category; ``only_here`` of them are drawn nowhere else."""

    code: str
    level: str
    place: BadgePlace
    by_category: Mapping[str, int]
    only_here: int


def badge_key(count: AreaCount, scope: Scope, parents: Mapping[str, str]) -> tuple[str, str]:
    """Return the badge a count belongs to: its own area, or its prefecture on a map of prefectures."""
    if scope.badges is Level.PREFECTURE and count.level in (Level.COUNTY, "zone"):
        prefecture = parents.get(count.code)
        return (prefecture, str(Level.PREFECTURE)) if prefecture else (count.code, count.level)
    return count.code, count.level


def into_view(row: AreaRow, bounds: Bounds) -> tuple[float, float]:
    """Return where a badge stands; that of a wider area is drawn inside the view, else nobody would see it.

    A badge is a symbol of its area, not a place in it.
    """
    lon, lat = row.place.lon, row.place.lat
    west, south, east, north = bounds
    if row.level == Level.COUNTY or (west <= lon <= east and south <= lat <= north):
        return lon, lat
    margin_x, margin_y = (east - west) * 0.12, (north - south) * 0.12
    return min(max(lon, west + margin_x), east - margin_x), min(max(lat, south + margin_y), north - margin_y)
