"""The collections of the open interface: their columns and extents, and how a question becomes SQL.

Columns stand here as in ``projects.summary``, so that a property has one name and one meaning everywhere; the
views behind them are made by migration 0017, and a test holds the two together.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import add
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from cql2 import Expr
from morecantile import Tile, TileMatrixSet
from tipg.collections import Catalog, PgCollection
from tipg.collections import Column as PgColumn

from data.exports.request import PRACTICE
from projects.summary import COLUMNS, Summary
from services.ogc import cells, crowded
from services.ogc.moments import Span, span

SCHEMA: Final = "atlas"
CHINA: Final = [73.0, 3.0, 136.0, 54.0]
"""West, south, east, north; also when nothing is stored yet, an extent is never the whole world."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

GEOMETRY: Final = "geom"
_FILTERS: Final = ("ids", "bbox", "datetime", "properties", "cql")
_TYPES: Final[Mapping[Any, str]] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    float: "numeric",
    Decimal: "numeric",
    tuple: "text[]",
}


class Collection(PgCollection):
    """A view of ours as tipg serves it; differs in dates, boxes across 180° and tiles that overflow."""

    words: Mapping[str, tuple[str, str]] = {}
    """Property → heading and meaning."""
    facets: str = ""
    """The table that holds the points by number of cell (``services.ogc.cells``), where there is one."""

    @property
    def queryables(self) -> dict[str, dict[str, str]]:
        """Return what a filter may ask, with headings and meanings."""
        found: dict[str, dict[str, str]] = super().queryables
        for name, (title, meaning) in self.words.items():
            found[name] = {"title": title, **found[name], **({"description": meaning} if meaning else {})}
        return found

    def cql_where(  # type: ignore[override]
        self,
        *,
        datetime: Sequence[str] | None = None,
        bbox: Sequence[float] | None = None,
        cql: Expr | None = None,
        tile: Tile | None = None,
        tms: TileMatrixSet | None = None,
        **others: Any,
    ) -> Expr | None:
        """Return one condition for all that was asked.

        A collection without dates matches every ``datetime``, as the standard has it; a day is the whole day;
        a box may cross the antimeridian, and an index answers it also under row-level security.
        """
        parts = [] if cql is None else [cql]
        if datetime and self.datetime_column:
            parts += _within(self.datetime_column.name, span(datetime))
        for boxes in filter(None, (_boxes(bbox), _tile_boxes(tile, tms))):
            ranges = sorted(one for box in boxes for one in cells.of_box(*box))
            parts += [Expr(cells.condition(ranges))] if self.facets else []
            parts.append(_touches(boxes))
        return super().cql_where(cql=reduce(add, parts) if parts else None, **others)

    def _select(
        self,
        properties: list[str] | None,
        geometry_column: PgColumn | None,
        bbox_only: bool | None,
        simplify: float | None,
        geom_as_wkt: bool = False,
    ) -> str:
        """Return the columns of a page; geometry as in every export: seven decimals, right-hand rule."""
        del geom_as_wkt  # no format that is served holds WKT
        shape = self._geom_expr(geometry_column, bbox_only, simplify)
        drawn = (
            f"CAST(ST_AsGeoJSON(ST_ForcePolygonCCW({shape}), 7, 0) AS json)"
            if shape
            else "CAST(NULL AS json)"
        )
        held = [*self._select_property_columns(properties), self._select_id(), f"{drawn} AS tipg_geom"]
        return f"SELECT {', '.join(held)}"

    async def get_tile(  # type: ignore[override]
        self, connection: Any, *, tms: TileMatrixSet, tile: Tile, **asked: Any
    ) -> bytes:
        """Return a vector tile; where it would overflow, squares with the number of features in each."""
        narrowed = {
            name: asked.get(f"{name}_filter") for name in ("ids", "bbox", "datetime", "properties", "cql")
        }
        everything = not any(narrowed.values()) and self.facets and tms.id == "WebMercatorQuad"
        if everything:
            first, last = cells.of_tile(tile.z, tile.x, tile.y)
            found = f"WHERE published AND quad BETWEEN {first} AND {last}"
            if await crowded.overflows(connection, self.facets, found):
                return await crowded.by_cells(connection, self.facets, tile)
        else:
            found = self._where_clause(self.cql_where(tms=tms, tile=tile, **narrowed))
            if await crowded.overflows(connection, self._qualified_name, found):
                return await crowded.tile(connection, self._qualified_name, found, tms, tile)
        drawn: bytes = await super().get_tile(connection, tms=tms, tile=tile, **asked)
        return drawn


def catalogue(*, practice: bool = False) -> Catalog:
    """Return the three collections; of the practice library each says so, for programs too."""
    found = (_projects(), _counties(), _townships())
    if practice:
        for one in found:
            one.title = f"【{PRACTICE['zh']}】{one.title}"
            one.description = f"{PRACTICE['zh']}。 {PRACTICE['en']}. {one.description}"
    return Catalog(collections={one.id: one for one in found}, last_updated=datetime.now(UTC))


def _projects() -> Collection:
    hints = get_type_hints(Summary)
    columns = {column.name: _type(hints[column.name]) for column in COLUMNS}
    words = {column.name: (column.zh, column.meaning) for column in COLUMNS}
    return _collection(
        "projects",
        "open_project",
        "项目 · Projects",
        "已发布的全部记录，包括没有位置的（geometry 为 null）。金额单位万元，空白为未知，不是零。"
        " All published records, those without a place included (null geometry). Amounts in 10,000 CNY; null"
        " is unknown, not zero.",
        columns | {"updated_at": "timestamptz"},
        words | {"updated_at": ("更新时间", "本库最后一次改动这条记录的时间；datetime 参数按它筛选")},
        "GEOMETRY",
        facets=f"{SCHEMA}.project_facet",
    )


def _counties() -> Collection:
    words = {
        "code": ("县级代码", "GB/T 2260"),
        "name": ("县（市、区）", ""),
        "province_code": ("省级代码", "GB/T 2260"),
        "province": ("省（区、市）", ""),
        "prefecture_code": ("地市代码", "GB/T 2260"),
        "prefecture": ("地市", ""),
        "area_km2": ("面积（平方千米）", "按边界计算"),
        "projects": ("项目数", "位于该县的已发布记录；未明确到县的记录不在其中"),
    }
    columns = dict.fromkeys(words, "text") | {"area_km2": "float8", "projects": "bigint"}
    return _collection(
        "counties",
        "open_county",
        "县（市、区） · Counties",
        "县级行政区，制图用简化边界，不可量算。 County-level units; display boundaries, not for measuring.",
        columns,
        words,
        "MULTIPOLYGON",
    )


def _townships() -> Collection:
    words = {
        "code": ("乡镇代码", "国家统计局九位代码"),
        "name": ("乡镇（街道）", ""),
        "kind": ("类型", ""),
        "county_code": ("县级代码", "GB/T 2260"),
        "county": ("县（市、区）", ""),
        "province_code": ("省级代码", "GB/T 2260"),
        "prefecture_code": ("地市代码", "GB/T 2260"),
        "villages": ("行政村", ""),
        "communities": ("社区", ""),
        "other_units": ("其他单位", "类似村委会、居委会的单位"),
        "point_source": ("驻地点来源", "点位约为驻地，只够乡镇精度"),
    }
    numbers = dict.fromkeys(("villages", "communities", "other_units"), "integer")
    return _collection(
        "townships",
        "open_township",
        "乡镇（街道） · Townships",
        "乡级行政区及其驻地点；没有驻地点的，geometry 为 null。 Township-level units and their seats.",
        dict.fromkeys(words, "text") | numbers,
        words,
        "POINT",
    )


def _collection(  # noqa: PLR0913, PLR0917 - what a collection is, said once each
    key: str,
    view: str,
    title: str,
    description: str,
    columns: Mapping[str, str],
    words: Mapping[str, tuple[str, str]],
    shape: str,
    facets: str = "",
) -> Collection:
    held = [PgColumn(name=name, type=kind) for name, kind in columns.items()]
    geometry = PgColumn(name=GEOMETRY, type="geometry", geometry_type=shape, srid=4326, bounds=CHINA)
    moments = [column for column in held if column.is_datetime]
    return Collection(
        type="Table",
        id=key,
        table=view,
        schema=SCHEMA,
        title=title,
        description=description,
        table_columns=[*held, geometry],
        properties=[*held, geometry],
        id_column=held[0],
        geometry_column=geometry,
        datetime_column=moments[0] if moments else None,
        words=words,
        facets=facets,
    )


def _type(hint: Any) -> str:
    """Return the type of a column from the type of a published field."""
    kinds = (
        [kind for kind in get_args(hint) if kind is not NoneType] if isinstance(hint, UnionType) else [hint]
    )
    kind = kinds[-1]
    return _TYPES[get_origin(kind) or kind]


def _within(column: str, asked: Span) -> list[Expr]:
    """Return the conditions of an interval whose ends belong to it, an open end being None."""
    held = {"property": column}
    ends = ((">=", asked.first), (asked.until, asked.last))
    return [
        Expr({"op": operator, "args": [held, {"timestamp": moment}]}) for operator, moment in ends if moment
    ]


def _boxes(bbox: Sequence[float] | None) -> list[Box]:
    """Return the boxes of a ``bbox`` in degrees; one whose west lies east of its east crosses 180°."""
    if not bbox:
        return []
    west, south, east, north = bbox if len(bbox) == 4 else (*bbox[:2], *bbox[3:5])
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return [(left, south, right, north) for left, right in spans]


def _tile_boxes(tile: Tile | None, tms: TileMatrixSet | None) -> list[Box]:
    if tile is None or tms is None:
        return []
    west, south, east, north = tms.bounds(tile)
    return [(west, south, east, north)]


def _touches(boxes: Sequence[Box]) -> Expr:
    """Return the condition of touching one of the boxes."""
    shapes = [_box(*box) for box in boxes]
    return Expr(shapes[0] if len(shapes) == 1 else {"op": "or", "args": shapes})


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "op": "s_intersects",
        "args": [{"property": GEOMETRY}, {"type": "Polygon", "coordinates": [ring]}],
    }
