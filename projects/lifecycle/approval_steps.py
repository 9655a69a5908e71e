"""The approval steps of one record: what is done, planned, overdue or unknown.

A step that has no day of its own takes that of the milestone which is the same event (施工许可 is reported
as either); where both give an actual day and the two differ, both are told, and neither is corrected.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from projects.fields import Document, JsonValue
from projects.lifecycle.approvals import RULES, ApprovalCode, expected, fits
from projects.lifecycle.steps import NO_DATES, Dates, Milestones, StepState, milestones_of, state_of


class Approval(NamedTuple):
    """What an office reported of one step; an empty text and an absent day are unknown."""

    code: ApprovalCode
    dates: Dates = NO_DATES
    number: str = ""
    authority: str = ""
    note: str = ""
    basis: str = ""


class Shown(NamedTuple):
    """One step as a card shows it."""

    approval: Approval
    dates: Dates
    """Its own days, else those of its milestone."""
    state: StepState
    from_milestone: bool
    clash: date | None
    """The actual day its milestone gives, where that is another one."""
    foreign: bool
    """The step is none of the record's type of approval."""


class Progress(NamedTuple):
    """The steps that something is known of, in the usual order, and the usual ones nobody reported."""

    steps: tuple[Shown, ...]
    unknown: tuple[ApprovalCode, ...]


def progress(
    reported: Iterable[Approval], approval_type: str | None, milestones: Milestones, today: date
) -> Progress:
    """Return where the approvals of a record stand on a day.

    >>> done = Approval(ApprovalCode.PROJECT_FILING, Dates(None, date(2026, 1, 5)))
    >>> found = progress([done], "备案", {}, date(2026, 3, 1))
    >>> found.steps[0].state.value, found.unknown[0].value
    ('done', 'siteOpinion')
    """
    held = {one.code: one for one in reported}
    usual = expected(approval_type)
    shown = [
        _shown(held.get(code, Approval(code)), approval_type, milestones, today)
        for code in ApprovalCode
        if code in held or (code in usual and _of_milestone(code, milestones) != NO_DATES)
    ]
    known = {one.approval.code for one in shown}
    return Progress(tuple(shown), tuple(code for code in usual if code not in known))


def _shown(one: Approval, approval_type: str | None, milestones: Milestones, today: date) -> Shown:
    same = _of_milestone(one.code, milestones)
    borrowed = one.dates == NO_DATES and same != NO_DATES
    dates = same if borrowed else one.dates
    differs = dates.actual is not None and same.actual not in (None, dates.actual)
    # A document number is only given with the document: the step is done, though nobody said when.
    state = StepState.DONE if one.number and dates.actual is None else state_of(dates, today)
    return Shown(
        one, dates, state, borrowed, same.actual if differs else None, not fits(one.code, approval_type)
    )


def _of_milestone(code: ApprovalCode, milestones: Milestones) -> Dates:
    same = RULES[code].milestone
    return milestones.get(same, NO_DATES) if same else NO_DATES


def approvals_of(document: Document) -> tuple[Approval, ...]:
    """Return the approval steps of a document, in the usual order.

    >>> approvals_of({"approval/fireDesign": {"number": "韶消审〔2026〕3号"}})[0].number
    '韶消审〔2026〕3号'
    """
    rows = ((code, document.get(f"approval/{code}")) for code in ApprovalCode)
    return tuple(
        Approval(
            code,
            Dates(_day(row.get("planned_on")), _day(row.get("actual_on"))),
            *(str(row.get(name) or "") for name in ("number", "authority", "note")),
        )
        for code, row in rows
        if isinstance(row, dict)
    )


def progress_of(document: Document, today: date) -> Progress:
    """Return where the approvals of a document stand on a day."""
    kind = document.get("approval_type")
    return progress(approvals_of(document), str(kind) if kind else None, milestones_of(document), today)


def _day(value: JsonValue) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
