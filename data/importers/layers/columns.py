"""Which columns of a table hold what a layer needs, found by their names or chosen by a person.

Words for positions and datums are those of office files; those for people, cost and capacity stand here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from data.importers.office.cells import is_blank
from data.importers.office.grid import Cell, Grid, as_text
from data.importers.office.headings import SEARCHED_ROWS, meaning
from data.importers.office.words import PROJECT, bare, factors, folded, words
from projects.analysis.layer_reading import ROLES, LayerOrder, LayerRefused

_BRACKETS: Final = re.compile(r"[（(\[【〔]([^（()）\[\]【】〔〕]*)[)）\]】〕]")
_POSITIONS: Final = ("lon", "lat", "lonlat")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "class": (
        "用地类别", "用地类型", "用地性质", "规划用地性质", "规划用地类别", "用地用海分类",
        "用地用海分类名称", "用地用海名称", "规划用途", "用地用途", "土地用途", "主导用途", "用地名称",
        "规划分区", "规划分区名称", "分区名称", "分区类型", "地类名称", "地类", "dlmc", "ydyhflmc",
        "ghytmc", "ydxzmc", "ydlb", "ydxz", "ghyt", "tdyt", "ghfqmc", "land_use", "landuse", "land_class",
        "zoning", "zone_class", "用地代码", "地类编码", "地类代码", "dlbm", "ydyhfldm",
    ),
    "note": (
        "备注", "说明", "用地说明", "规划说明", "管控要求", "规划要求", "bz", "sm", "remark",
        "remarks", "note", "notes",
    ),
    "people": (
        "常住人口", "常住人口数", "常住人数", "常住", "人口", "人口数", "人口数量", "总人口", "总人口数",
        "人数", "居民数", "居住人口", "户籍人口", "户籍人口数", "population", "pop", "people", "pop_total",
        "total_pop", "totpop", "residents", "persons", "rk", "czrk",
    ),
    "cost": (
        "成本", "造价", "建设成本", "建设造价", "建设投资", "估算造价", "估算投资", "投资估算", "投资",
        "总投资", "单价", "费用", "cost", "unit_cost", "build_cost",
    ),
    "capacity": (
        "容量", "服务能力", "设计容量", "设计能力", "可服务人数", "可服务人口", "服务人数", "服务人口",
        "床位", "床位数", "规模", "capacity", "cap", "beds",
    ),
    "name": (
        "名称", "村名", "村庄名称", "村庄", "自然村", "自然村名称", "行政村", "行政村名称", "村委会",
        "居民点", "居民点名称", "地名", "小区名称", "社区名称", "点位名称", "候选点", "候选点名称",
        "选址名称", "地块名称", "区域名称", "保护区名称", "name", "title", "mc", "xzmc", "zldwmc",
    ),
    "id": (
        "编号", "代码", "编码", "村代码", "村编码", "区划代码", "行政区划代码", "统计用区划代码", "村庄代码",
        "居民点编号", "点位编号", "候选点编号", "地块编号", "唯一编码", "id", "code", "uid", "zldwdm",
        "xzqdm",
    ),
}  # fmt: skip
_TEXTS: Final = ("id", "name", "class", "note")
"""Roles that are words: what stands in brackets behind them is no unit."""
_PEOPLE_UNITS: Final = {"人": 1.0, "名": 1.0, "口": 1.0, "千人": 1_000.0, "万人": 10_000.0, "persons": 1.0}
_SIZE_UNITS: Final = _PEOPLE_UNITS | {"张": 1.0, "床": 1.0, "个": 1.0, "beds": 1.0}


class Used(NamedTuple):
    """A column in use: where (from 0), its heading, its unit and factor, the datum that it names."""

    at: int
    heading: str
    unit: str = ""
    factor: float = 1.0
    datum: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one sheet: heading row and first data row (from 0), and each role's column."""

    heading_row: int
    headings: tuple[str, ...]
    roles: Mapping[str, Used] = field(default_factory=dict)
    datum: int = -1
    """The column in which each row names its datum, -1 for none."""

    @property
    def placed(self) -> bool:
        """Whether there are columns with positions."""
        return "lonlat" in self.roles or {"lon", "lat"} <= self.roles.keys()

    @property
    def first_row(self) -> int:
        """The first row below the heading."""
        return self.heading_row + 1


def find_columns(grid: Grid, order: LayerOrder, roles: Sequence[str]) -> Columns | None:
    """Return the columns of a sheet for these roles, None when no row of a table names positions.

    The heading of a map file is its first row. Raises ``LayerRefused`` for a chosen heading that is missing.
    """
    if grid.shapes is not None:
        return _columns(0, _texts(grid, 0), order, [r for r in roles if r not in _POSITIONS])
    best: Columns | None = None
    for row in range(min(SEARCHED_ROWS, len(grid.rows))):
        found = _columns(row, _texts(grid, row), order, roles)
        if found.placed and (best is None or len(found.roles) > len(best.roles)):
            best = found
    return best


def printed_headings(grid: Grid) -> tuple[str, ...]:
    """Return the texts of the row that looks most like a heading."""
    rows = (_texts(grid, row) for row in range(min(SEARCHED_ROWS, len(grid.rows))))
    return tuple(text for text in max(rows, key=lambda r: len(set(r)), default=()) if text)


def _texts(grid: Grid, row: int) -> tuple[str, ...]:
    """Return a row as headings; under a merged title (坐标 over 经度 and 纬度) the row above speaks too."""
    if row >= len(grid.rows):
        return ()
    own = [_text(cell) for cell in grid.rows[row]]
    above = [_text(cell) for cell in grid.rows[row - 1]] if row else []
    several = len({text for text in above if text}) > 1
    return tuple(
        text or (above[i] if several and i < len(above) and not is_blank(above[i]) else "")
        for i, text in enumerate(own)
    )


def _text(cell: Cell) -> str:
    return re.sub(r"\s*\n\s*", "", as_text(cell)).strip()[:80]


def _columns(row: int, headings: tuple[str, ...], order: LayerOrder, roles: Sequence[str]) -> Columns:
    found: dict[str, Used] = {}
    taken: set[int] = set()
    for role in roles:
        if order.columns.get(role):
            chosen = order.columns[role]
            if chosen in headings:
                found[role] = _used(headings.index(chosen), chosen, role)
                taken.add(found[role].at)
    for role in sorted(roles, key=ROLES.index):
        if role not in order.columns:
            used = _by_name(headings, role, taken)
            if used is not None:
                found[role] = used
                taken.add(used.at)
    datum = next((i for i, text in enumerate(headings) if text and _path(text) == "datum"), -1)
    return Columns(row, headings, found, datum)


def check_chosen(columns: Columns, order: LayerOrder, roles: Sequence[str]) -> None:
    """Raise ``LayerRefused`` when a chosen heading is not there: another column is never taken instead."""
    for role in roles:
        heading = order.columns.get(role)
        if heading and role not in columns.roles:
            raise LayerRefused("no_such_column", order.file_name, heading)


def _by_name(headings: Sequence[str], role: str, taken: set[int]) -> Used | None:
    """Return the column of a role by the first of its names that is there."""
    free = [(i, text) for i, text in enumerate(headings) if text and i not in taken]
    if role in _POSITIONS:
        return next((_used(i, text, role) for i, text in free if _path(text) == role), None)
    plain = {bare(_BRACKETS.sub("", text)): (i, text) for i, text in reversed(free) if _fits(text, role)}
    plain |= {bare(text): (i, text) for i, text in reversed(free)}
    for name in _NAMES[role]:
        if bare(name) in plain:
            return _used(*plain[bare(name)], role)
    return None


def _path(text: str) -> str:
    found = meaning(text, PROJECT)
    return found.path if found else ""


def _fits(text: str, role: str) -> bool:
    """Tell whether what stands in brackets is a unit of the role: 人口（户） counts no people."""
    unit = _unit(text)
    return not unit or role in _TEXTS or unit in _units(role)


def _unit(text: str) -> str:
    return folded(" ".join(_BRACKETS.findall(text))).removeprefix("单位").lstrip(":")


def _units(role: str) -> Mapping[str, float]:
    if role == "cost":
        return {unit: float(factor) for unit, factor in factors("money").items()}
    return _PEOPLE_UNITS if role == "people" else _SIZE_UNITS


def _used(index: int, heading: str, role: str) -> Used:
    unit = _unit(heading)
    if role in _POSITIONS:
        return Used(index, heading, datum=words("datum").get(unit, ""))
    known = _units(role) if role not in _TEXTS else {}
    return Used(index, heading, unit if unit in known else "", known.get(unit, 1.0))
