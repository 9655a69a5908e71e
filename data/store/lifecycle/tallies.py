"""Counts of the dispatch by owner unit, county or lead department, and over all records once."""

from typing import Any, Final

from sqlalchemy import Connection, text

from data.store.lifecycle.flags import flags
from projects.filters import ProjectFilter
from projects.lifecycle.dispatch import Light, Reference
from projects.lifecycle.ports import By, Summary, Tally

_MEASURES: Final = """
    count(*) AS projects, count(*) FILTER (WHERE over) AS over,
    count(*) FILTER (WHERE NOT over AND reported) AS reported,
    count(*) FILTER (WHERE NOT over AND NOT reported) AS never_reported,
    count(*) FILTER (WHERE NOT over AND filed_at IS NULL) AS never_filed,
    count(*) FILTER (WHERE NOT over AND filed_at < :stale_at) AS stale,
    count(*) FILTER (WHERE NOT over AND filed_at < :missed_at) AS missed,
    count(*) FILTER (WHERE NOT over AND days_late > 0) AS overdue_projects,
    coalesce(sum(overdue) FILTER (WHERE NOT over), 0)::integer AS overdue_steps,
    coalesce(max(days_late) FILTER (WHERE NOT over), 0)::integer AS worst_days,
    coalesce(sum(by_30 - overdue) FILTER (WHERE NOT over), 0)::integer AS due_30,
    coalesce(sum(by_60 - overdue) FILTER (WHERE NOT over), 0)::integer AS due_60,
    coalesce(sum(by_90 - overdue) FILTER (WHERE NOT over), 0)::integer AS due_90,
    count(*) FILTER (WHERE light = 'red') AS red, count(*) FILTER (WHERE light = 'yellow') AS yellow,
    count(*) FILTER (WHERE light = 'green') AS green, count(*) FILTER (WHERE light = 'grey') AS grey"""

_KEYED: Final = {
    By.UNIT: ("unit", "one", "owner_unit"),
    By.COUNTY: ("county", "one", "owner_unit"),
    By.LEAD: (
        "coalesce(lead.id, '')",
        "one LEFT JOIN LATERAL unnest(lead_ids) AS lead (id) ON true",
        "unit",
    ),
}
"""What rows are gathered by, over what, and which table names the keys (owner units name areas too)."""


def summary(connection: Connection, chosen: ProjectFilter, when: Reference, by: By) -> Summary:
    """Return a row per key in the order of the keys, and the sum over the records."""
    one, parameters = flags(chosen, when)
    key, source, table = _KEYED[by]
    rows = connection.execute(
        text(
            f"WITH {one}, counted AS ("  # noqa: S608 - fixed words of ours
            f" SELECT 1 AS turn, {key} AS key, {_MEASURES} FROM {source} GROUP BY 2"
            f" UNION ALL SELECT 2, '', {_MEASURES} FROM one)"
            f" SELECT counted.*, coalesce(named.name, counted.key) AS name FROM counted"
            f" LEFT JOIN {table} named ON named.id = counted.key ORDER BY turn, key"
        ),
        parameters,
    ).mappings()
    tallies = [_tally(row) for row in rows]
    return Summary(tuple(tallies[:-1]), tallies[-1])


def _tally(row: Any) -> Tally:
    plain = (
        *("key", "name", "projects", "over", "reported", "never_reported", "never_filed"),
        *("stale", "missed", "overdue_projects", "overdue_steps", "worst_days"),
    )
    lights = {light: row[light.value] for light in Light}
    return Tally(
        **{name: row[name] for name in plain},
        due=(row["due_30"], row["due_60"], row["due_90"]),
        lights=lights,
    )
