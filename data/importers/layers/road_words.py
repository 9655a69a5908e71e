"""What the tags of a road say: who may use it, how fast (OpenStreetMap's ``highway`` and ``maxspeed``)."""

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from projects.analysis.layer_reading import Travel

_BOTH: Final = (
    "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "living_street", "service", "track", "road",
)  # fmt: skip
CLASSES: Final[Mapping[Travel, frozenset[str]]] = {
    "car": frozenset((*_BOTH, "motorway", "motorway_link", "trunk", "trunk_link")),
    "walk": frozenset(
        (*_BOTH, "trunk", "trunk_link", "footway", "path", "pedestrian", "steps", "cycleway", "bridleway")
    ),
}
"""Values of ``highway`` that somebody can travel along; what is not listed (proposed, raceway …) nobody."""
CLOSED: Final = frozenset(("no", "private", "military", "forestry", "agricultural"))
"""Values of ``access`` that keep the public out."""
LOWEST_KMH, HIGHEST_KMH = 3.0, 140.0
_MILE_KM: Final = 1.609344
_SPEED: Final = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(km/?h|kmh|kph|公里/小时|mph)?", re.I)
_TAG: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def speed_of(value: Any) -> tuple[float, bool]:
    """Return km/h (NaN: not known), and whether something is written that cannot be read.

    >>> speed_of("60"), speed_of("30 mph")[0], speed_of(0)[1], speed_of("CN:urban")[1]
    ((60.0, False), 48.28032, False, True)
    """
    if value is None or value != value or value in ("", 0, "0"):  # noqa: PLR0124 - NaN
        return np.nan, False
    match = _SPEED.fullmatch(str(value).strip().removesuffix(".0"))
    if match is None:
        return np.nan, True
    speed = float(match[1]) * (_MILE_KM if (match[2] or "").lower() == "mph" else 1.0)
    return (speed, False) if LOWEST_KMH <= speed <= HIGHEST_KMH else (np.nan, True)


def tags_of(text: Any) -> dict[str, str]:
    r"""Return the tags in GDAL's ``other_tags`` column.

    >>> tags_of('"maxspeed"=>"60","access"=>"private"')
    {'maxspeed': '60', 'access': 'private'}
    """
    return dict(_TAG.findall(text)) if isinstance(text, str) else {}
