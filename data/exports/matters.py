"""Matters as a workbook: how to read it, the list, the counts by responsible unit; marked as internal.

``say`` gives the word of a code in the language of the request. A blank due date is unknown, not in time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from data.exports.book import Cell, Sheet, about, book
from data.exports.request import ExportRequest
from data.exports.source import ExportSource
from projects.matters.model import (
    LONG_OPEN_DAYS,
    MATTER_ZH,
    STATE_ZH,
    TIMING_ZH,
    Matter,
    Timing,
    UnitName,
)
from projects.matters.ports import MatterCounts, UnitLoad

Say = Callable[[str], str]
Column = tuple[str, str, int, Callable[[Matter, Say], Cell]]
"""Heading in Chinese and English, width, and the cell of a matter."""


@dataclass(frozen=True, slots=True)
class MatterExport:
    """What is written: matters, the counts of all that match (there may be more), the loads of units."""

    items: Sequence[Matter]
    counts: MatterCounts
    loads: Sequence[UnitLoad]
    today: date


def unit_name(unit: UnitName) -> str:
    """Return a unit as it is called today, with its former name.

    >>> unit_name(UnitName("a", "卫健局", "卫计局"))
    '卫健局（原卫计局）'
    """
    return f"{unit.name}（原{unit.was}）" if unit.was else unit.name


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


COLUMNS: Final[Sequence[Column]] = (
    ("编号", "No.", 8, lambda m, _: m.id),
    ("类型", "Kind", 14, lambda m, say: say(MATTER_ZH[m.kind])),
    ("标题", "Title", 44, lambda m, _: m.title),
    ("状态", "State", 10, lambda m, say: say(STATE_ZH[m.state])),
    ("时限", "Timing", 10, lambda m, say: say(TIMING_ZH[m.timing])),
    ("办理期限", "Due", 12, lambda m, _: _day(m.due_on)),
    ("已历天数", "Days open", 10, lambda m, _: m.days_open),
    ("责任单位", "Responsible unit", 24, lambda m, _: unit_name(m.lead_unit)),
    ("配合单位", "Supporting units", 28, lambda m, _: "、".join(map(unit_name, m.support_units)) or None),
    ("提出单位", "Raised by unit", 24, lambda m, _: unit_name(m.raised_unit)),
    ("提出日期", "Raised on", 12, lambda m, _: _day(m.raised_on)),
    ("项目编号", "Record", 12, lambda m, _: m.project_id or None),
    ("项目名称", "Record name", 30, lambda m, _: m.project_name or None),
    ("地区", "Area", 16, lambda m, _: m.area_name or None),
    ("答复次数", "Replies", 10, lambda m, _: m.replies),
    ("附件", "Files", 8, lambda m, _: m.files),
    ("内容", "Detail", 60, lambda m, _: m.detail or None),
)
NOTES: Final = MappingProxyType(
    {
        "zh": (
            "内部资料：只供有关单位和上级使用，请勿外传。",
            "逾期：尚待答复且已过办理期限；期限当天不算逾期。没有期限的既不算按时，也不算逾期，单独计数。",
            "已答复、尚未办结的，不计逾期。已历天数自提出之日起，算到办结之日或今天。",
        ),
        "en": (
            "Internal: for the units concerned and those above them only.",
            "Overdue: an answer is awaited and the due date has passed; the due date itself is in time."
            " Without a due date a matter is neither in time nor late and is counted apart.",
            "What has been answered and not yet closed is not overdue. Days open run from the day it was"
            " raised to the day it was closed, or to today.",
        ),
    }
)


def matters_book(library: ExportSource, request: ExportRequest, given: MatterExport, say: Say) -> bytes:
    """Return matters as a workbook: facts, the list, the counts by responsible unit."""
    en = request.language == "en"
    rows = [[read(one, say) for *_, read in COLUMNS] for one in given.items]
    headings = [name_en if en else zh for zh, name_en, *_ in COLUMNS]
    listed = Sheet("Matters" if en else "事项", headings, rows, tuple(width for _, _, width, _ in COLUMNS))
    return book(
        request,
        [*about(library, request), *_facts(given, en, say)],
        [listed, _loads(given.loads, en, say)],
    )


def _facts(given: MatterExport, en: bool, say: Say) -> list[tuple[str, Cell]]:
    """Return the counts and how to read them."""
    counts = given.counts
    heading = "Please note" if en else "使用须知"
    facts: list[tuple[str, Cell]] = [
        ("As of" if en else "截至", given.today.isoformat()),
        ("Matters" if en else "事项（件）", counts.matched),
        ("Listed here" if en else "本文件列出（件）", len(given.items)),
        *((say(TIMING_ZH[one]), counts.by_timing.get(one, 0)) for one in Timing),
        (_long_open(en), counts.long_open),
    ]
    return facts + [(heading, note) for note in NOTES["en" if en else "zh"]]


def _long_open(en: bool) -> str:
    return f"Open over {LONG_OPEN_DAYS} days" if en else f"超过 {LONG_OPEN_DAYS} 天未办结"


def _loads(loads: Sequence[UnitLoad], en: bool, say: Say) -> Sheet:
    headings = ["Responsible unit" if en else "责任单位", "Matters" if en else "事项（件）"]
    headings += [say(TIMING_ZH[one]) for one in Timing] + [_long_open(en)]
    rows: list[list[Cell]] = [
        [
            unit_name(load.unit),
            load.counts.matched,
            *(load.counts.by_timing.get(one, 0) for one in Timing),
            load.counts.long_open,
        ]
        for load in loads
    ]
    return Sheet("By unit" if en else "分责任单位", headings, rows, (30, 12))
