"""What moved in a project that two editions have in common, and why one should leave a plan."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from projects.codes import Stage
from projects.fields import JsonValue
from projects.plans.editions import Edition, EditionKind, FieldMove, PlanEntry
from projects.values import plain

IDENTITY: Final = "id"
"""Path of a record's number: it differs where the record was merged into another one."""

ENDED: Final = (Stage.COMPLETED, Stage.OPERATING, Stage.SUSPENDED, Stage.WITHDRAWN)
"""Stages at which a project leaves a plan of what is still to be built."""
READY: Final = (Stage.RESERVE, Stage.PREPARATION, Stage.NEW_START, Stage.CONSTRUCTION, Stage.UNKNOWN)
"""Stages from which a project may enter a plan."""

_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        Stage.COMPLETED: "已竣工",
        Stage.OPERATING: "已投产",
        Stage.SUSPENDED: "停缓建",
        Stage.WITHDRAWN: "已退库",
    }
)
GONE: Final = "已从项目库撤下"


def reason_to_leave(stage: str, *, public: bool = True) -> str:
    """Return why a member should leave a rolling plan, "" when it should stay.

    What is no longer public (unpublished, deleted) has to leave: its present state is not everybody's.

    >>> reason_to_leave("竣工"), reason_to_leave("在建"), reason_to_leave("在建", public=False)
    ('已竣工', '', '已从项目库撤下')
    """
    return _REASONS.get(stage, "") if public else GONE


def common_years(old: Edition, new: Edition) -> tuple[int, ...]:
    """Return the years that both editions cover: a year that merely rolled out of the plan moved nothing."""
    return tuple(year for year in old.years if year in new.years)


def moves(old: PlanEntry, new: PlanEntry, years: Sequence[int]) -> tuple[FieldMove, ...]:
    """Return the values that differ, in a fixed order; ``years`` are those that both editions cover.

    The plan of a year is ``plan/<year>``: its amount as decimal text, "" in the plan without an amount, None
    not in the plan.
    """
    before, after = _values(old, years), _values(new, years)
    paths = sorted(before.keys() | after.keys(), key=_order)
    return tuple(
        FieldMove(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    )


def _values(entry: PlanEntry, years: Sequence[int]) -> dict[str, JsonValue]:
    planned: dict[str, JsonValue] = {
        f"plan/{year}": "" if (amount := entry.plan[year]) is None else plain(amount)
        for year in years
        if year in entry.plan
    }
    return {IDENTITY: entry.project_id, **planned, **entry.snapshot}


def _order(path: str) -> tuple[int, str]:
    """Sort money of the plan first, then names, stages and the rest by name."""
    first = ("plan", "name", "stage", "total_investment", IDENTITY)
    kind = path.partition("/")[0]
    return (first.index(kind) if kind in first else len(first)), path


def next_year(kind: EditionKind, newest: Edition | None, today: int) -> int:
    """Return the base year of the edition to come: a plan rolls on by one, a catalogue is of this year.

    >>> next_year(EditionKind.ROLLING_PLAN, None, 2026)
    2026
    """
    if newest is None:
        return today
    return newest.year + 1 if kind is EditionKind.ROLLING_PLAN else max(today, newest.year)
