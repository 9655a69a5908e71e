"""Money, sizes and steps of a record as OC4IDS has them.

Amounts are yuan (CNY), a JSON number; where a double does not hold an amount to the last digit, the exact
万元 stand beside it. What nobody knows is left out and never 0.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from data.exports.crosswalk import is_known, standard_code
from projects.codes import MILESTONE_ZH, FinanceStatus
from projects.lifecycle.approval_steps import Approval
from projects.lifecycle.approvals import APPROVAL_ZH
from projects.lifecycle.steps import StepState, state_of
from projects.open_standards import (
    APPROVAL_LIST,
    CURRENCY,
    EXTENSION,
    METRICS,
    OUTPUT_METRIC,
    YUAN_PER_WAN,
)
from projects.publishing import Money, PlannedYear, Published, Step
from projects.summary import heading
from projects.values import plain

_ASSETS: Final = {
    "bond": ["debt"],
    "loan": ["debt"],
    "shares.unlisted": ["equity"],
    "shares.listed": ["equity"],
}
_STATES: Final = {StepState.DONE: "met", StepState.PLANNED: "scheduled", StepState.OVERDUE: "notMet"}
_TITLES: Final = {str(code): title for code, title in MILESTONE_ZH.items()}

Part = dict[str, Any]


def day(value: date | None) -> str | None:
    """Return a day as the date-time that OC4IDS asks for, in the office's time.

    >>> day(date(2026, 3, 5))
    '2026-03-05T00:00:00+08:00'
    """
    return f"{value.isoformat()}T00:00:00+08:00" if value else None


def amount(wan: Decimal) -> Part:
    """Return an amount in 万元 as a ``Value`` in yuan.

    >>> amount(Decimal("12000.500001"))
    {'amount': 120005000.01, 'currency': 'CNY'}
    """
    yuan = wan * YUAN_PER_WAN
    near: int | float = int(yuan) if yuan == yuan.to_integral_value() else float(yuan)
    exact = isinstance(near, int) or Decimal(repr(near)) == yuan
    return {"amount": near, "currency": CURRENCY} | ({} if exact else {EXTENSION: {"wan": plain(wan)}})


def year(number: int) -> Part:
    """Return a year as a ``Period``."""
    return {"startDate": day(date(number, 1, 1)), "endDate": day(date(number, 12, 31))}


def budget(found: Published) -> Part:
    """Return the total investment, the yearly plans and the lines of finance."""
    total = found.summary.total_investment_wan
    plans = [_plan(plan) for plan in found.plans]
    return {
        "amount": None if total is None else amount(total),
        "budgetBreakdowns": [
            {"id": "annual-plan", "description": "年度计划投资", "budgetBreakdown": plans},
        ]
        if plans
        else None,
        "finance": [_finance(money) for money in found.money],
    }


def _plan(plan: PlannedYear) -> Part:
    return {
        "id": str(plan.year),
        "amount": amount(plan.amount),
        "period": year(plan.year),
        EXTENSION: {"basis": plan.basis},
    }


def _finance(money: Money) -> Part:
    line = money.line
    kind = standard_code("finance_source", line.source, "financingArrangementType")
    return {
        "id": f"line-{line.id}",
        "description": line.note,
        "value": amount(line.amount),
        "source": str(line.source) if is_known(line.source) else None,
        "type": kind,
        "assetClass": _ASSETS.get(kind),
        "period": year(line.year) if line.year else None,
        EXTENSION: {
            "status": str(line.status),
            "year": line.year,
            "subsidy": line.subsidy or None,
            "basis": money.basis,
            "splitFrom": f"line-{line.split_from_id}" if line.split_from_id else None,
        },
    }


def transactions(found: Published) -> list[Part]:
    """Return what has been paid (支付); the library knows the year only, so no date is given."""
    return [
        {
            "id": f"line-{money.line.id}",
            "value": amount(money.line.amount),
            EXTENSION: {"year": money.line.year},
        }
        for money in found.money
        if money.line.status is FinanceStatus.PAID
    ]


def forecasts(found: Published) -> list[Part]:
    """Return what is planned to be there: beds, areas, jobs, yearly output; blank where nobody knows."""
    record = found.summary
    sizes = [
        _metric(metric, heading(field, "zh"), {"measure": _number(value), "unit": {"name": unit}})
        for field, (metric, unit) in METRICS.items()
        if (value := getattr(record, field)) is not None
    ]
    if record.annual_output_wan is None:
        return sizes
    worth = {"value": amount(record.annual_output_wan)}
    return [*sizes, _metric(OUTPUT_METRIC, heading("annual_output_wan", "zh"), worth)]


def _metric(key: str, title: str, what: Part) -> Part:
    return {"id": key, "title": title, "observations": [{"id": key, **what}]}


def _number(value: Decimal | float) -> int | float | str:
    """Return a measure as a number where that is exact, else as text; both are allowed."""
    exact = Decimal(str(value))
    if exact == exact.to_integral_value():
        return int(exact)
    return float(exact) if Decimal(repr(float(exact))) == exact else plain(exact)


def milestones(found: Published, today: date) -> list[Part]:
    """Return the dated steps; a planned day that has gone by without an actual one is ``notMet``."""
    steps = [_milestone(found.summary.id, step, today) for step in found.steps]
    return steps + [_approval(found.summary.id, one, today) for one in found.approvals]


def _approval(record_id: str, one: Approval, today: date) -> Part:
    """Return an approval step; some codes are those of a milestone too, so that the list is named."""
    own = {"list": APPROVAL_LIST, "number": one.number, "authority": one.authority, "basis": one.basis}
    return {
        "id": f"{record_id}-{APPROVAL_LIST}-{one.code}",
        "title": APPROVAL_ZH[one.code],
        "description": one.note,
        "code": one.code,
        "dueDate": day(one.dates.planned),
        "dateMet": day(one.dates.actual),
        "status": _STATES.get(state_of(one.dates, today)),
        EXTENSION: own,
    }


def _milestone(record_id: str, step: Step, today: date) -> Part:
    return {
        "id": f"{record_id}-{step.code}",
        "title": step.title or _TITLES.get(step.code, step.code),
        "description": step.note,
        "code": step.code,
        "dueDate": day(step.dates.planned),
        "dateMet": day(step.dates.actual),
        "status": _STATES.get(state_of(step.dates, today)),
        EXTENSION: {"title": step.title, "basis": step.basis},
    }
