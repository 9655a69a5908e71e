"""The first sheet 首页清单 of a Monday list: what its unit is asked for, counted and line by line.

The import passes over it; the number on it (``mark``) tells which list came back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from data.exports.request import PRACTICE
from data.exports.xlsx import Mended
from projects import fields
from projects.codes import MILESTONE_ZH
from projects.filing.desk import Held
from projects.intake.cover_sheet import MARK, SHEET
from projects.lifecycle.contradictions import sentence
from projects.lifecycle.dispatch import OFFICE_TIME
from projects.lifecycle.ports import Clash, Item
from projects.matters.model import MATTER_ZH, STATE_ZH, Matter, Timing
from projects.rounds import DUE_SOON_DAYS, Wanting
from projects.standing import WANTED, knows
from projects.targets.model import Indicator
from projects.targets.ports import OpenIndicator

_LONG: Final = 40
"""A longer text gets the breadth of the sheet."""
Pair = tuple[str, str]
Cell = str | int | date | None

PLACE, MONEY, DATES = "place/0", "finance/", "milestone/"
_TITLES: Final[Mapping[str, Pair]] = {
    PLACE: ("具体位置", "exact place"),
    MONEY: ("资金明细", "finance lines"),
    DATES: ("里程碑日期", "milestone dates"),
}


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the sheet; the lists are whole, and the counts are theirs."""

    unit_name: str
    mark: str
    today: date
    due_on: date | None = None
    note: str = ""
    held: Sequence[Held] = ()
    overdue: Sequence[Item] = ()
    due: Sequence[Item] = ()
    never_reported: Sequence[Item] = ()
    stale: Sequence[Item] = ()
    clashes: Sequence[Clash] = ()
    matters: Sequence[Matter] = ()
    """Of which the unit is responsible and which await its answer."""
    figures: Sequence[OpenIndicator] = ()
    indicators: Mapping[str, Indicator] | None = None

    @property
    def missing(self) -> dict[str, int]:
        """Return field path → records that do not state it, in the order of what is asked first."""
        lacking = {
            path: sum(not knows(one.document, path) for one in self.held) for path in WANTED if self.held
        }
        return {path: n for path, n in lacking.items() if n}

    @property
    def wanting(self) -> Wanting:
        """Return the counts."""
        return Wanting(
            records=len(self.held),
            missing=self.missing,
            overdue_steps=len(self.overdue),
            due_steps=len(self.due),
            never_reported=len(self.never_reported),
            stale=len(self.stale),
            clashes=len(self.clashes),
            matters_overdue=sum(matter.timing is Timing.OVERDUE for matter in self.matters),
            matters_open=len(self.matters),
            indicators_open=len(self.figures),
        )


def path_title(path: str, language: str) -> str:
    """Return what a wanted value is called.

    >>> path_title("place/0", "zh"), path_title("stage", "zh")
    ('具体位置', '阶段')
    """
    pair = _TITLES.get(path)
    return pair[language == "en"] if pair else fields.title(path, language)


def counts(wanting: Wanting, language: str) -> tuple[tuple[str, str], ...]:
    """Return each count with its name, those that are asked for; the records always."""
    english = language == "en"
    all_records = f"/ {wanting.records:,}"
    lines = [(_RECORDS[english], f"{wanting.records:,}")]
    lines += [
        (_UNKNOWN[english].format(path_title(path, language)), f"{n:,} {all_records}")
        for path, n in sorted(wanting.missing.items(), key=lambda one: (-one[1], _rank(one[0])))
    ]
    numbers = (
        *(wanting.overdue_steps, wanting.due_steps, wanting.never_reported, wanting.stale, wanting.clashes),
        *(wanting.matters_open, wanting.matters_overdue, wanting.indicators_open),
    )
    lines += [(pair[english], f"{n:,}") for pair, n in zip(_NUMBERS, numbers, strict=True) if n]
    return tuple(lines)


def _rank(path: str) -> int:
    """Return where a path stands among what is asked first; one of an older program comes last."""
    return WANTED.index(path) if path in WANTED else len(WANTED)


def write(
    sheet: Any, cover: Cover, styles: Mapping[str, Any], language: str, *, practice: bool = False
) -> None:
    """Write the sheet: the mark of practice, whose it is and until when, the counts, then every line."""
    english, mended = language == "en", Mended()
    for number, width in enumerate((18, 13, 36, 64, 13, 10, 22)):
        sheet.set_column(number, number, width)
    row = 0
    said = [(_INVENTED[english], PRACTICE["en" if english else "zh"])] if practice else []
    for heading, value in (*said, *_head(cover, english)):
        sheet.write_string(row, 0, heading, styles["heading" if row else "needed"])
        if len(value) > _LONG:
            sheet.merge_range(row, 1, row, len(_HEADS) - 1, mended.text(value), styles["long"])
            sheet.set_row(row, 15 * (1 + len(value) // 80))
        else:
            sheet.write_string(row, 1, mended.text(value), styles["text" if row else "bold"])
        row += 1
    for heading, value in counts(cover.wanting, language):
        sheet.write_string(row, 0, heading, styles["heading"])
        sheet.write_string(row, 1, value, styles["text"])
        row += 1
    first = row + 1
    for number, pair in enumerate(_HEADS):
        sheet.write_string(first, number, pair[english], styles["heading"])
    last = _lines(sheet, first, cover, styles, mended, english)
    sheet.autofilter(first, 0, max(last, first + 1), len(_HEADS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)


def _lines(  # noqa: PLR0913, PLR0917 - a sheet under way
    sheet: Any, first: int, cover: Cover, styles: Mapping[str, Any], mended: Mended, english: bool
) -> int:
    row = first
    for cells in _rows(cover, "en" if english else "zh"):
        row += 1
        for number, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, number, cell, styles["text"])
            elif cell is not None:
                shown = cell.isoformat() if isinstance(cell, date) else mended.text(cell)
                sheet.write_string(row, number, shown, styles["long"])
    return row


_INVENTED: Final = ("演示", "Practice")


def _head(cover: Cover, english: bool) -> Iterator[tuple[str, str]]:
    yield _LIST[english], f"{cover.unit_name} · {cover.today.isoformat()}"
    if cover.due_on:
        yield _DUE[english], cover.due_on.isoformat()
    if cover.note:
        yield _NOTE[english], cover.note
    yield _HOW[english], _HOW_TO[english] if cover.wanting.asks else _NOTHING[english]
    yield MARK, cover.mark


def _rows(cover: Cover, language: str) -> Iterator[Sequence[Cell]]:
    """Yield every line, the pressing ones first."""
    english = language == "en"
    for matter in sorted(cover.matters, key=lambda m: (m.due_on is None, m.due_on or cover.today)):
        yield _matter(matter, cover.today, english)
    for kind, items in ((_OVERDUE, cover.overdue), (_SOON, cover.due)):
        for item in items:
            yield _step(kind[english], item, english)
    for clash in cover.clashes:
        for found in clash.found:
            told = sentence(found, language)
            yield _CLASH[english], clash.project_id, clash.name, told, None, None, _ON_PROJECTS[english]
    for one in cover.figures:
        yield _figure(one, cover.indicators or {}, language)
    for kind, said, items in (
        (_NEVER, _NEVER_SAID, cover.never_reported),
        (_STALE, _STALE_SAID, cover.stale),
    ):
        for item in items:
            filed = item.filed_at.astimezone(OFFICE_TIME).date() if item.filed_at else None
            yield kind[english], item.project_id, item.name, said[english], filed, None, _ON_DATES[english]
    yield from _lacking(cover, language)


def _lacking(cover: Cover, language: str) -> Iterator[Sequence[Cell]]:
    """Yield one line per record that leaves something open, with all that it leaves open."""
    english = language == "en"
    for one in cover.held:
        open_ = [path_title(path, language) for path in WANTED if not knows(one.document, path)]
        if open_:
            told = (", " if english else "、").join(open_)
            name = str(one.document.get("name") or "")
            yield _MISSING[english], one.project_id, name, told, None, None, _ON_PROJECTS[english]


def _step(kind: str, item: Item, english: bool) -> Sequence[Cell]:
    step = MILESTONE_ZH[item.step] if item.step else ""
    told = f"{step}（{item.title}）" if item.title else step
    late = max(item.days_late, 0) or None
    return kind, item.project_id, item.name, told, item.planned_on, late, _ON_DATES[english]


def _matter(matter: Matter, today: date, english: bool) -> Sequence[Cell]:
    late = (today - matter.due_on).days if matter.due_on and matter.timing is Timing.OVERDUE else None
    told = f"{MATTER_ZH[matter.kind]} {matter.id}：{matter.title}（{STATE_ZH[matter.state]}）"
    name = matter.project_name or matter.area_name
    return _MATTER[english], matter.project_id or None, name, told, matter.due_on, late, _ON_PAGE[english]


def _figure(one: OpenIndicator, indicators: Mapping[str, Indicator], language: str) -> Sequence[Cell]:
    english = language == "en"
    known = indicators.get(one.indicator)
    name = known.name(language) if known else one.indicator
    year = str(one.year) if one.year else ""
    return (
        _FIGURE[english],
        one.indicator,
        one.area_name,
        f"{name} {year}".strip(),
        None,
        None,
        _ON_FIGURES[english],
    )


_LIST: Final = ("周一清单", "Monday list")
_DUE: Final = ("请于此日前报回", "Please return by")
_NOTE: Final = ("说明", "Note")
_HOW: Final = ("怎么办", "What to do")
_HOW_TO: Final = (
    "下面逐条列出缺什么、什么逾期、哪里矛盾。请在后面各表中补填或改正，存盘后在网页「上传」中交回；"
    "没有变化的也请上传，系统记为已核对。不知道的就空着，空白是未知，不是零。",
    "Below stands, line by line, what is missing, late or contradictory. Fill in or mend it on the sheets"
    " behind, then upload the workbook; upload it also when nothing has changed. Leave blank what nobody"
    " knows: a blank is unknown, not zero.",
)
_NOTHING: Final = (
    "本周没有要补的。请核对后面各表，上传即记为已核对。",
    "Nothing is wanting this week. Look the sheets over; an upload counts as checked.",
)
_RECORDS: Final = ("本单位记录", "Records of the unit")
_UNKNOWN: Final = ("{}未知", "Unknown: {}")
_NUMBERS: Final[tuple[Pair, ...]] = (
    ("逾期步骤", "Steps overdue"),
    (f"{DUE_SOON_DAYS} 天内到期步骤", f"Steps due in {DUE_SOON_DAYS} days"),
    ("从未报过日期的项目", "Projects without any date"),
    ("上次调度日后未更新的项目", "Not updated since the last dispatch"),
    ("自相矛盾的项目", "Projects that contradict themselves"),
    ("待办事项", "Open matters"),
    ("其中逾期事项", "of these overdue"),
    ("待填指标", "Figures to report"),
)
_HEADS: Final[tuple[Pair, ...]] = (
    ("类别", "Kind"),
    ("编号", "ID"),
    ("名称", "Name"),
    ("内容", "What"),
    ("日期", "Date"),
    ("逾期（天）", "Days late"),
    ("在哪里改", "Where to mend"),
)
_MATTER, _OVERDUE, _SOON, _CLASH = (
    ("事项", "Matter"),
    ("逾期", "Overdue"),
    ("将到期", "Due"),
    ("矛盾", "Clash"),
)
_FIGURE, _NEVER, _STALE = ("指标", "Figure"), ("从未报日期", "No date"), ("久未更新", "Not updated")
_MISSING: Final = ("缺项", "Missing")
_NEVER_SAID: Final = ("一个日期也没有报过", "no date was ever reported")
_STALE_SAID: Final = (
    "上次调度日以来没有更新；右边是最近一次填报",
    "not updated; the date is of the last filing",
)
_ON_PROJECTS: Final = ("「项目」表", "sheet 项目")
_ON_DATES: Final = ("「里程碑」表", "sheet 里程碑")
_ON_FIGURES: Final = ("「指标」表", "sheet 指标")
_ON_PAGE: Final = ("网页「事项」", "page Matters")

__all__ = ["SHEET", "Cover", "counts", "path_title", "write"]
