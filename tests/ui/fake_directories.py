"""Directories in memory, for tests of pages: rows are taken as given, rules are those of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from projects.directories.comparing import alike, difference
from projects.directories.flags import flags
from projects.directories.model import (
    CellFault,
    Column,
    ColumnType,
    Computed,
    Condition,
    Definition,
    Definitions,
    Difference,
    EditionHead,
    EditionState,
    Entry,
    Mistake,
    Place,
    Preview,
    Test,
)
from projects.directories.ports import EntriesAsked, EntryPage, NamedLine
from projects.errors import BadValue, Conflict, UnknownRecord
from projects.fields import JsonValue
from tests.ui.analysis_shell import AnalysisShell
from tests.ui.editing import Files

HOSTILE = "<script>alert(1)</script> **粗** ${x}"
SUBSIDY = Computed(
    "subsidy",
    "可申请场地补助",
    "Eligible for a subsidy",
    (
        Condition("area", Test.AT_LEAST, Decimal(2000)),
        Condition("tenure", Test.ONE_OF, ("自有", "租赁")),
        Condition("vacant", Test.EQUALS, "true"),
    ),
    "渝中区方案 三（二）",
)
SPACE = Definition(
    key="vacant_space",
    zh="闲置资源",
    en="Vacant space",
    columns=(
        Column("name", ColumnType.TEXT, "名称", "Name", required=True),
        Column("area", ColumnType.AREA_M2, "建筑面积", "Floor area", help_zh="按**产权证**"),
        Column("tenure", ColumnType.CHOICE, "权属", "Tenure", choices=("自有", "租赁", "划拨")),
        Column("vacant", ColumnType.BOOLEAN, "是否空置", "Vacant"),
        Column("use", ColumnType.LONG_TEXT, "拟用途", "Use"),
        Column("site", ColumnType.URL, "网址", "Web site"),
        Column("project", ColumnType.PROJECT, "项目编号", "Project"),
    ),
    purpose_zh="可用来办康养的房屋和土地",
    purpose_en="Houses and land",
    source="渝中区方案",
    computed=(SUBSIDY,),
    mapped=True,
    title_column="name",
    digest="a" * 64,
)
SYSTEMS = Definition(
    key="systems",
    zh="相邻系统",
    en="Neighbouring systems",
    columns=(
        Column("name", ColumnType.TEXT, "名称", "Name", required=True),
        Column("county", ColumnType.COUNTY, "所在县", "County"),
        Column("url", ColumnType.URL, "网址", "Address"),
    ),
    own=True,
)
MISTAKE = Mistake("my_list.toml", "第 3 行", f"不认识的类型 {HOSTILE}", "unknown type")


def head(key: int, number: int | None = None, **values: Any) -> EditionHead:
    """Return an edition of 乳源's vacant space, published when it has a number."""
    plain: dict[str, Any] = {
        "definition": "vacant_space",
        "title": f"闲置资源 {key}",
        "area_code": "440232",
        "area_name": "乳源瑶族自治县",
        "unit_id": "440232",
        "unit_name": "乳源瑶族自治县",
        "valid_on": date(2026, 1, key),
        "state": EditionState.PUBLISHED if number else EditionState.DRAFT,
        "entries": 0,
        "files": 0,
        "version": 1,
        "created_by": "ruyuan",
        "published_at": datetime(2026, 2, key, 1, tzinfo=UTC) if number else None,
        "may_edit": number is None,
        "may_publish": True,
    }
    return EditionHead(id=key, number=number, **plain | values)


def line(key: int, name: str, place: Place | None = None, **cells: JsonValue) -> Entry:
    """Return a line; without a place it is nowhere."""
    return Entry(key, key, {"name": name, **cells}, place or Place(), flags(SPACE, cells))


def at(lon: float, lat: float, precision: int = 1) -> Place:
    """Return a place as it is stored: entered in GCJ-02."""
    return Place(lon, lat, precision, "gcj02", f"{lon + 0.005}, {lat + 0.003}", "440232")


@dataclass
class FakeDirectories:
    """``projects.directories.ports.Directories`` over dictionaries; what was asked for is kept."""

    usable: tuple[Definition, ...] = (SPACE, SYSTEMS)
    mistakes: tuple[Mistake, ...] = ()
    heads: dict[int, EditionHead] = field(default_factory=dict)
    lines: dict[int, list[Entry]] = field(default_factory=dict)
    made_with: dict[int, Definition] = field(default_factory=dict)
    naming: tuple[NamedLine, ...] = ()
    refuse: Exception | None = None
    brings: Preview | None = None
    asks: list[Any] = field(default_factory=list)

    def add(self, one: EditionHead, *lines: Entry, definition: Definition = SPACE) -> FakeDirectories:
        self.heads[one.id] = replace(one, entries=len(lines), definition=definition.key)
        self.lines[one.id], self.made_with[one.id] = list(lines), definition
        return self

    def _may(self) -> None:
        if self.refuse:
            raise self.refuse

    def _changed(self, key: int, **values: Any) -> None:
        held = self.heads[key]
        self.heads[key] = replace(held, version=held.version + 1, entries=len(self.lines[key]), **values)

    def definitions(self) -> Definitions:
        return Definitions(self.usable, self.mistakes)

    def editions(self, definition: str = "", area_code: str = "") -> tuple[EditionHead, ...]:
        found = (one for one in self.heads.values() if definition in ("", one.definition))
        return tuple(sorted(found, key=lambda one: -one.id))

    def edition(self, key: int) -> tuple[EditionHead, Definition]:
        if key not in self.heads:
            raise UnknownRecord(f"没有 {key} 号名录")
        return self.heads[key], self.made_with[key]

    def entries(self, key: int, asked: EntriesAsked, *, limit: int | None = 50, offset: int = 0) -> EntryPage:
        self.asks.append((key, asked, limit, offset))
        found = [one for one in self.lines[key] if asked.words in str(one.cells.get("name"))]
        for name, picked in (asked.choices or {}).items():
            found = [one for one in found if one.cells.get(name) in picked]
        for name, verdict in (asked.flags or {}).items():
            found = [one for one in found if one.flags.get(name) is verdict]
        if asked.placed is not None:
            found = [one for one in found if (one.place.lon is not None) is asked.placed]
        part = found[offset:] if limit is None else found[offset : offset + limit]
        return EntryPage(tuple(part), len(found), sum(one.place.lon is not None for one in found))

    def start(
        self, definition: str, unit_id: str, title: str, valid_on: date, copy_of: int | None = None
    ) -> int:
        self._may()
        key = max(self.heads, default=0) + 1
        lines = self.lines.get(copy_of or 0, [])
        self.asks.append(("start", definition, unit_id, title, valid_on, copy_of))
        made = head(key, title=title, unit_id=unit_id, valid_on=valid_on)
        self.add(made, *lines, definition={one.key: one for one in self.usable}[definition])
        return key

    def rename(self, key: int, version: int, title: str, valid_on: date) -> None:
        self._may()
        self._changed(key, title=title, valid_on=valid_on)

    def put(
        self, key: int, entry_key: int | None, cells: Mapping[str, JsonValue], *, seen: Entry | None = None
    ) -> Entry:
        self._may()
        self._as_seen(key, [seen] if seen else [])
        self.asks.append(("put", key, entry_key, dict(cells)))
        if not cells.get("name"):
            raise BadValue("“名称”必须填写")
        number = entry_key or 1 + max((one.key for one in self.lines[key]), default=0)
        kept = {name: value for name, value in cells.items() if value is not None and name != "name"}
        made = line(number, str(cells["name"]), Place(doubt="没有坐标系" if "lon" in kept else ""), **kept)
        self.lines[key] = [*(one for one in self.lines[key] if one.key != number), made]
        self._changed(key)
        return made

    def _as_seen(self, key: int, seen: Sequence[Entry]) -> None:
        for entry in seen:
            now = next(one for one in self.lines[key] if one.key == entry.key)
            if not alike(entry, now):
                raise Conflict(f"有人改了第 {entry.key} 号")

    def remove(self, key: int, entry_keys: Sequence[int], *, seen: Sequence[Entry] = ()) -> None:
        self._may()
        self._as_seen(key, seen)
        self.lines[key] = [one for one in self.lines[key] if one.key not in entry_keys]
        self._changed(key)

    def preview(self, key: int, content: bytes, file_name: str) -> Preview:
        self.asks.append(("preview", key, file_name))
        if self.brings is None:
            raise BadValue(f"“{file_name}”里没有表")
        return self.brings

    def take(
        self,
        key: int,
        content: bytes,
        file_name: str,
        *,
        remove_left_out: bool = False,
        seen: int | None = None,
    ) -> Preview:
        self._may()
        if seen is not None and self.heads[key].version != seen:
            raise Conflict("有人改动了这份名录")
        assert self.brings is not None
        self.asks.append(("take", key, file_name, remove_left_out))
        self.lines[key] += self.brings.fresh
        self._changed(key)
        return self.brings

    def publish(self, key: int) -> int:
        self._may()
        number = 1 + sum(one.number is not None for one in self.heads.values())
        self._changed(key, number=number, state=EditionState.PUBLISHED, may_edit=False)
        return number

    def withdraw(self, key: int, reason: str) -> None:
        self._may()
        self._changed(key, state=EditionState.WITHDRAWN, reason=reason, may_edit=False, may_publish=False)

    def compare(self, older: int, newer: int) -> Difference:
        self.asks.append(("compare", older, newer))
        return difference(self.lines[older], self.lines[newer])

    def workbook(self, key: int | None, definition: str, language: str) -> tuple[bytes, str]:
        return f"{key} {definition} {language}".encode(), "x.xlsx"

    def geojson(self, key: int, language: str) -> tuple[bytes, str]:
        return f"{key} {language}".encode(), "x.geojson"

    def lines_of(self, project_id: str) -> tuple[NamedLine, ...]:
        return self.naming


@dataclass
class DirectoryShell(AnalysisShell):
    """The shell of an office with directories."""

    directories: FakeDirectories = field(default_factory=FakeDirectories)
    office_files: Files = field(default_factory=Files)


def fault(row: int, column: str, raw: str) -> CellFault:
    """Return a cell that breaks a rule."""
    return CellFault(row, column, raw, "不是数字：请写成 1200.5", "not a number")
