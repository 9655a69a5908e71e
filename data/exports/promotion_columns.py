"""What the workbooks of investment promotion say: their columns, in both languages, and how to read them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from projects.codes import BASIS_ZH, CATEGORY_ZH, MILESTONE_ZH, PRECISION_ZH
from projects.promotion import comparing, funnel, opportunities
from projects.promotion.comparing import Near, Step, Type
from projects.promotion.events import EVENT_ZH, Event
from projects.promotion.funnel import Cohort
from projects.promotion.opportunities import Opportunity
from projects.promotion.shown import OUTCOME_ZH, Shown

Say = Callable[[str], str]
"""A Chinese word of a code list → the word in the reader's language."""
Cell = str | int | Decimal | None
Pair = tuple[str, str]
"""A heading in Chinese and English."""

CAVEATS: Final[Mapping[str, tuple[Pair, ...]]] = {
    "opportunities": (
        (
            "空白为无人填报，不是零；资金缺口 = 总投资 − （批复 + 到位 + 支付），总投资未报的缺口未知。",
            "A blank means nobody has reported it, never zero; gap = total − (approved + received + paid),"
            " unknown where the total is.",
        ),
        (
            "数量是规划点名或单位填报的项目，不代表已经批准，也不构成要约。",
            "Records are named in plans or reported by offices; being listed is neither an approval nor an"
            " offer.",
        ),
    ),
    "comparison": (
        (
            "人口为普查常住人口；库内数量是规划点名的项目数，不代表已有服务。",
            "Residents are those of the census; counts are records named in plans, not services in"
            " existence.",
        ),
        (
            "距离为直线距离，只在两处位置都精确到地块或村（精度 1–2）时计算；其余为未知。",
            "Distances are straight lines between positions of precision 1–2; all others are unknown.",
        ),
    ),
    "funnel": (
        (
            "签约批次：签约实际日期在所选时间内。某一步或更后一步有实际日期且不晚于截至日，即为到达。",
            "Cohort: signed on a date within the period. A step is reached when it, or a later one, has an"
            " actual date not after the reference day.",
        ),
        (
            "只有招商阶段而没有日期的，不计入任何一步，单独列出；没有签约日期的，不归入任何时间。",
            "What the promotion stage says without a date reaches no step and is counted apart; without a"
            " date of signing a record belongs to no period.",
        ),
        (
            "资金到位率 = Σ（到位 + 支付）÷ Σ 总投资，只算总投资已知的；未报资金的按未到位计，个数另列。",
            "Funds received = Σ (received + paid) ÷ Σ total, over records whose total is known; those without"
            " finance lines count as not received and are counted apart.",
        ),
        (
            "签约不足 10 个时，比率起落很大，请看个数。",
            "With fewer than 10 signed, rates jump: read the counts.",
        ),
    ),
    "events": (
        (
            "内部资料：含投资方信息，只供本单位和上级使用，请勿外传。",
            "Confidential: names investors; for the unit and those above it only.",
        ),
    ),
}
"""What a reader must know, by kind of workbook."""


def _code(value: str | None, say: Say) -> Cell:
    return None if value is None or value in opportunities.UNKNOWN_STAGES else say(value)


def basis(one: Opportunity, say: Say) -> str:
    """Return how a record is known, in words."""
    return say(next((zh for code, zh in BASIS_ZH.items() if str(code) == one.basis), one.basis))


def category(code: str, say: Say) -> str:
    """Return the word of a category."""
    return say(next((zh for key, zh in CATEGORY_ZH.items() if str(key) == code), code))


OPPORTUNITY: Final[tuple[tuple[Pair, Callable[[Opportunity, Say], Cell]], ...]] = (
    (("编号", "ID"), lambda o, _: o.id),
    (("名称", "Name"), lambda o, _: o.name),
    (("类别", "Category"), lambda o, say: category(o.category, say)),
    (("所在地", "Area"), lambda o, _: o.place),
    (("功能区", "Zone"), lambda o, _: o.zone),
    (("招商阶段", "Promotion stage"), lambda o, say: _code(o.promotion_stage, say)),
    (("建设运营方式", "Delivery mode"), lambda o, say: _code(o.delivery_mode, say)),
    (("总投资（万元）", "Total (10,000 CNY)"), lambda o, _: o.total),
    (("资金缺口（万元）", "Gap (10,000 CNY)"), lambda o, _: o.gap),
    (("资金状态", "Funding status"), lambda o, say: say(o.funding_status)),
    (("拟引资额（万元）", "Capital sought (10,000 CNY)"), lambda o, _: o.capital_sought),
    (("用地情况", "Land"), lambda o, say: _code(o.land_status, say)),
    (("用地（亩）", "Land (mu)"), lambda o, _: o.land_mu),
    (("床位", "Beds"), lambda o, _: o.beds),
    (("建筑面积（平方米）", "Floor area (m²)"), lambda o, _: o.floor_area_m2),
    (("招商内容与合作条件", "What is offered"), lambda o, _: o.cooperation or None),
    (("定位精度", "Precision"), lambda o, say: precision(o.precision, say)),
    (("归属单位", "Owner unit"), lambda o, _: o.owner_unit),
    (("依据", "Basis"), basis),
)

EVENT: Final[tuple[tuple[Pair, Callable[[Event, Say], Cell]], ...]] = (
    (("编号", "No."), lambda e, _: e.number),
    (("类型", "Kind"), lambda e, say: say(EVENT_ZH[e.entry.kind])),
    (("日期", "Date"), lambda e, _: str(e.entry.happened_on) if e.entry.happened_on else None),
    (("项目编号", "Record"), lambda e, _: e.entry.project_id or None),
    (("项目名称", "Name"), lambda e, _: e.project_name or None),
    (("地区代码", "Area"), lambda e, _: e.entry.area_code or None),
    (("单位", "Unit"), lambda e, _: e.unit_name),
    (("对方", "Counterpart"), lambda e, _: e.entry.counterpart or None),
    (("结果", "Result"), lambda e, _: e.entry.result or None),
    (("下一步", "Next step"), lambda e, _: e.entry.next_step or None),
    (("期限", "Due"), lambda e, _: str(e.entry.next_due) if e.entry.next_due else None),
    (("说明", "Details"), lambda e, _: e.entry.detail or None),
    (("记录人", "Noted by"), lambda e, _: e.created_by),
    (("记录时间", "Noted at"), lambda e, _: e.created_at.isoformat(timespec="minutes")),
)

SHOWN: Final[tuple[tuple[Pair, Callable[[Shown, Say], Cell]], ...]] = (
    (("推介会编号", "Meeting no."), lambda s, _: s.number),
    (("项目编号", "Record"), lambda s, _: s.project_id),
    (("项目名称", "Name"), lambda s, _: s.project_name or None),
    (("结果", "Outcome"), lambda s, say: say(OUTCOME_ZH[s.came.outcome])),
    (("金额（万元）", "Amount (10,000 CNY)"), lambda s, _: s.came.amount),
    (("说明", "Note"), lambda s, _: s.came.note or None),
    (("记录人", "Noted by"), lambda s, _: s.created_by),
    (("记录时间", "Noted at"), lambda s, _: s.created_at.isoformat(timespec="minutes")),
)

STEPS: Final[tuple[Pair, ...]] = (
    ("履约", "Performed"),
    ("落地", "Landed"),
    ("开工", "Started"),
    ("投产", "Operating"),
)
"""Headings of the steps after signing, in the order of ``projects.promotion.funnel.LATER``."""


def _step(n: int) -> tuple[tuple[Pair, Callable[[Cohort], Cell]], ...]:
    zh, en = STEPS[n]
    return (
        ((zh, en), lambda c: c.reached[n]),
        ((f"{zh}率（%）", f"{en} (%)"), lambda c: c.rates[n].percent),
        ((f"{zh}：由后一步推得", f"{en}: implied"), lambda c: c.implied[n]),
        ((f"{zh}：仅有阶段无日期", f"{en}: stage only"), lambda c: c.stage_only[n]),
    )


FUNNEL: Final[tuple[tuple[Pair, Callable[[Cohort], Cell]], ...]] = (
    (("签约", "Signed"), lambda c: c.signed),
    *(column for n in range(len(funnel.LATER)) for column in _step(n)),
    (("资金到位率（%）", "Funds received (%)"), lambda c: c.money.percent),
    (("总投资已知", "Totals known"), lambda c: c.known),
    (("总投资未知", "Totals unknown"), lambda c: c.left_out),
    (("其中未报资金", "of known: no finance lines"), lambda c: c.silent),
    (("总投资合计（万元）", "Σ total (10,000 CNY)"), lambda c: c.total),
    (("到位与支付合计（万元）", "Σ received (10,000 CNY)"), lambda c: c.received),
    (("终止", "Ended"), lambda c: c.ended),
    (("无签约日期", "Undated"), lambda c: c.undated),
    (("模拟或演示", "Modelled or demo"), lambda c: c.made_up),
)


def cohort(one: Cohort) -> list[Cell]:
    """Return a cohort as the cells of its row."""
    return [read(one) for _, read in FUNNEL]


def area_name(one: Cohort, zh: bool) -> str:
    """Return the name of an area with its code, and a word for records without any."""
    if not one.key:
        return "地区不明" if zh else "Area unknown"
    return f"{one.name}（{one.key}）" if one.level != "zone" else one.name


def label(attribute: comparing.Attribute, zh: bool) -> str:
    """Return the heading of a row of a comparison."""
    return attribute.zh if zh else attribute.en


def precision(value: object, say: Say) -> str:
    """Return a location precision in words."""
    return say(next((zh for key, zh in PRECISION_ZH.items() if int(key) == value), str(value)))


def shown(value: comparing.Value, kind: Type, say: Say) -> Cell:
    """Return one value of a comparison as a cell holds it; unknown stays None."""
    if value is None:
        return None
    if isinstance(value, Step):
        name = next((zh for code, zh in MILESTONE_ZH.items() if str(code) == value.code), value.code)
        return f"{say(name)} {value.planned_on}"
    if isinstance(value, Near):
        return f"{value.metres / 1000:.1f} km · {value.name}"
    if kind is Type.PRECISION:
        return precision(value, say)
    if kind is Type.CATEGORY:
        return category(str(value), say)
    return say(str(value)) if kind is Type.CODE else value
