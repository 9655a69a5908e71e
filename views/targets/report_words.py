"""How a reported figure is written: its period, its value."""

from projects.targets.model import Indicator, Report
from views.i18n import Translate
from views.targets import target_words as tw


def period(report: Report) -> str:
    """Return the period of a report: a year, a day, or from – to.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> period(Report(1, "x", "440200", date(2020, 1, 1), date(2020, 12, 31), Decimal(1), "s", "accepted"))
    '2020'
    """
    start, end = report.period_from, report.period_to
    if start and (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(end.year)
    return f"{start} – {end}" if start else str(end)


def value(report: Report, indicator: Indicator | None, _: Translate) -> str:
    """Return the value with its unit and, for a share, what it was computed from."""
    text = f"{tw.number(report.value)} {tw.unit_words(indicator.unit, _) if indicator else ''}".strip()
    if report.numerator is None or report.denominator is None:
        return text
    return _("{value}（{numerator} ÷ {denominator}）").format(
        value=text, numerator=tw.number(report.numerator), denominator=tw.number(report.denominator)
    )
