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
