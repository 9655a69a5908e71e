"""What a scorecard counts: components, the fields that matter, weights, and the counts behind a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Component(StrEnum):
    """What a score is made of."""

    COMPLETENESS = "completeness"
    TIMELINESS = "timeliness"
    TARGETS = "targets"


class CheckedField(StrEnum):
    """What has to be known of a record; the SQL of each stands in ``data.store.scores``."""

    COUNTY = "county"
    PLACE = "place"
    STAGE = "stage"
    DELIVERY_MODE = "delivery_mode"
    OWNERSHIP = "ownership"
    TOTAL_INVESTMENT = "total_investment"
    FINANCE = "finance"
    MILESTONES = "milestones"
    LAND_STATUS = "land_status"
    SIZE = "size"
    BEDS = "beds"
    OWNER = "owner"


COMPONENT_ZH: Final[Mapping[Component, str]] = MappingProxyType(
    {
        Component.COMPLETENESS: "完整度",
        Component.TIMELINESS: "按期率",
        Component.TARGETS: "目标达成",
    }
)

FIELD_ZH: Final[Mapping[CheckedField, str]] = MappingProxyType(
    {
        CheckedField.COUNTY: "所在县",
        CheckedField.PLACE: "具体位置",
        CheckedField.STAGE: "阶段",
        CheckedField.DELIVERY_MODE: "建设运营方式",
        CheckedField.OWNERSHIP: "举办性质",
        CheckedField.TOTAL_INVESTMENT: "总投资",
        CheckedField.FINANCE: "资金明细",
        CheckedField.MILESTONES: "里程碑计划",
        CheckedField.LAND_STATUS: "用地情况",
        CheckedField.SIZE: "建筑面积或用地",
        CheckedField.BEDS: "床位",
        CheckedField.OWNER: "项目单位",
    }
)

FEW: Final = 5
"""Under so many records a score says little: it is marked and takes no rank."""

HIGHEST: Final = Decimal(100)
"""Of one weight; weights are relative, so only their proportions count."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each component and each field counts; zero takes one out."""

    components: Mapping[Component, Decimal]
    fields: Mapping[CheckedField, Decimal]


@dataclass(frozen=True, slots=True)
class WeightChange:
    """One change of a weight, as the database kept it."""

    part: str
    name: str
    old: Decimal
    new: Decimal
    changed_by: str
    changed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """Of how many records a field is wanted, and of how many it is known."""

    wanted: int
    known: int

    @property
    def missing(self) -> int:
        """Of how many it is wanted and not known."""
        return self.wanted - self.known


@dataclass(frozen=True, slots=True)
class TargetsMet:
    """Of an area's targets: how many are met, how many can be judged, how many there are."""

    met: int
    judged: int
    total: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one county or unit; ``key`` is empty for records of no area or unit.

    ``planned`` and ``overdue`` count milestones with a planned date, and those of them whose date has passed
    without an actual one. ``targets`` is None where no target is set.
    """

    key: str
    name: str
    level: str
    records: int
    demo: int
    fields: Mapping[CheckedField, Known]
    planned: int
    overdue: int
    targets: TargetsMet | None = None


class Tallied(NamedTuple):
    """All matches: what was counted by group, and how many were withdrawn (退库) and stand in none."""

    groups: tuple[Counted, ...]
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """A record that lacks a field."""

    id: str
    name: str
    owner_unit_id: str
