"""The monthly dispatch of a filter as a workbook: the rule, then units, counties, steps, what is silent.

Every sheet of counts ends with the sum over the records, as the page shows it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from data.exports.book import Cell, Sheet, about, book
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from projects.codes import BASIS_ZH, MILESTONE_ZH, Basis
from projects.lifecycle.contradictions import sentence, title
from projects.lifecycle.dispatch import OFFICE_TIME, Light, Reference, light_words, rule
from projects.lifecycle.key_lists import KeyList, ListLevel
from projects.lifecycle.ports import By, Clash, Item, Kind, Listed, Schedule, Summary, Tally

Words = Callable[[str], str]
"""Puts a Chinese word of a code list into the language of the file."""
Pair = tuple[str, str]

_SHEETS: Final[dict[str, Pair]] = {
    "unit": ("按单位", "By unit"),
    "county": ("按县", "By county"),
    "overdue": ("逾期步骤", "Overdue"),
    "due": ("90天内到期", "Due within 90 days"),
    "clashes": ("矛盾", "Contradictions"),
    "silent": ("没有报过日期", "Not reported"),
    "keys": ("重点名单", "Key projects"),
}
_COUNTS: Final[tuple[Pair, ...]] = (
    ("代码", "Code"),
    ("灯", "Light"),
    ("红", "Red"),
    ("黄", "Yellow"),
    ("绿", "Green"),
    ("灰", "Grey"),
    ("已结束", "Finished"),
    ("项目", "Projects"),
    ("报过日期", "Dates reported"),
    ("没报过日期", "No date reported"),
    ("从未填报", "Never filed"),
    ("逾期项目", "Projects overdue"),
    ("逾期步骤", "Steps overdue"),
    ("最长逾期（天）", "Longest overdue (days)"),
    ("30 天内到期", "Due in 30 days"),
    ("60 天内到期", "Due in 60 days"),
    ("90 天内到期", "Due in 90 days"),
    ("上次调度日后未更新", "Not updated since the last dispatch day"),
    ("漏报上一期", "Missed the last dispatch"),
)
_STEP: Final[tuple[Pair, ...]] = (
    ("编号", "ID"),
    ("项目", "Project"),
    ("步骤", "Step"),
    ("步骤名称", "Own name of the step"),
    ("计划日期", "Planned on"),
    ("逾期（天，负数为还有几天）", "Days late (negative: days to go)"),
    ("阶段", "Stage"),
    ("填报单位", "Reporting unit"),
    ("县（市、区）", "County"),
    ("最近填报", "Last filed"),
    ("联系人", "Contact"),
    ("依据", "Basis"),
)
_CLASH: Final[tuple[Pair, ...]] = (
    ("编号", "ID"),
    ("项目", "Project"),
    ("规则", "Rule"),
    ("程度", "Severity"),
    ("哪里矛盾，怎么办", "What clashes, what to do"),
    ("填报单位", "Reporting unit"),
    ("县（市、区）", "County"),
    ("依据", "Basis"),
)
_KEYS: Final[tuple[Pair, ...]] = (
    ("编号", "ID"),
    ("项目", "Project"),
    ("年度", "Year"),
    ("名单", "List"),
    ("阶段", "Stage"),
    ("开工", "Commencement"),
    ("竣工", "Completion"),
    ("填报单位", "Reporting unit"),
    ("县（市、区）", "County"),
    ("读不懂的文字", "Text not understood"),
    ("依据", "Basis"),
)
_LEVELS: Final[dict[ListLevel, Pair]] = {
    ListLevel.NATIONAL: ("国家重点", "national"),
    ListLevel.PROVINCIAL: ("省重点", "provincial"),
    ListLevel.MUNICIPAL: ("市重点", "municipal"),
    ListLevel.COUNTY: ("县重点", "county"),
}
_NONE: Final[dict[By, Pair]] = {
    By.UNIT: ("没有归属单位", "no owner unit"),
    By.COUNTY: ("未注明地区", "no area stated"),
}
_LIGHTS: Final = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY, Light.OVER)
_CAVEATS: Final[tuple[Pair, ...]] = (
    (
        "空白是未知，不是零，也不是按期；没有报过日期的项目单独列出。",
        "A blank is unknown, neither zero nor on time; projects without any date stand apart.",
    ),
    (
        "按库里现在的内容、以参照日计算；换一天，数字会变。",
        "Reckoned from what the library holds now against the reference day; another day, other figures.",
    ),
    (
        "依据为演示数据或模拟测算的记录不是实际项目。",
        "Records whose basis is demo or modelled are no real projects.",
    ),
)


class _Maker:
    """What every sheet goes by."""

    def __init__(self, request: ExportRequest, words: Words) -> None:
        self.english = request.language == "en"
        self.language, self.words = request.language, words

    def pick(self, pair: Pair) -> str:
        """Return the words of this file's language."""
        return pair[self.english]

    def heads(self, pairs: Iterable[Pair]) -> list[str]:
        """Return headings in this file's language."""
        return [self.pick(pair) for pair in pairs]

    def sheet(
        self, key: str, heads: Sequence[Pair], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
    ) -> Sheet:
        """Return a sheet with its name and headings."""
        return Sheet(self.pick(_SHEETS[key]), self.heads(heads), list(rows), widths)


def dispatch(
    library: ExportSource, schedule: Schedule, request: ExportRequest, when: Reference, words: Words = str
) -> bytes:
    """Return the workbook; everything is listed, nothing is cut."""
    make = _Maker(request, words)
    chosen = request.chosen
    sheets = [_counts(make, schedule.summary(chosen, when, by), by) for by in (By.UNIT, By.COUNTY)]
    for key, kind in (("overdue", Kind.OVERDUE), ("due", Kind.DUE_90)):
        items = schedule.details(chosen, when, kind, limit=None)
        sheets.append(make.sheet(key, _STEP, (_step(make, item) for item in items), (12, 36, 18, 18, 12)))
    clashes = schedule.contradictions(chosen, when, limit=None).items
    lines = (line for clash in clashes for line in _clash(make, clash))
    sheets.append(make.sheet("clashes", _CLASH, lines, (12, 36, 26, 10, 70, 20)))
    silent = schedule.details(chosen, when, Kind.NEVER_REPORTED, limit=None)
    heads = [*_STEP[:2], *_STEP[6:]]
    rows = ([*cells[:2], *cells[6:]] for cells in (_step(make, item) for item in silent))
    sheets.append(make.sheet("silent", heads, rows, (12, 36, 12)))
    listed = schedule.key_projects(chosen, when.today.year)
    keys = (line for one in listed for line in _key(make, one))
    sheets.append(make.sheet("keys", _KEYS, keys, (12, 36, 8, 10, 10, 12)))
    return book(request, _about(library, request, when, make), sheets)


def file_name(request: ExportRequest, when: Reference) -> str:
    """Return the name of the workbook.

    >>> from projects.filters import ProjectFilter
    >>> file_name(ExportRequest(chosen=ProjectFilter()), Reference(date(2026, 6, 10)))
    '月调度_20260610.xlsx'
    """
    name = "dispatch-" if request.language == "en" else "月调度_"
    return request.file_name(f"{name}{when.today:%Y%m%d}.xlsx")


def _about(
    library: ExportSource, request: ExportRequest, when: Reference, make: _Maker
) -> list[tuple[str, Cell]]:
    days: list[tuple[Pair, date]] = [
        (("参照日", "Reference day"), when.today),
        (("上次调度日", "Last dispatch day"), when.last),
        (("下次调度日", "Next dispatch day"), when.next),
    ]
    lines = about(library, request)
    lines += [(make.pick(pair), day.isoformat()) for pair, day in days]
    lines += [(make.pick(("规则", "Rule")), text) for text in rule(make.language)]
    return lines + [(make.pick(("使用须知", "Please note")), make.pick(pair)) for pair in _CAVEATS]


def _counts(make: _Maker, found: Summary, by: By) -> Sheet:
    first = ("填报单位", "Reporting unit") if by is By.UNIT else ("县（市、区）", "County")
    lines = [[row.name or make.pick(_NONE[by]), *_count_cells(make, row)] for row in found.rows]
    lines.append([make.pick(("合计", "Sum")), *_count_cells(make, found.total)])
    return make.sheet(str(by), (first, *_COUNTS), lines, (24, 12, 8))


def _count_cells(make: _Maker, tally: Tally) -> list[Cell]:
    return [
        tally.key,
        light_words(tally.light, make.language),
        *(tally.lights.get(light, 0) for light in _LIGHTS),
        tally.projects,
        tally.reported,
        tally.never_reported,
        tally.never_filed,
        tally.overdue_projects,
        tally.overdue_steps,
        tally.worst_days,
        *tally.due,
        tally.stale,
        tally.missed,
    ]


def _step(make: _Maker, item: Item) -> list[Cell]:
    return [
        item.project_id,
        item.name,
        make.words(MILESTONE_ZH[item.step]) if item.step else None,
        item.title or None,
        item.planned_on.isoformat() if item.planned_on else None,
        item.days_late if item.planned_on else None,
        make.words(item.stage),
        item.unit or None,
        item.county or None,
        item.filed_at.astimezone(OFFICE_TIME).date().isoformat() if item.filed_at else None,
        item.contact or None,
        make.words(BASIS_ZH[Basis(item.basis)]),
    ]


def _clash(make: _Maker, clash: Clash) -> Iterable[list[Cell]]:
    for one in clash.found:
        yield [
            clash.project_id,
            clash.name,
            title(one.code, make.language),
            str(one.severity),
            sentence(one, make.language, make.words),
            clash.unit or None,
            clash.county or None,
            make.words(BASIS_ZH[Basis(clash.basis)]),
        ]


def _key(make: _Maker, one: Listed) -> Iterable[list[Cell]]:
    """Yield a line per list that names a record; one that names none it can be read from has a line too."""
    named: Sequence[KeyList | None] = one.lists or (None,)
    for found in named:
        yield [
            one.project_id,
            one.name,
            found.year if found else None,
            make.pick(_LEVELS[found.level]) if found else None,
            make.words(one.stage),
            one.start.isoformat() if one.start else None,
            one.end.isoformat() if one.end else None,
            one.unit or None,
            one.county or None,
            "；".join(one.unread) or None,
            make.words(BASIS_ZH[Basis(one.basis)]),
        ]
