"""One row per record under a filter with what the dispatch wants to know of it, by ``projects.lifecycle``.

``project_schedule`` (s) holds the days in the order of ``MilestoneCode`` and the open ones ascending, so that
``width_bucket(day, open_on)`` is how many of them are not after a day.
"""

from typing import Any, Final

from data.store.filtering import PLACE_CODE, where
from projects.codes import MilestoneCode, Stage
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import AHEAD, LATE_DAYS, Light, Reference
from projects.lifecycle.ports import By

SCHEDULED: Final = "FROM project_facet f JOIN project_schedule s ON s.project_id = f.project_id"
FROM: Final = f"{SCHEDULED} JOIN project p ON p.id = f.project_id"
"""With what else is known of a record; counts do without it."""
COUNTY: Final = f"coalesce({PLACE_CODE}, '')"
"""Where a record counts, once: its county, else its zone, prefecture or province."""


def position(code: MilestoneCode) -> int:
    """Return where a step stands in the arrays of days, from 1."""
    return list(MilestoneCode).index(code) + 1


def planned(code: MilestoneCode) -> str:
    """Return the planned day of a step as SQL."""
    return f"s.planned[{position(code)}]"


def actual(code: MilestoneCode) -> str:
    """Return the actual day of a step as SQL."""
    return f"s.actual[{position(code)}]"


def listed(values: tuple[str, ...]) -> str:
    """Return fixed words of ours as an SQL list; nothing typed by anybody comes here."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


_OVER: Final = (
    f"(f.stage = '{Stage.WITHDRAWN}' OR coalesce({actual(MilestoneCode.COMMISSIONING)} <= :today, false))"
)
_FLAGS: Final = f"""
    SELECT f.project_id AS id, coalesce(f.owner_unit_id, '') AS unit, {COUNTY} AS county,
           f.lead_ids, {_OVER} AS over,
           (s.open_on <> '{{}}' OR array_remove(s.actual, NULL) <> '{{}}') AS reported, s.filed_at,
           coalesce(greatest(:today - s.open_on[1], 0), 0) AS days_late,
           width_bucket(:today - 1, s.open_on) AS overdue,
           width_bucket(:today + {AHEAD[0]}, s.open_on) AS by_30,
           width_bucket(:today + {AHEAD[1]}, s.open_on) AS by_60,
           width_bucket(:today + {AHEAD[2]}, s.open_on) AS by_90
      {SCHEDULED}"""
_LIGHT: Final = f"""CASE WHEN over THEN '{Light.OVER}' WHEN NOT reported THEN '{Light.GREY}'
                WHEN days_late > {LATE_DAYS} THEN '{Light.RED}'
                WHEN days_late > 0 OR filed_at IS NULL OR filed_at < :missed_at THEN '{Light.YELLOW}'
                ELSE '{Light.GREEN}' END"""


def flags(
    chosen: ProjectFilter, when: Reference, within: tuple[By, str] | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the table expression ``one`` (without WITH) and its parameters.

    ``today`` is a date, ``stale_at`` and ``missed_at`` are moments of the office's time.
    """
    condition, parameters = where(chosen)
    inner = f"{_FLAGS} WHERE {condition}"
    sql = f"one AS (SELECT found.*, {_LIGHT} AS light FROM ({inner}) AS found{_inside(within)})"  # noqa: S608
    given = {"today": when.today, "stale_at": when.last_at, "missed_at": when.before_last_at}
    return sql, parameters | given | ({"within": within[1]} if within else {})


def _inside(within: tuple[By, str] | None) -> str:
    if within is None:
        return ""
    by, key = within
    if by is not By.LEAD:
        return f" WHERE {by} = :within"
    return " WHERE lead_ids @> ARRAY[:within]" if key else " WHERE lead_ids = '{}' AND :within = ''"
