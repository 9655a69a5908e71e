"""The fields an office may fill in: one list behind form, bulk table, workbook, import, review and history.

A record under edit is a *document*: field path → value in plain JSON. A single field goes by its name; the
rows of a list go one by one, so that a reviewer can take one and leave another:

    name, stage, total_investment …   one value (text, code, decimal as text, integer, ``YYYY-MM-DD``)
    alias/<name>                      True
    area/<county code>                True (the record touches that county beyond its own)
    party/<role>                      list of unit names, in order
    finance/<line id or new-n>        {source, status, amount, year, subsidy, note}
    annual_plan/<year>                amount
    milestone/<code>                  {planned_on, actual_on, title, note}
    approval/<code>                   {planned_on, actual_on, number, authority, note}
    place/<position>                  {geometry, precision, method, datum_entered, coordinates_entered,
                                       address, source, label, note}; 0 is the primary place
    deleted                           True for a deleted record
    merged_into_id                    the record this one was merged into

Amounts are decimal text in 万元 (``"12000.5"``), geometry is GeoJSON in WGS84 (lon, lat). A path that is
absent, or whose value is None, is unknown (so is a stage or mode 未明确); taking a list row away is a change
to None. Rows have all their keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from projects.codes import (
    CATEGORY_ZH,
    DATUM_ZH,
    KIND_ZH,
    MILESTONE_ZH,
    ROLE_ZH,
    DeliveryMode,
    FinanceSource,
    FinanceStatus,
    LandStatus,
    Ownership,
    PromotionStage,
    Stage,
)
from projects.land import LAND_USES, LandQuota, LandTenure
from projects.lifecycle.approvals import APPROVAL_EN, APPROVAL_ZH, ApprovalType

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
"""Floats occur in the coordinates of a geometry alone; amounts are text."""
Document = Mapping[str, JsonValue]
"""Field path → value, as described above; what is absent is unknown."""


class Group(StrEnum):
    """The groups of the record model, in the order of the form."""

    IDENTITY = "identity"
    CLASSIFICATION = "classification"
    PLACE = "place"
    LIFE_CYCLE = "life_cycle"
    PROMOTION = "promotion"
    MONEY = "money"
    SIZE = "size"
    LAND = "land"
    PARTIES = "parties"
    UPKEEP = "upkeep"


GROUP_ZH: Final[Mapping[Group, str]] = MappingProxyType(
    {
        Group.IDENTITY: "名称与编号",
        Group.CLASSIFICATION: "分类",
        Group.PLACE: "位置",
        Group.LIFE_CYCLE: "进度",
        Group.PROMOTION: "招商",
        Group.MONEY: "资金（万元）",
        Group.SIZE: "规模",
        Group.LAND: "用地与规划",
        Group.PARTIES: "单位与联系人",
        Group.UPKEEP: "归属与发布",
    }
)


class FieldType(StrEnum):
    """How a value is read, checked and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    MONEY = "money"
    DECIMAL = "decimal"
    INTEGER = "integer"
    YEAR = "year"
    DATE = "date"
    BOOLEAN = "boolean"
    RECORD = "record"
    """Another record, by id."""
    COUNTY = "county"
    """A county-level unit, by code or by name."""
    TOWNSHIP = "township"
    ZONE = "zone"
    UNIT = "unit"
    """An owner unit, by id."""
    NAMES = "names"
    """A list of names; in one cell they are separated by ； or 、."""


@dataclass(frozen=True, slots=True)
class Field:
    """One fillable value: its path, headings, type and limits (inclusive)."""

    name: str
    group: Group
    type: FieldType
    zh: str
    en: str
    choices: Mapping[str, str] = field(default_factory=dict)
    """Stored code → Chinese label, in order, for ``CHOICE``."""
    longest: int = 200
    lowest: Decimal | None = None
    highest: Decimal | None = None
    required: bool = False
    help_zh: str = ""
    help_en: str = ""

    @property
    def unit_zh(self) -> str:
        """The unit in brackets of the Chinese heading, empty for a bare one."""
        return self.zh.partition("（")[2].rstrip("）") if self.type in _MEASURED else ""


_MEASURED: Final = (FieldType.MONEY, FieldType.DECIMAL, FieldType.INTEGER)
_ZERO: Final = Decimal(0)


def _labels(values: Sequence[str]) -> Mapping[str, str]:
    """Return a list whose codes are their own Chinese labels."""
    return MappingProxyType({str(v): str(v) for v in values})


def _choice(name: str, group: Group, zh: str, en: str, values: Sequence[str]) -> Field:
    return Field(name, group, FieldType.CHOICE, zh, en, _labels(values))


def _texts(codes: Mapping[Any, str]) -> Mapping[str, str]:
    return MappingProxyType({str(code): label for code, label in codes.items()})


def _measure(name: str, group: Group, kind: FieldType, titles: tuple[str, str], highest: str) -> Field:
    """Return a quantity from zero to ``highest``."""
    zh, en = titles
    return Field(name, group, kind, zh, en, lowest=_ZERO, highest=Decimal(highest))


FIELDS: Final[tuple[Field, ...]] = (
    Field("name", Group.IDENTITY, FieldType.TEXT, "项目名称", "Name", required=True),
    Field("aliases", Group.IDENTITY, FieldType.NAMES, "别名", "Aliases"),
    Field(
        "project_code",
        Group.IDENTITY,
        FieldType.TEXT,
        "项目代码",
        "Project code",
        longest=28,
        help_zh="投资项目在线审批监管平台代码，如 2020-440203-83-01-012345",
        help_en="Code of the approval platform, e.g. 2020-440203-83-01-012345",
    ),
    Field("kind", Group.IDENTITY, FieldType.CHOICE, "类型", "Kind", _texts(KIND_ZH), required=True),
    Field(
        "parent_id",
        Group.IDENTITY,
        FieldType.RECORD,
        "上级项目编号",
        "Parent record",
        help_zh="一期、二期、三期各是一条记录，写整个项目的编号",
        help_en="Phases name the whole project",
    ),
    Field(
        "category",
        Group.CLASSIFICATION,
        FieldType.CHOICE,
        "类别",
        "Category",
        _texts(CATEGORY_ZH),
        required=True,
    ),
    _measure(
        "quantity", Group.CLASSIFICATION, FieldType.DECIMAL, ("计划数量", "Planned quantity"), "1000000"
    ),
    Field("county_code", Group.PLACE, FieldType.COUNTY, "县（市、区）", "County"),
    Field("township_code", Group.PLACE, FieldType.TOWNSHIP, "乡镇（街道）", "Township"),
    Field("zone_id", Group.PLACE, FieldType.ZONE, "功能区", "Functional zone"),
    Field("address", Group.PLACE, FieldType.TEXT, "地址", "Address"),
    Field("areas", Group.PLACE, FieldType.NAMES, "涉及其他县", "Other counties touched"),
    Field("stage", Group.LIFE_CYCLE, FieldType.CHOICE, "阶段", "Stage", _labels(tuple(Stage))),
    _choice("ownership", Group.LIFE_CYCLE, "举办性质", "Ownership", tuple(Ownership)),
    _choice("delivery_mode", Group.LIFE_CYCLE, "建设运营方式", "Delivery mode", tuple(DeliveryMode)),
    _choice("approval_type", Group.LIFE_CYCLE, "审批类型", "Approval type", tuple(ApprovalType)),
    Field(
        "key_lists",
        Group.LIFE_CYCLE,
        FieldType.TEXT,
        "重点项目名单",
        "Lists of key projects",
        longest=200,
        help_zh="年份加名单，如 2026省重点；2027市重点",
        help_en="Year and list, e.g. 2026省重点；2027市重点",
    ),
    _choice("promotion_stage", Group.PROMOTION, "招商阶段", "Promotion stage", tuple(PromotionStage)),
    _choice("open_to_capital", Group.PROMOTION, "对外招商", "Open to capital", ("是", "否")),
    _measure(
        "capital_sought",
        Group.PROMOTION,
        FieldType.MONEY,
        ("拟引资额（万元）", "Capital sought (10,000 CNY)"),
        "100000000",
    ),
    _choice("land_status", Group.PROMOTION, "用地情况", "Land readiness", tuple(LandStatus)),
    Field(
        "cooperation",
        Group.PROMOTION,
        FieldType.LONG_TEXT,
        "招商内容与合作条件",
        "What is offered and on what terms",
        longest=2000,
    ),
    _measure(
        "total_investment",
        Group.MONEY,
        FieldType.MONEY,
        ("总投资（万元）", "Total investment (10,000 CNY)"),
        "100000000",
    ),
    _measure("beds", Group.SIZE, FieldType.INTEGER, ("床位（张）", "Beds"), "100000"),
    _measure(
        "floor_area_m2",
        Group.SIZE,
        FieldType.DECIMAL,
        ("建筑面积（平方米）", "Floor area (m²)"),
        "100000000",
    ),
    _measure("land_mu", Group.SIZE, FieldType.DECIMAL, ("用地（亩）", "Land (mu)"), "1000000"),
    _measure("jobs", Group.SIZE, FieldType.INTEGER, ("就业（人）", "Jobs"), "1000000"),
    _measure(
        "annual_output",
        Group.SIZE,
        FieldType.MONEY,
        ("年产值（万元）", "Annual output (10,000 CNY)"),
        "100000000",
    ),
    _choice("land_tenure", Group.LAND, "供地方式", "Land tenure", tuple(LandTenure)),
    replace(
        _choice("land_use", Group.LAND, "土地用途", "Land use", LAND_USES),
        help_zh="GB/T 21010-2017 二级类名称",
        help_en="Second-level class of GB/T 21010-2017",
    ),
    _measure("land_quota_mu", Group.LAND, FieldType.DECIMAL, ("用地指标（亩）", "Land quota"), "1000000"),
    _choice("land_quota_status", Group.LAND, "用地指标落实情况", "State of the land quota", tuple(LandQuota)),
    Field(
        "planning_note",
        Group.LAND,
        FieldType.LONG_TEXT,
        "规划情况",
        "Planning note",
        longest=2000,
        help_zh="是否符合国土空间规划、要不要调规、有没有占耕地或红线",
        help_en="Whether it fits the land-use plan, needs it changed, takes farmland or protected land",
    ),
    *(
        Field(f"party/{role}", Group.PARTIES, FieldType.NAMES, label, role.capitalize())
        for role, label in ((str(r), ROLE_ZH[r]) for r in ROLE_ZH)
        if role in ("owner", "funder", "operator", "investor")
    ),
    Field(
        "contact_name",
        Group.PARTIES,
        FieldType.TEXT,
        "联系人",
        "Contact person",
        longest=60,
        help_zh="只有登录的人看得到",
        help_en="Seen by signed-in people only",
    ),
    Field(
        "contact_phone",
        Group.PARTIES,
        FieldType.TEXT,
        "联系电话",
        "Contact phone",
        longest=60,
        help_zh="只有登录的人看得到",
        help_en="Seen by signed-in people only",
    ),
    Field("note", Group.UPKEEP, FieldType.LONG_TEXT, "备注", "Note", longest=2000),
    Field("owner_unit_id", Group.UPKEEP, FieldType.UNIT, "归属单位", "Owner unit"),
    Field("published", Group.UPKEEP, FieldType.BOOLEAN, "公开发布", "Published"),
)
"""Single values and lists of names, in the order of the form. ``aliases`` and ``areas`` are the form's view
of the ``alias/…`` and ``area/…`` rows."""

FINANCE_FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "source",
        Group.MONEY,
        FieldType.CHOICE,
        "资金来源",
        "Source",
        _labels(tuple(FinanceSource)),
        required=True,
    ),
    Field(
        "status",
        Group.MONEY,
        FieldType.CHOICE,
        "资金状态",
        "Status",
        _labels(tuple(FinanceStatus)),
        required=True,
    ),
    Field(
        "amount",
        Group.MONEY,
        FieldType.MONEY,
        "金额（万元）",
        "Amount (10,000 CNY)",
        lowest=_ZERO,
        highest=Decimal(100000000),
        required=True,
    ),
    Field("year", Group.MONEY, FieldType.YEAR, "年度", "Year", lowest=Decimal(1990), highest=Decimal(2100)),
    Field("subsidy", Group.MONEY, FieldType.BOOLEAN, "是否补助", "Subsidy"),
    Field("note", Group.MONEY, FieldType.TEXT, "说明", "Note", longest=200),
)
"""One line of 资金: a tranche in exactly one status."""

MILESTONE_FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "code", Group.LIFE_CYCLE, FieldType.CHOICE, "里程碑", "Milestone", _texts(MILESTONE_ZH), required=True
    ),
    Field("planned_on", Group.LIFE_CYCLE, FieldType.DATE, "计划日期", "Planned on"),
    Field("actual_on", Group.LIFE_CYCLE, FieldType.DATE, "实际日期", "Actual on"),
    Field("title", Group.LIFE_CYCLE, FieldType.TEXT, "名称", "Title", longest=100),
    Field("note", Group.LIFE_CYCLE, FieldType.TEXT, "说明", "Note", longest=200),
)
"""One line of 里程碑."""

APPROVAL_FIELDS: Final[tuple[Field, ...]] = (
    replace(MILESTONE_FIELDS[0], zh="审批事项", en="Approval step", choices=_texts(APPROVAL_ZH)),
    *MILESTONE_FIELDS[1:3],
    replace(MILESTONE_FIELDS[3], name="number", zh="文号", en="Document number"),
    replace(MILESTONE_FIELDS[3], name="authority", zh="办理单位", en="Authority"),
    MILESTONE_FIELDS[4],
)
"""One line of 审批手续: a step of 审批, 核准 or 备案 with the document it ended in."""

COORDINATE_FIELDS: Final[tuple[Field, ...]] = (
    Field("lon", Group.PLACE, FieldType.TEXT, "经度", "Longitude", longest=40),
    Field("lat", Group.PLACE, FieldType.TEXT, "纬度", "Latitude", longest=40),
    Field("datum", Group.PLACE, FieldType.CHOICE, "坐标系", "Datum", _texts(DATUM_ZH)),
)
"""How a workbook and the form give the primary place; they become ``place/0``."""

BY_NAME: Final[Mapping[str, Field]] = MappingProxyType({one.name: one for one in FIELDS})

LISTS: Final = ("alias", "area", "finance", "annual_plan", "milestone", "approval", "place")
"""First part of the paths whose rows are changed one by one."""

STATE_PATHS: Final = ("deleted", "merged_into_id")
"""What a deletion and a merge change; never filled in by hand."""


def field_of(path: str) -> Field | None:
    """Return the single field a path names, None for a list row.

    >>> field_of("beds").zh, field_of("finance/12")
    ('床位（张）', None)
    """
    return BY_NAME.get(path)


def title(path: str, language: str = "zh") -> str:
    """Return what people call a path.

    >>> title("beds"), title("milestone/commencement"), title("finance/12"), title("place/0", "en")
    ('床位（张）', '里程碑：开工', '资金明细', 'Place')
    """
    single = BY_NAME.get(path)
    if single is not None:
        return single.en if language == "en" else single.zh
    kind, _, rest = path.partition("/")
    zh, en = _LIST_TITLES.get(kind, (path, path))
    rest = _STEP_NAMES.get((kind, language), {}).get(rest, rest)
    if kind in ("milestone", "approval", "alias", "area", "annual_plan", "merged"):
        return f"{en}: {rest}" if language == "en" else f"{zh}：{rest}"
    return en if language == "en" else zh


_STEP_NAMES: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("milestone", "zh"): _texts(MILESTONE_ZH),
    ("approval", "zh"): _texts(APPROVAL_ZH),
    ("approval", "en"): _texts(APPROVAL_EN),
}
_LIST_TITLES: Final = {
    "alias": ("别名", "Alias"),
    "area": ("涉及县", "County touched"),
    "party": ("单位", "Party"),
    "finance": ("资金明细", "Finance line"),
    "annual_plan": ("年度计划投资", "Annual plan"),
    "milestone": ("里程碑", "Milestone"),
    "approval": ("审批手续", "Approval"),
    "place": ("位置", "Place"),
    "deleted": ("删除", "Deletion"),
    "merged_into_id": ("合并到", "Merged into"),
    "merged": ("合并入", "Merged with"),
}
