"""The lists of the leaders' page for people who have signed in: matters open for long, changes of late."""

from decimal import Decimal

from projects.matters.model import LONG_OPEN_DAYS, Timing
from projects.matters.ports import UnitLoad
from projects.week import Changes, Moved
from services.leaders.figures import Told
from services.leaders.lists import NAME, UNIT
from services.leaders.pen import Pen
from services.leaders.tiles import long_open
from services.pack.mayor.blocks import Block, Row, Table
from services.pack.words import cut, number


def matters(pen: Pen, told: Told, rows: int) -> Block:
    """Return who is responsible for matters that have been open for long."""
    title = pen.pick(f"超 {LONG_OPEN_DAYS} 天没办结的事项", f"Matters open > {LONG_OPEN_DAYS} days")
    if told.matters is None:
        said = pen.pick("事项登录后可见。", "Matters are shown after signing in.")
        return Block("matters", title, texts=(said,), way=long_open(pen))
    held = sorted(told.load, key=lambda one: (-one.counts.matched, one.unit.id))
    headings = (pen.pick("责任单位", "Responsible"), pen.pick("件", "Matters"), pen.pick("已逾期", "Overdue"))
    lines = tuple(_load(pen, one) for one in held[:rows])
    none = pen.pick("没有超期未办结的事项。", "There is none.")
    return Block(
        "matters",
        title,
        tables=(Table(headings, lines, pen.more(len(held) - rows, "个单位", "units")),),
        texts=() if held else (none,),
        source=pen.source("事项登记，只含您可以看到的", "register of matters, those that you may see"),
        way=long_open(pen),
    )


def _load(pen: Pen, one: UnitLoad) -> Row:
    overdue = one.counts.by_timing.get(Timing.OVERDUE, 0)
    cells = (cut(one.unit.name, UNIT), f"{one.counts.matched:,}", f"{overdue:,}")
    return Row(cells, way=long_open(pen, unit=one.unit.id))


def changes(pen: Pen, told: Told, rows: int) -> Block:
    """Return what changed in the period, and the projects whose stage moved."""
    title = pen.pick(f"{pen.since:%m-%d} 以来的变化", f"Changes since {pen.since:%m-%d}")
    if told.changes is None:
        said = pen.pick("修改情况登录后可见。", "Changes are shown after signing in.")
        return Block("changes", title, texts=(said,))
    found = told.changes
    lines = tuple(_moved(pen, one) for one in found.moved[:rows])
    headings = (pen.pick("换了阶段的项目", "Changed stage"), pen.pick("阶段", "Stage"))
    more = pen.more(found.moved_count - len(lines), "个项目", "projects")
    return Block(
        "changes",
        title,
        tables=(Table(headings, lines, more),),
        texts=(_summed(pen, found),),
        source=pen.source(
            "修改记录；随资料库装入的不算", "history of the records; what came with the library left out"
        ),
    )


def _summed(pen: Pen, found: Changes) -> str:
    sums = any(Decimal(amount) for amount in found.received.values())
    if not (found.fresh or found.updated or found.gone or found.moved_count or sums):
        return pen.pick("这期间没有改动。", "Nothing was changed in this time.")
    received = pen.pick("、", ", ").join(
        f"{pen.bench.words(status)} +{number(Decimal(amount))}" for status, amount in found.received.items()
    )
    return pen.pick(
        f"新增 {found.fresh:,} 个，更新 {found.updated:,} 个（{found.fields:,} 处），撤并 {found.gone:,} 个；"
        f"{found.moved_count:,} 个换了阶段；{received} 万元。",
        f"{found.fresh:,} new, {found.updated:,} updated ({found.fields:,} values), {found.gone:,} gone;"
        f" {found.moved_count:,} changed stage; {received} (10,000 CNY).",
    )


def _moved(pen: Pen, one: Moved) -> Row:
    stages = f"{pen.bench.words(one.old)} → {pen.bench.words(one.new)}"
    return Row((cut(one.name, NAME), stages), way=pen.way("map", id=one.project_id))
