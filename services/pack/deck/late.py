"""The slides on time: lights of the monthly dispatch, the most overdue steps, and who has not reported."""

from projects.codes import MILESTONE_ZH
from projects.lifecycle.dispatch import LIGHT_SIGN, Light, Reference, light_words, rule
from projects.lifecycle.ports import By, Item, Kind, Summary
from services.pack.bench import Bench
from services.pack.deck.content import Content, marked
from services.pack.deck.paper import MARGIN, ROOM, TOP, Box, Deck, Slide

SHOWN = 12
"""Rows of each list; what is left out is counted."""


def late(deck: Deck, content: Content) -> None:
    """Add the slides; grey is unknown and never called on time."""
    del content
    bench = deck.bench
    when = Reference(bench.when, bench.dispatch_day)
    found = bench.schedule.summary(bench.request.chosen, when, By.UNIT)
    _lights(deck, found, when)
    if found.total.overdue_steps:
        _overdue(deck, found, when)
    _silent(deck, found)


def _lights(deck: Deck, found: Summary, when: Reference) -> None:
    bench, total = deck.bench, found.total
    slide = deck.slide(bench.pick("进度：什么逾期", "Progress: what is late"))
    lights = [
        (f"{LIGHT_SIGN[one]} {light_words(one, bench.request.language)}", total.lights.get(one, 0))
        for one in Light
    ]
    rows = [*lights, (bench.pick("合计", "Total"), total.projects)]
    heads = bench.pick("灯|项目", "Light|Projects").split("|")
    slide.table(Box(MARGIN, TOP, 3.6, 2.5), heads, rows, (2, 1), 13)
    lines = [
        bench.pick(
            f"参照日 {when.today}，上次调度日 {when.last}。",
            f"As of {when.today}; last dispatch {when.last}.",
        ),
        bench.pick(
            f"逾期 {total.overdue_steps:,} 步，涉及 {total.overdue_projects:,} 个项目"
            + (f"，最久 {total.worst_days:,} 天。" if total.overdue_steps else "。"),
            f"{total.overdue_steps:,} steps overdue in {total.overdue_projects:,} projects"
            + (f", the longest by {total.worst_days:,} days." if total.overdue_steps else "."),
        ),
        bench.pick(
            f"30、60、90 天内到期：{total.due[0]:,}、{total.due[1]:,}、{total.due[2]:,} 步（后含前）。",
            f"Due within 30, 60, 90 days: {total.due[0]:,}, {total.due[1]:,}, {total.due[2]:,} steps.",
        ),
        bench.pick(
            f"从没有报过日期 {total.never_reported:,} 个：未知，不是按期。",
            f"Never reported a date: {total.never_reported:,}: unknown, not on time.",
        ),
    ]
    slide.text(Box(4.6, TOP, 8.2, 2.4), lines, size=15)
    slide.text(
        Box(MARGIN, 4.2, ROOM, 2.6), rule(bench.request.language)[:6], size=11, colour=deck.colour("muted")
    )


def _overdue(deck: Deck, found: Summary, when: Reference) -> None:
    bench = deck.bench
    items = bench.schedule.details(bench.request.chosen, when, Kind.OVERDUE, limit=SHOWN)
    slide = deck.slide(bench.pick("逾期最久的步骤", "The most overdue steps"))
    heads = bench.pick(
        "项目|地区|步骤|计划日期|逾期天数|单位", "Project|Area|Step|Planned|Days late|Unit"
    ).split("|")
    slide.table(Box(MARGIN, TOP, ROOM, 4), heads, [_step(bench, i) for i in items], (4, 1.6, 2, 1.2, 1, 2.6))
    _rest(slide, found.total.overdue_steps - len(items))


def _step(bench: Bench, item: Item) -> tuple[object, ...]:
    name = bench.words(MILESTONE_ZH[item.step]) if item.step else item.title
    day = item.planned_on.isoformat() if item.planned_on else "—"
    project = marked(bench, item.basis, item.name)
    return (
        project,
        item.county or "—",
        name,
        day,
        item.days_late,
        item.unit or "—",
    )


def _silent(deck: Deck, found: Summary) -> None:
    """Add the units with most projects of which no date was ever reported."""
    bench = deck.bench
    silent = sorted((row for row in found.rows if row.never_reported), key=lambda row: -row.never_reported)
    if not silent:
        return
    slide = deck.slide(bench.pick("谁没有报", "Who has not reported"))
    rows = [
        (row.name or bench.pick("没有归属单位", "no owner unit"), row.projects, row.never_reported, row.stale)
        for row in silent[:SHOWN]
    ]
    heads = bench.pick(
        "填报单位|项目|从没有报过日期|上次调度后未更新",
        "Reporting unit|Projects|Never reported|Not updated since",
    ).split("|")
    slide.table(Box(MARGIN, TOP, ROOM, 4), heads, rows, (5, 1, 1.4, 1.6))
    left = sum(row.never_reported for row in silent[SHOWN:])
    words = bench.pick(
        f"另有 {len(silent) - SHOWN} 个单位 {left:,} 个项目。",
        f"{len(silent) - SHOWN} more units with {left:,} projects.",
    )
    if left:
        slide.text(Box(MARGIN, 6.3, ROOM, 0.5), [words], size=12)


def _rest(slide: Slide, left: int) -> None:
    """Say how many steps a list leaves out."""
    if left > 0:
        words = slide.deck.bench.pick(f"另有 {left:,} 步。", f"{left:,} more steps.")
        slide.text(Box(MARGIN, 6.3, ROOM, 0.5), [words], size=12)
