"""Boxes as ranges of cell numbers, so that an index can answer under row-level security (migration 0017).

A point's number is that of its cell of 2⁻²⁴ of the Web Mercator square, bits of column and row interleaved:
each square of the tile grid, however large, is one range of numbers. A range is a superset of the box; the
exact comparison of geometries follows it.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

LEVELS: Final = 24
COLUMN: Final = "quad"
ELSEWHERE: Final = -2
"""The number of lines and polygons: they are compared exactly, wherever the box lies."""
_EDGE: Final = 85.0511287798066

Range = tuple[int, int]


def cell(lon: float, lat: float) -> tuple[int, int]:
    """Return column and row, counted from the north-west, of a position in degrees (WGS84).

    >>> cell(-180.0, 90.0), cell(180.0, -90.0)
    ((0, 0), (16777215, 16777215))
    """
    angle = math.radians(min(max(lat, -_EDGE), _EDGE))
    most = 2**LEVELS
    x = (lon + 180) / 360 * most
    y = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * most
    return min(max(math.floor(x), 0), most - 1), min(max(math.floor(y), 0), most - 1)


def interleaved(x: int, y: int) -> int:
    """Return the number of a cell: bits of the row above those of the column.

    >>> interleaved(1, 0), interleaved(0, 1), interleaved(3, 3)
    (1, 2, 15)
    """
    return sum(((x >> bit & 1) << 2 * bit) | ((y >> bit & 1) << (2 * bit + 1)) for bit in range(LEVELS))


def of_tile(zoom: int, x: int, y: int) -> Range:
    """Return the numbers of a tile of the Web Mercator grid, both ends included."""
    first = interleaved(x, y) << 2 * (LEVELS - zoom) if zoom <= LEVELS else 0
    return first, first + 4 ** (LEVELS - zoom) - 1


def of_box(west: float, south: float, east: float, north: float) -> list[Range]:
    """Return at most nine ranges that hold every point of a box in degrees."""
    (left, top), (right, bottom) = cell(west, north), cell(east, south)
    level = LEVELS - max(right - left, bottom - top, 1).bit_length() + 1
    level = min(max(level, 0), LEVELS)
    shift = LEVELS - level
    return _merged(
        sorted(
            of_tile(level, x, y)
            for x in range(left >> shift, (right >> shift) + 1)
            for y in range(top >> shift, (bottom >> shift) + 1)
        )
    )


def _merged(ranges: Sequence[Range]) -> list[Range]:
    """Return ranges in order, those that meet joined."""
    return list(_joined(ranges))


def _joined(ranges: Sequence[Range]) -> Iterator[Range]:
    first, last = ranges[0]
    for start, end in ranges[1:]:
        if start == last + 1:
            last = end
            continue
        yield first, last
        first, last = start, end
    yield first, last


def condition(ranges: Sequence[Range]) -> dict[str, Any]:
    """Return a condition of CQL2 JSON: in one of the ranges, or no point at all."""
    held = {"property": COLUMN}
    parts = [{"op": "=", "args": [held, ELSEWHERE]}]
    return {"op": "or", "args": parts + [{"op": "between", "args": [held, *ends]} for ends in ranges]}
