"""The sheet 指标 of an office workbook: the figures that the unit's targets still need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from data.exports.xlsx import Mended
from projects.intake.indicator_sheet import COLUMNS, SHEET
from projects.targets.model import Indicator, IndicatorKind, PeriodKind
from projects.targets.ports import OpenIndicator

SPARE_ROWS: Final = 200
_WIDTHS: Final = {"indicator": 24, "name": 34, "area_name": 16, "source": 40, "meaning": 60}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the sheet holds: the registry and what is still needed of the unit."""

    indicators: Mapping[str, Indicator]
    needed: Sequence[OpenIndicator] = ()


def write(sheet: Any, figures: Figures, styles: Mapping[str, Any], language: str) -> None:
    """Write headings and one row per needed figure, value and source left blank."""
    sheet.set_row(0, 34)
    mended = Mended()
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, _WIDTHS.get(column.name, 13))
        sheet.write_string(0, number, column.heading, styles["needed" if column.needed else "heading"])
        if column.note:
            sheet.write_comment(0, number, column.note, {"x_scale": 2, "y_scale": 1.2})
    for row, one in enumerate(figures.needed, start=1):
        shown = _row(one, figures.indicators[one.indicator], language)
        for number, column in enumerate(COLUMNS):
            text = shown.get(column.name, "")
            if text:
                style = "text" if column.typed else "grey"
                sheet.write_string(row, number, mended.text(text), styles[style])
    sheet.freeze_panes(1, 2)


def _row(one: OpenIndicator, indicator: Indicator, language: str) -> dict[str, str]:
    parts = "可填分子分母" if indicator.kind is IndicatorKind.PERCENTAGE else ""
    start = "期间开始（基期）必填" if indicator.period is PeriodKind.SPAN else ""
    notes = (indicator.meaning(language), parts, start, one.target_id)
    return {
        "indicator": indicator.code,
        "name": indicator.name(language),
        "area": one.area_code,
        "area_name": one.area_name,
        "unit": indicator.unit,
        "end": str(one.year or ""),
        "meaning": "；".join(note for note in notes if note),
    }


__all__ = ["SHEET", "Figures", "write"]
