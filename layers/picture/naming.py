"""The words on a map: badges of areas, names of areas, names of records; none covers another.

Badges come first, the largest number first, and step aside with a thin line to where they belong; names of
areas stand inside their area or not at all; names of records stand beside their sign or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from layers.fonts import printable
from layers.fonts import width as text_width
from layers.palette import BORDER, INK, ordered, sign_of
from layers.picture.gathering import SIGN, disc
from layers.picture.marks import PIN, positions
from layers.picture.paper import halo, rectangle, write
from layers.picture.placing import Rect, Wanted, place
from layers.scene import AreaBadge, Scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = 8.5
"""Type of a badge, in points."""

NAME_SIZE = 9.5
_PAD, _BAR = 3.0, 2.2
_QUIET = "#4B5765"
_COARSER = "#EEF2F6"
"""Ground of the badge of an area that holds those of the others."""

LONGEST_NAME, MOST_NAMES = 104.0, 40
"""Width of a record's name in points, and up to how many records are named."""

_FINEST = ("county", "prefecture", "province", "zone")


def points_layer(axes: Axes) -> Axes:
    """Return axes over a map, measured in points from its lower left corner, clipped to it."""
    figure, box = axes.figure, axes.get_position()
    made = figure.add_axes(box.bounds, zorder=axes.get_zorder() + 0.5)
    made.set_axis_off()
    made.set_xlim(0, box.width * figure.get_figwidth() * 72)  # type: ignore[union-attr]
    made.set_ylim(0, box.height * figure.get_figheight() * 72)  # type: ignore[union-attr]
    return made


class _Ground:
    """From degrees to points of one map."""

    def __init__(self, axes: Axes, over: Axes) -> None:
        (self.west, self.east), (self.south, self.north) = axes.get_xlim(), axes.get_ylim()
        self.frame = Rect(0, 0, over.get_xlim()[1], over.get_ylim()[1])
        self.per_degree = self.frame.right / (self.east - self.west)
        self._up = self.frame.top / (self.north - self.south)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a position is."""
        return (lon - self.west) * self.per_degree, (lat - self.south) * self._up

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Return the position at a place of the paper."""
        return self.west + x / self.per_degree, self.south + y / self._up

    def shows(self, lon: float, lat: float) -> bool:
        """Tell whether a position is on the map."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def around(self, lon: float, lat: float, radius: float) -> Rect:
        """Return the box of a sign."""
        return Rect.around(*self.at(lon, lat), 2 * radius, 2 * radius)


def _signs(scene: Scene, ground: _Ground) -> list[Rect]:
    """Return the boxes of the signs, which labels had better not cover."""
    round_ones = [(m.lon, m.lat, len(m.ids)) for m in scene.stacks]
    round_ones += [(m.lon, m.lat, m.count) for m in scene.clusters]
    round_ones += [(m.lon, m.lat, m.count) for m in scene.slots]
    pins = [at for o in scene.overlays if o.kind == "site" for at in positions(o.items)]
    return [
        *(ground.around(p.lon, p.lat, SIGN) for p in scene.points),
        *(ground.around(lon, lat, disc(n)) for lon, lat, n in round_ones),
        *(Rect.around(x, y + PIN, 2 * PIN, 2.6 * PIN) for x, y in (ground.at(*at) for at in pins)),
    ]


def draw_labels(
    axes: Axes, scene: Scene, taken: Sequence[Rect] = (), *, size: float = SIZE, named: bool = False
) -> tuple[str, ...]:
    """Write badges and names over a map; return the codes of the badges for which there was no room.

    ``taken``: what may not be covered, in points from the lower left corner of the map. ``named`` writes the
    names of single records too.
    """
    over = points_layer(axes)
    ground = _Ground(axes, over)
    signs, fixed = _signs(scene, ground), list(taken)
    shown = [b for b in scene.badges if ground.shows(b.lon, b.lat)]
    shown.sort(key=lambda badge: -badge.total)
    finest = next((level for level in _FINEST if any(b.level == level for b in shown)), "")
    missed = []
    spots = place([_badge_wish(b, ground, size) for b in shown], ground.frame, fixed, signs)
    for badge, spot in zip(shown, spots, strict=True):
        if spot is None:
            missed.append(badge.code)
            continue
        fixed.append(spot)
        if badge.level == finest:
            _leader(over, ground.at(badge.lon, badge.lat), spot, signs)
        _draw_badge(over, badge, spot, size, badge.level != finest)
    fixed += _area_names(axes, scene, ground, fixed, signs)
    if named and len(scene.points) <= MOST_NAMES:
        _record_names(over, scene, ground, [*fixed, *signs], size - 1)
    return tuple(missed)


def _badge_text(badge: AreaBadge) -> str:
    """Return what a badge says: name and number, the bare name when there is nothing."""
    return f"{badge.name} {badge.total:,}" if badge.total else badge.name


def _badge_wish(badge: AreaBadge, ground: _Ground, size: float) -> Wanted:
    """Return the room that a badge takes."""
    wide = text_width(printable(_badge_text(badge)), size) + 2 * _PAD
    tall = size + 2 * _PAD + (_BAR if badge.total else 0)
    return Wanted(*ground.at(badge.lon, badge.lat), wide, tall)


def _leader(over: Axes, anchor: tuple[float, float], spot: Rect, signs: Sequence[Rect]) -> None:
    """Draw the line from where a badge belongs to where it stands; none when it stands there.

    A sign on the spot stays legible: the line ends at its edge.
    """
    if Rect.around(*anchor, 1, 1).meets(spot, 4):
        return
    under = next((sign for sign in signs if Rect.around(*anchor, 1, 1).meets(sign)), None)
    end = spot.nearest(*(under.middle if under else anchor))
    start = under.nearest(*end) if under else anchor
    over.plot(*zip(start, end, strict=True), color=_QUIET, linewidth=0.6, zorder=8.5, clip_on=True)
    if under is None:
        over.plot(*anchor, marker="o", markersize=1.8, color=_QUIET, zorder=8.5, clip_on=True)


def _draw_badge(over: Axes, badge: AreaBadge, spot: Rect, size: float, coarser: bool) -> None:
    """Draw a badge: name and number over a bar of its categories; without a number the bare name."""
    x, y = spot.middle
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "zorder": 9.2}
    if not badge.total:
        write(over, x, y, badge.name, size, path_effects=halo(), **look | {"color": _QUIET})
        return
    room = (spot.right - spot.left, spot.top - spot.bottom)
    box = {"facecolor": _COARSER if coarser else "white", "linewidth": 0, "zorder": 9}
    rectangle(over, spot.left, spot.bottom, room, **box)
    _bar(over, badge, spot)
    edge = {"fill": False, "edgecolor": _QUIET if coarser else BORDER, "linewidth": 0.7, "zorder": 9.1}
    rectangle(over, spot.left, spot.bottom, room, **edge)
    write(over, x, y + _BAR / 2, _badge_text(badge), size, **look)


def _bar(over: Axes, badge: AreaBadge, spot: Rect) -> None:
    """Draw the bar of categories along the lower edge of a badge, as long as their shares."""
    counts = ordered(dict(badge.by_category))
    whole, left = sum(n for _, n in counts), spot.left
    for code, n in counts:
        wide = (spot.right - spot.left) * n / whole
        look = {"facecolor": sign_of(code).colour, "linewidth": 0, "zorder": 9.05}
        rectangle(over, left, spot.bottom, (wide, _BAR), **look)
        left += wide


def _area_names(
    axes: Axes, scene: Scene, ground: _Ground, fixed: Sequence[Rect], signs: Sequence[Rect]
) -> list[Rect]:
    """Write the names of areas without a badge where they fit inside; return their boxes.

    They stand on the map itself, below what lies on its areas.
    """
    if scene.areas is None:
        return []
    badged = {badge.code for badge in scene.badges}
    names, wishes = [], []
    for code, (lon, lat, wide) in label_places(scene.areas.geojson).items():
        name = printable(scene.areas.names.get(code, ""))
        room, takes = wide * ground.per_degree, text_width(name, NAME_SIZE) + 4
        if code not in badged and takes <= room and ground.shows(lon, lat):
            names.append(name)
            wishes.append(Wanted(*ground.at(lon, lat), takes, NAME_SIZE + 2, (room - takes) / 2))
    spots = place(wishes, ground.frame, fixed, signs)
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "clip_on": True, "zorder": 5}
    for name, spot in zip(names, spots, strict=True):
        if spot is not None:
            at = ground.lonlat(*spot.middle)
            write(axes, *at, name, NAME_SIZE, color=_QUIET, path_effects=halo(), **look)
    return [spot for spot in spots if spot is not None]


@lru_cache(maxsize=8)
def label_places(geojson: str) -> dict[str, tuple[float, float, float]]:
    """Return code → a place inside the largest part, and the width of that part, in degrees."""
    from shapely.geometry import shape

    found = {}
    for feature in json.loads(geojson)["features"]:
        whole = shape(feature["geometry"])
        part = max(getattr(whole, "geoms", [whole]), key=lambda p: p.area)
        inside = part.centroid if part.contains(part.centroid) else part.representative_point()
        west, _, east, _ = part.bounds
        found[feature["properties"]["code"]] = (inside.x, inside.y, east - west)
    return found


def shortened(text: str, size: float, room: float) -> str:
    """Return a printable text cut to ``room`` points, with an ellipsis where something is missing."""
    whole = printable(text)
    if text_width(whole, size) <= room:
        return whole
    while whole and text_width(whole + "…", size) > room:
        whole = whole[:-1]
    return whole + "…"


def _record_names(over: Axes, scene: Scene, ground: _Ground, fixed: Sequence[Rect], size: float) -> None:
    """Write names beside their signs where there is room: of single records, of the places of several."""
    at = [(p.lon, p.lat, p.name, SIGN) for p in scene.points]
    at += [(s.lon, s.lat, s.name, disc(len(s.ids))) for s in scene.stacks]
    shown = [(lon, lat, shortened(name, size, LONGEST_NAME), r) for lon, lat, name, r in at]
    shown = [row for row in shown if ground.shows(row[0], row[1])]
    wishes = [
        Wanted(*ground.at(lon, lat), text_width(name, size), size + 1, r + 8, r + 1.5)
        for lon, lat, name, r in shown
    ]
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": INK, "zorder": 9.3}
    for row, spot in zip(shown, place(wishes, ground.frame, fixed), strict=True):
        if spot is not None:
            write(over, *spot.middle, row[2], size, path_effects=halo(2.0), **look)
