"""The targets board as a workbook: what the file is, the targets with actual values, the split by county.

Text stays text: no formula or link is ever made of what a document or an office wrote.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from data.exports.request import ExportRequest, Language
from data.exports.xlsx import Mended, new_book
from projects.filters import ProjectFilter
from projects.targets.board import Part, Row
from projects.targets.judging import Actual
from projects.targets.model import Status

SHEETS: Final = {"zh": ("说明", "目标", "分地区"), "en": ("About", "Targets", "By area")}
TITLE: Final = {"zh": "目标看板", "en": "Targets board"}
_HEADINGS: Final[tuple[tuple[str, str], ...]] = (
    ("编号", "Id"),
    ("文件", "Document"),
    ("章节", "Section"),
    ("承诺", "Promise"),
    ("地区", "Area"),
    ("承诺数", "Promised"),
    ("承诺年份", "Year"),
    ("状态", "Status"),
    ("已过承诺年份", "Past its year"),
    ("实际", "Actual"),
    ("实际下限", "Actual, at least"),
    ("实际上限", "Actual, at most"),
    ("单位", "Unit"),
    ("依据", "Basis"),
    ("截至", "As of"),
    ("覆盖", "Coverage"),
    ("离承诺还差", "Still to go"),
    ("怎么算", "How it is measured"),
    ("分母", "Denominator"),
    ("牵头单位", "Lead units"),
    ("原文", "Text"),
    ("原文没有说清的", "What the text leaves open"),
)
_PART_HEADINGS: Final[tuple[tuple[str, str], ...]] = (
    ("编号", "Id"),
    ("承诺", "Promise"),
    ("地区代码", "Area code"),
    ("地区", "Area"),
    ("实际", "Actual"),
    ("实际下限", "Actual, at least"),
    ("实际上限", "Actual, at most"),
    ("单位", "Unit"),
    ("依据", "Basis"),
    ("截至", "As of"),
    ("覆盖", "Coverage"),
    ("状态", "Status"),
    ("可能偏高", "May be overstated"),
)
_CAVEATS: Final = {
    "zh": (
        "空白是未知，不是零。“至少”“至多”是下限和上限：还有没填报的，真实数不会更小（更大）。",
        "达成：下限和上限之间每个值都达到；未达成：都达不到；否则无法计算。“左右”按承诺数的95%及以上判定。",
        "项目库只含文件点名和单位登记的项目，按现状统计，不一定是承诺年份年底的情况。",
        "千名老人床位并列60岁以上和65岁以上（2020年普查常住人口），原文没有说明是哪一个。",
        "秦皇岛开发区和北戴河新区人口单列、没有边界，海港、山海关、抚宁、昌黎的比率可能偏高。",
        "规定（年龄、面积门槛等）不是要达到的数量，不判定。",
    ),
    "en": (
        "A blank is unknown, not zero. “At least” and “at most” are bounds: somebody has not reported yet.",
        "Met: every value between the bounds meets it; not met: none does; else it cannot be computed."
        " “About” is met from 95 % of the promised value on.",
        "The library holds what documents name and offices enter, as it stands today.",
        "Beds per 1,000 elders stand by 60+ and 65+ (census 2020) side by side: the text does not say which.",
        "Two zones of 秦皇岛 are census units without a polygon: rates of four counties may be overstated.",
        "Rules (ages, thresholds) are no quantities to reach and are not judged.",
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """How the page says things, so that the file says the same."""

    language: str
    status: Mapping[Status, str]
    promise: Callable[[Row], str]
    actual: Callable[[Row], str]
    part: Callable[[Row, Part], str]
    coverage: Callable[[Actual], str]
    basis: Callable[[str], str]
    missing: Callable[[Row], str]
    method: Callable[[Row], str]
    leads: Callable[[Row], str]
    part_name: Callable[[Part], str]
    unit: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What belongs to the file as a whole."""

    words: Words
    documents: Mapping[str, str]
    credit: str
    """As the page shows it, marked already."""
    version: str
    today: date
    chosen: str = ""
    """The filter in words, empty for all targets."""
    practice: bool = False

    @property
    def request(self) -> ExportRequest:
        """What the file says about itself and how it is marked."""
        language: Language = "en" if self.words.language == "en" else "zh"
        return ExportRequest(
            chosen=ProjectFilter(),
            language=language,
            credit=self.credit,
            title=TITLE[language],
            practice=self.practice,
        )


def workbook(rows: Sequence[Row], frame: Frame) -> bytes:
    """Return the workbook of some targets."""
    file, request = io.BytesIO(), frame.request
    language = request.language
    board = (_heads(_HEADINGS, language), *(_row(row, frame) for row in rows))
    parts = (_part(row, part, frame) for row in rows for part in row.parts)
    with new_book(file, request) as book:
        sheets = [book.add_worksheet(name) for name in SHEETS[language]]
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EDEFF2"})
        _write(sheets[0], (40, 100), _about(rows, frame, request), None)
        _write(sheets[1], (9, 24, 24, 30, 12, 16), board, bold)
        _write(sheets[2], (9, 30, 12, 18, 18), (_heads(_PART_HEADINGS, language), *parts), bold)
    return file.getvalue()


def _heads(headings: Sequence[tuple[str, str]], language: str) -> tuple[str, ...]:
    return tuple(zh if language == "zh" else en for zh, en in headings)


Cell = str | Decimal | int | None


def _write(sheet: Any, widths: Sequence[int], rows: Sequence[Sequence[Cell]], bold: Any) -> None:
    mended = Mended()
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(number, column, mended.text(cell), bold if not number else None)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    if bold is not None:
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)


def _about(rows: Sequence[Row], frame: Frame, request: ExportRequest) -> list[tuple[str, Cell]]:
    zh = request.language == "zh"
    lines: list[tuple[str, Cell]] = [
        *request.mark,
        ("内容" if zh else "Title", TITLE[request.language]),
        ("生成日期" if zh else "Made on", frame.today.isoformat()),
        ("数据版本" if zh else "Data version", frame.version),
        ("署名" if zh else "Credit", frame.credit),
        ("筛选条件" if zh else "Filter", frame.chosen or ("全部" if zh else "all")),
        ("承诺项数" if zh else "Targets", len(rows)),
    ]
    lines += [
        (text, sum(row.status is status for row in rows)) for status, text in frame.words.status.items()
    ]
    if any(row.actual.basis == "demo" for row in rows):
        lines.append(("演示数据" if zh else "Demo data", "本表含演示数据" if zh else "holds demo data"))
    note = "使用须知" if zh else "Please note"
    return lines + [(note, sentence) for sentence in _CAVEATS[request.language]]


def _row(row: Row, frame: Frame) -> tuple[Cell, ...]:
    target, actual, words = row.target, row.actual, frame.words
    return (
        target.id,
        frame.documents.get(target.document_id, target.document_id),
        target.section,
        target.name(words.language),
        row.area_name,
        words.promise(row),
        target.year,
        words.status[row.status],
        ("是" if words.language != "en" else "yes") if row.overdue else "",
        words.actual(row),
        *_bounds(actual),
        words.unit(target.unit),
        words.basis(actual.basis),
        actual.as_of.isoformat() if actual.as_of else "",
        words.coverage(actual),
        words.missing(row),
        words.method(row),
        target.denominator,
        words.leads(row),
        target.quote,
        target.note,
    )


def _part(row: Row, part: Part, frame: Frame) -> tuple[Cell, ...]:
    words, actual = frame.words, part.actual
    return (
        row.target.id,
        row.target.name(words.language),
        part.code,
        words.part_name(part),
        words.part(row, part),
        *_bounds(actual),
        words.unit(row.target.unit),
        words.basis(actual.basis),
        actual.as_of.isoformat() if actual.as_of else "",
        words.coverage(actual),
        words.status[part.status] if part.status else "",
        ("是" if words.language != "en" else "yes") if part.overstated else "",
    )


def _bounds(actual: Actual) -> Iterator[Decimal | None]:
    """Yield both bounds, to six decimals; what is not known stays blank."""
    yield from (None if bound is None else round(bound, 6) for bound in (actual.low, actual.high))
