"""Vector tiles over more features than a tile can hold: squares that say how many lie in each.

tipg cuts a tile off after ten thousand features, and whoever looks at the map takes the rest for absent. Here
the tile is divided into small squares instead; each becomes one point with ``point_count`` in its middle.
"""

from typing import Any, Final

from morecantile import Tile, TileMatrixSet

from services.ogc import cells

MOST: Final = 10_000
"""Features drawn one by one in a tile."""
BITS: Final = 6
"""A crowded tile has 64 × 64 squares: four pixels each on a screen."""
LAYER: Final = "default"
EXTENT: Final = 4096
"""Units along one side of a tile, as in those that tipg draws."""
_SQUARE: Final = EXTENT >> BITS


async def overflows(connection: Any, table: str, condition: str) -> bool:
    """Return whether more features match than a tile draws one by one; looks no further than that."""
    found = await connection.fetchval(
        f"SELECT count(*) FROM (SELECT 1 FROM {table} {condition} LIMIT {MOST + 1}) AS found"  # noqa: S608
    )
    return bool(found > MOST)


async def tile(connection: Any, table: str, condition: str, tms: TileMatrixSet, tile: Tile) -> bytes:
    """Return the tile with one point per square, by the positions of the features; for any tile grid.

    ``condition`` and ``table`` are SQL made by tipg; everything in them is quoted by it.
    """
    west, south, east, north = tms.bounds(tile)
    left, bottom, right, top = tms.xy_bounds(tile)
    wide, high = (east - west) / 2**BITS, (north - south) / 2**BITS
    shape = f"ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), {tms.crs.to_epsg() or 4326})"
    sheet = f"ST_MakeEnvelope({left!r}, {bottom!r}, {right!r}, {top!r})"
    found = await connection.fetchval(
        f"""
        WITH square AS (
            SELECT count(*)::integer AS point_count, avg(ST_XMin(geom)) AS lon, avg(ST_YMin(geom)) AS lat
              FROM {table} {condition}
             GROUP BY floor((ST_XMin(geom) - {west!r}) / {wide!r}),
                      floor((ST_YMin(geom) - {south!r}) / {high!r})
        ), drawn AS (
            SELECT point_count, ST_AsMVTGeom({shape}, {sheet}, {EXTENT}, 256, true) AS geom FROM square
        )
        SELECT ST_AsMVT(drawn.*, '{LAYER}') FROM drawn"""  # noqa: S608
    )
    return bytes(found)


async def by_cells(connection: Any, table: str, tile: Tile) -> bytes:
    """Return the tile of the Web Mercator grid with one point per square, read from the index of cells alone.

    Lines and polygons, which have no cell, are drawn beside as they are.
    """
    first, last = cells.of_tile(tile.z, tile.x, tile.y)
    bits = min(BITS, cells.LEVELS - tile.z)
    shift, side = 2 * (cells.LEVELS - tile.z - bits), EXTENT >> bits
    column, row = (
        "+".join(f"((at >> {2 * bit + odd}) & 1) * {side << bit}" for bit in range(bits)) or "0"
        for odd in (0, 1)
    )
    found = await connection.fetchval(
        f"""
        WITH square AS (
            SELECT ((quad - {first}) >> {shift})::integer AS at, count(*)::integer AS point_count
              FROM {table} WHERE published AND quad BETWEEN {first} AND {last} GROUP BY 1
        ), drawn AS (
            SELECT point_count, ST_MakePoint({column} + {side // 2}, {row} + {side // 2}) AS geom FROM square
            UNION ALL
            SELECT 1, ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope({tile.z}, {tile.x}, {tile.y}))
              FROM {table} WHERE published AND quad = {cells.ELSEWHERE}
               AND geom && ST_Transform(ST_TileEnvelope({tile.z}, {tile.x}, {tile.y}), 4326)
        )
        SELECT ST_AsMVT(drawn.*, '{LAYER}') FROM drawn"""  # noqa: S608
    )
    return bytes(found)
