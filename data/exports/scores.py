"""Scorecards as a workbook: how a score is made, the ranking with every part, the missing fields counted."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from data.exports.book import Cell, Sheet, about, book
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from projects.scores.model import COMPONENT_ZH, FEW, FIELD_ZH, CheckedField, Component, Weights
from projects.scores.scoring import Card, Part, tenths

_NAMES_EN: Final = {
    Component.COMPLETENESS: "Completeness",
    Component.TIMELINESS: "On schedule",
    Component.TARGETS: "Targets met",
}
_FIELDS_EN: Final = {
    CheckedField.COUNTY: "County",
    CheckedField.PLACE: "Exact place",
    CheckedField.STAGE: "Stage",
    CheckedField.DELIVERY_MODE: "Delivery mode",
    CheckedField.OWNERSHIP: "Ownership",
    CheckedField.TOTAL_INVESTMENT: "Total investment",
    CheckedField.FINANCE: "Finance lines",
    CheckedField.MILESTONES: "Planned milestones",
    CheckedField.LAND_STATUS: "Land",
    CheckedField.SIZE: "Floor area or land",
    CheckedField.BEDS: "Beds",
    CheckedField.OWNER: "Project owner",
}
FORMULA: Final = {
    "zh": (
        "得分 = 100 × Σ（权重 × 分值）÷ Σ 权重，只算分值已知的部分；未知的部分不按零分，也不按满分，"
        "其权重按比例分给其余部分。",
        "已知部分的权重不足一半时不给出得分。",
        "完整度 = Σ（字段权重 × 已填的记录数）÷ Σ（字段权重 × 应填的记录数）。",
        "按期率 = 1 − 逾期里程碑 ÷ 有计划日期的里程碑；逾期：计划日期早于今天而没有实际日期。",
        "目标达成 = 已达成目标 ÷ 可以计算的目标。",
        f"少于 {FEW} 条记录的、只有一部分已知的不排名；得分相同的名次并列；退库的记录不计入。",
    ),
    "en": (
        "Score = 100 × Σ (weight × value) ÷ Σ weight over the known components; an unknown component is"
        " neither zero nor full, its weight goes to the others in proportion.",
        "Without half of the weight known there is no score.",
        "Completeness = Σ (field weight × records that have it) ÷ Σ (field weight × records of which it is"
        " wanted).",
        "On schedule = 1 − overdue milestones ÷ milestones with a planned date; overdue: planned before"
        " today, no actual date.",
        "Targets met = targets met ÷ targets that can be judged.",
        f"Fewer than {FEW} records, or one known component alone, take no rank; equal scores share one;"
        " withdrawn records are left out.",
    ),
}
"""How a score is made, in the words of page, workbook and documentation."""


def scorecards_book(
    library: ExportSource, request: ExportRequest, cards: Sequence[Card], weights: Weights, *, units: bool
) -> bytes:
    """Return the scorecards of counties or (``units``) of responsible units."""
    zh = request.language == "zh"
    lines = [*about(library, request), *_explained(weights, zh)]
    who = ("责任单位" if units else "县（市、区）") if zh else ("Unit" if units else "Area")
    return book(request, lines, [_ranking(cards, who, zh), _missing(cards, who, zh)])


def component_name(component: Component, zh: bool) -> str:
    """Return what a component is called."""
    return COMPONENT_ZH[component] if zh else _NAMES_EN[component]


def field_name(field: CheckedField, zh: bool) -> str:
    """Return what a field is called."""
    return FIELD_ZH[field] if zh else _FIELDS_EN[field]


def _explained(weights: Weights, zh: bool) -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = [
        ("公式" if zh else "Formula", line) for line in FORMULA["zh" if zh else "en"]
    ]
    weight = "权重：" if zh else "Weight: "
    found += [(weight + component_name(one, zh), value) for one, value in weights.components.items()]
    field = "字段权重：" if zh else "Field weight: "
    return found + [(field + field_name(one, zh), value) for one, value in weights.fields.items()]


def _ranking(cards: Sequence[Card], who: str, zh: bool) -> Sheet:
    headings = ["名次", "编码", who, "记录", "其中演示", "得分"] if zh else ["Rank", "Code", who, "Records"]
    if not zh:
        headings += ["of these practice", "Score"]
    for component in Component:
        name = component_name(component, zh)
        headings += [f"{name}（%）", f"{name}：数", f"{name}：共"] if zh else [f"{name} (%)", "n", "of"]
    headings += ["说明"] if zh else ["Note"]
    return Sheet("得分" if zh else "Scores", headings, [_line(card, zh) for card in cards], (8, 12, 22, 9))


def _line(card: Card, zh: bool) -> list[Cell]:
    held = card.counted
    cells: list[Cell] = [card.rank, held.key, held.name or ("无归属" if zh else "none")]
    cells += [held.records, held.demo, card.score.value]
    for part in card.score.parts:
        cells += [percent(part), part.counted if part.of else None, part.of]
    return [*cells, joined(notes(card, zh), zh)]


def notes(card: Card, zh: bool) -> list[str]:
    """Return what has to be said beside a score: why there is no rank, a tie, unknown components."""
    unknown = unknown_words(card.score.unknown, zh)
    return [*unranked_words(card, zh), *filter(None, (tie_words(card, zh), unknown))]


def joined(said: Collection[str], zh: bool) -> str:
    """Join what is said of a score to one line."""
    return ("；" if zh else "; ").join(said)


def unranked_words(card: Card, zh: bool) -> list[str]:
    """Return why a card takes no rank; nothing for one that has one."""
    found = []
    if card.few:
        found.append("记录太少，不排名" if zh else "too few records for a rank")
    if card.score.value is None:
        found.append("已知的部分不足一半，不给出得分" if zh else "less than half is known: no score")
    elif card.score.alone:
        name = component_name(card.score.alone, zh)
        found.append(f"只有{name}已知，不排名" if zh else f"only {name} is known: no rank")
    return found


def tie_words(card: Card, zh: bool) -> str:
    """Return with how many others a card shares its rank, "" for none."""
    if not card.tied:
        return ""
    if zh:
        return f"与其他 {card.tied} 个并列第 {card.rank} 名"
    return f"rank {card.rank} shared with {card.tied} other{'s' if card.tied > 1 else ''}"


def unknown_words(unknown: Collection[Component], zh: bool) -> str:
    """Return which components are not known and where their weight went, "" for none."""
    if not unknown:
        return ""
    names = ("、" if zh else ", ").join(component_name(one, zh) for one in unknown)
    return f"{names}未知，权重已分给其余部分" if zh else f"unknown: {names}; weight given to the others"


def percent(part: Part) -> Decimal | None:
    """Return a component in per cent to a tenth, None when it is unknown."""
    return None if part.value is None else tenths(Fraction(100) * part.value)


def _missing(cards: Sequence[Card], who: str, zh: bool) -> Sheet:
    """Return one row per county or unit and field that is missing anywhere."""
    headings = (
        ["编码", who, "字段", "应填", "已填", "缺"]
        if zh
        else ["Code", who, "Field", "Wanted", "Known", "Missing"]
    )
    rows: list[list[Cell]] = [
        [card.counted.key, card.counted.name, field_name(one, zh), found.wanted, found.known, found.missing]
        for card in cards
        for one, found in card.counted.fields.items()
        if found.missing
    ]
    return Sheet("缺项" if zh else "Missing", headings, rows, (12, 22, 18, 9))
