"""The rows of 项目: cells → typed values, counties and townships by name, and checks across columns."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from data.importers.office.area_cells import county_of, named
from data.importers.office.cells import (
    NOTHING,
    Finding,
    Reader,
    Typed,
    error,
    is_blank,
    is_unknown,
    notice,
    reader,
    stripped,
    warning,
)
from data.importers.office.context import CheckContext
from data.importers.office.coordinates import Position
from data.importers.office.draft import Draft, RowCells
from data.importers.office.grid import Cell
from data.importers.office.headings import Column
from data.importers.office.sheet import Rows, Sheet
from data.importers.office.words import thresholds
from projects.fields import BY_NAME, JsonValue, title
from projects.intake.cells import SourceCell
from projects.intake.importing import CLEAR, EXAMPLE
from projects.intake.issues import IssueCode, Severity
from projects.lifecycle.contradictions import END, OPERATION, ORDER, START
from projects.values import RECORD_ID, plain

_PLACE_PATHS: Final = ("lon", "lat", "lonlat", "datum", "precision")
_AREA_PATHS: Final = (
    "prefecture",
    "province",
    "county_code",
    "township_code",
    "zone_id",
    "areas",
    "owner_unit_id",
)
_OWN_PATHS: Final = ("id", "version", "name", "project_code")
_MARK_PATHS: Final = ("geometry_type", "county_basis")
"""What only our own exports say of a row's place and county; no values of the record."""
_POINT: Final = "Point"
_DATES: Final = ("planned_on", "actual_on")

Plan = Sequence[tuple[Column, Reader]]


class ProjectRows:
    """Reads the rows of one sheet 项目 into drafts."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], context: CheckContext) -> None:
        self.rows = Rows(sheet)
        self._sheet, self._context = sheet, context
        special = (*_PLACE_PATHS, *_AREA_PATHS, *_OWN_PATHS, *_MARK_PATHS)
        self._plan = [(c.index, c.path, reader(c), c) for c in columns if c.path not in special]
        self._own = [(c.index, c.path, reader(c), c) for c in columns if c.path in _OWN_PATHS]
        self._by_path = {c.path: c for c in columns}
        self._place_paths = [path for path in _PLACE_PATHS if path in self._by_path]
        self._areas = {p: reader(self._by_path[p]) for p in _AREA_PATHS if p in self._by_path}
        self._unknown = [c for c in sheet.layout.columns if not c.path or c.path.startswith("advice/")]
        self._cell_of = {c.path: (c.index, c.heading) for c in columns}
        self._counties: dict[tuple[str, str], tuple[str | None, Finding | None]] = {}
        self._width = max((c.index for c in sheet.layout.columns), default=0) + 1
        self._formula_rows = {row for row, _ in sheet.grid.formulas}

    def __iter__(self) -> Iterator[Draft]:
        """Yield a draft for every data row."""
        for row in self.rows:
            yield self._draft(row, self._sheet.grid.rows[row])

    def _draft(self, number: int, row: Sequence[Cell]) -> Draft:
        draft = Draft(self._sheet.grid, number, RowCells(self._sheet.grid, number, self._cell_of))
        width = len(row)
        for plan, put in ((self._own, self._put_own), (self._plan, _put)):
            for index, path, read, column in plan:
                cell = row[index] if index < width else ""
                if cell == "":
                    continue
                typed = read(cell)
                if typed is not NOTHING:
                    put(draft, path, typed)
                    if typed.findings:
                        self._tell(draft, column, typed.findings)
        self._put_areas(draft, row)
        draft.exported = "county_basis" in self._by_path
        self._put_position(draft, row)
        self._keep_unknown(draft, row)
        if number in self._formula_rows:
            self._tell_formulas(draft, row)
        _check_money(draft)
        self._check_region(draft)
        return draft

    def _tell(self, draft: Draft, column: Column, findings: Sequence[Finding]) -> None:
        for finding in findings:
            cell = draft.grid.cell(draft.row, column.index, column.heading)
            draft.say(finding, cell, column.path)

    def _put_own(self, draft: Draft, path: str, typed: Typed) -> None:
        """Take what identifies the row; the id and the version are no part of the document."""
        text = str(typed.value or "")
        if path == "id":
            self._put_id(draft, text)
        elif path == "version":
            draft.version = int(text) if text.isdecimal() else None
        elif typed.cleared:
            draft.cleared.append(path)
        elif text:
            draft.document[path] = text
            if path == "name":
                draft.name = text
            else:
                draft.project_code = text

    def _put_id(self, draft: Draft, text: str) -> None:
        key = text.upper()
        if key == EXAMPLE:
            draft.say(notice("example_used", IssueCode.NOT_A_PROJECT), draft.cells["id"], "id")
        elif RECORD_ID.fullmatch(key):
            draft.project_id = key
        elif text and not is_unknown(text):
            draft.say(error("bad_id", IssueCode.NOT_IN_LIST, text), draft.cells["id"], "id")

    def _text(self, row: Sequence[Cell], path: str) -> str:
        column = self._by_path.get(path)
        return stripped(row[column.index]) if column and column.index < len(row) else ""

    def _put_areas(self, draft: Draft, row: Sequence[Cell]) -> None:
        """Resolve county, township, zone, counties touched and owner unit, in this order."""
        for path, read in self._areas.items():
            column = self._by_path[path]
            typed = read(row[column.index]) if column.index < len(row) else NOTHING
            if typed is NOTHING or path in ("prefecture", "province"):
                continue
            self._tell(draft, column, typed.findings)
            if typed.cleared:
                draft.cleared.append(path)
            elif typed.value is not None:
                self._resolve(draft, path, typed.value, self._text(row, "prefecture"))

    def _resolve(self, draft: Draft, path: str, value: JsonValue, prefecture: str) -> None:
        if path == "county_code":
            draft.county_code = self._county(draft, path, str(value), prefecture)
            if draft.county_code:
                draft.document[path] = draft.county_code
        elif path == "areas" and isinstance(value, list):
            for name in value:
                code = self._county(draft, path, str(name), prefecture)
                if code and code != draft.county_code:
                    draft.document[f"area/{code}"] = True
        else:
            self._look_up(draft, path, str(value))

    def _county(self, draft: Draft, path: str, text: str, prefecture: str) -> str | None:
        key = text, prefecture
        if key not in self._counties:
            self._counties[key] = county_of(text, prefecture, self._context)
        code, finding = self._counties[key]
        if finding is not None:
            draft.say(finding, draft.cells[path], path)
        return code

    def _look_up(self, draft: Draft, path: str, text: str) -> None:
        found, finding, mended_by = named(path, text, draft.county_code, self._context)
        if found:
            draft.document[path] = found
        if finding:
            draft.say(finding, draft.cells[path], path, mended_by)

    def _put_position(self, draft: Draft, row: Sequence[Cell]) -> None:
        """Collect the cells that say where it is; all rows are judged together later."""
        if draft.grid.shapes is not None:
            shape = draft.grid.shapes[draft.row]
            if shape is None:
                return
            position = Position(shape=shape, crs=draft.grid.crs, lon=self._shape_cell(draft))
            position.entered = draft.grid.entered[draft.row] if draft.grid.entered else ""
            if draft.grid.datum is None:
                finding = warning("unknown_crs", IssueCode.CRS_SUSPECT, draft.grid.crs)
                draft.say(finding, position.cell, "place/0")
                return
            position.datum = draft.grid.datum
            position.datum_cell = self._cell_with_text(draft, row, "datum")
            position.precision_cell = self._cell_with_text(draft, row, "precision")
            position.precision_cell = self._cell_with_text(draft, row, "precision")
        else:
            found: dict[str, SourceCell | None] = dict.fromkeys(_PLACE_PATHS)
            found |= {path: self._cell_with_text(draft, row, path) for path in self._place_paths}
            position = Position(
                found["lon"], found["lat"], found["lonlat"], found["datum"], found["precision"]
            )
            if position.cell.address == "" or self._stands_for_shape(draft, row, position):
                return
            if CLEAR in (position.cell.raw.strip(), position.lat.raw.strip() if position.lat else ""):
                draft.cleared.append("place/0")
                return
            heading = next((p for p in ("lon", "lat", "lonlat") if found[p] is not None), "")
            position.datum = self._by_path[heading].datum if heading else ""
        position.county_code = draft.county_code
        draft.position = position

    def _stands_for_shape(self, draft: Draft, row: Sequence[Cell], position: Position) -> bool:
        """Tell whether a row's point only stands for a line, an area or several points; say so."""
        shape = self._text(row, "geometry_type")
        if shape in ("", _POINT):
            return False
        draft.say(
            Finding("representative", IssueCode.NOT_READ, Severity.INFO, (shape,)), position.cell, "place/0"
        )
        return True

    def _shape_cell(self, draft: Draft) -> SourceCell:
        return SourceCell(draft.grid.name, f"第{draft.row}个图形", "geometry", "")

    def _cell_with_text(self, draft: Draft, row: Sequence[Cell], path: str) -> SourceCell | None:
        column = self._by_path.get(path)
        if column is None or column.index >= len(row) or is_blank(row[column.index]):
            return None
        if is_unknown(stripped(row[column.index])):
            return None
        return draft.grid.cell(draft.row, column.index, column.heading)

    def _keep_unknown(self, draft: Draft, row: Sequence[Cell]) -> None:
        for column in self._unknown:
            if column.index < len(row) and not is_blank(row[column.index]):
                draft.extra.append(draft.grid.cell(draft.row, column.index, column.heading))
        for index in range(self._width, len(row)):
            if not is_blank(row[index]):
                cell = draft.grid.cell(draft.row, index, "")
                draft.extra.append(cell)
                if draft.grid.ragged:
                    draft.say(error("too_many_cells", IssueCode.UNKNOWN_HEADING, cell.raw), cell, "")
                    return

    def _tell_formulas(self, draft: Draft, row: Sequence[Cell]) -> None:
        for path, (index, heading) in self._cell_of.items():
            formula = draft.grid.formulas.get((draft.row, index))
            if formula is None or index >= len(row):
                continue
            cell = draft.grid.cell(draft.row, index, heading)
            key = "formula_empty" if is_blank(row[index]) else "formula"
            severity = Severity.WARNING if key == "formula_empty" else Severity.NOTICE
            draft.say(Finding(key, IssueCode.FORMULA_CELL, severity, (formula, cell.raw)), cell, path)

    def _check_region(self, draft: Draft) -> None:
        """Hold the region in the project code against the county; a code of its prefecture is as good."""
        region, county = draft.project_code[5:11], draft.county_code
        if len(region) != 6 or county is None or region == county:
            return
        if (region.endswith("00") and county.startswith(region[:4])) or (
            region.endswith("0000") and county.startswith(region[:2])
        ):
            return
        known = self._context.places.county
        name = self._context.places.full_name(county) if county in known else county
        finding = warning("code_region", IssueCode.CODE_REGION_MISMATCH, region, name)
        draft.say(finding, draft.cells["project_code"], "project_code")


def _put(draft: Draft, path: str, typed: Typed) -> None:
    """Put a typed value where it belongs in the document."""
    if typed.value is not None and path in BY_NAME and path != "aliases":
        draft.document[path] = typed.value
        return
    kind, _, rest = path.partition("/")
    if typed.cleared:
        draft.cleared.append(f"milestone/{rest.partition('/')[0]}" if kind == "milestone" else path)
    elif typed.value is None:
        return
    elif path == "aliases" and isinstance(typed.value, list):
        draft.document.update({f"alias/{name}": True for name in typed.value})
    elif kind == "milestone":
        code, _, key = rest.partition("/")
        line = draft.document.setdefault(f"milestone/{code}", {})
        draft.dated = True
        if isinstance(line, dict):
            line[key] = typed.value
    else:
        draft.document[path] = typed.value


def _check_money(draft: Draft) -> None:
    """Hold the total against beds and floor area; the thresholds are a table."""
    total = draft.document.get("total_investment")
    if not isinstance(total, str) or Decimal(total) == 0:
        return
    for path, rule, unit in (("beds", "per_bed", "万元/床"), ("floor_area_m2", "per_m2", "万元/平方米")):
        size = draft.document.get(path)
        if size is None or not isinstance(size, str | int) or Decimal(size) == 0:
            continue
        share = Decimal(total) / Decimal(size)
        low, high = thresholds(rule)
        if not low <= share <= high:
            values = f"{plain(round(share, 4))} {unit}", title(path)
            finding = warning("money_per_size", IssueCode.UNIT_SUSPECT, *values)
            draft.say(finding, draft.cells["total_investment"], "total_investment")


def check_dates(draft: Draft, today: date) -> None:
    """Hold dates against their usual order, planned and actual ones apart, and against today."""
    if not draft.dated:
        return
    for key in _DATES:
        for first, second in _pairs(draft, key):
            early, late = _date_of(draft, first, key), _date_of(draft, second, key)
            if late < early:
                path = f"milestone/{second}"
                values = title(path), late, title(f"milestone/{first}"), early
                _say_of_date(draft, path, key, warning("date_order", IssueCode.DATE_ORDER, *values))
    for path, line in draft.document.items():
        actual = line.get("actual_on") if path.startswith("milestone/") and isinstance(line, dict) else None
        if isinstance(actual, str) and actual > today.isoformat():
            _say_of_date(draft, path, "actual_on", warning("future_actual", IssueCode.DATE_ORDER, actual))


def _pairs(draft: Draft, key: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of steps of which both days are known; what a third step divides is told once."""
    for first, second in ORDER:
        ends = _date_of(draft, first, key) and _date_of(draft, second, key)
        if ends and not ((first, second) == (START, OPERATION) and _date_of(draft, END, key)):
            yield first, second


def _date_of(draft: Draft, code: str, key: str) -> str:
    line = draft.document.get(f"milestone/{code}")
    day = line.get(key) if isinstance(line, dict) else None
    return day if isinstance(day, str) else ""


def _say_of_date(draft: Draft, path: str, key: str, finding: Finding) -> None:
    cells: Mapping[str, SourceCell] = draft.cells
    cell = cells.get(f"{path}/{key}")
    if cell is not None:
        draft.say(finding, cell, path)
