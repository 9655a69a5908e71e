"""The columns of the office workbook: which field each is, its heading, width, list and help.

Headings are those of ``projects.fields``; the reader of office files knows them by the same names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from projects.fields import (
    APPROVAL_FIELDS,
    COORDINATE_FIELDS,
    FIELDS,
    FINANCE_FIELDS,
    MILESTONE_FIELDS,
    Field,
    FieldType,
)
from projects.intake.importing import EXAMPLE

PROJECTS, FINANCE, MILESTONES, APPROVALS = "项目", "资金", "里程碑", "审批手续"
HOW_TO, LISTS = "说明", "字典"
"""Names of the sheets, in order."""
ID, VERSION, LINE_ID, OWNER_NAME = "项目编号", "版本", "明细编号", "项目名称"
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula when a cell is typed over or saved as CSV."""
PLAN_YEARS: Final = 3
"""For so many years, from that of the workbook on, 项目 has a column of the year's planned investment."""
NOT_IN_WORKBOOK: Final = frozenset({"owner_unit_id"})
"""Fields that a file does not give: whose a record is follows from who files it, and from its county."""

_WIDTHS: Final[Mapping[FieldType, int]] = MappingProxyType(
    {
        FieldType.TEXT: 18,
        FieldType.LONG_TEXT: 40,
        FieldType.CHOICE: 14,
        FieldType.NAMES: 24,
        FieldType.DATE: 13,
        FieldType.YEAR: 8,
        FieldType.BOOLEAN: 10,
    }
)
_WIDE: Final = MappingProxyType({"name": 36, "project_code": 28, "address": 28, "code": 28, "datum": 26})


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``field`` is None for marks that only the program fills in (id, version)."""

    name: str
    heading: str
    field: Field | None = None
    help_zh: str = ""
    help_en: str = ""

    @property
    def width(self) -> int:
        """Width in characters."""
        if self.field is None:
            return 24 if self.name == "owner_name" else 11
        return _WIDE.get(self.field.name, _WIDTHS.get(self.field.type, 13))


def _of(field: Field) -> Column:
    return Column(field.name, field.zh, field, field.help_zh, field.help_en)


_ID: Final = Column(
    "project_id",
    ID,
    None,
    "库中的编号；新项目请留空，不要自己编号",
    "Id in the library; leave empty for a new project, do not invent one",
)
_VERSION: Final = Column(
    "version",
    VERSION,
    None,
    "下载时的版本，请勿改动：别人其间改过的内容不会被悄悄覆盖",
    "Version when downloaded, leave as it is: what others change meanwhile is never silently overwritten",
)
_OWNER_ID: Final = Column("project_id", ID, None, "与「项目」表一致；新项目留空，按项目名称对应")
_OWNER_NAME: Final = Column("owner_name", OWNER_NAME, None, "与「项目」表的项目名称一致")
_LINE: Final = Column("line_id", LINE_ID, None, "库中这一笔的编号；新增的一笔请留空")


def _project_columns() -> tuple[Column, ...]:
    """Return id, version and all fields in the order of the form, the coordinates behind the address."""
    columns = [_ID, _VERSION]
    for field in FIELDS:
        if field.name not in NOT_IN_WORKBOOK:
            columns.append(_of(field))
        if field.name == "address":
            columns += [_of(coordinate) for coordinate in COORDINATE_FIELDS]
    return tuple(columns)


PROJECT_COLUMNS: Final = _project_columns()
FINANCE_COLUMNS: Final = (_OWNER_ID, _OWNER_NAME, _LINE, *map(_of, FINANCE_FIELDS))
MILESTONE_COLUMNS: Final = (_OWNER_ID, _OWNER_NAME, *map(_of, MILESTONE_FIELDS))
APPROVAL_COLUMNS: Final = (_OWNER_ID, _OWNER_NAME, *map(_of, APPROVAL_FIELDS))
SHEETS: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {
        PROJECTS: PROJECT_COLUMNS,
        FINANCE: FINANCE_COLUMNS,
        MILESTONES: MILESTONE_COLUMNS,
        APPROVALS: APPROVAL_COLUMNS,
    }
)
"""The data sheets and their columns."""


def sheets_of(year: int) -> dict[str, tuple[Column, ...]]:
    """Return the data sheets of a workbook made in a year: the years' plans stand behind the total."""
    behind = [column.name for column in PROJECT_COLUMNS].index("total_investment") + 1
    plans = tuple(_plan(number) for number in range(year, year + PLAN_YEARS))
    return {**SHEETS, PROJECTS: (*PROJECT_COLUMNS[:behind], *plans, *PROJECT_COLUMNS[behind:])}


def _plan(year: int) -> Column:
    zh, en = f"{year}年计划投资（万元）", f"Investment planned for {year} (10,000 CNY)"
    return _of(replace(_AMOUNT, name=f"annual_plan/{year}", zh=zh, en=en, required=False))


_AMOUNT: Final = next(field for field in FINANCE_FIELDS if field.name == "amount")

EXAMPLES: Final[Mapping[str, Mapping[str, str | int | float]]] = MappingProxyType(
    {
        PROJECTS: {
            "project_id": EXAMPLE,
            "name": f"{EXAMPLE}：某某县中医院康复楼（不会导入）",
            "kind": "项目点",
            "category": "中医药",
            "address": "某某镇某某路 1 号",
            "lon": 113.353012,
            "lat": 24.778503,
            "datum": "WGS84（GPS、手机定位）",
            "stage": "在建",
            "delivery_mode": "政府投资",
            "total_investment": 12000.5,
            "beds": 120,
            "party/owner": "某某县中医院",
            "published": "是",
        },
        FINANCE: {
            "project_id": EXAMPLE,
            "owner_name": f"{EXAMPLE}：某某县中医院康复楼（不会导入）",
            "source": "专项债",
            "status": "到位",
            "amount": 3000,
            "year": 2024,
            "subsidy": "否",
        },
        MILESTONES: {
            "project_id": EXAMPLE,
            "owner_name": f"{EXAMPLE}：某某县中医院康复楼（不会导入）",
            "code": "开工",
            "planned_on": "2024-03-01",
            "actual_on": "2024-03-18",
        },
        APPROVALS: {
            "project_id": EXAMPLE,
            "owner_name": f"{EXAMPLE}：某某县中医院康复楼（不会导入）",
            "code": "可行性研究报告批复",
            "actual_on": "2023-11-06",
            "number": "某发改〔2023〕88号",
            "authority": "某某县发展和改革局",
        },
    }
)
"""One made-up row per sheet, shown in a blank workbook."""
