"""Files: a damaged, odd or hostile one is refused in a sentence, or read with every row accounted for."""

import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from data import attachments, office_documents
from data.importers.directories.definitions import check_definition
from data.importers.directories.sheets import read_table
from data.importers.layers.points import read_points
from data.importers.layers.roads import read_roads
from data.importers.office import old_workbook
from data.importers.office.guard import Limits
from data.importers.office.reading import read_file
from projects.analysis.inputs import LayerKind
from projects.analysis.layer_reading import LayerOrder, LayerRefused
from projects.codes import Datum
from projects.errors import BadValue
from projects.intake.importing import FileRefused
from tests.fuzz.harness import Case, both, run
from tests.fuzz.inputs import Fuel
from tests.unit.data.importers.office.world import CONTEXT

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
TIGHT: Final = Limits(unpacked_bytes=20_000_000, sheet_cells=200_000, features=5_000)
"""Small enough that nothing a test makes takes long, by the same rules as the real ones."""
HEADINGS: Final = (
    *("项目名称", "类别", "县（市、区）", "总投资（万元）", "经度", "纬度", "坐标系", "开工时间", "建设状态"),
    *("项目编号", "责任单位", "备注", "床位", "经纬度", "名称", "资金到位（亿元）", "2026年计划", ""),
)
SHEETS: Final = ("项目", "资金", "进度", "指标", "说明", "Sheet1")


def _content(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def _read(content: bytes, ending: str) -> None:
    """Read an office's file: a sentence in both languages, or rows that are all accounted for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        path.write_bytes(content)
        try:
            found = read_file(path, path.name, CONTEXT, limits=TIGHT)
        except FileRefused as refused:
            assert str(refused) and refused.sentence("en")
            return
    assert found.rows_in == found.accounted
    for one in found.issues:
        assert one.code and one.action is not None


class _OldReader:
    """The process that reads old workbooks, kept for many files; one that the system ends is begun anew."""

    _LOOP = """
import json, sys
from data.importers.office import old_sheets
old_sheets.MEMORY_BYTES = 250_000_000
old_sheets.bounded()
while size := sys.stdin.buffer.read(8):
    try:
        found = json.dumps(old_sheets.sheets(sys.stdin.buffer.read(int.from_bytes(size)), %d)).encode()
    except BaseException:
        found = b""
    sys.stdout.buffer.write(len(found).to_bytes(8) + found)
    sys.stdout.buffer.flush()
"""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self.ended = 0

    def answer(self, data: bytes, most_cells: int) -> bytes:
        """Do what ``old_workbook._answer`` does with a process per file."""
        if self._child is None:
            command = [sys.executable, "-c", self._LOOP % most_cells]
            pipe = subprocess.PIPE
            self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        assert self._child.stdin and self._child.stdout
        self._child.stdin.write(len(data).to_bytes(8) + data)
        self._child.stdin.flush()
        size = self._child.stdout.read(8)
        if len(size) < 8:
            self._child.wait()
            self._child, self.ended = None, self.ended + 1
            raise FileRefused("truncated")
        found = self._child.stdout.read(int.from_bytes(size))
        if not found:
            raise FileRefused("truncated")
        return found

    def close(self) -> None:
        """End the process."""
        if self._child and self._child.stdin:
            self._child.stdin.close()
            self._child.wait()


@pytest.fixture(autouse=True)
def old_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read old workbooks by one process instead of one each: a start takes longer than a file."""
    reader = _OldReader()
    monkeypatch.setattr(old_workbook, "_answer", reader.answer)
    yield
    reader.close()


def _typed_rows(fuel: Fuel) -> list[list[Any]]:
    heads = [fuel.of(HEADINGS) for _ in range(1 + fuel.number(8))]
    cells = [[fuel.cell() for _ in range(1 + fuel.number(9))] for _ in range(fuel.number(6))]
    return [["项目名称", *heads], *cells]


def table_of_text(fuel: Fuel) -> bytes:
    """Write a text table with odd cells, in an encoding that fits or does not."""
    held = io.StringIO()
    separator = fuel.of((",", ";", "\t", "|"))
    csv.writer(held, delimiter=separator).writerows(_typed_rows(fuel))
    return held.getvalue().encode(fuel.of(("utf-8", "gb18030", "utf-8-sig", "utf-16")), "replace")


def workbook(fuel: Fuel) -> bytes:
    """Write a workbook with odd cells in sheets of our names."""
    book = openpyxl.Workbook()
    for number in range(1 + fuel.number(3)):
        sheet = book.create_sheet(fuel.of(SHEETS)) if number else book.active
        for row in _typed_rows(fuel):
            sheet.append([_writable(cell) for cell in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _writable(cell: Any) -> Any:
    """Leave out the control characters that openpyxl refuses; damaged files bring them all the same."""
    return openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


def geojson(fuel: Fuel) -> bytes:
    """Write a collection with odd geometries and attributes."""
    features = [
        {
            "type": fuel.of(("Feature", "Feature", "Point", "")),
            "properties": {"项目名称": fuel.text(3), "经度": fuel.json(1), fuel.text(2): fuel.json(2)},
            "geometry": _geometry(fuel),
        }
        for _ in range(1 + fuel.number(4))
    ]
    document = {"type": "FeatureCollection", "features": features} if fuel.byte() % 8 else fuel.json()
    return json.dumps(document).encode()


def _geometry(fuel: Fuel) -> Any:
    kind = fuel.of(("Point", "LineString", "Polygon", "MultiPolygon", "GeometryCollection", "Curve"))
    depth = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 3}.get(kind, 1)
    if fuel.byte() % 4 == 3:
        return fuel.json()
    coordinates: Any = [fuel.of((113.2, 25.1, 200.0, 0.0)), fuel.of((25.1, 113.2, -91.0, fuel.double()))]
    for _ in range(depth):
        coordinates = [coordinates] * (1 + fuel.number(5))
    return {"type": kind, "coordinates": coordinates}


def _layer(content: bytes) -> None:
    order = LayerOrder(LayerKind.SETTLEMENTS, "层", "a.csv", "某局", Datum.GCJ02)
    _drawn(content, lambda path: read_points(path, order, _Silent(), TIGHT))


def _roads(content: bytes) -> None:
    order = LayerOrder(LayerKind.ROADS, "路", "a.geojson", "某局", Datum.WGS84)
    _drawn(content, lambda path: read_roads(path, order, _Silent(), None, TIGHT))


class _Silent:
    def step(self, done: int, of: int | None = None, message: str = "") -> None:
        """Report to nobody."""


def _drawn(content: bytes, read: Callable[[Path], Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        try:
            found = read(path)
        except (LayerRefused, FileRefused) as refused:
            assert str(refused)
            return
    assert found.rows == found.used + sum(found.left_out.values())


def _definition(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.toml"
        path.write_bytes(content)
        found, mistakes = check_definition(path)
    assert (found is None) == bool(mistakes)
    assert all(mistake.what_zh and mistake.what_en for mistake in mistakes)


_OWN: Final = (
    Path(__file__).parents[2] / "data" / "reference" / "directories" / "carriers.toml"
).read_bytes()


def _directory(content: bytes) -> None:
    definition, mistakes = _carriers()
    assert definition, mistakes
    try:
        found = read_table(definition, content)
    except (FileRefused, BadValue) as refused:
        assert str(refused)
        return
    assert all(line for line in found.lines)


def _carriers() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.toml"
        path.write_bytes(_OWN)
        return check_definition(path)


def _attachment(content: bytes) -> None:
    for sniff in (attachments.media_type, office_documents.media_type):
        try:
            assert "/" in sniff(content)
        except BadValue as refused:
            assert str(refused)


_XLSX, _XLS = _content("county_hot_springs.xlsx"), _content("elderly_homes.xls")
_CSV, _JSON = _content("clinics_gbk.csv"), _content("zone_projects.geojson")
_ZIP, _GPKG = _content("sites_shapefile.zip"), _content("parks.gpkg")
_OC4IDS: Final = json.dumps(
    {
        "version": "0.9",
        "uri": "urn:x",
        "projects": [
            {
                "id": "oc4ids-x-1",
                "title": "温泉小镇",
                "sector": ["health"],
                "budget": {"amount": {"amount": 1e8, "currency": "CNY"}},
                "period": {"startDate": "2026-01-01T00:00:00Z"},
                "locations": [{"id": "1", "geometry": {"type": "Point", "coordinates": [113.2, 25.1]}}],
                "parties": [{"id": "1", "name": "某局", "roles": ["publicAuthority"]}],
            }
        ],
    }
).encode()


def _odd_oc4ids(fuel: Fuel) -> bytes:
    if fuel.byte() % 2:
        return fuel.changed(_OC4IDS)
    document = json.loads(_OC4IDS)
    document["projects"][0][fuel.of(tuple(document["projects"][0]))] = fuel.json()
    return json.dumps(document).encode()


CASES: Final = (
    Case("csv-made", table_of_text, lambda c: _read(c, ".csv")),
    Case("csv-damaged", lambda f: f.changed(_CSV), lambda c: _read(c, ".csv")),
    Case("xlsx-made", workbook, lambda c: _read(c, ".xlsx")),
    Case("xlsx-damaged", lambda f: f.zipped(_XLSX), lambda c: _read(c, ".xlsx")),
    Case("xls-damaged", lambda f: f.changed(_XLS), lambda c: _read(c, ".xls")),
    Case("geojson-made", geojson, lambda c: _read(c, ".geojson")),
    Case("geojson-damaged", lambda f: f.changed(_JSON), lambda c: _read(c, ".geojson")),
    Case("shapefile-damaged", lambda f: f.zipped(_ZIP), lambda c: _read(c, ".zip")),
    Case("geopackage-damaged", lambda f: f.changed(_GPKG), lambda c: _read(c, ".gpkg")),
    Case("oc4ids", _odd_oc4ids, lambda c: _read(c, ".json")),
    Case("layer-points", table_of_text, _layer),
    Case("layer-roads", lambda f: geojson(f) if f.byte() % 2 else f.changed(_JSON), _roads),
    Case("directory-definition", lambda f: f.changed(_OWN), _definition),
    Case("directory-table", lambda f: workbook(f) if f.byte() % 2 else table_of_text(f), _directory),
    Case("attachments", lambda f: f.zipped(f.of((_XLSX, _ZIP))), _attachment),
)


@both(CASES)
def test_a_file_is_refused_in_a_sentence_or_every_row_is_accounted_for(case: Case, examples: int) -> None:
    run(case, examples)
