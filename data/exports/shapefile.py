"""Zipped Shapefile for programs that read nothing newer, and beside it all that a Shapefile cannot hold.

In the archive: one Shapefile per kind of geometry (``projects_point`` …; UTF-8, WGS84), ``projects_all.csv``
with every record and every text at full length, ``projects_without_place.csv`` with the records that no
Shapefile can show, ``fields.csv`` (short name of each column → what it means) and ``about.csv``.
A text longer than 254 bytes is cut in the Shapefile, visibly, and counted.
"""

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from data.exports.about import Line, about_lines
from data.exports.columns import DATUM, Columns, columns, kind_of
from data.exports.csv_table import BOM, written
from data.exports.map_layer import MEMORY, append, counted
from data.exports.pieces import batches, chunks_of, released
from data.exports.request import PRACTICE_PREFIX, ExportRequest, Language
from data.exports.source import ExportSource
from data.exports.table import headings, row
from data.exports.tally import Tally
from data.exports.words import head
from projects.feature import NAMES
from projects.summary import COLUMNS, DICTIONARY, Summary
from projects.values import CUT_MARKS

MEDIA_TYPE: Final = "application/zip"
MAX_BYTES: Final = 254
"""A text of a dBASE table holds no more."""
CUT: Final = CUT_MARKS[0]
"""At the end of a text that the table does not hold; an import takes no text that ends so."""
_LAYERS: Final = {
    "Point": ("projects_point", "Point"),
    "MultiPoint": ("projects_multipoint", "MultiPoint"),
    "LineString": ("projects_line", "LineString"),
    "MultiLineString": ("projects_line", "LineString"),
    "Polygon": ("projects_polygon", "Polygon"),
    "MultiPolygon": ("projects_polygon", "Polygon"),
}
"""GeoJSON type → name and GDAL type of the Shapefile; dBASE's name for a line or area holds both forms."""
_SHORT: Final = {
    "quantity_basis": "qty_basis",
    "project_code": "proj_code",
    "category_zh": "cat_zh",
    "province_code": "prov_code",
    "prefecture_code": "pref_code",
    "prefecture": "pref",
    "county_code": "cnty_code",
    "county_basis": "cnty_basis",
    "township_code": "town_code",
    "precision_zh": "prec_zh",
    "place_method": "plc_method",
    "place_basis": "plc_basis",
    "place_datum": "plc_datum",
    "place_source": "plc_source",
    "near_county_line": "near_line",
    "stage_words": "stage_word",
    "delivery_mode": "deliv_mode",
    "approval_type": "approval",
    "promotion_stage": "promo_stg",
    "open_to_capital": "open_cap",
    "capital_sought_wan": "cap_sought",
    "land_status": "land_stat",
    "land_tenure": "tenure",
    "land_quota_mu": "quota_mu",
    "land_quota_status": "quota_stat",
    "planning_note": "plan_note",
    "cooperation": "cooperate",
    "funding_status": "funding",
    "total_investment_wan": "total_wan",
    "floor_area_m2": "floor_m2",
    "annual_output_wan": "output_wan",
    "documents": "documents",
    "support_units": "supp_units",
}
SHORT_NAMES: Final = tuple(_SHORT.get(name, name) for name in NAMES)
"""Names of at most ten letters, in the order of ``COLUMNS``; ``fields.csv`` says what they mean."""
_DATUM_ROW: Final = ("坐标系", "Datum", "本文件中的坐标所用的坐标系，一律为 WGS84")
_SHORT_HEADING: Final = {"zh": "Shapefile 字段名", "en": "Name in the Shapefile"}
_FOUND: Final = {
    "zh": ("本压缩包", "{name}：{n} 条"),
    "en": ("In this archive", "{name}: {n} records"),
}
_CUT_TEXTS: Final = {
    "zh": ("已截断", "Shapefile 的文字最长 254 字节，{n} 处已截断并以 {mark} 结尾；全文见 projects_all.csv"),
    "en": (
        "Cut",
        "A Shapefile text has 254 bytes at most: {n} end with {mark}; projects_all.csv has them whole",
    ),
}


@dataclass(slots=True)
class _Made:
    """What has been written so far: records by file, and how many texts were cut."""

    records: dict[str, int] = field(default_factory=dict)
    cut: int = 0

    @property
    def shapes(self) -> list[str]:
        """The names of the Shapefiles."""
        return [name for name in self.records if name.endswith(".shp")]

    def count(self, name: str, n: int) -> None:
        self.records[name] = self.records.get(name, 0) + n


def shapefile(library: ExportSource, request: ExportRequest) -> Iterator[bytes]:
    """Yield the archive. Raises ``OSError`` when it cannot be written, as on a full disk."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _build(library, request, folder)
        archive = folder / "a.zip"
        mark = PRACTICE_PREFIX["en"] if request.practice else ""  # old programs want plain letters
        with zipfile.ZipFile(archive, "w") as zipped:
            for path in sorted(folder.iterdir()):
                if path != archive:
                    _add(zipped, path, mark + path.name, request.generated_at)
        yield from chunks_of(archive)


def _add(zipped: zipfile.ZipFile, path: Path, name: str, when: datetime) -> None:
    """Add a file under a name, dated as the export is: the same request makes the same archive."""
    moment = (when.year, when.month, when.day, when.hour, when.minute, when.second)
    member = zipfile.ZipInfo(name, moment)
    member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    with path.open("rb") as source, zipped.open(member, "w") as sink:
        shutil.copyfileobj(source, sink)


def _build(library: ExportSource, request: ExportRequest, folder: Path) -> None:
    facts, tally, made = head(library, request), Tally(), _Made()
    with ExitStack() as open_files, released(library.stream(request.chosen)) as records:
        whole, placeless = (_table(open_files, folder / f"{n}.csv", request.language) for n in _TABLES)
        for batch in batches(tally.watch(records), MEMORY):
            without = [record for record in batch if record.geometry is None]
            whole.writerows(written(row(record, request.language)) for record in batch)
            placeless.writerows(written(row(record, request.language)) for record in without)
            made.count(f"{_TABLES[0]}.csv", len(batch))
            made.count(f"{_TABLES[1]}.csv", len(without))
            _write_shapes(folder, batch, made)
    for name in made.shapes:
        counted(folder / name, name.removesuffix(".shp"), made.records[name])
    _write_dictionary(folder, request.language)
    lines = about_lines(library, request, tally, facts)
    _write_about(folder, [*lines, *_notes(made, request.language)])


_TABLES: Final = ("projects_all", "projects_without_place")


def _table(files: ExitStack, path: Path, language: Language) -> Any:
    """Open a table of records and write its headings."""
    writer = _writer(files, path)
    writer.writerow(headings(language))
    return writer


def _writer(files: ExitStack, path: Path) -> Any:
    raw = files.enter_context(path.open("wb"))
    raw.write(BOM)
    return csv.writer(files.enter_context(io.TextIOWrapper(raw, "utf-8", newline="")))


def _write_shapes(folder: Path, batch: Sequence[Summary], made: _Made) -> None:
    """Write the records that have a geometry, each to the file of its kind."""
    by_file: dict[tuple[str, str], list[Summary]] = {}
    for record in batch:
        for part in _by_kind(record):
            by_file.setdefault(_LAYERS[kind_of(part)], []).append(part)
    for (name, kind), records in by_file.items():
        found = columns(records)
        _shorten(found, made)
        new = f"{name}.shp" not in made.records
        append(
            folder / f"{name}.shp",
            name,
            found,
            [*SHORT_NAMES, DATUM],
            driver="ESRI Shapefile",
            kind=kind,
            new=new,
            encoding="UTF-8",
        )
        made.count(f"{name}.shp", len(records))


def _by_kind(record: Summary) -> list[Summary]:
    """Return a record once per kind of geometry it has: a point with its site outline stands in two files."""
    if record.geometry is None:
        return []
    if kind_of(record) != "GeometryCollection":
        return [record]
    found: dict[str, list[Any]] = {}
    for part in json.loads(record.geometry)["geometries"]:
        kind = part["type"].removeprefix("Multi")
        parts = part["coordinates"] if part["type"].startswith("Multi") else [part["coordinates"]]
        found.setdefault(kind, []).extend(parts)
    shapes = [
        {"type": kind, "coordinates": parts[0]}
        if len(parts) == 1
        else {"type": f"Multi{kind}", "coordinates": parts}
        for kind, parts in found.items()
    ]
    return [record._replace(geometry=json.dumps(shape, separators=(",", ":"))) for shape in shapes]


def _shorten(found: Columns, made: _Made) -> None:
    """Cut the texts that the table does not hold."""
    for values in found.values:
        if values.dtype == object:
            for at, value in enumerate(values.tolist()):
                if value is not None and len(value) * 3 > MAX_BYTES and value != (short := shortened(value)):
                    values[at] = short
                    made.cut += 1


def shortened(text: str) -> str:
    """Return a text of at most 254 bytes in UTF-8, with a mark at its end when something is missing.

    >>> shortened("长" * 84) == "长" * 84, shortened("长" * 200)[-8:], len(shortened("长" * 200).encode())
    (True, '长长…[CUT]', 254)
    """
    raw = text.encode()
    if len(raw) <= MAX_BYTES:
        return text
    return raw[: MAX_BYTES - len(CUT.encode())].decode(errors="ignore") + CUT


def _write_dictionary(folder: Path, language: Language) -> None:
    with ExitStack() as files:
        writer = _writer(files, folder / "fields.csv")
        writer.writerow([_SHORT_HEADING[language], *DICTIONARY[language]])
        writer.writerows([short, *column] for short, column in zip(SHORT_NAMES, COLUMNS, strict=True))
        writer.writerow([DATUM, DATUM, *_DATUM_ROW])


def _notes(made: _Made, language: Language) -> list[Line]:
    heading, words = _FOUND[language]
    lines: list[Line] = [(heading, words.format(name=name, n=n)) for name, n in made.records.items()]
    if made.cut:
        heading, words = _CUT_TEXTS[language]
        lines.append((heading, words.format(n=made.cut, mark=CUT)))
    return lines


def _write_about(folder: Path, lines: Sequence[Line]) -> None:
    with ExitStack() as files:
        _writer(files, folder / "about.csv").writerows(
            written([heading, str(text)]) for heading, text in lines
        )
