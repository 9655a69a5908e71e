"""Words of loaded layers: kinds, columns, reasons, remarks and doubts, in the reader's language."""

from collections.abc import Mapping
from typing import Any, Final

from projects.analysis.inputs import LayerInfo, LayerKind
from projects.analysis.layer_reading import Note, Reason
from projects.codes import Precision
from views.i18n import Translate

WELL_KNOWN: Final = (Precision.BUILDING, Precision.VILLAGE)
"""How well a place must be known to be held against a plan."""


def kind_words(kind: LayerKind, _: Translate) -> str:
    """Return what a layer is used as."""
    return {
        LayerKind.SETTLEMENTS: _("居民点"),
        LayerKind.POPULATION: _("人口栅格"),
        LayerKind.CANDIDATES: _("候选地点"),
        LayerKind.EXCLUSIONS: _("不可建区域"),
        LayerKind.ROADS: _("道路"),
        LayerKind.LAND_USE: _("用地规划"),
    }[kind]


def kind_help(kind: LayerKind, _: Translate) -> str:
    """Return what a file of a kind must hold, in one sentence."""
    return {
        LayerKind.SETTLEMENTS: _("村庄、小区等：一行一个，要有坐标，最好有人数"),
        LayerKind.POPULATION: _("GeoTIFF，每格是人数；取有人的格网"),
        LayerKind.CANDIDATES: _("可以建设的地点：一行一个，要有坐标，成本和容量可选"),
        LayerKind.EXCLUSIONS: _("不能建设的范围：面（多边形）"),
        LayerKind.LAND_USE: _("规划或现状用地图斑：面（多边形），每个面写明用地类别，备注可选"),
        LayerKind.ROADS: _("道路中心线：GeoPackage，或 OSM 的 .pbf、.osm"),
    }[kind]


def role_words(role: str, _: Translate) -> str:
    """Return what a column is used as."""
    return {
        "id": _("编号"),
        "name": _("名称"),
        "class": _("用地类别"),
        "note": _("备注"),
        "people": _("人数"),
        "cost": _("成本（万元）"),
        "capacity": _("容量"),
        "lon": _("经度"),
        "lat": _("纬度"),
        "lonlat": _("坐标（经纬度在一列）"),
    }[role]


def reason_words(reason: str, _: Translate) -> str:
    """Return why rows were left out; a reason without words shows itself."""
    words: Mapping[str, str] = {
        Reason.NO_POSITION: _("没有坐标"),
        Reason.UNREADABLE_POSITION: _("坐标写法读不懂"),
        Reason.PLANE: _("平面坐标（米），不知道是哪个投影带"),
        Reason.ZERO_POSITION: _("坐标是 0"),
        Reason.OUTSIDE: _("不在中国范围内"),
        Reason.DATUM_UNKNOWN: _("坐标系写法不认识"),
        Reason.NO_ID: _("编号是空的"),
        Reason.SAME_ID: _("编号与前面的行重复"),
        Reason.NO_PEOPLE: _("人数是空的"),
        Reason.PEOPLE_UNREADABLE: _("人数不是数字"),
        Reason.PEOPLE_NEGATIVE: _("人数是负数"),
        Reason.COST_UNREADABLE: _("成本不是数字"),
        Reason.COST_NEGATIVE: _("成本是负数"),
        Reason.CAPACITY_UNREADABLE: _("容量不是数字"),
        Reason.CAPACITY_NEGATIVE: _("容量是负数"),
        Reason.NO_SHAPE: _("没有图形"),
        Reason.BROKEN_SHAPE: _("图形坐标不是数字"),
        Reason.NOT_PLACE: _("图形是线，不能当作地点"),
        Reason.NOT_AREA: _("图形不是面"),
        Reason.NO_AREA: _("面积为 0"),
        Reason.NOT_LINE: _("图形不是线"),
        Reason.BEYOND: _("在所选范围之外"),
        Reason.NODATA: _("没有数据（nodata）"),
        Reason.NOT_A_NUMBER: _("不是数字（NaN）"),
        Reason.NEGATIVE: _("人数是负数的格网"),
        Reason.NOBODY: _("没有人的格网（0）"),
        Reason.ROAD_CLASS: _("不是所选出行方式的道路"),
        Reason.CLOSED: _("禁止通行"),
    }
    return words.get(reason, reason)


def note_words(note: str, _: Translate) -> str:
    """Return what is said of rows in use; a remark without words shows itself."""
    words: Mapping[str, str] = {
        Note.SWAPPED: _("经纬度写反，已对调"),
        Note.OWN_DATUM: _("坐标系按文件中写的，不是所选的"),
        Note.ZONED: _("平面坐标，按带号换算"),
        Note.INNER_POINT: _("图形是面，取面内一点"),
        Note.MENDED: _("面自相交，已修正"),
        Note.SAME_PLACE: _("与另一行在同一位置"),
        Note.ABOUT: _("约数，按所写的数"),
        Note.ZERO_PEOPLE: _("人数为 0"),
        Note.NO_COST: _("成本没有填，按未知"),
        Note.NO_CAPACITY: _("容量没有填，按未知"),
        Note.NO_UNIT: _("成本没有写单位，按万元"),
        Note.FORMULA: _("公式单元格，用文件保存时的结果"),
        Note.SPEED_UNREAD: _("限速写法读不懂，按未知"),
        Note.NO_CLASS: _("没有写用地类别，按未知"),
        Note.LONG_TEXT: _("文字过长，只取前 200 个字"),
    }
    return words.get(note, note)


def warning_words(warning: Mapping[str, Any], _: Translate) -> str:
    """Return a doubt about a file, and what to look at."""
    if warning["code"] == "census_ratio":
        return _(
            "文件的人数合计是人口普查的 {ratio:.0%}，相差较大。请核对：是不是每格人数（不是密度）、"
            "年份和范围对不对。用它算出的覆盖人数会一样偏差。"
        ).format(ratio=warning["ratio"])
    if warning["code"] == "dense_cell":
        return _(
            "最密的一格每平方公里有 {n:,.0f} 人，比任何城市都密。可能是没有标明的“无数据”记号，"
            "或单位不是人，请核对。"
        ).format(n=warning["per_km2"])
    if warning["code"] == "road_parts":
        return _(
            "道路不连通：分成 {parts} 片，最大的一片占 {share:.0%}。不在同一片的两地之间算作到不了。"
            "常见原因是裁剪时断开，或立交、村道没有接上；请在制图软件中检查后重新上传。"
        ).format(parts=warning["parts"], share=warning["share"])
    if warning["code"] == "no_class":
        return _("没有找到写明用地类别的列：现在只能说某处在不在这份规划的范围内。请选出这一列，再检查一次。")
    return str(warning["code"])


def file_words(detail: Mapping[str, Any]) -> str:
    """Return what a file was: its name, format, encoding, coordinate system and sheet."""
    parts = (detail.get(name) for name in ("file", "format", "encoding", "crs", "sheet"))
    return " · ".join(str(part) for part in parts if part)


def day_words(info: LayerInfo, _: Translate) -> str:
    """Return the date of a layer's data, in words where nobody knows it."""
    return _("数据 {day}").format(day=info.data_date) if info.data_date else _("数据日期未知")


def place_words(kind: LayerKind, row: str, _: Translate) -> str:
    """Return where a row left out stands in its file."""
    if kind is LayerKind.POPULATION:
        return _("第 {row} 格（行, 列）").format(row=row)
    return _("第 {row} 行").format(row=row)
