"""The drawing interface: what stands on the map, said once, drawn by either engine.

A page builds one :class:`Scene` from its rows and hands it to :func:`layers.engine.choose`; nothing
else about drawing leaves the page, and nothing about folium, Leaflet or Streamlit comes in here.

Conventions: coordinates are WGS84 degrees, **lon first**; bounds are ``(west, south, east, north)``;
codes are GB/T 2260 strings; texts are plain (never HTML), as printed in the source: escaping is the
engines' business. Every class is frozen, so a scene can be cached and hashed.

Precision (standards.md) decides the shape, and the classes enforce it:

=========  =======================================================================
1, 2       :class:`PointMark`, solid
3          :class:`PointMark`, paler; several at one seat → :class:`StackMark`
4, 5       :class:`AreaBadge` of the county / prefecture / province / zone, never a dot
0          nowhere here: the page's side list
=========  =======================================================================

Fill shows precision. A dashed outline shows ``basis == "modelled"`` and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from layers.areas import AreaLayer, Bounds, area_layer, bounds_of
from layers.labels import ZH, Labels
from layers.overlay import Overlay, OverlayItem, OverlayKind

__all__ = [
    "MODELLED",
    "AreaBadge",
    "AreaLayer",
    "Bounds",
    "Choropleth",
    "ClusterMark",
    "Counts",
    "Inset",
    "Level",
    "LineKind",
    "LineMark",
    "Overlay",
    "OverlayItem",
    "OverlayKind",
    "PointMark",
    "Scene",
    "ShapeMark",
    "SlotSymbol",
    "StackMark",
    "TileSource",
    "View",
    "area_layer",
    "bounds_of",
]

Counts = Mapping[str, int]
"""Code of a sign (a category, or a funding status) → number of records; those with 0 may be left out."""

Level = Literal["province", "prefecture", "county", "zone"]
LineKind = Literal["maritime", "border", "route"]
MODELLED = "modelled"


def _check_position(what: str, lon: float, lat: float) -> None:
    """Refuse a position that is no position, before a browser turns it into a blank map.

    >>> _check_position("SG-0001", 113.5, 95.0)
    Traceback (most recent call last):
    ...
    ValueError: SG-0001: (113.5, 95.0) is not lon, lat in WGS84 degrees; swap or correct the pair
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        msg = f"{what}: ({lon}, {lat}) is not lon, lat in WGS84 degrees; swap or correct the pair"
        raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Choropleth:
    """Shading of the areas by a number, in fixed classes.

    ``values``: area code → number, or ``None`` for *unknown*; a code that is absent is unknown too and
    is hatched grey, never shaded as 0. ``breaks`` are the four inner class limits, ascending; class k
    holds ``breaks[k-1] <= v < breaks[k]``. ``colours`` has one more entry than ``breaks``
    (see :data:`layers.palette.SEQUENTIAL`). ``note`` is the sentence under the legend, e.g.
    “按规划文件点名统计，不代表现有服务”.
    """

    title: str
    values: Mapping[str, float | None]
    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    note: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        """Hold the classes and colours together."""
        if len(self.colours) != len(self.breaks) + 1 or list(self.breaks) != sorted(set(self.breaks)):
            msg = f"choropleth {self.title!r}: {len(self.breaks)} ascending breaks need one colour more"
            raise ValueError(msg)

    def class_of(self, value: float | None) -> int | None:
        """Return the class index of a value, ``None`` when the value is unknown.

        >>> c = Choropleth("n", {}, (1, 5), ("#fff", "#888", "#000"))
        >>> [c.class_of(v) for v in (0, 1, 5, None)]
        [0, 1, 2, None]
        """
        if value is None or math.isnan(value):
            return None
        return sum(value >= limit for limit in self.breaks)


@dataclass(frozen=True, slots=True)
class AreaBadge:
    """The badge of a county, prefecture, province or functional zone: name, number, category bar.

    ``total`` is the number printed, ``by_category`` adds up to it. ``only_here`` says how many of them
    are drawn nowhere else (known to this area only: precision 4 or 5) and is told in the tooltip.
    A badge with total 0 is drawn as the bare name. A click returns ``Click("area", code, level)``.
    """

    code: str
    level: Level
    name: str
    lon: float
    lat: float
    total: int
    by_category: Counts = field(default_factory=dict)
    only_here: int = 0

    def __post_init__(self) -> None:
        """Refuse an impossible position."""
        _check_position(f"badge {self.code}", self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class PointMark:
    """One record with a place of its own: precision 1–2 solid, 3 paler. Others are refused.

    ``area`` (county or township name) and ``stage`` (words to show, may be empty) go into the tooltip.
    ``basis`` is the basis of the *place*; ``modelled`` gets the dashed outline.
    A click returns ``Click("project", id)``.
    """

    id: str
    lon: float
    lat: float
    category: str
    precision: int
    basis: str
    name: str
    stage: str = ""
    area: str = ""

    def __post_init__(self) -> None:
        """Refuse an impossible position, and a dot for what is known to an area only."""
        _check_position(self.id, self.lon, self.lat)
        if self.precision not in (1, 2, 3):
            msg = f"{self.id}: precision {self.precision} is never a dot; draw an AreaBadge or list it"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class StackMark:
    """Several records at one position (mostly a township seat), counted.

    ``id`` is any stable key of the position (township code, else made by :func:`layers.stacking.stack`),
    ``ids`` the records, ``precision`` the coarsest among them. A click returns
    ``Click("stack", id, ids=ids)``.
    """

    id: str
    lon: float
    lat: float
    name: str
    ids: tuple[str, ...]
    by_category: Counts
    precision: int = 3

    def __post_init__(self) -> None:
        """Refuse an impossible position."""
        _check_position(f"stack {self.id}", self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class ClusterMark:
    """Several points near each other, counted in the database for the present view and zoom.

    ``ids`` only when few (≤ 20), else empty; ``bounds`` is what a click zooms to.
    A cell with a single record is a :class:`PointMark`, not a cluster of one; both may stand in one scene.
    A click returns ``Click("cluster", id, ids=ids)`` and zooms the map in.
    """

    id: str
    lon: float
    lat: float
    count: int
    by_category: Counts
    bounds: Bounds | None = None
    ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an impossible position."""
        _check_position(f"cluster {self.id}", self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class SlotSymbol:
    """One township's share of the modelled slots: a dashed, numbered symbol.

    Always titled “模拟分配，非下达指标”. A click returns ``Click("slot", township_code)``.
    """

    township_code: str
    lon: float
    lat: float
    count: int
    name: str

    def __post_init__(self) -> None:
        """Refuse an impossible position."""
        _check_position(f"slot {self.township_code}", self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class LineMark:
    """A line: the maritime line, a border, or a route of a project (``kind="route"``, clickable).

    ``parts`` are lists of ``(lon, lat)``. A click on a route returns ``Click("project", id)``.
    """

    id: str
    kind: LineKind
    parts: tuple[tuple[tuple[float, float], ...], ...]
    name: str = ""
    category: str = ""
    basis: str = "documented"


@dataclass(frozen=True, slots=True)
class ShapeMark:
    """A polygon that is no administrative unit: a functional zone or a project's own ground.

    ``geometry`` is a GeoJSON Polygon or MultiPolygon. ``kind="zone"`` clicks as
    ``Click("area", id, level="zone")``, ``kind="project"`` as ``Click("project", id)``.
    """

    id: str
    kind: Literal["zone", "project"]
    geometry: Mapping[str, Any]
    name: str
    category: str = ""
    basis: str = "documented"


@dataclass(frozen=True, slots=True)
class TileSource:
    """One raster tile layer of the basemap. ``url`` has ``{z}/{x}/{y}``, Web Mercator, WGS84 or CGCS2000."""

    url: str
    credit: str
    max_zoom: int = 18
    subdomains: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Where to look. The map moves only when ``(bounds, ask)`` differs from the last one it obeyed.

    So a page may pass the same view on every rerun without throwing the reader back; to jump to the
    same bounds again (a “back to my area” button), raise ``ask``.
    """

    bounds: Bounds
    ask: int = 0


@dataclass(frozen=True, slots=True)
class Inset:
    """The small extra map in the corner of a national map (南海诸岛)."""

    title: str = "南海诸岛"
    bounds: Bounds = (106.0, 2.5, 123.5, 24.5)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything on the map. All parts are optional; an empty scene is a valid, framed, legible map.

    ``live`` means that the marks hold for the present view only and are made again when it changes; ``cells``
    is the address from which the browser fetches them, empty when the page makes them.
    ``view=None`` keeps the reader's frame. ``credit`` is printed in the corner of every map.
    ``basemap=()`` means boundaries only, the default that needs no network. ``selected`` is the id of
    the record or the code of the area to be ringed.
    """

    areas: AreaLayer | None = None
    choropleth: Choropleth | None = None
    badges: tuple[AreaBadge, ...] = ()
    points: tuple[PointMark, ...] = ()
    stacks: tuple[StackMark, ...] = ()
    clusters: tuple[ClusterMark, ...] = ()
    slots: tuple[SlotSymbol, ...] = ()
    lines: tuple[LineMark, ...] = ()
    shapes: tuple[ShapeMark, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    view: View | None = None
    basemap: tuple[TileSource, ...] = ()
    inset: Inset | None = None
    live: bool = False
    cells: str = ""
    credit: str = ""
    selected: str = ""
    labels: Labels = ZH

    @property
    def clickable(self) -> int:
        """How many things travel to the browser one by one (points, stacks, clusters, slots, overlays)."""
        marks = len(self.points) + len(self.stacks) + len(self.clusters) + len(self.slots)
        return marks + sum(len(overlay.items) for overlay in self.overlays)
