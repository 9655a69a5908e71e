"""One record as a flat row: what the table shows, the map draws and every export writes.

``COLUMNS`` is the single list of those fields, in order, with headings and meanings: the table's headings,
the xlsx dictionary sheet, the CSV header and the GeoJSON properties are all made from it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple


class Summary(NamedTuple):
    """A record's published facts.

    ``None`` means unknown. Amounts in 万元, areas in m² or 亩, codes GB/T 2260.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    category: str
    category_zh: str
    parent_id: str | None
    quantity: int | float | None
    quantity_basis: str
    project_code: str | None
    province_code: str | None
    province: str | None
    prefecture_code: str | None
    prefecture: str | None
    county_code: str | None
    county: str | None
    county_basis: str | None
    touches: tuple[str, ...]
    township_code: str | None
    township: str | None
    zone_id: str | None
    zone: str | None
    address: str | None
    precision: int
    precision_zh: str
    place_method: str | None
    place_basis: str | None
    place_datum: str | None
    place_source: str | None
    near_county_line: bool
    stage: str
    stage_words: str | None
    as_of_year: int | None
    ownership: str | None
    delivery_mode: str
    approval_type: str | None
    key_lists: str | None
    promotion_stage: str
    open_to_capital: str | None
    capital_sought_wan: Decimal | None
    land_status: str | None
    land_tenure: str | None
    land_use: str | None
    land_quota_mu: Decimal | None
    land_quota_status: str | None
    planning_note: str | None
    cooperation: str | None
    funding_status: str
    total_investment_wan: Decimal | None
    beds: int | None
    floor_area_m2: Decimal | None
    land_mu: Decimal | None
    jobs: int | None
    annual_output_wan: Decimal | None
    documents: tuple[str, ...]
    tasks: tuple[str, ...]
    lead_units: tuple[str, ...]
    support_units: tuple[str, ...]
    duty_units: tuple[str, ...]
    reported: tuple[str, ...]
    basis: str
    basis_zh: str
    note: str | None
    geometry: str | None
    """GeoJSON geometry text (WGS84, lon lat, right-hand rule, seven decimals), None without a place."""


class Column(NamedTuple):
    """A published field: its name, headings in both languages, what it holds."""

    name: str
    zh: str
    en: str
    meaning: str


COLUMNS: Final = (
    Column("id", "编号", "ID", "本库编号，永不重用"),
    Column("name", "名称", "Name", "与来源文件印刷一致"),
    Column("aliases", "别名", "Aliases", "文件中的其他写法及公开名称"),
    Column("kind", "类型", "Kind", "site 项目点 · enterprise 企业 · programme 计划任务 · platform 平台"),
    Column("category", "类别代码", "Category code", "按事物本身分类，不按所在章节"),
    Column("category_zh", "类别", "Category", "类别代码的中文名称"),
    Column("parent_id", "上级编号", "Parent", "一期、二期等属于同一项目"),
    Column("quantity", "计划数量", "Planned quantity", "空白为未说明"),
    Column(
        "quantity_basis", "数量依据", "Quantity basis", "stated 文件写明 · derived 推定 · unstated 未说明"
    ),
    Column("project_code", "项目代码", "Project code", "GB/T 40058-2021，空白为未填报"),
    Column("province_code", "省级代码", "Province code", "GB/T 2260"),
    Column("province", "省（区、市）", "Province", ""),
    Column("prefecture_code", "地市代码", "Prefecture code", "GB/T 2260"),
    Column("prefecture", "地市", "Prefecture", ""),
    Column("county_code", "县级代码", "County code", "GB/T 2260，空白为未明确"),
    Column("county", "县（市、区）", "County", ""),
    Column("county_basis", "县的依据", "County basis", "documented 文件载明 · derived 公开资料推定"),
    Column("touches", "涉及县", "Counties touched", "计划任务涉及的各县代码"),
    Column("township_code", "乡镇代码", "Township code", "国家统计局九位代码"),
    Column("township", "乡镇（街道）", "Township", ""),
    Column("zone_id", "功能区编号", "Zone ID", "功能区没有行政区划代码"),
    Column("zone", "功能区", "Zone", ""),
    Column("address", "地址", "Address", ""),
    Column(
        "precision",
        "定位精度",
        "Location precision",
        "1 地块 · 2 地址或村 · 3 乡镇 · 4 县 · 5 地市、功能区或省 · 0 未定位",
    ),
    Column("precision_zh", "精度说明", "Precision in words", ""),
    Column(
        "place_method",
        "定位方法",
        "Location method",
        "gps map_click geocoder gazetteer parcel centroid document_text",
    ),
    Column("place_basis", "定位依据", "Location basis", "documented reported derived modelled demo"),
    Column("place_datum", "原始坐标系", "Datum as entered", "几何一律为 WGS84；此处为录入时的坐标系"),
    Column("place_source", "定位来源", "Location source", ""),
    Column("near_county_line", "临近县界", "Near a county line", "距县界 500 米以内，县的归属需核实"),
    Column("stage", "阶段", "Stage", "未明确 = 无人填报"),
    Column("stage_words", "文件用语", "Status words", "文件中的状态用语，以 as_of_year 年为准"),
    Column("as_of_year", "资料年份", "As of", "来源文件的年份"),
    Column("ownership", "举办性质", "Ownership", "公办 · 民办 · 混合，空白为未填报"),
    Column("delivery_mode", "建设运营方式", "Delivery mode", ""),
    Column("approval_type", "审批类型", "Approval type", "审批 · 核准 · 备案，空白为未填报"),
    Column("key_lists", "重点项目名单", "Lists of key projects", "年份加名单，空白为未填报"),
    Column("promotion_stage", "招商阶段", "Promotion stage", ""),
    Column("open_to_capital", "对外招商", "Open to capital", "空白为没人说过，不是“否”"),
    Column("capital_sought_wan", "拟引资额（万元）", "Capital sought (10,000 CNY)", "空白为未知，不是零"),
    Column("land_status", "用地情况", "Land readiness", "空白为未填报"),
    Column("land_tenure", "供地方式", "Land tenure", "空白为未填报"),
    Column("land_use", "土地用途", "Land use", "GB/T 21010-2017 二级类名称，空白为未填报"),
    Column("land_quota_mu", "用地指标（亩）", "Land quota", "空白为未知，不是零"),
    Column("land_quota_status", "用地指标落实情况", "State of the land quota", "空白为未填报"),
    Column("planning_note", "规划情况", "Planning note", ""),
    Column("cooperation", "招商内容与合作条件", "What is offered and on what terms", ""),
    Column("funding_status", "资金状态", "Funding status", "由资金明细推算；未报 = 无人填报，不是零"),
    Column("total_investment_wan", "总投资（万元）", "Total investment (10,000 CNY)", "空白为未知，不是零"),
    Column("beds", "床位", "Beds", "空白为未知"),
    Column("floor_area_m2", "建筑面积（平方米）", "Floor area (m²)", "空白为未知"),
    Column("land_mu", "用地（亩）", "Land (mu)", "空白为未知"),
    Column("jobs", "就业（人）", "Jobs", "空白为未知"),
    Column("annual_output_wan", "年产值（万元）", "Annual output (10,000 CNY)", "空白为未知，不是零"),
    Column("documents", "来源文件", "Documents", "文号"),
    Column("tasks", "任务编号", "Tasks", "文件中的任务条目"),
    Column("lead_units", "牵头（责任）单位", "Lead units", ""),
    Column("support_units", "参与（配合）单位", "Support units", ""),
    Column("duty_units", "责任主体", "Duty units", ""),
    Column(
        "reported",
        "单位填报的字段",
        "Fields reported by an office",
        "这些字段的值由单位填报，其余字段按“依据”一栏",
    ),
    Column("basis", "依据代码", "Basis", "documented reported derived modelled demo"),
    Column("basis_zh", "依据", "Basis in words", ""),
    Column("note", "备注", "Note", ""),
)
"""Every published field except the geometry, in print order."""

STORED_AS: Final[Mapping[str, str]] = {
    "province": "province_code",
    "prefecture": "prefecture_code",
    "county": "county_code",
    "township": "township_code",
    "zone": "zone_id",
    "total_investment_wan": "total_investment",
    "capital_sought_wan": "capital_sought",
    "annual_output_wan": "annual_output",
}
"""Published field → the field under which its source and basis are kept, where the two differ."""

DICTIONARY: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "zh": ("字段", "中文名", "英文名", "含义"),
    "en": ("Field", "Chinese", "English", "Meaning"),
}
"""Headings of the sheet that explains ``COLUMNS``, by language; a file that comes back is known by them."""


def heading(name: str, language: str) -> str:
    """Return a field's heading in ``zh`` or ``en``.

    >>> heading("county", "zh"), heading("county", "en")
    ('县（市、区）', 'County')
    """
    column = _BY_NAME[name]
    return column.en if language == "en" else column.zh


_BY_NAME: Final[Mapping[str, Column]] = {column.name: column for column in COLUMNS}
