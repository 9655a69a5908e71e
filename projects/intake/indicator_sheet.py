"""The sheet 指标 of an office's file: its columns, its rows, and what would become of each.

Reported figures stand apart from the rows of projects: they are checked by ``projects.targets.checking`` and
filed as reports in the same transaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from projects.intake.cells import CellIssue, Outcome, SourceCell
from projects.targets.checking import Typed
from projects.targets.model import Filing

SHEET: Final = "指标"


class Column(NamedTuple):
    """One column: its field, heading, other headings that mean the same, whether an office fills it in."""

    name: str
    heading: str
    others: tuple[str, ...] = ()
    typed: bool = True
    needed: bool = False
    note: str = ""


COLUMNS: Final[tuple[Column, ...]] = (
    Column("indicator", "指标编号", ("指标代码", "indicator"), typed=False, note="系统的编号，请勿改动"),
    Column("name", "指标名称", ("指标", "name"), typed=False),
    Column("area", "地区编号", ("地区代码", "area"), typed=False, note="本单位的地区；空白按本单位"),
    Column("area_name", "地区", ("地区名称",), typed=False),
    Column("start", "期间开始", ("基期", "start"), note="增量必填：从哪天（哪年）算起；其他指标可空"),
    Column(
        "end",
        "期间结束",
        ("年份", "年度", "截至", "期间", "end"),
        needed=True,
        note="四位年份，或 2020-12-31",
    ),
    Column("value", "数值", ("数", "value"), needed=True, note="只填数字；单位见“单位”列，不要换成别的单位"),
    Column("unit", "单位", ("计量单位", "unit"), typed=False),
    Column("numerator", "分子", ("numerator",), note="比例可填：分子和分母要同时填"),
    Column("denominator", "分母", ("denominator",)),
    Column(
        "source",
        "来源",
        ("数据来源", "来源说明", "source"),
        needed=True,
        note="哪份统计、报表或文件，以及口径",
    ),
    Column("meaning", "说明", ("含义",), typed=False),
)
FILLED: Final = ("value", "numerator", "denominator", "source", "start")
"""A row in which none of these stands was given by the program and not filled in."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One row as it was read: its texts and the cells they came from."""

    sheet: str
    number: int
    """Counted from 1 as the program shows it."""
    texts: Mapping[str, str]
    cells: Mapping[str, SourceCell]

    @property
    def filled(self) -> bool:
        """Whether somebody wrote something into it."""
        return any(self.texts.get(name) for name in FILLED)

    def typed(self, area: str) -> Typed:
        """Return the row as it is checked; a row without an area is the unit's own."""
        text = self.texts.get
        return Typed(
            indicator=text("indicator") or text("name") or "",
            area=text("area") or area,
            start=text("start") or "",
            end=text("end") or "",
            value=text("value") or "",
            numerator=text("numerator") or "",
            denominator=text("denominator") or "",
            source=text("source") or "",
        )


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """What would become of a row: ``updated`` corrects one that stands, ``unchanged`` stands or is blank."""

    row: IndicatorRow
    outcome: Outcome
    title: str
    """The figure in words: indicator, area, period."""
    filing: Filing | None = None
    issues: tuple[CellIssue, ...] = field(default=())


def counts(planned: Sequence[PlannedFigure]) -> dict[str, int]:
    """Return rows by outcome, zeros included; they add up to the rows of the sheet."""
    seen = Counter(one.outcome for one in planned)
    return {str(outcome): seen[outcome] for outcome in Outcome if outcome is not Outcome.HELD}


def filings(planned: Sequence[PlannedFigure]) -> tuple[Filing, ...]:
    """Return what is filed at commit."""
    wanted = (Outcome.NEW, Outcome.UPDATED)
    return tuple(one.filing for one in planned if one.filing is not None and one.outcome in wanted)
