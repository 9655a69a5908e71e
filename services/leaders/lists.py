"""The lists of the leaders' page that the library answers: map, categories with money, units, targets."""

from collections import Counter
from collections.abc import Iterator, Sequence

from projects.lifecycle.dispatch import LATE_DAYS
from projects.lifecycle.ports import Tally
from projects.money.sums import Part, Sums, together
from projects.targets.board import Row as Promise
from projects.targets.model import Status
from services.leaders.figures import Figures
from services.leaders.money import hundred_millions
from services.leaders.pen import Pen
from services.leaders.tiles import unheard
from services.pack.mayor.blocks import Block, Row, Table, Way
from services.pack.words import category_name, cut, number

NAME, UNIT = 60, 30
"""Characters of a name and of a unit: a screen shows what fits of them, paper breaks the line."""
BEHIND = (Status.NOT_MET, Status.UNKNOWN)
"""What is listed of the targets, in this order."""


def where_they_are(pen: Pen, figures: Figures) -> Block:
    """Return the words of the map: what its colours say and how many records it leaves out."""
    left = figures.money.whole.projects - sum(figures.counts.values())
    words = [pen.pick("颜色越深项目越多", "Darker: more projects")]
    if left:
        words.append(
            pen.pick(
                f"另有 {left:,} 个只知道更大范围、功能区，或地点未知",
                f"{left:,} more are known to a wider area or zone only, or not at all",
            )
        )
    said = pen.pick("；", "; ").join(words) + pen.pick("。", ".")
    headings = (pen.pick("地区", "Area"), pen.pick("项目", "Projects"))
    table = Table(headings, tuple(Row((name, f"{number:,}")) for name, number in figures.listed))
    title = pen.pick("项目在哪里", "Where they are")
    return Block("map", title, tables=(table,), source=said, way=pen.way("map"))


def categories(pen: Pen, figures: Figures, rows: int) -> Block:
    """Return projects and known money by category; what finds no line is summed up in the last one."""
    held = [part for part in figures.money.by_category if part.sums.projects]
    held.sort(key=lambda part: (-part.sums.projects, part.code or ""))
    headings = (
        pen.pick("类别", "Category"),
        pen.pick("项目", "Projects"),
        pen.pick("投资（亿元）", "100m CNY"),
        pen.pick("未知", "Unknown"),
    )
    return Block(
        "categories",
        pen.pick("有什么、投多少", "What there is, for how much"),
        tables=(Table(headings, tuple(_category_rows(pen, held, rows))),),
        source=pen.source(
            f"项目库的类别；投资只加已知的，未知的项目另数；文件：{_documents(pen, figures.documents)}",
            f"categories of the library; known totals added, unknown ones counted; documents:"
            f" {_documents(pen, figures.documents)}",
        ),
        way=pen.way("funding"),
    )


def _category_rows(pen: Pen, held: Sequence[Part], rows: int) -> Iterator[Row]:
    shown = held if len(held) <= rows else held[: rows - 1]
    most = max((part.sums.projects for part in held), default=1)
    for part in shown:
        code = part.code or ""
        way, share = pen.way("funding", category=code), part.sums.projects / most
        yield Row(_category(category_name(pen.bench, code), part.sums), share, way)
    left = held[len(shown) :]
    if left:
        name = pen.pick(f"其余 {len(left)} 类", f"{len(left)} more categories")
        yield Row(_category(name, together(part.sums for part in left)), way=pen.way("funding"))


def _category(name: str, sums: Sums) -> tuple[str, ...]:
    known = hundred_millions(sums.total) if sums.known else "—"
    return name, f"{sums.projects:,}", known, f"{sums.unknown:,}"


def _documents(pen: Pen, names: Sequence[str]) -> str:
    if not names:
        return pen.pick("无", "none")
    joined = pen.pick("、", ", ").join(cut(name, 30) for name in names[:2])
    return joined + pen.pick(f" 等 {len(names)} 份", f" … ({len(names)})") * (len(names) > 2)


def units(pen: Pen, figures: Figures, rows: int) -> Block:
    """Return the units with something overdue or nothing reported, the latest first."""
    held = [row for row in figures.dispatch.rows if row.overdue_projects or row.never_reported]
    held.sort(key=lambda r: (-r.overdue_projects, -r.never_reported, -r.worst_days, r.key))
    headings = (
        pen.pick("单位", "Unit"),
        pen.pick("逾期", "Overdue"),
        pen.pick("最久天数", "Days"),
        pen.pick("未报", "No date"),
        pen.pick("项目", "All"),
    )
    lines = tuple(_unit(pen, row) for row in held[:rows])
    more = pen.more(len(held) - rows, "个单位", "units")
    return Block(
        "units",
        pen.pick("谁逾期、谁未报", "Who is late, who is silent"),
        tables=(Table(headings, lines, more),),
        texts=() if held else (pen.pick("没有逾期，也没有未报的单位。", "No unit is late or silent."),),
        source=pen.source(
            f"单位填报的日期；计划日已过仍无实际日期即逾期，过 {LATE_DAYS} 天亮红灯",
            f"dates reported; overdue: planned day past, no actual one; red after {LATE_DAYS} days",
        ),
        way=pen.way("dispatch"),
    )


def _unit(pen: Pen, row: Tally) -> Row:
    cells = (
        cut(row.name, UNIT) or pen.pick("没有归属单位", "no owner unit"),
        "—" if unheard(row) else f"{row.overdue_projects:,}",
        f"{row.worst_days:,}" if row.worst_days else "—",
        f"{row.never_reported:,}",
        f"{row.projects:,}",
    )
    return Row(cells, way=pen.way("dispatch", owner=row.key) if row.key else None)


def targets(pen: Pen, figures: Figures, rows: int) -> Block:
    """Return how the targets stand, and those that are not met or cannot be computed."""
    held = figures.promises
    behind = [row for row in held if row.status in BEHIND]
    behind.sort(key=lambda row: (BEHIND.index(row.status), not row.overdue, row.target.id))
    headings = (
        pen.pick("还没达成的", "Not there yet"),
        pen.pick("年份", "Year"),
        pen.pick("现状", "Now"),
    )
    lines = tuple(_promise(pen, row) for row in behind[:rows])
    areas = ",".join(sorted({row.target.area_code for row in held}))
    return Block(
        "targets",
        pen.pick("承诺兑现了多少", "Targets"),
        tables=(Table(headings, lines, pen.more(len(behind) - rows, "项", "targets")),),
        texts=(_standing(pen, held),),
        source=pen.source(
            "文件原文的数字，对照项目库、普查和填报的指标",
            "numbers of the documents against library, census and reported indicators",
        ),
        way=Way("targets", {"area": areas} if areas else {}),
    )


def _standing(pen: Pen, held: Sequence[Promise]) -> str:
    if not held:
        return pen.pick("五份文件里没有本地区的数字承诺。", "The documents promise no number for this area.")
    seen = Counter(row.status for row in held)
    met, missed, unknown, rule = (
        seen[one] for one in (Status.MET, Status.NOT_MET, Status.UNKNOWN, Status.RULE)
    )
    return pen.pick(
        f"{len(held)} 项承诺：达成 {met}，未达成 {missed}，无法计算 {unknown}，不可计量 {rule}。",
        f"{len(held)} targets: {met} met, {missed} not met, {unknown} cannot be computed,"
        f" {rule} not measurable.",
    )


def _promise(pen: Pen, row: Promise) -> Row:
    target = row.target
    if row.status is Status.UNKNOWN:
        said = pen.pick("无法计算", "cannot compute")
    elif row.missing is None:
        said = pen.pick("未达成", "not met")
    else:
        said = pen.pick(f"还差 {number(row.missing)} {target.unit}", f"{number(row.missing)} to go")
    past = pen.pick(" 已过", ", past") if row.overdue else ""
    year = f"{target.year}{past}" if target.year else "—"
    name = cut(target.name(pen.bench.request.language), NAME)
    return Row((name, year, said), way=Way("targets", {"id": target.id}))
