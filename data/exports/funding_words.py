"""The words of the money workbook: sheets, headings, caveats, each in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from projects.codes import FinanceStatus

Words = tuple[str, str]
"""(Chinese, English)."""

TITLE: Final[Words] = ("健康产业一张图 · 资金", "Health Industry Atlas · funding")

SHEETS: Final[Mapping[str, Words]] = {
    "about": ("说明", "About"),
    "areas": ("按地区", "By area"),
    "units": ("按填报单位", "By reporting unit"),
    "categories": ("按类别", "By category"),
    "modes": ("按建设运营方式", "By delivery mode"),
    "matrix": ("来源与状态", "Source and status"),
    "years": ("按年度", "By year"),
    "need": ("资金与需求", "Money and need"),
    "projects": ("项目", "Projects"),
}

SUM_HEADS: Final[tuple[Words, ...]] = (
    ("项目", "Projects"),
    ("已报资金", "Reported"),
    ("未报（未知）", "Not reported (unknown)"),
    ("总投资已知（个）", "Total known (projects)"),
    ("总投资（万元）", "Total investment (10,000 CNY)"),
    ("资金明细（笔）", "Finance lines"),
    ("明细合计（万元）", "Sum of lines (10,000 CNY)"),
    ("批复+到位+支付（万元）", "Approved + received + paid (10,000 CNY)"),
    ("到位+支付（万元）", "Received + paid (10,000 CNY)"),
    ("其中总投资已知项目的到位+支付", "of which in projects with a known total"),
    ("到位率", "Receipt rate"),
    ("缺口（已知，万元）", "Known gap (10,000 CNY)"),
    ("其中未报资金项目的总投资", "of which totals of projects not reported"),
    ("缺口未知（个）", "Gap unknown (projects)"),
    ("落实超出总投资（万元）", "Committed beyond the total (10,000 CNY)"),
    ("明细超过总投资（个）", "Lines exceed the total (projects)"),
    ("床位（已知）", "Beds (known)"),
    ("床位未知（个项目）", "Beds unknown (projects)"),
)

_STATUSES: Final[Mapping[FinanceStatus, Words]] = {
    FinanceStatus.PLANNED: ("拟申请", "To be applied for"),
    FinanceStatus.APPLIED: ("申请", "Applied for"),
    FinanceStatus.APPROVED: ("批复", "Approved"),
    FinanceStatus.RECEIVED: ("到位", "Received"),
    FinanceStatus.PAID: ("支付", "Paid"),
}
_BY_STATUS: Final = tuple(_STATUSES[status] for status in FinanceStatus)
_WHOLE: Final[Words] = ("合计", "Total")

HEADS: Final[Mapping[str, tuple[Words, ...]]] = {
    "areas": (("地区", "Area"), ("代码", "Code"), ("级别", "Level")),
    "units": (("填报单位", "Reporting unit"), ("代码", "Code"), ("类型", "Kind")),
    "categories": (("类别", "Category"), ("代码", "Code")),
    "modes": (("建设运营方式", "Delivery mode"),),
    "matrix": (
        ("资金来源（万元）", "Source (10,000 CNY)"),
        *_BY_STATUS,
        _WHOLE,
        ("笔数", "Lines"),
        ("项目数", "Projects"),
    ),
    "years": (
        ("年度（万元）", "Year (10,000 CNY)"),
        *_BY_STATUS,
        _WHOLE,
        ("年度计划", "Annual plan"),
        ("有年度计划的项目", "Projects with a plan"),
    ),
    "need": (
        ("县（市、区）", "County"),
        ("代码", "Code"),
        ("项目", "Projects"),
        ("已报资金", "Reported"),
        ("已报资金（万元）", "Reported money (10,000 CNY)"),
        ("每千名常住人口（万元）", "Per 1,000 residents (10,000 CNY)"),
        ("已知缺口（万元）", "Known gap (10,000 CNY)"),
        ("常住人口（2020）", "Residents (2020)"),
        ("60岁以上", "Aged 60+"),
        ("65岁以上（含在60岁以上内）", "Aged 65+ (among 60+)"),
        ("床位（已知）", "Beds (known)"),
        ("床位未知（个项目）", "Beds unknown (projects)"),
    ),
    "projects": (
        ("名称", "Name"),
        ("编号", "ID"),
        ("县（市、区）", "County"),
        ("类别", "Category"),
        ("归属单位", "Owner unit"),
        ("阶段", "Stage"),
        ("建设运营方式", "Delivery mode"),
        ("资金状态", "Funding status"),
        ("总投资（万元）", "Total investment (10,000 CNY)"),
        ("资金明细（笔）", "Finance lines"),
        ("明细合计（万元）", "Sum of lines (10,000 CNY)"),
        ("批复+到位+支付（万元）", "Approved + received + paid (10,000 CNY)"),
        ("到位+支付（万元）", "Received + paid (10,000 CNY)"),
        ("缺口（万元，负数为超出）", "Gap (10,000 CNY; negative: beyond the total)"),
        ("明细超过总投资（万元）", "Lines exceed the total by (10,000 CNY)"),
        ("依据", "Basis"),
    ),
}

WORDS: Final[Mapping[str, Words]] = {
    "whole": _WHOLE,
    "no_area": ("未注明地区", "No area stated"),
    "no_unit": ("没有归属单位", "No owner unit"),
    "no_year": ("未注明年度", "No year stated"),
    "of_subsidy": ("其中：补助资金", "of which: subsidies"),
    "of_funds": ("其中：产业基金", "of which: guidance funds"),
    "title": ("内容", "Title"),
    "generated": ("生成时间", "Generated at"),
    "version": ("数据版本", "Data version"),
    "credit": ("署名", "Credit"),
    "filter": ("筛选条件", "Filter"),
    "parameters": ("筛选参数", "Filter parameters"),
    "note": ("使用须知", "Please note"),
    "records": ("项目总数", "Projects"),
    "reported": ("其中：已报资金", "of these: money reported"),
    "unknown_total": ("其中：总投资未知", "of these: total unknown"),
    "check": ("合计核对", "Sums checked"),
    "agrees": (
        "各表合计一致：按地区、单位、类别、方式、来源与状态和项目表相加都是同一个数。",
        "All sheets agree: areas, units, categories, modes, the matrix and the projects add up to the same.",
    ),
    "differs": (
        "生成期间有人改了数据，各表合计不一致；请重新导出。",
        "Data changed while this file was made and the sheets do not agree: export again.",
    ),
    "demo": ("其中：演示数据（不是实际项目）", "of these: practice data (no real projects)"),
    "modelled": ("其中：模拟测算（不是实际项目）", "of these: modelled (no real projects)"),
    "nested": (
        "分期与整个项目都填了总投资（可能重复）",
        "Phases with a total beside that of their whole project (perhaps counted twice)",
    ),
}

CAVEATS: Final[tuple[Words, ...]] = (
    (
        "空白是未知，不是零：没有人填报的项目在“未报”和“缺口未知”中计数，不在任何金额里。",
        "A blank is unknown, never zero: projects nobody reported are counted as not reported or gap unknown"
        " and are in no amount.",
    ),
    (
        "到位率 = Σ（到位+支付）÷ Σ 已知总投资，只算总投资已知的项目，其余项目数见“缺口未知”一列；"
        "其中还没报资金的按没有到位计，一个都没报的不算到位率。",
        "Receipt rate = Σ(received + paid) ÷ Σ known totals, over projects with a known total; the others are"
        " counted under gap unknown. Projects without a line count as nothing received; where nobody has"
        " reported there is no rate.",
    ),
    (
        "缺口 = 总投资 −（批复+到位+支付），只加正数；落实超出总投资的部分单列，不抵别的项目的缺口。",
        "Gap = total − (approved + received + paid), positive ones only; what goes beyond a total stands"
        " apart and covers no other project's gap.",
    ),
    (
        "每一笔资金只在一个状态。一个项目可有几种来源，所以“来源与状态”里的项目数不能相加。",
        "A line is in exactly one status. A project may have several sources, so the project counts of the"
        " matrix do not add up.",
    ),
    (
        "跨县的项目只计一次：计在它所在的县，县不明确的计在功能区、地市或省。",
        "A project that touches several counties counts once: in its own county, else its zone, prefecture or"
        " province.",
    ),
    (
        "单位为万元（人民币）。工作表最多保存 15 位有效数字，更长的数以文字写出，一位不少。",
        "Amounts are in 10,000 CNY. A cell keeps fifteen digits; longer amounts are written as text, to the"
        " last digit.",
    ),
    (
        "床位是项目填报或文件载明的，不是现有床位；人口为 2020 年普查常住人口。",
        "Beds are those of the projects, not of existing services; residents are those of the 2020 census.",
    ),
)
