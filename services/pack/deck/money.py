"""The slide on money: projects by funding status, what is known in sums, what nobody has reported."""

from decimal import Decimal
from typing import Final

from projects.codes import FundingStatus
from projects.money.sums import Division, Overview, Sums
from services.pack.bench import Bench
from services.pack.deck.content import Content
from services.pack.deck.paper import MARGIN, ROOM, ROW, TOP, Box, Deck
from services.pack.words import number

_HEADS: Final = (
    "资金状态|项目|总投资已知|总投资（万元）|批复+到位+支付（万元）|到位+支付（万元）",
    "Funding status|Projects|Total known|Total (10,000 CNY)|Approved + received + paid|Received + paid",
)


def money(deck: Deck, content: Content) -> None:
    """Add the slide; unknown sums are said to be unknown, and are in no total."""
    del content
    bench = deck.bench
    found = bench.ledger.overview(bench.request.chosen, (Division.CATEGORY,))
    slide = deck.slide(bench.pick("资金", "Money"))
    rows = [_row(bench, bench.words(str(s)), found.by_status.get(s, Sums())) for s in FundingStatus]
    rows.append(_row(bench, bench.pick("合计", "Total"), found.whole))
    heads = bench.pick(*_HEADS).split("|")
    slide.table(Box(MARGIN, TOP, ROOM, 3), heads, rows, (2.2, 1, 1.3, 2.2, 2.6, 2.2))
    statuses = [s for s in FundingStatus if found.by_status.get(s, Sums()).projects]
    top = TOP + ROW * (len(rows) + 1) + 0.2
    slide.bars(
        Box(MARGIN, top, 6, 6.8 - top),
        [bench.words(str(s)) for s in statuses],
        [found.by_status[s].projects for s in statuses],
        bench.pick("按资金状态的项目数", "Projects by funding status"),
    )
    slide.text(Box(6.8, top, 6, 6.8 - top), sentences(bench, found), size=13)


def sentences(bench: Bench, found: Overview) -> list[str]:
    """Return what the sums mean and what they leave out."""
    whole = found.whole
    rate = whole.receipt_rate
    share = f"{rate.share:.1%}" if rate.share is not None else bench.pick("未知", "unknown")
    lines = [
        bench.pick(
            f"{whole.not_reported:,} 个项目没有报过资金：未知，不是零。",
            f"{whole.not_reported:,} projects have reported no money: unknown, not zero.",
        ),
        _gap(bench, whole),
        bench.pick(
            f"到位率 {share}（只算总投资已知的项目）。",
            f"Receipt rate: {share} (projects with a known total only).",
        ),
    ]
    if found.nested:
        zh = f"有 {found.nested} 条分期与所属整体都报了总投资，可能重复计算。"
        en = f"{found.nested} phases and their whole both state a total: perhaps counted twice."
        lines.append(bench.pick(zh, en))
    return lines


def _gap(bench: Bench, whole: Sums) -> str:
    """Return what is missing where it is known, and of how many projects it is not."""
    zh = en = ""
    if whole.known:
        zh = f"已知缺口 {number(whole.gap)} 万元，来自总投资已知的 {whole.known:,} 个项目。"
        en = f"Known gap: {number(whole.gap)} (10,000 CNY) in {whole.known:,} projects with a known total. "
    return bench.pick(
        f"{zh}{whole.unknown:,} 个项目总投资未知，缺口也未知。",
        f"{en}{whole.unknown:,} projects: total and gap unknown.",
    )


def _sum(bench: Bench, value: Decimal, known: int) -> str:
    """Return a sum, or that it is unknown where nothing is known that could be summed."""
    return number(value) if known else bench.pick("未知", "unknown")


def _row(bench: Bench, name: str, sums: Sums) -> tuple[object, ...]:
    return (
        name,
        sums.projects,
        sums.known,
        *(
            _sum(bench, value, known) if sums.projects else "—"
            for value, known in (
                (sums.total, sums.known),
                (sums.committed, sums.reported),
                (sums.received, sums.reported),
            )
        ),
    )
