"""Boxes as ranges of cell numbers: no point of a box is ever missed, and a tile is one range."""

from itertools import pairwise

from cql2 import Expr
from hypothesis import given
from hypothesis import strategies as st
from morecantile import tms

from services.ogc import cells

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)
WEB = tms.get("WebMercatorQuad")


def within(number: int, ranges: list[cells.Range]) -> bool:
    return any(first <= number <= last for first, last in ranges)


@given(st.tuples(LON, LON), st.tuples(LAT, LAT), st.floats(0, 1), st.floats(0, 1))
def test_every_point_of_a_box_is_in_one_of_its_ranges(
    lons: tuple[float, float], lats: tuple[float, float], across: float, up: float
) -> None:
    (west, east), (south, north) = sorted(lons), sorted(lats)
    point = (
        min(max(west + (east - west) * across, west), east),
        min(max(south + (north - south) * up, south), north),
    )
    ranges = cells.of_box(west, south, east, north)
    assert within(cells.interleaved(*cells.cell(*point)), ranges)
    assert len(ranges) <= 9
    assert all(one[1] < other[0] for one, other in pairwise(ranges))


@given(st.floats(-179.999, 179.999), st.floats(-85, 85), st.integers(0, 22))
def test_a_point_lies_in_the_range_of_the_tile_it_is_drawn_in(lon: float, lat: float, zoom: int) -> None:
    tile = WEB.tile(lon, lat, zoom)
    x, y = cells.cell(lon, lat)
    assert abs((x >> cells.LEVELS - zoom) - tile.x) + abs((y >> cells.LEVELS - zoom) - tile.y) <= 1
    mine = (x >> cells.LEVELS - zoom, y >> cells.LEVELS - zoom)
    assert within(cells.interleaved(x, y), [cells.of_tile(zoom, *mine)])


def test_tiles_of_one_level_share_no_number_and_leave_none_out() -> None:
    ranges = sorted(cells.of_tile(3, x, y) for x in range(8) for y in range(8))
    assert ranges[0][0] == 0
    assert ranges[-1][1] == 4**cells.LEVELS - 1
    assert all(one[1] + 1 == other[0] for one, other in pairwise(ranges))


def test_a_small_box_asks_for_a_small_part_of_the_numbers() -> None:
    asked = sum(last - first + 1 for first, last in cells.of_box(113.0, 24.0, 113.1, 24.1))
    assert asked < 4**cells.LEVELS / 1_000_000


def test_the_condition_is_plain_comparison_with_whole_numbers() -> None:
    sql = Expr(cells.condition([(1, 2), (4**24 - 2, 4**24 - 1)])).to_sql()
    assert sql == ("quad = -2 OR quad BETWEEN 1 AND 2 OR quad BETWEEN 281474976710654 AND 281474976710655")
