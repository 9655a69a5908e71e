"""The yearly class of a project (预备 · 新开工 · 续建 · 竣工投产), derived per year from its dates and stage.

Yearly lists of key construction projects name every project once, under what it does in that year. So the
class is no property of the project and is not stored: it follows from the days of 开工, 竣工 and 投产
(actual, else planned), in this order:

1. withdrawn or suspended (退库, 停缓建): not in the lists;
2. 竣工 or 投产 falls into the year: 竣工投产, also when it starts in the same year, for the lists name a
   project that finishes there;
3. actually finished in an earlier year: not in the lists any more;
4. 开工 falls into the year: 新开工;
5. actually begun in an earlier year: 续建;
6. planned to begin in an earlier year, and nobody reported that it did: 预备 while its stage says 储备 or
   前期, 续建 while it says 新开工 or 在建, else unknown;
7. 开工 falls into a later year: 预备;
8. no day of 开工 known: 预备 when the stage says 储备 or 前期 and a preliminary step falls into the year;
9. else unknown: the dates do not say, and a stage alone does not name a year.
"""

from datetime import date
from enum import StrEnum
from typing import Final

from projects.codes import MilestoneCode, Stage
from projects.lifecycle.steps import NO_DATES, PRELIMINARY, Milestones


class YearlyClass(StrEnum):
    """What a project does in one year."""

    PREPARED = "预备"
    NEW_START = "新开工"
    CONTINUED = "续建"
    COMPLETED = "竣工投产"
    OUTSIDE = "不列入"
    """Finished before that year, suspended or withdrawn."""


STOPPED: Final = (Stage.SUSPENDED, Stage.WITHDRAWN)
WAITING: Final = (Stage.RESERVE, Stage.PREPARATION)
UNDER_WAY: Final = (Stage.NEW_START, Stage.CONSTRUCTION)
ENDS: Final = (MilestoneCode.COMPLETION, MilestoneCode.COMMISSIONING)


def yearly_class(stage: str, milestones: Milestones, year: int) -> YearlyClass | None:
    """Return the class of a project in a year by the rule above; None is unknown.

    >>> from projects.lifecycle.steps import Dates
    >>> begun = {MilestoneCode.COMMENCEMENT: Dates(date(2025, 3, 1), date(2025, 4, 1))}
    >>> [yearly_class("在建", begun, year) for year in (2024, 2025, 2026)] == ["预备", "新开工", "续建"]
    True
    """
    if stage in STOPPED:
        return YearlyClass.OUTSIDE
    ends = [milestones.get(code, NO_DATES) for code in ENDS]
    if any(_falls(dates.day, year) for dates in ends):
        return YearlyClass.COMPLETED
    if any(dates.actual is not None and dates.actual.year < year for dates in ends):
        return YearlyClass.OUTSIDE
    return _by_start(stage, milestones, year)


def _by_start(stage: str, milestones: Milestones, year: int) -> YearlyClass | None:
    start = milestones.get(MilestoneCode.COMMENCEMENT, NO_DATES)
    if start.day is None:
        prepared = stage in WAITING and any(
            _falls(milestones.get(code, NO_DATES).day, year) for code in PRELIMINARY
        )
        return YearlyClass.PREPARED if prepared else None
    if start.day.year >= year:
        return YearlyClass.NEW_START if start.day.year == year else YearlyClass.PREPARED
    return YearlyClass.CONTINUED if start.actual else _overdue_start(stage)


def _overdue_start(stage: str) -> YearlyClass | None:
    if stage in WAITING:
        return YearlyClass.PREPARED
    return YearlyClass.CONTINUED if stage in UNDER_WAY else None


def _falls(day: date | None, year: int) -> bool:
    return day is not None and day.year == year
