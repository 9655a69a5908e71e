"""Loading a file as a layer: what somebody asks for, why rows are left out, what is said, what comes back.

The words of ``Reason`` and ``Note`` stand in stored layers; a page translates them. A file that cannot be
used at all raises ``LayerRefused`` with one sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal

from projects.analysis.inputs import LayerInfo, LayerKind, PointLayer, ShapeLayer
from projects.codes import Datum
from projects.errors import BadValue

Travel = Literal["car", "walk"]
"""Who uses the roads of a road file."""

MOST_PEOPLE: Final = 2_000_000_000
"""More than live in China: a file with more does not count people."""
LONGEST_NAME: Final = 100
LONGEST_SOURCE: Final = 300
ROLES: Final = ("id", "name", "class", "note", "people", "cost", "capacity", "lon", "lat", "lonlat")
"""What a column of a table can be used as."""
ROLES_OF: Final[Mapping[LayerKind, tuple[str, ...]]] = MappingProxyType(
    {
        LayerKind.SETTLEMENTS: ("id", "name", "people", "lon", "lat", "lonlat"),
        LayerKind.CANDIDATES: ("id", "name", "cost", "capacity", "lon", "lat", "lonlat"),
        LayerKind.EXCLUSIONS: ("name",),
        LayerKind.ROADS: (),
        LayerKind.LAND_USE: ("class", "note"),
        LayerKind.POPULATION: (),
    }
)
"""The columns that a kind of layer takes from a file with columns."""


class Reason(StrEnum):
    """Why a row of a file is not in the layer."""

    NO_POSITION = "没有坐标"
    UNREADABLE_POSITION = "坐标写法读不懂"
    PLANE = "平面坐标（米），不知道是哪个投影带"
    ZERO_POSITION = "坐标是 0"
    OUTSIDE = "不在中国范围内"
    DATUM_UNKNOWN = "坐标系写法不认识"
    NO_ID = "编号是空的"
    SAME_ID = "编号与前面的行重复"
    NO_PEOPLE = "人数是空的"
    PEOPLE_UNREADABLE = "人数不是数字"
    PEOPLE_NEGATIVE = "人数是负数"
    COST_UNREADABLE = "成本不是数字"
    COST_NEGATIVE = "成本是负数"
    CAPACITY_UNREADABLE = "容量不是数字"
    CAPACITY_NEGATIVE = "容量是负数"
    NO_SHAPE = "没有图形"
    BROKEN_SHAPE = "图形坐标不是数字"
    NOT_PLACE = "图形是线，不能当作地点"
    NOT_AREA = "图形不是面"
    NO_AREA = "面积为 0"
    NOT_LINE = "图形不是线"
    BEYOND = "在所选范围之外"
    NODATA = "没有数据（nodata）"
    NOT_A_NUMBER = "不是数字（NaN）"
    NEGATIVE = "人数是负数的格网"
    NOBODY = "没有人的格网（0）"
    ROAD_CLASS = "不是所选出行方式的道路"
    CLOSED = "禁止通行"


class Note(StrEnum):
    """What is said of rows that are used."""

    SWAPPED = "经纬度写反，已对调"
    OWN_DATUM = "坐标系按文件中写的，不是所选的"
    ZONED = "平面坐标，按带号换算"
    INNER_POINT = "图形是面，取面内一点"
    MENDED = "面自相交，已修正"
    SAME_PLACE = "与另一行在同一位置"
    ABOUT = "约数，按所写的数"
    ZERO_PEOPLE = "人数为 0"
    NO_COST = "成本没有填，按未知"
    NO_CAPACITY = "容量没有填，按未知"
    NO_UNIT = "成本没有写单位，按万元"
    FORMULA = "公式单元格，用文件保存时的结果"
    SPEED_UNREAD = "限速写法读不懂，按未知"
    NO_CLASS = "没有写用地类别，按未知"
    LONG_TEXT = "文字过长，只取前 200 个字"


@dataclass(frozen=True, slots=True)
class LayerOrder:
    """What somebody wants of a file."""

    kind: LayerKind
    name: str
    file_name: str
    source: str
    datum: Datum
    data_date: date | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """Role → heading as chosen, empty for none; a role that is not there is found by its name."""
    sheet: str = ""
    """The sheet or layer of the file to read; empty: the one that fits best."""
    travel: Travel = "car"


def order_of(arguments: Mapping[str, Any]) -> LayerOrder:
    """Return what the arguments of a job ask for; raises ``BadValue`` for what no page of ours asks.

    The datum is never assumed, and whoever uses a layer must be able to see where it comes from.
    """
    kind, datum = str(arguments.get("kind") or ""), str(arguments.get("datum") or "")
    name, source = str(arguments.get("name") or "").strip(), str(arguments.get("source") or "").strip()
    if kind not in tuple(LayerKind):
        raise BadValue(f"没有“{kind}”这种图层，请重新选择用途。")
    if datum not in tuple(Datum):
        raise BadValue("请说明文件坐标用的坐标系；不清楚时请问提供文件的人，不能猜。")
    if not name or not source:
        raise BadValue("请填写图层名称和数据来源。")
    travel: Travel = "walk" if arguments.get("travel") == "walk" else "car"
    return LayerOrder(
        kind=LayerKind(kind),
        name=name[:LONGEST_NAME],
        file_name=str(arguments.get("file_name") or ""),
        source=source[:LONGEST_SOURCE],
        datum=Datum(datum),
        data_date=_day(str(arguments.get("data_date") or "")),
        columns={str(k): str(v) for k, v in dict(arguments.get("columns") or {}).items()},
        sheet=str(arguments.get("sheet") or ""),
        travel=travel,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadValue(f"数据日期“{text}”不是日期，请重新选择。") from error


@dataclass(frozen=True, slots=True)
class LayerReading:
    """What a file gave: ``rows`` = used + Σ ``left_out``."""

    content: PointLayer | ShapeLayer
    rows: int
    used: int
    left_out: Mapping[str, int]
    people: float | None
    bounds: tuple[float, float, float, float] | None
    detail: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Account for every row."""
        if self.rows != self.used + sum(self.left_out.values()):
            raise ValueError(f"{self.rows} rows read, {self.used} used, left out {dict(self.left_out)}")

    def info(self, order: LayerOrder) -> LayerInfo:
        """Return the layer's entry; number, owner and time are given by whoever stores it."""
        return LayerInfo(
            id=0,
            kind=order.kind,
            name=order.name,
            source=order.source,
            data_date=order.data_date,
            datum=str(order.datum),
            rows=self.rows,
            used=self.used,
            left_out=self.left_out,
            people=self.people,
            bounds=self.bounds,
            loaded_by="",
            loaded_at=datetime.now(UTC),
            shared=False,
            own=True,
            detail=self.detail,
        )


class LayerRefused(BadValue):
    """A file cannot be used as this layer; one sentence says why and what to do.

    >>> LayerRefused("no_rows", "村庄.csv").sentence("en"), str(LayerRefused("no_rows", "村庄.csv"))
    ('“村庄.csv” holds no rows.', '「村庄.csv」里没有数据行。')
    """

    def __init__(self, key: str, *values: str) -> None:
        self.key, self.values = key, values
        super().__init__(self.sentence())

    def sentence(self, language: str = "zh") -> str:
        """Return the reason in a language."""
        zh, en = LAYER_REFUSALS[self.key]
        return (en if language == "en" else zh).format(*self.values)

    def __reduce__(self) -> tuple[type["LayerRefused"], tuple[str, ...]]:
        return type(self), (self.key, *self.values)


LAYER_REFUSALS: Final = MappingProxyType(
    {
        "no_crs": (
            "「{0}」没有坐标系信息，不能猜；请在制图软件中定义投影后重新导出"
            "（Shapefile 要带 .prj，栅格要写入坐标系）。",
            "“{0}” has no coordinate system and none is guessed: define it in your GIS and export again"
            " (a Shapefile needs its .prj, a raster its CRS).",
        ),
        "old_datum": (
            "「{0}」的坐标系是 {1}，没有公开的换算参数；请测绘部门换算为 CGCS2000 后再上传。",
            "“{0}” is in {1}, for which no public parameters exist: have the survey office convert it to"
            " CGCS2000.",
        ),
        "datum_contradicts": (
            "「{0}」标明坐标系是 {1}，与所选的 {2} 不符；请核对是哪一个，再上传。",
            "“{0}” says that it is in {1}, you chose {2}: find out which is right.",
        ),
        "no_columns": (
            "「{0}」里没有找到坐标列（经度、纬度，或坐标）。表头有：{1}。请补上坐标列，或改列名。",
            "“{0}” has no columns with positions (经度 and 纬度, or 坐标). Its headings are: {1}.",
        ),
        "no_such_column": (
            "「{0}」里没有“{1}”这一列。请重新检查文件，再选列。",
            "“{0}” has no column “{1}”: check the file again and choose anew.",
        ),
        "no_such_sheet": (
            "「{0}」里没有“{1}”这张表（或图层）。请重新检查文件。",
            "“{0}” has no sheet or layer “{1}”: check the file again.",
        ),
        "nothing_left": (
            "「{0}」的 {1} 行都不能用：{2}。请改好后重新上传。",
            "None of the {1} rows of “{0}” can be used: {2}.",
        ),
        "no_rows": ("「{0}」里没有数据行。", "“{0}” holds no rows."),
        "no_areas": (
            "「{0}」里没有面图层；这种图层要用面（多边形）。",
            "“{0}” has no layer of areas: this kind of layer is made of polygons.",
        ),
        "no_roads": (
            "「{0}」里没有道路线；请选含道路中心线的 GeoPackage，或 OSM 的 .pbf、.osm 文件。",
            "“{0}” has no lines: give a GeoPackage of road centre lines, or an OSM .pbf or .osm file.",
        ),
        "too_many_rows": (
            "「{0}」有 {1} 行，最多 {2} 行；请先按地市裁开。",
            "“{0}” has {1} rows, at most {2}: cut it to your prefecture first.",
        ),
        "not_raster": (
            "「{0}」不是 GeoTIFF 栅格；请把人口栅格导出为 GeoTIFF（.tif）。",
            "“{0}” is no GeoTIFF: export the population raster as GeoTIFF (.tif).",
        ),
        "raster_unreadable": (
            "栅格「{0}」读不出来（{1}）；请在制图软件中重新导出为 GeoTIFF。",
            "The raster “{0}” cannot be read ({1}): export it as GeoTIFF again.",
        ),
        "raster_unplaced": (
            "栅格「{0}」没有地理位置（仿射参数）；请在制图软件中配准后重新导出。",
            "The raster “{0}” has no position on earth (geotransform): georeference it and export again.",
        ),
        "raster_bands": (
            "栅格「{0}」有 {1} 个波段，人口栅格应只有一个；请只导出人口那个波段。",
            "The raster “{0}” has {1} bands, a population raster has one: export that band only.",
        ),
        "raster_datum": (
            "人口栅格请用 WGS84 或 CGCS2000；所选的 {1} 不是栅格发布用的坐标系，请核对「{0}」的来源。",
            "Population rasters are WGS84 or CGCS2000, not {1}: check where “{0}” comes from.",
        ),
        "raster_too_large": (
            "栅格「{0}」在所选范围内有 {1} 个格网，最多 {2} 个；请选小一些的范围，"
            "或用更粗的栅格（如 1 公里）。",
            "The raster “{0}” has {1} cells in the chosen area, at most {2}: choose a smaller area or a"
            " coarser raster (such as 1 km).",
        ),
        "raster_too_many": (
            "栅格「{0}」有人的格网有 {1} 个，最多 {2} 个；请选小一些的范围，或用更粗的栅格（如 1 公里）。",
            "The raster “{0}” has {1} populated cells, at most {2}: choose a smaller area or a coarser"
            " raster (such as 1 km).",
        ),
        "raster_elsewhere": (
            "栅格「{0}」不在所选的范围内；请核对范围和栅格。",
            "The raster “{0}” lies outside the chosen area: check both.",
        ),
        "no_area": (
            "没有找到编号为 {0} 的地区；请重新选择范围。",
            "There is no area {0}: choose the area again.",
        ),
        "no_osm_driver": (
            "本机安装的 GDAL 不能读 OSM 文件；请用制图软件把道路另存为 GeoPackage（.gpkg）。",
            "The GDAL installed here cannot read OSM files: save the roads as GeoPackage (.gpkg).",
        ),
        "osm_datum": (
            "OSM 文件的坐标系都是 WGS84，与所选的 {0} 不符；请改选 WGS84。",
            "OSM files are WGS84, you chose {0}: choose WGS84.",
        ),
        "too_much_road": (
            "所选范围内的道路有 {0} 公里，最多 {1} 公里；请选一个地市为范围，或先裁开。",
            "There are {0} km of roads in the chosen area, at most {1}: choose one prefecture or cut the"
            " file first.",
        ),
        "not_people": (
            "「{0}」的人数合计是 {1}，超过全国人口：单位不是人，或“无数据”没有标明。请核对后重新上传。",
            "The people of “{0}” add up to {1}, more than live in China: the unit is not people, or"
            " no-data is not declared.",
        ),
        "file_unreadable": (
            "「{0}」读不出来（{1}）；请重新导出后上传。",
            "“{0}” cannot be read ({1}): export it again.",
        ),
        "unsafe_markup": (
            "「{0}」含有外部引用（DOCTYPE 或 ENTITY），不予读取；请用制图软件重新导出。",
            "“{0}” holds external references (DOCTYPE or ENTITY) and is not read: export it again.",
        ),
        "file_too_large": (
            "「{0}」有 {1} MB，最多 {2} MB；请先按地市裁开。",
            "“{0}” has {1} MB, at most {2}: cut it to your prefecture first.",
        ),
    }
)
"""Why a file is refused: Chinese and English, by key; ``{0}`` … are the values."""
