"""The table of what can be exported, and the two ways in: a stream for the web, a whole file for the disk."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from data.exports.counties import counties
from data.exports.csv_table import csv_table
from data.exports.geojson import geojson
from data.exports.geopackage import MEDIA_TYPE as GPKG_TYPE
from data.exports.geopackage import geopackage
from data.exports.iati import iati
from data.exports.kml import MEDIA_TYPE as KML_TYPE
from data.exports.kml import kml
from data.exports.oc4ids import oc4ids
from data.exports.pieces import write_whole
from data.exports.request import PRACTICE_PREFIX, ExportRequest
from data.exports.shapefile import MEDIA_TYPE as ZIP_TYPE
from data.exports.shapefile import shapefile
from data.exports.source import ExportSource
from data.exports.xlsx import MEDIA_TYPE, xlsx
from projects.errors import BadValue

Writer = Callable[[ExportSource, ExportRequest], Iterator[bytes]]


class Format(NamedTuple):
    """One kind of file: how it is written and called, and whether it can hold a scenario."""

    write: Writer
    media_type: str
    extension: str
    name_zh: str
    name_ascii: str
    holds_scenario: bool


FORMATS: Final = {
    "geojson": Format(geojson, "application/geo+json", "geojson", "健康产业项目", "health-projects", True),
    "counties": Format(
        counties, "application/geo+json", "geojson", "健康产业分县统计", "health-counties", False
    ),
    "csv": Format(csv_table, "text/csv; charset=utf-8", "csv", "健康产业项目", "health-projects", False),
    "xlsx": Format(
        xlsx,
        MEDIA_TYPE,
        "xlsx",
        "健康产业项目",
        "health-projects",
        False,
    ),
    "gpkg": Format(geopackage, GPKG_TYPE, "gpkg", "健康产业项目", "health-projects", False),
    "shapefile": Format(
        shapefile, ZIP_TYPE, "zip", "健康产业项目_Shapefile", "health-projects-shapefile", False
    ),
    "kml": Format(kml, KML_TYPE, "kml", "健康产业项目", "health-projects", False),
    "oc4ids": Format(
        oc4ids, "application/json", "json", "健康产业项目_OC4IDS", "health-projects-oc4ids", False
    ),
    "iati": Format(iati, "application/xml", "xml", "健康产业项目_IATI", "health-projects-iati", False),
}


def stream(name: str, library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Return the pieces of an export; nothing is read before the first is asked for.

    Raises ``BadValue`` at once for an unknown format, or a scenario in a format that cannot mark it as one.
    """
    check(name, request)
    return FORMATS[name].write(library, request)


def check(name: str, request: ExportRequest) -> None:
    """Raise ``BadValue`` for an unknown format, or a scenario in a format that cannot mark it as one."""
    if request.scenario and not _format(name).holds_scenario:
        holders = ", ".join(key for key, value in FORMATS.items() if value.holds_scenario)
        raise BadValue(
            f"the modelled scenario cannot go into {name}: take {holders}, or leave the scenario out"
        )
    _format(name)


def write(name: str, library: ExportSource, request: ExportRequest, path: Path) -> int:
    """Write an export to a file, whole or not at all; return its size in bytes.

    Raises ``BadValue`` as ``stream`` does, ``StorageUnavailable`` when the database goes away, ``OSError``
    for a folder that is not there or a full disk.
    """
    return write_whole(stream(name, library, request), path)


def file_names(name: str, request: ExportRequest) -> tuple[str, str]:
    """Return the file name in Chinese and in ASCII, with the date.

    >>> from datetime import datetime, UTC
    >>> from projects.filters import ProjectFilter
    >>> when = datetime(2026, 11, 21, tzinfo=UTC)
    >>> file_names("csv", ExportRequest(chosen=ProjectFilter(), generated_at=when))
    ('健康产业项目_20261121.csv', 'health-projects-20261121.csv')
    """
    chosen = _format(name)
    day = f"{request.generated_at:%Y%m%d}"
    zh, en = PRACTICE_PREFIX.values() if request.practice else ("", "")
    return (
        f"{zh}{chosen.name_zh}_{day}.{chosen.extension}",
        f"{en}{chosen.name_ascii}-{day}.{chosen.extension}",
    )


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise BadValue(f"no export format {name!r}: choose one of {', '.join(FORMATS)}")
    return FORMATS[name]
