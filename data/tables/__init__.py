"""The tables, one module per subject; importing this package registers them all on ``Base.metadata``.

areas     sources, boundaries, townships, zones, census
units     the registry of units
projects  records, places, tasks, parties, slots, derived facets, issues
money     finance lines, annual plans
lifecycle milestones, editions of plans and catalogues
schedule  dated steps of a record in one row, derived
promotion visits, leads and events with investors, each correction a row of its own
indicators targets and reported figures
accounts  owner units, accounts, sessions, what is allowed without signing in
change    change sets, history, drafts, attachments, jobs
office    matters and directories
scores    weights of the scorecards; whether this database holds practice data
analysis  layers that people load for analyses
packs     packs that were made, and the links to them
"""

from data.tables import (
    accounts,
    analysis,
    areas,
    change,
    indicators,
    lifecycle,
    money,
    office,
    packs,
    projects,
    promotion,
    schedule,
    scores,
    units,
)
from data.tables.base import Base

__all__ = [
    "Base",
    "accounts",
    "analysis",
    "areas",
    "change",
    "indicators",
    "lifecycle",
    "money",
    "office",
    "packs",
    "projects",
    "promotion",
    "schedule",
    "scores",
    "units",
]
