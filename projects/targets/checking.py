"""Checking a figure before it is filed: one rule for the form and for a row of the workbook.

What is typed is text; what comes out is a ``Filing`` or what is wrong with it, in the words of
``projects.intake.import_words``. The database checks the limits once more.
"""

import calendar
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from projects.intake.issues import IssueCode, Severity
from projects.targets.model import Filing, Indicator, IndicatorKind, PeriodKind
from projects.values import cleaned, plain

LONGEST_SOURCE: Final = 500
YEARS: Final = range(1990, 2101)
SHARE_TOLERANCE: Final = Decimal("0.06")
"""So much may a percentage differ from numerator ÷ denominator, in points: rounding to one decimal."""
FAR: Final = Decimal(1000)
"""So many times off the promised value a figure is doubted: 亿 for 万, or the other way round."""
LARGEST_PART: Final = Decimal(2_000_000_000)
_YEAR: Final = re.compile(r"([0-9]{4})年?")
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_MONTH: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_UNIT: Final = re.compile(r"(-?[0-9.,]+)([^0-9.,\s].*)")


@dataclass(frozen=True, slots=True)
class Typed:
    """A figure as it was typed."""

    indicator: str
    area: str
    start: str = ""
    end: str = ""
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    source: str = ""


class Problem(NamedTuple):
    """Something to say: which field, how bad, the key of its words and what they quote."""

    field: str
    code: IssueCode
    severity: Severity
    key: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a typed figure: ``filing`` is None when a problem is an error."""

    filing: Filing | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What to check against: the registry, whose areas may be filed for, promised values, today."""

    indicators: Mapping[str, Indicator]
    areas: Mapping[str, tuple[str, str]]
    """Area code → name, and the unit that files for it."""
    promised: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """(indicator, area) → promised value, to doubt figures that are far off."""
    today: date = field(default_factory=date.today)


def check(typed: Typed, rules: Rules) -> Checked:
    """Return the filing that a typed figure is, and everything there is to say about it.

    Raises nothing: bad data is data.
    """
    problems: list[Problem] = []
    indicator = find(typed.indicator, rules)
    if indicator is None:
        problems.append(error("indicator", IssueCode.NOT_IN_LIST, "ind_unknown", typed.indicator or "—"))
    elif not indicator.reported:
        problems.append(error("indicator", IssueCode.NOT_IN_LIST, "ind_computed", indicator.zh))
    if typed.area not in rules.areas:
        names = "、".join(name for name, _ in list(rules.areas.values())[:6]) or "—"
        problems.append(error("area", IssueCode.NOT_YOUR_COUNTY, "ind_area", typed.area or "—", names))
    source = cleaned(typed.source)
    problems += _source_problems(source)
    if indicator is None:
        return Checked(None, tuple(problems))
    starts, ends = _period(typed, indicator, rules.today, problems)
    figure, above, below = _figures(typed, indicator, problems)
    if figure is not None:
        problems += _doubts(
            figure, indicator, rules.promised.get((indicator.code, typed.area)), above is not None
        )
    if ends is None or figure is None or any(p.severity is Severity.ERROR for p in problems):
        return Checked(None, tuple(problems))
    unit = rules.areas[typed.area][1]
    made = Filing(unit, indicator.code, typed.area, starts, ends, figure, source, above, below)
    return Checked(made, tuple(problems))


def find(text: str, rules: Rules) -> Indicator | None:
    """Return the indicator of a code or a Chinese or English name."""
    bare = unicodedata.normalize("NFKC", text).strip()
    named = (i for i in rules.indicators.values() if bare in (unicodedata.normalize("NFKC", i.zh), i.en))
    return rules.indicators.get(bare) or next(named, None)


def error(name: str, code: IssueCode, key: str, *values: str) -> Problem:
    """Return a problem that keeps the figure out."""
    return Problem(name, code, Severity.ERROR, key, values)


def _source_problems(source: str) -> Iterator[Problem]:
    if not source:
        yield error("source", IssueCode.MISSING_VALUE, "ind_source")
    elif len(source) > LONGEST_SOURCE:
        values = str(len(source)), str(LONGEST_SOURCE)
        yield error("source", IssueCode.TEXT_TOO_LONG, "ind_source_long", *values)


# ---- period ----


def _period(
    typed: Typed, indicator: Indicator, today: date, problems: list[Problem]
) -> tuple[date | None, date | None]:
    """Return first and last day of the period; a year is its twelve months."""
    if not typed.end.strip():
        problems.append(error("end", IssueCode.MISSING_VALUE, "ind_missing", "期间"))
        return None, None
    ends = read_day(typed.end, last=True)
    wrong = "ind_year" if indicator.period is PeriodKind.YEAR else "ind_date"
    if ends is None or (indicator.period is PeriodKind.YEAR and (ends.month, ends.day) != (12, 31)):
        problems.append(error("end", IssueCode.INVALID_DATE, wrong, typed.end[:40]))
        return None, None
    starts = read_day(typed.start, last=False) if typed.start.strip() else _default_start(indicator, ends)
    problems += _period_problems(typed, indicator, starts, ends, today)
    return starts, ends


def _default_start(indicator: Indicator, ends: date) -> date | None:
    return date(ends.year, 1, 1) if indicator.period is PeriodKind.YEAR else None


def _period_problems(
    typed: Typed, indicator: Indicator, starts: date | None, ends: date, today: date
) -> Iterator[Problem]:
    if starts is None and typed.start.strip():
        yield error("start", IssueCode.INVALID_DATE, "ind_date", typed.start[:40])
    elif starts is None and indicator.period is PeriodKind.SPAN:
        yield error("start", IssueCode.MISSING_VALUE, "ind_start", indicator.zh)
    elif starts is not None and starts > ends:
        yield error("start", IssueCode.DATE_ORDER, "ind_period_order", str(starts), str(ends))
    if ends > today:
        yield error("end", IssueCode.OUT_OF_RANGE, "ind_future", str(ends))


def read_day(text: str, *, last: bool) -> date | None:
    """Return the day of a text; of a year or month the last (or first) day. None for what is none.

    >>> read_day("2020", last=True), read_day("2020年2月", last=True), read_day("20217", last=True)
    (datetime.date(2020, 12, 31), datetime.date(2020, 2, 29), None)
    """
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    year, month, day = _YEAR.fullmatch(bare), _MONTH.fullmatch(bare), _DAY.fullmatch(bare)
    try:
        if day:
            found = date(int(day[1]), int(day[2]), int(day[3]))
        elif month:
            first = date(int(month[1]), int(month[2]), 1)
            found = first.replace(day=calendar.monthrange(first.year, first.month)[1]) if last else first
        elif year:
            found = date(int(year[1]), 12, 31) if last else date(int(year[1]), 1, 1)
        else:
            return None
    except ValueError:
        return None
    return found if found.year in YEARS else None


# ---- figures ----

Figures = tuple[Decimal | None, Decimal | None, Decimal | None]


def _figures(typed: Typed, indicator: Indicator, problems: list[Problem]) -> Figures:
    """Return value, numerator and denominator; a percentage may be left to its parts."""
    above, below = (_part(typed, name, problems) for name in ("numerator", "denominator"))
    if (above is None) != (below is None) or (below is not None and below <= 0):
        problems.append(error("denominator", IssueCode.MISSING_VALUE, "ind_half"))
        above = below = None
    share = 100 * above / below if above is not None and below else None
    if indicator.kind is not IndicatorKind.PERCENTAGE:
        share = None
    if share is not None and above is not None and below is not None and above > below:
        problems.append(
            error("numerator", IssueCode.OUT_OF_RANGE, "ind_part_over_whole", plain(above), plain(below))
        )
        return None, above, below
    if not typed.value.strip() and share is not None:
        return round(share, 6), above, below
    figure = _value(typed.value, indicator, problems)
    if figure is not None and share is not None and abs(figure - share) > SHARE_TOLERANCE:
        values = plain(above or Decimal(0)), plain(below or Decimal(0)), plain(round(share, 2)), plain(figure)
        problems.append(error("value", IssueCode.OUT_OF_RANGE, "ind_mismatch", *values))
    return figure, above, below


def _part(typed: Typed, name: str, problems: list[Problem]) -> Decimal | None:
    text = str(getattr(typed, name))
    if not text.strip():
        return None
    number = read_number(text)
    if number is None or number > LARGEST_PART:
        problems.append(error(name, IssueCode.INVALID_NUMBER, "ind_number", text[:40], "个"))
        return None
    if number < 0:
        problems.append(error(name, IssueCode.OUT_OF_RANGE, "ind_negative", text[:40]))
        return None
    return number


def _value(text: str, indicator: Indicator, problems: list[Problem]) -> Decimal | None:
    """Return the value in the unit of the indicator, which may stand behind it; another unit may not."""
    if not text.strip():
        problems.append(error("value", IssueCode.MISSING_VALUE, "ind_missing", "数值"))
        return None
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    unit = _UNIT.fullmatch(bare)
    if unit and unit[2] != unicodedata.normalize("NFKC", indicator.unit):
        known = any(word in unit[2] for word in ("亿", "万", "元", "%", "‰", "张", "个", "家", "所", "项"))
        key, code = (
            ("ind_unit", IssueCode.UNIT_SUSPECT) if known else ("ind_number", IssueCode.INVALID_NUMBER)
        )
        problems.append(error("value", code, key, text[:40], indicator.unit))
        return None
    number = read_number(unit[1] if unit else bare)
    if number is None:
        problems.append(error("value", IssueCode.INVALID_NUMBER, "ind_number", text[:40], indicator.unit))
        return None
    problem = _limits(number, text[:40], indicator)
    if problem is not None:
        problems.append(problem)
        return None
    return number


def _limits(number: Decimal, text: str, indicator: Indicator) -> Problem | None:
    if indicator.lowest <= number <= indicator.highest:
        return None
    if number < 0 <= indicator.lowest:
        return error("value", IssueCode.OUT_OF_RANGE, "ind_negative", text)
    if indicator.kind is IndicatorKind.PERCENTAGE and number > 100:
        return error("value", IssueCode.OUT_OF_RANGE, "ind_over_100", text)
    limits = plain(indicator.lowest), plain(indicator.highest), indicator.unit
    return error("value", IssueCode.OUT_OF_RANGE, "ind_range", text, *limits)


def read_number(text: str) -> Decimal | None:
    """Return a finite number to six decimals, thousands separators allowed; None for anything else.

    >>> read_number("1,234.5"), read_number("约300"), read_number("1e999999"), read_number("NaN")
    (Decimal('1234.5'), None, None, None)
    """
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if "," in bare and not _GROUPED.fullmatch(bare):
        return None
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return None
    exponent = number.as_tuple().exponent
    return round(number, 6) if isinstance(exponent, int) and exponent < -6 else number


def _doubts(
    figure: Decimal, indicator: Indicator, promised: Decimal | None, has_parts: bool
) -> Iterator[Problem]:
    """Yield what is taken and doubted: a fraction for a percentage, a figure far off the promised one."""
    if indicator.kind is IndicatorKind.PERCENTAGE and 0 < figure < 1 and not has_parts:
        values = plain(figure), plain(figure * 100)
        yield Problem("value", IssueCode.UNIT_SUSPECT, Severity.WARNING, "ind_fraction", values)
    elif promised and figure > 0 and max(figure / promised, promised / figure) >= FAR:
        values_ = plain(figure), plain(promised), indicator.unit, plain(FAR)
        yield Problem("value", IssueCode.UNIT_SUSPECT, Severity.WARNING, "ind_magnitude", values_)
