"""The map's grid: placed records of a view gathered in square cells of degrees, in the database.

Cells are fixed to the globe and their size goes by powers of two, so that a small pan keeps the same cells;
a view is widened to whole cells, so that a count does not depend on where the edge of the view cuts a cell.
Positions are whole numbers of 2^-22 degree and tiles of 1/8 degree are numbered in Morton order
(0026_counts_kept.sql): a cell is one range of tiles.

Views of cells of a degree and more are added up from tiles kept beside the records, all others counted from
the records of their tiles; a filter that tiles cannot answer is counted from its own records.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.filtering import Clause, asks, combinations, keys, where, without
from projects.filters import ProjectFilter
from projects.ports import Bounds, Cluster

CELLS_ACROSS: Final = 24
"""A view is gathered on a grid of about this many cells across: readable badges, a few kB per move."""
IDS_SHOWN: Final = 20
UNIT: Final = 22
"""Positions are whole numbers of 2^-22 degree."""
TILE: Final = 19
"""A tile is 2^19 of these wide: 1/8 degree."""
DEGREE: Final = UNIT
"""The tiles kept beside the records are a degree wide."""
_MIDDLE: Final = 2048
"""Number of the tile that begins at 0 degrees."""
_STRAYS: Final = 200
"""So many lines and polygons whose own point lies outside a view are drawn in it."""


@dataclass(frozen=True, slots=True)
class View:
    """The cells of a view: ``shift`` says their size (2^shift units), the others the first and last cell."""

    shift: int
    west: int
    south: int
    east: int
    north: int

    def ranges(self, cells: Iterable[tuple[int, int]] | None = None) -> tuple[list[int], list[int]]:
        """Return the first and last tile of each run of tiles that covers these cells, or the whole view."""
        step = max(0, self.shift - TILE)
        wanted = self if cells is None else cells
        starts = sorted({_tile(x, y) >> 2 * step for x, y in _tiles(wanted, self.shift)})
        lows: list[int] = []
        highs: list[int] = []
        for start in starts:
            if highs and highs[-1] + 1 == start << 2 * step:
                highs[-1] = (start + 1 << 2 * step) - 1
            else:
                lows.append(start << 2 * step)
                highs.append((start + 1 << 2 * step) - 1)
        return lows, highs

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield the cells."""
        return ((x, y) for x in range(self.west, self.east + 1) for y in range(self.south, self.north + 1))


def cell_size(bounds: Bounds) -> float:
    """Return the grid cell in degrees for a view.

    >>> cell_size((113.0, 24.0, 115.0, 26.0))
    0.125
    """
    width = min(max(bounds[2] - bounds[0], 1e-4), 360.0)
    return 2.0 ** (math.floor(math.log2(width / CELLS_ACROSS)) + 1)


def view_of(bounds: Bounds) -> View:
    """Return the cells of a view (degrees), within the globe.

    >>> view_of((112.9, 24.0, 115.0, 26.0)).west / 8
    112.875
    """
    shift = round(math.log2(cell_size(bounds))) + UNIT
    west, east = (min(max(x, -180.0), 180.0) for x in (bounds[0], bounds[2]))
    south, north = (min(max(y, -90.0), 90.0) for y in (bounds[1], bounds[3]))
    return View(shift, *(math.floor(edge * 2**UNIT) >> shift for edge in (west, south, east, north)))


def clusters(connection: Connection, chosen: ProjectFilter, bounds: Bounds) -> tuple[Cluster, ...]:
    """Return placed records of a view gathered in cells, by category, with the ids where they are few."""
    view = view_of(bounds)
    within = None if asks("place", chosen) else keys(without("sort", chosen), alias="t")
    kept = view.shift >= DEGREE and within is not None
    query, values = _kept(view, chosen, within) if kept and within else _direct(view, chosen)
    found = [row for row in connection.execute(text(query), values).mappings() if row["n"]]
    cells = {_cell(row, view, kept): row for row in found}
    few = [cell for cell, row in cells.items() if row["n"] <= IDS_SHOWN]
    ids = _ids(connection, chosen, view, few)
    gathered = [_cluster(view, cell, row, ids.get(cell, ())) for cell, row in sorted(cells.items())]
    return (*gathered, *_strays(connection, chosen, view, bounds))


_SORTS: Final = (
    "sorts AS MATERIALIZED (SELECT DISTINCT d.key, d.category, d.precision FROM facet_sort AS d WHERE"
)
_RANGES: Final = "unnest(CAST(:lows AS integer[]), CAST(:highs AS integer[])) AS part (low, high)"
_TILES: Final = "SELECT * FROM facet_tile WHERE tile BETWEEN part.low AND part.high OFFSET 0"
"""``OFFSET 0`` keeps the planner from comparing every tile with every range."""
_CELLS: Final = """
SELECT cx, cy, CAST(sum(n) AS integer) AS n, sum(x) AS x, sum(y) AS y, max(precision) AS precision,
       min(west) AS west, min(south) AS south, max(east) AS east, max(north) AS north,
       jsonb_object_agg(category, n) AS by_category
  FROM gathered WHERE n <> 0 GROUP BY 1, 2"""


def _sorts(chosen: ProjectFilter) -> Clause:
    condition, values = combinations("sort", chosen)
    return f"{_SORTS} d.precision BETWEEN 1 AND 3 AND {condition})", values


def _kept(view: View, chosen: ProjectFilter, within: Clause) -> Clause:
    """Return the query over the tiles of a degree; a cell is known by its number in Morton order.

    Sums of positions are whole numbers below 2^53: exact as floats, and much quicker than as numerics.
    """
    sorts, values = _sorts(chosen)
    lows, highs = view.ranges()
    steps = 2 * (DEGREE - TILE)
    query = f"""
    WITH {sorts}, gathered AS (
        SELECT t.tile >> {2 * (view.shift - DEGREE)} AS cx, 0 AS cy, sorts.category, sum(t.n) AS n,
               sum(CAST(t.sum_x AS float)) AS x, sum(CAST(t.sum_y AS float)) AS y,
               max(sorts.precision) AS precision, CAST(NULL AS integer) AS west, 0 AS south, 0 AS east,
               0 AS north
          FROM {_RANGES} CROSS JOIN LATERAL ({_TILES}) AS t JOIN sorts ON sorts.key = t.sort_key
         WHERE {within[0]} GROUP BY 1, 3) {_CELLS}"""  # noqa: S608
    ranges = {"lows": [n >> steps for n in lows], "highs": [n >> steps for n in highs]}
    return query, values | within[1] | ranges


def _direct(view: View, chosen: ProjectFilter) -> Clause:
    """Return the query over the records of the view's tiles; of a wide view, over those of the filter."""
    sorts, values = _sorts(chosen)
    source, ranges = _source(view, chosen)
    condition, more = where(without("sort", chosen))
    query = f"""
    WITH {sorts}, gathered AS (
        SELECT f.spot_x >> {view.shift} AS cx, f.spot_y >> {view.shift} AS cy, sorts.category, count(*) AS n,
               CAST(sum(f.spot_x) AS float) AS x, CAST(sum(f.spot_y) AS float) AS y,
               max(sorts.precision) AS precision, min(f.spot_x) AS west, min(f.spot_y) AS south,
               max(f.spot_x) AS east, max(f.spot_y) AS north
          FROM {source} JOIN sorts ON sorts.key = f.sort_key
         WHERE {condition} AND {_IN_VIEW} GROUP BY 1, 2, 3) {_CELLS}"""  # noqa: S608
    return query, values | more | ranges | _edges(view)


_IN_VIEW: Final = "f.spot_x BETWEEN :west AND :east AND f.spot_y BETWEEN :south AND :north"


def _source(view: View, chosen: ProjectFilter, cells: Sequence[tuple[int, int]] | None = None) -> Clause:
    """Return what the records of a view, or of some of its cells (then with their ids), are read from.

    Hand-picked records, those of words and of townships are few: they are found by these. A wide view is read
    by its areas.
    """
    if keys(chosen) is None or (cells is None and view.shift >= DEGREE):
        return "project_facet AS f", {}
    columns = "published, place_key, sort_key, link_key, spot_x, spot_y" + (
        "" if cells is None else ", project_id"
    )
    lows, highs = view.ranges(cells)
    part = f"SELECT {columns} FROM project_facet WHERE tile BETWEEN part.low AND part.high OFFSET 0"  # noqa: S608
    return f"{_RANGES} CROSS JOIN LATERAL ({part}) AS f", {"lows": lows, "highs": highs}


def _edges(view: View) -> dict[str, int]:
    """Return the first and last position of the view's cells."""
    first, last = (view.west, view.south), (view.east + 1, view.north + 1)
    west, south = (n << view.shift for n in first)
    east, north = ((n << view.shift) - 1 for n in last)
    return {"west": west, "south": south, "east": east, "north": north}


def _ids(
    connection: Connection, chosen: ProjectFilter, view: View, cells: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the ids of the records in these cells, in order."""
    if not cells:
        return {}
    sorts, values = _sorts(chosen)
    source, ranges = _source(view, chosen, cells)
    condition, more = where(without("sort", chosen))
    query = f"""
    WITH {sorts} SELECT f.spot_x >> {view.shift} AS cx, f.spot_y >> {view.shift} AS cy, f.project_id
      FROM {source} JOIN sorts ON sorts.key = f.sort_key WHERE {condition} ORDER BY 3"""  # noqa: S608
    wanted, found = set(cells), defaultdict(list)
    for cx, cy, key in connection.execute(text(query), values | more | ranges):
        if (cx, cy) in wanted:
            found[cx, cy].append(key)
    return {cell: tuple(held) for cell, held in found.items()}


def _strays(connection: Connection, chosen: ProjectFilter, view: View, bounds: Bounds) -> Iterator[Cluster]:
    """Yield the lines and polygons that reach into a near view from a point outside its cells."""
    if view.shift >= DEGREE:
        return
    condition, values = where(chosen)
    rows = connection.execute(
        text(f"""
        SELECT f.project_id, f.category, f.precision, f.spot_x, f.spot_y FROM project_facet AS f
         WHERE f.quad = -2 AND {condition} AND f.precision BETWEEN 1 AND 3
           AND NOT ({_IN_VIEW})
           AND f.geom && ST_MakeEnvelope(:from_x, :from_y, :to_x, :to_y, 4326)
         ORDER BY 1 LIMIT {_STRAYS}"""),  # noqa: S608
        values | _edges(view) | dict(zip(("from_x", "from_y", "to_x", "to_y"), bounds, strict=True)),
    )
    for key, category, precision, x, y in rows:
        lon, lat = _degrees(x), _degrees(y)
        yield Cluster(key, lon, lat, 1, {category: 1}, (key,), precision, (lon, lat, lon, lat))


def _cell(row: Any, view: View, kept: bool) -> tuple[int, int]:
    """Return the column and row of a cell."""
    if not kept:
        return row["cx"], row["cy"]
    first = _MIDDLE >> (view.shift - TILE)
    return _gather_bits(row["cx"]) - first, _gather_bits(row["cx"] >> 1) - first


def _cluster(view: View, cell: tuple[int, int], row: Any, ids: tuple[str, ...]) -> Cluster:
    west, south, east, north = (row[name] for name in ("west", "south", "east", "north"))
    if west is None:  # kept tiles know sums alone
        west, south = (n << view.shift for n in cell)
        east, north = ((n + 1) << view.shift for n in cell)
    return Cluster(
        id=f"{cell[0]}:{cell[1]}",
        lon=_degrees(row["x"] / row["n"]),
        lat=_degrees(row["y"] / row["n"]),
        count=row["n"],
        by_category=row["by_category"],
        ids=ids,
        precision=row["precision"],
        bounds=(_degrees(west), _degrees(south), _degrees(east), _degrees(north)),
    )


def _degrees(units: float) -> float:
    return round(units / 2**UNIT, 7)


def _tiles(cells: Iterable[tuple[int, int]], shift: int) -> Iterator[tuple[int, int]]:
    """Yield the tile that holds a cell smaller than a tile, else the first tile of the cell."""
    down = max(0, TILE - shift)
    up = max(0, shift - TILE)
    return ((x >> down << up, y >> down << up) for x, y in cells)


def _tile(x: int, y: int) -> int:
    """Return the number of a tile in Morton order."""
    return _spread_bits(x + _MIDDLE) | _spread_bits(y + _MIDDLE) << 1


def _spread_bits(number: int) -> int:
    """Put a zero between the bits of a number below 4,096.

    >>> f"{_spread_bits(0b1011):b}"
    '1000101'
    """
    for by, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        number = (number | number << by) & mask
    return number


def _gather_bits(number: int) -> int:
    """Take every second bit of a number below 2^24: the inverse of ``_spread_bits``.

    >>> _gather_bits(_spread_bits(1234))
    1234
    """
    number &= 0x55555555
    for by, mask in ((1, 0x33333333), (2, 0x0F0F0F0F), (4, 0x00FF00FF), (8, 0x0000FFFF)):
        number = (number | number >> by) & mask
    return number
