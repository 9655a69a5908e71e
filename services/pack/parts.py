"""The files that a pack may hold, in the order in which they are listed.

The makers are imported when they are called: a page that lists the parts never waits for drawing libraries.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from projects.errors import BadValue
from services.pack.bench import Bench, Held, Maker, Part

PDF: Final = "application/pdf"
PNG: Final = "image/png"
HTML: Final = "text/html; charset=utf-8"
GEOJSON: Final = "application/geo+json"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
DOCX: Final = f"{_OFFICE}wordprocessingml.document"
PPTX: Final = f"{_OFFICE}presentationml.presentation"
XLSX: Final = f"{_OFFICE}spreadsheetml.sheet"


def _later(module: str, function: str) -> Maker:
    """Return a maker that is imported when it is first called."""

    def make(bench: Bench, path: Path) -> Held:
        return cast(Maker, getattr(import_module(module), function))(bench, path)

    return make


def _export(name: str) -> Maker:
    """Return the maker of one of the formats that the map page offers as well."""

    def make(bench: Bench, path: Path) -> Held:
        from services.pack.tables import export

        return export(name, bench, path)

    return make


_MAPS, _MAYOR, _BOOK = "services.pack.maps.maps", "services.pack.mayor.mayor", "services.pack.book"
_DECK, _OFFLINE = "services.pack.deck.deck", "services.pack.offline.offline"

PARTS: Final[tuple[Part, ...]] = (
    Part("mayor_pdf", "领导一页", "leaders-page", "pdf", PDF, _later(_MAYOR, "mayor_pdf")),
    Part("map_pdf", "项目分布图", "map", "pdf", PDF, _later(_MAPS, "map_pdf")),
    Part("map_png", "项目分布图", "map", "png", PNG, _later(_MAPS, "map_png")),
    Part("book_docx", "招商项目册", "project-book", "docx", DOCX, _later(f"{_BOOK}.word", "book_docx")),
    Part("book_pdf", "招商项目册", "project-book", "pdf", PDF, _later(f"{_BOOK}.pdf", "book_pdf")),
    Part("deck_pptx", "汇报", "slides", "pptx", PPTX, _later(_DECK, "deck_pptx")),
    Part("offline_html", "离线地图", "offline-map", "html", HTML, _later(_OFFLINE, "offline_html")),
    Part("table_xlsx", "项目表", "projects", "xlsx", XLSX, _export("xlsx")),
    Part("geojson", "项目", "projects", "geojson", GEOJSON, _export("geojson")),
    Part("counties", "分县统计", "counties", "geojson", GEOJSON, _export("counties")),
    Part("gpkg", "项目", "projects", "gpkg", "application/geopackage+sqlite3", _export("gpkg")),
    Part("shapefile", "项目_Shapefile", "projects-shapefile", "zip", "application/zip", _export("shapefile")),
    Part("kml", "项目", "projects", "kml", "application/vnd.google-earth.kml+xml", _export("kml")),
    Part("oc4ids", "OC4IDS", "oc4ids", "json", "application/json", _export("oc4ids")),
    Part("iati", "IATI", "iati", "xml", "application/xml", _export("iati")),
)
GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "print": ("mayor_pdf", "map_pdf", "map_png", "book_docx", "book_pdf", "deck_pptx"),
        "look": ("offline_html", "table_xlsx"),
        "data": ("geojson", "counties", "gpkg", "shapefile", "kml"),
        "standards": ("oc4ids", "iati"),
    }
)
"""What one asks for together: to print or present, to look at offline, for maps, for registers."""


def chosen(keys: Sequence[str]) -> tuple[Part, ...]:
    """Return the parts of these keys in the order of the registry; no keys: all parts.

    Raises ``BadValue`` for a key that is none: a pack never lacks in silence what somebody asked for.

    >>> [part.key for part in chosen(["geojson", "map_pdf"])]
    ['map_pdf', 'geojson']
    """
    known = {part.key for part in PARTS}
    unknown = sorted(set(keys) - known)
    if unknown:
        raise BadValue(f"没有名为 {'、'.join(unknown)} 的材料；有 {'、'.join(part.key for part in PARTS)}")
    return tuple(part for part in PARTS if not keys or part.key in keys)
