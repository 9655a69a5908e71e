"""Short ways to dated steps for these tests."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from projects.codes import MilestoneCode
from projects.lifecycle.steps import NO_DATES, Dates, Milestones

START, END, RUN = MilestoneCode.COMMENCEMENT, MilestoneCode.COMPLETION, MilestoneCode.COMMISSIONING
LAND, PERMIT = MilestoneCode.LAND_APPROVAL, MilestoneCode.CONSTRUCTION_PERMIT
TODAY = date(2026, 6, 10)
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


def days(planned: str = "", actual: str = "") -> Dates:
    """Return the dates of a step; an empty text is unknown."""
    return Dates(*(date.fromisoformat(text) if text else None for text in (planned, actual)))


def milestones() -> st.SearchStrategy[Milestones]:
    """Any steps with any known and unknown days."""
    one = st.builds(Dates, st.none() | DAYS, st.none() | DAYS).filter(lambda dates: dates != NO_DATES)
    return st.dictionaries(st.sampled_from(list(MilestoneCode)), one, max_size=6)
