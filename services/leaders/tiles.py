"""The large figures of the leaders' page; each carries what has to be known with it."""

from projects.lifecycle.dispatch import Light
from projects.lifecycle.ports import Tally
from projects.matters.model import LONG_OPEN_DAYS, Timing
from projects.matters.ports import MatterCounts
from projects.week import Changes
from services.leaders.figures import Figures, Told
from services.leaders.money import money
from services.leaders.pen import Pen
from services.pack.mayor.blocks import Tile, Way


def tiles(pen: Pen, figures: Figures, told: Told) -> tuple[Tile, ...]:
    """Return all of them, in their order."""
    return (
        _projects(pen, figures),
        _total(pen, figures),
        _received(pen, figures),
        _overdue(pen, figures),
        _silent(pen, figures),
        _matters(pen, told.matters),
        _changes(pen, told.changes),
    )


def _projects(pen: Pen, figures: Figures) -> Tile:
    return Tile(
        f"{figures.money.whole.projects:,}",
        pen.pick("个项目", "projects"),
        pen.pick("文件点名或单位填报", "named in plans or reported"),
        way=pen.way("map"),
    )


def _total(pen: Pen, figures: Figures) -> Tile:
    whole = figures.money.whole
    return Tile(
        money(pen.bench, whole.total) if whole.known else "—",
        pen.pick("总投资（已知的）", "total, where known"),
        pen.pick(
            f"{whole.known:,} 个已知，{whole.unknown:,} 个未知",
            f"{whole.known:,} known, {whole.unknown:,} not",
        ),
        way=pen.way("funding"),
    )


def _received(pen: Pen, figures: Figures) -> Tile:
    whole = figures.money.whole
    return Tile(
        money(pen.bench, whole.received) if whole.reported else "—",
        pen.pick("资金到位", "received"),
        pen.pick(
            f"{whole.reported:,} 个报过，{whole.not_reported:,} 个未报",
            f"{whole.reported:,} reported, {whole.not_reported:,} not",
        ),
        way=pen.way("funding"),
    )


def unheard(tally: Tally) -> bool:
    """Return whether nobody reported a date of any project: how much is late is then unknown, and no 0."""
    return tally.never_reported > 0 and tally.reported == 0


def _overdue(pen: Pen, figures: Figures) -> Tile:
    total = figures.dispatch.total
    red = total.lights.get(Light.RED, 0)
    steps = pen.pick(
        f"{total.overdue_steps:,} 步；红灯 {red:,} 个", f"{total.overdue_steps:,} steps; {red:,} red"
    )
    return Tile(
        "—" if unheard(total) else f"{total.overdue_projects:,}",
        pen.pick("个项目逾期", "projects overdue"),
        pen.pick("没有人报过日期", "no date reported") if unheard(total) else steps,
        hot=total.overdue_projects > 0,
        way=pen.way("dispatch", show="steps"),
    )


def _silent(pen: Pen, figures: Figures) -> Tile:
    silent = figures.dispatch.total.never_reported
    return Tile(
        f"{silent:,}",
        pen.pick("个没报过日期", "without any date"),
        pen.pick("是未知，不是按期", "unknown, not on time"),
        hot=silent > 0,
        way=pen.way("dispatch", show="steps", list="never_reported"),
    )


def _matters(pen: Pen, counts: MatterCounts | None) -> Tile:
    title = pen.pick(f"件事项超 {LONG_OPEN_DAYS} 天未办结", f"matters > {LONG_OPEN_DAYS} days")
    way = long_open(pen)
    if counts is None:
        return Tile("—", title, pen.pick("登录后可见", "after signing in"), way=way)
    waiting = counts.matched - counts.by_timing.get(Timing.CLOSED, 0)
    overdue = counts.by_timing.get(Timing.OVERDUE, 0)
    said = pen.pick(
        f"未办结 {waiting:,} 件，逾期 {overdue:,} 件", f"{waiting:,} not closed, {overdue:,} overdue"
    )
    return Tile(f"{counts.long_open:,}", title, said, hot=counts.long_open > 0, way=way)


def long_open(pen: Pen, **more: str) -> Way:
    """Return the way to the matters that have been open for long."""
    return pen.way("matters", long="1", **more)


def _changes(pen: Pen, changes: Changes | None) -> Tile:
    title = pen.pick("个项目有更新", "projects updated")
    if changes is None:
        return Tile("—", title, pen.pick("登录后可见", "after signing in"))
    said = pen.pick(
        f"{pen.since:%m-%d} 起；新增 {changes.fresh:,}，撤并 {changes.gone:,}",
        f"since {pen.since:%m-%d}; {changes.fresh:,} new, {changes.gone:,} gone",
    )
    return Tile(f"{changes.updated:,}", title, said)
