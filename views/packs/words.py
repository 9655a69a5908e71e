"""The words of packs: what each file is, how large, under which conditions it was made."""

from collections.abc import Mapping, Sequence
from typing import Final, cast
from urllib.parse import urlencode

from data.exports.request import Language
from data.exports.words import filter_in_words
from projects.filters import from_params
from services.pack.parts import PARTS
from views.i18n import Translate
from views.shell import Shell

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "print": ("mayor_pdf", "map_pdf", "map_png", "book_docx", "book_pdf", "deck_pptx"),
    "data": ("table_xlsx", "geojson", "counties", "gpkg", "shapefile", "kml"),
    "open": ("offline_html", "oc4ids", "iati"),
}
"""What the files are for; a part that stands in no group is listed with the last one."""
LINES: Final = ("manifest", "zip")
"""Files of a pack that are about the others."""


def known() -> tuple[str, ...]:
    """Return the keys of all files that can be had here, in their order."""
    return tuple(part.key for part in PARTS)


def grouped() -> dict[str, tuple[str, ...]]:
    """Return the files that can be had here by what they are for; each is in exactly one group."""
    there = known()
    found = {group: tuple(key for key in keys if key in there) for group, keys in GROUPS.items()}
    placed = {key for keys in found.values() for key in keys}
    found["open"] += tuple(key for key in there if key not in placed)
    return {group: keys for group, keys in found.items() if keys}


def group_name(group: str, _: Translate) -> str:
    """Return what the files of a group are for."""
    return {"print": _("看的、印的"), "data": _("表格和地图数据"), "open": _("分享和公开标准")}[group]


def export_names(_: Translate) -> dict[str, str]:
    """Return the formats of the library's records: tables first, then maps, then open standards."""
    return {
        "xlsx": _("Excel 工作簿（附说明和数据字典）"),
        "csv": _("CSV 表格"),
        "geojson": _("GeoJSON：逐条记录"),
        "counties": _("GeoJSON：分县面与各类数量"),
        "gpkg": _("GeoPackage（QGIS 直接打开）"),
        "shapefile": _("Shapefile（打包，附字段对照）"),
        "kml": _("KML（三维地球软件）"),
        "oc4ids": _("OC4IDS 0.9.5 JSON（工程项目公开标准）"),
        "iati": _("IATI 2.03 XML（国际援助公开标准）"),
    }


def part_name(key: str, _: Translate) -> str:
    """Return what a file is, in words; one that nobody has named here goes by its file name."""
    names = export_names(_) | {
        "mayor_pdf": _("领导一页（A4 一张，PDF）"),
        "map_pdf": _("项目分布图（PDF，可放大）"),
        "map_png": _("项目分布图（PNG，300 dpi）"),
        "book_docx": _("招商项目册（Word，一项一页）"),
        "book_pdf": _("招商项目册（PDF，一项一页）"),
        "deck_pptx": _("汇报幻灯片（PowerPoint，表和图可改）"),
        "offline_html": _("离线地图（一个网页文件，不联网也能看）"),
        "edition_xlsx": _("本版工作簿"),
        "edition_json": _("本版内容（JSON，供程序读）"),
        "differences": _("与上一版的差异（CSV）"),
        "manifest": _("清单（各文件的条数和校验码）"),
        "zip": _("全部文件（zip）"),
    }
    plain = key.removeprefix("table_")
    if plain in names:
        return names[plain]
    return next((f"{part.zh} ({part.extension})" for part in PARTS if part.key == key), key)


def size(count: int) -> str:
    """Return a size for people.

    >>> size(0), size(900), size(12_300), size(4_567_890)
    ('0 KB', '1 KB', '12 KB', '4.6 MB')
    """
    if count >= 1_000_000:
        return f"{count / 1_000_000:,.1f} MB"
    return f"{-(-count // 1000) if count < 1000 else round(count / 1000)} KB"


def conditions(shell: Shell, chosen: Mapping[str, str]) -> str:
    """Return the filter that a pack was made with, as the reader says it."""
    return filter_in_words(shell.library, from_params(chosen)[0], cast(Language, shell.language))


def query(params: Mapping[str, str]) -> str:
    """Return parameters as they stand in an address, commas left readable.

    >>> query({"county": "440232", "category": "tcm,hospital"})
    'county=440232&category=tcm,hospital'
    """
    return urlencode(params, safe=",")


def in_order(keys: Sequence[str]) -> tuple[str, ...]:
    """Return known keys in the order of the files, each once; what nobody knows is left out."""
    return tuple(key for key in known() if key in keys)
