"""The tables, one module per subject; importing this package registers them all on ``Base.metadata``.

areas     sources, boundaries, townships, zones, census
units     the registry of units
projects  records, places, tasks, parties, slots, issues
facets    what lists, filters and the map ask of a record in one row, derived
money     finance lines, annual plans
lifecycle milestones, editions of plans and catalogues
schedule  dated steps of a record in one row, derived
promotion visits, leads and events with investors, each correction a row of its own
indicators targets and reported figures
accounts  owner units, accounts, sessions, what is allowed without signing in
change    change sets, history, drafts, attachments, jobs
matters   matters to settle, their history, joint meetings
evaluation findings of third parties; units that were renamed or merged
scores    weights of the scorecards; whether this database holds practice data
directories editions of directories (名录) and their lines
analysis  layers that people load for analyses
packs     packs that were made, and the links to them
rounds    Monday lists: who was sent what, what came back
counts    counts kept beside the records, derived
upkeep    backups, and what came of proving them
"""

from data.tables import (
    accounts,
    analysis,
    areas,
    change,
    counts,
    directories,
    evaluation,
    facets,
    indicators,
    lifecycle,
    matters,
    money,
    packs,
    projects,
    promotion,
    rounds,
    schedule,
    scores,
    units,
    upkeep,
)
from data.tables.base import Base

__all__ = [
    "Base",
    "accounts",
    "analysis",
    "areas",
    "change",
    "counts",
    "directories",
    "evaluation",
    "facets",
    "indicators",
    "lifecycle",
    "matters",
    "money",
    "packs",
    "projects",
    "promotion",
    "rounds",
    "schedule",
    "scores",
    "units",
    "upkeep",
]
