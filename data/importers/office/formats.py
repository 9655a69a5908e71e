"""What a file is, by its content; its name is not asked."""

import json
import re
from enum import StrEnum
from typing import Final

from data.importers.office.guard import Limits, open_zip
from projects.intake.importing import FileRefused


class Format(StrEnum):
    """The kinds of file that are read."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLS = "xls"
    CSV = "csv"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    ZIPPED_MAP = "zip"
    OC4IDS = "oc4ids"
    """A project package of the Open Contracting for Infrastructure Data Standards."""


_OTHER: Final = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"\x00\x00\x27\x0a", "Shapefile 的一部分（请把 .shp、.dbf、.shx、.prj 一起压缩）"),
    (b"MZ", "程序"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE: Final = b"SQLite format 3\x00"
_MAP_PARTS: Final = (".shp", ".gpkg", ".geojson", ".json")


def detect(data: bytes, limits: Limits | None = None) -> Format:
    """Return what kind of file the bytes are; raises ``FileRefused`` for one that is not read."""
    if not data.strip(b"\x00 \r\n\t"):
        raise FileRefused("empty")
    if data.startswith(b"PK"):
        return _zip(data, limits or Limits())
    if data.startswith(_OLE):
        return _ole(data)
    if data.startswith(_SQLITE):
        return Format.GPKG
    for magic, what in _OTHER:
        if data.startswith(magic) and (len(magic) > 2 or b"\x00" in data[:64]):
            raise FileRefused("not_supported", what)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raise FileRefused("not_supported", "图片")
    return _text(data)


def _zip(data: bytes, limits: Limits) -> Format:
    names = [name.lower() for name in open_zip(data, limits).namelist()]
    if "xl/workbook.xml" in names:
        return Format.XLSM if "xl/vbaproject.bin" in names else Format.XLSX
    if any(name.endswith(_MAP_PARTS) for name in names):
        return Format.ZIPPED_MAP
    for mark, what in (("xl/workbook.bin", "xlsb 表格"), ("content.xml", "ODS 表格")):
        if mark in names:
            raise FileRefused("save_as_xlsx", what)
    for mark, what in (("word/", "Word 文档"), ("ppt/", "演示文稿")):
        if any(name.startswith(mark) for name in names):
            raise FileRefused("not_supported", what)
    raise FileRefused("no_layer")


def _ole(data: bytes) -> Format:
    """Tell the kinds of compound file apart by the names in their directory (UTF-16)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileRefused("encrypted")
    if any(f"{name}\0".encode("utf-16-le") in data for name in ("Workbook", "Book", "WORKBOOK")):
        return Format.XLS
    if "WordDocument".encode("utf-16-le") in data:
        raise FileRefused("not_supported", "Word 文档")
    if len(data) < 4096:
        raise FileRefused("truncated")
    raise FileRefused("not_supported", "其他 Office 文件")


def _text(data: bytes) -> Format:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"<"):
        low = head.lower()
        if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
            raise FileRefused("save_as_xlsx", "XML 表格")
        if b"<html" in low or b"<table" in low or b"<!doctype" in low:
            raise FileRefused("save_as_xlsx", "网页表格")
        if b"<kml" in low:
            raise FileRefused("not_supported", "KML")
    if head.startswith(b"{") and re.search(rb'"(?:type|projects)"\s*:', data[:100_000]):
        return _json(data)
    return Format.CSV


def _json(data: bytes) -> Format:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileRefused("truncated") from error
    if isinstance(found, dict) and found.get("type") in ("FeatureCollection", "Feature"):
        return Format.GEOJSON
    if isinstance(found, dict) and isinstance(found.get("projects"), list):
        return Format.OC4IDS
    raise FileRefused("not_supported", "其他 JSON 数据")
