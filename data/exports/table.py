"""Records as table rows, for CSV and xlsx alike: the published fields, then where to put a pin."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from data.exports.request import Language
from projects.feature import plain_number
from projects.summary import COLUMNS, Column, Summary
from projects.values import joined

Cell = str | int | float | None

PLACE_COLUMNS: Final = (
    Column(
        "lon",
        "经度（WGS84）",
        "Longitude (WGS84)",
        "十进制度；线、面、多点取其第一部分上的代表点；空白为无坐标",
    ),
    Column("lat", "纬度（WGS84）", "Latitude (WGS84)", "十进制度；同上"),
    Column("geometry_type", "几何类型", "Geometry type", "Point 等为已有坐标；空白为无坐标（不是错误）"),
)
TABLE_COLUMNS: Final = (*COLUMNS, *PLACE_COLUMNS)
_FIELDS: Final = len(COLUMNS)
_YES_NO: Final = {"zh": ("否", "是"), "en": ("no", "yes")}
_POINT: Final = re.compile(r'\{"type":"Point","coordinates":\[([-+.\deE]+),([-+.\deE]+)')


def headings(language: Language) -> list[str]:
    """Return the headings of all columns."""
    return [column.en if language == "en" else column.zh for column in TABLE_COLUMNS]


def row(record: Summary, language: Language) -> list[Cell]:
    """Return a record's cells in column order; unknown is None, a list is one text joined by ``；``."""
    cells = [v if v is None or type(v) is str else _cell(v, language) for v in record[:_FIELDS]]
    return [*cells, *place(record.geometry)]


def place(geometry: str | None) -> tuple[float | None, float | None, str | None]:
    """Return longitude, latitude and type of a GeoJSON geometry; of many parts the first stands for all.

    >>> place('{"type":"Point","coordinates":[113.5,24.8]}'), place(None)
    ((113.5, 24.8, 'Point'), (None, None, None))
    """
    if geometry is None:
        return None, None, None
    match = _POINT.match(geometry)
    if match:
        return float(match[1]), float(match[2]), "Point"
    import shapely  # takes longer to import than most exports take

    shape = shapely.from_geojson(geometry)
    spot = shapely.point_on_surface(shapely.get_geometry(shape, 0))
    return round(spot.x, 7), round(spot.y, 7), str(shape.geom_type)


def _cell(value: object, language: Language) -> Cell:
    if isinstance(value, bool):
        return _YES_NO[language][value]
    if isinstance(value, tuple):
        return _joined(value)
    if isinstance(value, Decimal):
        return plain_number(value)
    return value if isinstance(value, str | int | float) else None


@lru_cache(maxsize=8192)
def _joined(names: tuple[str, ...]) -> str | None:
    """Return a list as one text; lists repeat from record to record and are remembered."""
    return joined(names) or None
